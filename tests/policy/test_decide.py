"""The table from facts to levels: its rows as a reader would audit them, and what holds over every combination."""

from __future__ import annotations

import itertools
from dataclasses import replace
from types import MappingProxyType

import pytest

from delegation_guard.model.contract import TRUST_ORDER, Contract
from delegation_guard.model.finding import Finding, Location, Rule
from delegation_guard.model.policy import Policy, VerifyPolicy
from delegation_guard.policy.decide import ORDER, counts, mode_of, ruling
from support import subject

TODAY = "2030-06-15"
FILE = Policy(path=".delegation/policy.yaml")
STRICT = replace(FILE, require_spec=True, levels=MappingProxyType({"spec/unattributed": "off"}))
QUIET = replace(FILE, levels=MappingProxyType({"spec/unattributed": "off"}))
FAMILIES = ("spec", "scope", "fidelity", "tests", "gates", "honesty", "guard", "receipt")
STANDINGS = ("delegated", "suspected", "unattributed", "plain")
OCCASIONS = ("commit", "push", "final")


def decided(rule="tests/removed", certainty="sure", *, standing="plain", trust=None, occasion="final", policy=FILE,
            authorised=0, situation="plain", today=TODAY, **declared):  # fmt: skip
    contract = Contract("T-1", "Do it", 1, (), (), trust=trust) if trust else None
    judged = subject({}, {}, contract=contract, standing=standing, policy=policy)
    finding = Finding(rule, "m", Location("a.py"), certainty, authorised=authorised, situation=situation)
    return ruling(finding, Rule(rule, "t", "h", **declared), judged, policy, occasion, today)


# What makes the case, the level, a piece of the reason. Everything else: a sure tests/removed, final, rule level error.
ROWS = [
    # written in the spec's own block
    ({"standing": "delegated", "trust": "base", "authorised": 31}, "note", "authorised by spec line 31"),
    ({"standing": "delegated", "trust": "sealed", "authorised": 31}, "note", "authorised by spec line 31"),
    ({"standing": "delegated", "trust": "handoff", "authorised": 31}, "note", "authorised by spec line 31"),
    ({"standing": "delegated", "trust": "caller", "authorised": 31}, "note", "authorised by spec line 31"),
    ({"standing": "delegated", "trust": "range", "authorised": 31}, "warning", "comes with the change itself"),
    ({"rule": "gates/x", "standing": "delegated", "trust": "base", "authorised": 4}, "note", "spec line 4"),
    ({"rule": "gates/x", "standing": "delegated", "trust": "range", "authorised": 4}, "error", "cannot allow this"),
    ({"rule": "guard/x", "standing": "delegated", "trust": "range", "authorised": 4}, "error", "cannot allow this"),
    ({"rule": "guard/x", "standing": "delegated", "trust": "base", "authorised": 4}, "note", "spec line 4"),
    ({"rule": "receipt/x", "standing": "delegated", "trust": "sealed", "authorised": 4}, "error", ""),
    ({"standing": "plain", "authorised": 4}, "error", "no spec"),
    # every subject of the test removed, as the spec asks
    ({"standing": "delegated", "trust": "base", "situation": "subject-gone"}, "note", "removed, as the spec asks"),
    ({"standing": "delegated", "trust": "range", "situation": "subject-gone"}, "note", "removed, as the spec asks"),
    ({"standing": "plain", "situation": "subject-gone"}, "error", "no spec"),
    # delegated: certainty decides, whether or not product code changed with it
    ({"standing": "delegated", "trust": "base"}, "error", "the spec does not ask for it"),
    ({"standing": "delegated", "trust": "base", "situation": "with-product"}, "error", "the spec does not ask for it"),
    ({"standing": "delegated", "trust": "base", "certainty": "doubtful"}, "warning", "not certain"),
    ({"standing": "delegated", "trust": "base", "certainty": "review"}, "warning", "never proof"),
    ({"standing": "delegated", "trust": "base", "certainty": "review", "level": "note"}, "note", ""),
    ({"standing": "delegated", "trust": "base", "rule": "scope/x", "contract": True}, "error", ""),
    ({"standing": "delegated"}, "error", "no spec allows it"),
    # somebody asked, without a spec
    ({}, "error", "no spec allows it"),
    ({"certainty": "doubtful"}, "warning", "not certain"),
    ({"situation": "with-product"}, "warning", "together with the product code"),
    ({"rule": "gates/x"}, "error", "no spec allows it"),
    ({"rule": "honesty/x", "certainty": "review"}, "warning", "never proof"),
    # it looks delegated: rules warn where there is no contract
    ({"standing": "suspected"}, "warning", "no spec to hold it to"),
    ({"standing": "suspected", "rule": "guard/x"}, "warning", "no spec to hold it to"),
    ({"standing": "suspected", "rule": "spec/unattributed", "policy": Policy()}, "note", "no policy yet"),
    ({"standing": "suspected", "rule": "spec/unattributed"}, "warning", "names no spec"),
    ({"standing": "suspected", "rule": "spec/unattributed", "policy": STRICT}, "error", "requires a spec"),
    ({"standing": "suspected", "rule": "spec/unattributed", "policy": QUIET}, "off", "switches this rule off"),
    # commits beside delegated ones
    ({"standing": "unattributed"}, "warning", "claims no spec"),
    ({"standing": "unattributed", "policy": replace(FILE, unattributed="allow")}, "note", "allows commits"),
    ({"standing": "unattributed", "policy": replace(FILE, unattributed="block")}, "error", ""),
    ({"standing": "unattributed", "policy": replace(FILE, unattributed="signed")}, "error", ""),
    ({"standing": "unattributed", "policy": replace(FILE, unattributed="review")}, "error", ""),
    # the guard's own files
    ({"rule": "guard/x", "standing": "delegated", "trust": "base"}, "error", "the spec does not ask for it"),
    ({"rule": "guard/x", "standing": "unattributed"}, "note", "a person may change this"),
    ({"rule": "guard/x", "standing": "unattributed", "policy": replace(FILE, unattributed="block")}, "note", ""),
    ({"rule": "guard/x", "standing": "plain"}, "note", "a person may change this"),
    # rules of the whole task
    ({"standing": "delegated", "trust": "base", "stage": "task", "occasion": "commit"}, "note", "not finished"),
    ({"standing": "delegated", "trust": "base", "stage": "task", "occasion": "push"}, "warning", "not finished"),
    ({"standing": "delegated", "trust": "base", "stage": "task", "occasion": "final"}, "error", ""),
    ({"standing": "delegated", "trust": "base", "stage": "task", "occasion": "push", "level": "note"}, "note", ""),
    # receipts before the merge
    ({"rule": "receipt/x", "standing": "delegated", "trust": "base", "occasion": "commit"}, "error", ""),
    ({"rule": "receipt/x", "standing": "delegated", "trust": "base", "occasion": "commit",
      "policy": replace(FILE, verify=VerifyPolicy(on_commit="warn"))}, "warning", "only warns"),
    ({"rule": "receipt/x", "standing": "delegated", "trust": "base", "occasion": "push",
      "policy": replace(FILE, verify=VerifyPolicy(on_commit="off"))}, "off", "no verification before the merge"),
    ({"rule": "receipt/x", "standing": "delegated", "trust": "base", "occasion": "final",
      "policy": replace(FILE, verify=VerifyPolicy(on_commit="off"))}, "error", ""),
]  # fmt: skip


@pytest.mark.parametrize(("case", "level", "reason"), ROWS)
def test_row(case: dict, level: str, reason: str) -> None:
    decision = decided(**case)
    assert decision.level == level
    assert reason in decision.reason


def levels(**entries: str) -> Policy:
    return replace(FILE, levels=MappingProxyType({name.replace("__", "/"): level for name, level in entries.items()}))


@pytest.mark.parametrize(
    ("policy", "case", "level"),
    [
        (levels(tests="warning"), {}, "warning"),
        (levels(tests="off"), {}, "off"),
        (levels(tests="off", tests__removed="error"), {}, "error"),
        (levels(tests__removed="note"), {"rule": "tests/relaxed"}, "error"),
        (levels(tests="error"), {"level": "note"}, "error"),
        (levels(tests="error"), {"certainty": "doubtful"}, "warning"),
        (levels(tests="error"), {"certainty": "review"}, "warning"),
        (levels(tests="error"), {"standing": "unattributed"}, "warning"),
        (levels(tests="error"), {"standing": "delegated", "trust": "base", "authorised": 3}, "note"),
        (levels(tests="error"), {"situation": "with-product"}, "error"),
        (levels(guard="off"), {"rule": "guard/x", "standing": "delegated", "trust": "base"}, "error"),
        (levels(spec="off"), {"rule": "spec/unusable", "standing": "delegated", "trust": "base"}, "error"),
        (levels(receipt="warning"), {"rule": "receipt/x", "standing": "delegated", "trust": "base"}, "error"),
        (levels(receipt="error"), {"rule": "receipt/x", "standing": "delegated", "level": "note"}, "error"),
    ],
)
def test_levels_of_the_policy(policy: Policy, case: dict, level: str) -> None:
    assert decided(policy=policy, **case).level == level


MODES = MappingProxyType({"tests": "warn", "scope": "block"})


@pytest.mark.parametrize(
    ("policy", "rule", "today", "blocks"),
    [
        (FILE, "tests/x", TODAY, True),
        (replace(FILE, mode="warn"), "tests/x", TODAY, False),
        (replace(FILE, mode="observe"), "tests/x", TODAY, False),
        (replace(FILE, modes=MODES), "tests/x", TODAY, False),
        (replace(FILE, modes=MODES), "gates/x", TODAY, True),
        (replace(FILE, mode="observe", modes=MODES), "scope/x", TODAY, True),
        (replace(FILE, mode="warn", until=TODAY), "tests/x", TODAY, False),
        (replace(FILE, mode="warn", until="2030-06-14"), "tests/x", TODAY, True),
        (replace(FILE, modes=MODES, until="2030-06-14"), "tests/x", TODAY, True),
        (replace(FILE, mode="warn", until="2031-01-01"), "tests/x", TODAY, False),
        (replace(FILE, mode="nonsense"), "tests/x", TODAY, True),
    ],
)
def test_the_mode_decides_what_blocks_and_nothing_else(policy: Policy, rule: str, today: str, blocks: bool) -> None:
    decision = decided(rule, policy=policy, today=today)
    assert decision.blocks is blocks
    assert decision.level == "error"
    assert (mode_of(rule.partition("/")[0], policy, today) == "block") is blocks


def test_fail_on_decides_which_level_blocks() -> None:
    assert not decided(certainty="doubtful").blocks
    assert decided(certainty="doubtful", policy=replace(FILE, fail_on="warning")).blocks
    assert not counts("note", replace(FILE, fail_on="warning"))


def every_case():
    standings = [(standing, None) for standing in STANDINGS] + [("delegated", trust) for trust in TRUST_ORDER]
    for family, certainty, authorised, situation, (standing, trust), occasion, stage in itertools.product(
        FAMILIES, ("sure", "doubtful", "review"), (0, 7), ("plain", "with-product", "subject-gone"), standings,
        OCCASIONS, ("commit", "task"),
    ):  # fmt: skip
        yield {
            "rule": f"{family}/x", "certainty": certainty, "authorised": authorised, "situation": situation,
            "standing": standing, "trust": trust, "occasion": occasion, "stage": stage,
        }  # fmt: skip


def expected(case: dict) -> str:
    """The levels of the specification, written a second time and independently: the weakest limit that applies."""
    family = case["rule"].partition("/")[0]
    limits = ["error" if case["certainty"] == "sure" else "warning"]
    believed = case["trust"] is not None and family != "receipt"
    if case["trust"] == "range" and family in ("guard", "gates"):
        believed = False
    if believed and case["authorised"]:
        limits = ["warning" if case["trust"] == "range" else "note"]
    elif believed and case["situation"] == "subject-gone":
        limits = ["note"]
    elif case["trust"] is None and case["situation"] == "with-product":
        limits.append("warning")
    if case["standing"] in ("suspected", "unattributed"):
        limits.append("warning")
    if case["standing"] in ("plain", "unattributed") and family == "guard":
        limits.append("note")
    if case["stage"] == "task":
        limits.append({"commit": "note", "push": "warning", "final": "error"}[case["occasion"]])
    return min(limits, key=ORDER.__getitem__)


def test_every_combination() -> None:
    wrong = []
    number = 0
    for case in every_case():
        number += 1
        decision = decided(**case)
        assert decision.reason, case
        assert decision.blocks is (decision.level == "error"), case
        if decision.level != expected(case):
            wrong.append((case, decision.level, expected(case)))
    assert wrong == []
    assert number == 8 * 3 * 2 * 3 * 9 * 3 * 2


@pytest.mark.parametrize("weaker", ["doubtful", "review"])
def test_less_certainty_never_weighs_more(weaker: str) -> None:
    for case in every_case():
        if case["certainty"] == "sure":
            assert ORDER[decided(**{**case, "certainty": weaker}).level] <= ORDER[decided(**case).level], case


def test_a_later_occasion_never_weighs_less() -> None:
    for case in every_case():
        by_time = [ORDER[decided(**{**case, "occasion": occasion}).level] for occasion in OCCASIONS]
        assert by_time == sorted(by_time), case


def test_without_a_spec_that_is_believed_nothing_a_change_says_of_itself_lowers_it() -> None:
    for case in every_case():
        if case["trust"] is None:
            assert decided(**{**case, "authorised": 9}).level == decided(**{**case, "authorised": 0}).level, case
