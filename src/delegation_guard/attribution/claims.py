"""What a commit message says of delegation: claims, never proofs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delegation_guard.attribution.glance import undecorated
from delegation_guard.model.change import Claim

if TYPE_CHECKING:
    from collections.abc import Iterator

FIELDS = {
    "delegation-spec": "spec", "delegation-agent": "agent", "delegation-phase": "phase",
    "delegation-model": "model", "delegation-stopped": "stopped",
}  # fmt: skip
SCISSORS = "------------------------ >8 ------------------------"


def claims(message: str, *, comments: bool = False, mark: str = "#") -> tuple[Claim, ...]:
    """Every claim of a message, in its order; () when it makes none.

    The whole message is searched line by line, so that trailers survive a squash: every `Delegation-Spec` opens a
    claim, the other keys belong to the last one opened (before the first: to the first). The same version of a spec
    named again replaces what was said of it before. A digest or name that makes no sense is still a claim.

    With `comments` the message is one being edited: lines git will drop (those that begin with `mark`, and all below
    a scissors line) say nothing.
    """
    found: list[dict[str, str]] = []
    for key, value in _trailers(kept(message, mark) if comments else message):
        if key == "spec":
            spec, digest = _parts(value)
            if not found or found[-1].get("spec"):
                found.append({})
            found[-1] |= {"spec": spec or value or "?", "sha256": digest}
        else:
            found = found or [{}]
            found[-1][key] = value or "?"
    by_version = {(fields.get("spec", ""), fields.get("sha256", "")): fields for fields in found}
    return tuple(Claim(**fields) for fields in by_version.values())


def kept(message: str, mark: str = "#") -> str:
    """What git will keep of a message being edited; `mark` is `core.commentChar`."""
    lines = []
    for line in message.splitlines():
        if line.startswith(mark) and line.rstrip().endswith(SCISSORS):
            break
        if not line.startswith(mark):
            lines.append(line)
    return "\n".join(lines)


def _trailers(message: str) -> Iterator[tuple[str, str]]:
    lines = message.splitlines()
    for number, line in enumerate(lines):
        key, colon, value = undecorated(line).partition(":")
        name = FIELDS.get(key.strip().lower()) if colon else None
        if name:
            value = value.strip()
            if name == "spec" and (not value or value[-1] in "@:"):
                value += _folded(lines[number + 1 : number + 2])
            yield name, value


def _folded(following: list[str]) -> str:
    """The continuation of a trailer that git or a mailer wrapped: an indented line of one word."""
    words = following[0].split() if following and following[0][:1].isspace() else []
    return words[0] if len(words) == 1 else ""


def _parts(value: str) -> tuple[str, str]:
    """A value's spec and digest; the digest as written, "?" when an `@sha256` says none."""
    spec, mark, digest = value.rpartition("@sha256")
    if not mark:
        return value, ""
    return spec.strip(), digest.removeprefix(":").strip().lower() or "?"
