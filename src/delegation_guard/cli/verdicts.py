"""The verdict pre-commit reached, kept for the commit-msg hook that follows a moment later.

Lives in the git directory, where the delegate can write: it saves time and is trusted by nothing else, least of all CI.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from delegation_guard import __version__
from delegation_guard.cli.clock import today

if TYPE_CHECKING:
    from delegation_guard.model.inputs import Inputs, Subject
    from delegation_guard.model.policy import Policy

NAME = "verdict"


def key_of(inputs: Inputs, policy: Policy) -> str:
    """Everything a verdict depends on: trees, spec, policy, receipts, claims, tool version and date, digested."""
    parts = [__version__, today(), policy.sha256, inputs.occasion, *map(_essence, inputs.subjects)]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


def known(state_dir: str, key: str) -> int | None:
    """The exit code kept under exactly this key; only a passing one is ever reused."""
    try:
        with open(os.path.join(state_dir, NAME), encoding="ascii") as file:
            found, _, code = file.read().strip().partition(" ")
    except (OSError, UnicodeDecodeError):
        return None
    return 0 if found == key and code == "0" else None


def keep(state_dir: str, key: str, code: int) -> None:
    """Keep a verdict; a folder that cannot be written only costs the time saved."""
    try:
        os.makedirs(state_dir, exist_ok=True)
        with open(os.path.join(state_dir, NAME), "w", encoding="ascii") as file:
            file.write(f"{key} {code}\n")
    except OSError:
        return


def _essence(subject: Subject) -> str:
    contract, claim = subject.contract, subject.claim
    # Only commit-msg knows the claim; one that says no more than the spec leaves pre-commit's verdict as it is.
    said = {claim.agent, claim.model} if claim else set()
    names = sorted(said - ({contract.agent, contract.model} if contract else set()) - {""})
    return repr((
        subject.change.base, subject.change.head, subject.standing, subject.span, subject.stopped, subject.suspicion,
        contract and (contract.task, contract.sha256, contract.trust), subject.receipt_required, subject.receipts,
        names, subject.spec_path, subject.problem,
    ))  # fmt: skip
