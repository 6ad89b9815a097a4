"""Nodes of a document to checked values, by the table of fields."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal, NoReturn, cast

from delegation_guard.errors import PolicyError
from delegation_guard.loading import load
from delegation_guard.policy.fields import FAMILIES, LOCKED, Field, children, field_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_SIZE = re.compile(r"(\d{1,15})([KMG]?)", re.ASCII)
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
_SECONDS = re.compile(r"\d{1,9}(?:\.\d{1,6})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_RULE = re.compile(r"[a-z]+(?:/[a-z0-9]+(?:-[a-z0-9]+)*)?", re.ASCII)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_UNIT = {"": 1, "K": 1_000, "M": 1_000_000, "G": 1_000_000_000}


@dataclass(slots=True)
class Node:
    """A value with its line. A map's `items` alternate keys and values; a scalar is its text, never resolved."""

    line: int
    kind: Literal["scalar", "list", "map"]
    text: str = ""
    plain: bool = True
    items: list[Node] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether nothing was written: a key whose entries are all commented out."""
        return self.kind == "scalar" and self.plain and self.text in ("", "~", "null")

    @property
    def pairs(self) -> list[tuple[Node, Node]]:
        return list(zip(self.items[::2], self.items[1::2], strict=True))

    @property
    def shown(self) -> str:
        """The value as a message quotes it."""
        if self.kind != "scalar":
            return "a map" if self.kind == "map" else "a list"
        text = self.text if len(self.text) <= 40 else f"{self.text[:40]}..."
        return f"`{text}`" if text.isprintable() and text else "empty" if not text else repr(text)


class Reader:
    """Reads the nodes of one file. Every method raises PolicyError for what the table of fields does not allow."""

    def __init__(self, path: str) -> None:
        self.path = path

    def refuse(self, node: Node, message: str, hint: str) -> NoReturn:
        raise PolicyError(f"{self.path}:{node.line}: {message}", hint)

    def section(self, node: Node, prefix: str) -> dict[str, object]:
        """The values below a dotted key, by dotted key; keys that are not written are absent."""
        values: dict[str, object] = {}
        names = children(prefix)
        for name, value in self.entries(node, prefix):
            if name.text not in names:
                self._unknown(name, prefix, names)
            key = f"{prefix}.{name.text}" if prefix else name.text
            values.update(self.value(value, field_at(key)))
        for name_ in names:
            key = f"{prefix}.{name_}" if prefix else name_
            if field_at(key).required and key not in values:
                self.refuse(node, f"`{prefix.replace('.*', '')}` has an entry without `{name_}`", _write(field_at(key)))
        return values

    def entries(self, node: Node, key: str) -> Iterable[tuple[Node, Node]]:
        """The entries of a map, keys checked to be text and unique."""
        if node.empty:
            return ()
        if node.kind != "map":
            hint = f"write `name: value` lines; names are {', '.join(children(key))}" if children(key) else "write `{}`"
            self.refuse(node, f"{_named(key)} is {node.shown}, but must be a map", hint)
        seen: dict[str, int] = {}
        for name, _ in node.pairs:
            if name.kind != "scalar" or name.empty:
                self.refuse(name, f"a key of {_named(key)} is {name.shown}, not a name", "write `name: value`")
            if name.text in seen:
                first = seen[name.text]
                self.refuse(name, f"`{name.text}` is written twice (first on line {first})", "keep one of the two")
            seen[name.text] = name.line
        return node.pairs

    def value(self, node: Node, of: Field) -> dict[str, object]:
        """The value of one field, as {dotted key: value}."""
        if of.kind == "section" or (of.kind == "attribution" and (node.kind == "map" or node.empty)):
            return self.section(node, of.key)
        if of.kind == "attribution":
            return self.value(node, field_at("attribution.mode"))
        readers: dict[str, Callable[[Node, Field], object]] = {
            "choice": self.choice, "flag": self.flag, "whole": self.whole, "seconds": self.seconds, "size": self.size,
            "date": self.date, "text": self.text, "texts": self.texts, "environment": self.environment,
            "mode": self.mode, "levels": self.levels, "map": self.records_by_path, "list": self.records,
        }  # fmt: skip
        return {of.key: readers[of.kind](node, of)}

    def text(self, node: Node, of: Field) -> str:
        if node.kind != "scalar" or not node.text.strip() or "\0" in node.text or not _encodes(node.text):
            self.refuse(node, f"`{_dotted(of)}` is {node.shown}, but must be text", _write(of))
        return node.text

    def choice(self, node: Node, of: Field) -> str:
        if node.kind != "scalar" or node.text not in of.choices:
            *most, last = of.choices
            allowed = f"{', '.join(most)} or {last}" if most else last
            self.refuse(node, f"`{_dotted(of)}` is {node.shown}, but must be {allowed}", _write(of))
        return node.text

    def flag(self, node: Node, of: Field) -> bool:
        if node.kind != "scalar" or node.text not in ("true", "false"):
            self.refuse(node, f"`{_dotted(of)}` is {node.shown}, but must be true or false", _write(of))
        return node.text == "true"

    def whole(self, node: Node, of: Field) -> int:
        if of.choices:
            return int(self.choice(node, of))
        return int(self._matched(node, of, _WHOLE, "a whole number").group())

    def seconds(self, node: Node, of: Field) -> float:
        seconds = float(self._matched(node, of, _SECONDS, "a number of seconds").group())
        if not seconds:
            self.refuse(node, f"`{_dotted(of)}` is 0, which no command can meet", _write(of))
        return seconds

    def size(self, node: Node, of: Field) -> int:
        number, unit = self._matched(node, of, _SIZE, "a number of bytes").groups()
        return int(number) * _UNIT[unit]

    def date(self, node: Node, of: Field) -> str:
        text = self._matched(node, of, _DATE, "a date").group()
        try:
            date.fromisoformat(text)
        except ValueError:
            self.refuse(node, f"`{_dotted(of)}` is `{text}`, which is no day of the calendar", _write(of))
        return text

    def texts(self, node: Node, of: Field) -> tuple[str, ...]:
        if node.empty:
            return ()
        if node.kind != "list":
            self.refuse(node, f"`{_dotted(of)}` is {node.shown}, but must be a list", _write(of))
        read = self.choice if of.choices else self.text
        return tuple(read(item, of) for item in node.items)

    def environment(self, node: Node, of: Field) -> tuple[tuple[str, str], ...]:
        pairs = []
        for name, value in self.entries(node, of.key):
            if not _VARIABLE.fullmatch(name.text):
                self.refuse(name, f"{name.shown} is not the name of a variable", _write(of))
            if value.kind != "scalar" or "\0" in value.text:
                self.refuse(value, f"the variable `{name.text}` is {value.shown}, but must be text", _write(of))
            pairs.append((name.text, value.text))
        return tuple(pairs)

    def mode(self, node: Node, of: Field) -> dict[str, str]:
        """Mode by rule family, with the overall one under `default` and the last day under `until`."""
        if node.kind != "map":
            return {"default": self.choice(node, of)}
        modes = {}
        for name, value in self.entries(node, of.key):
            if name.text not in ("default", "until", *FAMILIES):
                self._unknown(name, of.key, ("default", "until", *FAMILIES))
            until = Field("mode.until", "date", "", example="2030-01-31")
            modes[name.text] = self.date(value, until) if name.text == "until" else self.choice(value, of)
        return modes

    def levels(self, node: Node, of: Field) -> dict[str, str]:
        levels = {}
        for name, value in self.entries(node, of.key):
            family = name.text.partition("/")[0]
            if not _RULE.fullmatch(name.text) or family not in FAMILIES:
                self._unknown(name, of.key, FAMILIES)
            level = self.choice(value, of)
            if family in LOCKED and level != "error":
                self.refuse(
                    value, f"`{name.text}` cannot be lowered: it protects the judge and its evidence",
                    "remove this line; to try the guard without blocking write `mode: warn`",
                )  # fmt: skip
            levels[name.text] = level
        return levels

    def records(self, node: Node, of: Field) -> tuple[dict[str, object], ...]:
        if node.empty:
            return ()
        if node.kind != "list":
            self.refuse(node, f"`{_dotted(of)}` is {node.shown}, but must be a list", _write(of))
        return tuple(self.section(item, f"{of.key}.*") for item in node.items)

    def records_by_path(self, node: Node, of: Field) -> dict[str, dict[str, object]]:
        records = {}
        for name, value in self.entries(node, of.key):
            path = name.text.rstrip("/") if name.text != "." else ""
            if path.startswith("/") or ".." in path.split("/") or (not path and name.text != ".") or path in records:
                hint = "write it as `.` or `packages/api`"
                self.refuse(name, f"{name.shown} is not a folder of the repository named once", hint)
            records[path] = self.section(value, f"{of.key}.*")
        return records

    def _matched(self, node: Node, of: Field, pattern: re.Pattern[str], kind: str) -> re.Match[str]:
        found = pattern.fullmatch(node.text) if node.kind == "scalar" else None
        if found is None:
            self.refuse(node, f"`{_dotted(of)}` is {node.shown}, but must be {kind}", _write(of))
        return found

    def _unknown(self, name: Node, prefix: str, allowed: tuple[str, ...]) -> NoReturn:
        closest = cast("Callable[..., list[str]]", load("difflib:get_close_matches"))(name.text, allowed, n=1)
        hint = f"did you mean `{closest[0]}`?" if closest else f"keys known here: {', '.join(allowed)}"
        self.refuse(name, f"{name.shown} is not a key of {_named(prefix)}", hint)


def _encodes(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _dotted(of: Field) -> str:
    return of.key.replace(".*", "")


def _named(prefix: str) -> str:
    return f"`{prefix.replace('.*', '')}`" if prefix else "a policy"


def _write(of: Field) -> str:
    return f"write `{of.name}: {of.example or of.default}`"
