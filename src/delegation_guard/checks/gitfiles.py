"""The lines of .gitattributes, .gitmodules and .gitignore that hide something from whoever looks at a change."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from delegation_guard.checks.contents import is_source
from delegation_guard.checks.paths import glob_match

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HIDING = {
    "binary": "its changes are no longer shown", "-diff": "its changes are no longer shown",
    "-text": "it is no longer treated as text", "linguist-generated": "reviews fold it away",
    "linguist-vendored": "reviews leave it out", "gitlab-generated": "reviews fold it away",
    "export-ignore": "archives leave it out", "export-subst": "archives change it", "-merge": "merges skip it",
}  # fmt: skip
PROGRAMS = ("filter", "diff", "merge")
KNOWN_DRIVERS = frozenset((
    "ada", "bash", "bibtex", "cpp", "csharp", "css", "dts", "elixir", "fortran", "fountain", "golang", "html", "java",
    "kotlin", "markdown", "matlab", "objc", "pascal", "perl", "php", "python", "ruby", "rust", "scheme", "tex", "union",
    "text", "binary",
))  # fmt: skip


def added_lines(before: str, after: str) -> tuple[tuple[int, str], ...]:
    """(1-based line, stripped text) of the lines the new text holds more often than the old one did."""
    left: dict[str, int] = {}
    for line in before.splitlines():
        left[line.strip()] = left.get(line.strip(), 0) + 1
    found = []
    for number, line in enumerate(after.splitlines(), 1):
        plain = line.strip()
        left[plain] = left.get(plain, 0) - 1
        if left[plain] < 0 and plain and not plain.startswith("#"):
            found.append((number, plain))
    return tuple(found)


def attributes(before: str, after: str) -> Iterator[tuple[int, str]]:
    """(line, clause) for every new attribute that hides source text or hands it to a program."""
    for number, line in added_lines(before, after):
        pattern, *settings = line.split()
        for setting in settings:
            reason = _hides(pattern, *setting.partition("=")[::2])
            if reason:
                yield number, f"`{line}`: {reason}"


def _hides(pattern: str, name: str, value: str) -> str:
    """What one attribute does to what people see of the files of a pattern, "" when nothing."""
    source = _matches_source(pattern)
    if name in PROGRAMS and value:
        known = value in KNOWN_DRIVERS and name != "filter"
        return "" if known or (value == "lfs" and not source) else f"files pass through the program `{value}`"
    if name == "working-tree-encoding":
        return "it is stored in another encoding than it is read in" if source else ""
    if name not in HIDING or value == "false":
        return ""
    return HIDING[name] if source or name.startswith("export") else ""


def _matches_source(pattern: str) -> bool:
    """Whether an attribute pattern may match text; a pattern without a known suffix may match anything."""
    name = pattern.strip('"').rstrip("/").rpartition("/")[2]
    suffix = name.rpartition(".")[2] if "." in name else ""
    if not suffix or "*" in suffix or "?" in suffix or "[" in suffix:
        return True
    return is_source(f"x.{suffix}") or is_source(name)


def modules(before: str, after: str) -> Iterator[tuple[int, str]]:
    """(line, clause) for every new or changed setting of a submodule."""
    known = {setting for _, setting in _settings(before)}
    for number, (section, setting) in _settings(after):
        if (section, setting) not in known:
            yield number, f"submodule {section}: {setting}"


def _settings(text: str) -> Iterator[tuple[int, tuple[str, str]]]:
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        head = re.match(r'\s*\[\s*submodule\s+"(.*)"\s*\]', line)
        if head:
            section = head[1]
        setting = re.match(r"\s*([A-Za-z-]+)\s*=\s*(.*)", line)
        if setting:
            yield number, (section, f"{setting[1].lower()} = {setting[2].strip()}")


def hidden(folder: str, before: str, after: str, paths: Iterable[str]) -> Iterator[tuple[int, str, str]]:
    """(line, pattern, path) for every new ignore pattern with the first of `paths` it hides.

    `folder` is that of the .gitignore, "" at the top. Follows git's rules for anchors, folders and `**`; a later
    `!pattern` that takes a path back is not looked at.
    """
    rules = [(number, line) for number, line in added_lines(before, after) if not line.startswith("!")]
    if not rules:
        return
    known = Known(folder, paths)
    for number, line in rules:
        hit = known.ignored(line)
        if hit:
            yield number, line, hit


class Known:
    """The paths below a folder, by their names and by every folder they lie in."""

    def __init__(self, folder: str, paths: Iterable[str]) -> None:
        self._files: dict[str, str] = {}
        self._folders: dict[str, str] = {}
        self._file_names: dict[str, str] = {}
        self._folder_names: dict[str, str] = {}
        lead = f"{folder}/" if folder else ""
        for path in paths:
            if path.startswith(lead):
                self._add(path, path[len(lead) :])

    def _add(self, path: str, inner: str) -> None:
        self._files.setdefault(inner, path)
        self._file_names.setdefault(inner.rpartition("/")[2], path)
        above = inner.rpartition("/")[0]
        while above and above not in self._folders:
            self._folders[above] = path
            self._folder_names.setdefault(above.rpartition("/")[2], path)
            above = above.rpartition("/")[0]

    def ignored(self, pattern: str) -> str:
        """The first path that one ignore pattern covers, itself or by a folder it lies in; "" when there is none."""
        plain = pattern.removeprefix("\\").rstrip("/")
        anchored = "/" in plain
        plain = plain.removeprefix("/") if anchored else plain.replace("**", "*")
        tables = [self._folders, self._files] if anchored else [self._folder_names, self._file_names]
        for table in tables[:1] if pattern.endswith("/") else tables:
            hit = _first(plain, table)
            if hit:
                return hit
        return ""


def _first(pattern: str, table: dict[str, str]) -> str:
    if not any(mark in pattern for mark in "*?[\\"):
        return table.get(pattern, "")
    if "/" not in pattern:
        return next((path for name, path in table.items() if fnmatchcase(name, pattern)), "")
    # A class of letters below a folder is rare: taken as any letter, so that nothing hidden is missed.
    wide = re.sub(r"\[[^\]]+\]", "?", pattern).replace("\\", "")
    return next((path for name, path in table.items() if glob_match(wide, name)), "")
