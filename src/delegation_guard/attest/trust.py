"""What a signer may speak for: roles come from the base side's policy, never from the key or the receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from delegation_guard.model.policy import KeyRole
    from delegation_guard.model.receipt import Tier

RUNNER, CI, DELEGATE = "runner", "ci", "delegate"


def roles_of(principal: str, keys: tuple[KeyRole, ...]) -> tuple[str, ...]:
    """Every role the policy gives a principal, sorted; none for a principal it does not name."""
    return tuple(sorted({role for key in keys if key.principal == principal for role in key.roles}))


def tier_of(roles: tuple[str, ...]) -> Tier | None:
    """The tier a signature of these roles gives a receipt, None when it gives none.

    A delegate's key gives none whatever else the policy calls it: its author cannot be its own witness.
    """
    if DELEGATE in roles:
        return None
    if CI in roles:
        return "ci-signed"
    return "signed" if RUNNER in roles else None
