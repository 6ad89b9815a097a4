"""DSSE envelopes: the exact bytes that were signed, and the signatures over them."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from delegation_guard.attest.strict import LIMIT, Fields, dump, parse
from delegation_guard.errors import EvidenceError

PAYLOAD_TYPE = "application/vnd.in-toto+json"
MOST_SIGNATURES = 8


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature: `keyid` is the key's fingerprint, a hint that decides nothing; `sig` the raw signature."""

    keyid: str
    sig: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload and the signatures over `pae(payload_type, payload)`; none at all is an unsigned receipt."""

    payload: bytes
    signatures: tuple[Signature, ...] = ()
    payload_type: str = PAYLOAD_TYPE

    @property
    def signed_bytes(self) -> bytes:
        return pae(self.payload_type, self.payload)


def pae(payload_type: str, payload: bytes) -> bytes:
    """DSSE's pre-authentication encoding: what a signature is made over."""
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def to_line(envelope: Envelope) -> str:
    """The envelope as one line of JSON, without a line end."""
    return dump(
        {
            "payload": _encode(envelope.payload),
            "payloadType": envelope.payload_type,
            "signatures": [{"keyid": one.keyid, "sig": _encode(one.sig)} for one in envelope.signatures],
        }
    )


def from_line(line: str) -> Envelope:
    """The envelope of a line exactly as `to_line` spells it; any other spelling of the same is EvidenceError.

    One spelling only, so that a line which was altered anywhere is refused or fails its signature. Verifies none.
    """
    try:
        data = line.encode("ascii")
    except UnicodeEncodeError:
        raise EvidenceError("the envelope is not ASCII text") from None
    fields = Fields(parse(data, "envelope"), "envelope")
    envelope = Envelope(
        payload=_decode(fields.text("payload")),
        signatures=tuple(Signature(one.text("keyid"), _decode(one.text("sig"))) for one in fields.each("signatures")),
        payload_type=fields.one_of("payloadType", (PAYLOAD_TYPE,)),
    )
    if len(envelope.signatures) > MOST_SIGNATURES:
        raise EvidenceError(f"the envelope has {len(envelope.signatures)} signatures, more than {MOST_SIGNATURES}")
    if to_line(envelope) != line:
        raise EvidenceError("the envelope is not in its canonical spelling")
    return envelope


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _decode(text: str) -> bytes:
    if len(text) > LIMIT:
        raise EvidenceError("the envelope is too long")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise EvidenceError("the envelope holds text that is not base64") from None
