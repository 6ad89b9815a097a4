"""The files of one side of a change, read and outlined only when something asks for them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol, cast

from delegation_guard.languages import LANGUAGES
from delegation_guard.loading import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from delegation_guard.languages.outline import Class, Function, Outline, Term
    from delegation_guard.languages.python_config import Collection
    from delegation_guard.model.inputs import Objects

SIZE_LIMIT = 1_000_000
"""Bytes; a longer source file is not analysed."""

TESTISH = re.compile(
    r"(^|/)(tests?|testing|spec|specs|__tests__|[Tt]est[-_]?[Uu]tils?|fixtures|unittests?|e2e|integration|cypress|__mocks__)(/|$)"
    r"|\.(test|spec|cy|e2e)(\.[cm]?[jt]sx?)?$|(^|/)([Tt]est|[Ss]pec)[-_.]?([Hh]elpers?|[Uu]tils?|[Ss]etup)?\.[cm]?[jt]sx?$"
    r"|(^|/)(test_[^/]*|[^/]*_tests?|tests?|conftest|testing|test_?utils?|[^/]*_checks?|checks?_[^/]*)\.pyi?$"
)


class Language(Protocol):
    """What a language module offers."""

    Unreadable: type[Exception]
    EXCEPTIONS: Mapping[str, tuple[str, ...]]

    def outline(self, path: str, data: bytes) -> Outline: ...

    def pieces(self, text: str) -> dict[str, int]: ...

    def candidates(self, symbol: str) -> Iterator[tuple[str, str]]: ...

    def module_name(self, path: str) -> str: ...

    def behaviour(self, data: bytes) -> str: ...

    def defined(self, data: bytes) -> frozenset[str]: ...

    def collection(self, read: Callable[[str], bytes | None]) -> Collection: ...


def language_of(path: str) -> tuple[str, Language] | None:
    """The language of a path by its suffix; loading it costs the import of its module."""
    for name, suffixes, module in LANGUAGES:
        if path.endswith(suffixes):
            return name, cast("Language", load(module))
    return None


def testish(path: str) -> bool:
    """Whether a path looks like test code or code that only tests use."""
    return TESTISH.search(path) is not None


@lru_cache(maxsize=4096)
def test_symbol(symbol: str) -> bool:
    """Whether a dotted symbol is defined in test code, or is such a module itself."""
    language, colon, rest = symbol.partition(":")
    if colon:
        path = rest.replace(":", ".")
        return testish(path) or testish(path.rpartition(".")[0])
    path = symbol.replace(".", "/")
    return testish(f"{path}.py") or testish(f"{path.rpartition('/')[0]}.py")


class Library:
    """One side of a change. `problems` holds the files that could not be read, and why."""

    def __init__(self, objects: Objects, tree: str, cache: dict[str, object]) -> None:
        self.objects = objects
        self.tree = tree
        self.problems: dict[str, str] = {}
        self._outlines: dict[str, Outline | None] = {}
        self._parsed = cast("dict[tuple[str, str], Outline | str]", cache.setdefault("tests.outlines", {}))
        self._resolved: dict[str, tuple[Outline, str] | None] = {}

    def outline(self, path: str) -> Outline | None:
        """The outline of a file of this side, None when it is missing or cannot be read (see `problems`)."""
        if path not in self._outlines:
            self._outlines[path] = self._read(path)
        return self._outlines[path]

    def _read(self, path: str) -> Outline | None:
        entry = self.objects.entry(self.tree, path)
        found = language_of(path)
        if entry is None or found is None or entry.mode in {"120000", "160000"}:
            return None
        key = (entry.oid, path)
        if key not in self._parsed:
            self._parsed[key] = self._parse(path, entry.oid, found[1])
        result = self._parsed[key]
        if isinstance(result, str):
            self.problems[path] = result
            return None
        return result

    def _parse(self, path: str, oid: str, language: Language) -> Outline | str:
        size = self.objects.size(oid)
        if size > SIZE_LIMIT:
            return f"{size:,} bytes long, more than the {SIZE_LIMIT:,} that are analysed"
        try:
            return language.outline(path, self.objects.blob(oid))
        except language.Unreadable as error:
            return str(error)

    def resolve(self, symbol: str, *, tests_only: bool = True) -> tuple[Outline, str] | None:
        """The file of this side that defines a dotted symbol, and the symbol's name inside it."""
        if tests_only and not test_symbol(symbol):
            return None
        if symbol not in self._resolved:
            self._resolved[symbol] = self._find(symbol)
        return self._resolved[symbol]

    def _find(self, symbol: str) -> tuple[Outline, str] | None:
        name = symbol.partition(":")[0]
        suffixes = next((suffixes for known, suffixes, _ in LANGUAGES if known == name), (".py",))
        found = language_of(f"x{suffixes[0]}")
        if found is None:
            return None
        for path, rest in found[1].candidates(symbol):
            if self.objects.entry(self.tree, path) is not None:
                outline = self.outline(path)
                return (outline, rest) if outline is not None else None
        return None

    def function(self, symbol: str) -> tuple[Outline, Function] | None:
        """A test helper by its dotted path; re-exports are followed a few steps."""
        for _ in range(4):
            found = self.resolve(symbol)
            if found is None:
                return None
            outline, name = found
            if name in outline.function:
                return outline, outline.function[name]
            if name not in outline.imports:
                return None
            symbol = outline.imports[name]
        return None

    def cls(self, symbol: str) -> tuple[Outline, Class] | None:
        """A class of a test module by its dotted path."""
        for _ in range(4):
            found = self.resolve(symbol)
            if found is None:
                return None
            outline, name = found
            if name in outline.cls:
                return outline, outline.cls[name]
            if name not in outline.imports:
                return None
            symbol = outline.imports[name]
        return None

    def constant(self, symbol: str) -> tuple[Outline, Term] | None:
        """A constant of a test module by its dotted path."""
        found = self.resolve(symbol)
        if found is None or found[1] not in found[0].constants:
            return None
        return found[0], found[0].constants[found[1]]

    def parents(self, path: str, name: str) -> Iterator[Outline]:
        """The files of one name in the folders above a file, nearest first (`conftest.py`)."""
        folder = path.rpartition("/")[0]
        while True:
            beside = f"{folder}/{name}" if folder else name
            outline = self.outline(beside) if beside != path else None
            if outline is not None:
                yield outline
            if not folder:
                return
            folder = folder.rpartition("/")[0]
