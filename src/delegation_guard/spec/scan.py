"""Lines of a spec to text lines and code fences; HTML comments fall away."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from delegation_guard.spec.text import masked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from delegation_guard.spec.text import Notes

_OPEN = re.compile(r"^(?P<indent>[ \t]*)(?P<fence>`{3,}(?=[^`]*$)|~{3,})(?P<info>.*)$")
_CLOSE = re.compile(r"^(?P<indent>[ \t]*)(?P<fence>`{3,}|~{3,})[ \t]*$")
_HIDING = re.compile(r"<[a-z][^<>]*(?:\bhidden\b|display\s*:\s*none|visibility\s*:)[^<>]*>", re.IGNORECASE)
_TASK = re.compile(r"^[\s#*_]*TASK\b")


@dataclass(frozen=True, slots=True)
class Text:
    """One line outside fences. `cut`: an HTML comment was taken out of it."""

    line: int
    text: str
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Fence:
    """A code fence: the line it opens on, its info string's first word in lower case, its numbered lines."""

    line: int
    info: str
    lines: tuple[tuple[int, str], ...]

    @property
    def text(self) -> str:
        return "".join(f"{line}\n" for _, line in self.lines)


Node = Text | Fence


def read(lines: Sequence[tuple[int, str]], notes: Notes) -> list[Node]:
    """The nodes of a spec. A fence around the whole spec is taken off; an unclosed fence or comment is refused."""
    inner = _inside_outer_fence(lines)
    whole = _try(lines)
    if inner is None:
        return _lone_fence(whole if whole is not None else scan(lines, notes), notes)
    if whole is None or len([node for node in whole if isinstance(node, Fence) or node.text.strip()]) == 1:
        return scan(inner, notes)
    if _try(inner) is not None:
        notes.fail(
            inner[0][0] - 1, "the code fences of this spec can be read in two ways",
            "give the fence around the whole spec four back-ticks, or leave it out",
        )  # fmt: skip
    return _lone_fence(whole, notes)


def scan(lines: Sequence[tuple[int, str]], notes: Notes) -> list[Node]:
    """Text lines and fences in order; SpecError for a fence or an HTML comment that never ends."""
    try:
        return _Scanner(lines).run()
    except _Unfinished as error:
        notes.fail(error.line, error.message, error.hint)


class _Unfinished(Exception):
    def __init__(self, line: int, message: str, hint: str) -> None:
        super().__init__(message)
        self.line, self.message, self.hint = line, message, hint


def _try(lines: Sequence[tuple[int, str]]) -> list[Node] | None:
    try:
        return _Scanner(lines).run()
    except _Unfinished:
        return None


class _Scanner:
    def __init__(self, lines: Sequence[tuple[int, str]]) -> None:
        self.lines = lines
        self.at = 0
        self.nodes: list[Node] = []

    def run(self) -> list[Node]:
        while self.at < len(self.lines):
            number, line = self.lines[self.at]
            opening = _OPEN.match(line)
            if opening is not None:
                self._fence(number, opening)
            else:
                self._text(number, line)
        return self.nodes

    def _fence(self, number: int, opening: re.Match[str]) -> None:
        fence, indent = opening["fence"], opening["indent"]
        body: list[tuple[int, str]] = []
        for place in range(self.at + 1, len(self.lines)):
            inner, line = self.lines[place]
            closing = _CLOSE.match(line)
            if closing and closing["fence"].startswith(fence) and _width(closing["indent"]) <= _width(indent) + 3:
                self.nodes.append(Fence(number, _info(opening["info"]), tuple(body)))
                self.at = place + 1
                return
            body.append((inner, _dedent(line, indent)))
        raise _Unfinished(
            number, "the code fence opened here is never closed", f"put a line with {fence} after the code"
        )

    def _text(self, number: int, line: str) -> None:
        if _HIDING.search(line) and _HIDING.search(masked(line)):
            raise _Unfinished(
                number, "an HTML tag here hides text from readers", "write the spec so that all of it can be seen"
            )
        start = _comment_start(line)
        if start < 0:
            self.nodes.append(Text(number, line))
            self.at += 1
            return
        kept = line[:start]
        end = line.find("-->", start + 4)
        while end < 0:
            self.at += 1
            if self.at >= len(self.lines):
                raise _Unfinished(number, "the HTML comment opened here is never closed", "close it with -->")
            line = self.lines[self.at][1]
            start, end = -1, line.find("-->")
        rest = line[end + 3 :]
        whole = not kept.strip() or start < 0
        if rest.strip() and whole:
            raise _Unfinished(
                self.lines[self.at][0], "text follows an HTML comment on the same line",
                "put the comment on lines of its own: what stands beside it would be read by some and not by others",
            )  # fmt: skip
        if "<!--" in rest:
            raise _Unfinished(
                self.lines[self.at][0], "two HTML comments stand on one line", "keep one, at the line's end"
            )
        self.nodes.append(Text(number, (kept + rest).rstrip(), cut=bool(kept.strip())))
        self.at += 1


def _comment_start(line: str) -> int:
    if "<!--" not in line:
        return -1
    return masked(line).find("<!--")


def _info(text: str) -> str:
    words = text.strip().strip("{}").lstrip(".").split()
    return words[0].strip("{},").lower() if words else ""


def _width(indent: str) -> int:
    return len(indent.expandtabs(4))


def _dedent(line: str, indent: str) -> str:
    shared = 0
    while shared < len(indent) and shared < len(line) and line[shared] in " \t":
        shared += 1
    return line[shared:]


def _inside_outer_fence(lines: Sequence[tuple[int, str]]) -> list[tuple[int, str]] | None:
    """What stands between a first and a last line that are fences, when a TASK begins right inside; else None."""
    full = [place for place, (_, line) in enumerate(lines) if line.strip()]
    if len(full) < 3:
        return None
    opening, closing = _OPEN.match(lines[full[0]][1]), _CLOSE.match(lines[full[-1]][1])
    if not opening or not closing or not closing["fence"].startswith(opening["fence"]):
        return None
    if not _TASK.match(lines[full[1]][1]):
        return None
    return list(lines[full[0] + 1 : full[-1]])


def _lone_fence(nodes: list[Node], notes: Notes) -> list[Node]:
    """The inside of the only fence that begins with a TASK, when no TASK stands outside of fences."""
    if any(isinstance(node, Text) and _TASK.match(node.text) for node in nodes):
        return nodes
    inside = [node for node in nodes if isinstance(node, Fence) and _begins_with_task(node)]
    if len(inside) != 1:
        return nodes
    return scan(inside[0].lines, notes)


def _begins_with_task(fence: Fence) -> bool:
    return next((bool(_TASK.match(line)) for _, line in fence.lines if line.strip()), False)
