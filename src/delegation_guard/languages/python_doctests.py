"""The interactive examples in a Python module's documentation, as doctest finds them."""

from __future__ import annotations

import ast
import doctest
import re
from typing import TYPE_CHECKING

from delegation_guard.languages.outline import Example
from delegation_guard.languages.python import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

DIRECTIVE = re.compile(r"#\s*doctest:.*$", re.MULTILINE)
OPTIONS = {flag: name for name, flag in doctest.OPTIONFLAGS_BY_NAME.items()}


def documented(tree: ast.Module) -> Iterator[Example]:
    """Every example of every docstring, in order; a docstring that doctest cannot read has none."""
    parser = doctest.DocTestParser()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        text = ast.get_docstring(node, clean=False)
        if not text or ">>>" not in text:
            continue
        first = node.body[0].lineno
        for example in examples(parser, text):
            options = frozenset(OPTIONS.get(flag, "") for flag, on in example.options.items() if on)
            source = DIRECTIVE.sub("", example.source).strip()
            if parses(example.source):
                name = getattr(node, "name", "<module>")
                yield Example(source, example.want, options, first + example.lineno, name)


def parses(source: str) -> bool:
    """Whether an example is Python; what is not is prose that only looks like one, and no run of it ever passed."""
    try:
        parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def examples(parser: doctest.DocTestParser, text: str) -> list[doctest.Example]:
    try:
        return parser.get_examples(text)
    except ValueError:
        return []
