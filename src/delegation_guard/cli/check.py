"""Judge a change: the work tree, what is staged, a range of commits or a diff."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from delegation_guard import gather
from delegation_guard.cli.clock import today
from delegation_guard.cli.output import emit, show, under_agent
from delegation_guard.cli.permission import explain
from delegation_guard.engine import judge, registered
from delegation_guard.errors import GuardError, UsageError
from delegation_guard.repo.repository import Repository
from delegation_guard.report import REPORTERS

if TYPE_CHECKING:
    import argparse

    from delegation_guard.model.inputs import Inputs
    from delegation_guard.model.policy import Policy

NAME = "check"
HELP = "judge a change against its spec, or with --no-spec by the rules that need none"
SPECLESS = ("tests", "gates", "honesty", "guard")


def configure(parser: argparse.ArgumentParser) -> None:
    what = parser.add_argument_group("what to judge (default: --worktree)").add_mutually_exclusive_group()
    what.add_argument("range", nargs="?", metavar="A..B", help="a range of commits, A..B or A...B")
    what.add_argument("--worktree", action="store_true", help="index, unstaged and untracked files together")
    what.add_argument("--staged", action="store_true", help="what the next commit would hold")
    what.add_argument("--diff", metavar="FILE", help="a diff (- for standard input), applied to HEAD")
    spec = parser.add_argument_group("against what").add_mutually_exclusive_group()
    spec.add_argument("--spec", metavar="PATH", help="this spec, instead of the hand-off's or the commits' own")
    spec.add_argument("--no-spec", action="store_true", help="no spec: only the rules that need none")
    parser.add_argument("--path", metavar="FILE", help="may this file be touched? answers before the edit")
    parser.add_argument(
        "--rules", metavar="NAMES", default="", help="only these families or rule ids (comma-separated)"
    )
    parser.add_argument("--policy", metavar="FILE", help="this policy, instead of the base side's")
    parser.add_argument("--format", choices=sorted(REPORTERS), default="terminal")
    parser.add_argument("--output", metavar="FILE", default="", help="write the report there")
    parser.add_argument("-C", metavar="REPO", default=None, help="the repository (default: here)")


def main(arguments: argparse.Namespace) -> int:
    families = _families(arguments.rules)
    repo = Repository.find(arguments.C)
    if arguments.path:
        text, allowed = explain(repo, arguments.path, arguments.spec)
        emit(text)
        return 0 if allowed else 1
    inputs, policy = _gathered(repo, arguments, families)
    report = judge(inputs, policy, today())
    show(report, arguments.format, path=arguments.output)
    return report.exit_code


def _gathered(repo: Repository, arguments: argparse.Namespace, families: tuple[str, ...]) -> tuple[Inputs, Policy]:
    common = {
        "spec": arguments.spec, "no_spec": arguments.no_spec, "policy_path": arguments.policy,
        "families": families or (SPECLESS if arguments.no_spec else ()), "agent_reader": under_agent(),
    }  # fmt: skip
    if arguments.range:
        return gather.commit_range(repo, arguments.range, occasion="final", **common)
    if arguments.staged:
        return gather.staged(repo, message=None, author="", occasion="commit", **common)
    if arguments.diff:
        return gather.patch(repo, _diff(arguments.diff), occasion="final", **common)
    return gather.worktree(repo, occasion="commit", **common)


def _diff(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        with open(name, "rb") as file:
            return file.read()
    except OSError as error:
        raise GuardError(
            f"{name} cannot be read: {error.strerror}", "name a diff file, or - for standard input"
        ) from None


def _families(names: str) -> tuple[str, ...]:
    wanted = tuple(name.strip() for name in names.split(",") if name.strip())
    known = {rule.id for check in registered() for rule in check.rules}
    families = {name.partition("/")[0] for name in known} | {*SPECLESS, "model"}
    for name in wanted:
        if name not in known and name not in families:
            raise UsageError(
                f"there is no rule or family {os.fsdecode(os.fsencode(name))}", "list them: delegation-guard rules"
            )
    return wanted
