"""What lint says of a spec and a tree, and when it stays silent."""

from __future__ import annotations

import pytest

from delegation_guard.model.finding import Finding
from delegation_guard.spec.lint import RULES, lint
from delegation_guard.spec.lint_blocks import occurrences, parses
from delegation_guard.spec.lint_commands import cannot_fail
from delegation_guard.spec.parser import parse
from support import DictObjects, as_tree

TREE = {
    "src/retry.py": "import time\n\n\ndef delays(n):\n    return [2 ** i for i in range(n)]\n\n\n"
    "def wait(n):\n    time.sleep(n)\n",
    "src/clock.py": "def now():\n    return 0\n",
    "tests/test_retry.py": "from src.retry import delays\n\n\ndef test_delays():\n    assert delays(2) == [1, 2]\n",
    "docs/a.md": "a\n",
    "docs/b.md": "b\n",
}
SPEC = """TASK T-1: cap the retry delays
KIND: refactor

CONTEXT — read these files first:
- src/retry.py:4-9 — delays()
- docs/ — the manual

EXISTING BEHAVIOR THAT MUST BE PRESERVED:
- delays(2) == [1, 2]

CHANGES TO MAKE:
### 1. src/retry.py
Replace
```python
    return [2 ** i for i in range(n)]
```
with
```python
    return [min(2 ** i, 60) for i in range(n)]
```

### 2. tests/test_capped.py (create)
A test of the cap:
```python
def test_capped():
    assert delays(8)[-1] == 60
```

VERIFY:
python -m pytest -q | tee build.log
If it fails, do NOT broaden the test; STOP and report.

CONSTRAINTS:
- Edit ONLY the listed files.
"""


def findings(text: str, tree: dict[str, str] | None = None) -> list[Finding]:
    contract = parse(text.encode(), "spec.md")
    return list(lint(contract, DictObjects({"t": as_tree(TREE if tree is None else tree)}), "t"))


def rules(text: str) -> list[str]:
    return [finding.rule.removeprefix("spec/") for finding in findings(text)]


def test_a_good_spec_is_left_alone() -> None:
    assert findings(SPEC) == []


HEADING = "### 1. src/retry.py"
BLOCK = "    return [2 ** i for i in range(n)]\n"
CASES = {
    "file-missing: delete": (
        "tests/test_capped.py (create)",
        "src/gone.py (delete)",
        "spec/file-missing",
        22,
        "does not exist",
    ),
    "file-missing: rename": (
        "tests/test_capped.py (create)",
        "src/gone.py (rename to src/here.py)",
        "spec/file-missing",
        22,
        "(rename)",
    ),
    "file-missing: near": ("tests/test_capped.py (create)", "Src/Clock.py (delete)", "spec/file-missing", 22, ""),
    "file-exists: create": (
        "tests/test_capped.py (create)",
        "src/clock.py (create)",
        "spec/file-exists",
        22,
        "is to be created",
    ),
    "file-exists: rename": (
        "tests/test_capped.py (create)",
        "docs/a.md (rename to docs/b.md)",
        "spec/file-exists",
        22,
        "docs/b.md",
    ),
    "new-file": ("tests/test_capped.py (create)", "tests/test_caped.py", "spec/new-file", 22, "does not exist"),
    "context-missing": ("src/retry.py:4-9 —", "src/retri.py —", "spec/context-missing", 5, "src/retri.py"),
    "context-lines": (
        "src/retry.py:4-9",
        "src/retry.py:4-12",
        "spec/context-lines",
        5,
        "lines 4-12 of src/retry.py, which has 9",
    ),
    "before-block": (
        "range(n)]\n```\nwith",
        "range(0, n)]\n```\nwith",
        "spec/before-block",
        15,
        "the nearest line is 5",
    ),
    "before-block: landed": (
        BLOCK + "```\nwith",
        "    return gone\n```\nwith",
        "spec/before-block",
        15,
        "not in src/retry.py",
    ),
    "ambiguous-block": (BLOCK + "```\nwith", "(n)\n```\nwith", "spec/ambiguous-block", 15, "times"),
    "block-syntax": (
        "    assert delays(8)[-1] == 60",
        "    assert delays(8[-1] == 60",
        "spec/block-syntax",
        25,
        "not valid Python",
    ),
    "placeholder: why": ("— delays()", "— <why>", "spec/placeholder", 5, "<why>"),
    "placeholder: tbd": ("A test of the cap", "The amount is TBD", "spec/placeholder", 22, "TBD"),
    "placeholder: dots": ("A test of the cap", "Also adapt ... and", "spec/placeholder", 22, "..."),
    "vague": ("A test of the cap", "Test the cap, the base, etc", "spec/vague", 22, "etc"),
    "not-delegable: question": (
        "cap the retry delays",
        "should the delays be capped?",
        "spec/not-delegable",
        1,
        "is a question",
    ),
    "not-delegable: decide": (
        "cap the retry delays",
        "decide whether to cap the delays",
        "spec/not-delegable",
        1,
        "decide",
    ),
    "not-delegable: review": (
        "cap the retry delays",
        "review the retry module for security",
        "spec/not-delegable",
        1,
        "decision",
    ),
    "not-delegable: why": ("cap the retry delays", "why does test_retry flake", "spec/not-delegable", 1, "decision"),
    "not-delegable: left open": (
        "A test of the cap",
        "Figure out where the cap belongs",
        "spec/not-delegable",
        22,
        "leaves a decision open",
    ),
    "open-question": ("A test of the cap", "Is sixty enough? Test it", "spec/open-question", 22, "is a question"),
    "verify-noop": (
        "python -m pytest -q | tee build.log",
        "python -m pytest -q || true",
        "spec/verify-noop",
        30,
        "hides its own failure",
    ),
    "verify-weak": (
        "python -m pytest -q | tee build.log",
        "npx jest --passWithNoTests",
        "spec/verify-weak",
        30,
        "no test runs",
    ),
    "missing-part: context": (
        SPEC[SPEC.index("CONTEXT") : SPEC.index("EXISTING")],
        "",
        "spec/missing-part",
        1,
        "no CONTEXT",
    ),
    "missing-part: preserve": (
        SPEC[SPEC.index("EXISTING") : SPEC.index("CHANGES")],
        "",
        "spec/missing-part",
        1,
        "must be preserved",
    ),
    "missing-part: stop": (
        "If it fails, do NOT broaden the test; STOP and report.",
        "",
        "spec/missing-part",
        1,
        "STOP",
    ),
    "missing-part: only": (
        "- Edit ONLY the listed files.",
        "- Be quick.",
        "spec/missing-part",
        1,
        "only the listed files",
    ),
    "empty-edit": (
        SPEC[SPEC.index("A test of") : SPEC.index("VERIFY")],
        "\n",
        "spec/empty-edit",
        22,
        "nothing is said",
    ),
    "kind-parts": ("KIND: refactor", "KIND: call-sites", "", 0, ""),
    "kind-parts: tests": ("tests/test_capped.py (create)", "capped.py (create)", "", 0, ""),
    "glob": (
        "tests/test_capped.py (create)",
        "docs/*.md (glob)",
        "spec/glob",
        22,
        "matches 2 files: docs/a.md, docs/b.md",
    ),
    "glob: nothing": ("tests/test_capped.py (create)", "doc/*.md (glob)", "spec/glob", 22, "matches no file"),
    "reading": ("CONSTRAINTS:", "CONSTRAINS:", "spec/reading", 33, "read as CONSTRAINTS"),
}


@pytest.mark.parametrize("name", CASES)
def test_one_fault_one_finding(name: str) -> None:
    old, new, rule, line, says = CASES[name]
    assert old in SPEC
    found = findings(SPEC.replace(old, new))
    assert [finding.rule for finding in found] == ([rule] if rule else []), [finding.message for finding in found]
    for finding in found:
        assert finding.location.line == line
        assert finding.location.side == "spec"
        assert says in finding.message
        assert finding.hint or finding.rule == "spec/reading"


def test_kind_needs_its_parts() -> None:
    assert rules(SPEC.replace("KIND: refactor", "KIND: tests").replace("tests/test_capped.py", "src/capped.py")) == [
        "kind-parts"
    ]
    assert rules(SPEC.replace("with\n", "Append:\n").replace("Replace\n", "Use:\n")) == ["kind-parts"]


def test_every_rule_has_a_case_here() -> None:
    elsewhere = {"spec/kind-parts", "spec/too-wide"}
    assert {case[2] for case in CASES.values() if case[2]} | elsewhere == {rule.id for rule in RULES}
    assert len({rule.id for rule in RULES}) == len(RULES)


def test_a_wide_task() -> None:
    many = "".join(f"### {number}. src/f{number}.py (create)\nNew.\n" for number in range(3, 25))
    assert rules(SPEC.replace("VERIFY:", f"{many}\nVERIFY:")) == ["too-wide"]


def test_a_near_name_is_proposed() -> None:
    [finding] = findings(SPEC.replace("tests/test_capped.py (create)", "lib/Clock.py (delete)"))
    assert "did you mean src/clock.py?" in finding.hint


@pytest.mark.parametrize(
    "command",
    [
        "true",
        ":",
        "echo ok",
        "echo a && true",
        "pytest -q || true",
        "pytest -q || :",
        "pytest -q; true",
        "pytest -q || echo failed",
        "pytest --collect-only -q",
        "python -m pytest --co",
        "pytest --version",
        "exit 0",
        "ls",
        "sleep 1",
        "make -n test",
        "make test -i",
        "cargo test --no-run",
        "mvn -q test -DskipTests",
        "mvn test -Dmaven.test.failure.ignore=true",
        "ctest -N",
        "pytest -q &",
        "FOO=1 true",
        "(pytest -q || true)",
        "ruff check --exit-zero .",
        "npx jest --listTests",
        "go test -run ^$ ./...",
        "cd api",
        "./gradlew test --dry-run",
    ],
)
def test_a_command_that_cannot_fail(command: str) -> None:
    assert cannot_fail(command)


@pytest.mark.parametrize(
    "command",
    [
        "pytest -q",
        "make test",
        "cd api && npm test",
        "pytest -q | tee log",
        "test -f x || exit 1",
        "! grep -q x y",
        "echo 1 > f && pytest",
        "pytest -k 'true || false'",
        "grep -q '; true' f",
        "sh -c 'pytest || exit 3'",
        "python -m pytest -q; mypy src",
        "true && make test",
        "go test -run TestA ./...",
        "make -j4 test",
        "exit 1",
        "test 1 = 2",
        "node --test",
        "npm test -- --ci",
        "echo $(pytest -q)x | grep -q x",
        "git diff --exit-code",
        "mvn -q test -Dtest=ATest",
        "make -k test",
        "tox -e py311",
        "a 2>&1",
        "[ -f x ]",
    ],
)
def test_a_command_that_can_fail(command: str) -> None:
    assert cannot_fail(command) == ""


@pytest.mark.parametrize(
    "block",
    [
        "x = 1\n",
        "    return x\n",
        "    def a(self):\n        return 1\n\n    @property\n    def b(self):\n        return 2\n",
        "def test_a(tmp_path):\n",
        "@mark\ndef f(x):\n",
        "else:\n    x = 1\n",
        "except ValueError:\n    pass\n",
        "if x:\n",
        '"a": 1,\n"b": 2,\n',
        "a=1,\nb=2,\n",
        "async def f():\n    await x\n",
        "await x\n",
        "    ...\n    x = 1\n",
        "case 1:\n    pass\n",
        "import a\nfrom b import c\n",
        "r'\\d'\n",
        "'\\d'\n",
        "\tif x:\n\t\ty()\n",
        "for a in b:\n",
        "with x as y:\n",
        "finally:\n    x()\n",
        "yield 1\n",
    ],
)
def test_pieces_of_python_parse(block: str) -> None:
    assert parses(block)


@pytest.mark.parametrize(
    "block",
    ["def f(:\n", "x = (1\n", "return return\n", "class:\n", "print 'a'\n", "(" * 5000 + "\n", "x = 1\n  y = 2\n"],
)
def test_what_is_no_python(block: str) -> None:
    assert not parses(block)


@pytest.mark.parametrize(
    ("block", "text", "times"),
    [
        ("a = 1\n", "a  =  1\n", 1),
        ("f(\n    x,\n    y,\n)\n", "f(x, y,)\n", 1),
        ("x = 1\n", "max = 1\n", 0),
        ("x = 1\n", "x = 10\n", 0),
        ("x = 1\n", "x = 1\ny = 2\nx = 1\n", 2),
        ("def f():\n    ...\n    return 1\n", "def f():\n    a = 2\n    return 1\n", 1),
        ("def f():\n    # ...\n    return 3\n", "def f():\n    a = 2\n    return 1\n", 0),
        ("\n", "anything", 1),
        ("é = 1\n", "é = 1\n", 1),
    ],
)
def test_where_a_block_stands(block: str, text: str, times: int) -> None:
    assert occurrences(block, text) == times


def test_odd_files_are_looked_at_without_a_crash() -> None:
    tree = as_tree({**TREE, "src/retry.py": b"\xff\xfe\0"}, {"src/clock.py": "120000"})
    tree["vendor"] = ("160000", b"a" * 40)
    text = SPEC.replace("docs/ —", "src/clock.py:99 —").replace("tests/test_capped.py (create)", "vendor (submodule)")
    contract = parse(text.replace("### 2. vendor", "### 2. `vendor`").encode(), "spec.md")
    found = lint(contract, DictObjects({"t": tree}), "t")
    assert [finding.rule for finding in found] == ["spec/context-lines", "spec/before-block"]
