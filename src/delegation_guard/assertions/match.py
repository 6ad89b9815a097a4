"""Which test of the head a test of the base became: by identity, by name in another file, by likeness."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from delegation_guard.assertions.cases import Case

WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*|\d+(?:\.\d+)?|\"[^\"]*\"|'[^']*'")
LIKE = 0.45
MOST = 400
"""Base and head tests beyond this many are matched by identity and name only."""


def pairs(base: Iterable[Case], head: Iterable[Case]) -> dict[int, Case]:
    """For each base case (by `id`) its head case. Cases of the head that existed before belong to their own."""
    ones, others = list(base), list(head)
    # the last definition of a name is the one that runs
    by_identity = {case.identity: case for case in others if not case.why}
    for case in others:
        by_identity.setdefault(case.identity, case)
    found: dict[int, Case] = {}
    for case in ones:
        if case.identity in by_identity:
            found[id(case)] = by_identity[case.identity]
    used = {id(case) for case in found.values()}
    free = [case for case in others if id(case) not in used]
    left = [case for case in ones if id(case) not in found]
    by_name(left, free, found)
    left = [case for case in left if id(case) not in found]
    if len(left) <= MOST and len(free) <= MOST:
        by_likeness(left, free, found)
    return found


def by_name(left: list[Case], free: list[Case], found: dict[int, Case]) -> None:
    for case in left:
        same = [other for other in free if other.function.name == case.function.name]
        if same:
            best = max(same, key=lambda other: (not other.why, other.path == case.path, likeness(case, other)))
            found[id(case)] = best
            free.remove(best)


def by_likeness(left: list[Case], free: list[Case], found: dict[int, Case]) -> None:
    scored = [
        (score, one, other)
        for one in left for other in free
        if (score := likeness(one, other)) >= LIKE
    ]  # fmt: skip
    scored.sort(key=lambda item: (-item[0], item[1].function.line, item[2].function.line))
    gone: set[int] = set()
    for _, one, other in scored:
        if id(one) not in found and id(other) not in gone:
            found[id(one)] = other
            gone.add(id(other))


def likeness(one: Case, other: Case) -> float:
    """Shared words of two tests, 0 to 1."""
    first, second = words(one), words(other)
    return len(first & second) / max(1, min(len(first), len(second)) + abs(len(first) - len(second)) // 3)


def words(case: Case) -> frozenset[str]:
    known = getattr(case, "_words", None)
    if known is None:
        known = frozenset(WORD.findall(case.function.text)) - COMMON
        case._words = known  # type: ignore[attr-defined]
    return known


COMMON = frozenset({"def", "self", "assert", "with", "as", "in", "is", "not", "for", "pytest", "raises", "assertEqual",
                    "import", "from", "return", "None", "True", "False", "mark"})  # fmt: skip
