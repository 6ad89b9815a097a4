"""Comments that tell this guard to look away."""

from __future__ import annotations

import re

MARK = r"(?:#|//|/\*|\*|--|;|<!--|%|\{/\*|\"|')"
VERB = r"(?:ignore|disable|skip|off|allow|waive|suppress|nocheck|no-check|exempt|pass)"
FAMILY = r"(?:spec|scope|fidelity|tests|gates|honesty|guard|receipt|model)"
IGNORE = re.compile(
    rf"{MARK}.*?(?:delegation[-_ ]?guard\s*[:=_\s-]\s*{VERB}\b|\bguard\s*[:=]\s*{VERB}\b"
    rf"|\b(?:noqa|ignore|disable|nosec|suppress|waive)\s*[:=\[(]\s*(?:delegation[-_ ]?guard|{FAMILY}/[a-z]))",
    re.IGNORECASE,
)


def ignore_comments(before: str, after: str) -> tuple[tuple[int, str], ...]:
    """(1-based line, text) of new comments that tell this guard to look away."""
    left: dict[str, int] = {}
    for line in before.splitlines():
        if IGNORE.search(line):
            left[line.strip()] = left.get(line.strip(), 0) + 1
    found = []
    for number, line in enumerate(after.splitlines(), 1):
        if not IGNORE.search(line):
            continue
        left[line.strip()] = left.get(line.strip(), 0) - 1
        if left[line.strip()] < 0:
            found.append((number, line.strip()))
    return tuple(found)
