"""What a delegate may try with git itself, past the list of files: none of it ends in silence."""

from __future__ import annotations

from .conftest import BLOCK, HONEST, PRODUCT, Desk

UNHOOKED = ("-c", "core.hooksPath=/dev/null")


def test_a_commit_that_claims_nothing_is_named_when_the_task_ends(desk: Desk) -> None:
    """Being pushed before does not hide it."""
    desk.sandbox.run("git", "init", "-q", "--bare", "../origin.git")
    desk.git("remote", "add", "origin", "../origin.git")
    desk.hand_off()
    desk.sandbox.write({"README.md": "# better\n"})
    desk.git(*UNHOOKED, "commit", "-q", "-am", "Better words")
    desk.git("push", "-q", "origin", "HEAD:refs/heads/words")
    desk.sandbox.write(HONEST)
    desk.verified()
    desk.accepted("-m", "Add double()")
    done = desk.guard("handoff", "finish")
    assert "Better words" in done.stdout
    assert "is finished" in done.stdout


def test_a_task_whose_commits_all_claim_nothing_stays_open_and_the_printed_command_repairs_it(desk: Desk) -> None:
    desk.hand_off()
    desk.sandbox.write(HONEST)
    desk.verified()
    desk.git(*UNHOOKED, "commit", "-q", "-am", "Add double()")
    done = desk.guard("handoff", "finish")
    assert done.returncode == 1
    assert "T-1 stays open" in done.stdout
    command = done.stdout.rpartition("next: ")[2].splitlines()[0].partition(" - ")[0]
    desk.sandbox.run("sh", "-c", command)
    assert "Delegation-Spec: T-1" in desk.git("log", "-1", "--format=%B")
    assert desk.guard("handoff", "finish").returncode == 0


def test_a_merge_driver_of_this_machine_changes_no_verdict(desk: Desk) -> None:
    desk.hand_off()
    desk.sandbox.write(HONEST)
    desk.verified()
    desk.accepted("-m", "Add double()")
    desk.git("checkout", "-q", "-b", "side", "HEAD~1")
    desk.accepted("--no-verify", "-m", "Say what it is", files={"shop/price.py": f"# prices\n{PRODUCT}"})
    desk.git("checkout", "-q", "main")
    (desk.root / ".git/info/attributes").write_text("*.py merge=helpful\n", encoding="utf-8")
    desk.git("config", "merge.helpful.driver", "sed -i 's/2 [*] net/3 * net/' %A")
    done = desk.sandbox.run("git", "merge", "--no-ff", "-m", "Merge side", "side", check=False)
    assert BLOCK not in (desk.root / "shop/price.py").read_text(encoding="utf-8")
    assert done.returncode != 0
    assert "fidelity/" in done.stderr


def test_a_listed_file_that_becomes_a_repository(desk: Desk) -> None:
    desk.hand_off()
    desk.sandbox.run("sh", "-c", "rm shop/price.py && git init -q shop/price.py && cd shop/price.py && "
                                 "git commit -q --allow-empty -m inside")  # fmt: skip
    text = desk.refused("-m", "Add double()")
    assert "scope/" in text
    assert "is missing" not in text
