"""The empty spec of `spec new`: its holes are refused by the parser until somebody fills them in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_TEMPLATE = """\
TASK {task}: {title}

CONTEXT — read these files first:
- <file:line> — <why>

EXISTING BEHAVIOR THAT MUST BE PRESERVED:
- <invariant>

CHANGES TO MAKE:
{edits}

VERIFY:
<exact command>
It must succeed. If it fails, do NOT broaden the test to make it pass;
STOP and report what actually happened.

CONSTRAINTS:
- Edit ONLY the listed files.
- Do NOT add features beyond what's specified.
"""


def template(task: str = "", title: str = "", paths: Sequence[str] = ()) -> str:
    """A spec to fill in. What is not given stays a `<placeholder>`, which `parse` refuses with its line.

    `paths` go into the headings as they are; `parse` and lint judge them.
    """
    edits = "\n\n".join(
        f"### {number}. {path}\n<the change, with the exact new code block>"
        for number, path in enumerate(paths or ["<file path>"], 1)
    )
    return _TEMPLATE.format(task=task or "<ID>", title=title or "<one-line imperative>", edits=edits)
