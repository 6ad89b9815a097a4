"""Which commits a push would publish, and where this work's base side is; neither asks the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delegation_guard.repo.repository import text

if TYPE_CHECKING:
    from delegation_guard.repo.repository import Repository

_DEFAULT_BRANCHES = ("refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/remotes/origin/master",
                     "refs/remotes/*/HEAD", "refs/remotes/*/main", "refs/remotes/*/master")  # fmt: skip


def outgoing(repo: Repository, local: str, remote: str) -> tuple[str, ...]:
    """The ids of the commits `local` has and neither `remote` nor any remote-tracking branch has, parents first.

    `remote` "" or unknown here = a new branch. () for what is no commit. In a shallow clone the list ends where the
    clone does.
    """
    code, _, _ = repo.call("rev-parse", "--verify", "--quiet", f"{local}^{{commit}}", ok=(0, 1, 128))
    if code:
        return ()
    known = [remote] if remote else []
    options = ("--ignore-missing", "--topo-order", "--reverse")
    out = repo.git("rev-list", *options, local, "--not", "--remotes", *known, "--")
    return tuple(text(out).split())


def first_parent_base(repo: Repository, local: str, new: frozenset[str]) -> str:
    """The first commit on `local`'s line of first parents that is not new, "" when all of them are."""
    # New commits come first on that line: past as many as there are, one is found or none is left.
    most = f"--max-count={len(new) + 1}"
    for oid in text(repo.git("rev-list", "--first-parent", most, local, "--")).split():
        if oid not in new:
            return oid
    return ""


def default_branch(repo: Repository) -> str:
    """The commit of the remote's default branch as last fetched, "" when no remote has one we know."""
    out = repo.git("for-each-ref", "--format=%(refname) %(objectname)", *_DEFAULT_BRANCHES)
    found = dict(line.split(" ") for line in text(out).splitlines())
    for name in (*_DEFAULT_BRANCHES[:3], *found):
        if name in found:
            return found[name]
    return ""
