"""The source as a set of modules and the edges between them, for the tests of the house rules."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

TOP = Path(__file__).parents[1]
PACKAGE = "delegation_guard"
SOURCE = TOP / "src" / PACKAGE
RANKS = {
    "": 0, "errors": 0, "process": 0, "loading": 0, "model": 0,
    "spec": 1, "repo": 1, "languages": 1, "policy": 1, "attest": 1, "ledger": 1, "report": 1,
    "assertions": 2, "attribution": 2, "evidence": 2,
    "checks": 3, "verify": 3, "delegate": 3, "forge": 3,
    "gather": 4, "engine": 4,
    "live": 5,
    "cli": 6, "__main__": 7,
}  # fmt: skip
REFERENCE = re.compile(r"\.[a-z_]+(?:\.[a-z_0-9]+)*(?::\w*)?")


@dataclass(frozen=True)
class Edge:
    """`how` is import, typing (under TYPE_CHECKING) or reference (a string for loading.load)."""

    target: str
    line: int
    how: str


@dataclass(eq=False)
class Module:
    name: str
    """Without the package: `policy.load`, `policy`, "" for the package itself."""
    path: Path
    tree: ast.Module
    lines: int
    edges: list[Edge] = field(default_factory=list)
    outside: list[Edge] = field(default_factory=list)
    missing: list[Edge] = field(default_factory=list)
    references: list[tuple[str, int]] = field(default_factory=list)

    @property
    def room(self) -> str:
        return self.name.partition(".")[0]

    @property
    def shown(self) -> str:
        return str(self.path.relative_to(TOP))

    def at(self, line: int) -> str:
        return f"{self.shown}:{line}"

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def name_of(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules() -> dict[str, Module]:
    """Every module of the package by name, with its edges."""
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        name = name_of(path)
        found[name] = Module(name, path, ast.parse(text), text.count("\n"))
    for module in found.values():
        _connect(module, found)
    return found


def _connect(module: Module, known: dict[str, Module]) -> None:
    typing = {id(inner) for node in ast.walk(module.tree) if _is_typing(node) for inner in ast.walk(node)}
    strings = (node for node in ast.walk(module.tree) if isinstance(node, ast.JoinedStr))
    formatted = {id(part) for string in strings for part in string.values[1:]}
    for node in ast.walk(module.tree):
        how = "typing" if id(node) in typing else "import"
        if isinstance(node, ast.Import):
            for alias in node.names:
                _add(module, known, alias.name, node.lineno, how)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module.at(node.lineno)} imports relatively"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                whole = _inside(inner) in known if _inside(inner) is not None else False
                _add(module, known, inner if whole else node.module or "", node.lineno, how)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in formatted:
            _reference(module, node)


def _is_typing(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _inside(name: str) -> str | None:
    """The name within the package, None for anything outside it."""
    if name == PACKAGE:
        return ""
    return name.removeprefix(f"{PACKAGE}.") if name.startswith(f"{PACKAGE}.") else None


def _add(module: Module, known: dict[str, Module], name: str, line: int, how: str) -> None:
    inside = _inside(name)
    if inside is None:
        module.outside.append(Edge(name, line, how))
    elif inside in known:
        module.edges.append(Edge(inside, line, how))
    else:
        module.missing.append(Edge(name, line, how))


def _reference(module: Module, node: ast.Constant) -> None:
    text = str(node.value)
    text = text.removeprefix(PACKAGE) if text.startswith(f"{PACKAGE}.") else text
    name = text[1:].partition(":")[0]
    if not REFERENCE.fullmatch(text) or name.partition(".")[0] not in RANKS or "." not in name:
        return
    module.references.append((text, node.lineno))
    module.edges.append(Edge(name, node.lineno, "reference"))


def reachable(*roots: str) -> set[str]:
    """The modules reached from the roots by imports and references, with the packages they lie in."""
    known, seen, waiting = modules(), set(), list(roots)
    while waiting:
        name = waiting.pop()
        if name in seen or name not in known:
            continue
        seen.add(name)
        waiting += [edge.target for edge in known[name].edges if edge.how != "typing"]
        waiting += [name.rpartition(".")[0]] if name else []
    return seen


def dotted(node: ast.AST) -> str:
    """`os.environ` for the attribute, "" for anything that is not a plain dotted name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = dotted(node.value)
        return f"{inner}.{node.attr}" if inner else ""
    return ""
