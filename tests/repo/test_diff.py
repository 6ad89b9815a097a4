from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from delegation_guard.errors import GitError
from delegation_guard.model.change import ABSENT, FileChange
from delegation_guard.repo.diff import between
from delegation_guard.repo.repository import Repository, raw, text
from support import Sandbox

if TYPE_CHECKING:
    from pathlib import Path

ODD = ("new\nline.py", "tab\there.py", 'quo"te.py', "back\\slash.py", "ümlaut.py", "sp ace.py", text(b"latin\xe9.py"))


def changes(repo: Repository, base: str = "HEAD~1", head: str = "HEAD") -> tuple[FileChange, ...]:
    return between(repo, repo.tree_of(base), repo.tree_of(head))


def summary(repo: Repository) -> list[tuple[str, str, str, str]]:
    return [(file.path, file.status, file.old_mode, file.new_mode) for file in changes(repo)]


def test_no_change(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": "a\n"})
    sandbox.commit("second")
    assert changes(repo) == ()


def test_added_modified_deleted(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": "a\n", "b.txt": "b\n"})
    old_a, old_b = sandbox.git("rev-parse", "HEAD:a.txt"), sandbox.git("rev-parse", "HEAD:b.txt")
    sandbox.commit("second", {"a.txt": "A\n", "b.txt": None, "c/d.txt": "d\n"})
    assert changes(repo) == (
        FileChange("a.txt", "M", "100644", "100644", old_a, sandbox.git("rev-parse", "HEAD:a.txt")),
        FileChange("b.txt", "D", "100644", ABSENT, old_b, ""),
        FileChange("c/d.txt", "A", ABSENT, "100644", "", sandbox.git("rev-parse", "HEAD:c/d.txt")),
    )


def test_both_ends_of_a_rename_and_of_a_case_only_rename(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.git("config", "diff.renames", "copies")
    sandbox.commit("first", {"old.py": "x = 1\n" * 9, "src/m.py": "y = 1\n" * 9})
    sandbox.git("mv", "old.py", "new.py")
    sandbox.git("mv", "-f", "src/m.py", "src/M.py")
    sandbox.commit("second")
    assert [(file.path, file.status) for file in changes(repo)] == [
        ("new.py", "A"), ("old.py", "D"), ("src/M.py", "A"), ("src/m.py", "D"),
    ]  # fmt: skip


def test_mode_symlink_submodule_and_folder_for_file(sandbox: Sandbox, repo: Repository) -> None:
    first = sandbox.commit("first", {"run.sh": "x\n", "link": "target", "sub": "s\n", "d": "file\n"})
    (sandbox.root / "run.sh").chmod(0o755)
    (sandbox.root / "link").unlink()
    os.symlink("target", sandbox.root / "link")
    (sandbox.root / "d").unlink()
    sandbox.write({"d/e": "file\n"})
    sandbox.git("add", "-A")
    sandbox.git("update-index", "--cacheinfo", f"160000,{first},sub")
    sandbox.git("commit", "-q", "-m", "second")
    assert summary(repo) == [
        ("d", "D", "100644", ABSENT), ("d/e", "A", ABSENT, "100644"), ("link", "T", "100644", "120000"),
        ("run.sh", "M", "100644", "100755"), ("sub", "T", "100644", "160000"),
    ]  # fmt: skip
    found = {file.path: file for file in changes(repo)}
    assert found["run.sh"].mode_only
    assert found["sub"].new_oid == first
    assert found["link"].old_oid == found["link"].new_oid


def test_a_submodule_bump_is_seen_whatever_gitmodules_says(sandbox: Sandbox, repo: Repository) -> None:
    modules = '[submodule "sub"]\n\tpath = sub\n\turl = ./sub\n\tignore = all\n'
    first = sandbox.commit("first", {".gitmodules": modules})
    sandbox.git("update-index", "--add", "--cacheinfo", f"160000,{first},sub")
    sandbox.git("commit", "-q", "-m", "one")
    sandbox.git("update-index", "--cacheinfo", f"160000,{sandbox.git('rev-parse', 'HEAD')},sub")
    sandbox.git("commit", "-q", "-m", "two")
    sandbox.git("config", "diff.ignoreSubmodules", "all")
    sandbox.git("config", "submodule.sub.ignore", "all")
    assert sandbox.git("diff", "--raw", "HEAD~1", "HEAD") == "", "the trap is set"
    assert summary(repo) == [("sub", "M", "160000", "160000")]


@pytest.mark.parametrize("path", ODD)
def test_odd_paths(sandbox: Sandbox, repo: Repository, path: str) -> None:
    sandbox.commit("first")
    with open(os.path.join(os.fsencode(sandbox.root), raw(path)), "wb") as stream:
        stream.write(b"x\n")
    sandbox.commit("second")
    assert [file.path for file in changes(repo)] == [path]


SETTINGS = {
    "diff.noprefix": "true", "diff.mnemonicPrefix": "true", "diff.external": "true", "color.ui": "always",
    "color.diff": "always", "diff.orderFile": "/nonexistent", "diff.renames": "copies", "diff.relative": "true",
    "diff.submodule": "log", "core.quotePath": "true", "diff.ignoreSubmodules": "all", "core.abbrev": "4",
    "diff.interHunkContext": "9", "diff.statGraphWidth": "1", "diff.suppressBlankEmpty": "true",
    "core.pager": "false", "log.showSignature": "true", "diff.wsErrorHighlight": "all", "diff.algorithm": "patience",
}  # fmt: skip


@pytest.mark.parametrize("key", SETTINGS)
def test_no_setting_changes_the_answer(sandbox: Sandbox, repo: Repository, key: str) -> None:
    sandbox.commit("first", {"sub/a.py": "x = 1\n" * 5, "b.py": "y\n"})
    sandbox.commit("second", {"sub/a.py": None, "sub/c.py": "x = 1\n" * 5, "b.py": "z\n"})
    before = changes(repo)
    assert len(before) == 3
    sandbox.git("config", key, SETTINGS[key])
    assert changes(Repository.find(str(sandbox.root / "sub"))) == before


def test_no_program_runs_and_no_attribute_hides(sandbox: Sandbox, repo: Repository, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    sandbox.git("config", "diff.odd.textconv", f"touch {mark}; true")
    sandbox.git("config", "diff.odd.command", f"touch {mark}; true")
    sandbox.git("config", "diff.external", f"touch {mark}; true")
    sandbox.commit("first", {".gitattributes": "*.py diff=odd\n*.txt -diff binary\n", "a.py": "1\n", "a.txt": "1\n"})
    sandbox.commit("second", {"a.py": "2\n", "a.txt": "2\n"})
    assert [file.path for file in changes(repo)] == ["a.py", "a.txt"]
    assert not mark.exists()


def test_replace_refs_do_not_count(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": "a\n"})
    base = repo.tree_of("HEAD")
    sandbox.commit("second", {"a.txt": "b\n"})
    head = repo.tree_of("HEAD")
    sandbox.git("replace", base, head)
    assert [file.path for file in between(repo, base, head)] == ["a.txt"]


@pytest.mark.parametrize("tree", ["HEAD", "", "--cached", "1" * 40])
def test_what_is_not_a_tree_is_an_error(sandbox: Sandbox, repo: Repository, tree: str) -> None:
    sandbox.commit("first")
    with pytest.raises(GitError):
        between(repo, repo.head_tree(), tree)


def test_a_tree_that_lists_a_path_twice_is_an_error(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": "a\n", "b.txt": "b\n"})
    entries = b"".join(
        b"100644 a.txt\0" + bytes.fromhex(sandbox.git("rev-parse", f"HEAD:{name}")) for name in ("a.txt", "b.txt")
    )
    tree = repo.git("hash-object", "-t", "tree", "-w", "--stdin", "--literally", data=entries).decode().strip()
    with pytest.raises(GitError, match="twice"):
        between(repo, repo.empty_tree(), tree)


def test_bare(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.commit("first", {"a.txt": "a\n"})
    sandbox.commit("second", {"a.txt": "b\n"})
    sandbox.git("clone", "-q", "--bare", str(sandbox.root), str(tmp_path / "bare"))
    assert [file.path for file in changes(Repository.find(str(tmp_path / "bare")))] == ["a.txt"]


NAMES = st.binary(min_size=1, max_size=6).filter(
    lambda name: not {0, 47} & set(name) and name not in (b".", b"..") and name.lower() != b".git"
)
FILES = st.dictionaries(NAMES, st.binary(max_size=3), max_size=5)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FILES, FILES)
def test_any_two_trees(repo: Repository, before: dict[bytes, bytes], after: dict[bytes, bytes]) -> None:
    def tree(files: dict[bytes, bytes]) -> str:
        lines = b""
        for name, data in files.items():
            oid = repo.git("hash-object", "-w", "--stdin", data=data).strip()
            lines += b"100644 blob " + oid + b"\t" + name + b"\0"
        return repo.git("mktree", "-z", data=lines).decode().strip()

    expected = sorted(text(name) for name in {*before, *after} if before.get(name) != after.get(name))
    base, head = tree(before), tree(after)
    assert [file.path for file in between(repo, base, head)] == expected
    with repo.objects() as objects:
        for name, data in after.items():
            assert objects.read(head, text(name)) == data
