"""Weakened tests in JavaScript and TypeScript: honest rewrites stay silent, each weakening is named by its rule."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from delegation_guard.checks import tests
from delegation_guard.model.finding import Finding
from delegation_guard.model.report import NotAnalysed
from delegation_guard.spec.parser import parse
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


SPEC = """TASK T-1: drop the export

CHANGES TO MAKE:
### 1. src/export.js
Replace
```js
function toXml(rows) {
  return rows.join();
}
```
with
```js
```

### 2. src/export.test.js
{words}

VERIFY:
npm test
"""
EXPORT = {
    "src/export.js": "function toCsv(r) {\n  return r;\n}\n\nfunction toXml(rows) {\n  return rows.join();\n}\n\n"
    "module.exports = { toCsv, toXml };\n",
    "src/export.test.js": "const { toCsv, toXml } = require('./export');\n\ntest('csv', () => {\n"
    "  expect(toCsv(1)).toBe(1);\n"
    "});\n\ntest('xml', () => {\n  expect(toXml([1, 2])).toBe('1,2');\n});\n",
}
WITHOUT = {
    "src/export.js": "function toCsv(r) {\n  return r;\n}\n\nmodule.exports = { toCsv };\n",
    "src/export.test.js": "const { toCsv } = require('./export');\n\ntest('csv', () => {\n"
    "  expect(toCsv(1)).toBe(1);\n});\n",
}


def test_a_test_goes_with_what_the_spec_takes_out() -> None:
    contract = parse(SPEC.replace("{words}", "Remove its test.").encode(), "spec.md", "base")
    (found,) = [one for one in tests.find(subject(EXPORT, WITHOUT, contract=contract)) if isinstance(one, Finding)]
    assert (found.rule, found.situation) == ("tests/removed", "subject-gone")


def test_what_the_spec_writes_is_authorised() -> None:
    words = "Replace\n```js\n  expect(toCsv(1)).toBe(1);\n```\nwith\n```js\n  expect(toCsv(1)).toBe(2);\n```\n"
    contract = parse(SPEC.replace("{words}", words).encode(), "spec.md", "base")
    after = {**EXPORT, "src/export.test.js": EXPORT["src/export.test.js"].replace("toBe(1)", "toBe( 2 )")}
    (found,) = [one for one in tests.find(subject(EXPORT, after, contract=contract)) if isinstance(one, Finding)]
    assert found.rule == "tests/expectation-changed"
    assert found.authorised == 1 + contract.source.split("\n").index("  expect(toCsv(1)).toBe(2);")


def test_an_expectation_may_change_with_the_product() -> None:
    after = {
        "src/export.js": EXPORT["src/export.js"].replace("return r;", "return r + 1;"),
        "src/export.test.js": EXPORT["src/export.test.js"].replace("toBe(1)", "toBe(2)"),
    }
    (found,) = [one for one in tests.find(subject(EXPORT, after)) if isinstance(one, Finding)]
    assert (found.rule, found.situation) == ("tests/expectation-changed", "with-product")


def test_what_cannot_be_read_is_said() -> None:
    after = {**EXPORT, "src/export.test.js": "test('csv', () => {"}
    found = list(tests.find(subject(EXPORT, after)))
    assert any(isinstance(one, NotAnalysed) and one.path == "src/export.test.js" for one in found)
