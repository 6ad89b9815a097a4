"""The hand-off: start it, see where it stands, widen its spec, finish or stop it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from delegation_guard import gather
from delegation_guard.attribution import handoffs, record
from delegation_guard.cli.clock import now, today
from delegation_guard.cli.main import printable
from delegation_guard.cli.output import emit, show, under_agent
from delegation_guard.cli.permission import spec_bytes
from delegation_guard.cli.verify import verified
from delegation_guard.delegate import handoff
from delegation_guard.engine import judge
from delegation_guard.errors import GuardError
from delegation_guard.model.receipt import TIER_ORDER
from delegation_guard.repo.diff import between
from delegation_guard.repo.index import worktree_tree
from delegation_guard.repo.repository import Repository
from delegation_guard.spec.lint_rules import RULES
from delegation_guard.spec.parser import MAX_BYTES, parse

if TYPE_CHECKING:
    import argparse

    from delegation_guard.model.contract import Contract
    from delegation_guard.model.finding import Finding
    from delegation_guard.model.receipt import Receipt

NAME = "handoff"
HELP = "start, show, amend or finish the hand-off of this worktree"


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    start = actions.add_parser("start", help="record what is handed over, and from where")
    start.add_argument("spec", metavar="SPEC", help="the spec's file, or - for standard input")
    start.add_argument(
        "--commit", action="store_true", help="commit the spec alone first, so that CI sees it and its order"
    )
    start.add_argument("--skip-base-run", action="store_true", help="do not run VERIFY on the base first")
    actions.add_parser("status", help="what is handed over, and what has been touched")
    amend = actions.add_parser("amend", help="widen the spec by one path (its author's exit, not the delegate's)")
    what = amend.add_mutually_exclusive_group(required=True)
    what.add_argument("--add", metavar="PATH", help="one more path, with its marker if it needs one")
    what.add_argument("--spec", metavar="FILE", help="the whole spec as it is to be from now on")
    amend.add_argument(
        "--because", required=True, metavar="WHY", help="what is to be done there; becomes part of the spec"
    )
    finish = actions.add_parser("finish", help="judge the whole task, verify it and close the hand-off")
    finish.add_argument("--stopped", metavar="WHY", help="record an honest stop instead")
    for action in actions.choices.values():
        action.add_argument("-C", metavar="REPO", default=None, help="the repository (default: here)")


def main(arguments: argparse.Namespace) -> int:
    repo = Repository.find(arguments.C)
    if arguments.action == "start":
        return start(repo, arguments.spec, commit=arguments.commit, run_base=not arguments.skip_base_run)
    if arguments.action == "amend":
        return amend(repo, arguments.add, arguments.spec, arguments.because)
    if arguments.action == "finish":
        return stop(repo, arguments.stopped) if arguments.stopped is not None else finish(repo)
    return status(repo)


def start(repo: Repository, name: str, *, commit: bool, run_base: bool) -> int:
    """Lint, run VERIFY on the base, record; nothing is recorded when any of them fails."""
    if name == "-":
        data = sys.stdin.buffer.read(MAX_BYTES + 1)
        contract = parse(data, "-", "handoff")
    else:
        data = spec_bytes(name)
        contract = parse(data, name, "caller")
    handoff.refuse_nowhere(repo)
    handoff.refuse_second(repo)
    if _told(handoff.linted(repo, contract), contract):
        emit("The hand-off was not started. Mend the spec, then start it again.")
        return 1
    if run_base and contract.expect != "fails-before" and not _base_is_green(repo, contract):
        return 1
    active = handoff.begin(repo, contract, data, at=now(), commit=commit)
    emit(f"Handed over: {active.task}, {contract.title}")
    emit(
        f"  from {active.base_commit[:10]}"
        + (f", the spec committed as {active.spec_path}" if active.committed else "")
    )
    for edit in contract.edits:
        emit(f"  may edit  {edit.path}" + (f"  ({edit.action})" if edit.action != "modify" else ""))
    for command in contract.verify:
        emit(f"  VERIFY    {command.command}" + (f"  (in {command.directory})" if command.directory else ""))
    emit("Commits made here now belong to it. When the work is done: delegation-guard handoff finish")
    return 0


def _told(findings: tuple[Finding, ...], contract: Contract) -> bool:
    """Print what lint found; whether any of it is an error."""
    levels: dict[str, str] = {rule.id: rule.level for rule in RULES}
    for finding in findings:
        level = levels.get(finding.rule, "error")
        emit(f"{contract.path}:{finding.location.line}: {level}: {finding.message}")
        if finding.hint:
            emit(f"  next: {finding.hint}")
    return any(levels.get(finding.rule, "error") == "error" for finding in findings)


def _base_is_green(repo: Repository, contract: Contract) -> bool:
    """Whether VERIFY passes before anything is changed; a hand-off that starts red can prove nothing."""
    tree = repo.head_tree()
    receipt = verified(repo, tree, contract, base_tree=tree, keep=False)
    if receipt.passed:
        return True
    emit("The hand-off was not started: VERIFY is already red on the base, so it could not tell good work from bad.")
    for run in receipt.commands:
        if run.problem:
            emit(f"  {run.command}: {run.problem}")
    emit(
        "  next: mend the base, or write `EXPECT: fails-before` into the spec when that failure is what the task cures"
    )
    return False


def status(repo: Repository) -> int:
    """Say what is handed over and what has been touched so far."""
    active = record.read(repo.state_dir)
    if active is None:
        emit("No hand-off is active in this worktree.")
        return 0
    contract = parse(active.spec_data, active.spec_path, "handoff")
    inputs, _ = gather.worktree(repo, occasion="commit", spec=None, no_spec=False, families=("scope",))
    touched = {file.path for subject in inputs.subjects for file in subject.change.files}
    emit(f"{active.task}: {contract.title}")
    emit(f"  since {active.started}, from {active.base_commit[:10]}, spec {active.spec_path}")
    listed = [edit.path for edit in contract.edits]
    for path in listed:
        emit(f"  {'touched  ' if path in touched else 'untouched'}  {path}")
    for path in sorted(touched - set(listed)):
        emit(f"  not listed  {path}")
    emit(
        "Judge it: delegation-guard check   Run VERIFY: delegation-guard verify   "
        "Close it: delegation-guard handoff finish"
    )
    return 0


def amend(repo: Repository, path: str | None, name: str | None, because: str) -> int:
    """Change the spec of the active hand-off, unless it is the delegate who asks."""
    if under_agent():
        raise GuardError(
            "a spec is not amended inside the delegate's own session",
            "STOP and report what is missing; the spec's author amends it outside",
        )
    data = handoff.widened(repo, path, because) if path else spec_bytes(name or "")
    contract, findings, done = handoff.amend(repo, data, because, at=now())
    _told(findings, contract)
    if not done:
        emit("The spec was left as it was.")
        return 1
    emit(f"The spec of {contract.task} is amended: {because}")
    emit("Commits made before keep the spec they were made under; the whole task is judged by this one.")
    return 0


def stop(repo: Repository, why: str) -> int:
    """Close the hand-off as an honest stop; never a violation, and nothing is judged."""
    if not why.strip():
        raise GuardError(
            "a stop needs its reason", 'say what was missing: delegation-guard handoff finish --stopped "..."'
        )
    active = handoff.required(repo)
    left = between(repo, repo.head_tree(), worktree_tree(repo, handoffs.found_before(repo, active)))
    handoff.close(repo, at=now(), how="stopped", why=why)
    emit(f"{active.task} was stopped: {why}")
    if left:
        emit("Its uncommitted work is still here, and nothing judges it any more: undo it, or hand it over again.")
        emit("".join(f"  {file.path}\n" for file in left[:20]))
    return 0


def finish(repo: Repository) -> int:
    """Judge the whole task as CI would, run VERIFY if no receipt covers the tree, and close."""
    active = handoff.required(repo)
    contract = parse(active.spec_data, active.spec_path, "handoff")
    tree = worktree_tree(repo, handoffs.found_before(repo, active))
    inputs, policy = gather.worktree(repo, occasion="final", spec=None, no_spec=False, families=())
    wanted = TIER_ORDER.index(policy.verify.commit_tier)
    held = [one for subject in inputs.subjects for one in subject.receipts if _covers(one, tree, contract, wanted)]
    worked = any(subject.change.files for subject in inputs.subjects if subject.standing == "delegated")
    if not worked and inputs.unattributed:
        return _nothing_claimed(active, inputs.unattributed)
    if not held and worked:
        receipt = verified(repo, tree, contract, base_tree=active.base_tree, uncommitted=True)
        if not receipt.passed:
            emit(f"{active.task} stays open.")
            return 1
        inputs, policy = gather.worktree(repo, occasion="final", spec=None, no_spec=False, families=())
    report = judge(inputs, policy, today())
    show(report)
    if report.exit_code:
        emit(f"{active.task} stays open.")
        return report.exit_code
    if tree != repo.head_tree() and _uncommitted(repo, active):
        emit(f"{active.task} stays open: its work is not committed yet, and the receipt for it is in place.")
        emit(f'  next: git add --all && git commit -m "{contract.title}", then delegation-guard handoff finish')
        return 1
    handoff.close(repo, at=now(), how="finished")
    emit(f"{active.task} is finished.")
    return 0


def _nothing_claimed(active: record.Handoff, others: tuple[str, ...]) -> int:
    """A task without any change of its own beside commits that do not claim it: were there no hooks?"""
    emit(f"{active.task} stays open: nothing of it is there, and these commits since it began do not claim it:")
    for label in others:
        emit(f"  {printable(label)}")
    emit(
        f"  next: git rebase --exec 'git commit --amend --no-edit' {active.base_commit[:12]} - if they are its work: "
        'the hooks then claim and judge them; else delegation-guard handoff finish --stopped "..."'
    )
    return 1


def _covers(receipt: Receipt, tree: str, contract: Contract, wanted: int) -> bool:
    return (
        tree in (receipt.tree, receipt.before_hooks) and receipt.spec_sha256 == contract.sha256
        and receipt.passed
        and not receipt.distrust and TIER_ORDER.index(receipt.tier) >= wanted
    )  # fmt: skip


def _uncommitted(repo: Repository, active: record.Handoff) -> bool:
    """Whether the work tree holds anything that neither HEAD nor the state before the hand-off has."""
    return worktree_tree(repo, handoffs.found_before(repo, active)) != repo.head_tree()
