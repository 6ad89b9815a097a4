"""Levels for rules that do not exist are refused."""

from __future__ import annotations

import pytest

from delegation_guard.errors import PolicyError
from delegation_guard.policy.known import refuse_unknown
from delegation_guard.policy.load import load

RULES = {"tests/removed", "scope/unlisted"}


@pytest.mark.parametrize("levels", ["{}", "{tests/removed: off}", "{tests: off, model: note}"])
def test_known(levels: str) -> None:
    assert refuse_unknown(load(f"version: 1\nlevels: {levels}".encode(), "p.yaml"), RULES) is None


@pytest.mark.parametrize(
    ("levels", "hint"), [("{tests/removd: error}", "did you mean `tests/removed`?"), ("{tests/zzz: off}", "rules")]
)
def test_unknown(levels: str, hint: str) -> None:
    with pytest.raises(PolicyError) as caught:
        refuse_unknown(load(f"version: 1\nlevels: {levels}".encode(), "p.yaml"), RULES)
    assert caught.value.message.startswith("p.yaml: `levels` names `tests/")
    assert hint in caught.value.hint
