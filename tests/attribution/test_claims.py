from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delegation_guard.attribution.claims import claims
from delegation_guard.attribution.glance import claims_quickly
from delegation_guard.model.change import Claim

DIGEST = "ab" * 32


@pytest.mark.parametrize(
    "message",
    [
        "",
        "Fix the rounding\n\nNo delegate was near this.",
        "Explain the Delegation-Spec: trailer in the middle of a line",
        "Document it\n\nThe `Delegation-Spec` trailer binds a commit to its spec.",
        "Fix it\n\nCo-authored-by: Claude <noreply@anthropic.com>",
        "Delegation is fun\n\nDelegation-Policy: none",
        "Delegation-Specs: two",
    ],
)
def test_a_message_that_claims_nothing(message: str) -> None:
    assert claims(message) == ()


def test_all_trailers_of_one_hand_off() -> None:
    message = (
        f"Round half up\n\nDelegation-Spec: T-1@sha256:{DIGEST}\nDelegation-Agent: claude\nDelegation-Phase: build\n"
        "Delegation-Model: claude-haiku-4-5\nDelegation-Stopped: line 3 does not exist\n"
    )
    expected = Claim("T-1", DIGEST, "claude", "build", "claude-haiku-4-5", "line 3 does not exist")
    assert claims(message) == (expected,)


def test_trailers_before_the_spec_belong_to_it() -> None:
    assert claims("x\n\nDelegation-Agent: claude\nDelegation-Spec: T-1") == (Claim("T-1", agent="claude"),)


@pytest.mark.parametrize(
    "line",
    [
        f"delegation-spec: T-1@sha256:{DIGEST}",
        f"    Delegation-Spec:T-1@sha256:{DIGEST}",
        f"> Delegation-Spec: T-1@sha256:{DIGEST}",
        f"* DELEGATION-SPEC : T-1@sha256:{DIGEST}",
        f"> > - Delegation-Spec: T-1@sha256:{DIGEST.upper()}",
        f"Delegation-Spec: T-1@sha256:{DIGEST}\r",
        f"Delegation-Spec: T-1 @sha256: {DIGEST}",
        f"Delegation-Spec: T-1@sha256:\n {DIGEST}",
    ],
)
def test_case_quoting_indentation_and_folding_hide_nothing(line: str) -> None:
    assert claims(f"Merge it\n\n{line}\n\ntext after it") == (Claim("T-1", DIGEST),)


@pytest.mark.parametrize(
    ("value", "claim"),
    [
        ("T-1@sha256:xyz", Claim("T-1", "xyz")),
        ("T-1@sha256:", Claim("T-1", "?")),
        ("T-1@sha256", Claim("T-1", "?")),
        ("", Claim("?")),
        ("@sha256:" + DIGEST, Claim("@sha256:" + DIGEST, DIGEST)),
        (".delegation/specs/T-1.md", Claim(".delegation/specs/T-1.md")),
    ],
)
def test_a_malformed_value_is_still_a_claim(value: str, claim: Claim) -> None:
    assert claims(f"x\n\nDelegation-Spec: {value}") == (claim,)


def test_several_specs_of_a_squash_are_several_claims() -> None:
    message = (
        "Ship it (#12)\n\n* First\n\n  Delegation-Spec: T-1\n  Delegation-Model: a\n\n"
        "* Second\n\n  Delegation-Spec: T-2\n  Delegation-Model: b\n"
    )
    assert claims(message) == (Claim("T-1", model="a"), Claim("T-2", model="b"))


def test_two_versions_of_one_spec_are_two_claims_the_same_twice_is_one() -> None:
    trailers = [f"Delegation-Spec: T-1@sha256:{digest}" for digest in ("0" * 64, DIGEST, DIGEST)]
    assert claims("x\n\n" + "\n\n".join(trailers)) == (Claim("T-1", "0" * 64), Claim("T-1", DIGEST))


def test_a_claim_without_a_spec() -> None:
    assert claims("x\n\nDelegation-Agent: claude") == (Claim(agent="claude"),)


def test_what_git_drops_from_an_edited_message_claims_nothing() -> None:
    message = (
        "Fix\n# Delegation-Spec: T-1\n# ------------------------ >8 ------------------------\n+Delegation-Spec: T-2\n"
    )
    assert claims(message, comments=True) == ()
    assert [claim.spec for claim in claims(message)] == ["T-1", "T-2"]


def test_another_comment_character() -> None:
    message = "Fix\n; Delegation-Spec: T-1\n#Delegation-Spec: T-2\n"
    assert [claim.spec for claim in claims(message, comments=True, mark=";")] == ["T-2"]


LINES = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.builds(
            "{}{}{}{}".format,
            st.sampled_from(["", "  ", "> ", "* ", "x "]),
            st.sampled_from(["Delegation-Spec", "delegation-agent", "DELEGATION-STOPPED", "Delegation-X"]),
            st.sampled_from([":", " :", ""]),
            st.text(max_size=10),
        ),
    ),
    max_size=6,
)


@given(LINES)
def test_the_quick_look_misses_no_claim(lines: list[str]) -> None:
    message = "\n".join(lines)
    if claims(message) or claims(message, comments=True):
        assert claims_quickly(message.encode("utf-8", "surrogateescape"))


@given(st.text())
def test_any_text_can_be_read(message: str) -> None:
    assert isinstance(claims(message), tuple)
