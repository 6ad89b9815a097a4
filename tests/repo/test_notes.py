from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from delegation_guard.errors import EvidenceError, GitError
from delegation_guard.repo import notes
from delegation_guard.repo.repository import Repository

if TYPE_CHECKING:
    from pathlib import Path

    from support import Sandbox


def test_lines_are_kept_in_order_and_once(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": "a\n"})
    tree = repo.head_tree()
    assert notes.read(repo, tree) == notes.annotated(repo) == ()
    for line in ('{"b": 1}', '{"a": "é\udcff"}', '{"b": 1}', " padded "):
        notes.append(repo, tree, line)
    assert notes.read(repo, tree) == ('{"b": 1}', '{"a": "é\udcff"}', " padded ")
    assert notes.annotated(repo) == (tree,)
    assert sandbox.git("log", "--format=%an", "refs/notes/delegation-guard").split("\n") == ["delegation-guard"] * 3
    assert sandbox.git("status", "--porcelain") == ""


@pytest.mark.parametrize("line", ["", "  ", "a\nb", "a\r", "a\0b", "\n"])
def test_only_single_lines(sandbox: Sandbox, repo: Repository, line: str) -> None:
    sandbox.commit("first")
    with pytest.raises(EvidenceError):
        notes.append(repo, repo.head_tree(), line)
    assert notes.annotated(repo) == ()


@pytest.mark.parametrize("oid", ["HEAD", "", "abc", "../x", "A" * 40])
def test_only_full_ids(repo: Repository, oid: str) -> None:
    with pytest.raises(EvidenceError):
        notes.append(repo, oid, "x")
    with pytest.raises(EvidenceError):
        notes.read(repo, oid)


def test_gits_own_notes_command_understands_them(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": "a\n"})
    tree = repo.head_tree()
    notes.append(repo, tree, "one")
    assert sandbox.git("notes", "--ref=delegation-guard", "show", tree) == "one"
    sandbox.git("notes", "--ref=delegation-guard", "append", "-m", "two", tree)
    notes.append(repo, tree, "three")
    assert notes.read(repo, tree) == ("one", "two", "three")
    sandbox.git("notes", "--ref=delegation-guard", "remove", tree)
    assert notes.read(repo, tree) == notes.annotated(repo) == ()


def test_many_notes_are_fanned_out_by_git_and_still_found(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": "a\n"})
    blob = repo.git("hash-object", "-w", "--stdin", data=b"old\n").decode().strip()
    oids = [f"{number:02x}" * 20 for number in range(256)] + [f"{number:04x}" * 10 for number in range(600)]
    with_fanout = "".join(f"100644 {blob}\t{oid[:2]}/{oid[2:]}\0" for oid in sorted(set(oids)))
    index = {"GIT_INDEX_FILE": str(sandbox.root / ".git/notes-index")}
    repo.git("update-index", "-z", "--index-info", data=with_fanout.encode(), environment=index)
    tree = repo.git("write-tree", environment=index).decode().strip()
    sandbox.git("update-ref", notes.REF, sandbox.git("commit-tree", tree, "-m", "fan out"))
    assert notes.read(repo, oids[7]) == ("old",)
    notes.append(repo, oids[7], "new")
    notes.append(repo, "ab" * 10 + "cd" * 10, "flat")
    assert notes.read(repo, oids[7]) == ("old", "new")
    assert notes.read(repo, "ab" * 10 + "cd" * 10) == ("flat",)
    assert sandbox.git("notes", "--ref=delegation-guard", "show", oids[7]) == "old\nnew"
    assert sandbox.git("notes", "--ref=delegation-guard", "show", "ab" * 10 + "cd" * 10) == "flat"
    assert len(notes.annotated(repo)) == len({*oids, "ab" * 10 + "cd" * 10})


def test_two_notes_of_one_object_are_read_as_one(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": "a\n"})
    oid = repo.head_tree()
    index = {"GIT_INDEX_FILE": str(sandbox.root / ".git/notes-index")}
    lines = ""
    for path, words in ((oid, b"flat\nboth\n"), (f"{oid[:2]}/{oid[2:]}", b"fanned\nboth\n")):
        blob = repo.git("hash-object", "-w", "--stdin", data=words).decode().strip()
        lines += f"100644 {blob}\t{path}\0"
    repo.git("update-index", "-z", "--index-info", data=lines.encode(), environment=index)
    tree = repo.git("write-tree", environment=index).decode().strip()
    sandbox.git("update-ref", notes.REF, sandbox.git("commit-tree", tree, "-m", "both"))
    assert set(notes.read(repo, oid)) == {"flat", "both", "fanned"}
    notes.append(repo, oid, "more")
    assert set(notes.read(repo, oid)) == {"flat", "both", "fanned", "more"}
    assert len(repo.git("ls-tree", "-r", notes.REF).splitlines()) == 1


def test_no_setting_moves_a_receipt(sandbox: Sandbox, repo: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    for key, value in {
        "notes.rewriteRef": "refs/notes/*", "notes.rewriteMode": "concatenate", "notes.rewrite.amend": "true",
        "core.notesRef": "refs/notes/other", "notes.displayRef": "refs/notes/other", "notes.mergeStrategy": "ours",
    }.items():  # fmt: skip
        sandbox.git("config", key, value)
    monkeypatch.setenv("GIT_NOTES_REF", "refs/notes/third")
    head = sandbox.commit("first", {"a.txt": "a\n"})
    repo = Repository.find(repo.root)
    notes.append(repo, repo.head_tree(), "of the tree")
    notes.append(repo, head, "of the commit")
    sandbox.write({"a.txt": "cheat\n"})
    sandbox.git("commit", "-q", "-a", "--amend", "-m", "rewritten")
    amended = sandbox.git("rev-parse", "HEAD")
    assert notes.read(repo, amended) == ("of the commit",), "the trap is set: git carries commit notes along"
    assert notes.read(repo, repo.head_tree()) == (), "a note on a tree stays on that tree"
    assert sandbox.git("for-each-ref", "--format=%(refname)", "refs/notes") == notes.REF


def test_too_many_or_too_large_is_an_error_and_not_a_cut(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": "a\n"})
    tree = repo.head_tree()
    note = ("notes", "--ref=delegation-guard", "add", "-f", "-F", "-", tree)
    sandbox.git(*note, data="".join(f"{number}\n" for number in range(64)))
    assert len(notes.read(repo, tree)) == 64
    notes.append(repo, tree, "7")
    with pytest.raises(EvidenceError, match="as many receipts as it may have"):
        notes.append(repo, tree, "one more")
    sandbox.git(*note, data="".join(f"{number}\n" for number in range(65)))
    with pytest.raises(EvidenceError, match="more than 64 receipts") as caught:
        notes.read(repo, tree)
    assert f"remove {tree}" in caught.value.hint
    sandbox.git(*note, data="x" * 1_100_000)
    with pytest.raises(EvidenceError, match="larger than 1 MB"):
        notes.read(repo, tree)
    sandbox.git("notes", "--ref=delegation-guard", "remove", tree)
    with pytest.raises(EvidenceError):
        notes.append(repo, tree, "x" * 1_000_000)


def test_damaged_notes_are_an_error(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": "a\n"})
    tree = repo.head_tree()
    notes.append(repo, tree, "one")
    blob = sandbox.git("rev-parse", f"{notes.REF}:{tree}")
    (sandbox.root / ".git/objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(GitError, match=blob):
        notes.read(repo, tree)
    with pytest.raises(GitError):
        notes.append(repo, tree, "two")


APPEND = """
import sys
from delegation_guard.repo import notes
from delegation_guard.repo.repository import Repository
repo = Repository.find(sys.argv[1])
for number in range(6):
    notes.append(repo, sys.argv[2], f"{sys.argv[3]}-{number}")
"""


def test_appending_at_the_same_time_loses_nothing(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": "a\n"})
    tree = repo.head_tree()
    running = [
        subprocess.Popen([sys.executable, "-I", "-c", APPEND, str(sandbox.root), tree, str(name)]) for name in range(5)
    ]
    assert [process.wait() for process in running] == [0] * 5
    assert set(notes.read(repo, tree)) == {f"{name}-{number}" for name in range(5) for number in range(6)}


@pytest.mark.parametrize("content", ["garbage\n", "", f"{'12' * 20}\n"])
def test_a_ref_that_leads_nowhere_is_not_the_same_as_no_receipts(
    sandbox: Sandbox, repo: Repository, content: str
) -> None:
    sandbox.commit("first", {"a.txt": "a\n"})
    assert notes.annotated(repo) == ()
    sandbox.write({f".git/{notes.REF}": content})
    for ask in (
        lambda: notes.annotated(repo), lambda: notes.read(repo, repo.head_tree()), lambda: notes.recent(repo, 3),
        lambda: notes.append(repo, repo.head_tree(), "one"),
    ):  # fmt: skip
        with pytest.raises(GitError, match="leads to no commit") as caught:
            ask()
    sandbox.run("sh", "-c", caught.value.hint.partition(": ")[2], check=False)
    notes.append(repo, repo.head_tree(), "one")
    assert notes.read(repo, repo.head_tree()) == ("one",)


def test_a_lock_that_stays_is_an_error(sandbox: Sandbox, repo: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox.commit("first", {"a.txt": "a\n"})
    notes.append(repo, repo.head_tree(), "one")
    (sandbox.root / ".git" / f"{notes.REF}.lock").touch()
    monkeypatch.setattr(notes, "_ATTEMPTS", 3)
    with pytest.raises(GitError, match="could not be noted"):
        notes.append(repo, repo.head_tree(), "two")
    (sandbox.root / ".git" / f"{notes.REF}.lock").unlink()
    assert notes.read(repo, repo.head_tree()) == ("one",)


def test_from_a_worktree_a_bare_repository_and_before_the_first_commit(sandbox: Sandbox, tmp_path: Path) -> None:
    unborn = Repository.find(str(sandbox.root))
    notes.append(unborn, unborn.head_tree(), "empty")
    sandbox.commit("first", {"a.txt": "a\n"})
    sandbox.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    side = Repository.find(str(tmp_path / "side"))
    notes.append(side, side.head_tree(), "one")
    assert notes.read(unborn, side.head_tree()) == ("one",)
    sandbox.git("clone", "-q", "--mirror", str(sandbox.root), str(tmp_path / "bare"))
    bare = Repository.find(str(tmp_path / "bare"))
    notes.append(bare, side.head_tree(), "two")
    assert notes.read(bare, side.head_tree()) == ("one", "two")
    assert notes.annotated(bare) == tuple(sorted((unborn.empty_tree(), side.head_tree())))


def test_the_latest_come_first_whatever_the_settings(sandbox: Sandbox, repo: Repository) -> None:
    oids = [digit * 40 for digit in "123"]
    assert notes.recent(repo, 5) == ()
    for oid in (*oids, oids[0]):
        notes.append(repo, oid, f"{len(notes.read(repo, oid))}")
    for key, value in {"log.showSignature": "true", "diff.orderFile": "/nonexistent", "color.ui": "always"}.items():
        sandbox.git("config", key, value)
    assert notes.recent(repo, 5) == (oids[0], oids[2], oids[1])
    assert notes.recent(repo, 2) == (oids[0], oids[2])


def test_receipts_in_packed_refs_are_found(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": "a\n"})
    tree = repo.head_tree()
    notes.append(repo, tree, "one")
    sandbox.git("pack-refs", "--all")
    assert not (sandbox.root / ".git" / notes.REF).exists()
    assert notes.read(repo, tree) == ("one",)
    notes.append(repo, tree, "two")
    assert notes.read(repo, tree) == ("one", "two")
