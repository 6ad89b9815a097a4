"""The TASK line and the header fields after it."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from delegation_guard.spec.headings import shape
from delegation_guard.spec.paths import placeholder, slot, undecided
from delegation_guard.spec.text import blanks, hidden

if TYPE_CHECKING:
    from delegation_guard.spec.scan import Text
    from delegation_guard.spec.text import Notes

HOW = "write `TASK T-1: <what to do, in one line>`"
KINDS = ("refactor", "tests", "helper", "call-sites", "boilerplate")
EXPECTS = ("fails-before", "passes-before")
FIELDS = ("agent", "phase", "model", "kind", "expect", "complexity", "security")

_TASK = re.compile(r"^TASK(?![\w-])\s*[:#]?\s*(.*)$", re.IGNORECASE)
_BODY = re.compile(r"^[`*\[(]*([^\s:`*\])—–]*)[`*\])]*\s*(?::|—|–|(?<=\s)--?(?=\s))\**\s*(.*)$")
_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_-])?")
_FIELD = re.compile(r"^\s{0,3}(?:[-*+•]\s+)?\**\s*([A-Za-z][A-Za-z _-]{0,38}?)\s*\**\s*:\s*\**\s*(.*)$")


@dataclass
class Header:
    """The values of the fields after TASK, and `allowed`: what stands on the ALSO ALLOWED line itself."""

    values: dict[str, str] = field(default_factory=dict)


def is_task(node: Text, first: bool) -> bool:
    """Whether a line opens a task: `TASK` in capitals, or any case where decoration or an id with a digit says so.

    `first`: no task and no section stands above, so a plain `Task name: title` counts too.
    """
    line = shape(node.text)
    if line is None:
        return False
    found = _TASK.match(line.text)
    if found is None:
        return False
    if line.text.startswith("TASK"):
        return True
    body = _BODY.match(found[1])
    if body is None:
        return line.text.rstrip().endswith(":") and line.marked and not found[1].strip(": ")
    name = body[1]
    return bool(_ID.fullmatch(name)) and (line.marked or first or any(char.isdigit() for char in name))


def read_task(node: Text, notes: Notes) -> tuple[str, str]:
    """The id and title of the TASK line."""
    line = shape(node.text)
    found = _TASK.match(line.text if line else node.text)
    text = (found[1] if found else "").strip()
    if not text:
        notes.fail(node.line, "TASK has neither id nor title", HOW)
    body = _BODY.match(text)
    if text.startswith("<") or body is None:
        if text.startswith("<") or placeholder(text):
            notes.fail(node.line, f"the id of the task is still a placeholder: {text}", HOW)
        word = text.split()[0].strip("`*:")
        what = "no title" if len(text.split()) == 1 else "no colon between its id and its title"
        notes.fail(
            node.line,
            f"TASK {word} has {what}",
            f"write `TASK {word if _ID.fullmatch(word) else 'T-1'}: what to do, in one line`",
        )
    name, title = body[1], blanks(body[2]).rstrip("*").strip()
    if placeholder(name):
        notes.fail(
            node.line, "TASK has no id" if not name else f"the id of the task is still a placeholder: {name}", HOW
        )
    if not _ID.fullmatch(name) or ".." in name:
        notes.fail(
            node.line, f"the task id {name if name.isprintable() else ascii(name)} is not usable as a file name",
            "use letters, digits, `-`, `_` and `.`, at most 100, beginning with a letter or digit: TASK T-1: ...",
        )  # fmt: skip
    if not title or slot(title) or undecided(title):
        what = "still has a placeholder for a title" if title else "has no title"
        notes.fail(node.line, f"TASK {name} {what}", f"say in one line what to do: `TASK {name}: cap the retry delays`")
    if hidden(title):
        notes.fail(
            node.line, f"the title holds a character that cannot be seen ({hidden(title)})", "type the title again"
        )
    return name, title


def field_of(text: str) -> tuple[str, str] | None:
    """(name as written, value) of a line that looks like a header field, else None."""
    found = _FIELD.match(blanks(text)) if len(text) < 1000 else None
    return (found[1].strip(), found[2].strip().strip("`").strip()) if found else None


def read_field(name: str, value: str, line: int, header: Header, notes: Notes) -> None:
    """Take one header field. Unknown names in capitals are a warning; a bad value of a known one is refused."""
    key = _field_key(name)
    if key not in FIELDS:
        if name.isupper():
            near = difflib.get_close_matches(key, FIELDS, 1, 0.7)
            hint = f"; did you mean {near[0].upper()}?" if near else ""
            notes.warn(line, f"the header {name} is not one the guard knows, and is ignored{hint}")
        return
    shown = key.upper()
    if not value:
        notes.warn(line, f"the header {shown} has no value")
        return
    if hidden(value):
        notes.fail(line, f"the header {shown} holds a character that cannot be seen ({hidden(value)})", "type it again")
    if placeholder(value):
        notes.fail(
            line, f"the header {shown} is still a placeholder: {value}", f"fill it in, or remove the line {shown}"
        )
    legal = {"kind": KINDS, "expect": EXPECTS}.get(key)
    if legal is not None:
        value = "-".join(value.lower().replace("_", " ").split())
        if value not in legal:
            near = difflib.get_close_matches(value, legal, 1, 0.6)
            asked = f"did you mean {near[0]}? " if near else ""
            notes.fail(line, f"{value} is no {shown}", f"{asked}write one of: {', '.join(legal)}")
    if header.values.get(key, value) != value:
        notes.fail(line, f"{shown} is given twice with different values", f"keep one line {shown}")
    header.values[key] = value


def _field_key(name: str) -> str:
    return " ".join(name.lower().replace("-", " ").replace("_", " ").split())


def is_known_field(name: str) -> bool:
    """Whether a name in capitals is a header field the guard reads."""
    return name.isupper() and _field_key(name) in FIELDS
