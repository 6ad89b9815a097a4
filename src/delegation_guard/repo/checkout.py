"""A fresh checkout of exactly one tree, as a detached work tree that is gone afterwards."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import stat
import tempfile
import time
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

from delegation_guard.errors import GitError
from delegation_guard.model.change import ABSENT
from delegation_guard.repo.diff import between
from delegation_guard.repo.index import add_tracked, temporary_index
from delegation_guard.repo.merges import synthetic_commit
from delegation_guard.repo.repository import Repository, raw, text

if TYPE_CHECKING:
    from types import TracebackType

    from delegation_guard.model.change import FileChange

PREFIX = "delegation-guard-checkout"

# Nothing of the user's may run, be left out or be added while the files are written.
_EXACT = (
    "-c", f"core.hooksPath={os.devnull}", "-c", "core.sparseCheckout=false", "-c", "core.sparseCheckoutCone=false",
    "-c", "submodule.recurse=false", "-c", "core.splitIndex=false", "-c", "advice.detachedHead=false",
)  # fmt: skip


class Checkout:
    """`with Checkout(repo, tree) as checkout:` gives `checkout.path`, a folder with exactly the files of `tree`.

    The folder is a work tree of the same repository (its `.git` leads there) at a commit without parents that no
    branch holds. Attributes that leave files out of archives do not; filters (line ends, LFS) run as in any checkout;
    submodules stay empty folders. Removed on exit; what a killed process left behind is removed by the next checkout
    on the same machine. Not a sandbox, and ignored or untracked files that commands make in it are not looked at; nor
    is whether the file system keeps apart names that differ by case or normal form only.
    """

    def __init__(self, repo: Repository, tree: str, parent_dir: str | None = None) -> None:
        self.tree = tree
        self.path = ""
        self._repo = repo
        self._parent = parent_dir or tempfile.gettempdir()
        self._folder = ""
        self._admin = ""
        self._index = ""
        self._baseline = ""

    def __enter__(self) -> Checkout:
        # From the shared directory: a hook's index and work tree must play no part in the new one.
        main = Repository.find(self._repo.common_dir)
        remove_stale(main)
        self._folder = os.path.join(os.path.realpath(self._parent), f"{_name(os.getpid())}-{secrets.token_hex(6)}")
        try:
            os.mkdir(self._folder, 0o700)
        except OSError as error:
            said = f"no checkout can be made in {self._parent}: {error.strerror}"
            raise GitError(said, "name a folder that exists and can be written, for example with TMPDIR") from None
        self.path = os.path.join(self._folder, "tree")
        try:
            self._fill(main)
        except BaseException:
            self._remove()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._remove()

    def changed(self) -> tuple[str, ...]:
        """Tracked files whose content, mode or kind is another than right after the checkout, sorted.

        Compared with an index kept outside the folder, so flags set on the folder's own index hide nothing.
        Untracked and ignored files do not count.
        """
        inside = self._inside()
        with temporary_index(inside, self._index) as environment:
            now = add_tracked(inside, environment)
        return tuple(file.path for file in between(inside, self._baseline, now))

    def stand_on(self, tree: str) -> None:
        """Let HEAD be a commit of `tree`, so that the difference to it is what is staged here. No file is touched."""
        inside = self._inside()
        inside.git(*_EXACT, "update-ref", "--no-deref", "HEAD", synthetic_commit(inside, tree))

    def tree_now(self) -> tuple[str, tuple[str, ...]]:
        """The tree that committing every tracked file would make now, and the paths in which it is another.

        What was added to the checkout's own index since counts as tracked; other new files do not.
        """
        inside = self._inside()
        with temporary_index(inside, inside.index_file) as environment:
            now = add_tracked(inside, environment)
        files = between(inside, self._baseline, now)
        if not files:
            return self.tree, ()
        zero = "0" * len(self.tree)
        lines = sorted((file.new_mode != ABSENT, _line(file, zero)) for file in files)
        with temporary_index(inside) as environment:
            inside.git("read-tree", self.tree, environment=environment)
            data = b"".join(line for _, line in lines)
            inside.git("update-index", "-z", "--index-info", data=data, environment=environment)
            tree = text(inside.git("write-tree", environment=environment)).strip()
        return tree, tuple(file.path for file in files)

    def _fill(self, main: Repository) -> None:
        commit = synthetic_commit(self._repo, self.tree)
        main.git(*_EXACT, "worktree", "add", "--quiet", "--detach", "--no-checkout", self.path, commit)
        inside = Repository.find(self.path)
        self._admin = inside.git_dir
        inside.git(*_EXACT, "reset", "--quiet", "--hard", commit)
        if _in_index(inside) != _in_tree(inside, self.tree):
            raise GitError(f"the checkout of tree {self.tree} came out as another", "run `git fsck`")
        self._index = os.path.join(self._folder, "index")
        shutil.copy2(inside.index_file, self._index)
        # Some files do not survive a round trip through their filters; they must not count as changed later.
        with temporary_index(inside, self._index) as environment:
            self._baseline = add_tracked(inside, environment)

    def _inside(self) -> Repository:
        found = Repository.find(self.path)
        if found.git_dir != self._admin:
            raise GitError(f"the checkout {self.path} was moved or its .git file changed", "run the command again")
        return found

    def _remove(self) -> None:
        remove_folder(self._folder)
        if self._admin:
            remove_entry(self._admin)


def _line(file: FileChange, zero: str) -> bytes:
    return f"{file.new_mode} {file.new_oid or zero}\t".encode() + raw(file.path) + b"\0"


def _in_index(repo: Repository) -> list[tuple[bytes, ...]]:
    """(path, mode, object id); not `write-tree`, which answers with the id it was told at checkout."""
    lines = repo.git("ls-files", "-z", "--stage").split(b"\0")[:-1]
    return [(path, *meta.split(b" ")[:2]) for meta, _, path in (line.partition(b"\t") for line in lines)]


def _in_tree(repo: Repository, tree: str) -> list[tuple[bytes, ...]]:
    lines = repo.git("ls-tree", "-r", "-z", "--full-tree", tree).split(b"\0")[:-1]
    return [(path, *meta.split(b" ")[::2]) for meta, _, path in (line.partition(b"\t") for line in lines)]


def remove_stale(repo: Repository) -> None:
    """Remove the checkouts of processes that ended without doing so, recognised by name, on this machine only.

    Work trees of anybody else, gone or not, are left alone.
    """
    entries = os.path.join(repo.common_dir, "worktrees")
    for name in os.listdir(entries) if os.path.isdir(entries) else ():
        admin = os.path.join(entries, name)
        folder = os.path.dirname(os.path.dirname(_gitfile(admin)))
        words = os.path.basename(folder).rsplit("-", 2)
        if len(words) == 3 and words[1].isdigit() and words[0] == _host() and not _alive(int(words[1])):
            remove_folder(folder)
            remove_entry(admin)


def remove_entry(admin: str) -> None:
    """Remove one work tree's folder below `worktrees`, as `git worktree prune` would, but only this one."""
    parent = os.path.dirname(admin)
    if os.path.basename(parent) != "worktrees":
        raise GitError(f"{admin} is not the entry of a work tree", "this is a fault of ours; please report it")
    remove_folder(admin)
    # As git does; it stays when it is not empty, or when somebody else is just using it.
    with suppress(OSError):
        os.rmdir(parent)


def _gitfile(admin: str) -> str:
    """Where an entry says its work tree's .git file is, "" when it does not say."""
    try:
        with open(os.path.join(admin, "gitdir"), "rb") as stream:
            return os.fsdecode(stream.read()).strip()
    except OSError:
        return ""


def _host() -> str:
    # Process ids mean something on one machine (or in one container) only.
    return f"{PREFIX}-{zlib.crc32(socket.gethostname().encode()):08x}"


def _name(pid: int) -> str:
    return f"{_host()}-{pid}"


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def remove_folder(folder: str) -> None:
    """Remove a folder whatever permissions the commands that ran in it left, and though one may still be writing."""
    said = ""
    for attempt in range(5):
        try:
            shutil.rmtree(folder)
        except FileNotFoundError:
            if not os.path.lexists(folder):
                return
        except PermissionError as error:
            said = str(error)
            _make_writable(folder)
        except OSError as error:
            said = str(error)
            time.sleep(0.05 * attempt)
        else:
            return
    raise GitError(f"the checkout could not be removed: {said}", f"end what still runs there, then: rm -rf {folder}")


def _make_writable(folder: str) -> None:
    os.chmod(folder, stat.S_IRWXU)
    for place, folders, _ in os.walk(folder):
        for name in folders:
            inner = os.path.join(place, name)
            if not os.path.islink(inner):
                os.chmod(inner, stat.S_IRWXU)
