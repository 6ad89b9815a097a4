"""Everything judging may know: subjects, policy, and one content-addressed reader."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from delegation_guard.model.policy import Policy
from delegation_guard.model.report import Skip

if TYPE_CHECKING:
    from delegation_guard.model.change import Change, Claim, Entry
    from delegation_guard.model.contract import Contract
    from delegation_guard.model.receipt import Receipt

Standing = Literal["delegated", "suspected", "unattributed", "plain"]
"""delegated: claims a spec, or one was named. suspected: looks like a delegate's, claims no spec. unattributed: a
commit beside delegated ones in a judged range. plain: judged because somebody asked (`check --no-spec`)."""

Occasion = Literal["commit", "push", "final"]
"""commit: while work goes on. push: before it leaves the machine. final: `handoff finish`, `check A..B`, CI."""

Span = Literal["commit", "task", "both"]


class Objects(Protocol):
    """The contents behind names and object ids. Backed by one `cat-file --batch`, in tests by a dict.

    A `tree` is the id of a tree object. Paths are surrogateescaped text. Missing objects raise GitError.
    """

    def blob(self, oid: str) -> bytes:
        """The bytes of a blob."""
        ...

    def size(self, oid: str) -> int:
        """The size of a blob in bytes, without reading it."""
        ...

    def entry(self, tree: str, path: str) -> Entry | None:
        """The entry of a path in a tree (any kind of object), or None."""
        ...

    def read(self, tree: str, path: str) -> bytes | None:
        """The bytes of the blob at a path (a symlink's target text), None when there is no blob there."""
        ...

    def paths(self, tree: str) -> tuple[str, ...]:
        """Every path in a tree, sorted; costs a walk of the whole tree the first time."""
        ...


@dataclass(frozen=True, slots=True)
class Expected:
    """What a receipt must equal to be evidence for a subject; `commands` are (command, directory) in order.

    `base`: the tree whose policy that is, "" when it is none's. `also_policies`: digests of policies that do as well.
    """

    tree: str
    spec_sha256: str
    policy_sha256: str
    commands: tuple[tuple[str, str], ...]
    base: str = ""
    also_policies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Subject:
    """One change under at most one contract: what every check is given.

    `span` says which rules apply: those of stage commit, of stage task, or both. `receipts` holds what was found for
    this tree, and near misses (same spec, another tree). `dirt`: paths that were modified before the hand-off began
    and are not the delegate's. `introduced`: the spec came with the judged range itself. `spec_path`: where the
    governing spec is committed, "" when it is not. `verify_command`: the exact command that would verify this tree.
    """

    label: str
    change: Change
    objects: Objects
    policy: Policy
    standing: Standing = "plain"
    contract: Contract | None = None
    span: Span = "both"
    claim: Claim | None = None
    receipts: tuple[Receipt, ...] = ()
    expected: Expected | None = None
    receipt_required: bool = False
    stopped: str = ""
    introduced: bool = False
    spec_path: str = ""
    who: str = ""
    suspicion: str = ""
    verify_command: str = ""
    retry_command: str = ""
    dirt: frozenset[str] = frozenset()
    problem: str = ""
    """Why no spec governs a delegated change, in one sentence: it must not pass. "" when one does."""
    remedy: str = ""
    """What repairs `problem`."""
    cache: dict[str, object] = field(default_factory=dict, compare=False, repr=False)
    """Facts computed once per subject and shared by checks, keyed by the room that computed them."""


@dataclass(frozen=True)
class Inputs:
    """What `engine.judge` is given. `families` empty = all; `subjects` empty = nothing to judge, said so."""

    subjects: tuple[Subject, ...]
    occasion: Occasion
    families: tuple[str, ...] = ()
    """Rule families or ids that were asked for; empty = all of them."""
    unattributed: tuple[str, ...] = ()
    skips: tuple[Skip, ...] = ()
    tool_version: str = ""
    agent_reader: bool = False
    """The output is read by the delegate itself: only its own exit (undo or stop) may be named."""
