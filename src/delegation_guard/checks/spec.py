"""Whether there is a spec to judge by, whether it lists anything, and how far it is believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delegation_guard.checks import exits
from delegation_guard.checks.paths import placeholder
from delegation_guard.model.contract import Clause
from delegation_guard.model.finding import Finding, Location, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delegation_guard.model.contract import Contract
    from delegation_guard.model.inputs import Subject

RULES = (
    Rule(
        "spec/unattributed",
        "A change looks delegated and names no spec",
        "A branch pattern or an author of the policy's `delegates` suggests a delegate, but nothing claims a spec. A "
        "note while the repository has no policy, then a warning, an error under `require_spec: true`. Hand the work "
        "off with `delegation-guard handoff start SPEC`, or commit under a name and branch that do not say delegate.",
        level="warning",
    ),
    Rule(
        "spec/unusable",
        "A delegated change has no spec to be judged by",
        "The change claims a spec that cannot be used: it is missing, its digest is another one, or it was not there "
        "before the work. Work that claims to be delegated never passes for want of a contract.",
    ),
    Rule(
        "spec/range-trust",
        "The spec came with the change it governs",
        "Nobody approved this spec before the work began: whoever approves the change approves the spec with it. It "
        "never covers the guard's files, keys, policy, workflows or gates, and a weakening it asks for is a warning.",
        level="note",
        contract=True,
    ),
    Rule(
        "spec/trust",
        "The spec is believed less than the policy asks",
        "`spec.trust` of the policy names the least a spec must be: introduced in the range, in the base, or sealed.",
        contract=True,
    ),
    Rule(
        "spec/empty",
        "The spec lists no file",
        "A spec without one listed path, or with nothing but `<placeholders>`, never authorises anything.",
        contract=True,
    ),
)

BELIEVED = {
    "range": "came with the change itself", "handoff": "is known from a hand-off on this machine only",
    "base": "stands in the base", "sealed": "is sealed", "caller": "was named by the caller",
}  # fmt: skip
NEEDED = {"base": "stand in the base before the work begins", "sealed": "be sealed"}


def find(subject: Subject) -> Iterator[Finding]:
    """What to say of a change's spec, or of its absence; a spec that does not parse never gets here (exit code 2)."""
    contract = subject.contract
    if subject.problem:
        yield _unusable(subject)
    if contract is None:
        if subject.standing == "suspected":
            yield _unattributed(subject)
        return
    where = Location(contract.path, contract.line, "spec")
    title = Clause(f"TASK {contract.task}: {contract.title}", contract.line)
    if all(placeholder(edit.path) for edit in contract.edits):
        what = "nothing but placeholders" if contract.edits else "no file"
        yield Finding(
            "spec/empty",
            f"the spec {contract.task} lists {what}, so it permits no change at all",
            where,
            clause=title,
            hint="STOP and report that the spec lists no file",
            remedy=exits.rewrite(contract, _changes_line(contract), "### 1. <path of the file to edit>"),
        )
    if not contract.at_least(subject.policy.spec_trust):
        yield Finding(
            "spec/trust",
            f"the spec {contract.task} {BELIEVED[contract.trust]}, but the policy wants it to "
            f"{NEEDED.get(subject.policy.spec_trust, 'be believed further')}",
            where,
            clause=title,
            hint="STOP and report that the spec is not approved yet",
        )
    elif contract.trust == "range":
        yield Finding(
            "spec/range-trust",
            f"the spec {contract.task} came with the change it governs: whoever approves the change approves the spec",
            where,
            clause=title,
            hint="read the spec before the change",
        )


def _changes_line(contract: Contract) -> int:
    return contract.edits[0].line if contract.edits else contract.line


def _unattributed(subject: Subject) -> Finding:
    why = subject.suspicion or "it looks like a delegate's work"
    return Finding(
        "spec/unattributed",
        f"no spec is claimed, but {why}",
        Location(subject.spec_path),
        hint="for delegated work write a spec and hand it off: delegation-guard handoff start SPEC",
    )


def _unusable(subject: Subject) -> Finding:
    return Finding(
        "spec/unusable",
        subject.problem,
        Location(subject.spec_path, 0, "spec"),
        hint="STOP and report that no spec governs this change",
        remedy=subject.remedy,
    )
