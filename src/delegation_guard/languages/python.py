"""Python source text to an Outline, over the standard library's `ast`."""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING, cast

from delegation_guard.languages.outline import Class, Function, Outline, Stmt
from delegation_guard.languages.python_config import Collection, collection
from delegation_guard.languages.python_terms import Reader
from delegation_guard.loading import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from delegation_guard.languages.outline import Example

ENCODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.MULTILINE)
MESSAGE = 200
"""Longest text that is taken for a message."""


def parse(text: str) -> ast.Module:
    """The syntax tree of a text; what Python would warn about is of no interest here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


class Unreadable(Exception):
    """The text cannot be read as this language; the message says why, in a few words."""


def outline(path: str, data: bytes) -> Outline:
    """The outline of a Python file. Raises Unreadable when it does not parse or is nested too deeply."""
    text = decode(data)
    try:
        tree = parse(text)
        return build(path, text, tree)
    except SyntaxError as error:
        raise Unreadable(f"not valid Python (line {error.lineno or 0}: {error.msg})") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise Unreadable(f"cannot be parsed ({type(error).__name__})") from None


def decode(data: bytes) -> str:
    """Source bytes as text: a declared encoding, else UTF-8 with or without a mark."""
    found = ENCODING.match(b"\n".join(data.split(b"\n", 2)[:2]))
    try:
        return data.decode(found.group(1).decode("ascii") if found else "utf-8-sig").replace("\r\n", "\n")
    except (UnicodeDecodeError, LookupError):
        raise Unreadable("not readable as text in its encoding") from None


def build(path: str, text: str, tree: ast.Module) -> Outline:
    lines = tuple(text.split("\n"))
    imports, starred = imported(path, tree)
    reader = Reader(lines, imports)
    functions: list[Function] = []
    classes: list[Class] = []
    statements: list[Stmt] = []
    for node in top_level(tree.body):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            functions.append(reader.function(node, ""))
        elif isinstance(node, ast.ClassDef):
            classes.extend(read_class(reader, node, ""))
        elif not isinstance(node, ast.Import | ast.ImportFrom):
            statements.extend(reader.statement(node))
    examples = documented(tree) if ">>>" in text else ()
    return Outline(
        path, "python", lines, imports, tuple(statements), tuple(functions), tuple(classes), examples, tuple(starred)
    )


def top_level(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a module, those under a top-level `if` or `try` that define something included."""
    for node in body:
        nested = [*getattr(node, "body", ()), *getattr(node, "orelse", ())]
        if isinstance(node, ast.If | ast.Try) and any(
            isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) for inner in nested
        ):
            yield from top_level(nested)
        else:
            yield node


def read_class(reader: Reader, node: ast.ClassDef, owner: str) -> Iterator[Class]:
    name = f"{owner}.{node.name}" if owner else node.name
    functions: list[Function] = []
    statements: list[Stmt] = []
    for inner in top_level(node.body):
        if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
            functions.append(reader.function(inner, name))
        elif isinstance(inner, ast.ClassDef):
            yield from read_class(reader, inner, name)
        else:
            statements.extend(reader.statement(inner))
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    end = node.end_lineno or node.lineno
    yield Class(
        name, node.lineno, end, reader.terms(node.bases, {}), reader.terms(node.decorator_list, {}),
        tuple(functions), tuple(statements), "\n".join(reader.lines[first - 1 : end]),
    )  # fmt: skip


def imported(path: str, tree: ast.Module) -> tuple[dict[str, str], list[str]]:
    """Local names and the dotted paths they stand for, wherever in the file the import stands."""
    imports: dict[str, str] = {}
    starred: list[str] = []
    for node in import_nodes(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                imports[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
            continue
        base = absolute(path, node.module or "", node.level)
        for alias in node.names:
            if alias.name == "*":
                starred.append(base)
            else:
                imports[alias.asname or alias.name] = f"{base}.{alias.name}" if base else alias.name
    return imports, starred


def import_nodes(tree: ast.Module) -> Iterator[ast.Import | ast.ImportFrom]:
    stack: list[ast.AST] = list(reversed(tree.body))
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
            continue
        for part in ("finalbody", "orelse", "handlers", "body"):
            inner = getattr(node, part, None)
            if isinstance(inner, list):
                stack.extend(reversed(inner))


def absolute(path: str, module: str, level: int) -> str:
    """The dotted path of an import; a relative one counts from the file's own folder."""
    if not level:
        return module
    folders = module_name(path).split(".")[: -level or None]
    if path.endswith("__init__.py"):
        folders = module_name(path).split(".")[: 1 - level or None]
    return ".".join([*(part for part in folders if part), *([module] if module else [])])


def module_name(path: str) -> str:
    """The dotted name under which a file is imported, a leading `src` or `lib` folder dropped."""
    parts = path.removesuffix(".py").removesuffix(".pyi").split("/")
    if parts[0] in {"src", "lib"} and len(parts) > 1:
        parts = parts[1:]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def candidates(symbol: str) -> Iterator[tuple[str, str]]:
    """Paths at which the module of a dotted symbol may be, with what is left of the symbol, longest module first."""
    parts = symbol.split(".")
    for count in range(len(parts), 0, -1):
        stem, rest = "/".join(parts[:count]), ".".join(parts[count:])
        for root in ("", "src/", "lib/"):
            yield f"{root}{stem}.py", rest
            yield f"{root}{stem}/__init__.py", rest


def documented(tree: ast.Module) -> tuple[Example, ...]:
    """The examples of a module's documentation; their reader is loaded only when there are any."""
    read = cast("Callable[[ast.Module], Iterator[Example]]", load(".languages.python_doctests:documented"))
    return tuple(read(tree))


def pieces(text: str) -> dict[str, int]:
    """Each statement and decorator of a text in one canonical spelling, with its 1-based line; {} if it has none.

    Two texts share a piece when they hold the same statement up to layout, quotes and comments.
    """
    found: dict[str, int] = {}
    for tree in parsed(text):
        for node in ast.walk(tree):
            if isinstance(node, ast.stmt):
                found.setdefault(spelling(node), node.lineno)
                for decorator in getattr(node, "decorator_list", ()):
                    found.setdefault("@" + ast.dump(decorator), decorator.lineno)
    return found


def spelling(node: ast.stmt) -> str:
    """A statement in one spelling; of a compound one other than a definition only its head."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or not hasattr(node, "body"):
        return ast.dump(node)
    heads = [value for name, value in ast.iter_fields(node) if name not in {"body", "orelse", "finalbody", "handlers"}]
    parts = [ast.dump(part) for value in heads for part in (value if isinstance(value, list) else [value]) if part]
    return f"{type(node).__name__} {' '.join(parts)}"


def behaviour(data: bytes) -> str:
    """A file's code without documentation and comments, in one spelling; the text itself when it does not parse."""
    text = decode(data)
    try:
        tree = parse(text)
        for node in ast.walk(tree):
            body = getattr(node, "body", None)
            if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
                value = body[0].value
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    del body[0]
        return ast.dump(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return text


def defined(data: bytes) -> frozenset[str]:
    """Every name a file defines: functions, classes, methods, attributes, constants.

    Also parameters (as `name=`) and what it knows as text (quoted): options, keys, settings, messages.
    """
    found: set[str] = set()
    try:
        tree = parse(decode(data))
    except (SyntaxError, ValueError, RecursionError, MemoryError, Unreadable):
        return frozenset()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.add(node.id if isinstance(node, ast.Name) else node.attr)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and known_text(node.value):
            found.add(f"'{node.value}'")
        elif isinstance(node, ast.arg):
            found.add(f"{node.arg}=")
    return frozenset(found)


def known_text(value: str) -> bool:
    """Whether a text is a name, or a message of one line."""
    return value.isidentifier() or (" " in value and len(value) <= MESSAGE and "\n" not in value)


def parsed(text: str) -> Iterator[ast.Module]:
    """The syntax tree of a fragment: as it stands, without its common indentation, or as a body."""
    lines = text.split("\n")
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    plain = "\n".join(line[margin:] for line in lines)
    for attempt in (plain, f"{plain}\n    pass", f"{plain}\ndef _(): pass"):
        try:
            yield parse(attempt)
            return
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue


EXCEPTIONS: dict[str, tuple[str, ...]] = {
    name: tuple(base.__name__ for base in value.__bases__)
    for name, value in vars(__import__("builtins")).items()
    if isinstance(value, type) and issubclass(value, BaseException)
}
"""Bases of every built-in exception."""

__all__ = ["Collection", "collection"]
