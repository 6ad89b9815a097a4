"""How a report is shown, and to whom."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """`width` is in columns. `agent`: the delegate itself reads this, so only its own exit is named."""

    colour: bool = False
    width: int = 100
    agent: bool = False
