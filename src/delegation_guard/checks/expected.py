"""The file the spec asks for, set beside the file that was delivered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from delegation_guard.checks.blocks import asks_everywhere
from delegation_guard.checks.clauses import is_additive
from delegation_guard.checks.differences import Hunk, Span, differences, runs
from delegation_guard.languages.families import family_of
from delegation_guard.languages.units import Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from delegation_guard.checks.blocks import Pair, Piece, Texts
    from delegation_guard.languages.units import Symbol

_CLOSING = frozenset((")", "]", "}", ";", ",", "end"))


@dataclass(frozen=True)
class Slot:
    """One unit of the expected file; `origin` is its index in the base, -1 when the spec brought it."""

    unit: Unit
    origin: int = -1


@dataclass
class Expected:
    """The base with the landed blocks applied, the head with what was only added taken out, and what was found.

    `slots` against `left` (head indices that remain) is the residue: nothing in the spec explains it. `cuts` are
    head indices where a block without an old text landed, `roomy` those of them where it may have replaced something.
    """

    texts: Texts
    pairs: tuple[Pair, ...]
    slots: list[Slot]
    left: list[int]
    landed: list[tuple[Pair, list[Span]]] = field(default_factory=list)
    missing: list[Pair] = field(default_factory=list)
    stale: list[Pair] = field(default_factory=list)
    cuts: set[int] = field(default_factory=set)
    roomy: set[int] = field(default_factory=set)

    def units(self) -> list[Unit]:
        return [slot.unit for slot in self.slots]

    def head_units(self) -> list[Unit]:
        return [self.texts.head.units[index] for index in self.left]

    def residue(self) -> list[Hunk]:
        """Hunks between what is expected and what remains of the head."""
        return differences([unit.key for unit in self.units()], [unit.key for unit in self.head_units()])


def expect(texts: Texts, pairs: Sequence[Pair]) -> Expected:
    """Apply what landed; blocks that did not land are left out of the expected file and listed as missing."""
    head = texts.head.units
    slots = [Slot(unit, i) for i, unit in enumerate(texts.base.units)]
    expected = Expected(texts, tuple(pairs), slots, list(range(len(head))))
    changed = differences([unit.key for unit in texts.base.units], [unit.key for unit in head])
    loose: list[Pair] = []
    for pair in pairs:
        if pair.before is None or not _replace(expected, pair, changed):
            loose.append(pair)
    for pair in loose:
        _add(expected, pair, changed)
    return expected


def _replace(expected: Expected, pair: Pair, changed: Sequence[Hunk]) -> bool:
    """Apply a pair whose old text stands in the expected file; False when it must be treated as an addition."""
    texts = expected.texts
    before = texts.pieces[pair.before] if pair.before else None
    new = texts.pieces[pair.new] if pair.new else None
    if before is None:
        return False
    if before.bare:
        return new is None or new.bare
    places = before.found_in(expected.units())
    if not places:
        if new is None or not _already(expected, new):
            expected.stale.append(pair)
        return new is None
    if any(len(place) > 1 for place in places) or (new is not None and len(new.parts) > 1):
        return _replace_elided(expected, pair, places[0], new)
    for chosen in _choices(expected, pair, [place[0] for place in places], changed):
        applied = _applied(expected.slots, chosen, before, new)
        if _has_landed(new, applied, expected):
            expected.slots = applied
            expected.landed.append((pair, new.found_in(texts.head.units)[0] if new and not new.bare else []))
            return True
    expected.missing.append(pair)
    return True


def _already(expected: Expected, new: Piece) -> bool:
    return bool(new.found_in(expected.units())) and bool(new.found_in(expected.texts.head.units))


def _has_landed(new: Piece | None, applied: Sequence[Slot], expected: Expected) -> bool:
    if new is None or new.bare:
        return True
    head = len(new.found_in(expected.texts.head.units))
    return head >= len(new.found_in([slot.unit for slot in applied])) > 0


def _applied(slots: Sequence[Slot], chosen: Sequence[Span], before: Piece, new: Piece | None) -> list[Slot]:
    result = list(slots)
    for span in sorted(chosen, reverse=True):
        result[span.start : span.end] = _shifted(slots, span, before, new)
    return result


def _shifted(slots: Sequence[Slot], span: Span, before: Piece, new: Piece | None) -> list[Slot]:
    """The new units at the depth where the old ones stood; the two blocks may be written at different columns."""
    if new is None or not new.units:
        return []
    lowest = min(slot.unit.depth for slot in slots[span.start : span.end])
    steps = (new.source.indent - before.source.indent) // 4 if new.source.shape != "tokens" else 0
    return [Slot(unit._replace(depth=unit.depth + lowest + steps)) for unit in new.units]


def _choices(
    expected: Expected, pair: Pair, places: Sequence[Span], changed: Sequence[Hunk]
) -> Iterable[list[Span]]:
    """Which of several equal places the spec meant, likeliest first."""
    if len(places) == 1:
        yield list(places)
        return
    touched = [place for place in places if _touched(expected, place, changed)]
    if asks_everywhere(pair.edit):
        yield list(places)
        return
    if len(touched) > 1:
        yield touched
    for place in touched or places[:1]:
        yield [place]


def _touched(expected: Expected, place: Span, changed: Sequence[Hunk]) -> bool:
    origins = [slot.origin for slot in expected.slots[place.start : place.end] if slot.origin >= 0]
    if not origins:
        return False
    return any(hunk.a0 <= origins[-1] + 1 and hunk.a1 >= origins[0] for hunk in changed)


def _replace_elided(expected: Expected, pair: Pair, place: Sequence[Span], new: Piece | None) -> bool:
    """Old and new text that leave lines out: only what they show is compared, its position is not."""
    found = new.found_in(expected.texts.head.units) if new else [[]]
    if not found:
        expected.missing.append(pair)
        return True
    gone = {index for span in place for index in range(span.start, span.end)}
    expected.slots = [slot for index, slot in enumerate(expected.slots) if index not in gone]
    _take_out(expected, found[0])
    expected.landed.append((pair, found[0]))
    return True


def _take_out(expected: Expected, spans: Sequence[Span]) -> None:
    gone = {index for span in spans for index in range(span.start, span.end)}
    expected.left = [index for index in expected.left if index not in gone]
    expected.cuts |= {span.end for span in spans}


def _add(expected: Expected, pair: Pair, changed: Sequence[Hunk]) -> None:
    """Account for a block that replaces no quoted text: take it out of the head, and its namesakes out of the base."""
    piece = expected.texts.pieces[pair.new] if pair.new else None
    if piece is None or piece.bare:
        return
    head = expected.head_units()
    spans = _landing(expected, pair, piece, head, changed)
    if spans is None:
        expected.missing.append(pair)
        return
    place = [Span(expected.left[span.start], expected.left[span.end - 1] + 1) for span in spans]
    expected.landed.append((pair, place))
    if _stood_before(expected, piece, spans):
        return
    _take_out(expected, place)
    if pair in expected.stale or not _is_whole(piece):
        expected.roomy |= {span.end for span in place}
    _drop_namesakes(expected, piece, place, pair.edit.instruction)


def _landing(
    expected: Expected, pair: Pair, piece: Piece, head: Sequence[Unit], changed: Sequence[Hunk]
) -> list[Span] | None:
    places = piece.found_in(head)
    if places:
        if len(places) > len(piece.found_in(expected.units())) or _is_whole(piece):
            return max(places, key=lambda place: _freshness(expected, place, changed))
        return None if _fresh_needed(expected, piece) else places[0]
    items = piece.items()
    if len(items) < 2:
        return None
    spans: list[Span] = []
    for item in items:
        if all(unit.text in _CLOSING for unit in item):
            continue
        found = [span for span in runs(item, head) if span not in spans]
        if not found:
            return None
        spans.append(max(found, key=lambda span: _freshness(expected, [span], changed)))
    return sorted(spans)


def _is_whole(piece: Piece) -> bool:
    """Whether the block gives whole definitions, of which a second copy would make no sense."""
    return any(symbol.whole and symbol.kind != "value" for symbol in piece.source.symbols)


def _fresh_needed(expected: Expected, piece: Piece) -> bool:
    """A statement that already stood elsewhere does not count as delivered, unless the spec merely repeats the file."""
    texts = expected.texts
    unchanged = [unit.key for unit in texts.base.units] == [unit.key for unit in texts.head.units]
    return not unchanged or len(piece.units) < 3


def _freshness(expected: Expected, place: Sequence[Span], changed: Sequence[Hunk]) -> int:
    """How many units of a place are new in the head."""
    indices = [expected.left[index] for span in place for index in range(span.start, span.end)]
    return sum(1 for index in indices if any(hunk.b0 <= index < hunk.b1 for hunk in changed))


def _stood_before(expected: Expected, piece: Piece, spans: Sequence[Span]) -> bool:
    """Whether as many copies stood in the base already, so that there is nothing to account for."""
    if len(spans) > 1:
        return False
    return len(piece.found_in(expected.units())) >= len(piece.found_in(expected.head_units()))


def _drop_namesakes(expected: Expected, piece: Piece, place: Sequence[Span], instruction: str) -> None:
    """What the block defines replaces what had that name in the same place, unless that still stands in the head."""
    texts = expected.texts
    adds = is_additive(instruction)
    scope = scope_at(texts.head.symbols, place[0])
    for symbol in piece.source.symbols:
        if symbol.kind == "value" and symbol.scope:
            continue
        wanted = ".".join(part for part in (scope, symbol.qualified) if part)
        candidates = [old for old in texts.base.symbols if old.qualified in (wanted, symbol.qualified)]
        gone = [old for old in candidates if not _still_there(expected, old)]
        if gone and not (adds and family_of(texts.path).overloads):
            _remove_old(expected, symbol, gone[0], piece)


def scope_at(symbols: Iterable[Symbol], place: Span) -> str:
    """The dotted path of the innermost definition that holds a place and is not the place itself."""
    inner = ""
    for symbol in symbols:
        if symbol.header < place.start and place.end <= symbol.end:
            inner = symbol.qualified
    return inner


def _still_there(expected: Expected, old: Symbol) -> bool:
    units = expected.texts.base.units[old.start : old.end]
    return bool(runs(units, expected.head_units()))


def _remove_old(expected: Expected, symbol: Symbol, old: Symbol, piece: Piece) -> None:
    nested = any(inner.scope.startswith(symbol.qualified) for inner in piece.source.symbols)
    if symbol.kind == "class" and nested and not _whole_class(expected, symbol, piece):
        start, end = old.start, _header_end(expected, old)
    elif symbol.whole:
        start, end = old.start, old.end
    else:
        start, end = old.start, _header_end(expected, old)
    expected.slots = [slot for slot in expected.slots if not start <= slot.origin < end]


def _whole_class(expected: Expected, symbol: Symbol, piece: Piece) -> bool:
    return bool(runs(piece.units[symbol.start : symbol.end], expected.texts.head.units))


def _header_end(expected: Expected, old: Symbol) -> int:
    """One past the header's last unit: the opening brace in tokens, the header itself elsewhere."""
    if expected.texts.shape == "tokens":
        for index in range(old.header, old.end):
            if expected.texts.base.units[index].text == "{":
                return index + 1
    return old.header + 1
