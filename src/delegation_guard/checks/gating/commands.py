"""Whether every command that checked something before still does, wherever it runs now."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from delegation_guard.checks.gating.conditions import weaker_conditions
from delegation_guard.checks.gating.effects import Effect, Sides, effects
from delegation_guard.checks.gating.facts import Weakness
from delegation_guard.checks.gating.identify import category, gate_name, identify
from delegation_guard.checks.gating.sources import CI, runs_commands, runs_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from delegation_guard.checks.gating.facts import Side
    from delegation_guard.languages.config.runs import Run
    from delegation_guard.model.finding import Certainty

_MOST_FILES = 60
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Gate:
    """A command of one tool, as written in one place."""

    run: Run
    tool: str
    arguments: tuple[str, ...]

    @property
    def where(self) -> tuple[str, str]:
        return (self.run.path, self.run.place)


def gates(runs: Iterable[Run]) -> list[Gate]:
    """The commands that check something."""
    return [Gate(run, tool, arguments) for run in runs for tool, arguments in identify(run.words)]


class Commands:
    """The gates of the changed files on both sides."""

    def __init__(self, base: Side, head: Side, paths: list[str]) -> None:
        self.base, self.head = base, head
        self.paths = [path for path in paths if runs_commands(path)]
        self.old = [gate for path in self.paths for gate in gates(runs_of(base, path))]
        self.new = [gate for path in self.paths for gate in gates(runs_of(head, path))]
        self.sides = Sides(base, head)
        self.known = {(gate.where, gate.tool, gate.arguments) for gate in self.old}

    def weaknesses(self) -> Iterator[Weakness]:
        """What was checked and is not any more, or no longer counts."""
        said: set[tuple[str, int, str]] = set()
        for gate in self.old:
            for found in self.lost(gate):
                mark = (found.path, found.line, found.rule)
                if mark not in said:
                    said.add(mark)
                    yield found

    def lost(self, gate: Gate) -> list[Weakness]:
        """How one gate of the base is weaker on the head; empty when something there does all it did."""
        if gate.run.kind == "task" and not self.standing(gate):
            return []
        same = [other for other in self.new if other.tool == gate.tool]
        here = [other for other in same if other.where == gate.where]
        judged = [(self.weaker(gate, other), other) for other in here]
        if any(not found for found, _ in judged):
            return []
        fresh = [
            other
            for other in same
            if other not in here and (other.where, other.tool, other.arguments) not in self.known
        ]
        if here and any(not self.weaker(gate, other) for other in fresh):
            return []
        if here and any(self.succeeds(gate, other) for other in self.new):
            return []
        if here:
            found, other = min(judged, key=lambda pair: len(pair[0]))
            return [self.weakness(gate, other, effect) for effect in found]
        return self.gone(gate, same)

    def succeeds(self, gate: Gate, other: Gate) -> bool:
        """Whether a command that the base did not have is the same program's other way to make this check."""
        fresh = other.tool != gate.tool and all(other.tool != one.tool for one in self.old)
        same = other.tool.partition(" ")[0] == gate.tool.partition(" ")[0] and other.tool.startswith("cargo ")
        return fresh and same and category(other.tool) == category(gate.tool) and not other.run.masks

    def standing(self, gate: Gate) -> bool:
        """Whether an entry of a task runner is one that checks: by its name, or because others call it."""
        name = gate.run.place.rpartition(":")[2] if not gate.run.place.startswith("testenv") else gate.run.place
        if (
            gate_name(gate.run.place)
            or gate.run.place.startswith(("testenv", "lint-staged", "pre", "post"))
            or not name
        ):
            return True
        if gate.run.path.endswith("noxfile.py"):
            return True
        called = f"run {gate.run.place}"
        return any(other.tool == called for other in self.old) or gate.run.place in ("all", "default", "build")

    def weaker(self, gate: Gate, other: Gate) -> list[Effect]:
        found = effects(gate.tool, gate.arguments, other.arguments, self.sides)
        gained = [mask for mask in other.run.masks if mask not in gate.run.masks]
        if gained and not gate.run.masks:
            mask = gained[-1] if gained[-1].startswith("`") else gained[0]
            depends = " depends on " in mask
            found.append(
                Effect("failure-ignored", f"may fail without consequence: {mask}", "doubtful" if depends else "sure")
            )
        found += weaker_conditions(gate.run.conditions, other.run.conditions)
        if other.run.retried and not gate.run.retried:
            found.append(Effect("retries-added", "is repeated until it passes"))
        if gate.where != other.where and gate.run.systems - other.run.systems and other.run.systems:
            missing = ", ".join(sorted(gate.run.systems - other.run.systems))
            found.append(Effect("ci-narrowed", f"no longer runs on {missing}"))
        return found

    def gone(self, gate: Gate, same: list[Gate]) -> list[Weakness]:
        """A gate that has no counterpart in its old place."""
        if any(self.stands_for(gate, other) for other in same) or self.replaced(gate) or self.aimless(gate):
            return []
        if any(not self.weaker(gate, other) for other in self.elsewhere(gate)):
            return []
        if self.through_entries(gate):
            return []
        near = [
            other
            for other in same
            if other.run.path == gate.run.path and (other.where, other.tool, other.arguments) not in self.known
        ]
        if near:
            found, other = min(((self.weaker(gate, one), one) for one in near), key=lambda pair: len(pair[0]))
            return [self.weakness(gate, other, effect) for effect in found]
        kind = category(gate.tool)
        echoed = self.echoed(gate)
        text = "is no longer run" if not echoed else f"is replaced by `{echoed.text}`"
        certainty: Certainty = "doubtful" if kind in ("format", "audit", "coverage") and not echoed else "sure"
        line, side = (echoed.line, "head") if echoed else (gate.run.line, "base")
        return [
            Weakness(
                "command-removed",
                f"{self.named(gate)} {text}",
                gate.run.path,
                line,
                side,
                gate.run.text,
                echoed.text if echoed else "",
                certainty,
            )
        ]

    def stands_for(self, gate: Gate, other: Gate) -> bool:
        if self.weaker(gate, other):
            return False
        if gate.run.kind != "task" or other.run.kind == "ci":
            return True
        place = gate.run.place
        still = [run for run in runs_of(self.head, gate.run.path) if run.place == place]
        reached = self.closure(gate.run.path, place)
        return not still or other.run.path != gate.run.path or other.run.place in reached or not gate_name(place)

    def closure(self, path: str, place: str) -> set[str]:
        """The entries of a file that run when one of them is asked for."""
        found, waiting = {place, f"pre{place}", f"post{place}"}, [place, f"pre{place}", f"post{place}"]
        runs = runs_of(self.head, path)
        while waiting:
            current = waiting.pop()
            for run in runs:
                if run.place == current:
                    names = {word for word in run.words[1:] if not word.startswith("-")} - found
                    waiting += sorted(names)
                    found |= names
        return found

    def replaced(self, gate: Gate) -> bool:
        """Whether another check of the same kind, which the base did not have, took its place."""
        kind = category(gate.tool)
        before = {other.tool for other in self.old}
        for other in self.new:
            if other.tool in before or other.run.masks or weaker_conditions(gate.run.conditions, other.run.conditions):
                continue
            theirs = category(other.tool)
            if theirs == kind or kind == "any" or theirs == "any" or (kind == "format" and theirs == "lint"):
                return True
        return False

    def aimless(self, gate: Gate) -> bool:
        """Whether what it checked went with the change: its targets, the script it ran, or the entry it asked for."""
        head, _, name = gate.tool.partition(" ")
        if head == "script":
            return (
                not self.head.holds(name)
                and self.base.holds(name)
                and not any(not item.startswith("run ") for item in self.tools_of_script(name))
            )
        targets = [word for word in gate.arguments if not word.startswith("-") and "/" in word and "$" not in word]
        return bool(targets) and all(self.base.holds(word) and not self.head.holds(word) for word in targets)

    def tools_of_script(self, path: str) -> list[str]:
        return [gate.tool for gate in gates(runs_of(self.base, path))]

    def elsewhere(self, gate: Gate) -> Iterator[Gate]:
        """The same tool in files of the same kind that the change does not touch."""
        if gate.run.kind != "ci":
            return
        others = [path for path in self.head.paths if CI.search(path) and path not in self.paths]
        for path in others[:_MOST_FILES]:
            for other in gates(runs_of(self.head, path)):
                if other.tool == gate.tool:
                    yield other

    def through_entries(self, gate: Gate) -> bool:
        """Whether entries and scripts that the head newly calls run this gate, or this entry's own commands run now."""
        callers = [
            other
            for other in self.new
            if not other.run.masks and (other.where, other.tool, other.arguments) not in self.known
        ]
        for caller in callers:
            for inner in self.expanded(self.head, caller, 0):
                if inner.tool == gate.tool and not self.weaker(gate, inner):
                    return True
        own = self.expanded(self.base, gate, 0) if gate.tool.startswith(("run ", "script ")) else []
        direct = [item for item in own if not item.tool.startswith(("run ", "script "))]
        reached = self.closure(gate.run.path, gate.run.place) if gate.run.kind == "task" else set()
        asked = [other for other in self.new if self.runs_with(gate, other, reached)]
        pool = [*asked, *(inner for caller in callers for inner in self.expanded(self.head, caller, 0))]
        return bool(direct) and all(
            any(other.tool == item.tool and not self.weaker(item, other) for other in pool) for item in direct
        )

    @staticmethod
    def runs_with(gate: Gate, other: Gate, reached: set[str]) -> bool:
        """Whether a command runs when the place of another one does; `reached`: what that place asks for."""
        if gate.run.kind == "ci":
            return other.run.kind == "ci"
        return other.run.path != gate.run.path or other.run.place in reached

    def expanded(self, side: Side, gate: Gate, depth: int) -> list[Gate]:
        """The gates behind `run NAME` and `script PATH` in a tree."""
        head, _, name = gate.tool.partition(" ")
        if head not in ("run", "script") or depth > _DEEPEST:
            return []
        if head == "script":
            found = gates(runs_of(side, name)) if runs_commands(name) else []
        else:
            files = [
                path
                for path in side.paths
                if re.search(
                    r"(^|/)((GNU)?[Mm]akefile|package\.json|\.?[Jj]ustfile|[Tt]askfile\.ya?ml|"
                    r"composer\.json|pyproject\.toml)$",
                    path,
                )
            ]
            found = [
                inner for path in files[:_MOST_FILES] for inner in gates(runs_of(side, path)) if inner.run.place == name
            ]
        return [*found, *(deep for inner in found for deep in self.expanded(side, inner, depth + 1))]

    def echoed(self, gate: Gate) -> Run | None:
        """A command in the same place that only prints or names what is gone."""
        before = {(run.place, run.text) for run in runs_of(self.base, gate.run.path)}
        for run in runs_of(self.head, gate.run.path):
            prints = run.words[:1] and run.words[0] in ("echo", "true", ":", "printf", "exit")
            if prints and run.place == gate.run.place and (run.place, run.text) not in before:
                return run
        return None

    def named(self, gate: Gate) -> str:
        place = f" in `{gate.run.place}`" if gate.run.place else ""
        return f"`{_short(gate.run.text)}`{place}"

    def weakness(self, gate: Gate, other: Gate, effect: Effect) -> Weakness:
        return Weakness(
            effect.rule,
            f"{self.named(other)} {effect.text}",
            other.run.path,
            other.run.line,
            "head",
            gate.run.text,
            other.run.text,
            effect.certainty,
            effect.floor,
        )


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:57]}..."
