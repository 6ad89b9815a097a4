"""init: shows, asks, inserts as text, can be taken out again without a trace."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
import yaml

from support import Sandbox

from .conftest import PROGRAMS, Desk, desk_in

if TYPE_CHECKING:
    from pathlib import Path

PRE_COMMIT = """\
# our hooks, mind the order
repos:
-   repo: local
    hooks:
    -   id: words   # keep me
        name: words
        entry: 'true'
        language: system

ci:
    autofix_prs: false   # no robots
"""
LEFTHOOK = "# order matters\npre-commit:\n  parallel: true\n  commands:\n    lint:\n      run: 'true'\n"
HUSKY = "#!/bin/sh\n# ours first\ntrue\n"


def fresh(tmp_path: Path, files: dict[str, str | bytes | None]) -> Sandbox:
    sandbox = Sandbox(tmp_path / "repo")
    sandbox.environment["PATH"] = f"{PROGRAMS}:{sandbox.environment['PATH']}"
    sandbox.environment.pop("CLAUDECODE", None)
    sandbox.init()
    sandbox.commit("Start", {"a.txt": "a\n", **files})
    return sandbox


def snapshot(sandbox: Sandbox) -> dict[str, bytes]:
    ignored = (".git/index", ".git/logs", ".git/objects", ".git/delegation-guard")
    found = {}
    for path in sandbox.root.rglob("*"):
        name = str(path.relative_to(sandbox.root))
        if path.is_file() and not name.startswith(ignored) and not name.endswith(".sample"):
            found[name] = path.read_bytes()
    return found


CASES = {
    "plain": {},
    "pre-commit": {".pre-commit-config.yaml": PRE_COMMIT},
    "lefthook": {"lefthook.yml": LEFTHOOK},
    "husky": {".husky/pre-commit": HUSKY},
}


@pytest.mark.parametrize("kind", CASES)
def test_init_twice_changes_nothing_more_and_remove_undoes_it(tmp_path: Path, kind: str) -> None:
    sandbox = fresh(tmp_path, dict(CASES[kind]))
    before = snapshot(sandbox)
    first = sandbox.run("delegation-guard", "init", "--yes")
    assert "+++ b/" in first.stdout
    after = snapshot(sandbox)
    assert after != before
    again = sandbox.run("delegation-guard", "init", "--yes")
    assert "Nothing to change" in again.stdout
    assert snapshot(sandbox) == after
    sandbox.run("delegation-guard", "init", "--remove", "--yes")
    assert snapshot(sandbox) == before


def test_comments_and_order_of_a_pre_commit_config_are_kept(tmp_path: Path) -> None:
    sandbox = fresh(tmp_path, {".pre-commit-config.yaml": PRE_COMMIT})
    sandbox.run("delegation-guard", "init", "--yes")
    text = (sandbox.root / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    kept = iter(text.splitlines())
    assert all(line in kept for line in PRE_COMMIT.splitlines())
    config = yaml.safe_load(text)
    assert config["repos"][0]["hooks"][0]["id"] == "words"
    assert set(config["default_install_hook_types"]) >= {"pre-commit", "prepare-commit-msg", "commit-msg", "pre-push"}
    ours = {hook["id"]: hook["stages"] for hook in config["repos"][1]["hooks"]}
    assert ours["delegation-guard-commit-msg"] == ["commit-msg"]
    sandbox.run("pre-commit", "validate-config")


def test_hooks_from_a_repository_at_a_revision(tmp_path: Path) -> None:
    sandbox = fresh(tmp_path, {".pre-commit-config.yaml": PRE_COMMIT})
    sandbox.run("delegation-guard", "init", "--yes", "--hook-repo", "https://example.invalid/guard", "--rev", "v0.1.0")
    config = yaml.safe_load((sandbox.root / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert config["repos"][1]["rev"] == "v0.1.0"
    assert len(config["repos"][1]["hooks"]) == 4


def test_without_yes_and_nobody_to_ask_nothing_is_written(tmp_path: Path) -> None:
    sandbox = fresh(tmp_path, {})
    before = snapshot(sandbox)
    done = sandbox.run("delegation-guard", "init", check=False)
    assert done.returncode == 2
    assert "--yes" in done.stderr
    assert snapshot(sandbox) == before


def test_an_edited_policy_survives_remove(tmp_path: Path) -> None:
    sandbox = fresh(tmp_path, {})
    sandbox.run("delegation-guard", "init", "--yes")
    policy = sandbox.root / ".delegation/policy.yaml"
    policy.write_text(policy.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    done = sandbox.run("delegation-guard", "init", "--remove", "--yes")
    assert policy.exists()
    assert "was edited" in done.stdout


def test_a_hook_in_another_language_is_left_alone_and_named(tmp_path: Path) -> None:
    sandbox = fresh(tmp_path, {})
    hook = sandbox.root / ".git/hooks/commit-msg"
    hook.write_text("#!/usr/bin/env python3\nprint('mine')\n", encoding="utf-8")
    hook.chmod(0o755)
    done = sandbox.run("delegation-guard", "init", "--yes")
    assert "call `delegation-guard hook commit-msg" in done.stdout
    assert hook.read_text(encoding="utf-8").endswith("print('mine')\n")


def test_an_existing_shell_hook_still_runs(tmp_path: Path) -> None:
    sandbox = fresh(tmp_path, {})
    hook = sandbox.root / ".git/hooks/pre-commit"
    hook.write_text("#!/bin/sh\necho ours >&2\n", encoding="utf-8")
    hook.chmod(0o755)
    sandbox.run("delegation-guard", "init", "--yes")
    sandbox.write({"a.txt": "b\n"})
    done = sandbox.run("git", "commit", "-q", "-a", "-m", "b")
    assert done.stderr.strip() == "ours"


def test_doctor_before_and_after(tmp_path: Path) -> None:
    sandbox = fresh(tmp_path, {})
    before = sandbox.run("delegation-guard", "doctor", check=False)
    assert before.returncode == 1
    assert "there is no commit-msg hook" in before.stdout
    sandbox.run("delegation-guard", "init", "--yes")
    after = sandbox.run("delegation-guard", "doctor", check=False)
    assert after.returncode == 0, after.stdout
    assert "--no-verify" in after.stdout


def test_doctor_sees_a_hook_that_git_skips(desk: Desk) -> None:
    (desk.root / ".git/hooks/commit-msg").chmod(0o644)
    done = desk.guard("doctor")
    assert done.returncode == 1
    assert "chmod +x" in done.stdout


def test_doctor_sees_files_hidden_from_status(desk: Desk) -> None:
    desk.git("update-index", "--assume-unchanged", "README.md")
    done = desk.guard("doctor")
    assert done.returncode == 1
    assert "README.md" in done.stdout


@pytest.mark.skipif(shutil.which("pre-commit", path=str(PROGRAMS)) is None, reason="pre-commit is not installed")
def test_doctor_understands_pre_commit(tmp_path: Path) -> None:
    done = desk_in(tmp_path, "pre-commit").guard("doctor")
    assert done.returncode == 0, done.stdout
