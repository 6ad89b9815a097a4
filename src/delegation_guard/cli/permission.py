"""`check --path FILE`: may this be touched? Answered before the edit, from the spec alone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from delegation_guard.attribution import record
from delegation_guard.checks.protected import protection
from delegation_guard.checks.scope import may_touch
from delegation_guard.errors import GuardError
from delegation_guard.model.contract import ContextItem
from delegation_guard.spec.parser import parse
from delegation_guard.spec.text import MAX_BYTES

if TYPE_CHECKING:
    from delegation_guard.model.contract import Contract
    from delegation_guard.repo.repository import Repository


def explain(repo: Repository, path: str, spec: str | None) -> tuple[str, bool]:
    """One sentence, and whether the path may be edited. Does not look at what the edit would be."""
    contract = _contract(repo, spec)
    name = os.path.relpath(os.path.abspath(path), repo.root) if repo.root else path
    permit = may_touch(contract, name)
    if isinstance(permit, ContextItem):
        return f"{name}: no, it is a CONTEXT file, to be read only (spec line {permit.line})", False
    if permit is None:
        listed = ", ".join(edit.path for edit in contract.edits)
        return f"{name}: no, {contract.task} lists only {listed}", False
    guarded = protection(name)
    if guarded is not None and not contract.at_least("base"):
        return f"{name}: no, it is {guarded.what}, which only a spec that stands in the base can cover", False
    if permit.path != name:
        return f"{name}: yes, it goes with {permit.path} (spec line {permit.line})", True
    return f"{name}: yes, spec line {permit.line} lists it", True


def _contract(repo: Repository, spec: str | None) -> Contract:
    if spec:
        return read_spec(spec)
    active = record.read(repo.state_dir)
    if active is None:
        raise GuardError("no hand-off is active, so there is no list to compare with", "name one: --spec PATH")
    return parse(active.spec_data, active.spec_path, "handoff")


def read_spec(path: str) -> Contract:
    """The spec in a file, believed because the caller named it; GuardError when it cannot be read."""
    return parse(spec_bytes(path), path, "caller")


def spec_bytes(path: str) -> bytes:
    """The bytes of a spec's file, no more than a parser would look at; GuardError when it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise GuardError(f"{path} cannot be read: {error.strerror}", "name the spec's file") from None
