"""The commits of a range: which were delegated under which spec, which look it, and which tasks they make."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from delegation_guard.attribution.claims import claims
from delegation_guard.attribution.specs import SPECS
from delegation_guard.attribution.suspicion import suspicion
from delegation_guard.attribution.union import union
from delegation_guard.repo.diff import between
from delegation_guard.repo.trees import with_entries

if TYPE_CHECKING:
    from delegation_guard.attribution.specs import Governing, Specs
    from delegation_guard.attribution.walk import Step, Walk
    from delegation_guard.model.change import Claim, Commit
    from delegation_guard.model.contract import Contract
    from delegation_guard.model.policy import Policy

FORGE = "GitHub <noreply@github.com>"


@dataclass(frozen=True, slots=True)
class Part:
    """One commit under judgement and what it was found to be. `suspicion` "" and no `claims` = unattributed."""

    step: Step
    claims: tuple[Claim, ...] = ()
    governing: tuple[Governing, ...] = ()
    suspicion: str = ""

    @property
    def contract(self) -> Contract | None:
        """The contract of its spec, or the union of its specs; None when any of them is not to be had."""
        found = [one.contract for one in self.governing if one.contract is not None]
        return union(found) if found and len(found) == len(self.governing) else None

    @property
    def problem(self) -> str:
        return "; ".join(one.problem for one in self.governing if one.problem)

    @property
    def remedy(self) -> str:
        return next((one.remedy for one in self.governing if one.problem), "")

    @property
    def task(self) -> str:
        """The task's id (ids joined by "+"), or what the claim calls it when no spec was found."""
        names = {one.contract.task if one.contract else one.claim.spec for one in self.governing}
        return "+".join(sorted(names))

    @property
    def stopped(self) -> str:
        """The reason of an honest stop, "" when it is none: a trailer, or a claim without any change."""
        given = next((claim.stopped for claim in self.claims if claim.stopped), "")
        return given or ("" if self.step.files else "the commit changes nothing")


@dataclass(frozen=True, slots=True)
class Attributed:
    """The commits of a range in the walk's order, each in one list; a claimed or suspected clean merge is in none."""

    delegated: tuple[Part, ...]
    suspected: tuple[Part, ...]
    others: tuple[Commit, ...]

    def tasks(self) -> dict[str, list[Part]]:
        """The delegated commits by task, each list in order."""
        groups: dict[str, list[Part]] = {}
        for part in self.delegated:
            groups.setdefault(part.task, []).append(part)
        return groups


def attribute(walk: Walk, specs: Specs, policy: Policy, branch: str = "", *, merged: bool = False) -> Attributed:
    """Sort the commits of a walk. `branch`: the name they are on, "" when unknown.

    `merged`: the range was merged already, so a spec that came in one commit with its work lost its order in a
    squash and is used (`Governing.lost_order`).
    """
    delegated: list[Part] = []
    suspected: list[Part] = []
    others: list[Commit] = []
    for commit in walk.commits:
        claimed = claims(commit.message)
        why = "" if claimed else suspicion(commit.author, commit.message, branch, policy)
        if not claimed and not why:
            others.append(commit)
            continue
        step = walk.step(commit)
        if step.is_merge and not step.files:
            continue  # a clean merge is nobody's change, whoever made it
        if claimed:
            delegated.append(delegated_part(walk, specs, step, claimed, squash=merged or is_squash(commit, claimed)))
        else:
            suspected.append(Part(step, suspicion=why))
    return Attributed(tuple(delegated), tuple(suspected), tuple(others))


def delegated_part(walk: Walk, specs: Specs, step: Step, claimed: tuple[Claim, ...], *, squash: bool = False) -> Part:
    """A commit that claims to be delegated, with its specs; a spec that a squash brought along is not its change.

    Of several versions claimed of one spec (an amendment, squashed) the one that is to be had governs.
    """
    named: dict[str, list[Governing]] = {}
    for claim in tuple(claim for claim in claimed if claim.spec) or claimed:
        named.setdefault(claim.spec, []).append(specs.governing(claim, step.commit, squash=squash))
    governing = tuple(min(versions, key=lambda one: (bool(one.problem), not one.path)) for versions in named.values())
    brought = {one.path: walk.entry(step.commit.tree, one.path) for one in governing if one.lost_order}
    if brought:
        base = with_entries(walk.repo, step.base, brought)
        step = replace(step, base=base, files=between(walk.repo, base, step.commit.tree))
    return Part(step, claimed, governing)


def unattributed(walk: Walk, commits: tuple[Commit, ...]) -> tuple[Part, ...]:
    """The commits beside delegated ones that changed something themselves; specs may be written by anybody."""
    steps = (walk.step(commit) for commit in commits)
    return tuple(Part(step) for step in steps if step.files and not step.only_in(SPECS))


def is_squash(commit: Commit, claimed: tuple[Claim, ...]) -> bool:
    """Whether a commit is recognisably several ones squashed, so that the order within it is not asked for.

    A hand-off has one spec, so several specs are a squash; so are git's own squash message and a forge's merge
    commit. Shapes a delegate could imitate: the spec then still is printed in full, for whoever approves the change.
    """
    if len({claim.spec for claim in claimed}) > 1:
        return True
    lines = commit.message.splitlines() or [""]
    by_forge = commit.committer == FORGE and lines[0].endswith(")") and "(#" in lines[0]
    return by_forge or any(line.startswith("Squashed commit of the following:") for line in lines)
