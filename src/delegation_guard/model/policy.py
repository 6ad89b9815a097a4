"""What the repository's owners decided; read from the base side only."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from delegation_guard.model.contract import Trust
    from delegation_guard.model.finding import Level
    from delegation_guard.model.receipt import Tier

Mode = Literal["observe", "warn", "block"]


def _empty() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class VerifyRoot:
    """How one folder's commands are made runnable in a clean checkout.

    `setup`: shell lines run before VERIFY, network allowed. `carry`: directories taken from the main worktree,
    read-only, relative to the root. `env`: variables set for its commands. `services`: host:port pairs.
    """

    path: str
    setup: tuple[str, ...] = ()
    carry: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """For one VERIFY command: wall seconds, bytes of memory and of output kept, number of processes (0 = none)."""

    seconds: float = 900.0
    memory: int = 0
    output: int = 4_000_000
    processes: int = 0


@dataclass(frozen=True, slots=True)
class Quarantine:
    """A test known to flake: its id, the issue that tracks it and the ISO date after which it counts again."""

    id: str
    issue: str
    expires: str


@dataclass(frozen=True, slots=True)
class VerifyPolicy:
    """`on_commit`: whether a delegated commit needs a receipt. `commit_tier`/`merge_tier`: the least that counts."""

    on_commit: Literal["require", "warn", "off"] = "require"
    commit_tier: Tier = "unsigned"
    merge_tier: Tier = "ci-rerun"
    isolation: Literal["any", "required"] = "any"
    each_commit: bool = False
    roots: tuple[VerifyRoot, ...] = ()
    limits: Limits = field(default_factory=Limits)
    reruns: int = 0
    quarantine: tuple[Quarantine, ...] = ()


@dataclass(frozen=True, slots=True)
class KeyRole:
    """What a key of allowed_signers may speak for. `marks` holds `off-machine` and `touch`."""

    principal: str
    roles: tuple[str, ...]
    marks: tuple[str, ...] = ()


def _no_levels() -> Mapping[str, Level]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Policy:
    """A whole policy. `path` is "" for the embedded default; `sha256` is of the exact bytes read."""

    mode: Mode = "block"
    modes: Mapping[str, str] = field(default_factory=_empty)
    """Mode by rule family; overrides `mode`."""
    until: str = ""
    """ISO date up to which observe or warn hold; afterwards the mode is block."""
    fail_on: Level = "error"
    levels: Mapping[str, Level] = field(default_factory=_no_levels)
    """Level by rule id or family, instead of the rule's own."""
    protected: tuple[str, ...] = ()
    """Further glob patterns that no spec of range trust may cover."""
    delegates: tuple[str, ...] = ("haiku", "flash", "mini", "nano")
    """Names that mark an author or co-author as a delegate, matched as whole words, case-insensitively."""
    branches: tuple[str, ...] = ()
    """Glob patterns of branch names whose commits are suspected."""
    attribution: Literal["open", "closed"] = "open"
    require_spec: bool = False
    unattributed: Literal["allow", "warn", "review", "signed", "block"] = "warn"
    spec_trust: Trust = "range"
    verify: VerifyPolicy = field(default_factory=VerifyPolicy)
    keys: tuple[KeyRole, ...] = ()
    path: str = ""
    sha256: str = ""

    @property
    def present(self) -> bool:
        """Whether the base side has a policy file at all."""
        return bool(self.path)
