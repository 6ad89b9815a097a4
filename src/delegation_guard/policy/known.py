"""A policy may name only rules that exist: a misspelt one would silently leave a level as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from delegation_guard.errors import PolicyError
from delegation_guard.loading import load

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from delegation_guard.model.policy import Policy


def refuse_unknown(policy: Policy, rules: Collection[str]) -> None:
    """Raise PolicyError for an entry of `levels` that is neither one of these rule ids nor a whole family."""
    for name in policy.levels:
        if "/" in name and name not in rules:
            closest = cast("Callable[..., list[str]]", load("difflib:get_close_matches"))(name, sorted(rules), n=1)
            hint = f"did you mean `{closest[0]}`?" if closest else "list them: delegation-guard rules"
            raise PolicyError(f"{policy.path}: `levels` names `{name}`, which is no rule of this version", hint)
