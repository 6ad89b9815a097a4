"""JSON read without mercy: one meaning per text, or EvidenceError."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from delegation_guard.errors import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

LIMIT = 1_000_000
"""Bytes of one envelope or statement. A note is written by anybody who may push to it."""

Object = dict[str, Any]


def dump(value: object) -> str:
    """The one spelling of a value: sorted keys, no blanks, ASCII only, one line."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def parse(data: bytes, what: str) -> Object:
    """The JSON object in `data`. Refused: anything but UTF-8, a carriage return, a repeated key, NaN, a huge text."""
    if len(data) > LIMIT:
        raise EvidenceError(f"the {what} is {len(data)} bytes long, more than the {LIMIT} that are read")
    if b"\r" in data:
        raise EvidenceError(f"the {what} holds a carriage return")
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=_no_repeats, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise EvidenceError(f"the {what} is not JSON that can be trusted: {_first_line(error)}") from None
    if not isinstance(value, dict):
        raise EvidenceError(f"the {what} is not a JSON object")
    return value


def _no_repeats(pairs: list[tuple[str, Any]]) -> Object:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is given twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


class Fields:
    """Typed access to one JSON object; every miss and every value of another kind is EvidenceError.

    Keys nobody asks for are left alone: later versions may add facts, and a reader that needs one asks for it.
    """

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, dict):
            raise EvidenceError(f"{where} is not a JSON object")
        self._value: Object = value
        self._where = where

    def text(self, key: str) -> str:
        value = self._get(key)
        return value if isinstance(value, str) else self._refuse(key, "text")

    def whole(self, key: str) -> int:
        value = self._get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else self._refuse(key, "a whole number")

    def number(self, key: str) -> float:
        value = self._get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e12:
            self._refuse(key, "a number")
        return float(value)

    def flag(self, key: str) -> bool:
        value = self._get(key)
        return value if isinstance(value, bool) else self._refuse(key, "true or false")

    def inside(self, key: str) -> Fields:
        return Fields(self._get(key), f"{self._where}.{key}")

    def maybe(self, key: str) -> Fields | None:
        return None if self._get(key) is None else self.inside(key)

    def optional(self, key: str) -> Fields | None:
        """None when there is no such key; receipts made before it was thought of have none."""
        return self.inside(key) if key in self._value else None

    def each(self, key: str) -> tuple[Fields, ...]:
        return tuple(Fields(item, f"{self._where}.{key}[{n}]") for n, item in enumerate(self._list(key)))

    def texts(self, key: str) -> tuple[str, ...]:
        values = self._list(key)
        if not all(isinstance(value, str) for value in values):
            self._refuse(key, "a list of texts")
        return tuple(values)

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        """An object of texts as sorted pairs."""
        value = self._get(key)
        if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
            self._refuse(key, "an object of texts")
        return tuple(sorted(value.items()))

    def one_of(self, key: str, known: tuple[str, ...]) -> str:
        value = self.text(key)
        return value if value in known else self._refuse(key, f"one of {', '.join(known)}")

    def matching(self, key: str, test: Callable[[str], object], what: str) -> str:
        value = self.text(key)
        return value if test(value) else self._refuse(key, what)

    def _list(self, key: str) -> list[Any]:
        value = self._get(key)
        return value if isinstance(value, list) else self._refuse(key, "a list")

    def _get(self, key: str) -> Any:
        if key not in self._value:
            raise EvidenceError(f"{self._where} has no {key}")
        return self._value[key]

    def _refuse(self, key: str, what: str) -> NoReturn:
        raise EvidenceError(f"{self._where}.{key} is not {what}")
