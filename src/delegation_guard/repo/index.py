"""Trees of what is staged and of the work tree as it is, and what hides from git's own look at it."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

from delegation_guard.errors import GitError
from delegation_guard.model.change import ABSENT
from delegation_guard.repo.diff import between
from delegation_guard.repo.repository import raw, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from delegation_guard.repo.repository import Repository

# Each of these would let a changed file pass for unchanged, or stop `git add` for a reason that is not ours.
_SEE_ALL = (
    "-c", "core.ignoreStat=false", "-c", "core.trustctime=true", "-c", "core.checkStat=default",
    "-c", "core.sparseCheckout=false", "-c", "core.splitIndex=false", "-c", "core.safecrlf=false",
    "-c", "advice.addEmbeddedRepo=false", "-c", "add.ignoreErrors=false",
)  # fmt: skip


def staged_tree(repo: Repository) -> str:
    """The tree the next commit would have: of the index git named to the hook, else of the repository's own.

    Paths added with `--intent-to-add` are not in it, as they are not in a commit. Does not look at the work tree.
    """
    code, out, said = repo.call("write-tree", ok=(0, 1, 128))
    if code == 0:
        return text(out).strip()
    unmerged = repo.git("ls-files", "-z", "--unmerged").split(b"\0")[0].partition(b"\t")[2]
    if unmerged:
        raise GitError(f"the index has unresolved conflicts, first in {text(unmerged)}",
                       "resolve them, then git add those files")  # fmt: skip
    raise GitError(f"the index cannot be written as a tree: {said}", "run `git fsck`, or wait for another git command")


def hidden(repo: Repository) -> tuple[str, ...]:
    """Tracked paths whose changes `git status` does not show: assume-unchanged, and skip-worktree.

    In a sparse checkout skip-worktree is how git marks what it left out on purpose: there such a path counts only
    when a file nevertheless lies in the work tree. Does not say whether a path really was changed.
    """
    flagged = _flagged(repo)
    sparse = repo.config("core.sparseCheckout") == "true"
    skipped = (path for path in flagged[1] if not sparse or _lies_there(repo, path))
    return tuple(sorted({*flagged[0], *skipped}))


def worktree_tree(repo: Repository, leave_out: Mapping[str, tuple[str, str]] | None = None) -> str:
    """The tree of the work tree as it is: index, unstaged changes and untracked files that are not ignored.

    It is the tree that `git add -A && git commit` would make, except that assume-unchanged and skip-worktree hide
    nothing (a skip-worktree path that is absent in a sparse checkout keeps what the index has; elsewhere it is a
    deletion). `leave_out`: path -> (mode, object id; "000000" and "" for absent) as found before: a path that still is
    exactly that goes back to what HEAD has. The real index is not touched. Ignored files and the work trees of
    submodules are not looked into; clean filters run, as for `git add`.
    """
    if not repo.root:
        raise GitError("this repository has no work tree here", "name a commit or a tree instead of --worktree")
    with temporary_index(repo, repo.index_file) as environment:
        unhide(repo, environment)
        repo.git(*_SEE_ALL, "add", "--all", environment=environment)
        tree = text(repo.git("write-tree", environment=environment)).strip()
        lines = _put_back(repo, tree, leave_out or {})
        if lines:
            repo.git("update-index", "-z", "--index-info", data=b"".join(lines), environment=environment)
            tree = text(repo.git("write-tree", environment=environment)).strip()
    return tree


def snapshot(repo: Repository) -> dict[str, tuple[str, str]]:
    """What differs between HEAD and the work tree now: path -> (mode, object id), ("000000", "") for a deletion.

    This is what a hand-off stores and later gives to `worktree_tree` as `leave_out`.
    """
    files = between(repo, repo.head_tree(), worktree_tree(repo))
    return {file.path: (file.new_mode, file.new_oid) for file in files}


@contextmanager
def temporary_index(repo: Repository, source: str | None = None) -> Iterator[dict[str, str]]:
    """The environment of git calls on an index of their own: empty, or a copy of the index file `source`."""
    folder = tempfile.mkdtemp(prefix="delegation-guard-index-")
    try:
        copy = os.path.join(folder, "index")
        if source is not None and os.path.exists(source):
            # With its time stamp: git re-reads the files that are as new as the index.
            shutil.copy2(source, copy)
        yield {"GIT_INDEX_FILE": copy}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def unhide(repo: Repository, environment: Mapping[str, str]) -> None:
    """Take the flags that hide changes off an index, except off what a sparse checkout left out."""
    assumed, skipped = _flagged(repo, environment)
    if repo.config("core.sparseCheckout") == "true":
        skipped = [path for path in skipped if _lies_there(repo, path)]
    for option, paths in (("--no-assume-unchanged", assumed), ("--no-skip-worktree", skipped)):
        if paths:
            data = b"".join(raw(path) + b"\0" for path in paths)
            repo.git(*_SEE_ALL, "update-index", option, "-z", "--stdin", data=data, environment=environment)


def add_tracked(repo: Repository, environment: Mapping[str, str]) -> str:
    """The tree of an index after every tracked file in the work tree was looked at again."""
    unhide(repo, environment)
    repo.git(*_SEE_ALL, "add", "--update", environment=environment)
    return text(repo.git("write-tree", environment=environment)).strip()


def _flagged(repo: Repository, environment: Mapping[str, str] | None = None) -> tuple[list[str], list[str]]:
    # In a sparse checkout git shows a file that lies there as unflagged, but `git add` goes by the flag.
    out = repo.git("-c", "core.sparseCheckout=false", "ls-files", "-z", "-v", environment=environment)
    lines = out.split(b"\0")[:-1]
    assumed = [text(line[2:]) for line in lines if line[:1].islower()]
    skipped = [text(line[2:]) for line in lines if line[:1] in (b"S", b"s")]
    return assumed, skipped


def _lies_there(repo: Repository, path: str) -> bool:
    return os.path.lexists(os.path.join(os.fsencode(repo.root), raw(path)))


def _put_back(repo: Repository, tree: str, leave_out: Mapping[str, tuple[str, str]]) -> Sequence[bytes]:
    """Lines for `update-index --index-info`; removals first, so that a file can take the place of a folder."""
    if not leave_out:
        return ()
    lines = []
    for file in between(repo, repo.head_tree(), tree):
        if leave_out.get(file.path) == (file.new_mode, file.new_oid):
            oid = file.old_oid or "0" * len(file.new_oid)
            lines.append((file.old_mode != ABSENT, f"{file.old_mode} {oid}\t".encode() + raw(file.path) + b"\0"))
    return [line for _, line in sorted(lines)]
