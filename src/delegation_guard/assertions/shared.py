"""Code that several tests share: helpers, fixtures, conftest files, compared on their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delegation_guard.assertions.blocks import Runner
from delegation_guard.assertions.cases import is_fixture
from delegation_guard.assertions.compare import Half, counts, distinct
from delegation_guard.assertions.differences import strictness
from delegation_guard.assertions.entail import Pool
from delegation_guard.assertions.explain import Explainer, Side, key
from delegation_guard.assertions.facts import Fact, brief
from delegation_guard.assertions.frame import Frame, Run, Value
from delegation_guard.assertions.hooks import Hooks
from delegation_guard.languages.outline import NULL, TRUE, Function, Term, keywords

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delegation_guard.assertions.relations import Order
    from delegation_guard.languages.outline import Outline


class Shared:
    """Compares what helpers and fixtures of one file assert, give and replace."""

    def __init__(self, base: Half, head: Half, order: Order) -> None:
        self.base, self.head, self.order, self.words = base, head, order, head.words

    def facts(self, path: str) -> Iterator[Fact]:
        before, after = self.base.library.outline(path), self.head.library.outline(path)
        if before is not None and after is not None:
            yield from self.helpers(path)
            for name, function in before.function.items():
                other = after.function.get(name)
                if other is not None and other.text != function.text and is_fixture(self.words, function):
                    yield from self.fixture(before, function, after, other)
        if after is not None:
            yield from Hooks(self.words).facts(before, after)
            for name, function in after.function.items():
                if before is None or name not in before.function:
                    yield from self.automatic(after, function)

    def helpers(self, path: str) -> Iterator[Fact]:
        heads = {case.name: case for case in self.head.cases if case.path == path}
        for case in self.base.cases:
            other = heads.get(case.name)
            if case.path != path or not case.why or other is None or other.function.text == case.function.text:
                continue
            live = distinct(claim for claim in self.base.claims(case) if counts(claim))
            claims = self.head.claims(other)
            pool = Pool(claims, self.order)
            lost = [claim for claim in live if not pool.entails(claim)]
            kept = {key(claim) for claim in live if claim not in lost} if lost else set()
            side = Side(other, claims, kept)
            for claim in lost:
                fact = Explainer(pool, self.words).explain(claim, side)
                message = f"the helper {case.name} checks less: {fact.message}"
                yield Fact(
                    "helper-loosened", message, fact.path, fact.line, fact.side, fact.before, fact.after,
                    fact.certainty,
                    fact.kind, fact.subjects, path, other.function.text, case.name,
                )  # fmt: skip

    def fixture(self, before: Outline, one: Function, after: Outline, two: Function) -> Iterator[Fact]:
        """A fixture that gives a laxer test double than it did."""
        old, _ = self.given(self.base, before, one)
        new, run = self.given(self.head, after, two)
        if strictness(old, self.words) > strictness(new, self.words):
            message = f"the fixture {one.name} gives a test double that is no longer tied to its original"
            yield Fact(
                "mock-relaxed", message, after.path, two.line, "head", last_line(one), last_line(two), "sure", "", (),
                before.path, two.text, one.name,
            )  # fmt: skip

    def given(self, half: Half, outline: Outline, function: Function) -> tuple[Term, Run]:
        runner = Runner(half.library, half.words, function.name)
        values: list[Term] = []

        def keep(value: Value) -> None:
            values.append(value.term)

        frame = Frame(outline, on_yield=keep)
        runner.block(function.body, frame)
        return (values[0] if values else frame.result or NULL), runner.run

    def automatic(self, outline: Outline, function: Function) -> Iterator[Fact]:
        """A new fixture that every test gets unasked and that replaces something of the repository's own."""
        auto = any(d.op == "call" and keywords(d).get("autouse") == TRUE for d in function.decorators)
        if not auto or not is_fixture(self.words, function):
            return
        _, run = self.given(self.head, outline, function)
        for term, origin in run.patches:
            dotted = str(term.value)
            if term.op == "sym" and self.head.library.resolve(dotted, tests_only=False):
                message = f"the new fixture {function.name} replaces {dotted} in every test: `{brief(origin.text)}`"
                yield Fact(
                    "subject-replaced", message, outline.path, origin.line, "head", "", origin.text, "sure", "inputs",
                    (),
                    outline.path, function.text, function.name,
                )  # fmt: skip


def last_line(function: Function) -> str:
    return function.text.rstrip().split("\n")[-1].strip()
