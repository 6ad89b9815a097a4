"""Signatures by OpenSSH keys: made and checked by `ssh-keygen -Y`, so that no private key is ever read by us."""

from __future__ import annotations

import base64
import hashlib
import os
import struct
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from delegation_guard import process
from delegation_guard.attest.envelope import Signature
from delegation_guard.errors import EvidenceError, GuardError

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMESPACE = "delegation-guard"
"""Keeps a signature made for a git commit, or anything else, from passing as one over a receipt."""

_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Signer:
    """Who made a signature: a principal of allowed_signers ("" = none there) and the key's fingerprint."""

    principal: str
    key: str


def sign(data: bytes, key: str) -> Signature:
    """Sign with a private key file (or a public one whose private half an agent holds); GuardError when refused."""
    if not os.path.isfile(key):
        raise GuardError(f"there is no key file {key}", "make one: ssh-keygen -t ed25519 -f KEY")
    done = process.run(["ssh-keygen", "-Y", "sign", "-q", "-n", NAMESPACE, "-f", key], data=data)
    if done.code:
        why = done.err.decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
        raise GuardError(f"ssh-keygen did not sign with {key}: {why[-1]}", "check it: ssh-keygen -y -f KEY")
    raw = _disarm(done.out.decode("ascii", "replace"))
    return Signature(fingerprint(raw), raw)


def check(data: bytes, signature: Signature, allowed_signers: bytes | None) -> Signer:
    """Who signed `data`. EvidenceError when the signature does not fit the data, namespace or its own key id.

    The principal is "" when `allowed_signers` does not list the key for this namespace and this moment (expired and
    not-yet-valid entries are not listed). A principal says who a key belongs to, not what it may speak for.
    """
    key = fingerprint(signature.sig)
    if signature.keyid not in ("", key):
        raise EvidenceError(f"the signature was made by {key} and says it is by {signature.keyid}")
    with tempfile.TemporaryDirectory(prefix="delegation-guard-") as folder:
        sig = _write(folder, "signature", _armour(signature.sig).encode("ascii"))
        if _keygen(data, "check-novalidate", "-s", sig):
            raise EvidenceError(f"the signature by {key} does not fit what it stands on")
        if not allowed_signers or not allowed_signers.strip():
            return Signer("", key)
        allowed = _write(folder, "allowed_signers", allowed_signers)
        for principal in _principals(allowed, sig):
            if not _keygen(data, "verify", "-f", allowed, "-I", principal, "-s", sig):
                return Signer(principal, key)
    return Signer("", key)


def fingerprint(raw: bytes) -> str:
    """The `SHA256:...` fingerprint of the public key inside a raw SSH signature."""
    magic, version, rest = raw[:6], raw[6:10], raw[10:]
    if magic != b"SSHSIG" or version != b"\0\0\0\1" or len(rest) < 4:
        raise EvidenceError("a signature is not an SSH signature")
    (length,) = struct.unpack(">I", rest[:4])
    public = rest[4 : 4 + length]
    if not length or len(public) != length:
        raise EvidenceError("an SSH signature is cut short")
    digest = base64.b64encode(hashlib.sha256(public).digest()).decode("ascii")
    return "SHA256:" + digest.rstrip("=")


def _principals(allowed: str, sig: str) -> Iterator[str]:
    """Plain names only: a pattern such as `*@example.com` names nobody in particular."""
    done = process.run(
        ["ssh-keygen", "-Y", "find-principals", "-f", allowed, "-s", sig], timeout=_SECONDS,
    )  # fmt: skip
    if done.code:
        return
    for line in done.out.decode("utf-8", "replace").splitlines():
        if line and not any(char in line for char in "*?!") and not line.startswith("-"):
            yield line


def _keygen(data: bytes, action: str, *more: str) -> int:
    return process.run(["ssh-keygen", "-Y", action, "-n", NAMESPACE, *more], data=data, timeout=_SECONDS).code


def _write(folder: str, name: str, data: bytes) -> str:
    path = Path(folder, name)
    path.write_bytes(data)
    return str(path)


def _armour(raw: bytes) -> str:
    text = base64.b64encode(raw).decode("ascii")
    lines = (text[at : at + 70] for at in range(0, len(text), 70))
    return "\n".join((_BEGIN, *lines, _END, ""))


def _disarm(text: str) -> bytes:
    lines = text.strip().splitlines()
    if len(lines) < 3 or lines[0] != _BEGIN or lines[-1] != _END:
        raise GuardError("ssh-keygen printed no signature", "check that it is OpenSSH 8.2 or later: ssh -V")
    return base64.b64decode("".join(lines[1:-1]))
