"""Honest work stays silent: every accepted row, alone and followed by another harmless rewrite."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import yaml

from delegation_guard.checks import tests as check
from delegation_guard.model.finding import Finding
from support import subject

FOLDER = Path(__file__).parents[1] / "cases" / "tests"
def printable(row: dict) -> bool:
    """Whether the printer of `ast` keeps what counts: it does not keep documented examples."""
    return not any(">>>" in text or "= =" in text for text in row["after"].values())


ROWS = [
    pytest.param(row, id=f"{path.stem}-{row['name']}")
    for path in sorted(FOLDER.glob("*.yaml"))
    for row in yaml.safe_load(path.read_text(encoding="utf-8"))["accepts"]
    if "found_as" not in row  # a weakening all the same, which another rule tells
]


def blocking(before: dict, after: dict) -> list[str]:
    found = check.find(subject(before, after))
    return [r.message for r in found if isinstance(r, Finding) and r.certainty == "sure" and r.situation == "plain"]


@pytest.mark.parametrize("row", ROWS)
def test_no_rule_of_the_family_blocks(row: dict) -> None:
    assert blocking(row["before"], row["after"]) == []


def reformatted(text: str) -> str:
    """The same code as `ast` prints it: other quotes, wrapping and blank lines, no comments."""
    return ast.unparse(ast.parse(text)) + "\n"


@pytest.mark.parametrize("row", [row for row in ROWS if printable(row.values[0])])
def test_nor_when_the_result_is_reformatted(row: dict) -> None:
    after = {path: reformatted(text) if path.endswith(".py") else text for path, text in row["after"].items()}
    assert blocking(row["before"], after) == []


@pytest.mark.parametrize("row", ROWS)
def test_nor_when_a_test_is_added(row: dict) -> None:
    more = "\n\ndef test_one_more():\n    assert brand_new() == 1\n"
    after = {
        path: text + more if path.rpartition("/")[2].startswith("test_") and path.endswith(".py") else text
        for path, text in row["after"].items()
    }
    assert blocking(row["before"], after) == []


@pytest.mark.parametrize("row", ROWS)
def test_nothing_is_found_without_a_change(row: dict) -> None:
    for side in ("before", "after"):
        assert list(check.find(subject(row[side], row[side]))) == []
