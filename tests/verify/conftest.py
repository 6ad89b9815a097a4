from __future__ import annotations

import os
import sys

import pytest

from delegation_guard.model.contract import Contract, VerifyCommand
from delegation_guard.model.policy import Limits, Policy, VerifyPolicy
from delegation_guard.repo.repository import Repository
from delegation_guard.verify.request import Request

CLOCK = "2030-01-01T00:00:00+00:00"


@pytest.fixture
def python(monkeypatch) -> str:
    """The interpreter that runs these tests, by an absolute path: it has pytest."""
    return sys.executable


@pytest.fixture
def ask(sandbox, tmp_path):
    """A Request for what is committed: ask("command", ..., base="HEAD~1", limits=..., **more)."""

    def make(*commands: str, head: str = "HEAD", base: str = "", policy: Policy | None = None, **more) -> Request:
        repo = Repository.find(str(sandbox.root))
        directory = more.pop("directory", "")
        verify = tuple(VerifyCommand(command, number, directory) for number, command in enumerate(commands, 9))
        limits = more.pop("limits", Limits(seconds=60))
        rules = policy or Policy(verify=VerifyPolicy(limits=limits, **more.pop("verify", {})))
        parent = tmp_path / "checkouts"
        parent.mkdir(exist_ok=True)
        return Request(
            repo=repo, tree=repo.tree_of(head), base_tree=repo.tree_of(base) if base else "",
            contract=Contract("T-1", "test", 1, (), verify, sha256="ab" * 32), policy=rules,
            environment=more.pop("environment", dict(os.environ)), clock=lambda: CLOCK, parent=str(parent), **more,
        )  # fmt: skip

    return make
