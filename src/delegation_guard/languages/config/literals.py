"""JSON with its dialects, and the object literals of JavaScript configuration, as nodes with lines."""

from __future__ import annotations

import re
from typing import NamedTuple

from delegation_guard.languages.config.node import Node, Unreadable, merged

_TOKEN = re.compile(
    r"""(?P<skip>\s+|//[^\n]*|/\*[\s\S]*?\*/)
    |(?P<string>"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'|`(?:[^`\\]|\\[\s\S])*`)
    |(?P<number>-?(?:0[xX][\da-fA-F_]+|\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?))
    |(?P<word>[\w$@]+)
    |(?P<mark>\.\.\.|=>|\?\?|&&|\|\||.)""",
    re.VERBOSE | re.DOTALL,
)
_REGEX = re.compile(r"/(?![*/])(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/\w*")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "undefined": None}
_OPEN, _CLOSE = "([{", ")]}"
_BEFORE = frozenset(("=", "(", "default", ",", "return", "[", "=>", "extends"))
_DEEPEST = 100
_MOST_STEPS = 600_000


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


class _NoLiteral(Exception):
    """What stands here is no object literal."""


def read_json(text: str) -> Node:
    """JSON, also with comments, trailing commas, bare keys and single quotes."""
    reader = _Reader(text)
    try:
        found = reader.value(0)
    except (_NoLiteral, IndexError, RecursionError):
        raise Unreadable("it is not valid JSON") from None
    if reader.at < len(reader.tokens):
        raise Unreadable("it is not valid JSON")
    return found


def read_script(text: str) -> Node:
    """The outermost object literals of a program, merged as if they were one; {} when there is none.

    Values that are no literals are kept as their text (`raw`). Nothing is evaluated.
    """
    reader = _Reader(text)
    found = Node({}, 1)
    while reader.at < len(reader.tokens):
        before = reader.tokens[reader.at - 1].text if reader.at else "="
        start = reader.at
        if reader.tokens[start].text in ("{", "[") and before in _BEFORE:
            try:
                value = reader.value(0)
            except (_NoLiteral, IndexError, RecursionError):
                reader.at = start + 1
                continue
            for part in () if reader.destructures() else (value, *_elements(value)):
                found = merged(found, part) if isinstance(part.value, dict) else found
            continue
        reader.at += 1
    return found


def _elements(value: Node) -> tuple[Node, ...]:
    """The members of a list of configurations; what they spread from elsewhere counts as one list of presets."""
    raw = tuple(item for item in value.items if item.raw)
    return (*value.items, Node({"extends": Node(raw, value.line)}, value.line)) if raw else value.items


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens: list[_Token] = []
        self.at = 0
        self.left = _MOST_STEPS
        text, position, line = text.removeprefix("\ufeff"), 0, 1
        while position < len(text):
            match = self.regex(text, position) or _TOKEN.match(text, position)
            if match is None:
                raise Unreadable("it cannot be read")
            kind, raw, position = match.lastgroup or "regex", match.group(), match.end()
            if kind != "skip":
                self.tokens.append(_Token(kind, raw, line))
            line += raw.count("\n")

    def regex(self, text: str, position: int) -> re.Match[str] | None:
        if text[position] != "/" or (self.tokens and self.tokens[-1].text not in "(,=:[!&|?{};"):
            return None
        return _REGEX.match(text, position)

    def step(self) -> None:
        """Count one step: every failed attempt at a literal begins anew, which brackets without end could abuse."""
        self.left -= 1
        if self.left < 0:
            raise Unreadable("it is too tangled")

    def value(self, depth: int) -> Node:
        self.step()
        token = self.tokens[self.at]
        if depth > _DEEPEST:
            raise _NoLiteral
        found = None
        start = self.at
        if token.text == "{":
            found = self.table(depth)
        elif token.text == "[":
            found = self.list(depth)
        elif token.kind == "string" and "${" not in token.text:
            self.at += 1
            found = Node(_unquoted(token.text), token.line)
        elif token.kind == "number":
            self.at += 1
            found = Node(_number(token.text), token.line)
        elif token.kind == "word" and token.text in _WORDS:
            self.at += 1
            found = Node(_WORDS[token.text], token.line)
        elif token.kind == "word" and self.calls(start):
            found = self.call(depth)
        if found is not None and (depth == 0 or self.ends()):
            return found
        if found is not None and self.tokens[self.at].text in ("as", "satisfies"):
            self.raw()
            return found
        self.at = start
        return self.raw()

    def destructures(self) -> bool:
        """Whether the braces just read name variables rather than hold values."""
        following = [token.text for token in self.tokens[self.at : self.at + 2]]
        return following[:1] in (["="], ["from"]) or following == [")", "=>"]

    def calls(self, at: int) -> bool:
        """Whether a plain name is called with an object as its only visible argument."""
        return len(self.tokens) > at + 2 and self.tokens[at + 1].text == "(" and self.tokens[at + 2].text == "{"

    def call(self, depth: int) -> Node | None:
        start = self.at
        self.at += 2
        found = self.table(depth)
        if self.at < len(self.tokens) and self.tokens[self.at].text == ")":
            self.at += 1
            return found
        self.at = start
        return None

    def ends(self) -> bool:
        return self.at >= len(self.tokens) or self.tokens[self.at].text in (",", "}", "]", ";")

    def table(self, depth: int) -> Node:
        opened = self.tokens[self.at]
        self.at += 1
        found: dict[str, Node] = {}
        while self.tokens[self.at].text != "}":
            token = self.tokens[self.at]
            if token.text == ",":
                self.at += 1
            elif token.text == "...":
                self.at += 1
                found[f"...{self.raw().text}"] = Node(True, token.line)
            else:
                name, value = self.member(depth)
                found[name] = value
        self.at += 1
        return Node(found, opened.line)

    def member(self, depth: int) -> tuple[str, Node]:
        token = self.tokens[self.at]
        if token.text == "[":
            self.skip()
        elif token.kind in ("string", "word", "number"):
            self.at += 1
        else:
            raise _NoLiteral
        name = _unquoted(token.text)
        follows = self.tokens[self.at].text
        if follows == ":":
            self.at += 1
            value = self.value(depth + 1)
            return name, Node(value.value, token.line, value.raw) if not value.items else value
        if follows in (",", "}"):
            return name, Node(name, token.line, raw=True)
        if follows == "(" or token.text in ("async", "get", "set"):
            while self.tokens[self.at].text != "{":
                self.skip()
            self.skip()
            return name, Node("function", token.line, raw=True)
        raise _NoLiteral

    def list(self, depth: int) -> Node:
        opened = self.tokens[self.at]
        self.at += 1
        items: list[Node] = []
        while self.tokens[self.at].text != "]":
            if self.tokens[self.at].text == ",":
                self.at += 1
                continue
            items.append(self.value(depth + 1))
        self.at += 1
        return Node(tuple(items), opened.line)

    def skip(self) -> None:
        """Past one token, or past everything between a bracket and its partner."""
        depth = 0
        while True:
            self.step()
            text = self.tokens[self.at].text
            depth += (text in _OPEN) - (text in _CLOSE) if len(text) == 1 else 0
            self.at += 1
            if depth <= 0:
                return

    def raw(self) -> Node:
        """An expression up to the comma or bracket that ends it, as its text."""
        start = self.at
        while self.at < len(self.tokens) and self.tokens[self.at].text not in (",", "}", "]", ";"):
            if self.tokens[self.at].text == ")":
                break
            self.skip()
        if self.at == start:
            raise _NoLiteral
        parts = self.tokens[start : self.at]
        return Node(_joined(parts), parts[0].line, raw=True)


def _joined(tokens: list[_Token]) -> str:
    text = ""
    for token in tokens:
        between = " " if text and (text[-1].isalnum() and token.text[0].isalnum()) else ""
        text += between + token.text
    return text


def _unquoted(text: str) -> str:
    if text[:1] not in "\"'`":
        return text
    return re.sub(r"\\(u[\da-fA-F]{4}|[\s\S])", _escape, text[1:-1])


def _escape(match: re.Match[str]) -> str:
    code = match[1]
    if len(code) == 5:
        return chr(int(code[1:], 16))
    return {"n": "\n", "t": "\t", "r": "\r", "\n": ""}.get(code, code)


def _number(text: str) -> int | float:
    plain = text.replace("_", "")
    if plain.lower().startswith(("0x", "-0x")):
        return int(plain, 16)
    return float(plain) if any(letter in plain for letter in ".eE") else int(plain)
