"""Python source as normalised statements from its syntax tree; whole files and the fragments a spec quotes."""

from __future__ import annotations

import ast
import copy
import inspect
import re
import textwrap
from typing import TYPE_CHECKING

from delegation_guard.languages.families import PYTHON
from delegation_guard.languages.tokens import lex
from delegation_guard.languages.units import Comment, Import, Source, Symbol, SymbolKind, Unit

if TYPE_CHECKING:
    from collections.abc import Iterable

_UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
_SIMPLE = re.compile(r"(?:return |await )?[A-Za-z_][A-Za-z_0-9.]*(?: = [A-Za-z_][A-Za-z_0-9.]*)?\Z")
_LEGACY_PREFIX = re.compile(r"""\b[uU]["']""")
Definition = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def read_tree(text: str) -> Source | None:
    """A whole module; None when it does not parse (the caller must then compare it some other way)."""
    try:
        module = ast.parse(text)
        flat = _Flattener(text)
        flat.body(module.body, 0, "", in_class=False)
    except _UNREADABLE:
        return None
    return Source("tree", text, tuple(flat.units), tuple(flat.imports), comments(text), tuple(flat.symbols))


def comments(text: str) -> tuple[Comment, ...]:
    """The comments of a Python text."""
    if "#" not in text:
        return ()
    return tuple(Comment(part.text, part.line, text[part.start : part.end]) for part in lex(text, PYTHON).comments)


def read_fragment(text: str) -> Source | None:
    """Statements as a spec quotes them: indented, cut through a definition, a lone decorator or header.

    Depths are relative to the shallowest unit; lines count from 1 in `text`. None when no reading parses.
    """
    body = textwrap.dedent(text.expandtabs(4))
    indent = _written_indent(text)
    for before, after in _wrappings(body):
        source = _wrapped(text, body, before, after, indent)
        if source is not None:
            return source
    return None


def _written_indent(text: str) -> int:
    widths = [len(line) - len(line.lstrip()) for line in text.expandtabs(4).splitlines() if line.strip()]
    return min(widths, default=0)


def _wrapped(text: str, body: str, before: list[str], after: str, indent: int) -> Source | None:
    lines = body.splitlines()
    whole = "\n".join([*before, *lines]) + after + "\n"
    try:
        module = ast.parse(whole)
        flat = _Flattener(whole, keep_imports=bool(indent or before))
        flat.body(module.body, 0, "", in_class=False)
    except _UNREADABLE:
        return None
    first, last = len(before), len(before) + len(lines)
    kept = [i for i, unit in enumerate(flat.units) if first < unit.line <= last and "__dg__" not in unit.text]
    if not kept and not flat.imports:
        return None
    shallow = min((flat.units[i].depth for i in kept), default=0)
    units = tuple(
        Unit(unit.text, unit.depth - shallow, unit.line - first, unit.end - first)
        for unit in (flat.units[i] for i in kept)
    )
    symbols = tuple(_moved(flat.symbols, kept, first))
    imports = tuple(Import(item.text, item.line - first, item.names) for item in flat.imports)
    return Source("tree", text, units, imports, comments(text), symbols, indent)


def _moved(symbols: Iterable[Symbol], kept: list[int], first: int) -> Iterable[Symbol]:
    place = {old: new for new, old in enumerate(kept)}
    for symbol in symbols:
        inside = [i for i in range(symbol.start, symbol.end) if i in place]
        if symbol.header not in place or "__dg__" in symbol.name:
            continue
        header = place[symbol.header]
        end = place[inside[-1]] + 1
        whole = symbol.kind == "value" or end > header + 1
        yield symbol._replace(start=place[inside[0]], header=header, end=end, line=symbol.line - first, whole=whole)


def _wrappings(body: str) -> Iterable[tuple[list[str], str]]:
    """Lines to put before and text to put after a fragment so that it may parse, likeliest first."""
    code = [line for line in body.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if not code:
        return
    before = _openers(code)
    width = len(code[-1]) - len(code[-1].lstrip())
    tails = [""]
    if code[-1].rstrip().endswith(":") or re.search(r":\s*#[^\"']*$", code[-1]):
        tails = ["\n" + " " * (width + 1) + "__dg__"]
    elif code[-1].lstrip().startswith("@"):
        tails = ["\n" + " " * width + "def __dg__(): __dg__", "\n" + " " * width + "class __dg__: __dg__"]
    for tail in list(tails):
        tails.append(f"{tail}\nfinally: __dg__")
    if code[-1].lstrip().startswith("@") is False and any(line.lstrip().startswith("@") for line in code):
        tails.append("\n" + " " * width + "def __dg__(): __dg__")
    for tail in tails:
        yield before, tail


def _openers(code: list[str]) -> list[str]:
    """Headers that make sense of a fragment starting deeper than it goes on, or at an `else`."""
    openers: list[str] = []
    width = len(code[0]) - len(code[0].lstrip())
    lowest = width
    for line in code[1:]:
        indent = len(line) - len(line.lstrip())
        if indent < lowest:
            lowest = indent
            openers.insert(0, " " * indent + ("try:" if _word(line) in ("except", "finally") else "if __dg__:"))
    inner = {"except": "try:", "finally": "try:", "else": "if __dg__:", "elif": "if __dg__:"}.get(_word(code[0]))
    if inner:
        openers += [" " * width + inner, " " * (width + 1) + "__dg__"]
    return openers


def _word(line: str) -> str:
    found = re.match(r"\s*([a-z]+)", line)
    return found[1] if found else ""


class _Flattener:
    """Walks statements in order and notes units, top-level imports and definitions."""

    def __init__(self, text: str, *, keep_imports: bool = False) -> None:
        self.lines = text.split("\n")
        self.ascii = text.isascii()
        self.keep_imports = keep_imports
        self.units: list[Unit] = []
        self.imports: list[Import] = []
        self.symbols: list[Symbol] = []

    def body(self, statements: list[ast.stmt], depth: int, scope: str, *, in_class: bool) -> None:
        for statement in statements:
            if isinstance(statement, Definition):
                self.definition(statement, depth, scope, in_class=in_class)
            elif isinstance(statement, ast.Import | ast.ImportFrom) and depth == 0 and not self.keep_imports:
                self.imports += imported(statement)
            elif not self.compound(statement, depth, scope):
                self.simple(statement, depth, scope, in_class=in_class)

    def add(self, text: str, depth: int, line: int, end: int) -> None:
        self.units.append(Unit(text, depth, line, end))

    def header(self, node: ast.AST, depth: int, line: int, end: int) -> None:
        bare = copy.copy(node)
        for name in ("body", "orelse", "finalbody", "handlers", "decorator_list", "cases"):
            if hasattr(bare, name):
                setattr(bare, name, [])
        self.add(ast.unparse(bare).strip(), depth, line, end)

    def definition(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, depth: int, scope: str, *, in_class: bool
    ) -> None:
        start = len(self.units)
        for decorator in node.decorator_list:
            self.add(f"@{ast.unparse(decorator)}", depth, decorator.lineno, decorator.end_lineno or decorator.lineno)
        header = len(self.units)
        self.header(node, depth, node.lineno, max(node.lineno, node.body[0].lineno - 1))
        place = len(self.symbols)
        is_class = isinstance(node, ast.ClassDef)
        self.body(node.body, depth + 1, f"{scope}.{node.name}" if scope else node.name, in_class=is_class)
        kind = _kind(node.name, is_class=is_class)
        public = not node.name.startswith("_") and (depth == 0 or in_class)
        self.symbols.insert(
            place, Symbol(node.name, scope, kind, public, start, header, len(self.units), node.lineno)
        )

    def compound(self, node: ast.stmt, depth: int, scope: str) -> bool:
        if isinstance(node, ast.If | ast.For | ast.AsyncFor | ast.While | ast.With | ast.AsyncWith):
            self.header(node, depth, node.lineno, max(node.lineno, node.body[0].lineno - 1))
            self.body(node.body, depth + 1, scope, in_class=False)
            self.otherwise(node, depth, scope)
        elif isinstance(node, ast.Try | ast.TryStar):
            self.attempt(node, depth, scope)
        elif isinstance(node, ast.Match):
            self.header(node, depth, node.lineno, node.lineno)
            for case in node.cases:
                line: int = case.pattern.lineno
                self.header(case, depth + 1, line, max(line, case.body[0].lineno - 1))
                self.body(case.body, depth + 2, scope, in_class=False)
        else:
            return False
        return True

    def otherwise(self, node: ast.stmt, depth: int, scope: str) -> None:
        rest = getattr(node, "orelse", [])
        while isinstance(node, ast.If) and len(rest) == 1 and isinstance(rest[0], ast.If):
            branch = rest[0]
            self.add(f"elif {ast.unparse(branch.test)}:", depth, branch.lineno, branch.body[0].lineno - 1)
            self.body(branch.body, depth + 1, scope, in_class=False)
            rest = branch.orelse
        self.tail("else:", rest, depth, scope)

    def attempt(self, node: ast.Try | ast.TryStar, depth: int, scope: str) -> None:
        self.add("try:", depth, node.lineno, node.lineno)
        self.body(node.body, depth + 1, scope, in_class=False)
        star = "*" if isinstance(node, ast.TryStar) else ""
        for handler in node.handlers:
            caught = f" {ast.unparse(handler.type)}" if handler.type else ""
            bound = f" as {handler.name}" if handler.name else ""
            self.add(f"except{star}{caught}{bound}:", depth, handler.lineno, handler.lineno)
            self.body(handler.body, depth + 1, scope, in_class=False)
        self.tail("else:", node.orelse, depth, scope)
        self.tail("finally:", node.finalbody, depth, scope)

    def tail(self, text: str, statements: list[ast.stmt], depth: int, scope: str) -> None:
        if statements:
            line = _first_line(statements[0])
            if not self.lines[line - 1].lstrip().startswith(text[:-1]):
                line = max(self.units[-1].end, line - 1)
            self.add(text, depth, line, line)
            self.body(statements, depth + 1, scope, in_class=False)

    def simple(self, node: ast.stmt, depth: int, scope: str, *, in_class: bool) -> None:
        index = len(self.units)
        self.add(self.canonical(node), depth, node.lineno, node.end_lineno or node.lineno)
        if depth == 0 or in_class:
            for name in _assigned(node):
                public = not name.startswith("_")
                self.symbols.append(Symbol(name, scope, "value", public, index, index, index + 1, node.lineno))

    def canonical(self, node: ast.stmt) -> str:
        if node.lineno == node.end_lineno and self.ascii:
            raw = self.lines[node.lineno - 1][node.col_offset : node.end_col_offset]
            if _SIMPLE.match(raw):
                return raw
            if _LEGACY_PREFIX.search(raw):
                _drop_prefixes(node)
        else:
            _drop_prefixes(node)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            cleaned = "\n".join(line.rstrip() for line in inspect.cleandoc(node.value.value).strip().split("\n"))
            return f"doc {cleaned!r}"
        if isinstance(node, ast.Delete) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Tuple):
            node = ast.Delete(targets=node.targets[0].elts)
        return ast.unparse(node)


def _first_line(node: ast.stmt) -> int:
    decorators = getattr(node, "decorator_list", [])
    return min([node.lineno, *(int(decorator.lineno) for decorator in decorators)])


def _drop_prefixes(node: ast.AST) -> None:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and part.kind:
            part.kind = None


def _kind(name: str, *, is_class: bool) -> SymbolKind:
    if name.startswith("test_") or (is_class and name.startswith("Test")) or name == "test":
        return "test"
    return "class" if is_class else "function"


def _assigned(node: ast.stmt) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def imported(node: ast.Import | ast.ImportFrom) -> list[Import]:
    """One Import per alias, so that order and grouping make no difference."""
    if isinstance(node, ast.Import):
        return [
            Import(
                f"import {alias.name}" + (f" as {alias.asname}" if alias.asname else ""),
                node.lineno,
                (alias.asname or alias.name.partition(".")[0],),
            )
            for alias in node.names
        ]
    origin = "." * node.level + (node.module or "")
    return [
        Import(
            f"from {origin} import {alias.name}"
            + (f" as {alias.asname}" if alias.asname and alias.asname != alias.name else ""),
            alias.lineno,
            () if alias.name == "*" else (alias.asname or alias.name,),
        )
        for alias in node.names
    ]
