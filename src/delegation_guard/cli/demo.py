"""Play the demo and say, scene by scene, what happened and whether it was what the story promised."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from delegation_guard.cli.output import emit, options
from delegation_guard.delegate.demo import Scene, Stage, play

if TYPE_CHECKING:
    import argparse

NAME = "demo"
HELP = "a throw-away real repository, every verdict shown with its reason"

LONGEST, SHOWN = 45, 6


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--keep", action="store_true", help="leave the repository in place and say where it is")


def main(arguments: argparse.Namespace) -> int:
    stage = Stage(os.environ, sys.argv[0])
    surprises = 0
    try:
        if not stage.has_pre_commit:
            emit("pre-commit is not installed here: the demo uses plain git hooks instead.")
        for number, scene in enumerate(play(stage), 1):
            emit(told(number, scene))
            surprises += not scene.as_expected
    finally:
        if arguments.keep:
            emit(f"The repository is in {stage.repo}")
        else:
            stage.close()
    if surprises:
        emit(f"{surprises} of the scenes did not go as the story says: that is a fault of delegation-guard.")
        return 3
    emit("Every refusal above named what, where, which clause of the spec, and the next command.")
    return 0


def told(number: int, scene: Scene) -> str:
    """One scene as text: the story, the command, what it printed and how it ended."""
    colour = options(sys.stdout).colour
    bold, off = ("\033[1m", "\033[0m") if colour else ("", "")
    verdict = ("\033[32m" if scene.code == 0 else "\033[31m") if colour else ""
    lines = scene.output.rstrip().splitlines() or ["(nothing printed)"]
    if len(lines) > LONGEST:
        lines = [*lines[:SHOWN], f"... {len(lines) - SHOWN} more lines ..."]
    body = "\n".join(f"  {line}".rstrip() for line in lines)
    end = "accepted" if scene.code == 0 else f"refused (exit {scene.code})"
    surprise = "" if scene.as_expected else "   <-- NOT WHAT WAS EXPECTED"
    head = f"{bold}{number}. {scene.story}{off}\n{bold}$ {scene.command}{off}"
    return f"{head}\n{body}\n{verdict}=> {end}{off}{surprise}\n\n"
