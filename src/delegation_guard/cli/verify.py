"""Run the spec's VERIFY commands independently, in a fresh checkout of exactly one tree, and note the receipt."""

from __future__ import annotations

import os
import shlex
import sys
import tempfile
from dataclasses import replace
from typing import TYPE_CHECKING

from delegation_guard import __version__
from delegation_guard.cli.clock import now
from delegation_guard.cli.main import printable
from delegation_guard.cli.output import emit, under_agent
from delegation_guard.cli.progress import Shown
from delegation_guard.cli.target import Target, policy_at, resolve
from delegation_guard.errors import GitError, GuardError, UsageError
from delegation_guard.evidence.receipts import line_of, store, store_standard
from delegation_guard.repo.diff import between
from delegation_guard.repo.index import staged_tree
from delegation_guard.repo.repository import Repository
from delegation_guard.verify.formatters import after_hooks
from delegation_guard.verify.request import Request
from delegation_guard.verify.roots import propose
from delegation_guard.verify.runner import run

if TYPE_CHECKING:
    import argparse

    from delegation_guard.model.contract import Contract
    from delegation_guard.model.receipt import Receipt
    from delegation_guard.verify.formatters import Rewriting

NAME = "verify"
HELP = "run the spec's VERIFY commands in a fresh checkout of exactly one tree, and note the receipt"


def configure(parser: argparse.ArgumentParser) -> None:
    what = parser.add_argument_group("what to verify (default: --worktree)").add_mutually_exclusive_group()
    what.add_argument("name", nargs="?", metavar="COMMIT|TREE", help="a commit or a tree")
    what.add_argument("--worktree", action="store_true", help="index, unstaged and untracked files together")
    what.add_argument("--staged", action="store_true", help="what the next commit would hold")
    parser.add_argument("--spec", metavar="PATH", help="this spec, instead of the commit's or the hand-off's own")
    parser.add_argument("--base", metavar="COMMIT|TREE", help="where the work began, and whose policy applies")
    parser.add_argument("--sign", metavar="KEY", default="", help="sign the receipt with this SSH key file")
    parser.add_argument("-C", metavar="REPO", default=None, help="the repository (default: here)")


def main(arguments: argparse.Namespace) -> int:
    if arguments.sign and not os.path.isfile(arguments.sign):
        raise UsageError(f"there is no key file {arguments.sign}", "make one: ssh-keygen -t ed25519 -f KEY")
    repo = Repository.find(arguments.C)
    target = resolve(repo, arguments.name, arguments.spec, staged=arguments.staged, base=arguments.base)
    if arguments.name is None or _is_staged(repo, target.tree):
        target, rewriting = _through_hooks(repo, target)
        receipt = _verified(repo, target, key=arguments.sign, rewriting=rewriting)
    else:
        receipt = _verified(repo, target, key=arguments.sign)
    return 0 if receipt.passed else 1


def verified(
    repo: Repository, tree: str, contract: Contract, *, base_tree: str, keep: bool = True, key: str = "",
    uncommitted: bool = False,
) -> Receipt:  # fmt: skip
    """Run VERIFY on a tree, show it, and note the receipt when `keep`. The policy is the base tree's.

    `uncommitted`: the tree is still to be committed, so it is verified as the other commit hooks will leave it.
    """
    target = Target(tree, base_tree, contract, policy_at(repo, base_tree))
    if not uncommitted:
        return _verified(repo, target, keep=keep, key=key)
    target, rewriting = _through_hooks(repo, target)
    return _verified(repo, target, keep=keep, key=key, rewriting=rewriting)


def _is_staged(repo: Repository, tree: str) -> bool:
    """Whether a tree is what the next commit would hold: then naming it means no more than --staged."""
    try:
        return bool(repo.root) and staged_tree(repo) == tree
    except GitError:
        return False  # unresolved conflicts: nothing can be committed, and the tree was named all the same


def _through_hooks(repo: Repository, target: Target) -> tuple[Target, Rewriting]:
    """The target as the repository's other commit hooks leave it, and what they did."""
    done = after_hooks(
        repo, target.tree, repo.head_tree(), environment=dict(os.environ), limits=target.policy.verify.limits,
        parent=_parent(repo.root), progress=Shown(sys.stdout),
    )  # fmt: skip
    if done.problem:
        emit(f"The commit hooks are left out: {done.problem}.")
    if done.files:
        names = f"{', '.join(done.files[:3])}{' ...' if len(done.files) > 3 else ''}"
        hooks = ", ".join(done.hooks)
        emit(printable(f"The commit hooks ({hooks}) rewrite {names}: VERIFY runs on the tree after them."))
    return replace(target, tree=done.tree), replace(done, tree=target.tree)


def _verified(
    repo: Repository, target: Target, *, keep: bool = True, key: str = "", rewriting: Rewriting | None = None
) -> Receipt:
    """Everything is loaded and read before the first command starts; afterwards nothing is imported.

    What a command changes on disk, this program included, reaches no verdict.
    """
    changes = between(repo, target.base_tree or repo.empty_tree(), target.tree)
    live = "" if os.environ.get("CI", "").lower() in ("true", "1") else repo.root
    request = Request(
        repo=repo, tree=target.tree, base_tree=target.base_tree, contract=target.contract, policy=target.policy,
        environment=dict(os.environ), clock=now, progress=Shown(sys.stdout), live=live,
        touched=frozenset(file.path for file in changes), runner=repo.config("user.email"), tool_version=__version__,
        parent=_parent(live),
    )  # fmt: skip
    steps = _next_steps(repo, target)
    emit(f"VERIFY of {target.contract.task} on tree {target.tree[:12]}, in a checkout of its own:")
    receipt = run(request)
    if rewriting and rewriting.files:
        receipt = replace(receipt, before_hooks=rewriting.tree, hooks=rewriting.hooks)
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
    if not receipt.passed:
        emit(f"  next: {steps[receipt.whose]}")
    elif receipt.before_hooks:
        emit("  next: commit as usual; when the hooks stop the commit, git add -u what they changed and commit again")


def _next_steps(repo: Repository, target: Target) -> dict[str, str]:
    """What to do, by whose failure it is; made beforehand, since it needs the repository."""
    named = f" --spec {shlex.quote(target.contract.path)}" if target.contract.trust == "caller" else ""
    again, anew = f"delegation-guard verify {target.tree}{named}", f"delegation-guard verify{named}"
    steps = {
        "": "run it where it can be isolated, or ask the policy's owner about verify.isolation",
        "delegate": f"mend what failed in the files the spec lists and verify again ({anew}), or STOP and report it",
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
