"""What a run of the VERIFY commands left as evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Result = Literal["PASSED", "WARNED", "FAILED", "UNVERIFIED"]
Tier = Literal["claimed", "unsigned", "signed", "ci-signed", "ci-rerun"]
Whose = Literal["", "delegate", "already-red", "flaky", "environment"]

TIER_ORDER: tuple[Tier, ...] = ("claimed", "unsigned", "signed", "ci-signed", "ci-rerun")


@dataclass(frozen=True, slots=True)
class TestCounts:
    """Tests as the runner reported them. `passed` excludes skipped ones; `failed` includes errors."""

    __test__ = False

    collected: int
    passed: int
    failed: int
    skipped: int


@dataclass(frozen=True, slots=True)
class CommandRun:
    """One VERIFY command run once. `exit_code` is negative when a signal ended it; `seconds` is wall time.

    `problem` says in one sentence why the command does not count as passed, "" when it does. `failures` are the ids of
    failed tests as the tool printed them, empty when it printed none that we can read.
    """

    command: str
    directory: str
    exit_code: int
    seconds: float
    output_sha256: str
    tests: TestCounts | None = None
    timed_out: bool = False
    problem: str = ""
    failures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """A verify run of one tree against one spec. Trust is in `tier`, `signer` and `distrust`, set by `evidence` only.

    `distrust` says in one sentence why the receipt does not count, "" when nothing speaks against it. A receipt is
    evidence for exactly (tree, spec_sha256, policy_sha256, commands): whoever uses it compares all four.
    """

    tree: str
    spec_sha256: str
    policy_sha256: str
    commands: tuple[CommandRun, ...]
    result: Result
    base_tree: str = ""
    whose: Whose = ""
    strength: int = 0
    isolation: str = "none"
    carried: tuple[tuple[str, str], ...] = ()
    """(path, digest) of every carried dependency directory."""
    started: str = ""
    finished: str = ""
    runner: str = ""
    environment: tuple[tuple[str, str], ...] = ()
    tool_version: str = ""
    signer: str = ""
    key: str = ""
    tier: Tier = "claimed"
    distrust: str = ""
    roles: tuple[str, ...] = field(default=())
    problem: str = ""
    """In one sentence why the result is not PASSED, "" when it is."""
    flaky: tuple[str, ...] = ()
    """Tests (or commands, where no test ids are known) that failed once and were excused: see WARNED."""
    before_hooks: str = ""
    """The tree that the repository's other commit hooks rewrote into `tree`, "" when they rewrote nothing."""
    hooks: tuple[str, ...] = ()
    """Which hooks rewrote it, as far as their output says."""

    @property
    def passed(self) -> bool:
        """Whether the run passed, excused failures included. Who vouches for it is another question."""
        return self.result in ("PASSED", "WARNED")
