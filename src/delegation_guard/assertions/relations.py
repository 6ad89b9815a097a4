"""When one relation on a subject implies another on the same subject: the partial order, value by value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, cast

from delegation_guard.assertions.canon import contains, is_literal, number, truth
from delegation_guard.assertions.claims import Claim
from delegation_guard.assertions.wildcards import fits, wildcard
from delegation_guard.languages.outline import NULL, Term

if TYPE_CHECKING:
    from delegation_guard.assertions.errors import Tree
    from delegation_guard.assertions.vocabulary import Vocabulary

STRENGTH = {
    "eq": 10, "is": 10, "raises": 10, "called_once_with": 10, "type": 9, "approx": 8, "not approx": 3, "match": 7,
    "startswith": 7, "endswith": 7, "called_with": 8, "any_call": 7, "has_calls": 8, "calls": 6, "called_once": 6,
    "not_called": 9, "in": 6, "oneof": 6, "subset": 6, "superset": 6, "within": 6, "isinstance": 5, "hasattr": 4,
    "<": 4, "<=": 4, ">": 4, ">=": 4, "called": 3, "ne": 3, "truthy": 2, "falsy": 9, "true": 0, "or": 1,
}  # fmt: skip
"""How much a relation says, only to choose the nearest counterpart; entailment never looks at it."""

MOCK_ORDER = {
    "called_once_with": {"called_with", "any_call", "called_once", "called", "has_calls"},
    "called_with": {"any_call", "called"}, "any_call": {"called"}, "has_calls": {"called"},
    "called_once": {"called"}, "calls": {"called"},
}  # fmt: skip
TAKES_CALL = frozenset({"called_once_with", "called_with", "any_call"})
MOCK = frozenset({*MOCK_ORDER, "called", "not_called", "call_list"})
LITERAL_TYPES = {
    "str": "str",
    "bytes": "bytes",
    "bool": "bool",
    "list": "list",
    "tuple": "tuple",
    "set": "set",
    "dict": "dict",
}
META = re.compile(r"(?<!\\)[.^$*+?{}\[\]|()]|\\[AbBdDsSwWZ]")


class Interval(NamedTuple):
    """The numbers that a claim accepts; `low_open` and `high_open` leave the end out."""

    low: float
    high: float
    low_open: bool = False
    high_open: bool = False

    def within(self, other: Interval) -> bool:
        low = self.low > other.low or (self.low == other.low and (self.low_open or not other.low_open))
        high = self.high < other.high or (self.high == other.high and (self.high_open or not other.high_open))
        return low and high

    def meet(self, other: Interval) -> Interval:
        low = max((self.low, self.low_open), (other.low, other.low_open))
        high = min((self.high, not self.high_open), (other.high, not other.high_open))
        return Interval(low[0], high[0], low[1], not high[1])


INFINITY = float("inf")


def interval(relation: str, expected: Term | None) -> Interval | None:
    """The numbers that a relation to an expected value accepts, None when that is not a set of numbers."""
    if relation == "approx" and expected is not None and expected.value and expected.value[0] != "unknown":  # type: ignore[index]
        centre = number(expected.args[0])
        if centre is None:
            return None
        reach = tolerance(expected, centre)
        slack = 1e-12 * max(abs(centre), reach)
        return Interval(centre - reach - slack, centre + reach + slack)
    value = number(expected)
    if value is None:
        return None
    table = {
        "eq": Interval(value, value), "is": Interval(value, value), "<": Interval(-INFINITY, value, False, True),
        "<=": Interval(-INFINITY, value), ">": Interval(value, INFINITY, True), ">=": Interval(value, INFINITY),
    }  # fmt: skip
    return table.get(relation)


def tolerance(expected: Term, centre: float) -> float:
    """The reach of an approximation around a centre."""
    mode, relative, absolute = cast("tuple[str, float, float]", expected.value)
    parts = (relative * abs(centre), absolute)
    return sum(parts) if mode == "sum" else max(parts)


def wider(base: Term, head: Term) -> bool:
    """Whether the head's tolerance reaches farther than the base's, for the same or an unknown centre."""
    centre = number(base.args[0])
    if centre is None:
        pairs = zip(base.value[1:], head.value[1:], strict=True)  # type: ignore[index]
        return any(two > one for one, two in pairs)
    return tolerance(head, centre) > tolerance(base, centre) * (1 + 1e-9)


class Order:
    """Decides single entailments with the class tree of the head side at hand."""

    def __init__(self, words: Vocabulary, tree: Tree) -> None:
        self.words, self.tree = words, tree

    def implies(self, head: Claim, base: Claim) -> bool | None:
        """Whether the head's relation implies the base's, their subjects being the same; None = cannot be told."""
        if head.relation == base.relation and head.expected == base.expected:
            return True
        if base.expected is not None and base.expected.op == "given" and base.relation == head.relation == "eq":
            base = base._replace(expected=base.expected.args[0])
        if head.expected is not None and head.expected.op == "given":
            return None
        if head.relation in {"eq", "is"} and head.expected is not None:
            return self.from_value(head, base)
        if head.relation in MOCK or base.relation in MOCK:
            return self.mock(head, base)
        if head.relation == base.relation:
            return self.same(head, base)
        return self.across(head, base)

    def from_value(self, head: Claim, base: Claim) -> bool | None:
        """From the exact value: put it into the base's claim and see."""
        value = head.expected or NULL
        if base.relation == "is" and head.relation == "eq":
            return False
        if base.relation in {"eq", "is"} and base.expected is not None:
            return same_value(value, base.expected, self.words)
        if base.relation == "truthy":
            known = truth(value)
            return known if known is not None or number(value) is None else number(value) != 0
        return self.holds(base, value)

    def holds(self, base: Claim, value: Term) -> bool | None:
        """Whether a value satisfies a claim."""
        accepted = interval(base.relation, base.expected)
        known = number(value)
        if accepted is not None and known is not None:
            return Interval(known, known).within(accepted)
        if base.relation == "approx" and base.expected is not None:
            return True if base.expected.args[0] == value else None
        expected = base.expected if base.expected is not None else NULL
        if base.relation in {"ne", "is not", "not is"}:
            return (
                value != expected if is_literal(value) and is_literal(expected) else plainly_different(value, expected)
            )
        if base.relation in {"in", "not in"}:
            found = contains(value, expected)
            return found if found is None or base.relation == "in" else not found
        if base.relation == "oneof":
            return contains(expected, value)
        if base.relation == "match":
            return literal_match(value, expected)
        if base.relation in {"startswith", "endswith"} and value.op == expected.op == "str":
            return bool(getattr(str(value.value), base.relation)(str(expected.value)))
        if base.relation in {"isinstance", "type"}:
            return self.instance(value, expected)
        if base.relation == "falsy":
            known_truth = truth(value)
            return None if known_truth is None else not known_truth
        return None

    def instance(self, value: Term, expected: Term) -> bool | None:
        wanted = [arg.value for arg in (expected.args if expected.op == "tuple" else (expected,))]
        if value.op == "num":
            return type(value.value).__name__ in wanted or "object" in wanted
        if value.op in LITERAL_TYPES:
            return LITERAL_TYPES[value.op] in wanted
        return True if value.op == "call" and value.args[0].value in wanted else None

    def same(self, head: Claim, base: Claim) -> bool | None:
        """The same relation with another expected side."""
        one, two = head.expected, base.expected
        if one is None or two is None:
            return None
        if head.relation in {"raises", "warns", "logs"}:
            return self.tree.covers(one, two)
        accepted, wanted = interval(head.relation, one), interval(base.relation, two)
        if accepted is not None and wanted is not None:
            return accepted.within(wanted)
        if head.relation == "approx":
            return one.args == two.args and not wider(two, one)
        if head.relation == "in":
            return bool(one.op == two.op == "str" and str(two.value) in str(one.value))
        if head.relation == "oneof":
            return all(arg in two.args for arg in one.args)
        if head.relation == "match":
            return (
                literal_match(one, two)
                if one.op == "str" and not META.search(str(one.value))
                else pattern_within(one, two)
            )
        if head.relation in {"startswith", "endswith"} and one.op == two.op == "str":
            return bool(getattr(str(one.value), head.relation)(str(two.value)))
        if head.relation in {"isinstance", "issubclass"}:
            return self.tree.covers(one, two)
        return False

    def across(self, head: Claim, base: Claim) -> bool | None:
        """Different relations, neither of them an exact value."""
        accepted, wanted = interval(head.relation, head.expected), interval(base.relation, base.expected)
        if accepted is not None and wanted is not None:
            return accepted.within(wanted)
        one, two = head.expected or NULL, base.expected or NULL
        if base.relation == "ne":
            return self.excludes(head, two)
        if base.relation == "truthy":
            if accepted is not None:
                return not Interval(0.0, 0.0).within(accepted)
            return head.relation in {"in", "superset"} or (
                head.relation in {"startswith", "endswith", "match"} and bool(one.op == "str" and one.value)
            )
        if base.relation == "falsy":
            return None
        if head.relation == "type":
            return base.relation == "isinstance" and self.tree.covers(one, two)
        if base.relation == "in" and head.relation in {"startswith", "endswith", "match"} and one.op == two.op == "str":
            text = (
                re.sub(r"^(\^?\.\*|\^)|(\.\*\$?|\$)$", "", str(one.value))
                if head.relation == "match"
                else str(one.value)
            )
            if head.relation == "match" and META.search(text):
                return False
            return str(two.value) in text.replace("\\", "") or str(two.value) in text
        if base.relation == "match" and head.relation in {"in", "startswith", "endswith"}:
            return literal_match(one, two)
        if base.relation == "hasattr":
            return None
        return False

    def excludes(self, head: Claim, value: Term) -> bool | None:
        """Whether a claim rules a value out."""
        if value == NULL:
            if head.relation == "falsy":
                return False
            return not head.relation.startswith("not ") and head.relation not in {"ne", "or", "true", "hasattr"}
        accepted = interval(head.relation, head.expected)
        known = number(value)
        if accepted is not None and known is not None:
            return not Interval(known, known).within(accepted)
        return head.relation == "truthy" and truth(value) is False

    def listed(self, head: Claim, base: Claim) -> bool | None:
        """From the list of all calls."""
        calls = head.expected.args if head.expected is not None else ()
        if base.relation == "call_list":
            return same_value(head.expected or NULL, base.expected or NULL, self.words)
        if base.relation in {"called_with", "called_once_with"}:
            fits = base.relation == "called_with" or len(calls) == 1
            return fits and bool(calls) and same_call(calls[-1], base.expected, self.words)
        if base.relation == "any_call":
            return any(same_call(one, base.expected, self.words) for one in calls)
        if base.relation == "has_calls":
            wanted = base.expected.args if base.expected is not None else ()
            return all(any(same_call(one, two, self.words) for one in calls) for two in wanted)
        return _count(base, len(calls))

    def mock(self, head: Claim, base: Claim) -> bool | None:
        if head.relation == "call_list":
            return self.listed(head, base)
        if head.relation == "has_calls" and base.relation in {"any_call", "has_calls"}:
            listed = head.expected.args if head.expected is not None else ()
            wanted = (base.expected,) if base.relation == "any_call" else (base.expected.args if base.expected else ())
            return all(any(same_call(one, two, self.words) for one in listed) for two in wanted if two is not None)
        if head.relation == base.relation:
            return same_call(head.expected, base.expected, self.words)
        if head.relation == "calls":
            return base.relation == "called" and number(head.expected) not in {0.0, None}
        if base.relation == "calls":
            return False
        if base.relation not in MOCK_ORDER.get(head.relation, set()):
            return False
        if base.relation in TAKES_CALL:
            return same_call(head.expected, base.expected, self.words)
        if base.relation == "has_calls":
            listed = base.expected.args if base.expected is not None else ()
            return len(listed) == 1 and same_call(head.expected, listed[0], self.words)
        return True


def _count(base: Claim, count: int) -> bool:
    known = {"not_called": count == 0, "called": count > 0, "called_once": count == 1}
    return known.get(base.relation, base.relation == "calls" and number(base.expected) == count)


def same_value(one: Term, two: Term, words: Vocabulary) -> bool | None:
    """Whether being equal to one means being equal to the other: equal literals, or `ANY` on the base side."""
    if one == two:
        return True
    first, second = number(one), number(two)
    if first is not None and second is not None and one.op == two.op:
        return first == second
    if two.op == "sym" and two.value in words.anything:
        return True
    several = wildcard(two, words)
    if several is not None:
        return fits(one, two, several)
    if one.op == two.op and one.value == two.value and len(one.args) == len(two.args) and one.names == two.names:
        if not one.args:
            return False
        answers = [same_value(a, b, words) for a, b in zip(one.args, two.args, strict=True)]
        return None if None in answers and False not in answers else all(answers)
    return False if is_literal(one) and is_literal(two) else None


def same_call(one: Term | None, two: Term | None, words: Vocabulary) -> bool | None:
    if one is None or two is None:
        return one == two
    if one.names != two.names and len(one.args) == len(two.args):
        return sorted(one.args, key=repr) == sorted(two.args, key=repr)
    return same_value(one, two, words)


def plainly_different(one: Term, two: Term) -> bool | None:
    if two == NULL and (number(one) is not None or truth(one) is not None or one.op in {"format", "comp", "bin"}):
        return one != NULL
    return None


def literal_match(value: Term, pattern: Term) -> bool | None:
    """Whether a literal text contains what a pattern without special characters spells; None for other patterns."""
    if value.op != "str" or pattern.op != "str":
        return None
    text, spelt = str(value.value), str(pattern.value)
    anchored = spelt.startswith("^")
    bare = spelt.removeprefix("^").removesuffix("$")
    if META.search(bare):
        return None
    plain = re.sub(r"\\(.)", r"\1", bare)
    return text.startswith(plain) if anchored else plain in text


def pattern_within(one: Term, two: Term) -> bool | None:
    """Whether one pattern contains the whole of another as text: at least as specific, if both are plain."""
    if one.op != "str" or two.op != "str":
        return None
    longer, shorter = str(one.value), str(two.value)
    if META.search(shorter):
        return True if shorter in longer and "|" not in longer else None
    if "|" in longer:
        return False
    return shorter in longer
