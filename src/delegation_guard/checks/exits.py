"""The two ways out of a refusal: the delegate undoes or stops, the author of the spec amends it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from delegation_guard.model.change import FileChange
    from delegation_guard.model.contract import Contract
    from delegation_guard.model.inputs import Subject

FOLD = ", then git commit --amend --no-edit (or a rebase, if others follow)"
STOP = "or STOP and report what stands in the way"


def shell(text: str) -> str:
    """A word for a POSIX-like shell; control characters and undecodable bytes as `$'\\x..'`."""
    if text.isprintable():
        return shlex.quote(text)
    plain = "".join(
        chr(byte) if 32 <= byte < 127 and byte not in b"'\\" else f"\\x{byte:02x}"
        for byte in text.encode("utf-8", "surrogateescape")
    )
    return f"$'{plain}'"


def shown(path: str) -> str:
    """A path as a message names it: as it is, or escaped where a reader could not see what it says."""
    if path.isprintable() and path == path.strip():
        return path
    return ascii(path) if path.isprintable() else shell(path)


def _pathspec(path: str) -> str:
    # The short form reads punctuation that follows it as further magic, and `*` as a pattern.
    plain = (path[0].isalnum() or path[0] == ".") and not any(letter in path for letter in "*?[\\")
    return shell((":/" if plain else ":(top,literal)") + path)


def undo_command(subject: Subject, file: FileChange) -> str:
    """The git command that takes one path back to how the change found it; "" for a diff file.

    Works from any folder of the repository. Not tried here: whether the base tree is still in this repository.
    """
    change, spec = subject.change, _pathspec(file.path)
    if change.origin == "patch" or not change.base:
        return ""
    if file.status != "A":
        return f"git restore --source={change.base[:16]} --staged --worktree -- {spec}"
    if change.origin == "worktree":
        return f"git rm -q -f --ignore-unmatch -- {spec}; git clean -q -f -- {spec}"
    return f"git rm -q -f -- {spec}"


def undo(subject: Subject, file: FileChange) -> str:
    """The delegate's exit: the command that undoes one path, or to stop and report."""
    command = undo_command(subject, file)
    if not command:
        return f"take it out of the change, {STOP}"
    # Every commit is judged, so undoing in a later one is not enough.
    fold = FOLD if subject.change.origin == "commit" else ""
    return f"undo it: {command}{fold} - {STOP}"


def amend(path: str, marker: str = "") -> str:
    """The author's command that lists one more path; `marker` as in a heading, with its parentheses."""
    listed = f"{path} {marker}" if marker else path
    return f'delegation-guard handoff amend --add {shell(listed)} --because "..."'


def rewrite(contract: Contract, line: int, heading: str) -> str:
    """The author's way to say something else under a heading that already stands."""
    where = contract.path if contract.path != "-" else "the spec"
    command = f"delegation-guard handoff amend --spec {shell(contract.path)}" if contract.path != "-" else ""
    return f"write `{heading}` in line {line} of {where}" + (f", then run {command}" if command else "")
