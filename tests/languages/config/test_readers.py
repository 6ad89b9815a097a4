"""Formats as nodes with lines, and which commands of a shell text still fail it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delegation_guard.languages.config.literals import read_json, read_script
from delegation_guard.languages.config.node import Unreadable, plain
from delegation_guard.languages.config.shell import commands
from delegation_guard.languages.config.tables import read_ini, read_toml
from delegation_guard.languages.config.xml_nodes import read_xml
from delegation_guard.languages.config.yaml_nodes import read_yaml

MASKED = (
    "pytest || true", "pytest || :", "pytest || echo no", "pytest; true", "pytest; exit 0",
    "pytest | tee log", "pytest &",
    "! pytest", "(pytest) || true", "if pytest; then echo a; else echo b; fi", "set +e\npytest\necho a",
    "trap 'exit 0' EXIT\npytest", "exit 0\npytest", "out=$(pytest) || true", "pytest && echo a || echo b",
)  # fmt: skip
COUNTED = (
    "pytest", "cd a && pytest", "pytest || exit 1", "pytest || { echo a; exit 1; }", "pytest || (echo a; exit 1)",
    "set -o pipefail\npytest | tee log", "set +e\npytest\nrc=$?\necho a\nexit $rc", "pytest || rc=1\necho a\nexit $rc",
    "if ! pytest; then echo a; exit 1; fi", "pytest & wait", "pytest 2>&1 > log", "rm a || true\npytest",
    "pytest # || true",
    "echo 'pytest || true'\npytest", "out=$(pytest)", "run() {\n  pytest\n}\nrun", "pytest \\\n  -q",
)  # fmt: skip


def masks(text: str) -> list[tuple[str, ...]]:
    return [found.masks for found in commands(text, errexit="\n" in text) if found.words[0] == "pytest"]


@pytest.mark.parametrize("text", MASKED)
def test_a_lost_failure_is_seen(text: str) -> None:
    assert all(masks(text))
    assert masks(text)


@pytest.mark.parametrize("text", COUNTED)
def test_a_failure_that_counts_is_seen(text: str) -> None:
    assert masks(text) == [()]


def test_lines() -> None:
    assert read_toml('[a]\nb = [\n  "c",\n  "d",\n]\n').get("a", "b").items[1].line == 4
    assert read_ini("[a]\nb =\n  c\n").get("a", "b").line == 2
    assert read_yaml("a:\n  - b: 1\n    c: x\n").get("a").items[0].get("c").line == 3
    assert read_xml("<a>\n<b>1</b>\n</a>").get("a", "b").line == 2
    assert read_script("export default f({\n  a: {\n    b: 1,\n  },\n});").get("a", "b").line == 3
    assert [found.line for found in commands("a\n\nb \\\n c\nd", 5)] == [5, 7, 9]


def test_scripts_are_read_without_being_run() -> None:
    text = "const x = require('y');\nmodule.exports = { a: [...x, 'b'], re: /a,b/, f() { return {c: 1} }, "
    text += "...rest, d: p ? 1 : 2 };"
    assert plain(read_script(text)) == {
        "a": ["...x", "b"], "re": "/a,b/", "f": "function", "...rest": True, "d": "p?1:2"
    }  # fmt: skip


def test_dialects_of_json() -> None:
    assert plain(read_json("{/* a */ a: 'b', \"c\": [1, 2.5, -3,], // d\n}")) == {"a": "b", "c": [1, 2.5, -3]}


SCALARS = st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.text("ab'\"\\\n ", max_size=5)
KEYS = st.text("xyz", min_size=1, max_size=3)


@given(st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)))
def test_json_is_read_as_json(value: object) -> None:
    assert plain(read_json(json.dumps(value))) == value


@given(st.text("ab \n|&;(){}[]<>$`'\"\\#=!-:,*?%", max_size=60))
def test_nothing_crashes_a_reader(text: str) -> None:
    commands(text)
    for reader in (read_json, read_script, read_toml, read_ini, read_yaml, read_xml):
        try:
            reader(text)
        except Unreadable as error:
            assert str(error)


@pytest.mark.parametrize(
    ("reader", "text"),
    [(read_toml, "a ="), (read_yaml, "a: ["), (read_xml, "<a>"), (read_json, "{"),
     (read_xml, '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), (read_yaml, "[" * 1000)],
)  # fmt: skip
def test_broken_files_are_refused(reader: object, text: str) -> None:
    with pytest.raises(Unreadable):
        reader(text)
