"""`delegation-guard spec`: new, lint and show on a real repository."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from delegation_guard.cli.main import main
from delegation_guard.spec.parser import MAX_BYTES

if TYPE_CHECKING:
    from support import Sandbox

SPEC = """TASK T-1: cap the retry delays
KIND: helper

CONTEXT:
- src/retry.py:1 — delays()

MUST BE PRESERVED:
- delays(0) == []

CHANGES TO MAKE:
### 1. src/retry.py
Append:
```python
CAP = 60
```
### 2. src/old.py (delete)
Unused.

VERIFY (in src):
python -m pytest -q
It must pass. If not, STOP.

ALSO ALLOWED: uv.lock, docs/api.md by make docs

CONSTRAINTS:
- Edit ONLY the listed files.
"""


@pytest.fixture
def repo(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Path:
    sandbox.commit("base", {"src/retry.py": "def delays(n):\n    return []\n", "src/old.py": "", "spec.md": SPEC})
    monkeypatch.chdir(sandbox.root)
    return sandbox.root


def test_a_good_spec_passes_lint(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["spec", "lint", "spec.md"]) == 0
    assert capsys.readouterr().out == "spec.md: fit to be handed over (0 errors, 0 warnings)\n"


def test_lint_of_another_repository(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["spec", "lint", str(repo / "spec.md"), "-C", str(repo)]) == 0
    assert "fit to be handed over" in capsys.readouterr().out


def test_lint_names_line_rule_and_next_step(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repo / "bad.md").write_text(
        SPEC.replace("src/old.py (delete)", "src/odl.py (delete)").replace("- Edit ONLY the listed files.", "- x")
    )
    assert main(["spec", "lint", "bad.md"]) == 1
    out = capsys.readouterr().out
    assert "bad.md:16: error: src/odl.py is marked (delete) and does not exist [spec/file-missing]\n" in out
    assert "  next: did you mean src/old.py?" in out
    assert "bad.md:1: warning: no constraint says" in out
    assert out.endswith("bad.md: not fit to be handed over (1 error, 1 warning)\n")


def test_a_broken_spec_is_one_sentence_and_exit_2(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repo / "bad.md").write_text(SPEC.replace("src/old.py (delete)", "../old.py"))
    assert main(["spec", "lint", "bad.md"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        "delegation-guard: bad.md:16: the path `../old.py` leads out of its folder with `..`\n"
        "  next: write it from the top of the repository, without `..`\n"
    )


def test_show_says_what_is_run_and_what_is_listed(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["spec", "show", "spec.md"]) == 0
    out = capsys.readouterr().out
    assert "  line 11   src/retry.py  (create or modify; 1 new block)\n" in out
    assert "  line 16   src/old.py  (delete)\n" in out
    assert "  line 23   docs/api.md  (also allowed, made by: make docs)\n" in out
    assert "VERIFY runs:\n  line 20   python -m pytest -q  (in src)\n" in out
    assert "VERIFY says, and nothing runs:\n  line 21   It must pass. If not, STOP.\n" in out


def test_show_as_json(repo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(SPEC.encode())))
    assert main(["spec", "show", "-", "--format", "json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["version"] == 1
    assert shown["headers"] == {"kind": "helper"}
    assert [(item["line"], item["path"], item["action"], len(item["blocks"])) for item in shown["listed"]] == [
        (11, "src/retry.py", "modify", 1), (16, "src/old.py", "delete", 0),
    ]  # fmt: skip
    assert shown["verify"] == [{"line": 20, "command": "python -m pytest -q", "directory": "src"}]
    assert shown["also_allowed"][1] == {"line": 23, "path": "docs/api.md", "command": "make docs"}
    assert shown["instructions"] == [{"line": 21, "text": "It must pass. If not, STOP."}]


def test_show_as_a_spec_reads_back_the_same(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["spec", "show", "spec.md", "--format", "spec"]) == 0
    written = capsys.readouterr().out
    (repo / "again.md").write_text(written)
    assert main(["spec", "show", "again.md", "--format", "spec"]) == 0
    assert capsys.readouterr().out == written
    assert "VERIFY (in src):\n`python -m pytest -q`\n\n> It must pass. If not, STOP.\n" in written


def test_new_is_refused_until_it_is_filled_in(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["spec", "new", "T-2", "src/retry.py", "--title", "cap it", "--output", "specs/T-2.md"]) == 0
    assert "delegation-guard spec lint specs/T-2.md" in capsys.readouterr().out
    path = repo / "specs" / "T-2.md"
    text = path.read_text()
    assert "TASK T-2: cap it\n" in text and "### 1. src/retry.py\n" in text
    assert main(["spec", "lint", "specs/T-2.md"]) == 2
    assert "specs/T-2.md:14: `<exact command>` is a placeholder" in capsys.readouterr().err
    text = text.replace("<exact command>", "python -m pytest -q")
    path.write_text(text)
    assert main(["spec", "lint", "specs/T-2.md"]) == 2
    assert "specs/T-2.md:4: CONTEXT still has a placeholder" in capsys.readouterr().err
    path.write_text(text.replace("<file:line> — <why>", "src/retry.py"))
    assert main(["spec", "lint", "specs/T-2.md"]) == 1
    assert capsys.readouterr().out.count("[spec/placeholder]") == 2
    assert main(["spec", "new", "T-2", "--output", "specs/T-2.md"]) == 2
    assert "exists already" in capsys.readouterr().err


def test_new_prints(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["spec", "new"]) == 0
    assert capsys.readouterr().out.startswith("TASK <ID>: <one-line imperative>\n")


@pytest.mark.parametrize("name", ["missing.md", "src"])
def test_a_file_that_cannot_be_read(repo: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert main(["spec", "show", name]) == 2
    assert f"{name} cannot be read" in capsys.readouterr().err


def test_a_huge_file_is_not_read_whole(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (repo / "huge.md").open("wb") as file:
        file.truncate(50 * MAX_BYTES)
    assert main(["spec", "show", "huge.md"]) == 2
    assert "huge.md: the spec is larger than 1,000,000 bytes" in capsys.readouterr().err
