"""The CHANGES part: one Edit for each heading that names a file, with its instruction and code blocks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from delegation_guard.model.contract import CodeBlock, Edit
from delegation_guard.spec import diffs, markers, roles
from delegation_guard.spec.headings import TITLES, closest, shape
from delegation_guard.spec.scan import Fence, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from delegation_guard.model.contract import BlockRole
    from delegation_guard.spec.headings import Shape
    from delegation_guard.spec.scan import Node
    from delegation_guard.spec.text import Notes

HOW = "write a heading for each file: `### 1. src/invoice.py`, and what to do below it"

_NUMBERED = re.compile(
    r"^(?:(?:file|edit|change|step)\s*)?#?\(?(\d{1,4})(?:\.\d{1,4})*\)?\s*(?:[.):]|[—–-](?=\s))?\s+(\S.*)$",
    re.IGNORECASE,
)
_LETTERED = re.compile(r"^\(?[A-Za-z][.)]\s+(\S.*)$")
_FILE_WORD = re.compile(r"^(?:file|path)\s*:\s*(\S.*)$", re.IGNORECASE)
_LIST_NUMBER = re.compile(r"^(\d{1,4})[.)]\s+(\S.*)$")


@dataclass
class _Draft:
    """A heading and what stands under it so far."""

    line: int
    number: int
    expression: str
    heading: str
    nodes: list[Node] = field(default_factory=list)


def edits(nodes: Sequence[Node], notes: Notes) -> tuple[Edit, ...]:
    """The listed files in order. Headings decide: `#` or bold ones, else plain numbered lines that are a path alone."""
    drafts = _cut(nodes, notes, plain=False) or _cut(nodes, notes, plain=True)
    found: list[Edit] = []
    taken: dict[str, int] = {}
    for draft in drafts:
        edit = _edit(draft, notes)
        for path in (edit.path, edit.target) if edit.action == "rename" else (edit.path,):
            if path in taken:
                notes.fail(
                    edit.line, f"`{path}` is listed a second time; the first heading is in line {taken[path]}",
                    "put both edits under one heading",
                )  # fmt: skip
            taken[path] = edit.line
        found.append(edit)
    _check_numbers(found, notes)
    return tuple(found)


def _cut(nodes: Sequence[Node], notes: Notes, plain: bool) -> list[_Draft]:
    drafts: list[_Draft] = []
    level = 0
    for node in nodes:
        head = _heading(node, level, plain, notes) if isinstance(node, Text) else None
        if head is not None:
            line = shape(node.text) if isinstance(node, Text) else None
            level = level or (line.level if line else 0)
            drafts.append(head)
        elif drafts:
            drafts[-1].nodes.append(node)
        elif isinstance(node, Fence) and plain is False and _any_heading(nodes, notes):
            notes.fail(node.line, "this code block stands above the first file heading, so it belongs to no file", HOW)
    return drafts


def _any_heading(nodes: Sequence[Node], notes: Notes) -> bool:
    return any(isinstance(node, Text) and _heading(node, 0, False, notes) is not None for node in nodes)


def _heading(node: Text, level: int, plain: bool, notes: Notes) -> _Draft | None:
    """The file heading a line is; None when it is text. A heading at the files' level that is no path is refused."""
    if plain:
        listed = _LIST_NUMBER.match(node.text)
        if listed is None or not markers.could_be(listed[2]):
            return None
        return _Draft(node.line, int(listed[1]), listed[2], node.text.strip())
    line = shape(node.text)
    if line is None or not line.marked:
        return None
    text = line.text
    numbered, worded = _NUMBERED.match(text), _FILE_WORD.match(text)
    number, expression = (int(numbered[1]), numbered[2]) if numbered else (0, worded[1] if worded else text)
    lettered = None if numbered or worded else _LETTERED.match(text)
    expression = lettered[1] if lettered else expression
    expression = re.sub(r"^(?:file|path)\s*:\s*", "", expression, flags=re.IGNORECASE)
    draft = _Draft(node.line, number, expression, node.text.strip())
    if markers.could_be(expression):
        if line.bold and not line.whole and level:
            notes.fail(
                node.line, f"`{node.text.strip()}` could list a file or speak of one",
                f"write `### {expression}` to list it, or back-ticks without bold to speak of it",
            )  # fmt: skip
        return draft if line.level or numbered or "/" in expression.split()[0] or _is_file_name(expression) else None
    if not line.level or (level and line.level > level):
        return None
    if numbered or expression.startswith(("<", "`")) or worded:
        return draft
    _refuse(node, line, notes)
    return None


def _is_file_name(expression: str) -> bool:
    """Whether a bold word without a folder is a file: `setup.py`, rather than a label such as `self.items`."""
    word = expression.split()[0].strip("`")
    return (
        re.search(r"\.(?:[a-z]{1,3}|[jt]sx|toml|yaml|json|html|scss|java|lock|lean|swift|dart|conf)$", word) is not None
    )


def _refuse(node: Text, line: Shape, notes: Notes) -> None:
    near = closest(line.text.rstrip(":"))
    asked = f"did you mean {TITLES[near]}? " if near else ""
    notes.fail(node.line, f"the heading `{line.text}` is neither a file nor a part of the spec", f"{asked}{HOW}")


def _edit(draft: _Draft, notes: Notes) -> Edit:
    listed = markers.read(draft.expression, notes, draft.line)
    instruction, blocks = _body(draft.nodes, listed.path, notes)
    text = "\n".join(part for part in (listed.tail, instruction) if part)
    return Edit(listed.path, listed.action, draft.line, text, blocks, draft.number, listed.target, draft.heading)


@dataclass
class _Raw:
    """A fence with the words before it."""

    fence: Fence
    lead: roles.Lead


def _body(nodes: Sequence[Node], path: str, notes: Notes) -> tuple[str, tuple[CodeBlock, ...]]:
    said: list[str] = []
    raw: list[_Raw] = []
    for text, fence in _paragraphs(nodes):
        if fence is None:
            said += [*text, ""]
            _warn_indented(nodes, text, notes)
            continue
        if not roles.is_label(text):
            said += [*text, ""]
        raw.append(_Raw(fence, roles.lead(text)))
    return _tidy(said), _blocks(raw, path, notes)


def _warn_indented(nodes: Sequence[Node], paragraph: list[str], notes: Notes) -> None:
    """Say so when a paragraph looks like an indented code block, which is read as words."""
    if all(re.match(r"^(?: {4}|\t)\s*(?![-*+] |\d+[.)] )\S", line) for line in paragraph):
        line = next(node.line for node in nodes if isinstance(node, Text) and node.text.rstrip() == paragraph[0])
        notes.warn(line, "indented lines are read as words, not as an exact block; put code between ``` lines")


def _paragraphs(nodes: Sequence[Node]) -> list[tuple[list[str], Fence | None]]:
    """Paragraphs in order, each with the fence it stands before (blank lines between them do not matter)."""
    found: list[tuple[list[str], Fence | None]] = []
    lines: list[str] = []
    ended = False
    for node in nodes:
        if isinstance(node, Fence):
            found.append((lines, node))
            lines, ended = [], False
        elif not node.text.strip():
            ended = bool(lines)
        else:
            if ended:
                found.append((lines, None))
                lines, ended = [], False
            lines.append(node.text.rstrip())
    if lines:
        found.append((lines, None))
    return found


def _tidy(lines: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _blocks(raw: list[_Raw], path: str, notes: Notes) -> tuple[CodeBlock, ...]:
    found: list[CodeBlock] = []
    for place, item in enumerate(raw):
        if item.fence.info in ("diff", "patch", "udiff"):
            found += diffs.blocks(path, item.fence.lines, notes)
            continue
        if not item.fence.text.strip():
            notes.warn(item.fence.line, "this code block is empty")
            continue
        follower = raw[place + 1].lead if place + 1 < len(raw) else "new"
        replaced = item.lead == "soft" and follower in ("partner", "none")
        role: BlockRole = "before" if item.lead == "before" or replaced else "new"
        if item.lead == "soft" and role == "new":
            notes.warn(item.fence.line, "this block is read as the new code: no block follows that replaces it")
        found.append(CodeBlock(item.fence.info, item.fence.text, item.fence.lines[0][0], role))
    return tuple(found)


def _check_numbers(found: Sequence[Edit], notes: Notes) -> None:
    numbers = [edit.number for edit in found]
    if all(number == 0 for number in numbers):
        return
    for place, edit in enumerate(found, 1):
        if edit.number and edit.number != place:
            notes.warn(edit.line, f"this is file heading {place}, but it is numbered {edit.number}")
            return
