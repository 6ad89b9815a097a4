"""Whether a change stays within the paths its spec lists, and does to each of them what its heading says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delegation_guard.checks import exits
from delegation_guard.checks.actions import PERMITS, objections
from delegation_guard.checks.contents import LIMIT, entry, exists, fault, is_file, is_source, pointer
from delegation_guard.checks.delivery import untouched
from delegation_guard.checks.lockfiles.table import is_lock, serving_edit
from delegation_guard.checks.lookalike import Twins, difference, oddity, variants
from delegation_guard.checks.paths import covers, edits_for, glob_match, only_clause, placeholder, read_only
from delegation_guard.checks.protected import own_file, protection
from delegation_guard.checks.scope_rules import RULES
from delegation_guard.model.contract import Clause
from delegation_guard.model.finding import Finding, Location
from delegation_guard.model.report import NotAnalysed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delegation_guard.model.change import FileChange
    from delegation_guard.model.contract import Allowed, ContextItem, Contract, Edit
    from delegation_guard.model.inputs import Subject

    Result = Finding | NotAnalysed

__all__ = ["RULES", "find", "may_touch"]

HAPPENED = {"A": "created", "M": "changed", "D": "deleted", "T": "replaced by another kind of object"}


def find(subject: Subject) -> Iterator[Result]:
    """Everything `scope/*` has to say of a change under a contract but lock files; nothing without a contract."""
    contract = subject.contract
    if contract is None:
        return
    yield from _stopped(subject)
    listed = Twins(_mentioned(contract))
    near = Twins((*_mentioned(contract), *(file.path for file in subject.change.files)))
    for file in subject.change.files:
        yield from _placed(subject, contract, file, listed)
        yield from _lookalike(subject, contract, file, near)
        if covers(contract, file.path) is not None:
            yield from _content(subject, file)
    yield from _globs(subject, contract)
    yield from untouched(subject, contract)


def may_touch(contract: Contract, path: str) -> Edit | Allowed | ContextItem | None:
    """What decides whether a path may be edited, before the edit: a heading or an ALSO ALLOWED line permits it.

    A lock file is permitted by the heading of a manifest it follows. A ContextItem forbids it (read-only), None too
    (not listed). Says nothing of the guard's own and other protected files: ask `protected.protection` as well.
    """
    item = read_only(contract, path)
    if item is not None:
        return item
    return covers(contract, path) or serving_edit(contract, path)


def _placed(subject: Subject, contract: Contract, file: FileChange, listed: Twins) -> Iterator[Result]:
    """One path against the list: read-only, not listed, generated, or listed for something else."""
    item = read_only(contract, file.path)
    if item is not None:
        yield _context_edited(subject, contract, file, item)
        return
    edits = edits_for(contract, file.path)
    allowed = next((line for line in contract.allowed if line.path == file.path), None)
    if edits:
        yield from _actions(subject, contract, file, edits)
    elif allowed is not None:
        yield from _generated(file, allowed)
    elif not own_file(file.path) and not is_lock(file.path, lambda path: exists(subject, path)):
        yield _unlisted(subject, contract, file, listed.of(file.path))


def _unlisted(subject: Subject, contract: Contract, file: FileChange, like: str) -> Finding:
    note = f"; it differs from {exits.shown(like)} only in {difference(file.path, like)}" if like else ""
    return Finding(
        "scope/unlisted",
        f"this file was {HAPPENED[file.status]}, but the spec does not list it{note}",
        Location(file.path),
        clause=only_clause(contract),
        hint=exits.undo(subject, file),
        remedy=_amend(subject, file),
    )


def _amend(subject: Subject, file: FileChange) -> str:
    """The command that lists the path; none for a protected one, which an amended spec would not cover either."""
    if protection(file.path, subject.policy.protected) is not None:
        return ""
    return exits.amend(file.path, "(delete)" if file.status == "D" else "")


def _context_edited(subject: Subject, contract: Contract, file: FileChange, item: ContextItem) -> Finding:
    by_glob = any(edit.action == "glob" for edit in edits_for(contract, file.path))
    return Finding(
        "scope/context-edited",
        f"this file was {HAPPENED[file.status]}, but the spec gives it as CONTEXT, to be read only",
        Location(file.path),
        certainty="doubtful" if by_glob and file.status == "M" else "sure",
        clause=Clause(_quoted(item), item.line),
        hint=exits.undo(subject, file),
        remedy=_amend(subject, file),
    )


def _quoted(item: ContextItem) -> str:
    lines = f":{item.start}" if item.start else ""
    lines += f"-{item.end}" if item.end > item.start > 0 else ""
    return f"{item.path}{lines} — {item.why}" if item.why else f"{item.path}{lines}"


def _actions(subject: Subject, contract: Contract, file: FileChange, edits: tuple[Edit, ...]) -> Iterator[Finding]:
    for objection in objections(edits, file, subject):
        edit = edits[0]
        heading = f"{file.path} {objection.marker}".strip()
        yield Finding(
            "scope/action",
            f"this file {objection.words}, but its heading says it is to {PERMITS[edit.action]}",
            Location(file.path),
            certainty=objection.certainty,
            clause=Clause(edit.heading or f"### {edit.number}. {edit.path}", edit.line),
            hint=exits.undo(subject, file),
            remedy=exits.rewrite(contract, edit.line, heading) if objection.marker and edit.action != "glob" else "",
        )


def _generated(file: FileChange, allowed: Allowed) -> Iterator[Finding]:
    if not allowed.command or file.status == "D":
        return
    yield Finding(
        "scope/generated",
        f"this is a generated file, and nobody has compared it with what `{allowed.command}` makes",
        Location(file.path),
        clause=Clause(f"ALSO ALLOWED: {allowed.path} by {allowed.command}", allowed.line),
        hint=f"run `{allowed.command}` on the finished change; `git diff --exit-code` must then say nothing",
    )


def _mentioned(contract: Contract) -> tuple[str, ...]:
    paths = [edit.path for edit in contract.edits if edit.action != "glob"]
    paths += [edit.target for edit in contract.edits if edit.action == "rename"]
    paths += [line.path for line in contract.allowed] + [item.path for item in contract.context]
    return tuple(dict.fromkeys(paths))


def _lookalike(subject: Subject, contract: Contract, file: FileChange, near: Twins) -> Iterator[Finding]:
    """A new path that reads like another one of the spec, of the change or of the tree, or that nobody can read."""
    if file.status != "A":
        return
    reason = oddity(file.path)
    if reason:
        yield _resembling(subject, contract, file, f"this path {reason}")
    like = near.of(file.path) or _in_tree(subject, contract, file.path)
    if like and not _asked_rename(contract, like, file.path):
        what = f"differs from {exits.shown(like)} only in {difference(file.path, like)}"
        yield _resembling(subject, contract, file, f"this path {what}")


def _in_tree(subject: Subject, contract: Contract, path: str) -> str:
    """An existing path that a listed new one looks like. An unlisted one is refused anyway, so nothing is looked up."""
    if covers(contract, path) is None:
        return ""
    head = subject.change.head
    found = [spelling for spelling in variants(path) if entry(subject, head, spelling) is not None]
    return Twins(found).of(path)


def _asked_rename(contract: Contract, old: str, new: str) -> bool:
    return any(edit.action == "rename" and (edit.path, edit.target) == (old, new) for edit in contract.edits)


def _resembling(subject: Subject, contract: Contract, file: FileChange, message: str) -> Finding:
    return Finding(
        "scope/lookalike", message, Location(file.path), clause=only_clause(contract), hint=exits.undo(subject, file)
    )


def _content(subject: Subject, file: FileChange) -> Iterator[Result]:
    """Content nobody can see: LFS pointers, and source files that stopped being text."""
    sides = ((file.old_mode, file.old_oid), (file.new_mode, file.new_oid))
    if any(pointer(subject, mode, oid) for mode, oid in sides if oid and is_file(mode)):
        yield Finding(
            "scope/lfs-pointer",
            "this file is kept in Git LFS: its content is not in this repository and was not looked at",
            Location(file.path),
            hint=f"compare it yourself: git lfs pull --include={exits.shell(file.path)}",
        )
        return
    if not is_file(file.new_mode) or file.old_oid == file.new_oid or not is_source(file.path):
        return
    if subject.objects.size(file.new_oid) > LIMIT:
        yield NotAnalysed(file.path, f"it is larger than {LIMIT // 1_000_000} MB")
        return
    yield from _unreadable(subject, file)


def _unreadable(subject: Subject, file: FileChange) -> Iterator[Result]:
    now = fault(subject.objects.blob(file.new_oid))
    if not now:
        return
    small = is_file(file.old_mode) and subject.objects.size(file.old_oid) <= LIMIT
    before = fault(subject.objects.blob(file.old_oid)) if small else ""
    if before:
        yield NotAnalysed(file.path, f"it {now}, as it was before")
        return
    yield Finding(
        "scope/unreadable",
        f"this file {now}: by its name it is text, but no check can read it",
        Location(file.path),
        certainty="doubtful" if now.startswith("is not valid") else "sure",
        hint=f"save it as UTF-8 text, {exits.STOP}",
    )


def _stopped(subject: Subject) -> Iterator[Finding]:
    if not subject.stopped and (subject.change.files or subject.standing != "delegated"):
        return
    reason = f": {subject.stopped}" if subject.stopped else " (no reason given)"
    yield Finding(
        "scope/stopped",
        f"the delegate stopped and reported instead of delivering{reason}",
        Location(subject.spec_path or (subject.contract.path if subject.contract else ""), 0, "spec"),
        hint="an honest stop is no violation: read the reason, repair the spec, hand it off again",
    )


def _globs(subject: Subject, contract: Contract) -> Iterator[Finding]:
    for edit in contract.edits:
        if edit.action != "glob" or placeholder(edit.path):
            continue
        count = sum(glob_match(edit.path, file.path) for file in subject.change.files)
        if count:
            yield Finding(
                "scope/glob",
                f"the pattern {edit.path} of the spec let {count} changed file{'s'[: count != 1]} through",
                Location(contract.path, edit.line, "spec"),
                clause=Clause(edit.heading or f"### {edit.number}. {edit.path} (glob)", edit.line),
            )
