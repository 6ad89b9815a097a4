"""Old text that outlived its replacement, and blocks that landed somewhere else than the spec says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from delegation_guard.checks.clauses import places_named
from delegation_guard.checks.differences import runs
from delegation_guard.checks.expected import scope_at
from delegation_guard.languages.families import family_of
from delegation_guard.languages.sources import read_block

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from delegation_guard.checks.blocks import Pair, Piece
    from delegation_guard.checks.differences import Span
    from delegation_guard.checks.expected import Expected
    from delegation_guard.languages.units import Comment, Unit

_METHOD = re.compile(r"(?:async )?def \w+\((?:self|cls)\b")
_MARKERS = re.compile(r"^[ \t]*(?:#+|//+!?|/\*+|\*(?!/)|<!--|--|;+)[ ]?|[ ]?(?:\*/|-->)$", re.MULTILINE)
_SMALL = {"tree": 1, "lines": 1, "tokens": 5}


class Leftover(NamedTuple):
    pair: Pair
    line: int
    how: str


class Misplaced(NamedTuple):
    pair: Pair
    line: int
    why: str
    sure: bool


def leftovers(expected: Expected) -> Iterator[Leftover]:
    """Old text of pairs that still stands in the head although the spec's result does not hold it."""
    for pair in expected.pairs:
        piece = expected.texts.pieces[pair.before] if pair.before else None
        if piece is None or pair in expected.missing:
            continue
        found = _standing(expected, pair, piece) or _commented(expected, piece)
        if found is not None:
            yield found._replace(pair=pair)
    yield from _doubled(expected)


def _standing(expected: Expected, pair: Pair, piece: Piece) -> Leftover | None:
    line = _kept_import(expected, piece, pair)
    if line:
        return Leftover(pair, line, "is still there")
    if pair in expected.stale:
        return None
    line = _surplus(expected, piece.units)
    if line:
        return Leftover(pair, line, "is still there")
    for symbol in piece.source.symbols:
        body = piece.units[symbol.header + 1 : symbol.end]
        if symbol.whole and symbol.kind != "value" and len(body) >= 2 * _SMALL[expected.texts.shape]:
            line = _surplus(expected, body)
            if line:
                return Leftover(pair, line, f"(the old body of {symbol.name}) still stands under another name")
    return None


def _kept_import(expected: Expected, piece: Piece, pair: Pair) -> int:
    """The head line of an import that the spec takes away without giving it again; 0 when there is none."""
    new = expected.texts.pieces[pair.new] if pair.new else None
    again = {item.text for item in new.source.imports} if new else set()
    gone = {item.text for item in piece.source.imports} - again
    return next((item.line for item in expected.texts.head.imports if item.text in gone), 0)


def _surplus(expected: Expected, units: Sequence[Unit]) -> int:
    """The head line where the units stand once more than the spec's result has them; 0 when they do not."""
    head = expected.texts.head.units
    found = runs(units, head)
    allowed = len(runs(units, expected.units())) + sum(
        len(runs(units, head[span.start : span.end])) for pair, spans in expected.landed if pair.before is None
        for span in spans
    )  # fmt: skip
    if len(found) <= allowed:
        return 0
    changed = {expected.left[i] for hunk in expected.residue() for i in range(hunk.b0, hunk.b1)}
    fresh = [span for span in found if changed.intersection(range(span.start, span.end))]
    return head[(fresh or found)[0].start].line


def _commented(expected: Expected, piece: Piece) -> Leftover | None:
    """Old text turned into a comment instead of removed."""
    old = {comment.text for comment in expected.texts.base.comments}
    old |= {comment.text for other in expected.texts.pieces.values() for comment in other.source.comments}
    fresh = [comment for comment in expected.texts.head.comments if comment.text not in old]
    if not fresh or len(piece.units) < _SMALL[expected.texts.shape] or not piece.units:
        return None
    texts = [unit.text for unit in piece.units]
    for run in _blocks_of(fresh):
        code = "\n".join(_MARKERS.sub("", comment.raw) for comment in run)
        source = read_block(expected.texts.path, code + "\n", expected.texts.shape, piece.block.language)
        inside = [unit.text for unit in source.units] if source else []
        if any(inside[i : i + len(texts)] == texts for i in range(len(inside) - len(texts) + 1)):
            return Leftover(_NOBODY, run[0].line, "was commented out instead of removed")
    return None


_NOBODY: Pair = None  # type: ignore[assignment]


def _blocks_of(comments: Sequence[Comment]) -> Iterator[list[Comment]]:
    run: list[Comment] = []
    for comment in comments:
        if run and comment.line > run[-1].line + 1:
            yield run
            run = []
        run.append(comment)
    if run:
        yield run


def _doubled(expected: Expected) -> Iterator[Leftover]:
    """A definition that the spec gives anew while the old one of that name was kept beside it."""
    texts = expected.texts
    if texts.shape == "lines" or family_of(texts.path).overloads:
        return
    headers = {symbol.qualified for symbol in texts.base.symbols}
    counts: dict[str, list[int]] = {}
    for symbol in texts.head.symbols:
        if symbol.kind != "value" and symbol.whole and (symbol.start == symbol.header or texts.shape == "tokens"):
            counts.setdefault(symbol.qualified, []).append(symbol.line)
    before = [symbol.qualified for symbol in texts.base.symbols]
    for pair in expected.pairs:
        if pair.before is not None and pair not in expected.stale:
            continue
        piece = texts.pieces[pair.new] if pair.new else None
        for symbol in piece.source.symbols if piece else ():
            for name, lines in counts.items():
                same = name == symbol.qualified or name.endswith(f".{symbol.qualified}")
                if same and name in headers and len(lines) > max(1, before.count(name)):
                    yield Leftover(pair, lines[0], f"(the old {name}) still stands beside the new one")


def misplaced(expected: Expected) -> Iterator[Misplaced]:
    """Landed blocks whose surroundings are not those the spec names, or not those their own layout needs."""
    for pair, spans in expected.landed:
        piece = expected.texts.pieces[pair.new] if pair.new else None
        if piece is None or not spans or not piece.units:
            continue
        line = expected.texts.head.units[spans[0].start].line
        scope = scope_at(expected.texts.head.symbols, spans[0])
        if pair.before is not None and pair not in expected.stale:
            continue
        why = _level(expected, pair, piece, spans[0], scope)
        if why:
            yield Misplaced(pair, line, why, True)
        else:
            yield from _elsewhere(expected, pair, piece, scope, line)


def _level(expected: Expected, pair: Pair, piece: Piece, span: Span, scope: str) -> str:
    """For layouts where nesting means something: a method outside every class, a definition inside a function.

    A definition of that name that stood there before, or surroundings that the spec names, are as they should be.
    """
    if expected.texts.shape != "tree" or scope.split(".")[-1] in places_named(pair.edit.instruction):
        return ""
    head = expected.texts.head
    known = {symbol.qualified for symbol in expected.texts.base.symbols}
    defined = [
        symbol for symbol in piece.source.symbols
        if symbol.kind != "value" and not symbol.scope and f"{scope}.{symbol.name}".lstrip(".") not in known
    ]  # fmt: skip
    depth = head.units[span.start].depth - piece.units[0].depth
    if defined and depth == 0 and any(_METHOD.match(piece.units[symbol.header].text) for symbol in defined):
        return "it is a method and stands outside every class"
    outer = next((symbol for symbol in head.symbols if symbol.qualified == scope), None)
    if defined and piece.source.indent == 0 and outer is not None and outer.kind in ("function", "test"):
        if head.units[outer.header].text.startswith("class "):
            return ""
        return f"it is written for the top level and stands inside {scope}, where nothing runs it"
    return ""


def _elsewhere(expected: Expected, pair: Pair, piece: Piece, scope: str, line: int) -> Iterator[Misplaced]:
    texts = expected.texts
    own = {symbol.name for symbol in piece.source.symbols}
    names = [name for name in places_named(pair.edit.instruction) if name not in own]
    if not names or set(names) & set(scope.split(".")):
        return
    definitions = {symbol.name for symbol in (*texts.base.symbols, *texts.head.symbols) if symbol.kind != "value"}
    known = [name for name in names if name in definitions]
    where = f"inside {scope}" if scope else "at the top level"
    if known:
        yield Misplaced(pair, line, f"the spec says {known[0]} and it stands {where}", False)
    elif not any(re.search(rf"\b{re.escape(name)}\b", texts.base.text) for name in names):
        yield Misplaced(pair, line, f"the file has no {names[0]}, which the spec names, and it stands {where}", True)


