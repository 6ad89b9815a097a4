"""What is no commit yet, under the spec of an active hand-off or the one its message claims."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from delegation_guard.attribution import handoffs, record
from delegation_guard.attribution.net import step_change
from delegation_guard.attribution.specs import Specs
from delegation_guard.attribution.subjects import Governed, governed
from delegation_guard.attribution.tasks import delegated_part, is_squash
from delegation_guard.attribution.walk import Walk
from delegation_guard.errors import GuardError
from delegation_guard.repo.commits import commits_plumbing, require_full
from delegation_guard.repo.outgoing import default_branch

if TYPE_CHECKING:
    from delegation_guard.attribution.record import Handoff
    from delegation_guard.model.change import Change, Claim, Commit, Origin
    from delegation_guard.model.inputs import Objects
    from delegation_guard.repo.repository import Repository

Pending = tuple["Change", Governed]


def in_handoff(
    repo: Repository, objects: Objects, active: Handoff, commit: Commit, origin: Origin, claimed: tuple[Claim, ...]
) -> Pending | None:
    """The active hand-off's task as a whole, with the pending commit; None for a merge that git makes without help.

    GuardError when the message claims something else.
    """
    handoffs.refuse_other_claims(active, claimed)
    head = commit.parents[0] if commit.parents else ""
    since = () if head in ("", active.base_commit) else commits_plumbing(repo, (head, f"^{active.base_commit}"))
    walk = Walk(repo, objects, (*since, commit))
    step = walk.step(commit)
    if step.is_merge and not step.files:
        return None
    change = handoffs.handoff_change(walk, active, origin)
    contract, path = handoffs.contract_of(repo, objects, active)
    given = next((claim.stopped for claim in claimed if claim.stopped), "")
    stopped = given or ("" if change.files else "the change is empty")
    claim = claimed[0] if claimed else None
    here, judged = ({file.path for file in files} for files in (step.files, change.files))
    return change, Governed(
        contract, path, claim=claim, stopped=stopped, who=commit.author, by_handoff=True,
        found_before=frozenset((here & set(active.dirt)) - judged),
    )  # fmt: skip


def by_claim(
    repo: Repository, objects: Objects, base: str, commit: Commit, origin: Origin, claimed: tuple[Claim, ...]
) -> Pending | None:
    """The pending commit against its parent, under the specs it claims; None for a merge git makes without help.

    GuardError when one of them is not to be had. `base` is the tree whose specs are trusted as `base` where the
    remote's default branch is not known.
    """
    head, known = commit.parents[0] if commit.parents else "", default_branch(repo)
    if head:
        require_full(repo)
    common = repo.merge_base(known, head) if known and head else None
    since = commits_plumbing(repo, (head, f"^{common}")) if common and common != head else ()
    walk = Walk(repo, objects, (*since, commit))
    step = walk.step(commit)
    if step.is_merge and not step.files:
        return None
    specs = Specs(walk, repo.tree_of(common) if common else base, record.known(repo.state_dir))
    squashing = os.path.exists(os.path.join(repo.git_dir, "SQUASH_MSG")) or is_squash(commit, claimed)
    part = delegated_part(walk, specs, step, claimed, squash=squashing)
    if part.problem:
        raise GuardError(f"this commit cannot be judged: {part.problem}", part.remedy)
    return replace(step_change(part.step), origin=origin), governed(part)
