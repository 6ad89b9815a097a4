"""Blocks that are no whole statements where they stand (an element, an argument, a cut through brackets): settled on
the text itself, before anything is compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from delegation_guard.checks.blocks import read_piece
from delegation_guard.languages.families import PYTHON
from delegation_guard.languages.sources import read_file
from delegation_guard.languages.tokens import lex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from delegation_guard.checks.blocks import Pair
    from delegation_guard.languages.tokens import Token
    from delegation_guard.languages.units import Source
    from delegation_guard.model.contract import CodeBlock


@dataclass(frozen=True)
class Spliced:
    """Both texts after such blocks were settled, and the pairs that remain."""

    base: str
    head: str
    rest: tuple[Pair, ...]


def settle_parts(path: str, shape: str, base: str, head: str, pairs: Sequence[Pair]) -> Spliced:
    """Put such landed blocks into the base, or take them out of the head, as text.

    Python: what stands inside brackets or on one line, by its tokens. Everywhere: old and new text that stand word
    for word, as whole lines, in base and head. A block that did not land stays among `rest`.
    """
    rest: list[Pair] = []
    for pair in pairs:
        if _fits(path, shape, pair, base, head):
            rest.append(pair)
            continue
        settled = (_by_tokens(base, head, pair) if shape == "tree" else None) or _by_lines(base, head, pair)
        if settled is None:
            rest.append(pair)
        else:
            base, head = settled
    return Spliced(base, head, tuple(rest))


def settle_lines(texts: Spliced, missing: Sequence[Pair]) -> Spliced:
    """Second chance for pairs whose units did not match: those that stand word for word in both texts."""
    base, head = texts.base, texts.head
    rest: list[Pair] = []
    for pair in texts.rest:
        settled = _by_lines(base, head, pair) if pair in missing else None
        if settled is None:
            rest.append(pair)
        else:
            base, head = settled
    return Spliced(base, head, tuple(rest))


def exchange_lines(base: str, head: str, pairs: Sequence[Pair]) -> Spliced:
    """The base with every old block exchanged whose lines stand there once and in no other's; the rest remains.

    Not compared with the head at all: whoever calls this must.
    """
    lines = _cleaned(base)
    swaps: list[tuple[int, list[str], Pair]] = []
    for pair in pairs:
        old = _cleaned(pair.before.text) if pair.before else [""]
        places = _lines_at(old, lines) if any(old) else []
        if len(places) == 1 and not any(at < places[0] + len(old) and places[0] < at + len(_cleaned(other.before.text))
                                        for at, _, other in swaps if other.before):  # fmt: skip
            swaps.append((places[0], _cleaned(pair.new.text) if pair.new else [], pair))
    done = {id(pair) for _, _, pair in swaps}
    for at, new, pair in sorted(swaps, key=lambda swap: -swap[0]):
        lines[at : at + len(_cleaned(pair.before.text if pair.before else ""))] = new
    return Spliced("\n".join(lines) + "\n", head, tuple(pair for pair in pairs if id(pair) not in done))


def _fits(path: str, shape: str, pair: Pair, base: str, head: str) -> bool:
    """Whether the pair's blocks read as the units of their file, which is the better comparison."""
    anchor, text = (pair.before, base) if pair.before else (pair.new, head)
    other = pair.new if pair.before else None
    if anchor is None or (other is not None and read_piece(path, other, shape) is None):
        return False
    piece, whole = read_piece(path, anchor, shape), _whole(path, shape, text, anchor)
    if piece is None or whole is None:
        return False
    if shape == "tree":
        texts = {unit.text for unit in whole.units}
        return all(unit.text in texts for unit in piece.units)
    return piece.bare or bool(piece.found_in(whole.units))


def _whole(path: str, shape: str, text: str, block: CodeBlock) -> Source | None:
    return read_file(path, text, shape, block.language)


def _by_lines(base: str, head: str, pair: Pair) -> tuple[str, str] | None:
    """Old lines that stand exactly once in the base and new lines that stand in the head, as written."""
    if pair.before is None:
        return None
    old, lines = _cleaned(pair.before.text), _cleaned(base)
    new = _cleaned(pair.new.text) if pair.new else []
    places = _lines_at(old, lines)
    if len(places) != 1 or (new and not _lines_at(new, _cleaned(head))):
        return None
    at = places[0]
    return "\n".join([*lines[:at], *new, *lines[at + len(old) :]]) + "\n", head


def _cleaned(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n").split("\n")]


def _lines_at(needle: Sequence[str], hay: Sequence[str]) -> list[int]:
    size = len(needle)
    starts = [at for at in range(len(hay) - size + 1) if hay[at] == needle[0]]
    return [at for at in starts if list(hay[at : at + size]) == list(needle)]


def _by_tokens(base: str, head: str, pair: Pair) -> tuple[str, str] | None:
    if pair.before is None:
        found = _place(pair.new.text, head) if pair.new else None
        if found is None or pair.new is None or _place(pair.new.text, base) is not None:
            return None
        return base, _removed(head, *found)
    found = _place(pair.before.text, base)
    if found is None:
        return None
    new = pair.new.text.strip() if pair.new else ""
    if new and _place(new, head) is None:
        return None
    kept_comma = pair.before.text.strip().endswith(",") and base[found[1] - 1 : found[1]] != ","
    return base[: found[0]] + (new.rstrip(",") if kept_comma else new) + base[found[1] :], head


def _removed(text: str, start: int, end: int) -> str:
    after = text[end:]
    if text[end - 1] != "," and after.lstrip().startswith(","):
        after = after.lstrip()[1:]
    return text[:start] + "\n" * text.count("\n", start, end) + after


def _place(block: str, text: str) -> tuple[int, int] | None:
    """The source range where the tokens of a block stand inside brackets or within one line."""
    needle = [token.text for token in lex(block, PYTHON).tokens]
    tokens = lex(text, PYTHON).tokens
    for wanted in (needle, needle[:-1] if needle[-1:] == [","] else []):
        found = _first(wanted, tokens)
        if found is not None:
            return found
    return None


def _first(needle: list[str], tokens: Sequence[Token]) -> tuple[int, int] | None:
    depths = _depths(tokens)
    for index in range(len(tokens) - len(needle) + 1 if needle else 0):
        if tokens[index].text != needle[0]:
            continue
        window = tokens[index : index + len(needle)]
        if [token.text for token in window] != needle:
            continue
        if window[0].line == window[-1].line or min(depths[index : index + len(needle)]) > 0:
            return window[0].start, window[-1].end
    return None


def _depths(tokens: Sequence[Token]) -> list[int]:
    depths, depth = [], 0
    for token in tokens:
        depth -= token.text in (")", "]", "}")
        depths.append(depth)
        depth += token.text in ("(", "[", "{")
    return depths
