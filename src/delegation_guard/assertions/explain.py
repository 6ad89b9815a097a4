"""Why an assertion of the base is not entailed: what became of it, in one fact."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from delegation_guard.assertions.canon import negate
from delegation_guard.assertions.claims import Claim, claims, never
from delegation_guard.assertions.differences import (
    about,
    alike,
    doubled,
    is_literal_pair,
    kindred,
    lax,
    likeness,
    literal_difference,
    messages,
    of_error,
    plain_change,
    plain_difference,
    shorter,
    shown,
    strictness,
    wrapped,
)
from delegation_guard.assertions.entail import replaced
from delegation_guard.assertions.facts import Fact, brief
from delegation_guard.assertions.relations import MOCK, wider
from delegation_guard.assertions.state import looped, missing, spoiled
from delegation_guard.languages.outline import NULL, Term, walk

if TYPE_CHECKING:
    from delegation_guard.assertions.cases import Case
    from delegation_guard.assertions.entail import Pool
    from delegation_guard.assertions.vocabulary import Vocabulary
    from delegation_guard.model.finding import Certainty

DEMANDS = frozenset({"raises", "warns", "logs", "nologs", "queries"})


@dataclass
class Side:
    """What a lost claim is compared with: the head's test (None when it is gone) and the claims it makes."""

    case: Case | None
    claims: list[Claim]
    taken: set[tuple[str, Term, Term | None]]
    """What base claims say that are kept: their counterparts answer for those."""
    texts: frozenset[str] = frozenset()
    """The texts of the base's assertions."""
    unknown: bool = False
    """The head makes calls that may assert and could not be followed, which the base did not make."""
    followed: frozenset[str] = frozenset()
    """The helpers that the head's test still runs through."""
    params: frozenset[str] = frozenset()
    """The names that the head's table or fixtures give to the test."""
    same_text: bool = False
    """The test's own text is the same on both sides."""


def key(claim: Claim) -> tuple[str, Term, Term | None]:
    return claim.relation, claim.subject, claim.expected


class Explainer:
    """Finds the counterpart of a lost claim and names the difference."""

    def __init__(self, pool: Pool, words: Vocabulary) -> None:
        self.pool, self.order, self.words = pool, pool.order, words

    def explain(self, base: Claim, side: Side) -> Fact:
        """The fact for a claim that is lost, the head's test being at hand."""
        for attempt in (self.hidden, self.undone, self.weaker, self.emptied, self.replaced):
            fact = attempt(base, side)
            if fact is not None:
                return fact
        certainty: Certainty = "doubtful" if side.unknown else "sure"
        emptied = (head for head in side.claims if head.relation == "true" and head.origin.text not in side.texts)
        empty = next((head for head in emptied if kindred(base.origin.text, head.origin.text, side.params)), None)
        if empty is not None:
            message = f"{self.what(base)} became `{brief(empty.origin.text)}`, which is always true"
            return self.fact("tautology", message, base, empty, side)
        return self.fact(
            "removed",
            f"{self.what(base)} is gone from {self.where(base, side)}",
            base,
            None,
            side,
            certainty,
            "removed",
        )

    def what(self, base: Claim) -> str:
        return f"`{brief(base.origin.text)}`"

    def where(self, base: Claim, side: Side) -> str:
        return side.case.name if side.case else base.origin.test

    def fact(
        self,
        rule: str,
        message: str,
        base: Claim,
        head: Claim | None,
        side: Side,
        certainty: Certainty = "sure",
        kind: str = "",
    ) -> Fact:
        case = side.case
        if rule in {"removed", "relaxed", "swallowed", "guarded"} and set(base.origin.via) & side.followed:
            rule = "helper-loosened"
        if head is not None:
            path, line, where, after = head.origin.path, head.origin.line, "head", head.origin.text
        elif case is not None and base.origin.path == case.path:
            path, line, where, after = case.path, case.function.line, "head", ""
        else:
            path, line, where, after = base.origin.path, base.origin.line, "base", ""
        return Fact(
            rule, message, path, line, where, base.origin.text, after, certainty, kind, (about(base),),
            base.origin.path,
            case.function.text if case else "", base.origin.test,
        )  # fmt: skip

    # -- the same claim, but not in force

    def hidden(self, base: Claim, side: Side) -> Fact | None:
        """The claim is still written, but swallowed, under a condition, or in a loop that may not run."""
        found = self.pool.candidates(base.subject) + [claim for claim in side.claims if claim.subject == base.subject]
        fitting = [head for head in found if self.order.implies(head, base)]
        for head in sorted(fitting, key=lambda claim: never(claim.guards)):
            if never(head.guards) and not never(fitting[0].guards) and len(fitting) > 1:
                break
            if head.swallowed:
                return self.fact(
                    "swallowed", f"a failure of {self.what(base)} no longer fails the test", base, head, side
                )
            if not self.pool.guarded(head, base):
                return self.conditional(base, head, side)
            if not looped(head, base):
                text = f"{self.what(base)} runs only for the rounds of a loop that may be empty"
                return self.fact("guarded", text, base, head, side)
        for index in [part for part in walk(base.subject) if part.op == "index" and part.args[1].op == "num"]:
            each = Term("each", None, index.args[:1])
            subject = replaced(base.subject, {index: each})
            for head in self.pool.candidates(subject):
                if index.args[0] in head.loops and self.order.implies(head, base._replace(subject=subject)):
                    text = f"{self.what(base)} runs only for the rounds of a loop that may be empty"
                    return self.fact("guarded", text, base, head, side)
        for head in side.claims:
            if any(self.says(guard, base) for guard in head.guards - base.guards):
                text = f"{self.what(base)} became a condition: `{brief(head.origin.text)}` runs only when it holds"
                return self.fact("guarded", text, base, head, side)
        return None

    def says(self, guard: Term, base: Claim) -> bool:
        """Whether a condition is what a claim asserted."""
        return any((bare.relation, bare.subject, bare.expected) == key(base) for bare in claims(guard, self.words))

    def conditional(self, base: Claim, head: Claim, side: Side) -> Fact:
        extra = head.guards - base.guards
        if never(frozenset(extra)):
            return self.fact("unreachable", f"{self.what(base)} is never reached any more", base, head, side)
        if any(guard.op == "survives" for guard in extra):
            return self.fact(
                "swallowed", f"an error while evaluating {self.what(base)} no longer fails the test", base, head, side
            )
        other = {negate(guard) for guard in extra}
        both = any(claim.subject == base.subject and claim.guards & other for claim in side.claims)
        certainty: Certainty = "doubtful" if both else "sure"
        return self.fact("guarded", f"{self.what(base)} now runs only under a condition", base, head, side, certainty)

    def undone(self, base: Claim, side: Side) -> Fact | None:
        """The claim is still made, on an object to which less was done before."""
        for head in self.pool.candidates(base.subject):
            if self.order.implies(head, base) and not head.swallowed:
                lost = missing(head, base)
                spoilt = spoiled(head, base)
                if spoilt is not None:
                    message = (
                        f"`{brief(spoilt.origin.text)}` changes what {self.what(base)} is about before it is checked"
                    )
                    return self.fact("subject-replaced", message, base, head, side, kind="inputs")
                if lost:
                    text = next((e.origin.text for e in base.history if e.term == lost[0]), "")
                    message = f"`{brief(text)}` no longer comes before {self.what(base)}, so it checks something else"
                    certainty: Certainty = (
                        "doubtful" if side.same_text or side.unknown or lost[0].op == "enter" else "sure"
                    )
                    return self.fact("subject-replaced", message, base, head, side, certainty, "inputs")
        return None

    # -- the same subject, less said about it

    def weaker(self, base: Claim, side: Side) -> Fact | None:
        head = self.raised(base, side) or self.counterpart(base, side)
        if head is None:
            return None
        exact = head.subject == base.subject
        became = f"{self.what(base)} became `{brief(head.origin.text)}`"
        if head.relation == "true":
            return self.fact("tautology", f"{became}, which is always true", base, head, side)
        rule, kind, message = self.named(base, head, became, exact)
        implied = self.order.implies(head, base)
        certainty: Certainty = "doubtful" if self.unsure(base, head, exact, implied, side) else "sure"
        return self.fact(rule, message, base, head, side, certainty, kind)

    def raised(self, base: Claim, side: Side) -> Claim | None:
        """The claim that still demands the exception whose message a lost claim was about."""
        bodies = {part.args[0] for part in walk(base.subject) if part.op == "caught" and part.args}
        same = [head for head in side.claims if head.relation in {"raises", "warns"} and head.subject in bodies]
        return same[0] if same and not any(head.subject == base.subject for head in side.claims) else None

    def counterpart(self, base: Claim, side: Side) -> Claim | None:
        """The claim of the head's test that is nearest to a lost one and does not answer for another."""
        scored: list[tuple[float, int, Claim]] = []
        for place, head in enumerate(side.claims):
            if key(head) in side.taken and head.subject != base.subject:
                continue
            about_same = head.subject == base.subject
            if of_error(head.subject) and not of_error(base.subject):
                continue
            if (head.relation in DEMANDS) != (base.relation in DEMANDS):
                continue
            if about_same and self.order.implies(head, base):
                continue
            score = 0.0
            if about_same:
                score = 3.0
            elif head.relation == "true":
                score = 1.2 * likeness(base.origin.text, head.origin.text)
            elif wrapped(base.subject, head.subject):
                score = 1.5
            elif base.subject.args and any(part == base.subject for part in walk(head.subject)):
                score = 1.4
            if score < 0.7:
                continue
            score += 0.5 * (head.relation == base.relation) + likeness(base.origin.text, head.origin.text)
            score -= 1.5 * (key(head) in side.taken)
            if score > 1.2:
                scored.append((score, -place, head))
        return max(scored, key=lambda item: item[:2])[2] if scored else None

    def named(self, base: Claim, head: Claim, became: str, exact: bool) -> tuple[str, str, str]:
        """Rule, kind and message for a pair of claims on one subject."""
        one, two = base.relation, head.relation
        if one in {"raises", "warns", "logs"} and two == one:
            wide = self.order.tree.covers(base.expected or NULL, head.expected or NULL)
            if wide:
                return "exception-widened", "", f"{became}, which accepts more exceptions"
            return "expectation-changed", "expectation", became
        if "caught" in {part.op for part in walk(base.subject)} and (
            one != two or lax(head) or self.order.implies(base, head)
        ):
            return "exception-widened", "", f"{became}: the message of the exception is no longer checked as before"
        if one == two == "match" and exact and shorter(head.expected or NULL, base.expected or NULL):
            return "relaxed", "", f"{became}, which more texts match"
        if one in MOCK or two in MOCK:
            if one == two and not self.order.implies(base, head):
                return "expectation-changed", "expectation", became
            return "mock-relaxed", "", f"{became}, which says less about the calls"
        if "approx" in {one, two} and one in {"eq", "approx"} and two in {"approx", "eq"}:
            return self.close(base, head, became)
        if head.expected is not None and head.expected.op == "given" and head.expected.args[0] == base.expected:
            return "relaxed", "", f"{became}, which compares less"
        if one == two and exact and one in {"in", "oneof"}:
            return self.listed(base, head, became)
        if one == two == "eq" and exact and self.order.implies(base, head):
            return "relaxed", "", f"{became}, which more results satisfy"
        if one == two == "eq" and not exact and any(part == head.subject for part in walk(base.subject)):
            return "expectation-changed", "expectation", became
        if one == two and exact and one not in {"<", "<=", ">", ">=", "isinstance"}:
            return "expectation-changed", "expectation", f"{became}: another result is expected"
        return "relaxed", "", f"{became}, which says less"

    def listed(self, base: Claim, head: Claim, became: str) -> tuple[str, str, str]:
        """Membership: a shorter text or a longer list of what is allowed says less, another text is another result."""
        if base.relation == "oneof":
            return "relaxed", "expectation", f"{became}, which allows more"
        if self.order.implies(base, head):
            return "relaxed", "", f"{became}, which says less"
        return "expectation-changed", "expectation", f"{became}: another result is expected"

    def close(self, base: Claim, head: Claim, became: str) -> tuple[str, str, str]:
        one, two = base.expected or NULL, head.expected or NULL
        centre = two.args[0] if two.op == "approx" else two
        origin = one.args[0] if one.op == "approx" else one
        if two.op == "approx" and (one.op != "approx" or wider(one, two)):
            return "tolerance-widened", "", f"{became}, which accepts results farther off"
        if centre != origin:
            return "expectation-changed", "expectation", f"{became}: another result is expected"
        return "tolerance-widened", "", f"{became}, which accepts results farther off"

    def unsure(self, base: Claim, head: Claim, exact: bool, implied: bool | None, side: Side) -> bool:
        """Whether the difference may be harmless for a reason that cannot be seen here."""
        if exact and head.relation == "isinstance" and self.unsure_type(base, head):
            return True
        if base.relation == head.relation and base.relation in {"raises", "warns", "logs"}:
            covers = self.order.tree.covers
            return covers(base.expected or NULL, head.expected or NULL) is None or side.same_text
        if exact and base.relation == "eq" and head.relation == "truthy" and base.expected == Term("bool", True):
            return not self.words.starts
        if head.expected is not None and head.expected.op == "given":
            return side.same_text
        if exact and self.order.implies(base, head):
            return side.same_text and base.relation == "eq" and head.relation == "truthy"
        if side.same_text and base.origin.text == head.origin.text and not is_literal_pair(base, head):
            return True
        if (
            not exact
            and base.relation == head.relation == "eq"
            and any(part == head.subject for part in walk(base.subject))
        ):
            return True
        if implied is None and head.expected is not None and not is_literal_pair(base, head):
            return base.relation != head.relation or not plain_change(base, head)
        return False

    def unsure_type(self, base: Claim, head: Claim) -> bool:
        """Whether an exact type became an instance of it, or one class another that nobody can compare with it."""
        one, two = base.expected or NULL, head.expected or NULL
        if base.relation == "type":
            return one == two
        known = base.relation == "isinstance" and one.op == two.op == "sym"
        return known and self.order.tree.covers(one, two) is None and self.order.tree.covers(two, one) is None

    # -- other rows, other subjects

    def emptied(self, base: Claim, side: Side) -> Fact | None:
        """A row of a table is gone, and the table is still there."""
        row = base.origin.row
        if row is None or not side.claims:
            return None
        rows = {claim.origin.row for claim in side.claims if claim.origin.row is not None}
        if not rows or row in rows:
            return None
        message = f"the case {brief(shown(row), 80)} is gone from the table of {self.where(base, side)}"
        certainty: Certainty = "sure" if any(alike(row, other) for other in rows if other) else "doubtful"
        fact = self.fact("case-removed", message, base, None, side, certainty, "removed")
        return replace(fact, subjects=(about(base) | messages(row),))

    def replaced(self, base: Claim, side: Side) -> Fact | None:
        """The same is expected of something else."""
        best: tuple[float, Claim] | None = None
        for head in side.claims:
            if key(head) in side.taken or head.relation != base.relation:
                continue
            same = head.expected == base.expected and base.expected is not None
            score = (
                likeness(base.origin.text, head.origin.text) + 0.5 * same + 0.5 * (base.origin.text == head.origin.text)
            )
            if score > 0.9 and (best is None or score > best[0]):
                best = (score, head)
        if best is None:
            return None
        head = best[1]
        if self.lax_double(base.subject, head.subject):
            message = f"{self.what(base)} now runs on a test double that is no longer tied to its original"
            return self.fact("mock-relaxed", message, base, head, side)
        if doubled(head.subject, self.words) and not doubled(base.subject, self.words):
            message = f"{self.what(base)} is now said of a test double: `{brief(head.origin.text)}`"
            return self.fact("subject-replaced", message, base, head, side, kind="inputs")
        message = f"{self.what(base)} is now said of something else: `{brief(head.origin.text)}`"
        if base.origin.text == head.origin.text:
            message = f"what {self.what(base)} is about was prepared differently before this change"
        same = base.origin.text == head.origin.text
        alike = literal_difference if same else plain_difference
        unsure = side.same_text or side.unknown or not alike(base.subject, head.subject)
        certainty: Certainty = "doubtful" if unsure else "sure"
        return self.fact("subject-replaced", message, base, head, side, certainty, "inputs")

    def lax_double(self, base: Term, head: Term) -> bool:
        return strictness(base, self.words) > strictness(head, self.words)
