"""Real repositories with real hooks: the installed console script, real git, real pre-commit and prek."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support import Sandbox

if TYPE_CHECKING:
    import subprocess

PROGRAMS = Path(sys.executable).parent
KINDS = ("plain", "pre-commit", "prek")
AGENT_MARKS = ("CLAUDECODE", "CODEX_SANDBOX", "CODEX_THREAD_ID", "GEMINI_CLI", "CURSOR_AGENT", "AI_AGENT")

PRODUCT = "def gross(net):\n    return net * 119 // 100\n"
TESTS = (
    "import unittest\n\nfrom shop.price import gross\n\n\nclass PriceTest(unittest.TestCase):\n"
    "    def test_gross(self):\n        self.assertEqual(gross(100), 119)\n"
)
BASE = {
    "shop/__init__.py": "", "shop/price.py": PRODUCT, "shop/cart.py": "TOTAL = 0\n",
    "tests/__init__.py": "", "tests/test_price.py": TESTS, "README.md": "# shop\n",
}  # fmt: skip
BLOCK = "def double(net):\n    return 2 * net\n"
SPEC = f"""\
TASK T-1: add double()
KIND: helper

CONTEXT — read these files first:
- shop/cart.py:1 — not touched

EXISTING BEHAVIOR THAT MUST BE PRESERVED:
- gross(100) == 119

CHANGES TO MAKE:
### 1. shop/price.py
Append:
```python
{BLOCK}```

VERIFY:
python3 -m unittest discover -s tests -t .
It must succeed. If a test fails, do NOT broaden the test to make it pass;
STOP and report what actually happened.

CONSTRAINTS:
- Edit ONLY the listed files.
- Do NOT add features beyond what's specified.
"""
HONEST = {"shop/price.py": f"{PRODUCT}\n\n{BLOCK}"}


@dataclass
class Desk:
    """A repository as a user has it: the guard on PATH, hooks installed in one of the supported ways."""

    sandbox: Sandbox
    kind: str

    @property
    def root(self) -> Path:
        return self.sandbox.root

    def guard(self, *arguments: str, check: bool = False, data: str | None = None) -> subprocess.CompletedProcess[str]:
        return self.sandbox.run("delegation-guard", *arguments, check=check, data=data)

    def git(self, *arguments: str) -> str:
        return self.sandbox.git(*arguments)

    def try_commit(
        self, *arguments: str, files: dict[str, str | bytes | None] | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Write, stage everything and commit with hooks; the outcome as git left it."""
        self.sandbox.write(files or {})
        self.git("add", "-A")
        return self.sandbox.run("git", "commit", *(arguments or ("-m", "change")), check=False, **environment)

    def accepted(self, *arguments: str, files: dict[str, str | bytes | None] | None = None, **environment: str) -> str:
        """A commit that must go through; everything the guard printed while it did."""
        done = self.try_commit(*arguments, files=files, **environment)
        assert done.returncode == 0, done.stdout + done.stderr
        return said(done)

    def refused(self, *arguments: str, files: dict[str, str | bytes | None] | None = None, **environment: str) -> str:
        """A commit that must be stopped; what the user reads."""
        done = self.try_commit(*arguments, files=files, **environment)
        assert done.returncode != 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def hand_off(self, spec: str = SPEC, *more: str) -> None:
        (self.root.parent / "T-1.md").write_text(spec, encoding="utf-8")
        done = self.guard("handoff", "start", "../T-1.md", "--commit", *more)
        assert done.returncode == 0, done.stdout + done.stderr

    def verified(self, *arguments: str) -> str:
        done = self.guard("verify", *(arguments or ("--worktree",)))
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def said(done: subprocess.CompletedProcess[str]) -> str:
    """What the guard printed, less git's own lines and the hook framework's progress."""
    lines = (done.stdout + done.stderr).splitlines()
    return "\n".join(line for line in lines if "delegation-guard:" in line or "spec" in line.lower())


def desk_in(folder: Path, kind: str, files: dict[str, str | bytes | None] | None = None) -> Desk:
    sandbox = Sandbox(folder / "repo")
    for mark in (*AGENT_MARKS, "VIRTUAL_ENV"):
        sandbox.environment.pop(mark, None)
    sandbox.environment["PATH"] = os.pathsep.join((str(PROGRAMS), sandbox.environment["PATH"]))
    sandbox.environment["PRE_COMMIT_HOME"] = str(folder / "pre-commit-home")
    sandbox.init()
    desk = Desk(sandbox, kind)
    extra: dict[str, str | bytes | None] = {} if kind == "plain" else {".pre-commit-config.yaml": "repos: []\n"}
    sandbox.commit("Start", {**BASE, **extra, **(files or {})})
    desk.guard("init", "--yes", check=True)
    if kind != "plain":
        sandbox.run(kind, "install")
    return desk


@pytest.fixture(params=KINDS)
def any_desk(request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    """The same repository under plain hooks, pre-commit and prek."""
    if request.param != "plain" and shutil.which(request.param, path=str(PROGRAMS)) is None:
        pytest.skip(f"{request.param} is not installed")
    return desk_in(tmp_path, request.param)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A repository with plain hooks, adopted and committed."""
    made = desk_in(tmp_path, "plain")
    made.accepted("-m", "Adopt the guard")
    return made
