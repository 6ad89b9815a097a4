"""The VERIFY sections: which lines are commands, in which directory, and which are instructions to the reader."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NoReturn

from delegation_guard.model.contract import Clause, VerifyCommand
from delegation_guard.spec.paths import normalised, slot, unfilled
from delegation_guard.spec.prose import BULLET
from delegation_guard.spec.scan import Fence, Text
from delegation_guard.spec.shell import classify, refusal
from delegation_guard.spec.text import hidden, masked, spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from delegation_guard.spec.outline import Section
    from delegation_guard.spec.scan import Node
    from delegation_guard.spec.text import Notes

HOW = "put a command in back-ticks, alone on its line; begin a sentence with `> `"

SHELLS = frozenset(
    (
        "bash",
        "sh",
        "shell",
        "zsh",
        "console",
        "shell-session",
        "shellsession",
        "terminal",
        "cmd",
        "bat",
        "powershell",
        "pwsh",
        "fish",
    )
)
_UNTOLD = frozenset(("", "text", "txt", "plaintext", "plain"))
_DATA = frozenset(("output", "log", "json", "yaml", "yml", "xml", "diff", "html", "csv", "tap", "markdown", "md"))
_OUTPUT = re.compile(r"\b(?:output|prints?|expect(?:ed|s)?|shows?|says?|result|looks? like)\b", re.IGNORECASE)
_DENIAL = re.compile(r"\b(?:not|never|don't|expect\w*|outputs?|prints?|avoid|except|unless|if|when)\b", re.IGNORECASE)
_RUN = re.compile(
    r"^(?:(?:then|and|first|second|finally|also|next|afterwards|please)\b,?\s+)*(?:run|execute|call|invoke)\b\s*:?\s*(.*)$",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(
    r"^(?:(?:then|and|also|first|second|third|next|finally|afterwards|please|plus)\b[,:]?\s+|[^:`]{1,60}:\s+)(.*)$",
    re.IGNORECASE,
)
_LINKS = frozenset(("then", "and", "and then", "next", "finally", "after that", "also", "followed by"))
_JOINT = re.compile(r"^[\s,;.:]*(?:(?:and|then|and then|as well as)\b)?[\s,]*$", re.IGNORECASE)
_IN = re.compile(r"^(?:in|from|inside)\s+(`[^`]+`|[\w.@/+-]+)\s*:\s*(.*)$", re.IGNORECASE)
_NOTE_IN = re.compile(
    r"^(?:(?:run\s+)?(?:in|from|inside)|cwd:?|directory:?|dir:?|cd)\s+(?:the\s+)?(.+)$", re.IGNORECASE
)
_TOP = frozenset(
    (
        ".",
        "./",
        "top",
        "root",
        "repository root",
        "repo root",
        "root of the repository",
        "top of the repository",
        "project root",
    )
)
_HARMLESS_SET = re.compile(r"^set\s+-[euxo]+(?:\s+pipefail)?$")
_QUOTED = re.compile(r"'[^']*'|\"(?:[^\"\\]|\\.)*\"")


def verify(sections: Sequence[Section], notes: Notes) -> tuple[tuple[VerifyCommand, ...], tuple[Clause, ...]]:
    """The commands in order and the sentences around them. Nothing is run; a line that could be both is refused."""
    reader = _Reader(notes)
    for section in sections:
        reader.section(section)
    reader.warn_of_mentions()
    return tuple(reader.commands), tuple(reader.instructions)


class _Reader:
    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.commands: list[VerifyCommand] = []
        self.instructions: list[Clause] = []
        self.directory = ""
        self.said = ""
        """The paragraph of prose so far, "" outside of one."""

    def section(self, section: Section) -> None:
        self.directory = self._noted(section.note, section.line)
        self.said = ""
        last = ""
        for node in _joined(section.nodes):
            if isinstance(node, Fence):
                self._fence(node, last)
                self.said = ""
                continue
            if node.text.strip():
                last = node.text
            self._line(node)

    def warn_of_mentions(self) -> None:
        """Say which commands stand in sentences only, and are therefore not run."""
        run = {command.command for command in self.commands}
        for clause in self.instructions:
            for _, _, inside in spans(clause.text):
                if " " in inside and inside not in run and classify(inside) == "command":
                    self.notes.warn(clause.line, f"`{inside}` is spoken of in a sentence, and is not run")

    def _noted(self, note: str, line: int) -> str:
        if not note:
            return ""
        found = _NOTE_IN.match(note)
        if found is None and "/" not in note:
            if " " in note:
                self.instructions.append(Clause(note, line))
                return ""
            self.notes.fail(
                line, f"({note}) behind VERIFY could be a directory", f"write `VERIFY (in {note}):`, or leave it out"
            )
        return self._moved("", found[1] if found else note, line)

    def _moved(self, start: str, target: str, line: int) -> str:
        """The directory after `cd target` from `start`; SpecError when it is none inside the repository."""
        bare = target.strip().strip("`'\"").strip()
        if bare.lower() in _TOP and bare != ".":
            return ""
        parts = [part for part in start.split("/") if part]
        for part in bare.rstrip("/").split("/"):
            if part == ".." and parts:
                parts.pop()
            elif (
                part == ".."
                or (" " in part and "`" not in target)
                or part.startswith(("$", "~"))
                or (part == "" and bare.startswith("/"))
            ):
                self.notes.fail(
                    line, f"`{bare}` is no directory inside the repository",
                    "write it from the top of the repository: `VERIFY (in packages/api):`",
                )  # fmt: skip
            elif part not in ("", "."):
                parts.append(part)
        return normalised("/".join(parts), self.notes, line, "directory") if parts else ""

    def _line(self, node: Text) -> None:
        text = node.text.strip()
        if not text:
            self.said = ""
            return
        if text.startswith(">"):
            self._say(text.lstrip("> ").strip(), node.line)
            return
        bullet = BULLET.match(text)
        if bullet:
            text, self.said = text[bullet.end() :].strip(), ""
        if re.match(r"^#{1,6}\s", text):
            self.said = ""
            self._say(text.lstrip("#").strip(), node.line)
            self.said = ""
            return
        if text.startswith("**") and text.endswith("**") and text.count("**") == 2:
            text = text[2:-2].strip()
        if slot(text):
            self.notes.fail(
                node.line, f"`{text}` is a placeholder, not a command", "write the exact command: `python -m pytest -q`"
            )
        found = self._read(text, node.line)
        if found is None:
            self._say(text, node.line)
            return
        for command, directory in found:
            self._add(command, node, directory)

    def _read(self, text: str, line: int) -> list[tuple[str, str]] | None:
        """The commands a line names with their directories, None when it is prose; unclear lines are refused."""
        if text.startswith("$ "):
            return [(text[2:].strip(), self.directory)]
        placed = _IN.match(text)
        if placed and (placed[1].startswith("`") or "/" in placed[1]):
            where = self._moved("", placed[1], line)
            if not placed[2]:
                self.directory = where
                return []
            found = self._read(placed[2], line)
            return [(command, where) for command, _ in found] if found else self._unclear(text, line)
        if placed and not placed[2] and placed[1].islower():
            self._unclear(text, line, f"write `VERIFY (in {placed[1]}):` above the commands of a directory")
        ticked = spans(text)
        if ticked:
            commands = self._ticked(text, ticked, line)
            return [(command, self.directory) for command in commands] if commands else None
        run = _RUN.match(text)
        if run and run[1] and not self._open():
            if classify(run[1].rstrip(".:")) != "prose":
                self._unclear(text, line)
            return None
        return self._plain(text, line)

    def _plain(self, text: str, line: int) -> list[tuple[str, str]] | None:
        reading = classify(text)
        led = _LEAD_IN.match(text)
        if text.lower().rstrip(":,.") in _LINKS:
            return None
        if reading == "prose" and led and not self._open() and not _DENIAL.search(text[: led.start(1)]):
            reading = "unclear" if classify(led[1].rstrip(".")) == "command" else "prose"
        if reading == "prose":
            return None
        if reading == "unclear" and self._open():
            return None
        if reading == "unclear" or self._open():
            self._unclear(text, line)
        return [(text, self.directory)]

    def _open(self) -> bool:
        """Whether the line above is a sentence that has not ended."""
        return bool(self.said) and not self.said.rstrip("*_\"'").endswith((".", "!", "?", ":", ")"))

    def _ticked(self, text: str, ticked: list[tuple[int, int, str]], line: int) -> list[str]:
        """The commands among the back-ticked parts of a line; empty when the line is prose."""
        lead, names = text[: ticked[0][0]], [inside for _, _, inside in ticked]
        gaps = [text[one[1] : other[0]] for one, other in zip(ticked, ticked[1:], strict=False)]
        tail = text[ticked[-1][1] :]
        runs = _RUN.match(lead) if lead.strip() else None
        alone = all(_JOINT.match(gap) for gap in gaps) and _JOINT.match(tail) is not None
        if alone and (not lead.strip() or (runs and not runs[1])):
            return names
        if lead.rstrip().endswith(":") and alone and len(lead) <= 80:
            return [] if _DENIAL.search(lead) else names
        readings = [classify(name) for name in names]
        if not lead.strip():
            return self._command_then_words(text, ticked, readings[0], line)
        around = classify(masked(text))
        if (
            around == "command"
            or (runs and "command" in readings)
            or (around == "unclear" and "command" in readings and not self._open())
        ):
            self._unclear(text, line)
        return []

    def _command_then_words(self, text: str, ticked: list[tuple[int, int, str]], reading: str, line: int) -> list[str]:
        """The commands that a line begins with, when words follow them."""
        count = 1
        while count < len(ticked) and _JOINT.match(text[ticked[count - 1][1] : ticked[count][0]]):
            count += 1
        names, tail = [inside for _, _, inside in ticked[:count]], text[ticked[count - 1][1] :].strip()
        if re.match(r"^(?:&&|\|\|?|;|>|<)", tail):
            self._unclear(text, line)
        if self._open() or (reading != "command" and " " not in names[0]):
            return []
        if any(classify(name) != "command" for name in names):
            self._unclear(text, line)
        fresh = [name for name in names if all(command.command != name for command in self.commands)]
        words = tail.lstrip("—–-→=>,;: ").strip()
        if fresh and words:
            self.instructions.append(Clause(words, line))
        return fresh

    def _unclear(self, text: str, line: int, hint: str = HOW) -> NoReturn:
        self.notes.fail(line, f"this VERIFY line could be a command or a sentence: {text}", hint)

    def _say(self, text: str, line: int) -> None:
        if self.said and self.instructions and text:
            last = self.instructions.pop()
            self.instructions.append(Clause(f"{last.text} {text}", last.line))
        elif text:
            self.instructions.append(Clause(text, line))
        self.said = text

    def _fence(self, fence: Fence, introduced: str) -> None:
        if fence.info in _DATA or (fence.info in _UNTOLD and _OUTPUT.search(introduced)):
            self.notes.warn(fence.line, "this block of VERIFY is read as output, not as commands")
            return
        if fence.info not in SHELLS and fence.info not in _UNTOLD:
            self.notes.fail(
                fence.line, f"VERIFY holds a block of {fence.info}, and runs shell commands only",
                "write the commands in a fence marked bash, or save the code to a file and call it",
            )  # fmt: skip
        outer = self.directory
        lines = list(_continued(fence.lines, self.notes))
        prompted = any(text.startswith("$ ") for _, text in lines)
        for line, text in lines:
            if prompted and not text.startswith("$ "):
                continue
            self._fenced(line, text.removeprefix("$ ").strip(), fence.info in SHELLS)
        self.directory = outer

    def _fenced(self, line: int, text: str, shell: bool) -> None:
        if not text or text.startswith("#"):
            return
        reading = classify(text)
        if slot(text):
            self.notes.fail(
                line, f"`{text}` is a placeholder, not a command", "write the exact command: `python -m pytest -q`"
            )
        if reading == "prose":
            if shell:
                self.notes.fail(
                    line, f"this line among the commands reads like a sentence: {text}", "move it out of the code fence"
                )
            self._say(text, line)
            return
        if reading == "unclear" and not shell:
            self._unclear(text, line, "mark the fence bash, and move sentences out of it")
        self._add(text, Text(line, text), self.directory)

    def _add(self, command: str, node: Text, directory: str) -> None:
        self.said = ""
        line = node.line
        if not command:
            self.notes.fail(
                line, "this VERIFY line is an empty command", "write the exact command: `python -m pytest -q`"
            )
        if node.cut:
            self.notes.fail(
                line, "an HTML comment stands inside a VERIFY command", "move the comment to a line of its own"
            )
        odd = hidden(command) or next(
            (f"U+{ord(char):04X}" for char in command if char != " " and unicodedata.category(char) == "Zs"), ""
        )
        if odd:
            self.notes.fail(
                line, f"this command holds a character that cannot be seen ({odd})", "type the command again"
            )
        if any(char in command for char in "“”‘’"):
            self.notes.warn(line, f"curly quotes are no quotes to a shell: {command}")
        if slot(command) or unfilled(_QUOTED.sub("''", command)):
            self.notes.fail(
                line,
                f"this command is still a placeholder: {command}",
                "write the exact command: `python -m pytest -q`",
            )
        moved = re.match(r"^cd\s+(\S+|'[^']+'|\"[^\"]+\")\s*;?$", command)
        if moved:
            self.directory = self._moved(directory, moved[1].rstrip(";"), line)
            self.notes.warn(line, f"`{command}` is read as the directory of the commands after it")
            return
        if _HARMLESS_SET.match(command):
            return
        refused = refusal(command)
        if refused:
            self.notes.fail(line, f"this command cannot be run as it stands: {refused[0]}", refused[1])
        self.commands.append(VerifyCommand(command, line, directory))


def _joined(nodes: Iterable[Node]) -> Iterator[Node]:
    """Text lines that end in a backslash, joined with the line after them."""
    waiting: Text | None = None
    for node in nodes:
        if isinstance(node, Fence):
            if waiting:
                yield waiting
            waiting = None
            yield node
            continue
        if waiting:
            node = Text(
                waiting.line, f"{waiting.text.rstrip()[:-1].rstrip()} {node.text.strip()}", waiting.cut or node.cut
            )
            waiting = None
        if node.text.rstrip().endswith("\\") and not node.text.rstrip().endswith("\\\\"):
            waiting = node
            continue
        yield node
    if waiting:
        yield waiting


def _continued(lines: Sequence[tuple[int, str]], notes: Notes) -> Iterator[tuple[int, str]]:
    for node in _joined([Text(line, text) for line, text in lines]):
        assert isinstance(node, Text)
        text = node.text.strip()
        if text.endswith("\\") and not text.endswith("\\\\"):
            notes.fail(
                node.line, "this command ends in a backslash with no line after it", "remove it, or write the rest"
            )
        yield node.line, text
