"""Settings of files that are programs or have a format of their own, found line by line."""

from __future__ import annotations

import ast
import re
from collections import Counter
from typing import TYPE_CHECKING

from delegation_guard.checks.gating.effects import Sides, effects
from delegation_guard.checks.gating.facts import Weakness
from delegation_guard.checks.gating.line_patterns import CONFTEST, FILES, IGNORES, OPTIONS, reads_lines
from delegation_guard.checks.gating.reach import limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delegation_guard.checks.gating.facts import Side
    from delegation_guard.checks.gating.line_patterns import Pattern


def lines_lost(base: Side, head: Side, paths: list[str]) -> Iterator[Weakness]:
    """What single lines of the changed files make weaker."""
    for path in paths:
        if not reads_lines(path):
            continue
        old, new = base.text(path) or "", head.text(path)
        if new is None:
            continue
        for pattern, patterns in FILES:
            if pattern.search(path):
                for one in patterns:
                    yield from _pattern(one, path, old, new, head)
        for tool, pattern in OPTIONS:
            if pattern.search(path):
                for effect in effects(tool, tuple(old.split()), tuple(new.split()), Sides(base, head)):
                    yield Weakness(effect.rule, f"{tool} {effect.text}", path, 1, "head", old, new, effect.certainty)
        if CONFTEST.search(path):
            yield from _collect_ignore(path, old, new, base, head)
        if IGNORES.search(path):
            yield from _ignored(path, old, new, base, head)


def _collect_ignore(path: str, old: str, new: str, base: Side, head: Side) -> Iterator[Weakness]:
    """`collect_ignore` and `collect_ignore_glob` of a conftest.py."""
    known = {text for text, _ in _ignored_names(old)}
    folder = path.rpartition("/")[0]
    for text, line in _ignored_names(new):
        if text not in known:
            certainty = limits("not-collected", f"{folder}/{text}" if folder else text, [], base, head)
            if certainty is not None:
                yield Weakness(
                    "not-collected",
                    f"`{text}` in `{folder or '.'}` is not collected",
                    path,
                    line,
                    "head",
                    "",
                    text,
                    certainty,
                )


def _ignored_names(text: str) -> list[tuple[str, int]]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return []
    found = []
    for node in ast.walk(tree):
        value: ast.AST | None = None
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            value = node.value if any(_is_ignore(target) for target in targets) else None
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_ignore(node.func.value):
            value = node
        for inner in ast.walk(value) if value is not None else ():
            if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                found.append((inner.value, inner.lineno))
    return found


def _is_ignore(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id in ("collect_ignore", "collect_ignore_glob")


def _found(pattern: re.Pattern[str], text: str) -> list[tuple[str, str, int]]:
    """(the line, what the group holds, the number of the line); comment lines left out."""
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        match = pattern.search(line)
        if (
            match
            and not line.lstrip().startswith(("#", "//", "*", "--"))
            or (match and line.lstrip().startswith("--exclude"))
        ):
            assert match is not None
            found.append((" ".join(line.split()), (match.groups() or ("",))[0] or "", number))
    return found


def _pattern(one: Pattern, path: str, old: str, new: str, head: Side) -> Iterator[Weakness]:
    before, after = _found(one.text, old), _found(one.text, new)
    if "[\\d.]+" in one.text.pattern:
        yield from _floor(one, path, before, after)
        return
    source, other = (after, before) if one.gained else (before, after)
    left = Counter(line for line, _, _ in other)
    extra = []
    for line, _, number in source:
        left[line] -= 1
        if left[line] < 0:
            extra.append((line, number))
    if len(source) <= len(other):
        return
    line, number = extra[-1] if extra else source[-1][::2]
    if not one.gained and one.rule == "not-collected" and _subject_gone(line, head):
        return
    yield Weakness(
        one.rule,
        f"`{line[:70]}` {one.says}" if one.gained else f"`{line[:70]}` is gone: it {one.says}",
        path,
        number,
        "head" if one.gained else "base",
        "" if one.gained else line,
        line if one.gained else "",
        one.certainty,
    )


def _subject_gone(line: str, head: Side) -> bool:
    names = re.findall(r"[\w-]+_?test[\w-]*|test_[\w-]+", line.partition("(")[2])
    return (
        bool(names)
        and bool(head.tests)
        and not any(name in path for name in names for path in head.paths)
        and bool(head.tests)
    )


def _floor(
    one: Pattern, path: str, before: list[tuple[str, str, int]], after: list[tuple[str, str, int]]
) -> Iterator[Weakness]:
    for index, (line, number, at) in enumerate(before):
        now = after[index] if index < len(after) else None
        if now is None:
            yield Weakness(one.rule, f"`{line[:70]}` is gone", path, at, "base", line, "", one.certainty, float(number))
        elif float(now[1] or 0) < float(number or 0):
            yield Weakness(
                one.rule,
                f"`{now[0][:70]}` {one.says} than {number}",
                path,
                now[2],
                "head",
                line,
                now[0],
                one.certainty,
                float(number),
            )


def _ignored(path: str, old: str, new: str, base: Side, head: Side) -> Iterator[Weakness]:
    known = {line.strip() for line in old.split("\n")}
    for number, line in enumerate(new.split("\n"), 1):
        item = line.strip()
        if item and item not in known and not item.startswith(("#", "!")):
            certainty = limits("lint-relaxed", item, [], base, head)
            if certainty is not None:
                yield Weakness("lint-relaxed", f"`{item}` is left out", path, number, "head", "", item, certainty)
