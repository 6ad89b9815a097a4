"""Which calls of a JavaScript or TypeScript file define tests, and what each of them runs: suites, hooks, tables."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from delegation_guard.languages.javascript_definers import DEPTH, Definer, Definers, arguments, head_of, mark
from delegation_guard.languages.javascript_statements import continued
from delegation_guard.languages.javascript_terms import FUNCTIONS, inner, line_of, text_of, unwrapped
from delegation_guard.languages.outline import LITERALS, Function, Stmt, Term, call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node


@dataclass
class Scope:
    """The surroundings of a test: titles, what runs before and after it, its marks and tables."""

    titles: tuple[str, ...] = ()
    setup: tuple[Stmt, ...] = ()
    after: tuple[Stmt, ...] = ()
    marks: tuple[Term, ...] = ()
    depth: int = 0
    focused: str = ""


@dataclass
class Found:
    """One test: its function before it has a unique name, and whether it is the only one to run."""

    title: str
    node: Node
    body: Node | None
    scope: Scope
    marks: tuple[Term, ...]
    focused: str = ""
    prologue: tuple[Stmt, ...] = ()
    params: tuple[str, ...] = ()


@dataclass
class Tests(Definers):
    """Finds the tests of one file."""

    found: list[Found] = field(default_factory=list)

    def functions(self, nodes: list[Node]) -> tuple[Function, ...]:
        """A function for each test below some top-level statements; titles make their names."""
        self.scan(nodes, Scope(), top=True)
        focus = next((test.focused for test in self.found if test.focused), "")
        taken: dict[str, int] = {}
        made = []
        for test in self.found:
            title = f'"{test.title}"'
            taken[title] = taken.get(title, 0) + 1
            name = title if taken[title] == 1 else f"{title} ({taken[title]})"
            if focus and not test.focused:
                test.marks = (*test.marks, mark("test.focus", focus))
            made.append(self.function(test, name))
        return tuple(made)

    def function(self, test: Found, name: str) -> Function:
        first, end = line_of(test.node), int(test.node.end_point[0]) + 1
        own = test.body.child_by_field_name("body") if test.body is not None and test.body.type in FUNCTIONS else None

        def load() -> tuple[Stmt, ...]:
            if own is not None:
                body = self.reader.body(own)
            else:
                term = Term("await", None, (call(self.reader.term(test.body)),)) if test.body is not None else None
                body = (Stmt("expr", first, end, term),) if term else ()
            return (*test.scope.setup, *test.prologue, *body, *test.scope.after)

        return Function(
            name, "", first, end, test.params, {}, test.marks, True, False, text_of(test.node), load, first,
        )  # fmt: skip

    # -- scopes

    def scan(self, nodes: list[Node], scope: Scope, *, top: bool = False) -> None:
        """Note the tests among some statements; everything else there runs before each of them."""
        setup: list[Stmt] = []
        after: list[Stmt] = []
        marks: list[Term] = []
        inside: list[tuple[Definer, Node, tuple[Node, ...]]] = []
        nested: list[Node] = []
        for node in nodes:
            called = expression(node)
            if called is None:
                if self.defines(node):
                    nested.append(node)
                elif not top:
                    setup += self.reader.statement(node)
                continue
            definer = self.definer(called)
            if definer is not None:
                self.sort(definer, called, setup, after, marks, inside)
            elif self.setting(called) is not None:
                marks.append(self.setting(called))  # type: ignore[arg-type]
            elif self.defines(called):
                nested.append(node)
            else:
                setup += self.reader.statement(node)
        scope = replace(
            scope, setup=(*scope.setup, *setup), after=(*after, *scope.after), marks=(*scope.marks, *marks),
        )  # fmt: skip
        for definer, called, args in inside:
            self.define(definer, called, args, scope)
        for node in nested:
            self.nested(node, scope)

    def sort(
        self, definer: Definer, called: Node, setup: list[Stmt], after: list[Stmt], marks: list[Term],
        inside: list[tuple[Definer, Node, tuple[Node, ...]]],
    ) -> None:  # fmt: skip
        args = arguments(called)
        if definer.kind in {"test", "suite"}:
            inside.append((definer, called, args))
            return
        body = next((arg for arg in reversed(args) if self.is_function(arg)), None)
        if definer.kind == "configure":
            marks += self.options(args)
        elif body is not None:
            (setup if definer.kind == "before" else after).extend(self.hook(body))

    def hook(self, body: Node) -> tuple[Stmt, ...]:
        if body.type not in FUNCTIONS:
            line = line_of(body)
            return (Stmt("expr", line, line, Term("await", None, (call(self.reader.term(body)),))),)
        return tuple(stmt for stmt in continued(self.reader.function(body, "").body) if stmt.kind != "leave")

    def define(self, definer: Definer, called: Node, args: tuple[Node, ...], scope: Scope) -> None:
        if scope.depth > DEPTH:
            raise RecursionError
        function = next((arg for arg in reversed(args) if self.is_function(arg)), None)
        title = self.title(args[0]) if args and args[0] is not function else ""
        marks = (*scope.marks, *definer.marks, *self.modified(definer, called), *self.options(args, function))
        focused = scope.focused or (head_of(called) if "only" in definer.modifiers else "")
        body = self.wrapped(function)
        params: tuple[str, ...] = ()
        prologue: tuple[Stmt, ...] = ()
        if definer.table is not None:
            mark, prologue, params = self.rows(definer, body)
            marks = (*marks, mark)
        elif body is not None and body.type in FUNCTIONS:
            params, _, prologue = self.reader.parameters(body)
            prologue = tuple(fixture(stmt, params) for stmt in prologue)
        if definer.kind == "test":
            self.found.append(Found(" > ".join((*scope.titles, title)), called, body, scope, marks, focused, prologue,
                                    (*inherited(marks), *params)))  # fmt: skip
            return
        held = replace(
            scope, titles=(*scope.titles, *([title] if title else [])), marks=marks, focused=focused,
            setup=(*scope.setup, *prologue), depth=scope.depth + 1,
        )  # fmt: skip
        block = body.child_by_field_name("body") if body is not None and body.type in FUNCTIONS else None
        if block is not None:
            self.scan(inner(block) if block.type == "statement_block" else [block], held)

    def nested(self, node: Node, scope: Scope) -> None:
        """Tests that are defined in a loop, under a condition, or by a function of the file."""
        if scope.depth > DEPTH:
            raise RecursionError
        held = replace(scope, depth=scope.depth + 1)
        if node.type == "if_statement":
            condition = self.reader.term(node.child_by_field_name("condition"))
            for part, holds in (("consequence", True), ("alternative", False)):
                branch = node.child_by_field_name(part)
                if branch is not None:
                    denied = Term("not", None, (condition,)) if holds else condition
                    text = text_of(node).split("\n")[0]
                    self.scan(statements(branch), replace(held, marks=(*scope.marks, mark("test.skip", text, denied))))
        elif node.type in {"for_in_statement", "expression_statement", "call_expression"}:
            called = expression(node)
            name = text_of(called.child_by_field_name("function") or called) if called is not None else ""
            if called is not None and name in self.helpers:
                self.expand(self.helpers[name], called, held)
                return
            for stmt in self.reader.statement(node) if called is None else self.loop(called):
                if stmt.kind == "for":
                    self.table(stmt, node, held)
        else:
            self.scan([part for part in inner(node) if part.type != "identifier"], held)

    def loop(self, called: Node) -> list[Stmt]:
        return self.reader.looped(called, line_of(called), line_of(called))

    def table(self, stmt: Stmt, node: Node, scope: Scope) -> None:
        """A loop around tests is a table of them: what is looped over are its rows."""
        row, source = self.fresh(), stmt.term
        target = stmt.target
        if source is None or target is None:
            return
        if target.op == "tuple":
            source, target = source.args[1], target.args[1]
        made = call(Term("name", "test.each"), Term("list", None, (Term("str", row),)), source)
        prologue = (Stmt("assign", stmt.line, stmt.end, Term("name", row), target),)
        taken = tuple(part for part in stmt.body if part.kind == "assign")
        body = loop_body(node)
        held = replace(scope, marks=(*scope.marks, made), setup=(*scope.setup, *prologue, *taken))
        self.scan(statements(body) if body is not None else [], held)

    def expand(self, function: Node, called: Node, scope: Scope) -> None:
        """A call of a function of the file that defines tests: its parameters hold the arguments."""
        params, defaults, prologue = self.reader.parameters(function)
        line = line_of(called)
        terms = self.reader.terms(arguments(called))
        given = dict(zip(params, terms, strict=False))
        bound = tuple(
            Stmt("assign", line, line, given.get(name, defaults[name]), Term("name", name)) for name in params
        )  # fmt: skip
        shown = ", ".join(str(term.value) for term in terms if term.op in LITERALS)
        titles = (*scope.titles, *([shown] if shown else []))
        body = function.child_by_field_name("body")
        held = replace(scope, titles=titles, setup=(*scope.setup, *bound, *prologue))
        self.scan(statements(body) if body is not None else [], held)

    # -- small questions

    def title(self, node: Node) -> str:
        term = self.reader.term(node)
        if term.op == "str":
            return " ".join(str(term.value).split())
        return " ".join(text_of(node).strip("`").split())

    def is_function(self, node: Node) -> bool:
        return (
            node.type in FUNCTIONS
            or (node.type == "identifier" and text_of(node) in self.helpers)
            or (node.type == "call_expression" and any(self.is_function(arg) for arg in arguments(node)))
        )

    def wrapped(self, node: Node | None) -> Node | None:
        """The function inside `withDatabase(async () => {...})`; a function's own node for its name."""
        for _ in range(DEPTH):
            if node is None or node.type != "call_expression":
                break
            node = next((arg for arg in arguments(node) if self.is_function(arg)), None)
        if node is not None and node.type == "identifier":
            return self.helpers.get(text_of(node), node)
        return node

    def defines(self, node: Node) -> bool:
        """Whether a statement that is no definition itself holds one further in."""
        if node.type in FUNCTIONS or node.type in {"lexical_declaration", "class_declaration", "import_statement"}:
            return False
        called = expression(node)
        if called is not None:
            name = text_of(called.child_by_field_name("function") or called)
            if name in self.helpers:
                return self.suited(self.helpers[name])
            return bool(self.loop_defines(called))
        return node.type in {
            "if_statement",
            "for_in_statement",
            "for_statement",
            "statement_block",
            "try_statement",
        } and (self.suited(node))

    def loop_defines(self, called: Node) -> bool:
        function = called.child_by_field_name("function")
        looped = (
            function is not None and function.type == "member_expression" and text_of(function).endswith(".forEach")
        )
        return looped and any(self.suited(arg) for arg in arguments(called) if arg.type in FUNCTIONS)

    def suited(self, node: Node, depth: int = 0) -> bool:
        """Whether tests are defined somewhere inside, in the statements of blocks and loops."""
        if depth > DEPTH:
            return False
        body = node.child_by_field_name("body") if node.type in FUNCTIONS else node
        for part in statements(body) if body is not None else ():
            called = expression(part)
            definer = self.definer(called) if called is not None else None
            if definer is not None and definer.kind in {"test", "suite"}:
                return True
            if called is not None and self.loop_defines(called):
                return True
            if called is None and part.type in {"if_statement", "for_in_statement", "for_statement", "statement_block",
                                                "else_clause"} and self.suited(part, depth + 1):  # fmt: skip
                return True
        return False


def inherited(marks: tuple[Term, ...]) -> Iterator[str]:
    for term in marks:
        if term.op == "call" and term.args[0] == Term("name", "test.each"):
            yield str(term.args[1].args[0].value)


def fixture(stmt: Stmt, params: tuple[str, ...]) -> Stmt:
    """`({ page }) => ...`: what a runner hands over has its own name, whatever object it comes in."""
    term, target = stmt.term, stmt.target
    if term is not None and term.op == "attr" and target is not None and term.args[0].value in params:
        return stmt._replace(term=Term("name", term.value))
    return stmt


def expression(node: Node) -> Node | None:
    """The call that a statement consists of, awaited or not; None for anything else."""
    if node.type == "expression_statement":
        parts = inner(node)
        node = unwrapped(parts[0]) if parts else node
    if node.type == "await_expression" and inner(node):
        node = unwrapped(inner(node)[0])
    return node if node.type == "call_expression" else None


def statements(node: Node) -> list[Node]:
    """The statements of a block, of the branch of an `if`, or of the body of a loop."""
    if node.type in {"else_clause", "statement_block"}:
        return [
            part for item in inner(node) for part in (statements(item) if item.type == "statement_block" else [item])
        ]
    if node.type in {"if_statement", "for_in_statement", "for_statement"}:
        parts = [node.child_by_field_name(name) for name in ("body", "consequence", "alternative")]
        return [item for part in parts if part is not None for item in statements(part)]
    return [node]


def loop_body(node: Node) -> Node | None:
    called = expression(node)
    if called is None:
        return node.child_by_field_name("body")
    function = next((arg for arg in arguments(called) if arg.type in FUNCTIONS), None)
    return function.child_by_field_name("body") if function is not None else None
