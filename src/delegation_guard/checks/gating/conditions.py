"""Whether conditions under which a command runs hold less often than before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from delegation_guard.checks.gating.effects import Effect

if TYPE_CHECKING:
    from collections.abc import Iterable

_NEVER = re.compile(
    r"^(if|condition|when|only_if)?:?\s*(\$\{\{)?\s*['\"]?(false|never|0|\(false\)|"
    r"failed\(\)|failure\(\)|manual|1 == 2|on_failure)['\"]?\s*(\}\})?$",
    re.I,
)
_NEVER_SHELL = re.compile(r"^(false|\[ \d+ -eq \d+ \]|test 1 = 0|not \(true\)|not \(:\))$")
_MAYBE = re.compile(
    r"steps\.|needs\.|outputs|draft|github\.repository\b|repository_owner|\bactor\b|fork|"
    r"dependabot|matrix\.|inputs\.|changes|hashFiles|"
    r"exists|merge_request|pull_request|runner\.|^\[|^\[\[|^test |^command |^which |^not \(|^grep |variables\[|env\.|"
    r"vars\.|secrets\.",
    re.I,
)
_TRIGGERS = {"only", "except", "rules", "when"}
_NARROW_MATRIX = re.compile(r"matrix\.(os|python|node|platform|version)|runner\.os", re.I)


def weaker_conditions(before: Iterable[str], after: Iterable[str]) -> list[Effect]:
    """The conditions that came, as effects: one that never holds is sure, one on outputs or in a script doubtful."""
    old = {_plain(text) for text in before}
    found = []
    for text in after:
        if _plain(text) in old:
            continue
        if (
            _NEVER.match(text.strip())
            or _NEVER_SHELL.match(text.strip())
            or '"never"' in text
            and text.startswith("rules")
            and text.count("if") == 0
        ):
            found.append(Effect("ci-narrowed", f"never runs by itself: `{text}`"))
            continue
        if not text.startswith(("if", "when", "condition", "only", "except", "rules", "skip", "branches", "filters")):
            found.append(Effect("ci-narrowed", f"runs only if `{text}`", "doubtful"))
            continue
        key = text.partition(":")[0]
        changed = any(other.partition(":")[0] == key or {other.partition(":")[0], key} <= _TRIGGERS for other in old)
        maybe = bool(_MAYBE.search(text)) and not _NARROW_MATRIX.search(text)
        found.append(
            Effect(
                "ci-narrowed",
                f"runs only under a new condition: `{text[:80]}`",
                "doubtful" if maybe or changed else "sure",
            )
        )
    return found


def _plain(text: str) -> str:
    return re.sub(r"\s+|^\w+:\s*\$\{\{|\}\}$", "", text)
