"""Reading a text for comparison: the shape its language allows, the same for whole files and quoted fragments."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from delegation_guard.languages.families import family_of
from delegation_guard.languages.imports import take_imports
from delegation_guard.languages.symbols import outline
from delegation_guard.languages.tokens import Token, lex
from delegation_guard.languages.trees import read_fragment, read_tree
from delegation_guard.languages.units import Comment, Source, Symbol, SymbolKind, Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from delegation_guard.languages.families import Family, Shape

_SHELL_FUNCTION = re.compile(r"(?:function ([\w.:-]+)|([\w.:-]+) \( \))")


def shape_of(path: str, fence: str = "") -> Shape:
    """How a file of this name is best compared. A tree may still fail to parse: then read it as lines."""
    return family_of(path, fence).shape


@lru_cache(maxsize=4)  # the same file is read to settle its blocks and to compare them
def read_file(path: str, text: str, shape: str, fence: str = "") -> Source | None:
    """A whole file in a shape; None when the shape is `tree` and the text does not parse."""
    if shape == "tree":
        return read_tree(text)
    return _flat(text, family_of(path, fence), shape)


def read_block(path: str, text: str, shape: str, fence: str = "") -> Source | None:
    """A fragment that a spec quotes for this file, in a shape; None when it has no reading there."""
    if shape == "tree":
        return read_fragment(text)
    return _flat(text, family_of(path, fence), shape, fragment=True)


def _flat(text: str, family: Family, shape: str, *, fragment: bool = False) -> Source:
    lexed = lex(text, family)
    comments = tuple(Comment(part.text, part.line, text[part.start : part.end]) for part in lexed.comments)
    widths = [len(line) - len(line.lstrip()) for line in text.expandtabs(4).splitlines() if line.strip()]
    indent = min(widths, default=0) if fragment else 0
    if shape == "lines":
        units = _lines(lexed.tokens, text, family)
        return Source(shape, text, units, (), comments, _line_symbols(units, family), indent)
    rest, imports = take_imports(lexed.tokens, family)
    units = tuple(Unit(token.text, 0, token.line, token.line) for token in rest)
    return Source(shape, text, units, tuple(imports), comments, outline(rest, family), indent)


def _lines(tokens: Sequence[Token], text: str, family: Family) -> tuple[Unit, ...]:
    """Logical lines: those inside the brackets of `joins` belong to the line that opened them."""
    groups: list[list[Token]] = []
    depth = 0
    for token in tokens:
        continued = groups and (depth > 0 or _goes_on(groups[-1], token, family))
        if continued:
            groups[-1].append(token)
        else:
            groups.append([token])
        if family.joins:
            depth = max(0, depth + _turn(token.text, family))
    columns = [_column(text, group[0]) for group in groups]
    depths = _depths(columns)
    return tuple(
        Unit(" ".join(token.text for token in group), depth, group[0].line, group[-1].line)
        for group, depth in zip(groups, depths, strict=True)
    )


def _goes_on(group: list[Token], token: Token, family: Family) -> bool:
    """Whether a token belongs to the line before it; a backslash at the end of that line is dropped."""
    if token.line == group[-1].line:
        return True
    if group[-1].text == "\\" and len(group) > 1:
        group.pop()
        return True
    return group[-1].text in family.goes_on


def _turn(text: str, family: Family) -> int:
    if text in family.joins:
        return 1
    return -1 if text in (")", "]", "}") and {")": "(", "]": "[", "}": "{"}[text] in family.joins else 0


def _column(text: str, token: Token) -> int:
    start = token.start - token.column
    return len(text[start : token.start].expandtabs(4))


def _depths(columns: Sequence[int]) -> list[int]:
    """Nesting by indentation; the first lines of a fragment nest in lower ones that follow."""
    lower: list[int] = []
    for column in columns:
        if not lower or column < lower[-1]:
            lower.append(column)
    stack = sorted(lower[1:])
    depths = []
    for column in columns:
        while stack and column <= stack[-1]:
            stack.pop()
        depths.append(len(stack))
        stack.append(column)
    return depths


def _line_symbols(units: Sequence[Unit], family: Family) -> tuple[Symbol, ...]:
    """Functions of shell scripts, and bats tests."""
    if family.name != "shell":
        return ()
    found = []
    for index, unit in enumerate(units):
        match = _SHELL_FUNCTION.match(unit.text)
        test = unit.text.startswith("@test ")
        if not match and not test:
            continue
        name = unit.text[6:].strip(' {"') if test or match is None else match[1] or match[2]
        end = _closing_line(units, index)
        kind: SymbolKind = "test" if test else "function"
        found.append(Symbol(name, "", kind, True, index, index, end, unit.line, end > index + 1))
    return tuple(found)


def _closing_line(units: Sequence[Unit], index: int) -> int:
    """One past the `}` that closes what a line opens; the next line when there is none."""
    for later in range(index + 1, len(units)):
        if units[later].depth <= units[index].depth and units[later].text == "}":
            return later + 1
    return index + 1
