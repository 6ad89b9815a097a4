"""JavaScript and TypeScript functions and statements to the neutral ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delegation_guard.languages.javascript_terms import (
    DEEPEST,
    FUNCTIONS,
    UNDEFINED,
    Terms,
    inner,
    line_of,
    text_of,
    unwrapped,
)
from delegation_guard.languages.outline import NULL, Function, Handler, Stmt, Term, call

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tree_sitter import Node


class Reader(Terms):
    """Turns the nodes of one file into terms and statements."""

    fresh = 0

    def function(self, node: Node, name: str, *, before: tuple[Stmt, ...] = ()) -> Function:
        """A function; parameters that take things apart become statements at the beginning of its body."""
        params, defaults, prologue = self.parameters(node)
        body = node.child_by_field_name("body")
        asynchronous = any(part.type == "async" for part in node.children[:3])

        def load() -> tuple[Stmt, ...]:
            outer, self.depth = self.depth, 0
            made = (*before, *prologue, *self.body(body))
            self.depth = outer
            return made

        return Function(
            name, "", line_of(node), int(node.end_point[0]) + 1, params, defaults, (), True, "generator" in node.type,
            text_of(node), load, line_of(node), asynchronous,
        )  # fmt: skip

    def body(self, body: Node | None) -> tuple[Stmt, ...]:
        if body is None:
            return ()
        if body.type == "statement_block":
            return self.statements(inner(body))
        return (Stmt("return", line_of(body), int(body.end_point[0]) + 1, self.term(body)),)

    def parameters(self, node: Node) -> tuple[tuple[str, ...], dict[str, Term], tuple[Stmt, ...]]:
        single, listed = node.child_by_field_name("parameter"), node.child_by_field_name("parameters")
        nodes = [single] if single else inner(listed) if listed else []
        names: list[str] = []
        defaults: dict[str, Term] = {}
        prologue: list[Stmt] = []
        for place, item in enumerate(nodes):
            pattern = item.child_by_field_name("pattern") or item
            value = item.child_by_field_name("value")
            if pattern.type == "assignment_pattern":
                value = pattern.child_by_field_name("right")
                pattern = pattern.child_by_field_name("left") or pattern
            if pattern.type in {"rest_pattern", "this"}:
                continue
            name = text_of(pattern) if pattern.type == "identifier" else f"${place}"
            names.append(name)
            defaults[name] = self.term(value)
            if pattern.type != "identifier":
                prologue += self.taken(pattern, Term("name", name), line_of(item), line_of(item))
        return tuple(names), defaults, tuple(prologue)

    def taken(self, pattern: Node, value: Term, line: int, end: int) -> Iterator[Stmt]:
        """The assignments that a pattern makes when it is given a value."""
        if pattern.type in {"assignment_pattern", "object_assignment_pattern"}:
            left = pattern.child_by_field_name("left")
            yield from self.taken(left, value, line, end) if left else ()
        elif pattern.type == "array_pattern":
            place = 0
            for part in pattern.children:
                if part.type == ",":
                    place += 1
                elif part.is_named and part.type != "rest_pattern":
                    yield from self.taken(part, Term("index", None, (value, Term("num", place))), line, end)
        elif pattern.type == "object_pattern":
            for part in inner(pattern):
                yield from self.picked(part, value, line, end)
        else:
            yield Stmt("assign", line, end, value, self.target(pattern))

    def picked(self, part: Node, value: Term, line: int, end: int) -> Iterator[Stmt]:
        if part.type == "pair_pattern":
            key, to = self.key(part.child_by_field_name("key")), part.child_by_field_name("value")
            term = self.access(value, str(key.value), False) if key.op == "str" else Term("index", None, (value, key))
            yield from self.taken(to, term, line, end) if to else ()
        elif part.type != "rest_pattern":
            plain = part.child_by_field_name("left") or part
            yield Stmt("assign", line, end, self.access(value, text_of(plain), False), Term("name", text_of(plain)))

    def target(self, node: Node) -> Term:
        return Term("name", text_of(node)) if node.type == "identifier" else self.term(node)

    # -- statements

    def statements(self, nodes: Iterable[Node]) -> tuple[Stmt, ...]:
        made: list[Stmt] = []
        for node in nodes:
            made.extend(self.statement(node))
        return tuple(made)

    def statement(self, node: Node) -> list[Stmt]:
        method = STATEMENTS.get(node.type)
        line, end = line_of(node), int(node.end_point[0]) + 1
        if method is None:
            return []
        if self.depth >= DEEPEST:
            return [Stmt("expr", line, end, Term("opaque", " ".join(text_of(node).split())))]
        self.depth += 1
        made = method(self, node, line, end)
        self.depth -= 1
        return made

    def block(self, node: Node | None) -> tuple[Stmt, ...]:
        if node is None:
            return ()
        if node.type in {"else_clause", "finally_clause"}:
            node = node.child_by_field_name("body") or inner(node)[0]
        return self.statements(inner(node) if node.type == "statement_block" else [node])

    def declared(self, node: Node, line: int, end: int) -> list[Stmt]:
        made: list[Stmt] = []
        for item in inner(node):
            name, value = item.child_by_field_name("name"), item.child_by_field_name("value")
            if name is not None and value is None and name.type == "identifier":
                made.append(Stmt("assign", line, end, self.target(name), self.target(name)))
            if name is None or value is None:
                continue
            value = unwrapped(value)
            if name.type == "identifier" and value.type in FUNCTIONS:
                made.append(Stmt("def", line, end, function=self.function(value, text_of(name))))
            elif name.type == "identifier":
                made.append(Stmt("assign", line, end, self.term(value), self.target(name)))
            else:
                made.extend(self.apart(name, self.term(value), line, end))
        return made

    def apart(self, pattern: Node, value: Term, line: int, end: int) -> Iterator[Stmt]:
        """A pattern over a value that is made only once."""
        if value.op not in {"name", "sym", "dict", "list"}:
            self.fresh += 1
            held = Term("name", f"${self.fresh}")
            yield Stmt("assign", line, end, value, held)
            value = held
        yield from self.taken(pattern, value, line, end)

    def expression(self, node: Node, line: int, end: int) -> list[Stmt]:
        parts = inner(node)
        return self.effect(unwrapped(parts[0]), line, end) if parts else []

    def effect(self, node: Node, line: int, end: int) -> list[Stmt]:
        """An expression that stands on its own."""
        if node.type == "assignment_expression":
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if left is None or right is None:
                return []
            if left.type in {"array_pattern", "object_pattern"}:
                return list(self.apart(left, self.term(right), line, end))
            return [Stmt("assign", line, end, self.term(right), self.target(left))]
        if node.type == "augmented_assignment_expression":
            target = self.term(node.child_by_field_name("left"))
            return [
                Stmt(
                    "assign", line, end, self.term(node.child_by_field_name("right")), target, word=self.augmented(node)
                )
            ]
        if node.type == "update_expression":
            word = "Add" if "++" in text_of(node) else "Sub"
            return [
                Stmt("assign", line, end, Term("num", 1), self.term(node.child_by_field_name("argument")), word=word)
            ]
        if node.type == "sequence_expression":
            return [made for part in inner(node) for made in self.effect(unwrapped(part), line, end)]
        return self.looped(node, line, end) or [Stmt("expr", line, end, self.term(node))]

    def looped(self, node: Node, line: int, end: int) -> list[Stmt]:
        """`xs.forEach(f)` and `await Promise.all(xs.map(f))` as the loops they are."""
        plain = node.type == "call_expression"
        if node.type == "await_expression" and inner(node):
            node = unwrapped(inner(node)[0])
            arguments = node.child_by_field_name("arguments")
            function = node.child_by_field_name("function")
            if (
                function is None
                or text_of(function) != "Promise.all"
                or arguments is None
                or len(inner(arguments)) != 1
            ):
                return []
            node = unwrapped(inner(arguments)[0])
        function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        if function is None or arguments is None or function.type != "member_expression" or len(inner(arguments)) != 1:
            return []
        word, body = text_of(function.child_by_field_name("property") or function), unwrapped(inner(arguments)[0])
        if word != ("forEach" if plain else "map") or body.type not in FUNCTIONS:
            return []
        made = self.function(body, "")
        if made.asynchronous and plain:
            return []
        return [self.loop(function.child_by_field_name("object"), made, line)]

    def loop(self, source: Node | None, function: Function, line: int) -> Stmt:
        params = [Term("name", name) for name in function.params]
        term, target = self.term(source), params[0] if params else Term("name", "$each")
        if len(params) > 1:
            term, target = call(Term("name", "enumerate"), term), Term("tuple", None, (params[1], params[0]))
        return Stmt("for", line, line, term, target, tuple(continued(function.body)))

    def counted(self, node: Node, line: int, end: int) -> list[Stmt]:
        """`for (let i = a; i < b; i++)` over its numbers, any other counting loop as a `while`."""
        start, condition = node.child_by_field_name("initializer"), node.child_by_field_name("condition")
        first = self.statement(start) if start else []
        body = self.block(node.child_by_field_name("body"))
        test = self.term(
            unwrapped(inner(condition)[0]) if condition and condition.type == "expression_statement" else condition
        )
        step = node.child_by_field_name("increment")
        simple = step is not None and step.type == "update_expression" and "++" in text_of(step)
        if len(first) == 1 and first[0].target and test.op == "cmp" and test.args[0] == first[0].target and simple:
            stop = test.args[1] if test.value == "<" else Term("bin", "Add", (test.args[1], Term("num", 1)))
            if test.value in {"<", "<="}:
                numbers = call(Term("name", "range"), first[0].term or NULL, stop)
                return [Stmt("for", line, line, numbers, first[0].target, body)]
        return [*first, Stmt("while", line, line, test, body=body)]

    def over(self, node: Node, line: int, end: int) -> list[Stmt]:
        left, right = node.child_by_field_name("left"), self.term(node.child_by_field_name("right"))
        operator = node.child_by_field_name("operator")
        if operator is not None and text_of(operator) == "in":
            right = call(Term("attr", "keys", (right,)))
        body = self.block(node.child_by_field_name("body"))
        if left is None or left.type == "identifier":
            return [Stmt("for", line, line, right, Term("name", text_of(left) if left else "$each"), body)]
        return [
            Stmt(
                "for",
                line,
                line,
                right,
                Term("name", "$each"),
                (*self.taken(left, Term("name", "$each"), line, line), *body),
            )
        ]

    def attempted(self, node: Node, line: int, end: int) -> list[Stmt]:
        handler, final = node.child_by_field_name("handler"), node.child_by_field_name("finalizer")
        handlers: tuple[Handler, ...] = ()
        if handler is not None:
            name = handler.child_by_field_name("parameter")
            plain = text_of(name) if name is not None and name.type == "identifier" else "$caught"
            inside = self.block(handler.child_by_field_name("body"))
            if name is not None and name.type != "identifier":
                inside = (*self.taken(name, Term("name", plain), line, line), *inside)
            handlers = (Handler(None, plain, inside),)
        return [Stmt("try", line, line, body=self.block(node.child_by_field_name("body")), handlers=handlers,
                     final=self.block(final))]  # fmt: skip

    def switched(self, node: Node, line: int, end: int) -> list[Stmt]:
        value, body = self.term(node.child_by_field_name("value")), node.child_by_field_name("body")
        rest: tuple[Stmt, ...] = ()
        for item in reversed(inner(body) if body else []):
            inside = self.statements(
                part for part in item.children_by_field_name("body") if part.type != "break_statement"
            )
            if item.type == "switch_default":
                rest = inside
            else:
                condition = Term("cmp", "==", (value, self.term(item.child_by_field_name("value"))))
                rest = (Stmt("if", line_of(item), line_of(item), condition, body=inside, orelse=rest),)
        return list(rest)


def continued(body: Iterable[Stmt]) -> Iterator[Stmt]:
    """The body of a callback as that of a loop: returning from it goes on with the next round."""
    for stmt in body:
        if stmt.kind == "return":
            if stmt.term is not None and stmt.term != UNDEFINED:
                yield stmt._replace(kind="expr")
            yield Stmt("leave", stmt.line, stmt.end, word="continue")
        else:
            yield stmt._replace(body=tuple(continued(stmt.body)), orelse=tuple(continued(stmt.orelse)))


STATEMENTS: dict[str, Callable[[Reader, Node, int, int], list[Stmt]]] = {
    "expression_statement": Reader.expression, "lexical_declaration": Reader.declared,
    "variable_declaration": Reader.declared, "for_in_statement": Reader.over, "for_statement": Reader.counted,
    "try_statement": Reader.attempted, "switch_statement": Reader.switched,
    "statement_block": lambda self, node, line, end: list(self.block(node)),
    "labeled_statement": lambda self, node, line, end: list(self.block(node.child_by_field_name("body"))),
    "if_statement": lambda self, node, line, end: [
        Stmt("if", line, line, self.term(node.child_by_field_name("condition")),
             body=self.block(node.child_by_field_name("consequence")),
             orelse=self.block(node.child_by_field_name("alternative")))
    ],
    "while_statement": lambda self, node, line, end: [
        Stmt("while", line, line, self.term(node.child_by_field_name("condition")),
             body=self.block(node.child_by_field_name("body")))
    ],
    "do_statement": lambda self, node, line, end: list(self.block(node.child_by_field_name("body"))),
    "return_statement": lambda self, node, line, end: [
        Stmt("return", line, end, self.term(inner(node)[0]) if inner(node) else UNDEFINED)
    ],
    "throw_statement": lambda self, node, line, end: [Stmt("raise", line, end, self.term(inner(node)[0]))],
    "break_statement": lambda self, node, line, end: [Stmt("leave", line, end, word="break")],
    "continue_statement": lambda self, node, line, end: [Stmt("leave", line, end, word="continue")],
    "function_declaration": lambda self, node, line, end: [
        Stmt("def", line, end, function=self.function(node, text_of(node.child_by_field_name("name") or node)))
    ],
    "class_declaration": lambda self, node, line, end: [
        Stmt("class", line, end, Term("opaque", " ".join(text_of(node).split())),
             Term("name", text_of(node.child_by_field_name("name") or node)))
    ],
}  # fmt: skip
STATEMENTS["generator_function_declaration"] = STATEMENTS["function_declaration"]
