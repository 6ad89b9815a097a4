"""The common shape of source text to be compared: units in order, imports apart, comments apart, definitions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

SymbolKind = Literal["function", "class", "value", "test"]


class Unit(NamedTuple):
    """The smallest thing that is compared: a statement or the header of a block (Python), a line, or a token.

    `text` is normalised; `depth` counts enclosing blocks where layout or syntax says so, and is 0 for tokens.
    `line` and `end` are 1-based source lines.
    """

    text: str
    depth: int
    line: int
    end: int

    @property
    def key(self) -> tuple[str, int]:
        return (self.text, self.depth)


class Import(NamedTuple):
    """One imported thing: a normalised text, its line, and the names it binds (empty = cannot be told)."""

    text: str
    line: int
    names: tuple[str, ...]


class Symbol(NamedTuple):
    """A definition: the unit range [start, end) with its decorators, `header` = the unit that names it.

    `scope` is the dotted path of the enclosing definitions. `whole` is false for a fragment that stops at the header.
    """

    name: str
    scope: str
    kind: SymbolKind
    public: bool
    start: int
    header: int
    end: int
    line: int
    whole: bool = True

    @property
    def qualified(self) -> str:
        return f"{self.scope}.{self.name}" if self.scope else self.name


class Comment(NamedTuple):
    """A comment: `text` with blanks collapsed, its line, and its exact source text."""

    text: str
    line: int
    raw: str


@dataclass(frozen=True)
class Source:
    """A text read for comparison. `shape` says how; units of different shapes never compare equal.

    `indent` is the column (blanks) at which a fragment was written; 0 for whole files.
    """

    shape: str
    text: str
    units: tuple[Unit, ...]
    imports: tuple[Import, ...] = ()
    comments: tuple[Comment, ...] = ()
    symbols: tuple[Symbol, ...] = ()
    indent: int = 0
