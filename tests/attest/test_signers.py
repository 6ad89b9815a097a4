"""Real OpenSSH keys: what counts as signed by whom."""

from __future__ import annotations

import base64
import subprocess
from typing import TYPE_CHECKING

import pytest

from delegation_guard.attest.envelope import Signature
from delegation_guard.attest.signers import check, fingerprint, sign
from delegation_guard.attest.trust import roles_of, tier_of
from delegation_guard.errors import EvidenceError, GuardError
from delegation_guard.model.policy import KeyRole

if TYPE_CHECKING:
    from pathlib import Path

DATA = b"DSSEv1 1 x 5 hello"


def make_key(folder: Path, name: str = "key") -> Path:
    path = folder / name
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(path)], check=True)
    return path


def public(key: Path) -> str:
    return " ".join(key.with_suffix(".pub").read_text().split()[:2])


@pytest.fixture(scope="module")
def keys(tmp_path_factory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("keys")
    return make_key(folder), make_key(folder, "other")


def allowed(key: Path, principal: str = "runner@example.com", options: str = 'namespaces="delegation-guard"') -> bytes:
    return f"{principal} {options} {public(key)}\n".encode()


def test_a_listed_key_is_its_principal(keys) -> None:
    signature = sign(DATA, str(keys[0]))
    signer = check(DATA, signature, allowed(keys[1], "ann@example.com") + allowed(keys[0]))
    assert signer.principal == "runner@example.com"
    listed = subprocess.run(["ssh-keygen", "-l", "-f", str(keys[0])], check=True, capture_output=True, text=True)
    assert signer.key == signature.keyid == listed.stdout.split()[1]


@pytest.mark.parametrize(
    ("principal", "options"),
    [
        ("runner@example.com", 'namespaces="git"'),
        ("runner@example.com", 'namespaces="delegation-guard",valid-before="20200101"'),
        ("runner@example.com", 'namespaces="delegation-guard",valid-after="20990101"'),
        ("*@example.com", 'namespaces="delegation-guard"'),
    ],
)
def test_an_entry_that_does_not_speak_for_receipts_now_names_nobody(keys, principal: str, options: str) -> None:
    assert check(DATA, sign(DATA, str(keys[0])), allowed(keys[0], principal, options)).principal == ""


@pytest.mark.parametrize("signers", [None, b"", b"\n", b"garbage", b"# nobody\n"])
def test_without_a_list_a_good_signature_names_nobody(keys, signers: bytes | None) -> None:
    signer = check(DATA, sign(DATA, str(keys[0])), signers)
    assert signer.principal == ""
    assert signer.key.startswith("SHA256:")


def test_an_unlisted_key_names_nobody(keys) -> None:
    assert check(DATA, sign(DATA, str(keys[0])), allowed(keys[1])).principal == ""


def test_a_signature_over_something_else_is_refused(keys) -> None:
    with pytest.raises(EvidenceError, match="does not fit"):
        check(DATA + b".", sign(DATA, str(keys[0])), allowed(keys[0]))


def test_a_signature_made_for_git_is_refused(keys) -> None:
    done = subprocess.run(
        ["ssh-keygen", "-Y", "sign", "-q", "-n", "git", "-f", str(keys[0])], input=DATA, check=True, capture_output=True
    )
    raw = base64.b64decode("".join(done.stdout.decode().splitlines()[1:-1]))
    with pytest.raises(EvidenceError, match="does not fit"):
        check(DATA, Signature("", raw), allowed(keys[0]))


def test_every_altered_byte_of_a_signature_is_refused(keys) -> None:
    raw = sign(DATA, str(keys[0])).sig
    for at in range(0, len(raw), 7):
        bent = raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
        with pytest.raises(EvidenceError):
            check(DATA, Signature("", bent), allowed(keys[0]))


def test_a_false_key_id_is_refused(keys) -> None:
    with pytest.raises(EvidenceError, match="says it is by"):
        check(DATA, Signature("SHA256:other", sign(DATA, str(keys[0])).sig), None)


@pytest.mark.parametrize("raw", [b"", b"SSHSIG", b"SSHSIG\0\0\0\1\0\0\0\xff1", b"SSHSIG\0\0\0\2\0\0\0\0011"])
def test_what_is_no_ssh_signature_is_refused(raw: bytes) -> None:
    with pytest.raises(EvidenceError):
        fingerprint(raw)


def test_a_missing_key_is_one_sentence(tmp_path) -> None:
    with pytest.raises(GuardError, match="no key file"):
        sign(DATA, str(tmp_path / "none"))


def test_a_file_that_is_no_key_is_one_sentence(tmp_path) -> None:
    (tmp_path / "bad").write_text("not a key")
    (tmp_path / "bad").chmod(0o600)
    with pytest.raises(GuardError, match="did not sign"):
        sign(DATA, str(tmp_path / "bad"))


KEYS = (
    KeyRole("run@x", ("runner",)), KeyRole("ci@x", ("ci",)), KeyRole("ann@x", ("human", "architect")),
    KeyRole("bot@x", ("delegate",)), KeyRole("bot@x", ("runner",)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("principal", "tier"),
    [("run@x", "signed"), ("ci@x", "ci-signed"), ("ann@x", None), ("bot@x", None), ("", None), ("eve@x", None)],
)
def test_only_a_runner_or_ci_vouches(principal: str, tier: str | None) -> None:
    assert tier_of(roles_of(principal, KEYS)) == tier
