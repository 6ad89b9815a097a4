"""Lint of code blocks: replaced text must be in its file, Python must parse."""

from __future__ import annotations

import ast
import difflib
import re
import textwrap
import warnings
from typing import TYPE_CHECKING

from delegation_guard.model.finding import Finding, Location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delegation_guard.model.contract import CodeBlock, Contract, Edit
    from delegation_guard.model.inputs import Objects

_GAP = re.compile(r"^(?:#|//|/\*|<!--|--|;)?(?:\.{3}|…)")
_ALL = re.compile(r"\b(?:all|every|each|both|everywhere|throughout)\b", re.IGNORECASE)
_PYTHON = ("python", "py", "python3")
_CLOSERS = ("else", "elif", "except", "finally", "case")
MOST_LINES = 4000


def find(contract: Contract, objects: Objects, tree: str) -> Iterator[Finding]:
    """Findings about code blocks."""
    for edit in contract.edits:
        if edit.action == "glob":
            continue
        data = objects.read(tree, edit.path) if any(block.role == "before" for block in edit.blocks) else None
        text = (data or b"").decode("utf-8", "replace")
        for place, block in enumerate(edit.blocks):
            if block.role == "before":
                later = next((other for other in edit.blocks[place + 1 :] if other.role == "new"), None)
                yield from _before(contract, edit, block, later, text)
            elif is_python(edit, block) and not parses(block.text):
                yield _finding(
                    contract, "spec/block-syntax", block.line, f"the block for {edit.path} is not valid Python",
                    "correct it: the delegate is to type exactly this",
                )  # fmt: skip


def _finding(contract: Contract, rule: str, line: int, message: str, hint: str) -> Finding:
    return Finding(rule, message, Location(contract.path, line, "spec"), hint=hint)


def _before(contract: Contract, edit: Edit, block: CodeBlock, later: CodeBlock | None, text: str) -> Iterator[Finding]:
    times = occurrences(block.text, text)
    if times == 0:
        landed = later is not None and occurrences(later.text, text)
        also = "; what replaces it is there already" if landed else _nearest(block.text, text)
        yield _finding(
            contract, "spec/before-block", block.line, f"the text to be replaced is not in {edit.path}{also}",
            "quote it again from the file as it is now",
        )  # fmt: skip
    elif times > 1 and not _ALL.search(edit.instruction):
        yield _finding(
            contract, "spec/ambiguous-block", block.line, f"the text to replace stands {times} times in {edit.path}",
            "quote more lines around it, or say that every one is meant",
        )  # fmt: skip


def occurrences(block: str, text: str) -> int:
    """How often a block stands in a text, blanks and line breaks aside; `...` lines stand for anything between."""
    parts = _parts(block)
    hay = "".join(text.split())
    if not parts:
        return 1
    if len(parts) == 1:
        return _whole(parts[0], text, hay)
    at = 0
    for part in parts:
        place = hay.find(part, at)
        if place < 0:
            return 0
        at = place + len(part)
    return 1


def _whole(part: str, text: str, hay: str) -> int:
    """Occurrences that begin and end where words do, as a line `x = 1` is no part of `max = 10`."""
    found, at = 0, hay.find(part)
    if at < 0:
        return 0
    starts = _starts(text)
    while at >= 0:
        end = at + len(part)
        cut_before = part[0].isalnum() and at not in starts
        cut_after = part[-1].isalnum() and end < len(hay) and end not in starts
        found += not (cut_before or cut_after)
        at = hay.find(part, at + 1)
    return found


def _starts(text: str) -> set[int]:
    """The offsets, blanks left out, at which a word or sign begins."""
    starts, offset = set(), 0
    for word in text.split():
        starts.add(offset)
        starts.update(offset + match.start() for match in re.finditer(r"(?<!\w)\w|\W", word))
        offset += len(word)
    return starts


def _parts(block: str) -> list[str]:
    parts = [""]
    for line in block.split("\n"):
        bare = "".join(line.split())
        if _GAP.match(bare) and len(bare) < 40:
            parts.append("")
        else:
            parts[-1] += bare
    return [part for part in parts if part]


def _nearest(block: str, text: str) -> str:
    """The line of the file that is most like the block's first line, in words; "" when none is."""
    first = next((line.strip() for line in block.split("\n") if line.strip()), "")
    lines = {line.strip(): number for number, line in reversed(list(enumerate(text.split("\n")[:MOST_LINES], 1)))}
    near = difflib.get_close_matches(first[:200], [line for line in lines if line], 1, 0.6)
    return f"; the nearest line is {lines[near[0]]}: {near[0][:80]}" if near else ""


def is_python(edit: Edit, block: CodeBlock) -> bool:
    """Whether a block is Python by its fence, or by its file when the fence says nothing."""
    return block.language in _PYTHON or (not block.language and edit.path.endswith((".py", ".pyi")))


def parses(block: str) -> bool:
    """Whether a block is Python: a whole file, or a piece of a class, a body, a call or a compound statement."""
    text = textwrap.dedent(block.expandtabs(8)).strip("\n")
    word = re.match(r"[a-z]+", text)
    inside = textwrap.indent(text, "    ")
    tries = [text, f"def _():\n{inside}", f"class _:\n{inside}", f"{text}\n{_deeper(text)}pass"]
    if word and word[0] in _CLOSERS:
        opener = "try:\n    pass\n" if word[0] in ("except", "finally") else "if _:\n    pass\n"
        opener = "match _:\n" if word[0] == "case" else opener
        tries += [f"{opener}{inside if word[0] == 'case' else text}", f"{opener}{text}\n{_deeper(text)}pass"]
    tries += [f"_(\n{text}\n)", f"[\n{text}\n]", f"{{\n{text}\n}}"]
    return any(_valid(attempt) for attempt in tries)


def _deeper(text: str) -> str:
    last = text.split("\n")[-1]
    return " " * (len(last) - len(last.lstrip()) + 4)


def _valid(text: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True
