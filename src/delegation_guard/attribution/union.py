"""Several specs of one squashed commit as one contract: the union of their lists, all of their VERIFY commands."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from delegation_guard.model.contract import TRUST_ORDER, Contract

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Part = TypeVar("Part")


def union(contracts: Sequence[Contract]) -> Contract:
    """One contract out of several (at least one), the same whatever their order.

    Its source is theirs one after the other by task id, every line number counts in it, and its digest is that
    source's: a receipt for the union is a receipt for exactly these specs. It is trusted as its least trusted part.
    A file that is context in one and listed in another is listed. Single-valued headers that differ are dropped.
    """
    distinct = {contract.sha256: contract for contract in contracts}
    ordered = sorted(distinct.values(), key=lambda contract: (contract.task, contract.sha256))
    if len(ordered) == 1:
        return ordered[0]
    parts, source = [], ""
    for contract in ordered:
        parts.append(_shifted(contract, source.count("\n")))
        source += contract.source if contract.source.endswith("\n") else f"{contract.source}\n"
    listed = {edit.path for part in parts for edit in part.edits}
    one = parts[0]
    return replace(
        one,
        task="+".join(part.task for part in parts), title="; ".join(part.title for part in parts),
        edits=_all(parts, lambda part: part.edits), verify=_all(parts, lambda part: part.verify),
        context=tuple(item for item in _all(parts, lambda part: part.context) if item.path not in listed),
        preserve=_all(parts, lambda part: part.preserve), constraints=_all(parts, lambda part: part.constraints),
        allowed=_all(parts, lambda part: part.allowed), instructions=_all(parts, lambda part: part.instructions),
        warnings=_all(parts, lambda part: part.warnings),
        agent=_agreed(parts, "agent"), phase=_agreed(parts, "phase"), model=_agreed(parts, "model"),
        kind=_agreed(parts, "kind"), expect=_agreed(parts, "expect"), complexity=_agreed(parts, "complexity"),
        security=_agreed(parts, "security"), path=" + ".join(part.path for part in parts), source=source,
        sha256=hashlib.sha256(source.encode("utf-8", "surrogateescape")).hexdigest(),
        trust=min((part.trust for part in parts), key=TRUST_ORDER.index),
    )  # fmt: skip


def _all(parts: Sequence[Contract], of: Callable[[Contract], tuple[Part, ...]]) -> tuple[Part, ...]:
    return tuple(item for part in parts for item in of(part))


def _agreed(parts: Sequence[Contract], name: str) -> str:
    values = {str(getattr(part, name)) for part in parts}
    return values.pop() if len(values) == 1 else ""


def _shifted(contract: Contract, by: int) -> Contract:
    """The same contract with every line number `by` higher."""
    return replace(
        contract, line=contract.line + by,
        edits=tuple(
            replace(edit, line=edit.line + by,
                    blocks=tuple(replace(block, line=block.line + by) for block in edit.blocks))
            for edit in contract.edits
        ),
        verify=tuple(replace(item, line=item.line + by) for item in contract.verify),
        context=tuple(replace(item, line=item.line + by) for item in contract.context),
        preserve=tuple(replace(item, line=item.line + by) for item in contract.preserve),
        constraints=tuple(replace(item, line=item.line + by) for item in contract.constraints),
        allowed=tuple(replace(item, line=item.line + by) for item in contract.allowed),
        instructions=tuple(replace(item, line=item.line + by) for item in contract.instructions),
        warnings=tuple(replace(item, line=item.line + by) for item in contract.warnings),
    )  # fmt: skip
