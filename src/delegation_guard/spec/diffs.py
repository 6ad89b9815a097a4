"""A fence marked diff, cut into what stands before and after each hunk."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from delegation_guard.model.contract import CodeBlock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from delegation_guard.spec.text import Notes

_FILE = re.compile(r"^(?:---|\+\+\+)\s+(?:[ab]/)?([^\t\n]+)")
_NOISE = (
    "diff --git ",
    "index ",
    "new file mode",
    "deleted file mode",
    "old mode",
    "new mode",
    "similarity ",
    "rename ",
    "\\ No newline",
)

Lines = list[tuple[int, str]]


def blocks(path: str, lines: Sequence[tuple[int, str]], notes: Notes) -> tuple[CodeBlock, ...]:
    """Per hunk: context and removed lines as a `before` block, context and added lines as a `new` one.

    A hunk that only adds has its context as `before`, which says where it goes. SpecError when the diff names another
    file.
    """
    found: list[CodeBlock] = []
    for hunk in _hunks(path, lines, notes):
        old = [(line, text[1:]) for line, text in hunk if not text.startswith("+")]
        new = [(line, text[1:]) for line, text in hunk if not text.startswith("-")]
        if any(text[0] in "+-" for _, text in hunk):
            found += [*_block(old, "before"), *_block(new, "new")]
    if not found:
        notes.warn(lines[0][0] if lines else 0, "this diff changes nothing")
    return tuple(found)


def _block(lines: Lines, role: str) -> list[CodeBlock]:
    text = "".join(f"{text}\n" for _, text in lines)
    return [CodeBlock("", text, lines[0][0], "before" if role == "before" else "new")] if text.strip() else []


def _hunks(path: str, lines: Sequence[tuple[int, str]], notes: Notes) -> Iterator[Lines]:
    hunk: Lines = []
    for place, (line, text) in enumerate(lines):
        named = _FILE.match(text)
        if named and _is_header(lines, place):
            other = named[1].strip()
            if other != path and other != "/dev/null" and not path.endswith(f"/{other}"):
                notes.fail(
                    line, f"this diff is of {other}, but stands under the heading of {path}",
                    f"give {other} a heading of its own, with its part of the diff",
                )  # fmt: skip
            continue
        if text.startswith("@@") or text.startswith(_NOISE):
            if hunk:
                yield hunk
            hunk = []
            continue
        hunk.append((line, text if text[:1] in ("+", "-", " ") else f" {text}"))
    if hunk:
        yield hunk


def _is_header(lines: Sequence[tuple[int, str]], place: int) -> bool:
    """Whether a line `--- x` or `+++ x` belongs to a pair of file lines, rather than being removed or added text."""
    if lines[place][1].startswith("---"):
        return place + 1 < len(lines) and lines[place + 1][1].startswith("+++ ")
    return place > 0 and lines[place - 1][1].startswith("--- ")
