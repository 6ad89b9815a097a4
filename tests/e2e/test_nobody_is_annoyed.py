"""Ordinary work by people, with the hooks in place: exit 0, and not one word."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support import Sandbox

from .conftest import BASE, HONEST, TESTS, Desk, desk_in

if TYPE_CHECKING:
    import subprocess


def test_the_adoption_change_itself(any_desk: Desk) -> None:
    assert any_desk.accepted("-m", "Adopt delegation-guard") == ""


def test_a_human_commit(any_desk: Desk) -> None:
    any_desk.accepted("-m", "Adopt delegation-guard")
    assert any_desk.accepted("-m", "Change the cart", files={"shop/cart.py": "TOTAL = 1\n"}) == ""


def test_nothing_is_written_for_a_human_commit_without_a_policy(tmp_path: Path) -> None:
    desk = desk_in(tmp_path, "plain")
    (desk.root / ".delegation/policy.yaml").unlink()
    assert desk.accepted("-m", "Change the cart", files={"shop/cart.py": "TOTAL = 1\n"}) == ""
    assert not (desk.root / ".git/delegation-guard").exists()


def test_a_commit_with_an_agent_as_co_author(desk: Desk) -> None:
    message = "Change the cart\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n"
    assert desk.accepted("-m", message, files={"shop/cart.py": "TOTAL = 1\n"}) == ""


@pytest.mark.parametrize("mark", ["CLAUDECODE", "GEMINI_CLI", "CURSOR_AGENT"])
def test_a_commit_from_an_agents_shell(desk: Desk, mark: str) -> None:
    assert desk.accepted("-m", "Change the cart", files={"shop/cart.py": "TOTAL = 1\n"}, **{mark: "1"}) == ""


def test_a_human_who_weakens_a_test_is_not_stopped(desk: Desk) -> None:
    weaker = TESTS.replace("assertEqual(gross(100), 119)", "assertTrue(gross(100))")
    assert desk.accepted("-m", "Relax", files={"tests/test_price.py": weaker}) == ""


def test_amend_of_message_and_of_content(desk: Desk) -> None:
    desk.accepted("-m", "Change the cart", files={"shop/cart.py": "TOTAL = 1\n"})
    assert desk.accepted("--amend", "-m", "Change the cart, really") == ""
    assert desk.accepted("--amend", "--no-edit", files={"shop/cart.py": "TOTAL = 2\n"}) == ""


def test_partial_commits(desk: Desk) -> None:
    desk.sandbox.write({"shop/cart.py": "TOTAL = 5\n", "README.md": "# changed\n"})
    assert desk.sandbox.run("git", "commit", "-q", "-m", "One", "README.md").stderr == ""
    assert desk.sandbox.run("git", "commit", "-q", "-a", "-m", "Rest").stderr == ""


def test_merge_and_rebase(desk: Desk) -> None:
    desk.git("checkout", "-q", "-b", "side")
    desk.accepted("-m", "Side", files={"side.txt": "1\n"})
    desk.git("checkout", "-q", "main")
    desk.accepted("-m", "Main", files={"main.txt": "1\n"})
    merged = desk.sandbox.run("git", "merge", "-q", "--no-ff", "-m", "Merge side", "side")
    assert "delegation" not in merged.stdout + merged.stderr
    desk.git("checkout", "-q", "-b", "third", "main~1")
    desk.accepted("-m", "Third", files={"third.txt": "1\n"})
    rebased = desk.sandbox.run("git", "rebase", "-q", "main")
    assert "delegation" not in rebased.stdout + rebased.stderr
    desk.git("checkout", "-q", "-b", "fourth", "third~1")
    picked = desk.sandbox.run("git", "cherry-pick", "third")
    assert "delegation" not in picked.stdout + picked.stderr


def test_a_human_edit_of_workflow_and_hook_configuration(any_desk: Desk) -> None:
    any_desk.accepted("-m", "Adopt delegation-guard")
    config = any_desk.root / ".pre-commit-config.yaml"
    text = config.read_text(encoding="utf-8") if config.exists() else ""
    files: dict[str, str | bytes | None] = {
        ".github/workflows/ci.yml": "on: push\njobs: {}\n",
        ".pre-commit-config.yaml": f"{text or 'repos: []'}\n# note\n",
        ".claude/settings.json": "{}\n", ".delegation/policy.yaml": "version: 1\nmode: warn\n",
    }  # fmt: skip
    assert any_desk.accepted("-m", "Change how we work", files=files) == ""


def test_a_commit_in_a_shallow_clone(desk: Desk, tmp_path: Path) -> None:
    desk.accepted("-m", "More", files={"shop/cart.py": "TOTAL = 1\n"})
    clone = Sandbox(tmp_path / "shallow")
    clone.environment.update(desk.sandbox.environment)
    clone.run("git", "clone", "-q", "--depth", "1", desk.root.as_uri(), ".")
    clone.run("delegation-guard", "init", "--yes")
    clone.write({"shop/cart.py": "TOTAL = 2\n"})
    done = clone.run("git", "commit", "-q", "-a", "-m", "In a shallow clone")
    assert (done.stdout, done.stderr) == ("", "")


def test_pushes_without_delegated_work(desk: Desk, tmp_path: Path) -> None:
    desk.sandbox.run("git", "init", "-q", "--bare", str(tmp_path / "origin.git"))
    desk.git("remote", "add", "origin", str(tmp_path / "origin.git"))
    pushed = desk.sandbox.run("git", "push", "-q", "origin", "main")
    assert (pushed.stdout, pushed.stderr) == ("", "")
    desk.accepted("-m", "More", files={"shop/cart.py": "TOTAL = 1\n"})
    assert desk.sandbox.run("git", "push", "-q", "origin", "main", ":main-that-is-not", check=False).returncode != 3


def test_the_first_push_of_all_there_is(desk: Desk, tmp_path: Path) -> None:
    """The policy comes with the push: the receipt of the hand-off was made under it, and nothing older exists."""
    done_task(desk)
    assert push(desk, tmp_path).returncode == 0


def test_a_policy_a_person_changed_on_the_way_to_a_task(desk: Desk, tmp_path: Path) -> None:
    assert push(desk, tmp_path).returncode == 0
    desk.accepted("-m", "Change the policy", files={".delegation/policy.yaml": "version: 1\nmode: block\n# mine\n"})
    done_task(desk)
    assert push(desk, tmp_path).returncode == 0
    checked = desk.guard("check", "HEAD~3..HEAD")
    command = re.search(r"delegation-guard verify [0-9a-f]{40} --spec \S+ --base [0-9a-f]{40}", checked.stdout)
    assert checked.returncode == 1
    assert command, checked.stdout
    assert desk.sandbox.run(*command.group().split(), check=False).returncode == 0
    assert desk.guard("check", "HEAD~3..HEAD").returncode == 0


def done_task(desk: Desk) -> None:
    desk.hand_off()
    desk.sandbox.write(HONEST)
    desk.verified()
    desk.accepted("-m", "Add double()")
    done = desk.guard("handoff", "finish")
    assert done.returncode == 0, done.stdout + done.stderr


def push(desk: Desk, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    if not (tmp_path / "origin.git").exists():
        desk.sandbox.run("git", "init", "-q", "--bare", str(tmp_path / "origin.git"))
        desk.git("remote", "add", "origin", str(tmp_path / "origin.git"))
    return desk.sandbox.run("git", "push", "origin", "main", check=False)


def test_a_broken_policy_is_one_line_and_the_commit_goes_through(desk: Desk) -> None:
    desk.accepted("-m", "Break it", files={".delegation/policy.yaml": "mode: [\n"})
    done = desk.try_commit("-q", "-m", "Change", files={"shop/cart.py": "TOTAL = 9\n"})
    assert done.returncode == 0
    assert len((done.stdout + done.stderr).strip().splitlines()) <= 1


def test_a_word_that_looks_like_a_trailer_is_no_claim(desk: Desk) -> None:
    desk.accepted("-m", "Break the policy", files={".delegation/policy.yaml": "mode: [\n"})
    done = desk.try_commit("-q", "-m", "Delegation-specific wording\n\nAnd delegation-models.", files={"a.txt": "1\n"})
    assert done.returncode == 0
    assert len((done.stdout + done.stderr).strip().splitlines()) <= 1


def test_without_the_program_a_human_commit_goes_through(desk: Desk) -> None:
    path = ":".join(
        part for part in desk.sandbox.environment["PATH"].split(":") if "/bin" in part and ".venv" not in part
    )
    done = desk.try_commit("-q", "-m", "Change", files={"shop/cart.py": "TOTAL = 9\n"}, PATH=path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    claimed = "Change\n\nDelegation-Spec: T-1\n"
    done = desk.try_commit("-q", "-m", claimed, files={"shop/cart.py": "TOTAL = 10\n"}, PATH=path)
    assert done.returncode != 0
    assert "not installed" in done.stderr


def test_a_module_in_the_repository_takes_no_place_of_ours(desk: Desk) -> None:
    planted: dict[str, str | bytes | None] = {"json.py": "raise SystemExit(0)\n", "delegation_guard/__init__.py": ""}
    desk.accepted("-m", "Plant", files=planted)
    claimed = "Change\n\nDelegation-Spec: T-404\n"
    done = desk.try_commit("-q", "-m", claimed, files={"shop/cart.py": "TOTAL = 11\n"}, PYTHONPATH=str(desk.root))
    assert done.returncode != 0
    assert "T-404" in done.stderr


def test_base_files_are_all_there(desk: Desk) -> None:
    assert set(BASE) <= set(desk.git("ls-files").splitlines())
