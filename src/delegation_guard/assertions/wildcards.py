"""Expected values that stand for many: `expect.any(Number)`, `expect.anything()`, `sinon.match(...)`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from delegation_guard.assertions.canon import CONTAINERS, number
from delegation_guard.assertions.claims import name_of
from delegation_guard.languages.outline import LITERALS, NULL, Term, positional

if TYPE_CHECKING:
    from delegation_guard.assertions.vocabulary import Vocabulary
    from delegation_guard.languages.framework import Check

KINDS = {"Number": {"num"}, "String": {"str", "format"}, "Boolean": {"bool"}, "Array": {"list"},
"Function": {"lambda", "def"},
         "Object": {"dict", "list", "call"}, "BigInt": {"num"}}  # fmt: skip


def wildcard(term: Term, words: Vocabulary) -> Check | None:
    """What a value that stands for many says of each of them; None for any other value."""
    return words.asymmetric.get(name_of(term.args[0])) if term.op == "call" else None


def fits(value: Term, term: Term, check: Check) -> bool | None:
    """Whether a value is one of those that a wildcard stands for; None when that cannot be told."""
    given = positional(term)
    if check.relation == "none":
        return value != NULL
    if not given:
        return None
    wanted = given[0]
    if check.relation == "isinstance":
        kinds = KINDS.get(str(wanted.value))
        return (value.op in kinds if kinds is not None else None) if value.op in LITERALS | CONTAINERS else None
    if check.relation in {"in", "text"} and value.op == "str":
        if wanted.op == "str":
            return str(wanted.value) in str(value.value)
        return found(str(wanted.args[0].value), str(value.value)) if wanted.op == "regex" else None
    if check.relation == "approx":
        one, two = number(value), number(wanted)
        return None if one is None or two is None else abs(one - two) < 0.01
    if check.relation == "subset" and value.op == wanted.op == "dict":
        pairs = dict(zip(value.args[::2], value.args[1::2], strict=True))
        return all(pairs.get(key) == part for key, part in zip(wanted.args[::2], wanted.args[1::2], strict=True))
    if check.relation == "superset" and value.op == wanted.op == "list":
        return all(part in value.args for part in wanted.args)
    return None


def found(pattern: str, text: str) -> bool | None:
    """Whether a short pattern is found in a text; long or odd ones are not tried."""
    if len(pattern) > 60 or len(text) > 400 or re.search(r"[*+}]\)*[*+{]|\(\?", pattern):
        return None
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return None
