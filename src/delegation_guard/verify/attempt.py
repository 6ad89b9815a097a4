"""Every VERIFY command once, in a fresh checkout of one tree."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from delegation_guard.model.receipt import CommandRun
from delegation_guard.repo.checkout import Checkout
from delegation_guard.verify import carry
from delegation_guard.verify.counts import reading
from delegation_guard.verify.environment import network, scrubbed
from delegation_guard.verify.execute import execute
from delegation_guard.verify.repoint import Refused
from delegation_guard.verify.request import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from delegation_guard.model.contract import VerifyCommand
    from delegation_guard.model.policy import VerifyRoot
    from delegation_guard.verify.execute import Execution
    from delegation_guard.verify.request import Request

_SHOWN = 8000
"""Bytes of a command's output that are handed on when it ends."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One pass. `outputs` stand beside `runs`, with the checkout's path replaced by `.`.

    `blocked` says why the commands could not be run at all, "" when they were: a dependency that must not be carried,
    a setup line that failed. It is never the commands' own failure.
    """

    runs: tuple[CommandRun, ...]
    outputs: tuple[str, ...] = ()
    carried: tuple[tuple[str, str], ...] = ()
    blocked: str = ""
    variables: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.blocked and bool(self.runs) and not any(run.problem for run in self.runs)


class Blocked(Exception):
    """The commands cannot be run; the text says why in one sentence."""


def attempt(request: Request, tree: str) -> Attempt:
    """Run setup and every command of the contract on `tree`; stops early only when a command's time is up.

    What the commands leave in the checkout is gone afterwards. Carried folders are looked at again at the end.
    """
    with Checkout(request.repo, tree, request.parent) as checkout, _private_folder() as private:
        try:
            return _Pass(request, checkout, private).all()
        except (Blocked, Refused) as why:
            return Attempt((), blocked=str(why))


class _Pass:
    """The state of one pass: its checkout, its folders, its environment."""

    def __init__(self, request: Request, checkout: Checkout, private: str) -> None:
        self._request = request
        self._checkout = checkout
        self._limits = request.policy.verify.limits
        self._bash = shutil.which("bash", path=request.environment.get("PATH")) or "/bin/bash"
        directories = [command.directory for command in request.commands]
        self._roots = request.policy.verify.roots or carry.usual(request.live, directories)
        path = request.environment.get("PATH", "").split(os.pathsep)
        self._carried = carry.bring(self._roots, request.live, checkout.path, path)
        self._environment = scrubbed(
            request.environment, home=_folder(private, "home"), temporary=_folder(private, "tmp"),
            first=self._carried.first, moved=self._carried.moved,
        )  # fmt: skip
        self._environment.update(self._carried.variables)

    def all(self) -> Attempt:
        self._setup()
        runs, outputs = [], []
        for command in self._request.commands:
            run, output = self._command(command)
            runs.append(run)
            outputs.append(output.replace(self._checkout.path, "."))
            if run.timed_out:
                break
        if altered := self._carried.altered():
            runs[-1] = _with_problem(runs[-1], f"the run changed the carried folder {altered}")
        return Attempt(tuple(runs), tuple(outputs), self._carried.digests, variables=tuple(sorted(self._environment)))

    def _setup(self) -> None:
        for root in self._roots:
            if root.path in self._carried.ready:
                continue  # its dependencies are there; setup would write into what is carried
            environment = {**self._environment, **network(self._request.environment), **dict(root.env)}
            for line in root.setup:
                done = self._execute(line, root.path, environment)
                if done.exit_code or done.timed_out:
                    how = "took too long" if done.timed_out else f"ended with {done.exit_code}"
                    raise Blocked(f"the setup line `{line}` {how}: {_last_line(done.output)}")
        if changed := self._checkout.changed():
            raise Blocked(f"setup changed {changed[0]}, so what is left is not this tree any more")

    def _command(self, command: VerifyCommand) -> tuple[CommandRun, str]:
        environment = {**self._environment, **_variables(self._roots, command.directory)}
        done = self._execute(command.command, command.directory, environment)
        output = done.output.decode("utf-8", "replace")
        read = reading(command.command, output)
        run = CommandRun(
            command=command.command, directory=command.directory, exit_code=done.exit_code, seconds=done.seconds,
            output_sha256=done.output_sha256, tests=read.tests, timed_out=done.timed_out,
            problem=_problem(done, read.problem, self._limits.seconds), failures=read.failures,
        )  # fmt: skip
        if not run.problem and (changed := self._checkout.changed()):
            run = _with_problem(run, f"it changed {changed[0]}, so what it tested is not this tree")
        self._request.progress(Progress("end", command.command, done.seconds, done.output[-_SHOWN:], run))
        return run, output

    def _execute(self, line: str, directory: str, environment: Mapping[str, str]) -> Execution:
        folder = os.path.normpath(os.path.join(self._checkout.path, directory))
        if os.path.commonpath([os.path.realpath(folder), self._checkout.path]) != self._checkout.path:
            raise Blocked(f"the folder {directory} leads out of the checkout")
        if not os.path.isdir(folder):
            raise Blocked(f"there is no folder {directory} in this tree")
        self._request.progress(Progress("start", line))
        return execute(
            line, bash=self._bash, cwd=folder, environment=environment, limits=self._limits, tick=self._tick(line)
        )

    def _tick(self, line: str) -> Callable[[float, bytes], None]:
        return lambda elapsed, tail: self._request.progress(Progress("tick", line, elapsed, tail))


def _problem(done: Execution, read: str, seconds: float) -> str:
    """The first reason why a command does not count as passed, "" when there is none."""
    if done.timed_out:
        return f"it did not finish within {seconds:g} s"
    if done.exit_code < 0:
        return f"it was ended by signal {-done.exit_code}"
    if read and (done.exit_code == 0 or "no test" in read):
        return read
    if done.exit_code:
        return f"it ended with exit code {done.exit_code}"
    return ""


def _with_problem(run: CommandRun, problem: str) -> CommandRun:
    return run if run.problem else replace(run, problem=problem)


def _variables(roots: tuple[VerifyRoot, ...], directory: str) -> dict[str, str]:
    """The variables of the innermost root a command's folder lies in."""
    best: VerifyRoot | None = None
    for root in roots:
        if carry.within(directory, root.path) and (best is None or len(root.path) > len(best.path)):
            best = root
    return dict(best.env) if best else {}


def _last_line(output: bytes) -> str:
    lines = output.decode("utf-8", "replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "it printed nothing")[:200]


def _folder(parent: str, name: str) -> str:
    path = os.path.join(parent, name)
    os.mkdir(path, 0o700)
    return path


@contextmanager
def _private_folder() -> Iterator[str]:
    # Short, for the sockets some programs put into TMPDIR.
    folder = os.path.realpath(tempfile.mkdtemp(prefix="dg-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, onerror=_make_writable)


def _make_writable(function: Callable[[str], object], path: str, _: object) -> None:
    """For rmtree: module caches are made read-only by their tools."""
    parent = os.path.dirname(path)
    os.chmod(parent, stat.S_IRWXU)
    if os.path.isdir(path) and not os.path.islink(path):
        os.chmod(path, stat.S_IRWXU)
        shutil.rmtree(path, ignore_errors=True)
    elif os.path.lexists(path):
        os.unlink(path)
