"""One shell command to its end: its own process group, no input, limits, and nothing of it left behind."""

from __future__ import annotations

import contextlib
import hashlib
import os
import selectors
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

from delegation_guard.errors import GuardError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from delegation_guard.model.policy import Limits

    Tick = Callable[[float, bytes], None]

_POLL = 0.25
_DRAIN = 1.0
_PROC = Path("/proc")
_CHUNK = 65536


@dataclass(frozen=True, slots=True)
class Execution:
    """How a command ended. `exit_code` is negative for a signal; `output` is both streams, its middle cut out when it
    was longer than the limit, `output_sha256` is of all of it."""

    exit_code: int
    seconds: float
    output: bytes
    output_sha256: str
    timed_out: bool


@dataclass(slots=True)
class _Output:
    """What came out so far: all of it hashed, its beginning and its end kept."""

    limit: int
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)
    start: bytes = b""
    end: bytes = b""
    dropped: bool = False

    def add(self, data: bytes) -> None:
        self.digest.update(data)
        room = self.limit // 4 - len(self.start)
        if room > 0:
            self.start += data[:room]
            data = data[room:]
        self.end += data
        most = self.limit - self.limit // 4
        if len(self.end) > 2 * most:
            self.end, self.dropped = self.end[-most:], True

    def kept(self) -> bytes:
        return self.start + (b"\n[...]\n" if self.dropped else b"") + self.end

    def tail(self) -> bytes:
        return (self.end or self.start)[-400:]


def execute(
    command: str, *, bash: str, cwd: str, environment: Mapping[str, str], limits: Limits, tick: Tick
) -> Execution:
    """Run one command with `bash -euo pipefail -c` and wait for it; never raises for how it ends.

    `tick(elapsed, tail of the output)` is called a few times a second. Past `limits.seconds` the whole group is killed,
    and so is, in any case, whatever the command left running: its group, and processes that carry its HOME. Memory and
    processes are limited by ulimit. Not a sandbox: the command may read and write whatever this user may.
    """
    started = time.monotonic()
    try:
        process = subprocess.Popen(
            [bash, "-c", _limited(limits), bash, command], cwd=cwd, env=dict(environment), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True, bufsize=0,
        )  # fmt: skip
    except OSError as error:
        raise GuardError(f"{bash} could not be started in {cwd}: {error.strerror}", "is bash installed?") from None
    output = _Output(max(limits.output, 4096))
    stream = process.stdout
    assert stream is not None  # a pipe was asked for
    with stream:
        try:
            timed_out = _watch(process, stream, output, started, limits.seconds, tick)
        finally:
            _kill_all(process.pid, environment.get("HOME", ""))
            code = process.wait()
        _drain(stream, output)
    seconds = time.monotonic() - started
    return Execution(code, seconds, output.kept(), output.digest.hexdigest(), timed_out)


def _limited(limits: Limits) -> str:
    lines = ["ulimit -c 0"]
    if limits.memory:
        lines.append(f"ulimit -v {max(limits.memory // 1024, 1)}")
    if limits.processes:
        lines.append(f"ulimit -u {limits.processes}")
    return " && ".join([*lines, 'exec "$0" -euo pipefail -c "$1"'])


def _watch(
    process: subprocess.Popen[bytes], stream: IO[bytes], output: _Output, started: float, seconds: float, tick: Tick
) -> bool:
    """Collect output until the command itself ends (True: until its time is up), whoever still holds the pipe."""
    os.set_blocking(stream.fileno(), False)
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        open_ = True
        while process.poll() is None:
            elapsed = time.monotonic() - started
            if elapsed > seconds:
                return True
            tick(elapsed, output.tail())
            if not open_:
                time.sleep(_POLL / 5)
            elif selector.select(_POLL / 5 if elapsed < 1 else _POLL):
                open_ = _read(stream, output)
                if not open_:
                    selector.unregister(stream)
    return False


def _read(stream: IO[bytes], output: _Output) -> bool:
    """Take what is there; False at the end of the stream."""
    data = stream.read(_CHUNK)
    if data:
        output.add(data)
    return data != b""


def _drain(stream: IO[bytes], output: _Output) -> None:
    """What the command wrote before it ended and nobody read yet; not for ever, should somebody still hold the pipe."""
    until = time.monotonic() + _DRAIN
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while time.monotonic() < until and selector.select(_POLL):
            if not _read(stream, output):
                return


def _kill_all(group: int, home: str) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
    for pid in _with_home(home):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def _with_home(home: str) -> list[int]:
    """Processes that left the group but still have the run's own HOME, which no other process has."""
    if not home or not _PROC.is_dir():
        return []
    wanted = b"HOME=" + os.fsencode(home)
    found = []
    for entry in _PROC.iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with contextlib.suppress(OSError):
                if wanted in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
    return found
