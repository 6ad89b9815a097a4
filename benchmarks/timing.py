"""Interleaved timing of whole processes: A B A B ..., ratios of minima and of medians, the load beside them.

Processor time (of a command and everything it started) is shown, too: on a busy machine it says more than the clock.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).resolve().parent
RESULTS = ROOT / "results"


@dataclass(frozen=True)
class Timed:
    """Wall and processor seconds of every counted run of one command, in order."""

    name: str
    seconds: tuple[float, ...]
    processor: tuple[float, ...]

    @property
    def least(self) -> float:
        return min(self.seconds)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


def interleaved(
    commands: Mapping[str, Sequence[str]], *, cwd: Path, runs: int = 25, warm: int = 2,
    environment: Mapping[str, str] | None = None, codes: Mapping[str, int] | None = None,
) -> list[Timed]:  # fmt: skip
    """Run every command `runs` times in turn; an exit code other than 0 (or the one in `codes`) stops the benchmark."""
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    processor: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(runs + warm):
        for name, command in commands.items():
            used, start = processor_seconds(), time.perf_counter()
            done = subprocess.run(
                command,
                cwd=cwd,
                env=environment and {**environment},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
            )
            took = time.perf_counter() - start
            if done.returncode != (codes or {}).get(name, 0):
                raise SystemExit(f"{name}: exit {done.returncode}\n{done.stdout.decode()}\n{done.stderr.decode()}")
            if number >= warm:
                seconds[name].append(took)
                processor[name].append(processor_seconds() - used)
    return [Timed(name, tuple(seconds[name]), tuple(processor[name])) for name in commands]


def processor_seconds() -> float:
    """What all ended children of this process have used."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def load() -> str:
    """The machine's load averages over 1, 5 and 15 minutes."""
    return " ".join(f"{value:.2f}" for value in os.getloadavg())


def table(timed: Sequence[Timed], against: str) -> str:
    """A Markdown table of minima and medians in milliseconds, and both ratios against one of the rows."""
    floor = next(one for one in timed if one.name == against)
    lines = [
        "| command | min ms | median ms | ratio of minima | ratio of medians | processor min ms | ratio |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {one.name} | {one.least * 1000:.1f} | {one.median * 1000:.1f} "
        f"| {one.least / floor.least:.2f} | {one.median / floor.median:.2f} "
        f"| {min(one.processor) * 1000:.1f} | {min(one.processor) / min(floor.processor):.2f} |"
        for one in timed
    ]
    return "\n".join(lines)


def keep(name: str, title: str, command: str, body: str) -> None:
    """Print a result and write it to results/<name>.md with the command that made it."""
    RESULTS.mkdir(exist_ok=True)
    text = f"# {title}\n\nMade by `{command}`; load averages {load()}; {os.cpu_count()} processors.\n\n{body}\n"
    (RESULTS / f"{name}.md").write_text(text, encoding="utf-8")
    print(text)
