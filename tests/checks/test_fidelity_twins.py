"""Deliveries of one spec, honest and not: what must pass unremarked (no finding that blocks) and what must be found."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from delegation_guard.checks.fidelity import RULES, find
from delegation_guard.model.contract import CodeBlock, Contract, Edit, VerifyCommand
from delegation_guard.model.finding import Finding
from support import subject

ROWS = Path(__file__).parent / "fidelity"
LEVELS = {rule.id: rule.level for rule in RULES}


def contract_of(row: dict) -> Contract:
    """A contract from a row: `blocks` is a list of {replace, with} or {new}; line numbers are made up in order."""
    blocks: list[CodeBlock] = []
    line = 10
    for given in row["blocks"]:
        for key, role in (("replace", "before"), ("with", "new"), ("new", "new")):
            if key in given:
                blocks.append(CodeBlock(given.get("language", ""), given[key], line, role))
                line += given[key].count("\n") + 3
    action, target = row.get("action", "modify"), row.get("target", "")
    edit = Edit(row["path"], action, 8, row.get("words", ""), tuple(blocks), 1, target)
    return Contract("T-1", row.get("title", "do it"), 1, (edit,), (VerifyCommand("true", 90),))


def rows():
    for path in sorted(ROWS.glob("*.yaml")):
        for given in yaml.safe_load(path.read_text(encoding="utf-8")):
            shared = {key: value for key, value in given.items() if key not in ("accepts", "rejects")}
            for kind in ("accepts", "rejects"):
                for row in given.get(kind, ()):
                    name = f"{path.stem}-{given['about']}-{kind}-{row['name']}"
                    yield pytest.param(kind, {**shared, **row}, id=name.replace(" ", "_"))


def judged(row: dict) -> list[Finding]:
    before = {row["path"]: row["base"]} if row.get("base") is not None else {}
    after = {row.get("target") or row["path"]: row["head"]} if row.get("head") is not None else {}
    before["other.txt"], after["other.txt"] = "a", "b"
    results = find(subject(before, after, contract=contract_of(row)))
    return [result for result in results if isinstance(result, Finding)]


@pytest.mark.parametrize(("kind", "row"), list(rows()))
def test_twin(kind: str, row: dict) -> None:
    blocking = [f for f in judged(row) if f.certainty == "sure" and LEVELS[f.rule] == "error"]
    if kind == "accepts":
        assert [(f.rule, f.message) for f in blocking] == []
    else:
        assert blocking, "nothing was found"
        # What stands in a missing block's place is said at once, under the rule's twin for single commits.
        twins = {"block-differs": "block-missing"}
        names = {f.rule.partition("/")[2] for f in blocking}
        assert set(row.get("finds", ())) <= {twins.get(name, name) for name in names}
