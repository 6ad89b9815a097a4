"""Receipts as in-toto statements: the round trip, and everything a reader must refuse."""

from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delegation_guard.attest.statement import PREDICATE, from_statement, predicate_type, to_statement
from delegation_guard.attest.test_result import to_test_result
from delegation_guard.errors import EvidenceError
from delegation_guard.model.receipt import CommandRun, Receipt, TestCounts

SHA = "ab" * 32
OID = "12" * 20
RUN = CommandRun("pytest -q", "", 0, 1.25, SHA, TestCounts(3, 2, 0, 1))
RECEIPT = Receipt(tree=OID, spec_sha256=SHA, policy_sha256=SHA, commands=(RUN,), result="PASSED", base_tree=OID)

TEXT = st.text(max_size=12)
PAIRS = st.dictionaries(TEXT, TEXT, max_size=3).map(lambda found: tuple(sorted(found.items())))
COUNTS = st.none() | st.builds(TestCounts, *[st.integers(0, 9)] * 4)
RUNS = st.builds(
    CommandRun, TEXT, TEXT, st.integers(-15, 255), st.integers(0, 9000).map(lambda n: n / 1000), st.just(SHA), COUNTS,
    st.booleans(), TEXT, st.lists(TEXT, max_size=2).map(tuple),
)  # fmt: skip
RECEIPTS = st.builds(
    Receipt, tree=st.sampled_from([OID, "f" * 64]), spec_sha256=st.just(SHA), policy_sha256=st.sampled_from([SHA, ""]),
    commands=st.lists(RUNS, min_size=1, max_size=3).map(tuple),
    result=st.sampled_from(["WARNED", "FAILED", "UNVERIFIED"]),
    base_tree=st.sampled_from(["", OID]), whose=st.sampled_from(["", "delegate", "flaky"]), strength=st.integers(0, 5),
    isolation=TEXT, carried=PAIRS, environment=PAIRS, started=TEXT, finished=TEXT, runner=TEXT, tool_version=TEXT,
    problem=TEXT, flaky=st.lists(TEXT, max_size=2).map(tuple), before_hooks=st.sampled_from(["", OID]),
    hooks=st.lists(TEXT, max_size=2).map(tuple),
)  # fmt: skip


@given(RECEIPTS)
def test_round_trip(receipt: Receipt) -> None:
    data = to_statement(receipt)
    assert from_statement(data) == receipt
    assert to_statement(from_statement(data)) == data


def test_who_vouches_is_no_part_of_the_statement() -> None:
    vouched = dataclasses.replace(RECEIPT, signer="ann", key="SHA256:x", tier="ci-rerun", roles=("ci",), distrust="no")
    assert to_statement(vouched) == to_statement(RECEIPT)
    assert from_statement(to_statement(vouched)).tier == "claimed"


def test_it_is_an_in_toto_statement() -> None:
    statement = json.loads(to_statement(RECEIPT))
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert statement["subject"] == [{"name": "tree", "digest": {"gitTree": OID}}]
    assert statement["predicateType"] == PREDICATE == predicate_type(to_statement(RECEIPT))


def altered(change) -> bytes:
    statement = json.loads(to_statement(RECEIPT))
    change(statement)
    return json.dumps(statement).encode()


def put(*path_and_value):
    *path, last, value = path_and_value

    def change(statement) -> None:
        for step in path:
            statement = statement[step]
        statement[last] = value

    return change


@pytest.mark.parametrize(
    "change",
    [
        put("_type", "https://in-toto.io/Statement/v0.1"), put("predicateType", "https://in-toto.io/attestation/vsa/v1"),
        put("predicateType", PREDICATE + "0"), put("subject", []), put("subject", 0, "digest", {"gitCommit": OID}),
        put("subject", 0, "digest", {"gitTree": "zz"}), put("subject", 0, "digest", "gitTree", OID + "\n"),
        put("subject", 0, "digest", "gitTree", OID.upper().replace("1", "A")),
        lambda statement: statement["subject"].append(statement["subject"][0]),
        put("predicate", []), put("predicate", "result", "passed"), put("predicate", "result", True),
        put("predicate", "commands", []), put("predicate", "commands", {}),
        put("predicate", "commands", 0, "exitCode", "0"),
        put("predicate", "commands", 0, "exitCode", False), put("predicate", "commands", 0, "exitCode", 0.0),
        put("predicate", "commands", 0, "exitCode", 1), put("predicate", "commands", 0, "problem", "no test ran"),
        put("predicate", "commands", 0, "timedOut", True), put("predicate", "commands", 0, "timedOut", 0),
        put("predicate", "commands", 0, "seconds", "1"), put("predicate", "commands", 0, "seconds", 1e300),
        put("predicate", "commands", 0, "output", "sha256", "00"), put("predicate", "commands", 0, "tests", {}),
        put("predicate", "commands", 0, "failures", [1]), put("predicate", "carried", []),
        put("predicate", "carried", {"a": 1}), put("predicate", "whose", "nobody"), put("predicate", "strength", None),
        put("predicate", "spec", "sha256", ""), put("predicate", "policy", "sha256", "x"),
        lambda statement: statement["predicate"].pop("base"),
    ],
)  # fmt: skip
def test_another_meaning_is_refused(change) -> None:
    with pytest.raises(EvidenceError):
        from_statement(altered(change))


def test_a_fact_of_a_later_version_is_left_alone() -> None:
    assert from_statement(altered(put("predicate", "later", {"more": 1}))) == RECEIPT


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"exitCode":0', b'"exitCode":1,"exitCode":0'), (b'"result":"PASSED"', b'"result":"PASSED",\r"result2":1'),
        (b'"strength":0', b'"strength":NaN'), (b"{", b"\xff{"), (b"}", b""),
    ],
)  # fmt: skip
def test_ambiguous_bytes_are_refused(old: bytes, new: bytes) -> None:
    data = to_statement(RECEIPT)
    assert old in data
    with pytest.raises(EvidenceError):
        from_statement(data.replace(old, new, 1))


def test_the_standard_statement_of_the_same_run() -> None:
    statement = json.loads(to_test_result(RECEIPT) or b"")
    assert statement["predicateType"] == "https://in-toto.io/attestation/test-result/v0.1"
    assert statement["subject"][0]["digest"] == {"gitTree": OID}
    assert statement["predicate"]["result"] == "PASSED"
    assert statement["predicate"]["passedTests"] == ["pytest -q"]
    assert {"name": "spec", "digest": {"sha256": SHA}} in statement["predicate"]["configuration"]
    assert "failedTests" not in statement["predicate"]


def test_the_standard_statement_names_what_failed() -> None:
    failed = dataclasses.replace(RECEIPT, result="FAILED", commands=(dataclasses.replace(RUN, exit_code=1),))
    assert json.loads(to_test_result(failed) or b"")["predicate"]["failedTests"] == ["pytest -q"]


def test_the_standard_has_no_word_for_unverified() -> None:
    assert to_test_result(dataclasses.replace(RECEIPT, result="UNVERIFIED")) is None
