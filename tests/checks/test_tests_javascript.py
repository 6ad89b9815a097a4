"""Weakened tests in JavaScript and TypeScript: honest rewrites stay silent, each weakening is named by its rule."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from delegation_guard.checks import tests
from delegation_guard.model.finding import Finding
from support import subject

TWINS = [
    twin
    for path in sorted((Path(__file__).parent / "weakened").glob("javascript*.yaml"))
    for twin in yaml.safe_load(path.read_text(encoding="utf-8"))
]


def rows(kind: str) -> list[object]:
    return [
        pytest.param(twin, row, id=f"{twin['name']}: {row['name']}") for twin in TWINS for row in twin.get(kind, ())
    ]


def sides(twin: dict, row: dict) -> tuple[dict[str, str], dict[str, str]]:
    """The files of a row: `after` as a text or as files (None = deleted), or `replace` and `prepend` in the first."""
    path = twin.get("path", "test/order.test.js")
    before = twin["before"] if isinstance(twin["before"], dict) else {path: twin["before"]}
    before = {**twin.get("files", {}), **before}
    after = dict(before)
    if "after" in row:
        given = row["after"] if isinstance(row["after"], dict) else {path: row["after"]}
        after |= given
    elif row:
        if "replace" in row:
            old, new = row["replace"]
            assert old in after[path]
            after[path] = after[path].replace(old, new, 1)
        after[path] = row.get("prepend", "") + after[path]
    return before, {name: text for name, text in after.items() if text is not None}


def findings(before: dict[str, str], after: dict[str, str]) -> list[Finding]:
    found = list(tests.find(subject(before, after)))
    assert all(isinstance(one, Finding) for one in found), found
    return [one for one in found if isinstance(one, Finding)]


@pytest.mark.parametrize(("twin", "row"), rows("keeps"))
def test_an_honest_rewrite_is_silent(twin: dict, row: dict) -> None:
    before, after = sides(twin, row)
    assert [f"{one.rule} {one.certainty}: {one.message}" for one in findings(before, after)] == []


@pytest.mark.parametrize(("twin", "row"), rows("loses"))
def test_a_weakening_is_named(twin: dict, row: dict) -> None:
    before, after = sides(twin, row)
    found = [one for one in findings(before, after) if one.certainty == "sure" or row.get("doubtful")]
    assert f"tests/{row['rule']}" in {one.rule for one in found}, [f"{one.rule}: {one.message}" for one in found]


@pytest.mark.parametrize("twin", [pytest.param(twin, id=twin["name"]) for twin in TWINS])
def test_nothing_is_found_where_nothing_changed(twin: dict) -> None:
    before, _ = sides(twin, {})
    assert findings(before, {**before, "README.md": "changed\n"}) == []
