"""The code blocks of a heading as pairs of old and new text, read the way their file is read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from delegation_guard.checks.differences import Span, gapped_run, runs
from delegation_guard.languages.sources import read_block, read_file, shape_of
from delegation_guard.languages.units import Source, Unit
from delegation_guard.model.contract import CodeBlock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from delegation_guard.languages.units import Symbol
    from delegation_guard.model.contract import Edit

_GAP = re.compile(r"(?:#|//|/\*|<!--|--|;)?\s*(?:\.\.\.|…)(?:\s*\(?[\w ,'-]*\)?\s*(?:\.\.\.|…)?)?\s*(?:\*/|-->)?\Z")
_LONE_DOTS = re.compile(r"^[ \t]*(?:\.\.\.|…)[ \t]*$", re.MULTILINE)
_EVERYWHERE = re.compile(r"\b(?:all|every|each|everywhere|both|wherever|throughout)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Pair:
    """A block to be replaced and the block that replaces it; either may be missing."""

    edit: Edit
    before: CodeBlock | None
    new: CodeBlock | None

    @property
    def line(self) -> int:
        block = self.new or self.before
        return block.line if block else self.edit.line


def pairs_of(edit: Edit) -> tuple[Pair, ...]:
    """The blocks of an edit in order. Blank blocks are left out: they ask for nothing."""
    pairs: list[Pair] = []
    waiting: CodeBlock | None = None
    for block in edit.blocks:
        if block.role == "before":
            if waiting is not None:
                pairs.append(Pair(edit, waiting, None))
            waiting = block
        else:
            pairs.append(Pair(edit, waiting, block))
            waiting = None
    if waiting is not None:
        pairs.append(Pair(edit, waiting, None))
    return tuple(pair for pair in pairs if _has_text(pair))


def asks_everywhere(edit: Edit) -> bool:
    """Whether the words over the blocks want a replacement at every place where the old text stands."""
    return bool(_EVERYWHERE.search(edit.instruction))


def gaps_in(text: str) -> int:
    """How many lines of a block may stand for "what was there": dots alone, or a remark of dots."""
    return sum(1 for line in text.split("\n") if _GAP.match(line.strip()))


def _has_text(pair: Pair) -> bool:
    return any(block is not None and block.text.strip() for block in (pair.before, pair.new))


@dataclass(frozen=True)
class Piece:
    """A block read for comparison. `parts` are its units between lines that stand for "what was there"."""

    block: CodeBlock
    source: Source
    parts: tuple[tuple[Unit, ...], ...]

    @property
    def units(self) -> tuple[Unit, ...]:
        return self.source.units

    @property
    def bare(self) -> bool:
        """Whether it holds nothing but imports and comments."""
        return not self.source.units

    def found_in(self, hay: Sequence[Unit]) -> list[list[Span]]:
        """Every place where the block stands, each a list of spans (more than one only around elided text)."""
        if self.bare:
            return []
        whole = [[span] for span in runs(self.units, hay)]
        if not whole and self.units[-1].text == "," and len(self.units) > 1:
            whole = [[span] for span in runs(self.units[:-1], hay)]
        if not whole and len(self.parts) > 1:
            spans = gapped_run(self.parts, hay)
            whole = [spans] if spans else []
        return whole

    def items(self) -> list[tuple[Unit, ...]]:
        """The block cut between its definitions; members of a class whose header it only repeats come apart too."""
        cuts = {0, len(self.units)}
        for symbol in self.source.symbols:
            if symbol.kind != "value" and (not symbol.scope or "." not in symbol.scope):
                cuts |= {symbol.start, symbol.end}
                if symbol.kind == "class":
                    cuts.add(self._class_body(symbol))
        marks = sorted(cuts)
        return [self.units[a:b] for a, b in zip(marks, marks[1:], strict=False) if a < b]

    def _class_body(self, symbol: Symbol) -> int:
        for index in range(symbol.header, symbol.end):
            if self.units[index].text == "{":
                return index + 1
        return symbol.header + 1


def read_piece(path: str, block: CodeBlock, shape: str) -> Piece | None:
    """The block in the shape of its file; None when it has no reading in that shape."""
    source = read_block(path, block.text, shape, block.language)
    if source is None:
        return None
    return Piece(block, source, _parts(source))


def _parts(source: Source) -> tuple[tuple[Unit, ...], ...]:
    gaps = {source.text.count("\n", 0, found.start()) + 1 for found in _LONE_DOTS.finditer(source.text)}
    gaps |= {comment.line for comment in source.comments if _GAP.match(comment.text)}
    parts: list[tuple[Unit, ...]] = []
    current: list[Unit] = []
    passed = 0
    for unit in source.units:
        crossed = sum(1 for gap in gaps if gap <= unit.line)
        if crossed > passed:
            parts.append(tuple(current))
            current, passed = [], crossed
        if unit.line not in gaps:
            current.append(unit)
    parts.append(tuple(current))
    if len(gaps) > passed:
        parts.append(())
    return tuple(parts)


@dataclass
class Texts:
    """Base and head of one file in one shape, and its blocks read in it."""

    path: str
    shape: str
    base: Source
    head: Source
    pieces: dict[CodeBlock, Piece] = field(default_factory=dict)


def read_texts(path: str, base: str, head: str, pairs: Sequence[Pair]) -> Texts:
    """Read everything in the strictest shape that suits all of it."""
    blocks = [block for pair in pairs for block in (pair.before, pair.new) if block is not None]
    fence = next((block.language for block in blocks if block.language), "")
    for shape in dict.fromkeys((shape_of(path, fence), "lines")):
        old, new = read_file(path, base, shape, fence), read_file(path, head, shape, fence)
        if old is None or new is None:
            continue
        pieces = {block: piece for block in blocks if (piece := read_piece(path, block, shape)) is not None}
        if len(pieces) == len(set(blocks)):
            return Texts(path, shape, old, new, pieces)
    raise AssertionError("every text can be read as lines")
