"""Input that cannot be judged: one sentence on standard error, what to do next, exit 2, and nothing written."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support import Sandbox

from .conftest import HONEST, SPEC, Desk, desk_in

if TYPE_CHECKING:
    from collections.abc import Sequence

REF = "refs/notes/delegation-guard"
POLICY = ".delegation/policy.yaml"
RECORD = ".git/delegation-guard/handoff.json"
CLAIM = "Add double()\n\nDelegation-Spec: T-1\n"


@dataclass
class Room:
    """A repository on the desk, and a folder for everything that must be empty again afterwards."""

    desk: Desk
    temporary: Path

    @property
    def root(self) -> Path:
        return self.desk.root

    def write(self, files: dict[str, str | bytes | None]) -> None:
        self.desk.sandbox.write(files)

    def snapshot(self) -> dict[str, str]:
        """Every file, less git's own objects, which nothing points at unless something else here changed too, and
        less the file that only saves a commit hook the reading of the policy."""
        found = {}
        for path in sorted(self.root.rglob("*")):
            name = str(path.relative_to(self.root))
            assert "tmp_obj" not in name, f"half-written: {name}"
            if path.is_symlink() or path.is_file():
                data = os.fsencode(os.readlink(path)) if path.is_symlink() else path.read_bytes()
                if not name.removeprefix(".git/").startswith(("objects/", "delegation-guard/attribution-")):
                    found[name] = f"{path.lstat().st_mode:o} {hashlib.sha256(data).hexdigest()}"
        return found

    def run(self, *arguments: str, data: bytes | None = None, cwd: Path | None = None) -> Outcome:
        """The installed program; whatever it says, nothing may have been written."""
        before = self.snapshot()
        done = self.guard(*arguments, data=data, cwd=cwd)
        assert self.snapshot() == before
        assert not list(self.temporary.iterdir())
        return done

    def guard(self, *arguments: str, data: bytes | None = None, cwd: Path | None = None) -> Outcome:
        done = subprocess.run(
            ("delegation-guard", *arguments), cwd=cwd or self.root, env=self.environment, input=data or b"",
            capture_output=True, check=False,
        )  # fmt: skip
        return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())

    @property
    def environment(self) -> dict[str, str]:
        return {**self.desk.sandbox.environment, "TMPDIR": str(self.temporary)}

    def try_commit(self, message: str, files: dict[str, str | bytes | None]) -> Outcome:
        """Stages nothing else: `git add -A` would write damaged objects anew."""
        self.write(files)
        self.desk.git("add", "--", *files)
        done = self.desk.sandbox.run("git", "commit", "-q", "-m", message, check=False)
        return Outcome(done.returncode, done.stdout, done.stderr)


@dataclass
class Outcome:
    code: int
    out: str
    err: str

    def cannot_judge(self, says: str = "") -> None:
        """Exactly one sentence and one next step; `says` is part of the sentence."""
        assert self.code == 2, self.out + self.err
        lines = self.err.splitlines()
        assert len(lines) == 2, self.err
        assert lines[0].startswith("delegation-guard: ")
        assert lines[1].startswith("  next: ")
        assert len(lines[1]) > len("  next: ")
        assert "Traceback" not in self.err
        assert says in lines[0], self.err
        assert self.out == ""


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """One adopted repository with a delegated, receipted history, to be copied for each test."""
    desk = desk_in(tmp_path_factory.mktemp("original"), "plain")
    desk.accepted("-m", "Adopt the guard")
    desk.hand_off()
    desk.sandbox.write(dict(HONEST))
    desk.verified()
    desk.accepted("-m", "Add double()")
    desk.guard("handoff", "finish", check=True)
    return desk


@pytest.fixture
def room(original: Desk, tmp_path: Path) -> Room:
    shutil.copytree(original.root.parent, tmp_path, dirs_exist_ok=True, symlinks=True)
    sandbox = Sandbox(tmp_path / "repo")
    sandbox.environment = {**original.sandbox.environment, "HOME": sandbox.environment["HOME"]}
    (tmp_path / "tmp").mkdir()
    return Room(Desk(sandbox, "plain"), tmp_path / "tmp")


# --- specs ---------------------------------------------------------------------------------------------------------

SPECS: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "spec.md"),
    "no spec at all": (b"Dear model,\n\nplease make it better.\n", "TASK"),
    "without VERIFY": (SPEC.partition("VERIFY:")[0].encode(), "VERIFY"),
    "without files": (SPEC.replace("### 1. shop/price.py", "shop/price.py, somewhere").encode(), "spec.md"),
    "binary": (bytes(range(256)) * 64, "spec.md"),
    "UTF-16": (SPEC.encode("utf-16"), "UTF-16"),
    "Latin-1": (SPEC.replace("double()", "d\xf6ppel()").replace("—", "-").encode("latin-1"), "UTF-8"),
    "50 MB": (SPEC.encode() + b"- and one more line\n" * 2_500_000, "larger than"),
    "one endless line": (SPEC.encode() + b"x" * 900_000, "spec.md"),
}
READS_A_SPEC: dict[str, tuple[str, ...]] = {
    "handoff start": ("handoff", "start"),
    "handoff start --commit": ("handoff", "start", "--commit"),
    "check --spec": ("check", "--spec"),
    "check --staged --spec": ("check", "--staged", "--spec"),
    "check A..B --spec": ("check", "HEAD~1..HEAD", "--spec"),
    "check --path --spec": ("check", "--path", "a.py", "--spec"),
    "verify --spec": ("verify", "--spec"),
    "verify COMMIT --spec": ("verify", "HEAD", "--spec"),
    "receipt verify --spec": ("receipt", "verify", "--spec"),
    "spec lint": ("spec", "lint"),
    "spec show": ("spec", "show"),
}


@pytest.mark.parametrize("name", SPECS)
def test_a_spec_that_cannot_be_read(room: Room, name: str) -> None:
    data, says = SPECS[name]
    path = room.root.parent / "spec.md"
    path.write_bytes(data)
    for command in ("handoff start", "check --spec", "verify --spec", "spec lint"):
        room.run(*READS_A_SPEC[command], "../spec.md").cannot_judge(says)


@pytest.mark.parametrize("name", SPECS)
def test_a_spec_on_standard_input(room: Room, name: str) -> None:
    data, _ = SPECS[name]
    room.run("handoff", "start", "-", data=data).cannot_judge()
    room.run("spec", "lint", "-", data=data).cannot_judge()


@pytest.mark.parametrize("name", READS_A_SPEC)
def test_no_such_spec(room: Room, name: str) -> None:
    room.run(*READS_A_SPEC[name], "../nowhere.md").cannot_judge("nowhere.md")
    room.run(*READS_A_SPEC[name], "shop").cannot_judge("shop")


def test_a_claimed_spec_that_cannot_be_read(room: Room) -> None:
    room.desk.accepted("-q", "-m", "Break the spec", files={".delegation/specs/T-1.md": b"\0\1\2"})
    done = room.try_commit(CLAIM, {"shop/cart.py": "TOTAL = 1\n"})
    assert done.code != 0
    Outcome(2, done.out, done.err).cannot_judge(".delegation/specs/T-1.md:1: there is a NUL byte")


# --- names of commits ----------------------------------------------------------------------------------------------

NAMES: dict[str, tuple[str, ...]] = {
    "unknown base": ("check", "nowhere..HEAD"),
    "unknown head": ("check", "HEAD..nowhere"),
    "unknown base of three dots": ("check", "nowhere...HEAD"),
    "before the first commit": ("check", "HEAD~99..HEAD", "--no-spec"),
    "an id of nothing": ("check", f"{'12' * 20}..HEAD"),
    "no range": ("check", "HEAD"),
    "four dots": ("check", "HEAD....HEAD"),
    "a blob": ("check", "HEAD:README.md..HEAD"),
    "an option": ("check", "--no-spec", "--", "--all..HEAD"),
    "verify": ("verify", "nowhere", "--spec", ".delegation/specs/T-1.md"),
    "verify a blob": ("verify", "HEAD:README.md", "--spec", ".delegation/specs/T-1.md"),
    "receipt show": ("receipt", "show", "nowhere"),
    "receipt verify": ("receipt", "verify", "nowhere", "--spec", ".delegation/specs/T-1.md"),
    "receipt show --base": ("receipt", "show", "--base", "nowhere"),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_commit_that_is_not_there(room: Room, name: str) -> None:
    room.run(*NAMES[name]).cannot_judge()


def test_two_ends_without_common_history(room: Room) -> None:
    room.desk.git("checkout", "-q", "--orphan", "other")
    room.desk.git("commit", "-q", "--no-verify", "-m", CLAIM)
    room.run("check", "main..other").cannot_judge("share no history")


# --- diffs ---------------------------------------------------------------------------------------------------------

GARBAGE_DIFFS: dict[str, bytes] = {
    "empty": b"",
    "prose": b"no diff at all\n",
    "binary": bytes(range(256)) * 9,
    "cut short": b"diff --git a/README.md b/README.md\n--- a/README.md\n+++ b/README.md\n@@ -1,3 +1,9 @@\n-# shop\n",
    "of another file": (
        b"diff --git a/README.md b/README.md\n--- a/README.md\n+++ b/README.md\n@@ -1 +1 @@\n-# something\n+# else\n"
    ),
    "of a file that is not there": (
        b"diff --git a/gone.md b/gone.md\n--- a/gone.md\n+++ b/gone.md\n@@ -1 +1 @@\n-# something\n+# else\n"
    ),
    "out of the repository": (
        b"diff --git a/../x b/../x\nnew file mode 100644\n--- /dev/null\n+++ b/../x\n@@ -0,0 +1 @@\n+x\n"
    ),
    "binary without its data": (
        b"diff --git a/README.md b/README.md\nindex 1111111..2222222 100644\n"
        b"Binary files a/README.md and b/README.md differ\n"
    ),
}


@pytest.mark.parametrize("name", GARBAGE_DIFFS)
def test_a_diff_that_cannot_be_applied(room: Room, name: str) -> None:
    (room.root.parent / "change.diff").write_bytes(GARBAGE_DIFFS[name])
    room.run("check", "--no-spec", "--diff", "../change.diff").cannot_judge()
    room.run("check", "--no-spec", "--diff", "-", data=GARBAGE_DIFFS[name]).cannot_judge()


def test_a_diff_that_is_no_file(room: Room) -> None:
    room.run("check", "--no-spec", "--diff", "../nowhere.diff").cannot_judge("nowhere.diff")
    room.run("check", "--no-spec", "--diff", "shop").cannot_judge("shop")


# --- policies ------------------------------------------------------------------------------------------------------

POLICIES: dict[str, tuple[bytes, str]] = {
    "a key twice": (b"version: 1\nmode: warn\nmode: block\n", "mode"),
    "a key twice, further down": (b"version: 1\nverify: {on_commit: require, on_commit: off}\n", "on_commit"),
    "an unknown key": (b"version: 1\nmoode: block\n", "moode"),
    "an unknown key further down": (b"version: 1\nverify: {on_comit: require}\n", "on_comit"),
    "no YAML": (b"mode: [\n", "policy.yaml"),
    "a list": (b"- version: 1\n", "policy.yaml"),
    "another version": (b"version: 99\n", "99"),
    "a value of the wrong kind": (b"version: 1\nmode: 3\n", "mode"),
    "binary": (b"\0\1\2\3", "policy.yaml"),
    "Latin-1": (b"version: 1 # \xf6\n", "policy.yaml"),
    "a tag": (b"version: !!python/object/apply:os.getcwd []\n", "policy.yaml"),
    "expanding aliases": (
        b"a: &a [x, x, x, x, x, x, x, x, x]\n"
        + b"".join(b"%c: &%c [%s]\n" % (98 + n, 98 + n, b", ".join([b"*%c" % (97 + n)] * 9)) for n in range(9)),
        "policy.yaml",
    ),
    "two documents": (b"version: 1\n---\nmode: observe\n", "policy.yaml"),
}


def break_policy(room: Room, data: bytes) -> None:
    """Committed with --no-verify, as a person's mistake would be; the hooks' own answer is tested elsewhere."""
    room.write({POLICY: data})
    room.desk.git("commit", "-q", "--no-verify", "-m", "Break the policy", POLICY)


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_that_cannot_be_read(room: Room, name: str) -> None:
    data, says = POLICIES[name]
    break_policy(room, data)
    room.run("check", "--spec", ".delegation/specs/T-1.md").cannot_judge(says)
    human = room.try_commit("Change the cart", {"shop/cart.py": "TOTAL = 2\n"})
    assert (human.code, human.out) == (0, "")
    assert len(human.err.splitlines()) <= 1
    assert "Traceback" not in human.err


def test_a_policy_that_cannot_be_read_is_said_by_every_command(room: Room) -> None:
    break_policy(room, POLICIES["a key twice"][0])
    room.write({"README.md": "# work\n"})
    for command in (
        ("check", "--no-spec", "--policy", POLICY, "HEAD~2..HEAD~1"), ("check", "--staged", "--no-spec"),
        ("verify", "--spec", ".delegation/specs/T-1.md"), ("receipt", "show"), ("check", "--no-spec"),
    ):  # fmt: skip
        room.run(*command).cannot_judge("mode")
    assert "mode" in room.guard("doctor").out
    claimed = room.try_commit(CLAIM, {"shop/cart.py": "TOTAL = 1\n"})
    assert claimed.code != 0
    Outcome(2, claimed.out, claimed.err).cannot_judge("mode")


def test_a_policy_that_names_a_rule_that_does_not_exist(room: Room) -> None:
    break_policy(room, b"version: 1\nlevels: {scope/nothing: note}\n")
    room.run("check", "--spec", ".delegation/specs/T-1.md").cannot_judge("scope/nothing")
    claimed = room.try_commit(CLAIM, {"shop/cart.py": "TOTAL = 1\n"})
    assert claimed.code != 0
    Outcome(2, claimed.out, claimed.err).cannot_judge("scope/nothing")


def test_a_policy_that_is_a_symbolic_link(room: Room) -> None:
    (room.root / POLICY).unlink()
    (room.root / POLICY).symlink_to("../README.md")
    room.desk.git("commit", "-q", "--no-verify", "-m", "Link the policy", POLICY)
    room.run("check", "--no-spec", "HEAD~1..HEAD")
    room.run("check", "--spec", ".delegation/specs/T-1.md").cannot_judge("not a plain file")
    assert room.try_commit("Change the cart", {"shop/cart.py": "TOTAL = 2\n"}).code == 0


def test_a_policy_that_is_a_folder(room: Room) -> None:
    (room.root / POLICY).unlink()
    room.write({f"{POLICY}/x": "mode: observe\n"})
    room.desk.git("add", "-A")
    room.desk.git("commit", "-q", "--no-verify", "-m", "Make the policy a folder")
    room.run("check", "--spec", ".delegation/specs/T-1.md").cannot_judge("not a plain file")


def test_a_policy_that_is_no_file(room: Room) -> None:
    room.run("check", "--no-spec", "--policy", "nowhere.yaml").cannot_judge("nowhere.yaml")
    room.run("check", "--no-spec", "--policy", "shop").cannot_judge("shop")


# --- damaged repositories ------------------------------------------------------------------------------------------


def damage(room: Room, name: str, how: str) -> None:
    """Damage the loose object a name means."""
    oid = room.desk.git("rev-parse", name)
    path = room.root / ".git/objects" / oid[:2] / oid[2:]
    path.chmod(0o644)
    data = path.read_bytes()
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes({"empty": b"", "cut": data[: len(data) // 2], "garbage": b"\xff" * 64}[how])


DAMAGED = ("gone", "empty", "cut", "garbage")


@pytest.mark.parametrize(
    ("name", "how"),
    [
        *(("HEAD:shop/price.py", how) for how in DAMAGED), ("HEAD:shop", "cut"), ("HEAD:shop", "gone"),
        ("HEAD^{tree}", "empty"), ("HEAD^{tree}", "gone"), *(("HEAD", how) for how in DAMAGED), ("HEAD~1", "gone"),
    ],
)  # fmt: skip
def test_a_damaged_object_of_a_range(room: Room, name: str, how: str) -> None:
    start = room.desk.git("rev-parse", "HEAD~2")
    damage(room, name, how)
    room.run("check", f"{start}..HEAD").cannot_judge()


@pytest.mark.parametrize("how", ["gone", "cut"])
def test_a_damaged_spec(room: Room, how: str) -> None:
    damage(room, "HEAD:.delegation/specs/T-1.md", how)
    room.run("check", "HEAD~1..HEAD").cannot_judge()
    claimed = room.try_commit(CLAIM, {"shop/cart.py": "TOTAL = 1\n"})
    assert claimed.code != 0
    Outcome(2, claimed.out, claimed.err).cannot_judge()


@pytest.mark.parametrize("how", ["gone", "empty"])
def test_a_damaged_policy(room: Room, how: str) -> None:
    damage(room, f"HEAD:{POLICY}", how)
    room.run("check", "HEAD~1..HEAD").cannot_judge()
    room.run("verify", "HEAD").cannot_judge()
    human = room.try_commit("Change the cart", {"shop/cart.py": "TOTAL = 2\n"})
    assert (human.code, human.out) == (0, "")
    assert len(human.err.splitlines()) <= 1


@pytest.mark.parametrize(("what", "how"), [("", "gone"), ("", "garbage"), ("^{tree}", "gone"), ("^{tree}", "cut")])
def test_damaged_notes(room: Room, what: str, how: str) -> None:
    damage(room, f"{REF}{what}", how)
    room.run("receipt", "show").cannot_judge()
    room.run("check", "HEAD~1..HEAD").cannot_judge()
    claimed = room.try_commit(CLAIM, {"shop/price.py": "net = 1\n"})
    assert claimed.code != 0
    Outcome(2, claimed.out, claimed.err).cannot_judge()
    assert room.try_commit("A person's", {"shop/cart.py": "TOTAL = 2\n"}).code == 0


@pytest.mark.parametrize("how", ["gone", "cut"])
def test_a_damaged_note(room: Room, how: str) -> None:
    tree = room.desk.git("rev-parse", "HEAD^{tree}")
    path = room.desk.git("ls-tree", "-r", "--name-only", REF)
    assert path.replace("/", "") == tree
    damage(room, f"{REF}:{path}", how)
    room.run("receipt", "show").cannot_judge()
    room.run("receipt", "verify", "--spec", ".delegation/specs/T-1.md").cannot_judge()
    room.run("check", "HEAD~1..HEAD").cannot_judge()


@pytest.mark.parametrize("content", ["garbage\n", "", f"{'12' * 20}\n"])
def test_a_notes_ref_that_leads_nowhere(room: Room, content: str) -> None:
    (room.root / ".git" / REF).write_text(content, encoding="ascii")
    room.run("receipt", "show").cannot_judge(REF)
    room.run("check", "HEAD~1..HEAD").cannot_judge(REF)


def note(room: Room, data: bytes) -> None:
    """Whatever bytes as the note on HEAD's tree."""
    path = room.root.parent / "note"
    path.write_bytes(data)
    blob = room.desk.git("hash-object", "-w", str(path))
    room.desk.git("notes", f"--ref={REF}", "add", "-f", "-C", blob, "HEAD^{tree}")


NOTES: dict[str, bytes] = {
    "prose": b"verified, believe me\n",
    "binary": bytes(range(1, 256)) * 9,
    "JSON of another kind": b'{"payload": "x"}\n',
    "a list": b"[]\n",
    "not base64": b'{"payload":"%%%","payloadType":"application/vnd.in-toto+json","signatures":[]}\n',
    "nested without end": b"[" * 100_000 + b"\n",
}


@pytest.mark.parametrize("name", NOTES)
def test_notes_that_are_no_receipts_prove_nothing_and_are_said_to_be_unreadable(room: Room, name: str) -> None:
    note(room, NOTES[name])
    room.run("receipt", "show").cannot_judge("no receipt that can be read")
    for done in (
        room.run("check", "HEAD~1..HEAD"), room.run("receipt", "verify", "--spec", ".delegation/specs/T-1.md"),
    ):  # fmt: skip
        assert (done.code, done.err) == (1, "")
        assert "receipt/unreadable" in done.out


@pytest.mark.parametrize("data", [b"x\n" * 600_000, b"".join(b"line %d\n" % n for n in range(80))], ids=["MB", "lines"])
def test_more_notes_than_are_read(room: Room, data: bytes) -> None:
    note(room, data)
    room.run("receipt", "show").cannot_judge()
    room.run("check", "HEAD~1..HEAD").cannot_judge()


# --- where it is run -----------------------------------------------------------------------------------------------

EVERYWHERE: tuple[tuple[str, ...], ...] = (
    ("check",), ("check", "--staged", "--no-spec"), ("check", "HEAD~1..HEAD"), ("verify",), ("receipt", "show"),
    ("handoff", "status"), ("handoff", "finish"), ("doctor",), ("init", "--yes"), ("spec", "lint", "../T-1.md"),
    ("handoff", "start", "../T-1.md"),
)  # fmt: skip


@pytest.mark.parametrize("command", EVERYWHERE, ids=" ".join)
def test_not_a_repository(room: Room, command: Sequence[str], tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    room.run(*command, cwd=tmp_path / "plain").cannot_judge("not inside a git repository")
    assert not list((tmp_path / "plain").iterdir())


def test_a_folder_that_does_not_exist(room: Room) -> None:
    room.run("check", "-C", "nowhere").cannot_judge("nowhere")


@pytest.mark.parametrize(
    "command",
    [("check",), ("check", "--no-spec"), ("verify",), ("handoff", "start", "../T-1.md"), ("init", "--yes")],
    ids=" ".join,
)
def test_a_bare_repository(room: Room, command: Sequence[str], tmp_path: Path) -> None:
    bare = tmp_path / "bare.git"
    room.desk.git("clone", "-q", "--bare", ".", str(bare))
    other = Room(Desk(Sandbox(bare), "plain"), room.temporary)
    before = other.snapshot()
    room.run(*command, cwd=bare).cannot_judge("work tree")
    assert other.snapshot() == before


def test_a_range_in_a_bare_repository_is_judged(room: Room, tmp_path: Path) -> None:
    bare = tmp_path / "bare.git"
    room.desk.git("clone", "-q", "--bare", ".", str(bare))
    room.desk.git("push", "-q", str(bare), REF)
    done = room.run("check", "HEAD~1..HEAD", cwd=bare)
    assert (done.code, done.err) == (0, ""), done.out


@pytest.mark.parametrize(
    "command",
    [("check", "HEAD~1..HEAD"), ("verify", "HEAD"), ("receipt", "show"), ("handoff", "start", "../../T-1.md")],
    ids=" ".join,
)
def test_before_the_first_commit(room: Room, command: Sequence[str], tmp_path: Path) -> None:
    fresh = tmp_path / "inner" / "fresh"
    fresh.mkdir(parents=True)
    room.desk.sandbox.run("git", "init", "-q", cwd=fresh)
    room.run(*command, cwd=fresh).cannot_judge()
    assert not (fresh / ".git/delegation-guard").exists()


def test_a_change_before_the_first_commit_is_judged(room: Room, tmp_path: Path) -> None:
    fresh = tmp_path / "inner" / "fresh"
    fresh.mkdir(parents=True)
    room.desk.sandbox.run("git", "init", "-q", cwd=fresh)
    (fresh / "a.py").write_text("a = 1\n", encoding="utf-8")
    for command in (("check",), ("check", "--no-spec"), ("check", "--staged", "--no-spec")):
        done = room.run(*command, cwd=fresh)
        assert (done.code, done.err) == (0, ""), done.out


def test_a_claimed_commit_in_a_shallow_clone(room: Room, tmp_path: Path) -> None:
    shallow = tmp_path / "shallow"
    room.desk.sandbox.run("git", "clone", "-q", "--depth", "2", room.root.as_uri(), str(shallow))
    room.run("check", "HEAD~1..HEAD", cwd=shallow).cannot_judge("shallow")


def test_nothing_delegated_in_a_shallow_clone(room: Room, tmp_path: Path) -> None:
    room.desk.accepted("-q", "-m", "One", files={"shop/cart.py": "TOTAL = 1\n"})
    room.desk.accepted("-q", "-m", "Two", files={"shop/cart.py": "TOTAL = 2\n"})
    shallow = tmp_path / "shallow"
    room.desk.sandbox.run("git", "clone", "-q", "--depth", "2", room.root.as_uri(), str(shallow))
    room.run("check", "HEAD~1..HEAD", cwd=shallow)


def test_a_conflict_in_the_index(room: Room) -> None:
    room.desk.git("checkout", "-q", "-b", "side", "HEAD~1")
    room.desk.accepted("-q", "-m", "Side", files={"README.md": "# side\n"})
    room.desk.git("checkout", "-q", "main")
    room.desk.accepted("-q", "-m", "Main", files={"README.md": "# main\n"})
    room.desk.sandbox.run("git", "merge", "side", check=False)
    room.run("check", "--staged", "--no-spec").cannot_judge("README.md")


# --- our own state -------------------------------------------------------------------------------------------------

RECORDS: dict[str, bytes] = {
    "empty": b"", "binary": b"\0\xff\xfe", "no JSON": b"{", "a list": b"[]", "another version": b'{"version": 99}',
    "fields missing": b'{"version": 1, "task": "T-1"}',
}  # fmt: skip


@pytest.mark.parametrize("name", RECORDS)
def test_a_hand_off_record_that_cannot_be_read(room: Room, name: str) -> None:
    (room.root / RECORD).write_bytes(RECORDS[name])
    room.run("handoff", "status").cannot_judge("handoff.json")
    room.run("check").cannot_judge("handoff.json")
    refused = room.try_commit("Change the cart", {"shop/cart.py": "TOTAL = 2\n"})
    assert refused.code != 0
    Outcome(2, refused.out, refused.err).cannot_judge("handoff.json")


def test_a_hand_off_record_that_cannot_be_read_is_said_by_every_command(room: Room) -> None:
    (room.root / RECORD).write_bytes(b"{")
    for command in (
        ("handoff", "finish"), ("handoff", "finish", "--stopped", "no"), ("check", "--staged"), ("verify",),
        ("handoff", "amend", "--add", "a.py", "--because", "x"), ("handoff", "start", "../T-1.md"),
        ("check", "--path", "a.py"), ("check", "HEAD~1..HEAD"),
    ):  # fmt: skip
        room.run(*command).cannot_judge("handoff.json")


def test_a_hand_off_record_whose_spec_was_edited(room: Room) -> None:
    room.desk.hand_off(SPEC.replace("T-1", "T-2"), "--skip-base-run")
    record = room.root / RECORD
    text = record.read_text(encoding="utf-8")
    record.write_text(text.replace("python3 -m unittest", "true -m unittest"), encoding="utf-8")
    room.run("handoff", "finish").cannot_judge("digest")


@pytest.mark.parametrize("place", ["nowhere/report.json", "shop"])
def test_a_report_that_cannot_be_written(room: Room, place: str) -> None:
    done = room.run("check", "--no-spec", "HEAD~1..HEAD", "--format", "json", "--output", place)
    done.cannot_judge(place)


def test_an_interrupted_run(room: Room) -> None:
    spec = SPEC.replace("python3 -m unittest discover -s tests -t .", "touch started; sleep 60")
    (room.root.parent / "slow.md").write_text(spec, encoding="utf-8")
    for command in (("verify", "--spec", "../slow.md"), ("handoff", "start", "../slow.md")):
        before = room.snapshot()
        running = subprocess.Popen(
            ("delegation-guard", *command), cwd=room.root, env=room.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        until = time.monotonic() + 60
        while not list(room.temporary.glob("*/tree/started")):
            assert time.monotonic() < until, "the command never started"
            time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=60)
        assert running.returncode == 130
        assert err.splitlines() == ["delegation-guard: interrupted; nothing was recorded"]
        assert room.snapshot() == before
        assert not list(room.temporary.iterdir())
        assert room.desk.git("worktree", "list").count("\n") == 0
