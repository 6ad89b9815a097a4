"""Threats (d) a check can see: spec, policy, keys and exceptions changed by what they judge."""

from __future__ import annotations

import pytest

from contracts import SPEC, contract
from delegation_guard.checks import guard, scope
from delegation_guard.errors import PolicyError
from delegation_guard.model.finding import Finding
from delegation_guard.policy.load import load
from support import subject

A, B = {"src/a.py": "1\n"}, {"src/a.py": "2\n"}


def rules(before: dict[str, str], after: dict[str, str], *listed: str, trust: str = "base") -> set[str]:
    judged = subject(
        {**A, **before}, {**B, **after}, contract=contract("src/a.py", *listed, trust=trust), spec_path=SPEC
    )
    results = [*guard.find(judged), *scope.find(judged)]
    return {item.rule for item in results if isinstance(item, Finding) and not item.authorised}


def test_d0_an_honest_change_is_fine() -> None:
    assert rules({}, {}) == set()
    assert rules({SPEC: "TASK"}, {SPEC: "TASK"}) == set()


def test_d1_the_list_is_extended_by_the_delegate() -> None:
    assert rules({SPEC: "### 1. src/a.py"}, {SPEC: "### 1. src/a.py\n### 2. x.py", "x.py": ""}) == {
        "guard/spec-edited", "scope/unlisted",
    }  # fmt: skip


def test_d1_a_spec_cannot_list_itself() -> None:
    assert rules({SPEC: "a"}, {SPEC: "b"}, SPEC) == {"guard/spec-edited"}


def test_d2_verify_is_softened() -> None:
    assert rules({SPEC: "VERIFY:\npytest"}, {SPEC: "VERIFY:\ntrue"}) == {"guard/spec-edited"}


@pytest.mark.parametrize("trust", ["range", "handoff"])
def test_d3_a_floor_is_lowered(trust: str) -> None:
    path = ".delegation/policy.yaml"
    assert rules({path: "floor: opus"}, {path: "floor: haiku"}) == {"guard/policy-edited"}
    assert rules({path: "floor: opus"}, {path: "floor: haiku"}, path, trust=trust) == {"guard/policy-edited"}


def test_d3_an_owners_spec_may_change_the_policy() -> None:
    path = ".delegation/policy.yaml"
    assert rules({path: "a"}, {path: "b"}, path, trust="base") == set()


@pytest.mark.parametrize("path", [".delegation/models.yaml", ".delegation/ladder.yaml"])
def test_d4_d5_tables_of_models_are_the_guards_configuration(path: str) -> None:
    assert rules({path: "haiku: 1"}, {path: "haiku: 9"}) == {"guard/policy-edited"}


@pytest.mark.parametrize(
    "text",
    [
        "mode: warn\nmode: block\n", "mode: !!python/object/apply:os.system [x]\n", "mode: no\n",
        "floors: &a [*a]\n", "- a\n",
    ],
)  # fmt: skip
def test_d9_yaml_tricks_are_no_policy(text: str) -> None:
    with pytest.raises(PolicyError):
        load(text.encode(), ".delegation/policy.yaml")


@pytest.mark.parametrize(
    "path", [".delegation/override.yaml", ".delegation/overrides/T-1.yaml", ".delegation/waivers.yaml"]
)
def test_d10_an_exception_that_arrives_with_the_change(path: str) -> None:
    assert rules({}, {path: "because: I say so"}) == {"guard/waiver"}


@pytest.mark.parametrize(
    "path",
    [
        "src/.delegation.yml", "src/.delegation/policy.yaml", ".delegation.yaml", "delegation-guard.toml",
        ".Delegation/policy.yaml",
    ],
)  # fmt: skip
def test_d11_configuration_that_shadows_the_real_one(path: str) -> None:
    assert "guard/policy-edited" in rules({}, {path: "mode: observe"}, path, trust="range")


def test_d11_a_table_in_pyproject() -> None:
    table = {"pyproject.toml": "[tool.delegation-guard]\nmode = 'observe'\n"}
    assert rules({"pyproject.toml": ""}, table, "pyproject.toml", trust="range") == {"guard/policy-edited"}


def test_d12_a_comment_for_the_guard() -> None:
    assert rules({}, {"src/a.py": "2\nx = 1  # guard: ignore\n"}) == {"guard/ignore-comment"}
