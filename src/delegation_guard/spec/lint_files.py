"""Lint of paths: what CONTEXT and the headings name, against the tree."""

from __future__ import annotations

import difflib
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from delegation_guard.model.change import EXECUTABLE, REGULAR
from delegation_guard.model.finding import Finding, Location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delegation_guard.model.contract import ContextItem, Contract, Edit
    from delegation_guard.model.inputs import Objects

MANY = 20


def find(contract: Contract, objects: Objects, tree: str) -> Iterator[Finding]:
    """Findings about paths; reads CONTEXT files only for their number of lines."""
    look = _Look(contract, objects, tree)
    for item in contract.context:
        yield from look.context(item)
    for edit in contract.edits:
        yield from look.edit(edit)
    if len(contract.edits) > MANY:
        yield look.finding(
            "spec/too-wide", contract.edits[MANY].line, f"the task lists {len(contract.edits)} files",
            "split it into tasks that can be verified one by one",
        )  # fmt: skip


class _Look:
    def __init__(self, contract: Contract, objects: Objects, tree: str) -> None:
        self.contract, self.objects, self.tree = contract, objects, tree

    def finding(self, rule: str, line: int, message: str, hint: str = "") -> Finding:
        return Finding(rule, message, Location(self.contract.path, line, "spec"), hint=hint)

    def context(self, item: ContextItem) -> Iterator[Finding]:
        entry = self.objects.entry(self.tree, item.path)
        if entry is None or entry.mode == "040000":
            if not any(path.startswith(f"{item.path}/") for path in self.objects.paths(self.tree)):
                yield self.finding(
                    "spec/context-missing",
                    item.line,
                    f"the CONTEXT file {item.path} does not exist",
                    self._near(item.path),
                )
            return
        if not item.end or entry.mode not in (REGULAR, EXECUTABLE):
            return
        lines = len((self.objects.read(self.tree, item.path) or b"").splitlines())
        if item.end > lines:
            named = f"line {item.end}" if item.start == item.end else f"lines {item.start}-{item.end}"
            yield self.finding(
                "spec/context-lines", item.line, f"CONTEXT names {named} of {item.path}, which has {lines}",
                "read the file again and correct the lines",
            )  # fmt: skip

    def edit(self, edit: Edit) -> Iterator[Finding]:
        if edit.action == "glob":
            yield from self._glob(edit)
            return
        there = self.objects.entry(self.tree, edit.path) is not None
        if there and edit.action == "create":
            yield self._exists(edit, edit.path)
        if edit.action == "rename" and self.objects.entry(self.tree, edit.target) is not None:
            yield self._exists(edit, edit.target)
        if there or edit.action in ("create", "symlink", "submodule"):
            return
        if edit.action == "modify" or (edit.action == "mode" and edit.blocks):
            yield self.finding(
                "spec/new-file", edit.line, f"{edit.path} does not exist",
                self._near(edit.path, f"if it is a new file, write `{_heading(edit)} (create)`"),
            )  # fmt: skip
            return
        yield self.finding(
            "spec/file-missing",
            edit.line,
            f"{edit.path} is marked ({edit.action}) and does not exist",
            self._near(edit.path),
        )

    def _exists(self, edit: Edit, path: str) -> Finding:
        what = "is to be created" if edit.action == "create" else "is the new path of a rename"
        return self.finding(
            "spec/file-exists", edit.line, f"{path} exists already and {what}",
            "name another path, or list the file without a marker to change it",
        )  # fmt: skip

    def _glob(self, edit: Edit) -> Iterator[Finding]:
        matched = [path for path in self.objects.paths(self.tree) if glob_match(edit.path, path)]
        some = ", ".join(matched[:3]) + (" ..." if len(matched) > 3 else "")
        counted = f"the glob {edit.path} matches {_count(len(matched))}"
        yield self.finding(
            "spec/glob", edit.line, f"{counted}: {some}" if some else counted,
            "list the files one by one unless all of them, and new ones, may change",
        )  # fmt: skip

    def _near(self, path: str, otherwise: str = "correct the path") -> str:
        """What a path was probably meant to be: the same name elsewhere, or a like name beside it."""
        name, folder = path.rpartition("/")[2], path.rpartition("/")[0]
        paths = self.objects.paths(self.tree)
        same = [other for other in paths if other.rpartition("/")[2].lower() == name.lower()]
        beside = [other for other in paths if other.rpartition("/")[0] == folder][:2000]
        near = same[:1] or difflib.get_close_matches(path, beside, 1, 0.8)
        return f"did you mean {near[0]}? else {otherwise}" if near else otherwise


def _heading(edit: Edit) -> str:
    return f"### {edit.number}. {edit.path}" if edit.number else f"### {edit.path}"


def _count(number: int) -> str:
    return "no file" if not number else "1 file" if number == 1 else f"{number} files"


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = []
    for piece in re.split(r"(\*\*/|\*\*|\*|\?)", pattern):
        parts.append({"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}.get(piece) or re.escape(piece))
    return re.compile("".join(parts), re.DOTALL)


def glob_match(pattern: str, path: str) -> bool:
    """Whether a listed glob matches a whole path: `*` and `?` stay within a folder, `**` crosses folders."""
    return _compiled(pattern).fullmatch(path) is not None
