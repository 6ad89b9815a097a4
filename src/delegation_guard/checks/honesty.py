"""Code that treats the tests specially: senses them, decides their outcome, or makes every comparison true."""

from __future__ import annotations

import ast
import re
from collections import Counter
from typing import TYPE_CHECKING, cast

from delegation_guard.checks import exits
from delegation_guard.checks.gating.authority import authorised
from delegation_guard.checks.gating.facts import Weakness, testish
from delegation_guard.checks.honest.marks import LANGUAGES
from delegation_guard.checks.honest.python import Trick, tricks
from delegation_guard.checks.honest.shadows import shadows
from delegation_guard.model.change import EXECUTABLE, REGULAR
from delegation_guard.model.finding import Evidence, Finding, Location, Rule
from delegation_guard.model.report import NotAnalysed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delegation_guard.model.change import FileChange
    from delegation_guard.model.finding import Certainty
    from delegation_guard.model.inputs import Subject

TABLE = (
    (
        "senses-tests",
        "Product code asks whether it is being tested",
        "It reads a variable that only a test runner sets, or looks whether one is loaded. "
        "What runs under test is then not what runs elsewhere.",
    ),
    (
        "inspects-caller",
        "Product code looks at who calls it",
        "It walks its own call stack; when it looks for tests there, the answer it gives them proves nothing.",
    ),
    (
        "always-equal",
        "An object is equal to everything",
        "Its comparison returns a constant, so every assertion about it passes.",
    ),
    (
        "exits",
        "Something ends the process or swallows its errors",
        "An exit with success in library code or in the tests' plumbing ends the run before a failure can be told.",
    ),
    (
        "outcome-patched",
        "The outcome of tests is decided outside them",
        "A hook, plugin or assignment changes what runs, what counts as passed, or the test library itself.",
    ),
    (
        "shadowed",
        "A new module hides an installed package",
        "Imports find the new file in place of the package of that name, a test runner or a declared dependency.",
    ),
)
UNREAD = Rule(
    "honesty/not-analysed",
    "Changed product code could not be read",
    "It does not parse or is too large, so what it does to the tests is not known.",
    level="warning",
    contract=True,
)
RULES: tuple[Rule, ...] = (*(Rule(f"honesty/{name}", title, text) for name, title, text in TABLE), UNREAD)

LIMIT = 1_000_000
HINT = f"take it out, {exits.STOP}"
_PLUMBING = re.compile(
    r"(^|/)(conftest\.py|tests?/|testing/|__tests__/|spec/|e2e/|cypress/|"
    r"setup[-_.]?tests?\.|jest\.setup|vitest\.setup|test[_-]helpers?)|"
    r"\.config\.[cm]?[jt]s$"
)


def find(subject: Subject) -> Iterator[Finding | NotAnalysed]:
    """What a change adds of such code; what stood before, there or in another changed file, is no finding."""
    yield from _unread(subject)
    read = [file for file in subject.change.files if not file.mode_only and _readable(file.path)]
    found = [(file, trick) for file in read for trick in _tricks(subject, file, file.new_mode, file.new_oid)]
    before: Counter[tuple[str, str]] = Counter()
    for file in read if found else ():
        before.update((trick.rule, trick.text) for trick in _tricks(subject, file, file.old_mode, file.old_oid))
    for file, trick in found:
        before[trick.rule, trick.text] -= 1
        if before[trick.rule, trick.text] < 0:
            yield _finding(subject, file, trick)
    for file, what, certainty in shadows(subject):
        message = f"this new file is imported in place of {what}"
        yield Finding(
            "honesty/shadowed",
            message,
            Location(file.path),
            cast("Certainty", certainty),
            hint=exits.undo(subject, file),
        )


def _unread(subject: Subject) -> Iterator[Finding | NotAnalysed]:
    for file in subject.change.files:
        if file.mode_only or file.new_mode not in (REGULAR, EXECUTABLE) or not _readable(file.path):
            continue
        why = _fault(subject, file)
        if why:
            yield NotAnalysed(file.path, f"honesty: {why}")
            message = f"this file could not be looked through: {why}"
            yield Finding(UNREAD.id, message, Location(file.path), hint=exits.undo(subject, file))


def _fault(subject: Subject, file: FileChange) -> str:
    if subject.objects.size(file.new_oid) > LIMIT:
        return f"it is larger than {LIMIT:,} bytes"
    if not file.path.endswith((".py", ".pyi")):
        return ""
    return "" if _tree(subject, file.new_oid) is not None else "it does not parse as Python"


def _tree(subject: Subject, oid: str) -> ast.Module | None:
    """A Python blob's syntax tree, None when it does not parse; parsed once per subject."""
    trees = cast("dict[str, ast.Module | None]", subject.cache.setdefault("honesty", {}))
    if oid not in trees:
        try:
            trees[oid] = ast.parse(subject.objects.blob(oid).decode("utf-8", "replace"))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            trees[oid] = None
    return trees[oid]


def _readable(path: str) -> bool:
    suffix = path.rpartition(".")[2]
    return suffix in ("py", "pyi") or suffix in LANGUAGES


def _tricks(subject: Subject, file: FileChange, mode: str, oid: str) -> list[Trick]:
    if mode not in (REGULAR, EXECUTABLE) or subject.objects.size(oid) > LIMIT:
        return []
    product = not testish(file.path) and not _PLUMBING.search(file.path)
    if file.path.endswith((".py", ".pyi")):
        tree = _tree(subject, oid)
        return list(tricks(tree, file.path, product)) if tree is not None else []
    return list(_marked(subject.objects.blob(oid).decode("utf-8", "replace"), file.path, product))


def _marked(text: str, path: str, product: bool) -> Iterator[Trick]:
    text = re.sub(r"(?m)^[ \t]*(//|\*|/\*).*$", "", text)
    for mark in LANGUAGES[path.rpartition(".")[2]]:
        if not product and not mark.tests and mark.rule != "always-equal":
            continue
        if (
            product
            and mark.tests
            and mark.rule == "exits"
            and re.search(r"(^|/)(cli|main|bin|cmd|scripts?|index|server|program)\b", path, re.IGNORECASE)
        ):
            continue
        for match in mark.pattern.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            certainty: Certainty = "sure" if not product and mark.rule == "exits" else mark.certainty
            certainty = "doubtful" if not product and mark.rule == "always-equal" else certainty
            yield Trick(mark.rule, line, " ".join(match.group().split())[:120], mark.says, certainty)


def _finding(subject: Subject, file: FileChange, trick: Trick) -> Finding:
    message = f"`{trick.text[:80]}` {trick.says}"
    weakness = Weakness(trick.rule, message, file.path, trick.line, "head", "", trick.text, trick.certainty)
    allowed = authorised(subject, weakness)
    return Finding(
        f"honesty/{trick.rule}",
        message,
        Location(file.path, trick.line),
        trick.certainty,
        Evidence("", trick.text),
        authorised=allowed,
        hint="" if allowed else HINT,
    )
