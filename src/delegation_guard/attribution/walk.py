"""The commits under judgement and what each of them changed itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from delegation_guard.model.change import ABSENT, Commit, Entry
from delegation_guard.repo.diff import between
from delegation_guard.repo.merges import clean_merge
from delegation_guard.repo.trees import conflicted_merge, with_entries

if TYPE_CHECKING:
    from delegation_guard.model.change import FileChange
    from delegation_guard.model.inputs import Objects
    from delegation_guard.repo.repository import Repository

PENDING = "pending"
"""The id of a commit that does not exist yet: what is staged, or in the work tree."""


@dataclass(frozen=True, slots=True)
class Step:
    """A commit's own part: `files` differ between the tree `base` and the commit's.

    For a merge, `base` is the merge git makes without help, so that a clean merge has no files.
    """

    commit: Commit
    base: str
    files: tuple[FileChange, ...]

    @property
    def is_merge(self) -> bool:
        return len(self.commit.parents) > 1

    def only_in(self, folder: str) -> bool:
        """Whether it changes something, and nothing outside a folder ("a/b/")."""
        return bool(self.files) and all(file.path.startswith(folder) for file in self.files)


class Walk:
    """Commits, parents before children, and their steps, each computed when first asked for."""

    def __init__(self, repo: Repository, objects: Objects, commits: tuple[Commit, ...]) -> None:
        self.repo = repo
        self.objects = objects
        self.commits = commits
        self.place = {commit.oid: number for number, commit in enumerate(commits)}
        self._steps: dict[str, Step] = {}
        self._trees = {commit.oid: commit.tree for commit in commits}

    def tree(self, oid: str) -> str:
        """The tree of a commit, of the walk or before it."""
        if oid not in self._trees:
            self._trees[oid] = self.repo.tree_of(oid)
        return self._trees[oid]

    def step(self, commit: Commit) -> Step:
        """What a commit changed itself."""
        if commit.oid not in self._steps:
            base = self._base(commit)
            self._steps[commit.oid] = Step(commit, base, between(self.repo, base, commit.tree))
        return self._steps[commit.oid]

    def entry(self, tree: str, path: str) -> Entry | None:
        """A file, link or submodule at a path; None for nothing and for a folder."""
        found = self.objects.entry(tree, path)
        return None if found is None or found.mode == "040000" else found

    def _base(self, commit: Commit) -> str:
        if not commit.parents:
            return self.repo.empty_tree()
        if len(commit.parents) == 1:
            return self.tree(commit.parents[0])
        clean = clean_merge(self.repo, commit.parents)
        return clean if clean is not None else self._resolved(commit)

    def _resolved(self, commit: Commit) -> str:
        """What to compare the resolution of a conflict with: git's part of the merge, and one side of each conflict.

        The side is the first parent's, the second's where the resolution took the first's as it was: in both cases
        the choice shows. Where git can say nothing of the merge all that came with it counts as the merger's.
        """
        first, second = commit.parents[0], commit.parents[1]
        left = conflicted_merge(self.repo, first, second) if len(commit.parents) == 2 else None
        if left is None:
            return self.tree(first)
        tree, paths = left
        sides: dict[str, Entry | None] = {}
        for path in paths:
            ours = self.entry(self.tree(first), path)
            taken = self.entry(commit.tree, path) == ours
            sides[path] = self.entry(self.tree(second), path) if taken else ours
        return with_entries(self.repo, tree, sides)


def old_entry(file: FileChange) -> Entry | None:
    return None if file.old_mode == ABSENT else Entry(file.old_mode, file.old_oid)


def new_entry(file: FileChange) -> Entry | None:
    return None if file.new_mode == ABSENT else Entry(file.new_mode, file.new_oid)
