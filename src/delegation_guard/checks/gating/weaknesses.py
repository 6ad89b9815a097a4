"""Everything that changed files of gates check less; apart, because a change without such files needs none of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delegation_guard.checks.gating.commands import Commands
from delegation_guard.checks.gating.hooks import hooks_lost
from delegation_guard.checks.gating.lines import lines_lost
from delegation_guard.checks.gating.settings import settings_lost
from delegation_guard.checks.gating.workflows import workflows_lost

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delegation_guard.checks.gating.facts import Side, Weakness


def weaknesses(base: Side, head: Side, paths: list[str]) -> Iterator[Weakness]:
    """What these changed files check less, kind by kind; the same loss may come more than once."""
    yield from settings_lost(base, head, paths)
    yield from Commands(base, head, paths).weaknesses()
    yield from workflows_lost(base, head, paths)
    yield from hooks_lost(base, head, paths)
    yield from lines_lost(base, head, paths)
