"""What stands where a block should stand: the closest text in the head, and the lines in which they differ."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from delegation_guard.checks.differences import Span, differences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from delegation_guard.checks.blocks import Piece
    from delegation_guard.languages.units import Source

_LINES = 8


@dataclass(frozen=True)
class Nearest:
    """Spec text and delivered text where they differ; `head_line` 0 and `after` empty when nothing comes close.

    `spec_line` is the first differing line of the spec; `head_lines` the source lines of the whole closest text.
    """

    spec_line: int
    head_line: int
    before: str
    after: str
    head_lines: range


def nearest(piece: Piece, head: Source) -> Nearest:
    """Compare a block that did not land with what looks most like it."""
    window = _window(piece, head)
    if window is None:
        first = piece.units[0].line if piece.units else 1
        return Nearest(piece.block.line + first - 1, 0, _text(piece.source.text, {first}), "", range(0))
    found = head.units[window.start : window.end]
    wanted: set[int] = set()
    delivered: set[int] = set()
    for hunk in differences([unit.text for unit in piece.units], [unit.text for unit in found]):
        wanted |= {line for unit in piece.units[hunk.a0 : hunk.a1] for line in range(unit.line, unit.end + 1)}
        delivered |= {line for unit in found[hunk.b0 : hunk.b1] for line in range(unit.line, unit.end + 1)}
    if not wanted and not delivered:
        wanted, delivered = {piece.units[0].line}, {found[0].line}
    return Nearest(
        piece.block.line + min(wanted, default=piece.units[0].line) - 1,
        min(delivered, default=found[0].line),
        _text(piece.source.text, wanted),
        _text(head.text, delivered),
        range(found[0].line, found[-1].end + 1),
    )


def _window(piece: Piece, head: Source) -> Span | None:
    """The definition of the same name, else the stretch of the head that shares most with the block."""
    for symbol in piece.source.symbols:
        same = [other for other in head.symbols if other.name == symbol.name and other.kind == symbol.kind]
        if same and symbol.start == 0 and symbol.kind != "value":
            size = same[0].end - same[0].start
            wanted = len(piece.units)
            return Span(same[0].start, same[0].end if symbol.end == wanted and symbol.whole else
                        min(len(head.units), same[0].start + max(size if symbol.whole else 0, wanted)))  # fmt: skip
    texts = [unit.text for unit in piece.units]
    if not texts or not head.units:
        return None
    return _closest(texts, [unit.text for unit in head.units])


def _closest(texts: Sequence[str], hay: Sequence[str]) -> Span | None:
    matcher = SequenceMatcher(None, texts, hay, autojunk=False)
    match = matcher.find_longest_match()
    if match.size and match.size * 3 >= len(texts):
        start = max(0, match.b - match.a)
        return Span(start, min(len(hay), start + len(texts)))
    if len(hay) > 3000:
        return None
    best = max(range(len(hay)), key=lambda at: _likeness(texts[0], hay[at]) if len(texts) == 1 else 0.0)
    return Span(best, best + 1) if len(texts) == 1 and _likeness(texts[0], hay[best]) > 0.5 else None


def _likeness(left: str, right: str) -> float:
    return SequenceMatcher(None, left, right, autojunk=False).ratio()


def _text(source: str, lines: set[int]) -> str:
    return quoted(source, sorted(lines))


def quoted(source: str, lines: Sequence[int]) -> str:
    """The given 1-based lines of a text, the first few of them, common indentation kept."""
    every = source.split("\n")
    shown = [every[line - 1].rstrip() for line in lines if 0 < line <= len(every)]
    shown = [line for line in shown if line.strip()]
    return "\n".join(shown[:_LINES] + (["..."] if len(shown) > _LINES else []))
