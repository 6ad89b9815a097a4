"""The independent run: the contract's commands on exactly one tree, and what the receipt says of it."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from delegation_guard.errors import SpecError
from delegation_guard.model.receipt import Receipt
from delegation_guard.verify.attempt import attempt
from delegation_guard.verify.blame import Blame, excused, judge
from delegation_guard.verify.request import Progress

if TYPE_CHECKING:
    from delegation_guard.verify.attempt import Attempt
    from delegation_guard.verify.request import Request

ISOLATION = "none"


def run(request: Request) -> Receipt:
    """Run every VERIFY command on `request.tree` and say how it ended, and on failure whose failure it is.

    A failed pass is repeated once on the same tree (more often where the policy allows reruns) and then made on the
    base. The receipt is unsigned and stored nowhere. Not isolated: the commands may do what this user may.
    """
    if not request.commands:
        raise SpecError(request.contract.path, 0, "VERIFY names no command", "add one command to VERIFY")
    started = request.clock()
    passes = [attempt(request, request.tree)]
    blame = _passed(request) if passes[0].passed else _failed(request, passes)
    first = passes[0]
    return Receipt(
        tree=request.tree,
        spec_sha256=request.contract.sha256,
        policy_sha256=request.policy.sha256,
        commands=first.runs,
        result=blame.result,
        base_tree=request.base_tree,
        whose=blame.whose,
        strength=_strength(first) if blame.result in ("PASSED", "WARNED") else 0,
        isolation=ISOLATION,
        carried=first.carried,
        started=started,
        finished=request.clock(),
        runner=request.runner,
        environment=_environment(first),
        tool_version=request.tool_version,
        problem=blame.problem,
        flaky=blame.flaky,
    )


def _passed(request: Request) -> Blame:
    if request.policy.verify.isolation == "required":
        return Blame("UNVERIFIED", "", f"the policy asks for an isolated run, and this one had isolation `{ISOLATION}`")
    return Blame("PASSED")


def _excused(request: Request, names: tuple[str, ...]) -> Blame:
    blame = _passed(request)
    return replace(blame, result="WARNED" if blame.result == "PASSED" else blame.result, flaky=names)


def _failed(request: Request, passes: list[Attempt]) -> Blame:
    """Why a first pass failed; `passes` gets the further ones on the same tree."""
    first, policy = passes[0], request.policy.verify
    if first.blocked:
        return Blame("UNVERIFIED", "environment", first.blocked)
    today = request.clock()[:10]
    if names := excused(first, policy.quarantine, today, request.touched, passed_again=False):
        return _excused(request, names)
    for number in range(max(policy.reruns, 1)):
        request.progress(Progress("phase", "the same tree again"))
        passes.append(attempt(request, request.tree))
        allowed = number < policy.reruns and passes[-1].passed
        names = excused(first, policy.quarantine, today, request.touched, passed_again=True) if allowed else ()
        if names:
            return _excused(request, names)
    if passes[-1].blocked:
        return Blame("UNVERIFIED", "environment", passes[-1].blocked)
    return judge(first, passes[-1], _base(request, passes[-1]))


def _base(request: Request, again: Attempt) -> Attempt | None:
    if again.passed or not request.base_tree:
        return None
    if request.base_tree == request.tree:
        return again
    request.progress(Progress("phase", "the base"))
    return attempt(request, request.base_tree)


def _strength(done: Attempt) -> int:
    """1 when a test ran; 2 and more are earned by replay and probes."""
    return int(any(run.tests is not None and run.tests.passed + run.tests.failed > 0 for run in done.runs))


def _environment(done: Attempt) -> tuple[tuple[str, str], ...]:
    system = os.uname()
    return (("platform", f"{system.sysname}-{system.machine}".lower()), ("variables", " ".join(done.variables)))
