"""Trees and files that no commit holds: one tree with some entries of another, a file merged from three."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

from delegation_guard.model.change import EXECUTABLE, REGULAR, Entry
from delegation_guard.repo.index import temporary_index
from delegation_guard.repo.merges import merge_tree
from delegation_guard.repo.repository import is_oid, raw, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from delegation_guard.model.inputs import Objects
    from delegation_guard.repo.repository import Repository


def with_entries(repo: Repository, tree: str, entries: Mapping[str, Entry | None]) -> str:
    """The tree that is `tree` with these paths exactly so (None = absent); written as an object, named by no ref.

    Nothing but files, links and submodules; a path that stands where the other tree has a folder replaces it. Does
    not check that the entries' objects exist.
    """
    if not entries:
        return tree
    null = "0" * len(tree)
    gone = [f"0 {null}\t{path}" for path, entry in entries.items() if entry is None]
    there = [f"{entry.mode} {entry.oid}\t{path}" for path, entry in entries.items() if entry is not None]
    lines = b"".join(raw(line) + b"\0" for line in (*gone, *there))
    with temporary_index(repo) as environment:
        repo.git("read-tree", tree, environment=environment)
        repo.git("update-index", "-z", "--index-info", data=lines, environment=environment)
        return text(repo.git("write-tree", "--missing-ok", environment=environment)).strip()


def conflicted_merge(repo: Repository, ours: str, theirs: str) -> tuple[str, tuple[str, ...]] | None:
    """What git leaves of a merge it cannot finish: the tree (with conflict markers) and the conflicted paths.

    None when git cannot even say that: unrelated histories, or a git older than 2.38.
    """
    code, out, _ = merge_tree(repo, repo.resolve(ours), repo.resolve(theirs), "--name-only")
    fields = text(out).split("\0")
    if code not in (0, 1) or not is_oid(fields[0]):
        return None
    return fields[0], tuple(name for name in fields[1:] if name)


def merge_entries(
    repo: Repository, objects: Objects, ours: Entry | None, base: Entry | None, theirs: Entry | None
) -> tuple[bool, Entry | None]:
    """One path merged from three sides (None = absent): (whether that worked, the result, `ours` when it did not).

    Attributes do not count: files merge line by line, links, submodules and binary files only when one side is as
    the base.
    """
    if theirs in (base, ours):
        return True, ours
    if ours == base:
        return True, theirs
    plain = (REGULAR, EXECUTABLE)
    if not (ours and base and theirs) or not all(entry.mode in plain for entry in (ours, base, theirs)):
        return False, ours
    mode = theirs.mode if ours.mode == base.mode else ours.mode
    if ours.oid == base.oid or theirs.oid in (base.oid, ours.oid):
        return True, Entry(mode, theirs.oid if ours.oid == base.oid else ours.oid)
    data = _merge_file(repo, *(objects.blob(entry.oid) for entry in (ours, base, theirs)))
    if data is None:
        return False, ours
    oid = text(repo.git("hash-object", "-w", "--stdin", data=data)).strip()
    return True, Entry(mode, oid)


def _merge_file(repo: Repository, *sides: bytes) -> bytes | None:
    with tempfile.TemporaryDirectory(prefix="delegation-guard-") as folder:
        names = []
        for number, data in enumerate(sides):
            names.append(os.path.join(folder, str(number)))
            with open(names[-1], "wb") as file:
                file.write(data)
        # A code of 1 to 127 is the number of conflicts, 255 a binary file.
        code, out, _ = repo.call("merge-file", "-p", "--quiet", *names, ok=(*range(128), 255))
    return out if code == 0 else None
