"""A spec's bytes to its Contract: tolerant of how people write, strict about what it means."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from delegation_guard.model.contract import Contract
from delegation_guard.spec import prose, scan, text
from delegation_guard.spec.edits import HOW as HOW_EDITS
from delegation_guard.spec.edits import edits
from delegation_guard.spec.outline import outline
from delegation_guard.spec.verify import verify

if TYPE_CHECKING:
    from delegation_guard.model.contract import Allowed, Edit, Trust, VerifyCommand
    from delegation_guard.spec.headings import Kind
    from delegation_guard.spec.outline import Outline
    from delegation_guard.spec.scan import Node

MAX_BYTES = text.MAX_BYTES


def parse(data: bytes, path: str, trust: Trust = "range") -> Contract:
    """Read a spec, or raise SpecError with file, line, what is wrong and how to write it.

    Checks the spec alone: not whether its files exist or its code blocks fit (lint does), and not whether `trust`,
    which is recorded as given, is deserved. Nothing in the spec is executed or imported.
    """
    notes = text.Notes(path)
    source = text.decode(data, path)
    plan = outline(scan.read(text.lines_of(source, notes), notes), notes)
    found = edits(_nodes(plan, "changes"), notes)
    _require_edits(found, plan, notes)
    _warn_fences(plan, notes)
    commands, instructions = verify(plan.of("verify"), notes)
    _require_commands(commands, plan, notes)
    also = prose.allowed(_nodes(plan, "allowed"), notes)
    _warn_overlap(found, also, notes)
    return Contract(
        plan.task, plan.title, plan.line, found, commands, prose.context(_nodes(plan, "context"), notes),
        prose.clauses(_nodes(plan, "preserve")), prose.clauses(_nodes(plan, "constraints")),
        also, instructions, **plan.header.values,
        path=path, source=source, sha256=hashlib.sha256(data).hexdigest(), trust=trust,
        warnings=tuple(sorted(notes.warnings, key=lambda warning: warning.line)),
    )  # fmt: skip


def _nodes(plan: Outline, kind: Kind) -> list[Node]:
    """The nodes of every section of a kind, a blank line between two sections."""
    nodes: list[Node] = []
    for section in plan.of(kind):
        nodes += [scan.Text(section.line, ""), *section.nodes]
    return nodes


def _require_edits(found: tuple[Edit, ...], plan: Outline, notes: text.Notes) -> None:
    if found:
        return
    changes = plan.of("changes")
    if not changes:
        notes.fail(plan.line, "the spec has no part CHANGES TO MAKE", f"add it; {HOW_EDITS}")
    notes.fail(changes[0].line, "no file is listed under CHANGES TO MAKE, so the spec permits no change", HOW_EDITS)


def _require_commands(commands: tuple[VerifyCommand, ...], plan: Outline, notes: text.Notes) -> None:
    if commands:
        return
    parts = plan.of("verify")
    how = "write at least one command, alone on its line: `python -m pytest -q`"
    if not parts:
        notes.fail(plan.line, "the spec has no part VERIFY", f"add it; {how}")
    notes.fail(parts[0].line, "no command stands under VERIFY, only sentences or nothing", how)


def _warn_fences(plan: Outline, notes: text.Notes) -> None:
    for section in plan.sections:
        for node in section.nodes:
            if isinstance(node, scan.Fence) and section.kind not in ("changes", "verify"):
                notes.warn(node.line, "this code fence is data: nothing in it is read")


def _warn_overlap(found: tuple[Edit, ...], also: tuple[Allowed, ...], notes: text.Notes) -> None:
    listed = {edit.path for edit in found}
    for item in also:
        if item.path in listed:
            notes.warn(item.line, f"`{item.path}` stands under ALSO ALLOWED, but a heading lists it already")
