"""Dispatch, and the one place where errors become exit codes.

`hook` is dispatched before argparse: a commit hook runs hundreds of times a day, so until it is known that a commit has
anything to do with a delegate nothing but os, sys, subprocess and `loading` is imported.
"""

import os
import sys

from delegation_guard.errors import GuardError
from delegation_guard.loading import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import NoReturn

INTERRUPTED = 130


def run() -> "NoReturn":
    """The console script."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: "Sequence[str]") -> int:
    """Run one command line and return its exit code (see `--help` for the meanings); never raises."""
    if arguments[:1] == ["hook"]:
        return boundary(_hook, arguments[1:])
    return boundary(_dispatch, arguments)


def _hook(arguments: "Sequence[str]") -> int:
    entry: Callable[[Sequence[str]], int] = load(".cli.hook:main")  # type: ignore[assignment]
    return entry(arguments)


def _dispatch(arguments: "Sequence[str]") -> int:
    entry: Callable[[Sequence[str]], int] = load(".cli.dispatch:main")  # type: ignore[assignment]
    return entry(arguments)


def boundary(entry: "Callable[[Sequence[str]], int]", arguments: "Sequence[str]") -> int:
    """Turn whatever `entry` raises into one sentence on standard error and an exit code."""
    try:
        return entry(arguments)
    except GuardError as error:
        _say(f"delegation-guard: {error.message}")
        if error.hint:
            _say(f"  next: {error.hint}")
        return error.exit_code
    except KeyboardInterrupt:
        _say("delegation-guard: interrupted; nothing was recorded")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader went away; point stdout elsewhere so that the interpreter's last flush stays quiet.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        if os.environ.get("DELEGATION_GUARD_DEBUG"):
            raise
        _say(f"delegation-guard: no verdict was reached; this is not about your change ({describe(error)})")
        _say("  next: run it again with DELEGATION_GUARD_DEBUG=1 and report what it prints")
        return 3


def describe(error: BaseException) -> str:
    """An exception in one line: its type, message and the place in our code it came from."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" at {os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}{where}"


def _say(text: str) -> None:
    print(printable(text), file=sys.stderr)


def printable(text: str) -> str:
    """Text without control characters or lone surrogates, which a hostile file name may hold."""
    return "".join(
        char if char.isprintable() or char in "\n\t" else char.encode("unicode_escape").decode() for char in text
    )
