"""JavaScript and TypeScript expressions to neutral terms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from delegation_guard.languages.outline import FALSE, NULL, TRUE, Term, call

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tree_sitter import Node

    from delegation_guard.languages.outline import Function

UNDEFINED = Term("null", "")
DEEPEST = 60
"""What is nested deeper than this in one statement is kept as plain text."""
OPERATORS = {"+": "Add", "-": "Sub", "*": "Mult", "/": "Div", "%": "Mod", "**": "Pow"}
COMPARE = {"===": "==", "==": "==", "!==": "!=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "in": "in"}
WORDS = {"&&": "and", "||": "or"}
ENTRIES = {"Object.keys": "keys", "Object.values": "values", "Object.entries": "items"}
BUILTINS = {"Math.abs": "abs", "Math.min": "min", "Math.max": "max", "String": "str"}
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}
ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
MOCKING = frozenset(
    {f"{owner}.{name}" for owner in ("jest", "vi") for name in ("mock", "doMock", "unstable_mockModule")}
)
KEEPING = re.compile(r"requireActual|importActual|importOriginal|\bspy: true")
FUNCTIONS = frozenset({"arrow_function", "function_expression", "function", "generator_function", "method_definition",
                       "function_declaration", "generator_function_declaration"})  # fmt: skip
WRAPPED = frozenset({"parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression",
                     "type_assertion", "instantiation_expression", "jsx_expression",
                     "computed_property_name"})  # fmt: skip


def text_of(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


def inner(node: Node) -> list[Node]:
    """The named parts of a node without comments."""
    return [part for part in node.named_children if part.type != "comment"]


def line_of(node: Node) -> int:
    return int(node.start_point[0]) + 1


def unwrapped(node: Node) -> Node:
    """A node without parentheses and type annotations around it."""
    while node.type in WRAPPED:
        parts = inner(node)
        if not parts:
            break
        node = parts[-1] if node.type == "type_assertion" else parts[0]
    return node


def unescape(text: str) -> str:
    def one(found: re.Match[str]) -> str:
        code = found.group(1) or found.group(2) or found.group(3)
        if code:
            return chr(min(int(code, 16), 0x10FFFF))
        return ESCAPES.get(found.group(4), found.group(4))

    return ESCAPE.sub(one, text) if "\\" in text else text


def number(text: str) -> Term:
    plain = text.replace("_", "").removesuffix("n")
    try:
        if plain[:2].lower() in {"0x", "0o", "0b"}:
            return Term("num", int(plain, 0))
        value = float(plain)
        return Term("num", int(value) if value.is_integer() and abs(value) < 1e15 else value)
    except (ValueError, OverflowError):
        return Term("opaque", text)


class Terms:
    """Turns the expressions of one file into terms.

    `imports` resolves names to dotted paths, `aliases` to other names; `required` resolves a module's specifier.
    """

    depth = 0

    def __init__(self, imports: Mapping[str, str], aliases: Mapping[str, str], required: Callable[[str], str]) -> None:
        self.imports, self.aliases, self.required = imports, aliases, required

    def term(self, node: Node | None) -> Term:
        if node is None:
            return UNDEFINED
        node = unwrapped(node)
        if node.type in FUNCTIONS:
            return Term("fn", self.function(node, ""))
        method = TERMS.get(node.type)
        if method is None or self.depth >= DEEPEST:
            return Term("opaque", " ".join(text_of(node).split()))
        self.depth += 1
        made = method(self, node)
        self.depth -= 1
        return made

    def terms(self, nodes: Iterable[Node]) -> tuple[Term, ...]:
        return tuple([self.term(node) for node in nodes])

    def name(self, node: Node) -> Term:
        name = text_of(node)
        if name in self.imports:
            return Term("sym", self.imports[name])
        return Term("name", self.aliases.get(name, name))

    def string(self, node: Node) -> Term:
        return Term("str", unescape(text_of(node)[1:-1]))

    def template(self, node: Node) -> Term:
        parts: list[Term] = []
        for part in inner(node):
            if part.type == "template_substitution":
                parts.append(Term("format", None, (self.term(next(iter(inner(part)), None)), NULL)))
            else:
                text = unescape(text_of(part))
                if parts and parts[-1].op == "str":
                    parts[-1] = Term("str", f"{parts[-1].value}{text}")
                else:
                    parts.append(Term("str", text))
        if not parts:
            return Term("str", "")
        return parts[0] if len(parts) == 1 and parts[0].op == "str" else Term("format", None, tuple(parts))

    def regex(self, node: Node) -> Term:
        pattern, flags = node.child_by_field_name("pattern"), node.child_by_field_name("flags")
        given = "".join(sorted(set(text_of(flags)) & set("ims"))) if flags else ""
        text = text_of(pattern) if pattern else ""
        return Term("regex", given, (Term("str", f"(?{given}){text}" if given else text),))

    def array(self, node: Node) -> Term:
        return Term("list", None, self.terms(inner(node)))

    def object(self, node: Node) -> Term:
        parts: list[Term] = []
        for item in inner(node):
            if item.type == "pair":
                parts += [self.key(item.child_by_field_name("key")), self.term(item.child_by_field_name("value"))]
            elif item.type == "shorthand_property_identifier":
                parts += [Term("str", text_of(item)), self.name(item)]
            elif item.type == "spread_element":
                parts += [Term("star", "**"), self.term(inner(item)[0])]
            elif item.type == "method_definition":
                parts += [self.key(item.child_by_field_name("name")), Term("fn", self.function(item, ""))]
        return Term("dict", None, tuple(parts))

    def key(self, node: Node | None) -> Term:
        if node is not None and node.type in {"property_identifier", "private_property_identifier", "identifier"}:
            return Term("str", text_of(node))
        made = self.term(node)
        return Term("str", str(made.value)) if made.op == "num" else made

    def member(self, node: Node, *, called: bool = False) -> Term:
        owner, name = node.child_by_field_name("object"), node.child_by_field_name("property")
        return self.access(self.term(owner), text_of(name) if name else "", called)

    def access(self, owner: Term, name: str, called: bool) -> Term:
        if owner.op == "sym":
            return Term("sym", f"{owner.value}.{name}")
        if owner.op == "name" and owner.value == "this" and not called:
            return Term("name", f"this.{name}")
        if name == "length" and not called:
            return call(Term("name", "len"), owner)
        return Term("attr", name, (owner,))

    def subscript(self, node: Node) -> Term:
        owner, key = self.term(node.child_by_field_name("object")), self.term(node.child_by_field_name("index"))
        if key.op == "str" and str(key.value).isidentifier():
            return self.access(owner, str(key.value), False)
        return Term("index", None, (owner, key))

    def call(self, node: Node) -> Term:
        function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        if function is None or arguments is None:
            return Term("opaque", text_of(node))
        function = unwrapped(function)
        called = text_of(function)
        if arguments.type == "template_string":
            return call(self.callee(function), self.template(arguments))
        args = inner(arguments)
        if called in {"require", "import"} and len(args) == 1 and args[0].type == "string":
            return Term("sym", self.required(str(self.string(args[0]).value)))
        if called in ENTRIES and len(args) == 1:
            return call(Term("attr", ENTRIES[called], (self.term(args[0]),)))
        if called == "Array.isArray" and len(args) == 1:
            return call(Term("name", "isinstance"), self.term(args[0]), Term("name", "Array"))
        if called in MOCKING and args and args[0].type == "string":
            return self.mocked(function, args)
        callee = Term("name", BUILTINS[called]) if called in BUILTINS else self.callee(function)
        return call(callee, *self.terms(args))

    def mocked(self, function: Node, args: list[Node]) -> Term:
        """A module that is replaced, by its dotted name; under a name of its own when most of it stays."""
        kept = any(KEEPING.search(text_of(arg)) for arg in args[1:])
        path = Term("str", self.required(str(self.string(args[0]).value)))
        return call(Term("name", "jest.mockPartly") if kept else self.callee(function), path, *self.terms(args[1:]))

    def callee(self, node: Node) -> Term:
        return self.member(node, called=True) if node.type == "member_expression" else self.term(node)

    def new(self, node: Node) -> Term:
        arguments = node.child_by_field_name("arguments")
        return call(
            self.term(node.child_by_field_name("constructor")), *self.terms(inner(arguments) if arguments else ())
        )

    def binary(self, node: Node) -> Term:
        left, right = self.term(node.child_by_field_name("left")), self.term(node.child_by_field_name("right"))
        operator = node.child_by_field_name("operator")
        word = text_of(operator) if operator else ""
        if word in COMPARE:
            return Term("cmp", COMPARE[word], (left, right))
        if word in WORDS:
            return Term(WORDS[word], None, (left, right))
        if word == "instanceof":
            return call(Term("name", "isinstance"), left, right)
        if word == "+" and left.op == right.op == "str":
            return Term("str", f"{left.value}{right.value}")
        if word == "+" and "str" in {left.op, right.op}:
            parts = tuple(part if part.op == "str" else Term("format", None, (part, NULL)) for part in (left, right))
            return Term("format", None, parts)
        return Term("bin", OPERATORS.get(word, word), (left, right))

    def unary(self, node: Node) -> Term:
        operator = node.child_by_field_name("operator")
        word, made = text_of(operator) if operator else "", self.term(node.child_by_field_name("argument"))
        if word == "!":
            return Term("not", None, (made,))
        if word == "-" and made.op == "num" and isinstance(made.value, int | float):
            return Term("num", -made.value)
        return UNDEFINED if word == "void" and made.op == "num" else Term("un", word, (made,))

    def assignment(self, node: Node) -> Term:
        left, right = node.child_by_field_name("left"), self.term(node.child_by_field_name("right"))
        target = self.term(left)
        if node.type == "augmented_assignment_expression":
            right = Term("bin", self.augmented(node), (target, right))
        return Term("assign", target.value, (right,)) if target.op == "name" else Term("un", "=", (target, right))

    def augmented(self, node: Node) -> str:
        operator = node.child_by_field_name("operator")
        word = text_of(operator).removesuffix("=") if operator else ""
        return OPERATORS.get(word, word)

    def update(self, node: Node) -> Term:
        target = self.term(node.child_by_field_name("argument"))
        made = Term("bin", "Add" if "++" in text_of(node) else "Sub", (target, Term("num", 1)))
        return Term("assign", target.value, (made,)) if target.op == "name" else made

    def jsx(self, node: Node) -> Term:
        """An element as a call of its tag with its attributes by name and its children by place."""
        opening = node.child_by_field_name("open_tag") or node
        tag = opening.child_by_field_name("name")
        named: dict[str, Term] = {}
        rest: list[Term] = []
        for item in inner(opening):
            if item.type == "jsx_attribute":
                parts = inner(item)
                named[text_of(parts[0])] = self.term(parts[1]) if len(parts) > 1 else TRUE
            elif item.type == "jsx_expression":
                rest.append(self.term(item))
        for item in inner(node) if opening is not node else ():
            if item.type == "jsx_text":
                text = " ".join(text_of(item).split())
                rest += [Term("str", text)] if text else []
            elif item.type not in {"jsx_opening_element", "jsx_closing_element"}:
                rest.append(self.term(item))
        callee = (
            self.name(tag)
            if tag is not None and tag.type == "identifier"
            else Term("name", text_of(tag) if tag else "")
        )
        names = tuple(sorted(named))
        return Term("call", None, (callee, *rest, *(named[word] for word in names)), names)

    def awaited(self, node: Node) -> Term:
        made = self.term(next(iter(inner(node)), None))
        return made if made.op == "sym" else Term("await", None, (made,))

    def function(self, node: Node, name: str) -> Function:
        raise NotImplementedError


TERMS: dict[str, Callable[[Terms, Node], Term]] = {
    "identifier": Terms.name, "shorthand_property_identifier": Terms.name, "type_identifier": Terms.name,
    "this": lambda self, node: Term("name", "this"), "super": lambda self, node: Term("name", "super"),
    "undefined": lambda self, node: UNDEFINED, "null": lambda self, node: NULL, "true": lambda self, node: TRUE,
    "false": lambda self, node: FALSE, "number": lambda self, node: number(text_of(node)), "string": Terms.string,
    "template_string": Terms.template, "regex": Terms.regex, "array": Terms.array, "object": Terms.object,
    "member_expression": Terms.member, "subscript_expression": Terms.subscript, "call_expression": Terms.call,
    "new_expression": Terms.new, "binary_expression": Terms.binary, "unary_expression": Terms.unary,
    "assignment_expression": Terms.assignment, "augmented_assignment_expression": Terms.assignment,
    "update_expression": Terms.update, "jsx_element": Terms.jsx, "jsx_self_closing_element": Terms.jsx,
    "jsx_fragment": Terms.jsx,
    "await_expression": Terms.awaited,
    "yield_expression": lambda self, node: Term("yield", None, self.terms(inner(node)[:1]) or (UNDEFINED,)),
    "spread_element": lambda self, node: Term("star", "*", self.terms(inner(node)[:1])),
    "sequence_expression": lambda self, node: self.term(inner(node)[-1]),
    "ternary_expression": lambda self, node: Term("cond", None, tuple(
        self.term(node.child_by_field_name(part)) for part in ("condition", "consequence", "alternative"))),
}  # fmt: skip
