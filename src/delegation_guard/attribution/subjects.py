"""What was attributed as the subjects that checks are given; receipts are added by `gather`."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from delegation_guard.attribution.net import net_change, step_change
from delegation_guard.attribution.walk import PENDING
from delegation_guard.model.inputs import Expected, Subject
from delegation_guard.model.report import Skip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delegation_guard.attribution.tasks import Attributed, Part
    from delegation_guard.attribution.walk import Walk
    from delegation_guard.model.change import Change, Claim, Commit
    from delegation_guard.model.contract import Contract
    from delegation_guard.model.inputs import Objects, Occasion, Span
    from delegation_guard.model.policy import Policy


@dataclass(frozen=True, slots=True)
class Governed:
    """The spec side of a delegated change: its contract, or the problem that leaves it without one."""

    contract: Contract | None
    path: str = ""
    problem: str = ""
    remedy: str = ""
    claim: Claim | None = None
    stopped: str = ""
    who: str = ""
    by_handoff: bool = False
    verified_tree: str = ""
    """The tree a receipt must be for, "" = the change's own."""
    commit: str = ""
    found_before: frozenset[str] = frozenset()
    """What the commit holds that lay in the work tree before the hand-off, and is not judged."""

    @property
    def introduced(self) -> bool:
        return self.contract is not None and self.contract.trust == "range"


@dataclass(frozen=True, slots=True)
class Frame:
    """What all subjects of one judgement share."""

    objects: Objects
    policy: Policy
    occasion: Occasion

    def delegated(
        self, label: str, change: Change, governed: Governed, span: Span = "both", *, last: bool = True
    ) -> Subject:
        """A change that claims to be delegated, under its contract or with the problem that must fail it.

        `last`: nothing of its task comes after it, so that its tree is the one to be verified. A receipt is judged with
        a commit, never with a task's net change.
        """
        contract = governed.contract
        tree = governed.verified_tree or change.head
        return Subject(
            label, change, self.objects, self.policy, standing="delegated", contract=contract, span=span,
            claim=governed.claim, expected=self._expected(contract, tree),
            receipt_required=contract is not None and span != "task" and self._asks_receipt(change, governed, last),
            stopped=governed.stopped, introduced=governed.introduced, spec_path=governed.path, who=governed.who,
            verify_command=_verify_command(tree, governed), problem=governed.problem, remedy=governed.remedy,
        )  # fmt: skip

    def suspected(self, label: str, change: Change, why: str, who: str) -> Subject:
        """A change that looks delegated and claims no spec."""
        return Subject(
            label, change, self.objects, self.policy, standing="suspected", who=who, suspicion=why
        )

    def unattributed(self, part: Part) -> Subject:
        """A commit beside delegated ones."""
        commit = part.step.commit
        return Subject(
            commit_label(commit), step_change(part.step), self.objects, self.policy, standing="unattributed",
            who=commit.author,
        )  # fmt: skip

    def plain(self, label: str, change: Change) -> Subject:
        """A change that is judged because somebody asked, without a spec."""
        return Subject(label, change, self.objects, self.policy)

    def _expected(self, contract: Contract | None, tree: str) -> Expected | None:
        if contract is None:
            return None
        commands = tuple((verify.command, verify.directory) for verify in contract.verify)
        return Expected(tree, contract.sha256, self.policy.sha256, commands)

    def _asks_receipt(self, change: Change, governed: Governed, last: bool) -> bool:
        """At commit what is about to be committed; later a task's last tree, every commit's only where asked for."""
        if self.occasion == "commit":
            return bool(change.files) and self.policy.verify.on_commit != "off"
        if last:
            return bool(change.files or governed.verified_tree)
        return bool(change.files) and self.policy.verify.each_commit


def delegated_subjects(frame: Frame, walk: Walk, attributed: Attributed) -> Iterator[Subject]:
    """Per delegated commit one subject, and per task of several commits one more for their net change."""
    for task, parts in attributed.tasks().items():
        if len(parts) == 1:
            change = step_change(parts[0].step)
            by = replace(governed(parts[0]), verified_tree=_verified_tree(frame, walk, attributed, change))
            yield frame.delegated(commit_label(parts[0].step.commit), change, by)
        else:
            yield from _several(frame, walk, task, parts, attributed)


def _several(
    frame: Frame, walk: Walk, task: str, parts: list[Part], attributed: Attributed
) -> Iterator[Subject]:
    """A task's commits, and their net change under the last spec that was found for it.

    The last commit answers for the receipt of the whole, even where it changes nothing itself.
    """
    net = net_change(walk, frozenset(part.step.commit.oid for part in parts), "task")
    tree = (_verified_tree(frame, walk, attributed, net) or net.head) if net.files else ""
    for part in parts:
        last = part is parts[-1]
        by = replace(governed(part), verified_tree=tree if last else "")
        yield frame.delegated(commit_label(part.step.commit), step_change(part.step), by, "commit", last=last)
    judged = [part for part in parts if part.contract is not None]
    if judged:
        stopped = next((claim.stopped for claim in parts[-1].claims if claim.stopped), "")
        left = stopped or ("" if net.files else "nothing is left of its changes")
        yield frame.delegated(f"task {task}", net, governed(judged[-1], left), "task")


def _verified_tree(frame: Frame, walk: Walk, attributed: Attributed, change: Change) -> str:
    """In the end a person's fix-up on top of a task's files needs a new VERIFY: of the range's last tree."""
    if frame.occasion != "final":
        return ""
    paths = {file.path for file in change.files}
    tip = next(number for number, commit in enumerate(walk.commits) if commit.tree == change.head)
    for commit in attributed.others:
        if walk.place[commit.oid] > tip and any(file.path in paths for file in walk.step(commit).files):
            return walk.commits[-1].tree
    return ""


def governed(part: Part, stopped: str | None = None) -> Governed:
    """The spec side of a commit."""
    paths = {one.path for one in part.governing}
    return Governed(
        part.contract, paths.pop() if len(paths) == 1 else "", part.problem, part.remedy, part.claims[0],
        part.stopped if stopped is None else stopped, part.step.commit.author, commit=part.step.commit.oid,
    )  # fmt: skip


def lost_orders(attributed: Attributed) -> tuple[Skip, ...]:
    """The squashed commits whose order was not judged, by name."""
    return tuple(
        Skip("spec/order", f"{commit_label(part.step.commit)} is a squash: its spec {one.path} came together with the "
             "work, and the order is judged on the pull request's own commits")
        for part in attributed.delegated for one in part.governing if one.lost_order
    )  # fmt: skip


def commit_label(commit: Commit) -> str:
    """A commit as the report names it: short id and first line."""
    lines = commit.message.strip().splitlines() or [""]
    subject = lines[0] if len(lines[0]) <= 60 else f"{lines[0][:59]}…"
    return f"commit {commit.oid[:7]} ({subject})" if subject else f"commit {commit.oid[:7]}"


def _verify_command(tree: str, governed: Governed) -> str:
    contract = governed.contract
    if contract is None:
        return ""
    if governed.by_handoff:
        return f"delegation-guard verify {tree}"
    if " + " in contract.path:  # several specs have no one path: the commit's own claims name them
        return f"delegation-guard verify {governed.commit}"
    if not governed.path and governed.commit not in ("", PENDING) and not governed.verified_tree:
        return f"delegation-guard verify {governed.commit}"  # a spec that only a hand-off's record holds has no path
    return f"delegation-guard verify {tree} --spec {shlex.quote(contract.path)}"
