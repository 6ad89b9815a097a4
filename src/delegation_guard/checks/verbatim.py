"""The common case, told from the text alone: every block was typed in exactly where the text it replaces stood."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from delegation_guard.checks.blocks import asks_everywhere, gaps_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from delegation_guard.checks.blocks import Pair

_TRIES = 20_000


class _Swap(NamedTuple):
    """The lines of a pair; trailing blanks do not count."""

    old: list[str]
    new: list[str]


def verbatim(pairs: Sequence[Pair], base: str, head: str, *, partly: bool = False) -> bool:
    """Whether `head` is `base` with every old block, whole lines that stand there, exchanged for its new one once.

    Then base, blocks and head differ in nothing that reading them could find. False says nothing: so is every case
    that needs a closer look (a block without its old text, elided code, old text that is to go everywhere). `partly`:
    some of the blocks are enough, none too.
    """
    if not pairs:
        return False
    swaps: list[_Swap] = []
    for pair in pairs:
        if pair.before is None or not pair.before.text.strip():
            return False
        old, new = pair.before.text, pair.new.text if pair.new else ""
        if gaps_in(old) != gaps_in(new):
            return False
        swap = _Swap(_lines(old), _lines(new))
        if asks_everywhere(pair.edit) and len(_places(swap.old, _lines(base))) > 1:
            return False
        swaps.append(swap)
    return _leads_to(swaps, _lines(base, exact=True), _lines(head, exact=True), partly=partly)


def _lines(text: str, *, exact: bool = False) -> list[str]:
    lines = text.removesuffix("\n").split("\n") if text else []
    return lines if exact else [line.rstrip() for line in lines]


def _places(needle: Sequence[str], hay: Sequence[str]) -> list[int]:
    """Where whole lines stand in a text."""
    size, found, at = len(needle), [], -1
    try:
        while True:
            at = hay.index(needle[0], at + 1)
            if list(hay[at : at + size]) == list(needle):
                found.append(at)
    except ValueError:
        return found


def _leads_to(swaps: Sequence[_Swap], base: list[str], head: list[str], *, partly: bool) -> bool:
    """Whether the swaps, each at one place and none inside another, make one text the other: a walk along both."""
    if not partly and len(base) + sum(len(swap.new) - len(swap.old) for swap in swaps) != len(head):
        return False
    plain, wanted = ([line.rstrip() for line in lines] for lines in (base, head))
    starts: dict[int, list[int]] = {}
    for number, swap in enumerate(swaps):
        for at in _places(swap.old, plain):
            starts.setdefault(at, []).append(number)
    todo: list[tuple[int, int, frozenset[int]]] = [(0, 0, frozenset())]
    seen: set[tuple[int, frozenset[int]]] = set()
    while todo and len(seen) < _TRIES:
        i, j, used = todo.pop()
        while True:
            if i == len(base) and j == len(head) and (partly or len(used) == len(swaps)):
                return True
            here = [number for number in starts.get(i, ()) if number not in used] if (i, used) not in seen else []
            for number in here:
                old, new = swaps[number]
                if wanted[j : j + len(new)] == new:
                    todo.append((i + len(old), j + len(new), used | {number}))
            if here:
                seen.add((i, used))
            if i == len(base) or j == len(head) or base[i] != head[j]:
                break
            i, j = i + 1, j + 1
    return False
