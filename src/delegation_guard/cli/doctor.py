"""Is this installation able to block anything, and what is a local gate worth?"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from delegation_guard import __version__
from delegation_guard.attribution import record
from delegation_guard.cli.activation import hook_is_active
from delegation_guard.cli.editing import STAGES
from delegation_guard.cli.output import emit
from delegation_guard.errors import GuardError, PolicyError
from delegation_guard.policy.load import DEFAULT, load
from delegation_guard.repo.index import hidden
from delegation_guard.repo.repository import Repository

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from delegation_guard.model.policy import Policy

NAME = "doctor"
HELP = "say whether this installation can block anything, and what the local gate is worth"

WORTH = """\
What the local gate is worth: it stops a delegate that is careless, not one that is hostile. Whoever runs commands here
as you can commit with --no-verify, set core.hooksPath, drop the trailers, delete the hand-off record or edit this
program. It catches what happens by accident, early and with a message that helps; only a check that runs elsewhere,
from the base branch's policy, is an authority."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing looked at: whether it is as it should be (None = neither good nor bad), and what to do about it."""

    good: bool | None
    text: str
    remedy: str = ""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-C", metavar="REPO", default=None, help="the repository (default: here)")


def main(arguments: argparse.Namespace) -> int:
    repo = Repository.find(arguments.C)
    observations = list(observe(repo))
    for seen in observations:
        mark = {True: "ok  ", False: "no  ", None: "--  "}[seen.good]
        emit(f"{mark}{seen.text}")
        if seen.remedy:
            emit(f"      next: {seen.remedy}")
    able = not any(seen.good is False for seen in observations)
    emit("")
    emit("A delegated commit can be blocked here." if able else "As it stands, nothing is sure to be blocked here.")
    emit(WORTH)
    return 0 if able else 1


def observe(repo: Repository) -> Iterator[Observation]:
    """Everything that decides whether a commit here would be judged; reads, and changes nothing."""
    yield Observation(None, f"delegation-guard {__version__}, repository {repo.root or repo.git_dir}")
    yield _program()
    hooks_path = repo.config("core.hooksPath")
    if hooks_path:
        yield Observation(None, f"core.hooksPath is {hooks_path}: git looks for hooks there only")
    for stage in STAGES:
        yield _hook(repo, stage)
    yield from _policy(repo)
    yield from _state(repo)


def _program() -> Observation:
    found = shutil.which("delegation-guard")
    if found:
        return Observation(True, f"the hooks will find the program: {found}")
    return Observation(
        False, "delegation-guard is not on PATH, so plain hooks cannot run it", "pipx install delegation-guard"
    )


def _hook(repo: Repository, stage: str) -> Observation:
    if hook_is_active(repo, stage):
        return Observation(True, f"the {stage} hook is active")
    path = os.path.join(repo.hooks_dir(), stage)
    remedy = "delegation-guard init   (with pre-commit, afterwards: pre-commit install)"
    if os.path.isfile(path) and not os.access(path, os.X_OK):
        return Observation(False, f"the {stage} hook is not executable, so git skips it: {path}", f"chmod +x {path}")
    if os.path.isfile(path):
        return Observation(False, f"the {stage} hook does not call delegation-guard: {path}", remedy)
    return Observation(False, f"there is no {stage} hook", remedy)


def _policy(repo: Repository) -> Iterator[Observation]:
    with repo.objects() as objects:
        data = objects.read(repo.head_tree(), ".delegation/policy.yaml")
    if data is None:
        yield Observation(None, "HEAD has no .delegation/policy.yaml: the embedded default applies")
        policy: Policy = DEFAULT
    else:
        try:
            policy = load(data, ".delegation/policy.yaml")
        except PolicyError as error:
            yield Observation(False, error.message, error.hint)
            return
        yield Observation(True, "the policy of HEAD can be read")
    blocks = policy.mode == "block"
    yield Observation(
        blocks or None, f"mode is {policy.mode}" + ("" if blocks else ": findings are printed, and nothing is stopped")
    )
    yield Observation(
        None, f"a delegated commit needs a receipt: {policy.verify.on_commit}, at least {policy.verify.commit_tier}"
    )


def _state(repo: Repository) -> Iterator[Observation]:
    try:
        active = record.read(repo.state_dir)
    except GuardError as error:
        yield Observation(False, error.message, error.hint)
        return
    yield Observation(None, f"a hand-off of {active.task} is active" if active else "no hand-off is active")
    if repo.is_shallow():
        yield Observation(None, "this clone is shallow: ranges cannot be judged here", "git fetch --unshallow")
    flagged = hidden(repo)
    if flagged:
        names = ", ".join(flagged[:3]) + (" ..." if len(flagged) > 3 else "")
        yield Observation(
            False, f"{len(flagged)} files are hidden from git status (assume-unchanged or skip-worktree): {names}",
            "git update-index --no-assume-unchanged --no-skip-worktree FILE",
        )  # fmt: skip
