"""One spelling for terms that mean the same: literals folded, set and dict order removed, wrappers unified."""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING, Any

from delegation_guard.languages.outline import FALSE, LITERALS, NULL, TRUE, Term, call, positional

if TYPE_CHECKING:
    from collections.abc import Callable

LIMIT = 2_000
"""Longest literal (elements or characters) that is computed with."""

CONTAINERS = frozenset({"list", "tuple", "set", "dict"})
CONSUMERS = frozenset({"list", "set", "sorted", "tuple", "sum", "len", "min", "max", "frozenset", "any", "all", "dict"})
RUNNERS = frozenset({"asyncio.run", "anyio.run", "trio.run", "asgiref.sync.async_to_sync", "curio.run"})
NUMBERS = frozenset({"Decimal", "decimal.Decimal", "Fraction", "fractions.Fraction", "float", "int"})
FLIP = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">", "in": "not in", "not in": "in",
        "is": "is not", "is not": "is"}  # fmt: skip

BUILTINS: dict[str, Callable[..., object]] = {
    "len": len, "sorted": sorted, "set": set, "frozenset": frozenset, "list": list, "tuple": tuple, "str": str,
    "int": int, "float": float, "bool": bool, "abs": abs, "round": round, "min": min, "max": max, "sum": sum,
    "repr": repr, "dict": dict, "range": range, "any": any, "all": all, "enumerate": enumerate, "zip": zip,
    "reversed": reversed,
}  # fmt: skip
METHODS = frozenset({"lower", "upper", "strip", "lstrip", "rstrip", "startswith", "endswith", "split", "splitlines",
                     "count", "title", "casefold", "keys", "values", "items", "encode", "removesuffix", "removeprefix",
                     "index", "find", "get", "isdigit", "join"})  # fmt: skip
BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "Add": operator.add, "Sub": operator.sub, "Mult": operator.mul, "Div": operator.truediv,
    "FloorDiv": operator.floordiv, "Mod": operator.mod,
}  # fmt: skip
COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


class NotLiteral(Exception):
    """The term is not built of literals alone, or is too long to compute with."""


def literal(term: Term) -> object:
    """The value of a literal term. Raises NotLiteral."""
    op = term.op
    if op in {"str", "bytes"}:
        if len(term.value) > LIMIT:  # type: ignore[arg-type]
            raise NotLiteral
        return term.value
    if op == "num":
        return term.value
    if op == "bool":
        return term is TRUE or term.value is True
    if op == "null":
        return None
    if op not in CONTAINERS or len(term.args) > LIMIT:
        raise NotLiteral
    values = [literal(arg) for arg in term.args]
    if op == "list":
        return values
    if op == "tuple":
        return tuple(values)
    try:
        return set(values) if op == "set" else dict(zip(values[::2], values[1::2], strict=True))
    except TypeError:
        raise NotLiteral from None


def to_term(value: object) -> Term:
    """A literal value as a term. Raises NotLiteral for anything else."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return TRUE if value else FALSE
    if isinstance(value, str):
        return Term("str", value)
    if isinstance(value, bytes):
        return Term("bytes", value)
    if isinstance(value, int | float):
        return Term("num", value)
    if isinstance(value, list | tuple):
        return Term(type(value).__name__, None, tuple(to_term(item) for item in value))
    if isinstance(value, set | frozenset):
        return canon(Term("set", None, tuple(to_term(item) for item in value)))
    if isinstance(value, dict):
        return canon(Term("dict", None, tuple(to_term(part) for pair in value.items() for part in pair)))
    if isinstance(value, range | zip | enumerate | type({}.keys()) | type({}.values()) | type({}.items())):
        return to_term(list(value))
    raise NotLiteral


def is_literal(term: Term) -> bool:
    """Whether it is built of literals alone."""
    return term.op in LITERALS or (term.op in CONTAINERS and all(is_literal(arg) for arg in term.args))


def number(term: Term | None) -> float | None:
    """The number a term stands for, also through Decimal("1.5") and the like; None when it is none."""
    if term is None:
        return None
    if term.op == "num" and isinstance(term.value, int | float):
        try:
            return float(term.value)
        except OverflowError:
            return None
    if term.op == "call" and len(term.args) == 2 and term.args[0].value in NUMBERS:
        inner = term.args[1]
        if inner.op == "str":
            try:
                return float(str(inner.value))
            except ValueError:
                return None
        return number(inner)
    return None


def negate(term: Term) -> Term:
    """The denial of a condition."""
    if term.op == "not":
        return term.args[0]
    if term.op == "bool":
        return FALSE if term.value is True else TRUE
    if term.op == "cmp":
        return Term("cmp", FLIP[str(term.value)], term.args)
    if term.op in {"and", "or"}:
        return Term("or" if term.op == "and" else "and", None, tuple(negate(arg) for arg in term.args))
    return Term("not", None, (term,))


def canon(term: Term) -> Term:
    """One spelling of a term whose parts are already in theirs."""
    rule = RULES.get(term.op)
    return rule(term) if rule else term


def deep(term: Term) -> Term:
    """One spelling of a term and of everything inside it."""
    if not term.args:
        return term
    return canon(Term(term.op, term.value, tuple([deep(arg) for arg in term.args]), term.names))


def _set(term: Term) -> Term:
    return Term("set", None, tuple(sorted(set(term.args), key=repr)))


def _dict(term: Term) -> Term:
    keys = term.args[::2]
    if any(key.op not in LITERALS for key in keys):
        return term
    pairs = sorted(zip(keys, term.args[1::2], strict=True), key=lambda pair: repr(pair[0]))
    return Term("dict", None, tuple(part for pair in pairs for part in pair))


def _compare(term: Term) -> Term:
    word, (left, right) = str(term.value), term.args
    if word in {"in", "not in"}:
        found = contains(right, left)
        return term if found is None else TRUE if found is (word == "in") else FALSE
    if word in {"is", "is not"}:
        if is_literal(left) and is_literal(right):
            return TRUE if (left == right) is (word == "is") else FALSE
        return term
    if left == right and word in {"==", "<=", ">="}:
        return TRUE
    try:
        return TRUE if COMPARE[word](literal(left), literal(right)) else FALSE
    except (NotLiteral, TypeError):
        one, other = number(left), number(right)
        if one is not None and other is not None:
            return TRUE if COMPARE[word](one, other) else FALSE
        return term


def contains(container: Term, item: Term) -> bool | None:
    """Whether a literal container holds an item; None when that cannot be told."""
    if container.op == "str" and item.op == "str":
        return str(item.value) in str(container.value)
    if container.op not in CONTAINERS:
        return None
    members = container.args[::2] if container.op == "dict" else container.args
    if item in members:
        return True
    return False if is_literal(item) and all(is_literal(member) for member in members) else None


def _junction(term: Term) -> Term:
    strong, weak = (FALSE, TRUE) if term.op == "and" else (TRUE, FALSE)
    parts: list[Term] = []
    for arg in term.args:
        parts.extend(arg.args if arg.op == term.op else (arg,))
    kept = [part for part in parts if part != weak]
    if strong in kept:
        return strong
    if not kept:
        return weak
    return kept[0] if len(kept) == 1 else Term(term.op, None, tuple(kept))


def _not(term: Term) -> Term:
    inner = term.args[0]
    if is_literal(inner):
        return FALSE if truth(inner) else TRUE
    return negate(inner)


def truth(term: Term) -> bool | None:
    """Whether a term is true whatever happens; None when that cannot be told."""
    if term.op in CONTAINERS:
        return bool(term.args) if not any(arg.op == "star" for arg in term.args) else None
    if term.op in LITERALS:
        return bool(term.value) if term.op != "ellipsis" else True
    return True if term.op in {"lambda", "def"} else None


def _binary(term: Term) -> Term:
    left, right = term.args
    if left.op == right.op and left.op in {"list", "tuple"} and term.value == "Add":
        return Term(left.op, None, left.args + right.args)
    action = BINARY.get(str(term.value))
    if action is None or not (is_literal(left) and is_literal(right)):
        return term
    if term.value == "Mult" and not (left.op == right.op == "num"):
        count = right.value if right.op == "num" else left.value
        if not isinstance(count, int) or not 0 <= count <= LIMIT:
            return term
    return _computed(term, lambda: action(literal(left), literal(right)))


def _computed(term: Term, action: Callable[[], object]) -> Term:
    try:
        return to_term(action())
    except (NotLiteral, ArithmeticError, TypeError, ValueError, LookupError, AttributeError, RecursionError):
        return term


def _index(term: Term) -> Term:
    container, key = term.args
    if container.op == "dict" and key.op in LITERALS:
        pairs = dict(zip(container.args[::2], container.args[1::2], strict=True))
        return pairs.get(key, term)
    if container.op in {"list", "tuple"} and key.op == "num" and isinstance(key.value, int):
        if any(arg.op == "star" for arg in container.args):
            return term
        return container.args[key.value] if -len(container.args) <= key.value < len(container.args) else term
    if container.op in {"list", "tuple"} and key.op == "slice" and not any(arg.op == "star" for arg in container.args):
        low, high, step = (part.value if isinstance(part.value, int) else None for part in key.args)
        return Term(container.op, None, container.args[low:high:step]) if _whole(key) else term
    if container.op == "str":
        return _computed(term, lambda: literal(container)[literal(key)])  # type: ignore[index]
    return term


def _attribute(term: Term) -> Term:
    """A member of an object that is written out; objects of Python have none of these."""
    owner = term.args[0]
    if owner.op == "dict" and all(key.op == "str" for key in owner.args[::2]):
        return dict(zip(owner.args[::2], owner.args[1::2], strict=True)).get(Term("str", term.value), term)
    return term


def _whole(key: Term) -> bool:
    """Whether a slice is given by whole numbers."""
    return all(part == NULL or (part.op == "num" and isinstance(part.value, int)) for part in key.args) and (
        key.args[2].value != 0
    )


def _call(term: Term) -> Term:
    callee, args = term.args[0], positional(term)
    if callee.op == "call" and callee.args[0].value == "functools.partial" and len(callee.args) > 1:
        names = callee.names + term.names
        values = callee.args[len(callee.args) - len(callee.names) :] + term.args[len(term.args) - len(term.names) :]
        return canon(Term("call", None, (*positional(callee), *args, *values), names))
    if callee.op == "sym" and callee.value == "re.escape" and len(args) == 1 and args[0].op == "str":
        return Term("str", re.escape(str(args[0].value)))
    if callee.op == "sym" and callee.value in RUNNERS and args:
        inner = args[0]
        return inner if inner.op == "await" else Term("await", None, (inner,))
    if callee.op == "attr" and callee.value == "run_until_complete" and args:
        return Term("await", None, (args[0],))
    if callee.op == "name" and not term.names:
        return _builtin(term, str(callee.value), args)
    if callee.op == "name" and callee.value == "dict" and not args:
        pairs = zip(term.names, term.args[1:], strict=True)
        return canon(Term("dict", None, tuple(part for k, v in pairs for part in (Term("str", k), v))))
    if (
        callee.op == "attr"
        and callee.value in METHODS
        and not term.names
        and all(map(is_literal, (*callee.args, *args)))
    ):
        name = str(callee.value)
        return _computed(term, lambda: getattr(literal(callee.args[0]), name)(*map(literal, args)))
    return term


def _builtin(term: Term, name: str, args: tuple[Term, ...]) -> Term:
    if name in CONSUMERS and len(args) == 1 and args[0].op == "comp" and args[0].value == "gen":
        args = (args[0]._replace(value="list"),)
        term = call(term.args[0], *args)
    if len(args) == 1:
        inner = args[0]
        if name == "list" and (inner.op == "list" or (inner.op == "comp" and inner.value == "list")):
            return inner
        if name == "tuple" and inner.op == "tuple":
            return inner
        if name == "len" and inner.op in {"list", "tuple", "dict"} and all(arg.op != "star" for arg in inner.args):
            return Term("num", len(inner.args) // (2 if inner.op == "dict" else 1))
        if name in {"list", "tuple"} and inner.op in {"list", "tuple"}:
            return Term(name, None, inner.args)
        if name == "bool" and inner.op in {"cmp", "not"}:
            return inner
        if name in {"set", "frozenset"} and inner.op in {"list", "tuple", "set"}:
            return canon(Term("set", None, inner.args))
        plain = inner.op == "call" and inner.args[0].op == "name" and len(inner.args) == 2 and not inner.names
        if plain and name in {"sorted", "set"} and inner.args[0].value in {"list", "tuple", "sorted"}:
            return canon(call(term.args[0], inner.args[1]))
    action = BUILTINS.get(name)
    if action is None or not args or not all(is_literal(arg) for arg in args):
        return term
    if name == "range" and any(abs(number(arg) or 0) > LIMIT for arg in args):
        return term
    return _computed(term, lambda: action(*map(literal, args)))


def _await(term: Term) -> Term:
    return term.args[0] if term.args[0].op == "await" else term


def _conditional(term: Term) -> Term:
    known = truth(term.args[0])
    return term if known is None else term.args[1] if known else term.args[2]


def _format(term: Term) -> Term:
    if term.value is None and all(part.op in {"str", "format"} for part in term.args):
        parts = [
            part if part.op == "str" else _shown(part) if len(part.args) == 2 and part.value in {-1, None} else part
            for part in term.args
        ]
        if all(part.op == "str" for part in parts):
            return Term("str", "".join(str(part.value) for part in parts))
    return term


def _shown(part: Term) -> Term:
    inner, spec = part.args
    if spec != NULL or inner.op not in {"str", "num"}:
        return part
    return Term("str", str(inner.value))


RULES: dict[str, Callable[[Term], Term]] = {
    "set": _set, "dict": _dict, "cmp": _compare, "and": _junction, "or": _junction, "not": _not, "bin": _binary,
    "index": _index, "attr": _attribute, "call": _call, "cond": _conditional, "format": _format, "await": _await,
}  # fmt: skip
