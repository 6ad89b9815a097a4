"""Which exception is a kind of which: the language's own, and those that the repository defines."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from delegation_guard.assertions.library import Library
    from delegation_guard.languages.outline import Term


class Tree:
    """The class tree of one side, read as far as it is asked for."""

    def __init__(self, builtin: Mapping[str, tuple[str, ...]], library: Library) -> None:
        self.builtin, self.library = builtin, library
        self._bases: dict[str, tuple[str, ...] | None] = {}

    def bases(self, name: str) -> tuple[str, ...] | None:
        """The direct bases of a class by dotted path or built-in name; None when its source is not at hand."""
        if name not in self._bases:
            self._bases[name] = self._read(name)
        return self._bases[name]

    def _read(self, name: str) -> tuple[str, ...] | None:
        short = name.removeprefix("builtins.")
        if short == "object":
            return ()
        if short in self.builtin:
            return self.builtin[short]
        found = self.library.resolve(name, tests_only=False)
        for _ in range(4):
            if found is None:
                return None
            outline, inner = found
            if inner in outline.cls:
                prefix = name.removesuffix(inner)
                return tuple(
                    f"{prefix}{base.value}" if base.op == "name" and str(base.value) in outline.cls else str(base.value)
                    for base in outline.cls[inner].bases
                )
            if inner not in outline.imports:
                return None
            name = outline.imports[inner]
            found = self.library.resolve(name, tests_only=False)
        return None

    def is_a(self, narrow: str, wide: str) -> bool | None:
        """Whether one class is the other or derives from it; None when the tree is not known that far."""
        if narrow == wide or wide in {"BaseException", "builtins.BaseException", "object"}:
            return True
        unknown = False
        stack, seen = [narrow], {narrow}
        while stack:
            bases = self.bases(stack.pop())
            if bases is None:
                unknown = True
                continue
            for base in bases:
                if base == wide:
                    return True
                if base not in seen:
                    seen.add(base)
                    stack.append(base)
        if unknown:
            return True if wide in {"Exception", "builtins.Exception"} else None
        return False

    def covers(self, narrow: Term, wide: Term) -> bool | None:
        """Whether everything that `narrow` (a class or a tuple of them) catches is caught by `wide`."""
        if narrow == wide:
            return True
        ones, others = names(narrow), names(wide)
        if not ones or not others:
            return None
        unknown = False
        for one in ones:
            answers = [self.is_a(one, other) for other in others]
            if True in answers:
                continue
            if None not in answers:
                return False
            unknown = True
        return None if unknown else True


def names(term: Term) -> list[str]:
    """The class names in a class or a tuple of classes."""
    if term.op in {"tuple", "list", "set"}:
        return [name for arg in term.args for name in names(arg)]
    if term.op == "bin" and term.value == "BitOr":
        return [name for arg in term.args for name in names(arg)]
    if term.op in {"sym", "name"}:
        return [str(term.value)]
    return [f"{names(term.args[0])[0]}.{term.value}"] if term.op == "attr" and names(term.args[0]) else []
