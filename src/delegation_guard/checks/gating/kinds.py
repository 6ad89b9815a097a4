"""For each kind of setting, which change of its value makes a gate weaker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delegation_guard.checks.gating.lists import LISTS
from delegation_guard.checks.gating.switches import SWITCHES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delegation_guard.checks.gating.sided import Loss, Sided

KINDS = {**SWITCHES, **LISTS}


def lost(sided: Sided) -> Iterator[Loss]:
    """How a setting is weaker, nothing when it is not."""
    yield from KINDS[sided.setting.kind](sided)
