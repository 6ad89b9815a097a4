"""What a source file says, in terms no language owns: terms, statements, functions, classes, an outline."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


class Term(NamedTuple):
    """An expression. Equal structure means equal meaning in equal surroundings; layout and quotes are gone.

    `op` is one of: `name` (a variable, value = its name), `sym` (something imported, value = its dotted path), `bound`
    (a comprehension or lambda variable, numbered), `str` `bytes` `num` `bool` `null` `ellipsis` (literals), `list`
    `tuple` `set` `dict` (dict: key, value, key, value), `attr` (value = name), `index`, `slice`, `call` (callee, then
    positional, then keyword values; `names` are the keywords), `star`, `cmp` (value = operator), `and`, `or`, `not`,
    `bin`, `un`, `cond`, `comp` (value = kind; element, then target, iterable, conditions in turn), `lambda`, `format`,
    `await`, `yield`, `assign` (an assignment used as a value) and `opaque`.
    """

    op: str
    value: object = None
    args: tuple[Term, ...] = ()
    names: tuple[str, ...] = ()


TRUE, FALSE, NULL = Term("bool", True), Term("bool", False), Term("null")
LITERALS = frozenset({"str", "bytes", "num", "bool", "null", "ellipsis"})


def call(callee: Term, *args: Term) -> Term:
    """A call with positional arguments only."""
    return Term("call", None, (callee, *args))


def positional(term: Term) -> tuple[Term, ...]:
    """The positional arguments of a call."""
    return term.args[1 : len(term.args) - len(term.names)]


def keywords(term: Term) -> dict[str, Term]:
    """The keyword arguments of a call by name."""
    return dict(zip(term.names, term.args[len(term.args) - len(term.names) :], strict=True))


def walk(term: Term) -> Iterator[Term]:
    """The term and everything inside it, outermost first."""
    stack = [term]
    while stack:
        here = stack.pop()
        yield here
        stack.extend(reversed(here.args))


def size(term: Term, limit: int = 1 << 30) -> int:
    """How many terms it is made of, counted up to `limit`."""
    count = 0
    for _ in walk(term):
        count += 1
        if count >= limit:
            break
    return count


def rebuild(term: Term, change: Callable[[Term], Term | None]) -> Term:
    """The term with every subterm replaced for which `change` gives another one (outermost wins, not repeated)."""
    new = change(term)
    if new is not None:
        return new
    if not term.args:
        return term
    args = tuple([rebuild(arg, change) for arg in term.args])
    return term if args == term.args else Term(term.op, term.value, args, term.names)


def show(term: Term) -> str:
    """A short reading of a term for people; not source code in any language."""
    op, value, args = term.op, term.value, term.args
    if op in {"str", "bytes", "num", "bool"}:
        return repr(value)
    if op == "null":
        return "None"
    if op == "sym":
        return str(value).rpartition(".")[2]
    if op == "attr":
        return f"{show(args[0])}.{value}"
    if op == "index":
        return f"{show(args[0])}[{show(args[1])}]"
    if op == "call":
        pairs = [show(arg) for arg in positional(term)] + [f"{k}={show(v)}" for k, v in keywords(term).items()]
        return f"{show(args[0])}({', '.join(pairs)})"
    if op == "cmp":
        return f"{show(args[0])} {value} {show(args[1])}"
    if op in {"list", "tuple", "set"}:
        return f"[{', '.join(show(arg) for arg in args)}]"
    if not args:
        return str(value)
    return f"{op}({', '.join(show(arg) for arg in args)})"


class Handler(NamedTuple):
    """One `except`: the types it catches (None = everything), the name it binds and its body."""

    types: Term | None
    name: str
    body: tuple[Stmt, ...]


class Stmt(NamedTuple):
    """A statement. `kind`: assert expr assign if for while try with return raise leave def class delete other.

    `term`: the condition, value, iterable or raised thing. `target`: what an assignment, loop or `with` binds. `body`
    and `orelse` as in the source; `handlers` and `final` of a try; `items` of a with (context, bound target).
    `leave` is break or continue (`word`); for an augmented assignment `word` is the operator.
    """

    kind: str
    line: int
    end: int
    term: Term | None = None
    target: Term | None = None
    body: tuple[Stmt, ...] = ()
    orelse: tuple[Stmt, ...] = ()
    handlers: tuple[Handler, ...] = ()
    final: tuple[Stmt, ...] = ()
    items: tuple[tuple[Term, Term | None], ...] = ()
    word: str = ""
    function: Function | None = None


@dataclass(eq=False)
class Function:
    """A function or method; its body is converted when first asked for.

    `params` are plain parameters in order (without star parameters), `defaults` the default of some of them,
    `starred` tells whether it takes any number of arguments. `lines` are its source lines, decorators included.
    """

    name: str
    owner: str
    line: int
    end: int
    params: tuple[str, ...]
    defaults: Mapping[str, Term]
    decorators: tuple[Term, ...]
    starred: bool
    generator: bool
    text: str
    load: Callable[[], tuple[Stmt, ...]] = field(repr=False)
    first_line: int = 0
    asynchronous: bool = False

    @cached_property
    def body(self) -> tuple[Stmt, ...]:
        return self.load()

    @property
    def qualname(self) -> str:
        return f"{self.owner}.{self.name}" if self.owner else self.name


@dataclass(eq=False)
class Class:
    """A class: the terms of its bases, its methods in source order, its attribute assignments."""

    name: str
    line: int
    end: int
    bases: tuple[Term, ...]
    decorators: tuple[Term, ...]
    functions: tuple[Function, ...]
    statements: tuple[Stmt, ...]
    text: str


@dataclass(eq=False)
class Example:
    """One documented example: what is run, what it must print, and the options that relax the comparison."""

    source: str
    want: str
    options: frozenset[str]
    line: int
    owner: str


@dataclass(eq=False)
class Outline:
    """One source file. `imports` maps a local name to the dotted path it stands for.

    `statements` are those of the module's top level other than imports and definitions. Duplicate definitions are
    all kept, in source order: the last one is the one that counts.
    """

    path: str
    language: str
    lines: tuple[str, ...] = field(repr=False)
    imports: Mapping[str, str] = field(default_factory=dict)
    statements: tuple[Stmt, ...] = ()
    functions: tuple[Function, ...] = ()
    classes: tuple[Class, ...] = ()
    examples: tuple[Example, ...] = ()
    starred: tuple[str, ...] = ()
    """Modules whose every name is imported."""

    def text(self, line: int, end: int) -> str:
        """The source of some lines (1-based, inclusive), each stripped, joined by blanks."""
        return " ".join(part for part in (raw.strip() for raw in self.lines[line - 1 : end]) if part)

    @cached_property
    def function(self) -> dict[str, Function]:
        return {function.name: function for function in self.functions}

    @cached_property
    def cls(self) -> dict[str, Class]:
        return {cls.name: cls for cls in self.classes}

    @cached_property
    def constants(self) -> dict[str, Term]:
        """Names assigned exactly once at the top level, and what they are assigned."""
        seen: dict[str, Term | None] = {}
        for stmt in self.statements:
            if stmt.kind == "assign" and stmt.target is not None and stmt.target.op == "name":
                name = str(stmt.target.value)
                seen[name] = None if name in seen or stmt.word else stmt.term
        return {name: term for name, term in seen.items() if term is not None}
