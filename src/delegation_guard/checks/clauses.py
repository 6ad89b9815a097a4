"""What a spec says in words: the names it mentions as code, and what it asks to be done with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from delegation_guard.languages.families import BY_SUFFIX, words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from delegation_guard.model.contract import Contract

_TICKED = re.compile(r"``?([^`\n]+)``?")
_QUOTED = re.compile(r"[\"“]([^\"”\n]{1,80})[\"”]|(?<!\w)'([^'\n]{1,80})'(?!\w)")
_CODE_WORD = re.compile(r"[^\W\d]\w*(?=\(\)?)|\w*(?:[a-z0-9][A-Z]|_)\w*|(?<![\w.])\w+(?:\.\w+)+|(?<!\w)\d[\w.]*")
_IDENTIFIER = re.compile(r"[^\W\d]\w*|\d[\w.]*\w|\d")
_NAMED = re.compile(
    r"\b(?:function|method|class|helper|constant|test|struct|type|interface|variable|module|called|named|property|field)"
    r"\s+([^\W\d]\w+)|([^\W\d]\w+)\s+(?:function|method|class|helper|constant|struct|interface)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:in|inside|within|body of|into)\s+(?:(?:the|its|existing|class|method|function|test)\s+){0,3}"
    r"(`?)([^\W\d][\w.:]*)(\([^)`\n]*\))?`?",
    re.IGNORECASE,
)
_TO_CLASS = re.compile(
    r"\b(?:to|into)\s+(?:the\s+)?(?:class\s+`?([^\W\d]\w*)`?|`?([^\W\d]\w*)`?\s+class)\b", re.IGNORECASE
)
_ADDITIVE = re.compile(
    r"\b(?:append|add(?:ed|s)?|insert|prepend|create|new|at the (?:end|bottom|top)|below|above|after|before|next to)\b",
    re.IGNORECASE,
)
_REPLACING = re.compile(
    r"\b(?:replac\w*|becomes?|chang\w*|instead|rewrit\w*|updat\w*|remov\w*|delet\w*|turn\w*|renam\w*|mov\w*|new code|"
    r"body|reads?|should (?:be|read|look)|mak(?:e|es)|swap\w*|convert\w*|switch\w*|use[sd]?|drop\w*|fix\w*|escap\w*|"
    r"adapt\w*|adjust\w*|extend\w*|simplif\w*|refactor\w*|from)\b",
    re.IGNORECASE,
)
_REMOVING = re.compile(
    r"\b(?:remov\w*|delet\w*|drop\w*|get rid of|no longer|unused|clean\w*|goes|go away)\b", re.IGNORECASE
)
_GENERIC = words("""
    the a an it this that file code line lines block top end bottom place order test tests class body
""")


def code_words(text: str) -> frozenset[str]:
    """Identifiers and literals that prose marks as code: back-ticked, quoted, called, or spelt like code."""
    found: set[str] = set()
    for pattern in (_TICKED, _QUOTED):
        for match in pattern.finditer(text):
            found.update(_IDENTIFIER.findall(next(group for group in match.groups() if group)))
    for match in _CODE_WORD.finditer(text):
        found.update(_IDENTIFIER.findall(match.group()))
        found.update(match.group().split("."))
    for match in _NAMED.finditer(text):
        found.add(match[1] or match[2])
    return frozenset(word for word in found if word and word.lower() not in _GENERIC)


def identifiers(text: str) -> frozenset[str]:
    """Every identifier and number in a piece of code."""
    return frozenset(_IDENTIFIER.findall(text))


def is_additive(instruction: str) -> bool:
    """Whether the words over a block only ask for something more, and for nothing to go."""
    return bool(_ADDITIVE.search(instruction)) and not _REPLACING.search(instruction)


def asks_removal(instruction: str) -> bool:
    return bool(_REMOVING.search(instruction))


def places_named(instruction: str) -> tuple[str, ...]:
    """Definitions inside which the instruction wants its block: `In validate() ...`, `Add to the class Store`."""
    found = []
    for match in _PLACE.finditer(instruction):
        name = re.split(r"\.|::", match[2].rstrip(".:"))[-1]
        if (match[1] or match[3]) and name and name.lower() not in _GENERIC and name not in BY_SUFFIX:
            found.append(name)
    for match in _TO_CLASS.finditer(instruction):
        name = match[1] or match[2]
        if name.lower() not in _GENERIC:
            found.append(name)
    return tuple(found)


@dataclass(frozen=True)
class Said:
    """Everything the spec mentions: `coded` names marked as code or used in a block, `words` all words of its prose."""

    coded: frozenset[str]
    words: frozenset[str]


def said(contract: Contract) -> Said:
    """Names that some clause of the spec mentions."""
    coded: set[str] = set()
    words: set[str] = set()
    for text in _prose(contract):
        coded |= code_words(text)
        words |= identifiers(text)
    for edit in contract.edits:
        for block in edit.blocks:
            coded |= identifiers(block.text)
    return Said(frozenset(coded), frozenset(words))


def _prose(contract: Contract) -> Iterable[str]:
    """What the spec asks for. CONTEXT, PRESERVED and CONSTRAINTS mention things without asking for them."""
    yield contract.title
    for edit in contract.edits:
        yield edit.instruction


_ROOT = re.compile(r"(?<![\w.])(?<!\. )[^\W\d]\w*(?!=[^=]|\w)")


def roots(text: str) -> frozenset[str]:
    """Names that a piece of code may take from its surroundings: no attributes, no keywords of arguments."""
    return frozenset(_ROOT.findall(text))
