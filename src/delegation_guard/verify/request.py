"""What a verify run is asked to do, and what it says while it works."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from delegation_guard.model.contract import Contract, VerifyCommand
    from delegation_guard.model.policy import Policy
    from delegation_guard.model.receipt import CommandRun
    from delegation_guard.repo.repository import Repository

Event = Literal["phase", "start", "tick", "end"]


@dataclass(frozen=True, slots=True)
class Progress:
    """One sign of life. `what` is a phase ("the same tree again") or a command, `tail` the last bytes it printed."""

    event: Event
    what: str
    elapsed: float = 0.0
    tail: bytes = b""
    run: CommandRun | None = None


@dataclass(frozen=True)
class Request:
    """Verify `tree` against `contract`.

    `base_tree` is where the task began ("" or the same tree: whose failure it is cannot be told from it).
    `environment` is the caller's, to be scrubbed. `clock` gives ISO times. `touched`: paths the change touches, whose
    tests are never excused. `live`: the work tree dependencies are carried from, "" to carry nothing (CI).
    `parent`: the folder checkouts are made in, None for the temporary one.
    """

    repo: Repository
    tree: str
    base_tree: str
    contract: Contract
    policy: Policy
    environment: Mapping[str, str]
    clock: Callable[[], str]
    progress: Callable[[Progress], None] = field(default=lambda _: None)
    touched: frozenset[str] = frozenset()
    live: str = ""
    parent: str | None = None
    runner: str = ""
    tool_version: str = ""

    @property
    def commands(self) -> tuple[VerifyCommand, ...]:
        return self.contract.verify
