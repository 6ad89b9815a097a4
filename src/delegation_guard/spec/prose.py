"""The parts that are lists of sentences or paths: CONTEXT, PRESERVE, CONSTRAINTS, ALSO ALLOWED."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from delegation_guard.errors import SpecError
from delegation_guard.model.contract import Allowed, Clause, ContextItem
from delegation_guard.spec.paths import normalised, path_like, placeholder, refuse_glob, unfilled
from delegation_guard.spec.scan import Text
from delegation_guard.spec.text import Notes, hidden, masked, spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from delegation_guard.spec.scan import Node

BULLET = re.compile(r"^\s*(?:[-*+•–—]|\d{1,4}[.)]|[a-zA-Z]\))\s+(?:\[[ xX]\]\s+)?")
_SEPARATOR = re.compile(r"\s*(?:—|–|\s--?\s|:\s)\s*")
_RANGE = re.compile(r"^(.*?)(?::(\d+)(?:\s*[-–]\s*(\d+))?|#L(\d+)(?:-L?(\d+))?)$")
_LINES = re.compile(r"^[\s,(]*(?:lines?|ll?\.)\s*(\d+)(?:\s*(?:[-–]|to)\s*(\d+))?\)?", re.IGNORECASE)
_BY = re.compile(r"^[\s(:—–-]*(?:(?:re-?)?generated\s+)?by\s+(.+?)\)?$", re.IGNORECASE)
_NONE = frozenset(("none", "nothing", "nothing else", "n/a", "-", "no", "no other file", "no other files", "—", "–"))
_COMMA = re.compile(r"\s*,\s+")


@dataclass(frozen=True)
class Item:
    """One list item or paragraph, its wrapped lines joined, and the line it begins on."""

    text: str
    line: int
    listed: bool


def items(nodes: Iterable[Node]) -> list[Item]:
    """List items and paragraphs in order; fences are data and belong to none of them."""
    found: list[Item] = []
    parts: list[str] = []
    line, listed = 0, False

    def flush() -> None:
        if parts:
            found.append(Item(" ".join(parts), line, listed))
            parts.clear()

    for node in nodes:
        if not isinstance(node, Text) or not node.text.strip():
            flush()
            continue
        bullet = BULLET.match(node.text)
        if bullet or not parts:
            flush()
            line, listed = node.line, bullet is not None
        text = node.text[bullet.end() :] if bullet else node.text
        if text.strip():
            parts.append(text.strip())
    flush()
    return found


def clauses(nodes: Iterable[Node]) -> tuple[Clause, ...]:
    """The sentences of PRESERVE or CONSTRAINTS, one an item."""
    return tuple(Clause(item.text, item.line) for item in items(nodes))


def context(nodes: Sequence[Node], notes: Notes) -> tuple[ContextItem, ...]:
    """The files to read. A line without a readable path is reported, never guessed at."""
    found: list[ContextItem] = []
    for item in _context_items(nodes):
        if re.match(r"^<[^<>]*>", item.text):
            notes.fail(
                item.line, f"CONTEXT still has a placeholder: {_short(item.text)}",
                "write `- src/invoice.py:12-30 — why`, or remove the line",
            )  # fmt: skip
        before = len(notes.warnings)
        read = _context_item(item, notes)
        found += read
        if not read and len(notes.warnings) == before and (item.listed or placeholder(item.text)):
            notes.warn(item.line, f"no file is named here: {_short(item.text)}; write `- src/invoice.py:12-30 — why`")
    return tuple(found)


def _context_items(nodes: Sequence[Node]) -> list[Item]:
    """Items, where lines without a bullet that begin with a path are items of their own."""
    if any(isinstance(node, Text) and BULLET.match(node.text) for node in nodes):
        return items(nodes)
    return [Item(node.text.strip(), node.line, False) for node in nodes if isinstance(node, Text) and node.text.strip()]


def _context_item(item: Item, notes: Notes) -> list[ContextItem]:
    head, why = _cut(item.text.replace("**", ""))
    names = [name for name in re.split(r"\s*,\s+|\s+and\s+", head) if name]
    read = [_reference(name) for name in names]
    plain = [entry for entry in read if entry is not None]
    if len(plain) != len(read):
        first = _reference(head.split()[0]) if head.split() else None
        lines = _LINES.match(head.split(None, 1)[1]) if first and len(head.split()) > 1 else None
        if first is None or lines is None:
            return []
        start = int(lines[1])
        plain = [(first[0], start, int(lines[2] or start))]
    found = []
    for path, start, end in plain:
        checked = _checked(path, notes, item.line)
        if checked:
            if end and end < start:
                notes.warn(item.line, f"the lines {start}-{end} of {checked} run backwards")
                start, end = end, start
            found.append(ContextItem(checked, start, end, why, item.line))
    return found


def _cut(text: str) -> tuple[str, str]:
    """The part before the first separator that is not inside back-ticks, and the part behind it."""
    found = _SEPARATOR.search(masked(text))
    if found is None:
        bare = re.match(r"^(`[^`]*`|\S+)\s+(\(.*\))$", text)
        if bare and not _LINES.match(bare[2]):
            return bare[1], bare[2][1:-1].strip()
        return text, ""
    return text[: found.start()].strip(), text[found.end() :].strip()


def _reference(name: str) -> tuple[str, int, int] | None:
    """A path with its line range (0, 0 = none), None when the text is no path."""
    inside = spans(name)
    ticked = bool(inside) and inside[0][0] == 0
    bare, rest = (inside[0][2], name[inside[0][1] :].strip()) if ticked else (name.strip().rstrip(":"), "")
    found = _RANGE.match(f"{bare}{rest}" if rest.startswith((":", "#")) else bare)
    path, start, end = (bare, 0, 0)
    if found:
        path, start = found[1], int((found[2] or found[4])[:9])
        end = int((found[3] or found[5] or str(start))[:9])
    lines = _LINES.match(rest) if rest else None
    if lines:
        start, end = int(lines[1][:9]), int((lines[2] or lines[1])[:9])
    if (
        not path
        or (" " in path and not ticked)
        or not (ticked or path_like(path.rstrip("/") + ("/" if path.endswith("/") else "")))
    ):
        return None
    return path, start, end


def _checked(path: str, notes: Notes, line: int) -> str:
    """The normalised path, or "" with a warning: CONTEXT authorises nothing, so a bad path here refuses no spec."""
    aside = Notes(notes.path)
    try:
        checked = normalised(path.rstrip("/") or path, aside, line, "CONTEXT path")
    except SpecError as error:
        notes.warn(line, f"not read as a file: {error.message.partition(': ')[2]}")
        return ""
    notes.warnings += aside.warnings
    return checked


def allowed(nodes: Sequence[Node], notes: Notes) -> tuple[Allowed, ...]:
    """The paths of ALSO ALLOWED, each alone or `path by <command>`; everything else is refused."""
    found: list[Allowed] = []
    for item in items(_apart(nodes)):
        if item.text.strip().rstrip(".").lower() in _NONE:
            continue
        for part in _parts(item):
            read = _allowed(part, item.line, notes)
            if any(other.path == read.path for other in found):
                notes.fail(item.line, f"`{read.path}` is allowed twice", "keep one line for it")
            found.append(read)
    return tuple(found)


def _apart(nodes: Sequence[Node]) -> list[Node]:
    """The nodes with a blank line above every unindented line: such a line is an item, never a continuation."""
    apart: list[Node] = []
    for node in nodes:
        if isinstance(node, Text) and node.text[:1] not in ("", " ", "\t"):
            apart.append(Text(node.line, ""))
        apart.append(node)
    return apart


def _parts(item: Item) -> list[str]:
    """The pieces of a comma list; commas inside back-ticks do not count, nor a lone one inside a command."""
    hidden_text = masked(item.text)
    parts, at = [], 0
    for comma in _COMMA.finditer(hidden_text):
        parts.append(item.text[at : comma.start()])
        at = comma.end()
    return [part for part in [*parts, item.text[at:]] if part.strip()]


def _allowed(text: str, line: int, notes: Notes) -> Allowed:
    text = text.strip().rstrip(",").replace("**", "")
    inside = spans(text)
    if inside and inside[0][0] == 0:
        raw, rest = inside[0][2], text[inside[0][1] :].strip()
    else:
        raw, _, rest = text.partition(" ")
        raw, rest = raw.rstrip(":"), rest.strip()
        if not placeholder(raw) and not path_like(raw):
            notes.fail(
                line, f"`{raw}` in ALSO ALLOWED does not look like a path",
                "write one path a list item, in back-ticks if its name is unusual",
            )  # fmt: skip
    path = normalised(raw, notes, line)
    refuse_glob(path, notes, line)
    if not rest:
        return Allowed(path, line)
    by = _BY.match(rest)
    if by is None:
        if rest[0] in "(—–-":
            return Allowed(path, line)
        notes.fail(
            line, f"`{rest}` stands behind `{path}`",
            "write `ALSO ALLOWED: <path>` or `<path> by <command>`, one a list item or separated by commas",
        )  # fmt: skip
    command = by[1].strip()
    ticked = spans(command)
    if ticked and ticked[0][:2] == (0, len(command)):
        command = ticked[0][2]
    if not command or placeholder(command) or unfilled(command) or hidden(command) or "`" in command:
        notes.fail(line, f"the command that makes `{path}` is missing or a placeholder", f"write `{path} by make docs`")
    return Allowed(path, line, command)


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."
