"""Whose failure is it: two passes over the same tree and one over the base, compared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from delegation_guard.model.policy import Quarantine
    from delegation_guard.model.receipt import CommandRun, Result, Whose
    from delegation_guard.verify.attempt import Attempt

NOT_FOUND = (126, 127)
"""What a shell returns for a program that is not there or cannot be started."""

_VARYING = re.compile(r"0x[0-9a-f]+|[\d.]+|dg-\w+")


@dataclass(frozen=True, slots=True)
class Blame:
    """`whose` is "" for a passed run, with `flaky` naming what was excused."""

    result: Result
    whose: Whose = ""
    problem: str = ""
    flaky: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Item:
    """One thing that failed: a test of a command, or (test "") the command itself."""

    command: str
    directory: str
    test: str = ""

    @property
    def name(self) -> str:
        return self.test or self.command


def failed_items(attempt: Attempt) -> frozenset[Item]:
    """What failed in a pass: the tests the runner named, the command where it named none."""
    found = set()
    for run in attempt.runs:
        if run.problem:
            found |= {Item(run.command, run.directory, test) for test in run.failures or ("",)}
    return frozenset(found)


def judge(first: Attempt, again: Attempt, base: Attempt | None) -> Blame:
    """The verdict on a tree whose VERIFY failed: `first`, then `again` on the same tree, then the base's own pass.

    `base` None = there is none to compare with, and the failure is the delegate's.
    """
    lasting = failed_items(first) & failed_items(again)
    if again.passed or not lasting:
        return Blame("UNVERIFIED", "flaky", f"{_names(failed_items(first))} failed once and passed on the same tree")
    summary = _summary(first)
    if base is None or base.passed:
        return Blame("FAILED", "delegate", summary)
    if base.blocked:
        return Blame("FAILED", "delegate", f"{summary}; the base could not be run: {base.blocked}")
    if all(_same_on_base(item, first, base) for item in lasting):
        if _unable(first) and _unable(base):
            return Blame("UNVERIFIED", "environment", f"{summary}; it could not run on the base either")
        return Blame("UNVERIFIED", "already-red", f"{_names(lasting)} failed on the base already")
    return Blame("FAILED", "delegate", summary)


def excused(
    failed: Attempt, quarantine: tuple[Quarantine, ...], today: str, touched: frozenset[str], *, passed_again: bool
) -> tuple[str, ...]:
    """The tests that failed and are all excused, () when one of them is not.

    Excused: in quarantine, its day not past, or passed on a rerun the policy allows (`passed_again`). Never excused: a
    command that named no tests, and a test in a file the change touches or in a file we cannot tell.
    """
    items = failed_items(failed)
    known = {entry.id for entry in quarantine if entry.expires >= today}
    for item in items:
        if not item.test or not (passed_again or item.test in known) or _touched(item.test, touched):
            return ()
    return tuple(sorted({item.test for item in items}))


def _touched(test: str, touched: frozenset[str]) -> bool:
    """Whether the change touches the test's file; a test whose file its id does not tell counts as touched."""
    path, separator, _ = test.partition("::")
    if separator:
        return any(file == path or file.endswith(f"/{path}") for file in touched)
    parts = set(re.split(r"[.:()\s/]+", test))
    return not parts - {""} or any(file.rpartition("/")[2].partition(".")[0] in parts for file in touched)


def _same_on_base(item: Item, head: Attempt, base: Attempt) -> bool:
    theirs = failed_items(base)
    if item not in theirs:
        return False
    if item.test:
        return True
    # No test ids to compare: the same command failed. The same failure only if it says nothing new.
    ours, others = _run_of(item, head), _run_of(item, base)
    same_end = ours[0].exit_code == others[0].exit_code and ours[0].timed_out == others[0].timed_out
    return same_end and _lines(ours[1]) <= _lines(others[1])


def _run_of(item: Item, attempt: Attempt) -> tuple[CommandRun, str]:
    for run, output in zip(attempt.runs, attempt.outputs, strict=True):
        if (run.command, run.directory) == (item.command, item.directory):
            return run, output
    raise LookupError(item.command)


def _lines(output: str) -> set[str]:
    """What a command said, without numbers and addresses, which change from run to run."""
    return {_VARYING.sub("#", line).strip() for line in output.splitlines()}


def _unable(attempt: Attempt) -> bool:
    """Whether no failed command of a pass got as far as running a test."""
    failed = [run for run in attempt.runs if run.problem]
    return all(run.exit_code in NOT_FOUND or _collected_nothing(run) for run in failed)


def _collected_nothing(run: CommandRun) -> bool:
    tests = run.tests
    if tests is None:
        return "never reported" in run.problem
    nothing = bool(run.failures) and all(_not_collected(test) for test in run.failures)
    return tests.passed == 0 and (tests.failed == 0 or nothing)


def _not_collected(test: str) -> bool:
    """pytest names a file, not a test, for what it could not import; unittest a test of its own."""
    return ("::" not in test and test.endswith(".py")) or "unittest.loader._FailedTest" in test


def _summary(attempt: Attempt) -> str:
    run = next(run for run in attempt.runs if run.problem)
    named = f" ({_names(frozenset(Item(run.command, run.directory, test) for test in run.failures))})"
    return f"`{run.command}`: {run.problem}{named if run.failures else ''}"


def _names(items: frozenset[Item], most: int = 3) -> str:
    names = sorted({item.name for item in items})
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
