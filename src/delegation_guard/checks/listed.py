"""One listed file: its headings and blocks together, its two sides, and the file its blocks make of the base."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from delegation_guard.checks.blocks import pairs_of, read_texts
from delegation_guard.checks.expected import expect
from delegation_guard.checks.placement import leftovers, misplaced
from delegation_guard.checks.residue import comment_changes, import_changes, missing_comments
from delegation_guard.checks.splices import exchange_lines, settle_lines, settle_parts
from delegation_guard.languages.sources import shape_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delegation_guard.checks.blocks import Pair
    from delegation_guard.checks.expected import Expected
    from delegation_guard.checks.splices import Spliced
    from delegation_guard.model.contract import Contract, Edit
    from delegation_guard.model.inputs import Subject

REGULAR = ("100644", "100755")


@dataclass(frozen=True)
class Listed:
    """All headings of one path together: `path` in the base, `landed` in the head."""

    path: str
    landed: str
    edits: tuple[Edit, ...]
    pairs: tuple[Pair, ...]

    @property
    def only_moves(self) -> bool:
        """Whether the headings say where the file goes, and nothing else in blocks or words."""
        silent = all(edit.action == "rename" and not edit.instruction.strip() for edit in self.edits)
        return silent and not self.pairs


def listed_in(contract: Contract) -> Iterator[Listed]:
    """The listed files of a spec in order."""
    by_path: dict[str, list[Edit]] = {}
    for edit in contract.edits:
        by_path.setdefault(edit.path, []).append(edit)
    for path, edits in by_path.items():
        landed = next((edit.target for edit in edits if edit.action == "rename"), path)
        pairs = tuple(pair for edit in edits if edit.action != "glob" for pair in pairs_of(edit))
        yield Listed(path, landed, tuple(edits), pairs)


def sides(subject: Subject, listed: Listed) -> tuple[bytes | None, bytes | None]:
    """The bytes of a listed file before and after; None where there is no regular file."""
    change = subject.change
    return _read(subject, change.base, listed.path), _read(subject, change.head, listed.landed)


def _read(subject: Subject, tree: str, path: str) -> bytes | None:
    entry = subject.objects.entry(tree, path)
    return subject.objects.read(tree, path) if entry is not None and entry.mode in REGULAR else None


def expected_of(listed: Listed, base: str, head: str) -> Expected:
    """The file that the blocks make of the base, beside the head.

    Blocks that cut through statements are settled on the text first. Where anything still differs, the old blocks are
    exchanged as whole lines; that counts only if then nothing differs at all.
    """
    pairs = listed.pairs
    spliced = settle_parts(listed.path, shape_of(listed.path, _fence(pairs)), base, head, pairs)
    first = _expected(listed, spliced)
    if clean(first):
        return first
    exchanged = _expected(listed, exchange_lines(base, head, pairs))
    if clean(exchanged):
        return exchanged
    again = settle_lines(spliced, first.missing)
    if again.rest == spliced.rest:
        return first
    second = _expected(listed, again)
    return second if _distance(second) < _distance(first) else first


def _expected(listed: Listed, texts: Spliced) -> Expected:
    return expect(read_texts(listed.path, texts.base, texts.head, texts.rest), texts.rest)


def clean(expected: Expected) -> bool:
    """Whether the head is what the blocks make of the base, in statements, imports, comments and their places."""
    if expected.missing or expected.stale or expected.residue() or import_changes(expected, ()):
        return False
    if any(comment_changes(expected)) or missing_comments(expected):
        return False
    return not any(True for _ in chain(leftovers(expected), misplaced(expected)))


def _distance(expected: Expected) -> int:
    return sum(hunk.a1 - hunk.a0 + hunk.b1 - hunk.b0 for hunk in expected.residue())


def _fence(pairs: tuple[Pair, ...]) -> str:
    blocks = [block for pair in pairs for block in (pair.before, pair.new) if block]
    return next((block.language for block in blocks if block.language), "")
