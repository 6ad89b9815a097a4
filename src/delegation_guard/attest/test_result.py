"""The same run as the standard in-toto test-result statement, for readers that know nothing of delegation-guard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delegation_guard.attest.statement import STATEMENT, SUBJECT
from delegation_guard.attest.strict import dump

if TYPE_CHECKING:
    from delegation_guard.attest.strict import Object
    from delegation_guard.model.receipt import CommandRun, Receipt

PREDICATE = "https://in-toto.io/attestation/test-result/v0.1"


def to_test_result(receipt: Receipt) -> bytes | None:
    """The statement's bytes; None for an UNVERIFIED run, for which the standard has no word.

    Each VERIFY command is one test of it. The guard itself never reads these back: they decide nothing here.
    """
    if receipt.result == "UNVERIFIED":
        return None
    predicate: Object = {"result": receipt.result, "configuration": _configuration(receipt)}
    names = {
        "passedTests": [run.command for run in receipt.commands if _passed(run)],
        "failedTests": [run.command for run in receipt.commands if not _passed(run)],
    }
    if receipt.result == "WARNED":
        names = {"passedTests": names["passedTests"], "warnedTests": names["failedTests"]}
    predicate.update({name: tests for name, tests in names.items() if tests})
    subject = [{"name": SUBJECT, "digest": {"gitTree": receipt.tree}}]
    return dump(
        {"_type": STATEMENT, "subject": subject, "predicateType": PREDICATE, "predicate": predicate}
    ).encode("ascii")


def _passed(run: CommandRun) -> bool:
    return run.exit_code == 0 and not run.timed_out and not run.problem


def _configuration(receipt: Receipt) -> list[Object]:
    found: list[Object] = [{"name": "spec", "digest": {"sha256": receipt.spec_sha256}}]
    if receipt.policy_sha256:
        found.append({"name": "policy", "digest": {"sha256": receipt.policy_sha256}})
    found += [
        {
            "name": f"verify-{number}",
            "annotations": {
                "command": run.command, "directory": run.directory, "exitCode": run.exit_code,
                "outputSha256": run.output_sha256,
            },
        }
        for number, run in enumerate(receipt.commands, 1)
    ]  # fmt: skip
    return found
