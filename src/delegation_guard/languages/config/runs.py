"""What a file of a CI or of a task runner runs: each command with its place and what takes its failure away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from delegation_guard.languages.config.shell import commands

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Run:
    """One command. `place` is the job, target or script it stands in, `kind` what runs it: `ci` files run whole,
    `task` entries only when asked for. `systems`: the families of operating systems, empty when not said.
    """

    path: str
    line: int
    place: str
    words: tuple[str, ...]
    text: str
    kind: str = "task"
    masks: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    retried: bool = False
    systems: frozenset[str] = frozenset()
    after: tuple[str, ...] = ()
    """Entries of the same file that run with this one's place (make's prerequisites)."""


@dataclass(frozen=True, slots=True)
class Context:
    """What every command of a part of a file shares."""

    path: str
    place: str = ""
    kind: str = "task"
    masks: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    retried: bool = False
    systems: frozenset[str] = frozenset()
    errexit: bool = False
    pipefail: bool = False

    def within(self, **more: object) -> Context:
        return replace(self, **more)  # type: ignore[arg-type]


def shell_runs(text: str, line: int, context: Context) -> list[Run]:
    """The commands of a shell text that begins on a line."""
    return [
        Run(
            context.path,
            found.line,
            context.place,
            found.words,
            found.text,
            context.kind,
            (*found.masks, *context.masks),
            (*found.conditions, *context.conditions),
            found.retried or context.retried,
            context.systems,
        )
        for found in commands(text, line, context.errexit, context.pipefail)
    ]


def aligned(parts: Iterable[tuple[str, int]]) -> tuple[str, int]:
    """Several texts as one, each on its own line where that is possible, and the line the whole begins on."""
    text, first, at = "", 0, 0
    for part, line in parts:
        if not first:
            text, first, at = part, line, line + part.count("\n")
            continue
        breaks = max(1, line - at)
        text += "\n" * breaks + part
        at += breaks + part.count("\n")
    return text, first or 1
