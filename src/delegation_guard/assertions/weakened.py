"""All facts about weakened tests of one change, computed once: the entrance of this room."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from delegation_guard.assertions.compare import Comparison, Half
from delegation_guard.assertions.documents import example_facts, is_snapshot, snapshot_facts
from delegation_guard.assertions.errors import Tree
from delegation_guard.assertions.facts import Fact
from delegation_guard.assertions.library import SIZE_LIMIT, Library, language_of, testish
from delegation_guard.assertions.shared import Shared
from delegation_guard.assertions.vocabulary import vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delegation_guard.assertions.library import Language
    from delegation_guard.languages.python_config import Collection
    from delegation_guard.model.change import FileChange
    from delegation_guard.model.inputs import Subject

FILES = {"120000", "160000"}
"""Modes whose content is not source text."""


@dataclass
class Weakened:
    """What a change did to its tests. `problems`: test files that could not be analysed, and why."""

    facts: tuple[Fact, ...] = ()
    problems: dict[str, str] = field(default_factory=dict)
    base: Library | None = None
    head: Library | None = None


def weakened(subject: Subject) -> Weakened:
    """The facts of a change; computed once and kept in its cache."""
    if "tests" not in subject.cache:
        subject.cache["tests"] = compute(subject)
    return cast("Weakened", subject.cache["tests"])


def compute(subject: Subject) -> Weakened:
    change, objects = subject.change, subject.objects
    base, head = Library(objects, change.base, subject.cache), Library(objects, change.head, subject.cache)
    found: list[Fact] = []
    for item in change.files:
        found.extend(recorded(subject, item, base.problems))
    by_language: dict[str, list[FileChange]] = {}
    for item in change.files:
        known = language_of(item.path)
        if known and not item.mode_only:
            by_language.setdefault(known[0], []).append(item)
    for name, items in by_language.items():
        language = language_of(items[0].path)
        if language is not None:
            found.extend(judged(subject, name, language[1], items, base, head))
    found.extend(repeated(subject))
    problems = {path: why for path, why in {**base.problems, **head.problems}.items() if testish(path)}
    for item in change.files:
        if testish(item.path) and item.new_mode in FILES and item.old_mode not in FILES and language_of(item.path):
            problems[item.path] = "it is a link now, not a file"
    return Weakened(unique(found), problems, base, head)


def judged(
    subject: Subject, name: str, language: Language, items: list[FileChange], base: Library, head: Library
) -> Iterator[Fact]:
    change, objects = subject.change, subject.objects
    before = language.collection(lambda path: objects.read(change.base, path))
    after = language.collection(lambda path: objects.read(change.head, path))
    tests = [item for item in items if testish(item.path) or before.file(item.path) or after.file(item.path)]
    for item in items:
        yield from documented(subject, item, base, head)
    if not tests:
        return
    words = vocabulary(name)
    old = Half(base, words, [item.path for item in tests if item.old_oid], before)
    new = Half(head, words, [item.path for item in tests if item.new_oid], after)
    tree = Tree(language.EXCEPTIONS, head)
    shared = [item.path for item in tests if not before.file(item.path)]
    comparison = Comparison(old, new, tree, bool(shared))
    yield from comparison.facts()
    base.problems |= comparison.problems
    helpers = Shared(old, new, comparison.order)
    for item in tests:
        yield from helpers.facts(item.path)


def documented(subject: Subject, item: FileChange, base: Library, head: Library) -> Iterator[Fact]:
    """Facts about documented examples; only files that hold any are read."""
    if not item.old_oid or not item.new_oid or subject.objects.size(item.old_oid) > SIZE_LIMIT:
        return
    if b">>>" not in subject.objects.blob(item.old_oid):
        return
    before, after = base.outline(item.path), head.outline(item.path)
    if before is not None and after is not None:
        yield from example_facts(before, after)


def recorded(subject: Subject, item: FileChange, problems: dict[str, str]) -> Iterator[Fact]:
    if not is_snapshot(item.path) or not item.old_oid or not item.new_oid or item.mode_only or language_of(item.path):
        return
    if max(subject.objects.size(item.old_oid), subject.objects.size(item.new_oid)) > SIZE_LIMIT:
        problems[item.path] = f"more than the {SIZE_LIMIT:,} bytes that are analysed"
        return
    old, new = (subject.objects.blob(oid).decode("utf-8", "replace") for oid in (item.old_oid, item.new_oid))
    yield from snapshot_facts(item.path, old, new)


def repeated(subject: Subject) -> Iterator[Fact]:
    """Configuration that repeats failing tests until they pass."""
    change, objects = subject.change, subject.objects
    names = {"pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg"}
    if not any(item.path in names for item in change.files):
        return
    language = language_of("x.py")
    if language is None:
        return
    before: Collection = language[1].collection(lambda path: objects.read(change.base, path))
    after: Collection = language[1].collection(lambda path: objects.read(change.head, path))
    if after.reruns > before.reruns:
        message = f"{after.source} now repeats failing tests until they pass"
        yield Fact("retried", message, after.source, 0, "head", f"reruns: {before.reruns:g}",
                   f"reruns: {after.reruns:g}",
                   base_path=after.source)  # fmt: skip


def unique(found: list[Fact]) -> tuple[Fact, ...]:
    """Each weakening once: the same lost text is often met in several tests."""
    seen: set[tuple[object, ...]] = set()
    kept = []
    for fact in found:
        mark = (fact.base_path, fact.before, fact.after, fact.line if fact.side == "head" else fact.test)
        if fact.before and mark in seen and fact.rule in {"helper-loosened", "mock-relaxed", "removed"}:
            continue
        seen.add(mark)
        kept.append(fact)
    return tuple(kept)
