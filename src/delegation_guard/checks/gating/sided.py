"""One setting on both sides of a change, and what can be said of its value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from delegation_guard.languages.config.node import Node, entries

if TYPE_CHECKING:
    from delegation_guard.checks.gating.facts import Side
    from delegation_guard.checks.gating.tables import Setting, Table
    from delegation_guard.model.finding import Certainty

FALSE = ("false", "0", "no", "off", "", "none", "null", "never", "disable", "disabled")


@dataclass(frozen=True)
class Sided:
    """One setting on both sides: its nodes with their files, and all settings of the tool for reference."""

    table: Table
    setting: Setting
    stars: tuple[str, ...]
    before: list[tuple[Node, str]]
    after: list[tuple[Node, str]]
    old: Any
    new: Any
    base: Side
    head: Side
    folder: str

    def values(self, side: str, separator: str = r"[,\s]+") -> list[tuple[str, int]]:
        nodes = self.before if side == "before" else self.after
        return [item for node, _ in nodes for item in entries(node, separator)]

    def other(self, side: str, name: str) -> list[Node]:
        """The nodes of another setting of the tool."""
        found = self.old.found if side == "before" else self.new.found
        return [node for key, items in found.items() if key[0] == name for _, node, _ in items]


@dataclass(frozen=True, slots=True)
class Loss:
    """What became weaker; `item` is the member of a list it is about."""

    text: str
    before: str = ""
    after: str = ""
    certainty: Certainty = "sure"
    line: int = 0
    side: str = "head"
    item: str = ""
    rule: str = ""
    floor: float | None = None


def shown(nodes: list[tuple[Node, str]]) -> str:
    parts = [
        node.text
        if not node.items
        else ", ".join(item.text or str([inner.text for inner in item.items]) for item in node.items)
        for node, _ in nodes
    ]
    return "; ".join(part for part in parts if part)


def truth(nodes: list[tuple[Node, str]]) -> bool | None:
    """Whether a switch is on; None when nothing says so. An expression counts as on."""
    if not nodes:
        return None
    node = nodes[-1][0]
    if node.raw:
        return True
    if node.items:
        return True
    return node.text.strip().lower() not in FALSE


def number(nodes: list[tuple[Node, str]]) -> float | None:
    """The number in a value, the largest of an expression's; None without one."""
    found = re.findall(r"-?\d+(?:\.\d+)?", shown(nodes))
    if not found:
        return None
    return max(float(item) for item in found) if nodes[-1][0].raw else float(found[0])
