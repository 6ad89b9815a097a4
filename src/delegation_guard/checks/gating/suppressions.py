"""Comments and attributes in source text that silence a linter or a type checker."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from delegation_guard.checks.gating.facts import Weakness
from delegation_guard.checks.gating.harmless import is_style
from delegation_guard.model.change import EXECUTABLE, REGULAR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delegation_guard.checks.gating.facts import Side

_HASH = re.compile(
    r"#\s*(type:\s*ignore|noqa\b|pyright:\s*(ignore|basic)|pylint:\s*disable|"
    r"mypy:\s*(ignore|disable|allow)|ruff:\s*noqa|flake8:\s*noqa|nosec\b|pragma:\s*no "
    r"?cover|"
    r"pyre-(ignore|fixme)|rubocop:(disable|todo)|shellcheck disable|:nocov:|ty:\s*ignore|"
    r"coverage:\s*ignore)",
    re.I,
)
_SLASH = re.compile(
    r"(//|/\*|\{/\*|<!--)\s*(eslint-disable|@ts-(ignore|expect-error|nocheck)|"
    r"tslint:disable|biome-ignore|oxlint-disable|istanbul ignore|c8 ignore|v8 ignore|"
    r"nolint\b|"
    r"noinspection|NOLINT|swiftlint:disable|ktlint-disable|phpcs:(disable|ignore)|"
    r"@phpstan-ignore|@psalm-suppress|stylelint-disable|#nosec|coverage:ignore|"
    r"NOSONAR|CHECKSTYLE:OFF|@codeCoverageIgnore|ReSharper disable|go:nocover|"
    r"deno-lint-ignore|prettier-ignore)|\*\s*@(phpstan-ignore|psalm-suppress|"
    r"codeCoverageIgnore)"
)
_ATTRIBUTE = re.compile(
    r"#!?\[\s*(cfg_attr\([^\]]*)?allow\s*\(|#\[expect\(|@SuppressWarnings|@Suppress\b|"
    r"@file:Suppress|#pragma\s+warning\s+disable|#pragma\s+(GCC|"
    r"clang)\s+diagnostic\s+ignored|"
    r"\[(assembly:\s*)?SuppressMessage|\[ExcludeFromCodeCoverage|@ExcludeFromJacoco|"
    r"@SuppressFBWarnings|#\[coverage\(off\)|coveralls-ignore|@dialyzer|@nowarn"
)
_SUFFIXES = {
    "py": (_HASH,),
    "pyi": (_HASH,),
    "rb": (_HASH,),
    "sh": (_HASH,),
    "bash": (_HASH,),
    "js": (_SLASH,),
    "jsx": (_SLASH,),
    "ts": (_SLASH,),
    "tsx": (_SLASH,),
    "mjs": (_SLASH,),
    "cjs": (_SLASH,),
    "mts": (_SLASH,),
    "cts": (_SLASH,),
    "vue": (_SLASH,),
    "svelte": (_SLASH,),
    "go": (_SLASH,),
    "rs": (_ATTRIBUTE,),
    "java": (_SLASH, _ATTRIBUTE),
    "kt": (_SLASH, _ATTRIBUTE),
    "cs": (_SLASH, _ATTRIBUTE),
    "c": (_SLASH, _ATTRIBUTE),
    "cc": (_SLASH, _ATTRIBUTE),
    "cpp": (_SLASH, _ATTRIBUTE),
    "h": (_SLASH, _ATTRIBUTE),
    "hpp": (_SLASH, _ATTRIBUTE),
    "php": (_SLASH,),
    "swift": (_SLASH,),
    "scala": (_SLASH, _ATTRIBUTE),
    "css": (_SLASH,),
    "scss": (_SLASH,),
    "ex": (_ATTRIBUTE,),
}
_WORDS = (
    b"ignore",
    b"noqa",
    b"disable",
    b"allow(",
    b"nolint",
    b"uppress",
    b"nosec",
    b"no cover",
    b"nocov",
    b"NOLINT",
    b"nocheck",
    b"expect",
    b"noinspection",
    b"ExcludeFrom",
    b"pragma",
    b"NOSONAR",
    b"nowarn",
    b"dialyzer",
    b"CHECKSTYLE",
    b"coverage(off",
    b"pyright:",
    b"mypy:",
)


def suppresses(path: str) -> bool:
    """Whether a file of this name may hold such comments."""
    return path.rpartition(".")[2] in _SUFFIXES


def suppressions_added(base: Side, head: Side, path: str) -> Iterator[Weakness]:
    """Comments that the head has more of than the base, line by line."""
    patterns = _SUFFIXES[path.rpartition(".")[2]]
    entry = head.objects.entry(head.tree, path)
    if entry is None or entry.mode not in (REGULAR, EXECUTABLE):
        return
    if not any(word in head.objects.blob(entry.oid) for word in _WORDS):
        return
    new, old = head.text(path) or "", base.text(path) or ""
    left = Counter(_mark(line, patterns) for line in old.split("\n"))
    for number, line in enumerate(new.split("\n"), 1):
        mark = _mark(line, patterns)
        if not mark:
            continue
        left[mark] -= 1
        if left[mark] < 0:
            yield Weakness(
                "suppression-added",
                f"`{mark}` silences a check",
                path,
                number,
                "head",
                "",
                " ".join(line.split()),
                "doubtful",
            )


def _mark(line: str, patterns: tuple[re.Pattern[str], ...]) -> str:
    for pattern in patterns:
        match = pattern.search(line)
        if match and not _about_looks(line[match.start() :]):
            return " ".join(line[match.start() :].split())[:80]
    return ""


def _about_looks(text: str) -> bool:
    """Whether a comment names rules, and all of them are about looks rather than about faults."""
    codes = re.match(
        r"#\s*noqa:\s*([A-Z]+\d+(?:[,\s]+[A-Z]+\d+)*)|.*(?:eslint|"
        r"stylelint)-disable[\w-]*\s+([\w@/, -]+)",
        text,
    )
    if codes is None:
        return "prettier-ignore" in text
    named = re.split(r"[,\s]+", (codes[1] or codes[2].partition("--")[0]).strip())
    return all(is_style(code) for code in named if code)
