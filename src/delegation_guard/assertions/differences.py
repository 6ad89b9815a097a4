"""How two terms differ: by wrappers, literals, test doubles, or in ways nobody can follow."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING

from delegation_guard.assertions.canon import is_literal
from delegation_guard.languages.outline import NULL, Term, keywords, positional, walk

if TYPE_CHECKING:
    from delegation_guard.assertions.claims import Claim
    from delegation_guard.assertions.vocabulary import Vocabulary

WRAPPERS = frozenset(
    [
        "sorted",
        "set",
        "frozenset",
        "list",
        "tuple",
        "len",
        "round",
        "str",
        "repr",
        "int",
        "float",
        "abs",
        "bool",
        "sum",
        "min",
        "max",
        "any",
        "all",
        "type",
        "dict",
        "bytes",
        "Counter",
        "collections.Counter",
    ]
)
METHODS = frozenset(
    [
        "lower",
        "upper",
        "strip",
        "rstrip",
        "lstrip",
        "casefold",
        "split",
        "splitlines",
        "replace",
        "keys",
        "values",
        "items",
        "copy",
        "get",
        "sort",
        "title",
        "encode",
        "decode",
        "round",
        "astype",
    ]
)

NAME = re.compile(r"(?<![\w.])[^\W\d]\w*")
ESCAPED = re.compile(r"\\(\W)")
COMMON = frozenset(
    ["assert", "self", "assertTrue", "assertFalse", "assertEqual", "assertIsNotNone", "expect", "is", "not",
     "in", "and", "or", "if", "else", "isinstance", "len", "bool", "int", "str", "list", "dict", "object",
     "True", "False", "None", "any", "all"]
)  # fmt: skip
"""Words of assertions that say nothing about what is checked."""


def kindred(one: str, two: str, given: frozenset[str]) -> bool:
    """Whether an assertion that cannot fail may stand for another: it is not only about what the test was given."""
    names = set(NAME.findall(two)) - COMMON
    return not names <= given or not names or bool(names & set(NAME.findall(one)))


def of_error(term: Term) -> bool:
    """Whether a subject is an exception that was caught, or something of it."""
    return any(part.op == "caught" for part in walk(term))


def core(term: Term) -> Term:
    """A subject without the wrappers that look at part of it only."""
    while True:
        if (
            term.op == "call"
            and len(term.args) >= 2
            and term.args[0].op in {"name", "sym"}
            and term.args[0].value in WRAPPERS
        ):
            term = term.args[1]
        elif term.op == "call" and term.args[0].op == "attr" and term.args[0].value in METHODS:
            term = term.args[0].args[0]
        elif term.op == "index":
            term = term.args[0]
        elif term.op == "comp" and len(term.args) == 4:
            term = term.args[2]
        elif term.op in {"await", "each", "cond"} and term.args:
            term = term.args[0]
        elif term.op == "or":
            term = term.args[0].args[0] if term.args[0].args else term.args[0]
        else:
            return term


def wrapped(one: Term, two: Term) -> bool:
    """Whether two subjects look at the same thing through different wrappers."""
    if core(one) != core(two) or core(one).op in {"str", "num"} or otherwise(one, two):
        return False
    return not (
        one.op == two.op == "call" and one.args[0].value == two.args[0].value and one.args[0].op == two.args[0].op
    )


def otherwise(one: Term, two: Term) -> bool:
    """Whether two subjects read different things of each element: neither says less of what the other reads."""
    first, second = read(one), read(two)
    return bool(first and second) and not first & second


def read(term: Term) -> frozenset[Term]:
    """What the innermost comprehension of a subject reads of each element: attributes and places."""
    found = [part for part in walk(term) if part.op == "comp" and len(part.args) == 4]
    if not found:
        return frozenset()
    element, target, *_ = found[-1].args
    parts = element.args if element.op in {"tuple", "list"} else (element,)
    return frozenset(part for part in parts if part.op in {"attr", "index"} and target in walk(part))


def strictness(term: Term, words: Vocabulary) -> int:
    """How many of the test doubles in a term are tied to their original."""
    total = 0
    for part in walk(term):
        if part.op == "call" and part.args[0].op == "sym":
            name = str(part.args[0].value)
            if name in words.doubles or name in words.patches:
                total += words.doubles.get(name, 0) or bool(words.specs & set(keywords(part)))
                total += bool(words.doubles.get(name) == 0 and positional(part))
    return total


def doubled(term: Term, words: Vocabulary) -> bool:
    """Whether a subject is made of a test double."""
    return any(
        part.op == "double" or (part.op == "call" and str(part.args[0].value) in words.doubles) for part in walk(term)
    )


def is_literal_pair(base: Claim, head: Claim) -> bool:
    one, two = base.expected, head.expected
    return one is not None and two is not None and plain(one) and plain(two)


def plain(term: Term) -> bool:
    """Whether a value is made of literals, or a constructor over literals."""
    if term.op == "approx":
        return plain(term.args[0])
    if is_literal(term):
        return True
    if term.op == "call":
        return all(plain(arg) for arg in term.args[1:]) and term.args[0].op in {"sym", "name"}
    return term.op in {"list", "tuple", "set", "dict"} and all(plain(arg) for arg in term.args)


def plain_change(base: Claim, head: Claim) -> bool:
    return plain_difference(base.expected or NULL, head.expected or NULL)


def literal_difference(one: Term, two: Term) -> bool:
    """Whether two terms differ in literals only."""
    if one == two or (is_literal(one) and is_literal(two)):
        return True
    if (one.op, one.value, one.names, len(one.args)) != (two.op, two.value, two.names, len(two.args)):
        return False
    return all(literal_difference(a, b) for a, b in zip(one.args, two.args, strict=True))


def plain_difference(one: Term, two: Term) -> bool:
    """Whether two terms differ in literals, arguments or wrappers only, not in names nobody can follow."""
    if one == two:
        return True
    if plain(one) and plain(two):
        return True
    if core(one) == core(two):
        return True
    if one.op == two.op and one.value == two.value and len(one.args) == len(two.args) and one.names == two.names:
        return all(plain_difference(a, b) for a, b in zip(one.args, two.args, strict=True))
    return False


def lax(claim: Claim) -> bool:
    """Whether a pattern matches anything."""
    pattern = claim.expected
    return (
        claim.relation == "match"
        and pattern is not None
        and str(pattern.value).strip("^$") in {"", ".", ".*", ".+", "(.*)"}
    )


def shorter(pattern: Term, other: Term) -> bool:
    """Whether a pattern is a piece of another one."""
    return pattern.op == other.op == "str" and str(pattern.value).strip("^$") in str(other.value)


@lru_cache(maxsize=20_000)
def likeness(one: str, two: str) -> float:
    """How alike two source texts are, 0 to 1; 0 as soon as it is plain that they are not."""
    if one == two:
        return 1.0
    matcher = SequenceMatcher(None, one[:240], two[:240], autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() > 0.4 and matcher.quick_ratio() > 0.4 else 0.0


def alike(row: Term, other: Term) -> bool:
    """Whether two rows have the same columns."""
    columns = {"tuple", "list"}
    return (row.op in columns) == (other.op in columns) and (row.op not in columns or len(row.args) == len(other.args))


def shown(term: Term) -> str:
    if term.op in {"tuple", "list"}:
        return f"({', '.join(shown(arg) for arg in term.args)})"
    return repr(term.value) if term.op in {"str", "num", "bool"} else "None" if term.op == "null" else term.op


def about(claim: Claim) -> frozenset[str]:
    """The imported symbols, attributes and methods that a claim's subject is about, and the message it expects."""
    before = (effect.term for effect in claim.history if effect.required and effect.used & claim.used)
    return frozenset().union(named(claim.subject), messages(claim.expected), *(named(term) for term in before))


def messages(term: Term | None) -> frozenset[str]:
    """The texts of several words in a term, quoted; a pattern of one text counts as that text."""
    texts = [str(part.value) for part in walk(term) if part.op == "str"] if term is not None else []
    plain = [ESCAPED.sub(r"\1", text).strip("^$") for text in texts if " " in text]
    return frozenset(f"'{text}'" for text in plain)


def named(term: Term) -> frozenset[str]:
    """The imported symbols, attributes and methods named in a term."""
    found = {str(part.value) for part in walk(term) if part.op in {"sym", "attr"}}
    found |= {f"'{part.value}'" for part in walk(term) if part.op == "str" and str(part.value).isidentifier()}
    return frozenset(found | {f"{name}=" for part in walk(term) for name in part.names})
