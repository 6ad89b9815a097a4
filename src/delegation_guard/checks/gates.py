"""Gates that check less than before: test selection, coverage floors, strictness, CI, task runners, commit hooks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from delegation_guard.checks import exits
from delegation_guard.checks.gating.authority import authorised
from delegation_guard.checks.gating.facts import Side
from delegation_guard.checks.gating.line_patterns import reads_lines
from delegation_guard.checks.gating.rules import RULES
from delegation_guard.checks.gating.sources import runs_commands
from delegation_guard.checks.gating.suppressions import suppresses, suppressions_added
from delegation_guard.checks.gating.table_files import tables_of
from delegation_guard.loading import load
from delegation_guard.model.finding import Evidence, Finding, Location
from delegation_guard.model.report import NotAnalysed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from delegation_guard.checks.gating.facts import Weakness
    from delegation_guard.model.inputs import Subject

    Weaknesses = Callable[[Side, Side, list[str]], Iterator[Weakness]]

__all__ = ["RULES", "find"]

WEAKNESSES = ".checks.gating.weaknesses:weaknesses"
"""Loaded only when a file that holds gates changed."""
_HOOKS = re.compile(r"(^|/)\.pre-commit-config\.ya?ml$")
_FLOOR = re.compile(r"(?:fail[_-]under|cov-fail-under|fail-under|minimum_coverage|--min)\D{1,4}(\d+(?:\.\d+)?)")
_SHOWN = 300


def find(subject: Subject) -> Iterator[Finding | NotAnalysed]:
    """Every gate that a change makes weaker. Only files whose names say that they hold gates are read."""
    change = subject.change
    files = [item for item in change.files if not item.mode_only]
    base, head = Side(subject.objects, change.base), Side(subject.objects, change.head)
    paths = [
        item.path
        for item in files
        if runs_commands(item.path) or tables_of(item.path) or reads_lines(item.path) or _HOOKS.search(item.path)
    ]
    found = list(cast("Weaknesses", load(WEAKNESSES))(base, head, paths)) if paths else []
    for item in files:
        if item.status != "D" and suppresses(item.path):
            found += suppressions_added(base, head, item.path)
    for weakness in _kept(found, head, paths):
        yield _finding(subject, weakness)
    yield from _unread(subject, base, head, paths)


def _kept(found: list[Weakness], head: Side, paths: list[str]) -> Iterator[Weakness]:
    """Each once; a floor that stands elsewhere on the head, at least as high, is no loss."""
    floors = [float(number) for path in paths for number in _FLOOR.findall(head.text(path) or "")]
    seen = set()
    for weakness in found:
        gone = (
            weakness.rule == "coverage-lowered"
            and weakness.floor is not None
            and not weakness.message.endswith(f"of {weakness.floor:g}")
        )
        if gone and any(one >= (weakness.floor or 0) for one in floors):
            continue
        mark = (weakness.rule, weakness.path, weakness.line, weakness.message)
        if mark not in seen:
            seen.add(mark)
            yield weakness


def _finding(subject: Subject, weakness: Weakness) -> Finding:
    allowed = authorised(subject, weakness)
    file = next((item for item in subject.change.files if item.path == weakness.path), None)
    hint = "" if allowed else exits.undo(subject, file) if file is not None else f"undo it, {exits.STOP}"
    return Finding(
        f"gates/{weakness.rule}",
        weakness.message,
        Location(weakness.path, weakness.line, "base" if weakness.side == "base" else "head"),
        weakness.certainty,
        Evidence(weakness.before[:_SHOWN], weakness.after[:_SHOWN]),
        authorised=allowed,
        hint=hint,
    )


def _unread(subject: Subject, base: Side, head: Side, paths: list[str]) -> Iterator[Finding | NotAnalysed]:
    """Files that read on the base and no longer do: nothing is known about their gates."""
    for path in paths:
        why = head.problems.get(path)
        if why is None:
            continue
        yield NotAnalysed(path, why)
        if subject.standing == "delegated" and path not in base.problems:
            message = f"{path} cannot be analysed: {why}"
            yield Finding("gates/not-analysed", message, Location(path), hint=f"repair the file, {exits.STOP}")
