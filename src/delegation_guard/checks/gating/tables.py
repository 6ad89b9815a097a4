"""The settings of each tool that decide what it checks: where they stand and which change makes them weaker.

The texts hold one tool after `[name]`: its files (a glob, and after a colon the path of keys to its settings), then
rows `kind: rule: patterns`. A pattern is a path of keys joined by dots that a setting's path ends with; `*` is any one
key, and `|` joins patterns that mean the same. Keys are compared without `-`, `_` and capitals. Kinds: `on` / `off` (a
switch that must stay so), `unless` (on unless it says otherwise), `floor` / `ceiling` (a number), `wide` (a list that
leaves things out), `narrow` (a list of what is checked, empty = all), `needs` (a list of which nothing may be lost),
`level` (off < warn < error), `options` (arguments of a command), and others in kinds.py. A `?` makes it doubtful.
`joined`: all files of a folder count, not only the first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from delegation_guard.checks.gating import settings_of_checkers, settings_of_tests
from delegation_guard.languages.config.node import canonical


@dataclass(frozen=True)
class Setting:
    kind: str
    rule: str
    pattern: tuple[str, ...]
    name: str
    doubtful: bool = False


@dataclass(frozen=True)
class Source:
    """A file name (a glob) and the path of keys under which it holds a tool's settings."""

    file: str
    root: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A tool's settings. `options`: the command whose arguments `options` settings hold. `first`: see `joined`."""

    tool: str
    sources: tuple[Source, ...]
    settings: tuple[Setting, ...]
    options: str = ""
    first: bool = True


def _tables(text: str) -> tuple[Table, ...]:
    return tuple(_table(part) for part in re.split(r"^(?=\[)", text, flags=re.MULTILINE) if part.strip())


def _table(part: str) -> Table:
    head, *rows = part.strip().split("\n")
    tool, _, flags = head[1:].partition("]")
    sources: list[Source] = []
    settings: list[Setting] = []
    for row in rows:
        kind, rest = (text.strip() for text in row.split(":", 1))
        if kind == "files":
            for word in rest.split():
                name, _, root = word.partition(":")
                sources.append(Source(name, tuple(filter(None, root.split("/")))))
            continue
        rule, patterns = (text.strip() for text in rest.split(":", 1))
        for names in patterns.split():
            first = names.partition("|")[0]
            for pattern in names.split("|"):
                keys = tuple(canonical(key) for key in pattern.split("."))
                settings.append(Setting(kind.rstrip("?"), rule, keys, first, kind.endswith("?")))
    settings.sort(key=lambda setting: (-len(setting.pattern), setting.pattern.count("*")))
    options = re.search(r"options=(\S+)", flags)
    return Table(tool, tuple(sources), tuple(settings), options[1] if options else "", "joined" not in flags)


TABLES = (*_tables(settings_of_tests.TEXT), *_tables(settings_of_checkers.TEXT))
