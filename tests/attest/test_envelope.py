"""DSSE envelopes: what was changed anywhere is refused."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from securesystemslib.dsse import Envelope as OtherEnvelope

from delegation_guard.attest.envelope import PAYLOAD_TYPE, Envelope, Signature, from_line, pae, to_line
from delegation_guard.errors import EvidenceError

SIGNATURES = st.lists(st.builds(Signature, st.text(max_size=8), st.binary(max_size=40)), max_size=3).map(tuple)


@given(st.binary(max_size=200), SIGNATURES)
def test_round_trip(payload: bytes, signatures: tuple[Signature, ...]) -> None:
    envelope = Envelope(payload, signatures)
    line = to_line(envelope)
    assert from_line(line) == envelope
    assert "\n" not in line and line.isascii()


@given(st.binary(max_size=60), SIGNATURES, st.data())
def test_an_altered_character_is_refused_or_gives_another_envelope(payload, signatures, data) -> None:
    envelope = Envelope(payload, signatures)
    line = to_line(envelope)
    at = data.draw(st.integers(0, len(line) - 1))
    other = data.draw(st.characters().filter(lambda char: char != line[at]))
    try:
        read = from_line(line[:at] + other + line[at + 1 :])
    except EvidenceError:
        return
    assert read != envelope


def test_pae_is_the_published_example() -> None:
    assert pae("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


def test_another_implementation_reads_the_same_bytes_to_sign() -> None:
    envelope = Envelope(b'{"a":1}', (Signature("SHA256:x", b"\1\2\3"),))
    other = OtherEnvelope.from_dict(json.loads(to_line(envelope)))
    assert other.payload == envelope.payload
    assert other.payload_type == PAYLOAD_TYPE
    assert other.pae() == envelope.signed_bytes
    assert bytes.fromhex(next(iter(other.signatures.values())).signature) == b"\1\2\3"


def test_we_read_what_another_implementation_signs_over() -> None:
    other = OtherEnvelope(payload=b"{}", payload_type=PAYLOAD_TYPE, signatures={})
    assert Envelope(b"{}").signed_bytes == other.pae()


GOOD = to_line(Envelope(b"{}"))


@pytest.mark.parametrize(
    "line",
    [
        "", "{}", "[]", "null", "not json", GOOD + " ", " " + GOOD, GOOD + "\n", GOOD + "\r", GOOD.replace(",", ", "),
        GOOD.replace('"signatures"', '"payload":"e30=","signatures"'),
        GOOD.replace("in-toto", "other"), GOOD.replace("e30=", "e30"), GOOD.replace("e30=", "e31="),
        GOOD.replace("e30=", "e3 0="), GOOD.replace('"e30="', "7"),
        GOOD.replace("[]", "null"), GOOD.replace("[]", "[1]"),
        GOOD.replace("[]", '[{"keyid":"a"}]'), GOOD[:-1] + ',"zz":1}', "[" * 100_000, '{"payload":' * 50_000, "é",
        to_line(Envelope(b"{}", (Signature("k", b"s"),) * 9)), '{"payload":NaN}', "\ud800",
    ],
)  # fmt: skip
def test_a_line_that_is_not_ours_is_refused(line: str) -> None:
    with pytest.raises(EvidenceError):
        from_line(line)


def test_a_huge_line_is_refused() -> None:
    with pytest.raises(EvidenceError, match="more than"):
        from_line(to_line(Envelope(b"x" * 1_000_000)))


def test_the_payload_is_plain_base64() -> None:
    assert json.loads(GOOD)["payload"] == base64.b64encode(b"{}").decode()
