"""The sentences of `fidelity/*`: what differs, where, which clause, and the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delegation_guard.checks import exits
from delegation_guard.checks.clauses import identifiers, places_named
from delegation_guard.checks.nearest import quoted
from delegation_guard.checks.residue import DIRECTIVE
from delegation_guard.model.contract import Clause
from delegation_guard.model.finding import Evidence, Finding, Location

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from delegation_guard.checks.blocks import Pair
    from delegation_guard.checks.clauses import Said
    from delegation_guard.checks.expected import Expected
    from delegation_guard.checks.nearest import Nearest
    from delegation_guard.checks.placement import Leftover, Misplaced
    from delegation_guard.checks.residue import Extra, ImportChange
    from delegation_guard.languages.units import Comment, Import, Symbol
    from delegation_guard.model.contract import Edit

STOP = exits.STOP


def clause_of(edit: Edit) -> Clause:
    return Clause(edit.heading or f"### {edit.number}. {edit.path}", edit.line)


def _short(text: str) -> str:
    first = text.strip().split("\n")[0].strip()
    return first if len(first) <= 90 else f"{first[:87]}..."


def absent(path: str, pair: Pair) -> Finding:
    """A block whose file is not there at all."""
    return Finding(
        "fidelity/block-missing",
        f"the block of spec line {pair.line} has not landed: there is no {exits.shown(path)}",
        Location(path),
        evidence=Evidence(_short(pair.new.text if pair.new else ""), ""),
        clause=clause_of(pair.edit),
        hint=f"write the block of spec line {pair.line} into {exits.shown(path)}, {STOP}",
    )


def missing(path: str, pair: Pair, near: Nearest, rule: str = "fidelity/block-missing") -> Finding:
    """A new block that stands nowhere in its file as written."""
    shown = exits.shown(path)
    if near.head_line:
        says = f'the spec says "{_short(near.before)}"' if near.before else "the spec has no such line"
        reads = f'line {near.head_line} reads "{_short(near.after)}"' if near.after else "that is not there"
        detail = f"{says}, {reads}"
        hint = f"make {shown}:{near.head_line} read exactly as spec line {near.spec_line}, {STOP}"
    else:
        detail = f'nothing like "{_short(near.before)}" stands in the file'
        hint = f"write the block of spec line {pair.line} into {shown} as it is, {STOP}"
    return Finding(
        rule,
        f"the block of spec line {pair.line} has not landed as written: {detail}",
        Location(path, near.head_line),
        evidence=Evidence(near.before, near.after),
        clause=clause_of(pair.edit),
        hint=hint,
    )


def missing_import(path: str, pair: Pair, item: Import, line: int) -> Finding:
    """An import that a block gives and the file lacks."""
    return Finding(
        "fidelity/block-missing",
        f"the import of spec line {line} has not landed: {item.text}",
        Location(path),
        evidence=Evidence(item.text, ""),
        clause=clause_of(pair.edit),
        hint=f"add the import of spec line {line} to {exits.shown(path)}, {STOP}",
    )


def missing_comment(path: str, pair: Pair, comment: Comment, line: int) -> Finding:
    """A comment of a block that did not come along; sure when it is all the block is about."""
    alone = pair.before is not None and pair.new is not None and _only_comments_differ(pair)
    return Finding(
        "fidelity/block-missing",
        f'the comment of spec line {line} has not landed: "{_short(comment.raw)}"',
        Location(path),
        certainty="sure" if alone or DIRECTIVE.search(comment.text) else "doubtful",
        evidence=Evidence(comment.raw, ""),
        clause=clause_of(pair.edit),
        hint=f"write the comment of spec line {line} as it is, {STOP}",
    )


def _only_comments_differ(pair: Pair) -> bool:
    old = pair.before.text.split("\n") if pair.before else []
    new = pair.new.text.split("\n") if pair.new else []
    return {line.strip() for line in old} <= {line.strip() for line in new}


def leftover(path: str, left: Leftover) -> Finding:
    """Old text that should be gone."""
    block = left.pair.before or left.pair.new
    line = block.line if block else left.pair.line
    return Finding(
        "fidelity/replaced-text-present",
        f"the text of spec line {line}, which the spec replaces, {left.how}",
        Location(path, left.line),
        evidence=Evidence(_short(block.text) if block else "", ""),
        clause=clause_of(left.pair.edit),
        hint=f"remove it from {exits.shown(path)}:{left.line}, {STOP}",
    )


def stale(path: str, pair: Pair, *, is_new_file: bool) -> Finding:
    """An old text that the base does not hold."""
    why = "the file does not exist there" if is_new_file else "the file does not hold it"
    line = pair.before.line if pair.before else pair.line
    return Finding(
        "fidelity/stale-block",
        f"the spec replaces the text of its line {line}, but before this change {why}",
        Location(path, 0, "base"),
        certainty="doubtful",
        evidence=Evidence(_short(pair.before.text) if pair.before else "", ""),
        clause=clause_of(pair.edit),
        hint="compare the spec with the file it was written for; a spec that does not fit is a reason to STOP",
    )


def misplaced(path: str, place: Misplaced) -> Finding:
    """A block in the wrong surroundings."""
    return Finding(
        "fidelity/wrong-place",
        f"the block of spec line {place.pair.line} landed in the wrong place: {place.why}",
        Location(path, place.line),
        certainty="sure" if place.sure else "doubtful",
        clause=clause_of(place.pair.edit),
        hint=f"move it to where spec line {place.pair.edit.line} says, {STOP}",
    )


def unreadable(path: str, edit: Edit, fault: str) -> Finding:
    """A listed file that cannot be compared with its blocks."""
    return Finding(
        "fidelity/oversized-or-unreadable",
        f"{exits.shown(path)} cannot be compared with its blocks: {fault}",
        Location(path),
        clause=clause_of(edit),
        hint=f"store it as plain UTF-8 text, {STOP}",
    )


def extra(path: str, edit: Edit, found: Extra, expected: Expected, named: Said) -> Iterator[Finding]:
    """A hunk beyond the blocks: one finding for each public definition or test in it, else one for its lines."""
    told = [symbol for symbol in found.symbols if symbol.public or symbol.kind == "test"]
    for symbol in told:
        finding = _symbol(path, edit, symbol, expected, named)
        if finding is not None:
            yield finding
    if found.covered and len(told) == len(found.symbols):
        return
    lines = _beyond(found, told, expected)
    if lines or found.base_lines:
        yield _hunk(path, edit, found, lines, expected)


def _beyond(found: Extra, told: Sequence[Symbol], expected: Expected) -> list[int]:
    units = expected.texts.head.units
    covered = {line for symbol in told for unit in units[symbol.start : symbol.end]
               for line in range(unit.line, unit.end + 1)}  # fmt: skip
    return [line for line in found.head_lines if line not in covered]


def _symbol(path: str, edit: Edit, symbol: Symbol, expected: Expected, named: Said) -> Finding | None:
    rule = "fidelity/extra-test" if symbol.kind == "test" else "fidelity/extra-symbol"
    what = "test" if symbol.kind == "test" else {"class": "type", "value": "constant"}.get(symbol.kind, "function")
    invented = symbol.name in places_named(edit.instruction)
    known = symbol.name in named.coded and not invented
    because = "the spec speaks of it as existing" if invented else "no clause of the spec names it"
    if known:
        because = "the spec names it but gives no block for it here"
    unit = expected.texts.head.units
    lines = range(unit[symbol.start].line, unit[symbol.end - 1].end + 1)
    return Finding(
        rule,
        f"{exits.shown(path)}:{symbol.line} adds the {what} {symbol.qualified}: {because}",
        Location(path, symbol.line),
        certainty="doubtful" if known or (not invented and _mentioned(symbol, named)) else "sure",
        evidence=Evidence("", quoted(expected.texts.head.text, lines)),
        clause=clause_of(edit),
        hint=f"remove {symbol.qualified}, {STOP}",
    )


def _mentioned(symbol: Symbol, named: Said) -> bool:
    words = identifiers(symbol.name)
    return symbol.name in named.words or (len(words) > 1 and words <= named.words)


def _hunk(path: str, edit: Edit, found: Extra, lines: Sequence[int], expected: Expected) -> Finding:
    texts = expected.texts
    before = quoted(texts.base.text, found.base_lines)
    after = quoted(texts.head.text, lines)
    if lines:
        where, side = Location(path, lines[0]), f'"{_short(after)}"'
        message = f"line {lines[0]} {'changed to' if before else 'was added'}: {side}; no block of the spec has it"
    else:
        where = Location(path, found.base_lines[0], "base")
        message = f'"{_short(before)}" was removed; no block of the spec takes it away'
    return Finding(
        "fidelity/extra-hunk",
        message,
        where,
        certainty="doubtful" if found.spoken else "sure",
        evidence=Evidence(before, after),
        clause=clause_of(edit),
        hint=f"put back what stood in {exits.shown(path)} there, {STOP}",
    )


def import_change(path: str, edit: Edit, change: ImportChange, expected: Expected) -> Finding:
    """An import that came or went: a note when the spec's code explains it."""
    verb = "added" if change.side == "head" else "removed"
    if change.needed:
        rule, why = "fidelity/import-added", "the spec left it out, its code explains it"
        hint = ""
    else:
        rule, why = "fidelity/extra-hunk", "nothing in the spec's code explains it"
        hint = f"{'take it out again' if verb == 'added' else 'put it back'}, {STOP}"
    source = expected.texts.head if verb == "added" else expected.texts.base
    text = change.item.text if source.shape == "tree" else quoted(source.text, [change.item.line]).strip()
    evidence = Evidence("", text) if verb == "added" else Evidence(text, "")
    location = Location(path, change.item.line, "head" if verb == "added" else "base")
    return Finding(
        rule, f"import {verb}: {text}; {why}", location, evidence=evidence, clause=clause_of(edit), hint=hint
    )


def comments(
    path: str, edit: Edit, added: Sequence[Comment], gone: Sequence[Comment], shown: set[int]
) -> Iterator[Finding]:
    """Comments beyond the blocks: sure when a tool obeys them, else a doubt, one a file."""
    for comment in added:
        if DIRECTIVE.search(comment.text):
            yield _comment(path, edit, comment, "added", "sure")
    plain = [comment for comment in added if not DIRECTIVE.search(comment.text) and comment.line not in shown]
    if plain:
        yield _comment(path, edit, plain[0], "added", "doubtful")
    if gone:
        yield _comment(path, edit, gone[0], "removed", "doubtful")


def _comment(path: str, edit: Edit, comment: Comment, verb: str, certainty: str) -> Finding:
    side = "head" if verb == "added" else "base"
    return Finding(
        "fidelity/extra-hunk",
        f'a comment was {verb} that no block of the spec has: "{_short(comment.raw)}"',
        Location(path, comment.line, "head" if side == "head" else "base"),
        certainty="sure" if certainty == "sure" else "doubtful",
        evidence=Evidence("", comment.raw) if verb == "added" else Evidence(comment.raw, ""),
        clause=clause_of(edit),
        hint=f"{'take it out again' if verb == 'added' else 'put it back'}, {STOP}",
    )
