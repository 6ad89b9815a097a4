"""The commit hook's first look: where are we, on which branch, under which policy blob; one git call.

Imports nothing heavy, because every commit of a person pays for it.
"""

from __future__ import annotations

import os

from delegation_guard.errors import GuardError
from delegation_guard.process import clean_environment, run

POLICY = "HEAD:.delegation/policy.yaml"


class Glance:
    """What `glance` saw. `root` "" = no work tree; `policy_blob` "" = none in HEAD; `branch` "" = detached HEAD."""

    __slots__ = ("branch", "git_dir", "has_handoff", "policy_blob", "root")

    def __init__(self, git_dir: str, root: str, policy_blob: str, branch: str, has_handoff: bool) -> None:
        self.git_dir = git_dir
        self.root = root
        self.policy_blob = policy_blob
        self.branch = branch
        self.has_handoff = has_handoff


def glance() -> Glance | None:
    """Look at the repository this process works in; None outside one, and whenever git does not answer.

    Decides nothing but whether to look closer: does not check that HEAD or the policy can be read, nor what the
    hand-off record says. The variables that git sets for hooks are kept.
    """
    try:
        lines = _ask("--absolute-git-dir", "--show-toplevel", POLICY)
        if not lines:
            return None
        if len(lines) != 3:
            # No work tree here (git stops at that question), or a line break in a path.
            git_dir = "\n".join(_ask("--absolute-git-dir"))
            lines = [git_dir, "\n".join(_ask("--show-toplevel")), (_ask(POLICY) or [""])[-1]]
        git_dir, root, blob = lines
        handoff = os.path.join(git_dir, "delegation-guard", "handoff.json")
        return Glance(git_dir, root, _oid(blob), _branch(git_dir), os.path.exists(handoff))
    except (GuardError, OSError):
        return None


def _ask(*questions: str) -> list[str]:
    # An unknown name ends git with an error, after it has printed the answers to the questions before.
    environment = clean_environment({"GIT_NO_REPLACE_OBJECTS": "1", "LC_ALL": "C"}, keep_git=True)
    return os.fsdecode(run(("git", "rev-parse", *questions), environment=environment).out).split("\n")[:-1]


def _oid(answer: str) -> str:
    return answer if len(answer) in (40, 64) and not answer.strip("0123456789abcdef") else ""


def _branch(git_dir: str) -> str:
    with open(os.path.join(git_dir, "HEAD"), "rb") as stream:
        head = stream.read(4096).decode("utf-8", "surrogateescape").strip()
    if head == "ref: refs/heads/.invalid":
        # Repositories with the reftable format keep the name elsewhere.
        environment = clean_environment(keep_git=True)
        done = run(("git", "symbolic-ref", "--quiet", "HEAD"), environment=environment)
        head = f"ref: {os.fsdecode(done.out).strip()}"
    return head.removeprefix("ref: refs/heads/") if head.startswith("ref: refs/heads/") else ""
