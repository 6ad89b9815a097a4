"""Whether the spec itself gives the very text that makes a gate weaker."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from delegation_guard.checks.gating.facts import Weakness
    from delegation_guard.model.contract import Edit
    from delegation_guard.model.inputs import Subject


def authorised(subject: Subject, weakness: Weakness) -> int:
    """The line of the spec that gives exactly this weakening for this file, 0 when none does.

    A prose instruction never does, nor does a block of another file that happens to hold the same text.
    """
    if subject.contract is None:
        return 0
    for edit in subject.contract.edits:
        if weakness.path not in (edit.path, edit.target):
            continue
        if edit.action == "delete" and weakness.side == "base":
            return edit.line
        line = _given(subject, edit, weakness) if weakness.side == "head" else _taken(subject, edit, weakness)
        if line:
            return line
    return 0


def _lines(subject: Subject, tree: str, path: str) -> list[str]:
    data = subject.objects.read(tree, path) if tree else None
    return (data or b"").decode("utf-8", "replace").splitlines()


def _squeezed(text: str) -> str:
    return "".join(text.split()).rstrip(",")


def _wanted(subject: Subject, weakness: Weakness) -> list[str]:
    """The lines that must stand in the block: the one the finding is at, and the setting it names."""
    lines = _lines(subject, subject.change.head, weakness.path)
    own = lines[weakness.line - 1] if 0 < weakness.line <= len(lines) else ""
    named = re.findall(r"`([^`]+)`", weakness.message)
    wanted = [own] if own.strip() else []
    if named:
        wanted.append(named[-1] if weakness.rule == "failure-ignored" else _core(named, lines))
    return [_squeezed(text) for text in wanted if _squeezed(text)]


def _core(named: list[str], lines: list[str]) -> str:
    text = named[-1]
    return text if any(_squeezed(text) in _squeezed(line) for line in lines) else ""


def _given(subject: Subject, edit: Edit, weakness: Weakness) -> int:
    wanted = _wanted(subject, weakness)
    for block in edit.blocks:
        if block.role != "new" or not wanted:
            continue
        whole = _squeezed(block.text)
        found = [at for at, line in enumerate(block.text.splitlines()) if wanted[0] and wanted[0] == _squeezed(line)]
        if found and all(part in whole for part in wanted):
            return block.line + found[0]
    return 0


def _taken(subject: Subject, edit: Edit, weakness: Weakness) -> int:
    """A block that is replaced and holds the line of the base, which the block in its place no longer holds."""
    lines = _lines(subject, subject.change.base, weakness.path)
    text = _squeezed(lines[weakness.line - 1]) if 0 < weakness.line <= len(lines) else _squeezed(weakness.before)
    for at, block in enumerate(edit.blocks):
        if block.role != "before" or not text:
            continue
        replacing = edit.blocks[at + 1] if at + 1 < len(edit.blocks) and edit.blocks[at + 1].role == "new" else None
        held = [number for number, line in enumerate(block.text.splitlines()) if _squeezed(line) == text]
        if held and (replacing is None or text not in [_squeezed(line) for line in replacing.text.splitlines()]):
            return block.line + held[0]
    return 0
