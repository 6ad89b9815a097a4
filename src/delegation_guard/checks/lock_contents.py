"""What changed inside a readable lock file: moved sources, changed digests, entries nobody asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delegation_guard.checks import exits
from delegation_guard.checks.contents import LIMIT, is_file
from delegation_guard.checks.lockfiles.compare import Shift, extras, shifts
from delegation_guard.checks.lockfiles.manifests import EVERYTHING, changed
from delegation_guard.checks.lockfiles.model import Lock
from delegation_guard.checks.lockfiles.reading import UnreadableLock, read, readable
from delegation_guard.model.finding import Evidence, Finding, Location
from delegation_guard.model.report import NotAnalysed, Skip

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from delegation_guard.model.change import FileChange
    from delegation_guard.model.contract import Contract
    from delegation_guard.model.inputs import Subject

    Result = Finding | NotAnalysed | Skip

NAMED = 8
LOCK_LIMIT = 8 * LIMIT


def contents(subject: Subject, contract: Contract, file: FileChange, manifests: tuple[str, ...]) -> Iterator[Result]:
    """Compare the two states of a lock file that is in scope; `manifests` are those that changed with it.

    Nothing is resolved or fetched: whether the named versions satisfy the manifest is not looked at.
    """
    if not readable(file.path):
        yield Skip(file.path, "the entries of this kind of lock file are not compared")
        return
    try:
        new = _load(subject, file, file.new_mode, file.new_oid)
    except UnreadableLock as error:
        yield NotAnalysed(file.path, f"the lock file could not be read: {error}")
        return
    try:
        old = _load(subject, file, file.old_mode, file.old_oid)
    except UnreadableLock as error:
        yield NotAnalysed(file.path, f"the lock file could not be read as it was before: {error}")
        return
    alike: dict[tuple[str, str, bool], list[Shift]] = {}
    for shift in shifts(old, new):
        alike.setdefault((shift.what, shift.why, shift.sure), []).append(shift)
    for group in alike.values():
        yield _shifted(subject, contract, file, group)
    yield from _extras(subject, file, manifests, old, new)


def _load(subject: Subject, file: FileChange, mode: str, oid: str) -> Lock:
    if not is_file(mode):
        return Lock(())
    if subject.objects.size(oid) > LOCK_LIMIT:
        raise UnreadableLock(f"it is larger than {LOCK_LIMIT // 1_000_000} MB")
    return read(file.path, subject.objects.blob(oid))


def _shifted(subject: Subject, contract: Contract, file: FileChange, group: list[Shift]) -> Finding:
    """One finding for the entries of a lock file to which the same thing happened."""
    first, names = group[0], _some([shift.package for shift in group])
    if first.what == "source":
        message = f"comes {first.why}: {names}"
    else:
        message = f"the digests were {first.why} in an unchanged version: {names}"
    return Finding(
        f"scope/lock-{first.what}",
        message,
        Location(file.path),
        certainty="sure" if first.sure else "doubtful",
        evidence=Evidence(
            "\n".join(f"{shift.package}: {shift.before}" for shift in group if shift.before),
            "\n".join(f"{shift.package}: {shift.after}" for shift in group if shift.after),
        ),
        authorised=_given(contract, first.place) if first.what == "source" else 0,
        hint=exits.undo(subject, file),
    )


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")


def _given(contract: Contract, place: str) -> int:
    """The spec line of a code block that gives an address word for word, 0 when none does."""
    for edit in contract.edits:
        for block in edit.blocks:
            for number, line in enumerate(block.text.splitlines()):
                if block.role == "new" and len(place) > 8 and place in line:
                    return block.line + number
    return 0


def _extras(subject: Subject, file: FileChange, manifests: tuple[str, ...], old: Lock, new: Lock) -> Iterator[Result]:
    roots: frozenset[str] = frozenset()
    for path in manifests:
        names = changed(path, _text(subject, subject.change.base, path), _text(subject, subject.change.head, path))
        if names is None:
            yield Skip(f"scope/lock-extra: {file.path}", f"the dependencies of {path} are not read")
            return
        roots |= names
    why = _unjudgeable(manifests, roots, old, new)
    if why:
        yield Skip(f"scope/lock-extra: {file.path}", why)
        return
    names_ = extras(old, new, roots)
    if not names_:
        return
    yield Finding(
        "scope/lock-extra",
        f"no changed dependency of {', '.join(manifests)} needs the new entries of {_some(names_)}",
        Location(file.path),
        evidence=Evidence("", "\n".join(names_)),
        hint="lock again with the least change your package manager can make, " + exits.STOP,
    )


def _unjudgeable(manifests: tuple[str, ...], roots: frozenset[str], old: Lock, new: Lock) -> str:
    if not manifests:
        return "no manifest changed with it"
    if EVERYTHING in roots:
        return "a setting of the manifest changed that may move every package"
    if not old.packages:
        return "the lock file is new"
    return "" if new.graph else "this kind of lock file does not say which package needs which"


def _text(subject: Subject, tree: str, path: str) -> str:
    return (subject.objects.read(tree, path) or b"").decode("utf-8", "replace")
