"""Bytes of a spec to text, and what stands in the way of reading them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from delegation_guard.errors import SpecError
from delegation_guard.model.contract import Clause

if TYPE_CHECKING:
    from typing import NoReturn

MAX_BYTES = 1_000_000
"""The largest spec that is read. Whoever reads a file for `parse` needs no more than MAX_BYTES + 1 of it."""

MAX_LINE = 20_000
"""The longest line of a spec, in characters."""

_TICKS = re.compile(r"`+")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass
class Notes:
    """Where a spec was read, and what was odd about it so far."""

    path: str
    warnings: list[Clause] = field(default_factory=list)

    def warn(self, line: int, text: str) -> None:
        self.warnings.append(Clause(text, line))

    def fail(self, line: int, message: str, hint: str = "") -> NoReturn:
        raise SpecError(self.path, line, message, hint)


def decode(data: bytes, path: str) -> str:
    """The text of a spec, with its line ends as they are and a byte order mark if it has one.

    Refuses (SpecError) what is too large, UTF-16, binary, or not UTF-8; never guesses an encoding.
    """
    if len(data) > MAX_BYTES:
        raise SpecError(
            path, 0, f"the spec is larger than {MAX_BYTES:,} bytes",
            "a spec is one focused task: leave out everything but TASK, CONTEXT, CHANGES TO MAKE and VERIFY",
        )  # fmt: skip
    if data.startswith(_UTF16):
        raise SpecError(path, 0, "the spec is written in UTF-16", "save it as UTF-8")
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise SpecError(
            path, line, "there is a NUL byte here, so this is not a text file", "save the spec as UTF-8 text"
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SpecError(
            path, line, f"the byte 0x{data[error.start]:02x} here is not UTF-8", "save the spec as UTF-8 text"
        ) from None


def lines_of(text: str, notes: Notes) -> list[tuple[int, str]]:
    """Numbered lines without their ends and without the indentation that all of them share."""
    text = text.removeprefix("\ufeff")
    if "\n" not in text:
        text = text.replace("\r", "\n")
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_LINE:
            notes.fail(
                number, f"this line is longer than {MAX_LINE:,} characters", "break it into lines that people can read"
            )
    shared = _shared_indent(lines)
    return [(number, line[shared:] if line.strip() else "") for number, line in enumerate(lines, 1)]


def _shared_indent(lines: list[str]) -> int:
    full = [line for line in lines if line.strip()]
    if not full:
        return 0
    lowest, highest = min(full), max(full)
    shared = 0
    while shared < min(len(lowest), len(highest)) and lowest[shared] == highest[shared] and lowest[shared] in " \t":
        shared += 1
    return shared


def hidden(text: str) -> str:
    """The name of the first character a reader cannot see (controls, direction marks, zero width), "" if none."""
    for char in text:
        if char != "\t" and unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"):
            return f"U+{ord(char):04X}"
    return ""


def spaced(text: str) -> str:
    """Text with every kind of blank that Unicode knows as a plain space; tabs stay."""
    if text.isascii():
        return text
    return "".join(" " if unicodedata.category(char) == "Zs" else char for char in text)


def blanks(text: str) -> str:
    """Text with every kind of horizontal blank as a plain space, trimmed."""
    return spaced(text).replace("\t", " ").strip()


def spans(text: str) -> list[tuple[int, int, str]]:
    """The back-ticked spans of a line: where each begins and ends, and what stands between the ticks."""
    runs = [(match.start(), match.end()) for match in _TICKS.finditer(text)]
    found: list[tuple[int, int, str]] = []
    later: dict[int, list[int]] = {}
    for place in range(len(runs) - 1, -1, -1):
        later.setdefault(runs[place][1] - runs[place][0], []).append(place)
    place = 0
    while place < len(runs):
        start, end = runs[place]
        same = later[end - start]
        while same and same[-1] <= place:
            same.pop()
        if same:
            closing = same[-1]
            inside = text[end : runs[closing][0]]
            found.append((start, runs[closing][1], inside.strip() if inside.strip() else inside))
            place = closing
        place += 1
    return found


def masked(text: str, letter: str = "x") -> str:
    """The line with every back-ticked span, ticks included, written over with one letter."""
    parts, at = [], 0
    for start, end, _ in spans(text):
        parts += [text[at:start], letter * (end - start)]
        at = end
    return "".join([*parts, text[at:]])
