"""Whether what landed is what the spec's blocks say: nothing missing, nothing left over, nothing extra."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delegation_guard.checks import fidelity_findings as tell
from delegation_guard.checks.additions import added_dependencies, over_size
from delegation_guard.checks.clauses import said
from delegation_guard.checks.fidelity_rules import DIFFERS, MISSING, RULES
from delegation_guard.checks.listed import expected_of, listed_in, sides
from delegation_guard.checks.nearest import nearest
from delegation_guard.checks.placement import leftovers, misplaced
from delegation_guard.checks.readable import Text, gained_mark, readable
from delegation_guard.checks.residue import comment_changes, extras, import_changes, missing_comments, respelt
from delegation_guard.checks.verbatim import verbatim
from delegation_guard.model.finding import Finding
from delegation_guard.model.report import NotAnalysed, Skip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delegation_guard.checks.expected import Expected
    from delegation_guard.checks.listed import Listed
    from delegation_guard.model.contract import Contract
    from delegation_guard.model.inputs import Subject

__all__ = ["RULES", "find"]

Result = Finding | NotAnalysed | Skip


def find(subject: Subject) -> Iterator[Result]:
    """Everything `fidelity/*` has to say of a change under a contract.

    Headings without a code block are skipped by name: words cannot be compared. One that says nothing but
    (rename to ...) wants the file as it is. A change of nothing is a stop and is not judged here.
    """
    contract = subject.contract
    if contract is None or not subject.change.files:
        return
    touched = {file.path for file in subject.change.files}
    for listed in listed_in(contract):
        if listed.path in subject.dirt:
            continue
        if not listed.pairs and not listed.only_moves:
            yield from _without_blocks(listed, touched)
            continue
        yield from _judged(subject, contract, listed)
    if subject.span != "task":
        yield from added_dependencies(subject, contract)
        yield from over_size(subject, contract)


def _without_blocks(listed: Listed, touched: set[str]) -> Iterator[Result]:
    kinds = {edit.action for edit in listed.edits}
    if kinds & {"modify", "create", "rename", "glob"} and (touched & {listed.path, listed.landed} or "glob" in kinds):
        line = listed.edits[0].line
        yield Skip(listed.path, f"fidelity: the heading in spec line {line} gives no code block to compare with")


def _judged(subject: Subject, contract: Contract, listed: Listed) -> Iterator[Result]:
    base_bytes, head_bytes = sides(subject, listed)
    base, head = readable(base_bytes), readable(head_bytes)
    changed = base_bytes != head_bytes
    fault = head.fault or (base.fault if changed else "")
    if fault:
        yield NotAnalysed(listed.landed, f"fidelity: {fault}")
        yield tell.unreadable(listed.landed, listed.edits[0], fault)
        return
    if gained_mark(base_bytes, head_bytes):
        yield tell.unreadable(listed.landed, listed.edits[0], "it gained a byte order mark")
    for_task = subject.span != "commit" and not subject.stopped
    if head.text is None:
        if for_task:
            yield from (tell.absent(listed.landed, pair) for pair in listed.pairs if pair.new)
        return
    yield from _compared(subject, contract, listed, base, head, for_task=for_task, changed=changed)


def _compared(
    subject: Subject, contract: Contract, listed: Listed, base: Text, head: Text, *, for_task: bool, changed: bool
) -> Iterator[Result]:
    if verbatim(listed.pairs, base.text or "", head.text or ""):
        return
    expected = expected_of(listed, base.text or "", head.text or "")
    shown: set[int] = set()
    if for_task:
        foreign = _foreign(expected, listed) if subject.span == "both" and changed else frozenset()
        for finding, lines in _task_findings(expected, listed, base, foreign):
            shown.update(lines)
            yield finding
    if subject.span != "task" and changed:
        yield from _commit_findings(expected, contract, listed, shown)


def _foreign(expected: Expected, listed: Listed) -> frozenset[int]:
    """Lines of the head that are no piece of any block: wrong as they are, however much is still to come."""
    return frozenset(line for extra in extras(expected, listed.edits, partial=True) for line in extra.head_lines)


def _task_findings(
    expected: Expected, listed: Listed, base: Text, foreign: frozenset[int]
) -> Iterator[tuple[Finding, range]]:
    path = listed.landed
    for pair in expected.missing:
        piece = expected.texts.pieces[pair.new] if pair.new else None
        if piece is not None:
            near = nearest(piece, expected.texts.head)
            rule = DIFFERS if foreign.intersection(near.head_lines) else MISSING
            yield tell.missing(path, pair, near, rule.id), near.head_lines
    yield from ((finding, range(0)) for finding in _missing_rest(expected, path))
    for left in leftovers(expected):
        yield tell.leftover(path, left), range(left.line, left.line + 1)
    for pair in expected.stale:
        yield tell.stale(path, pair, is_new_file=base.text is None), range(0)
    for place in misplaced(expected):
        yield tell.misplaced(path, place), range(0)


def _missing_rest(expected: Expected, path: str) -> Iterator[Finding]:
    """Imports and comments of blocks, which are compared apart from their statements."""
    head = {item.text for item in expected.texts.head.imports}
    for pair in expected.pairs:
        piece = expected.texts.pieces[pair.new] if pair.new else None
        if piece is None or pair in expected.missing or pair.new is None:
            continue
        for item in piece.source.imports:
            if item.text not in head:
                yield tell.missing_import(path, pair, item, pair.new.line + item.line - 1)
    for pair, comment, line in missing_comments(expected):
        yield tell.missing_comment(path, pair, comment, line)


def _commit_findings(expected: Expected, contract: Contract, listed: Listed, shown: set[int]) -> Iterator[Finding]:
    path, edit = listed.landed, listed.edits[0]
    named, told = said(contract), set(shown)
    for extra in extras(expected, listed.edits, partial=True):
        if extra.head_lines and set(extra.head_lines) <= shown:
            continue
        told.update(line + near for line in extra.head_lines for near in (-2, -1, 0))
        yield from tell.extra(path, edit, extra, expected, named)
    changes = import_changes(expected, listed.edits)
    for change in respelt(changes) if listed.only_moves else changes:
        yield tell.import_change(path, edit, change, expected)
    added, gone = comment_changes(expected)
    yield from tell.comments(path, edit, added, gone, told)
