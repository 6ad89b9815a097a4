from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delegation_guard.errors import GitError
from delegation_guard.repo.commits import commit, commits, commits_plumbing, parse_commit, parse_range
from delegation_guard.repo.repository import Repository

if TYPE_CHECKING:
    from pathlib import Path

    from support import Sandbox

TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


def store(repo: Repository, header: str, message: bytes, encoding: str = "utf-8") -> str:
    data = header.encode(encoding) + b"\n" + message
    return repo.git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", data=data).decode().strip()


def header(extra: str = "", name: str = "Ann") -> str:
    return f"tree {TREE}\nauthor {name} <a@b> 1 +0000\ncommitter Bob <b@c> 2 -0100\n{extra}"


def test_a_commit_as_stored(sandbox: Sandbox, repo: Repository) -> None:
    first = sandbox.commit("first")
    second = sandbox.commit("subject\n\nbody\n\nDelegation-Spec: T-1", {"a.txt": "a\n"}, "--author=Zoë <z@x>")
    found = commit(repo, "HEAD")
    assert (found.oid, found.parents) == (second, (first,))
    assert found.tree == sandbox.git("rev-parse", "HEAD^{tree}")
    assert (found.author, found.committer) == ("Zoë <z@x>", "Ann Author <ann@example.invalid>")
    assert found.message == "subject\n\nbody\n\nDelegation-Spec: T-1\n"
    assert commit(repo, first).parents == ()


def test_every_setting_of_log_is_without_effect(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first")
    before = commit(repo, "HEAD")
    for key, value in {
        "log.showSignature": "true", "log.mailmap": "true", "log.date": "relative", "format.pretty": "oneline",
        "i18n.logOutputEncoding": "latin1", "color.ui": "always", "log.follow": "true", "log.showRoot": "false",
    }.items():  # fmt: skip
        sandbox.git("config", key, value)
    sandbox.commit("second", {".mailmap": "Somebody <s@x> <ann@example.invalid>\n"})
    assert commit(repo, "HEAD~1") == before
    assert commits(repo, "", "HEAD")[0] == before


def test_messages_in_other_encodings(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.git("config", "i18n.commitEncoding", "ISO-8859-1")
    sandbox.write({"message": "Grüße\n".encode("latin-1")})
    sandbox.git("commit", "-q", "--allow-empty", "-F", "message")
    assert commit(repo, "HEAD").message == "Grüße\n"


ENCODINGS = ["utf-16", "utf-7", "hz", "iso2022_jp", "unicode_escape", "base64", "cp037", "none", "é"]


@pytest.mark.parametrize("name", ENCODINGS)
def test_an_encoding_cannot_hide_a_trailer(name: str) -> None:
    message = b"x\n\nDelegation-Spec: T-1 +AEE- \\x41\n"
    data = header(f"encoding {name}\n").encode() + b"\n" + message
    assert parse_commit("1" * 40, data).message == message.decode()


def test_bytes_that_are_no_text_and_nul_survive(repo: Repository) -> None:
    oid = store(repo, header(), b"a\xff\0\nDelegation-Spec: T-1\n")
    found = commit(repo, oid)
    assert found.message == "a\udcff\0\nDelegation-Spec: T-1\n"


def test_a_huge_message(repo: Repository) -> None:
    oid = store(repo, header(), b"x" * 5_000_000 + b"\nDelegation-Spec: T-1\n")
    assert commit(repo, oid).message.endswith("Delegation-Spec: T-1\n")


def test_signature_lines_are_not_headers() -> None:
    signature = "gpgsig -----BEGIN\n tree 0000\n parent 1111\n -----END\n"
    found = parse_commit("1" * 40, (header(signature) + "\nmessage\n").encode())
    assert (found.tree, found.parents, found.message) == (TREE, (), "message\n")


def test_a_second_author_line_does_not_count() -> None:
    found = parse_commit("1" * 40, (header("author Eve <e@e> 1 +0000\n") + "\nm\n").encode())
    assert found.author == "Ann <a@b>"


def test_what_is_not_a_commit_is_an_error(sandbox: Sandbox, repo: Repository) -> None:
    sandbox.commit("first", {"a.txt": "a\n"})
    with pytest.raises(GitError):
        commit(repo, "HEAD:a.txt")
    with pytest.raises(GitError, match="malformed"):
        parse_commit("1" * 40, b"rubbish\n\nmessage")


@given(st.binary(max_size=200))
def test_any_message_is_read_to_its_end(message: bytes) -> None:
    found = parse_commit("1" * 40, header().encode() + b"\n" + message)
    assert found.message.encode("utf-8", "surrogateescape") == message


@given(st.binary(max_size=200))
def test_any_bytes_are_a_commit_or_an_error(data: bytes) -> None:
    try:
        assert parse_commit("1" * 40, data).tree
    except GitError as error:
        assert error.hint


def grown(sandbox: Sandbox) -> dict[str, str]:
    """first - second - merge(side1, side2) - last, as an octopus."""
    made = {"first": sandbox.commit("first", {"a.txt": "a\n"}), "second": sandbox.commit("second")}
    for name in ("side1", "side2"):
        sandbox.git("checkout", "-q", "-b", name, made["first"])
        made[name] = sandbox.commit(name, {f"{name}.txt": "x\n"})
    sandbox.git("checkout", "-q", "main")
    sandbox.git("merge", "-q", "--no-ff", "-m", "octopus", "side1", "side2")
    made["octopus"] = sandbox.git("rev-parse", "HEAD")
    made["last"] = sandbox.commit("last")
    return made


def test_ranges_go_over_all_parents_oldest_first(sandbox: Sandbox, repo: Repository) -> None:
    made = grown(sandbox)
    found = commits(repo, made["first"], "HEAD")
    oids = [each.oid for each in found]
    assert set(oids) == {made[name] for name in ("second", "side1", "side2", "octopus", "last")}
    for each in found:
        assert all(parent not in oids or oids.index(parent) < oids.index(each.oid) for parent in each.parents)
    assert found[-2].parents == (made["second"], made["side1"], made["side2"])
    assert commits_plumbing(repo, ["HEAD", f"^{made['first']}"]) == found
    assert commits_plumbing(repo, [made["last"], "--not", made["first"]]) == found
    assert [each.oid for each in commits(repo, "", made["second"])] == [made["first"], made["second"]]
    assert commits(repo, "HEAD", "HEAD") == ()
    assert commits(repo, "HEAD", made["first"]) == ()


def test_many_commits_by_one_process(sandbox: Sandbox, repo: Repository) -> None:
    stream = "".join(
        f"commit refs/heads/main\ncommitter A <a@b> {number} +0000\ndata 2\nx\nM 644 inline f\ndata 2\n{number % 10}\n"
        for number in range(1, 501)
    )
    sandbox.git("fast-import", "--quiet", data=stream)
    assert len(commits(repo, "", "main")) == len(commits_plumbing(repo, ["main"])) == 500


def test_the_push_path_with_remotes(sandbox: Sandbox, repo: Repository, tmp_path: Path) -> None:
    sandbox.commit("first")
    sandbox.git("init", "-q", "--bare", str(tmp_path / "remote"))
    sandbox.git("remote", "add", "origin", str(tmp_path / "remote"))
    assert len(commits_plumbing(repo, ["HEAD", "--not", "--remotes=origin"])) == 1
    sandbox.git("push", "-q", "origin", "main")
    new = sandbox.commit("second")
    assert [each.oid for each in commits_plumbing(repo, ["HEAD", "--not", "--remotes=origin"])] == [new]
    assert commits_plumbing(repo, []) == ()
    for bad in ("--output=x", "", "nowhere", "-n1", "--since=x"):
        with pytest.raises(GitError):
            commits_plumbing(repo, ["HEAD", bad])


def test_grafts_and_replacements_do_not_shorten_a_range(sandbox: Sandbox, repo: Repository) -> None:
    made = grown(sandbox)
    plain = commits(repo, made["first"], "HEAD")
    (sandbox.root / ".git/info").mkdir(exist_ok=True)
    (sandbox.root / ".git/info/grafts").write_text(f"{made['last']} {made['first']}\n")
    sandbox.git("replace", made["octopus"], made["second"])
    assert len(sandbox.git("rev-list", f"{made['first']}..HEAD").split()) < len(plain), "the trap is set"
    assert commits(repo, made["first"], made["last"]) == plain
    assert commits_plumbing(repo, [made["last"], f"^{made['first']}"]) == plain


def test_another_repository_in_the_environment_is_not_walked(
    sandbox: Sandbox, repo: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = grown(sandbox)
    sandbox.git("init", "-q", str(tmp_path / "other"))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other/.git"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(tmp_path / "other/.git/objects"))
    here = Repository.find(str(sandbox.root))
    assert len(commits(here, made["first"], made["last"])) == 5


def test_worktrees_and_bare_repositories_are_walked(sandbox: Sandbox, tmp_path: Path) -> None:
    made = grown(sandbox)
    sandbox.git("worktree", "add", "-q", "--detach", str(tmp_path / "side"))
    sandbox.git("clone", "-q", "--bare", str(sandbox.root), str(tmp_path / "bare"))
    for name in ("side", "bare"):
        assert len(commits(Repository.find(str(tmp_path / name)), made["first"], made["last"])) == 5


def test_ranges_as_written(sandbox: Sandbox, repo: Repository) -> None:
    made = grown(sandbox)
    assert parse_range(repo, "HEAD~1..HEAD") == (made["octopus"], made["last"])
    assert parse_range(repo, "side1...side2") == (made["first"], made["side2"])
    assert parse_range(repo, "side1..side2") == (made["side1"], made["side2"])
    assert parse_range(repo, f"{made['first'][:8]}..") == (made["first"], made["last"])
    assert parse_range(repo, "..side1") == (made["last"], made["side1"])


@pytest.mark.parametrize(
    ("range_", "words"),
    [("HEAD", "is not a range"), ("nowhere..HEAD", "'nowhere' was not found"), ("HEAD...none", "'none' was not found"),
     ("--all..HEAD", "'--all'"), (f"{'1' * 40}..HEAD", "was not found"), ("HEAD...lone", "no common ancestor")],
)  # fmt: skip
def test_ranges_that_cannot_be_judged(sandbox: Sandbox, repo: Repository, range_: str, words: str) -> None:
    sandbox.commit("first")
    sandbox.git("checkout", "-q", "--orphan", "lone")
    sandbox.commit("lone")
    sandbox.git("checkout", "-q", "main")
    with pytest.raises(GitError) as caught:
        parse_range(repo, range_)
    assert words in caught.value.message
    assert caught.value.hint


def test_a_shallow_clone_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    for number in range(3):
        sandbox.commit(f"{number}")
    sandbox.git("clone", "-q", "--depth=2", f"file://{sandbox.root}", str(tmp_path / "shallow"))
    shallow = Repository.find(str(tmp_path / "shallow"))
    for ask in (
        lambda: parse_range(shallow, "HEAD~1..HEAD"), lambda: commits(shallow, "HEAD~1", "HEAD"),
        lambda: commits_plumbing(shallow, ["HEAD"]),
    ):  # fmt: skip
        with pytest.raises(GitError, match="cannot judge: this clone is shallow") as caught:
            ask()
        assert "git fetch --unshallow" in caught.value.hint


def test_a_missing_object_in_the_range_is_an_error(sandbox: Sandbox, repo: Repository) -> None:
    made = grown(sandbox)
    oid = made["side1"]
    (sandbox.root / ".git/objects" / oid[:2] / oid[2:]).unlink()
    for ask in (lambda: commits(repo, made["first"], "HEAD"), lambda: commits_plumbing(repo, ["HEAD"])):
        with pytest.raises(GitError):
            ask()


def test_the_push_path_does_not_load_gitpython(sandbox: Sandbox) -> None:
    sandbox.commit("first")
    program = (
        "import sys\n"
        "from delegation_guard.repo.commits import commits_plumbing\n"
        "from delegation_guard.repo.repository import Repository\n"
        "assert len(commits_plumbing(Repository.find(), ['HEAD'])) == 1\n"
        "assert not {'git', 'unidiff'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-I", "-c", program], cwd=sandbox.root, check=True)
