from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from delegation_guard.errors import GitError
from delegation_guard.repo.diff import between
from delegation_guard.repo.specfile import commit_file

if TYPE_CHECKING:
    from delegation_guard.repo.repository import Repository
    from support import Sandbox

PATH = ".delegation/specs/T-1.md"


@pytest.fixture
def identity(sandbox: Sandbox) -> None:
    sandbox.git("config", "user.name", "Ann Author")
    sandbox.git("config", "user.email", "ann@example.invalid")


def test_without_a_name_the_way_out_is_named(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.git("config", "user.useConfigOnly", "true")
    with pytest.raises(GitError) as caught:
        commit_file(repo, PATH, b"TASK\n", "Hand off T-1")
    assert "git config user.name" in caught.value.hint
    assert repo.head() is None


@pytest.mark.parametrize("born", [True, False])
def test_one_file_is_committed_and_everything_else_stays_as_it_was(
    sandbox: Sandbox, repo: Repository, born: bool, identity: None
) -> None:
    if born:
        sandbox.commit("first", {"a.txt": "a\n", "b.txt": "b\n"})
    else:
        sandbox.write({"a.txt": "a\n", "b.txt": "b\n"})
        sandbox.git("add", "-A")
    base = repo.head_tree()
    sandbox.write({"a.txt": "A\n", "new.txt": "n\n"})
    sandbox.git("add", "a.txt")
    sandbox.write({"b.txt": "B\n"})
    before = sandbox.git("status", "--porcelain")
    oid = commit_file(repo, PATH, b"TASK\r\n", "Hand off T-1\n\nbody")
    assert repo.head() == oid
    assert [(file.path, file.status) for file in between(repo, base, repo.head_tree())] == [(PATH, "A")]
    with repo.objects() as objects:
        assert objects.read(repo.head_tree(), PATH) == b"TASK\r\n"
    assert (sandbox.root / PATH).read_bytes() == b"TASK\r\n"
    assert sandbox.git("status", "--porcelain") == before
    assert sandbox.git("log", "-1", "--format=%s", oid) == "Hand off T-1"


def test_the_same_file_again(sandbox: Sandbox, repo: Repository, identity: None) -> None:
    sandbox.commit("first", {PATH: "one\n"})
    commit_file(repo, PATH, b"two\n", "Amend T-1")
    assert sandbox.git("show", f"HEAD:{PATH}") == "two"
    assert sandbox.git("status", "--porcelain") == ""
