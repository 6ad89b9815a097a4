"""A configuration value with the line it stands on, and ways to walk it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Scalar = str | int | float | bool | None
NAMES = ("id", "module", "name", "path", "target", "test", "job", "task", "repo", "files", "type", "counter")
"""Keys that identify a table within a list of tables."""


class Unreadable(Exception):
    """The text is not of its format; the message says what is wrong, without its path."""


@dataclass(frozen=True, slots=True)
class Node:
    """`value`: a scalar, a tuple of nodes, or a dict of nodes. `raw`: an expression of a program, kept as its text."""

    value: Scalar | tuple[Node, ...] | dict[str, Node]
    line: int = 0
    raw: bool = False

    @property
    def table(self) -> Mapping[str, Node]:
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> tuple[Node, ...]:
        return self.value if isinstance(self.value, tuple) else ()

    @property
    def scalar(self) -> Scalar:
        return None if isinstance(self.value, tuple | dict) else self.value

    @property
    def text(self) -> str:
        """A scalar as text, "" for anything else."""
        value = self.scalar
        return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)

    def get(self, *keys: str) -> Node | None:
        """What stands under a path of keys, None when there is nothing."""
        found: Node | None = self
        for key in keys:
            found = found.table.get(key) if found is not None else None
        return found


Path = tuple[str, ...]


def canonical(key: str) -> str:
    """A key without the differences between `fail-under`, `fail_under` and `failUnder`."""
    return re.sub(r"[-_\s]", "", key).lower()


def leaves(node: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Every scalar and every list of scalars with its path; a table in a list is named by what identifies it."""
    if isinstance(node.value, dict):
        for key, inner in node.value.items():
            yield from leaves(inner, (*path, key))
        return
    tables = [item for item in node.items if isinstance(item.value, dict)]
    for item in tables:
        yield from leaves(item, (*path, label(item)))
    if not tables or len(tables) < len(node.items):
        yield path, node


def label(table: Node) -> str:
    """What tells a table of a list from its neighbours, "" when nothing does."""
    for key in NAMES:
        found = table.table.get(key)
        if found is not None and (found.text or found.items):
            return found.text or ",".join(item.text for item in found.items)
    return ""


def plain(node: Node | None) -> object:
    """The value without lines, for comparisons."""
    if node is None:
        return None
    if isinstance(node.value, dict):
        return {key: plain(inner) for key, inner in node.value.items()}
    return [plain(item) for item in node.value] if isinstance(node.value, tuple) else node.value


def entries(node: Node | None, separator: str = r"[,\s]+") -> tuple[tuple[str, int], ...]:
    """A list as (text, line), whether written as a list, as one string, or over several lines."""
    if node is None:
        return ()
    if isinstance(node.value, tuple):
        return tuple((item.text, item.line) for item in node.value if not isinstance(item.value, dict))
    if isinstance(node.value, dict):
        return tuple((key, inner.line) for key, inner in node.value.items())
    found = []
    for offset, line in enumerate(node.text.split("\n")):
        parts = re.split(separator, line) if separator else [line]
        found += [(part.strip(), node.line + offset) for part in parts if part.strip()]
    return tuple(found)


def merged(one: Node, other: Node) -> Node:
    """Two tables as one; lists are joined, other values of the second replace those of the first."""
    if isinstance(one.value, dict) and isinstance(other.value, dict):
        both = dict(one.value)
        for key, value in other.value.items():
            both[key] = merged(both[key], value) if key in both else value
        return Node(both, one.line)
    if isinstance(one.value, tuple) and isinstance(other.value, tuple):
        return Node(one.value + other.value, one.line)
    return other
