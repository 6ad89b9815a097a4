"""What several claims imply together about errors, calls and patterns, beside what `entail.py` derives from values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from delegation_guard.assertions.relations import META
from delegation_guard.languages.outline import Term, walk

if TYPE_CHECKING:
    from delegation_guard.assertions.claims import Claim
    from delegation_guard.assertions.entail import Pool

EMPTY = frozenset({"true", "false", "ne", "or"})


def jointly(pool: Pool, base: Claim, depth: int) -> bool:
    """Whether claims of the pool imply a claim of the base in one of the ways below."""
    return (
        by_error(pool, base, depth) or by_type(pool, base, depth) or by_spelling(pool, base, depth)
        or by_calls(pool, base, depth) or by_strictness(pool, base, depth)
    )  # fmt: skip


def by_error(pool: Pool, base: Claim, depth: int) -> bool:
    """Something exact that is said of an error says that there was one."""
    if base.relation != "raises" or base.expected is None:
        return False
    caught = Term("caught", None, (base.subject,))
    anything = base.expected == Term("name", "object")
    for head in pool.reaching(caught):
        if head.relation == "isinstance" and head.subject == caught and head.expected is not None:
            fits = bool(pool.order.tree.covers(head.expected, base.expected))
        else:
            fits = anything and head.relation not in EMPTY and any(part == caught for part in walk(head.subject))
        if fits and pool.circumstances(head, base, depth):
            return True
    return False


def by_type(pool: Pool, base: Claim, depth: int) -> bool:
    """The type that an error is demanded to have is the one it has when it is looked at."""
    if base.relation not in {"isinstance", "ne"} or base.subject.op != "caught" or base.expected is None:
        return False
    for head in pool.candidates(base.subject.args[0]):
        if head.relation == "raises" and head.expected is not None:
            fits = base.relation == "ne" or pool.order.tree.covers(head.expected, base.expected)
            if fits and pool.guarded(head, base, depth) and not head.swallowed:
                return True
    return False


def by_spelling(pool: Pool, base: Claim, depth: int) -> bool:
    """A pattern with both ends fixed and nothing open in it is the text itself."""
    if base.relation not in {"eq", "in"} or base.expected is None or base.expected.op != "str":
        return False
    for head in pool.candidates(base.subject):
        if head.relation == "match" and head.expected is not None and head.expected.op == "str":
            text = spelt(str(head.expected.value))
            fits = text is not None and (
                text == base.expected.value or (base.relation == "in" and str(base.expected.value) in text)
            )
            if fits and pool.circumstances(head, base, depth):
                return True
    return False


def spelt(pattern: str) -> str | None:
    """The only text that a pattern matches, None when there are others."""
    if not (pattern.startswith("^") and pattern.endswith("$")) or META.search(pattern[1:-1]):
        return None
    return re.sub(r"\\(.)", r"\1", pattern[1:-1])


def by_calls(pool: Pool, base: Claim, depth: int) -> bool:
    """Called once, and at some time with these arguments: called once with these arguments."""
    if base.relation not in {"called_once_with", "called_with"}:
        return False
    once = pool.entails(base._replace(relation="called_once", expected=None), depth + 1) if depth < 2 else False
    return once and pool.entails(base._replace(relation="any_call"), depth + 1)


def by_strictness(pool: Pool, base: Claim, depth: int) -> bool:
    """What is the same is alike (`===` and `==`)."""
    strict = {"alike": "eq", "not alike": "ne"}.get(base.relation)
    return strict is not None and depth < 2 and pool.entails(base._replace(relation=strict), depth + 1)


__all__ = ["jointly"]
