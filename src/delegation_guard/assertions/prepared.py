"""Assertions that stand as they were, about something that a changed helper prepares otherwise: one fact a helper."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from delegation_guard.assertions.facts import brief

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from delegation_guard.assertions.cases import Case
    from delegation_guard.assertions.facts import Fact
    from delegation_guard.languages.outline import Function, Outline

WORD = re.compile(r"[^\W\d]\w*")


def by_helper(found: Iterable[tuple[Case, Case | None, Fact]]) -> Iterator[Fact]:
    """The facts of unchanged tests, those that one changed helper of the same file explains said once."""
    groups: dict[tuple[str, str], list[Fact]] = {}
    helpers: dict[tuple[str, str], tuple[Function, Function]] = {}
    for base, head, fact in found:
        name = ""
        if head is not None and same(base, head, fact):
            name = changed_helper(base.outline, head.outline, head.function.text)
        if head is None or not name:
            yield fact
            continue
        groups.setdefault((head.path, name), []).append(fact)
        helpers[head.path, name] = base.outline.function[name], head.outline.function[name]
    for place, facts in groups.items():
        yield told(facts, *helpers[place])


def same(base: Case, head: Case, fact: Fact) -> bool:
    """Whether only what a test is given can have changed: its own text and the assertion's are what they were."""
    return (
        fact.rule == "subject-replaced" and fact.certainty == "doubtful" and fact.before == fact.after
        and base.function.text == head.function.text and fact.path == head.path
    )  # fmt: skip


def changed_helper(before: Outline, after: Outline, text: str) -> str:
    """The first function of a file that a test names and whose text changed, "" if there is none."""
    words: dict[str, None] = dict.fromkeys(WORD.findall(text))
    for word in words:
        one, two = before.function.get(word), after.function.get(word)
        if one is not None and two is not None and one.text != two.text:
            return word
    return ""


def told(facts: list[Fact], one: Function, two: Function) -> Fact:
    first = facts[0]
    others = "" if len(facts) == 1 else f" (and {len(facts) - 1} more)"
    message = f"the helper `{two.name}` changed: what `{brief(first.before)}`{others} checks is prepared differently"
    subjects = tuple(names for fact in facts for names in fact.subjects)
    return replace(
        first, message=message, line=two.line, before=one.text, after=two.text, subjects=subjects, scope=two.text,
        kind="inputs",
    )  # fmt: skip
