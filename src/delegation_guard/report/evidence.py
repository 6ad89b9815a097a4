"""Before and after: side by side where both fit, one below the other where they do not."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from delegation_guard.report.text import clean, columns, counted, pad

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delegation_guard.model.finding import Evidence
    from delegation_guard.report.text import Paint

MOST_LINES = 12
MOST_COLUMNS = 400
"""Of one line: a minified file is one line of a megabyte."""


Heads = tuple[str, str]
CHANGE: Heads = ("before", "after")
DELIVERY: Heads = ("the spec", "the file")


def before_after(
    evidence: Evidence, width: int, indent: str, paint: Paint, heads: Heads = CHANGE
) -> Iterator[str]:
    """The lines that show an Evidence within `width` columns, its sides named by `heads`; none when it is empty."""
    before, after = _aligned(evidence.before, evidence.after)
    half = (width - len(indent) - 3) // 2
    if before and after and max(map(columns, before + after)) <= half:
        yield from _beside(before, after, indent, paint, heads)
        return
    yield from _below(before, "-", "red", width, indent, paint)
    yield from _below(after, "+", "green", width, indent, paint)


def _aligned(before: str, after: str) -> tuple[list[str], list[str]]:
    """Both texts as cleaned lines without the indentation they share, long ones cut with a word about it."""
    lines = [text.expandtabs(4).strip("\n").split("\n") if text.strip() else [] for text in (before, after)]
    together = textwrap.dedent("\n".join([*lines[0], *lines[1]])).split("\n")
    return _cut(together[: len(lines[0])]), _cut(together[len(lines[0]) : len(lines[0]) + len(lines[1])])


def _cut(lines: list[str]) -> list[str]:
    shown = [clean(shortened(line.rstrip())) for line in lines[:MOST_LINES]]
    return [*shown, f"... {counted(len(lines) - MOST_LINES, 'more line')}"] if len(lines) > MOST_LINES else shown


def shortened(line: str) -> str:
    return f"{line[:MOST_COLUMNS]}..." if len(line) > MOST_COLUMNS else line


def _beside(before: list[str], after: list[str], indent: str, paint: Paint, heads: Heads) -> Iterator[str]:
    width = max(len(heads[0]), *map(columns, before))
    yield f"{indent}{paint(pad(heads[0], width), 'dim')} | {paint(heads[1], 'dim')}"
    for number in range(max(len(before), len(after))):
        left = before[number] if number < len(before) else ""
        right = after[number] if number < len(after) else ""
        padding = " " * (width - columns(left))
        yield f"{indent}{paint(left, 'red')}{padding} | {paint(right, 'green')}".rstrip()


def _below(lines: list[str], mark: str, colour: str, width: int, indent: str, paint: Paint) -> Iterator[str]:
    room = max(20, width - len(indent) - 2)
    for line in lines:
        pieces = [line[at : at + room] for at in range(0, len(line), room)] or [""]
        for number, piece in enumerate(pieces):
            sign = " " if number else mark
            yield indent + paint(f"{sign} {piece}".rstrip(), colour)
