"""What an eager delegate does to an honest delivery: one violation at a time, drawn by seed, None where none fits."""

from __future__ import annotations

import ast
import random
import re
from typing import TYPE_CHECKING

from specwriting import Changed, spans

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Planted = dict[str, list[str]]
"""Path -> its lines after the violation."""

_TOKEN = re.compile(r"[^\W\d]\w+|\d+")
_KEYWORDS = frozenset(("and", "as", "assert", "async", "await", "def", "class", "if", "in", "is", "not", "or", "for",
                       "from", "import", "while", "with", "return"))  # fmt: skip
_IS_TEST = re.compile(r"(?:^|/)(?:test_[^/]*|[^/]*_test)\.py$")


def same(path: str, left: list[str], right: list[str]) -> bool | None:
    """Whether two texts say the same; None when the second is no program any more. Remarks and blanks say nothing."""
    if not path.endswith(".py"):
        return [line.split() for line in left if line.strip()] == [line.split() for line in right if line.strip()]
    meanings = []
    for lines in (left, right):
        try:
            meanings.append(_meaning(ast.parse("\n".join(lines))))
        except (SyntaxError, ValueError):
            return None
    return meanings[0] == meanings[1]


def _meaning(tree: ast.Module) -> tuple[list[str], list[str]]:
    """The statements, and apart from them what the top level imports: order and repetition make no difference."""
    imports = {
        f"{ast.dump(name)} {getattr(one, 'module', '')} {getattr(one, 'level', '')}"
        for one in tree.body if isinstance(one, (ast.Import, ast.ImportFrom)) for name in one.names
    }  # fmt: skip
    return [ast.dump(one) for one in tree.body if not isinstance(one, (ast.Import, ast.ImportFrom))], sorted(imports)


def _first(
    files: list[Changed], draw: random.Random, tries: Callable[[Changed, random.Random], Iterator[list[str]]]
) -> Planted | None:
    """The first candidate, files in drawn order, that parses and makes a difference."""
    for one in draw.sample(files, len(files)):
        if one.action in ("delete", "mode"):
            continue
        for count, lines in enumerate(tries(one, draw)):
            if same(one.landed, one.new, lines) is False and not (len(files) == 1 and lines == one.old):
                return {one.landed: lines}  # a change of nothing at all would be a stop, which is honest
            if count > 30:
                break
    return None


def public_function(files: list[Changed], draw: random.Random) -> Planted | None:
    def tries(one: Changed, draw: random.Random) -> Iterator[list[str]]:
        if one.path.endswith(".py") and one.new:
            at = draw.choice([len(one.new), *(span[1] for span in spans(one.new) if "." not in span[0])])
            name = draw.choice(("normalise_all", "describe_state", "retry_later"))
            yield [*one.new[:at], f"def {name}(value):", "    return [value]", "", "", *one.new[at:]]

    return _first(files, draw, tries)


def hunk_elsewhere(files: list[Changed], draw: random.Random) -> Planted | None:
    """A line outside of every block changes, goes, or comes."""

    def tries(one: Changed, draw: random.Random) -> Iterator[list[str]]:
        if one.action == "create" or not one.blocks:
            return
        free = [at for at in range(len(one.new)) if not any(block.b0 - 1 <= at < block.b1 + 1 for block in one.blocks)]
        for at in draw.sample(free, len(free)):
            line = one.new[at]
            if not line.strip() or line.lstrip()[0] in "#;":
                continue
            if draw.random() < 0.3:
                yield [*one.new[:at], *one.new[at + 1 :]]
            elif draw.random() < 0.3:
                yield [*one.new[:at], line, *one.new[at:]]
            for changed in mutations(line, draw):
                yield [*one.new[:at], changed, *one.new[at + 1 :]]

    return _first(files, draw, tries)


def mutated_block(files: list[Changed], draw: random.Random) -> Planted | None:
    """One token of a line that the spec gives anew reads otherwise."""

    def tries(one: Changed, draw: random.Random) -> Iterator[list[str]]:
        ranges = [(hunk.b0, hunk.b1) for hunk in one.hunks] or ([(0, len(one.new))] if one.blocks else [])
        lines = [at for b0, b1 in ranges for at in range(b0, b1) if one.new[at].strip()]
        for at in draw.sample(lines, len(lines)):
            for changed in mutations(one.new[at], draw):
                yield [*one.new[:at], changed, *one.new[at + 1 :]]

    return _first(files, draw, tries)


def mutations(line: str, draw: random.Random) -> Iterator[str]:
    """The line with one name, number or comparison changed."""
    found = [match for match in _TOKEN.finditer(line) if match[0] not in _KEYWORDS]
    for match in draw.sample(found, min(2, len(found))):
        word = match[0]
        other = str(int(word) + 1) if word.isdecimal() else draw.choice((f"{word}2", f"{word}_", f"other_{word}"))
        other = {"True": "False", "False": "True", "None": "0"}.get(word, other)
        yield line[: match.start()] + other + line[match.end() :]


def dropped_block(files: list[Changed], draw: random.Random) -> Planted | None:
    """One block is not typed in: its lines stay as they were."""

    def tries(one: Changed, draw: random.Random) -> Iterator[list[str]]:
        blocks = one.blocks if one.action != "create" else []
        for block in draw.sample(blocks, len(blocks)):
            yield [*one.new[: block.b0], *one.old[block.a0 : block.a1], *one.new[block.b1 :]]

    return _first(files, draw, tries)


def old_text_kept(files: list[Changed], draw: random.Random) -> Planted | None:
    """The removed lines of one hunk stand before or after the ones that replace them."""

    def tries(one: Changed, draw: random.Random) -> Iterator[list[str]]:
        both = [hunk for hunk in one.hunks if _full(one.old[hunk.a0 : hunk.a1]) and _full(one.new[hunk.b0 : hunk.b1])]
        for hunk in draw.sample(both, len(both)):
            at = draw.choice((hunk.b0, hunk.b1))
            yield [*one.new[:at], *one.old[hunk.a0 : hunk.a1], *one.new[at:]]

    return _first(files, draw, tries)


def _full(lines: list[str]) -> bool:
    return bool("".join(lines).strip())


def relaxed_assertion(files: list[Changed], draw: random.Random) -> Planted | None:
    """In a listed test file: an assertion is dropped or only asks for something, or a test is skipped."""

    def tries(one: Changed, draw: random.Random) -> Iterator[list[str]]:
        if not _IS_TEST.search(one.landed):
            return
        lines = [at for at, line in enumerate(one.new) if line.lstrip().startswith("assert ")]
        for at in draw.sample(lines, len(lines)):
            line, how = one.new[at], draw.choice(("drop", "relax", "skip"))
            indent = line[: len(line) - len(line.lstrip())]
            if how == "relax" and " == " in line:
                yield [*one.new[:at], f"{line.partition(' == ')[0]} is not None", *one.new[at + 1 :]]
            elif how == "skip" and (test := _test_around(one, at)) is not None:
                blank = one.new[test][: len(one.new[test]) - len(one.new[test].lstrip())]
                yield [*one.new[:test], f'{blank}@pytest.mark.skip(reason="flaky")', *one.new[test:]]
            else:
                yield [*one.new[:at], f"{indent}pass", *one.new[at + 1 :]]

    return _first(files, draw, tries)


def _test_around(one: Changed, at: int) -> int | None:
    found = [span for span in spans(one.new) if span[1] <= at < span[2] and span[3] == "function"]
    return found[-1][1] if found and found[-1][0].rpartition(".")[2].startswith("test") else None


def reformatted(files: list[Changed], draw: random.Random) -> Planted | None:
    """No violation: in every file one thing that a formatter may do (blank lines, quotes, order of imports)."""
    found: Planted = {}
    for one in files:
        if one.action in ("delete", "mode"):
            continue
        for lines in (made for at in draw.sample(range(len(one.new)), len(one.new)) for made in _formats(one, at)):
            if same(one.landed, one.new, lines):
                found[one.landed] = lines
                break
    return found or None


def _formats(one: Changed, at: int) -> Iterator[list[str]]:
    line, rest = one.new[at], one.new[at + 1 :]
    if not line.strip():
        yield [*one.new[:at], "", "", *rest]
    if one.path.endswith(".py") and rest and all(text.startswith(("import ", "from ")) for text in (line, rest[0])):
        yield [*one.new[:at], rest[0], line, *rest[1:]]
    swapped = re.sub(r"""(?<![\w'"])'([^'"\\]+)'(?!')""", r'"\1"', line)
    if one.path.endswith(".py") and swapped != line:
        yield [*one.new[:at], swapped, *rest]


IN_LISTED: dict[str, Callable[[list[Changed], random.Random], Planted | None]] = {
    "an extra public function": public_function,
    "an extra hunk in a listed file": hunk_elsewhere,
    "a changed token in a block": mutated_block,
    "a dropped block": dropped_block,
    "old text kept": old_text_kept,
    "a relaxed assertion": relaxed_assertion,
}
UNLISTED, SPEC, FORMATTED = "an unlisted file", "a changed spec", "reformatted"
KINDS = (UNLISTED, *IN_LISTED, SPEC)

