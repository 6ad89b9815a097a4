"""What takes minutes: many more random inputs through every reader of text that a delegate can write."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delegation_guard.attest import envelope
from delegation_guard.attribution.claims import claims
from delegation_guard.errors import EvidenceError, PolicyError, SpecError
from delegation_guard.policy.load import load
from delegation_guard.spec.parser import parse

pytestmark = pytest.mark.slow
MANY = settings(max_examples=20_000, deadline=None)
PIECES = st.sampled_from(
    ["TASK T-1: do it\n", "CHANGES TO MAKE:\n", "### 1. a.py\n", "VERIFY:\n", "pytest -q\n", "```python\n",
     "```\n", "~~~\n", "Replace\n", "with\n", "<!-- ", " -->", "CONSTRAINTS:\n- Edit ONLY the listed files.\n",
     "ALSO ALLOWED: b.lock\n", "- x:1 — y\n", "(delete)", "../", "\r\n", "\ufeff", "`", "**", "    ",
     "If it fails, STOP.\n"]
)  # fmt: skip


@MANY
@given(st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=40).map("".join))
def test_a_spec_is_read_or_refused_in_one_sentence(text: str) -> None:
    try:
        contract = parse(text.encode("utf-8", "surrogatepass"), "s.md")
    except SpecError as error:
        assert error.message
        assert error.hint
    else:
        assert contract.edits
        assert contract.verify


@MANY
@given(st.binary(max_size=300))
def test_an_envelope_is_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(EvidenceError):
        read = envelope.from_line(data.decode("utf-8", "replace"))
        assert envelope.to_line(read) == data.decode("utf-8", "replace")


@MANY
@given(st.lists(st.one_of(st.sampled_from(["mode", ": ", "block\n", "- ", "{", "}", "\n  ", "levels", "&a ", "*a"]),
                          st.text(max_size=6)), max_size=25).map("".join))  # fmt: skip
def test_a_policy_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(PolicyError):
        assert load(text.encode("utf-8", "surrogatepass"), "p.yaml").path == "p.yaml"


@MANY
@given(st.text(max_size=300))
def test_a_message_is_always_read(text: str) -> None:
    assert all(claim for claim in claims(text + "\nDelegation-Spec: T-1\n"))
    assert claims(text + "\n\nDelegation-Spec: T-1\n")
