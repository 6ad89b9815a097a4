"""Shared by the tests: trees as dicts, subjects from them, throw-away repositories of real git."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from delegation_guard.errors import GitError
from delegation_guard.model.change import ABSENT, Change, Entry, FileChange
from delegation_guard.model.inputs import Subject
from delegation_guard.model.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Mapping


def oid_of(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


class DictObjects:
    """`Objects` over {tree: {path: (mode, bytes)}}; `reads` lists what was asked for."""

    def __init__(self, trees: Mapping[str, Mapping[str, tuple[str, bytes]]]) -> None:
        self.trees = {name: dict(sorted(tree.items())) for name, tree in trees.items()}
        self.blobs = {oid_of(data): data for tree in trees.values() for _, data in tree.values()}
        self.reads: list[str] = []

    def blob(self, oid: str) -> bytes:
        self.reads.append(oid)
        if oid not in self.blobs:
            raise GitError(f"object {oid} is missing")
        return self.blobs[oid]

    def size(self, oid: str) -> int:
        return len(self.blobs[oid])

    def entry(self, tree: str, path: str) -> Entry | None:
        found = self.trees[tree].get(path)
        return Entry(found[0], found[1].decode() if found[0] == "160000" else oid_of(found[1])) if found else None

    def read(self, tree: str, path: str) -> bytes | None:
        found = self.trees[tree].get(path)
        return found[1] if found and found[0] != "160000" else None

    def paths(self, tree: str) -> tuple[str, ...]:
        return tuple(self.trees[tree])


def as_tree(files: Mapping[str, str | bytes], modes: Mapping[str, str] | None = None) -> dict[str, tuple[str, bytes]]:
    modes = modes or {}
    return {
        path: (modes.get(path, "100644"), text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape"))
        for path, text in files.items()
    }


def change_between(objects: DictObjects, base: str = "base", head: str = "head") -> Change:
    """The Change between two named trees of a DictObjects, as `git diff --raw --no-renames` would list it."""
    files = []
    for path in sorted({*objects.paths(base), *objects.paths(head)}):
        old, new = objects.entry(base, path), objects.entry(head, path)
        if old == new:
            continue
        status = "A" if old is None else "D" if new is None else "M" if old.mode[:3] == new.mode[:3] else "T"
        old, new = old or Entry(ABSENT, ""), new or Entry(ABSENT, "")
        files.append(FileChange(path, status, old.mode, new.mode, old.oid, new.oid))
    return Change("commit", base, head, tuple(files))


def subject(
    before: Mapping[str, str | bytes],
    after: Mapping[str, str | bytes],
    *,
    modes_before: Mapping[str, str] | None = None,
    modes_after: Mapping[str, str] | None = None,
    policy: Policy | None = None,
    **more: object,
) -> Subject:
    """A Subject over two dict trees; `more` goes to Subject as it is (contract=, standing=, claim= ...)."""
    objects = DictObjects({"base": as_tree(before, modes_before), "head": as_tree(after, modes_after)})
    if more.get("contract") is not None:
        more.setdefault("standing", "delegated")
    return Subject("change", change_between(objects), objects, policy or Policy(), **more)  # type: ignore[arg-type]


GIT_ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ann Author", "GIT_AUTHOR_EMAIL": "ann@example.invalid",
    "GIT_COMMITTER_NAME": "Ann Author", "GIT_COMMITTER_EMAIL": "ann@example.invalid",
}  # fmt: skip


class Sandbox:
    """A real repository in a temporary folder, driven by real git with no outside configuration."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        home = root.parent / f"{root.name}-home"
        home.mkdir(exist_ok=True)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))},
            **GIT_ENVIRONMENT, "HOME": str(home),
        }  # fmt: skip

    def run(
        self, *arguments: str, check: bool = True, data: str | None = None, cwd: Path | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            arguments, cwd=cwd or self.root, env={**self.environment, **environment}, input=data, check=check,
            stdin=subprocess.DEVNULL if data is None else None, capture_output=True, text=True,
            errors="surrogateescape",
        )  # fmt: skip

    def git(self, *arguments: str, data: str | None = None, **environment: str) -> str:
        return self.run("git", *arguments, data=data, **environment).stdout.strip()

    def init(self) -> Sandbox:
        self.git("init", "-q", "-b", "main")
        return self

    def write(self, files: Mapping[str, str | bytes | None]) -> None:
        """Write files below the root; None deletes."""
        for name, text in files.items():
            path = self.root / name
            if text is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape"))

    def commit(self, message: str = "change", files: Mapping[str, str | bytes | None] | None = None, *more: str) -> str:
        """Write, stage everything and commit (empty allowed, hooks run); the new commit's id."""
        self.write(files or {})
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message, *more)
        return self.git("rev-parse", "HEAD")
