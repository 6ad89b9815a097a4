"""What changed: two trees and the raw list of files between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Origin = Literal["worktree", "staged", "commit", "task", "patch"]
Status = Literal["A", "M", "D", "T"]

REGULAR, EXECUTABLE, SYMLINK, GITLINK, ABSENT = "100644", "100755", "120000", "160000", "000000"
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


@dataclass(frozen=True, slots=True)
class Entry:
    """One path in a tree: its mode (six octal digits) and object id."""

    mode: str
    oid: str


@dataclass(frozen=True, slots=True)
class FileChange:
    """One path that differs between two trees (renames are never paired: both ends are listed).

    `path` is git's bytes decoded as UTF-8 with surrogateescape. The missing side of an addition or deletion has mode
    "000000" and an empty object id. `status`: A added, M content or mode, D deleted, T another kind of object.
    """

    path: str
    status: Status
    old_mode: str
    new_mode: str
    old_oid: str
    new_oid: str

    @property
    def mode_only(self) -> bool:
        return self.status == "M" and self.old_oid == self.new_oid


@dataclass(frozen=True, slots=True)
class Claim:
    """What a commit message says of itself; a claim, never a proof. Empty strings where it says nothing.

    `spec` is a task id or a path, `sha256` the digest it names, `stopped` the reason of an honest stop.
    """

    spec: str = ""
    sha256: str = ""
    agent: str = ""
    phase: str = ""
    model: str = ""
    stopped: str = ""

    def __bool__(self) -> bool:
        return bool(self.spec or self.agent or self.phase or self.model or self.stopped)


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit as stored. `message` is decoded with surrogateescape; people are "Name <mail>"."""

    oid: str
    tree: str
    parents: tuple[str, ...]
    author: str
    committer: str
    message: str


@dataclass(frozen=True, slots=True)
class Change:
    """The change under judgement. `base` and `head` are tree ids; `files` is sorted by path."""

    origin: Origin
    base: str
    head: str
    files: tuple[FileChange, ...]
