"""Definitions and tests found in a token sequence: enough to know where one begins, ends, and what it is called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from delegation_guard.languages.families import words
from delegation_guard.languages.tokens import matching
from delegation_guard.languages.units import Symbol, SymbolKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from delegation_guard.languages.families import Family
    from delegation_guard.languages.tokens import Token

_CLASSES = words("""
    class interface enum record struct trait object protocol extension actor mixin union mod module namespace
    defmodule defprotocol defimpl impl type
""")
_VALUES = frozenset(["const", "let", "var", "val", "static", "typealias", "type", "typedef", "delegate"])
_CALLED_TESTS = words("test it describe suite context specify feature scenario property @test xit fit")
_MACRO_TESTS = words("TEST TEST_F TEST_P TYPED_TEST TEST_CASE SCENARIO SECTION BOOST_AUTO_TEST_CASE")
_MARKS = words("""
    Test ParameterizedTest RepeatedTest TestFactory Fact Theory TestMethod TestCase TestCaseSource Property
""")
_NO_METHODS = words("""
    if for while switch catch return new throw await typeof function else do try with using lock sizeof delete super
    this match when unless until foreach synchronized yield assert elif case
""")
_NAME = re.compile(r"[#$]?[^\W\d][\w$]*[?!]?\Z")
_CONTINUING = words("= , ( [ + - * / => -> : | & . :: extends implements where throws && || ? < with")
_CONTINUED = words(". { | & ? : = -> => where throws extends implements ) ] } + - * / && || ?. const override")


def outline(tokens: Sequence[Token], family: Family) -> tuple[Symbol, ...]:
    """Definitions in order. By tokens, not by a grammar: what it does not recognise is simply not listed."""
    if not (family.defines or family.bare_methods):
        return ()
    texts = [token.text for token in tokens]
    walker = _Outline(tokens, texts, family)
    for index in range(len(tokens)):
        walker.visit(index)
    return tuple(walker.found)


class _Outline:
    def __init__(self, tokens: Sequence[Token], texts: list[str], family: Family) -> None:
        self.tokens, self.texts, self.family = tokens, texts, family
        self.pairs = matching(texts)
        self.opened_by = {closed: opened for opened, closed in self.pairs.items()}
        self.open_parens: list[int] = []
        self.found: list[Symbol] = []
        self.enclosing: list[Symbol] = []

    def visit(self, index: int) -> None:
        while self.enclosing and index >= self.enclosing[-1].end:
            self.enclosing.pop()
        while self.open_parens and index >= self.open_parens[-1]:
            self.open_parens.pop()
        text = self.texts[index]
        if text in ("(", "[") and index in self.pairs:
            self.open_parens.append(self.pairs[index])
        called = self.called_test(index)
        if called is not None:
            self.add(index, index, called, "test")
        elif self.open_parens and not self.inside_test():
            return
        elif text in self.family.defines:
            self.keyword(index)
        elif self.family.bare_methods and index + 1 < len(self.texts) and self.texts[index + 1] == "(":
            self.method(index)

    def inside_test(self) -> bool:
        return bool(self.enclosing) and self.enclosing[-1].kind == "test"

    def at_line_start(self, index: int) -> bool:
        return index == 0 or self.tokens[index - 1].line != self.tokens[index].line

    def called_test(self, index: int) -> str | None:
        text = self.texts[index]
        if text in _MACRO_TESTS and self.texts[index + 1 : index + 2] == ["("]:
            return " ".join(self.texts[index + 2 : self.pairs.get(index + 1, index + 2)])
        if text not in _CALLED_TESTS or not self.at_line_start(index):
            return None
        following = index + 1
        while following + 1 < len(self.texts) and self.texts[following] == ".":
            following += 2
        if self.texts[following : following + 1] == ["("]:
            following += 1
        if following < len(self.texts) and self.texts[following][0] in "\"'`":
            return self.texts[following][1:-1]
        return None

    def keyword(self, index: int) -> None:
        name_at = index + 1
        word = self.texts[index]
        if index and self.texts[index - 1] in (".", "::", ":"):
            return
        if word == "func" and self.texts[name_at : name_at + 1] == ["("]:
            name_at = self.pairs.get(name_at, name_at) + 1
        if word == "macro_rules" or (word == "function" and self.texts[name_at : name_at + 1] == ["*"]):
            name_at += 1
        if word == "def" and self.texts[name_at : name_at + 2] == ["self", "."]:
            name_at += 2
        if name_at >= len(self.texts) or not _NAME.match(self.texts[name_at]):
            return
        value = word in _VALUES and word not in ("type",)
        if value and self.enclosing and self.enclosing[-1].kind in ("function", "test"):
            return
        kind: SymbolKind = "value" if value else "class" if word in _CLASSES else "function"
        if value and self.is_function_value(name_at):
            kind = "function"
        self.add(index, name_at, self.texts[name_at], kind)

    def is_function_value(self, name_at: int) -> bool:
        rest = self.texts[name_at + 1 : name_at + 40]
        return "=>" in rest and rest[:1] in (["="], [":"])

    def method(self, index: int) -> None:
        name = self.texts[index]
        inside = self.enclosing[-1].kind if self.enclosing else ""
        if name in _NO_METHODS or not _NAME.match(name) or inside in ("function", "test", "value"):
            return
        if self.family.name == "javascript" and inside != "class":
            return
        if index and self.texts[index - 1] in (".", "new", "return", "=", "(", ",", "->", "@", "#["):
            return
        closed = self.pairs.get(index + 1)
        if closed is None:
            return
        after = closed + 1
        while after < len(self.texts) and self.texts[after] not in ("{", ";", "}", "=>", "="):
            if self.tokens[after].line > self.tokens[after - 1].line and self.texts[after] not in _CONTINUED:
                return
            after += 1
        if after < len(self.texts) and self.texts[after] in ("{", "=>"):
            self.add(index, index, name, "function")

    def add(self, index: int, header: int, name: str, kind: SymbolKind) -> None:
        start = self.header_start(index)
        marks = self.texts[start : index + 1]
        tested = _MARKS.intersection(marks) or self.rust_test(marks) or _test_name(name, self.family)
        if kind == "function" and tested:
            kind = "test"
        end = self.header_end(header)
        scope = self.enclosing[-1].qualified if self.enclosing else ""
        line, whole = self.tokens[header].line, self.whole(header, end)
        symbol = Symbol(name, scope, kind, self.is_public(name, marks, scope), start, header, end, line, whole)
        self.found.append(symbol)
        if end > header + 1:
            self.enclosing.append(symbol)

    def rust_test(self, marks: list[str]) -> bool:
        return self.family.name == "rust" and "test" in marks and "#" in marks

    def whole(self, header: int, end: int) -> bool:
        """Whether the definition is closed; a fragment may stop at its header."""
        inside = self.texts[header:end]
        if self.family.ends:
            below = self.tokens[end - 1].line > self.tokens[header].line
            return inside[-1] == "end" or ("end" not in self.texts and below)
        balanced = inside.count("{") == inside.count("}")
        return balanced and any(mark in inside for mark in ("{", "=", ";"))

    def header_start(self, index: int) -> int:
        """Back over modifiers on the line, and over annotations and attributes above it."""
        start = index
        while start and self.tokens[start - 1].line == self.tokens[start].line:
            if self.texts[start - 1] in ("{", "}", ";"):
                break
            start -= 1
        while start:
            above = self.annotation_before(start)
            if above is None:
                return start
            start = above
        return start

    def annotation_before(self, start: int) -> int | None:
        last = start - 1
        if self.texts[last] in ("}", ";", "{"):
            return None
        if self.texts[last] in (")", "]"):
            opened = self.opened_by.get(last)
            if opened is None:
                return None
            if self.texts[last] == "]":
                if opened and self.texts[opened - 1] == "#":
                    return opened - 1
                return opened if self.family.name == "csharp" and self.at_line_start(opened) else None
            last = opened - 1
        first = last
        while first > 0 and self.tokens[first - 1].line == self.tokens[last].line and not self.at_line_start(first):
            first -= 1
        return first if first >= 0 and self.texts[first].startswith("@") else None

    def header_end(self, header: int) -> int:
        if self.family.ends:
            return self.word_end(header)
        index = header + 1
        while index < len(self.texts):
            text = self.texts[index]
            if index > header + 1 and self.breaks(index):
                return index
            if text == "{":
                index = self.pairs.get(index, len(self.texts) - 1) + 1
                if self.texts[index : index + 1] != ["{"]:
                    return index
                continue
            if text == ";":
                return index + 1
            if text in (")", "]", "}"):
                return index
            index = self.pairs[index] + 1 if text in ("(", "[") and index in self.pairs else index + 1
        return len(self.texts)

    def breaks(self, index: int) -> bool:
        if self.tokens[index].line == self.tokens[index - 1].line:
            return False
        return self.texts[index - 1] not in _CONTINUING and self.texts[index] not in _CONTINUED

    def word_end(self, header: int) -> int:
        """For languages that close with `end`: the first `end` below, in the column where the line began."""
        first = header
        while first and self.tokens[first - 1].line == self.tokens[header].line:
            first -= 1
        column, line = self.tokens[first].column, self.tokens[header].line
        one_line = False
        for index in range(header + 1, len(self.tokens)):
            token = self.tokens[index]
            if token.line == line:
                one_line = one_line or (token.text == "do" and self.texts[index + 1 : index + 2] == [":"])
            elif one_line:
                return index
            elif token.text == "end" and token.column == column and self.at_line_start(index):
                return index + 1
            elif token.column < column and self.at_line_start(index):
                return index
        return len(self.tokens)

    def is_public(self, name: str, marks: list[str], scope: str) -> bool:
        if "private" in marks or name.startswith(("_", "#")) or "defp" in marks:
            return False
        if self.family.public == "capital":
            return name[0].isupper()
        if self.family.public == "export":
            return "export" in marks or bool(scope and self.enclosing[-1].public)
        return not self.family.public or self.family.public in marks


def _test_name(name: str, family: Family) -> bool:
    if family.name == "go":
        return name.startswith(("Test", "Benchmark", "Fuzz", "Example"))
    return family.name in ("php", "swift", "ruby") and name.startswith("test")
