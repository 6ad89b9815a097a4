"""A verdict with everything that led to it. Reporters see this and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from delegation_guard.model.contract import Contract
    from delegation_guard.model.finding import Finding, Level, Rule
    from delegation_guard.model.policy import Mode
    from delegation_guard.model.receipt import Receipt

Outcome = Literal["PASSED", "WARNED", "FAILED", "UNVERIFIED", "DEFERRED", "ERRORED"]

EXIT_CODES: dict[Outcome, int] = {
    "PASSED": 0, "WARNED": 0, "FAILED": 1, "UNVERIFIED": 1, "DEFERRED": 4, "ERRORED": 3,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ruling:
    """A finding and what the policy made of it. `reason` says in a clause why it has this level.

    `subject` is the label of the change it was found in. `blocks` is false in modes observe and warn.
    """

    finding: Finding
    level: Level
    reason: str
    subject: str
    blocks: bool
    waived: str = ""


@dataclass(frozen=True, slots=True)
class Skip:
    """Something that was not judged, by name, and why. `what` is a rule id, a family or a path."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class NotAnalysed:
    """A file that no check could read, and why."""

    path: str
    why: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Crash:
    """A check that raised. `detail` is the exception's type and message, never a traceback."""

    check: str
    subject: str
    detail: str


@dataclass(frozen=True, slots=True)
class Judged:
    """One change that was judged: its label, the trees, its contract (None = none) and how many files changed."""

    label: str
    base: str
    head: str
    standing: str
    contract: Contract | None
    files: int


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict. `outcome` does not depend on the mode; whether it blocks does (see `exit_code`)."""

    outcome: Outcome
    mode: Mode
    subjects: tuple[Judged, ...]
    rulings: tuple[Ruling, ...]
    skips: tuple[Skip, ...]
    crashes: tuple[Crash, ...]
    not_analysed: tuple[NotAnalysed, ...]
    unattributed: tuple[str, ...]
    receipts: tuple[Receipt, ...]
    rules: tuple[Rule, ...]
    policy_sha256: str
    tool_version: str
    occasion: str

    @property
    def blocked(self) -> bool:
        """Whether this verdict stops the change, the mode considered."""
        if self.outcome == "ERRORED":
            return True
        return EXIT_CODES[self.outcome] != 0 and any(ruling.blocks for ruling in self.rulings)

    @property
    def exit_code(self) -> int:
        return EXIT_CODES[self.outcome] if self.blocked or self.outcome == "DEFERRED" else 0
