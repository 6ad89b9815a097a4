"""Whether a lock file changed with the manifest it follows, and only as that manifest asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from delegation_guard.checks import exits
from delegation_guard.checks.contents import exists, is_file
from delegation_guard.checks.lockfiles.table import is_lock, listed_manifests, nearer, serving_edit
from delegation_guard.checks.paths import covers, only_clause
from delegation_guard.loading import load
from delegation_guard.model.contract import Clause
from delegation_guard.model.finding import Finding, Location, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from delegation_guard.model.change import FileChange
    from delegation_guard.model.contract import Contract
    from delegation_guard.model.inputs import Subject
    from delegation_guard.model.report import NotAnalysed, Skip

    Result = Finding | NotAnalysed | Skip
    Contents = Callable[[Subject, Contract, FileChange, tuple[str, ...]], Iterator[Result]]

CONTENTS = ".checks.lock_contents:contents"  # the readers of every form are loaded only when there is one to read

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
            yield from cast("Contents", load(CONTENTS))(subject, contract, file, manifests)


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
