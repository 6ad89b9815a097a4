"""Source text of any language as tokens in which what a formatter may change makes no difference."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from delegation_guard.languages.families import words

if TYPE_CHECKING:
    from delegation_guard.languages.families import Family

_OPERATORS = (
    r"<=>|===|!==|\*\*=|\?\?=|&&=|\|\|=|<<=|\.\.\.|\.\.=|=>|->|<-|::|:=|==|!=|=~|<=|>=|&&|\|\||\?\?|\?\.|\+\+|--|"
    r"\+=|-=|\*=|/=|%=|&=|\|=|\^=|\*\*|<<|\.\.|\|>"
)
_NUMBER = r"\d(?:\w|\.(?=\d))*(?:(?<=[eE])[+-]\d+)?"
_OPENERS, _CLOSERS = "([{", ")]}"
_BEFORE_REGEX = words("""
    ( , = : [ ! & | ? { } ; + - * % ~ ^ => == === != !== && || ?? += =~ return typeof case in of do else when if
    unless and or not then throw
""")
_REGEX = re.compile(r"/(?![*/])(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/\w*")


class Token(NamedTuple):
    """One token: its normalised text, 1-based line, column, and the offsets of its source text."""

    text: str
    line: int
    column: int
    start: int
    end: int


@dataclass(frozen=True)
class Lexed:
    """Tokens in order, and the comments beside them (markers included, inner blanks collapsed)."""

    tokens: tuple[Token, ...]
    comments: tuple[Token, ...]


def lex(text: str, family: Family) -> Lexed:
    """Cut `text` into tokens. Never fails: an unclosed quote or comment is punctuation. Layout is not kept."""
    tokens: list[Token] = []
    comments: list[Token] = []
    line, line_start, last = 1, 0, 0
    pattern = _pattern(family)
    position, size = 0, len(text)
    while position < size:
        match = _regex_literal(text, position, tokens) if family.regexes else None
        kind = "string" if match else ""
        if match is None:
            match = pattern.search(text, position)
            if match is None:
                break
            kind = match.lastgroup or ""
            if family.regexes and match.group() == "/" and match.start() != position:
                position = match.start()
                continue
        start, position = match.start(), match.end()
        breaks = text.count("\n", last, start)
        if breaks:
            line, line_start = line + breaks, text.rfind("\n", last, start) + 1
        last = start
        raw = match.group()
        if kind == "comment":
            comments.append(Token(_remark(raw), line, start - line_start, start, position))
        else:
            tokens.append(Token(_spelling(raw, kind, family), line, start - line_start, start, position))
    return Lexed(tuple(_normalised(tokens, family)), tuple(comments))


def _remark(raw: str) -> str:
    """A comment without the blanks that formatters put in or take out."""
    return re.sub(r"^(#+|//+|--) ", r"\1", " ".join(raw.split()))


def _regex_literal(text: str, position: int, tokens: list[Token]) -> re.Match[str] | None:
    if text[position] != "/":
        return None
    if tokens and tokens[-1].text not in _BEFORE_REGEX:
        return None
    return _REGEX.match(text, position)


@cache
def _pattern(family: Family) -> re.Pattern[str]:
    comments = [f"(?:{start})[^\\n]*" if not _plain(start) else f"{re.escape(start)}[^\\n]*"
                for start in family.line_comments]  # fmt: skip
    comments += [f"{re.escape(start)}[\\s\\S]*?{re.escape(end)}" for start, end in family.block_comments]
    parts = [f"(?P<comment>{'|'.join(comments)})"] if comments else []
    if family.strings:
        parts.append(f"(?P<string>{'|'.join(family.strings)})")
    dashed = family.word.startswith(r"[\w") or family.word.startswith(r"[^\s") or family.word == r"\S+"
    if not dashed:
        parts.append(rf"(?P<number>{_NUMBER}|(?<![\w.)\]])\.\d\w*)")
    parts.append(f"(?P<word>{family.word})")
    parts.append(rf"(?P<operator>{_OPERATORS}|\S)")
    return re.compile("|".join(parts), re.MULTILINE)


def _plain(marker: str) -> bool:
    return all(character not in "(?\\[" for character in marker)


def _spelling(raw: str, kind: str, family: Family) -> str:
    if kind == "string":
        return _string(raw, family)
    if kind == "number":
        return _number(raw, family)
    return raw


def _number(raw: str, family: Family) -> str:
    """Spellings of one number that formatters choose between; elsewhere 1.0 and 1 are different types."""
    text = raw.lower()
    if family.name not in ("javascript", "css", "scss") or text.startswith("0x"):
        return text if family.name in ("go", "python") else raw
    if text.startswith("."):
        text = f"0{text}"
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def _string(raw: str, family: Family) -> str:
    if family.name == "python":
        return python_string(raw)
    if not family.one_quote or raw[0] not in "'\"" or raw[:3] in ('"""', "'''"):
        return raw
    content = raw[1:-1]
    if family.interpolates and any(character in content for character in family.interpolates):
        return raw
    if not family.interpolates:
        content = content.replace("\\'", "'").replace('\\"', '"')
    return f'"{content}"'


def python_string(raw: str) -> str:
    """The value of a Python literal as text, so that quotes and prefixes without meaning make no difference."""
    try:
        return repr(ast.literal_eval(raw))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        pass
    prefix = raw[: min(raw.find(mark) for mark in "'\"" if mark in raw)]
    content = raw[len(prefix) :]
    width = 3 if content[:3] in ('"""', "'''") else 1
    content = content[width:-width]
    plain = width == 1 and "\\" not in content and "'" not in content and '"' not in content
    return f'{prefix.lower()}"{content}"' if plain else raw


def _normalised(tokens: list[Token], family: Family) -> list[Token]:
    if family.name == "javascript":
        tokens = _javascript(tokens)
    if family.name == "rust":
        tokens = _rust_arms(tokens)
    if family.semicolons:
        tokens = [token for token in tokens if token.text != ";"]
    if family.commas:
        tokens = _without_trailing_commas(tokens, family)
    return tokens


def _without_trailing_commas(tokens: list[Token], family: Family) -> list[Token]:
    kept: list[Token] = []
    commas: list[int] = []
    for token in tokens:
        if token.text in _OPENERS:
            commas.append(0)
        elif token.text in _CLOSERS:
            lone = family.single_tuples and token.text == ")" and commas and commas[-1] == 1
            if kept and kept[-1].text == "," and token.text in family.commas and not lone:
                kept.pop()
            if kept and kept[-1].text == ";" and token.text == "}" and family.name in ("css", "scss"):
                kept.pop()
            if commas:
                commas.pop()
        elif token.text == "," and commas:
            commas[-1] += 1
        kept.append(token)
    return kept


def matching(texts: list[str]) -> dict[int, int]:
    """Index of each opening bracket -> index of its closing one; brackets that close nothing are left out."""
    pairs: dict[int, int] = {}
    stack: list[int] = []
    for index, text in enumerate(texts):
        if text in ("(", "[", "{"):
            stack.append(index)
        elif text in (")", "]", "}") and stack:
            pairs[stack.pop()] = index
    return pairs


_CONTINUES = re.compile(r"[^\w\s'\"}#@]")
_RESTRICTED = frozenset(("return", "break", "continue", "throw", "yield"))


def _javascript(tokens: list[Token]) -> list[Token]:
    """Undo what prettier does: quoted keys, parentheses of one arrow parameter, parentheses round a whole value."""
    texts = [token.text for token in tokens]
    drop: set[int] = set()
    for opened, closed in matching(texts).items():
        if texts[opened] == "(" and _removable(tokens, texts, opened, closed):
            drop |= {opened, closed}
    result = []
    for index, token in enumerate(tokens):
        if index in drop or token.text == "|" and index and texts[index - 1] in ("=", ":", "<", "("):
            continue
        if token.text[0] == '"' and _is_key(texts, index):
            token = token._replace(text=token.text[1:-1])
        if token.text in _RESTRICTED and _ends_its_line(tokens, index):
            token = token._replace(text=f"{token.text}\n")
        result.append(token)
    return result


def _removable(tokens: list[Token], texts: list[str], opened: int, closed: int) -> bool:
    after = texts[closed + 1] if closed + 1 < len(texts) else ""
    if after == "=>":
        return closed == opened + 2 and texts[opened + 1].isidentifier()
    if opened == 0 or texts[opened - 1] not in ("return", "throw", "=", "=>", "default") or closed == opened + 1:
        return False
    if texts[opened - 1] == "=>" and texts[opened + 1] == "{":
        return False
    if after and after not in (";", "}", ")", "]", ",") and _goes_on(tokens, closed):
        return False
    return not _comma_inside(texts, opened, closed)


def _ends_its_line(tokens: list[Token], index: int) -> bool:
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    return following is not None and following.line != tokens[index].line and following.text not in (";", "}")


def _goes_on(tokens: list[Token], closed: int) -> bool:
    following = tokens[closed + 1]
    return following.line == tokens[closed].line or bool(_CONTINUES.match(following.text))


def _comma_inside(texts: list[str], opened: int, closed: int) -> bool:
    depth = 0
    for text in texts[opened + 1 : closed]:
        depth += (text in ("(", "[", "{")) - (text in (")", "]", "}"))
        if text == "," and depth == 0:
            return True
    return False


def _is_key(texts: list[str], index: int) -> bool:
    if not texts[index][1:-1].isidentifier() or index == 0 or index + 1 == len(texts):
        return False
    return texts[index - 1] in ("{", ",") and texts[index + 1] == ":"


def _rust_arms(tokens: list[Token]) -> list[Token]:
    """A match arm's lone expression is the same with and without braces; its comma is optional after them."""
    texts = [token.text for token in tokens]
    drop: set[int] = set()
    for opened, closed in matching(texts).items():
        if texts[opened] != "{" or opened == 0 or texts[opened - 1] != "=>":
            continue
        inside = texts[opened + 1 : closed]
        if inside and ";" not in inside and "let" not in inside:
            drop |= {opened, closed}
    result: list[Token] = []
    for index, token in enumerate(tokens):
        if index not in drop:
            result.append(token)
        elif token.text == "}" and texts[index + 1 : index + 2] != [","]:
            result.append(token._replace(text=","))
    return result
