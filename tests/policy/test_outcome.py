"""From rulings to an outcome: an empty judgement never passes, and a mode never changes what was found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from delegation_guard.model.finding import Finding, Location, Rule
from delegation_guard.model.policy import Policy
from delegation_guard.model.report import Ruling
from delegation_guard.policy.outcome import outcome

RULES = {
    "tests/removed": Rule("tests/removed", "t", "h"),
    "receipt/missing": Rule("receipt/missing", "t", "h", unverified=True),
}


def found(rule: str, level: str, waived: str = "") -> Ruling:
    return Ruling(Finding(rule, "m", Location("a")), level, "because", "change", level == "error", waived)


@pytest.mark.parametrize(
    ("rulings", "expected"),
    [
        ([], "PASSED"),
        ([found("tests/removed", "off")], "PASSED"),
        ([found("tests/removed", "note")], "PASSED"),
        ([found("tests/removed", "warning"), found("tests/removed", "note")], "WARNED"),
        ([found("receipt/missing", "warning")], "WARNED"),
        ([found("tests/removed", "error"), found("tests/removed", "warning")], "FAILED"),
        ([found("receipt/missing", "error")], "UNVERIFIED"),
        ([found("receipt/missing", "error"), found("tests/removed", "warning")], "UNVERIFIED"),
        ([found("receipt/missing", "error"), found("tests/removed", "error")], "FAILED"),
        ([found("unknown/rule", "error")], "FAILED"),
        ([found("tests/removed", "error", waived="W-1")], "PASSED"),
        ([found("tests/removed", "error", waived="W-1"), found("tests/removed", "error")], "FAILED"),
    ],
)
def test_outcome(rulings: list[Ruling], expected: str) -> None:
    assert outcome(rulings, Policy(), RULES, crashed=False) == expected
    assert outcome(rulings, Policy(), RULES, crashed=True) == "ERRORED"
    assert outcome(rulings[::-1], replace(Policy(), mode="observe"), RULES, crashed=False) == expected


def test_fail_on_warning() -> None:
    strict = replace(Policy(), fail_on="warning")
    assert outcome([found("tests/removed", "warning")], strict, RULES, crashed=False) == "FAILED"
    assert outcome([found("tests/removed", "note")], strict, RULES, crashed=False) == "PASSED"


def test_an_unread_file_of_a_delegated_change_is_at_least_a_warning() -> None:
    assert outcome([], Policy(), RULES, crashed=False, unread=True) == "WARNED"
    assert outcome([found("tests/removed", "error")], Policy(), RULES, crashed=False, unread=True) == "FAILED"
