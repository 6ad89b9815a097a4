"""What changed in a file beyond its blocks: hunks, definitions, tests and imports that nothing explains."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from delegation_guard.checks.clauses import asks_removal, code_words, identifiers, is_additive, roots
from delegation_guard.checks.differences import Hunk
from delegation_guard.languages.families import family_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from delegation_guard.checks.blocks import Pair
    from delegation_guard.checks.expected import Expected
    from delegation_guard.languages.units import Comment, Import, Symbol, Unit
    from delegation_guard.model.contract import Edit

DIRECTIVE = re.compile(
    r"noqa|type:\s*ignore|pragma|pylint:|mypy:|pyright:|nosec|fmt:\s*(?:off|skip)|isort:\s*skip|eslint-disable|@ts-|"
    r"prettier-ignore|istanbul ignore|c8 ignore|v8 ignore|nolint|go:build|\+build|go:generate|NOLINT|noinspection|"
    r"NOSONAR|"
    r"phpcs:|@phpstan-|@psalm-|rubocop:|swiftlint:|ktlint-|shellcheck disable|checkstyle:|spotless:|biome-ignore|"
    r"deno-lint-ignore|jscpd:|coverage:|credo:|biome-|!/(?:usr|bin)|-\*-",
)
_BY_ROOT = frozenset(("python", "javascript", "go", "java", "php"))
_LIKEWISE = re.compile(r"\b(?:also|likewise|same|accordingly|as well|too|adapt|adjust|similarly)\b", re.IGNORECASE)
_PUNCTUATION = frozenset((",", ";"))


@dataclass(frozen=True)
class Extra:
    """A hunk that nothing explains: source lines on both sides (1-based, empty = none), and the definitions it adds.

    `covered`: it is nothing but those. `spoken`: it lies in a definition that the words ask to be adapted as well.
    """

    base_lines: tuple[int, ...]
    head_lines: tuple[int, ...]
    symbols: tuple[Symbol, ...]
    covered: bool
    spoken: bool = False


@dataclass(frozen=True)
class ImportChange:
    item: Import
    side: str
    needed: bool


def extras(expected: Expected, edits: Sequence[Edit], *, partial: bool) -> list[Extra]:
    """Unexplained hunks. `partial`: pieces of blocks that have not wholly landed yet are not counted."""
    hunks = [hunk for hunk in expected.residue() if not _explained(expected, hunk, edits)]
    if partial:
        hunks = [hunk for hunk in hunks if not _part_of_missing(expected, hunk)]
    adapted = _adapted(expected, edits)
    return [_extra(expected, group, adapted) for group in _grouped(expected, hunks)]


def _adapted(expected: Expected, edits: Sequence[Edit]) -> frozenset[str]:
    """Names that the words ask to adapt in the manner of the blocks, without giving a block for them."""
    instruction = " ".join(edit.instruction for edit in edits)
    if not _LIKEWISE.search(instruction):
        return frozenset()
    given = {symbol.name for piece in expected.texts.pieces.values() for symbol in piece.source.symbols}
    return code_words(instruction) - given


def _explained(expected: Expected, hunk: Hunk, edits: Sequence[Edit]) -> bool:
    removed = expected.units()[hunk.a0 : hunk.a1]
    added = expected.head_units()[hunk.b0 : hunk.b1]
    if {unit.text for unit in (*removed, *added)} <= _PUNCTUATION:
        return True
    instruction = " ".join(edit.instruction for edit in edits)
    if not added and _makes_room(expected, hunk, instruction):
        return True
    return _asked_in_words(removed, added, instruction)


def _makes_room(expected: Expected, hunk: Hunk, instruction: str) -> bool:
    """A block without an old text may replace what stood where it landed, but no definition of another name."""
    if not expected.cuts:
        return False
    units = expected.units()
    start, end = hunk.a0, hunk.a1
    places = (hunk.b0, _slid(expected, hunk, units))
    if any(_at_cut(expected, place, expected.cuts) for place in places) and _repeated(expected, hunk):
        return True
    if is_additive(instruction) and not expected.stale:
        return False
    if not any(_at_cut(expected, place, expected.roomy) for place in places):
        return False
    origins = {slot.origin for slot in expected.slots[start:end]}
    return not any(symbol.header in origins and symbol.kind != "value" for symbol in expected.texts.base.symbols)


def _repeated(expected: Expected, hunk: Hunk) -> bool:
    """Whether whole lines are not gone at all: the block that landed here gives them again, as its surroundings."""
    removed = expected.units()[hunk.a0 : hunk.a1]
    lines = {unit.line for unit in removed}
    kept = [*expected.slots[: hunk.a0], *expected.slots[hunk.a1 :]]
    if not _names(removed) or any(slot.origin >= 0 and slot.unit.line in lines for slot in kept):
        return False
    for pair, spans in expected.landed:
        if pair.new is None or not spans:
            continue
        texts = iter([unit.text for unit in expected.texts.pieces[pair.new].units])
        if all(unit.text in texts for unit in removed):
            return True
    return False


def _at_cut(expected: Expected, place: int, cuts: set[int]) -> bool:
    before = expected.left[place - 1] + 1 if place > 0 else 0
    after = expected.left[place] if place < len(expected.left) else len(expected.texts.head.units)
    return before != after and any(before < cut <= after for cut in cuts)


def _slid(expected: Expected, hunk: Hunk, units: Sequence[Unit]) -> int:
    """The same removal may be read as one a few units further down; the head index of that reading."""
    start, end, place = hunk.a0, hunk.a1, hunk.b0
    while end < len(units) and units[start].key == units[end].key and not _at_cut(expected, place, expected.cuts):
        start, end, place = start + 1, end + 1, place + 1
    return place


def _asked_in_words(removed: Sequence[Unit], added: Sequence[Unit], instruction: str) -> bool:
    """The words over the block name, as code, everything this hunk brings (or takes, if they ask for a removal)."""
    if not instruction:
        return False
    if any(unit.text.startswith("doc ") for unit in (*removed, *added)):
        return "docstring" in instruction.lower() and all(u.text.startswith("doc ") for u in (*removed, *added))
    named = code_words(instruction)
    if added and len(added) == len(removed):
        return all(_named_change([a], [b], named) for a, b in zip(removed, added, strict=True))
    if added:
        return _named_change(removed, added, named)
    old = _names(removed)
    return bool(old) and asks_removal(instruction) and bool(old & named) and len(removed) < 60


def _named_change(removed: Sequence[Unit], added: Sequence[Unit], named: frozenset[str]) -> bool:
    new = _names(added) - _names(removed)
    spoken = all(_names([unit]) & named for unit in removed)
    return bool(new) and new <= named and spoken


def _names(units: Iterable[Unit]) -> frozenset[str]:
    return frozenset(word for unit in units for word in identifiers(unit.text))


def _part_of_missing(expected: Expected, hunk: Hunk) -> bool:
    """Work of a task in several commits: a piece of a block that has not landed as a whole, or its undoing."""
    removed = [unit.text for unit in expected.units()[hunk.a0 : hunk.a1]]
    added = [unit.text for unit in expected.head_units()[hunk.b0 : hunk.b1]]
    for pair in expected.missing:
        old = [unit.text for unit in expected.texts.pieces[pair.before].units] if pair.before else []
        new = [unit.text for unit in expected.texts.pieces[pair.new].units] if pair.new else []
        if (_inside(removed, old) and _inside(added, new)) or (_inside(removed, new) and _inside(added, old)):
            return True
    return False


def _inside(part: Sequence[str], whole: Sequence[str]) -> bool:
    size = len(part)
    return not part or any(list(whole[i : i + size]) == list(part) for i in range(len(whole) - size + 1))


def _grouped(expected: Expected, hunks: Sequence[Hunk]) -> list[list[Hunk]]:
    """Hunks that touch the same or the next line are one observation."""
    groups: list[list[Hunk]] = []
    last = (-9, -9)
    for hunk in hunks:
        lines = _lines(expected, hunk)
        first = (min(lines[0], default=-9), min(lines[1], default=-9))
        near = any(a > 0 and b > 0 and a - b <= 1 for a, b in zip(first, last, strict=True))
        if groups and near:
            groups[-1].append(hunk)
        else:
            groups.append([hunk])
        last = (max(lines[0], default=last[0] if near else -9), max(lines[1], default=last[1] if near else -9))
    return groups


def _lines(expected: Expected, hunk: Hunk) -> tuple[list[int], list[int]]:
    base = [line for slot in expected.slots[hunk.a0 : hunk.a1] if slot.origin >= 0
            for line in range(slot.unit.line, slot.unit.end + 1)]  # fmt: skip
    head = [line for unit in expected.head_units()[hunk.b0 : hunk.b1] for line in range(unit.line, unit.end + 1)]
    return base, head


def _extra(expected: Expected, group: Sequence[Hunk], adapted: frozenset[str]) -> Extra:
    base = sorted({line for hunk in group for line in _lines(expected, hunk)[0]})
    head = sorted({line for hunk in group for line in _lines(expected, hunk)[1]})
    indices = {expected.left[i] for hunk in group for i in range(hunk.b0, hunk.b1)}
    known = {symbol.qualified for symbol in expected.texts.base.symbols}
    fresh = [symbol for symbol in expected.texts.head.symbols if symbol.qualified not in known]
    added = [symbol for symbol in fresh if symbol.header in indices]
    outer = [symbol for symbol in added if not any(_holds(other, symbol) for other in added)]
    covered = bool(outer) and not base and all(
        any(symbol.start <= index < symbol.end for symbol in outer) for index in indices
    )
    places = [symbol for symbol in expected.texts.head.symbols if symbol.name in adapted]
    spoken = bool(indices) and all(any(place.start <= index < place.end for place in places) for index in indices)
    return Extra(tuple(base), tuple(head), tuple(outer), covered, spoken)


def _holds(outer: Symbol, inner: Symbol) -> bool:
    return outer is not inner and outer.start <= inner.start and inner.end <= outer.end and outer.header != inner.header


def import_changes(expected: Expected, edits: Sequence[Edit]) -> list[ImportChange]:
    """Imports that came or went beyond the blocks, each with whether the spec's own code gives a reason for it."""
    texts = expected.texts
    pieces = texts.pieces.values()
    given = {item.text for piece in pieces if piece.block.role == "new" for item in piece.source.imports}
    taken = {item.text for piece in pieces if piece.block.role == "before" for item in piece.source.imports}
    base = {item.text for item in texts.base.imports}
    head = {item.text for item in texts.head.imports}
    family = family_of(texts.path).name
    wanted = _needed_names(edits, family)
    changes = []
    for item in texts.head.imports:
        if item.text not in base and item.text not in given:
            needed = not item.names or bool(wanted.intersection(item.names))
            changes.append(ImportChange(item, "head", needed))
    used = _used_names(texts.head.units, family)
    before = _used_names(texts.base.units, family)
    for item in texts.base.imports:
        if item.text not in head and item.text not in taken:
            idle = bool(item.names) and not used.intersection(item.names) and bool(before.intersection(item.names))
            respelt = any(set(item.names) & set(new.names) and new.text in given for new in texts.head.imports)
            changes.append(ImportChange(item, "base", idle or respelt))
    return changes


def respelt(changes: Sequence[ImportChange]) -> list[ImportChange]:
    """The changes without imports that bind the same names from elsewhere: a file that moves may need those."""
    names = {side: {change.item.names for change in changes if change.side == side} for side in ("head", "base")}
    both = {bound for bound in names["head"] & names["base"] if bound}
    return [change for change in changes if change.item.names not in both]


def _needed_names(edits: Sequence[Edit], family: str) -> frozenset[str]:
    words = [word for edit in edits for word in code_words(edit.instruction)]
    texts = [block.text for edit in edits for block in edit.blocks if block.role == "new"]
    return _taken(" ".join(texts), family).union(words)


def _used_names(units: Iterable[Unit], family: str) -> frozenset[str]:
    return _taken(" ".join(unit.text for unit in units if not unit.text.startswith("doc ")), family)


def _taken(text: str, family: str) -> frozenset[str]:
    """Names that imports may serve; in languages with extension methods and traits also those after a dot."""
    return roots(text) if family in _BY_ROOT else identifiers(text)


def comment_changes(expected: Expected) -> tuple[list[Comment], list[Comment]]:
    """Comments that came and comments that went, beyond the blocks."""
    texts = expected.texts
    given = {c.text for piece in texts.pieces.values() for c in piece.source.comments}
    base = {c.text for c in texts.base.comments}
    head = {c.text for c in texts.head.comments}
    added = [comment for comment in texts.head.comments if comment.text not in base | given]
    gone = [comment for comment in texts.base.comments if comment.text not in head | given]
    return added, gone


def missing_comments(expected: Expected) -> list[tuple[Pair, Comment, int]]:
    """Comments of landed new blocks that are not in the head, with their line in the spec."""
    head = {comment.text for comment in expected.texts.head.comments}
    found = []
    for pair, _ in expected.landed:
        if pair.new is None:
            continue
        for comment in expected.texts.pieces[pair.new].source.comments:
            if comment.text not in head and "..." not in comment.text and "…" not in comment.text:
                found.append((pair, comment, pair.new.line + comment.line - 1))
    return found
