from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from delegation_guard.errors import GitError
from delegation_guard.repo.patch import from_diff
from delegation_guard.repo.repository import Repository, raw, text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from support import Sandbox

LINES = "".join(f"line {number}\n" for number in range(30))
FULL = ("--binary", "--full-index")


def diff(repo: Repository, *options: str) -> bytes:
    return repo.git("diff", *(options or FULL), "HEAD~1", "HEAD")


def agree(repo: Repository, data: bytes) -> Sequence[str]:
    tree, files = from_diff(repo, data, repo.tree_of("HEAD~1"))
    assert tree == repo.head_tree()
    return [f"{file.status} {file.path}" for file in files]


def test_a_plain_change(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": LINES, "gone.txt": "g\n", "d/b.txt": "b"})
    sandbox.commit("second", {"a.txt": "x\n" + LINES + "y", "gone.txt": None, "d/b.txt": "c\n", "new.txt": "n\n"})
    before = (sandbox.root / ".git/index").read_bytes()
    assert agree(repo, diff(repo)) == ["M a.txt", "M d/b.txt", "D gone.txt", "A new.txt"]
    assert (sandbox.root / ".git/index").read_bytes() == before
    assert agree(repo, repo.git("format-patch", "--stdout", "HEAD~1")) == agree(repo, diff(repo))


def test_everything_git_can_put_into_a_diff(sandbox: Sandbox, repo: Repository) -> None:
    first = sandbox.commit("first", {
        "mode.sh": "m\n", "old.txt": LINES, "blob.bin": b"\0\1\2", "was.txt": "target\n", "copy.txt": LINES + "c\n",
        "pure.txt": LINES + "p\n",
    })  # fmt: skip
    (sandbox.root / "mode.sh").chmod(0o755)
    sandbox.write({"old.txt": None, "moved.txt": LINES + "more\n", "blob.bin": b"\0\1\3", "was.txt": None})
    sandbox.write({"empty.txt": ""})
    sandbox.git("mv", "pure.txt", "renamed.txt")
    os.symlink("target", sandbox.root / "was.txt")
    sandbox.write({"copied.txt": LINES + "c\n", "copy.txt": LINES + "c\nd\n"})
    sandbox.git("add", "-A")
    sandbox.git("update-index", "--add", "--cacheinfo", f"160000,{first},sub")
    sandbox.git("commit", "-q", "-m", "second")
    expected = [
        "M blob.bin", "A copied.txt", "M copy.txt", "A empty.txt", "M mode.sh", "A moved.txt", "D old.txt",
        "D pure.txt", "A renamed.txt", "A sub", "T was.txt",
    ]  # fmt: skip
    for options in (FULL, (*FULL, "-M"), (*FULL, "-M", "-C", "--find-copies-harder"), (*FULL, "--no-renames", "-U1")):
        assert agree(repo, diff(repo, *options)) == expected, options


PATHS = ("ümlaut.txt", "sp ace.txt", "tab\there.txt", 'quo"te.txt', "back\\slash.txt", "new\nline.txt",
         text(b"latin\xe9.txt"), "a/b/c.txt", "b/x.txt", " lead.txt", "\x01.txt")  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("kind", ["new", "edit", "mode"])
def test_odd_paths(sandbox: Sandbox, repo: Repository, path: str, kind: str) -> None:
    place = os.path.join(os.fsencode(sandbox.root), raw(path))
    os.makedirs(os.path.dirname(place), exist_ok=True)
    if kind != "new":
        with open(place, "wb") as stream:
            stream.write(b"before\n")
    sandbox.commit("first")
    if kind == "mode":
        os.chmod(place, 0o755)
    else:
        with open(place, "wb") as stream:
            stream.write(b"after\n")
    sandbox.commit("second")
    assert agree(repo, diff(repo)) == [f"{'A' if kind == 'new' else 'M'} {path}"]


def test_contents_that_are_no_text(sandbox: Sandbox, repo: Repository) -> None:
    lines = b"latin\xe9\nform\x0cfeed\nnext\x85line\nunit\x1cseparator\r\n\r\nlone\rreturn\n"
    sandbox.commit("first", {"a.txt": lines + b"end\n"})
    sandbox.commit("second", {"a.txt": lines + "\u2028end".encode()})
    assert agree(repo, diff(repo, *FULL, "--text")) == ["M a.txt"]


def test_prefixes_of_one_letter(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": LINES, "d/b.txt": LINES})
    sandbox.commit("second", {"a.txt": LINES + "x\n", "d/b.txt": None})
    sandbox.git("config", "diff.mnemonicPrefix", "true")
    assert agree(repo, diff(repo, *FULL, "--src-prefix=i/", "--dst-prefix=w/")) == ["M a.txt", "D d/b.txt"]


def test_no_prefix_is_refused_with_the_command_to_use(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": "root\n", "src/a.txt": "root\n"})
    sandbox.commit("second", {"src/a.txt": "changed\n"})
    with pytest.raises(GitError) as caught:
        from_diff(repo, diff(repo, "--no-prefix"), repo.tree_of("HEAD~1"))
    assert "--src-prefix=a/" in caught.value.hint


def test_plain_diff_without_git_headers(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": "one\ntwo\n"})
    sandbox.commit("second", {"a.txt": "one\n2\n"})
    data = b"--- a/a.txt\t2026-01-01\n+++ b/a.txt\t2026-01-02\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n"
    assert agree(repo, data) == ["M a.txt"]


@pytest.mark.parametrize("data", [b"", b" \n\n", b"hello\nworld\n", b"index 1..2\n", b"\0\xff", b"diff\n"])
def test_what_is_no_diff_is_refused(sandbox: Sandbox, repo: Repository, data: bytes) -> None:
    sandbox.commit("first", {"a.txt": "a\n"})
    with pytest.raises(GitError) as caught:
        from_diff(repo, data, repo.head_tree())
    assert "git diff --binary" in caught.value.hint


GOOD = b"diff --git a/a.txt b/a.txt\n--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-a\n+b\n"


@pytest.mark.parametrize(
    "data",
    [
        GOOD + b"--- a/b.txt\n+++ b/b.txt\n",  # a header without a hunk: git sees nothing there
        GOOD.replace(b"-1 +1 @@", b"-1 +1,2 @@"),  # shorter than it says
        GOOD.replace(b"a.txt", b"../a.txt"),
        GOOD.replace(b"a.txt", b".git/config"),
        GOOD.replace(b"+++ b/a.txt", b"+++ b/b.txt"),
        GOOD.replace(b"--- a/a.txt", b"--- a/b.txt"),
        GOOD.replace(b"a.txt", b"none.txt"),
        GOOD.replace(b"-a", b"-x"),
        GOOD.replace(b"b/a.txt\n---", b"b/b.txt\n---"),
        b"diff --git a/a.txt b/a.txt\nold mode 100644\nnew mode 100644\n",
        b"diff --git a/a.txt b/a.txt\nold mode 100644\nnew mode 160000\n",
        b"diff --git a/a.txt b/a.txt\nindex 1..2 100644\nBinary files a/a.txt and b/a.txt differ\n",
        b'diff --git "a/a\\9.txt" "b/a\\9.txt"\nnew file mode 100644\n',
        b"--- /dev/null\n+++ /dev/null\n@@ -0,0 +1 @@\n+x\n",
    ],
)
def test_what_does_not_apply_or_is_read_in_two_ways_is_refused(sandbox: Sandbox, repo: Repository, data: bytes) -> None:
    sandbox.commit("first", {"a.txt": "a\n", "b.txt": "a\n"})
    assert [file.path for file in from_diff(repo, GOOD, repo.head_tree())[1]] == ["a.txt"]
    with pytest.raises(GitError) as caught:
        from_diff(repo, data, repo.head_tree())
    assert caught.value.hint


def test_a_diff_that_does_not_apply_names_the_file(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": "other\n"})
    with pytest.raises(GitError, match=r"does not apply to the base: .*a\.txt"):
        from_diff(repo, GOOD, repo.head_tree())


def test_settings_change_nothing(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": "a\n"})
    for key, value in {
        "apply.whitespace": "error-all", "apply.ignoreWhitespace": "change", "core.whitespace": "tab-in-indent",
        "diff.external": "false", "core.autocrlf": "true", "core.safecrlf": "true",
    }.items():  # fmt: skip
        sandbox.git("config", key, value)
    tree, _ = from_diff(repo, GOOD.replace(b"+b", b"+b   "), repo.head_tree())
    with repo.objects() as objects:
        assert objects.read(tree, "a.txt") == b"b   \n"
    with pytest.raises(GitError):
        from_diff(repo, GOOD.replace(b"-a", b"- a"), repo.head_tree())


def test_from_a_subdirectory_and_bare(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.commit("first", {"a.txt": "a\n", "sub/b.txt": "b\n"})
    sandbox.git("clone", "-q", "--bare", str(sandbox.root), str(tmp_path / "bare"))
    for place in (sandbox.root / "sub", tmp_path / "bare"):
        found = Repository.find(str(place))
        assert [file.path for file in from_diff(found, GOOD, found.head_tree())[1]] == ["a.txt"]


def test_attributes_of_the_work_tree_do_not_touch_the_result(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": "a\n"})
    sandbox.git("config", "filter.up.clean", "tr a-z A-Z")
    sandbox.write({".gitattributes": "*.txt filter=up ident\n"})
    tree, _ = from_diff(repo, GOOD, repo.head_tree())
    with repo.objects() as objects:
        assert objects.read(tree, "a.txt") == b"b\n"


LINE = st.sampled_from(["a", "b", "", "-- x", "++ y", "@@ -1 +1 @@", "diff --git a/q b/q", "\\ No", "--- a/z"])
WORDS = st.lists(LINE)
DAMAGE = st.sampled_from([[], *([word] for word in (
    b"", b"junk", b"+x", b"-a", b"--- a/b.txt", b"+++ b/b.txt", b"@@ -1 +1 @@", b"@@ -1 +1,2 @@", b"new mode 100755",
    b"rename from b.txt", b"diff --git a/b.txt b/b.txt",
))])  # fmt: skip


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WORDS, WORDS, st.booleans())
def test_any_change_of_lines_comes_back(repo: Repository, before: list[str], after: list[str], end: bool) -> None:
    def tree(lines: list[str], tail: str) -> str:
        data = ("\n".join(lines) + tail).encode()
        oid = repo.git("hash-object", "-w", "--stdin", data=data).decode().strip()
        return repo.git("mktree", "-z", data=f"100644 blob {oid}\tf.txt\0".encode()).decode().strip()

    base, head = tree(before, "\n"), tree(after, "\n" if end else "")
    data = repo.git("diff-tree", "-p", "--binary", "--full-index", base, head)
    if base != head:
        assert from_diff(repo, data, base)[0] == head


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_diff_is_applied_or_refused(sandbox: Sandbox, repo: Repository, data: st.DataObject) -> None:
    if repo.head() is None:
        sandbox.commit("first", {"a.txt": "a\n", "b.txt": "a\n"})
    lines = (GOOD + GOOD.replace(b"a.txt", b"b.txt")).split(b"\n")
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        lines[at : at + data.draw(st.integers(0, 1))] = data.draw(DAMAGE)
    try:
        tree, files = from_diff(repo, b"\n".join(lines), repo.head_tree())
    except GitError as error:
        assert error.hint
    else:
        assert files
        assert tree != repo.head_tree()
