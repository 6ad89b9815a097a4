"""Lint of VERIFY: commands that could not fail whatever the change."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from delegation_guard.model.finding import Finding, Location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delegation_guard.model.contract import Contract

_OPERATORS = frozenset(("&&", "||", ";", "|", "&", "|&", ";;"))
_ALWAYS_TRUE = frozenset(("true", ":", "echo", "printf"))
_TRIVIAL = _ALWAYS_TRUE | frozenset(
    ("pwd", "ls", "cd", "date", "sleep", "whoami", "set", "export", "exit", "clear", "which")
)
_ASKS_ONLY = frozenset(("--help", "--version", "--collect-only", "--co", "--list-tests", "--listTests", "--setup-plan"))
_NOT_RUN = (
    (re.compile(r"^g?make$"), re.compile(r"^(?:-n|--dry-run|--just-print|--recon|-i|--ignore-errors|-q|-t|--touch)$")),
    (re.compile(r"^cargo$"), re.compile(r"^--no-run$")),
    (
        re.compile(r"^(?:mvnw?|\./mvnw)$"),
        re.compile(r"^-D(?:skipTests|maven\.test\.skip|maven\.test\.failure\.ignore)(?:=true)?$"),
    ),
    (re.compile(r"^(?:gradlew?|\./gradlew)$"), re.compile(r"^(?:-m|--dry-run)$")),
    (re.compile(r"^ctest$"), re.compile(r"^(?:-N|--show-only.*)$")),
    (re.compile(r"^tox$"), re.compile(r"^(?:--notest|-n|-l|--listenvs)$")),
    (re.compile(r"^go$"), re.compile(r"^(?:-run=)?\^\$$")),
    (re.compile(r"^(?:flake8|ruff|pylint|golangci-lint|actionlint)$"), re.compile(r"^(?:--exit-zero|-e)$")),
)  # fmt: skip
_WEAK = re.compile(r"^(?:--pass-?[wW]ith-?[nN]o-?[tT]ests|--if-present|--allow-no-tests|--suppress-no-test-exit-code)$")


def find(contract: Contract) -> Iterator[Finding]:
    """Findings about VERIFY commands, by their words alone."""
    for command in contract.verify:
        where = Location(contract.path, command.line, "spec")
        fault = cannot_fail(command.command)
        if fault:
            yield Finding(
                "spec/verify-noop", f"`{command.command}` {fault}", where,
                hint="write the command that runs the tests of this task and lets them fail",
            )  # fmt: skip
        weak = next((word for word in command.command.split() if _WEAK.match(word)), "")
        if weak:
            yield Finding(
                "spec/verify-weak", f"`{command.command}` passes when no test runs ({weak})", where, hint=f"drop {weak}"
            )


def cannot_fail(command: str) -> str:
    """Why a command would accept any change, as the rest of a sentence about it; "" when it can fail."""
    try:
        pieces = _pieces(command)
    except ValueError:
        return ""
    for operator, words in pieces[1:]:
        if words and _always_true(words) and operator in ("||", ";"):
            return f"hides its own failure behind `{operator} {' '.join(words)}`"
    if any(operator == "&" for operator, _ in pieces[1:]) or command.rstrip().endswith(" &"):
        return "runs in the background, so its failure is not seen"
    if all(not words or _trivial(words) for _, words in pieces):
        return "does nothing that could fail"
    for _, words in pieces:
        idle = _idle(words)
        if idle:
            return idle
    return ""


def _pieces(command: str) -> list[tuple[str, list[str]]]:
    """The simple commands of a line with the operator before each; brackets of subshells fall away."""
    lexer = shlex.shlex(command, posix=True, punctuation_chars="();<>|&")
    lexer.whitespace_split = True
    pieces: list[tuple[str, list[str]]] = [("", [])]
    for word in lexer:
        if word in _OPERATORS:
            pieces.append((word, []))
        elif word.strip("()"):
            pieces[-1][1].append(word)
    return pieces


def _bare(words: list[str]) -> list[str]:
    start = 0
    while start < len(words) and (
        re.match(r"^[A-Za-z_]\w*=", words[start]) or words[start] in ("env", "time", "command")
    ):
        start += 1
    return words[start:]


def _always_true(words: list[str]) -> bool:
    bare = _bare(words)
    return not bare or bare[0] in _ALWAYS_TRUE or bare == ["exit", "0"]


def _trivial(words: list[str]) -> bool:
    bare = _bare(words)
    return not bare or (bare[0] in _TRIVIAL and not (bare[0] == "exit" and bare[1:] not in ([], ["0"])))


def _idle(words: list[str]) -> str:
    """Why one simple command runs no test, "" when it may."""
    bare = _bare(words)
    asked = next((word for word in bare[1:] if word in _ASKS_ONLY), "")
    if asked:
        return f"only answers {asked} and runs no test"
    for program, option in _NOT_RUN:
        places = [place for place, word in enumerate(bare) if program.match(word)][:1]
        for word in bare[places[0] + 1 :] if places else ():
            if option.match(word) and word:
                return f"does not fail when a test does ({word})"
    return ""
