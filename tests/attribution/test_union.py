from __future__ import annotations

import hashlib

import pytest

from delegation_guard.attribution.union import union
from delegation_guard.model.contract import Allowed, Clause, CodeBlock, ContextItem, Contract, Edit, VerifyCommand


def contract(task: str, path: str, **more: object) -> Contract:
    source = f"TASK {task}: do it\n### 1. {path}\nx = 1\ntrue {task}"
    fields = {
        "edits": (Edit(path, "modify", 2, blocks=(CodeBlock("", "x = 1\n", 3),)),),
        "verify": (VerifyCommand(f"true {task}", 4),), "agent": "claude", "model": task, "trust": "base", **more,
    }  # fmt: skip
    digest = hashlib.sha256(source.encode()).hexdigest()
    return Contract(task, "do it", 1, path=f"{task}.md", source=source, sha256=digest, **fields)  # type: ignore[arg-type]


def test_one_contract_stays_as_it_is() -> None:
    one = contract("T-1", "a.py")
    assert union([one]) is one
    assert union([one, one]) is one


def test_lists_and_commands_of_all_of_them() -> None:
    both = union([contract("T-1", "a.py"), contract("T-2", "b.py")])
    assert (both.task, both.path) == ("T-1+T-2", "T-1.md + T-2.md")
    assert [edit.path for edit in both.edits] == ["a.py", "b.py"]
    assert [verify.command for verify in both.verify] == ["true T-1", "true T-2"]


def test_the_order_of_the_trailers_does_not_matter() -> None:
    one, other = contract("T-1", "a.py"), contract("T-2", "b.py")
    assert union([one, other]) == union([other, one])


def test_lines_count_in_the_common_source() -> None:
    parts = [
        contract("T-1", "a.py"),
        contract(
            "T-2", "b.py", allowed=(Allowed("b.lock", 2),), constraints=(Clause("c", 3),), preserve=(Clause("p", 3),),
            context=(ContextItem("c.py", 0, 0, "", 2),), instructions=(Clause("i", 4),), warnings=(Clause("w", 1),),
        ),
    ]  # fmt: skip
    both = union(parts)
    lines = both.source.splitlines()
    for edit in both.edits:
        assert edit.path in lines[edit.line - 1]
        assert lines[edit.blocks[0].line - 1] == "x = 1"
    for verify in both.verify:
        assert lines[verify.line - 1] == verify.command
    assert [both.allowed[0].line, both.constraints[0].line, both.context[0].line, both.warnings[0].line] == [6, 7, 6, 5]
    assert both.sha256 == hashlib.sha256(both.source.encode()).hexdigest()


@pytest.mark.parametrize(("one", "other", "least"), [("base", "range", "range"), ("handoff", "base", "handoff")])
def test_it_is_trusted_as_its_least_trusted_part(one: str, other: str, least: str) -> None:
    assert union([contract("T-1", "a.py", trust=one), contract("T-2", "b.py", trust=other)]).trust == least


def test_context_of_one_that_the_other_lists_is_listed() -> None:
    reading = contract("T-2", "b.py", context=(ContextItem("a.py", 1, 2, "read", 2), ContextItem("d.py", 0, 0, "", 2)))
    assert [item.path for item in union([contract("T-1", "a.py"), reading]).context] == ["d.py"]


def test_headers_that_differ_are_dropped() -> None:
    both = union([contract("T-1", "a.py"), contract("T-2", "b.py")])
    assert (both.agent, both.model) == ("claude", "")
