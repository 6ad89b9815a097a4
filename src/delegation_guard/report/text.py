"""Text made safe and laid out for a terminal: escaped, measured, wrapped, coloured."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD = re.compile(r"(?:`[^`\n]*`|\S)+")
_CODES = {"red": "31", "yellow": "33", "green": "32", "blue": "34", "dim": "2", "bold": "1"}


def clean(text: str) -> str:
    """Text in which nothing can steer a terminal: control, format and bidirectional characters come out escaped.

    Line breaks count as control characters; tabs become four blanks. Undecodable bytes show as `\\xff`.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escaped(char) for char in text)


def _escaped(char: str) -> str:
    code = ord(char)
    if char == "\t":
        return "    "
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return char.encode("unicode_escape").decode("ascii")


def columns(text: str) -> int:
    """How many terminal columns a line of cleaned text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def pad(text: str, width: int) -> str:
    return text + " " * (width - columns(text))


def wrap(text: str, width: int, indent: str = "", first: str | None = None) -> Iterator[str]:
    """Lines of a sentence; `first` begins the first, `indent` the others. Text in `backticks` is never broken.

    Lines of the text that begin with a blank are commands or code and stay whole, so that they can be copied.
    """
    start = indent if first is None else first
    for line in text.split("\n"):
        if line[:1].isspace():
            yield start + clean(line.rstrip())
        else:
            yield from _filled(_WORD.findall(clean(line)), width, start, indent)
        start = indent


def _filled(words: list[str], width: int, first: str, indent: str) -> Iterator[str]:
    line = first
    empty = True
    for word in words:
        if not empty and columns(line) + 1 + columns(word) > width:
            yield line
            line, empty = indent, True
        line += word if empty else f" {word}"
        empty = False
    if not empty:
        yield line


def counted(number: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


class Paint:
    """Colours, or nothing at all."""

    def __init__(self, on: bool) -> None:
        self.on = on

    def __call__(self, text: str, *styles: str) -> str:
        codes = ";".join(_CODES[style] for style in styles)
        return f"\033[{codes}m{text}\033[0m" if self.on and codes and text else text

    def level(self, level: str, text: str | None = None) -> str:
        style = {"error": "red", "warning": "yellow", "note": "blue"}.get(level, "dim")
        return self(text if text is not None else level, "bold", style)
