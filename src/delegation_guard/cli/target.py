"""What `verify` is to run on: a tree, the spec and policy that govern it, and where its task began."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from delegation_guard import gather
from delegation_guard.attribution import handoffs, record
from delegation_guard.cli.permission import spec_bytes
from delegation_guard.errors import GitError, GuardError
from delegation_guard.repo.commits import commit
from delegation_guard.repo.index import staged_tree, worktree_tree
from delegation_guard.spec.parser import parse

if TYPE_CHECKING:
    from delegation_guard.attribution.record import Handoff
    from delegation_guard.model.contract import Contract
    from delegation_guard.model.policy import Policy
    from delegation_guard.repo.repository import Repository


@dataclass(frozen=True, slots=True)
class Target:
    """`base_tree` is "" where there is nothing before the tree."""

    tree: str
    base_tree: str
    contract: Contract
    policy: Policy


def resolve(
    repo: Repository, name: str | None, spec: str | None, *, staged: bool = False, base: str | None = None
) -> Target:  # fmt: skip
    """The target of `verify NAME`: a commit, a tree, or without a name what is staged or the whole work tree.

    Spec: the one named, else a commit's own claim, else the active hand-off's. Policy: of the hand-off's base, of a
    commit's parent, else of HEAD; never of the tree to be verified. `base` names another start, and so another policy.
    """
    active = record.read(repo.state_dir)
    oid = _commit(repo, name)
    tree = repo.tree_of(name) if name else _pending(repo, active, staged=staged)
    if oid and spec is None and (claimed := _claimed(repo, oid, tree)) is not None:
        return _from(repo, claimed, base) if base else claimed
    contract = read_spec(repo, spec, tree) if spec else _handed_over(active)
    if base:
        start = repo.tree_of(base)
    elif active is not None and active.spec_sha256 == contract.sha256:
        start = active.base_tree
    else:
        start = _before(repo, oid, tree)
    return Target(tree, start, contract, policy_at(repo, start or tree))


def _from(repo: Repository, target: Target, base: str) -> Target:
    start = repo.tree_of(base)
    return replace(target, base_tree=start, policy=policy_at(repo, start))


def policy_at(repo: Repository, tree: str) -> Policy:
    """The policy a tree holds."""
    with repo.objects() as objects:
        return gather.policy_of(repo, objects, tree)


def read_spec(repo: Repository, name: str, tree: str) -> Contract:
    """The spec of that name: a file from here or from the top of the work tree, else as the tree itself has it."""
    for path in (Path(name), Path(repo.root, name)):
        if path.is_file():
            return parse(spec_bytes(str(path)), name, "caller")
    with repo.objects() as objects:
        data = objects.read(tree, os.path.normpath(name))
    if data is None:
        raise GuardError(f"there is no spec {name}, here or in the tree to be verified", "check the path")
    return parse(data, name, "caller")


def _commit(repo: Repository, name: str | None) -> str:
    """The commit a name means, "" when it is a tree (or nothing was named)."""
    if not name:
        return ""
    try:
        return repo.resolve(name)
    except GitError:
        repo.tree_of(name)  # says so when it is neither
        return ""


def _pending(repo: Repository, active: Handoff | None, *, staged: bool) -> str:
    if staged:
        return staged_tree(repo)
    return worktree_tree(repo, handoffs.found_before(repo, active) if active else None)


def _claimed(repo: Repository, oid: str, tree: str) -> Target | None:
    """A commit's own claim; None when it makes none, GuardError when it makes one that cannot be followed."""
    parents = commit(repo, oid).parents
    if not parents:
        return None
    inputs, policy = gather.commit_range(repo, f"{parents[0]}..{oid}", occasion="commit", families=("receipt",))
    for subject in inputs.subjects:
        if subject.standing == "delegated" and subject.contract is None:
            raise GuardError(f"{oid[:10]} cannot be verified: {subject.problem}", subject.remedy)
        if subject.contract is not None and subject.standing == "delegated":
            return Target(tree, repo.tree_of(parents[0]), subject.contract, policy)
    return None


def _handed_over(active: Handoff | None) -> Contract:
    if active is None:
        raise GuardError("there is no spec to verify against: no hand-off is active", "name one: --spec PATH")
    return parse(active.spec_data, active.spec_path, "handoff")


def _before(repo: Repository, oid: str, tree: str) -> str:
    """Where the work on a tree began as far as one can tell: a commit's first parent, HEAD for what is no commit."""
    head = oid or repo.head() or ""
    if not head:
        return ""
    if not oid and repo.tree_of(head) != tree:
        return repo.tree_of(head)
    parents = commit(repo, head).parents
    return repo.tree_of(parents[0]) if parents else ""
