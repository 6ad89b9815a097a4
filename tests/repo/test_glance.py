from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from delegation_guard.repo.glance import glance
from support import Sandbox

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_an_ordinary_repository(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(sandbox.root)
    seen = glance()
    assert seen is not None
    assert (seen.git_dir, seen.root) == (str(sandbox.root / ".git"), str(sandbox.root))
    assert (seen.policy_blob, seen.branch, seen.has_handoff) == ("", "main", False)


def test_policy_branch_and_handoff(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox.commit("first", {".delegation/policy.yaml": "mode: block\n", "sub/a.txt": "a\n"})
    sandbox.git("checkout", "-q", "-b", "topic/ä")
    (sandbox.root / ".git/delegation-guard").mkdir()
    (sandbox.root / ".git/delegation-guard/handoff.json").write_text("{}")
    monkeypatch.chdir(sandbox.root / "sub")
    seen = glance()
    assert seen is not None
    assert seen.policy_blob == sandbox.git("rev-parse", "HEAD:.delegation/policy.yaml")
    assert (seen.root, seen.branch, seen.has_handoff) == (str(sandbox.root), "topic/ä", True)
    sandbox.write({".delegation/policy.yaml": "mode: observe\n"})
    sandbox.git("add", "-A")
    changed = glance()
    assert changed is not None
    assert changed.policy_blob == seen.policy_blob, "staged and unstaged edits do not count"
    sandbox.git("checkout", "-q", "-f", "--detach")
    detached = glance()
    assert detached is not None
    assert detached.branch == ""


def test_a_worktree_looks_at_its_own_handoff(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.commit("first")
    sandbox.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    (sandbox.root / ".git/delegation-guard").mkdir()
    (sandbox.root / ".git/delegation-guard/handoff.json").write_text("{}")
    monkeypatch.chdir(tmp_path / "side")
    seen = glance()
    assert seen is not None
    assert (seen.root, seen.branch, seen.has_handoff) == (str(tmp_path / "side"), "side", False)


def test_bare_and_outside(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox.commit("first", {".delegation/policy.yaml": "mode: block\n"})
    sandbox.git("clone", "-q", "--bare", str(sandbox.root), str(tmp_path / "bare"))
    monkeypatch.chdir(tmp_path / "bare")
    seen = glance()
    assert seen is not None
    assert (seen.git_dir, seen.root) == (str(tmp_path / "bare"), "")
    assert seen.policy_blob == sandbox.git("rev-parse", "HEAD:.delegation/policy.yaml")
    monkeypatch.chdir(tmp_path)
    assert glance() is None


def test_without_git_there_is_nothing_to_see(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(sandbox.root)
    monkeypatch.setenv("PATH", str(sandbox.root))
    assert glance() is None


def test_a_folder_with_a_line_break(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = Sandbox(tmp_path / "two\nlines").init()
    box.commit("first", {".delegation/policy.yaml": "mode: block\n"})
    monkeypatch.chdir(box.root)
    seen = glance()
    assert seen is not None
    assert (seen.root, seen.branch) == (str(box.root), "main")
    assert seen.policy_blob == box.git("rev-parse", "HEAD:.delegation/policy.yaml")


def test_imports_nothing_heavy(sandbox: Sandbox) -> None:
    program = (
        "import subprocess, sys; before = set(sys.modules)\n"
        "from delegation_guard.repo.glance import glance\n"
        "assert glance() is not None\n"
        "heavy = {'re', 'json', 'dataclasses', 'argparse', 'yaml', 'git', 'pathlib', 'tempfile', 'hashlib', 'typing'}\n"
        "print(sorted(name for name in sys.modules if name.startswith('delegation_guard')))\n"
        "print(sorted(heavy & (set(sys.modules) - before)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", program], cwd=sandbox.root, capture_output=True, text=True, check=True
    )
    ours, heavy = done.stdout.splitlines()
    assert ours == str(
        ["delegation_guard", "delegation_guard.errors", "delegation_guard.process", "delegation_guard.repo",
         "delegation_guard.repo.glance"]
    )  # fmt: skip
    assert heavy == "[]"
