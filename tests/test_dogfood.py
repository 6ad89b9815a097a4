"""This project under its own guard: the hooks and the policy at its root, used as they stand."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from delegation_guard.cli.editing import missing_hook_types, pre_commit_config
from delegation_guard.policy.load import load
from support import Sandbox

if TYPE_CHECKING:
    import subprocess

TOP = Path(__file__).parent.parent
CONFIG = ".pre-commit-config.yaml"
POLICY = ".delegation/policy.yaml"
PROGRAMS = Path(sys.executable).parent


def test_our_hooks_are_those_that_init_writes() -> None:
    text = (TOP / CONFIG).read_text(encoding="utf-8")
    assert pre_commit_config(text) == text
    assert missing_hook_types(text) == ()


def test_our_policy_is_read_and_judges_this_project_leniently() -> None:
    policy = load((TOP / POLICY).read_bytes(), POLICY)
    assert (policy.mode, policy.require_spec) == ("block", False)
    assert {policy.levels[family] for family in ("tests", "gates")} == {"warning"}
    assert [(root.path, root.carry) for root in policy.verify.roots] == [("", (".venv",))]


@pytest.fixture
def ours(tmp_path: Path) -> Sandbox:
    """A repository with our configuration and our hooks installed."""
    sandbox = Sandbox(tmp_path / "repo").init()
    sandbox.environment["PATH"] = os.pathsep.join((str(PROGRAMS), sandbox.environment["PATH"]))
    names = (CONFIG, POLICY, "pyproject.toml")
    sandbox.commit("Start", {name: (TOP / name).read_bytes() for name in names})
    sandbox.run("pre-commit", "install")
    return sandbox


def attempt(sandbox: Sandbox, name: str, text: str, message: str = "Add a file") -> subprocess.CompletedProcess[str]:
    sandbox.write({name: text})
    sandbox.git("add", "-A")
    return sandbox.run("git", "commit", "-m", message, check=False)


def test_a_person_commits_here(ours: Sandbox) -> None:
    done = attempt(ours, "a.py", '"""A module."""\n')
    assert done.returncode == 0, done.stderr
    assert "Failed" not in done.stderr


def test_ruff_stops_what_it_does_not_like(ours: Sandbox) -> None:
    done = attempt(ours, "a.py", "import os\n")
    assert done.returncode == 1
    assert "F401" in done.stderr


def test_a_claim_without_a_spec_is_stopped(ours: Sandbox) -> None:
    done = attempt(ours, "a.py", '"""A module."""\n', "Add a file\n\nDelegation-Spec: NONE-1\n")
    assert done.returncode == 1
    assert "NONE-1" in done.stderr


def test_nobody_needs_the_programs_to_commit(ours: Sandbox) -> None:
    apart = ours.root.parent / "bin"
    apart.mkdir()
    (apart / "pre-commit").symlink_to(PROGRAMS / "pre-commit")
    ours.environment["PATH"] = f"{apart}:/usr/bin:/bin"
    done = attempt(ours, "a.py", "import os\n")
    assert done.returncode == 0, done.stderr
