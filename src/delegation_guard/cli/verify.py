"""Run the spec's VERIFY commands independently, in a fresh checkout of exactly one tree, and note the receipt."""

from __future__ import annotations

import os
import shlex
import sys
import tempfile
from typing import TYPE_CHECKING

from delegation_guard import __version__
from delegation_guard.cli.clock import now
from delegation_guard.cli.main import printable
from delegation_guard.cli.output import emit, under_agent
from delegation_guard.cli.progress import Shown
from delegation_guard.cli.target import Target, policy_at, resolve
from delegation_guard.errors import GuardError, UsageError
from delegation_guard.evidence.receipts import line_of, store, store_standard
from delegation_guard.repo.diff import between
from delegation_guard.repo.repository import Repository
from delegation_guard.verify.request import Request
from delegation_guard.verify.roots import propose
from delegation_guard.verify.runner import run

if TYPE_CHECKING:
    import argparse

    from delegation_guard.model.contract import Contract
    from delegation_guard.model.receipt import Receipt

NAME = "verify"
HELP = "run the spec's VERIFY commands in a fresh checkout of exactly one tree, and note the receipt"
PASSED = ("PASSED", "WARNED")


def configure(parser: argparse.ArgumentParser) -> None:
    what = parser.add_argument_group("what to verify (default: --worktree)").add_mutually_exclusive_group()
    what.add_argument("name", nargs="?", metavar="COMMIT|TREE", help="a commit or a tree")
    what.add_argument("--worktree", action="store_true", help="index, unstaged and untracked files together")
    what.add_argument("--staged", action="store_true", help="what the next commit would hold")
    parser.add_argument("--spec", metavar="PATH", help="this spec, instead of the commit's or the hand-off's own")
    parser.add_argument("--sign", metavar="KEY", default="", help="sign the receipt with this SSH key file")
    parser.add_argument("-C", metavar="REPO", default=None, help="the repository (default: here)")


def main(arguments: argparse.Namespace) -> int:
    if arguments.sign and not os.path.isfile(arguments.sign):
        raise UsageError(f"there is no key file {arguments.sign}", "make one: ssh-keygen -t ed25519 -f KEY")
    repo = Repository.find(arguments.C)
    target = resolve(repo, arguments.name, arguments.spec, staged=arguments.staged)
    receipt = _verified(repo, target, key=arguments.sign)
    return 0 if receipt.result in PASSED else 1


def verified(
    repo: Repository, tree: str, contract: Contract, *, base_tree: str, keep: bool = True, key: str = ""
) -> Receipt:
    """Run VERIFY on a tree, show it, and note the receipt when `keep`. The policy is the base tree's."""
    return _verified(repo, Target(tree, base_tree, contract, policy_at(repo, base_tree)), keep=keep, key=key)


def _verified(repo: Repository, target: Target, *, keep: bool = True, key: str = "") -> Receipt:
    """Everything is loaded and read before the first command starts; afterwards nothing is imported.

    What a command changes on disk, this program included, reaches no verdict.
    """
    changes = between(repo, target.base_tree or repo.empty_tree(), target.tree)
    request = Request(
        repo=repo, tree=target.tree, base_tree=target.base_tree, contract=target.contract, policy=target.policy,
        environment=dict(os.environ), clock=now, progress=Shown(sys.stdout), live=repo.root,
        touched=frozenset(file.path for file in changes), runner=repo.config("user.email"), tool_version=__version__,
        parent=_parent(repo.root),
    )  # fmt: skip
    steps = _next_steps(repo, target)
    emit(f"VERIFY of {target.contract.task} on tree {target.tree[:12]}, in a checkout of its own:")
    receipt = run(request)
    if keep:
        _keep(repo, receipt, key)
    _tell(receipt, steps, keep=keep, signed=bool(key))
    return receipt


def _parent(live: str) -> str | None:
    """A folder for the checkout on the same file system as the live tree, so that dependencies need no copying.

    Never inside the live tree: programs look for modules and settings in the folders above.
    """
    cache = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "delegation-guard")
    if not live or os.stat(live).st_dev == os.stat(tempfile.gettempdir()).st_dev:
        return None
    try:
        os.makedirs(cache, mode=0o700, exist_ok=True)
        near = os.stat(live).st_dev == os.stat(cache).st_dev
    except OSError:
        return None  # copying is only slower
    inside = os.path.realpath(cache).startswith(os.path.realpath(live) + os.sep)
    return cache if near and not inside else None


def _keep(repo: Repository, receipt: Receipt, key: str) -> None:
    store(repo, receipt, line_of(receipt, key))
    if key:
        store_standard(repo, receipt, key)


def _tell(receipt: Receipt, steps: dict[str, str], *, keep: bool, signed: bool) -> None:
    kind = "signed" if signed else "unsigned"
    noted = f"; {kind} receipt, isolation {receipt.isolation}" if keep else ""
    whose = f" ({receipt.whose})" if receipt.whose else ""
    emit(f"{receipt.result}{whose}{noted}")
    if receipt.problem:
        emit(f"  {printable(receipt.problem)}")
    for name in receipt.flaky:
        emit(f"  excused: {printable(name)}")
    if receipt.result not in PASSED:
        emit(f"  next: {steps[receipt.whose]}")


def _next_steps(repo: Repository, target: Target) -> dict[str, str]:
    """What to do, by whose failure it is; made beforehand, since it needs the repository."""
    named = f" --spec {shlex.quote(target.contract.path)}" if target.contract.trust == "caller" else ""
    again = f"delegation-guard verify {target.tree}{named}"
    steps = {
        "": "run it where it can be isolated, or ask the policy's owner about verify.isolation",
        "delegate": f"mend what failed in the files the spec lists and verify again ({again}), or STOP and report it",
        "already-red": "STOP and report it: these failures are on the base too, and this task cannot cure them",
        "flaky": f"verify once more: {again}",
        "environment": f"make the commands runnable in a clean checkout, then verify again: {again}",
    }
    if under_agent():
        return steps
    steps["already-red"] = f"repair the base first, or name other commands in VERIFY; then {again}"
    steps["flaky"] += "; a known one can be listed under verify.flaky in .delegation/policy.yaml"
    steps["environment"] = f"{_proposal(repo, target)}; then {again}"
    return steps


def _proposal(repo: Repository, target: Target) -> str:
    try:
        with repo.objects() as objects:
            roots = propose(objects, target.tree)
    except GuardError:
        roots = ()
    lines = [f"{root.path}: {{setup: [{', '.join(root.setup)}]}}" for root in roots if root.setup]
    if not lines:
        return "say in .delegation/policy.yaml, under verify.roots, how a clean checkout is set up"
    return f"say in .delegation/policy.yaml how a clean checkout is set up: verify: {{roots: {{{', '.join(lines)}}}}}"
