"""What a verify run shows while it works."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from delegation_guard.cli.main import printable
from delegation_guard.cli.output import emit

if TYPE_CHECKING:
    from delegation_guard.model.receipt import CommandRun
    from delegation_guard.verify.request import Progress

_LINES = 40
_EVERY = 0.5


class Shown:
    """Prints one line per command, the output of what failed first, and on a terminal one line that moves."""

    def __init__(self, stream: IO[str], *, width: int = 100) -> None:
        self._stream = stream
        self._live = stream.isatty()
        self._width = width
        self._last = 0.0
        self._again = False

    def __call__(self, progress: Progress) -> None:
        if progress.event == "phase":
            self._again = True
            self._say(f"{progress.what}:")
        elif progress.event == "tick":
            self._tick(progress)
        elif progress.event == "start":
            self._last = 0.0
            self._overwrite(f"  running  {progress.what}")
        elif progress.run is not None:
            self._say(ended(progress.run))
            if progress.run.problem and not self._again:
                self._output(progress.tail)

    def _tick(self, progress: Progress) -> None:
        if progress.elapsed - self._last < _EVERY:
            return
        self._last = progress.elapsed
        lines = progress.tail.decode("utf-8", "replace").splitlines()
        said = next((line for line in reversed(lines) if line.strip()), "")
        self._overwrite(f"  {progress.elapsed:5.0f} s  {progress.what}  {said.strip()}")

    def _overwrite(self, line: str) -> None:
        if self._live:
            line = "".join(char for char in line if char.isprintable())[: self._width - 1]
            self._stream.write(f"\r\x1b[K{line.encode('ascii', 'replace').decode()}\r")
            self._stream.flush()

    def _say(self, line: str) -> None:
        self._overwrite("")
        emit(line, self._stream)
        self._stream.flush()

    def _output(self, tail: bytes) -> None:
        lines = tail.decode("utf-8", "replace").splitlines()[-_LINES:]
        for line in lines:
            emit(f"  | {printable(line)}", self._stream)


def ended(run: CommandRun) -> str:
    """One line on how a command ended."""
    where = f" (in {run.directory})" if run.directory else ""
    count = run.tests.passed + run.tests.failed if run.tests is not None else 0
    tests = f", {count} test{'' if count == 1 else 's'}" if run.tests is not None else ""
    state = f"failed: {run.problem}" if run.problem else "passed"
    return f"  {printable(run.command)}{where}: {state}{tests}, {run.seconds:.1f} s"

