"""A Contract to canonical text that reads back as the same Contract."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from delegation_guard.spec.headings import TITLES
from delegation_guard.spec.task import FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delegation_guard.model.contract import Allowed, Clause, CodeBlock, ContextItem, Contract, Edit, VerifyCommand

_PLAIN_PATH = re.compile(r"[\w./+@-]*\w")


def write(contract: Contract) -> str:
    """The spec in the form of the template. Lines, source, digest, path, trust and warnings are not kept.

    Takes the values as they are: a Contract that no text could have given (two blocks of prose under one heading in
    another order, a clause over several lines) comes back in another shape.
    """
    parts = ["\n".join([f"TASK {contract.task}: {contract.title}", *_header(contract)])]
    parts += [_listed("context", (_context(item) for item in contract.context), " — read these files first")]
    parts += [_listed("preserve", (f"- {clause.text}" for clause in contract.preserve))]
    parts += [f"{TITLES['changes']}:", *(_edit(edit) for edit in contract.edits)]
    parts += list(_verify(contract.verify))
    parts += ["\n\n".join(_sentence(clause) for clause in contract.instructions)]
    parts += [_listed("constraints", (f"- {clause.text}" for clause in contract.constraints))]
    return "\n\n".join(part for part in parts if part) + "\n"


def _header(contract: Contract) -> Iterator[str]:
    for name in FIELDS:
        value = getattr(contract, name)
        if value:
            yield f"{name.upper()}: {value}"
    if contract.allowed:
        yield "ALSO ALLOWED:"
        yield from (f"- {_allowed(item)}" for item in contract.allowed)


def _listed(kind: str, lines: Iterator[str], behind: str = "") -> str:
    found = list(lines)
    return "\n".join([f"{TITLES[kind]}{behind}:", *found]) if found else ""  # type: ignore[index]


def _path(path: str) -> str:
    return path if _PLAIN_PATH.fullmatch(path) and ("/" in path or "." in path) else f"`{path}`"


def _allowed(item: Allowed) -> str:
    return f"{_path(item.path)} by `{item.command}`" if item.command else _path(item.path)


def _context(item: ContextItem) -> str:
    where = f":{item.start}" + (f"-{item.end}" if item.end != item.start else "") if item.start else ""
    return f"- `{item.path}{where}`" + (f" — {item.why}" if item.why else "")


def _edit(edit: Edit) -> str:
    marker = {
        "modify": "", "rename": f" (rename to `{edit.target}`)", "symlink": f" (symlink to `{edit.target}`)",
        "mode": f" (mode {edit.target})",
    }.get(edit.action, f" ({edit.action})")  # fmt: skip
    number = f"{edit.number}. " if edit.number else ""
    parts = [f"### {number}{_path(edit.path)}{marker}", edit.instruction]
    waiting = False
    for place, block in enumerate(edit.blocks):
        following = edit.blocks[place + 1].role if place + 1 < len(edit.blocks) else ""
        if block.role == "before":
            label = "Replace:" if following == "new" else "Remove:"
        else:
            label = "with:" if waiting else "The new code:"
        waiting = block.role == "before"
        parts.append(f"{label}\n{fenced(block)}")
    return "\n\n".join(part for part in parts if part)


def fenced(block: CodeBlock) -> str:
    """A block between back-ticks, more of them than any line of it begins with."""
    longest = max((len(run) for run in re.findall(r"`{3,}", block.text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{block.language}\n{block.text}{fence}"


def _verify(commands: tuple[VerifyCommand, ...]) -> Iterator[str]:
    lines: list[str] = []
    directory: str | None = None
    for command in commands:
        if command.directory != directory:
            if lines:
                yield "\n".join(lines)
            directory = command.directory
            lines = [f"VERIFY (in {directory}):" if directory else "VERIFY:"]
        lines.append(_command(command.command))
    if lines:
        yield "\n".join(lines)


def _command(command: str) -> str:
    """A command in as many back-ticks as it needs to be one, whatever it looks like."""
    longest = max((len(run) for run in re.findall(r"`+", command)), default=0)
    ticks = "`" * (longest + 1)
    gap = " " if longest and (command.startswith("`") or command.endswith("`")) else ""
    return f"{ticks}{gap}{command}{gap}{ticks}"


def _sentence(clause: Clause) -> str:
    """A sentence of VERIFY, marked so that it is never taken for a command."""
    return f"> {clause.text}"
