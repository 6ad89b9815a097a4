"""Committing one file alone, whatever else is staged or edited."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from delegation_guard.repo.repository import Repository


def commit_file(repo: Repository, path: str, data: bytes, message: str) -> str:
    """Commit `path` with exactly these bytes on top of HEAD; the new commit's id.

    Nothing else that is staged or edited comes along, and it stays as it was. No hooks run: the commit holds one file
    that its caller has checked. The work tree's copy and the real index's entry are updated to the same bytes.
    """
    blob = repo.git("hash-object", "-w", "--stdin", data=data).decode().strip()
    entry = f"100644,{blob},{path}"
    head = repo.head()
    with tempfile.TemporaryDirectory(prefix="delegation-guard-") as folder:
        index = {"GIT_INDEX_FILE": os.path.join(folder, "index")}
        if head:
            repo.git("read-tree", head, environment=index)
        repo.git("update-index", "--add", "--cacheinfo", entry, environment=index)
        tree = repo.git("write-tree", environment=index).decode().strip()
    parents = ("-p", head) if head else ()
    commit = repo.git("commit-tree", tree, *parents, "-F", "-", data=message.encode()).decode().strip()
    repo.git("update-ref", "-m", f"delegation-guard: {message.splitlines()[0]}", "HEAD", commit, head or "")
    repo.git("update-index", "--add", "--cacheinfo", entry)
    place = os.path.join(repo.root, path)
    os.makedirs(os.path.dirname(place), exist_ok=True)
    with open(place, "wb") as file:
        file.write(data)
    return commit
