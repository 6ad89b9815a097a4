"""A throw-away repository in which a delegate does everything wrong once, and then right."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from delegation_guard.process import clean_environment, run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PRODUCT = """\
RATE = 0.19


def gross(net_amount):
    return round(net_amount * (1 + RATE), 2)
"""
CART = """\
from shop.price import gross


def total(amounts):
    return sum(gross(a) for a in amounts)
"""
TESTS = """\
import unittest

from shop.price import gross


class PriceTest(unittest.TestCase):
    def test_gross(self):
        self.assertEqual(gross(100), 119.0)

    def test_gross_rounds(self):
        self.assertEqual(gross(0.99), 1.18)
"""
SPEC = """\
TASK PRICE-1: add net(), the inverse of gross()
AGENT: CODER
MODEL: claude-haiku-4-5
KIND: helper

CONTEXT — read these files first:
- shop/price.py:4 — gross(), whose rounding net() follows
- shop/cart.py:1 — the only caller

EXISTING BEHAVIOR THAT MUST BE PRESERVED:
- gross(100) == 119.0

CHANGES TO MAKE:
### 1. shop/price.py
Append:
```python
def net(gross_amount):
    return round(gross_amount / (1 + RATE), 2)
```

### 2. tests/test_price.py
Replace
```python
from shop.price import gross
```
with
```python
from shop.price import gross, net
```
Append to the class:
```python
    def test_net(self):
        self.assertEqual(net(119.0), 100.0)
```

VERIFY:
python3 -m unittest discover -s tests -t .
It must succeed. If a test fails, do NOT broaden the test to make it pass;
STOP and report what actually happened.

CONSTRAINTS:
- Edit ONLY the listed files.
- Do NOT add features beyond what's specified.
"""
START = {
    "shop/__init__.py": "",
    "shop/price.py": PRODUCT,
    "shop/cart.py": CART,
    "tests/__init__.py": "",
    "tests/test_price.py": TESTS,
    "README.md": "# shop\n",
}
HONEST = {
    "shop/price.py": PRODUCT + "\n\ndef net(gross_amount):\n    return round(gross_amount / (1 + RATE), 2)\n",
    "tests/test_price.py": TESTS.replace("import gross", "import gross, net")
    + "\n    def test_net(self):\n        self.assertEqual(net(119.0), 100.0)\n",
}
UNFAITHFUL = {**HONEST, "shop/price.py": HONEST["shop/price.py"].replace("gross_amount / (1 +", "gross_amount * (1 -")}
RELAXED = {
    "shop/price.py": HONEST["shop/price.py"].replace("RATE = 0.19", "RATE = 0.2"),
    "tests/test_price.py": HONEST["tests/test_price.py"]
    .replace("self.assertEqual(gross(100), 119.0)", "self.assertGreater(gross(100), 100)"),
}  # fmt: skip
REFORMATTED = {**HONEST, "shop/price.py": HONEST["shop/price.py"].replace("(1 + RATE), 2)\n", "(1 + RATE),  2)\n")}


@dataclass(frozen=True, slots=True)
class Step:
    """One command of the story. `expected` is its exit status: "ok" or "refused"."""

    story: str
    command: tuple[str, ...]
    expected: str = "ok"


@dataclass(frozen=True, slots=True)
class Scene:
    """What one command did. `as_expected` is false when the guard did not do what the story says."""

    story: str
    command: str
    output: str
    code: int
    as_expected: bool


class Stage:
    """The repository of the demo, with a bare `origin` beside it, in a temporary folder that `close` removes."""

    def __init__(self, environment: Mapping[str, str], program: str) -> None:
        """`environment` and `program` (the running console script) are the caller's own."""
        self.folder = tempfile.mkdtemp(prefix="delegation-guard-demo-")
        self.repo = os.path.join(self.folder, "shop")
        home = os.path.join(self.folder, "home")
        os.makedirs(home)
        places = [os.path.dirname(os.path.abspath(program))] if program.endswith("delegation-guard") else []
        places += [os.path.dirname(sys.executable), environment.get("PATH", os.defpath)]
        self.environment = clean_environment({
            "HOME": home, "PRE_COMMIT_HOME": f"{home}/pre-commit",
            "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "Dee Delegate", "GIT_AUTHOR_EMAIL": "dee@example.invalid",
            "GIT_COMMITTER_NAME": "Dee Delegate", "GIT_COMMITTER_EMAIL": "dee@example.invalid",
            "PATH": os.pathsep.join(places),
        })  # fmt: skip
        for mark in ("CLAUDECODE", "PRE_COMMIT", "VIRTUAL_ENV"):
            self.environment.pop(mark, None)
        self.has_pre_commit = shutil.which("pre-commit", path=self.environment["PATH"]) is not None

    def close(self) -> None:
        """Remove everything the demo made."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def write(self, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            path = os.path.join(self.repo, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)

    def call(self, *command: str) -> tuple[int, str]:
        """Run a command in the repository; its exit code and all it printed."""
        done = run(command, cwd=self.repo, environment=self.environment, timeout=300)
        return done.code, (done.out + done.err).decode("utf-8", "replace")

    def play(self, step: Step) -> Scene:
        code, output = self.call(*step.command)
        command = " ".join(f"'{word}'" if " " in word else word for word in step.command)
        return Scene(step.story, command, output, code, (code == 0) == (step.expected == "ok"))

    def reset(self) -> None:
        """Back to what HEAD holds."""
        self.call("git", "reset", "--quiet", "--hard")
        self.call("git", "clean", "-qfd")


def play(stage: Stage) -> Iterator[Scene]:
    """The whole story, one scene at a time; every command is really run."""
    yield from _set_up(stage)
    yield from _refusals(stage)
    yield from _acceptance(stage)


def _set_up(stage: Stage) -> Iterator[Scene]:
    os.makedirs(stage.repo)
    stage.call("git", "init", "--quiet", "-b", "main")
    stage.call("git", "init", "--quiet", "--bare", "-b", "main", os.path.join(stage.folder, "origin.git"))
    stage.call("git", "remote", "add", "origin", os.path.join(stage.folder, "origin.git"))
    stage.write(START)
    if stage.has_pre_commit:
        stage.write({".pre-commit-config.yaml": "repos: []\n"})
    yield stage.play(Step("Set the repository up: the policy, and the hooks.", ("delegation-guard", "init", "--yes")))
    if stage.has_pre_commit:
        yield stage.play(Step("pre-commit puts its hooks in place.", ("pre-commit", "install")))
    stage.call("git", "add", "--all")
    yield stage.play(
        Step("An ordinary commit by a person: nothing to say.", ("git", "commit", "-q", "-m", "Start the shop"))
    )
    stage.call("git", "push", "--quiet", "origin", "main")
    stage.write({"../PRICE-1.md": SPEC})
    start = ("delegation-guard", "handoff", "start", "../PRICE-1.md", "--commit")
    yield stage.play(Step("The architect hands PRICE-1 to a delegate.", start))


def _attempt(stage: Stage, files: Mapping[str, str], story: str, *more: str, message: str = "Add net()") -> Scene:
    stage.write(files)
    stage.call("git", "add", "--all")
    return stage.play(Step(story, ("git", "commit", "-q", *more, "-m", message), "refused"))


def _refusals(stage: Stage) -> Iterator[Scene]:
    outside = {
        **HONEST,
        "shop/cart.py": START["shop/cart.py"].replace("sum(", "round(sum(").replace("amounts)\n", "amounts), 2)\n"),
    }
    yield _attempt(stage, outside, "The delegate also edits shop/cart.py, which the spec lists as reading only.")
    stage.reset()
    yield _attempt(stage, RELAXED, "It changes the rate, and relaxes the test that would have noticed.")
    stage.reset()
    yield _attempt(stage, UNFAITHFUL, "It writes its own formula instead of the spec's code block.")
    stage.reset()
    wider = SPEC.replace("VERIFY:\npython3 -m unittest discover -s tests -t .", "VERIFY:\ntrue")
    yield _attempt(
        stage, {**HONEST, ".delegation/specs/PRICE-1.md": wider}, "It edits the spec, so that VERIFY cannot fail."
    )
    stage.reset()
    yield _attempt(stage, HONEST, "It does exactly what the spec says, and claims that all tests pass.")
    verify = ("delegation-guard", "verify", "--staged")
    yield stage.play(Step("The VERIFY commands are run independently, on exactly the staged tree.", verify))
    yield _attempt(stage, REFORMATTED, "A last touch after the run: the receipt is for another tree.")
    stage.write({"shop/cart.py": outside["shop/cart.py"]})
    stage.call("git", "add", "--all")
    skip = ("git", "commit", "-q", "--no-verify", "-m", "Add net()")
    yield stage.play(Step("It commits the out-of-scope edit with --no-verify: no hook judges it.", skip))
    yield stage.play(Step("But it does not leave the machine.", ("git", "push", "origin", "main"), "refused"))
    stage.call("git", "reset", "--quiet", "--hard", "HEAD~1")


def _acceptance(stage: Stage) -> Iterator[Scene]:
    stage.write(HONEST)
    stage.call("git", "add", "--all")
    yield stage.play(
        Step("The honest change again; its receipt is still there.", ("git", "commit", "-q", "-m", "Add net()"))
    )
    yield stage.play(Step("What was committed.", ("git", "show", "--stat", "--format=%h %s%n%n%b", "HEAD")))
    yield stage.play(
        Step("The whole task is judged once more, and the hand-off ends.", ("delegation-guard", "handoff", "finish"))
    )
    yield stage.play(Step("Now it may leave.", ("git", "push", "origin", "main")))
