"""The raw list of files that differ between two trees, unmoved by configuration and attributes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from delegation_guard.errors import GitError
from delegation_guard.model.change import ABSENT, FileChange
from delegation_guard.repo.repository import is_oid, text

if TYPE_CHECKING:
    from delegation_guard.model.change import Status
    from delegation_guard.repo.repository import Repository

_OPTIONS = (
    "-r", "--raw", "-z", "--no-renames", "--no-ext-diff", "--no-textconv", "--ignore-submodules=none", "--no-abbrev",
    "--no-relative", "-O/dev/null",
)  # fmt: skip

_STATUS: dict[str, Status] = {"A": "A", "M": "M", "D": "D", "T": "T"}


def between(repo: Repository, base_tree: str, head_tree: str) -> tuple[FileChange, ...]:
    """Every path whose mode or object differs, sorted by path (code points of the surrogateescaped text).

    Renames are not paired: both ends are listed. Contents are not read, so a changed object that is missing is not
    noticed here. Not checked: who made the change, and names that differ only by case or normal form.
    """
    for tree in (base_tree, head_tree):
        if not is_oid(tree):
            raise GitError(f"{tree!r} is not the id of a tree", "this is a fault of the caller; please report it")
    if base_tree == head_tree:
        return ()
    # git reads the whole index here, for which two trees have no use.
    none = {"GIT_INDEX_FILE": os.path.join(repo.git_dir, "delegation-guard", "no-index")}
    out = repo.git("diff-tree", *_OPTIONS, base_tree, head_tree, environment=none)
    files = sorted(_parse(out), key=lambda file: file.path)
    for one, other in zip(files, files[1:], strict=False):
        if one.path == other.path:
            raise GitError(f"a tree lists {one.path!r} twice", "run `git fsck`; such a tree was not made by git")
    return tuple(files)


def _parse(out: bytes) -> list[FileChange]:
    fields = out.split(b"\0")
    if fields.pop() or len(fields) % 2:
        raise GitError("git diff-tree gave an answer that ends early", "run `git fsck`")
    return [_change(text(head), text(path)) for head, path in zip(fields[::2], fields[1::2], strict=True)]


def _change(head: str, path: str) -> FileChange:
    words = head.removeprefix(":").split(" ")
    if len(words) != 5 or words[4] not in _STATUS:
        raise GitError(f"git diff-tree gave an answer that is not understood: {head!r}", "please report it")
    old_mode, new_mode, old_oid, new_oid, status = words
    return FileChange(
        path, _STATUS[status], old_mode, new_mode,
        "" if old_mode == ABSENT else old_oid, "" if new_mode == ABSENT else new_oid,
    )  # fmt: skip
