"""A hand-off from start to finish under every way of installing hooks, and each thing a delegate may do wrong."""

from __future__ import annotations

import json
import re
import shlex
from typing import TYPE_CHECKING

import pytest

from .conftest import BASE, BLOCK, HONEST, PRODUCT, SPEC, TESTS, Desk

if TYPE_CHECKING:
    from pathlib import Path

NEXT = re.compile(r"delegation-guard verify [0-9a-f]{40}[^&\n]*")


def adopted(desk: Desk) -> Desk:
    desk.accepted("-m", "Adopt delegation-guard")
    return desk


def test_an_honest_task_from_start_to_finish(any_desk: Desk) -> None:
    desk = adopted(any_desk)
    desk.hand_off()
    desk.sandbox.write(HONEST)
    desk.verified()
    desk.accepted("-m", "Add double()")
    message = desk.git("log", "-1", "--format=%B")
    assert re.search(r"^Delegation-Spec: T-1@sha256:[0-9a-f]{64}$", message, re.MULTILINE)
    done = desk.guard("handoff", "finish")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no hand-off is active" in desk.guard("handoff", "status").stdout.lower()
    desk.accepted("-m", "A person again", files={"shop/cart.py": "TOTAL = 3\n"})


def test_an_unlisted_file(any_desk: Desk) -> None:
    desk = adopted(any_desk)
    desk.hand_off()
    text = desk.refused("-m", "Add double()", files={**HONEST, "README.md": "# better\n"})
    assert "README.md" in text
    assert "Edit ONLY the listed files" in text
    assert "scope/unlisted" in text


def test_a_context_file(desk: Desk) -> None:
    desk.hand_off()
    text = desk.refused("-m", "Add double()", files={**HONEST, "shop/cart.py": "TOTAL = 1\n"})
    assert "scope/context-edited" in text


def test_a_test_relaxed_together_with_a_product_edit(desk: Desk) -> None:
    spec = SPEC.replace("VERIFY:", "### 2. tests/test_price.py\nKeep it in step with the names.\n\nVERIFY:")
    desk.hand_off(spec)
    weaker = TESTS.replace("self.assertEqual(gross(100), 119)", "self.assertTrue(gross(100))")
    text = desk.refused("-m", "Add double()", files={**HONEST, "tests/test_price.py": weaker})
    assert "tests/" in text
    assert "assertEqual(gross(100), 119)" in text


def test_a_block_that_is_not_the_specs(desk: Desk) -> None:
    desk.hand_off()
    text = desk.refused(
        "-m", "Add double()", files={"shop/price.py": f"{PRODUCT}\n\n{BLOCK.replace('2 * net', 'net + net')}"}
    )
    assert "fidelity/" in text


def test_no_receipt_and_the_printed_commands_repair_it(any_desk: Desk) -> None:
    desk = adopted(any_desk)
    desk.hand_off()
    text = desk.refused("-m", "Add double()", files=HONEST)
    command = NEXT.search(text)
    assert command, text
    assert "git commit -m 'Add double()'" in text
    done = desk.sandbox.run(*shlex.split(command.group()), check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    desk.accepted("-m", "Add double()")


def test_a_receipt_for_another_tree(desk: Desk) -> None:
    desk.hand_off()
    desk.sandbox.write(HONEST)
    desk.verified()
    text = desk.refused(
        "-m", "Add double()", files={"shop/price.py": HONEST["shop/price.py"].replace("2 * net", "2  *  net")}
    )
    assert "receipt/" in text
    assert NEXT.search(text)


def test_the_spec_edited_by_the_delegate(desk: Desk) -> None:
    desk.hand_off()
    easier = SPEC.replace("python3 -m unittest discover -s tests -t .", "true")
    text = desk.refused("-m", "Add double()", files={**HONEST, ".delegation/specs/T-1.md": easier})
    assert "guard/spec-edited" in text


def test_no_verify_is_caught_at_push(any_desk: Desk, tmp_path: Path) -> None:
    desk = adopted(any_desk)
    desk.sandbox.run("git", "init", "-q", "--bare", str(tmp_path / "origin.git"))
    desk.git("remote", "add", "origin", str(tmp_path / "origin.git"))
    desk.git("push", "-q", "origin", "main")
    desk.hand_off()
    desk.accepted("--no-verify", "-m", "Add double()", files={**HONEST, "README.md": "# better\n"})
    pushed = desk.sandbox.run("git", "push", "origin", "main", check=False)
    assert pushed.returncode != 0
    assert "README.md" in pushed.stdout + pushed.stderr


def test_claiming_a_spec_without_a_handoff_is_judged(desk: Desk) -> None:
    desk.accepted("-m", "Specify", files={".delegation/specs/T-1.md": SPEC})
    message = "Add double()\n\nDelegation-Spec: T-1\n"
    assert "README.md" in desk.refused("-m", message, files={**HONEST, "README.md": "# x\n"})


def test_claiming_a_spec_that_does_not_exist_is_refused(desk: Desk) -> None:
    text = desk.refused("-m", "Add\n\nDelegation-Spec: T-404\n", files={"shop/cart.py": "TOTAL = 2\n"})
    assert "T-404" in text


def test_a_claimed_commit_is_refused_when_the_commit_msg_hook_is_gone(desk: Desk) -> None:
    desk.hand_off()
    (desk.root / ".git/hooks/commit-msg").unlink()
    text = desk.refused("-m", "Add double()", files=HONEST)
    assert "delegation-guard init" in text


def test_a_two_commit_task(desk: Desk) -> None:
    spec = SPEC.replace("VERIFY:", "### 2. shop/extra.py (create)\n```python\nEXTRA = 1\n```\n\nVERIFY:")
    desk.hand_off(spec)
    desk.sandbox.write(HONEST)
    desk.verified()
    desk.accepted("-m", "Add double()")
    desk.sandbox.write({"shop/extra.py": "EXTRA = 1\n"})
    desk.verified()
    desk.accepted("-m", "Add extra")
    done = desk.guard("handoff", "finish")
    assert done.returncode == 0, done.stdout + done.stderr


def test_amending_the_message(desk: Desk) -> None:
    desk.hand_off()
    desk.sandbox.write(HONEST)
    desk.verified()
    desk.accepted("-m", "Add doulbe()")
    desk.accepted("--amend", "-m", "Add double()")
    assert "Delegation-Spec: T-1" in desk.git("log", "-1", "--format=%B")
    assert desk.guard("handoff", "finish").returncode == 0


def test_main_merged_into_the_task(desk: Desk) -> None:
    desk.git("checkout", "-q", "-b", "task")
    desk.hand_off()
    desk.sandbox.write(HONEST)
    desk.verified()
    desk.accepted("-m", "Add double()")
    desk.git("checkout", "-q", "main")
    desk.git("commit", "-q", "--no-verify", "--allow-empty", "-m", "Elsewhere")
    desk.sandbox.write({"docs.md": "# docs\n"})
    desk.git("add", "-A")
    desk.git("commit", "-q", "--no-verify", "-m", "Docs by a person")
    desk.git("checkout", "-q", "task")
    merged = desk.sandbox.run("git", "merge", "--no-edit", "main", check=False)
    assert merged.returncode == 0, merged.stdout + merged.stderr


def test_a_persons_fix_up_on_top(desk: Desk) -> None:
    desk.hand_off()
    base = desk.git("rev-parse", "HEAD")
    desk.sandbox.write(HONEST)
    desk.verified()
    desk.accepted("-m", "Add double()")
    assert desk.guard("handoff", "finish").returncode == 0
    desk.accepted("-m", "Fix the readme", files={"README.md": "# shop, mended\n"})
    done = desk.guard("check", f"{base}..HEAD", "--rules", "scope,fidelity,tests,guard,spec")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_lock_file_with_its_manifest(desk: Desk) -> None:
    files: dict[str, str | bytes | None] = {
        "package.json": '{\n  "name": "x",\n  "dependencies": {\n    "a": "1.0.0"\n  }\n}\n',
        "package-lock.json": lock("1.0.0"),
    }
    desk.accepted("-m", "Add a manifest", files=files)
    block = (
        '### 2. package.json\nReplace\n```json\n    "a": "1.0.0"\n```\nwith\n```json\n    "a": "1.0.1"\n```\n\nVERIFY:'
    )
    desk.hand_off(SPEC.replace("VERIFY:", block))
    changed = str(files["package.json"]).replace("1.0.0", "1.0.1")
    desk.sandbox.write({**HONEST, "package.json": changed, "package-lock.json": lock("1.0.1")})
    desk.verified()
    desk.accepted("-m", "Add double() and update a")


def lock(version: str) -> str:
    locked = {
        "version": version,
        "resolved": f"https://registry.npmjs.org/a/-/a-{version}.tgz",
        "integrity": f"sha512-{version}",
    }
    packages = {"": {"name": "x", "dependencies": {"a": version}}, "node_modules/a": locked}
    return json.dumps({"name": "x", "lockfileVersion": 3, "packages": packages}, indent=2)


def test_an_honest_stop(desk: Desk) -> None:
    desk.hand_off()
    done = desk.guard("handoff", "finish", "--stopped", "shop/price.py has no gross_total() to extend")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no hand-off is active" in desk.guard("handoff", "status").stdout.lower()


def test_a_stop_names_what_is_left_lying(desk: Desk) -> None:
    desk.hand_off()
    desk.sandbox.write(HONEST)
    done = desk.guard("handoff", "finish", "--stopped", "it does not fit")
    assert "shop/price.py" in done.stdout


def test_a_stop_as_an_empty_commit(desk: Desk) -> None:
    desk.hand_off()
    text = desk.accepted("--allow-empty", "-m", "STOP: the function that the spec names is not there")
    assert "error" not in text


def test_a_second_handoff_is_refused_naming_worktrees(desk: Desk) -> None:
    desk.hand_off()
    done = desk.guard("handoff", "start", "../T-1.md")
    assert done.returncode == 2
    assert "git worktree add" in done.stderr


def test_amending_the_spec_admits_the_file(desk: Desk) -> None:
    desk.hand_off()
    assert "README.md" in desk.refused("-m", "Add double()", files={**HONEST, "README.md": "# better\n"})
    done = desk.guard("handoff", "amend", "--add", "README.md", "--because", "Say that double() exists.")
    assert done.returncode == 0, done.stdout + done.stderr
    desk.verified()
    desk.accepted("-m", "Add double()")


def test_amending_is_denied_inside_the_delegates_session(desk: Desk) -> None:
    desk.hand_off()
    done = desk.sandbox.run(
        "delegation-guard", "handoff", "amend", "--add", "README.md", "--because", "x", check=False, CLAUDECODE="1"
    )
    assert done.returncode != 0
    assert "STOP" in done.stderr


def test_what_lay_around_before_is_not_the_delegates(desk: Desk) -> None:
    desk.sandbox.write({"scratch.txt": "mine\n", "shop/cart.py": "TOTAL = 77\n"})
    desk.hand_off()
    desk.sandbox.write(HONEST)
    done = desk.guard("check", "--rules", "scope,fidelity,guard")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("mark", ["CLAUDECODE", "GEMINI_CLI"])
def test_an_agent_is_never_told_how_to_widen_the_spec(desk: Desk, mark: str) -> None:
    desk.hand_off()
    text = desk.refused("-m", "Add double()", files={**HONEST, "README.md": "# x\n"}, **{mark: "1"})
    assert "amend" not in text
    assert "STOP" in text


def test_a_spec_whose_verify_is_red_already_is_refused(desk: Desk) -> None:
    desk.accepted("-m", "Break it", files={"shop/price.py": PRODUCT.replace("119 //", "118 //")})
    (desk.root.parent / "T-1.md").write_text(SPEC, encoding="utf-8")
    done = desk.guard("handoff", "start", "../T-1.md", "--commit")
    assert done.returncode != 0
    assert "already" in done.stdout + done.stderr
    assert not (desk.root / ".git/delegation-guard/handoff.json").exists()
    assert set(BASE) <= set(desk.git("ls-files").splitlines())
