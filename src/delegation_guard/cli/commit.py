"""The commit hooks of a commit that has to do with a delegate: judge what is staged, write trailers in a hand-off."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from delegation_guard import gather
from delegation_guard.attribution import record
from delegation_guard.attribution.claims import claims
from delegation_guard.checks.receipt import awaits_hooks
from delegation_guard.cli import verdicts
from delegation_guard.cli.activation import hook_is_active
from delegation_guard.cli.clock import today
from delegation_guard.cli.output import show, under_agent
from delegation_guard.cli.retry import commit_command
from delegation_guard.engine import judge
from delegation_guard.errors import GuardError
from delegation_guard.repo.index import staged_tree
from delegation_guard.repo.merges import clean_merge, merge_head
from delegation_guard.repo.repository import Repository

if TYPE_CHECKING:
    from delegation_guard.model.inputs import Inputs
    from delegation_guard.model.report import Report


def author() -> str:
    """Whom git is about to record as the author, as it tells its hooks."""
    return f"{os.environ.get('GIT_AUTHOR_NAME', '')} <{os.environ.get('GIT_AUTHOR_EMAIL', '')}>"


def pre_commit(_: list[str]) -> int:
    """Judge the staged change of an active hand-off, and keep the verdict for commit-msg.

    Blocks when no commit-msg hook is active: only that stage sees tree and message together.
    """
    repo = Repository.find()
    if not hook_is_active(repo, "commit-msg"):
        raise GuardError(
            "a hand-off is active, but no commit-msg hook of delegation-guard: nothing would judge the commit",
            "delegation-guard init --yes   (with pre-commit: pre-commit install --hook-type commit-msg)",
        )
    return _judge_staged(repo, None)


def commit_msg(arguments: list[str]) -> int:
    """Judge the staged change together with its message."""
    return _judge_staged(Repository.find(), _message(arguments[0]))


def claims_a_spec(arguments: list[str]) -> int:
    """1 when the message makes a claim, 0 when it only holds a word that looks like one ("delegation-specific")."""
    return int(bool(claims(_message(arguments[0]), comments=True)))


def suspected(arguments: list[str]) -> int:
    """Judge a commit that claims nothing but looks like a delegate's; the caller turns faults into one line."""
    return _judge_staged(Repository.find(), _message(arguments[0]))


def prepare_commit_msg(arguments: list[str]) -> int:
    """In a hand-off, add the trailers that bind the commit to its spec, unless they are there already."""
    repo = Repository.find()
    active = record.read(repo.state_dir)
    if active is None or not arguments:
        return 0
    path, source = arguments[0], arguments[1] if len(arguments) > 1 else ""
    if source in ("merge", "squash") and _is_clean_merge(repo):
        return 0
    message = _message(path)
    if any(claim.spec for claim in claims(message, comments=True)):
        return 0
    name = active.spec_path if active.committed else active.task
    lines = [f"Delegation-Spec: {active.task if active.committed else name}@sha256:{active.spec_sha256}"]
    lines += [
        f"Delegation-{key}: {value}"
        for key, value in (("Agent", active.agent), ("Phase", active.phase), ("Model", active.model))
        if value
    ]
    repo.git(
        "-c", "trailer.ifexists=addIfDifferent", "interpret-trailers", "--in-place",
        *(part for line in lines for part in ("--trailer", line)), os.path.abspath(path),
    )  # fmt: skip
    return 0


def _is_clean_merge(repo: Repository) -> bool:
    head, others = repo.head(), merge_head(repo)
    return bool(head and others) and clean_merge(repo, (head or "", *others)) == staged_tree(repo)


def _judge_staged(repo: Repository, message: str | None) -> int:
    inputs, policy = gather.staged(
        repo, message=message, spec=None, no_spec=False, author=author(), occasion="commit",
        families=(), agent_reader=under_agent(),
    )  # fmt: skip
    inputs = _with_commands(inputs if message is not None else _before_other_hooks(inputs))
    key = verdicts.key_of(inputs, policy)
    known = verdicts.known(repo.state_dir, key)
    if known is not None and message is not None:
        return known
    report = judge(inputs, policy, today())
    if worth_saying(report):
        show(report, stream=sys.stderr)
    verdicts.keep(repo.state_dir, key, report.exit_code)
    return report.exit_code


def worth_saying(report: Report) -> bool:
    """Whether a hook has anything to print: silence is the answer to a commit with nothing above a note."""
    return bool(report.exit_code or report.crashes or any(one.level in ("warning", "error") for one in report.rulings))


def _before_other_hooks(inputs: Inputs) -> Inputs:
    """At pre-commit other hooks may still rewrite the tree; when the receipt waits for that, commit-msg asks for it."""
    subjects = tuple(
        replace(one, receipt_required=one.receipt_required and not any(awaits_hooks(r, one) for r in one.receipts))
        for one in inputs.subjects
    )
    return replace(inputs, subjects=subjects)


def _with_commands(inputs: Inputs) -> Inputs:
    command = commit_command()
    return replace(inputs, subjects=tuple(replace(one, retry_command=command) for one in inputs.subjects))


def _message(path: str) -> str:
    with open(path, "rb") as file:
        return file.read().decode("utf-8", "surrogateescape")
