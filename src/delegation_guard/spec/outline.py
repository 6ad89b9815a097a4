"""Nodes to one task with its sections: which line belongs where, and nothing is dropped in silence."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from delegation_guard.spec.headings import TITLES, closest, is_aside, is_ruler, lone_label, section, shape
from delegation_guard.spec.prose import BULLET
from delegation_guard.spec.scan import Fence, Text
from delegation_guard.spec.task import HOW, Header, field_of, is_known_field, is_task, read_field, read_task

if TYPE_CHECKING:
    from collections.abc import Sequence

    from delegation_guard.spec.headings import Heading, Kind, Shape
    from delegation_guard.spec.scan import Node
    from delegation_guard.spec.text import Notes

_FILE_HEADING = re.compile(r"^\d{1,3}(?:\.\d{1,3})*\s*[.):]?\s+\S*[./]\S*")


@dataclass
class Section:
    """A heading and the nodes under it. `level`: its `#` (0 = none). `note`: what stands in its parentheses."""

    kind: Kind
    line: int
    level: int
    note: str
    nodes: list[Node] = field(default_factory=list)


@dataclass
class Outline:
    """One task: its id, title and line, header fields, sections in order."""

    task: str
    title: str
    line: int
    header: Header
    sections: list[Section]

    def of(self, kind: Kind) -> list[Section]:
        return [part for part in self.sections if part.kind == kind]


def outline(nodes: Sequence[Node], notes: Notes) -> Outline:
    """Cut a spec into its parts. Exactly one TASK; a heading that is no known part is refused or reported."""
    start = _task_at(nodes, notes)
    opening = nodes[start]
    assert isinstance(opening, Text)
    name, title = read_task(opening, notes)
    cutter = _Cutter(notes)
    for place in range(start + 1, len(nodes)):
        cutter.take(nodes[place], nodes[place - 1])
    return Outline(name, title, opening.line, cutter.header, cutter.sections)


def _task_at(nodes: Sequence[Node], notes: Notes) -> int:
    found = [place for place, node in enumerate(nodes) if isinstance(node, Text) and is_task(node, False)]
    if not found:
        for place, node in enumerate(nodes):
            if isinstance(node, Text) and is_task(node, True):
                found = [place]
                break
    if not found:
        where = next((node.line for node in nodes if isinstance(node, Fence) or node.text.strip()), 0)
        notes.fail(where, "there is no TASK line" if where else "the spec is empty", f"begin the spec with one: {HOW}")
    if len(found) > 1:
        notes.fail(
            nodes[found[1]].line, f"a second TASK begins here; the first is in line {nodes[found[0]].line}",
            "one spec is one task: write the second one to a file of its own",
        )  # fmt: skip
    for node in nodes[: found[0]]:
        heading = _known(node)
        if heading is not None:
            notes.fail(
                node.line, f"the part {heading.name} stands above the TASK line {nodes[found[0]].line}",
                "move the TASK line to the top of the spec",
            )  # fmt: skip
    return found[0]


def _known(node: Node) -> Heading | None:
    line = shape(node.text) if isinstance(node, Text) else None
    found = section(line, None, False) if line else None
    return found if found and not found.guess else None


class _Cutter:
    """Goes down the nodes after TASK and files each one."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.header = Header()
        self.sections: list[Section] = []
        self.depth = 0

    @property
    def current(self) -> Kind | None:
        return self.sections[-1].kind if self.sections else None

    def take(self, node: Node, above: Node) -> None:
        if isinstance(node, Fence):
            if self.sections:
                self.sections[-1].nodes.append(node)
            return
        if is_ruler(node.text):
            node = replace(node, text="")
        line = shape(node.text)
        after_blank = not isinstance(above, Text) or not above.text.strip() or is_ruler(above.text)
        heading = section(line, self.current, after_blank, self.depth) if line else None
        if heading is not None:
            self._open(node, heading)
            return
        if self._is_field(node):
            self._field(node)
            return
        if line is not None:
            self._look_closer(node, line)
        if self.sections:
            self.sections[-1].nodes.append(node)
        else:
            self._field(node)

    def _open(self, node: Text, heading: Heading) -> None:
        if heading.kind == "aside":
            self.notes.warn(node.line, f"`{heading.name}` is no part of the contract: it is not read")
        elif heading.guess:
            self.notes.warn(node.line, f"`{heading.name}` is read as {TITLES[heading.kind]}")
        if heading.kind == "changes":
            self.depth = heading.level
        self.sections.append(Section(heading.kind, node.line, heading.level, heading.note))
        if heading.rest and not (heading.kind == "context" and re.search(r":$|\bread\b", heading.rest)):
            self.sections[-1].nodes.append(Text(node.line, heading.rest, node.cut))

    def _is_field(self, node: Text) -> bool:
        """Whether a line is a header field: fields go on behind a line ALSO ALLOWED."""
        if any(part.kind != "allowed" for part in self.sections):
            return False
        found = field_of(node.text)
        return found is not None and (is_known_field(found[0]) or (found[0].isupper() and not BULLET.match(node.text)))

    def _field(self, node: Text) -> None:
        found = field_of(node.text)
        if found is not None:
            read_field(*found, node.line, self.header, self.notes)

    def _look_closer(self, node: Text, line: Shape) -> None:
        """Refuse what looks like a heading and is none, where reading on would shorten or widen a list."""
        found = field_of(node.text) if self.sections else None
        if found is not None and is_known_field(found[0]) and self.current not in ("verify", "changes"):
            self.notes.fail(
                node.line, f"{found[0]} stands below a section", f"move the line {found[0]} right below TASK"
            )
        if line.level and self.current != "changes":
            self._stray_heading(node, line)
        elif not line.level and lone_label(line) and not is_aside(lone_label(line)):
            self._stray_label(node, lone_label(line))

    def _stray_heading(self, node: Text, line: Shape) -> None:
        if _FILE_HEADING.match(line.text):
            self.notes.fail(
                node.line, f"the file heading `{line.text}` does not stand under CHANGES TO MAKE",
                "move it there; only headings under CHANGES TO MAKE list a file",
            )  # fmt: skip
        if self.current is None or self.current == "aside" or is_aside(line.text):
            return
        if self.current == "verify" and line.level == 1:
            return  # `# why` above a command is a shell comment
        self._unknown(node, line.text.rstrip(":"))

    def _stray_label(self, node: Text, label: str) -> None:
        if self.current in ("changes", "verify"):
            if len(label.split()) > 1:
                self.notes.warn(node.line, f"`{label}:` is read as text, not as a part of the spec")
        elif self.current is not None and self.current != "aside":
            self._unknown(node, label)

    def _unknown(self, node: Text, name: str) -> None:
        near = closest(name)
        asked = f"did you mean {TITLES[near]}? " if near else ""
        self.notes.fail(
            node.line, f"the heading `{name}` is no part of a spec",
            f"{asked}the parts are {', '.join(TITLES.values())}; write anything else as a list item",
        )  # fmt: skip
