"""The state of a symbolic run: variables, circumstances, and what was found so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from delegation_guard.languages.outline import Term

if TYPE_CHECKING:
    from collections.abc import Callable

    from delegation_guard.assertions.claims import Claim, Effect, Origin
    from delegation_guard.languages.outline import Class, Function, Outline

STEPS, DEPTH, UNROLL, TERM_LIMIT, CLAIMS = 6_000, 8, 64, 600, 1_500
"""Limits of one symbolic run: statements, nested helpers, loop rounds, size of a value, assertions."""

CATCH_ALL = frozenset({"AssertionError", "Exception", "BaseException", "builtins.AssertionError"})


class Value(NamedTuple):
    """What a variable holds, and the objects it is made of."""

    term: Term
    used: frozenset[Term]


@dataclass
class Frame:
    """The surroundings of running code: variables, the file, the class whose `self` is at hand."""

    outline: Outline
    env: dict[str, Value] = field(default_factory=dict)
    functions: dict[str, tuple[Function, Frame]] = field(default_factory=dict)
    classes: tuple[tuple[Outline, Class], ...] = ()
    """Classes of `self` in resolution order."""
    owner: int = 0
    """Where in `classes` the running method was found."""
    name: str = ""
    level: int = 0
    """How many conditions and loops surrounded the call."""
    result: Term | None = None
    ambiguous: bool = False
    via: tuple[str, ...] = ()
    on_yield: Callable[[Value], None] | None = None
    patched: dict[str, Term] = field(default_factory=dict)


class Skip(NamedTuple):
    """A skip, xfail, retry or time limit met on the way, its condition (None = always) and where it stands."""

    kind: str
    condition: Term | None
    text: str
    line: int
    path: str
    amount: float | None = None
    strict: bool = False


@dataclass
class Run:
    """What a run found."""

    claims: list[Claim] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)
    patches: list[tuple[Term, Origin]] = field(default_factory=list)
    unknown: list[Term] = field(default_factory=list)
    """Calls that look like assertions and could not be followed."""
    calls: list[tuple[Term, Origin]] = field(default_factory=list)
    followed: set[str] = field(default_factory=set)
    """Helpers whose source was followed."""
    incomplete: bool = False


def own(value: Value) -> Value:
    """A variable's value also counts as an object of its own, unless it is plain data that cannot change."""
    if value.term.op in {"str", "num", "bool", "null", "bytes", "lambda", "def", "sym", "bound", "ellipsis"}:
        return value
    return Value(value.term, value.used | {value.term})


def vessel(value: Value) -> Value:
    """A list, set or dict that is filled or changed later is an object, not the literal it began as."""
    if value.term.op not in {"list", "set", "dict"}:
        return value
    return Value(Term("object", None, (value.term,)), value.used | {value.term})


def starred(term: Term) -> bool:
    return any(arg.op == "star" for arg in term.args)
