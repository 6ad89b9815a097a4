"""Whose failure it is, from what three passes said."""

from __future__ import annotations

import pytest

from delegation_guard.model.policy import Quarantine
from delegation_guard.model.receipt import CommandRun, TestCounts
from delegation_guard.verify.attempt import Attempt
from delegation_guard.verify.blame import excused, judge

GREEN = TestCounts(3, 3, 0, 0)


def ran(*failures: str, command="pytest", code: int | None = None, counts=GREEN, problem="") -> CommandRun:
    red = code if code is not None else int(bool(failures))
    if counts is GREEN and failures:
        counts = TestCounts(3, 3 - len(failures), len(failures), 0)
    why = problem or (f"it ended with exit code {red}" if red else "")
    return CommandRun(command, "", red, 1.0, "00" * 32, counts, problem=why, failures=failures)


def attempt(*runs: CommandRun, said: str = "", blocked: str = "") -> Attempt:
    return Attempt(runs, tuple(said for _ in runs), blocked=blocked)


PASS = attempt(ran())
A, B = "t.py::test_a", "t.py::test_b"
UNCOLLECTED = ran("t.py", counts=TestCounts(1, 0, 1, 0))


@pytest.mark.parametrize(
    ("first", "again", "base", "whose"),
    [
        (attempt(ran(A)), attempt(ran(A)), PASS, "delegate"),
        (attempt(ran(A)), attempt(ran(A)), None, "delegate"),
        (attempt(ran(A)), attempt(ran(A)), attempt(ran(A)), "already-red"),
        (attempt(ran(A)), attempt(ran(A)), attempt(ran(A, B)), "already-red"),
        (attempt(ran(A, B)), attempt(ran(A, B)), attempt(ran(A)), "delegate"),
        (attempt(ran(A)), attempt(ran(A)), attempt(ran(B)), "delegate"),
        (attempt(ran(A)), PASS, PASS, "flaky"),
        (attempt(ran(A)), attempt(ran(B)), PASS, "flaky"),
        (attempt(ran(A, B)), attempt(ran(A)), PASS, "delegate"),
        (attempt(ran(A, B)), attempt(ran(A)), attempt(ran(A)), "already-red"),
        (attempt(UNCOLLECTED), attempt(UNCOLLECTED), attempt(UNCOLLECTED), "environment"),
        (attempt(UNCOLLECTED), attempt(UNCOLLECTED), PASS, "delegate"),
        (attempt(UNCOLLECTED), attempt(UNCOLLECTED), attempt(ran(code=4, counts=None)), "delegate"),
        (attempt(ran(A)), attempt(ran(A)), attempt(blocked="setup failed"), "delegate"),
        (attempt(ran(code=127, counts=None)),) * 3 + ("environment",),
        (attempt(ran(code=127, counts=None)),) * 2 + (PASS, "delegate"),
        (attempt(ran(code=1, counts=None), said="a\n"),) * 3 + ("already-red",),
        (attempt(ran(code=1, counts=None), said="a\nb\n"),) * 2
        + (attempt(ran(code=1, counts=None), said="a\n"), "delegate"),
        (attempt(ran(code=1, counts=None), said="a 12\n"),) * 2
        + (attempt(ran(code=1, counts=None), said="a 7\nb\n"), "already-red"),
        (attempt(ran(code=2, counts=None)),) * 2 + (attempt(ran(code=1, counts=None)), "delegate"),
        (attempt(ran(A, command="x"), ran()),) * 2 + (attempt(ran(A, command="y"), ran()), "delegate"),
        (attempt(ran(counts=None, problem="pytest never reported its result")),) * 3 + ("environment",),
    ],
)
def test_whose(first, again, base, whose) -> None:
    blame = judge(first, again, base)
    assert blame.whose == whose
    assert blame.result == ("FAILED" if whose == "delegate" else "UNVERIFIED")
    assert blame.problem


def entry(test: str, expires: str = "2030-01-01") -> Quarantine:
    return Quarantine(test, "#1", expires)


@pytest.mark.parametrize(
    ("failed", "quarantine", "touched", "again", "names"),
    [
        ((A,), (entry(A),), (), False, (A,)),
        ((A, B), (entry(A),), (), False, ()),
        ((A, B), (entry(A), entry(B)), (), False, (A, B)),
        ((A,), (entry(A, "2029-12-31"),), (), False, ()),
        ((A,), (), (), True, (A,)),
        ((A,), (), ("t.py",), True, ()),
        ((A,), (), ("api/t.py",), True, ()),
        ((A,), (), ("other.py",), True, (A,)),
        (("test_a (pkg.test_x.T.test_a)",), (), ("pkg/test_x.py",), True, ()),
        (("test_a (pkg.test_x.T.test_a)",), (), ("pkg/x.py",), True, ("test_a (pkg.test_x.T.test_a)",)),
        (("com.x.ShopTest.total",), (), ("src/test/java/com/x/ShopTest.java",), True, ()),
        (("web/a.spec.ts > adds",), (), ("web/a.spec.ts",), True, ()),
        ((), (), (), True, ()),
    ],
)
def test_what_is_excused(failed, quarantine, touched, again, names) -> None:
    attempted = attempt(ran(*failed, code=1))
    assert excused(attempted, quarantine, "2030-01-01", frozenset(touched), passed_again=again) == names
