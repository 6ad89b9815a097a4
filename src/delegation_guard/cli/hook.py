"""What the git hooks call: decide in a few milliseconds whether a commit has anything to do with a delegate.

Until that is known nothing but os, sys, subprocess and `loading` is imported, and nothing can stop the commit.
"""

import os
import sys

from delegation_guard.attribution.glance import claims_quickly, patterns, suspects_quickly
from delegation_guard.errors import UsageError
from delegation_guard.loading import load
from delegation_guard.repo.glance import glance

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from delegation_guard.repo.glance import Glance

STAGES = ("pre-commit", "prepare-commit-msg", "commit-msg", "pre-push")


def main(arguments: "Sequence[str]") -> int:
    """`hook STAGE [ARGUMENTS]`: exit 0 and silence unless the commit claims, or looks like, delegated work."""
    if not arguments or arguments[0] not in STAGES:
        raise UsageError(
            f"hook wants one of {', '.join(STAGES)}", "call it from a hook: delegation-guard hook commit-msg FILE"
        )
    stage, rest = arguments[0], list(arguments[1:])
    if stage == "pre-push":
        return _judge(".cli.push:main", [stage, *rest])
    seen = glance()
    if seen is None:
        return 0
    if stage != "commit-msg":
        return _judge(f".cli.commit:{stage.replace('-', '_')}", rest) if seen.has_handoff else 0
    if not rest:
        raise UsageError("hook commit-msg wants the message file", "install the hook again: delegation-guard init")
    with open(rest[0], "rb") as file:
        message = file.read()
    if seen.has_handoff or (claims_quickly(message) and _judge(".cli.commit:claims_a_spec", rest)):
        return _judge(".cli.commit:commit_msg", rest)
    if _suspected(seen, message):
        return _leniently(".cli.commit:suspected", rest)
    return 0


def _judge(entry: str, arguments: "list[str]") -> int:
    function: Callable[[list[str]], int] = load(entry)  # type: ignore[assignment]
    return function(arguments)


def _suspected(seen: "Glance", message: bytes) -> bool:
    """Whether to look closer. Decides nothing else: CI never reads the flat file this rests on."""
    known = patterns(os.path.join(seen.git_dir, "delegation-guard"), seen.policy_blob)
    author = f"{os.environ.get('GIT_AUTHOR_NAME', '')} <{os.environ.get('GIT_AUTHOR_EMAIL', '')}>"
    return known is None or suspects_quickly(author, message, seen.branch, known)


def _leniently(entry: str, arguments: "list[str]") -> int:
    """Judge a commit that claims nothing: whatever goes wrong is one line on standard error, and the commit goes on."""
    try:
        return _judge(entry, arguments)
    except Exception as error:
        text = " ".join(str(error).split()) or type(error).__name__
        print(f"delegation-guard: not judged, the commit goes on: {text[:300]}", file=sys.stderr)
        return 0
