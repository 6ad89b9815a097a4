"""What marks, patches and settings of a test changed: skips, retries, time limits, generated inputs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from delegation_guard.assertions.cases import ROWS
from delegation_guard.assertions.claims import name_of
from delegation_guard.assertions.facts import Fact, brief
from delegation_guard.assertions.inputs import narrowed
from delegation_guard.languages.outline import Term, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delegation_guard.assertions.cases import Case
    from delegation_guard.assertions.claims import Origin
    from delegation_guard.assertions.compare import Half
    from delegation_guard.assertions.frame import Skip
    from delegation_guard.model.finding import Certainty

REASON = re.compile(r"""reason\s*=\s*["']([^"']+)""")
ENVIRONMENT = frozenset({"sys", "os", "platform", "sysconfig", "shutil", "locale", "socket", "time", "datetime"})
"""Modules of the standard library whose answers can be told apart by name."""


def always_skipped(case: Case) -> bool:
    """Whether a performed case never runs, or its failure never counts."""
    return any(skip.condition is None and skip.kind in {"skip", "xfail"} for skip in case.skips)


def all_skips(case: Case, half: Half) -> list[Skip]:
    """The skips of a case, those met in its body and on its rows included."""
    runs = half.runs(case)
    found = [*case.skips, *(skip for run in runs for skip in run.skips)]
    return [*found, *(skip for row in case.rows for skip in row.skips)]


def mark_facts(base: Case, head: Case, before: Half, after: Half) -> Iterator[Fact]:
    """Facts about everything of a test but its assertions."""
    old, new = all_skips(base, before), all_skips(head, after)
    yield from skipped(old, new, head)
    yield from repeated(old, new, head)
    yield from limits(old, new, base, head)
    yield from settings(base, head)
    yield from long_tables(base, head, after)
    yield from generated(base, head)
    yield from patches(base, head, before, after)


def fact(
    rule: str,
    message: str,
    head: Case,
    before: str,
    after: str,
    line: int,
    certainty: Certainty = "sure",
    kind: str = "",
) -> Fact:
    return Fact(
        rule, message, head.path, line or head.function.line, "head", before, after, certainty, kind, (),
        head.path, head.function.text, head.name,
    )  # fmt: skip


def skipped(old: list[Skip], new: list[Skip], head: Case) -> Iterator[Fact]:
    had = {(skip.kind, skip.condition) for skip in old}
    if any(skip.condition is None and skip.kind == "skip" for skip in old):
        return
    reported: set[str] = set()
    for skip in new:
        if skip.kind not in {"skip", "xfail", "needs"} or (skip.kind, skip.condition) in had or skip.text in reported:
            continue
        if any(weaker_or_same(skip.condition, condition) for _, condition in had):
            continue
        reported.add(skip.text)
        words = {"skip": "is skipped", "xfail": "may fail without failing the run", "needs": "is skipped"}[skip.kind]
        when = "" if skip.condition is None else " under a condition"
        message = f"{head.name} now {words}{when}: `{brief(skip.text)}`"
        unsure = skip.kind == "needs" or any(incomparable(skip, one) for one in replaced_skips(old, new, skip))
        certainty: Certainty = "doubtful" if unsure else "sure"
        yield fact("skipped", message, head, "", skip.text, skip.line if skip.path == head.path else 0, certainty)


def replaced_skips(old: list[Skip], new: list[Skip], skip: Skip) -> list[Skip]:
    """The skips of one kind that are gone, when the test has no more of that kind than before."""
    had = {one.condition: one for one in old if one.kind == skip.kind}
    has = {one.condition for one in new if one.kind == skip.kind}
    return [one for condition, one in had.items() if condition not in has] if len(has) <= len(had) else []


def incomparable(skip: Skip, gone: Skip) -> bool:
    """Whether a skip took another one's place under a condition whose value nobody can compare with the other's."""
    one, two = skip.condition, gone.condition
    if one is None or two is None or two in walk(one):
        return False
    first, second = sources(one), sources(two)
    reason = REASON.search(skip.text)
    return not first & second and (not first or (reason is not None and reason.group(1) in gone.text))


def sources(condition: Term) -> set[str]:
    """What a condition asks about the machine or the interpreter."""
    found = {str(part.value) for part in walk(condition) if part.op == "sym"}
    return {name for name in found if name.partition(".")[0] in ENVIRONMENT}


def weaker_or_same(condition: Term | None, had: Term | None) -> bool:
    """Whether a condition skips no more often than one that was there before."""
    if had is None:
        return True
    if condition is None:
        return False
    parts = condition.args if condition.op == "and" else (condition,)
    others = had.args if had.op == "or" else (had,)
    return had in parts or condition in others


def repeated(old: list[Skip], new: list[Skip], head: Case) -> Iterator[Fact]:
    before = max((skip.amount or 1 for skip in old if skip.kind == "retry"), default=0)
    for skip in new:
        if skip.kind == "retry" and (skip.amount or 1) > before:
            message = f"a failure of {head.name} is now repeated until it passes: `{brief(skip.text)}`"
            yield fact("retried", message, head, "", skip.text, skip.line)
            return


def limits(old: list[Skip], new: list[Skip], base: Case, head: Case) -> Iterator[Fact]:
    before = [skip for skip in old if skip.kind == "timeout" and skip.amount]
    after = [skip for skip in new if skip.kind == "timeout" and skip.amount]
    if not before:
        return
    least = min(before, key=lambda skip: skip.amount or 0)
    if not after:
        message = f"the time limit of {head.name} is gone: `{brief(least.text)}`"
        yield fact("timeout-widened", message, head, least.text, "", 0)
    elif min(skip.amount or 0 for skip in after) > (least.amount or 0):
        text = after[0].text
        message = f"the time limit of {head.name} was raised: `{brief(least.text)}` became `{brief(text)}`"
        yield fact("timeout-widened", message, head, least.text, text, after[0].line)


def settings(base: Case, head: Case) -> Iterator[Fact]:
    for word, (amount, text) in base.numbers.items():
        now = head.numbers.get(word)
        if now is not None and now[0] < amount:
            message = f"{head.name} tries fewer generated inputs: `{brief(text)}` became `{brief(now[1])}`"
            yield fact("generator-narrowed", message, head, text, now[1], head.function.first_line)


def long_tables(base: Case, head: Case, half: Half) -> Iterator[Fact]:
    """Rows gone from tables that are too long to be run row by row."""
    old, new = tables(base, half), tables(head, half)
    for before, after in zip(old, new, strict=False):
        gone = set(before) - set(after)
        if max(len(before), len(after)) > ROWS and gone:
            text = f"{len(before)} rows"
            message = f"{len(gone)} of the {text} in the table of {head.name} are gone or changed"
            yield fact("case-removed", message, head, text, f"{len(after)} rows", head.function.first_line)


def tables(case: Case, half: Half) -> list[tuple[Term, ...]]:
    """The rows of each table of a case."""
    found = []
    for mark in case.marks:
        if mark.op == "call" and name_of(mark.args[0]) in half.words.tables:
            sources = [arg for arg in mark.args[1:] if arg.op in {"list", "tuple"} and len(arg.args) > 2]
            found.append(max(sources, key=lambda arg: len(arg.args)).args if sources else ())
    return found


def generated(base: Case, head: Case) -> Iterator[Fact]:
    """Generated inputs that cover less than before, explicit examples that are gone."""
    for name, strategy in base.inputs.items():
        if name not in head.inputs or head.inputs[name] == strategy:
            continue
        answer = narrowed(strategy, head.inputs[name])
        if answer is not False:
            message = f"the generated values of {name} in {head.name} no longer cover all they did"
            certainty: Certainty = "sure" if answer else "doubtful"
            yield fact("generator-narrowed", message, head, name, name, head.function.first_line, certainty)
    for example in base.examples:
        if base.inputs and example not in head.examples:
            yield fact(
                "case-removed",
                f"an explicit example of {head.name} is gone",
                head,
                "@example",
                "",
                head.function.first_line,
            )


def patches(base: Case, head: Case, before: Half, after: Half) -> Iterator[Fact]:
    """Parts of the product that a test replaces now and did not replace before."""
    had = {short(term) for run in before.runs(base) for term, _ in run.patches}
    seen: set[str] = set()
    product = products(base, before) | products(head, after)
    for run in after.runs(head):
        for term, origin in run.patches:
            name = short(term)
            if name in had or name in seen:
                continue
            seen.add(name)
            certainty = replaced(str(term.value), name, product, head)
            if certainty:
                message = f"{head.name} now replaces {name}, which it is there to check: `{brief(origin.text)}`"
                yield fact("subject-replaced", message, head, "", origin.text, here(origin, head), certainty, "inputs")


def here(origin: Origin, head: Case) -> int:
    return origin.line if origin.path == head.path else 0


def short(term: Term) -> str:
    return str(term.value).rpartition(".")[2]


def products(case: Case, half: Half) -> frozenset[str]:
    """The dotted symbols that a test calls or asserts about."""
    found: set[str] = set()
    for run in half.runs(case):
        for term in [claim.subject for claim in run.claims] + [call for call, _ in run.calls]:
            found |= {str(part.value) for part in walk(term) if part.op == "sym"}
    return frozenset(found)


def replaced(dotted: str, name: str, product: frozenset[str], head: Case) -> Certainty | None:
    """Whether a patch replaces what the test is about: sure when it calls it, doubtful when it is a neighbour."""
    module = dotted.rpartition(".")[0]
    for symbol in product:
        home = symbol.rpartition(".")[0]
        if symbol == dotted or (
            symbol.rpartition(".")[2] == name
            and (module.endswith(head.path.removesuffix(".py").replace("/", ".")) or home == module)
        ):
            return "sure"
        if (symbol == module and "." in symbol) or home == dotted:
            return "sure"
    homes = {symbol.rpartition(".")[0] for symbol in product if "." in symbol} - {""}
    return "doubtful" if module in homes and not module.startswith(("unittest", "pytest")) else None
