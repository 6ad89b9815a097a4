"""`with` and `try` in a symbolic run: what demands an exception, what swallows one, what merely wraps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delegation_guard.assertions.callbacks import UNKNOWN_ERROR
from delegation_guard.assertions.canon import canon
from delegation_guard.assertions.claims import Bare, name_of
from delegation_guard.assertions.evaluate import patched
from delegation_guard.assertions.fluent import Fluent, outermost
from delegation_guard.assertions.frame import CATCH_ALL, Frame, Value
from delegation_guard.assertions.helpers import MANAGERS
from delegation_guard.languages.outline import NULL, Term, positional, walk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from delegation_guard.languages.outline import Function, Handler, Outline, Stmt


class Runner(Fluent):
    """The whole of a symbolic run."""

    def do_with(self, stmt: Stmt, frame: Frame) -> str:
        return self.enter(list(stmt.items), stmt, frame)

    def enter(self, items: list[tuple[Term, Term | None]], stmt: Stmt, frame: Frame) -> str:
        if not items:
            return self.block(stmt.body, frame)
        (context, target), rest = items[0], items[1:]
        self.stmt = (frame.outline, stmt)
        if context.op == "name" and str(context.value) in frame.env:
            held = frame.env[str(context.value)].term
            context = held if held.op == "call" else context
        if context.op != "call":
            self.value(context, frame)
            return self.enter(rest, stmt, frame)
        name = self.callee(context, frame)
        if name in self.words.raising:
            return self.raising_block(name, context, target, rest, stmt, frame)
        if name in self.words.swallowing:
            return self.suppress(context, rest, stmt, frame)
        managed = self.manager(context, frame)
        if managed is not None:
            return self.managed(managed, context, target, rest, stmt, frame)
        value = self.value(context, frame)
        if name not in self.words.neutral:
            self.effect(Term("enter", None, (value,)), frozenset(self.used), frame, True)
        entered = value if patched(self.words.patches, name, value) is None else Term("double", None, (value,))
        if target is not None:
            self.bind(target, Value(entered, frozenset(self.used)), frame)
        return self.enter(rest, stmt, frame)

    def suppress(self, context: Term, rest: list[tuple[Term, Term | None]], stmt: Stmt, frame: Frame) -> str:
        types = [name_of(arg) for arg in positional(context)]
        swallowed, guards = self.swallowed, self.guards
        if any(name in CATCH_ALL for name in types):
            self.swallowed = "suppress"
        else:
            self.guards = (*guards, Term("survives", tuple(sorted(types))))
        self.enter(rest, stmt, frame)
        self.swallowed, self.guards = swallowed, guards
        return ""

    def raising_block(
        self,
        name: str,
        context: Term,
        target: Term | None,
        rest: list[tuple[Term, Term | None]],
        stmt: Stmt,
        frame: Frame,
    ) -> str:
        rule = self.words.raising[name]
        count = len(self.run.calls)
        swallowed = self.swallowed
        if target is not None:
            self.bind(target, Value(Term("raised", rule.relation), frozenset()), frame)
        if rule.relation == "raises" and any(
            name_of(t) in CATCH_ALL for arg in positional(context) for t in (arg, *arg.args)
        ):
            self.swallowed = self.swallowed or "raises"
        first = len(self.run.claims)
        flow = self.enter(rest, stmt, frame)
        self.swallowed = swallowed
        made = [term for term, _ in self.run.calls[count:]]
        body = tuple(outermost(made)) or tuple(claim.subject for claim in self.run.claims[first:])
        self.stmt = (frame.outline, stmt)
        self.used = {item for effect in self.run.effects for item in effect.used if effect.term in made}
        raised = self.demand(name, context, body, frame)
        if target is not None:
            self.bind(target, Value(raised, frozenset(self.used)), frame)
        return "" if rule.relation == "raises" and flow == "stop" else flow

    def manager(self, context: Term, frame: Frame) -> tuple[Function, Outline, int] | None:
        """The generator behind a context manager whose source is at hand."""
        callee = context.args[0]
        found: tuple[Function, Outline, int] | None = None
        if callee.op == "name" and str(callee.value) in frame.outline.function:
            found = (frame.outline.function[str(callee.value)], frame.outline, -1)
        elif callee.op == "sym":
            there = self.library.function(str(callee.value))
            found = (there[1], there[0], -1) if there else None
        elif callee.op == "attr" and callee.args[0] == Term("name", "self"):
            method = self.method(str(callee.value), frame, 0)
            found = (method[1], method[0], method[2]) if method else None
        if found and found[0].generator and {name_of(d) for d in found[0].decorators} & MANAGERS:
            return found
        return None

    def managed(
        self, managed: tuple[Function, Outline, int], context: Term, target: Term | None,
        rest: list[tuple[Term, Term | None]], stmt: Stmt, frame: Frame,
    ) -> str:  # fmt: skip
        function, outline, place = managed
        bound = self.parameters(function, context, frame, None, method=place >= 0)
        if bound is None or function in self.stack:
            return self.enter(rest, stmt, frame)
        flows: list[str] = []

        def resume(value: Value) -> None:
            if target is not None:
                self.bind(target, value, frame)
            self.stack.remove(function)
            flows.append(self.enter(rest, stmt, frame))
            self.stack.append(function)

        inner = Frame(outline, bound, classes=frame.classes if place >= 0 else (), owner=max(place, 0),
                      name=function.name, level=len(self.guards) + len(self.loops),
                      via=(*frame.via, function.qualname), on_yield=resume)  # fmt: skip
        guards = self.guards
        self.stack.append(function)
        self.block(function.body, inner)
        self.stack.remove(function)
        self.guards = guards
        return flows[0] if flows else self.enter(rest, stmt, frame)

    # -- try

    def do_try(self, stmt: Stmt, frame: Frame) -> str:
        demanded = self.demanded(stmt)
        if demanded is not None:
            return self.old_style(stmt, demanded, frame)
        swallowed, guards = self.swallowed, self.guards
        open_ended = [handler for handler in stmt.handlers if not self.ends(handler.body, frame)]
        types = [name for handler in open_ended for name in self.caught(handler, frame)]
        if any(name in CATCH_ALL for name in types) or any(part.kind == "return" for part in stmt.final):
            self.swallowed = "except"
        elif types:
            self.guards = (*guards, Term("survives", tuple(sorted(types))))
        count = len(self.run.calls)
        flow = self.block(stmt.body, frame)
        what = Term("body", "raises", tuple(outermost([term for term, _ in self.run.calls[count:]])))
        self.guards, self.swallowed = guards, swallowed
        for handler in stmt.handlers:
            if not self.counted:
                self.guards = (*guards, Term("reached", tuple(sorted(self.caught(handler, frame)))))
            if handler.name:
                frame.env[handler.name] = Value(Term("caught", None, (what,)), frozenset())
            self.block(handler.body, frame) if not self.ends(handler.body, frame) else None
        self.guards = guards
        self.block(stmt.orelse, frame) if not flow else None
        self.block(stmt.final, frame)
        return "" if any(not self.ends(h.body, frame) for h in stmt.handlers) and flow == "stop" else flow

    def caught(self, handler: Handler, frame: Frame) -> list[str]:
        if handler.types is None:
            return ["BaseException"]
        types = handler.types.args if handler.types.op == "tuple" else (handler.types,)
        return [name_of(self.value(item, frame)) or "?" for item in types]

    def ends(self, body: Sequence[Stmt], frame: Frame) -> bool:
        """Whether a handler passes the failure on: it raises again or fails, whatever happens in it."""
        for part in body:
            if part.kind == "raise":
                term = part.term
                name = name_of(term.args[0] if term and term.op == "call" else term or NULL)
                return name not in self.words.skipping
            if self.failing(part):
                return True
            if part.kind == "if" and part.orelse and self.ends(part.body, frame) and self.ends(part.orelse, frame):
                return True
        return False

    def failing(self, stmt: Stmt) -> bool:
        """Whether a statement fails the test, come what may."""
        term = stmt.term
        if stmt.kind == "assert":
            return term is not None and canon(term) == Term("bool", False)
        if stmt.kind == "expr" and term is not None and term.op == "call":
            return name_of(term.args[0]) in self.words.fails
        if stmt.kind == "raise" and term is not None:
            return name_of(term.args[0] if term.op == "call" else term) == "AssertionError"
        return False

    def demanded(self, stmt: Stmt) -> Handler | None:
        """The handler of `try: f(); fail() except E:`, the old spelling of `raises(E)`; None for another try."""
        tail = stmt.body[-1:] if not stmt.orelse else stmt.orelse[-1:]
        if len(stmt.handlers) != 1 or not tail or not self.failing(tail[0]):
            return None
        handler = stmt.handlers[0]
        if handler.types is None and handler.name and self.mentions(handler):
            return handler
        names = [name_of(t) for t in (handler.types or NULL, *(handler.types.args if handler.types else ()))]
        return None if handler.types is None or (any(n in CATCH_ALL for n in names) and not stmt.orelse) else handler

    def mentions(self, handler: Handler) -> bool:
        """Whether a handler that takes everything looks at what it got, so that the failure itself does not pass."""
        looking = [stmt for stmt in handler.body if stmt.kind in {"expr", "assert", "return"}]
        terms = [stmt.term for stmt in looking if stmt.term is not None]
        return any(part == Term("name", handler.name) for term in terms for part in walk(term))

    def old_style(self, stmt: Stmt, handler: Handler, frame: Frame) -> str:
        body = stmt.body if stmt.orelse else stmt.body[:-1]
        count = len(self.run.calls)
        self.block(body, frame)
        self.stmt = (frame.outline, stmt)
        made = outermost([term for term, _ in self.run.calls[count:]])
        what = Term("body", "raises", tuple(made))
        types = self.value(handler.types, frame) if handler.types is not None else UNKNOWN_ERROR
        self.emit(Bare("raises", what, types), self.origin(frame, stmt), frozenset(self.used))
        if handler.name:
            frame.env[handler.name] = Value(Term("caught", None, (what,)), frozenset())
        self.block(handler.body, frame)
        return ""
