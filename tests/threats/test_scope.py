"""Threats (a): ways past the list of files. Every change is made with real git; ids are those of the threat table."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from contracts import contract
from delegation_guard.checks import fidelity, guard, locks, scope
from delegation_guard.checks.paths import covers
from delegation_guard.errors import GitError, SpecError
from delegation_guard.model.change import Change
from delegation_guard.model.contract import Contract
from delegation_guard.model.finding import Finding
from delegation_guard.model.inputs import Subject
from delegation_guard.model.policy import Policy
from delegation_guard.repo.commits import require_full
from delegation_guard.repo.diff import between
from delegation_guard.repo.index import staged_tree, worktree_tree
from delegation_guard.repo.merges import clean_merge
from delegation_guard.repo.objects import GitObjects
from delegation_guard.repo.repository import Repository
from delegation_guard.spec.parser import parse

if TYPE_CHECKING:
    from support import Sandbox

LISTED = "src/invoice.py"
BASE = {LISTED: "total = 1\n", "tests/test_invoice.py": "def test():\n    assert 1\n", "run.sh": "true\n"}


@pytest.fixture
def base(sandbox: Sandbox) -> Sandbox:
    sandbox.commit("base", BASE)
    return sandbox


def found(sandbox: Sandbox, old: str, new: str, spec: Contract | None = None) -> dict[str, set[str]]:
    """Rules by path for the change between two trees or commits."""
    repo = Repository.find(str(sandbox.root))
    trees = repo.tree_of(old), repo.tree_of(new)
    with GitObjects(repo) as objects:
        change = Change("commit", *trees, between(repo, *trees))
        judged = Subject("change", change, objects, Policy(), "delegated", spec or contract(LISTED))
        rules: dict[str, set[str]] = {}
        for check in (scope, locks, guard):
            for item in check.find(judged):
                if isinstance(item, Finding) and item.rule != "scope/untouched":
                    rules.setdefault(item.location.path, set()).add(item.rule)
        return rules


def after(sandbox: Sandbox, spec: Contract | None = None) -> dict[str, set[str]]:
    """Rules by path for everything in the work tree, committed."""
    head = sandbox.git("rev-parse", "HEAD")
    return found(sandbox, head, sandbox.commit("work"), spec)


def test_a0_the_listed_file_alone_is_fine(base: Sandbox) -> None:
    base.write({LISTED: "total = 2\n"})
    assert after(base) == {}


def test_a1_an_unlisted_file(base: Sandbox) -> None:
    base.write({LISTED: "total = 2\n", "x.py": ""})
    assert after(base) == {"x.py": {"scope/unlisted"}}


def test_a2_a_rename_is_both_ends(base: Sandbox) -> None:
    base.git("mv", LISTED, "src/b.py")
    assert after(base) == {LISTED: {"scope/action"}, "src/b.py": {"scope/unlisted"}}


def test_a2_an_unlisted_file_renamed_to_the_listed_path(base: Sandbox) -> None:
    base.git("mv", "-f", "run.sh", LISTED)
    assert after(base) == {"run.sh": {"scope/unlisted"}}


def test_a3_a_case_only_rename(base: Sandbox) -> None:
    base.git("mv", "-f", LISTED, "src/Invoice.py")
    assert after(base) == {LISTED: {"scope/action"}, "src/Invoice.py": {"scope/unlisted", "scope/lookalike"}}


@pytest.mark.parametrize(
    ("threat", "path"),
    [
        ("a4", "src/inv\u043eice.py"), ("a4", "\u0455rc/invoice.py"), ("a5", "src/invoic\u0065\u0301.py"),
        ("a6", "src/invoice.py "), ("a6", "src/invoice.py."), ("a6", "src/invoice.py\r"), ("a6", "src/invoice.py\n"),
        ("a6", " src/invoice.py"), ("a6", "src/invoice.py\u200b"), ("a6", "src\\invoice.py"),
    ],
)  # fmt: skip
def test_a4_a5_a6_paths_that_read_like_the_listed_one(base: Sandbox, threat: str, path: str) -> None:
    listed = "src/invoic\u00e9.py" if threat == "a5" else LISTED
    base.write({path: "x\n"})
    assert after(base, contract(LISTED, listed)) == {path: {"scope/unlisted", "scope/lookalike"}}


@pytest.mark.parametrize("path", ["src/invoice.py b/x.py", "a\tb", 'a"b.py', "a/src/invoice.py", "src/invoice.py/../x"])
def test_a7_quoted_and_crafted_paths(base: Sandbox, path: str) -> None:
    blob = base.git("hash-object", "-w", "--stdin", data="x\n")
    if ".." in path:
        assert covers(contract(LISTED), path) is None
        return
    if path.startswith(LISTED):
        base.git("rm", "-q", "--cached", LISTED)
    base.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}")
    assert "scope/unlisted" in found(base, "HEAD", base.git("write-tree"))[path]


def test_a8_the_listed_file_becomes_a_link(base: Sandbox) -> None:
    (base.root / LISTED).unlink()
    (base.root / LISTED).symlink_to("/etc/passwd")
    assert after(base) == {LISTED: {"scope/action"}}


def test_a9_a_link_replaces_a_folder(base: Sandbox) -> None:
    (base.root / "tests/test_invoice.py").rename(base.root / "elsewhere.py")
    (base.root / "tests").rmdir()
    (base.root / "tests").symlink_to("src")
    rules = after(base)
    assert rules["tests"] == {"scope/unlisted"}
    assert rules["tests/test_invoice.py"] == {"scope/unlisted"}


def test_a10_a_submodule_is_always_explicit(base: Sandbox) -> None:
    base.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},libs/x")
    one = base.git("commit-tree", base.git("write-tree"), "-m", "x")
    assert found(base, "HEAD", one) == {"libs/x": {"scope/unlisted"}}
    assert found(base, "HEAD", one, contract(LISTED, "libs/x")) == {"libs/x": {"scope/action"}}
    assert found(base, "HEAD", one, contract(LISTED, "libs/x (submodule)")) == {}
    base.git("update-index", "--add", "--cacheinfo", f"160000,{'2' * 40},libs/x")
    assert found(base, one, base.git("write-tree"), contract("libs/x")) == {"libs/x": {"scope/action"}}


def test_a11_a_submodules_address(base: Sandbox) -> None:
    text = '[submodule "x"]\n\tpath = libs/x\n\turl = https://one.example/x\n'
    base.commit("module", {".gitmodules": text})
    base.write({".gitmodules": text.replace("one", "two")})
    assert after(base, contract(".gitmodules", trust="range")) == {".gitmodules": {"guard/git-config"}}


def test_a12_a_mode_alone(base: Sandbox) -> None:
    (base.root / "run.sh").chmod(0o755)
    (base.root / LISTED).chmod(0o755)
    assert after(base) == {"run.sh": {"scope/unlisted"}, LISTED: {"scope/action"}}


def test_a13_a_pointer_is_content_nobody_saw(base: Sandbox) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "{}" * 32 + "\nsize 3\n"
    base.commit("pointer", {"a.bin": pointer.replace("{}", "00")})
    base.write({"a.bin": pointer.replace("{}", "11")})
    assert after(base) == {"a.bin": {"scope/unlisted"}}
    base.write({"a.bin": pointer.replace("{}", "22")})
    assert after(base, contract("a.bin")) == {"a.bin": {"scope/lfs-pointer"}}


def test_a14_a15_attributes_and_drivers_hide_nothing(base: Sandbox) -> None:
    base.git("config", "diff.nil.textconv", "true")
    base.git("config", "diff.nil.command", "false")
    base.commit("attributes", {".gitattributes": "*.py diff=nil\n*.sh -diff\nx.py binary\n"})
    base.write({"x.py": "1\n", "run.sh": "false\n"})
    assert after(base) == {"x.py": {"scope/unlisted"}, "run.sh": {"scope/unlisted"}}
    base.write({".gitattributes": "*.py -diff\n"})
    assert after(base, contract(".gitattributes", trust="range")) == {".gitattributes": {"guard/git-config"}}


def test_a16_an_ignore_pattern_and_a_removed_test(base: Sandbox) -> None:
    base.git("rm", "-q", "--cached", "tests/test_invoice.py")
    base.write({".gitignore": "tests/\n"})
    rules = after(base, contract(".gitignore", trust="range"))
    assert rules == {".gitignore": {"guard/ignored-path"}, "tests/test_invoice.py": {"scope/unlisted"}}


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_a17_flags_that_hide_a_dirty_file(base: Sandbox, flag: str) -> None:
    base.git("update-index", flag, "run.sh")
    base.write({"run.sh": "false\n"})
    repo = Repository.find(str(base.root))
    assert found(base, repo.head_tree(), worktree_tree(repo)) == {"run.sh": {"scope/unlisted"}}


def test_a18_touched_and_reverted_is_seen_in_each_commit(base: Sandbox) -> None:
    start = base.git("rev-parse", "HEAD")
    touched = base.commit("touch", {"run.sh": "false\n", LISTED: "total = 2\n"})
    reverted = base.commit("revert", {"run.sh": "true\n"})
    assert found(base, start, reverted) == {}
    assert found(base, start, touched) == {"run.sh": {"scope/unlisted"}}
    assert found(base, touched, reverted) == {"run.sh": {"scope/unlisted"}}


def test_a19_a_merge_that_smuggles(base: Sandbox) -> None:
    base.git("checkout", "-q", "-b", "side")
    base.commit("side", {"side.py": ""})
    base.git("checkout", "-q", "main")
    base.commit("main", {LISTED: "total = 2\n"})
    base.git("merge", "-q", "--no-commit", "--no-ff", "side")
    base.write({"smuggled.py": ""})
    merge = base.commit("merge")
    clean = clean_merge(Repository.find(str(base.root)), (f"{merge}^1", f"{merge}^2"))
    assert clean is not None
    assert found(base, clean, merge) == {"smuggled.py": {"scope/unlisted"}}


def test_a20_no_base_no_verdict(base: Sandbox) -> None:
    base.commit("two", {LISTED: "total = 2\n"})
    base.run("git", "clone", "-q", "--depth=1", f"file://{base.root}", str(base.root) + "-shallow")
    shallow = Repository.find(str(base.root) + "-shallow")
    with pytest.raises(GitError):
        require_full(shallow)
    with pytest.raises(GitError):
        between(shallow, "0" * 40, shallow.head_tree())


def test_a21_replace_refs_are_not_followed(base: Sandbox) -> None:
    old = base.git("rev-parse", "HEAD")
    new = base.commit("work", {"x.py": ""})
    base.git("replace", old, new)
    assert found(base, old, new) == {"x.py": {"scope/unlisted"}}


def test_a22_what_a_listed_file_holds_is_left_to_fidelity() -> None:
    assert {rule.family for rule in fidelity.RULES} == {"fidelity"}


def test_a23_a_pattern_is_a_pattern_only_when_it_says_so(base: Sandbox) -> None:
    base.write({"src/a.py": "", "src/deep/b.py": ""})
    head = base.git("rev-parse", "HEAD")
    new = base.commit("work")
    assert found(base, head, new, contract("src/*")) == {
        "src/a.py": {"scope/unlisted"}, "src/deep/b.py": {"scope/unlisted"},
    }  # fmt: skip
    counted = found(base, head, new, contract("src/* (glob)"))
    assert counted == {"src/deep/b.py": {"scope/unlisted"}, ".delegation/specs/T-1.md": {"scope/glob"}}


def test_a24_a_dependency_and_a_lock_file(base: Sandbox) -> None:
    base.commit("node", {"package.json": '{"dependencies": {}}', "package-lock.json": '{"packages": {}}'})
    base.write({"package.json": '{"dependencies": {"x": "1"}}', "package-lock.json": '{"packages": {"": {}}}'})
    rules = after(base)
    assert rules == {"package.json": {"scope/unlisted"}, "package-lock.json": {"scope/lock-without-manifest"}}


def test_a25_a_generated_file_is_permitted_by_command_only(base: Sandbox) -> None:
    base.write({"src/gen.py": "anything\n"})
    assert after(base, contract(LISTED, allowed=("src/gen.py by make gen",))) == {"src/gen.py": {"scope/generated"}}


@pytest.mark.parametrize("path", ["src/../conftest.py", "../x.py", "/etc/passwd", "C:\\x.py", "a/../../x"])
def test_a26_paths_that_leave_are_refused_by_the_parser_and_cover_nothing(path: str) -> None:
    text = f"TASK T-1: x\n\nCHANGES TO MAKE:\n### 1. {path}\nedit it\n\nVERIFY:\npytest\n"
    try:
        spec = parse(text.encode(), "T-1.md", "base")
    except SpecError:
        return
    assert covers(spec, os.path.normpath(path)) is None


def test_a26_a_leading_dot_is_normalised() -> None:
    text = f"TASK T-1: x\n\nCHANGES TO MAKE:\n### 1. ./{LISTED}\nedit it\n\nVERIFY:\npytest\n"
    try:
        spec = parse(text.encode(), "T-1.md", "base")
    except SpecError:
        return
    assert covers(spec, LISTED) is not None


def test_a27_a_huge_change_is_not_cut_short(base: Sandbox) -> None:
    base.write({f"gen/{number}.txt": "" for number in range(3000)})
    base.git("add", "-A")
    repo = Repository.find(str(base.root))
    assert len(found(base, repo.head_tree(), staged_tree(repo))) == 3000


@pytest.mark.parametrize("data", ["total = 2\n".encode("utf-16"), b"total = 2\0\n", b"\xfe\xff\0t"])
def test_a28_source_nobody_can_parse_is_a_finding(base: Sandbox, data: bytes) -> None:
    base.write({LISTED: data})
    assert after(base) == {LISTED: {"scope/unreadable"}}
