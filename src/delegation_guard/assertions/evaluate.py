"""Expressions of a symbolic run: variables replaced by what they hold, helpers followed, assertions noticed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from delegation_guard.assertions.canon import RUNNERS, canon, is_literal
from delegation_guard.assertions.claims import Bare, asserted, name_of
from delegation_guard.assertions.frame import TERM_LIMIT, Frame, Value, own
from delegation_guard.assertions.helpers import Follower
from delegation_guard.assertions.library import test_symbol
from delegation_guard.languages.outline import LITERALS, NULL, Term, keywords, positional, size

if TYPE_CHECKING:
    from delegation_guard.languages.outline import Outline, Stmt

ASSERTIVE = re.compile(r"^_*(assert|check|verify|expect|ensure|should|must|require|compare|validate)(_|[A-Z]|s?$)")
"""Names of calls that probably assert something."""


class Evaluator(Follower):
    """Adds expressions to a run."""

    def value(self, term: Term, frame: Frame, *, required: bool = False) -> Term:
        """The term with everything known put in, in one spelling; calls in it are carried out."""
        outer, self.required = self.required, required
        try:
            return self.put_in(term, frame)
        finally:
            self.required = outer

    def put_in(self, term: Term, frame: Frame) -> Term:
        op = term.op
        if op in LITERALS or op == "bound":
            return term
        if op == "name":
            return self.variable(term, frame)
        if op == "sym":
            return self.symbol(term)
        if op == "call":
            return self.call(term, frame)
        if op == "attr":
            return self.attribute(term, frame)
        if op == "await":
            outer, self.awaited = self.awaited, True
            inner = self.put_in(term.args[0], frame)
            self.awaited = outer
            return canon(Term("await", None, (inner,)))
        if op == "assign":
            made = self.put_in(term.args[0], frame)
            self.bind(Term("name", term.value), Value(made, frozenset(self.used)), frame)
            return made
        if not term.args:
            return term
        self.dry += op == "lambda"
        args = tuple([self.put_in(arg, frame) for arg in term.args])
        self.dry -= op == "lambda"
        return canon(Term(op, term.value, args, term.names))

    def hold(self, value: Value) -> Term:
        self.used |= value.used
        return value.term

    def variable(self, term: Term, frame: Frame) -> Term:
        name = str(term.value)
        if name in self.words.stand_ins and (name not in frame.env or frame.env[name].term == term):
            return Term("sym", self.words.stand_ins[name])
        if name in frame.env:
            if name in frame.functions:
                self.passed.add(id(frame.functions[name][0]))
            return self.hold(frame.env[name])
        outline = frame.outline
        if name in outline.constants and name not in outline.imports:
            return self.hold(self.constant(outline, name, outline.constants[name]))
        if name in outline.function or name in outline.cls:
            return Term("sym", name)
        for module in outline.starred:
            found = self.library.constant(f"{module}.{name}")
            if found:
                return self.hold(self.constant(found[0], name, found[1]))
        if name not in frame.env and (name in {"self", "cls"} or not hasattr_builtin(name)):
            self.used.add(term)
        return term

    def constant(self, outline: Outline, name: str, term: Term) -> Value:
        """The value of a constant of a file; carried out once in a frame of its own."""
        key = f"{outline.path}:{name}"
        known = self.constants.get(key)
        if known is None:
            self.constants[key] = Value(Term("name", name), frozenset())
            used, self.used = self.used, set()
            made = self.put_in(term, Frame(outline))
            known = own(Value(made, frozenset(self.used)))
            if size(made, TERM_LIMIT + 1) > TERM_LIMIT and not is_literal(made):
                known = Value(Term("name", name), frozenset())
            self.constants[key], self.used = known, used
        return known

    def symbol(self, term: Term) -> Term:
        dotted = str(term.value)
        for long, short in self.words.synonyms.items():
            if dotted.startswith(long):
                return Term("sym", short + dotted[len(long) :])
        if test_symbol(dotted):
            found = self.library.constant(dotted)
            if found:
                return self.hold(self.constant(found[0], dotted, found[1]))
            if self.library.resolve(dotted):
                return Term("sym", dotted.rpartition(".")[2])
        return term

    def attribute(self, term: Term, frame: Frame) -> Term:
        owner, name = term.args[0], str(term.value)
        if owner.op == "name" and owner.value in {"self", "cls"} and frame.classes:
            if name in self.attributes:
                return self.hold(self.attributes[name])
            found = self.class_attribute(name, frame)
            if found is not None:
                return self.hold(found)
            method = self.method(name, frame, 0)
            if method and "property" in {name_of(decorator) for decorator in method[1].decorators}:
                return self.follow(method[1], method[0], Term("call", None, (term,)), frame, method[2]) or term
        inner = self.put_in(owner, frame)
        if inner.op == "sym":
            return self.symbol(Term("sym", f"{inner.value}.{name}"))
        if inner.op == "name" and inner.value == "self" and not frame.classes:
            self.used.add(Term("attr", name, (inner,)))
        if inner.op == "request" and name == "param" and f"{inner.value}.param" in self.attributes:
            return self.hold(self.attributes[f"{inner.value}.param"])
        if inner.op == "raised" and name in self.words.caught:
            return Term("caught", None, inner.args)
        return canon(Term("attr", name, (inner,)))

    def class_attribute(self, name: str, frame: Frame) -> Value | None:
        for outline, cls in frame.classes:
            for stmt in cls.statements:
                target = stmt.target
                if stmt.kind == "assign" and target is not None and target.op == "name" and target.value == name:
                    return self.constant(outline, f"{cls.name}.{name}", stmt.term or NULL)
        return None

    # -- calls

    def call_statement(self, term: Term, stmt: Stmt, frame: Frame) -> str:
        """A call that stands on its own; it may assert, skip, fail or end the run."""
        name = self.callee(term, frame)
        if name in self.words.skipping and self.words.skipping[name].kind != "none":
            return self.skip(name, term, stmt, frame)
        if name in self.words.fails:
            self.fail(self.origin(frame, stmt))
            return "stop"
        if name in self.words.assumptions:
            self.guards = (*self.guards, self.value(positional(term)[0], frame)) if positional(term) else self.guards
            return ""
        self.value(term, frame, required=True)
        stopped, self.stopped = self.stopped, False
        return "stop" if stopped else ""

    def callee(self, term: Term, frame: Frame) -> str:
        """The vocabulary's name of what is called, aliases followed."""
        callee = term.args[0]
        if callee.op == "name" and callee.value not in frame.env:
            known = frame.outline.constants.get(str(callee.value))
            callee = known if known is not None and known.op in {"sym", "name"} else callee
        elif callee.op == "name":
            held = frame.env[str(callee.value)].term
            callee = held if held.op in {"sym", "attr"} else callee
        name = name_of(callee)
        if name.partition(".")[0] in self.words.stand_ins:
            first, dot, rest = name.partition(".")
            name = self.words.stand_ins[first] + dot + rest
        for long, short in self.words.synonyms.items():
            if name.startswith(long):
                return short + name[len(long) :]
        return name

    def call(self, term: Term, frame: Frame) -> Term:
        name = self.callee(term, frame)
        outer, self.used = self.used, set()
        awaited, self.awaited = self.awaited, self.awaited or name in RUNNERS or name.endswith("run_until_complete")
        made = self.carry_out(name, term, frame)
        self.awaited = awaited
        self.used |= outer
        return made

    def carry_out(self, name: str, term: Term, frame: Frame) -> Term:
        required, self.required = self.required, False
        callee = term.args[0]
        if required and callee.op == "attr" and callee.args[0].op == "name":
            self.touch(str(callee.args[0].value), frame)
        held = frame.env.get(str(callee.value)) if callee.op == "name" and self.wrapped is not None else None
        if held is not None and held.term.op == "wrapped" and self.wrapped is not None:
            self.wrapped()
            return NULL
        followed = self.followed(term, frame)
        if followed is not None:
            return followed
        if name in self.words.raising:
            return self.raising_call(name, term, frame)
        check = self.words.checks.get(name)
        if check is None and term.args[0].op == "attr":
            check = self.words.checks.get(f".{term.args[0].value}")
        args = tuple([self.put_in(arg, frame) for arg in term.args])
        made = Term("call", None, args, term.names)
        if check is not None:
            used = frozenset(self.used)
            for bare in asserted(made, check, self.words):
                self.emit(bare, self.here(frame), used)
            return NULL
        made = canon(made)
        self.required = required
        self.notice(name, made, frame)
        self.required = False
        if positional(made) and name in self.words.transparent:
            return positional(made)[0]
        return made

    def notice(self, name: str, made: Term, frame: Frame) -> None:
        """Remember what a call does: an effect, a patch, perhaps an assertion nobody could follow."""
        if made.op != "call" or self.dry:
            return
        self.run.calls.append((made, self.here(frame)))
        target = patched(self.words.patches, name, made)
        if target is not None:
            self.run.patches.append((target, self.here(frame)))
        if self.required:
            last = name.rpartition(".")[2]
            if ASSERTIVE.match(last):
                self.emit_unknown(made, frame)
            self.effect(made, frozenset(self.used), frame, True)
        else:
            self.effect(made, frozenset(self.used), frame, False)

    def emit_unknown(self, made: Term, frame: Frame) -> None:
        from_here = frozenset(self.used)
        self.run.unknown.append(made)
        self.emit(Bare("checked", made), self.here(frame), from_here)

    def raising_call(self, name: str, term: Term, frame: Frame) -> Term:
        """`assertRaises(E, f, x)`: the callable form. The context form is met in `with`."""
        rule = self.words.raising[name]
        args = positional(term)
        if len(args) <= rule.callee:
            inner = tuple([self.put_in(arg, frame) for arg in term.args])
            return canon(Term("call", None, inner, term.names))
        called = args[rule.callee]
        names = tuple(word for word in term.names if word != rule.keyword)
        given = keywords(term)
        body = Term("call", None, (called, *args[rule.callee + 1 :], *(given[word] for word in names)), names)
        if called.op == "lambda" and not called.value:
            body = called.args[0]
        head = Term("call", None, (term.args[0], *args[: rule.callee]))
        swallowed, self.swallowed = self.swallowed, self.swallowed or "raises"
        made = self.put_in(body, frame)
        self.swallowed = swallowed
        return self.demand(name, head, (made,), frame)

    def demand(self, name: str, term: Term, body: tuple[Term, ...], frame: Frame) -> Term:
        """Emit the claims that a raising context makes; the term under which its exception is known."""
        rule = self.words.raising[name]
        args, given = [self.put_in(arg, frame) for arg in positional(term)], keywords(term)
        types = args[rule.types] if 0 <= rule.types < len(args) else given.get("expected_exception", NULL)
        types = self.put_in(types, frame)
        what = Term("body", rule.relation, body)
        used = frozenset(self.used)
        self.emit(Bare(rule.relation, what, types), self.here(frame), used)
        pattern = args[rule.match] if 0 <= rule.match < len(args) else None
        if pattern is None and rule.keyword in given:
            pattern = self.put_in(given[rule.keyword], frame)
        if pattern is not None and pattern != NULL:
            text = Term("call", None, (Term("name", "str"), Term("caught", None, (what,))))
            self.emit(Bare("match", text, pattern), self.here(frame), used)
        return Term("raised", None, (what,))


def hasattr_builtin(name: str) -> bool:
    return name in BUILTIN_NAMES


BUILTIN_NAMES = frozenset(dir(__import__("builtins")))


def patched(patches: dict[str, str], name: str, made: Term) -> Term | None:
    """What a patching call replaces, as a dotted symbol; None when the call patches nothing that can be named."""
    kind = patches.get(name)
    args = positional(made)
    if kind is None or not args:
        return None
    if args[0].op == "str" and kind in {"path", "either"}:
        return Term("sym", args[0].value)
    if kind in {"attribute", "either"} and len(args) > 1 and args[1].op == "str":
        owner = args[0]
        return (
            Term("sym", f"{owner.value}.{args[1].value}")
            if owner.op == "sym"
            else Term("attr", args[1].value, (owner,))
        )
    return None
