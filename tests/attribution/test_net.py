"""The net change of a task, on real histories: others' changes in between are not the task's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from delegation_guard.attribution.net import net_change
from delegation_guard.attribution.walk import Walk
from delegation_guard.repo.commits import commits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from delegation_guard.model.change import Change
    from delegation_guard.repo.repository import Repository
    from support import Sandbox

LINES = [f"line {number}\n" for number in range(12)]


def text(**changed: str) -> str:
    """Twelve lines, some of them changed: `text(l3="three")`."""
    lines = list(LINES)
    for name, value in changed.items():
        lines[int(name[1:])] = f"{value}\n"
    return "".join(lines)


class History:
    """Commits by name, those of the task marked."""

    def __init__(self, sandbox: Sandbox, repo: Repository) -> None:
        self.sandbox = sandbox
        self.repo = repo
        self.base = sandbox.commit("base", {"a.txt": text(), "b.txt": text(), "c.txt": text()})
        self.mine: set[str] = set()

    def task(self, files: Mapping[str, str | bytes | None], *more: str) -> str:
        oid = self.sandbox.commit("task", files, *more)
        self.mine.add(oid)
        return oid

    def other(self, files: Mapping[str, str | bytes | None]) -> str:
        return self.sandbox.commit("other", files)

    def net(self) -> Change:
        with self.repo.objects() as objects:
            walk = Walk(self.repo, objects, commits(self.repo, self.base, "HEAD"))
            return net_change(walk, frozenset(self.mine), "task")

    def sides(self) -> dict[str, tuple[str | None, str | None]]:
        change = self.net()
        with self.repo.objects() as objects:
            return {
                file.path: tuple(
                    data if data is None else data.decode()
                    for data in (objects.read(change.base, file.path), objects.read(change.head, file.path))
                )
                for file in change.files
            }


@pytest.fixture
def history(sandbox: Sandbox, repo: Repository) -> History:
    return History(sandbox, repo)


def test_one_commit_is_its_own_change(history: History) -> None:
    history.other({"c.txt": text(l0="other")})
    history.task({"a.txt": text(l1="mine")})
    assert history.sides() == {"a.txt": (text(), text(l1="mine"))}


def test_two_commits_are_one_change(history: History) -> None:
    history.task({"a.txt": text(l1="first"), "new.txt": "x\n"})
    history.task({"a.txt": text(l1="second"), "b.txt": None})
    assert history.sides() == {
        "a.txt": (text(), text(l1="second")), "b.txt": (text(), None), "new.txt": (None, "x\n"),
    }  # fmt: skip


def test_touched_and_put_back_is_no_change(history: History) -> None:
    history.task({"a.txt": text(l1="oops"), "b.txt": text(l1="mine")})
    history.task({"a.txt": text()})
    assert list(history.sides()) == ["b.txt"]


def test_another_path_changed_in_between_is_not_the_tasks(history: History) -> None:
    history.task({"a.txt": text(l1="mine")})
    history.other({"c.txt": text(l1="theirs"), "d.txt": "new\n"})
    history.task({"b.txt": text(l1="mine")})
    assert sorted(history.sides()) == ["a.txt", "b.txt"]


def test_other_lines_of_the_same_path_are_on_both_sides(history: History) -> None:
    history.task({"a.txt": text(l1="mine")})
    history.other({"a.txt": text(l1="mine", l9="theirs")})
    history.task({"b.txt": text(l1="mine")})
    assert history.sides()["a.txt"] == (text(l9="theirs"), text(l1="mine", l9="theirs"))


def test_a_fix_up_after_the_last_commit_is_not_judged(history: History) -> None:
    history.task({"a.txt": text(l1="mine")})
    history.task({"b.txt": text(l1="mine")})
    history.other({"a.txt": text(l1="repaired"), "z.txt": "z\n"})
    assert history.sides() == {"a.txt": (text(), text(l1="mine")), "b.txt": (text(), text(l1="mine"))}


def test_the_same_lines_changed_by_another_and_then_again_start_from_theirs(history: History) -> None:
    history.task({"a.txt": text(l1="mine")})
    history.other({"a.txt": text(l1="theirs")})
    history.task({"a.txt": text(l1="mine again")})
    assert history.sides() == {"a.txt": (text(l1="theirs"), text(l1="mine again"))}


def test_the_same_lines_changed_by_another_and_left_so_still_count_as_touched(history: History) -> None:
    history.task({"a.txt": text(l1="mine")})
    history.other({"a.txt": text(l1="theirs")})
    history.task({"b.txt": text(l1="mine")})
    assert history.sides()["a.txt"] == (text(), text(l1="theirs"))


def test_a_file_of_the_tasks_that_another_deletes_is_gone(history: History) -> None:
    history.task({"new.txt": "x\n", "b.txt": text(l1="mine")})
    history.other({"new.txt": None})
    history.task({"a.txt": text(l1="mine")})
    assert sorted(history.sides()) == ["a.txt", "b.txt"]


def test_binary_and_mode_changes_of_others(history: History) -> None:
    history.task({"a.txt": b"\0mine", "b.txt": text(l1="mine")})
    history.other({"a.txt": b"\0theirs"})
    (history.sandbox.root / "b.txt").chmod(0o755)
    history.other({})
    history.task({"a.txt": b"\0mine again", "c.txt": "x\n"})
    change = history.net()
    modes = {file.path: (file.old_mode, file.new_mode) for file in change.files}
    assert modes["b.txt"] == ("100755", "100755")
    assert history.sides()["a.txt"] == ("\0theirs", "\0mine again")


def test_a_clean_merge_of_main_is_nobodys_change(history: History) -> None:
    sandbox = history.sandbox
    sandbox.git("switch", "-qc", "topic")
    history.task({"a.txt": text(l1="mine")})
    sandbox.git("switch", "-q", "main")
    sandbox.commit("on main", {"a.txt": text(l9="main"), "c.txt": text(l1="main"), "m.txt": "m\n"})
    sandbox.git("switch", "-q", "topic")
    sandbox.git("merge", "-q", "--no-edit", "main")
    history.task({"b.txt": text(l1="mine")})
    assert history.sides() == {
        "a.txt": (text(l9="main"), text(l1="mine", l9="main")), "b.txt": (text(), text(l1="mine")),
    }  # fmt: skip


def test_what_the_task_adds_to_a_merge_is_its_change(history: History) -> None:
    sandbox = history.sandbox
    sandbox.git("switch", "-qc", "topic")
    history.task({"a.txt": text(l1="mine")})
    sandbox.git("switch", "-q", "main")
    sandbox.commit("on main", {"c.txt": text(l1="main")})
    sandbox.git("switch", "-q", "topic")
    sandbox.git("merge", "-q", "--no-commit", "main")
    history.task({"evil.txt": "x\n"})
    assert sorted(history.sides()) == ["a.txt", "evil.txt"]


def test_a_conflict_the_task_resolved_starts_from_mains_lines(history: History) -> None:
    sandbox = history.sandbox
    sandbox.git("switch", "-qc", "topic")
    history.task({"a.txt": text(l1="mine")})
    sandbox.git("switch", "-q", "main")
    sandbox.commit("on main", {"a.txt": text(l1="main", l9="main")})
    sandbox.git("switch", "-q", "topic")
    sandbox.run("git", "merge", "-q", "main", check=False)
    history.task({"a.txt": text(l1="both", l9="main")})
    assert history.sides() == {"a.txt": (text(l1="main", l9="main"), text(l1="both", l9="main"))}


@pytest.mark.parametrize("taken", ["ours", "theirs"])
def test_a_conflict_resolved_by_taking_one_side_shows(history: History, taken: str) -> None:
    """A conflict between others in a file the task never touched: whoever chooses a side has made a change."""
    sandbox = history.sandbox
    sandbox.git("switch", "-qc", "topic")
    history.other({"a.txt": text(l1="ours")})
    sandbox.git("switch", "-q", "main")
    sandbox.commit("on main", {"a.txt": text(l1="theirs")})
    sandbox.git("switch", "-q", "topic")
    sandbox.run("git", "merge", "-q", "main", check=False)
    history.task({"a.txt": text(l1=taken)})
    dropped = "theirs" if taken == "ours" else "ours"
    assert history.sides() == {"a.txt": (text(l1=dropped), text(l1=taken))}


def test_commits_of_the_task_on_a_side_branch_count(history: History) -> None:
    sandbox = history.sandbox
    history.task({"a.txt": text(l1="mine")})
    sandbox.git("switch", "-qc", "side")
    history.task({"b.txt": text(l1="mine")})
    sandbox.git("switch", "-q", "main")
    history.other({"c.txt": text(l1="theirs")})
    sandbox.git("merge", "-q", "--no-edit", "side")
    assert sorted(history.sides()) == ["a.txt", "b.txt"]


def test_a_first_commit_of_all(sandbox: Sandbox, repo: Repository) -> None:
    oid = sandbox.commit("task", {"a.txt": "x\n"})
    with repo.objects() as objects:
        walk = Walk(repo, objects, commits(repo, "", "HEAD"))
        change = net_change(walk, frozenset({oid}), "task")
    assert [(file.path, file.status) for file in change.files] == [("a.txt", "A")]


def test_a_file_that_becomes_a_folder(history: History) -> None:
    history.task({"a.txt": None, "b.txt": text(l1="mine")})
    history.task({"a.txt/inside": "x\n"})
    assert history.sides()["a.txt"] == (text(), None)
    assert history.sides()["a.txt/inside"] == (None, "x\n")
