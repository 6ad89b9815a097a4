"""The relations of matchers in the words of those that are compared: objects by members, calls, texts, booleans."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from delegation_guard.assertions.canon import canon
from delegation_guard.assertions.claims import Bare, asserted, claims, counted, deny, name_of
from delegation_guard.assertions.relations import MOCK
from delegation_guard.languages.outline import FALSE, NULL, TRUE, Term, call, positional

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delegation_guard.assertions.vocabulary import Vocabulary

LEAVES = 60
"""Most members of an object that are compared one by one."""
UNDEFINED = Term("null", "")
OF_CALLS = MOCK | {"nth_call", "never_call", "called_matching", "returned"}
COUNTS = {"called_twice": 2, "called_thrice": 3}
VALUES = {"undefined": UNDEFINED, "yes": TRUE, "no": FALSE, "nan": Term("name", "NaN")}
VIEWS = {"text of": ("eq", "textContent"), "textual": ("text", "textContent")}


def refined(bare: Bare, words: Vocabulary) -> Iterator[Bare]:
    """A claim in the relations that are compared; several claims when it says several things."""
    relation, subject, expected = bare[:3]
    if relation.startswith("not "):
        inner = tuple(refined(bare._replace(relation=relation.removeprefix("not ")), words))
        yield deny(inner[0]) if len(inner) == 1 else bare
    elif relation in VALUES:
        yield from refined(Bare("eq", subject, VALUES[relation]), words)
    elif relation in VIEWS and expected is not None:
        plain, view = VIEWS[relation]
        yield from refined(Bare(plain, canon(Term("attr", view, (subject,))), expected), words)
    elif relation == "text" and expected is not None:
        pattern = expected.op == "regex"
        yield Bare("match" if pattern else "in", subject, expected.args[0] if pattern else expected)
    elif relation in {"eq", "match"} and expected is not None and expected.op == "regex":
        yield Bare("match", subject, expected.args[0])
    elif relation == "length" and expected is not None:
        yield Bare("eq", canon(call(Term("name", "len"), subject)), expected)
    elif relation == "typeof":
        yield Bare("eq", Term("un", "typeof", (subject,)), expected)
    elif relation == "between" and expected is not None and len(expected.args) >= 3:
        yield Bare(">=", subject, expected.args[1])
        yield Bare("<=", subject, expected.args[2])
    elif relation == "member" and expected is not None:
        yield from member(subject, expected, words)
    elif relation in {"subset", "contains"} and expected is not None and expected.op == "dict":
        yield from leaves(subject, expected, words, 0)
    elif relation == "contains":
        yield Bare("in", subject, expected)
    elif relation in {"eq", "ne"} and expected in {TRUE, FALSE}:
        found = tuple(boolean(subject, words))
        plain_bare = found[0] if len(found) == 1 else bare
        yield deny(plain_bare) if len(found) == 1 and (relation == "eq") is (expected == FALSE) else plain_bare
    elif relation == "ne" and expected == UNDEFINED:
        yield bare._replace(expected=NULL)
    elif relation == "recorded" and expected is not None:
        yield recorded(subject, expected)
    elif relation == "eq" and expected is not None and alike(subject, expected):
        step = 2 if subject.op == "dict" else 1
        for one, two in zip(subject.args[step - 1 :: step], expected.args[step - 1 :: step], strict=True):
            yield from refined(Bare("eq", one, two), words)
    elif relation == "eq" and expected is not None and partial(expected, words):
        yield from refined(Bare("subset", subject, positional(expected)[0]), words)
    else:
        yield of_calls(bare)


def alike(subject: Term, expected: Term) -> bool:
    """Whether both sides are written out with the same members, so that they are compared one by one."""
    if subject.op != expected.op or subject.op not in {"list", "dict"} or len(subject.args) != len(expected.args):
        return False
    plain = not any(part.op == "star" for part in (*subject.args, *expected.args))
    return bool(subject.args) and plain and (subject.op == "list" or subject.args[::2] == expected.args[::2])


def recorded(subject: Term, expected: Term) -> Bare:
    """A result recorded in the test: a text in quotes is that text, whatever its margin."""
    text = textwrap.dedent(str(expected.value)).strip() if expected.op == "str" else ""
    if len(text) > 1 and text[0] == text[-1] == '"':
        return Bare("eq", subject, Term("str", text[1:-1]))
    return Bare("recorded", subject, Term("str", text) if text else expected)


def partial(term: Term, words: Vocabulary) -> bool:
    """`expect.objectContaining({...})`: any object with these members."""
    known = words.asymmetric.get(name_of(term.args[0])) if term.op == "call" else None
    return known is not None and known.relation == "subset" and bool(positional(term))


def boolean(subject: Term, words: Vocabulary) -> Iterator[Bare]:
    """The claims of an expression that is true or false and nothing else."""
    if subject.op in {"cmp", "not", "and", "or"}:
        yield from (part for bare in claims(subject, words) for part in refined(bare, words))
    elif subject.op == "call":
        name, callee = name_of(subject.args[0]), subject.args[0]
        check = words.predicates.get(name)
        if check is None and callee.op == "attr":
            check = words.predicates.get(f".{callee.value}")
        if check is not None and not check.wrap:
            yield from (part for bare in asserted(subject, check, words) for part in refined(bare, words))
    elif subject.op == "attr" and f"@{subject.value}" in words.predicates:
        yield from asserted(call(subject), words.predicates[f"@{subject.value}"], words)


def leaves(subject: Term, wanted: Term, words: Vocabulary, depth: int) -> Iterator[Bare]:
    """An object that must be contained, member by member."""
    keys = wanted.args[::2]
    if depth > 6 or len(keys) > LEAVES or any(key.op != "str" for key in keys):
        yield Bare("subset", subject, wanted)
        return
    for key, value in zip(keys, wanted.args[1::2], strict=True):
        what = canon(Term("attr", key.value, (subject,)))
        if value.op == "dict" and value.args:
            yield from leaves(what, value, words, depth + 1)
        else:
            yield from refined(Bare("eq", what, value), words)


def member(subject: Term, given: Term, words: Vocabulary) -> Iterator[Bare]:
    """`toHaveProperty("a.b", value)`: `given` is the path, or the path and the value."""
    parts = given.args[given.op == "call" :] if given.op in {"tuple", "call"} else (given,)
    path, value = parts[0], parts[1] if len(parts) > 1 else None
    if path.op == "str":
        path = Term("list", None, tuple(Term("str", part) for part in str(path.value).split(".")))
    if path.op != "list":
        yield Bare("hasattr", subject, given)
        return
    for part in path.args[:-1] if value is None else path.args:
        name = part.op == "str" and not str(part.value).isdigit()
        place = Term("num", int(str(part.value))) if part.op == "str" and not name else part
        subject = canon(Term("attr", part.value, (subject,)) if name else Term("index", None, (subject, place)))
    if value is not None:
        yield from refined(Bare("eq", subject, value), words)
    else:
        yield Bare("hasattr", subject, path.args[-1])


def of_calls(bare: Bare) -> Bare:
    """Calls read from the double itself: `fn.mock.calls.length`, `spy.callCount`, `fn.mock.calls[0]`."""
    subject, expected = bare.subject, bare.expected
    if bare.relation == "count":
        return counted(identity(subject), expected or NULL)
    if bare.relation in COUNTS:
        return Bare("calls", identity(subject), Term("num", COUNTS[bare.relation]))
    if bare.relation in OF_CALLS:
        return bare._replace(subject=identity(subject))
    length = subject.op == "call" and subject.args[0] == Term("name", "len") and len(subject.args) == 2
    calls = subject.args[1] if length else subject
    if calls.op == "attr" and calls.value in {"calls", "callCount"} and expected is not None and bare.relation == "eq":
        spy = calls.args[0]
        spy = spy.args[0] if spy.op == "attr" and spy.value == "mock" else spy
        if length or calls.value == "callCount":
            return counted(identity(spy), expected)
        if expected.op == "list" and all(arg.op == "list" for arg in expected.args):
            made = tuple(call(Term("name", "call"), *arg.args) for arg in expected.args)
            return Bare("call_list", identity(spy), Term("list", None, made))
    return bare


def identity(subject: Term) -> Term:
    """Which double something is said of: its name, not how it was prepared."""
    return Term("double", subject.value) if subject.op == "double" else subject
