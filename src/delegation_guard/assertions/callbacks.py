"""Functions that are values: callbacks carried out where they are handed over, promises followed to their end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from delegation_guard.assertions.canon import canon
from delegation_guard.assertions.claims import Bare, elements, name_of
from delegation_guard.assertions.evaluate import Evaluator
from delegation_guard.assertions.execute import skeleton
from delegation_guard.assertions.frame import DEPTH, UNROLL, Frame, Value, own, starred
from delegation_guard.languages.outline import FALSE, NULL, Stmt, Term, positional, walk

if TYPE_CHECKING:
    from delegation_guard.languages.outline import Function

CHECKING = re.compile(r"\b(expect|assert|should|verify|check|t\.|cy\.)|[Ee]xpect|[Aa]ssert|\bdone\b")
ASSIGNED = re.compile(r"(?<![\w.$])([A-Za-z_$][\w$]*)\s*=(?![=>])")
READING = re.compile(r"^(get|find|query|is|has|to)[A-Z]")
"""Names of calls that look at something and leave it as it is."""
ITERATING = frozenset({"map", "forEach", "filter", "every", "some", "flatMap", "find", "each"})
PROMISED = frozenset({"then", "catch", "finally"})
CALLING_BACK = re.compile(r"\b(done|resolve|reject|cb|next|callback)\b")
UNAWAITED = Term("survives", ("unawaited",))
"""The guard of what nobody waits for: a failure of it comes too late to fail the test."""
UNKNOWN_ERROR = Term("name", "object")
"""The type of an exception of which nothing is said."""


class Closure(NamedTuple):
    """A function and the surroundings it was written in."""

    function: Function
    home: Frame


class Caller(Evaluator):
    """Adds functions as values to a run."""

    closures: dict[Term, Closure]
    counted = False
    """The test says how many assertions it makes, so none of them may stay away."""

    def statement(self, stmt: Stmt, frame: Frame) -> str:
        if frame.outline.language == "python":
            return super().statement(stmt, frame)
        outer, self.awaited = self.awaited, stmt.kind == "return"
        flow = super().statement(stmt, frame)
        self.awaited = outer
        return flow

    def do_def(self, stmt: Stmt, frame: Frame) -> None:
        if frame.outline.language == "python" or stmt.function is None:
            super().do_def(stmt, frame)
            return
        frame.functions[stmt.function.name] = (stmt.function, frame)
        frame.env[stmt.function.name] = Value(Term("fn", stmt.function), frozenset())
        self.nested.append((stmt.function, frame))

    def do_raise(self, stmt: Stmt, frame: Frame) -> str:
        if frame.outline.language != "python" and (stmt.term is None or stmt.term.op != "call"):
            return "stop"  # an error that is passed on asserts nothing
        return super().do_raise(stmt, frame)

    def hold(self, value: Value) -> Term:
        if value.term.op == "fn" and self.stmt is not None:
            function = value.term.value
            home = next((frame for known, frame in self.nested if known is function), Frame(self.stmt[0]))
            return self.closure(Closure(function, home))  # type: ignore[arg-type]
        return super().hold(value)

    def put_in(self, term: Term, frame: Frame) -> Term:
        if term.op == "fn":
            return self.closure(Closure(term.value, frame))  # type: ignore[arg-type]
        return super().put_in(term, frame)

    def closure(self, made: Closure) -> Term:
        """A function as a value: equal code in equal surroundings gives equal values."""
        function, home = made
        if "closures" not in self.__dict__:
            self.closures = {}
        if len(self.stack) >= DEPTH or function in self.stack:
            return Term("def", function.name)
        inner = Frame(home.outline, dict(home.env), dict(home.functions), name=function.name)
        for place, name in enumerate(function.params):
            inner.env[name] = Value(Term("bound", place), frozenset())
        state = (self.stmt, self.guards, self.loops, self.required, self.awaited, set(self.used))
        self.dry += 1
        self.stack.append(function)
        body = function.body
        for stmt in body:
            self.forget(stmt, inner)
        if len(body) == 1 and body[0].kind in {"return", "expr"} and body[0].term is not None:
            value = Term("lambda", len(function.params), (self.put_in(body[0].term, inner),))
        else:
            value = Term("def", len(function.params), (self.frozen(skeleton(body), inner),))
        self.stack.pop()
        self.dry -= 1
        self.stmt, self.guards, self.loops, self.required, self.awaited, used = state
        self.used |= used
        self.closures[value] = made
        return value

    def forget(self, stmt: Stmt, frame: Frame) -> None:
        """Variables that a function's body gives values of its own are not those around it."""
        for part in walk(stmt.target) if stmt.target is not None and stmt.target.op in {"name", "tuple"} else ():
            frame.env.pop(str(part.value), None)

    def frozen(self, term: Term, frame: Frame) -> Term:
        if term.op in {"block", "stmt"}:
            return Term(term.op, term.value, tuple(self.frozen(arg, frame) for arg in term.args))
        return self.put_in(term, frame)

    # -- carrying a function out

    def callback(self, term: Term, frame: Frame) -> Closure | None:
        """The function that an argument stands for, None when it stands for none whose source is at hand."""
        if term.op == "fn":
            return Closure(term.value, frame)  # type: ignore[arg-type]
        if term.op != "name":
            return None
        name = str(term.value)
        if name in frame.functions:
            return Closure(*frame.functions[name])
        held = frame.env.get(name)
        if held is not None:
            return self.closures.get(held.term) if "closures" in self.__dict__ else None
        function = frame.outline.function.get(name)
        return Closure(function, Frame(frame.outline)) if function is not None else None

    def invoke(self, closure: Closure, args: tuple[Term, ...], caller: Frame) -> Term:
        """Run a function's body with its parameters bound; its value."""
        function, home = closure
        if len(self.stack) >= DEPTH or function in self.stack:
            return Term("def", function.name)
        outline = home.outline
        inner = Frame(
            outline, dict(home.env), dict(home.functions), home.classes, home.owner, function.name,
            len(self.guards) + len(self.loops), via=caller.via,
        )  # fmt: skip
        for place, name in enumerate(function.params):
            given = args[place] if place < len(args) else Term("name", name)
            inner.env[name] = own(Value(given, frozenset(self.used) if place < len(args) else frozenset()))
        guards, stmt, required, used = self.guards, self.stmt, self.required, set(self.used)
        self.stack.append(function)
        self.called.append(function)
        self.block(function.body, inner)
        self.stack.pop()
        self.guards, self.stmt, self.required = guards, stmt, required
        self.used |= used
        for name in home.env:
            if name not in function.params and name in inner.env:
                home.env[name] = inner.env[name]
        return inner.result if inner.result is not None and not inner.ambiguous else NULL

    def carry_out(self, name: str, term: Term, frame: Frame) -> Term:
        if frame.outline.language == "python":
            return super().carry_out(name, term, frame)
        callee = term.args[0]
        if callee.op == "attr" and callee.value in PROMISED:
            return self.promise(term, frame)
        if callee.op == "name" and callee.value in frame.env and callee.value not in frame.functions:
            closure = self.callback(callee, frame)
            if closure is not None:
                args = tuple([self.put_in(arg, frame) for arg in positional(term)])
                return self.invoke(closure, args, frame)
        made = super().carry_out(name, term, frame)
        if self.followed_here(term, frame) or name in self.words.doubles or self.dry:
            return made
        for arg in positional(term):
            closure = self.callback(arg, frame)
            if closure is not None and (CHECKING.search(closure.function.text) or gives(closure)):
                self.hand_over(name, term, closure, frame)
        return made

    def notice(self, name: str, made: Term, frame: Frame) -> None:
        if self.required and frame.outline.language != "python" and READING.match(name.rpartition(".")[2]):
            self.required = False
        super().notice(name, made, frame)

    def followed_here(self, term: Term, frame: Frame) -> bool:
        callee = term.args[0]
        return callee.op == "name" and (callee.value in frame.functions or callee.value in frame.outline.function)

    def hand_over(self, name: str, term: Term, closure: Closure, frame: Frame) -> None:
        """Carry out a callback under the circumstances in which whoever got it would."""
        guards, loops, callee = self.guards, self.loops, term.args[0]
        rounds: tuple[tuple[Term, ...], ...] = ((),)
        if callee.op == "attr" and callee.value in ITERATING:
            self.dry += 1
            source = self.put_in(callee.args[0], frame)
            self.dry -= 1
            if source.op == "list" and len(source.args) <= UNROLL and not starred(source):
                rounds = tuple((item,) for item in source.args)
            else:
                rounds, self.loops = ((elements(source),),), (*loops, source)
        waits = self.awaited or CALLING_BACK.search(closure.function.text) is not None
        if (closure.function.asynchronous or name in self.words.deferred) and not waits:
            self.guards = (*guards, UNAWAITED)
        for args in rounds:
            self.invoke(closure, args, frame)
        self.guards, self.loops = guards, loops

    # -- promises

    def promise(self, term: Term, frame: Frame) -> Term:
        """`p.then(f).catch(g)`: f runs on what p gives, g on the error it ends with."""
        links: list[tuple[str, tuple[Term, ...]]] = []
        root = term
        while root.op == "call" and root.args[0].op == "attr" and root.args[0].value in PROMISED:
            links.insert(0, (str(root.args[0].value), positional(root)))
            root = root.args[0].args[0]
        text = frame.outline.text(self.stmt[1].line, self.stmt[1].end) if self.stmt else ""
        guards, swallowed, waited = self.guards, self.swallowed, self.awaited
        self.awaited = True
        count = len(self.run.calls)
        value = canon(Term("await", None, (self.put_in(root, frame),)))
        calls = [made for made, _ in self.run.calls[count:]]
        if not waited and not CALLING_BACK.search(text):
            self.guards = (*guards, UNAWAITED)
        what = Term(
            "body",
            "raises",
            (value.args[0] if value.op == "await" and not calls else calls[-1],) if calls or value.args else (),
        )
        last = self.links(links, value, what, frame)
        self.guards, self.swallowed, self.awaited = guards, swallowed, waited
        return last.args[0] if last.op == "await" else last

    def links(self, links: list[tuple[str, tuple[Term, ...]]], value: Term, what: Term, frame: Frame) -> Term:
        swallowed, demanded = self.swallowed, False
        for place, (word, args) in enumerate(links):
            later = [self.callback(given[0], frame) for kind, given in links[place + 1 :] if kind == "catch" and given]
            closure = self.callback(args[0], frame) if args else None
            other = self.callback(args[1], frame) if len(args) > 1 else None
            self.swallowed = swallowed
            if any(one is not None and not self.passes_on(one) for one in later) and not demanded:
                self.swallowed = swallowed or "catch"
            if word == "then" and closure is not None:
                if self.passes_on(closure) and (other or later):
                    demanded = True
                    self.swallowed = swallowed
                    self.emit(Bare("raises", what, UNKNOWN_ERROR), self.here(frame), frozenset(self.used))
                else:
                    value = canon(Term("await", None, (self.invoke(closure, (value,), frame),)))
            handler = closure if word == "catch" else other if word == "then" else None
            if handler is not None and not (self.passes_on(handler) and not handler.function.params):
                guards = self.guards
                if not demanded and not self.counted:
                    self.guards = (*guards, Term("reached", ("catch",)))
                self.invoke(handler, (Term("caught", None, (what,)),), frame)
                self.guards = guards
            if word == "finally" and closure is not None:
                self.invoke(closure, (), frame)
        self.swallowed = swallowed
        return value

    def passes_on(self, closure: Closure) -> bool:
        """Whether a function fails the test whatever it is given."""
        for stmt in closure.function.body:
            term = stmt.term
            if stmt.kind == "raise":
                return True
            if stmt.kind in {"expr", "return"} and term is not None and term.op == "call":
                name = name_of(term.args[0])
                if name in self.words.fails or (name == "done" and positional(term)):
                    return True
        return False


def gives(closure: Closure) -> bool:
    """Whether a function gives a value to a variable around it."""
    text = closure.function.text
    return any(
        name in closure.home.env and not re.search(rf"\b(const|let|var)\s+{re.escape(name)}\b", text)
        for name in set(ASSIGNED.findall(text))
    )


__all__ = ["FALSE", "UNAWAITED", "Caller", "Closure"]
