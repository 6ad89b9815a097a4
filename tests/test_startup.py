"""What a commit hook imports before it knows that a commit has anything to do with a delegate."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import delegation_guard

if TYPE_CHECKING:
    from support import Sandbox

SOURCE = Path(delegation_guard.__file__).parent.parent
POLICY = "version: 1\nmode: block\n"
TRAILERS = "Change a\n\nCo-authored-by: Claude <noreply@example.invalid>\nSigned-off-by: Ann <ann@example.invalid>\n"

FIRST_LOOK = {
    "__future__",
    "delegation_guard",
    "delegation_guard.attribution", "delegation_guard.attribution.glance",
    "delegation_guard.cli", "delegation_guard.cli.hook", "delegation_guard.cli.main",
    "delegation_guard.errors", "delegation_guard.loading", "delegation_guard.process",
    "delegation_guard.repo", "delegation_guard.repo.glance",
}  # fmt: skip

HEAVY = {"argparse", "ast", "dataclasses", "datetime", "delegation_guard.model", "git", "inspect", "json", "pathlib",
         "tempfile", "typing", "unidiff", "yaml"}  # fmt: skip

# Run without `site`, so that nothing but the interpreter itself and what is named here was imported before.
PROBE = """
import os, sys, subprocess
before = set(sys.modules)
sys.path[:0] = [{source!r}, *{packages!r}]
from delegation_guard.cli.main import main
code = main({arguments!r})
after = set(sys.modules)
import json
print(json.dumps([code, sorted(before), sorted(after - before)]))
"""


def hook(sandbox: Sandbox, *arguments: str, **environment: str) -> tuple[int, set[str], set[str]]:
    """Run one hook in a fresh interpreter: its exit code, what subprocess needed, what the hook imported besides."""
    packages = [path for path in sys.path if path.endswith("-packages")]
    code = PROBE.format(source=str(SOURCE), packages=packages, arguments=["hook", *arguments])
    done = sandbox.run(sys.executable, "-I", "-S", "-c", code, **environment)
    assert done.stderr == ""
    said, _, last = done.stdout.strip().rpartition("\n")
    assert said == ""
    exit_code, before, imported = json.loads(last)
    return exit_code, set(before), set(imported)


def message(sandbox: Sandbox, text: str = TRAILERS) -> str:
    path = sandbox.root / ".git" / "COMMIT_EDITMSG"
    path.write_text(text)
    return str(path)


def staged(sandbox: Sandbox) -> None:
    sandbox.write({"a.py": "a = 2\n"})
    sandbox.git("add", "-A")


def test_what_is_imported_anyway_is_not_heavy(sandbox: Sandbox) -> None:
    _, before, _ = hook(sandbox, "pre-commit")
    assert not before & HEAVY
    assert not FIRST_LOOK & HEAVY


@pytest.mark.parametrize("stage", ["pre-commit", "prepare-commit-msg", "commit-msg"])
@pytest.mark.parametrize("unborn", [True, False])
def test_without_a_policy_only_the_first_look_is_imported(sandbox: Sandbox, stage: str, unborn: bool) -> None:
    if not unborn:
        sandbox.commit("first", {"a.py": "a = 1\n"})
    staged(sandbox)
    arguments = () if stage == "pre-commit" else (message(sandbox),)
    code, _, imported = hook(sandbox, stage, *arguments)
    assert (code, imported) == (0, FIRST_LOOK)
    assert not (sandbox.root / ".git/delegation-guard").exists()


@pytest.mark.parametrize("stage", ["pre-commit", "prepare-commit-msg", "commit-msg"])
def test_with_a_policy_only_the_first_look_is_imported_from_the_second_commit_on(sandbox: Sandbox, stage: str) -> None:
    sandbox.commit("first", {"a.py": "a = 1\n", ".delegation/policy.yaml": POLICY})
    staged(sandbox)
    code, _, imported = hook(sandbox, "commit-msg", message(sandbox))
    assert code == 0
    assert "delegation_guard.policy.load" in imported, "the first commit under a policy reads it"
    blob = sandbox.git("rev-parse", "HEAD:.delegation/policy.yaml")
    assert (sandbox.root / f".git/delegation-guard/attribution-{blob}").exists()
    arguments = () if stage == "pre-commit" else (message(sandbox),)
    code, _, imported = hook(sandbox, stage, *arguments, CLAUDECODE="1")
    assert (code, imported) == (0, FIRST_LOOK)


def test_a_human_commit_through_git_keeps_the_patterns_for_the_next(sandbox: Sandbox) -> None:
    sandbox.commit("first", {"a.py": "a = 1\n", ".delegation/policy.yaml": POLICY})
    shim = sandbox.root / ".git/hooks/commit-msg"
    shim.parent.mkdir(exist_ok=True)
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m delegation_guard hook commit-msg "$1"\n')
    shim.chmod(0o755)
    sandbox.commit("second", {"a.py": "a = 2\n"})
    sandbox.write({"a.py": "a = 3\n"})
    sandbox.git("add", "-A")
    code, _, imported = hook(sandbox, "commit-msg", message(sandbox))
    assert (code, imported) == (0, FIRST_LOOK)


def test_a_changed_policy_is_read_again(sandbox: Sandbox) -> None:
    sandbox.commit("first", {".delegation/policy.yaml": POLICY})
    hook(sandbox, "commit-msg", message(sandbox))
    sandbox.commit("second", {".delegation/policy.yaml": f"{POLICY}# changed\n"})
    assert "delegation_guard.policy.load" in hook(sandbox, "commit-msg", message(sandbox))[2]
    assert hook(sandbox, "commit-msg", message(sandbox))[2] == FIRST_LOOK


def test_outside_a_repository_only_the_first_look_is_imported(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    code, _, imported = hook(sandbox, "pre-commit", GIT_DIR=str(tmp_path / "elsewhere"))
    assert (code, imported) == (0, FIRST_LOOK)


def test_a_suspected_commit_is_looked_at_closer(sandbox: Sandbox) -> None:
    sandbox.commit("first", {"a.py": "a = 1\n"})
    staged(sandbox)
    text = "Change a\n\nCo-authored-by: Claude Haiku <noreply@example.invalid>\n"
    code, _, imported = hook(sandbox, "commit-msg", message(sandbox, text))
    assert code == 0
    assert {"delegation_guard.gather", "delegation_guard.engine"} <= imported
    assert not imported & {"git", "unidiff", "yaml"}, "no history, no diff file and no policy to read"
