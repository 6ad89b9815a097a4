"""The test runners we can read: how a command names one, and the line with which it reports its result. Data only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Runner:
    """One test runner.

    `words`: leading words of a command that starts it; with `needs`, one of those words must follow. `unless`: options
    after which it prints no summary we can read, so that only the exit code counts. `summary`: a regular expression;
    every match reports one run. `collected`, `passed`, `failed`, `skipped`: looked for inside a summary; the sum of
    group 1, or the number of matches without a group. What is not reported follows from the others. `failing`: ids of
    failed tests, group 1. `progress`: where no summary was printed, a line of one letter per test, group 1.
    """

    name: str
    words: tuple[tuple[str, ...], ...]
    summary: str
    passed: str = ""
    failed: str = ""
    skipped: str = ""
    collected: str = ""
    failing: str = ""
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    progress: str = ""


RUNNERS = (
    Runner(
        "pytest", (("pytest",), ("py.test",)),
        summary=r"^=* ?(?:[\d/]+ (?:passed|failed|skipped|errors?|xfailed|xpassed|deselected|warnings?|rerun|"
        r"subtests passed|tests? collected)(?:, | )?(?:\(\d+ \w+\) )?)+in [\d.]+s.*$|^=* ?no tests (?:ran|collected).*$"
        r"|^Results \([\d.]+s\):\n(?:\s+(?:- )?\d+ [a-z]+.*\n?)+",
        passed=r"(\d+) (?:passed|xfailed|xpassed)", failed=r"(\d+) (?:failed|errors?)\b", skipped=r"(\d+) skipped",
        failing=r"^(?:FAILED|ERROR) (\S*?\[.*?\](?= - |$)|\S.*?)(?: - .*)?$",
        progress=r"^([.FEsxX]+) +\[ *\d+%\]$",
    ),
    Runner(
        "unittest", (("unittest",), ("manage.py", "test"), ("nose2",), ("django-admin", "test")),
        summary=r"^Ran \d+ tests? in [\d.]+s\n\n(?:OK|FAILED|NO TESTS RAN)\b.*$",
        collected=r"Ran (\d+)", failed=r"(?:failures|errors|unexpected successes)=(\d+)", skipped=r"skipped=(\d+)",
        failing=r"^(?:FAIL|ERROR): (\S+ \([^)\n]+\)|\S+)",
    ),
    Runner(
        "node --test", (("node",),), needs=("--test",), unless=("--test-reporter",),
        summary=r"^[#ℹ] tests \d+\n(?:[#ℹ] [a-z_]+ [\d.]+(?:\n|\Z))+",
        passed=r"[#ℹ] pass (\d+)", failed=r"[#ℹ] (?:fail|cancelled) (\d+)", skipped=r"[#ℹ] (?:skipped|todo) (\d+)",
        failing=r"^\s*(?:not ok \d+ - |✖ )(.*?)(?: \([\d.]+ms\))?(?: # .*)?$",
    ),
    Runner(
        "jest", (("jest",), ("react-scripts", "test")), unless=("--json", "--listTests", "--reporters"),
        summary=r"^Tests: +.*\d+ total$|^No tests found.*$",
        passed=r"(\d+) passed", failed=r"(\d+) failed", skipped=r"(\d+) (?:skipped|todo)",
        failing=r"^ +● (?!Console)(.+)$",
    ),
    Runner(
        "vitest", (("vitest",),), unless=("--reporter", "list"),
        summary=r"^ +Tests +(?:\d+ |no tests).*$|^No test files found.*$",
        passed=r"(\d+) passed", failed=r"(\d+) failed", skipped=r"(\d+) (?:skipped|todo)",
        failing=r"^ *FAIL +(\S.*)$",
    ),
    Runner(
        "mocha", (("mocha",), ("_mocha",)), unless=("--reporter", "-R", "--dry-run"),
        summary=r"^ +\d+ passing \([^)\n]*\)(?:\n +\d+ (?:failing|pending))*",
        passed=r"(\d+) passing", failed=r"(\d+) failing", skipped=r"(\d+) pending", failing=r"^ +\d+\) (\S.*)$",
    ),
    Runner(
        "bun test", (("bun", "test"),),
        summary=r"^ *\d+ pass\n(?: *\d+ (?:skip|todo|filtered out)\n)* *\d+ fail\n",
        passed=r"(\d+) pass\b", failed=r"(\d+) fail\b", skipped=r"(\d+) (?:skip|todo)\b",
        failing=r"^\(fail\) (.+?)(?: \[.*)?$",
    ),
    Runner(
        "deno test", (("deno", "test"),),
        summary=r"^(?:ok|FAILED) \| \d+ passed.*$",
        passed=r"(\d+) passed", failed=r"(\d+) failed", skipped=r"(\d+) ignored", failing=r"^(.+) \.\.\. FAILED",
    ),
    # Without -v go names packages only: one that ran tests counts as one test, one from the cache as none.
    Runner(
        "go test", (("go", "test"),), unless=("-json", "-c", "-h"),
        summary=r"^(?:ok  |FAIL|\?   )\t\S+\t.*$|^FAIL\t\S+ \[.*$",
        passed=r"^ok\s+\S+\s+[\d.]+s(?!.*\[no tests to run\])", failed=r"^FAIL\s+\S+\s+(?:[\d.]+s|\[)",
        failing=r"^\s*--- FAIL: (\S+)|^FAIL\s+(\S+)\s+\[",
    ),
    Runner(
        "cargo test", (("cargo", "test"), ("cargo", "t")), unless=("--no-run", "--list"),
        summary=r"^test result: (?:ok|FAILED)\. .*$",
        passed=r"(\d+) passed", failed=r"(\d+) failed", skipped=r"(\d+) ignored", failing=r"^test (.+?) \.\.\. FAILED$",
    ),
    Runner(
        "cargo nextest", (("cargo", "nextest"),), unless=("list",),
        summary=r"^ +Summary \[.*\] +\d+(?:/\d+)? tests? run: .*$",
        passed=r"(\d+) passed", failed=r"(\d+) failed", skipped=r"(\d+) skipped",
        failing=r"^ +FAIL \[.*?\] +(?:\([^)\n]*\) +)?(\S.*)$",
    ),
    Runner(
        "maven surefire", (("mvn",), ("mvnw",)), needs=("test", "verify", "package", "install", "integration-test"),
        unless=("-q", "--quiet", "-DskipTests", "-Dmaven.test.skip"),
        summary=r"^(?:\[[A-Z]+\] +)?Tests run: \d+, Failures: \d+, Errors: \d+, Skipped: \d+$",
        collected=r"Tests run: (\d+)", failed=r"(?:Failures|Errors): (\d+)", skipped=r"Skipped: (\d+)",
        failing=r"^\[ERROR\] +([\w.$]+(?:\([\w.$]+\))?) (?:-- )?Time elapsed:? .*<<<|^\[ERROR\] +([\w.$]+\.\w+):\d+",
    ),
    Runner(
        "dotnet test", (("dotnet", "test"),), unless=("-t", "--list-tests"),
        summary=r"^ *(?:Passed|Failed|Skipped)! +- .*Total: +\d+.*$|^Total tests: \d+\n(?: +\w+: \d+\n)+"
        r"|^Test summary: total: \d+.*$",
        passed=r"(?:Passed|succeeded): +(\d+)", failed=r"(?:Failed|failed): +(\d+)",
        skipped=r"(?:Skipped|skipped): +(\d+)", failing=r"^ +Failed (\S+) \[",
    ),
    Runner(
        "rspec", (("rspec",),), unless=("--dry-run", "-fj", "--format=json"),
        summary=r"^\d+ examples?, \d+ failures?.*$",
        collected=r"(\d+) examples?", failed=r"(\d+) (?:failures?|errors? occurred)", skipped=r"(\d+) pending",
        failing=r"^rspec (\S+)",
    ),
    Runner(
        "phpunit", (("phpunit",), ("paratest",)), unless=("--list-tests",),
        summary=r"^OK \(\d+ tests?, .*$|^Tests: \d+, Assertions: .*$|^No tests executed!$",
        collected=r"OK \((\d+)|Tests: (\d+)", failed=r"(?:Failures|Errors): (\d+)",
        skipped=r"(?:Skipped|Incomplete): (\d+)", failing=r"^\d+\) (\S+::.+)$",
    ),
    Runner(
        "ctest", (("ctest",),), unless=("-N", "--show-only"),
        summary=r"^\d+% tests passed, \d+ tests? failed out of \d+$|^No tests were found!!!$",
        collected=r"out of (\d+)", failed=r"(\d+) tests? failed", failing=r"^\s+\d+ - (\S+) \(",
    ),
)  # fmt: skip

# Words that start something else and are stepped over, with how many further words belong to them.
WRAPPERS: dict[tuple[str, ...], int] = {
    ("uv", "run"): 0, ("poetry", "run"): 0, ("pdm", "run"): 0, ("hatch", "run"): 0, ("pipenv", "run"): 0,
    ("pixi", "run"): 0, ("rye", "run"): 0, ("npx",): 0, ("bunx",): 0, ("pnpm", "exec"): 0, ("pnpm", "dlx"): 0,
    ("yarn", "exec"): 0, ("npm", "exec"): 0, ("yarn",): 0, ("pnpm",): 0, ("bundle", "exec"): 0, ("coverage", "run"): 0,
    ("env",): 0, ("time",): 0, ("nice",): 0, ("exec",): 0, ("command",): 0, ("xvfb-run",): 0, ("timeout",): 1,
    ("c8",): 0, ("nyc",): 0, ("php",): 0, ("stdbuf",): 0, ("then",): 0, ("do",): 0, ("!",): 0, ("(",): 0, ("{",): 0,
}  # fmt: skip

# Options of a wrapper that take the next word with them.
TAKES_A_WORD = frozenset({
    "--with", "--group", "--extra", "--python", "-p", "--package", "--directory", "--project", "--env-file", "--prefix",
    "-C", "--rcfile", "--source", "--filter", "-w", "--workspace", "--config", "--omit", "--include", "--data-file",
})  # fmt: skip
