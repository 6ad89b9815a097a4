"""A weakened gate as a fact, and the text of a side it was found in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from delegation_guard.model.finding import Certainty
    from delegation_guard.model.inputs import Objects

LIMIT = 1_000_000


@dataclass(frozen=True, slots=True)
class Weakness:
    """One thing a gate no longer does. `rule` is without its family; `line` counts on `side`, 0 = the whole file."""

    rule: str
    message: str
    path: str = ""
    line: int = 0
    side: str = "head"
    before: str = ""
    after: str = ""
    certainty: Certainty = "sure"
    floor: float | None = None
    """The number that a coverage floor had, for weighing floors that moved to another file."""


@dataclass
class Side:
    """One tree of a change, read on demand. `problems`: configuration that could not be read, and why."""

    objects: Objects
    tree: str
    problems: dict[str, str] = field(default_factory=dict)
    cache: dict[str, object] = field(default_factory=dict)

    def text(self, path: str) -> str | None:
        """A file's text, None when there is none or it is no text of bearable size."""
        entry = self.objects.entry(self.tree, path) if self.tree else None
        if entry is None or entry.mode not in ("100644", "100755"):
            return None
        if self.objects.size(entry.oid) > LIMIT:
            self.problems[path] = "it is larger than 1 MB"
            return None
        data = self.objects.blob(entry.oid)
        try:
            return data.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError:
            self.problems[path] = "it is not UTF-8"
            return data.decode("latin-1")

    @cached_property
    def paths(self) -> tuple[str, ...]:
        return self.objects.paths(self.tree) if self.tree else ()

    @cached_property
    def tests(self) -> tuple[str, ...]:
        """Files that look like tests by their names."""
        return tuple(path for path in self.paths if testish(path))

    def holds(self, target: str) -> bool:
        """Whether something lies at or under a path."""
        target = target.removeprefix("./").rstrip("/").partition("::")[0].removesuffix("/...")
        return any(path == target or path.startswith(f"{target}/") for path in self.paths)


def testish(path: str) -> bool:
    """Whether a path is called like source text of tests; fixtures and configuration are not."""
    folder, _, name = path.lower().rpartition("/")
    stem, _, suffix = name.partition(".")
    if suffix.rpartition(".")[2] not in SOURCE or _NO_TEST.search(name):
        return False
    named = (
        stem.startswith("test")
        or stem.endswith(("test", "tests", "spec", "_it"))
        or ".test." in name
        or ".spec." in name
    )
    inside = any(part in ("__tests__", "cypress", "e2e", "spec", "specs") for part in folder.split("/"))
    return named or ".cy." in name or inside or (suffix == "rs" and "tests" in folder.split("/"))


_NO_TEST = re.compile(r"^(conftest|__init__|setup)\.py$|\.config\.|\.setup\.|\.d\.ts$")
SOURCE = frozenset(
    (
        "py",
        "js",
        "jsx",
        "ts",
        "tsx",
        "mjs",
        "cjs",
        "mts",
        "cts",
        "go",
        "rs",
        "java",
        "kt",
        "cs",
        "rb",
        "php",
        "swift",
        "cpp",
        "cc",
        "c",
        "ex",
        "exs",
        "scala",
        "bats",
        "sh",
        "feature",
        "vue",
        "groovy",
    )
)
