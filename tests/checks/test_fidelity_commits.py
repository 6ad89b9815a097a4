"""One task in several commits: each is judged for what it adds, the task for what it delivers."""

from __future__ import annotations

import pytest

from delegation_guard.checks.fidelity import RULES, find
from delegation_guard.model.contract import CodeBlock, Contract, Edit, VerifyCommand
from delegation_guard.model.finding import Finding
from delegation_guard.model.inputs import Span, Subject
from delegation_guard.model.policy import Policy
from delegation_guard.model.report import Skip
from support import DictObjects, as_tree, change_between

LEVELS = {rule.id: rule.level for rule in RULES}
OLD = "def f(x):\n    return x\n"
NEW = "def f(x, n=1):\n    if n < 0:\n        raise ValueError(n)\n    return x + n\n"
MORE = "def h(x):\n    return f(x, 2)\n"
TEST = "def test_f():\n    assert f(1, 2) == 3\n"
BLOCKS = (CodeBlock("", OLD, 10, "before"), CodeBlock("", NEW, 15), CodeBlock("", MORE, 22))
EDITS = (
    Edit("a.py", "modify", 8, "", BLOCKS, 1),
    Edit("t.py", "modify", 30, "Append", (CodeBlock("", TEST, 32),), 2),
)
CONTRACT = Contract("T-1", "do it", 1, EDITS, (VerifyCommand("true", 40),))
START = {
    "a.py": f"{OLD}\n\ndef g(x):\n    return f(x)\n",
    "t.py": "from a import f\n\n\ndef test_g():\n    assert f(1)\n",
}
FIRST = {**START, "a.py": START["a.py"].replace(OLD, NEW)}
WRONG = {**START, "a.py": FIRST["a.py"].replace("n < 0", "n <= 0")}
SECOND = {**FIRST, "a.py": f"{FIRST['a.py']}\n\n{MORE}"}
DONE = {**SECOND, "t.py": f"{START['t.py']}\n\n{TEST}"}


def rules(before: dict[str, str], after: dict[str, str], span: Span, **more: object) -> set[str]:
    objects = DictObjects({"base": as_tree(before), "head": as_tree(after)})
    judged = Subject("x", change_between(objects), objects, Policy(), "delegated", CONTRACT, span, **more)
    results = [item for item in find(judged) if isinstance(item, Finding) and item.certainty == "sure"]
    return {item.rule.partition("/")[2] for item in results if LEVELS[item.rule] == "error"}


@pytest.mark.parametrize(
    ("before", "after", "span"),
    [
        (START, FIRST, "commit"), (FIRST, SECOND, "commit"), (SECOND, DONE, "commit"), (START, DONE, "task"),
        (START, DONE, "both"), (WRONG, FIRST, "commit"), (FIRST, START, "commit"), (SECOND, FIRST, "commit"),
    ],
)  # fmt: skip
def test_honest_steps_are_silent(before: dict[str, str], after: dict[str, str], span: Span) -> None:
    assert rules(before, after, span) == set()


def test_what_each_stage_sees() -> None:
    assert rules(START, WRONG, "commit") == {"extra-hunk"}
    assert rules(START, WRONG, "task") == {"block-missing"}
    assert rules(START, SECOND, "task") == {"block-missing"}
    assert rules(START, {**DONE, "a.py": DONE["a.py"] + "\n\nprint(1)\n"}, "task") == set()
    assert rules(START, {**DONE, "a.py": DONE["a.py"] + "\n\nprint(1)\n"}, "commit") == {"extra-hunk"}


def test_a_stop_owes_nothing_but_adds_nothing() -> None:
    assert rules(START, FIRST, "both", stopped="the spec is stale") == set()
    assert rules(START, WRONG, "both", stopped="the spec is stale") == {"extra-hunk"}


def test_what_lay_around_is_not_judged() -> None:
    assert rules(START, WRONG, "commit", dirt=("a.py",)) == set()


def test_headings_without_blocks_are_named() -> None:
    edit = Edit("a.py", "modify", 8, "Make it better.")
    contract = Contract("T-1", "do it", 1, (edit,), (VerifyCommand("true", 40),))
    objects = DictObjects({"base": as_tree(START), "head": as_tree(FIRST)})
    results = list(find(Subject("x", change_between(objects), objects, Policy(), "delegated", contract)))
    assert results == [Skip("a.py", "fidelity: the heading in spec line 8 gives no code block to compare with")]
