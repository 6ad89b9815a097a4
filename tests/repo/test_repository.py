from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from delegation_guard.errors import GitError, GuardError
from delegation_guard.model.change import EMPTY_TREE
from delegation_guard.repo.repository import Repository, complaint, git_environment, raw, text
from support import Sandbox

if TYPE_CHECKING:
    from pathlib import Path


def test_find_from_the_top_a_subdirectory_and_the_current_directory(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.commit("first", {"sub/a.txt": "a\n"})
    monkeypatch.chdir(sandbox.root / "sub")
    for found in (Repository.find(str(sandbox.root)), Repository.find("."), Repository.find()):
        assert found.root == str(sandbox.root)
        assert found.git_dir == found.common_dir == str(sandbox.root / ".git")
        assert found.state_dir == str(sandbox.root / ".git" / "delegation-guard")
        assert not os.path.exists(found.state_dir)


def test_outside_a_repository(tmp_path: Path) -> None:
    with pytest.raises(GitError) as caught:
        Repository.find(str(tmp_path))
    assert "is not inside a git repository" in caught.value.message
    assert "-C" in caught.value.hint


def test_a_start_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(GuardError, match="was not found"):
        Repository.find(str(tmp_path / "none"))


def test_a_named_start_strips_what_a_surrounding_git_set(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Sandbox(tmp_path / "other").init()
    other.commit("other", {"b.txt": "b\n"})
    monkeypatch.setenv("GIT_DIR", str(sandbox.root / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "nowhere"))
    monkeypatch.setenv("GIT_WORK_TREE", str(sandbox.root))
    found = Repository.find(str(other.root))
    assert found.root == str(other.root)
    assert found.index_file == str(other.root / ".git" / "index")
    assert found.head_tree() == other.git("rev-parse", "HEAD^{tree}")
    assert Repository.find().root == str(sandbox.root)


def test_a_relative_index_counts_from_the_top_of_the_work_tree(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(sandbox.root)
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    assert Repository.find().index_file == str(sandbox.root / ".git/index")


def test_worktree_has_its_own_git_dir_and_a_common_one(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.commit("first", {"a.txt": "a\n"})
    sandbox.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    found = Repository.find(str(tmp_path / "side"))
    assert found.root == str(tmp_path / "side")
    assert found.common_dir == str(sandbox.root / ".git")
    assert found.git_dir == str(sandbox.root / ".git/worktrees/side")
    assert found.branch() == "side"
    assert found.hooks_dir() == str(sandbox.root / ".git/hooks")


def test_bare_repository(sandbox: Sandbox, tmp_path: Path) -> None:
    head = sandbox.commit("first", {"a.txt": "a\n"})
    sandbox.git("clone", "-q", "--bare", str(sandbox.root), str(tmp_path / "bare.git"))
    found = Repository.find(str(tmp_path / "bare.git"))
    assert (found.root, found.git_dir, found.common_dir) == ("", *[str(tmp_path / "bare.git")] * 2)
    assert found.head() == head
    assert found.hooks_dir() == str(tmp_path / "bare.git/hooks")


def test_inside_the_git_directory_there_is_no_work_tree(sandbox: Sandbox) -> None:
    assert Repository.find(str(sandbox.root / ".git")).root == ""


def test_before_the_first_commit(repo: Repository) -> None:
    assert repo.head() is None
    assert repo.head_tree() == EMPTY_TREE
    assert repo.branch() == "main"


def test_sha256_repository(tmp_path: Path) -> None:
    box = Sandbox(tmp_path / "wide")
    box.git("init", "-q", "--object-format=sha256")
    found = Repository.find(str(box.root))
    assert len(found.head_tree()) == 64
    head = box.commit("first", {"a.txt": "a\n"})
    assert found.head() == head
    with found.objects() as objects:
        assert objects.read(found.head_tree(), "a.txt") == b"a\n"


def test_a_broken_head_is_not_an_unborn_one(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first")
    (sandbox.root / ".git/refs/heads/main").write_text("rubbish\n")
    with pytest.raises(GitError):
        repo.head()
    (sandbox.root / ".git/refs/heads/main").write_text("1" * 40 + "\n")
    with pytest.raises(GitError):
        repo.head_tree()


def test_resolve_and_tree_of(sandbox: Sandbox, repo: Repository) -> None:
    first = sandbox.commit("first words", {"a.txt": "a\n"})
    tree = sandbox.git("rev-parse", "HEAD^{tree}")
    sandbox.git("tag", "-a", "v1", "-m", "one")
    for name in ("HEAD", "main", "v1", first[:10], ":/first words", "HEAD^{/first}"):
        assert repo.resolve(name) == first
        assert repo.tree_of(name) == tree
    assert repo.tree_of(tree) == tree
    with pytest.raises(GitError):
        repo.resolve(tree)


@pytest.mark.parametrize("name", ["nowhere", "--all", "-x", "", "1" * 40, "HEAD~9", "a\0b"])
def test_a_name_that_leads_nowhere(sandbox: Sandbox, repo: Repository, name: str) -> None:
    sandbox.commit("first")
    with pytest.raises(GitError) as caught:
        repo.resolve(name)
    assert repr(name) in caught.value.message
    assert caught.value.hint


def test_replace_refs_do_not_count(sandbox: Sandbox, repo: Repository) -> None:
    first = sandbox.commit("first", {"a.txt": "good\n"})
    tree = sandbox.git("rev-parse", "HEAD^{tree}")
    second = sandbox.commit("second", {"a.txt": "bad\n"})
    sandbox.git("replace", first, second)
    assert sandbox.git("rev-parse", f"{first}^{{tree}}") != tree, "the trap is set"
    assert repo.tree_of(first) == tree


def test_grafts_do_not_count(sandbox: Sandbox, repo: Repository) -> None:
    first = sandbox.commit("first")
    second = sandbox.commit("second")
    (sandbox.root / ".git/info").mkdir(exist_ok=True)
    (sandbox.root / ".git/info/grafts").write_text(f"{second}\n")
    assert sandbox.run("git", "merge-base", "--is-ancestor", first, second, check=False).returncode == 1, "trap is set"
    assert repo.is_ancestor(first, second)


def test_merge_base_and_ancestors(sandbox: Sandbox, repo: Repository) -> None:
    first = sandbox.commit("first")
    sandbox.git("checkout", "-q", "-b", "side")
    side = sandbox.commit("side")
    sandbox.git("checkout", "-q", "main")
    main = sandbox.commit("main")
    sandbox.git("checkout", "-q", "--orphan", "lone")
    lone = sandbox.commit("lone")
    assert repo.merge_base(side, main) == first
    assert repo.merge_base(side, lone) is None
    assert repo.is_ancestor(first, side)
    assert repo.is_ancestor(side, side)
    assert not repo.is_ancestor(side, main)
    with pytest.raises(GitError):
        repo.is_ancestor("nowhere", side)


def test_shallow(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.commit("first")
    sandbox.commit("second")
    sandbox.git("clone", "-q", "--depth=1", f"file://{sandbox.root}", str(tmp_path / "shallow"))
    assert Repository.find(str(tmp_path / "shallow")).is_shallow()
    assert not Repository.find(str(sandbox.root)).is_shallow()


def test_config_hooks_and_branch(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first")
    assert repo.config("guard.none") == ""
    sandbox.git("config", "guard.word", " two words\n")
    assert repo.config("guard.word") == " two words\n"
    assert repo.hooks_dir() == str(sandbox.root / ".git/hooks")
    sandbox.git("config", "core.hooksPath", "tools/hooks")
    assert repo.hooks_dir() == str(sandbox.root / "tools/hooks")
    sandbox.git("checkout", "-q", "-b", "topic/a")
    assert repo.branch() == "topic/a"
    sandbox.git("checkout", "-q", "--detach")
    assert repo.branch() == ""


def test_a_failing_call_says_what_git_said(repo: Repository) -> None:
    with pytest.raises(GitError) as caught:
        repo.git("cat-file", "-p", "nowhere")
    assert caught.value.message == "git cat-file failed: Not a valid object name nowhere"
    assert caught.value.hint
    assert repo.git("config", "--get", "guard.none", ok=(0, 1)) == b""


def test_the_complaint_is_not_a_trace_or_a_hint() -> None:
    assert complaint(b"12:00 trace: built-in\nwarning: x\nhint: y\nerror: bad thing\nfatal: worse") == "bad thing"
    assert complaint(b"just this\n") == "just this"
    assert complaint(b"") == ""


def test_text_and_raw_are_inverse() -> None:
    data = bytes(range(256))
    assert raw(text(data)) == data


def test_the_environment_never_holds_what_changes_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS", "GIT_NOTES_REF", "GIT_GLOB_PATHSPECS", "GIT_DIR"):
        monkeypatch.setenv(name, "x")
    here = git_environment(here=True)
    assert here["GIT_DIR"] == "x"
    assert not {"GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS", "GIT_NOTES_REF", "GIT_GLOB_PATHSPECS"} & here.keys()
    elsewhere = git_environment(here=False)
    assert "GIT_DIR" not in elsewhere
    for environment in (here, elsewhere):
        assert environment["GIT_NO_REPLACE_OBJECTS"] == "1"
        assert environment["GIT_OPTIONAL_LOCKS"] == "0"
        assert environment["LC_ALL"] == "C"


def test_a_repository_of_somebody_else_is_refused_with_the_way_out(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(GitError) as caught:
        Repository.find(str(sandbox.root))
    assert "safe.directory" in caught.value.hint
