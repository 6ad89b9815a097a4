"""Whether a lock file changed with the manifest it follows, and only as that manifest asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delegation_guard.checks import exits
from delegation_guard.checks.contents import LIMIT, exists, is_file
from delegation_guard.checks.lockfiles.compare import Shift, extras, shifts
from delegation_guard.checks.lockfiles.manifests import EVERYTHING, changed
from delegation_guard.checks.lockfiles.model import Lock
from delegation_guard.checks.lockfiles.reading import UnreadableLock, read, readable
from delegation_guard.checks.lockfiles.table import is_lock, listed_manifests, nearer, serving_edit
from delegation_guard.checks.paths import covers, only_clause
from delegation_guard.model.contract import Clause
from delegation_guard.model.finding import Evidence, Finding, Location, Rule
from delegation_guard.model.report import NotAnalysed, Skip

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from delegation_guard.model.change import FileChange
    from delegation_guard.model.contract import Contract
    from delegation_guard.model.inputs import Subject

    Result = Finding | NotAnalysed | Skip

NAMED = 8
LOCK_LIMIT = 8 * LIMIT

RULES = (
    Rule(
        "scope/lock-without-manifest",
        "A lock file changed without the manifest it follows",
        "A lock file is in scope if a heading or ALSO ALLOWED names it, or if a manifest it follows is listed and "
        "changed in the same task: package.json for package-lock.json, Cargo.toml for Cargo.lock, and so on. A "
        "workspace root's lock file serves the manifests below it that have none of their own.",
        contract=True,
    ),
    Rule(
        "scope/lock-source",
        "A locked package comes from somewhere else",
        "An unchanged version of a package moved to another source, or a new entry comes from an address, a repository "
        "or a registry that this lock file did not use before. Allowed where a code block of the spec gives that "
        "address.",
        contract=True,
    ),
    Rule(
        "scope/lock-integrity",
        "A locked package's digest changed though its version did not",
        "The same version of a package must keep its digests; further files of the same version may be added. Doubtful "
        "where the digests cannot be compared because the algorithm or every file name changed.",
        contract=True,
    ),
    Rule(
        "scope/lock-extra",
        "A lock file changed more than its manifest asks",
        "Names the packages that were added or moved to another version though no changed dependency of the manifest "
        "needs them, directly or through others. Left out, by name, where the lock file does not say which package "
        "needs which, or where a setting changed that may move every package.",
        level="warning",
        contract=True,
    ),
)


def find(subject: Subject) -> Iterator[Result]:
    """Everything to say of the lock files of a change under a contract; nothing without one."""
    contract = subject.contract
    if contract is None:
        return
    for file in subject.change.files:
        if not is_lock(file.path, lambda path: exists(subject, path)):
            continue
        manifests = _manifests(subject, contract, file.path)
        if covers(contract, file.path) is None and not _in_scope(subject, contract, file, manifests):
            yield _alone(subject, contract, file)
        elif is_file(file.new_mode) and file.new_oid != file.old_oid:
            yield from _contents(subject, contract, file, manifests)


def _manifests(subject: Subject, contract: Contract, lock: str) -> tuple[str, ...]:
    """The listed manifests of a lock file that changed with it and have no nearer lock of their own."""
    paths = tuple(file.path for file in subject.change.files)
    found = listed_manifests(contract, lock, paths)
    return tuple(path for path in found if not nearer(lock, path, lambda other: exists(subject, other)))


def _in_scope(subject: Subject, contract: Contract, file: FileChange, manifests: tuple[str, ...]) -> bool:
    """A regular file beside its manifest; within a task the manifest may have changed in an earlier commit."""
    if not (is_file(file.new_mode) or (file.status == "D" and is_file(file.old_mode))):
        return False
    return bool(manifests) or (subject.span == "commit" and serving_edit(contract, file.path) is not None)


def _alone(subject: Subject, contract: Contract, file: FileChange) -> Finding:
    edit = serving_edit(contract, file.path)
    if not (is_file(file.new_mode) or file.status == "D"):
        why = "it is no longer a regular file"
    elif edit is not None:
        why = f"{exits.shown(edit.path)}, which it follows, did not"
    else:
        why = "the spec lists neither it nor a manifest it follows"
    return Finding(
        "scope/lock-without-manifest",
        f"this lock file changed, but {why}",
        Location(file.path),
        clause=Clause(edit.heading or f"### {edit.number}. {edit.path}", edit.line) if edit else only_clause(contract),
        hint=exits.undo(subject, file),
        remedy=exits.amend(file.path),
    )


def _load(subject: Subject, file: FileChange, mode: str, oid: str) -> Lock:
    if not is_file(mode):
        return Lock(())
    if subject.objects.size(oid) > LOCK_LIMIT:
        raise UnreadableLock(f"it is larger than {LOCK_LIMIT // 1_000_000} MB")
    return read(file.path, subject.objects.blob(oid))


def _contents(subject: Subject, contract: Contract, file: FileChange, manifests: tuple[str, ...]) -> Iterator[Result]:
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
