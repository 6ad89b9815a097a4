from __future__ import annotations

import os
import zlib
from typing import TYPE_CHECKING

import pytest

from delegation_guard.errors import GitError
from delegation_guard.model.change import Entry
from delegation_guard.repo.objects import GitObjects, parse_tree
from delegation_guard.repo.repository import text

if TYPE_CHECKING:
    from delegation_guard.repo.repository import Repository
    from support import Sandbox

ODD = (
    "new\nline.py", "tab\there.py", 'quo"te.py', "back\\slash.py", "ümlaut.py", "sp ace.py", " lead", "trail ",
    text(b"latin\xe9.py"), "deep/\n/x.py", ":colon", "-dash", "caf\u00e9", "cafe\u0301", "\x01\x7f",
)  # fmt: skip


def stored(sandbox: Sandbox, oid: str) -> str:
    return str(sandbox.root / ".git/objects" / oid[:2] / oid[2:])


def overwrite(path: str, data: bytes) -> None:
    os.chmod(path, 0o644)
    with open(path, "wb") as stream:
        stream.write(data)


def test_reads_by_path_whatever_its_bytes(sandbox: Sandbox, repo: Repository) -> None:
    for number, name in enumerate(ODD):
        path = os.path.join(os.fsencode(sandbox.root), name.encode("utf-8", "surrogateescape"))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as stream:
            stream.write(b"%d\n" % number)
    sandbox.commit("odd")
    with repo.objects() as objects:
        tree = repo.head_tree()
        assert objects.paths(tree) == tuple(sorted(ODD))
        for number, name in enumerate(ODD):
            assert objects.read(tree, name) == b"%d\n" % number, name


def test_entries_of_every_kind(sandbox: Sandbox, repo: Repository) -> None:
    first = sandbox.commit("first", {"d/plain": "x\n", "run.sh": "#!/bin/sh\n"})
    os.symlink("d/plain", sandbox.root / "link")
    sandbox.git("update-index", "--add", "--cacheinfo", f"160000,{first},sub")
    sandbox.git("add", "link")
    sandbox.git("update-index", "--chmod=+x", "run.sh")
    sandbox.git("commit", "-q", "-m", "kinds")
    tree = repo.head_tree()
    with repo.objects() as objects:
        assert objects.entry(tree, "sub") == Entry("160000", first)
        assert objects.read(tree, "sub") is None
        assert objects.entry(tree, "link") is not None
        assert objects.read(tree, "link") == b"d/plain"
        folder, plain, program = (objects.entry(tree, path) for path in ("d", "d/plain", "run.sh"))
        assert folder and plain and program
        assert (folder.mode, plain.mode, program.mode) == ("040000", "100644", "100755")
        assert objects.read(tree, "d") is None
        for nothing in ("none", "d/none", "d/plain/x", "link/x", "sub/x", "", "/", "d/", "/d/plain", "d//plain", "D"):
            assert objects.entry(tree, nothing) is None, nothing
            assert objects.read(tree, nothing) is None
        assert objects.paths(tree) == ("d/plain", "link", "run.sh", "sub")
        assert objects.size(plain.oid) == 2


def test_odd_modes_of_old_trees_are_read_as_git_reads_them() -> None:
    width = 20
    data = b"".join(mode + b" " + name + b"\0" + b"\1" * width for mode, name in (
        (b"100664", b"group"), (b"100775", b"program"), (b"40000", b"folder"), (b"120000", b"link"),
        (b"160000", b"sub"),
    ))  # fmt: skip
    modes = [entry.mode for entry in parse_tree(data, width, "x").values()]
    assert modes == ["100644", "100755", "040000", "120000", "160000"]


@pytest.mark.parametrize(
    "data",
    [b"100644 a\0short", b"100644 a", b"x", b"1006z4 a\0" + b"\1" * 20, (b"100644 a\0" + b"\1" * 20) * 2],
)
def test_a_malformed_tree_is_an_error(data: bytes) -> None:
    with pytest.raises(GitError, match="malformed"):
        parse_tree(data, 20, "x")


def test_missing_objects_are_named_and_the_reader_lives_on(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": "a\n"})
    missing = "12" * 20
    with repo.objects() as objects:
        for ask in (objects.blob, objects.size, lambda oid: objects.entry(oid, "x"), objects.paths):
            with pytest.raises(GitError, match=missing):
                ask(missing)
        assert objects.read(repo.head_tree(), "a.txt") == b"a\n"


def test_an_object_of_another_kind_is_an_error(sandbox: Sandbox, repo: Repository) -> None:
    head = sandbox.commit("first", {"a.txt": "a\n"})
    with repo.objects() as objects:
        for oid in (head, repo.head_tree()):
            with pytest.raises(GitError, match="not a blob"):
                objects.blob(oid)
        with pytest.raises(GitError, match="not a tree"):
            objects.entry(head, "a.txt")
        assert objects.read(repo.head_tree(), "a.txt") == b"a\n"


@pytest.mark.parametrize("oid", ["HEAD", "", "abc", "0" * 39 + "\n", "HEAD:a.txt", "A" * 40, "é" * 40])
def test_only_object_ids_are_looked_up(sandbox: Sandbox, repo: Repository, oid: str) -> None:
    sandbox.commit("first", {"a.txt": "a\n"})
    with repo.objects() as objects:
        for ask in (objects.blob, objects.size, objects.paths):
            with pytest.raises(GitError, match="not an object id"):
                ask(oid)


def test_corrupt_objects_are_named(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": "a\n", "b.txt": "b\n", "c.txt": "c\n", "d.txt": "d\n"})
    tree = repo.head_tree()
    with repo.objects() as objects:
        oids = {name: entry.oid for name in "abcd" if (entry := objects.entry(tree, f"{name}.txt"))}
        overwrite(stored(sandbox, oids["a"]), b"rubbish")
        overwrite(stored(sandbox, oids["b"]), b"")
        overwrite(stored(sandbox, oids["c"]), zlib.compress(b"blob 2\0X\n"))
        for name in "abc":
            with pytest.raises(GitError, match=oids[name]):
                objects.blob(oids[name])
        assert objects.read(tree, "d.txt") == b"d\n"


def test_replaced_objects_are_read_as_stored(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": "good\n", "b.txt": "bad\n"})
    tree = repo.head_tree()
    good, bad = (sandbox.git("rev-parse", f"HEAD:{name}.txt") for name in "ab")
    sandbox.git("replace", good, bad)
    with repo.objects() as objects:
        assert objects.read(tree, "a.txt") == b"good\n"


def test_filters_and_line_ends_do_not_touch_blobs(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.git("config", "filter.up.clean", "tr a-z A-Z")
    sandbox.git("config", "filter.up.smudge", "tr A-Z a-z")
    sandbox.commit("first", {".gitattributes": "*.up filter=up\n*.txt eol=crlf\n", "a.up": "word\n", "a.txt": "x\r\n"})
    with repo.objects() as objects:
        assert objects.read(repo.head_tree(), "a.up") == b"WORD\n"
        assert objects.read(repo.head_tree(), "a.txt") == b"x\n"


def test_memory_stays_bounded(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("many", {f"f{number}.bin": os.urandom(1_000_000) for number in range(40)})
    with repo.objects() as objects:
        tree = repo.head_tree()
        for path in objects.paths(tree):
            data = objects.read(tree, path)
            assert data is not None
            assert len(data) == 1_000_000
        assert isinstance(objects, GitObjects)
        assert sum(map(len, objects._blobs.values())) == objects._held <= 12_000_000


def test_closed_readers_leave_no_process_and_can_be_asked_again(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": "a\n"})
    objects = repo.objects()
    assert objects.read(repo.head_tree(), "a.txt") == b"a\n"
    process = objects._processes["--batch"]._process
    objects.close()
    assert process.returncode == 0
    assert objects.size(sandbox.git("rev-parse", "HEAD:a.txt")) == 2
    objects.close()
    objects.close()
