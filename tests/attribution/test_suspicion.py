from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delegation_guard.attribution import glance
from delegation_guard.attribution.patterns import lines, write_patterns
from delegation_guard.attribution.suspicion import suspicion
from delegation_guard.model.policy import Policy

ANN = "Ann Author <ann@example.invalid>"
BRANCHES = Policy(branches=("delegate/*", "bot-?"))


@pytest.mark.parametrize(
    ("author", "message", "branch"),
    [
        (ANN, "Fix", "main"),
        (ANN, "Fix\n\nCo-authored-by: Claude <noreply@anthropic.com>", ""),
        (ANN, "Fix\n\nCo-authored-by: Claude Opus 4.1 <noreply@anthropic.com>", ""),
        ("Gemini <noreply@example.invalid>", "Fix", ""),
        ("Minimal Nanosecond <flashy@example.invalid>", "Fix", ""),
        ("Ann <ann@mini.example.invalid>", "Fix", ""),
        (ANN, "Write a haiku about flash drives, mini and nano", "feature/haiku"),
        (ANN, "Fix", "undelegated/x"),
        (ANN, "Fix", "bot-12"),
    ],
)
def test_ordinary_work_is_not_suspected(author: str, message: str, branch: str) -> None:
    assert suspicion(author, message, branch, BRANCHES) == ""
    assert not glance.suspects_quickly(author, message.encode(), branch, lines(BRANCHES))


@pytest.mark.parametrize(
    ("author", "message", "branch", "word"),
    [
        ("claude-haiku-4-5 <x@y.invalid>", "Fix", "", "haiku"),
        ("Haiku <noreply@anthropic.com>", "Fix", "", "haiku"),
        ("bot <gpt-5-mini@example.invalid>", "Fix", "", "mini"),
        (ANN, "Fix\n\nCo-Authored-By: Claude Haiku 4.5 <noreply@anthropic.com>", "", "haiku"),
        (ANN, "Squash\n\n* x\n\n  > co-authored-by: Gemini 2.5 Flash <a@b.invalid>", "", "flash"),
        (ANN, "Fix", "delegate/T-1/second", "delegate/*"),
        (ANN, "Fix", "bot-7", "bot-?"),
    ],
)
def test_names_and_branches_that_look_delegated(author: str, message: str, branch: str, word: str) -> None:
    assert word in suspicion(author, message, branch, BRANCHES)
    assert glance.suspects_quickly(author, message.encode(), branch, lines(BRANCHES))


def test_closed_attribution_suspects_everybody() -> None:
    closed = replace(BRANCHES, attribution="closed")
    assert "closed" in suspicion(ANN, "Fix", "main", closed)
    assert glance.suspects_quickly(ANN, b"Fix", "main", lines(closed))


def test_require_spec_alone_suspects_nobody() -> None:
    assert not glance.suspects_quickly(ANN, b"Fix", "main", lines(Policy(require_spec=True)))


def test_the_embedded_default_is_the_default_policys() -> None:
    assert lines(Policy()) == glance.DEFAULT


def test_patterns_are_read_back_and_those_of_other_policies_go(tmp_path) -> None:
    write_patterns(tmp_path, "a" * 40, Policy())
    write_patterns(tmp_path, "b" * 40, BRANCHES)
    assert glance.patterns(tmp_path, "b" * 40) == lines(BRANCHES)
    assert glance.patterns(tmp_path, "a" * 40) is None
    assert [path.name for path in tmp_path.iterdir()] == [f"attribution-{'b' * 40}"]


def test_without_a_policy_nothing_is_written_and_the_default_holds(tmp_path) -> None:
    write_patterns(tmp_path, "", Policy())
    assert list(tmp_path.iterdir()) == []
    assert glance.patterns(tmp_path, "") == glance.DEFAULT


@pytest.mark.parametrize("data", [b"", b"delegate haiku\n", b"delegation-guard attribution 2\n", b"\xff\n"])
def test_a_file_that_is_not_understood_makes_it_look_closer(tmp_path, data: bytes) -> None:
    (tmp_path / f"attribution-{'a' * 40}").write_bytes(data)
    known = glance.patterns(tmp_path, "a" * 40)
    assert known is None
    assert glance.suspects_quickly(ANN, b"Fix", "", known)


def test_an_unknown_line_makes_it_look_closer() -> None:
    assert glance.suspects_quickly(ANN, b"Fix", "", ("signed-by ann",))
    assert glance.suspects_quickly(ANN, b"Fix", "", lines(Policy(delegates=("two\nlines",))))


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path) -> None:
    (tmp_path / "file").write_text("x")
    write_patterns(tmp_path / "file" / "state", "a" * 40, Policy())
    assert glance.patterns(tmp_path / "file" / "state", "a" * 40) is None


@given(st.text("ab*?", max_size=8), st.text("ab", max_size=8))
def test_wildcards_mean_what_they_do_in_the_shell(pattern: str, text: str) -> None:
    assert glance.wildcard(pattern, text) == fnmatchcase(text, pattern)


@given(st.text("minaGei5- <@>", max_size=12), st.text("mini \n:", max_size=12), st.sampled_from(["", "delegate/x"]))
def test_the_quick_look_misses_no_suspicion(author: str, message: str, branch: str) -> None:
    message = f"x\nCo-authored-by: {message}"
    if suspicion(author, message, branch, BRANCHES):
        assert glance.suspects_quickly(author, message.encode(), branch, lines(BRANCHES))


def test_the_first_look_imports_next_to_nothing() -> None:
    code = "import sys; import delegation_guard.attribution.glance; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-I", "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}"],
                            capture_output=True, text=True, check=True).stdout.split()  # fmt: skip
    assert not {"re", "json", "dataclasses", "typing", "delegation_guard.model"} & set(loaded)
