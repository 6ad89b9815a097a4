"""Compares the tests of two sides: every assertion of the base that the head no longer makes becomes a fact."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from delegation_guard.assertions.cases import Case, cases
from delegation_guard.assertions.claims import Claim, never
from delegation_guard.assertions.differences import about, named
from delegation_guard.assertions.entail import Pool
from delegation_guard.assertions.explain import Explainer, Side, key
from delegation_guard.assertions.facts import Fact, brief
from delegation_guard.assertions.marks import always_skipped, mark_facts
from delegation_guard.assertions.match import pairs
from delegation_guard.assertions.perform import Performer
from delegation_guard.assertions.prepared import by_helper
from delegation_guard.assertions.relations import STRENGTH, Order
from delegation_guard.assertions.renamed import renamed
from delegation_guard.languages.outline import FALSE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from delegation_guard.assertions.errors import Tree
    from delegation_guard.assertions.frame import Run
    from delegation_guard.assertions.library import Library
    from delegation_guard.assertions.vocabulary import Vocabulary
    from delegation_guard.languages.python_config import Collection


class Half:
    """The cases of one side, performed when asked for."""

    def __init__(self, library: Library, words: Vocabulary, paths: Iterable[str], config: Collection) -> None:
        self.library, self.words, self.config = library, words, config
        self.performer = Performer(library, words)
        self.cases: list[Case] = []
        self._runs: dict[int, list[Run]] = {}
        for path in paths:
            outline = library.outline(path)
            if outline is not None:
                self.cases.extend(cases(library, words, outline, config))

    def runs(self, case: Case) -> list[Run]:
        if id(case) not in self._runs:
            self._runs[id(case)] = self.performer.perform(case)
        return self._runs[id(case)]

    def claims(self, case: Case) -> list[Claim]:
        return [claim for run in self.runs(case) for claim in run.claims]


class Comparison:
    """One comparison of the changed test files of two sides."""

    def __init__(self, base: Half, head: Half, tree: Tree, shared_changed: bool) -> None:
        self.base, self.head = base, head
        self.words = head.words
        self.order = Order(head.words, tree)
        self.pairs = pairs([case for case in base.cases if not case.why], head.cases)
        self.backs = {id(other): case for case in base.cases if (other := self.pairs.get(id(case))) is not None}
        self.shared_changed = shared_changed
        self._surroundings: dict[int, str] = {}
        self.problems: dict[str, str] = {}
        """Files with tests that could not be followed, and why."""
        self.rest: list[Case] = []
        self.loose: Pool | None = None
        self._new: dict[str, int] = {}

    def facts(self) -> Iterator[Fact]:
        """Every weakening of a test that was collected on the base."""
        changed = [case for case in self.base.cases if not case.why and not self.unchanged(case)]
        same = {id(self.pairs[id(case)]) for case in self.base.cases if not case.why and self.unchanged(case)}
        moved = [case for case in self.head.cases if id(case) not in same]
        self.rest = [case for case in self.head.cases if id(case) in same]
        self.pool = Pool(self.effective(moved), self.order)
        self.explainer = Explainer(self.pool, self.words)
        found = ((case, self.pairs.get(id(case)), fact) for case in changed for fact in self.case(case))
        yield from by_helper(found)

    def kept(self, claim: Claim) -> bool:
        """Whether the head still makes a claim; its unchanged tests are asked last."""
        if self.pool.entails(claim):
            return True
        if not self.rest:
            return False
        for found in self.effective(self.rest):
            self.pool.add(found)
        self.rest = []
        return self.pool.entails(claim)

    def unchanged(self, case: Case) -> bool:
        """Whether nothing that a test is made of changed, as far as its own file goes."""
        other = self.pairs.get(id(case))
        if other is None or other.why or self.shared_changed or case.identity != other.identity:
            return False
        same = case.function.text == other.function.text and case.function.decorators == other.function.decorators
        return same and self.surroundings(case, self.base) == self.surroundings(other, self.head)

    def surroundings(self, case: Case, half: Half) -> str:
        """The text of a case's file without its tests."""
        outline = case.outline
        if id(outline) not in self._surroundings:
            inside: set[int] = set()
            for known in half.cases:
                if known.outline is outline and not known.why:
                    inside.update(range(known.function.first_line, known.function.end + 1))
            kept = (line for number, line in enumerate(outline.lines, 1) if number not in inside and line.strip())
            self._surroundings[id(outline)] = "\n".join(kept)
        return self._surroundings[id(outline)]

    def effective(self, candidates: Iterable[Case]) -> Iterator[Claim]:
        """The claims of the head's tests that count; those of a test skipped only now are reported as skipped."""
        for case in candidates:
            if case.why:
                continue
            claims = self.head.claims(case)
            before = self.backs.get(id(case))
            if always_skipped(case) and (before is None or (self.base.runs(before) and always_skipped(before))):
                continue
            yield from claims

    def not_in_force(self) -> Pool:
        """The claims of functions of the head that no runner collects or nothing calls, or that no row reaches."""
        if self.loose is None:
            found = [claim for case in self.head.cases if case.why for claim in self.head.claims(case)]
            live = [claim for case in self.head.cases if not case.why for claim in self.head.claims(case)]
            some = {(claim.origin.path, claim.origin.line) for claim in live if FALSE not in claim.guards}
            dead = [
                claim._replace(guards=claim.guards - {FALSE}) for claim in live
                if FALSE in claim.guards and (claim.origin.path, claim.origin.line) not in some
            ]  # fmt: skip
            self.loose = Pool(found + dead, self.order)
        return self.loose

    def case(self, case: Case) -> Iterator[Fact]:
        runs = self.base.runs(case)
        if always_skipped(case):
            return
        other = self.pairs.get(id(case))
        found = list(mark_facts(case, other, self.base, self.head)) if other is not None and not other.why else []
        yield from found
        if any(run.incomplete for run in runs):
            self.problems[case.path] = f"{case.name} is too long or too deeply nested to be followed to its end"
        live = distinct(claim for run in runs for claim in run.claims if counts(claim))
        lost = [claim for claim in live if not self.kept(claim)]
        if not live and (other is None or other.why):
            yield from self.silent(case, other)
        if not lost:
            return
        words = renamed(case.function.text, other.function.text) if other is not None and not other.why else {}
        if other is not None and words:
            yield self.reworded(case, other, lost, words)
            return
        if other is None or other.why:
            yield from self.gone(case, other, live, lost)
            return
        yield from self.explained(case, other, live, lost, any(fact.rule == "skipped" for fact in found))

    def reworded(self, case: Case, other: Case, lost: list[Claim], words: dict[str, str]) -> Fact:
        """A test whose inputs and expectations changed by the same words: the same check of another input."""
        old, new = next(iter(words.items()))
        message = f'{case.name} gives and expects "{new}" where it gave and expected "{old}"'
        return Fact(
            "subject-replaced", message, other.path, other.function.line, "head", case.function.text,
            other.function.text, "doubtful", "inputs", tuple(about(claim) for claim in lost), case.path,
            other.function.text, case.name,
        )  # fmt: skip

    def silent(self, case: Case, other: Case | None) -> Iterator[Fact]:
        """A test that asserted nothing but that its calls do not fail."""
        if not any(run.calls for run in self.base.runs(case)):
            return
        if other is not None:
            yield self.whole(case, "not-collected", f"{case.name} is no longer run: {other.why}", other)
        else:
            subjects = tuple(named(term) for run in self.base.runs(case) for term, _ in run.calls)
            yield self.whole(case, "removed", f"the test {case.name} is gone", None, subjects)

    def whole(
        self, case: Case, rule: str, message: str, other: Case | None, subjects: tuple[frozenset[str], ...] = ()
    ) -> Fact:
        first = headline(case)
        if other is not None:
            return Fact(
                rule, message, other.path, other.function.line, "head", first, headline(other), "sure",
                "removed", subjects, case.path, other.function.text, case.name,
            )  # fmt: skip
        return Fact(
            rule, message, case.path, case.function.line, "base", first, "", "sure", "removed", subjects, case.path, "",
            case.name,
        )  # fmt: skip

    def gone(self, case: Case, other: Case | None, live: list[Claim], lost: list[Claim]) -> Iterator[Fact]:
        """A test that no collected test of the head corresponds to."""
        subjects = tuple(about(claim) for claim in lost)
        loose = self.not_in_force()
        hidden = [claim for claim in lost if loose.entails(claim)]
        if other is not None or hidden:
            why = other.why if other is not None else "its assertions stand in code that no test runs"
            yield self.whole(case, "not-collected", f"{case.name} is no longer run: {why}", other, subjects)
            return
        if len(lost) == len(live):
            texts = brief("; ".join(dict.fromkeys(claim.origin.text for claim in lost)), 240)
            fact = self.whole(
                case, "removed", f"the test {case.name} is gone, and no other test checks `{texts}`", None, subjects
            )
            yield replace(fact, kind="replaced") if self.succeeded(case, len(lost)) else fact
            return
        seen: set[tuple[str, int]] = set()
        for claim in lost:
            if (claim.origin.path, claim.origin.line) not in seen:
                seen.add((claim.origin.path, claim.origin.line))
                message = f"`{brief(claim.origin.text)}` is gone with the test {case.name}, and no other test checks it"
                yield Fact(
                    "removed", message, claim.origin.path, claim.origin.line, "base", claim.origin.text, "", "sure",
                    "removed", (about(claim),), case.path, "", case.name,
                )  # fmt: skip

    def succeeded(self, case: Case, count: int) -> bool:
        """Whether new tests of the same file say at least as much as the ones that are gone."""
        if case.path not in self._new:
            fresh = [c for c in self.head.cases if c.path == case.path and not c.why and id(c) not in self.backs]
            known = Pool(
                (claim for c in self.base.cases if c.path == case.path for claim in self.base.claims(c)), self.order
            )
            self._new[case.path] = added((claim for c in fresh for claim in self.head.claims(c)), known)
        self._new[case.path] -= count
        return self._new[case.path] >= 0

    def explained(self, case: Case, other: Case, live: list[Claim], lost: list[Claim], skipped: bool) -> Iterator[Fact]:
        lost_keys = {id(claim) for claim in lost}
        kept = {key(claim) for claim in live if id(claim) not in lost_keys}
        claims = self.head.claims(other)
        before = {term for run in self.base.runs(case) for term in run.unknown}
        after = {term for run in self.head.runs(other) for term in run.unknown}
        incomplete = any(run.incomplete for run in self.head.runs(other))
        followed = frozenset().union(*(run.followed for run in self.head.runs(other)))
        same = case.function.text == other.function.text
        texts = frozenset(claim.origin.text for claim in self.base.claims(case))
        given = frozenset(other.function.params)
        side = Side(other, claims, kept, texts, bool(after - before) or incomplete, followed, given, same)
        seen: set[tuple[str, str, int]] = set()
        fresh = added(claims, Pool(self.base.claims(case), self.order))
        for claim in lost:
            fact = self.explainer.explain(claim, side)
            if skipped and fact.rule in {"removed", "guarded", "unreachable"}:
                continue
            if fact.rule in {"removed", "case-removed"} and self.not_in_force().entails(claim):
                message = f"`{brief(claim.origin.text)}` of {case.name} now stands in code that no test runs"
                fact = replace(fact, rule="not-collected", message=message)
            if fact.kind in {"removed", "inputs"} and fresh:
                fresh -= 1
                fact = replace(fact, kind="replaced")
            mark = (
                fact.rule,
                claim.origin.path,
                claim.origin.line if fact.rule != "case-removed" else hash(fact.message),
            )
            if mark not in seen:
                seen.add(mark)
                yield fact


def added(claims: Iterable[Claim], known: Pool) -> int:
    """How many claims say something exact that the base did not say."""
    return sum(
        STRENGTH.get(claim.relation, 0) >= 6 and counts(claim) and not known.entails(claim)
        for claim in distinct(claims)
    )


def headline(case: Case) -> str:
    """The line that begins a test."""
    if case.outline.language == "python":
        return f"def {case.function.name}"
    return case.function.text.partition("\n")[0].strip()


def counts(claim: Claim) -> bool:
    """Whether a claim of the base could fail the test at all."""
    return not claim.swallowed and claim.relation not in {"true", "false"} and not never(claim.guards)


def distinct(items: Iterable[Claim]) -> list[Claim]:
    seen: dict[tuple[object, ...], Claim] = {}
    for claim in items:
        seen.setdefault((*key(claim), claim.guards, claim.loops, claim.origin.line), claim)
    return list(seen.values())
