from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from delegation_guard.errors import GitError
from delegation_guard.repo.checkout import Checkout, remove_stale
from delegation_guard.repo.index import staged_tree, worktree_tree
from delegation_guard.repo.repository import Repository

if TYPE_CHECKING:
    from support import Sandbox


def files(path: str) -> list[str]:
    found = []
    for folder, folders, names in os.walk(path):
        folders[:] = [name for name in folders if name != ".git"]
        found += [os.path.relpath(os.path.join(folder, name), path) for name in names]
    return sorted(name for name in found if name != ".git")


def worktrees(sandbox: Sandbox) -> int:
    return sandbox.git("worktree", "list").count("\n") + 1


def state(sandbox: Sandbox) -> list[str]:
    return [sandbox.git(*question.split()) for question in ("status --porcelain", "for-each-ref", "rev-parse HEAD")]


def test_exactly_the_files_of_the_tree(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": "a\n", ".gitignore": "secret.py\n", "d/run.sh": "#!/bin/sh\n"})
    (sandbox.root / "d/run.sh").chmod(0o755)
    sandbox.write({"a.txt": "A\n", "secret.py": "x\n", "new.txt": "n\n"})
    tree = worktree_tree(repo)
    before = state(sandbox)
    with Checkout(repo, tree) as checkout:
        assert files(checkout.path) == [".gitignore", "a.txt", "d/run.sh", "new.txt"]
        assert (Path(checkout.path) / "a.txt").read_text() == "A\n"
        assert os.access(os.path.join(checkout.path, "d/run.sh"), os.X_OK)
        inside = Repository.find(checkout.path)
        assert inside.head_tree() == staged_tree(inside) == tree
        assert inside.branch() == ""
        assert inside.common_dir == repo.common_dir
        assert checkout.changed() == ()
        assert worktrees(sandbox) == 2
    assert not os.path.exists(os.path.dirname(checkout.path))
    assert worktrees(sandbox) == 1
    assert not (sandbox.root / ".git/worktrees").exists()
    assert state(sandbox) == before


def test_attributes_leave_nothing_out(sandbox: Sandbox, repo: Repository) -> None:
    attributes = "tests/ export-ignore\n*.py export-subst\n"
    sandbox.commit("first", {".gitattributes": attributes, "tests/t.py": "$Format:%H$\n"})
    with Checkout(repo, repo.head_tree()) as checkout:
        assert files(checkout.path) == [".gitattributes", "tests/t.py"]
        assert (Path(checkout.path) / "tests/t.py").read_text() == "$Format:%H$\n"


@pytest.mark.parametrize("sparse_index", ["--no-sparse-index", "--sparse-index"])
def test_a_sparse_checkout_is_not_passed_on(sandbox: Sandbox, repo: Repository, sparse_index: str) -> None:
    sandbox.commit("first", {"in/a.txt": "a\n", "out/b.txt": "b\n"})
    sandbox.git("sparse-checkout", "set", "--cone", sparse_index, "in")
    with Checkout(repo, repo.head_tree()) as checkout:
        assert files(checkout.path) == ["in/a.txt", "out/b.txt"]
        assert checkout.changed() == ()
        (Path(checkout.path) / "out/b.txt").write_text("B\n")
        assert checkout.changed() == ("out/b.txt",)
    assert not (sandbox.root / "out").exists()


def test_no_hook_and_no_file_system_monitor_runs(sandbox: Sandbox, repo: Repository, tmp_path: Path) -> None:
    sandbox.commit("first", {"a.txt": "a\n"})
    program = f"#!/bin/sh\ntouch '{tmp_path}/ran'\n"
    for name in ("post-checkout", "post-index-change", "reference-transaction"):
        hook = sandbox.root / ".git/hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(program)
        hook.chmod(0o755)
    sandbox.git("config", "core.fsmonitor", str(hook))
    with Checkout(repo, repo.head_tree()) as checkout:
        assert checkout.changed() == ()
    assert not (tmp_path / "ran").exists()


def test_changed_sees_through_flags_and_clean_status(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": "a\n", "b.txt": "b\n", "c.txt": "c\n", "mode.sh": "m\n", "gone.txt": "g\n"})
    with Checkout(repo, repo.head_tree()) as checkout:
        inside = Path(checkout.path)
        sandbox.run("git", "update-index", "--assume-unchanged", "a.txt", cwd=inside)
        sandbox.run("git", "update-index", "--skip-worktree", "b.txt", cwd=inside)
        for name in "abc":
            (inside / f"{name}.txt").write_text("X\n")
        sandbox.run("git", "add", "c.txt", cwd=inside)
        sandbox.run("git", "commit", "-q", "-m", "inside", cwd=inside)
        (inside / "mode.sh").chmod(0o755)
        (inside / "gone.txt").unlink()
        (inside / "untracked.txt").write_text("u\n")
        assert checkout.changed() == ("a.txt", "b.txt", "c.txt", "gone.txt", "mode.sh")


def test_files_that_filters_do_not_give_back_are_no_change(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": "a\r\n", "b.txt": "b\n"})
    sandbox.commit("second", {".gitattributes": "*.txt text eol=lf\n"})
    oid = repo.git("hash-object", "-w", "--stdin", "--no-filters", data=b"a\r\n").decode().strip()
    sandbox.git("update-index", "--cacheinfo", f"100644,{oid},a.txt")
    tree = staged_tree(repo)
    with Checkout(repo, tree) as checkout:
        assert checkout.changed() == ()
        time.sleep(0.01)
        (Path(checkout.path) / "a.txt").touch()
        assert checkout.changed() == ()
        (Path(checkout.path) / "a.txt").write_text("other\n")
        assert checkout.changed() == ("a.txt",)


def test_a_folder_that_is_no_longer_the_checkout(sandbox: Sandbox, repo: Repository, tmp_path: Path) -> None:
    sandbox.commit("first", {"a.txt": "a\n"})
    sandbox.git("init", "-q", str(tmp_path / "other"))
    with Checkout(repo, repo.head_tree()) as checkout:
        (Path(checkout.path) / ".git").write_text(f"gitdir: {tmp_path / 'other/.git'}\n")
        with pytest.raises(GitError, match=r"\.git file changed"):
            checkout.changed()
        (Path(checkout.path) / ".git").unlink()
        with pytest.raises(GitError):
            checkout.changed()
    assert worktrees(sandbox) == 1


def test_removed_after_errors_whatever_commands_left_behind(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"d/a.txt": "a\n"})
    with pytest.raises(ValueError, match="stop"), Checkout(repo, repo.head_tree()) as checkout:
        inside = Path(checkout.path)
        (inside / "deep/er").mkdir(parents=True)
        (inside / "deep/er/x").write_text("x")
        os.symlink(sandbox.root, inside / "out")
        (inside / "deep/er").chmod(0o500)
        (inside / "deep").chmod(0)
        inside.chmod(0o500)
        raise ValueError("stop")
    assert not os.path.exists(os.path.dirname(checkout.path))
    assert (sandbox.root / "d/a.txt").read_text() == "a\n"
    assert worktrees(sandbox) == 1


def test_a_tree_that_cannot_be_checked_out_leaves_nothing(sandbox: Sandbox, repo: Repository, tmp_path: Path) -> None:
    sandbox.commit("first", {"a.txt": "a\n"})
    oid = sandbox.git("rev-parse", "HEAD:a.txt")
    tree = repo.head_tree()
    (sandbox.root / ".git/objects" / oid[:2] / oid[2:]).unlink()
    with pytest.raises(GitError, match="no checkout can be made"), Checkout(repo, tree, str(tmp_path / "home")):
        pytest.fail("there is nothing to work in")
    (tmp_path / "home").mkdir()
    for wrong in (tree, "1" * 40, "HEAD", ""):
        with pytest.raises(GitError), Checkout(repo, wrong, str(tmp_path / "home")):
            pytest.fail("there is nothing to work in")
    assert list((tmp_path / "home").iterdir()) == []
    assert worktrees(sandbox) == 1


def test_a_tree_that_lists_a_path_twice_is_refused(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": "a\n"})
    entries = b"".join(
        mode + name + b"\0" + bytes.fromhex(sandbox.git("rev-parse", "HEAD:a.txt"))
        for mode, name in ((b"100644 ", b"x"), (b"100644 ", b"x"))
    )
    tree = repo.git("hash-object", "-t", "tree", "-w", "--stdin", "--literally", data=entries).decode().strip()
    with pytest.raises(GitError), Checkout(repo, tree):
        pytest.fail("not exactly the tree")
    assert worktrees(sandbox) == 1


def test_several_at_once_in_worktrees_and_bare_repositories(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.commit("first", {"a.txt": "a\n"})
    sandbox.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    sandbox.git("clone", "-q", "--bare", str(sandbox.root), str(tmp_path / "bare"))
    for name in ("side", "bare"):
        repo = Repository.find(str(tmp_path / name))
        with Checkout(repo, repo.head_tree()) as one, Checkout(repo, repo.head_tree()) as two:
            assert files(one.path) == files(two.path) == ["a.txt"]
            assert one.path != two.path
            (Path(one.path) / "a.txt").write_text("x\n")
            assert (one.changed(), two.changed()) == (("a.txt",), ())
    assert worktrees(sandbox) == 2, "the worktree of the user stays"


def test_the_folder_can_be_chosen(sandbox: Sandbox, repo: Repository, tmp_path: Path) -> None:
    sandbox.commit("first", {"a.txt": "a\n"})
    home = tmp_path / "with space"
    home.mkdir()
    with Checkout(repo, repo.head_tree(), str(home)) as checkout:
        assert checkout.path.startswith(f"{home}/delegation-guard-checkout-")
    assert list(home.iterdir()) == []


CRASH = """
import os, sys
from delegation_guard.repo.checkout import Checkout
from delegation_guard.repo.repository import Repository
repo = Repository.find(sys.argv[1])
checkout = Checkout(repo, repo.head_tree(), sys.argv[2]).__enter__()
print(checkout.path, flush=True)
os.kill(os.getpid(), 9)
"""


def test_what_a_killed_process_left_is_removed_by_the_next(sandbox: Sandbox, repo: Repository, tmp_path: Path) -> None:
    sandbox.commit("first", {"a.txt": "a\n"})
    sandbox.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    sandbox.git("worktree", "add", "-q", "-b", "lost", str(tmp_path / "lost"))
    sandbox.run("rm", "-r", str(tmp_path / "lost"))
    arguments = [sys.executable, "-I", "-c", CRASH, str(sandbox.root), str(tmp_path)]
    done = subprocess.run(arguments, stdout=subprocess.PIPE, text=True, check=False)
    left = done.stdout.strip()
    assert done.returncode == -9
    assert os.path.isdir(left)
    with Checkout(repo, repo.head_tree()) as checkout:
        assert not os.path.exists(os.path.dirname(left))
        remove_stale(repo)
        assert files(checkout.path) == ["a.txt"], "that of a living process stays"
    assert worktrees(sandbox) == 3, "what others left is none of our business"


def test_submodules_and_links_are_not_followed(sandbox: Sandbox, repo: Repository, tmp_path: Path) -> None:
    first = sandbox.commit("first", {"a.txt": "a\n"})
    sandbox.git("update-index", "--add", "--cacheinfo", f"160000,{first},sub")
    (tmp_path / "outside").mkdir()
    os.symlink(tmp_path / "outside", sandbox.root / "link")
    sandbox.git("add", "link")
    with Checkout(repo, staged_tree(repo)) as checkout:
        assert os.readlink(os.path.join(checkout.path, "link")) == str(tmp_path / "outside")
        assert os.listdir(os.path.join(checkout.path, "sub")) == []
        assert checkout.changed() == ()
    assert (tmp_path / "outside").exists()
