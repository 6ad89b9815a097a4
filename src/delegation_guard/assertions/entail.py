"""Whether the assertions of the head entail one of the base: singly, or several together."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from delegation_guard.assertions.canon import canon, truth
from delegation_guard.assertions.claims import Bare, Claim, claims
from delegation_guard.assertions.joint import jointly
from delegation_guard.assertions.relations import INFINITY, Interval, interval, literal_match
from delegation_guard.assertions.state import done, has_names, looped, unnamed
from delegation_guard.languages.outline import NULL, Term, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from delegation_guard.assertions.relations import Order

SAME_STATE = 12
"""How many candidate claims on one subject are tried."""


class Pool:
    """Claims of the head side, found by what they are about."""

    def __init__(self, items: Iterable[Claim], order: Order) -> None:
        self.order = order
        self.about: dict[Term, list[Claim]] = defaultdict(list)
        self.inside: dict[Term, list[Claim]] = defaultdict(list)
        self.loose: dict[Term, list[Claim]] = defaultdict(list)
        self.plain: dict[Term, list[Claim]] | None = None
        self.all: list[Claim] = []
        for claim in items:
            self.add(claim)

    def add(self, claim: Claim) -> None:
        self.all.append(claim)
        self.plain = None
        self.about[claim.subject].append(claim)
        if has_names(claim.subject):
            self.loose[unnamed(claim.subject)].append(claim)
        if claim.relation in {"eq", "ne", "is", "approx"} and claim.expected is not None:
            other = claim.expected.args[0] if claim.relation == "approx" else claim.expected
            if other != claim.subject:
                self.about[other].append(swapped(claim))
        for term in walk(claim.subject):
            if term.op in {"attr", "index"}:
                self.inside[term.args[0]].append(claim)

    def circumstances(self, head: Claim, base: Claim, depth: int = 0) -> bool:
        """Whether the head's claim runs whenever the base's did, with the same things done before."""
        return not head.swallowed and self.guarded(head, base, depth) and looped(head, base) and done(head, base)

    def guarded(self, head: Claim, base: Claim, depth: int = 0) -> bool:
        """Whether the head's conditions hold whenever the base's did."""
        extra = head.guards - base.guards
        return all(self.certain(guard, base, depth) for guard in extra)

    def certain(self, guard: Term, base: Claim, depth: int) -> bool:
        if truth(guard) is True:
            return True
        if depth > 0 or guard.op in {"survives", "reached"}:
            return False
        bares = tuple(claims(guard, self.order.words))
        return all(self.entails(as_claim(bare, base), depth + 1) for bare in bares)

    def entails(self, base: Claim, depth: int = 0) -> bool:
        """Whether the claims of the pool, alone or together, imply a claim of the base."""
        if base.relation == "true":
            return True
        if base.relation == "or":
            return any(self.entails(part, depth) for part in base.parts) or self.by_or(base, depth)
        return (
            self.singly(base, depth) or self.by_range(base, depth) or self.by_part(base, depth)
            or self.by_elements(base, depth) or self.by_members(base, depth) or self.by_value(base, depth)
            or self.by_facet(base, depth) or self.by_each(base, depth) or jointly(self, base, depth)
        )  # fmt: skip

    def candidates(self, subject: Term) -> list[Claim]:
        """Claims about a subject, arguments passed by name or by place being the same."""
        found = self.about.get(subject, [])
        named = has_names(subject)
        if named and self.plain is None:
            self.plain = defaultdict(list)
            for claim in self.all:
                self.plain[unnamed(claim.subject)].append(claim)
        index = self.plain if named else self.loose
        if index:
            found = found + [claim for claim in index.get(unnamed(subject), []) if claim.subject != subject]
        return found[: 40 * SAME_STATE]

    def singly(self, base: Claim, depth: int) -> bool:
        for head in self.candidates(base.subject):
            if self.order.implies(head, base) and self.circumstances(head, base, depth):
                return True
        return base.relation in {"raises", "warns"} and self.by_body(base, depth)

    def by_body(self, base: Claim, depth: int) -> bool:
        """The same call raises, with more of the setting-up inside or outside the block."""
        last = base.subject.args[-1:] if base.subject.op == "body" else ()
        for head in self.all:
            if (
                head.relation == base.relation
                and head.subject.args[-1:] == last
                and len(head.subject.args) <= len(base.subject.args)
            ):
                found = self.order.implies(head, base) and self.circumstances(head, base, depth)
                if found:
                    return True
        return False

    def by_or(self, base: Claim, depth: int) -> bool:
        for head in self.candidates(base.subject):
            if head.relation == "or" and self.circumstances(head, base, depth):
                return all(any(implied(self.order, part, other) for other in base.parts) for part in head.parts)
        return False

    def by_range(self, base: Claim, depth: int) -> bool:
        """Several bounds together leave only numbers that the base accepts."""
        wanted = interval(base.relation, base.expected)
        if wanted is None or base.relation == "is":
            return False
        left = Interval(-INFINITY, INFINITY)
        for head in self.candidates(base.subject):
            accepted = interval(head.relation, head.expected)
            if accepted is not None and self.circumstances(head, base, depth):
                left = left.meet(accepted)
        return left.within(wanted)

    def by_part(self, base: Claim, depth: int) -> bool:
        """Looking inside something says that it is there."""
        if base.relation == "ne" and base.expected == NULL:
            return any(
                head.relation not in {"true", "falsy"} and self.circumstances(head, base, depth)
                for head in self.inside.get(base.subject, [])[:SAME_STATE]
            )
        if base.relation == "truthy":
            return any(self.circumstances(head, base, depth) for head in self.first_items(base.subject))
        if base.relation == "hasattr" and base.expected is not None:
            term = Term("attr", base.expected.value, (base.subject,))
            return any(self.circumstances(head, base, depth) for head in self.reaching(term))
        return False

    def by_each(self, base: Claim, depth: int) -> bool:
        """What holds for every element of something that is not empty holds for the one at a place."""
        for index in [part for part in walk(base.subject) if part.op == "index" and part.args[1].op == "num"]:
            source = index.args[0]
            probe = base._replace(subject=replaced(base.subject, {index: Term("each", None, (source,))}))
            for head in self.candidates(probe.subject):
                if source in head.loops and self.order.implies(head, probe):
                    inner = head._replace(loops=tuple(loop for loop in head.loops if loop != source))
                    filled = base._replace(relation="truthy", subject=source, expected=None)
                    if self.circumstances(inner, base, depth) and depth < 2 and self.entails(filled, depth + 1):
                        return True
        return False

    def by_facet(self, base: Claim, depth: int) -> bool:
        """A text is part of what another attribute of the same object holds (`caplog.text`, `caplog.messages`)."""
        subject, wanted = base.subject, base.expected
        if base.relation not in {"in", "match"} or subject.op != "attr" or wanted is None or wanted.op != "str":
            return False
        for name in self.order.words.facets.get(str(subject.value), ()):
            for head in self.reaching(Term("attr", name, subject.args)):
                if head.relation in {"eq", "in"} and self.circumstances(head, base, depth) and spells(head, base):
                    return True
        return False

    def first_items(self, subject: Term) -> Iterator[Claim]:
        length = Term("call", None, (Term("name", "len"), subject))
        for head in self.inside.get(subject, [])[: 4 * SAME_STATE]:
            if any(t.op == "index" and t.args[0] == subject and t.args[1].op == "num" for t in walk(head.subject)):
                yield head
        for head in self.candidates(length):
            accepted = interval(head.relation, head.expected)
            if accepted is not None and accepted.low > 0:
                yield head

    def reaching(self, term: Term) -> Iterator[Claim]:
        yield from self.about.get(term, [])[:SAME_STATE]
        yield from self.inside.get(term, [])[:SAME_STATE]

    def by_value(self, base: Claim, depth: int) -> bool:
        """Put what the head says exactly into the base's claim, and see whether it holds by itself."""
        known: dict[Term, Term] = {}
        terms = [base.subject, *((base.expected,) if base.expected is not None else ())]
        for term in {part for side in terms for part in walk(side) if part.args or part.op == "name"}:
            value = self.value_of(term, base, depth)
            if value is not None:
                known[term] = value
        if not known:
            return False
        subject = replaced(base.subject, known)
        expected = replaced(base.expected, known) if base.expected is not None else None
        if (subject, expected) == (base.subject, base.expected):
            return False
        if expected is not None and base.relation == "eq" and subject == expected:
            return True
        if base.relation == "is":
            return False
        probe = base._replace(relation="eq", expected=subject)
        rewritten = base._replace(subject=subject, expected=expected)
        if self.order.implies(probe, rewritten):
            return True
        return (
            any(
                self.order.implies(head, rewritten) and self.circumstances(head, base, depth)
                for head in self.candidates(subject)[:SAME_STATE]
            )
            if subject != base.subject
            else False
        )

    def value_of(self, term: Term, base: Claim, depth: int) -> Term | None:
        for head in self.candidates(term)[:SAME_STATE]:
            if head.relation not in {"eq", "is"} or head.expected is None or term in walk(head.expected):
                continue
            if self.circumstances(head, base, depth):
                return head.expected
        return None

    def by_elements(self, base: Claim, depth: int) -> bool:
        """Every element equal, and none too many or too few: the whole is equal."""
        if base.relation != "eq" or base.expected is None:
            return False
        one, two = base.subject, base.expected
        for head in self.inside.get(one, []) + self.inside.get(two, []):
            if head.relation != "eq" or head.expected is None or len(head.loops) < 1:
                continue
            source = head.loops[-1]
            each = Term("each", None, (source,))
            pair = {canon(Term("index", None, (side, each))) for side in (one, two)}
            if {head.subject, head.expected} == pair and complete(source, one, two):
                inner = head._replace(loops=head.loops[:-1])
                if self.circumstances(inner, base, depth):
                    return True
        return False

    def by_members(self, base: Claim, depth: int) -> bool:
        """Each member of a literal equal, and the length or the keys too: the literal as a whole."""
        if base.relation != "eq" or base.expected is None or not base.expected.args:
            return False
        whole, value = base.subject, base.expected
        if value.op in {"list", "tuple"}:
            pairs = [(Term("num", place), arg) for place, arg in enumerate(value.args)]
        elif value.op == "dict" and all(key.op in {"str", "num"} for key in value.args[::2]):
            pairs = list(zip(value.args[::2], value.args[1::2], strict=True))
        else:
            return False
        if not self.inside.get(whole):
            return False
        length = Term("call", None, (Term("name", "len"), whole))
        counted = base._replace(subject=length, expected=Term("num", len(pairs)))
        keys = base._replace(
            subject=Term("call", None, (Term("name", "set"), whole)),
            expected=canon(Term("set", None, tuple(key for key, _ in pairs))),
        )
        if not (self.singly(counted, depth) or (value.op == "dict" and self.singly(keys, depth))):
            return False
        return all(
            self.entails(base._replace(subject=canon(Term("index", None, (whole, key))), expected=arg), depth + 1)
            for key, arg in pairs
        )


def complete(source: Term, one: Term, two: Term) -> bool:
    """Whether a loop over `source` meets every key of both sides."""
    while (
        source.op == "call"
        and source.args[0].op == "name"
        and source.args[0].value in {"sorted", "list", "set", "tuple"}
    ):
        source = source.args[1]
    parts = set(walk(source))

    def names(side: Term) -> bool:
        return side in parts

    union = source.op == "bin" and source.value == "BitOr"
    chained = source.op == "call" and str(source.args[0].value).endswith(("chain", ".union", "union"))
    return (union or chained) and names(one) and names(two)


def spells(head: Claim, base: Claim) -> bool:
    """Whether some text in what the head expects contains what the base looks for."""
    if head.expected is None or base.expected is None:
        return False
    texts = [part for part in walk(head.expected) if part.op == "str"]
    if base.relation == "match":
        return any(literal_match(part, base.expected) for part in texts)
    return any(str(base.expected.value) in str(part.value) for part in texts)


def swapped(claim: Claim) -> Claim:
    if claim.relation == "approx" and claim.expected is not None:
        return claim._replace(subject=claim.expected.args[0], expected=claim.expected._replace(args=(claim.subject,)))
    return claim._replace(subject=claim.expected or NULL, expected=claim.subject)


def as_claim(bare: Bare, like: Claim) -> Claim:
    return like._replace(
        relation=bare.relation, subject=bare.subject, expected=bare.expected, parts=(), loops=bare.loops
    )


def implied(order: Order, head: Claim, base: Claim) -> bool:
    return head.subject == base.subject and bool(order.implies(head, base))


def replaced(term: Term, known: dict[Term, Term]) -> Term:
    if term in known:
        return known[term]
    if not term.args:
        return term
    return canon(Term(term.op, term.value, tuple([replaced(arg, known) for arg in term.args]), term.names))
