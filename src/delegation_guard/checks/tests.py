"""Tests that check less than before: each assertion that the change no longer makes, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delegation_guard.assertions.standing import authorised, situation
from delegation_guard.assertions.weakened import weakened
from delegation_guard.checks.authored import written_by_spec
from delegation_guard.model.finding import Evidence, Finding, Location, Rule
from delegation_guard.model.report import NotAnalysed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delegation_guard.assertions.facts import Fact
    from delegation_guard.model.inputs import Subject
    from delegation_guard.model.report import Skip

TABLE = """
removed | A check is gone | A test or an assertion is gone, and nothing that the tests still assert implies it.
relaxed | An assertion says less | The subject is still checked, by a relation that more results satisfy.
tolerance-widened | A tolerance is wider | A comparison of numbers accepts results farther from the expected one.
exception-widened | An expected exception is less exact | A wider class of exceptions, or any message, is accepted.
expectation-changed | Another result is expected | The same subject is compared with another value.
tautology | An assertion cannot fail | What is asserted is true whatever the product does.
unreachable | An assertion is never reached | Code before it always leaves the test, or its condition cannot hold.
guarded | An assertion runs only sometimes | It now stands under a condition or in a loop that may not run.
swallowed | A failure is swallowed | The assertion fails into a handler that lets the test pass.
case-removed | A case is gone from a table | A row of a table, or an explicit example, is no longer run.
skipped | A test is skipped | A skip or an expected failure was added, or its condition holds more often.
not-collected | A test is no longer run | It is still written, but the test runner does not find it.
subject-replaced | Something else is checked | The subject, its preparation or inputs changed, or the product is mocked.
mock-relaxed | A check of calls says less | Fewer calls or arguments are checked, or a double follows no original.
helper-loosened | A shared helper checks less | A helper that tests call asserts less than before.
retried | Failures are repeated | A failing test is run again until it passes.
timeout-widened | A time limit is wider | A limit on a test's duration was raised or removed.
snapshot-rerecorded | A recorded result was recorded anew | The stored output that tests compare with changed.
generator-narrowed | Generated inputs cover less | A property is tried on fewer or on narrower inputs.
doctest-relaxed | A documented example says less | An example that is run as a test is gone, changed or accepts more.
"""

RULES: tuple[Rule, ...] = (
    *(Rule(f"tests/{name}", title, text) for name, title, text in (row.split(" | ") for row in TABLE.split("\n") if row)
    ),
    Rule("tests/not-analysed", "A test file could not be analysed",
         "A changed test file cannot be read, does not parse or is too long, so nothing is known about its checks."),
)  # fmt: skip

HINT = "Restore the check, or stop and say why it cannot hold; only the spec's own text can change what is checked."


def find(subject: Subject) -> Iterator[Finding | NotAnalysed | Skip]:
    """Findings for every weakening of the tests of a change, and the test files that could not be analysed."""
    result = weakened(subject)
    for path, why in sorted(result.problems.items()):
        yield NotAnalysed(path, why)
        if subject.standing == "delegated" and any(item.path == path for item in subject.change.files):
            yield Finding("tests/not-analysed", f"{path} cannot be analysed: {why}", Location(path), hint=HINT)
    for fact in result.facts:
        yield finding(subject, fact)


def finding(subject: Subject, fact: Fact) -> Finding:
    location = Location(fact.path, fact.line, "base" if fact.side == "base" else "head")
    line = authorised(subject, fact) or written_by_spec(subject, fact)
    # What the spec gives word for word weighs the same in every situation, and finding that out takes most of the time.
    return Finding(
        f"tests/{fact.rule}",
        sentence(fact.message),
        location,
        fact.certainty,
        Evidence(fact.before, fact.after),
        authorised=line,
        situation="plain" if line else situation(subject, fact),
        hint=HINT,
    )


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:] if text[:1].islower() and not text.startswith("test") else text
