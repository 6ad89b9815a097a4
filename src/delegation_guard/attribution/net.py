"""The net change of a task: its commits' changes together, without what others did to the same paths in between.

Beside every commit stands a second, imagined tree: the same without the task's changes. Only the paths where the
two may differ are kept. Others' changes are made to both trees (merged line by line), the task's only to the real
one; a merge merges both. What is left between the two at the task's last commit is the task's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from delegation_guard.attribution.walk import new_entry, old_entry
from delegation_guard.model.change import Change
from delegation_guard.repo.diff import between
from delegation_guard.repo.trees import merge_entries, with_entries

if TYPE_CHECKING:
    from collections.abc import Mapping

    from delegation_guard.attribution.walk import Step, Walk
    from delegation_guard.model.change import Commit, Entry, FileChange, Origin


@dataclass(frozen=True, slots=True)
class Without:
    """A path in the imagined tree. `overtaken`: another changed the same lines after the task did, and could not be
    told apart; the next change of the task starts from that version."""

    entry: Entry | None
    overtaken: bool = False


State = dict[str, Without]


def net_change(
    walk: Walk, mine: frozenset[str], origin: Origin, fixed: Mapping[str, Entry | None] | None = None
) -> Change:
    """The change that the commits `mine` (not empty, all of the walk) make together, judged at their last one's tree.

    A path that others changed too is judged up to that last commit. `fixed`: paths whose imagined side is known
    better (what lay in the work tree before the task began).
    """
    tip, states = last(walk, mine), States(walk, mine)
    for commit in walk.commits[: walk.place[tip.oid] + 1]:
        states.advance(commit)
    wanted = {path: without.entry for path, without in states.of(tip.oid).items()}
    wanted |= {path: entry for path, entry in (fixed or {}).items() if path in wanted}
    differing = {path: entry for path, entry in wanted.items() if walk.entry(tip.tree, path) != entry}
    base = with_entries(walk.repo, tip.tree, differing)
    return Change(origin, base, tip.tree, between(walk.repo, base, tip.tree))


def last(walk: Walk, mine: frozenset[str]) -> Commit:
    """The first commit that contains all of `mine`: the last of them, or the merge that joins them."""
    reached: dict[str, frozenset[str]] = {}
    for commit in walk.commits:
        own = mine & {commit.oid}
        reached[commit.oid] = own.union(*(reached.get(parent, frozenset()) for parent in commit.parents))
        if reached[commit.oid] == mine:
            return commit
    return walk.commits[-1]


class States:
    """The imagined side of every commit of a walk, for one task."""

    def __init__(self, walk: Walk, mine: frozenset[str]) -> None:
        self._walk = walk
        self._mine = mine
        self._states: dict[str, State] = {}

    def of(self, oid: str) -> State:
        return self._states.get(oid, {})

    def advance(self, commit: Commit) -> None:
        """Take the next commit, after all of its parents."""
        parents = commit.parents
        state = dict(self.of(parents[0])) if len(parents) == 1 else self._merged(parents)
        own = commit.oid in self._mine
        if own or state:
            step = self._walk.step(commit)
            for file in step.files:
                if own:
                    self._take(state, file)
                elif file.path in state:
                    state[file.path] = self._shifted(state[file.path], file)
        self._states[commit.oid] = state

    def _take(self, state: State, file: FileChange) -> None:
        held = state.get(file.path)
        if held is None or held.overtaken:
            state[file.path] = Without(old_entry(file))

    def _shifted(self, held: Without, file: FileChange) -> Without:
        if held.overtaken:
            return held
        merged, entry = self._merge(held.entry, old_entry(file), new_entry(file))
        return Without(entry, overtaken=not merged)

    def _merged(self, parents: tuple[str, ...]) -> State:
        state: State = {}
        paths = {path for parent in parents for path in self.of(parent)}
        if not paths:
            return state
        common = [self._walk.repo.merge_base(parents[0], parent) for parent in parents[1:]]
        for path in paths:
            held = self._without(parents[0], path)
            for base, parent in zip(common, parents[1:], strict=True):
                before = self._without(base, path) if base else Without(None)
                theirs = self._without(parent, path)
                merged, entry = self._merge(held.entry, before.entry, theirs.entry)
                held = Without(entry, held.overtaken or theirs.overtaken or not merged)
            state[path] = held
        return state

    def _without(self, oid: str, path: str) -> Without:
        return self.of(oid).get(path) or Without(self._walk.entry(self._walk.tree(oid), path))

    def _merge(self, ours: Entry | None, base: Entry | None, theirs: Entry | None) -> tuple[bool, Entry | None]:
        return merge_entries(self._walk.repo, self._walk.objects, ours, base, theirs)


def step_change(step: Step, origin: Origin = "commit") -> Change:
    """What one commit changed itself."""
    return Change(origin, step.base, step.commit.tree, step.files)
