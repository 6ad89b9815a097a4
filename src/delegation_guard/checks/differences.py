"""Shortest edit scripts between two sequences, and where a run of units stands in another."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from delegation_guard.languages.units import Unit

_PATIENCE = 900


class Hunk(NamedTuple):
    """The left range [a0, a1) became the right range [b0, b1)."""

    a0: int
    a1: int
    b0: int
    b1: int


class Span(NamedTuple):
    start: int
    end: int


def differences(left: Sequence[Hashable], right: Sequence[Hashable]) -> list[Hunk]:
    """Hunks in order, shortest script first choice; very different texts fall back to a coarser comparison."""
    head = 0
    limit = min(len(left), len(right))
    while head < limit and left[head] == right[head]:
        head += 1
    tail = 0
    while tail < limit - head and left[-1 - tail] == right[-1 - tail]:
        tail += 1
    a, b = left[head : len(left) - tail], right[head : len(right) - tail]
    if not a and not b:
        return []
    if not a or not b:
        return [Hunk(head, head + len(a), head, head + len(b))]
    hunks = _shortest(a, b)
    if hunks is None:
        matcher = SequenceMatcher(None, a, b, autojunk=len(a) > 4000)
        hunks = [Hunk(*code[1:]) for code in matcher.get_opcodes() if code[0] != "equal"]
    return [Hunk(h.a0 + head, h.a1 + head, h.b0 + head, h.b1 + head) for h in hunks]


def _shortest(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[Hunk] | None:
    """Myers' greedy algorithm; None when the texts are too far apart for it to be cheap."""
    furthest = {1: 0}
    trace: list[dict[int, int]] = []
    for distance in range(min(len(a) + len(b), _PATIENCE) + 1):
        trace.append(dict(furthest) if distance < 64 else {k: furthest[k] for k in range(-distance - 1, distance + 2)
                                                           if k in furthest})  # fmt: skip
        for k in range(-distance, distance + 1, 2):
            down = k == -distance or (k != distance and furthest[k - 1] < furthest[k + 1])
            x = furthest[k + 1] if down else furthest[k - 1] + 1
            y = x - k
            while x < len(a) and y < len(b) and a[x] == b[y]:
                x, y = x + 1, y + 1
            furthest[k] = x
            if x >= len(a) and y >= len(b):
                return _walk_back(trace, len(a), len(b))
    return None


def _walk_back(trace: list[dict[int, int]], x: int, y: int) -> list[Hunk]:
    steps: list[tuple[int, int, int, int]] = []
    for distance in range(len(trace) - 1, 0, -1):
        furthest, k = trace[distance], x - y
        down = k == -distance or (k != distance and furthest[k - 1] < furthest[k + 1])
        before = k + 1 if down else k - 1
        px = furthest[before]
        py = px - before
        steps.append((px, px + (not down), py, py + down))
        x, y = px, py
    hunks: list[Hunk] = []
    for a0, a1, b0, b1 in reversed(steps):
        if hunks and hunks[-1].a1 == a0 and hunks[-1].b1 == b0:
            hunks[-1] = Hunk(hunks[-1].a0, a1, hunks[-1].b0, b1)
        else:
            hunks.append(Hunk(a0, a1, b0, b1))
    return hunks


def runs(needle: Sequence[Unit], hay: Sequence[Unit], start: int = 0) -> list[Span]:
    """Where `needle` stands in `hay` unbroken: the same texts, nested alike, at whatever depth it begins."""
    if not needle:
        return []
    size, first, shallow = len(needle), needle[0].text, needle[0].depth
    found = []
    index = start
    while index + size <= len(hay):
        unit = hay[index]
        if unit.text == first and _same(needle, hay, index, unit.depth - shallow):
            found.append(Span(index, index + size))
            index += size
        else:
            index += 1
    return found


def _same(needle: Sequence[Unit], hay: Sequence[Unit], at: int, offset: int) -> bool:
    return all(
        unit.text == hay[at + i].text and unit.depth + offset == hay[at + i].depth for i, unit in enumerate(needle)
    )


def gapped_run(parts: Sequence[Sequence[Unit]], hay: Sequence[Unit]) -> list[Span]:
    """The first place where the parts stand in this order with anything between them; empty when nowhere."""
    filled = [part for part in parts if part]
    for first in runs(filled[0], hay) if filled else []:
        spans = [first]
        offset = hay[first.start].depth - filled[0][0].depth
        for part in filled[1:]:
            following = [span for span in runs(part, hay, spans[-1].end)
                         if hay[span.start].depth - part[0].depth == offset]  # fmt: skip
            if not following:
                break
            spans.append(following[0])
        else:
            return spans
    return []
