"""Widening a spec by its author: one more heading, and nothing else moves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from delegation_guard.errors import GuardError, SpecError
from delegation_guard.spec.parser import parse

if TYPE_CHECKING:
    from delegation_guard.model.contract import Contract, Edit


def with_path(contract: Contract, path: str, because: str) -> str:
    """The spec's text with `### n. <path>` and the reason added after its last heading.

    `path` may carry a marker, as in a heading: `src/x.py (delete)`. GuardError when the path is listed already or the
    result would not read as the same spec plus that heading.
    """
    name = path.partition(" (")[0].strip()
    if any(edit.path == name for edit in contract.edits):
        raise GuardError(
            f"{name} is listed already in {contract.path}", "nothing to amend; edit the spec for another change"
        )
    lines = contract.source.splitlines(keepends=True)
    ending = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    number = max((edit.number for edit in contract.edits), default=0) + 1
    addition = [f"### {number}. {path}{ending}", f"{because}{ending}", ending]
    for place in range(contract.edits[-1].line, len(lines) + 1):
        text = "".join([*lines[:place], *addition, *lines[place:]])
        if _is_same_plus_one(contract, text, name):
            return text
    raise GuardError(
        f"{contract.path} could not be amended without changing its meaning",
        f"add `### {number}. {path}` under CHANGES TO MAKE in a copy of the spec yourself, then run "
        '`delegation-guard handoff amend --spec COPY --because "..."`',
    )


def _is_same_plus_one(contract: Contract, text: str, name: str) -> bool:
    try:
        changed = parse(text.encode("utf-8", "surrogateescape"), contract.path, contract.trust)
    except SpecError:
        return False
    return (
        [_essence(edit) for edit in changed.edits[:-1]] == [_essence(edit) for edit in contract.edits]
        and changed.edits[-1].path == name
        and [item.command for item in changed.verify] == [item.command for item in contract.verify]
        and [clause.text for clause in changed.constraints] == [clause.text for clause in contract.constraints]
        and [clause.text for clause in changed.preserve] == [clause.text for clause in contract.preserve]
        and [item.path for item in changed.context] == [item.path for item in contract.context]
    )


def _essence(edit: Edit) -> tuple[Edit, tuple[tuple[str, str], ...]]:
    blocks = tuple((block.role, block.text) for block in edit.blocks)
    return replace(edit, line=0, heading="", blocks=()), blocks
