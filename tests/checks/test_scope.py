"""Scope: what a heading permits, what it does not, and what the messages offer."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import ONLY, contract, edit
from delegation_guard.checks import scope
from delegation_guard.checks.lookalike import skeleton
from delegation_guard.checks.paths import covers, glob_match
from delegation_guard.model.change import Change, FileChange
from delegation_guard.model.contract import ContextItem
from delegation_guard.model.finding import Finding
from delegation_guard.model.report import NotAnalysed
from support import subject

A = {"src/a.py": "a = 1\n"}
B = {"src/a.py": "a = 2\n"}
X, L, G = "100755", "120000", "160000"


def rules(judged, *, notes: bool = False) -> list[str]:
    quiet = {"scope/glob", "scope/stopped"} if not notes else set()
    return [f"{f.rule}:{f.certainty}" for f in scope.find(judged) if isinstance(f, Finding) and f.rule not in quiet]


def one(judged) -> Finding:
    findings = [item for item in scope.find(judged) if isinstance(item, Finding)]
    assert len(findings) == 1, [item.message for item in findings]
    return findings[0]


@pytest.mark.parametrize(
    ("headings", "before", "after", "modes_before", "modes_after"),
    [
        (["src/a.py"], A, B, {}, {}),
        (["src/a.py"], {}, A, {}, {}),
        (["src/a.py (create)"], {}, A, {}, {}),
        (["src/a.py (delete)"], A, {}, {}, {}),
        (["src/a.py (rename to src/b.py)"], A, {"src/b.py": "a = 1\n"}, {}, {}),
        (["src/a.py (rename to src/b.py)"], A, {"src/b.py": "a = 3\n"}, {}, {}),
        (["src/a.py (rename to src/A.py)"], A, {"src/A.py": "a = 1\n"}, {}, {}),
        (["src/a.py (rename to src/b.py)"], A, {"src/b.py": "a = 1\n"}, {"src/a.py": X}, {"src/b.py": X}),
        (["src/a.py (mode 755)"], A, A, {}, {"src/a.py": X}),
        (["src/a.py (mode 100755)"], {}, A, {}, {"src/a.py": X}),
        (["src/a.py (mode 644)"], A, A, {"src/a.py": X}, {}),
        (["src/a.py", "src/a.py (mode 755)"], A, B, {}, {"src/a.py": X}),
        (["src/a.py (symlink to b.py)"], {}, {"src/a.py": "b.py"}, {}, {"src/a.py": L}),
        (["src/a.py (symlink to b.py)"], A, {"src/a.py": "b.py"}, {}, {"src/a.py": L}),
        (["libs/x (submodule)"], {"libs/x": "1" * 40}, {"libs/x": "2" * 40}, {"libs/x": G}, {"libs/x": G}),
        (["src/*.py (glob)"], A, {**B, "src/b.py": ""}, {}, {}),
        (["src/** (glob)"], A, {**B, "src/x/y/b.py": ""}, {}, {}),
        (["src/a.py (mode 644)"], {"src/a.py": "b.py"}, A, {"src/a.py": L}, {}),
        (["src/a.py"], A, B, {"src/a.py": X}, {"src/a.py": X}),
    ],
)
def test_permitted(headings, before, after, modes_before, modes_after):
    judged = subject(before, after, modes_before=modes_before, modes_after=modes_after, contract=contract(*headings))
    assert rules(judged) == []


@pytest.mark.parametrize(
    ("headings", "before", "after", "modes_before", "modes_after", "expected"),
    [
        (["src/a.py"], A, {**B, "x.py": ""}, {}, {}, ["scope/unlisted:sure"]),
        (["src/a.py"], {**A, "x.py": ""}, B, {}, {}, ["scope/unlisted:sure"]),
        (["src/a.py"], A, {}, {}, {}, ["scope/action:sure", "scope/untouched:sure"]),
        (["src/a.py"], A, {"src/b.py": "a = 1\n"}, {}, {},
         ["scope/action:sure", "scope/unlisted:sure", "scope/untouched:sure"]),
        (["src/a.py"], A, B, {}, {"src/a.py": X}, ["scope/action:sure"]),
        (["src/a.py"], A, {"src/a.py": "b.py"}, {}, {"src/a.py": L}, ["scope/action:sure"]),
        (["src/a.py (symlink to b.py)"], A, {"src/a.py": "/etc/x"}, {}, {"src/a.py": L}, ["scope/action:sure"]),
        (["src/a.py"], A, {"src/a.py": "1" * 40}, {}, {"src/a.py": G}, ["scope/action:sure"]),
        (["src/a.py"], {"src/a.py": "b.py"}, A, {"src/a.py": L}, {}, ["scope/action:sure"]),
        (["src/a.py (delete)"], A, B, {}, {}, ["scope/action:sure", "scope/untouched:sure"]),
        (["src/a.py (create)"], A, B, {}, {}, ["scope/action:doubtful"]),
        (["src/a.py"], {}, A, {}, {"src/a.py": X}, ["scope/action:doubtful"]),
        (["src/a.py (mode 755)"], A, B, {}, {"src/a.py": X}, ["scope/action:doubtful"]),
        (["src/a.py (mode 755)"], {}, A, {}, {}, ["scope/untouched:sure"]),
        (["src/a.py (rename to src/b.py)"], A, {**A, "src/b.py": ""}, {}, {}, ["scope/untouched:sure"]),
        (["src/a.py (rename to src/b.py)"], A, {}, {}, {}, ["scope/untouched:sure"]),
        (["src/a.py (rename to src/b.py)"], {**A, "src/b.py": "old"}, {"src/b.py": "new"}, {}, {},
         ["scope/action:doubtful"]),
        (["src/a.py (rename to src/b.py)"], A, {"src/b.py": "c.py"}, {}, {"src/b.py": L}, ["scope/action:sure"]),
        (["src/*.py (glob)"], {**A, "src/b.py": ""}, B, {}, {}, ["scope/action:sure"]),
        (["src/*.py (glob)"], A, {**B, "src/x/c.py": ""}, {}, {}, ["scope/unlisted:sure"]),
        (["src/*.rs (glob)", "src/a.py"], A, B, {}, {}, ["scope/untouched:sure"]),
        (["src/a.py", "src/b.py"], A, B, {}, {}, ["scope/untouched:sure"]),
        (["src/a.py (symlink to b.py)"], {}, {"README.md": ""}, {}, {},
         ["scope/unlisted:sure", "scope/untouched:sure"]),
    ],
)  # fmt: skip
def test_refused(headings, before, after, modes_before, modes_after, expected):
    judged = subject(before, after, modes_before=modes_before, modes_after=modes_after, contract=contract(*headings))
    assert rules(judged) == expected


def test_no_contract_says_nothing():
    assert list(scope.find(subject(A, {**B, "x": ""}))) == []


def test_empty_list_permits_nothing():
    assert rules(subject(A, B, contract=contract())) == ["scope/unlisted:sure"]


def test_context_is_read_only_unless_a_heading_names_it():
    spec = contract("src/b.py", context=("src/a.py",))
    finding = next(iter(scope.find(subject(A, {**B, "src/b.py": ""}, contract=spec))))
    assert (finding.rule, finding.certainty, finding.clause.line) == ("scope/context-edited", "sure", 7)
    assert rules(subject(A, B, contract=contract("src/a.py", context=("src/a.py",)))) == []
    both = contract("src/*.py (glob)", context=("src/a.py",))
    assert rules(subject(A, B, contract=both)) == ["scope/context-edited:doubtful"]


def test_a_commit_of_a_task_may_edit_what_an_earlier_one_created():
    created = contract("src/a.py (create)")
    assert rules(subject(A, B, contract=created, span="commit")) == []


def test_unlisted_offers_both_exits_and_quotes_the_clause():
    finding = one(subject(A, {**B, "tests/x y.py": ""}, contract=contract("src/a.py")))
    assert finding.clause == ONLY
    assert finding.hint == (
        "undo it: git rm -q -f -- ':/tests/x y.py', then git commit --amend --no-edit (or a rebase, if others follow)"
        " - or STOP and report what stands in the way"
    )
    assert finding.remedy == """delegation-guard handoff amend --add 'tests/x y.py' --because "..." """.strip()
    assert "handoff" not in finding.hint


def test_a_protected_path_is_not_offered_to_amend():
    path = ".github/workflows/ci.yml"
    finding = one(subject(A, {**B, path: ""}, contract=contract("src/a.py")))
    assert (finding.location.path, finding.remedy) == (path, "")


@settings(deadline=None)
@given(st.text(max_size=12), st.text(max_size=12))
def test_only_the_very_bytes_are_covered(listed, path):
    assert (covers(contract(listed), path) is not None) is (listed == path)


@settings(deadline=None)
@given(st.text(max_size=20))
def test_a_skeleton_is_its_own_skeleton(path):
    assert skeleton(skeleton(path)) == skeleton(path)


@settings(deadline=None)
@given(st.text("ab/.*", max_size=10))
def test_a_pattern_without_stars_means_itself(path):
    assert glob_match(path.replace("*", ""), path.replace("*", ""))
    assert glob_match("**", path)


def test_action_tells_the_author_the_marker():
    finding = next(iter(scope.find(subject(A, {}, contract=contract("src/a.py"), span="commit"))))
    assert "write `src/a.py (delete)` in line 10 of .delegation/specs/T-1.md" in finding.remedy


@pytest.mark.parametrize(
    ("listed", "path", "says"),
    [
        ("src/Money.py", "src/money.py", "upper and lower case"),
        ("src/invoice.py", "src/inv\u043eice.py", "look alike"),
        ("src/\u00e9.py", "src/e\u0301.py", "Unicode form"),
        ("src/a.py", "src/a.py ", "a blank"),
        ("src/a.py", "src/a.py.", "a dot"),
        ("src/a.py", "src/a\u200b.py", "U+200B"),
        ("src/a.py", "src/a.py\n", "U+000A"),
        ("src/a.py", "src\\a.py", "backslash"),
        ("src/a.py", "src/b\udcff.py", "UTF-8"),
        ("src/a.py", "\uff53rc/a.py", "look alike"),
    ],
)
def test_lookalikes_are_refused_and_explained(listed, path, says):
    judged = subject({}, {listed: "", path: ""}, contract=contract(listed))
    found = [item for item in scope.find(judged) if isinstance(item, Finding) and item.location.path == path]
    assert {item.rule for item in found} >= {"scope/unlisted", "scope/lookalike"}
    assert any(says in item.message for item in found)


def test_case_only_rename_is_both_ends_and_a_twin():
    judged = subject({"src/Money.py": "m"}, {"src/money.py": "m"}, contract=contract("src/Money.py"), span="commit")
    assert rules(judged) == [
        "scope/action:sure", "scope/unlisted:sure", "scope/lookalike:sure", "scope/untouched:sure",
    ]  # fmt: skip


def test_listed_new_path_beside_an_existing_twin():
    judged = subject(
        {"docs/readme.md": ""}, {"docs/readme.md": "", "docs/README.md": ""}, contract=contract("docs/README.md")
    )
    assert rules(judged) == ["scope/lookalike:sure"]


def test_stop_is_a_note_and_nothing_is_missing():
    claimed = subject(A, A, contract=contract("src/a.py", "src/b.py"))
    assert rules(claimed, notes=True) == ["scope/stopped:sure"]
    stopped = subject(A, B, contract=contract("src/a.py", "src/b.py"), stopped="b.py is not there")
    assert rules(stopped, notes=True) == ["scope/stopped:sure"]
    assert "b.py is not there" in next(iter(scope.find(stopped))).message


def test_stop_does_not_excuse_an_unlisted_file():
    stopped = subject(A, {**A, "x": ""}, contract=contract("src/a.py"), stopped="why")
    assert rules(stopped) == ["scope/unlisted:sure"]


def test_glob_counts_its_files():
    judged = subject(A, {**B, "src/b.py": ""}, contract=contract("src/*.py (glob)"))
    assert [item.message for item in scope.find(judged)] == [
        "the pattern src/*.py of the spec let 2 changed files through"
    ]


def test_generated_file_names_its_command():
    spec = contract("src/a.py", allowed=("src/gen.py by make gen", "uv.lock"))
    finding = one(subject(A, {**B, "src/gen.py": "x", "uv.lock": ""}, contract=spec))
    assert finding.rule == "scope/generated"
    assert "`make gen`" in finding.message


@pytest.mark.parametrize("text", ["a = 1\n".encode("utf-16"), b"a\0b", "caf\u00e9".encode("latin-1")])
def test_source_that_is_no_text(text):
    found = rules(subject(A, {"src/a.py": text}, contract=contract("src/a.py")))
    assert [item.partition(":")[0] for item in found] == ["scope/unreadable"]


def test_source_that_never_was_text_is_not_analysed():
    judged = subject({"src/a.py": b"\xe9"}, {"src/a.py": b"\xe9\xe9"}, contract=contract("src/a.py"))
    assert [type(item) for item in scope.find(judged)] == [NotAnalysed]


def test_binary_files_and_boms_are_fine():
    spec = contract("img/a.png", "src/a.py")
    judged = subject({}, {"img/a.png": b"\x89\0", "src/a.py": b"\xef\xbb\xbfa = 1\n"}, contract=spec)
    assert rules(judged) == []


def test_lfs_pointer_is_said():
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 12\n"
    finding = one(subject({}, {"img/a.png": pointer}, contract=contract("img/a.png")))
    assert finding.rule == "scope/lfs-pointer"


def test_the_guards_own_folder_is_left_to_the_guard_family():
    judged = subject(A, {**B, ".delegation/specs/T-2.md": ""}, contract=contract("src/a.py"))
    assert rules(judged) == []


def test_may_touch_answers_before_the_edit():
    spec = contract("src/a.py", "package.json", "pkg/**/x.py (glob)", context=("b.py",), allowed=("gen.py by make",))
    assert scope.may_touch(spec, "src/a.py") == spec.edits[0]
    assert scope.may_touch(spec, "pkg/x.py") == spec.edits[2]
    assert scope.may_touch(spec, "package-lock.json") == spec.edits[1]
    assert scope.may_touch(spec, "gen.py") == spec.allowed[0]
    assert isinstance(scope.may_touch(spec, "b.py"), ContextItem)
    for path in ("c.py", "src/A.py", "./src/a.py", "src//a.py", "Cargo.lock", ""):
        assert scope.may_touch(spec, path) is None


def test_spec_paths_that_leave_the_repository_cover_nothing():
    for listed in ("../x.py", "/etc/passwd", "src/../x.py", "./x.py"):
        assert covers(contract(listed), "x.py") is None


@pytest.mark.parametrize(
    ("pattern", "path", "hit"),
    [
        ("src/*.py", "src/a.py", True), ("src/*.py", "src/x/a.py", False), ("src/**", "src/x/a.py", True),
        ("src/**/a.py", "src/a.py", True), ("src/**/a.py", "src/x/y/a.py", True), ("src/**/a.py", "src/xa.py", False),
        ("**/a.py", "a.py", True), ("a?.py", "ab.py", True), ("a?.py", "a/.py", False), ("*.py", ".py", True),
        ("src/[ab].py", "src/a.py", False), ("src/*", "src", False), ("src/**", "src", False), ("*", "a\nb", True),
    ],
)  # fmt: skip
def test_globs(pattern, path, hit):
    assert glob_match(pattern, path) is hit


def test_ten_thousand_files_are_all_named_quickly():
    files = tuple(FileChange(f"gen/{n:05}.py", "A", "000000", "100644", "", "1" * 40) for n in range(10_000))
    judged = subject(A, B, contract=contract("src/a.py"), span="commit")
    big = type(judged)(**{**judged.__dict__, "change": Change("commit", "base", "head", files)})
    assert sum(item.rule == "scope/unlisted" for item in scope.find(big) if isinstance(item, Finding)) == 10_000


def test_rename_heading_with_block_is_an_edit_too():
    spec = contract(edit("src/a.py (rename to src/b.py)", 1, "a = 5\n"))
    assert rules(subject(A, {"src/b.py": "a = 5\n"}, contract=spec)) == []
