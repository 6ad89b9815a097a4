"""The change of an active hand-off: its commits so far and what is about to become one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from delegation_guard.attribution.claims import claims
from delegation_guard.attribution.net import net_change
from delegation_guard.attribution.walk import PENDING
from delegation_guard.errors import GuardError
from delegation_guard.model.change import ABSENT, Entry
from delegation_guard.repo.outgoing import default_branch
from delegation_guard.spec.parser import parse

if TYPE_CHECKING:
    from delegation_guard.attribution.record import Handoff
    from delegation_guard.attribution.walk import Walk
    from delegation_guard.model.change import Change, Claim, Origin
    from delegation_guard.model.contract import Contract, Trust
    from delegation_guard.model.inputs import Objects
    from delegation_guard.repo.repository import Repository


def refuse_other_claims(active: Handoff, claimed: tuple[Claim, ...]) -> None:
    """GuardError when a message claims another spec, or another version of it, than the active hand-off's."""
    trailer = f"Delegation-Spec: {active.task}@sha256:{active.spec_sha256}"
    for claim in claimed:
        if claim.spec and not _means(active, claim.spec):
            raise GuardError(
                f"the message claims spec {claim.spec}, but the hand-off of {active.task} is active in this worktree",
                f"claim it ({trailer}), or do the other task in a worktree of its own: git worktree add",
            )
    versions = [claim.sha256 for claim in claimed if claim.spec]
    if versions and not {"", active.spec_sha256} & set(versions):
        raise GuardError(
            f"the message claims version {versions[-1][:12]} of spec {active.task}, "
            f"but the hand-off is at {active.spec_sha256[:12]}",
            f"write the trailer anew: {trailer}",
        )


def contract_of(repo: Repository, objects: Objects, active: Handoff) -> tuple[Contract, str]:
    """The recorded spec as a contract, and where the base side of this work holds it ("" = it does not)."""
    path = active.spec_path if active.committed else ""
    tree = base_side(repo, active.base_commit)
    known = objects.entry(tree, path) if path else None
    same = known is not None and known.mode.startswith("100") and objects.blob(known.oid) == active.spec_data
    trust: Trust = "base" if same else "handoff"
    return parse(active.spec_data, active.spec_path, trust), path


def base_side(repo: Repository, commit: str) -> str:
    """The tree this work started from, as far as this clone knows: where it left the remote's default branch.

    Without such a branch (no remote, or never fetched) the commit itself, "" = the empty tree.
    """
    if not commit:
        return repo.empty_tree()
    known = default_branch(repo)
    common = repo.merge_base(known, commit) if known else None
    return repo.tree_of(common or commit)


def handoff_change(walk: Walk, active: Handoff, origin: Origin) -> Change:
    """What the task's commits since its base and the pending commit change together, others' changes taken out.

    What was found in the work tree when the hand-off began is not the task's.
    """
    mine = {commit.oid for commit in walk.commits if commit.oid == PENDING or is_ours(active, claims(commit.message))}
    fixed = {path: None if mode == ABSENT else Entry(mode, oid) for path, (mode, oid) in active.dirt.items()}
    return net_change(walk, frozenset(mine), origin, fixed)


def found_before(repo: Repository, active: Handoff) -> dict[str, tuple[str, str]]:
    """What to leave out of the work tree: its state at the start, and the spec's own file when it is not committed."""
    left_out = dict(active.dirt)
    if not active.committed and active.spec_path != "-" and repo.root:
        path = os.path.relpath(os.path.join(repo.root, active.spec_path), repo.root)
        oid = repo.git("hash-object", "--no-filters", "--stdin", data=active.spec_data).decode().strip()
        if not path.startswith(".."):
            left_out[path] = ("100644", oid)
    return left_out


def is_ours(active: Handoff, claimed: tuple[Claim, ...]) -> bool:
    """Whether one of a message's claims is of the active hand-off's task, whichever version of its spec it names."""
    return any(_means(active, claim.spec) for claim in claimed)


def _means(active: Handoff, name: str) -> bool:
    return name in (active.task, active.spec_path, f".delegation/specs/{active.task}.md", f"{active.task}.md")
