"""Weakened tests that the spec's own blocks bring about, and those that only come along with them."""

from __future__ import annotations

import pytest

from delegation_guard.checks import tests
from delegation_guard.model.finding import Finding
from delegation_guard.spec.parser import parse
from support import subject

BEFORE = """\
from shop import fresh, total


def test_cookie():
    assert fresh() == "616"


def test_bad():
    app = fresh("x")
    host = "\\x8a"
    assert app.answer(host) == 400


def test_total():
    assert total([1, 2]) == 3
    assert total([]) == 0
"""
CUT = BEFORE.replace(BEFORE[BEFORE.index("def test_bad") : BEFORE.index("def test_total")], "")
OLD = BEFORE[BEFORE.index("    assert fresh") : BEFORE.index("def test_total")].rstrip() + "\n"
NEW = '    assert fresh() == "616"\n'


def judged(blocks: str, after: str, *, more: dict[str, str] | None = None) -> list[Finding]:
    spec = f"TASK T-1: do it\n\nCHANGES TO MAKE:\n### 1. tests/test_it.py\n{blocks}\nVERIFY:\npytest -q\n"
    product = {"shop.py": "def fresh(*a):\n    return a\n\n\ndef total(x):\n    return sum(x)\n"}
    found = tests.find(
        subject(
            {**product, "tests/test_it.py": BEFORE}, {**product, "tests/test_it.py": after, **(more or {})},
            contract=parse(spec.encode(), ".delegation/specs/T-1.md", "base"),
        )
    )  # fmt: skip
    return [one for one in found if isinstance(one, Finding)]


def pair(old: str, new: str, words: str = "Replace") -> str:
    return f"{words}\n```python\n{old}```\nwith\n```python\n{new}```\n"


HONEST = [
    pytest.param(pair(OLD, NEW), CUT, id="a block that begins in one test and takes another out"),
    pytest.param(pair(OLD, NEW) + "\nAppend:\n```python\ndef test_new():\n    assert total([4]) == 4\n```\n",
                 CUT + "\n\ndef test_new():\n    assert total([4]) == 4\n", id="and one without its old text"),
    pytest.param(pair(OLD, NEW), CUT.replace('"616"', "'616'"), id="other quotes"),
    pytest.param(pair(OLD, NEW) + pair("    assert total([]) == 0\n", "    assert total([0]) == 0\n"), CUT,
                 id="one of two blocks, the other is still to come"),
    pytest.param("```diff\n-    assert total([1, 2]) == 3\n+    assert total([1, 1, 1]) == 3\n"
                 "     assert total([]) == 0\n```\n",
                 BEFORE.replace("[1, 2]", "[1, 1, 1]"), id="other inputs in a diff"),
]  # fmt: skip


@pytest.mark.parametrize(("blocks", "after"), HONEST)
def test_what_the_spec_gives_word_for_word_is_its_own(blocks: str, after: str) -> None:
    found = judged(blocks, after)
    assert found
    assert all(one.authorised for one in found), [one.message for one in found]


ELSE = CUT.replace("    assert total([]) == 0\n", "")


@pytest.mark.parametrize(
    ("blocks", "after", "more"),
    [
        pytest.param(pair(OLD, NEW), ELSE, {}, id="another assertion goes along"),
        pytest.param(pair(OLD, NEW), CUT.replace("== 3", "is not None"), {}, id="another assertion is relaxed"),
        pytest.param("Remove the test of bad hosts.\n", CUT, {}, id="words alone"),
        pytest.param("Remove\n```python\ndef test_bad():\n    ...\n```\n", ELSE, {}, id="elided code"),
        pytest.param(pair(OLD, NEW), CUT, {"tests/conftest.py": "collect_ignore = ['test_it.py']\n"},
                     id="another test file changes beside it"),
    ],
)  # fmt: skip
def test_what_only_comes_along_is_not(blocks: str, after: str, more: dict[str, str]) -> None:
    found = judged(blocks, after, more=more)
    assert any(not one.authorised for one in found), [one.message for one in found]
