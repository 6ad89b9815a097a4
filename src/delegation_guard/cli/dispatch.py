"""Everything but the hooks: one parser, one subcommand a file."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, cast

from delegation_guard import __version__
from delegation_guard.cli import COMMANDS
from delegation_guard.loading import load

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

EXITS = """\
exit codes: 0 passed or warned; 1 blocked; 2 cannot judge, and you can repair it; 3 our fault, no verdict was
reached; 4 deferred; 130 interrupted. The hooks are called as `delegation-guard hook STAGE`."""


def main(arguments: Sequence[str]) -> int:
    """Parse one command line and run its subcommand; usage errors exit 2 through argparse."""
    options = parser(*arguments[:1]).parse_args(list(arguments))
    entry = cast("Callable[[argparse.Namespace], int]", options.entry)
    return entry(options)


def parser(named: str = "") -> argparse.ArgumentParser:
    """The command line with the subcommand that was named, or with all of them when that is none."""
    top = argparse.ArgumentParser(
        prog="delegation-guard",
        description="Judge what a delegate changed against the spec it was given.",
        epilog=EXITS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"delegation-guard {__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    # Loading the other subcommands' modules costs as much as a judgement.
    for module in [module for module in COMMANDS if module.rpartition(".")[2] == named] or COMMANDS:
        summary = cast("str", load(f"{module}:HELP"))
        command = commands.add_parser(cast("str", load(f"{module}:NAME")), help=summary, description=summary)
        cast("Callable[[argparse.ArgumentParser], None]", load(f"{module}:configure"))(command)
        command.set_defaults(entry=load(f"{module}:main"))
    return top
