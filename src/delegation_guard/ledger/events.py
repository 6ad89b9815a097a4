"""One JSON object a line in `$GIT_DIR/delegation-guard/ledger.jsonl`; a record for people, trusted by nothing."""

from __future__ import annotations

import json
import os
from typing import Any

from delegation_guard.errors import GuardError


def append(state_dir: str, kind: str, at: str, **facts: Any) -> None:
    """Append one event. `at` is an ISO time, `kind` a word such as `handoff-amended`; facts must be JSON values."""
    line = json.dumps({"kind": kind, "at": at, **facts}, ensure_ascii=False, sort_keys=True)
    try:
        os.makedirs(state_dir, exist_ok=True)
        with open(os.path.join(state_dir, "ledger.jsonl"), "a", encoding="utf-8", errors="surrogateescape") as file:
            file.write(line + "\n")
    except OSError as error:
        raise GuardError(
            f"the ledger in {state_dir} cannot be written: {error.strerror}", "check its permissions"
        ) from None


def read(state_dir: str) -> tuple[dict[str, Any], ...]:
    """Every event in order. A line that is not a JSON object is skipped: one torn line must not hide the others."""
    try:
        with open(os.path.join(state_dir, "ledger.jsonl"), encoding="utf-8", errors="surrogateescape") as file:
            lines = file.read().splitlines()
    except FileNotFoundError:
        return ()
    events = []
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            events.append(event)
    return tuple(events)
