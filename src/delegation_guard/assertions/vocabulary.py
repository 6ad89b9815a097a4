"""The words of all test frameworks of a language in one place."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cache
from typing import TYPE_CHECKING, cast

from delegation_guard.languages import FRAMEWORKS
from delegation_guard.loading import load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from delegation_guard.languages.framework import Check, Framework, Raising, Skipping


@dataclass
class Vocabulary:
    """The union of the frameworks' data; later files win where two say something about one name."""

    checks: dict[str, Check] = field(default_factory=dict)
    predicates: dict[str, Check] = field(default_factory=dict)
    raising: dict[str, Raising] = field(default_factory=dict)
    approximations: dict[str, Check] = field(default_factory=dict)
    skipping: dict[str, Skipping] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    patches: dict[str, str] = field(default_factory=dict)
    doubles: dict[str, int] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    synonyms: dict[str, str] = field(default_factory=dict)
    facets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    stand_ins: dict[str, str] = field(default_factory=dict)
    hooks: dict[str, str] = field(default_factory=dict)
    ignored: set[str] = field(default_factory=set)
    fails: set[str] = field(default_factory=set)
    swallowing: set[str] = field(default_factory=set)
    caught: set[str] = field(default_factory=set)
    rows: set[str] = field(default_factory=set)
    fixtures: set[str] = field(default_factory=set)
    uses: set[str] = field(default_factory=set)
    cases: set[str] = field(default_factory=set)
    transparent: set[str] = field(default_factory=set)
    specs: set[str] = field(default_factory=set)
    generators: set[str] = field(default_factory=set)
    explicit: set[str] = field(default_factory=set)
    assumptions: set[str] = field(default_factory=set)
    anything: set[str] = field(default_factory=set)
    ambient: set[str] = field(default_factory=set)
    neutral: set[str] = field(default_factory=set)
    starts: set[str] = field(default_factory=set)
    begins: set[str] = field(default_factory=set)
    matchers: dict[str, Check | Raising] = field(default_factory=dict)
    denials: set[str] = field(default_factory=set)
    awaits: set[str] = field(default_factory=set)
    rejects: set[str] = field(default_factory=set)
    lengths: set[str] = field(default_factory=set)
    spoken: set[str] = field(default_factory=set)
    respelt: dict[str, str] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)
    promised: set[str] = field(default_factory=set)
    fillers: set[str] = field(default_factory=set)
    asymmetric: dict[str, Check] = field(default_factory=dict)
    counted: set[str] = field(default_factory=set)
    deferred: set[str] = field(default_factory=set)
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)


ORDERED = ("before", "after")


@cache
def vocabulary(language: str) -> Vocabulary:
    """The vocabulary of a language: every framework file that its registry line names."""
    words = Vocabulary()
    for reference in FRAMEWORKS[language]:
        framework = cast("Framework", load(f"{reference}:FRAMEWORK"))
        for name in (part.name for part in fields(words) if part.name not in ORDERED):
            getattr(words, name).update(cast("Mapping[str, object]", getattr(framework, name)))
        words.before += framework.before
        words.after += framework.after
    return words
