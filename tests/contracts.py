"""Contracts from one-line headings, for tests that are not about the spec's text."""

from __future__ import annotations

import re

from delegation_guard.model.contract import Allowed, Clause, CodeBlock, ContextItem, Contract, Edit, VerifyCommand

ONLY = Clause("Edit ONLY the listed files.", 30)
MARKER = re.compile(r"(.*?) \((create|delete|rename to|symlink to|mode|submodule|glob)(?: (.*))?\)$")
SPEC = ".delegation/specs/T-1.md"


def edit(heading: str, number: int = 1, block: str = "") -> Edit:
    match = MARKER.match(heading)
    path, action, target = match.groups() if match else (heading, "modify", "")
    blocks = (CodeBlock("", block, 10 * number + 2),) if block else ()
    return Edit(
        path, action.split()[0], 10 * number, blocks=blocks, number=number, target=target or "",  # type: ignore[arg-type]
        heading=f"### {number}. {heading}",
    )  # fmt: skip


def contract(
    *headings: str | Edit, context: tuple[str, ...] = (), allowed: tuple[str, ...] = (), trust: str = "base",
    sha256: str = "0" * 64,
) -> Contract:  # fmt: skip
    """`allowed` entries may read `path by command`."""
    edits = tuple(item if isinstance(item, Edit) else edit(item, n) for n, item in enumerate(headings, 1))
    lines = tuple(Allowed(*(lambda p: (p[0], 5, p[2]))(text.partition(" by "))) for text in allowed)
    items = tuple(ContextItem(path, 1, 1, "why", 7) for path in context)
    return Contract(
        "T-1", "do it", 1, edits, (VerifyCommand("true", 40),), context=items, constraints=(ONLY,), allowed=lines,
        path=SPEC, sha256=sha256, trust=trust,  # type: ignore[arg-type]
    )  # fmt: skip
