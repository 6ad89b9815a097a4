"""What is proposed for the lock files that are there."""

from __future__ import annotations

import pytest

from delegation_guard.verify.roots import TABLE, propose
from support import DictObjects, as_tree


def roots(*paths: str) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    objects = DictObjects({"tree": as_tree(dict.fromkeys(paths, "x"))})
    return {root.path: (root.setup, root.carry) for root in propose(objects, "tree")}


def test_nothing_known_nothing_proposed() -> None:
    assert roots("a.py", "docs/x.md") == {}


@pytest.mark.parametrize(("name", "kind", "setup", "carry"), TABLE)
def test_every_row_proposes_its_lines(name: str, kind: str, setup: tuple[str, ...], carry: tuple[str, ...]) -> None:
    assert roots(name, "a.txt") == {".": (setup, carry)}


def test_what_is_locked_exactly_counts_and_languages_add_up() -> None:
    assert roots("pyproject.toml", "uv.lock", "requirements.txt", "package-lock.json", "yarn.lock") == {
        ".": (("uv sync --frozen", "npm ci --no-audit --no-fund"), (".venv", "node_modules"))
    }


def test_each_folder_is_a_root_of_its_own_top_first() -> None:
    assert list(roots("web/package-lock.json", "uv.lock", "a/b/Cargo.lock")) == [".", "web", "a/b"]


def test_members_of_a_workspace_belong_to_its_root() -> None:
    assert list(roots("uv.lock", "packages/a/pyproject.toml", "packages/b/pyproject.toml")) == ["."]
    assert list(roots("package-lock.json", "api/pyproject.toml")) == [".", "api"]


def test_other_peoples_lock_files_are_not_ours() -> None:
    others = ("node_modules/x/package-lock.json", "tests/fixtures/uv.lock", "vendor/y/go.sum", "a/b/c/d/uv.lock")
    assert roots(*others) == {}
