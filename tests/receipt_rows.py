"""Rows of tests/cases/receipt: what a row says differs from a good receipt, as arguments of Subject."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from delegation_guard.model.change import Claim
from delegation_guard.model.inputs import Expected
from delegation_guard.model.policy import Policy, VerifyPolicy
from delegation_guard.model.receipt import CommandRun, Receipt, TestCounts

if TYPE_CHECKING:
    from delegation_guard.model.contract import Contract

POLICY_SHA = "b0" * 32


def receipt_inputs(row: dict[str, Any], contract: Contract | None) -> dict[str, object]:
    """Nothing for a row without `receipts`. `receipts`: one map per receipt, of what differs from a good one for tree
    "head"; `commands` a list of [command, directory]. `tier`: the tier the policy asks for. `agent`: who claims it."""
    if "receipts" not in row or contract is None:
        return {}
    commands = tuple((verify.command, verify.directory) for verify in contract.verify)
    return {
        "receipt_required": row.get("required", True),
        "expected": Expected("head", contract.sha256, POLICY_SHA, commands),
        "policy": Policy(verify=VerifyPolicy(commit_tier=row.get("tier", "unsigned")), sha256=POLICY_SHA),
        "claim": Claim(spec=contract.task, agent=row.get("agent", "")),
        "verify_command": "delegation-guard verify head",
        "retry_command": "git commit -m x",
        "receipts": tuple(_receipt(dict(one or {}), contract, commands) for one in row["receipts"]),
    }


def _receipt(differs: dict[str, Any], contract: Contract, commands: tuple[tuple[str, str], ...]) -> Receipt:
    ran = tuple(map(tuple, differs.pop("commands", commands)))
    runs = tuple(CommandRun(command, folder, 0, 1.0, "00" * 32, TestCounts(1, 1, 0, 0)) for command, folder in ran)
    good = Receipt("head", contract.sha256, POLICY_SHA, runs, "PASSED", tier="unsigned")
    lists = {name: tuple(value) for name, value in differs.items() if isinstance(value, list)}
    return replace(good, **(differs | lists))
