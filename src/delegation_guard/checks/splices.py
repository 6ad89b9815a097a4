"""Blocks that are less than a statement (an element of a list, an argument): settled on the text itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from delegation_guard.languages.families import PYTHON
from delegation_guard.languages.tokens import lex
from delegation_guard.languages.trees import read_fragment, read_tree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from delegation_guard.checks.blocks import Pair
    from delegation_guard.languages.tokens import Token


@dataclass(frozen=True)
class Spliced:
    """Both texts after the parts of statements that landed were settled, and the pairs that remain."""

    base: str
    head: str
    rest: tuple[Pair, ...]
    settled: tuple[Pair, ...]


def settle_parts(base: str, head: str, pairs: Sequence[Pair]) -> Spliced:
    """For Python: put landed parts of statements into the base, or take them out of the head.

    Only what stands inside brackets or on one line counts; a part that did not land stays among `rest`.
    """
    rest: list[Pair] = []
    settled: list[Pair] = []
    for pair in pairs:
        if _has_statements(pair, base, head):
            rest.append(pair)
            continue
        replaced = _settle(base, head, pair)
        if replaced is None:
            rest.append(pair)
        else:
            base, head = replaced
            settled.append(pair)
    return Spliced(base, head, tuple(rest), tuple(settled))


def _has_statements(pair: Pair, base: str, head: str) -> bool:
    """Whether the pair's blocks are found as whole statements, which is the better comparison."""
    for block, text in ((pair.before, base), (pair.new, head)):
        if block is None:
            continue
        fragment = read_fragment(block.text)
        if fragment is None:
            return False
        if block is pair.before or pair.before is None:
            whole = read_tree(text)
            texts = {unit.text for unit in whole.units} if whole else set()
            return all(unit.text in texts for unit in fragment.units)
    return True


def _settle(base: str, head: str, pair: Pair) -> tuple[str, str] | None:
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
        window = tokens[index : index + len(needle)]
        if tokens[index].text != needle[0] or [token.text for token in window] != needle:
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
