from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from delegation_guard.repo.repository import Repository

if TYPE_CHECKING:
    from support import Sandbox


@pytest.fixture(autouse=True)
def no_outside_git(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def repo(sandbox: Sandbox) -> Repository:
    return Repository.find(str(sandbox.root))
