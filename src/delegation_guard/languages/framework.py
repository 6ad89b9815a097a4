"""What a test framework's data file may say. Data only: names on the left, what they mean on the right.

Names are dotted paths of imported symbols (`pytest.raises`), `self.x` for methods of a test case, `.x` for a method
or attribute of anything, or bare built-ins.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How a tolerance is spelt. Values of `given` name parameters; `default` what holds when none is given.

    Kinds: `rel`, `abs` (a distance), `places` (decimal places after rounding), `decimal` (1.5 * 10**-n), `ulp`.
    `sums`: the relative and absolute parts are added, instead of the larger one counting.
    """

    given: Mapping[str, str]
    default: Mapping[str, float] = field(default_factory=dict)
    sums: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """A call that asserts, or that is true or false.

    `subject` and `expected` index `params`; -1 = the receiver, -2 = none, -3 = all arguments as one call.

    `wrap`: both sides are compared after this built-in. `view`: the subject of a chain is looked at through this one.
    `negated`: the relation is denied. An index of -3 stands for the arguments as a call, -4 for those after the first.
    """

    relation: str
    params: tuple[str, ...] = ("first", "second")
    subject: int = 0
    expected: int = 1
    negated: bool = False
    wrap: str = ""
    view: str = ""
    tolerance: Tolerance | None = None


@dataclass(frozen=True, slots=True)
class Raising:
    """A call or context that demands an exception, a warning or a log record. Indices count positional arguments.

    `types` and `match` = -1 when it takes none. `callee`: from which argument on it takes something to call.
    """

    relation: str = "raises"
    types: int = 0
    match: int = -1
    callee: int = 1
    keyword: str = "match"
    text: str = ""
    """What a text among the arguments means: `in` or `eq` of the error's message, `label` = nothing. Not "" = the first
    argument is what must fail (a function or a promise), the others say how."""
    promised: bool = False
    """It counts only when it is awaited."""


@dataclass(frozen=True, slots=True)
class Skipping:
    """A mark, decorator or call that keeps a test from counting.

    `kind`: skip, xfail, retry or timeout. `condition`: the position of the condition, -1 = none; `denied`: it skips
    unless the condition holds. `amount`: names of the keyword with the number of retries or seconds (or the first
    argument).
    """

    kind: str
    condition: int = -1
    denied: bool = False
    amount: tuple[str, ...] = ()
    optional: bool = False
    """Without a condition it skips always."""


@dataclass(frozen=True, slots=True)
class Framework:
    """One framework. Every field is optional; the union of all frameworks of a language is what holds."""

    name: str
    checks: Mapping[str, Check] = field(default_factory=dict)
    predicates: Mapping[str, Check] = field(default_factory=dict)
    raising: Mapping[str, Raising] = field(default_factory=dict)
    approximations: Mapping[str, Check] = field(default_factory=dict)
    skipping: Mapping[str, Skipping] = field(default_factory=dict)
    fails: frozenset[str] = frozenset()
    swallowing: frozenset[str] = frozenset()
    """Contexts that swallow the exceptions they are given."""
    caught: frozenset[str] = frozenset()
    """Attributes under which a raising context keeps the exception."""
    tables: Mapping[str, str] = field(default_factory=dict)
    """Marks that run a test once per row: `named` (names, rows), `rows` (rows), `each` (every argument a row)."""
    rows: frozenset[str] = frozenset()
    """Calls that wrap one row of a table."""
    fixtures: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset()
    before: tuple[str, ...] = ()
    """Methods run before each test of a class, in order."""
    after: tuple[str, ...] = ()
    cases: frozenset[str] = frozenset()
    """Base classes whose `test*` methods are collected whatever the class is called."""
    transparent: frozenset[str] = frozenset()
    """Calls whose value is their first argument."""
    patches: Mapping[str, str] = field(default_factory=dict)
    """Calls that replace something: `path` (a dotted string), `attribute` (object and name), `mapping`."""
    doubles: Mapping[str, int] = field(default_factory=dict)
    """Constructors of test doubles and how strictly they follow the original (0 = anything goes)."""
    specs: frozenset[str] = frozenset()
    """Keywords that tie a double to its original."""
    generators: frozenset[str] = frozenset()
    """Decorators that feed generated values to a test."""
    explicit: frozenset[str] = frozenset()
    """Decorators that add one explicit case to a generated test."""
    assumptions: frozenset[str] = frozenset()
    settings: Mapping[str, str] = field(default_factory=dict)
    """Decorators with numeric settings: the keyword whose decrease weakens."""
    anything: frozenset[str] = frozenset()
    """Values equal to everything."""
    synonyms: Mapping[str, str] = field(default_factory=dict)
    """Another spelling -> the one used in this file."""
    ambient: frozenset[str] = frozenset()
    """Fixtures whose state depends on everything run before."""
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """An attribute that holds text -> attributes of the same object whose texts it is made of."""
    neutral: frozenset[str] = frozenset()
    """Contexts that change nothing about what is checked inside."""
    hooks: Mapping[str, str] = field(default_factory=dict)
    """Functions that a runner calls by name: `select` (which tests run) or `outcome` (how they ended)."""
    ignored: frozenset[str] = frozenset()
    """Names that keep files from being collected when they are assigned."""
    starts: frozenset[str] = frozenset()
    """Calls that begin a chain about their argument: `expect(x).not.toBe(y)`."""
    begins: frozenset[str] = frozenset()
    """Attributes that begin a chain about what they are read from: `x.should.equal(y)`."""
    matchers: Mapping[str, Check | Raising] = field(default_factory=dict)
    """Links of a chain that assert: by name when they are called, `.name` when they are read; the subject is -1."""
    denials: frozenset[str] = frozenset()
    awaits: frozenset[str] = frozenset()
    """Links after which a chain is about what its subject resolves to; it must be awaited itself."""
    rejects: frozenset[str] = frozenset()
    """Links after which a chain is about the error its subject ends with."""
    lengths: frozenset[str] = frozenset()
    spoken: frozenset[str] = frozenset()
    """Links whose first argument names the matcher: `.should("have.text", x)`."""
    respelt: Mapping[str, str] = field(default_factory=dict)
    """Beginnings of method names that ask for the same thing, waiting for it or not, and the one they are read as."""
    answered: frozenset[str] = frozenset()
    """Links that say what an answer must be: `request(app).get("/").expect(200)`."""
    promised: frozenset[str] = frozenset()
    """Links that count only when the chain is awaited."""
    fillers: frozenset[str] = frozenset()
    """Links that are called and say nothing."""
    asymmetric: Mapping[str, Check] = field(default_factory=dict)
    """Calls that stand for any value of which something holds: `expect.any(Number)`."""
    counted: frozenset[str] = frozenset()
    """Calls that say how many assertions a test makes."""
    deferred: frozenset[str] = frozenset()
    """Calls that run what they are given later, when nobody waits for them."""
    stand_ins: Mapping[str, str] = field(default_factory=dict)
    """Fixtures that stand for a module."""
