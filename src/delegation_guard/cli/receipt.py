"""Show what is noted on a tree, and say whether any of it is evidence for a spec."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from delegation_guard.attest.statement import to_statement
from delegation_guard.checks import receipt as check
from delegation_guard.cli.main import printable
from delegation_guard.cli.output import emit
from delegation_guard.cli.progress import ended
from delegation_guard.cli.target import policy_at, read_spec
from delegation_guard.errors import EvidenceError, GuardError
from delegation_guard.evidence.receipts import ALLOWED_SIGNERS, found
from delegation_guard.model.change import Change
from delegation_guard.model.inputs import Expected, Subject
from delegation_guard.repo.notes import REF
from delegation_guard.repo.repository import Repository

if TYPE_CHECKING:
    import argparse

    from delegation_guard.model.receipt import Receipt

NAME = "receipt"
HELP = "show the receipts of a tree, or check whether one of them is evidence for a spec"


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    show = actions.add_parser("show", help="every receipt noted on a tree")
    show.add_argument("--format", choices=("terminal", "json"), default="terminal")
    verify = actions.add_parser("verify", help="exit 0 when a receipt proves that a spec's VERIFY passed on a tree")
    verify.add_argument("--spec", metavar="PATH", required=True, help="the spec it must be for")
    for action in (show, verify):
        action.add_argument("name", nargs="?", default="HEAD", metavar="TREE|COMMIT", help="default: HEAD")
        action.add_argument("--base", metavar="COMMIT", default="HEAD", help="whose policy and keys count (HEAD)")
        action.add_argument("--allowed-signers", metavar="FILE", help="these keys, instead of the base side's")
        action.add_argument("-C", metavar="REPO", default=None, help="the repository (default: here)")


def main(arguments: argparse.Namespace) -> int:
    repo = Repository.find(arguments.C)
    tree = repo.tree_of(arguments.name)
    if arguments.action == "show":
        return _show(repo, tree, arguments)
    return _verify(repo, tree, arguments)


def _show(repo: Repository, tree: str, arguments: argparse.Namespace) -> int:
    receipts = [one for one in _found(repo, tree, "", arguments) if one.tree == tree or one.tier == "claimed"]
    if receipts and all(one.tier == "claimed" for one in receipts):
        raise EvidenceError(
            f"what is noted on tree {tree[:12]} is no receipt that can be read: {receipts[-1].distrust}",
            f"look at it: git notes --ref={REF} show {tree}   and remove it: git notes --ref={REF} remove {tree}",
        )
    if arguments.format == "json":
        emit(json.dumps({"version": 1, "tree": tree, "receipts": [_json(receipt) for receipt in receipts]}, indent=2))
        return 0
    if not receipts:
        emit(f"No receipt is noted on tree {tree[:12]}.")
    for receipt in receipts:
        emit(printable(_text(receipt)))
    return 0


def _verify(repo: Repository, tree: str, arguments: argparse.Namespace) -> int:
    """Judged by the very check that judges commits."""
    contract = read_spec(repo, arguments.spec, tree)
    policy = policy_at(repo, repo.tree_of(arguments.base))
    commands = tuple((verify.command, verify.directory) for verify in contract.verify)
    with repo.objects() as objects:
        subject = Subject(
            f"tree {tree[:12]}", Change("commit", tree, tree, ()), objects, policy, standing="delegated",
            contract=contract, receipts=_found(repo, tree, contract.sha256, arguments),
            expected=Expected(tree, contract.sha256, policy.sha256, commands), receipt_required=True,
            verify_command=f"delegation-guard verify {tree} --spec {shlex.quote(arguments.spec)}",
        )  # fmt: skip
        findings = tuple(check.find(subject))
    wrong = [finding for finding in findings if finding.rule not in (check.EXCUSED.id, check.BESIDE.id)]
    for finding in findings:
        emit(printable(f"{finding.rule}: {finding.message}"))
        if finding.hint:
            emit(f"  next: {finding.hint}")
    if not wrong:
        emit(f"A receipt proves that VERIFY of {contract.task} passed on tree {tree[:12]}.")
    return 1 if wrong else 0


def _found(repo: Repository, tree: str, spec_sha256: str, arguments: argparse.Namespace) -> tuple[Receipt, ...]:
    base = repo.tree_of(arguments.base)
    if arguments.allowed_signers:
        try:
            signers: bytes | None = Path(arguments.allowed_signers).read_bytes()
        except OSError as error:
            name = arguments.allowed_signers
            raise GuardError(f"{name} cannot be read: {error.strerror}", "check the path") from None
    else:
        with repo.objects() as objects:
            signers = objects.read(base, ALLOWED_SIGNERS)
    return found(repo, tree, spec_sha256, policy_at(repo, base), signers)


def _text(receipt: Receipt) -> str:
    if receipt.tier == "claimed":
        return f"unreadable: {receipt.distrust}"
    by = f" by {receipt.signer}" if receipt.signer else f" by {receipt.key}" if receipt.key else ""
    lines = [
        f"{receipt.result}  {receipt.tier}{by}  {receipt.finished}",
        f"  tree {receipt.tree}  spec {receipt.spec_sha256[:12]}  policy {receipt.policy_sha256[:12] or 'default'}",
        *(ended(run) for run in receipt.commands),
        f"  strength {receipt.strength}, isolation {receipt.isolation}, delegation-guard {receipt.tool_version}",
    ]
    if receipt.before_hooks:
        lines.append(f"  tree {receipt.before_hooks[:12]} after the commit hooks ({', '.join(receipt.hooks)})")
    carried = [f"  carried {path} {digest[:27]}" for path, digest in receipt.carried]
    reasons = [f"  {text}" for text in (receipt.problem, receipt.distrust) if text]
    return "\n".join([*lines, *carried, *reasons])


def _json(receipt: Receipt) -> dict[str, object]:
    """The signed predicate, and beside it what was found about who vouches for it."""
    trust = {
        "tier": receipt.tier, "signer": receipt.signer, "key": receipt.key, "roles": list(receipt.roles),
        "distrust": receipt.distrust,
    }  # fmt: skip
    if receipt.tier == "claimed":
        return {"trust": trust, "statement": None}
    return {"trust": trust, "statement": json.loads(to_statement(receipt))}
