"""Whether there is a spec, whether it lists anything, how far it is believed."""

from __future__ import annotations

import pytest

from contracts import contract
from delegation_guard.checks import spec
from delegation_guard.model.policy import Policy
from support import subject

A, B = {"a.py": "1"}, {"a.py": "2"}


def rules(**more):
    return [item.rule for item in spec.find(subject(A, B, **more))]


def test_quiet_for_ordinary_work_and_believed_specs():
    assert rules() == []
    assert rules(standing="unattributed") == []
    for trust in ("handoff", "base", "sealed", "caller"):
        assert rules(contract=contract("a.py", trust=trust)) == []


def test_suspected_work_without_a_spec_says_why():
    judged = subject(A, B, standing="suspected", suspicion="its co-author is Haiku")
    finding = next(spec.find(judged))
    assert finding.rule == "spec/unattributed"
    assert "its co-author is Haiku" in finding.message
    assert "delegation-guard handoff start SPEC" in finding.hint


def test_a_range_spec_is_said():
    assert rules(contract=contract("a.py", trust="range")) == ["spec/range-trust"]


@pytest.mark.parametrize(
    ("needed", "trust", "expected"),
    [
        ("base", "range", ["spec/trust"]), ("base", "handoff", ["spec/trust"]), ("base", "base", []),
        ("sealed", "base", ["spec/trust"]), ("sealed", "sealed", []), ("range", "range", ["spec/range-trust"]),
    ],
)  # fmt: skip
def test_the_policy_names_the_least_trust(needed, trust, expected):
    assert rules(contract=contract("a.py", trust=trust), policy=Policy(spec_trust=needed)) == expected


@pytest.mark.parametrize("headings", [(), ("<file path>",), ("<file path>", "<other>")])
def test_a_spec_that_lists_nothing(headings):
    assert rules(contract=contract(*headings)) == ["spec/empty"]


def test_one_real_path_is_enough_for_the_list():
    assert rules(contract=contract("<file path>", "a.py")) == []


def test_a_claim_without_a_usable_spec_never_passes():
    judged = subject(A, B, standing="delegated", problem="no spec T-9 stands there", remedy="commit it alone")
    finding = next(spec.find(judged))
    assert (finding.rule, finding.message, finding.remedy) == (
        "spec/unusable",
        "no spec T-9 stands there",
        "commit it alone",
    )
