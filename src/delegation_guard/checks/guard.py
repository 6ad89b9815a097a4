"""Whether a change touches what judges it: spec, policy, keys, hooks, workflows, agents' settings, git's own files."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, cast

from delegation_guard.checks import exits
from delegation_guard.checks.actions import objections
from delegation_guard.checks.comments import ignore_comments
from delegation_guard.checks.contents import is_file
from delegation_guard.checks.gitfiles import attributes, hidden, modules
from delegation_guard.checks.guard_rules import RULES
from delegation_guard.checks.lookalike import skeleton
from delegation_guard.checks.paths import named, only_clause
from delegation_guard.checks.protected import Protection, protection
from delegation_guard.loading import load
from delegation_guard.model.contract import Clause
from delegation_guard.model.finding import Evidence, Finding, Location

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from delegation_guard.model.change import FileChange
    from delegation_guard.model.inputs import Subject

__all__ = ["RULES", "find"]

PACKAGE_HOOKS, TOOL_TABLE = ".checks.embedded:package_hooks", ".checks.embedded:tool_table"
COMMENT_LIMIT = 1_000_000
ADDRESSES = (b"guard", b"spec/", b"scope/", b"fidelity/", b"tests/", b"gates/", b"honesty/", b"receipt/", b"model/")
HAPPENED = {"A": "added", "M": "changed", "D": "deleted", "T": "replaced by another kind of object"}


def find(subject: Subject) -> Iterator[Finding]:
    """Every touch of a protected file, whoever made the change; the policy decides what it weighs."""
    for file in subject.change.files:
        found = protection(file.path, subject.policy.protected)
        if found is not None:
            yield from _touched(subject, file, found)
        else:
            yield from _inside(subject, file)
        yield from _shadow(subject, file)
        yield from _comments(subject, file)


def _touched(subject: Subject, file: FileChange, found: Protection) -> Iterator[Finding]:
    if found.rule == "guard/spec-edited":
        if not _introduction(subject, file):
            yield _spec_edited(subject, file)
        return
    message = f"this file was {HAPPENED[file.status]}; it is {found.what}"
    yield _finding(subject, file, found.rule, message)


def _introduction(subject: Subject, file: FileChange) -> bool:
    """A spec that a person writes, or the very text the change is judged by: no tampering.

    How far that text is believed, and whether it came before the work, was decided before it became the contract.
    """
    if file.status == "A" and subject.standing in ("plain", "unattributed"):
        return True
    contract = subject.contract
    if contract is None or not is_file(file.new_mode) or subject.objects.size(file.new_oid) > COMMENT_LIMIT:
        return False
    data = subject.objects.blob(file.new_oid)
    if hashlib.sha256(data).hexdigest() == contract.sha256:
        return True
    # Several specs of one squash are judged as one contract; each of them stands in its source as it is.
    text = data.decode("utf-8", "surrogateescape")
    several = contract.path.split(" + ")
    return len(several) > 1 and file.path in several and bool(text.strip()) and text in contract.source


def _spec_edited(subject: Subject, file: FileChange) -> Finding:
    governing = bool(subject.spec_path) and file.path == subject.spec_path
    which = "the very spec it is judged by" if governing else "a spec"
    return _finding(
        subject, file, "guard/spec-edited",
        f"this file was {HAPPENED[file.status]}: it is {which}, which only its author may change",
        authorised=0 if governing else _authorised(subject, file),
    )  # fmt: skip


def _inside(subject: Subject, file: FileChange) -> Iterator[Finding]:
    """Files that are protected in part: which of their lines changed decides."""
    folder, _, name = skeleton(file.path).rpartition("/")
    reader = {
        ".gitattributes": _attributes, ".gitmodules": _modules, ".gitignore": _ignored, "package.json": _package,
        "pyproject.toml": _pyproject,
    }.get(name)  # fmt: skip
    if reader is None:
        return
    before, after = _text(subject, file.old_mode, file.old_oid), _text(subject, file.new_mode, file.new_oid)
    yield from reader(subject, file, before, after)


def _attributes(subject: Subject, file: FileChange, before: str, after: str) -> Iterator[Finding]:
    for line, words in attributes(before, after):
        yield _finding(subject, file, "guard/git-config", words, line)


def _modules(subject: Subject, file: FileChange, before: str, after: str) -> Iterator[Finding]:
    for line, words in modules(before, after):
        yield _finding(subject, file, "guard/git-config", words, line)


def _ignored(subject: Subject, file: FileChange, before: str, after: str) -> Iterator[Finding]:
    folder = file.path.rpartition("/")[0]
    for line, pattern, path in hidden(folder, before, after, _Paths(subject)):
        message = f"the new pattern `{pattern}` hides {exits.shown(path)}"
        yield _finding(subject, file, "guard/ignored-path", message, line)


class _Paths:
    """The paths of both trees and of the spec, walked only when somebody iterates."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject

    def __iter__(self) -> Iterator[str]:
        contract, change = self._subject.contract, self._subject.change
        listed = [edit.path for edit in contract.edits if edit.action != "glob"] if contract else []
        yield from listed
        for tree in (change.base, change.head):
            yield from self._subject.objects.paths(tree) if tree else ()


def _package(subject: Subject, file: FileChange, before: str, after: str) -> Iterator[Finding]:
    package_hooks = cast("Callable[[str, str], tuple[str, ...]]", load(PACKAGE_HOOKS))
    for key in package_hooks(before, after):
        what = f"`{key}` configures commit hooks" if key else "it does not parse, so its hook settings are unknown"
        yield _finding(subject, file, "guard/hooks-edited", what)


def _pyproject(subject: Subject, file: FileChange, before: str, after: str) -> Iterator[Finding]:
    if cast("Callable[[str, str], bool]", load(TOOL_TABLE))(before, after):
        what = "this holds a table for the guard, which reads its policy from .delegation/policy.yaml only"
        yield _finding(subject, file, "guard/policy-edited", what)


def _shadow(subject: Subject, file: FileChange) -> Iterator[Finding]:
    names = skeleton(file.path).split("/")
    depth = next((at for at, name in enumerate(names) if name.partition(".")[0] == "delegation_guard"), -1)
    if depth < 0 or file.status == "D":
        return
    whole = names[depth] != "delegation_guard"
    if whole and (depth != len(names) - 1 or names[depth].rpartition(".")[2] not in ("py", "pyc", "so", "pyd", "pth")):
        return
    # The guard's own repository holds the package already: there it is ordinary source.
    marker = file.path if whole else "/".join([*file.path.split("/")[: depth + 1], "__init__.py"])
    if subject.objects.entry(subject.change.base, marker) is None:
        message = "this file carries the name of this guard's own module"
        yield _finding(subject, file, "guard/tool-shadowed", message)


def _comments(subject: Subject, file: FileChange) -> Iterator[Finding]:
    """Comments have no effect on any verdict, so a file too large to scan lets nothing pass."""
    if not is_file(file.new_mode) or file.old_oid == file.new_oid or subject.objects.size(file.new_oid) > COMMENT_LIMIT:
        return
    after = subject.objects.blob(file.new_oid)
    if not any(word in after.lower() for word in ADDRESSES):
        return
    before = _text(subject, file.old_mode, file.old_oid)
    for line, text in ignore_comments(before, after.decode("utf-8", "replace")):
        yield Finding(
            "guard/ignore-comment",
            "a new comment tells the guard to look away, which it does not",
            Location(file.path, line),
            evidence=Evidence("", text),
            hint=f"delete the comment, {exits.STOP}",
        )


def _text(subject: Subject, mode: str, oid: str) -> str:
    return subject.objects.blob(oid).decode("utf-8", "replace") if is_file(mode) else ""


def _finding(
    subject: Subject, file: FileChange, rule: str, message: str, line: int = 0, authorised: int | None = None
) -> Finding:
    allowed = _authorised(subject, file) if authorised is None else authorised
    command = f'make this edit yourself, in a commit of your own: git commit -m "..." -- {exits.shell(file.path)}'
    return Finding(
        rule,
        message,
        Location(file.path, line),
        clause=_clause(subject, file),
        authorised=allowed,
        hint="" if allowed else exits.undo(subject, file),
        remedy="" if allowed or subject.contract is None else command,
    )


def _clause(subject: Subject, file: FileChange) -> Clause | None:
    if subject.contract is None:
        return None
    edit = named(subject.contract, file.path)
    if edit is not None:
        return Clause(edit.heading or f"### {edit.number}. {edit.path}", edit.line)
    return only_clause(subject.contract)


def _authorised(subject: Subject, file: FileChange) -> int:
    """The line of the heading of a spec of the base, or a sealed one, that names exactly this path and permits this."""
    contract = subject.contract
    if contract is None or not contract.at_least("base"):
        return 0
    edit = named(contract, file.path)
    if edit is None or objections((edit,), file, subject):
        return 0
    return edit.line
