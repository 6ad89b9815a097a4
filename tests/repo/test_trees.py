from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from delegation_guard.errors import GitError
from delegation_guard.model.change import Entry
from delegation_guard.repo.outgoing import default_branch, first_parent_base, outgoing
from delegation_guard.repo.trees import conflicted_merge, merge_entries, with_entries

if TYPE_CHECKING:
    from delegation_guard.repo.repository import Repository
    from support import Sandbox

LINES = "".join(f"{number}\n" for number in range(9))


def blob(sandbox: Sandbox, text: str, mode: str = "100644") -> Entry:
    return Entry(mode, sandbox.git("hash-object", "-w", "--stdin", data=text))


def test_some_entries_of_another_tree(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("base", {"a": "1\n", "d/b": "2\n", "odd\udcff\nname": "3\n"})
    tree = repo.head_tree()
    entry = blob(sandbox, "new\n", "100755")
    made = with_entries(repo, tree, {"d": entry, "a": None, "odd\udcff\nname": entry, "e/f/g": entry})
    with repo.objects() as objects:
        assert objects.paths(made) == ("d", "e/f/g", "odd\udcff\nname")
        assert objects.entry(made, "d") == entry
    assert with_entries(repo, tree, {}) == tree
    assert sandbox.git("status", "--porcelain") == ""


def test_a_merge_git_cannot_finish(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("base", {"a": LINES, "b": "1\n"})
    sandbox.git("switch", "-qc", "side")
    sandbox.commit("side", {"a": LINES.replace("4", "side"), "b": "2\n"})
    sandbox.git("switch", "-q", "main")
    sandbox.commit("main", {"a": LINES.replace("4", "main")})
    found = conflicted_merge(repo, "main", "side")
    assert found
    tree, paths = found
    assert paths == ("a",)
    with repo.objects() as objects:
        assert objects.read(tree, "b") == b"2\n"
    sandbox.git("checkout", "-q", "--orphan", "other")
    sandbox.commit("other")
    assert conflicted_merge(repo, "main", "other") is None


@pytest.mark.parametrize(
    ("ours", "base", "theirs", "worked", "result"),
    [
        ("x\n", "x\n", "y\n", True, "y\n"),
        ("y\n", "x\n", "x\n", True, "y\n"),
        ("y\n", "x\n", "y\n", True, "y\n"),
        (None, "x\n", "x\n", True, None),
        ("x\n", "x\n", None, True, None),
        ("y\n", "x\n", None, False, "y\n"),
        (None, None, "y\n", True, "y\n"),
        ("x\n", None, "y\n", False, "x\n"),
        ("1\n", "0\n", "2\n", False, "1\n"),
        ("\0one", "\0base", "\0two", False, "\0one"),
        (LINES.replace("1", "one"), LINES, LINES.replace("7", "seven"), True, None),
    ],
)
def test_one_path_from_three_sides(
    sandbox: Sandbox, repo: Repository, ours: str | None, base: str | None, theirs: str | None, worked: bool,
    result: str | None,
) -> None:  # fmt: skip
    if result is None and ours and theirs:
        result = LINES.replace("1", "one").replace("7", "seven")
    entries = [None if text is None else blob(sandbox, text) for text in (ours, base, theirs)]
    with repo.objects() as objects:
        done, entry = merge_entries(repo, objects, *entries)
        assert (done, None if entry is None else objects.blob(entry.oid).decode()) == (worked, result)


def test_a_mode_is_merged_beside_the_content(sandbox: Sandbox, repo: Repository) -> None:
    base, theirs = blob(sandbox, "x\n"), blob(sandbox, "x\n", "100755")
    with repo.objects() as objects:
        merged = merge_entries(repo, objects, blob(sandbox, "y\n"), base, theirs)
        assert merged == (True, blob(sandbox, "y\n", "100755"))
        link = blob(sandbox, "y", "120000")
        assert merge_entries(repo, objects, link, base, theirs) == (False, link)


def test_what_a_push_would_publish(sandbox: Sandbox, repo: Repository, tmp_path) -> None:
    base = sandbox.commit("base", {"a": "1\n"})
    sandbox.git("init", "-q", "--bare", str(tmp_path / "origin.git"))
    sandbox.git("remote", "add", "origin", str(tmp_path / "origin.git"))
    assert default_branch(repo) == ""
    assert outgoing(repo, base, "") == (base,)
    sandbox.git("push", "-q", "origin", "main")
    assert default_branch(repo) == base
    one, two = sandbox.commit("one"), sandbox.commit("two")
    assert outgoing(repo, two, base) == outgoing(repo, two, "") == outgoing(repo, two, "9" * 40) == (one, two)
    assert first_parent_base(repo, two, frozenset({one, two})) == base
    assert first_parent_base(repo, two, frozenset({base, one, two})) == ""
    assert outgoing(repo, repo.head_tree(), "") == ()
    with pytest.raises(GitError):
        first_parent_base(repo, "9" * 40, frozenset())
