"""What a call such as `it.only.each(table)("...", { timeout: 9 }, fn)` says about the tests it defines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from delegation_guard.languages.javascript_terms import FUNCTIONS, inner, line_of, text_of, unwrapped
from delegation_guard.languages.outline import FALSE, TRUE, Stmt, Term, call

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tree_sitter import Node

    from delegation_guard.languages.javascript_statements import Reader

TESTS = frozenset({"it", "test", "specify", "fit", "xit", "xtest", "xspecify", "Deno.test", "QUnit.test"})
SUITES = frozenset({"describe", "context", "suite", "fdescribe", "xdescribe", "xcontext", "QUnit.module"})
BEFORE = frozenset({"beforeAll", "before", "suiteSetup", "beforeEach", "setup"})
AFTER = frozenset({"afterEach", "teardown", "afterAll", "after", "suiteTeardown"})
MARKS = {"skip": "test.skip", "todo": "test.skip", "fixme": "test.skip", "failing": "test.failing",
         "fails": "test.failing", "fail": "test.failing"}  # fmt: skip
"""Modifiers that keep a test from counting, and the mark that stands for each."""
OPTIONS = {**MARKS, "retry": "test.retry", "retries": "test.retry", "timeout": "test.timeout"}
SETTINGS = {
    "jest.retryTimes": "test.retry", "this.retries": "test.retry", "jest.setTimeout": "test.timeout",
    "this.timeout": "test.timeout", "test.setTimeout": "test.timeout", "test.slow": "test.timeout",
    "t.timeout": "test.timeout",
}  # fmt: skip
"""Calls in a suite, a hook or a test that say how often or how long it may run."""
CONDITIONAL = {"skipIf": False, "runIf": True}
DEPTH = 20


@dataclass
class Definer:
    """What a callee such as `it.only.each(table)` says: what it defines, and how."""

    kind: str
    modifiers: tuple[str, ...] = ()
    marks: tuple[Term, ...] = ()
    table: Term | None = None
    spread: bool = True


@dataclass
class Definers:
    """Reads the calls of one file. `helpers` are its functions by name, `constants` its single values."""

    reader: Reader
    helpers: Mapping[str, Node]
    constants: Mapping[str, Node]
    tables: int = 0

    def definer(self, called: Node) -> Definer | None:
        function = called.child_by_field_name("function")
        return self.read(unwrapped(function), 0) if function is not None else None

    def read(self, node: Node, depth: int) -> Definer | None:
        """What a callee defines, None when it defines nothing."""
        if depth > DEPTH:
            return None
        if node.type == "identifier":
            return self.named(node, depth)
        if node.type == "member_expression":
            whole = text_of(node)
            if whole in TESTS | SUITES:
                return Definer("test" if whole in TESTS else "suite")
            owner, name = node.child_by_field_name("object"), node.child_by_field_name("property")
            known = self.read(unwrapped(owner), depth + 1) if owner is not None else None
            return self.modify(known, text_of(name) if name else "", node)
        if node.type == "call_expression":
            return self.made(node, depth)
        if node.type == "ternary_expression":
            return self.either(node, depth)
        return None

    def named(self, node: Node, depth: int) -> Definer | None:
        name = text_of(node)
        if name in self.reader.aliases:
            name = self.reader.aliases[name]
        elif name in self.constants:
            return self.read(unwrapped(self.constants[name]), depth + 1)
        elif name in self.helpers:
            return None
        for kind, words in (("test", TESTS), ("suite", SUITES), ("before", BEFORE), ("after", AFTER)):
            if name in words:
                prefix = {"x": ("skip",), "f": ("only",)}.get(name[0], ())
                return Definer(kind, prefix if kind in {"test", "suite"} else ())
        return None

    def modify(self, known: Definer | None, name: str, node: Node) -> Definer | None:
        if known is None:
            return None
        if name in {"describe", "suite"}:
            return replace(known, kind="suite")
        if name in BEFORE or name in AFTER:
            return replace(known, kind="before" if name in BEFORE else "after")
        if name == "configure":
            return replace(known, kind="configure")
        if known.kind == "test" and name in {"setTimeout", "slow", "use", "step", "info", "extend", "expect"}:
            return None
        return replace(known, modifiers=(*known.modifiers, name))

    def made(self, node: Node, depth: int) -> Definer | None:
        """`it.each(table)`, `it.skipIf(condition)`: a call that gives a definer."""
        function, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        known = self.read(unwrapped(function), depth + 1) if function is not None else None
        if known is None or given is None or not known.modifiers:
            return None
        word, rest = known.modifiers[-1], known.modifiers[:-1]
        if word in {"each", "for"}:
            spread = word == "each"
            if given.type == "template_string":
                return replace(known, modifiers=rest, table=self.drawn(given), spread=False)
            args = inner(given)
            return replace(known, modifiers=rest, table=self.reader.term(args[0]), spread=spread) if args else None
        if word in CONDITIONAL and inner(given):
            condition = self.reader.term(inner(given)[0])
            denied = Term("not", None, (condition,)) if CONDITIONAL[word] else condition
            return replace(known, modifiers=rest, marks=(*known.marks, mark("test.skip", text_of(node), denied)))
        return None

    def either(self, node: Node, depth: int) -> Definer | None:
        """`(condition ? it : it.skip)`."""
        condition = self.reader.term(node.child_by_field_name("condition"))
        parts = [node.child_by_field_name(part) for part in ("consequence", "alternative")]
        one, two = (self.read(unwrapped(part), depth + 1) if part is not None else None for part in parts)
        if one is None or two is None:
            return None
        for kept, other, holds in ((one, two, True), (two, one, False)):
            if any(word in MARKS for word in other.modifiers):
                denied = Term("not", None, (condition,)) if holds else condition
                return replace(kept, marks=(*kept.marks, mark("test.skip", text_of(node), denied)))
        return one

    def modified(self, definer: Definer, called: Node) -> Iterator[Term]:
        for word in definer.modifiers:
            if word in MARKS:
                yield mark(MARKS[word], head_of(called))

    def options(self, args: tuple[Node, ...], function: Node | None = None) -> Iterator[Term]:
        """Marks from an options object, or from a time limit in the last place."""
        for place, arg in enumerate(args):
            if arg.type == "object":
                yield from self.option(self.reader.term(arg))
            elif arg.type == "number" and place and function is not None and args[place - 1] == function:
                yield call(Term("name", "test.timeout"), self.reader.term(arg))

    def option(self, given: Term) -> Iterator[Term]:
        for key, value in zip(given.args[::2], given.args[1::2], strict=True):
            word = str(key.value)
            if word not in OPTIONS or value == FALSE:
                continue
            name = OPTIONS[word]
            if name in {"test.retry", "test.timeout"}:
                yield call(Term("name", name), value)
            elif value == TRUE or value.op == "str":
                yield mark(name, f"{{ {word}: {'true' if value == TRUE else repr(value.value)} }}")
            else:
                yield mark(name, f"{{ {word}: ... }}", value)

    def setting(self, called: Node) -> Term | None:
        name = text_of(called.child_by_field_name("function") or called).replace("vi.", "jest.")
        return call(Term("name", SETTINGS[name]), *self.reader.terms(arguments(called))) if name in SETTINGS else None

    # -- tables

    def fresh(self) -> str:
        self.tables += 1
        return f"$row{self.tables}"

    def rows(self, definer: Definer, body: Node | None) -> tuple[Term, tuple[Stmt, ...], tuple[str, ...]]:
        """The mark of a table, and the statements that give a row's values to the parameters."""
        row, source = self.fresh(), definer.table or Term("list")
        made = call(Term("name", "test.each"), Term("list", None, (Term("str", row),)), source)
        if body is None or body.type not in FUNCTIONS:
            return made, (), ()
        names, _, prologue = self.reader.parameters(body)
        value, line = Term("name", row), line_of(body)
        listed = self.resolved(source)
        spread = definer.spread and (len(names) > 1 or any(item.op == "list" for item in listed.args))
        given = tuple(
            Stmt("assign", line, line, Term("index", None, (value, Term("num", place))) if spread else value,
                 Term("name", name))
            for place, name in enumerate(names) if spread or place == 0
        )  # fmt: skip
        return made, (*given, *prologue), ()

    def resolved(self, term: Term) -> Term:
        name = str(term.value)
        return self.reader.term(self.constants[name]) if term.op == "name" and name in self.constants else term

    def drawn(self, template: Node) -> Term:
        """A table drawn in a template literal as a list of objects."""
        parts = inner(template)
        heading = text_of(parts[0]) if parts and parts[0].type != "template_substitution" else ""
        names = [name.strip() for name in heading.strip().split("\n")[0].split("|") if name.strip()]
        values = [
            self.reader.term(next(iter(inner(part)), None)) for part in parts if part.type == "template_substitution"
        ]
        rows = [values[at : at + len(names)] for at in range(0, len(values), len(names) or 1)] if names else []
        return Term("list", None, tuple(
            Term("dict", None, tuple(part for name, value in zip(names, row, strict=False)
                                     for part in (Term("str", name), value))) for row in rows
        ))  # fmt: skip


def mark(name: str, text: str, *args: Term) -> Term:
    """A mark with the text that stands for it in the source."""
    return Term("call", None, (Term("name", name), *args, Term("str", text)), ("text",))


def head_of(called: Node) -> str:
    """The beginning of a call, as a reader finds it."""
    first = text_of(called).split("\n")[0].strip()
    return first.removesuffix("{").rstrip().removesuffix("=>").rstrip()


def arguments(called: Node) -> tuple[Node, ...]:
    given = called.child_by_field_name("arguments")
    return tuple(unwrapped(arg) for arg in inner(given)) if given is not None and given.type == "arguments" else ()
