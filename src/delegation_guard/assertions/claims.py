"""The normal form of an assertion: subject, relation, expected, and the circumstances under which it runs."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from delegation_guard.assertions.canon import canon, is_literal, negate, number, truth
from delegation_guard.languages.outline import NULL, TRUE, Term, call, keywords, positional

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from delegation_guard.assertions.vocabulary import Vocabulary
    from delegation_guard.languages.framework import Check, Tolerance

NOISE = ("msg", "err_msg", "verbose", "obj", "expr", "first", "second")
"""Parameters of checks that say nothing about what is accepted."""

MIRROR = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
OPPOSITE = {"eq": "ne", "ne": "eq", "<": ">=", ">=": "<", ">": "<=", "<=": ">", "truthy": "falsy", "falsy": "truthy",
            "true": "false", "false": "true", "called": "not_called", "not_called": "called"}  # fmt: skip


class Origin(NamedTuple):
    """Where an assertion stands: file, line, source text, the test and row that run it, the way there."""

    path: str
    line: int
    text: str
    test: str = ""
    row: Term | None = None
    via: tuple[str, ...] = ()


class Effect(NamedTuple):
    """Something done before: the call or assignment, what it touches, whether it stood on its own in the source."""

    term: Term
    used: frozenset[Term]
    required: bool
    origin: Origin


class Past:
    """What was done before some moment of a run; the list is the run's own and only grows."""

    __slots__ = ("_effects", "_count")

    def __init__(self, effects: list[Effect]) -> None:
        self._effects, self._count = effects, len(effects)

    def __iter__(self) -> Iterator[Effect]:
        return islice(self._effects, self._count)


class Claim(NamedTuple):
    """One assertion as it is executed. `expected` is None for relations with one side.

    `guards`: conditions under which alone it runs. `loops`: what is iterated over around it. `history`: what was done
    before. `used`: the objects its subject is made of. `swallowed`: why its failure would not fail the test, or "".
    `parts`: the alternatives of an `or`.
    """

    relation: str
    subject: Term
    expected: Term | None
    origin: Origin
    guards: frozenset[Term] = frozenset()
    loops: tuple[Term, ...] = ()
    history: Iterable[Effect] = ()
    used: frozenset[Term] = frozenset()
    swallowed: str = ""
    parts: tuple[Claim, ...] = ()


class Bare(NamedTuple):
    """A claim without its circumstances."""

    relation: str
    subject: Term
    expected: Term | None = None
    parts: tuple[Bare, ...] = ()
    loops: tuple[Term, ...] = ()


def deny(bare: Bare) -> Bare:
    """The opposite of a claim that is a single relation."""
    relation = OPPOSITE.get(bare.relation)
    if relation is None:
        relation = bare.relation[4:] if bare.relation.startswith("not ") else f"not {bare.relation}"
    return bare._replace(relation=relation)


def claims(term: Term, words: Vocabulary) -> Iterator[Bare]:
    """The claims that an asserted condition makes, all of which hold when it does."""
    term = canon(term)
    if term.op == "and":
        for arg in term.args:
            yield from claims(arg, words)
    elif term.op == "or" and any(truth(arg) is True for arg in term.args):
        yield Bare("true", term)
    elif term.op == "or":
        parts = tuple(tuple(claims(arg, words)) for arg in term.args)
        if any(len(one) == len(two) == 1 and deny(one[0])[:3] == two[0][:3] for one in parts for two in parts):
            yield Bare("true", term)
        elif all(len(part) == 1 for part in parts):
            yield Bare("or", term, None, tuple(part[0] for part in parts))
        else:
            yield Bare("truthy", term)
    elif term.op == "not":
        inner = tuple(claims(term.args[0], words))
        yield (
            deny(inner[0])
            if len(inner) == 1 and inner[0].relation != "or" and not inner[0].loops
            else Bare("falsy", term.args[0])
        )
    elif term.op == "cmp":
        yield compare(term, words)
    elif term.op == "call":
        yield from predicate(term, words)
    elif term.op == "attr" and term.value == "called":
        yield Bare("called", term.args[0])
    elif term.op == "attr" and f"@{term.value}" in words.predicates:
        yield from asserted(call(term), words.predicates[f"@{term.value}"], words)
    else:
        known = truth(term)
        yield Bare("truthy", term) if known is None else Bare("true" if known else "false", term)


def compare(term: Term, words: Vocabulary) -> Bare:
    word, (left, right) = str(term.value), term.args
    if word in {"in", "not in"}:
        return membership(word, left, right)
    if (is_literal(left) or approximation(left, words)) and not is_literal(right):
        left, right, word = right, left, MIRROR.get(word, word)
    if right == NULL and word in {"is", "==", "is not", "!="}:
        return Bare("eq" if word in {"is", "=="} else "ne", left, NULL)
    if word in {"is", "is not"}:
        bare = Bare("type", left.args[1], right) if is_type_of(left) else Bare("is", left, right)
        return bare if word == "is" else deny(bare)
    if word in {"==", "!="}:
        bare = equality(left, right, words)
        return bare if word == "==" else deny(bare)
    return length(word, left, right) or distance(word, left, right) or Bare(word, left, right)


def membership(word: str, left: Term, right: Term) -> Bare:
    if right.op in {"list", "tuple", "set"} and not is_literal(left):
        bare = Bare("oneof", left, canon(Term("set", None, right.args)))
    else:
        if right.op == "call" and right.args[0].op == "attr" and right.args[0].value == "keys":
            right = right.args[0].args[0]
        bare = Bare("in", right, left)
    return bare if word == "in" else deny(bare)


def is_type_of(term: Term) -> bool:
    return term.op == "call" and len(term.args) == 2 and term.args[0] == Term("name", "type")


def equality(left: Term, right: Term, words: Vocabulary) -> Bare:
    if right.op == "sym" and right.value in words.anything:
        return Bare("true", left)
    near = approximation(right, words)
    if near is not None:
        return Bare("approx", left, near)
    if is_type_of(left):
        return Bare("type", left.args[1], right)
    if left.op == "call" and left.args[0] == Term("name", "round") and number(right) is not None:
        digits = number(left.args[2]) if len(left.args) == 3 else 0.0 if len(left.args) == 2 else None
        if digits is not None:
            return Bare("approx", left.args[1], Term("approx", ("max", 0.0, 0.5 * 10**-digits), (right,)))
    if left.op == "attr" and left.value in {"call_count", "await_count"}:
        return counted(left.args[0], right)
    if left.op == "attr" and left.value in {"call_args", "await_args"} and right.op == "call":
        return Bare("called_with", left.args[0], as_call(right))
    if left.op == "attr" and left.value in {"call_args_list", "await_args_list", "mock_calls"} and right.op == "list":
        return Bare("call_list", left.args[0], right._replace(args=tuple(as_call(arg) for arg in right.args)))
    return length("==", left, right) or Bare("eq", left, right)


def as_call(term: Term) -> Term:
    """`mock.call(...)` as the arguments of a call, whatever it was imported as."""
    return term._replace(args=(Term("name", "call"), *term.args[1:])) if term.op == "call" else term


def counted(mock: Term, right: Term) -> Bare:
    known = number(right)
    if known == 0:
        return Bare("not_called", mock)
    return Bare("called_once", mock) if known == 1 else Bare("calls", mock, right)


def length(word: str, left: Term, right: Term) -> Bare | None:
    """`len(x) > 0` and its like say that x is not empty."""
    if not (left.op == "call" and left.args[0] == Term("name", "len") and len(left.args) == 2):
        return None
    known = number(right)
    if (word, known) in {(">=", 0.0), (">", -1.0)}:
        return Bare("true", left)
    if (word, known) in {(">", 0.0), (">=", 1.0), ("!=", 0.0)}:
        return Bare("truthy", left.args[1])
    return None


def distance(word: str, left: Term, right: Term) -> Bare | None:
    """`abs(a - b) < t` says that a is near b."""
    if word not in {"<", "<="} or left.op != "call" or left.args[0] != Term("name", "abs") or len(left.args) != 2:
        return None
    inner, tolerance = left.args[1], number(right)
    if inner.op != "bin" or inner.value != "Sub" or tolerance is None:
        return None
    one, other = inner.args
    if is_literal(one):
        one, other = other, one
    return Bare("approx", one, Term("approx", ("max", 0.0, tolerance), (other,)))


def approximation(term: Term, words: Vocabulary) -> Term | None:
    """`pytest.approx(c, rel=..)` as a centre with its tolerance; None for anything else."""
    if term.op != "call":
        return None
    check = words.approximations.get(name_of(term.args[0]))
    if check is None or check.tolerance is None:
        return None
    given = arguments(term, check.params)
    centre = given.get(check.params[0])
    return None if centre is None else near(centre, given, check.tolerance)


def near(centre: Term, given: dict[str, Term], tolerance: Tolerance) -> Term:
    """A centre with the tolerance that the arguments give, `(mode, relative, absolute)`."""
    known = {
        kind: number(given[name]) for kind, name in tolerance.given.items() if name in given and given[name] != NULL
    }
    if any(value is None for value in known.values()):
        return Term(
            "approx", ("unknown", 0.0, 0.0), (centre, *(given[n] for n in tolerance.given.values() if n in given))
        )
    values = {kind: value for kind, value in known.items() if value is not None} or dict(tolerance.default)
    if tolerance.sums:
        values = {**tolerance.default, **values}
    absolute = values.get("abs", 0.0)
    if "abs" not in known and "places" in values:
        absolute = 0.5 * 10 ** -values["places"]
    if "decimal" in values:
        absolute = 1.5 * 10 ** -values["decimal"]
    relative = values.get("rel", 0.0)
    if "digits" in values:
        relative = 10 ** (1 - values["digits"])
    if "abs" not in values:
        absolute = max(absolute, tolerance.default.get("abs", 0.0))
    return Term("approx", ("sum" if tolerance.sums else "max", relative, absolute), (centre,))


def name_of(callee: Term) -> str:
    """The name under which a callee stands in the vocabulary: dotted path, `self.x`, `.x` or a bare name."""
    if callee.op in {"sym", "name"}:
        return str(callee.value)
    if callee.op == "attr":
        owner = callee.args[0]
        return f"{owner.value}.{callee.value}" if owner.op == "name" else f".{callee.value}"
    return ""


def arguments(term: Term, params: tuple[str, ...]) -> dict[str, Term]:
    """The arguments of a call by the names of the parameters they go to."""
    return {**dict(zip(params, positional(term), strict=False)), **keywords(term)}


def predicate(term: Term, words: Vocabulary) -> Iterator[Bare]:
    """The claims of an asserted call."""
    callee = term.args[0]
    name = name_of(callee)
    if name == "all" and len(term.args) == 2:
        yield from every(term.args[1], words)
        return
    if name == "bool" and len(term.args) == 2:
        yield from claims(term.args[1], words)
        return
    check = words.predicates.get(name) or (words.predicates.get(f".{callee.value}") if callee.op == "attr" else None)
    if check is None or check.wrap:
        yield Bare("truthy", term)
    else:
        yield from asserted(term, check, words)


def asserted(term: Term, check: Check, words: Vocabulary) -> Iterator[Bare]:
    """The claims of a call of a known check; a conjunction that is asserted whole makes several."""
    if check.relation == "truthy" and not check.negated:
        yield from claims(arguments(term, check.params).get(check.params[check.subject], NULL), words)
    else:
        yield checked(term, check, words)


def every(inner: Term, words: Vocabulary) -> Iterator[Bare]:
    """`all(...)`: each element of a literal, or one claim about every element."""
    if inner.op in {"list", "tuple", "set"}:
        for arg in inner.args:
            yield from claims(arg, words)
        return
    if inner.op != "comp" or len(inner.args) != 4 or inner.args[3].args:
        yield Bare("truthy", call(Term("name", "all"), inner))
        return
    element, target, source, _ = inner.args
    each = elements(source)
    bound = bindings(target, each)
    for bare in claims(substitute(element, bound), words):
        yield bare._replace(loops=(source, *bare.loops))


def elements(source: Term) -> Term:
    """Any one element of an iterable."""
    return Term("each", None, (source,))


def bindings(target: Term, value: Term) -> dict[Term, Term]:
    """What the variables of a target stand for when it is bound to a value."""
    if target.op in {"tuple", "list"}:
        found: dict[Term, Term] = {}
        for position, part in enumerate(target.args):
            found |= bindings(part, canon(Term("index", None, (value, Term("num", position)))))
        return found
    return {target: value}


def substitute(term: Term, bound: dict[Term, Term]) -> Term:
    """The term with some variables replaced, in one spelling."""
    if term in bound:
        return bound[term]
    if not term.args:
        return term
    return canon(Term(term.op, term.value, tuple([substitute(arg, bound) for arg in term.args]), term.names))


def checked(term: Term, check: Check, words: Vocabulary) -> Bare:
    """The claim that a call of a known check makes."""
    given = arguments(term, check.params)
    receiver = term.args[0].args[0] if term.args[0].op == "attr" else NULL

    def side(index: int) -> Term | None:
        if index == -1:
            return receiver
        if index in {-3, -4}:
            return Term("call", None, (Term("name", "call"), *term.args[-2 - index :]), term.names)
        return None if index == -2 else given.get(check.params[index]) if index < len(check.params) else None

    subject, expected = side(check.subject) or NULL, side(check.expected)
    if check.relation == "has_calls" and expected is not None:
        expected = expected._replace(args=tuple(as_call(arg) for arg in expected.args))
    if check.wrap:
        wrap = Term("name", check.wrap)
        subject, expected = canon(call(wrap, subject)), canon(call(wrap, expected or NULL))
    if check.relation == "isinstance" and expected == Term("name", "object"):
        return Bare("true", subject)
    bare = relate(check, subject, expected, given, words)
    options = {name: value for name, value in given.items() if name not in (*check.params[:2], *NOISE)}
    if options and check.tolerance is None and bare.expected is not None and check.relation in {"eq", "in"}:
        bare = bare._replace(expected=Term("given", tuple(options), (bare.expected, *options.values())))
    return deny(bare) if check.negated else bare


def relate(check: Check, subject: Term, expected: Term | None, given: dict[str, Term], words: Vocabulary) -> Bare:
    relation = check.relation
    if relation == "truthy":
        inner = tuple(claims(subject, words))
        return inner[0] if len(inner) == 1 and not inner[0].loops else Bare("truthy", subject)
    if relation == "none":
        return Bare("eq", subject, NULL)
    if relation in {"eq", "is", "<", "<=", ">", ">=", "in"} and expected is not None:
        word = {"eq": "==", "is": "is"}.get(relation, relation)
        sides = (expected, subject) if relation == "in" else (subject, expected)
        term = canon(Term("cmp", word, sides))
        return compare(term, words) if term.op == "cmp" else Bare("true" if term == TRUE else "false", subject)
    if relation == "approx" and expected is not None and check.tolerance is not None:
        if is_literal(subject) and not is_literal(expected):
            subject, expected = expected, subject
        return Bare("approx", subject, near(expected, given, check.tolerance))
    return Bare(relation, subject, expected)


def conditions(term: Term) -> frozenset[Term]:
    """A condition as the set of its conjuncts; the empty set when it always holds."""
    term = canon(term)
    parts = term.args if term.op == "and" else (term,)
    return frozenset(part for part in parts if truth(part) is not True)


def never(guards: frozenset[Term]) -> bool:
    """Whether some guard can never hold."""
    return any(truth(guard) is False for guard in guards) or any(negate(guard) in guards for guard in guards)
