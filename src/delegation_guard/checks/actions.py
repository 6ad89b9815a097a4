"""What happened to a listed path, against what its headings permit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from delegation_guard.checks.contents import entry
from delegation_guard.model.change import EXECUTABLE, GITLINK, SYMLINK

if TYPE_CHECKING:
    from delegation_guard.model.change import FileChange
    from delegation_guard.model.contract import Edit
    from delegation_guard.model.finding import Certainty
    from delegation_guard.model.inputs import Subject

Need = Literal["delete", "create", "content", "mode", "executable", "symlink", "regular", "submodule"]

PERMITS = {
    "modify": "be created or edited", "create": "be created", "glob": "be created or edited", "delete": "be deleted",
    "rename": "be renamed", "symlink": "become a symbolic link", "mode": "change its mode",
    "submodule": "be a submodule",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Objection:
    """Something that happened to a path and that none of its headings permits; `marker` would, if there is one."""

    need: Need
    words: str
    certainty: Certainty
    marker: str


def needs(file: FileChange) -> tuple[Need, ...]:
    """What a heading must permit for this change of one path."""
    if GITLINK in (file.old_mode, file.new_mode) and file.status != "D":
        return ("submodule",)
    if file.status == "D":
        return ("delete",)
    if file.new_mode == SYMLINK:
        return ("symlink",)
    if file.status == "T":
        return ("regular",)
    if file.status == "A":
        return ("create", "executable") if file.new_mode == EXECUTABLE else ("create",)
    content: tuple[Need, ...] = ("content",) if file.old_oid != file.new_oid else ()
    return (*content, "mode") if file.old_mode != file.new_mode else content


def objections(edits: tuple[Edit, ...], file: FileChange, subject: Subject) -> tuple[Objection, ...]:
    """What none of a path's headings permits; together they may permit what no single one does."""
    found = []
    for need in needs(file):
        answers = [_answer(edit, need, file, subject) for edit in edits]
        if None in answers:
            continue
        certainty: Certainty = "doubtful" if "doubtful" in answers else "sure"
        found.append(Objection(need, _words(need, file, subject), certainty, _marker(need, file, subject)))
    return tuple(found)


def _answer(edit: Edit, need: Need, file: FileChange, subject: Subject) -> Certainty | None:
    """How surely a heading forbids a need; None = it permits it."""
    if edit.action == "rename":
        return _rename(edit, need, file, subject)
    if edit.action == "mode":
        return _mode(edit, need, file)
    if edit.action == "symlink":
        return None if need == "symlink" and edit.target in ("", link_target(file, subject)) else "sure"
    if edit.action in ("delete", "submodule"):
        return None if need == edit.action else "sure"
    if need == "executable":
        return "doubtful"
    if need == "content" and edit.action == "create" and subject.span != "commit":
        return "doubtful"  # within a task a later commit may well edit what an earlier one created
    return None if need in ("create", "content") else "sure"


def _rename(edit: Edit, need: Need, file: FileChange, subject: Subject) -> Certainty | None:
    if file.path == edit.path and file.path != edit.target:
        return None if need in ("delete", "content") else "sure"
    if need == "create":
        return None
    if need == "content":
        return None if subject.span == "commit" else "doubtful"
    source = entry(subject, subject.change.base, edit.path)
    if need == "executable":
        return None if source is not None and source.mode == EXECUTABLE else "doubtful"
    same = source is not None and (source.mode, source.oid) == (file.new_mode, file.new_oid)
    return None if same and need in ("symlink", "submodule") else "sure"


def _mode(edit: Edit, need: Need, file: FileChange) -> Certainty | None:
    if need in ("mode", "executable", "regular"):
        return None if has_mode(edit, file.new_mode) else "sure"
    if need == "content":
        return None if edit.blocks else "doubtful"
    return None if need == "create" else "sure"


def has_mode(edit: Edit, mode: str) -> bool:
    """Whether a file's git mode is the one a `(mode ...)` heading asks for; git knows 644 and 755 only."""
    wanted = edit.target[-3:]
    executable = wanted.isdigit() and wanted[0] in "1357"
    return mode[-3:] == ("755" if executable else "644")


def link_target(file: FileChange, subject: Subject) -> str:
    """The target text of a path that is a symbolic link on the head."""
    return subject.objects.blob(file.new_oid).decode("utf-8", "surrogateescape")


def _words(need: Need, file: FileChange, subject: Subject) -> str:
    if need == "symlink":
        return f"was made a symbolic link to {ascii(link_target(file, subject))[1:-1]}"
    if need == "mode":
        return "was made executable" if file.new_mode == EXECUTABLE else "was made non-executable"
    if need == "submodule":
        return "was added as a submodule" if file.status == "A" else "changed as a submodule"
    return {
        "delete": "was deleted", "create": "was created", "content": "was edited",
        "executable": "was created as an executable file", "regular": "was replaced by a regular file",
    }[need]  # fmt: skip


def _marker(need: Need, file: FileChange, subject: Subject) -> str:
    if need == "symlink":
        return f"(symlink to {link_target(file, subject)})"
    if need in ("mode", "executable", "regular"):
        return f"(mode {file.new_mode[-3:]})"
    return {"delete": "(delete)", "submodule": "(submodule)"}.get(need, "")
