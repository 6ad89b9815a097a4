"""`check --path`: the answer before the edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .conftest import SPEC

if TYPE_CHECKING:
    from .conftest import Desk

MORE = (
    "### 2. package.json\nRaise the version.\n\n### 3. .github/workflows/ci.yml\nAdd a job.\n\n"
    "### 4. gen/** (glob)\nAll.\n\nVERIFY:"
)
LISTED = SPEC.replace("VERIFY:", MORE)


@pytest.mark.parametrize(
    ("path", "allowed", "says"),
    [
        ("shop/price.py", True, "lists it"),
        ("package-lock.json", True, "goes with package.json"),
        ("gen/a/b.py", True, "gen/"),
        ("shop/cart.py", False, "CONTEXT"),
        ("README.md", False, "lists only"),
        ("shop/../README.md", False, "README.md: no"),
        (".github/workflows/ci.yml", False, "stands in the base"),
    ],
)
def test_path(desk: Desk, path: str, allowed: bool, says: str) -> None:
    desk.hand_off(LISTED)
    done = desk.guard("check", "--path", path)
    assert (done.returncode == 0) is allowed, done.stdout + done.stderr
    assert says in done.stdout


def test_without_a_handoff_a_spec_must_be_named(desk: Desk) -> None:
    done = desk.guard("check", "--path", "README.md")
    assert done.returncode == 2
    assert "--spec" in done.stderr
