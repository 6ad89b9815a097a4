"""What a real hook sees: a hook prints our answers, and the commit that follows tells whether they were right."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from support import Sandbox

PROGRAM = """
import json, os, sys
from delegation_guard.repo.checkout import Checkout
from delegation_guard.repo.glance import glance
from delegation_guard.repo.index import hidden, staged_tree, worktree_tree
from delegation_guard.repo.merges import merge_head
from delegation_guard.repo.repository import Repository

repo = Repository.find()
other = Repository.find(sys.argv[2])
seen = glance()
tree = staged_tree(repo)
with Checkout(repo, tree) as checkout:
    files = sorted(name for name in os.listdir(checkout.path) if name != ".git")
with open(sys.argv[1], "a") as stream:
    print(json.dumps({
        "tree": tree, "root": repo.root, "head": repo.head(), "glance": [seen.git_dir, seen.root, seen.branch],
        "git_dir": repo.git_dir, "index": os.environ.get("GIT_INDEX_FILE"), "files": files,
        "work": worktree_tree(repo), "merging": merge_head(repo), "other": staged_tree(other), "hidden": hidden(repo),
    }), file=stream)
"""


class Hooked:
    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.sandbox = sandbox
        self.log = folder / "log"
        program, other = folder / "hook.py", folder / "other"
        program.write_text(PROGRAM)
        sandbox.git("init", "-q", str(other))
        self.empty = sandbox.git("hash-object", "-t", "tree", "--stdin", data="")
        for name in ("pre-commit", "pre-merge-commit"):
            hook = sandbox.root / ".git/hooks" / name
            hook.parent.mkdir(exist_ok=True)
            hook.write_text(f"#!/bin/sh\nexec '{sys.executable}' -I '{program}' '{self.log}' '{other}'\n")
            hook.chmod(0o755)

    def commit(self, *arguments: str, data: str | None = None, cwd: Path | None = None) -> dict[str, object]:
        self.log.unlink(missing_ok=True)
        self.sandbox.run("git", *arguments, data=data, cwd=cwd)
        (line,) = self.log.read_text().splitlines()
        seen: dict[str, object] = json.loads(line)
        done = self.sandbox.run("git", "rev-parse", "HEAD^{tree}", cwd=cwd).stdout.strip()
        assert seen["tree"] == done, "the hook saw the tree that was committed"
        assert seen["other"] == self.empty, "another repository is not mixed up with this one"
        names = self.sandbox.run("git", "ls-tree", "--full-tree", "--name-only", "HEAD", cwd=cwd).stdout.split()
        assert seen["files"] == sorted(names)
        return seen


@pytest.fixture
def hooked(sandbox: Sandbox, tmp_path: Path) -> Hooked:
    return Hooked(sandbox, tmp_path)


FILES: dict[str, str | bytes | None] = {"a.txt": "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "b.txt": "b\n", "sub/c.txt": "c\n"}


def test_initial_plain_and_amended_commit(hooked: Hooked) -> None:
    box = hooked.sandbox
    box.write(FILES)
    box.git("add", "-A")
    seen = hooked.commit("commit", "-q", "-m", "first")
    assert seen["head"] is None
    assert seen["root"] == str(box.root)
    assert seen["glance"] == [str(box.root / ".git"), str(box.root), "main"]
    box.write({"a.txt": "A\n", "b.txt": "B\n"})
    box.git("add", "a.txt")
    seen = hooked.commit("commit", "-q", "-m", "second")
    assert seen["work"] != seen["tree"]
    box.git("add", "b.txt")
    hooked.commit("commit", "-q", "--amend", "-m", "second, better")
    hooked.commit("commit", "-q", "--amend", "-m", "only the message")


def test_partial_commits(hooked: Hooked) -> None:
    box = hooked.sandbox
    box.commit("first", FILES)
    box.write({"a.txt": "A\n", "b.txt": "B\n", "new.txt": "n\n"})
    box.git("add", "a.txt")
    seen = hooked.commit("commit", "-q", "-m", "only b", "b.txt")
    assert "next-index" in str(seen["index"])
    seen = hooked.commit("commit", "-q", "-a", "-m", "all tracked")
    assert "index.lock" in str(seen["index"])
    box.write({"b.txt": "BB\n", "sub/c.txt": "C\n"})
    box.git("add", "sub/c.txt")
    hooked.commit("commit", "-q", "--include", "-m", "staged and b", "b.txt")


def test_interactive_patch_commit(hooked: Hooked) -> None:
    box = hooked.sandbox
    box.commit("first", FILES)
    box.write({"a.txt": "one\n2\n3\n4\n5\n6\n7\n8\nnine\n"})
    seen = hooked.commit("commit", "-q", "-p", "-m", "first hunk", data="s\ny\nn\n")
    assert box.git("show", "HEAD:a.txt").startswith("one\n2")
    assert box.git("show", "HEAD:a.txt").endswith("9")
    assert seen["work"] != seen["tree"]


def test_from_a_subdirectory(hooked: Hooked) -> None:
    box = hooked.sandbox
    box.commit("first", FILES)
    box.write({"sub/c.txt": "C\n", "a.txt": "A\n"})
    seen = hooked.commit("commit", "-q", "-m", "only c", "c.txt", cwd=box.root / "sub")
    assert seen["root"] == str(box.root)
    hooked.commit("commit", "-q", "-a", "-m", "rest", cwd=box.root / "sub")


@pytest.mark.parametrize("more", [("-a",), ("a.txt",), ()])
def test_in_a_worktree(hooked: Hooked, tmp_path: Path, more: tuple[str, ...]) -> None:
    box = hooked.sandbox
    box.commit("first", FILES)
    side = tmp_path / "side"
    box.git("worktree", "add", "-q", "-b", "side", str(side))
    box.write({"b.txt": "dirt in the main work tree\n"})
    box.git("add", "-A")
    (side / "a.txt").write_text("A\n")
    box.run("git", "add", "a.txt", cwd=side)
    seen = hooked.commit("commit", "-q", "-m", "side", *more, cwd=side)
    assert seen["root"] == str(side)
    assert seen["git_dir"] == str(box.root / ".git/worktrees/side")
    assert seen["glance"] == [str(box.root / ".git/worktrees/side"), str(side), "side"]
    assert seen["work"] == seen["tree"]


def test_with_the_git_directory_named_outright(hooked: Hooked, tmp_path: Path) -> None:
    box = hooked.sandbox
    box.commit("first", FILES)
    box.write({"a.txt": "A\n", "b.txt": "B\n"})
    place = (f"--git-dir={box.root / '.git'}", f"--work-tree={box.root}")
    box.run("git", *place, "add", "a.txt", cwd=tmp_path)
    hooked.log.unlink(missing_ok=True)
    box.run("git", *place, "commit", "-q", "-m", "from afar", cwd=tmp_path)
    seen = json.loads(hooked.log.read_text())
    assert (seen["tree"], seen["root"]) == (box.git("rev-parse", "HEAD^{tree}"), str(box.root))


def test_a_merge_says_what_is_being_merged(hooked: Hooked) -> None:
    box = hooked.sandbox
    box.commit("first", FILES)
    box.git("checkout", "-q", "-b", "side")
    side = box.commit("side", {"side.txt": "s\n"})
    box.git("checkout", "-q", "main")
    box.commit("main", {"main.txt": "m\n"})
    seen = hooked.commit("merge", "-q", "--no-edit", "--no-ff", "side")
    assert seen["tree"] == box.git("rev-parse", "HEAD^{tree}")
    box.git("reset", "-q", "--hard", "HEAD~1")
    box.git("merge", "-q", "--no-commit", "--no-ff", "side")
    box.write({"main.txt": "evil\n"})
    seen = hooked.commit("commit", "-q", "-a", "-m", "merge by hand")
    assert seen["merging"] == [side]


def test_flags_do_not_hide_in_a_hook(hooked: Hooked) -> None:
    box = hooked.sandbox
    box.commit("first", FILES)
    box.git("update-index", "--skip-worktree", "b.txt")
    box.write({"a.txt": "A\n", "b.txt": "B\n"})
    seen = hooked.commit("commit", "-q", "-a", "-m", "a only")
    assert seen["hidden"] == ["b.txt"]
    assert seen["work"] != seen["tree"]


def test_settings_on_the_command_line_reach_the_hook(hooked: Hooked) -> None:
    box = hooked.sandbox
    box.commit("first", FILES)
    box.write({"a.txt": "A\r\n"})
    hooked.commit("-c", "core.autocrlf=input", "-c", "diff.external=false", "commit", "-q", "-a", "-m", "second")


RECEIVE = """
import json, sys
from delegation_guard.repo.commits import commits, commits_plumbing
from delegation_guard.repo.diff import between
from delegation_guard.repo.repository import Repository

repo = Repository.find()
old, new, name = sys.stdin.read().split()
arrived = commits_plumbing(repo, [new, "--not", "--all"])
assert commits(repo, arrived[0].parents[0], new) == arrived
with repo.objects() as objects:
    read = objects.read(arrived[-1].tree, "a.txt").decode()
files = between(repo, repo.tree_of(arrived[0].parents[0]), arrived[-1].tree)
with open(sys.argv[1], "w") as stream:
    json.dump({"root": repo.root, "messages": [each.message for each in arrived], "read": read,
               "files": [file.path for file in files]}, stream)
sys.exit(1)
"""


def test_a_server_side_hook_reads_what_is_not_accepted_yet(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.commit("first", {"a.txt": "a\n"})
    server, program, log = tmp_path / "server", tmp_path / "receive.py", tmp_path / "log"
    sandbox.git("clone", "-q", "--bare", str(sandbox.root), str(server))
    program.write_text(RECEIVE)
    hook = server / "hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nexec '{sys.executable}' -I '{program}' '{log}'\n")
    hook.chmod(0o755)
    sandbox.commit("second", {"a.txt": "b\n"})
    sandbox.commit("third", {"c.txt": "c\n"})
    assert sandbox.run("git", "push", "-q", str(server), "main", check=False).returncode == 1
    assert json.loads(log.read_text()) == {
        "root": "", "messages": ["second\n", "third\n"], "read": "b\n", "files": ["a.txt", "c.txt"],
    }  # fmt: skip
