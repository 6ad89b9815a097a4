"""What a merge would be without anybody's hand in it."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

from delegation_guard.errors import GitError
from delegation_guard.repo.index import temporary_index
from delegation_guard.repo.repository import is_oid, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from delegation_guard.repo.repository import Repository

IDENTITY = {
    "GIT_AUTHOR_NAME": "delegation-guard", "GIT_AUTHOR_EMAIL": "delegation-guard@localhost",
    "GIT_COMMITTER_NAME": "delegation-guard", "GIT_COMMITTER_EMAIL": "delegation-guard@localhost",
    "GIT_AUTHOR_DATE": "1000000000 +0000", "GIT_COMMITTER_DATE": "1000000000 +0000",
}  # fmt: skip

# What a person's settings must not change about the answer.
_SETTINGS = (
    "-c", "merge.renames=true", "-c", "diff.renames=true", "-c", "merge.directoryRenames=conflict",
    "-c", "merge.renormalize=false", "-c", "merge.renameLimit=7000", "-c", "core.attributesFile=/dev/null",
)  # fmt: skip


def clean_merge(repo: Repository, parents: Sequence[str]) -> str | None:
    """The tree git makes of merging these commits without help; None when they conflict or git is older than 2.38.

    Attributes (`merge=union`) count as the first parent has them, whatever lies in the work tree; more than two
    parents are merged one after the other. Merge drivers and other settings of this machine do not: the answer is
    the same everywhere.
    """
    oids = [repo.resolve(parent) for parent in parents]
    if len(oids) < 2:
        raise GitError("a merge has at least two parents", "this is a fault of the caller; please report it")
    ours, tree = oids[0], ""
    for position, theirs in enumerate(oids[1:], 1):
        if tree:
            ours = synthetic_commit(repo, tree, oids[:position])
        merged = _merge_two(repo, ours, theirs)
        if merged is None:
            return None
        tree = merged
    return tree


def _merge_two(repo: Repository, ours: str, theirs: str) -> str | None:
    code, out, said = merge_tree(repo, ours, theirs)
    tree = text(out.split(b"\0")[0]).strip()
    if code == 0 and is_oid(tree):
        return tree
    if (code == 1 and is_oid(tree)) or code == 129 or "unrelated histories" in said:
        return None
    raise GitError(f"git merge-tree failed: {said or f'exit code {code}'}", "run `git fsck`, then fetch again")


def merge_tree(repo: Repository, ours: str, theirs: str, *options: str) -> tuple[int, bytes, str]:
    """`git merge-tree --write-tree -z` of two commit ids: (exit code, output, complaint), settings and work tree apart.

    0 = clean, 1 = conflicts (or, with empty output, a commit that is missing), 128 = refused, 129 = git is too old.
    """
    with (
        tempfile.TemporaryDirectory(prefix="delegation-guard-merge-") as folder,
        tempfile.TemporaryDirectory(prefix="delegation-guard-git-") as git_dir,
    ):
        _lay_out_attributes(repo, ours, folder)
        return repo.call(
            "-C", folder, *_SETTINGS, "merge-tree", "--write-tree", "-z", "--no-messages", *options, ours, theirs,
            environment={**_apart(repo, git_dir, ours), "GIT_WORK_TREE": folder}, ok=(0, 1, 128, 129),
        )  # fmt: skip


def _apart(repo: Repository, git_dir: str, oid: str) -> dict[str, str]:
    """The environment of a git directory with this repository's objects, and none of anybody's configuration.

    A clone that fetches objects only when it needs them keeps its own, which says from where.
    """
    if repo.config("extensions.partialClone"):
        return {}
    for folder in ("objects", "refs"):
        os.mkdir(os.path.join(git_dir, folder))
    with open(os.path.join(git_dir, "HEAD"), "w", encoding="ascii") as stream:
        stream.write("ref: refs/heads/none\n")
    with open(os.path.join(git_dir, "config"), "w", encoding="ascii") as stream:
        stream.write("[core]\nrepositoryformatversion = 1\nbare = false\n")
        stream.write(f"[extensions]\nobjectFormat = {'sha1' if len(oid) == 40 else 'sha256'}\n")
    objects = repo.environment().get("GIT_OBJECT_DIRECTORY") or os.path.join(repo.common_dir, "objects")
    return {
        "GIT_DIR": git_dir, "GIT_COMMON_DIR": git_dir, "GIT_OBJECT_DIRECTORY": os.path.abspath(objects),
        "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_COUNT": "0",
        "GIT_CONFIG_PARAMETERS": "", "GIT_ATTR_NOSYSTEM": "1",
    }  # fmt: skip


def _lay_out_attributes(repo: Repository, commit: str, folder: str) -> None:
    """git takes the attributes of a merge from the work tree, so give it one that holds nothing else."""
    tree = repo.tree_of(commit)
    names = repo.git("ls-tree", "-r", "-z", "--full-tree", "--name-only", tree).split(b"\0")
    wanted = [name + b"\0" for name in names if name.rpartition(b"/")[2] == b".gitattributes"]
    if wanted:
        with temporary_index(repo) as index:
            environment = {**index, "GIT_WORK_TREE": folder}
            repo.git("read-tree", tree, environment=environment)
            repo.git("-C", folder, "checkout-index", "-z", "--stdin", data=b"".join(wanted), environment=environment)


def synthetic_commit(repo: Repository, tree: str, parents: Sequence[str] = ()) -> str:
    """A commit no branch holds, the same one for the same tree and parents; hooks and signing are not involved."""
    named = [word for parent in parents for word in ("-p", parent)]
    out = repo.git("commit-tree", tree, *named, data=b"delegation-guard\n", environment=IDENTITY)
    return text(out).strip()


def merge_head(repo: Repository) -> tuple[str, ...]:
    """The commits that are being merged into HEAD right now, () outside a merge."""
    try:
        with open(os.path.join(repo.git_dir, "MERGE_HEAD"), "rb") as stream:
            oids = tuple(text(stream.read()).split())
    except FileNotFoundError:
        return ()
    if not oids or not all(is_oid(oid) for oid in oids):
        raise GitError("MERGE_HEAD holds no commit ids", "git merge --abort, then merge again")
    return oids
