"""What a spec asks for: a Contract, every part of it with its line in the spec."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Trust = Literal["range", "handoff", "base", "sealed", "caller"]
"""How far a spec is believed, weakest first. `handoff` = recorded by a hand-off on this machine,
`caller` = named on the command line by whoever asks."""

TRUST_ORDER: tuple[Trust, ...] = ("range", "handoff", "base", "sealed", "caller")

Action = Literal["modify", "create", "delete", "rename", "symlink", "mode", "submodule", "glob"]
"""What a heading permits. `modify` is a heading without a marker: create or modify."""

BlockRole = Literal["before", "new"]


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence of the spec and the 1-based line it stands on."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class ContextItem:
    """A file the delegate reads and must not edit. `start`/`end` are 1-based lines, 0 when the spec gives none."""

    path: str
    start: int
    end: int
    why: str
    line: int


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """An exact block of code under a heading.

    `line` is the spec line of the first line of code. `role` `before` is text to be replaced; the next `new` block
    of the same edit replaces it (none follows = the text is to be removed). `language` is the fence's info string,
    lower case, "" when it has none. `text` has "\\n" line ends and ends with one, its indentation as written.
    """

    language: str
    text: str
    line: int
    role: BlockRole = "new"


@dataclass(frozen=True, slots=True)
class Edit:
    """One `### n. <path>` heading: the only thing that authorises a path.

    `target` is the other end of a rename, the target of a symlink or the octal mode, "" otherwise.
    """

    path: str
    action: Action
    line: int
    instruction: str = ""
    blocks: tuple[CodeBlock, ...] = ()
    number: int = 0
    target: str = ""
    heading: str = ""


@dataclass(frozen=True, slots=True)
class VerifyCommand:
    """One command of VERIFY as written, the spec line it stands on, and the directory it runs in ("" = top)."""

    command: str
    line: int
    directory: str = ""


@dataclass(frozen=True, slots=True)
class Allowed:
    """One path of ALSO ALLOWED; with `command` it is a generated file that the command makes again."""

    path: str
    line: int
    command: str = ""


@dataclass(frozen=True, slots=True)
class Contract:
    """A parsed spec. `path` is where it was read ("-" for standard input), `sha256` is of its exact bytes."""

    task: str
    title: str
    line: int
    edits: tuple[Edit, ...]
    verify: tuple[VerifyCommand, ...]
    context: tuple[ContextItem, ...] = ()
    preserve: tuple[Clause, ...] = ()
    constraints: tuple[Clause, ...] = ()
    allowed: tuple[Allowed, ...] = ()
    instructions: tuple[Clause, ...] = ()
    """The sentences found inside VERIFY ("Both must succeed ..."): read, shown, never executed."""
    agent: str = ""
    phase: str = ""
    model: str = ""
    kind: str = ""
    expect: str = ""
    complexity: str = ""
    security: str = ""
    path: str = "-"
    source: str = field(default="", repr=False)
    sha256: str = ""
    trust: Trust = "range"
    warnings: tuple[Clause, ...] = ()
    """What is legal but probably not meant (a missing part, a gap in the numbering), with its line."""

    def at_least(self, trust: Trust) -> bool:
        """Whether this spec is believed at least as far as `trust`."""
        return TRUST_ORDER.index(self.trust) >= TRUST_ORDER.index(trust)
