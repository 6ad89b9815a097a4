from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from delegation_guard.errors import GitError
from delegation_guard.repo.diff import between
from delegation_guard.repo.index import hidden, snapshot, staged_tree, worktree_tree
from delegation_guard.repo.repository import Repository

if TYPE_CHECKING:
    from pathlib import Path

    from support import Sandbox


def changed(repo: Repository, tree: str) -> dict[str, str]:
    return {file.path: file.status for file in between(repo, repo.head_tree(), tree)}


def index_bytes(sandbox: Sandbox) -> bytes:
    return (sandbox.root / ".git/index").read_bytes()


def committed_after_add_all(sandbox: Sandbox) -> str:
    sandbox.git("add", "-A")
    sandbox.git("commit", "-q", "--allow-empty", "-m", "all")
    return sandbox.git("rev-parse", "HEAD^{tree}")


def test_nothing_staged_is_the_tree_of_head(sandbox: Sandbox, repo: Repository) -> None:
    assert staged_tree(repo) == repo.head_tree()
    sandbox.commit("first", {"a.txt": "a\n"})
    assert staged_tree(repo) == worktree_tree(repo) == repo.head_tree()
    assert snapshot(repo) == {}
    assert hidden(repo) == ()


def test_staged_is_the_index_and_not_the_work_tree(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": "a\n", "b.txt": "b\n"})
    sandbox.write({"a.txt": "bad\n"})
    sandbox.git("add", "a.txt")
    sandbox.write({"a.txt": "good\n", "b.txt": "B\n", "new.txt": "n\n"})
    assert changed(repo, staged_tree(repo)) == {"a.txt": "M"}
    with repo.objects() as objects:
        assert objects.read(staged_tree(repo), "a.txt") == b"bad\n"
        assert objects.read(worktree_tree(repo), "a.txt") == b"good\n"


def test_intent_to_add_is_not_staged_but_in_the_work_tree(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first")
    sandbox.write({"a.txt": "a\n"})
    sandbox.git("add", "-N", "a.txt")
    assert changed(repo, staged_tree(repo)) == {}
    assert changed(repo, worktree_tree(repo)) == {"a.txt": "A"}


def test_an_index_with_conflicts_is_refused(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a b.txt": "a\n"})
    sandbox.git("checkout", "-q", "-b", "side")
    sandbox.commit("side", {"a b.txt": "side\n"})
    sandbox.git("checkout", "-q", "main")
    sandbox.commit("main", {"a b.txt": "main\n"})
    sandbox.run("git", "merge", "-q", "side", check=False)
    with pytest.raises(GitError, match=r"unresolved conflicts, first in a b\.txt"):
        staged_tree(repo)
    before = index_bytes(sandbox)
    assert changed(repo, worktree_tree(repo)) == {"a b.txt": "M"}, "what add -A would commit, conflict marks and all"
    assert index_bytes(sandbox) == before


def test_an_object_missing_from_the_index_is_refused(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": "a\n"})
    sandbox.git("update-index", "--add", "--cacheinfo", f"100644,{'12' * 20},gone.txt")
    with pytest.raises(GitError, match=r"cannot be written as a tree.*gone\.txt"):
        staged_tree(repo)


def test_worktree_is_what_add_all_and_commit_would_make(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {
        ".gitignore": "ignored/\n*.log\n", "a.txt": "a\n", "gone.txt": "g\n", "moved.txt": "m\n" * 9, "run.sh": "x\n",
        "tracked.log": "t\n", "d": "d\n", "link": "l\n",
    })  # fmt: skip
    sandbox.git("add", "-f", "tracked.log")
    sandbox.git("commit", "-q", "-m", "forced")
    sandbox.write({
        "a.txt": "A\n", "gone.txt": None, "ignored/x": "x\n", "tracked.log": "T\n", "new/ümlaut\n.txt": "n\n",
        "d": None, "link": None, "empty.txt": "",
    })  # fmt: skip
    sandbox.write({"d/e": "e\n"})
    os.symlink("/etc/passwd", sandbox.root / "link")
    (sandbox.root / "run.sh").chmod(0o755)
    sandbox.git("mv", "moved.txt", "there.txt")
    before = index_bytes(sandbox)
    tree = worktree_tree(repo)
    assert index_bytes(sandbox) == before
    assert changed(repo, tree) == {
        "a.txt": "M", "gone.txt": "D", "tracked.log": "M", "new/ümlaut\n.txt": "A", "d": "D", "d/e": "A", "link": "T",
        "run.sh": "M", "moved.txt": "D", "there.txt": "A", "empty.txt": "A",
    }  # fmt: skip
    assert tree == committed_after_add_all(sandbox)


def test_worktree_before_the_first_commit(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.write({"a.txt": "a\n"})
    tree = worktree_tree(repo)
    assert changed(repo, tree) == {"a.txt": "A"}
    assert not (sandbox.root / ".git/index").exists()
    assert tree == committed_after_add_all(sandbox)


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_flags_hide_nothing(sandbox: Sandbox, repo: Repository, flag: str) -> None:
    sandbox.commit("first", {"a.txt": "a\n", "gone.txt": "g\n", "b.txt": "b\n"})
    sandbox.git("update-index", flag, "a.txt", "gone.txt")
    sandbox.write({"a.txt": "A\n", "gone.txt": None})
    assert sandbox.git("status", "--porcelain") == "", "the trap is set"
    before = index_bytes(sandbox)
    assert changed(repo, worktree_tree(repo)) == {"a.txt": "M", "gone.txt": "D"}
    assert hidden(repo) == ("a.txt", "gone.txt")
    assert index_bytes(sandbox) == before


def test_both_flags_at_once_on_an_odd_path(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a\nb\t.txt": "a\n"})
    sandbox.git("update-index", "--assume-unchanged", "a\nb\t.txt")
    sandbox.git("update-index", "--skip-worktree", "a\nb\t.txt")
    sandbox.write({"a\nb\t.txt": "A\n"})
    assert hidden(repo) == ("a\nb\t.txt",)
    assert changed(repo, worktree_tree(repo)) == {"a\nb\t.txt": "M"}


@pytest.mark.parametrize("sparse_index", ["--no-sparse-index", "--sparse-index"])
def test_a_sparse_checkout_hides_nothing_that_lies_there(
    sandbox: Sandbox, repo: Repository, sparse_index: str
) -> None:
    sandbox.commit("first", {"in/a.txt": "a\n", "out/b.txt": "b\n", "out/c.txt": "c\n", "top.txt": "t\n"})
    sandbox.git("sparse-checkout", "set", "--cone", sparse_index, "in")
    assert not (sandbox.root / "out").exists()
    assert hidden(repo) == ()
    assert worktree_tree(repo) == staged_tree(repo) == repo.head_tree()
    sandbox.write({"in/a.txt": "A\n", "out/b.txt": "B\n", "out/new.txt": "n\n"})
    assert changed(repo, worktree_tree(repo)) == {"in/a.txt": "M", "out/b.txt": "M", "out/new.txt": "A"}
    assert hidden(repo) == ("out/b.txt",)


def test_restored_time_stamps_and_equal_sizes_hide_nothing(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.git("config", "core.trustctime", "false")
    sandbox.git("config", "core.checkStat", "minimal")
    sandbox.commit("first", {"a.txt": "one\n"})
    path = sandbox.root / "a.txt"
    os.utime(path, ns=(10**18, 10**18))
    sandbox.git("update-index", "--refresh")
    time.sleep(1.1)  # git compares whole seconds of the time of the last change of the inode
    path.write_text("two\n")
    os.utime(path, ns=(10**18, 10**18))
    assert sandbox.git("status", "--porcelain") == "", "the trap is set"
    assert changed(repo, worktree_tree(repo)) == {"a.txt": "M"}


def test_a_change_in_the_same_instant_as_the_index_is_seen(sandbox: Sandbox, repo: Repository) -> None:
    for number in range(5):
        sandbox.commit("first", {"a.txt": f"one{number}\n"})
        sandbox.write({"a.txt": f"two{number}\n"})
        assert changed(repo, worktree_tree(repo)) == {"a.txt": "M"}


def test_a_file_system_monitor_is_not_believed(sandbox: Sandbox, repo: Repository, tmp_path: Path) -> None:
    liar, mark = tmp_path / "liar", tmp_path / "ran"
    liar.write_text(f"#!/bin/sh\ntouch {mark}\nprintf 'token\\0'\n")
    liar.chmod(0o755)
    sandbox.commit("first", {"a.txt": "a\n"})
    sandbox.git("config", "core.fsmonitor", str(liar))
    sandbox.git("update-index", "--fsmonitor")
    sandbox.git("status")
    sandbox.write({"a.txt": "A\n"})
    assert sandbox.git("status", "--porcelain") == "", "the trap is set"
    mark.unlink()
    assert changed(repo, worktree_tree(repo)) == {"a.txt": "M"}
    assert not mark.exists()


def test_a_submodule_bump_is_seen_whatever_gitmodules_says(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": "a\n"})
    sandbox.git("clone", "-q", str(sandbox.root), "sub")
    modules = '[submodule "sub"]\n\tpath = sub\n\turl = ./sub\n\tignore = all\n'
    sandbox.commit("second", {".gitmodules": modules})
    assert worktree_tree(repo) == repo.head_tree()
    sandbox.git("-C", "sub", "commit", "-q", "--allow-empty", "-m", "moved")
    assert changed(repo, worktree_tree(repo)) == {"sub": "M"}


def test_split_index(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": "a\n", "b.txt": "b\n"})
    sandbox.git("update-index", "--split-index")
    sandbox.commit("second", {"a.txt": "A\n"})
    shared = sorted(path.name for path in (sandbox.root / ".git").glob("sharedindex.*"))
    sandbox.write({"b.txt": "B\n"})
    assert changed(repo, worktree_tree(repo)) == {"b.txt": "M"}
    assert staged_tree(repo) == repo.head_tree()
    assert sorted(path.name for path in (sandbox.root / ".git").glob("sharedindex.*")) == shared


def test_settings_that_stop_add_do_not(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.git("config", "core.autocrlf", "input")
    sandbox.git("config", "core.safecrlf", "true")
    sandbox.git("config", "add.ignoreErrors", "true")
    sandbox.commit("first", {"a.txt": "a\n"})
    sandbox.write({"a.txt": "A\r\nB\r\n"})
    assert changed(repo, worktree_tree(repo)) == {"a.txt": "M"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file_is_an_error(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": "a\n"})
    sandbox.write({"a.txt": "A\n"})
    (sandbox.root / "a.txt").chmod(0)
    with pytest.raises(GitError):
        worktree_tree(repo)


def test_bare_has_no_work_tree(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.commit("first")
    sandbox.git("clone", "-q", "--bare", str(sandbox.root), str(tmp_path / "bare"))
    with pytest.raises(GitError, match="no work tree"):
        worktree_tree(Repository.find(str(tmp_path / "bare")))


def test_from_a_subdirectory_it_is_the_whole_work_tree(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.commit("first", {"sub/a.txt": "a\n", "b.txt": "b\n"})
    sandbox.write({"b.txt": "B\n"})
    monkeypatch.chdir(sandbox.root / "sub")
    found = Repository.find()
    assert changed(found, worktree_tree(found)) == {"b.txt": "M"}


def test_a_worktree_has_its_own_dirt(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.commit("first", {"a.txt": "a\n"})
    sandbox.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    sandbox.write({"a.txt": "main\n"})
    (tmp_path / "side/new.txt").write_text("side\n")
    side = Repository.find(str(tmp_path / "side"))
    assert changed(side, worktree_tree(side)) == {"new.txt": "A"}


DIRT: dict[str, str | None] = {"edited.txt": "dirt\n", "gone.txt": None, "new.txt": "dirt\n", "staged.txt": "dirt\n"}


def dirty(sandbox: Sandbox) -> None:
    sandbox.commit("first", {
        "edited.txt": "e\n", "gone.txt": "g\n", "staged.txt": "s\n", "mine.txt": "m\n", "run.sh": "r\n", "d": "d\n",
    })  # fmt: skip
    sandbox.write(DIRT)
    sandbox.git("add", "staged.txt")
    (sandbox.root / "run.sh").chmod(0o755)
    (sandbox.root / "d").unlink()
    sandbox.write({"d/e.txt": "e\n"})


def test_dirt_that_was_there_before_is_left_out(sandbox: Sandbox, repo: Repository) -> None:
    dirty(sandbox)
    found = snapshot(repo)
    assert {path: mode for path, (mode, _) in found.items()} == {
        "edited.txt": "100644", "gone.txt": "000000", "new.txt": "100644", "staged.txt": "100644", "run.sh": "100755",
        "d": "000000", "d/e.txt": "100644",
    }  # fmt: skip
    assert found["gone.txt"] == ("000000", "")
    assert worktree_tree(repo, found) == repo.head_tree()
    sandbox.write({"mine.txt": "M\n", "other.txt": "o\n"})
    assert changed(repo, worktree_tree(repo, found)) == {"mine.txt": "M", "other.txt": "A"}


def test_dirt_that_was_edited_again_is_not_left_out(sandbox: Sandbox, repo: Repository) -> None:
    dirty(sandbox)
    found = snapshot(repo)
    sandbox.write({"edited.txt": "delegate\n", "gone.txt": "back\n", "new.txt": None})
    (sandbox.root / "staged.txt").chmod(0o755)
    assert changed(repo, worktree_tree(repo, found)) == {"edited.txt": "M", "gone.txt": "M", "staged.txt": "M"}


def test_folder_and_file_trade_places_when_put_back(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"d/x": "x\n", "d/y/z": "z\n", "f": "f\n"})
    sandbox.write({"d/x": None, "d/y/z": None, "f": None})
    (sandbox.root / "d/y").rmdir()
    (sandbox.root / "d").rmdir()
    sandbox.write({"d": "file now\n", "f/g": "folder now\n"})
    assert worktree_tree(repo, snapshot(repo)) == repo.head_tree()


def test_left_out_dirt_before_the_first_commit(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.write({"a.txt": "a\n"})
    found = snapshot(repo)
    sandbox.write({"b.txt": "b\n"})
    assert changed(repo, worktree_tree(repo, found)) == {"b.txt": "A"}


def test_a_snapshot_is_relative_to_where_head_is_now(sandbox: Sandbox, repo: Repository) -> None:
    dirty(sandbox)
    found = snapshot(repo)
    sandbox.write({"mine.txt": "M\n"})
    sandbox.git("commit", "-q", "-m", "mine", "mine.txt")
    assert worktree_tree(repo, found) == repo.head_tree()
