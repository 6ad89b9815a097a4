"""What a receipt says of its run."""

from __future__ import annotations

import pytest

from delegation_guard.model.receipt import Receipt

SHA = "ab" * 32


@pytest.mark.parametrize(
    ("result", "passed"), [("PASSED", True), ("WARNED", True), ("FAILED", False), ("UNVERIFIED", False)]
)
def test_only_a_run_that_passed_has_passed(result, passed) -> None:
    assert Receipt("12" * 20, SHA, SHA, (), result).passed is passed


def test_who_vouches_for_a_run_does_not_change_how_it_ended() -> None:
    assert Receipt("12" * 20, SHA, SHA, (), "PASSED", tier="claimed", distrust="nobody signed it").passed
