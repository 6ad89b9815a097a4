from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from delegation_guard.errors import GitError
from delegation_guard.repo.diff import between
from delegation_guard.repo.index import staged_tree
from delegation_guard.repo.merges import clean_merge, merge_head

if TYPE_CHECKING:
    from pathlib import Path

    from delegation_guard.repo.repository import Repository
    from support import Sandbox

LINES = "".join(f"{number}\n" for number in range(20))


def fork(sandbox: Sandbox, main: dict[str, str | bytes | None], side: dict[str, str | bytes | None]) -> None:
    sandbox.git("checkout", "-q", "-b", "side")
    sandbox.commit("side", side)
    sandbox.git("checkout", "-q", "main")
    sandbox.commit("main", main)


def merge(sandbox: Sandbox, *names: str) -> str:
    sandbox.git("merge", "-q", "--no-ff", "--no-edit", *names)
    return sandbox.git("rev-parse", "HEAD^{tree}")


def test_a_clean_merge_is_what_git_makes_of_it(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": LINES})
    fork(sandbox, {"a.txt": "x\n" + LINES}, {"a.txt": LINES + "y\n", "b.txt": "b\n"})
    expected = clean_merge(repo, ["main", "side"])
    assert expected == merge(sandbox, "side")
    assert clean_merge(repo, ["HEAD^1", "HEAD^2"]) == expected
    assert sandbox.git("status", "--porcelain") == ""


def test_an_evil_merge_differs_from_it_by_what_was_smuggled_in(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": LINES, "c.txt": "c\n"})
    fork(sandbox, {"a.txt": "x\n" + LINES}, {"b.txt": "b\n"})
    sandbox.git("merge", "-q", "--no-ff", "--no-commit", "side")
    assert merge_head(repo) == (sandbox.git("rev-parse", "side"),)
    expected = clean_merge(repo, ["HEAD", *merge_head(repo)])
    assert staged_tree(repo) == expected
    sandbox.commit("merge", {"c.txt": "evil\n"})
    assert merge_head(repo) == ()
    assert expected is not None
    assert [file.path for file in between(repo, expected, repo.head_tree())] == ["c.txt"]


def test_conflicts_and_unrelated_histories_are_none(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": "a\n"})
    fork(sandbox, {"a.txt": "main\n"}, {"a.txt": "side\n"})
    assert clean_merge(repo, ["main", "side"]) is None
    sandbox.git("checkout", "-q", "--orphan", "lone")
    sandbox.commit("lone")
    assert clean_merge(repo, ["main", "lone"]) is None


def test_an_octopus(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": LINES})
    for name in ("one", "two", "three"):
        sandbox.git("checkout", "-q", "-b", name, "main")
        sandbox.commit(name, {f"{name}.txt": "x\n"})
    sandbox.git("checkout", "-q", "main")
    sandbox.commit("main", {"a.txt": "x\n" + LINES})
    parents = ["main", "one", "two", "three"]
    expected = clean_merge(repo, parents)
    assert expected == merge(sandbox, "one", "two", "three")
    sandbox.git("checkout", "-q", "-b", "other", "main~1")
    sandbox.commit("other", {"two.txt": "conflict\n"})
    assert clean_merge(repo, ["one", "two", "other"]) is None


def test_settings_do_not_change_the_answer(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": LINES})
    sandbox.git("checkout", "-q", "-b", "side")
    sandbox.git("mv", "a.txt", "b.txt")
    sandbox.commit("side")
    sandbox.git("checkout", "-q", "main")
    sandbox.commit("main", {"a.txt": "x\n" + LINES})
    expected = clean_merge(repo, ["main", "side"])
    assert expected is not None
    for key, value in {"merge.renames": "false", "diff.renames": "false", "merge.conflictStyle": "zdiff3"}.items():
        sandbox.git("config", key, value)
    assert clean_merge(repo, ["main", "side"]) == expected


def test_attributes_count_as_the_first_parent_has_them(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"CHANGES": "start\n", ".gitattributes": "CHANGES merge=union\n"})
    fork(sandbox, {"CHANGES": "start\nmain\n"}, {"CHANGES": "start\nside\n"})
    expected = clean_merge(repo, ["main", "side"])
    assert expected is not None
    sandbox.write({".gitattributes": ""})
    assert clean_merge(repo, ["main", "side"]) == expected, "the work tree plays no part"
    sandbox.git("checkout", "-q", "-f", "main")
    assert merge(sandbox, "side") == expected


def test_replace_refs_do_not_count(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": LINES})
    fork(sandbox, {"b.txt": "b\n"}, {"c.txt": "c\n"})
    expected = clean_merge(repo, ["main", "side"])
    sandbox.git("replace", sandbox.git("rev-parse", "side"), sandbox.git("rev-parse", "main"))
    assert clean_merge(repo, ["main", "side"]) == expected


def test_missing_parents_are_an_error(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first")
    for parents in (["HEAD"], [], ["HEAD", "nowhere"], ["HEAD", "1" * 40]):
        with pytest.raises(GitError):
            clean_merge(repo, parents)


def test_a_missing_blob_is_an_error_and_not_a_conflict(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": LINES})
    fork(sandbox, {"a.txt": "x\n" + LINES}, {"a.txt": LINES + "y\n"})
    oid = sandbox.git("rev-parse", "side:a.txt")
    (sandbox.root / ".git/objects" / oid[:2] / oid[2:]).unlink()
    with pytest.raises(GitError):
        clean_merge(repo, ["main", "side"])


def test_a_git_without_merge_tree_gives_none(
    sandbox: Sandbox, repo: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.commit("first", {"a.txt": LINES})
    fork(sandbox, {"b.txt": "b\n"}, {"c.txt": "c\n"})
    real = sandbox.run("sh", "-c", "command -v git").stdout.strip()
    old = tmp_path / "bin/git"
    old.parent.mkdir()
    old.write_text(
        "#!/bin/sh\nfor word in \"$@\"; do [ \"$word\" = --write-tree ] && { echo 'usage: git merge-tree <base> "
        f"<b1> <b2>' >&2; exit 129; }}; done\nexec {real} \"$@\"\n"
    )
    old.chmod(old.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{old.parent}:/usr/bin:/bin")
    assert clean_merge(type(repo).find(repo.root), ["main", "side"]) is None


def test_merge_head_of_an_octopus_in_progress_and_rubbish(sandbox: Sandbox, repo: Repository) -> None:
    head = sandbox.commit("first")
    (sandbox.root / ".git/MERGE_HEAD").write_text(f"{head}\n{'1' * 40}\n")
    assert merge_head(repo) == (head, "1" * 40)
    for rubbish in ("", "HEAD\n", "x"):
        (sandbox.root / ".git/MERGE_HEAD").write_text(rubbish)
        with pytest.raises(GitError, match="MERGE_HEAD"):
            merge_head(repo)
