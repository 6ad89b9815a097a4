"""What a comparison of two sides finds: one fact for each thing that got weaker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from delegation_guard.model.finding import Certainty


@dataclass(frozen=True)
class Fact:
    """One weakening. `rule` is the part of the rule's id after the slash.

    `path`, `line`, `side`: where to look. `base_path`: the file it stood in before. `before`, `after`: exact texts.
    `kind`: `expectation` (another expected value), `inputs` (another subject), `removed`,
    `replaced` (gone, and as much that is new says something else) or "". `subjects`: for each lost
    assertion the dotted names and attributes it is about. `scope`: the head text of the whole test, "" when it is gone.
    """

    rule: str
    message: str
    path: str
    line: int
    side: str
    before: str = ""
    after: str = ""
    certainty: Certainty = "sure"
    kind: str = ""
    subjects: tuple[frozenset[str], ...] = ()
    base_path: str = ""
    scope: str = ""
    test: str = ""


def brief(text: str, limit: int = 160) -> str:
    """A source text in one line of bounded length."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"
