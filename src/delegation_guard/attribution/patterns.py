"""The flat file the hooks' first look rests on: a policy's attribution patterns, keyed by the policy's blob id."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from delegation_guard.attribution.glance import HEADER

if TYPE_CHECKING:
    from delegation_guard.model.policy import Policy


def lines(policy: Policy) -> tuple[str, ...]:
    """A policy's attribution as `glance` reads it. A pattern the first look cannot read makes it look closer."""
    found = [f"delegate {word}" for word in policy.delegates] + [f"branch {glob}" for glob in policy.branches]
    if policy.require_spec:
        found.append("require_spec")
    if policy.attribution == "closed":
        found.append("attribution closed")
    return tuple(line if line.isprintable() else "unreadable" for line in found)


def write_patterns(state_dir: str | os.PathLike[str], policy_blob: str, policy: Policy) -> None:
    """Keep a policy's patterns for the hooks and forget those of other policies.

    Nothing is written without a policy (`policy_blob` ""), nor when the file is right already. A cache: a folder that
    cannot be written is no error, the hooks then look closer every time.
    """
    if not policy_blob:
        return
    folder = Path(state_dir)
    path = folder / f"attribution-{policy_blob}"
    text = "\n".join((HEADER, *lines(policy))) + "\n"
    try:
        if path.exists() and path.read_text(encoding="utf-8") == text:
            return
        folder.mkdir(parents=True, exist_ok=True)
        temporary = folder / f"{path.name}.{os.getpid()}.tmp"
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
        for old in folder.glob("attribution-*"):
            if old != path:
                old.unlink(missing_ok=True)
    except OSError:
        return
