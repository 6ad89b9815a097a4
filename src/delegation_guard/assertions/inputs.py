"""Generated inputs: whether one strategy still produces everything another did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delegation_guard.assertions.canon import number
from delegation_guard.assertions.claims import name_of
from delegation_guard.languages.outline import NULL, Term, keywords, positional

if TYPE_CHECKING:
    from collections.abc import Iterable

SIZES = {"lists": 1, "text": 1, "sets": 1, "binary": 0, "dictionaries": 2}
"""Generators with a least and a greatest size, and the position of the former among the arguments."""
VALUES = frozenset({"integers", "floats", "decimals"})


def narrowed(base: Term, head: Term) -> bool | None:
    """Whether the head produces less than the base: False = everything still comes, None = cannot be told."""
    if base == head:
        return False
    parts = alternatives(head)
    if len(parts) > 1:
        answers = [narrowed(base, part) for part in parts]
        return False if False in answers else None if None in answers else True
    if base.op == "call" and base.args[0].op == "attr" and base.args[0].value == "filter":
        inner = narrowed(base.args[0].args[0], head)
        return inner if inner is False else None
    if head.op == "call" and head.args[0].op == "attr" and head.args[0].value == "filter":
        return True if narrowed(base, head.args[0].args[0]) is False else None
    if len(alternatives(base)) > 1:
        missing = [narrowed(part, head) for part in alternatives(base)]
        return (
            False
            if not any(answer is not False for answer in missing)
            else True
            if head in alternatives(base)
            else None
        )
    kind, other = generator(base), generator(head)
    if other in {"just", "none", "nothing"} or (other == "sampled_from" and kind != "sampled_from"):
        return True
    if kind != other or kind is None:
        return None
    if kind == "sampled_from":
        return subset(base, head)
    return bounds(kind, base, head)


def alternatives(term: Term) -> tuple[Term, ...]:
    """The strategies that a union is made of."""
    if term.op == "bin" and term.value == "BitOr":
        return tuple(part for arg in term.args for part in alternatives(arg))
    if generator(term) == "one_of":
        return tuple(part for arg in positional(term) for part in alternatives(arg))
    return (term,)


def generator(term: Term) -> str | None:
    return name_of(term.args[0]).rpartition(".")[2] or None if term.op == "call" else None


def subset(base: Term, head: Term) -> bool | None:
    one, two = positional(base)[:1], positional(head)[:1]
    if not one or not two or one[0].op not in {"list", "tuple"} or two[0].op not in {"list", "tuple"}:
        return None
    return not set(one[0].args) <= set(two[0].args)


def bounds(kind: str, base: Term, head: Term) -> bool | None:
    """Compare two uses of one generator: bounds and sizes, then what they are made of."""
    if kind not in SIZES and kind not in VALUES and kind != "tuples":
        return None
    what, start = ("value", 0) if kind in VALUES else ("size", SIZES.get(kind, 99))
    answers: list[bool | None] = []
    for word, place, sign in ((f"min_{what}", start, 1), (f"max_{what}", start + 1, -1)):
        one, two = limit(base, word, place), limit(head, word, place)
        if one == two:
            continue
        first, second = edge(one, sign), edge(two, sign)
        answers.append(None if first is None or second is None else second > first)
    rest = zip(inner(kind, base), inner(kind, head), strict=False)
    answers += [narrowed(one, two) for one, two in rest]
    if len(list(inner(kind, base))) != len(list(inner(kind, head))):
        answers.append(None)
    return True if True in answers else None if None in answers else False


def limit(term: Term, word: str, place: int) -> Term:
    args = positional(term)
    return keywords(term).get(word) or (args[place] if place < len(args) else NULL)


def edge(term: Term, sign: int) -> float | None:
    """A bound so that a greater one is narrower; no bound at all is the widest."""
    if term == NULL:
        return float("-inf")
    known = number(term)
    return None if known is None else sign * known


def inner(kind: str, term: Term) -> Iterable[Term]:
    count = {"lists": 1, "sets": 1, "dictionaries": 2, "tuples": 99, "text": 1}.get(kind, 0)
    return positional(term)[:count]
