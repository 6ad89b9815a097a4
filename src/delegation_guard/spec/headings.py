"""Which lines are section headings, however their author decorates or misspells them."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Literal

from delegation_guard.spec.text import blanks, spaced

Kind = Literal["context", "preserve", "changes", "verify", "constraints", "allowed", "aside"]

TITLES: dict[Kind, str] = {
    "context": "CONTEXT", "preserve": "EXISTING BEHAVIOR THAT MUST BE PRESERVED", "changes": "CHANGES TO MAKE",
    "verify": "VERIFY", "constraints": "CONSTRAINTS", "allowed": "ALSO ALLOWED",
}  # fmt: skip
_NAMES: dict[Kind, tuple[str, ...]] = {
    "context": (
        "context", "context files", "files to read", "files to read first", "read first", "read these files first",
    ),
    "preserve": (
        "existing behavior that must be preserved", "existing behavior which must be preserved", "existing behavior",
        "existing behavior to preserve", "existing behavior to be preserved", "existing behavior must be preserved",
        "behavior that must be preserved", "behavior to preserve", "must be preserved", "must preserve", "preserve",
        "must not change", "what must not change", "what must be preserved", "invariants",
    ),
    "changes": (
        "changes to make", "changes", "changes to be made", "required changes", "changes required", "edits",
        "edits to make",
    ),
    "verify": (
        "verify", "verification", "verify with", "verify by running", "how to verify", "verify commands",
        "verify command", "verification commands", "verification steps",
    ),
    "constraints": ("constraints", "constraint", "restrictions"),
    "allowed": ("also allowed", "also allowed to change"),
}  # fmt: skip
_KIND_OF: dict[str, Kind] = {name: kind for kind, names in _NAMES.items() for name in names}
_ASIDES = frozenset((
    "note", "notes", "important", "warning", "background", "motivation", "rationale", "why", "goal", "goals", "summary",
    "overview", "description", "references", "links", "non goals", "non-goals", "out of scope", "hand-off", "handoff",
    "appendix",
))  # fmt: skip
ROLE_WORDS = frozenset(
    ("change", "changed", "before", "after", "old", "new", "from", "to", "with", "replace", "current", "existing")
)
"""One-word labels of code blocks, which are never a misspelled section heading."""

_HASH = re.compile(r"^ {0,3}(#{1,6})(?!#)[ \t]*(\S.*)$")
_BULLET = re.compile(r"^\s*(?:[-*+•–—]|\d{1,4}[.)])(?:\s+|$)")
_BOLD = re.compile(r"^(\*\*|__(?=.*__(?:[\s:]|$)))(?=\S)([^*]+?)\1(?:(?<=\*)|(?=[\s:]|$))(:?)\s*(.*)$")
_NUMBER = re.compile(r"^(?:step\s+)?\d{1,3}(?:\.\d{1,3})*\s*[.):]?\s+", re.IGNORECASE)
_NAME = re.compile(
    r"^([A-Za-z][A-Za-z'-]*(?: [A-Za-z][A-Za-z'-]*)*)\s*(\([^()]*\))?\s*(:|—|–|(?<=\s)--?(?=\s)|$)\s*(.*)$"
)
_VERIFY_IN = re.compile(r"^verify\s+(?:in|from|inside)\s+([^\s:]+)\s*(:|—|–|$)\s*(.*)$", re.IGNORECASE)
_RULER = re.compile(r"^\s*([-=*_])(?:\s*\1){2,}\s*$")


@dataclass(frozen=True, slots=True)
class Shape:
    """A line that could be a heading: its depth in `#` (0 = none), whether it is bold, and its bare text.

    `whole`: the bold covers the whole line.
    """

    level: int
    bold: bool
    whole: bool
    text: str

    @property
    def marked(self) -> bool:
        return self.level > 0 or self.bold


@dataclass(frozen=True, slots=True)
class Heading:
    """A section heading: `rest` follows it on its line, `note` is in its parentheses, `guess` = not written exactly."""

    kind: Kind
    level: int
    name: str
    rest: str = ""
    note: str = ""
    guess: bool = False


def is_ruler(text: str) -> bool:
    """Whether a line only draws a line (also the underline of a heading)."""
    return _RULER.match(text) is not None


def shape(text: str) -> Shape | None:
    """The line as a possible heading; None for blank, deeply indented, quoted and listed lines."""
    text = spaced(text)
    hashed = _HASH.match(text)
    if hashed is None and (
        not text.strip() or len(text) - len(text.lstrip()) > 3 or _BULLET.match(text) or text.lstrip()[0] == ">"
    ):
        return None
    level = len(hashed[1]) if hashed else 0
    bare = blanks(hashed[2]).rstrip("#").rstrip() if hashed else blanks(text)
    bold = _BOLD.match(bare)
    if bold is None:
        return Shape(level, False, False, bare) if bare else None
    after = f" {bold[4]}" if bold[4] else ""
    return Shape(level, True, not bold[4], f"{bold[2].strip()}{bold[3]}{after}")


def section(line: Shape, current: Kind | None, after_blank: bool, depth: int = 0) -> Heading | None:
    """The section a line opens, None when it opens none.

    Understood: any case after `#` or in bold, capitals or a lone title otherwise, small misspellings in those forms.
    `current` is the section so far and `depth` the `#` of its heading: under CHANGES a deeper numbered heading is a
    file, and labels of code blocks are not misspelled headings.
    """
    is_file = current == "changes" and line.marked and not 0 < line.level <= depth
    text = line.text if is_file else _NUMBER.sub("", line.text)
    where = _VERIFY_IN.match(text)
    if where and (line.marked or text.startswith(("VERIFY", "Verify"))):
        return Heading("verify", line.level, "VERIFY", where[3], f"in {where[1]}")
    named = _NAME.match(text)
    if named is None:
        return None
    name, note, mark, rest = named[1].strip(), (named[2] or "").strip("()").strip(), named[3], named[4].strip()
    key = _key(name)
    if key in _KIND_OF:
        kind = _KIND_OF[key]
        if line.marked or name.isupper() or _is_title_line(kind, name, note, mark, rest, after_blank):
            return Heading(kind, line.level, name, rest, note)
        return None
    if rest or not (line.marked or (name.isupper() and len(name) > 3)) or (line.bold and not line.whole):
        return None
    if current == "verify" and line.level == 1:
        return None  # a shell comment above a command
    return _guess(line, key, name, note, current)


def _is_title_line(kind: Kind, name: str, note: str, mark: str, rest: str, after_blank: bool) -> bool:
    """Whether a heading in small letters without decoration is one: alone on its line, or plainly an introduction."""
    if not name[0].isupper():
        return False
    if rest:
        return after_blank and (mark == ":" or (kind == "context" and rest.endswith(":")))
    return mark == ":" or bool(note) or after_blank


def _guess(line: Shape, key: str, name: str, note: str, current: Kind | None) -> Heading | None:
    if key in _ASIDES:
        return Heading("aside", line.level, name, guess=True) if line.level else None
    words = key.split()
    if len(words) > 8 or (current == "changes" and key in ROLE_WORDS):
        return None
    if words[0].startswith("verif") and len(words) <= 3:
        return Heading("verify", line.level, name, note=note, guess=True)
    near = closest(key)
    return Heading(near, line.level, name, note=note, guess=True) if near else None


def closest(name: str) -> Kind | None:
    """The section whose name is nearest to a misspelled one, None when none is near."""
    near = difflib.get_close_matches(_key(name)[:80], list(_KIND_OF), 1, 0.8)
    return _KIND_OF[near[0]] if near else None


def _key(name: str) -> str:
    return " ".join(name.lower().replace("behaviour", "behavior").replace("’", "'").split())


def lone_label(line: Shape) -> str:
    """The text of a line that is a label in capitals with a colon and nothing else, "" otherwise."""
    text = line.text
    if not text.endswith(":") or len(text) < 3 or len(text) > 80:
        return ""
    bare = text[:-1].strip()
    return bare if re.fullmatch(r"[A-Z][A-Z0-9 /_()-]*", bare) else ""


def is_aside(name: str) -> bool:
    """Whether a heading announces something that is no part of the contract (notes, background ...)."""
    return _key(name.rstrip(":")) in _ASIDES
