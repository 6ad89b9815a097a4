"""pre-push: rebase, cherry-pick and --no-verify leave commits unjudged, so every new commit is judged again."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from delegation_guard import gather
from delegation_guard.cli.clock import today
from delegation_guard.cli.commit import worth_saying
from delegation_guard.cli.output import show, under_agent
from delegation_guard.engine import judge
from delegation_guard.errors import GuardError, UsageError
from delegation_guard.repo.repository import Repository

if TYPE_CHECKING:
    from delegation_guard.model.inputs import Inputs
    from delegation_guard.model.policy import Policy

ZERO = set("0")


def main(arguments: list[str]) -> int:
    """Judge what a push would publish. Commits that claim nothing are left alone, whatever goes wrong with them."""
    repo = Repository.find()
    updates = _updates()
    if not updates:
        return 0
    claimed = gather.pushes_claims(repo, updates)
    try:
        inputs, policy = gather.pushed(repo, updates, agent_reader=under_agent())
        return _judged(inputs, policy)
    except Exception as error:
        if claimed:
            raise
        print(f"delegation-guard: not judged, the push goes on: {' '.join(str(error).split())[:300]}", file=sys.stderr)
        return 0


def _judged(inputs: Inputs, policy: Policy) -> int:
    if not inputs.subjects:
        return 0
    report = judge(inputs, policy, today())
    if worth_saying(report):
        show(report, stream=sys.stderr)
    return report.exit_code


def _updates() -> list[tuple[str, str]]:
    """(local id, remote id) of every ref pushed, "" for none: git's lines, or the hook framework's variables."""
    local = os.environ.get("PRE_COMMIT_TO_REF")
    if local:
        return [(local, _known(os.environ.get("PRE_COMMIT_FROM_REF", "")))]
    updates = []
    for line in sys.stdin.read().splitlines():
        words = line.split(" ")
        if len(words) != 4:
            raise UsageError("hook pre-push reads git's lines on standard input", "call it from a pre-push hook")
        if _known(words[1]):
            updates.append((words[1], _known(words[3])))
    if not updates and os.environ.get("PRE_COMMIT") == "1" and not os.environ.get("PRE_COMMIT_REMOTE_NAME"):
        raise GuardError(
            "the hook framework passed no refs to judge",
            "update pre-commit, or use the plain hook: delegation-guard init",
        )
    return updates


def _known(oid: str) -> str:
    return "" if set(oid) <= ZERO else oid
