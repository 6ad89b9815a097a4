"""Notes to receipts whose trust is known, and receipts to notes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from delegation_guard.attest import signers, test_result
from delegation_guard.attest.envelope import Envelope, from_line, to_line
from delegation_guard.attest.statement import from_statement, predicate_type, to_statement
from delegation_guard.attest.trust import CI, DELEGATE, RUNNER, roles_of, tier_of
from delegation_guard.errors import EvidenceError
from delegation_guard.model.receipt import TIER_ORDER, Receipt
from delegation_guard.repo import notes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from delegation_guard.attest.envelope import Signature
    from delegation_guard.model.policy import KeyRole, Policy
    from delegation_guard.model.receipt import Tier
    from delegation_guard.repo.repository import Repository

ALLOWED_SIGNERS = ".delegation/allowed_signers"
"""Where the keys are listed; read from the base side, never from the change under judgement."""

NEAR = 8
"""How many of the latest notes are looked at for receipts of the same spec on another tree."""


def found(
    repo: Repository, tree: str, spec_sha256: str, policy: Policy, allowed_signers: bytes | None = None
) -> tuple[Receipt, ...]:
    """Every receipt noted on a tree, and, unless one of them stands, near misses: same spec, another tree.

    `allowed_signers` is the base side's text of that file. A receipt's `tree` is the one that was signed, whatever
    object the note hangs on. Whether a receipt is evidence is for the caller to decide: it compares tree, spec,
    policy and commands, reads `distrust`, and asks for the tier it needs. No result is ever better than `ci-signed`.
    """
    here = tuple(read(line, policy.keys, allowed_signers) for line in _receipt_lines(repo, tree))
    if any(_stands(receipt, tree, spec_sha256) for receipt in here):
        return here
    return here + _near(repo, tree, spec_sha256)


def read(line: str, keys: tuple[KeyRole, ...], allowed_signers: bytes | None) -> Receipt:
    """One line of a note as a receipt with tier, signer and distrust; a line that cannot be read is one too.

    Its bytes are verified before they are parsed.
    """
    try:
        envelope = from_line(line)
        by = _vouched(envelope, keys, allowed_signers)
        receipt = from_statement(envelope.payload)
        return replace(receipt, tier=by.tier, signer=by.signer, key=by.key, roles=by.roles, distrust=by.distrust)
    except EvidenceError as error:
        return _unreadable(error.message)


def line_of(receipt: Receipt, key: str = "") -> str:
    """The receipt's envelope as one line, signed with the key file `key` when there is one."""
    return _line(to_statement(receipt), key)


def store(repo: Repository, receipt: Receipt, line: str) -> None:
    """Note an envelope line on the receipt's tree; a line that does not read back as that receipt is refused."""
    stored = from_statement(from_line(line).payload)
    if to_statement(stored) != to_statement(receipt):
        raise EvidenceError("the envelope does not hold this receipt", "this is a fault of ours; please report it")
    notes.append(repo, receipt.tree, line)


def store_standard(repo: Repository, receipt: Receipt, key: str) -> None:
    """Note the standard test-result statement of the same run beside it; nothing for an UNVERIFIED run.

    Worth something to other tools only when it is signed, so there is no unsigned form of it.
    """
    statement = test_result.to_test_result(receipt)
    if statement is not None:
        notes.append(repo, receipt.tree, _line(statement, key))


def _line(statement: bytes, key: str) -> str:
    envelope = Envelope(statement)
    if key:
        envelope = replace(envelope, signatures=(signers.sign(envelope.signed_bytes, key),))
    return to_line(envelope)


def _receipt_lines(repo: Repository, tree: str) -> Iterable[str]:
    """The lines that are, or may be, receipts: the standard statement beside a receipt decides nothing here."""
    for line in notes.read(repo, tree):
        try:
            if predicate_type(from_line(line).payload) == test_result.PREDICATE:
                continue
        except EvidenceError:
            pass  # said by name where the line is read
        yield line


@dataclass(frozen=True, slots=True)
class _Voucher:
    tier: Tier = "unsigned"
    signer: str = ""
    key: str = ""
    roles: tuple[str, ...] = ()
    distrust: str = ""


def _vouched(envelope: Envelope, keys: tuple[KeyRole, ...], allowed_signers: bytes | None) -> _Voucher:
    """The best of the signatures; one that does not fit what it stands on is EvidenceError."""
    each = [_by(signature, envelope.signed_bytes, keys, allowed_signers) for signature in envelope.signatures]
    return max(each, key=lambda one: (not one.distrust, TIER_ORDER.index(one.tier)), default=_Voucher())


def _by(
    signature: Signature, data: bytes, keys: tuple[KeyRole, ...], allowed_signers: bytes | None
) -> _Voucher:
    signer = signers.check(data, signature, allowed_signers)
    roles = roles_of(signer.principal, keys)
    tier = tier_of(roles)
    distrust = "" if tier else _distrust(signer, roles, keys)
    return _Voucher(tier or "unsigned", signer.principal, signer.key, roles, distrust)


def _distrust(signer: signers.Signer, roles: tuple[str, ...], keys: tuple[KeyRole, ...]) -> str:
    """Why a signature speaks against a receipt. Where nobody is appointed it says nothing either way."""
    if DELEGATE in roles:
        return f"it is signed by the delegate's own key ({signer.principal})"
    if not any(tier_of(key.roles) for key in keys):
        return ""
    if not signer.principal:
        return f"it is signed by {signer.key}, which {ALLOWED_SIGNERS} does not list for this use"
    return f"it is signed by {signer.principal}, whose key has neither the role {RUNNER} nor {CI} in the policy"


def _stands(receipt: Receipt, tree: str, spec_sha256: str) -> bool:
    return (
        not receipt.distrust
        and receipt.passed
        and receipt.tree == tree
        and receipt.spec_sha256 == spec_sha256
    )


def _near(repo: Repository, tree: str, spec_sha256: str) -> tuple[Receipt, ...]:
    """Receipts of the same spec on other trees. They explain a refusal and prove nothing: no signature is checked."""
    near = []
    for oid in notes.recent(repo, NEAR):
        for line in _lines_of_another(repo, oid) if oid != tree else ():
            try:
                receipt = from_statement(from_line(line).payload)
            except EvidenceError:
                continue  # a stranger's line on a stranger's tree: not about this change
            if receipt.spec_sha256 == spec_sha256 and receipt.tree != tree:
                near.append(replace(receipt, tier="unsigned"))
    return tuple(near)


def _lines_of_another(repo: Repository, oid: str) -> tuple[str, ...]:
    """The lines on a tree that is not judged: more of them than are read there is nobody's fault here."""
    try:
        return notes.read(repo, oid)
    except EvidenceError:
        return ()


def _unreadable(why: str) -> Receipt:
    return Receipt(tree="", spec_sha256="", policy_sha256="", commands=(), result="UNVERIFIED", distrust=why)
