"""Runs a test symbolically: which assertions it executes, on what, after what, under which conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delegation_guard.assertions.canon import canon, is_literal, negate, truth
from delegation_guard.assertions.claims import (
    Bare,
    Claim,
    Effect,
    Origin,
    Past,
    bindings,
    claims,
    conditions,
    elements,
    name_of,
)
from delegation_guard.assertions.frame import (
    CATCH_ALL,
    CLAIMS,
    STEPS,
    TERM_LIMIT,
    UNROLL,
    Frame,
    Run,
    Skip,
    Value,
    own,
    starred,
    vessel,
)
from delegation_guard.languages.outline import FALSE, NULL, Function, Stmt, Term, positional, size, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from delegation_guard.assertions.library import Library
    from delegation_guard.assertions.vocabulary import Vocabulary
    from delegation_guard.languages.outline import Outline


class Executor:
    """One symbolic run. Statements here, expressions in `evaluate.py`."""

    def __init__(self, library: Library, words: Vocabulary, test: str, row: Term | None = None) -> None:
        self.library, self.words, self.test, self.row = library, words, test, row
        self.run = Run()
        self.guards: tuple[Term, ...] = ()
        self.loops: tuple[Term, ...] = ()
        self.swallowed = ""
        self.steps = 0
        self.used: set[Term] = set()
        self.required = False
        self.stmt: tuple[Outline, Stmt] | None = None
        self.stack: list[Function] = []
        self.attributes: dict[str, Value] = {}
        self.stopped = False
        self.awaited = False
        self.nested: list[tuple[Function, Frame]] = []
        self.passed: set[int] = set()
        self.called: list[Function] = []
        self.dry = 0
        self.borrowed = False
        self.wrapped: Callable[[], None] | None = None
        self.constants: dict[str, Value] = {}

    # -- circumstances

    def origin(self, frame: Frame, stmt: Stmt) -> Origin:
        text = frame.outline.text(stmt.line, stmt.end)
        return Origin(frame.outline.path, stmt.line, text, self.test, self.row, frame.via)

    def emit(self, bare: Bare, origin: Origin, used: frozenset[Term]) -> None:
        if self.dry:
            return
        if len(self.run.claims) >= CLAIMS:
            self.run.incomplete = True
            return
        self.run.claims.append(self.claim(bare, origin, used))

    def claim(self, bare: Bare, origin: Origin, used: frozenset[Term]) -> Claim:
        parts = tuple(self.claim(part, origin, used) for part in bare.parts)
        guards = frozenset(part for guard in self.guards for part in conditions(guard))
        loops = (*self.loops, *bare.loops)
        return Claim(
            bare.relation, bare.subject, bare.expected, origin, guards, loops, Past(self.run.effects), used,
            self.swallowed, parts,
        )  # fmt: skip

    def fail(self, origin: Origin) -> None:
        """An unconditional failure here: the innermost condition that leads here must not hold."""
        if not self.guards:
            self.emit(Bare("false", FALSE), origin, frozenset())
            return
        guards, self.guards = self.guards, self.guards[:-1]
        used = frozenset(self.used)
        for bare in claims(negate(guards[-1]), self.words):
            self.emit(bare, origin, used)
        self.guards = guards

    # -- statements

    def block(self, stmts: Sequence[Stmt], frame: Frame) -> str:
        """Run statements; how they end: "" (fall through), return, leave, stop (nothing after them runs)."""
        for place, stmt in enumerate(stmts, 1):
            self.steps += 1
            if self.steps > STEPS:
                self.run.incomplete = True
                return "stop"
            flow = self.statement(stmt, frame)
            if flow:
                self.dead(stmts[place:], frame)
                return flow
        return ""

    def dead(self, stmts: Sequence[Stmt], frame: Frame) -> None:
        """Statements that are never reached: what they would claim is known, under a condition that never holds."""
        if not stmts or FALSE in self.guards:
            return
        guards, self.guards = self.guards, (*self.guards, FALSE)
        env, result, ambiguous = dict(frame.env), frame.result, frame.ambiguous
        effects = len(self.run.effects)
        self.block(stmts, frame)
        del self.run.effects[effects:]
        frame.env, frame.result, frame.ambiguous, self.guards = env, result, ambiguous, guards

    def statement(self, stmt: Stmt, frame: Frame) -> str:
        self.stmt = (frame.outline, stmt)
        self.used = set()
        action = STATEMENTS.get(stmt.kind)
        return action(self, stmt, frame) or "" if action else ""

    def do_assert(self, stmt: Stmt, frame: Frame) -> None:
        term = self.value(stmt.term or NULL, frame)
        used = frozenset(self.used)
        for bare in claims(term, self.words):
            self.emit(bare, self.origin(frame, stmt), used)

    def do_expr(self, stmt: Stmt, frame: Frame) -> str:
        term = stmt.term or NULL
        if term.op == "call":
            return self.call_statement(term, stmt, frame)
        if term.op == "yield" and frame.on_yield:
            frame.on_yield(Value(self.value(term.args[0], frame), frozenset(self.used)))
            return ""
        if term.op == "lambda" or (term.op == "comp" and term.value == "gen"):
            self.dead((stmt._replace(term=term.args[0]),), frame)
            return ""
        self.value(term, frame, required=True)
        return ""

    def do_assign(self, stmt: Stmt, frame: Frame) -> None:
        target, term = stmt.target or NULL, stmt.term or NULL
        if term.op == "yield" and frame.on_yield:
            frame.on_yield(Value(self.value(term.args[0], frame), frozenset(self.used)))
            term = NULL
        made = self.value(term, frame)
        if stmt.word:
            made = canon(Term("bin", stmt.word, (self.value(target, frame), made)))
        self.bind(target, Value(made, frozenset(self.used)), frame)

    def bind(self, target: Term, value: Value, frame: Frame) -> None:
        """Give a value to a variable, an attribute or several of them."""
        if size(value.term, TERM_LIMIT + 1) > TERM_LIMIT:
            value = Value(Term("name", f"{name_of(target)}={hash(value.term):x}"), value.used)
        if target.op == "name":
            frame.env[str(target.value)] = own(vessel(value) if not value.term.args else value)
            frame.functions.pop(str(target.value), None)
        elif target.op in {"tuple", "list"} and not any(part.op == "star" for part in target.args):
            for part, term in bindings(target, value.term).items():
                self.bind(part, Value(term, value.used), frame)
        elif target.op == "attr" and target.args[0].op == "name" and target.args[0].value in {"self", "cls"}:
            self.attributes[str(target.value)] = own(value)
        elif target.op == "sym":
            self.run.patches.append((target, self.here(frame)))
        elif target.op in {"attr", "index"}:
            self.store(target, value, frame)

    def store(self, target: Term, value: Value, frame: Frame) -> None:
        if target.op == "index" and target.args[0].op == "name":
            self.touch(str(target.args[0].value), frame)
        owner = self.value(target.args[0], frame)
        if target.op == "attr" and owner.op == "sym":
            self.run.patches.append((Term("sym", f"{owner.value}.{target.value}"), self.here(frame)))
            return
        key = Term("str", str(target.value)) if target.op == "attr" else self.value(target.args[1], frame)
        used = frozenset({*self.used, *value.used})
        self.effect(Term("call", None, (Term("name", f"set {target.op}"), owner, key, value.term)), used, frame, True)

    def here(self, frame: Frame) -> Origin:
        return self.origin(*((frame, self.stmt[1]) if self.stmt else (frame, Stmt("other", 0, 0))))

    def effect(self, term: Term, used: frozenset[Term], frame: Frame, required: bool) -> None:
        if used and not self.dry and len(self.run.effects) < CLAIMS:
            self.run.effects.append(Effect(term, used, required, self.here(frame)))

    def do_if(self, stmt: Stmt, frame: Frame) -> str:
        condition = self.value(stmt.term or NULL, frame)
        known = truth(condition)
        if known is not None and not (stmt.term and stmt.term.op == "name" and stmt.term.value == "TYPE_CHECKING"):
            self.dead(stmt.orelse if known else stmt.body, frame)
            return self.block(stmt.body if known else stmt.orelse, frame)
        before, self.guards = dict(frame.env), (*self.guards, condition)
        outer = self.guards[:-1]
        flow = self.block(stmt.body, frame)
        after, frame.env = frame.env, dict(before)
        self.guards = (*outer, negate(condition))
        other = self.block(stmt.orelse, frame)
        merge(frame, after, condition, flow, other)
        self.guards = outer
        if flow and other:
            return flow
        if flow or other:
            self.guards = (*outer, negate(condition) if flow else condition)
        return ""

    def do_for(self, stmt: Stmt, frame: Frame) -> None:
        source = self.value(stmt.term or NULL, frame)
        used, target = frozenset(self.used), stmt.target or NULL
        guards = self.guards
        if source.op in {"list", "tuple", "set"} and len(source.args) <= UNROLL and not starred(source):
            for item in source.args:
                self.bind(target, Value(item, used if not is_literal(item) else frozenset()), frame)
                if self.block(stmt.body, frame) in {"stop", "return"}:
                    return
                self.guards = guards
        elif source.op == "dict" and len(source.args) <= UNROLL and not starred(source):
            for item in source.args[::2]:
                self.bind(target, Value(item, frozenset()), frame)
                self.block(stmt.body, frame)
                self.guards = guards
        else:
            source, item = iterated(source)
            loops, self.loops = self.loops, (*self.loops, source)
            self.bind(target, Value(item, frozenset({*used, source})), frame)
            self.block(stmt.body, frame)
            self.loops, self.guards = loops, guards
        self.block(stmt.orelse, frame)

    def do_while(self, stmt: Stmt, frame: Frame) -> None:
        condition = self.value(stmt.term or NULL, frame)
        if truth(condition) is False:
            self.dead(stmt.body, frame)
            return
        guards, self.guards = self.guards, (*self.guards, condition)
        self.block(stmt.body, frame)
        self.guards = guards

    def do_return(self, stmt: Stmt, frame: Frame) -> str:
        term = self.value(stmt.term or NULL, frame)
        if frame.result is not None or self.conditional(frame):
            frame.ambiguous = True
        frame.result = term
        return "return"

    def conditional(self, frame: Frame) -> bool:
        return len(self.guards) + len(self.loops) > frame.level

    def do_raise(self, stmt: Stmt, frame: Frame) -> str:
        term = self.value(stmt.term, frame) if stmt.term else NULL
        callee = name_of(term.args[0] if term.op == "call" else term)
        if callee in self.words.skipping:
            return self.skip(callee, term, stmt, frame)
        if not self.borrowed or callee in CATCH_ALL:
            self.fail(self.origin(frame, stmt))
        return "stop"

    def do_def(self, stmt: Stmt, frame: Frame) -> None:
        if stmt.function is not None:
            name = stmt.function.name
            body = skeleton(stmt.function.body)
            frame.functions[name] = (stmt.function, frame)
            frame.env[name] = Value(Term("def", stmt.function.params, (body,)), frozenset())
            self.nested.append((stmt.function, frame))
            for inner in walk(body):
                if inner.op == "name":
                    self.touch(str(inner.value), frame)
            if stmt.function.decorators:
                self.passed.add(id(stmt.function))

    def touch(self, name: str, frame: Frame) -> None:
        """From here on the contents of a variable are not those it was given."""
        if name in frame.env:
            frame.env[name] = own(vessel(frame.env[name]))

    def leftover(self) -> None:
        """Nested functions: those handed on are run by whoever got them, the others by nobody."""
        for function, home in self.nested:
            if function in self.called:
                continue
            inner = Frame(home.outline, dict(home.env), dict(home.functions), home.classes, home.owner, function.name)
            for name in function.params:
                inner.env[name] = Value(Term("name", name), frozenset())
            self.guards = ()
            if id(function) in self.passed:
                self.borrowed = True
                self.block(function.body, inner)
                self.borrowed = False
            else:
                self.dead(function.body, inner)

    def do_class(self, stmt: Stmt, frame: Frame) -> None:
        if stmt.target is not None and stmt.term is not None:
            frame.env[str(stmt.target.value)] = Value(stmt.term, frozenset())

    def do_delete(self, stmt: Stmt, frame: Frame) -> None:
        for target in (stmt.term or NULL).args:
            if target.op in {"attr", "index"}:
                value = self.value(target, frame)
                self.effect(Term("call", None, (Term("name", "del"), value)), frozenset(self.used), frame, True)

    # -- filled in by the mixins of the modules below

    def value(self, term: Term, frame: Frame, *, required: bool = False) -> Term:
        raise NotImplementedError

    def call_statement(self, term: Term, stmt: Stmt, frame: Frame) -> str:
        raise NotImplementedError

    def do_with(self, stmt: Stmt, frame: Frame) -> str:
        raise NotImplementedError

    def do_try(self, stmt: Stmt, frame: Frame) -> str:
        raise NotImplementedError

    def skip(self, name: str, term: Term, stmt: Stmt, frame: Frame) -> str:
        """A skip in the body: nothing after it counts; under a condition, nothing after it when that holds."""
        rule = self.words.skipping[name]
        if rule.kind == "needs":
            condition: Term | None = Term("call", None, (Term("name", "missing"), *positional(term)[:1]))
        else:
            condition = canon(Term("and", None, self.guards)) if self.guards else None
        if rule.kind in {"skip", "xfail", "needs"}:
            origin = self.origin(frame, stmt)
            self.run.skips.append(Skip(rule.kind, condition, origin.text, origin.line, origin.path))
        return "stop" if rule.kind in {"skip", "xfail"} else ""


def iterated(source: Term) -> tuple[Term, Term]:
    """What a loop really runs over, and one element of it (`enumerate` and `list` looked through)."""
    if source.op == "call" and source.args[0].op == "name" and len(source.args) == 2 and not source.names:
        word, inner = source.args[0].value, source.args[1]
        if word in {"list", "tuple", "iter"}:
            return iterated(inner)
        if word == "enumerate":
            return inner, Term("tuple", None, (Term("call", None, (Term("name", "position"), inner)), elements(inner)))
    return source, elements(source)


def merge(frame: Frame, after: dict[str, Value], condition: Term, flow: str, other: str) -> None:
    """Join the variables of the two branches of an `if`; `frame.env` holds those of the second."""
    if flow:
        return
    if other:
        frame.env = after
        return
    for name, value in after.items():
        second = frame.env.get(name)
        if second is None or second.term == value.term:
            frame.env[name] = value
        else:
            term = canon(Term("cond", None, (condition, value.term, second.term)))
            frame.env[name] = Value(term, value.used | second.used)


def skeleton(stmts: Sequence[Stmt]) -> Term:
    """The body of a function as a term, without lines: equal bodies give equal terms."""
    parts = []
    for stmt in stmts:
        inner = (stmt.body, stmt.orelse, stmt.final, *(handler.body for handler in stmt.handlers))
        blocks = tuple(skeleton(block) for block in inner if block)
        heads = [term for pair in stmt.items for term in pair if term] + [h.types or NULL for h in stmt.handlers]
        nested = (skeleton(stmt.function.body),) if stmt.function else ()
        term = stmt.term if stmt.kind != "assert" else stmt.term
        parts.append(
            Term("stmt", f"{stmt.kind} {stmt.word}", (term or NULL, stmt.target or NULL, *heads, *nested, *blocks))
        )
    return Term("block", None, tuple(parts))


STATEMENTS: dict[str, Callable[[Executor, Stmt, Frame], str | None]] = {
    "assert": lambda run, stmt, frame: run.do_assert(stmt, frame),
    "expr": lambda run, stmt, frame: run.do_expr(stmt, frame),
    "assign": lambda run, stmt, frame: run.do_assign(stmt, frame),
    "if": lambda run, stmt, frame: run.do_if(stmt, frame),
    "for": lambda run, stmt, frame: run.do_for(stmt, frame),
    "while": lambda run, stmt, frame: run.do_while(stmt, frame),
    "with": lambda run, stmt, frame: run.do_with(stmt, frame),
    "try": lambda run, stmt, frame: run.do_try(stmt, frame),
    "return": lambda run, stmt, frame: run.do_return(stmt, frame),
    "raise": lambda run, stmt, frame: run.do_raise(stmt, frame),
    "leave": lambda run, stmt, frame: "leave",
    "def": lambda run, stmt, frame: run.do_def(stmt, frame),
    "class": lambda run, stmt, frame: run.do_class(stmt, frame),
    "delete": lambda run, stmt, frame: run.do_delete(stmt, frame),
}
