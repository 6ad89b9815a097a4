"""What a spec lists and the finished task did not deliver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delegation_guard.checks import exits
from delegation_guard.checks.actions import has_mode
from delegation_guard.checks.contents import entry
from delegation_guard.checks.paths import glob_match, placeholder
from delegation_guard.model.change import GITLINK, SYMLINK
from delegation_guard.model.contract import Clause
from delegation_guard.model.finding import Finding, Location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delegation_guard.model.change import FileChange
    from delegation_guard.model.contract import Contract, Edit
    from delegation_guard.model.inputs import Subject


def untouched(subject: Subject, contract: Contract) -> Iterator[Finding]:
    """`scope/untouched` for every heading whose path is not as the heading wants it.

    Quiet for a stop, and for a delegated change of nothing at all (which is one). Sees that a path changed, not that
    it changed rightly: that is fidelity.
    """
    if subject.stopped or (not subject.change.files and subject.standing == "delegated"):
        return
    touched = {file.path for file in subject.change.files if _differs(file)}
    for edit in contract.edits:
        missing = "" if placeholder(edit.path) else _missing(subject, edit, touched)
        if missing:
            yield Finding(
                "scope/untouched",
                f"heading {edit.number} is not delivered: {missing}",
                Location(edit.path),
                clause=Clause(edit.heading or f"### {edit.number}. {edit.path}", edit.line),
                related=(Location(contract.path, edit.line, "spec"),),
                hint=f"do what the heading says, {exits.STOP} (delegation-guard handoff finish --stopped WHY)",
            )


def _missing(subject: Subject, edit: Edit, touched: set[str]) -> str:
    """What is missing of one heading, as a clause; "" when nothing is."""
    head = entry(subject, subject.change.head, edit.path)
    name = exits.shown(edit.path)
    if edit.action == "glob":
        hits = any(glob_match(edit.path, file.path) for file in subject.change.files)
        return "" if hits else f"no file of {name} changed"
    if edit.action == "delete":
        return f"{name} is still there" if head is not None else ""
    if edit.action == "rename":
        if entry(subject, subject.change.head, edit.target) is None:
            return f"there is no {exits.shown(edit.target)}"
        return f"{name} is still there" if head is not None else ""
    if head is None:
        return f"there is no {name}"
    wanted = {"symlink": (SYMLINK, "symbolic link"), "submodule": (GITLINK, "submodule")}.get(edit.action)
    if wanted is not None and head.mode != wanted[0]:
        return f"{name} is not a {wanted[1]}"
    if edit.action == "mode" and not has_mode(edit, head.mode):
        return f"{name} does not have the mode {edit.target}"
    if edit.action == "mode":
        return ""
    return "" if edit.path in touched else f"{name} is listed, but as it was before"


def _differs(file: FileChange) -> bool:
    return (file.old_mode, file.old_oid) != (file.new_mode, file.new_oid)
