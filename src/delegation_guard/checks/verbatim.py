"""The common case, told from the text alone: every block was typed in exactly where the text it replaces stood."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from delegation_guard.checks.blocks import Pair

_ELIDED = ("...", "…")


def verbatim(pairs: Sequence[Pair], base: str, head: str) -> bool:
    """Whether `head` is `base` with every old block, whole lines that stand there once, exchanged for its new one.

    Then base, blocks and head differ in nothing that reading them could find. False says nothing: so is every case
    that needs a closer look (a block without its old text, elided code, an import to be taken out, old text that the
    new one or another place still holds).
    """
    text = f"\n{base}"
    for pair in pairs:
        if pair.before is None or pair.new is None:
            return False
        old, new = pair.before.text, pair.new.text
        if text.count(f"\n{old}") != 1 or any(mark in old + new for mark in _ELIDED) or "import" in old:
            return False
        text = text.replace(f"\n{old}", f"\n{new}", 1)
    return text == f"\n{head}" and not any(pair.before and f"\n{pair.before.text}" in text for pair in pairs)
