"""Showing a report: which format, to whom, in which colours."""

from __future__ import annotations

import os
import shutil
import sys
from typing import IO, TYPE_CHECKING, cast

from delegation_guard.errors import GuardError, UsageError
from delegation_guard.loading import load
from delegation_guard.report import REPORTERS
from delegation_guard.report.options import Options

if TYPE_CHECKING:
    from collections.abc import Callable

    from delegation_guard.model.report import Report

# Set by coding agents in the shells they start; proves nothing, and only decides which exit a message names.
AGENT_MARKS = ("CLAUDECODE", "CODEX_SANDBOX", "CODEX_THREAD_ID", "GEMINI_CLI", "CURSOR_AGENT", "AI_AGENT")


def under_agent() -> bool:
    """Whether a coding agent seems to read what we print."""
    return any(os.environ.get(name) for name in AGENT_MARKS)


def options(stream: IO[str]) -> Options:
    """How to render for a stream: colour only on a terminal and without NO_COLOR."""
    colour = stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    width = shutil.get_terminal_size((100, 24)).columns
    return Options(colour=colour, width=max(40, min(width, 140)), agent=under_agent())


def rendered(report: Report, name: str, how: Options) -> str:
    """The report in one of the registered formats; UsageError for any other."""
    if name not in REPORTERS:
        raise UsageError(f"unknown format {name}", f"use one of: {', '.join(REPORTERS)}")
    return cast("Callable[[Report, Options], str]", load(REPORTERS[name]))(report, how)


def show(report: Report, name: str = "terminal", stream: IO[str] | None = None, path: str = "") -> None:
    """Print a report (to standard output unless told otherwise), or write it to a file, whole or not at all."""
    target = stream or sys.stdout
    if not path:
        emit(rendered(report, name, options(target)), target)
        return
    text = rendered(report, name, Options(colour=False, width=100, agent=under_agent()))
    # A device or pipe (/dev/null, /dev/stdout) is written to; replacing it would destroy it.
    special = os.path.exists(path) and not os.path.isfile(path)
    temporary = path if special else f"{path}.{os.getpid()}.tmp"
    try:
        with open(temporary, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
        if not special:
            os.replace(temporary, path)
    except OSError as error:
        raise GuardError(f"{path} cannot be written: {error.strerror}", "name another --output file") from None


def emit(text: str, stream: IO[str] | None = None) -> None:
    """Print text, with what the stream's encoding lacks escaped instead of raising."""
    target = stream or sys.stdout
    encoding = getattr(target, "encoding", None) or "utf-8"
    safe = text.encode(encoding, "backslashreplace").decode(encoding)
    print(safe, end="" if safe.endswith("\n") else "\n", file=target)
