"""Contents by object id and by path in a tree, from long-lived `git cat-file` processes."""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
from collections import OrderedDict
from typing import IO, TYPE_CHECKING

from delegation_guard.errors import GitError
from delegation_guard.model.change import EXECUTABLE, GITLINK, REGULAR, SYMLINK, Entry
from delegation_guard.repo.repository import complaint, is_oid, raw, text

if TYPE_CHECKING:
    from types import TracebackType

    from delegation_guard.repo.repository import Repository

TREE = "040000"

_CACHED_BYTES = 12_000_000
_CACHED_BLOB = 1_000_000
_CACHED_LISTS = 4


class _Process:
    """One `git cat-file` that answers a line for every line it is asked."""

    def __init__(self, repo: Repository, mode: str) -> None:
        # A pipe nobody reads could fill up and block git; a file cannot.
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115
        self._process = subprocess.Popen(
            repo.arguments("cat-file", mode), cwd=repo.root or repo.git_dir, env=repo.environment(),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors,
        )  # fmt: skip

    def ask(self, oid: str) -> tuple[str, int]:
        """(type, size) of an object; missing or unreadable is a GitError that names it."""
        try:
            self._input.write(oid.encode() + b"\n")
            self._input.flush()
        except BrokenPipeError:
            raise self._died(oid) from None
        words = self._output.readline().decode().split()
        if not words:
            raise self._died(oid)
        if len(words) != 3:
            raise GitError(f"object {oid} is missing", "fetch the whole history, or run `git fsck`")
        return words[1], int(words[2])

    def content(self, oid: str, size: int) -> bytes:
        """The content that follows the answer of `--batch`."""
        data = self._output.read(size + 1)
        if len(data) != size + 1:
            raise self._died(oid)
        return data[:-1]

    def close(self) -> None:
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except BrokenPipeError:
                    continue
        self._process.wait()
        self._errors.close()

    @property
    def _input(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin

    @property
    def _output(self) -> IO[bytes]:
        assert self._process.stdout is not None
        return self._process.stdout

    def _died(self, oid: str) -> GitError:
        self._process.wait()
        self._errors.seek(0)
        said = complaint(self._errors.read()) or "git cat-file ended early"
        return GitError(f"object {oid} cannot be read: {said}", "run `git fsck`, then fetch or restore the object")


class GitObjects:
    """`model.inputs.Objects` over a repository. Not safe for use by several threads.

    What is read is hashed again, so a damaged or exchanged object is an error, not other content. Memory holds at
    most 12 MB of blobs and the tree objects on the way to the paths asked for, whatever the size of the change.
    """

    def __init__(self, repo: Repository) -> None:
        self._repo = repo
        self._processes: dict[str, _Process] = {}
        self._blobs: OrderedDict[str, bytes] = OrderedDict()
        self._held = 0
        self._trees: OrderedDict[str, dict[bytes, Entry]] = OrderedDict()
        self._entries = 0
        self._lists: OrderedDict[str, tuple[str, ...]] = OrderedDict()

    def __enter__(self) -> GitObjects:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the git processes; the next question would start them again."""
        while self._processes:
            self._processes.popitem()[1].close()

    def blob(self, oid: str) -> bytes:
        """The bytes of a blob, whatever their number: ask `size` first where that matters."""
        held = self._blobs.get(oid)
        if held is not None:
            self._blobs.move_to_end(oid)
            return held
        data = self.content(oid, "blob")
        if len(data) <= _CACHED_BLOB:
            self._blobs[oid] = data
            self._held += len(data)
            while self._held > _CACHED_BYTES:
                self._held -= len(self._blobs.popitem(last=False)[1])
        return data

    def content(self, oid: str, kind: str) -> bytes:
        """The raw bytes of an object of this kind ("blob", "tree", "commit", "tag"); another kind is a GitError."""
        process = self._ask("--batch", oid)
        try:
            found, size = process.ask(oid)
            data = process.content(oid, size)
        except BaseException:
            # Dead, or in the middle of an answer: a new process answers the next question.
            self._drop("--batch", process)
            raise
        if found != kind:
            raise GitError(f"object {oid} is a {found}, not a {kind}", "run `git fsck`")
        digest = hashlib.sha1 if len(oid) == 40 else hashlib.sha256
        if digest(b"%s %d\0" % (kind.encode(), size) + data).hexdigest() != oid:
            raise GitError(f"object {oid} does not hold what its id says", "run `git fsck`, then fetch it again")
        return data

    def size(self, oid: str) -> int:
        """The size in bytes of an object as git's index of it says; the content is not read."""
        process = self._ask("--batch-check", oid)
        try:
            return process.ask(oid)[1]
        except BaseException:
            self._drop("--batch-check", process)
            raise

    def entry(self, tree: str, path: str) -> Entry | None:
        """What a tree has at a path: a file, link, submodule, or a folder (mode "040000"); None when nothing."""
        found: Entry | None = Entry(TREE, tree)
        for name in raw(path).split(b"/"):
            if found is None or found.mode != TREE:
                return None
            found = self._tree(found.oid).get(name)
        return found

    def read(self, tree: str, path: str) -> bytes | None:
        """The bytes of the file at a path, or a symbolic link's target; None for nothing, a folder, a submodule."""
        found = self.entry(tree, path)
        return self.blob(found.oid) if found and found.mode not in (TREE, GITLINK) else None

    def paths(self, tree: str) -> tuple[str, ...]:
        """Every path of a tree that is not a folder, submodules included, sorted by code point."""
        held = self._lists.get(tree)
        if held is None:
            walk = ("ls-tree", "-r", "-z", "--full-tree", "--name-only", _checked(tree))
            code, out, said = self._repo.call(*walk, ok=(0, 1, 128))
            if code:
                raise GitError(f"tree {tree} cannot be read: {said}", "fetch the whole history, or run `git fsck`")
            held = self._lists[tree] = tuple(sorted(text(name) for name in out.split(b"\0")[:-1]))
            if len(self._lists) > _CACHED_LISTS:
                self._lists.popitem(last=False)
        return held

    def _ask(self, mode: str, oid: str) -> _Process:
        _checked(oid)
        if mode not in self._processes:
            self._processes[mode] = _Process(self._repo, mode)
        return self._processes[mode]

    def _drop(self, mode: str, process: _Process) -> None:
        self._processes.pop(mode, None)
        process.close()

    def _tree(self, oid: str) -> dict[bytes, Entry]:
        held = self._trees.get(oid)
        if held is None:
            held = self._trees[oid] = parse_tree(self.content(oid, "tree"), len(oid) // 2, oid)
            self._entries += len(held)
            while self._entries > 200_000 and len(self._trees) > 1:
                self._entries -= len(self._trees.popitem(last=False)[1])
        else:
            self._trees.move_to_end(oid)
        return held


def parse_tree(data: bytes, width: int, oid: str) -> dict[bytes, Entry]:
    """The entries of one tree object by name; `width` is the length of a binary id. A name listed twice is an error."""
    entries: dict[bytes, Entry] = {}
    at = 0
    while at < len(data):
        blank, end = data.find(b" ", at), data.find(b"\0", at)
        name = data[blank + 1 : end]
        digits = data[at:blank]
        if not at < blank < end or len(data) < end + 1 + width or name in entries or digits.strip(b"01234567"):
            raise GitError(f"tree {oid} is malformed", "run `git fsck`; such a tree was not made by git")
        entries[name] = Entry(_mode(digits), data[end + 1 : end + 1 + width].hex())
        at = end + 1 + width
    return entries


def _mode(digits: bytes) -> str:
    """A mode as git itself reads it: old trees hold further permission bits of plain files."""
    kind, rest = digits.zfill(6)[:3], digits.zfill(6)[3:]
    if kind == b"100":
        return EXECUTABLE if int(rest[:1] or b"0") & 1 else REGULAR
    return {b"040": TREE, b"120": SYMLINK}.get(kind, GITLINK)


def _checked(oid: str) -> str:
    if not is_oid(oid):
        raise GitError(f"{oid!r} is not an object id", "this is a fault of the caller; please report it")
    return oid
