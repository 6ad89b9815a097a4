"""Dependencies nobody asked for, and changes far larger than what the spec gives."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from delegation_guard.checks import exits
from delegation_guard.checks.blocks import pairs_of
from delegation_guard.checks.differences import differences
from delegation_guard.checks.fidelity_findings import clause_of
from delegation_guard.checks.readable import readable
from delegation_guard.languages.manifests import dependencies
from delegation_guard.model.finding import Evidence, Finding, Location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delegation_guard.model.change import FileChange
    from delegation_guard.model.contract import Contract, Edit
    from delegation_guard.model.inputs import Subject

FACTOR, SLACK = 3, 30


def added_dependencies(subject: Subject, contract: Contract) -> Iterator[Finding]:
    """New direct dependencies of listed manifests whose name the spec never mentions."""
    edits = {edit.path: edit for edit in contract.edits}
    spoken = _spoken(contract)
    for file in subject.change.files:
        edit = edits.get(file.path)
        head = _text(subject, file, "head") if edit else None
        if edit is None or head is None:
            continue
        now = dependencies(file.path, head)
        before = dependencies(file.path, _text(subject, file, "base") or "") or frozenset()
        for name in sorted((now or frozenset()) - before):
            if _plain(name) not in spoken:
                yield _dependency(file.path, edit, name, head)


def _dependency(path: str, edit: Edit, name: str, head: str) -> Finding:
    line = next((i for i, text in enumerate(head.split("\n"), 1) if name.lower() in text.lower()), 0)
    return Finding(
        "fidelity/extra-dependency",
        f"{exits.shown(path)} gains the dependency {name}, which no clause of the spec names",
        Location(path, line),
        certainty="sure" if edit.blocks else "doubtful",
        evidence=Evidence("", name),
        clause=clause_of(edit),
        hint=f"take {name} out again, {exits.STOP}",
    )


def _spoken(contract: Contract) -> str:
    parts = [contract.title]
    for edit in contract.edits:
        parts += [edit.instruction, *(block.text for block in edit.blocks if block.role == "new")]
    return _plain(" ".join(parts))


def _plain(text: str) -> str:
    return re.sub(r"[-_.]+", "-", text).lower()


def over_size(subject: Subject, contract: Contract) -> Iterator[Finding]:
    """One finding when the changed lines of listed files are far more than the lines of the spec's blocks.

    Files that are new, deleted, renamed or without a code block anywhere in the spec are not counted.
    """
    given = sum(block.text.count("\n") for edit in contract.edits for block in edit.blocks)
    edits = {edit.path: edit for edit in contract.edits if pairs_of(edit) and edit.action in ("modify", "create")}
    if not edits:
        return
    sizes = {file.path: _changed_lines(subject, file) for file in subject.change.files if file.path in edits}
    total = sum(sizes.values())
    if total <= FACTOR * given + SLACK:
        return
    largest = max(sizes, key=lambda path: sizes[path])
    yield Finding(
        "fidelity/over-size",
        f"{total} lines changed in the listed files, the spec's blocks have {given}; most of them in {largest}",
        Location(largest),
        clause=clause_of(edits[largest]),
        hint=f"undo what the blocks do not ask for, {exits.STOP}",
    )


def _changed_lines(subject: Subject, file: FileChange) -> int:
    """Added and removed lines, blank ones and mere indentation left out."""
    sides = [[line.strip() for line in (_text(subject, file, side) or "").split("\n") if line.strip()]
             for side in ("base", "head")]  # fmt: skip
    return sum(hunk.a1 - hunk.a0 + hunk.b1 - hunk.b0 for hunk in differences(sides[0], sides[1]))


def _text(subject: Subject, file: FileChange, side: str) -> str | None:
    mode, oid = (file.old_mode, file.old_oid) if side == "base" else (file.new_mode, file.new_oid)
    if mode not in ("100644", "100755"):
        return None
    return readable(subject.objects.blob(oid)).text
