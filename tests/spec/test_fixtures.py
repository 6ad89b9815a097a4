"""Every spec of tests/specs: good ones mean what their facts say, broken ones are refused where they should be."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from delegation_guard.errors import SpecError
from delegation_guard.spec.parser import parse

SPECS = Path(__file__).parent.parent / "specs"
GOOD = sorted((SPECS / "good").glob("*.md"))
BROKEN = yaml.safe_load((SPECS / "broken" / "expected.yaml").read_text(encoding="utf-8"))


def facts(contract) -> dict:
    """What a sidecar file may state, read off a contract."""
    blocks = [block for edit in contract.edits for block in edit.blocks]
    return {
        "line": contract.line,
        "context": [[item.path, item.start, item.end] for item in contract.context],
        "preserve": [clause.text for clause in contract.preserve],
        "constraints": [clause.text for clause in contract.constraints],
        "instructions": [clause.text for clause in contract.instructions],
        "edits": [
            [edit.path, edit.action, [block.role for block in edit.blocks], edit.target] for edit in contract.edits
        ],
        "verify": [[command.command, command.directory] for command in contract.verify],
        "verify_lines": [command.line for command in contract.verify],
        "allowed": [[item.path, item.command] for item in contract.allowed],
        "blocks": [block.text for block in blocks],
        "block_lines": [block.line for block in blocks],
        "warnings": len(contract.warnings),
        **{
            name: getattr(contract, name)
            for name in ("task", "title", "agent", "phase", "model", "kind", "expect", "complexity", "security")
        },
    }


def filled(name: str, value: object) -> object:
    """A sidecar's short form with what it leaves out."""
    if name == "edits":
        return [[*edit, *[[], ""][len(edit) - 2 :]] for edit in value]
    return [[*command, ""][:2] for command in value] if name == "verify" else value


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_good_spec_means_what_a_reader_takes_it_for(path: Path) -> None:
    expected = yaml.safe_load(path.with_suffix(".yaml").read_text(encoding="utf-8"))
    contract = parse(path.read_bytes(), path.name)
    found = facts(contract)
    assert {name: found[name] for name in expected} == {
        name: filled(name, value) for name, value in expected.items()
    }, [warning.text for warning in contract.warnings]


def test_every_fixture_is_used() -> None:
    assert {path.stem for path in (SPECS / "broken").glob("*.md")} == set(BROKEN)
    assert {path.stem for path in (SPECS / "good").glob("*.yaml")} == {path.stem for path in GOOD}
    assert len(GOOD) + len(BROKEN) >= 40


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_spec_is_refused_with_its_line(name: str) -> None:
    expected = BROKEN[name]
    with pytest.raises(SpecError) as refused:
        parse((SPECS / "broken" / f"{name}.md").read_bytes(), f"{name}.md")
    error = refused.value
    assert error.line == expected["line"], error.message
    assert expected["says"] in error.message
    assert expected.get("hint", "") in error.hint
    assert error.message.startswith(f"{name}.md:{error.line}: " if error.line else f"{name}.md: ")
    assert error.hint and "\n" not in error.message


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_every_part_knows_its_line(path: Path) -> None:
    source = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    lines = source.split("\n")
    contract = parse(path.read_bytes(), path.name)
    assert contract.task in lines[contract.line - 1]
    for edit in contract.edits:
        assert edit.path in lines[edit.line - 1]
        for block in edit.blocks:
            first = block.text.split("\n")[0]
            assert first.strip() in lines[block.line - 1]
    for command in contract.verify:
        assert command.command.split()[0] in lines[command.line - 1]
    for item in contract.context:
        assert item.path in lines[item.line - 1]
