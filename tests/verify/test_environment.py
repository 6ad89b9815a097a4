"""The allow-list, PATH, and what setup gets on top."""

from __future__ import annotations

import sys

import pytest

from delegation_guard.verify.environment import network, scrubbed


def path_of(given: dict[str, str], **more) -> str:
    return scrubbed(given, home="/h", temporary="/t", **more)["PATH"]


def test_home_and_temporary_are_the_runs_own(tmp_path) -> None:
    (tmp_path / ".cargo").mkdir()
    found = scrubbed({"HOME": str(tmp_path), "TMPDIR": "/x", "LC_ALL": "C", "X": "1"}, home="/h", temporary="/t")
    assert (found["HOME"], found["TMPDIR"], found["LC_ALL"], found["LANG"]) == ("/h", "/t", "C", "C.UTF-8")
    assert found["CARGO_HOME"] == str(tmp_path / ".cargo")
    assert "RUSTUP_HOME" not in found and "X" not in found


def test_path_has_no_empty_or_relative_entry_and_each_once() -> None:
    assert path_of({"PATH": ":.:bin:/usr/bin:/bin:/usr/bin:"}, first=("/first",)) == "/first:/usr/bin:/bin"
    assert path_of({}) == "/usr/local/bin:/usr/bin:/bin"


def test_path_entries_are_moved_or_dropped() -> None:
    moves = {"/live/bin": "/new/bin", "/live/gone": None}
    given = {"PATH": "/live/bin:/live/gone:/bin"}
    assert path_of(given, moved=lambda entry: moves.get(entry, entry)) == "/new/bin:/bin"


@pytest.mark.skipif(sys.prefix == sys.base_prefix, reason="not in a virtual environment")
def test_under_pre_commit_its_environment_is_not_the_projects() -> None:
    path = f"{sys.prefix}/bin:/usr/bin"
    assert path_of({"PATH": path, "PRE_COMMIT": "1"}) == "/usr/bin"
    assert path_of({"PATH": path}) == path


def test_setup_gets_the_way_to_the_network_and_no_password() -> None:
    kept = {"https_proxy": "http://proxy:1", "PIP_INDEX_URL": "https://x"}
    assert network(kept | {"HTTP_PROXY": "http://u:p@proxy:1", "TOKEN": "t"}) == kept
