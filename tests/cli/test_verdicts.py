"""The verdict kept between two hooks is reused for exactly the same question, and only when it let the commit pass."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from delegation_guard.cli import verdicts
from delegation_guard.model.change import Claim
from delegation_guard.model.inputs import Inputs
from delegation_guard.model.policy import Policy
from delegation_guard.model.receipt import Receipt
from delegation_guard.spec.parser import parse
from support import subject

if TYPE_CHECKING:
    from pathlib import Path

    from delegation_guard.model.inputs import Subject

TEXT = "TASK T-1: x\nAGENT: coder\n\nCHANGES TO MAKE:\n### 1. a.py\nAdd it.\n\nVERIFY:\npytest -q\n"


def judged(text: str = TEXT) -> Subject:
    return subject({}, {"a.py": "a = 1\n"}, contract=parse(text.encode(), "T-1.md", "handoff"))


def key(one: Subject, policy: Policy | None = None) -> str:
    return verdicts.key_of(Inputs((one,), "commit"), policy or Policy())


def test_the_trailers_that_the_spec_asks_for_change_nothing() -> None:
    one = judged()
    assert key(one) == key(judged()) == key(replace(one, claim=Claim(spec="T-1", agent="coder")))


def test_every_other_question_is_another_one() -> None:
    one = judged()
    receipt = Receipt(tree="t", spec_sha256="s", policy_sha256="p", commands=(), result="PASSED")
    others = [
        judged(TEXT.replace("pytest -q", "true")), replace(one, claim=Claim(spec="T-1", agent="runner")),
        replace(one, change=replace(one.change, head="other")), replace(one, change=replace(one.change, base="other")),
        replace(one, receipts=(receipt,)), replace(one, stopped="why"), replace(one, receipt_required=True),
        replace(one, standing="suspected"), replace(one, problem="no spec"),
    ]  # fmt: skip
    keys = [key(one), key(one, Policy(sha256="other")), *map(key, others)]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("code", [1, 2, 3])
def test_a_refusal_is_never_reused_and_a_foreign_or_torn_one_neither(tmp_path: Path, code: int) -> None:
    state = str(tmp_path / "state")
    assert verdicts.known(state, "k") is None
    verdicts.keep(state, "k", code)
    assert verdicts.known(state, "k") is None
    verdicts.keep(state, "k", 0)
    assert (verdicts.known(state, "k"), verdicts.known(state, "other")) == (0, None)
    (tmp_path / "state" / "verdict").write_bytes(b"\xff\xfe 0")
    assert verdicts.known(state, "k") is None
