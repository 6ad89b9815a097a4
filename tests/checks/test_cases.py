"""Every row of tests/cases: what a rule must accept (first) and what it must reject, as data."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from delegation_guard.checks import CHECKS
from delegation_guard.loading import load
from delegation_guard.model.finding import Finding
from delegation_guard.policy.load import load as load_policy
from delegation_guard.spec.parser import parse
from receipt_rows import receipt_inputs
from support import subject

ROOT = Path(__file__).parent.parent / "cases"


def rows():
    for path in sorted(ROOT.rglob("*.yaml")):
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        for kind in ("accepts", "rejects"):
            for row in document[kind]:
                yield pytest.param(document["rule"], kind, row, id=f"{document['rule']}-{kind}-{row['name']}")


def policy_of(row: dict) -> dict:
    """`policy`: the text of a policy file."""
    return {"policy": load_policy(row["policy"].encode(), ".delegation/policy.yaml")} if "policy" in row else {}


def found(rule: str, row: dict) -> list[Finding]:
    """The findings of one rule for a row: keys before, after, modes_before, modes_after, spec, trust, policy, no_edits,
    more."""
    contract = None
    if row.get("spec"):
        contract = parse(row["spec"].encode(), ".delegation/specs/T-1.md", row.get("trust", "base"))
        if row.get("no_edits"):  # the parser refuses such a spec; whoever builds a contract otherwise meets the rule
            contract = replace(contract, edits=())
    judged = subject(
        row.get("before") or {}, row.get("after") or {}, modes_before=row.get("modes_before"),
        modes_after=row.get("modes_after"), contract=contract,
        **receipt_inputs(row, contract), **policy_of(row), **(row.get("more") or {}),
    )  # fmt: skip
    for name in CHECKS:
        declared = {one.id: one for one in load(f"{name}:RULES")}
        if rule in declared:
            if declared[rule].stage == "task" and judged.span == "both":
                judged = replace(judged, span="task")
            results = list(load(f"{name}:find")(judged))
            return [result for result in results if isinstance(result, Finding) and result.rule == rule]
    raise AssertionError(f"no check declares {rule}")


@pytest.mark.parametrize(("rule", "kind", "row"), rows())
def test_row(rule: str, kind: str, row: dict) -> None:
    findings = found(rule, row)
    if kind == "accepts":
        assert findings == []
        return
    assert findings
    if "line" in row:
        assert row["line"] in {finding.location.line for finding in findings}
    if "says" in row:
        assert any(row["says"] in finding.message for finding in findings), [f.message for f in findings]
    if "certainty" in row:
        assert {finding.certainty for finding in findings} == {row["certainty"]}
    if "situation" in row:
        assert {finding.situation for finding in findings} == {row["situation"]}
