"""What runners print, as they print it, and what is read from it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delegation_guard.model.receipt import TestCounts
from delegation_guard.verify.counts import reading, runners_of
from delegation_guard.verify.summaries import RUNNERS

JEST = """\
FAIL j/a.test.js
  ● grp › bad

    expect(received).toBe(expected) // Object.is equality

Test Suites: 1 failed, 1 total
Tests:       1 failed, 1 skipped, 1 passed, 3 total
Snapshots:   0 total
Time:        0.859 s
"""
VITEST = """\
 \x1b[31m❯\x1b[39m v/a.spec.mjs \x1b[2m(\x1b[22m\x1b[2m3 tests\x1b[22m
\x1b[41m\x1b[1m FAIL \x1b[22m\x1b[49m v/a.spec.mjs\x1b[2m > \x1b[22mgrp\x1b[2m > \x1b[22mbad
\x1b[2m Test Files \x1b[22m \x1b[1m\x1b[31m1 failed\x1b[39m\x1b[22m\x1b[90m (1)\x1b[39m
\x1b[2m      Tests \x1b[22m \x1b[1m\x1b[31m1 failed\x1b[39m\x1b[22m\x1b[2m | \
\x1b[22m\x1b[1m\x1b[32m1 passed\x1b[39m\x1b[22m\x1b[2m | \
\x1b[22m\x1b[33m1 skipped\x1b[39m\x1b[90m (3)\x1b[39m
"""
NODE_TAP = """\
# Subtest: bad
not ok 1 - bad
  ---
  duration_ms: 0.79
1..3
# tests 3
# suites 1
# pass 1
# fail 1
# cancelled 0
# skipped 1
# todo 0
# duration_ms 249.8
"""
NODE_SPEC = "✖ bad (17.01ms)\n" + NODE_TAP.partition("1..3\n")[2].replace("#", "ℹ")
CARGO = """\
running 3 tests
test tests::ig ... ignored
test tests::ok ... ok
test tests::bad ... FAILED

test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s

   Doc-tests x

test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.20s
"""
MAVEN = """\
[INFO] Running com.x.ShopTest
[ERROR] Tests run: 2, Failures: 1, Errors: 0, Skipped: 0, Time elapsed: 0.05 s <<< FAILURE! -- in com.x.ShopTest
[ERROR] com.x.ShopTest.total -- Time elapsed: 0.01 s <<< FAILURE!
[INFO]
[INFO] Results:
[ERROR] Failures:
[ERROR]   ShopTest.total:12 expected: <1> but was: <2>
[INFO]
[ERROR] Tests run: 5, Failures: 1, Errors: 0, Skipped: 1
"""
GO = """\
--- FAIL: TestAdd (0.00s)
    a_test.go:5: no
FAIL
FAIL\tx/a\t0.004s
ok  \tx/b\t0.003s
?   \tx/c\t[no test files]
FAIL
"""

PRINTED = [
    ("pytest", "..s [100%]\n2 passed, 1 skipped in 0.12s\n", (3, 2, 0, 1), ()),
    (
        "pytest -v",
        "=== 3 failed, 1 passed, 2 xfailed, 1 warning, 4 errors in 125.03s (0:02:05) ===\n",
        (10, 3, 7, 0),
        (),
    ),
    (
        "pytest",
        "FAILED a.py::test_b[x - y] - assert [1] == [2]\nERROR c.py\n"
        "FAILED d.py::test_e[1]\n2 failed, 1 error in 0.2s\n",
        (3, 0, 3, 0),
        ("a.py::test_b[x - y]", "c.py", "d.py::test_e[1]"),
    ),
    ("pytest", "FAILED a.py::test_b - assert 'x' in [1]\n1 failed in 0.2s\n", (1, 0, 1, 0), ("a.py::test_b",)),
    ("pytest -qq", "..s.x [ 50%]\n....F [100%]\n", (10, 8, 1, 1), ()),
    ("pytest -x && pytest more", "1 passed in 0.1s\n2 passed in 0.2s\n", (3, 3, 0, 0), ()),
    ("pytest", "Results (0.05s):\n       2 passed\n       1 failed\n         - a.py:1 test_x\n", (3, 2, 1, 0), ()),
    ("pytest -n 2", "2 workers [2 items]\n== 2 passed in 1.01s ==\n", (2, 2, 0, 0), ()),
    (
        "python -m unittest",
        "FAIL: test_a (t.T.test_a)\nRan 4 tests in 0.001s\n\nFAILED (failures=1, errors=1, skipped=1)\n",
        (4, 1, 2, 1),
        ("test_a (t.T.test_a)",),
    ),
    ("python3 manage.py test", "Ran 2 tests in 0.001s\n\nOK\n", (2, 2, 0, 0), ()),
    ("npx jest", JEST, (3, 1, 1, 1), ("grp › bad",)),
    ("npx vitest run", VITEST, (3, 1, 1, 1), ("v/a.spec.mjs > grp > bad",)),
    ("npx mocha", "\n  1 passing (8ms)\n  1 pending\n  1 failing\n\n  1) grp\n       bad:\n", (3, 1, 1, 1), ("grp",)),
    ("node --test n/", NODE_TAP, (3, 1, 1, 1), ("bad",)),
    ("node --test --test-reporter=spec n/", NODE_SPEC, (3, 1, 1, 1), ("bad",)),
    (
        "bun test",
        "(fail) adds [0.1ms]\n\n 1 pass\n 1 fail\n 2 expect() calls\nRan 2 tests across 1 file.\n",
        (2, 1, 1, 0),
        ("adds",),
    ),
    ("deno test", "a ... FAILED (1ms)\nFAILED | 1 passed | 1 failed (10ms)\n", (2, 1, 1, 0), ("a",)),
    ("go test ./...", GO, (2, 1, 1, 0), ("TestAdd",)),
    ("cargo test", CARGO, (4, 2, 1, 1), ("tests::bad",)),
    (
        "cargo nextest run",
        "        FAIL [   0.005s] x tests::bad\n     Summary [   0.012s] 2 tests run: 1 passed, 1 failed, 1 skipped\n",
        (3, 1, 1, 1),
        ("x tests::bad",),
    ),
    ("mvn -B test", MAVEN, (5, 3, 1, 1), ("ShopTest.total", "com.x.ShopTest.total")),
    (
        "dotnet test",
        "  Failed X.T.Adds [5 ms]\n"
        "Failed!  - Failed:     1, Passed:     2, Skipped:     1, Total:     4, Duration: 9 ms\n",
        (4, 2, 1, 1),
        ("X.T.Adds",),
    ),
    (
        "bundle exec rspec",
        "5 examples, 1 failure, 1 pending\n\nrspec ./spec/a_spec.rb:3 # A adds\n",
        (5, 3, 1, 1),
        ("./spec/a_spec.rb:3",),
    ),
    ("vendor/bin/phpunit", "OK (5 tests, 9 assertions)\n", (5, 5, 0, 0), ()),
    (
        "vendor/bin/phpunit",
        "1) ShopTest::testAdd\nFAILURES!\nTests: 5, Assertions: 9, Failures: 1, Errors: 1, Skipped: 1.\n",
        (5, 2, 2, 1),
        ("ShopTest::testAdd",),
    ),
    (
        "ctest",
        "75% tests passed, 1 tests failed out of 4\n\nThe following tests FAILED:\n\t  3 - adds (Failed)\n",
        (4, 3, 1, 0),
        ("adds",),
    ),
]


@pytest.mark.parametrize(("command", "output", "counts", "failures"), PRINTED)
def test_what_a_runner_prints_is_read(command: str, output: str, counts: tuple, failures: tuple) -> None:
    read = reading(command, output)
    assert read.tests == TestCounts(*counts)
    assert read.problem == ""
    assert read.failures == failures


@pytest.mark.parametrize(("command", "output", "counts", "failures"), PRINTED)
def test_the_same_output_from_a_command_that_names_no_runner_is_read_too(command, output, counts, failures) -> None:
    if "[100%]" in output and "passed" not in output:
        return  # letters alone could be anything
    read = reading("make check", output)
    assert read.tests == TestCounts(*counts)
    assert read.problem == ""


@pytest.mark.parametrize(
    ("command", "output"),
    [
        ("pytest -k x", "3 deselected in 0.01s\n"),
        ("pytest", "no tests ran in 0.01s\n"),
        ("pytest", "2 skipped in 0.01s\n"),
        ("pytest --co", "a.py::test_a\n\n1 test collected in 0.01s\n"),
        ("pytest", "1 warning in 0.1s\n"),
        ("pytest --co -k a", "1/2 tests collected (1 deselected) in 0.01s\n"),
        ("python -m unittest", "Ran 0 tests in 0.000s\n\nOK\n"),
        ("python -m unittest", "Ran 0 tests in 0.0s\n\nNO TESTS RAN\n"),
        ("npx mocha --grep none", "\n  0 passing (1ms)\n"),
        ("npx jest", "No tests found, exiting with code 0\n"),
        ("npx jest", "Tests:       2 skipped, 2 total\n"),
        ("npx vitest", "No test files found, exiting with code 0\n"),
        ("go test ./...", "?   \tx/c\t[no test files]\n"),
        ("go test -run X .", "ok  \tx/a\t0.002s [no tests to run]\n"),
        ("go test ./...", "ok  \tx/a\t(cached)\n"),
        ("ctest", "No tests were found!!!\n"),
        ("cargo test", "test result: ok. 0 passed; 0 failed; 2 ignored; 0 measured; 5 filtered out\n"),
        ("phpunit", "No tests executed!\n"),
        ("rspec", "0 examples, 0 failures\n"),
        ("node --test", NODE_TAP.replace("1\n", "0\n")),
        ("mvn test", "Tests run: 0, Failures: 0, Errors: 0, Skipped: 0\n"),
        ("make check", "no tests ran in 0.01s\n"),
    ],
)
def test_no_test_executed_is_a_problem(command: str, output: str) -> None:
    read = reading(command, output)
    assert read.problem.endswith("ran no test")
    assert read.tests is not None and read.tests.passed + read.tests.failed == 0


@pytest.mark.parametrize(
    ("command", "output", "name"),
    [
        ("pytest", "", "pytest"),
        ("pytest -q", "..F", "pytest"),
        ("pytest", "1 passed\n", "pytest"),
        ("pytest -qq", ".... [ 50%]\n", "pytest"),
        ("uv run pytest", "all good\n", "pytest"),
        ("python -m unittest", "Ran 3 tests in 0.1s\n", "unittest"),
        ("cargo test", "running 1 test\n", "cargo test"),
        ("pytest && npx jest", "1 passed in 0.1s\n", "jest"),
        ("pytest", "Tests: 3 passed, 3 total\n", "pytest"),
    ],
)
def test_a_named_runner_that_prints_no_summary_has_reported_nothing(command: str, output: str, name: str) -> None:
    assert reading(command, output).problem == f"{name} never reported its result"


@pytest.mark.parametrize(
    ("command", "output"),
    [
        ("ruff check", "All checks passed!\n"),
        ("tsc", ""),
        ("ruff format", "2 files reformatted, 3 files left unchanged\n"),
        ("make", "2 files compiled in 0.1s\n"),
        ("prove", "ok 1 - adds\nok 2 - more\n1..2\n"),
        ("npx jest --json", "{}"),
        ("mvn -q test", ""),
        ("echo pytest", "pytest\n"),
        ("pip install pytest", "ok\n"),
        ("grep -rn pytest src", "x\n"),
        ("bash -c pytest", ""),
        ("npx jest --listTests", "a\n"),
        ("go build ./...", ""),
        ("cargo test --no-run", ""),
        ("go vet ./...", "ok\n"),
        ("mypy src", "Success: no issues found in 3 source files\n"),
    ],
)
def test_what_is_no_test_run_counts_by_its_exit_code(command: str, output: str) -> None:
    read = reading(command, output)
    assert (read.tests, read.problem, read.failures) == (None, "", ())


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("pytest -q", ["pytest"]),
        ("./.venv/bin/pytest", ["pytest"]),
        ("python3.11 -X dev -m pytest", ["pytest"]),
        ("uv run --frozen pytest", ["pytest"]),
        ("uv run --with x pytest", ["pytest"]),
        ("uv run python -m pytest", ["pytest"]),
        ("poetry run coverage run -m pytest", ["pytest"]),
        ("A=1 B='x y' pytest", ["pytest"]),
        ("env -i A=1 pytest", ["pytest"]),
        ("timeout 60 pytest", ["pytest"]),
        ("cd api && pytest", ["pytest"]),
        ("(cd api; pytest)", ["pytest"]),
        ("pytest | tee log", ["pytest"]),
        ("pytest a\nnpx jest", ["pytest", "jest"]),
        ("time npx --yes vitest run", ["vitest"]),
        ("pnpm exec vitest", ["vitest"]),
        ("yarn jest", ["jest"]),
        ("pnpm --filter web vitest", ["vitest"]),
        ("if true; then pytest; fi", ["pytest"]),
        ("! pytest", ["pytest"]),
        ("./mvnw -B verify", ["maven surefire"]),
        ("go test ./...", ["go test"]),
        ("go vet ./...", []),
        ("node app.js", []),
        ("npm test", []),
        ("", []),
        ("'", []),
        ("python setup.py test", []),
        ("pytest \\\n  -q", ["pytest"]),
        ("npx c8 mocha", ["mocha"]),
        ("php vendor/bin/phpunit", ["phpunit"]),
        ("mvn compile", []),
        ("python manage.py test", ["unittest"]),
        ("vitest list", []),
    ],
)
def test_the_runners_a_command_names(command: str, names: list[str]) -> None:
    assert [runner.name for runner in runners_of(command)] == names


@given(
    st.sampled_from([row[0] for row in PRINTED]),
    st.text(alphabet=st.sampled_from("0123 passedfailedinTests:\n,.=()[]%|#"), max_size=300),
)
def test_no_output_breaks_the_reader(command: str, output: str) -> None:
    read = reading(command, output)
    assert read.problem or read.tests is None or read.tests.passed + read.tests.failed > 0


@pytest.mark.parametrize("runner", RUNNERS, ids=lambda runner: runner.name)
@pytest.mark.parametrize(
    "unit", ["1 passed, ", "=", "1 passed ", " ", "1 tests collected (1 x) ", "# pass 1\n", "Tests: 1", "\t", "F."]
)
def test_long_output_costs_little(runner, unit: str) -> None:
    command = " ".join((*runner.words[0], *runner.needs[:1]))
    assert reading(command, unit * 20_000).failures is not None
