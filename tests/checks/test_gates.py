"""What the rows of tests/cases/gates do not say: who authorised a weakening, what is read, and how long it may take."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from contracts import contract
from delegation_guard.checks.gates import find
from delegation_guard.model.change import EXECUTABLE, REGULAR
from delegation_guard.model.contract import CodeBlock, Edit
from delegation_guard.model.finding import Finding
from delegation_guard.model.report import NotAnalysed
from support import subject

FLOOR = "[tool.coverage.report]\nfail_under = {}\n"


def findings(before, after, **more):
    return [found for found in find(subject(before, after, **more)) if isinstance(found, Finding)]


def spec(path: str, *blocks: tuple[str, str]):
    made = tuple(CodeBlock("", text, 12 + 10 * at, role) for at, (role, text) in enumerate(blocks))
    return contract(Edit(path, "modify", 10, blocks=made, number=1, heading=f"### 1. {path}"))


def test_a_block_of_the_spec_authorises_exactly_its_text() -> None:
    given = spec("pyproject.toml", ("before", "fail_under = 90\n"), ("new", "fail_under = 80\n"))
    change = {"pyproject.toml": FLOOR.format(90)}, {"pyproject.toml": FLOOR.format(80)}
    assert [found.authorised for found in findings(*change, contract=given)] == [22]
    assert [found.authorised for found in findings(*change, contract=contract("pyproject.toml"))] == [0]
    lower = {"pyproject.toml": FLOOR.format(70)}
    assert [found.authorised for found in findings(change[0], lower, contract=given)] == [0]


def test_a_block_of_another_file_authorises_nothing() -> None:
    given = spec("docs/a.md", ("new", "fail_under = 80\n"))
    change = {"pyproject.toml": FLOOR.format(90)}, {"pyproject.toml": FLOOR.format(80)}
    assert [found.authorised for found in findings(*change, contract=given)] == [0]


def test_a_line_that_the_spec_takes_out_is_authorised() -> None:
    given = spec("pyproject.toml", ("before", "fail_under = 90\n"), ("new", "precision = 2\n"))
    after = {"pyproject.toml": "[tool.coverage.report]\nprecision = 2\n"}
    assert [found.authorised for found in findings({"pyproject.toml": FLOOR.format(90)}, after, contract=given)] == [12]


def test_a_command_without_its_mask_in_the_spec_is_not_authorised() -> None:
    before = {"Makefile": "test:\n\tpytest -q\n"}
    after = {"Makefile": "test:\n\tpytest -q || true\n"}
    asked = spec("Makefile", ("new", "test:\n\tpytest -q\n"))
    allowed = spec("Makefile", ("new", "\tpytest -q || true\n"))
    assert [found.authorised for found in findings(before, after, contract=asked)] == [0]
    assert [found.authorised for found in findings(before, after, contract=allowed)] == [12]


def test_a_change_of_modes_is_no_weakening() -> None:
    tree = {"scripts/test.sh": "pytest || true\n"}
    modes = {"scripts/test.sh": REGULAR}, {"scripts/test.sh": EXECUTABLE}
    assert not findings(tree, tree, modes_before=modes[0], modes_after=modes[1])


def test_what_cannot_be_read_is_said_by_name() -> None:
    results = list(find(subject({"tox.toml": "a = 1\n"}, {"tox.toml": "a = \n"})))
    assert [result.path for result in results if isinstance(result, NotAnalysed)] == ["tox.toml"]


def test_other_files_are_not_read() -> None:
    judged = subject({"docs/a.md": "fail_under = 90\n"}, {"docs/a.md": "fail_under = 1\n", "a.bin": b"\0\xff"})
    assert not list(find(judged))
    assert judged.objects.reads == []


def test_no_reader_is_loaded_before_a_file_needs_it() -> None:
    code = "import delegation_guard.checks.gates, sys; print(*sys.modules)"
    loaded = set(
        subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    readers = {
        f"delegation_guard.languages.config.{name}" for name in ("yaml_nodes", "ci", "tasks", "shell", "literals")
    }
    assert not loaded & {*readers, "yaml", "xml.parsers.expat"}


HOSTILE = {
    "brackets": "[" * 20_000, "braces": "{a:" * 5_000, "calls": "= {a:(" * 5_000, "expressions": "${{" * 10_000,
    "substitutions": "$(" * 10_000, "quotes": "'" * 10_001, "tabs": "\t" * 5_000, "elements": "<a>" * 10_000,
    "alternatives": "pytest || " * 3_000, "conditions": "if pytest; then " * 5_000,
    "one long line": "pytest " + "a" * 200_000,
    "aliases": "a: &a [1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
        f"{chr(98 + at)}: &{chr(98 + at)} [{', '.join([f'*{chr(97 + at)}'] * 8)}]\n" for at in range(12)
    ),
}  # fmt: skip
NAMES = (
    "pytest.ini", "pyproject.toml", "package.json", "jest.config.js", "tsconfig.json", ".github/workflows/ci.yml",
    "Makefile",
    "pom.xml", "scripts/test.sh", "Dockerfile", "Jenkinsfile", "build.gradle", ".pre-commit-config.yaml",
    "noxfile.py", "justfile",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_hostile_files_take_bounded_time(name: str) -> None:
    for text in HOSTILE.values():
        began = time.monotonic()
        list(find(subject({name: "a"}, {name: text})))
        assert time.monotonic() - began < 10
