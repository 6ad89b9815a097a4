"""Performs a case: its fixtures, set-up, rows and body, in the order in which a runner would."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delegation_guard.assertions.blocks import Runner
from delegation_guard.assertions.cases import Case, Reader, Row, is_fixture
from delegation_guard.assertions.claims import Origin, name_of
from delegation_guard.assertions.evaluate import patched
from delegation_guard.assertions.frame import Frame, Run, Value, own, vessel
from delegation_guard.languages.outline import NULL, TRUE, Function, Term, keywords, positional

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delegation_guard.assertions.library import Library
    from delegation_guard.assertions.vocabulary import Vocabulary
    from delegation_guard.languages.outline import Class, Outline

Found = tuple["Outline", Function, tuple[tuple["Outline", "Class"], ...]]
"""A fixture: its file, its function, the classes it is a method of."""


class Performer:
    """Performs the cases of one side."""

    def __init__(self, library: Library, words: Vocabulary) -> None:
        self.library, self.words = library, words
        self.reader = Reader(library, words)
        self._visible: dict[object, list[tuple[str, Found]]] = {}

    def perform(self, case: Case) -> list[Run]:
        """One run for each row (one in all for a case without a table)."""
        self.reader.prepare(case)
        self.vary(case)
        return [] if case.empty else [self.run(case, row) for row in case.rows or [Row({})]]

    def vary(self, case: Case) -> None:
        """Multiply the rows of a case by the parameters of its fixtures."""
        tables = [case.rows or [Row({})]]
        for name, (_, function, _) in self.order(case, Row({})):
            given = [keywords(d)["params"] for d in function.decorators if d.op == "call" and "params" in d.names]
            if given and given[0].op in {"list", "tuple"}:
                tables.append([Row({f"{name}.param": item}, item) for item in given[0].args])
        if len(tables) > 1:
            case.rows = self.reader.product(tables)

    def run(self, case: Case, row: Row) -> Run:
        runner = Runner(self.library, self.words, case.name, row.row)
        frame = Frame(case.outline, classes=case.classes, name=case.function.name)
        frame.env = {name: own(Value(term, frozenset())) for name, term in row.values.items()}
        runner.loops = row.loops
        self.doubles(case, runner, frame)
        order = self.order(case, row)
        try:
            self.step(order, 0, runner, frame, case)
        except RecursionError:
            runner.run.incomplete = True
        return runner.run

    def step(self, order: list[tuple[str, Found]], place: int, runner: Runner, frame: Frame, case: Case) -> None:
        if place == len(order):
            self.body(case, runner, frame)
            return
        name, (outline, function, classes) = order[place]
        done: list[bool] = []

        def resume(value: Value) -> None:
            done.append(True)
            frame.env[name] = own(value if value.term.args else vessel(value))
            self.step(order, place + 1, runner, frame, case)

        env = {param: frame.env[param] for param in function.params if param in frame.env}
        inner = Frame(outline, env, classes=classes, name=function.name, on_yield=resume, via=(f"fixture {name}",))
        if f"{name}.param" in frame.env:
            runner.attributes[f"{name}.param"] = frame.env[f"{name}.param"]
            inner.env["request"] = Value(Term("request", name), frozenset())
        guards = runner.guards
        runner.used = set()
        runner.block(function.body, inner)
        runner.guards = guards
        if not done:
            used = frozenset(item for value in inner.env.values() for item in value.used)
            resume(Value(inner.result if inner.result is not None else NULL, used))

    def body(self, case: Case, runner: Runner, frame: Frame) -> None:
        for name in self.words.before:
            self.method(name, runner, case)
        runner.guards = ()
        self.wrapped(case, runner, frame)
        runner.leftover()
        runner.guards = ()
        for name in self.words.after:
            self.method(name, runner, case)

    def wrapped(self, case: Case, runner: Runner, frame: Frame) -> None:
        """The body of a test, inside what the tests' own decorators put around it."""
        inner = next((found for mark in case.marks if (found := wrapper(case, mark, self.library))), None)
        if inner is None:
            runner.block(case.function.body, frame)
            return
        outline, function, params = inner
        done: list[bool] = []

        def call() -> None:
            done.append(True)
            runner.block(case.function.body, frame)

        runner.wrapped = call
        around = Frame(outline, {name: Value(Term("wrapped"), frozenset()) for name in params})
        runner.block(function.body, around)
        if not done:
            runner.dead(case.function.body, frame)

    def method(self, name: str, runner: Runner, case: Case) -> None:
        frame = Frame(case.outline, classes=case.classes)
        found = runner.method(name, frame, 0)
        if found:
            outline, function, place = found
            inner = Frame(outline, classes=case.classes, owner=place, name=name, via=(name,))
            runner.block(function.body, inner)

    def doubles(self, case: Case, runner: Runner, frame: Frame) -> None:
        """Parameters that patching decorators fill in, nearest decorator first."""
        free = [name for name in case.function.params if name not in {"self", "cls"} and name not in frame.env]
        own_marks = case.marks[: len(case.function.decorators)]
        origin = self.at(case)
        for mark in case.marks:
            target = patched(self.words.patches, name_of(mark.args[0]), mark) if mark.op == "call" else None
            if target is not None:
                runner.run.patches.append((target, origin))
        for mark in reversed(own_marks):
            if mark.op != "call" or name_of(mark.args[0]) not in self.words.patches:
                continue
            given = set(mark.names)
            position = 1 if self.words.patches[name_of(mark.args[0])] == "path" else 2
            if len(positional(mark)) > position or given & {"new", "new_callable"} - {"new_callable"} or not free:
                continue
            name = free.pop(0)
            frame.env[name] = own(Value(Term("double", None, (mark,)), frozenset()))

    def at(self, case: Case) -> Origin:
        return _origin(case)

    # -- fixtures

    def order(self, case: Case, row: Row) -> list[tuple[str, Found]]:
        """The fixtures of a case in the order in which they are set up."""
        wanted = [name for name, _ in self.automatic(case)]
        for mark in case.marks:
            if mark.op == "call" and name_of(mark.args[0]) in self.words.uses:
                wanted += [str(arg.value) for arg in positional(mark) if arg.op == "str"]
        wanted += [name for name in case.function.params if name not in row.values]
        made: dict[str, Found] = {}
        for name in wanted:
            self.require(name, case, made, row, 0)
        return list(made.items())

    def require(self, name: str, case: Case, made: dict[str, Found], row: Row, depth: int) -> None:
        if name in made or name in row.values or depth > 12:
            return
        found = self.find(name, case, None)
        if found is None:
            return
        for param in found[1].params:
            if param not in {"self", "cls", "request", name}:
                self.require(param, case, made, row, depth + 1)
        made[name] = found

    def find(self, name: str, case: Case, skip: Function | None) -> Found | None:
        for known, found in self.visible(case):
            if known == name and found[1] is not skip:
                return found
        return None

    def automatic(self, case: Case) -> Iterator[tuple[str, Found]]:
        for name, found in self.visible(case):
            for decorator in found[1].decorators:
                if decorator.op == "call" and keywords(decorator).get("autouse") == TRUE:
                    yield name, found

    def visible(self, case: Case) -> list[tuple[str, Found]]:
        """Every fixture a case can see, nearest first."""
        place = (case.path, id(case.outline), case.classes[0][1].name if case.classes else "")
        if place not in self._visible:
            self._visible[place] = list(self.look(case))
        return self._visible[place]

    def look(self, case: Case) -> Iterator[tuple[str, Found]]:
        for outline, cls in case.classes:
            yield from self.named(outline, cls.functions, case.classes)
        yield from self.file(case.outline)
        for outline in self.library.parents(case.path, "conftest.py"):
            yield from self.file(outline)

    def file(self, outline: Outline) -> Iterator[tuple[str, Found]]:
        yield from self.named(outline, outline.functions, ())
        for name, dotted in outline.imports.items():
            found = self.library.function(dotted)
            if found and is_fixture(self.words, found[1]):
                yield name, (found[0], found[1], ())
        for module in outline.starred:
            there = self.library.resolve(f"{module}.fixtures")
            if there and there[0] is not outline:
                yield from self.named(there[0], there[0].functions, ())

    def named(
        self, outline: Outline, functions: tuple[Function, ...], classes: tuple[tuple[Outline, Class], ...]
    ) -> Iterator[tuple[str, Found]]:
        for function in reversed(functions):
            if is_fixture(self.words, function):
                given = next((keywords(d).get("name") for d in function.decorators if d.op == "call"), None)
                yield str(given.value) if given else function.name, (outline, function, classes)


def wrapper(case: Case, mark: Term, library: Library) -> tuple[Outline, Function, tuple[str, ...]] | None:
    """The function that a decorator of the tests' own puts in a test's place, and the names the test has in it."""
    callee = mark.args[0] if mark.op == "call" else mark
    if callee.op != "sym":
        return None
    name = str(callee.value)
    found = (case.outline, case.outline.function[name]) if name in case.outline.function else None
    found = found or library.function(case.outline.imports.get(name, name))
    if found is None:
        return None
    outline, function = found
    params: tuple[str, ...] = ()
    while True:
        params += function.params[:1]
        nested = [stmt.function for stmt in function.body if stmt.kind == "def" and stmt.function is not None]
        if not nested:
            return (outline, function, params) if function is not found[1] else None
        function = nested[-1]


def _origin(case: Case) -> Origin:

    return Origin(case.path, case.function.first_line, case.function.text.split("\n")[0].strip(), case.name)
