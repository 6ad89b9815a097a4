"""JavaScript and TypeScript source text (JSX included) to an Outline, over their tree-sitter grammars."""

from __future__ import annotations

import posixpath
import re
from functools import cache
from typing import TYPE_CHECKING, cast

from delegation_guard.languages.families import family_of
from delegation_guard.languages.javascript_config import Collection, collection
from delegation_guard.languages.javascript_statements import Reader
from delegation_guard.languages.javascript_terms import FUNCTIONS, inner, line_of, text_of, unwrapped
from delegation_guard.languages.javascript_tests import Tests, expression
from delegation_guard.languages.outline import Class, Function, Outline, Stmt
from delegation_guard.languages.tokens import lex
from delegation_guard.loading import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node, Parser

SUFFIXES = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".vue", ".d.ts", ".json")
LONGEST_FIRST = tuple(sorted(SUFFIXES, key=len, reverse=True))
HOME = "javascript:/"
"""Before the path of a file of the repository in a dotted symbol; dots of the path itself become colons."""
DEEPEST = 1_500
"""How far down the first mistake of a file is looked for."""
SPELT = 12
"""How often each character of a text is spelt, statements lying in statements."""
GRAMMARS = {"js": "tree_sitter_javascript:language", "ts": "tree_sitter_typescript:language_typescript",
            "tsx": "tree_sitter_typescript:language_tsx"}  # fmt: skip
TYPE_OF_MODULE = re.compile(rb"typeof\s+import\(\s*(?:'[^'\n]*'|\"[^\"\n]*\")\s*\)")
GENERIC_IN_GENERIC = re.compile(rb"(\w)<<(?=[A-Z]\w*[\s,>])")
INSTALL = "pip install tree-sitter tree-sitter-javascript tree-sitter-typescript"
RUNNERS = frozenset({"vitest", "@jest/globals", "@playwright/test", "playwright/test", "mocha", "bun:test",
                     "test", "ava",
                     "tape", "tap", "cypress", "@jest/expect", "expect", "@japa/runner"})  # fmt: skip
"""Modules whose exports other runners offer as globals of the same names."""
SAME = {"vi": "jest", "vitest": "jest", "mock": "mock"}
FAMILIAR = frozenset({"test", "it", "describe", "expect", "jest", "vi"})
"""Names that mean the runner's own even when a file of the repository passes them on."""
ASSERTING = {"chai.expect": "expect", "chai.assert": "assert", "power-assert": "assert", "assert.default": "assert",
             "chai.default.expect": "expect", "assert.strict.default": "assert.strict"}  # fmt: skip


class Unreadable(Exception):
    """The text cannot be read as this language; the message says why, in a few words."""


@cache
def parser(grammar: str) -> Parser:
    """The parser of a grammar. Raises Unreadable when it is not installed."""
    try:
        make = load("tree_sitter:Parser")
        language = load("tree_sitter:Language")
        return cast("Parser", make(language(load(GRAMMARS[grammar])())))  # type: ignore[operator]
    except ImportError:
        raise Unreadable(f"the grammar is not installed; run `{INSTALL}`") from None


def parse(path: str, data: bytes) -> Node:
    """The syntax tree of a file; Flow types and JSX in any file are tried too. Raises Unreadable."""
    order = ("tsx", "ts") if path.endswith("tsx") else ("ts", "tsx") if path.endswith("ts") else ("js", "tsx")
    first: Node | None = None
    for grammar in order:
        root = parser(grammar).parse(data).root_node
        if not root.has_error:
            return root
        first = first or root
    plain = ahead_of_its_grammar(data)
    if plain != data:
        return parse(path, plain)
    raise Unreadable(f"not valid {'TypeScript' if 'ts' in order[0] else 'JavaScript'} (line {broken(first)})")


def ahead_of_its_grammar(data: bytes) -> bytes:
    """The same lines in the words that the grammar knows: `typeof import("x")` as `any`, `f<<T>...` as `f< <T>...`."""
    plain = TYPE_OF_MODULE.sub(lambda found: b"any" + b"\n" * found.group().count(b"\n"), data)
    return GENERIC_IN_GENERIC.sub(rb"\1< <", plain)


def broken(root: Node | None) -> int:
    """The line of the first place that could not be parsed."""
    node = root
    for _ in range(DEEPEST):
        below = next((part for part in node.children if part.has_error), None) if node is not None else None
        if below is None:
            break
        node = below
    return line_of(node) if node is not None else 0


def outline(path: str, data: bytes) -> Outline:
    """The outline of a file. Raises Unreadable when it does not parse, is nested too deeply or has no grammar."""
    text = decode(data)
    try:
        root = parse(path, text.encode("utf-8", "surrogatepass"))
        return Builder(path, text, root).build()
    except RecursionError:
        raise Unreadable("nested too deeply to be read") from None
    except (MemoryError, ValueError) as error:
        raise Unreadable(f"cannot be parsed ({type(error).__name__})") from None


def decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise Unreadable("not readable as text in its encoding") from None


class Builder:
    """Sorts the top level of one file into imports, functions, classes, tests and other statements."""

    def __init__(self, path: str, text: str, root: Node) -> None:
        self.path, self.lines, self.root = path, tuple(text.split("\n")), root
        self.imports: dict[str, str] = {}
        self.aliases: dict[str, str] = {}
        self.starred: list[str] = []
        self.helpers: dict[str, Node] = {}
        self.constants: dict[str, Node] = {}
        self.classes: dict[str, Node] = {}
        self.rest: list[Node] = []
        self.reader = Reader(self.imports, self.aliases, lambda module: resolved(path, module))

    def build(self) -> Outline:
        for node in inner(self.root):
            self.top(node)
        statements: list[Stmt] = []
        for node in self.rest:
            if node.type in {"lexical_declaration", "variable_declaration"} or expression(node) is None:
                statements.extend(stmt for stmt in self.reader.statement(node) if stmt.kind != "def")
        helpers = tuple(self.reader.function(node, name) for name, node in self.helpers.items())
        tests: tuple[Function, ...] = ()
        if maybe_tests(self.lines):
            tests = Tests(self.reader, self.helpers, self.constants).functions(self.rest)
        classes = tuple(self.cls(name, node) for name, node in self.classes.items())
        return Outline(
            self.path, "javascript", self.lines, self.imports, tuple(statements), (*helpers, *tests), classes, (),
            tuple(self.starred),
        )  # fmt: skip

    def top(self, node: Node) -> None:
        if node.type == "import_statement":
            self.imported(node)
        elif node.type == "export_statement":
            self.exported(node)
        elif node.type in {"function_declaration", "generator_function_declaration"}:
            self.helpers[text_of(node.child_by_field_name("name") or node)] = node
        elif node.type in {"class_declaration", "abstract_class_declaration"}:
            self.classes[text_of(node.child_by_field_name("name") or node)] = node
        elif node.type in {"lexical_declaration", "variable_declaration"}:
            self.declared(node)
        else:
            self.rest.append(node)

    def declared(self, node: Node) -> None:
        plain = True
        for item in inner(node):
            name, value = item.child_by_field_name("name"), item.child_by_field_name("value")
            if name is None or value is None:
                continue
            value = unwrapped(value)
            module = self.module(value)
            if module is not None:
                self.required(name, module)
                plain = False
            elif name.type == "identifier" and value.type in FUNCTIONS:
                self.helpers[text_of(name)] = value
            elif name.type == "identifier" and value.type == "class":
                self.classes[text_of(name)] = value
            elif name.type == "identifier":
                self.constants[text_of(name)] = value
        if plain or len(inner(node)) > 1:
            self.rest.append(node)

    def module(self, value: Node) -> str | None:
        """The dotted symbol that `require("x").y` or `await import("x")` gives; None for anything else."""
        if value.type == "await_expression" and inner(value):
            value = unwrapped(inner(value)[0])
        chain: list[str] = []
        while value.type == "member_expression":
            chain.insert(0, text_of(value.child_by_field_name("property") or value))
            value = unwrapped(value.child_by_field_name("object") or value)
        function = value.child_by_field_name("function") if value.type == "call_expression" else None
        if function is None or text_of(function) not in {"require", "import"}:
            return None
        term = self.reader.term(value)
        return ".".join([str(term.value), *(part for part in chain if part != "default")]) if term.op == "sym" else None

    def required(self, name: Node, module: str) -> None:
        if name.type == "identifier":
            self.bind(text_of(name), module, "")
        for part in inner(name) if name.type == "object_pattern" else ():
            if part.type == "pair_pattern":
                key, to = part.child_by_field_name("key"), part.child_by_field_name("value")
                if key is not None and to is not None and to.type == "identifier":
                    self.bind(text_of(to), module, text_of(key))
            elif part.type != "rest_pattern":
                plain = text_of(part.child_by_field_name("left") or part)
                self.bind(plain, module, plain)

    def bind(self, local: str, module: str, name: str) -> None:
        """Let a local name stand for an export of a module (`name` "" or `default`: the module itself)."""
        name = "" if name == "default" else name
        dotted = f"{module}.{name}" if name else module
        dotted = ASSERTING.get(dotted, dotted)
        if module in RUNNERS or dotted == "expect" or name in FAMILIAR:
            shown = name or ("expect" if module in {"expect", "@jest/expect"} else "test")
            self.aliases[local] = SAME.get(shown, shown)
        else:
            self.imports[local] = dotted

    def imported(self, node: Node) -> None:
        source = node.child_by_field_name("source")
        if source is None:
            return
        module = resolved(self.path, text_of(source)[1:-1])
        clause = next((part for part in inner(node) if part.type == "import_clause"), None)
        if clause is None:
            self.starred.append(module)
            return
        for part in inner(clause):
            if part.type == "identifier":
                self.bind(text_of(part), module, "")
            elif part.type == "namespace_import":
                self.namespace(text_of(inner(part)[-1]), module)
            elif part.type == "named_imports":
                for item in inner(part):
                    name, alias = item.child_by_field_name("name"), item.child_by_field_name("alias")
                    if name is not None:
                        self.bind(text_of(alias or name), module, text_of(name))

    def namespace(self, local: str, module: str) -> None:
        if module in RUNNERS:
            self.aliases[local] = "test"
        else:
            self.imports[local] = ASSERTING.get(module, module)

    def exported(self, node: Node) -> None:
        source, declaration = node.child_by_field_name("source"), node.child_by_field_name("declaration")
        module = resolved(self.path, text_of(source)[1:-1]) if source is not None else symbol(self.path)
        if declaration is not None:
            if declaration.type in FUNCTIONS and declaration.child_by_field_name("name") is None:
                self.helpers["default"] = declaration
            else:
                self.top(declaration)
            return
        value = node.child_by_field_name("value")
        if value is not None:
            value = unwrapped(value)
            if value.type == "identifier":
                self.imports.setdefault("default", f"{symbol(self.path)}.{text_of(value)}")
            elif value.type in FUNCTIONS:
                self.helpers["default"] = value
        clause = next((part for part in inner(node) if part.type == "export_clause"), None)
        if clause is None and source is not None:
            self.starred.append(module)
        for item in inner(clause) if clause is not None else ():
            name, alias = item.child_by_field_name("name"), item.child_by_field_name("alias")
            if name is not None and (source is not None or alias is not None):
                self.imports.setdefault(text_of(alias or name), f"{module}.{text_of(name)}")

    def cls(self, name: str, node: Node) -> Class:
        heritage = next((part for part in inner(node) if part.type == "class_heritage"), None)
        parts = inner(heritage) if heritage is not None else []
        if parts and parts[0].type == "extends_clause":
            parts = inner(parts[0])
        bases = (self.reader.term(parts[0]),) if parts else ()
        return Class(name, line_of(node), int(node.end_point[0]) + 1, bases, (), (), (), text_of(node))


def maybe_tests(lines: tuple[str, ...]) -> bool:
    return any("it" in line or "test" in line or "specify" in line for line in lines)


def symbol(path: str) -> str:
    """The dotted name under which a file is imported: its path without suffix and `index`."""
    stem = path
    for suffix in LONGEST_FIRST:
        if path.endswith(suffix):
            stem = path.removesuffix(suffix)
            break
    return HOME + stem.removesuffix("/index").replace(".", ":")


def resolved(path: str, module: str) -> str:
    """The dotted name of an imported module, relative ones counted from the importing file's folder."""
    if module.startswith("."):
        return symbol(posixpath.normpath(posixpath.join(posixpath.dirname(path), module)).removeprefix("../"))
    for alias in ("@/", "~/"):
        if module.startswith(alias):
            return symbol(f"src/{module.removeprefix(alias)}")
    name = module.removeprefix("node:")
    return ASSERTING.get(name, name) if name == "test" else name.replace("assert/strict", "assert.strict")


def module_name(path: str) -> str:
    """The dotted name under which a file is imported."""
    return symbol(path)


def candidates(dotted: str) -> Iterator[tuple[str, str]]:
    """Paths at which the module of a dotted symbol may be, with what is left of the symbol."""
    if not dotted.startswith(HOME):
        return
    folder, slash, last = dotted.removeprefix(HOME).rpartition("/")
    name, _, rest = last.partition(".")
    stem = f"{folder}{slash}{name}".replace(":", ".")
    for suffix in SUFFIXES:
        yield f"{stem}{suffix}", rest or "default"
    for suffix in SUFFIXES:
        yield f"{stem}/index{suffix}", rest or "default"


def pieces(text: str) -> dict[str, int]:
    """Each statement of a text in one canonical spelling, with its 1-based line; {} if it has none."""
    found: dict[str, int] = {}
    try:
        data = text.encode("utf-8", "surrogatepass")
        stack = [parser("tsx").parse(data).root_node]
    except (Unreadable, ValueError):
        return found
    budget = SPELT * len(data)
    while stack:
        node = stack.pop()
        length = node.end_byte - node.start_byte
        if node.type.endswith(("_statement", "_declaration")) and budget >= length:
            budget -= length
            found.setdefault(spelling(text_of(node)), line_of(node))
        stack.extend(reversed(node.named_children))
    return found


def spelling(text: str) -> str:
    """A text without layout, comments, quotes and semicolons."""
    tokens = [token.text for token in lex(text, family_of("x.ts")).tokens]
    return " ".join(token for token in tokens if token != ";")


def behaviour(data: bytes) -> str:
    """A file's code without comments and layout, in one spelling."""
    return spelling(decode(data))


def defined(data: bytes) -> frozenset[str]:
    """Every name a file defines: functions, classes, methods, attributes, constants."""
    found: set[str] = set()
    try:
        stack = [parser("tsx").parse(decode(data).encode("utf-8", "surrogatepass")).root_node]
    except (Unreadable, ValueError):
        return frozenset()
    while stack:
        node = stack.pop()
        name = node.child_by_field_name("name") or node.child_by_field_name("key")
        if name is not None and node.type in DEFINING and name.type != "object_pattern":
            found.add(text_of(name))
        if node.type == "assignment_expression":
            left = node.child_by_field_name("left")
            target = left.child_by_field_name("property") if left is not None else None
            if target is not None:
                found.add(text_of(target))
        stack.extend(node.named_children)
    return frozenset(found)


DEFINING = frozenset({"function_declaration", "generator_function_declaration", "class_declaration",
                      "method_definition",
                      "variable_declarator", "field_definition", "public_field_definition", "pair", "enum_declaration",
                      "abstract_class_declaration", "interface_declaration", "type_alias_declaration"})  # fmt: skip
EXCEPTIONS: dict[str, tuple[str, ...]] = {
    "Error": (), "AggregateError": ("Error",), "AssertionError": ("Error",), "assert.AssertionError": ("Error",),
    "DOMException": ("Error",),
    **dict.fromkeys(("TypeError", "RangeError", "SyntaxError", "ReferenceError", "URIError", "EvalError"), ("Error",)),
}  # fmt: skip
"""Bases of every built-in error."""

__all__ = ["Collection", "collection"]
