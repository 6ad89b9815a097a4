"""The commands of a refusal, run in a real repository: afterwards the path is as the change found it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts import contract
from delegation_guard.checks import scope
from delegation_guard.model.change import Change
from delegation_guard.model.finding import Finding
from delegation_guard.model.inputs import Subject
from delegation_guard.model.policy import Policy
from delegation_guard.repo.diff import between
from delegation_guard.repo.index import staged_tree, worktree_tree
from delegation_guard.repo.objects import GitObjects
from delegation_guard.repo.repository import Repository

if TYPE_CHECKING:
    from support import Sandbox

ODD = (
    "src/a b'c.py",
    "src/[x]*.py",
    "src/\u00e9.py",
    "src/tab\there.py",
    ":colon.py",
    "src/b\udcff.py",
    "-n",
    ".env",
    "_x",
    "a!b",
)


def judged(repo: Repository, origin: str) -> list[Finding]:
    base = repo.head_tree()
    head = staged_tree(repo) if origin == "staged" else worktree_tree(repo)
    with GitObjects(repo) as objects:
        change = Change(origin, base, head, between(repo, base, head))  # type: ignore[arg-type]
        subject = Subject("change", change, objects, Policy(), "delegated", contract("listed.py"), span="commit")
        return [item for item in scope.find(subject) if isinstance(item, Finding) and item.rule == "scope/unlisted"]


@pytest.mark.parametrize("origin", ["staged", "worktree"])
@pytest.mark.parametrize("name", ODD)
def test_undo_takes_a_path_back(sandbox: Sandbox, origin: str, name: str) -> None:
    sandbox.commit("base", {"listed.py": "1\n", "keep.py": "1\n", "src/[x]y.py": "1\n", f"old/{name}": "old\n"})
    sandbox.write({"listed.py": "2\n", name: "new\n", f"old/{name}": "changed\n", "src/sub/x": "1"})
    if origin == "staged":
        sandbox.git("add", "-A")
    repo = Repository.find(str(sandbox.root))
    findings = judged(repo, origin)
    assert {finding.location.path for finding in findings} == {name, f"old/{name}", "src/sub/x"}
    for finding in findings:
        command = finding.hint.removeprefix("undo it: ").partition(" - or STOP")[0]
        sandbox.run("bash", "-c", command, cwd=sandbox.root)
    assert judged(repo, origin) == []
    assert (sandbox.root / "listed.py").read_text() == "2\n"
    assert (sandbox.root / "src/[x]y.py").read_text() == "1\n"


def test_undo_of_a_deletion_and_a_mode(sandbox: Sandbox) -> None:
    sandbox.commit("base", {"listed.py": "1\n", "gone.py": "1\n", "mode.sh": "1\n"})
    sandbox.write({"gone.py": None, "listed.py": "2\n"})
    (sandbox.root / "mode.sh").chmod(0o755)
    sandbox.git("add", "-A")
    repo = Repository.find(str(sandbox.root))
    for finding in judged(repo, "staged"):
        command = finding.hint.removeprefix("undo it: ").partition(" - or STOP")[0]
        assert command.startswith("git restore --source=")
        sandbox.run("bash", "-c", command, cwd=sandbox.root)
    assert judged(repo, "staged") == []
    assert (sandbox.root / "gone.py").read_text() == "1\n"


def test_commands_work_from_a_folder_below(sandbox: Sandbox) -> None:
    sandbox.commit("base", {"listed.py": "1\n", "sub/x.py": "1\n"})
    sandbox.write({"other.py": "1\n", "sub/x.py": "2\n"})
    sandbox.git("add", "-A")
    repo = Repository.find(str(sandbox.root))
    for finding in judged(repo, "staged"):
        sandbox.run(
            "bash", "-c", finding.hint.removeprefix("undo it: ").partition(" - or")[0], cwd=sandbox.root / "sub"
        )
    assert judged(repo, "staged") == []
