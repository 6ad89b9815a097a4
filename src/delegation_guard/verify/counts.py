"""What a command's own output says about the tests it ran."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from os.path import basename

from delegation_guard.model.receipt import TestCounts
from delegation_guard.verify.summaries import RUNNERS, TAKES_A_WORD, WRAPPERS, Runner

_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07\n]*\x07")
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
_PYTHON = re.compile(r"python[\d.]*\Z|pypy[\d.]*\Z|py\Z")
_MOST_IDS = 500


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: counts (None: nothing that looks like a test run), ids of failures, and why it cannot count."""

    tests: TestCounts | None = None
    failures: tuple[str, ...] = ()
    problem: str = ""


def reading(command: str, output: str) -> Reading:
    """The tests a command ran, by the summary line its runner prints last.

    A command that names a runner must show that runner's summary: one that ends before it, whatever its exit code, has
    reported nothing. Any other command is searched for the summary of every known runner, and has no tests when there
    is none. No test executed, skipped ones apart, is a problem wherever a runner is recognised. Output can be forged by
    the code under test: this stops forgetting and accidents, not a program that prints a summary of its own.
    """
    plain = _COLOUR.sub("", output).replace("\r\n", "\n")
    named = runners_of(command)
    summed = [(runner, counts) for runner in named or RUNNERS if (counts := _counts(runner, plain)) is not None]
    silent = [runner.name for runner in named if runner not in {found for found, _ in summed}]
    if not summed:
        return Reading(problem=f"{silent[0]} never reported its result" if silent else "")
    tests = _sum([counts for _, counts in summed])
    problem = f"{silent[0]} never reported its result" if silent else ""
    if not problem and tests.passed + tests.failed == 0:
        problem = f"{summed[0][0].name} ran no test"
    return Reading(tests, _failures([runner for runner, _ in summed], plain), problem)


def runners_of(command: str) -> tuple[Runner, ...]:
    """The test runners a command line starts directly; not those hidden in scripts, make targets or `bash -c`."""
    found = (runner for words in _simple_commands(command) if (runner := _runner(words)) is not None)
    return tuple(dict.fromkeys(found))


def _simple_commands(command: str) -> list[list[str]]:
    lexer = shlex.shlex(command.replace("\\\n", " ").replace("\n", " ; "), posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    commands: list[list[str]] = [[]]
    try:
        for word in lexer:
            if word and not word.strip("();<>|&"):
                commands.append([])
            else:
                commands[-1].append(word)
    except ValueError:
        return []  # bash will refuse it too
    return [words for words in commands if words]


def _runner(words: list[str]) -> Runner | None:
    rest = _unwrapped(words)
    if not rest:
        return None
    rest = [basename(rest[0]), *rest[1:]]
    for runner in RUNNERS:
        if any(tuple(rest[: len(start)]) == start for start in runner.words) and _starts_tests(runner, rest):
            return runner
    return None


def _starts_tests(runner: Runner, words: list[str]) -> bool:
    if runner.needs and not any(word in runner.needs for word in words):
        return False
    return not any(word == option or word.startswith(f"{option}=") for word in words for option in runner.unless)


def _unwrapped(words: list[str]) -> list[str]:
    """Without assignments, wrappers and `python -m`: the words of the program that does the work."""
    while words:
        if _ASSIGNMENT.match(words[0]):
            words = words[1:]
        elif _PYTHON.match(basename(words[0])):
            words = _module(words[1:])
        elif (length := _wrapper(words)) is not None:
            words = _without_options(words[length:])
        else:
            return words
    return []


def _wrapper(words: list[str]) -> int | None:
    first = (basename(words[0]), *words[1:2])
    for start in (first, first[:1]):
        if start in WRAPPERS:
            return len(start) + WRAPPERS[start]
    return None


def _without_options(words: list[str]) -> list[str]:
    while words and words[0].startswith("-") and words[0] != "-m":
        words = words[2 if words[0] in TAKES_A_WORD else 1 :]
    return words[1:] if words[:1] == ["-m"] else words


def _module(words: list[str]) -> list[str]:
    """After `python`: the words of the module behind -m, or of the script."""
    while words and words[0].startswith("-"):
        if words[0] == "-m":
            return words[1:]
        words = words[2 if words[0] in ("-X", "-W") else 1 :]
    return words


def _counts(runner: Runner, output: str) -> TestCounts | None:
    summaries = [match.group() for match in re.finditer(runner.summary, output, re.MULTILINE)]
    if not summaries:
        return _progress(runner, output)
    each = (_one(runner, summary) for summary in summaries)
    return _sum(list(each))


def _one(runner: Runner, summary: str) -> TestCounts:
    failed, skipped = _number(runner.failed, summary), _number(runner.skipped, summary)
    if runner.collected:
        collected = _number(runner.collected, summary)
        return TestCounts(collected, max(0, collected - failed - skipped), failed, skipped)
    passed = _number(runner.passed, summary)
    return TestCounts(passed + failed + skipped, passed, failed, skipped)


def _number(pattern: str, summary: str) -> int:
    if not pattern:
        return 0
    total = 0
    for match in re.finditer(pattern, summary, re.MULTILINE):
        groups = [group for group in match.groups() if group]
        total += int(groups[0][:9]) if groups else 1
    return total


def _progress(runner: Runner, output: str) -> TestCounts | None:
    """Counts from a run that printed one letter per test and reached its end, but no summary (`pytest -qq`)."""
    if not runner.progress or "[100%]" not in output:
        return None
    letters = "".join(match.group(1) for match in re.finditer(runner.progress, output, re.MULTILINE))
    failed, skipped = letters.count("F") + letters.count("E"), letters.count("s")
    return TestCounts(len(letters), len(letters) - failed - skipped, failed, skipped)


def _sum(counts: list[TestCounts]) -> TestCounts:
    return TestCounts(
        sum(one.collected for one in counts), sum(one.passed for one in counts), sum(one.failed for one in counts),
        sum(one.skipped for one in counts),
    )  # fmt: skip


def _failures(runners: list[Runner], output: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for runner in runners:
        for match in re.finditer(runner.failing, output, re.MULTILINE) if runner.failing else ():
            found.setdefault(next(group for group in match.groups() if group).strip())
    return tuple(sorted(found))[:_MOST_IDS]
