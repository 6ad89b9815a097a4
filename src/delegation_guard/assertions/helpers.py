"""Helpers of the tests: functions whose source is at hand are followed with their parameters bound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delegation_guard.assertions.claims import name_of
from delegation_guard.assertions.execute import Executor
from delegation_guard.assertions.frame import DEPTH, Frame, Value
from delegation_guard.languages.outline import FALSE, NULL, Term, keywords, positional

if TYPE_CHECKING:
    from delegation_guard.languages.outline import Function, Outline

MANAGERS = frozenset({"contextlib.contextmanager", "contextlib.asynccontextmanager"})
PLAIN = frozenset({"staticmethod", "classmethod", "property", *MANAGERS})


class Follower(Executor):
    """Adds the following of helpers to a run."""

    def put_in(self, term: Term, frame: Frame) -> Term:
        raise NotImplementedError

    def followed(self, term: Term, frame: Frame) -> Term | None:
        """The value of a call of a helper whose source is at hand; None when it is not followed."""
        callee = term.args[0]
        if callee.op == "name":
            name = str(callee.value)
            if name in frame.functions:
                function, home = frame.functions[name]
                return self.follow(function, home.outline, term, home, home.owner, closure=frame)
            if name in frame.env:
                return None
            if name in frame.outline.function:
                return self.follow(frame.outline.function[name], frame.outline, term, frame)
            for module in frame.outline.starred:
                found = self.library.function(f"{module}.{name}")
                if found:
                    return self.follow(found[1], found[0], term, frame)
            return None
        if callee.op == "sym":
            found = self.library.function(str(callee.value))
            return self.follow(found[1], found[0], term, frame) if found else None
        if callee.op == "attr" and frame.classes:
            owner, start = callee.args[0], -1
            if owner.op == "name" and owner.value in {"self", "cls"}:
                start = 0
            elif owner.op == "call" and owner.args[0] == Term("name", "super"):
                start = frame.owner + 1
            found_method = self.method(str(callee.value), frame, start) if start >= 0 else None
            if found_method:
                outline, function, place = found_method
                return self.follow(function, outline, term, frame, place)
        return None

    def follow(
        self,
        function: Function,
        outline: Outline,
        term: Term,
        frame: Frame,
        place: int = -1,
        closure: Frame | None = None,
    ) -> Term | None:
        """Run a helper's body with its parameters bound; the plain call when its value depends on the case."""
        decorators = {name_of(d.args[0] if d.op == "call" else d) for d in function.decorators}
        if len(self.stack) >= DEPTH or function in self.stack or decorators - PLAIN or function.generator:
            return None
        forgotten = function.asynchronous and not self.awaited
        bound = self.parameters(function, term, frame, closure, method=place >= 0)
        if bound is None:
            return None
        inner = Frame(
            outline, bound if closure is None else {**closure.env, **bound},
            functions=dict(closure.functions) if closure else {},
            classes=frame.classes if place >= 0 or closure else (),
            owner=max(place, 0), name=function.name, level=len(self.guards) + len(self.loops),
            via=(*frame.via, function.qualname),
        )  # fmt: skip
        if forgotten:
            inner.level += 1
            self.dead(function.body, inner)
            return Term("call", None, (Term("sym", function.name), *self.shallow(term, inner)))
        return self.run_helper(function, inner, term)

    def run_helper(self, function: Function, inner: Frame, term: Term) -> Term:
        guards, stmt, used, required = self.guards, self.stmt, set(self.used), self.required
        self.stack.append(function)
        if FALSE not in self.guards and not self.dry:
            self.run.followed.add(function.qualname)
        self.called.append(function)
        flow = self.block(function.body, inner)
        self.stack.pop()
        self.guards, self.stmt, self.required = guards, stmt, required
        self.used |= used
        self.stopped = self.stopped or flow == "stop"
        for value in inner.env.values():
            self.used |= value.used
        if inner.ambiguous:
            return Term("call", None, (Term("sym", function.name), *self.shallow(term, inner)), term.names)
        return inner.result if inner.result is not None else NULL

    def shallow(self, term: Term, inner: Frame) -> tuple[Term, ...]:
        values = [value.term for value in inner.env.values()]
        return tuple(values[: len(term.args) - 1])

    def parameters(
        self, function: Function, term: Term, frame: Frame, closure: Frame | None, *, method: bool
    ) -> dict[str, Value] | None:
        """The parameters of a helper bound to the arguments of a call; None when they do not fit."""
        params = list(function.params)
        bound: dict[str, Value] = {}
        if method and params and params[0] in {"self", "cls"}:
            params = params[1:]
        args = positional(term)
        if any(arg.op == "star" for arg in args) or (len(args) > len(params) and not function.starred):
            return None
        for name, arg in [*zip(params, args, strict=False), *keywords(term).items()]:
            outer, self.used = self.used, set()
            made = self.put_in(arg, frame)
            bound[name] = Value(made, frozenset(self.used))
            self.used |= outer
        for name in params:
            if name not in bound:
                if name not in function.defaults:
                    return None
                bound[name] = Value(self.put_in(function.defaults[name], Frame(frame.outline)), frozenset())
        return bound

    def method(self, name: str, frame: Frame, start: int) -> tuple[Outline, Function, int] | None:
        """A method of the class at hand, searched from some place in the resolution order."""
        for place, (outline, cls) in enumerate(frame.classes[start:], start):
            for function in reversed(cls.functions):
                if function.name == name:
                    return outline, function, place
        return None
