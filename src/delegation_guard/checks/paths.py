"""Which paths a contract speaks of: exact bytes, explicit globs, nothing else."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from delegation_guard.model.contract import Allowed, Clause, ContextItem, Contract, Edit

ONLY_LISTED = re.compile(r"\b(only|nothing but|no other|not .*other)\b.*\b(list(ed)?|files?|paths?)\b", re.IGNORECASE)
PLACEHOLDER = re.compile(r"<[^<>]*>")


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts, place = [], 0
    while place < len(pattern):
        if pattern.startswith("**/", place):
            parts.append("(?:[^/]+/)*")
            place += 3
        elif pattern.startswith("**", place):
            parts.append(".*")
            place += 2
        else:
            parts.append({"*": "[^/]*", "?": "[^/]"}.get(pattern[place]) or re.escape(pattern[place]))
            place += 1
    return re.compile("".join(parts), re.DOTALL)


def glob_match(pattern: str, path: str) -> bool:
    """Whether a glob matches a whole path: `*` and `?` stay within a folder, `**` crosses folders.

    Brackets and braces mean themselves, and a leading dot needs no pattern of its own.
    """
    return _compiled(pattern).fullmatch(path) is not None


class _Same:
    """A contract as a key, by identity: to hash ten thousand headings takes as long as to search them."""

    __slots__ = ("contract",)

    def __init__(self, contract: Contract) -> None:
        self.contract = contract

    def __hash__(self) -> int:
        return id(self.contract)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.contract is self.contract


@lru_cache(maxsize=16)
def _by_path(key: _Same) -> dict[str, tuple[Edit, ...]]:
    found: dict[str, tuple[Edit, ...]] = {}
    for edit in key.contract.edits:
        ends = {edit.path, edit.target} if edit.action == "rename" else {edit.path}
        for path in ends if edit.action != "glob" else ():
            found[path] = (*found.get(path, ()), edit)
    return found


def edits_for(contract: Contract, path: str) -> tuple[Edit, ...]:
    """Every heading that speaks of a path (either end of a rename); globs count only when no heading names it."""
    exact = _by_path(_Same(contract)).get(path, ())
    return exact or tuple(edit for edit in contract.edits if edit.action == "glob" and glob_match(edit.path, path))


def covers(contract: Contract, path: str) -> Edit | Allowed | None:
    """The heading or ALSO ALLOWED line that lets a path be touched at all, None when none does.

    Says nothing of what may happen to it (actions.objections), nor of a lock file that follows its manifest
    (scope.may_touch). Compares byte for byte; a path that leaves the repository is never covered.
    """
    edits = edits_for(contract, path)
    if edits:
        return edits[0]
    return next((allowed for allowed in contract.allowed if allowed.path == path), None)


def named(contract: Contract, path: str) -> Edit | None:
    """The heading that names exactly this path; a glob or ALSO ALLOWED is not enough."""
    return next((edit for edit in edits_for(contract, path) if edit.action != "glob"), None)


def read_only(contract: Contract, path: str) -> ContextItem | None:
    """The CONTEXT line of a file that no heading names."""
    if named(contract, path) is not None:
        return None
    return next((item for item in contract.context if item.path == path), None)


def only_clause(contract: Contract) -> Clause | None:
    """The sentence of CONSTRAINTS that forbids other files, as the spec words it."""
    return next((clause for clause in contract.constraints if ONLY_LISTED.search(clause.text)), None)


def placeholder(path: str) -> bool:
    """Whether a listed path is a template's `<file path>` that nobody filled in."""
    return not path.strip() or PLACEHOLDER.fullmatch(path.strip()) is not None
