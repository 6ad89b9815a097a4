"""What docs/spec-format.md says is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from delegation_guard.errors import SpecError
from delegation_guard.model.contract import Action
from delegation_guard.spec.lint_rules import RULES
from delegation_guard.spec.parser import MAX_BYTES, parse
from delegation_guard.spec.roles import lead
from delegation_guard.spec.text import MAX_LINE

PAGE = (Path(__file__).parents[2] / "docs" / "spec-format.md").read_text(encoding="utf-8")
ACTIONS: dict[str, Action] = {
    "create or modify": "modify",
    "create": "create",
    "delete": "delete",
    "move it there": "rename",
    "make this symbolic link": "symlink",
    "change the file mode; git keeps 755 and 644": "mode",
    "create an executable file": "mode",
    "move the submodule to another commit": "submodule",
    "create or modify whatever matches": "glob",
}


def test_the_example_is_read_without_a_warning() -> None:
    example = re.search(r"```\n(TASK.*?)```", PAGE, re.DOTALL)
    assert example
    contract = parse(example[1].encode(), "example.md")
    assert contract.warnings == ()
    assert [[block.role for block in edit.blocks] for edit in contract.edits] == [["before", "new"], []]
    assert len(contract.verify) == len(contract.instructions) == 1


def test_the_markers_permit_what_the_table_says() -> None:
    rows = re.findall(r"^\| `(### 1\. .*)` \| (.*) \|$", PAGE, re.MULTILINE)
    assert {row[1] for row in rows} == set(ACTIONS)
    for heading, permits in rows:
        text = f"TASK T-1: cap\nCHANGES TO MAKE:\n{heading}\nx\nVERIFY:\nmake test\n"
        assert parse(text.encode(), "spec.md").edits[0].action == ACTIONS[permits], heading


def test_every_lint_rule_is_on_the_page_under_its_level() -> None:
    errors, warnings = PAGE[PAGE.index("| Error |") :].split("| Warning |")
    for rule in RULES:
        assert f"`{rule.id}`" in (errors if rule.level == "error" else warnings)


@pytest.mark.parametrize("words", re.findall(r"^\| (.*block introduced.*|`Remove`.*) \| ", PAGE, re.MULTILINE))
def test_words_before_a_block(words: str) -> None:
    listed = re.findall(r"`(\w[\w ]*)`", words.split(", when")[0])
    assert listed
    assert {lead([f"{word}:"]) for word in listed} == ({"soft"} if "Replace" in listed else {"before"})


def test_verify_lines_are_read_as_the_table_says() -> None:
    def read(line: str) -> tuple[int, int]:
        text = f"TASK T-1: cap\nCHANGES TO MAKE:\n### 1. src/a.py\nx\nVERIFY:\n`first`\n\n{line}\n"
        contract = parse(text.encode(), "spec.md")
        return len(contract.verify) - 1, len(contract.instructions)

    table = PAGE[PAGE.index("| Line | Read as |") :].split("\n\n")[0]
    for line, meaning in re.findall(r"^\| (`.*`) \| (.*) \|$", table, re.MULTILINE):
        for example in re.findall(r"`([^`]+)`", line):
            if meaning.startswith("refused"):
                with pytest.raises(SpecError, match="could be a command or a sentence"):
                    read(example)
            else:
                assert read(example) == ((1, 0) if meaning.startswith("a command") else (0, 1)), example


def test_the_limits_are_the_real_ones() -> None:
    assert f"{MAX_BYTES:,} bytes" in PAGE
    assert f"{MAX_LINE:,} characters" in PAGE
