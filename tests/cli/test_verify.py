"""`verify` and `receipt` as a user runs them: real repositories, real processes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import delegation_guard

SPEC = """\
TASK T-1: Add a function

CHANGES TO MAKE:
### 1. product.py
Add `twice`.

VERIFY:
{python} -m unittest -q test_product
"""
PRODUCT = "def add(a, b):\n    return a + b\n"
TEST = """\
import unittest
from product import add


class AddTest(unittest.TestCase):
    def test_add(self):
        self.assertEqual(add(1, 2), 3)
"""
TWICE = PRODUCT + "\n\ndef twice(a):\n    return add(a, a)\n"
GUARD = [sys.executable, "-m", "delegation_guard"]


@pytest.fixture
def shop(sandbox):
    sandbox.commit("base", {"product.py": PRODUCT, "test_product.py": TEST})
    sandbox.write({"../spec.md": SPEC.format(python=sys.executable)})
    return sandbox


def guard(sandbox, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return sandbox.run(*GUARD, *arguments, check=False, **environment)


def noted(sandbox) -> str:
    """The one tree that has notes."""
    return sandbox.git("ls-tree", "--name-only", "refs/notes/delegation-guard")


def test_the_work_tree_is_verified_and_its_receipt_survives_the_commit(shop) -> None:
    shop.write({"product.py": TWICE})
    done = guard(shop, "verify", "--spec", "../spec.md")
    assert (done.returncode, done.stderr) == (0, "")
    assert "PASSED; unsigned receipt, isolation none" in done.stdout
    assert ": passed, 1 test, " in done.stdout
    shop.commit("work")
    shown = json.loads(guard(shop, "receipt", "show", "--format", "json").stdout)
    (receipt,) = shown["receipts"]
    assert receipt["trust"]["tier"] == "unsigned"
    assert receipt["statement"]["subject"][0]["digest"]["gitTree"] == shop.git("rev-parse", "HEAD^{tree}")
    assert guard(shop, "receipt", "verify", "--spec", "../spec.md").returncode == 0


def test_only_what_is_staged(shop) -> None:
    shop.write({"product.py": TWICE})
    shop.git("add", "product.py")
    shop.write({"product.py": "broken("})
    assert guard(shop, "verify", "--staged", "--spec", "../spec.md").returncode == 0
    assert guard(shop, "verify", "--worktree", "--spec", "../spec.md").returncode == 1


def test_a_failure_says_whose_it_is_shows_the_output_and_the_next_step(shop) -> None:
    shop.write({"product.py": PRODUCT.replace("+", "-")})
    done = guard(shop, "verify", "--spec", "../spec.md")
    assert done.returncode == 1
    assert "FAILED (delegate)" in done.stdout
    assert "  | AssertionError: -1 != 3" in done.stdout
    assert "next: mend what failed" in done.stdout
    assert done.stdout.count("AssertionError") == 1
    refused = guard(shop, "receipt", "verify", noted(shop), "--spec", "../spec.md")
    assert (refused.returncode, refused.stdout.split(":")[0]) == (1, "receipt/failed")


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"test_product.py": TEST.replace("3", "4")}, "UNVERIFIED (already-red)"),
        ({"test_product.py": "import nothing_like_it\n"}, "UNVERIFIED (environment)"),
    ],
)
def test_what_fails_on_the_base_too_is_unverified(shop, files, says) -> None:
    shop.commit("red", files)
    shop.write({"product.py": TWICE})
    done = guard(shop, "verify", "--spec", "../spec.md")
    assert done.returncode == 1
    assert says in done.stdout
    assert "next: " in done.stdout


def test_under_an_agent_no_message_names_the_policy(shop) -> None:
    shop.commit("red", {"test_product.py": "import nothing_like_it\n"})
    shop.write({"product.py": TWICE})
    assert "policy" not in guard(shop, "verify", "--spec", "../spec.md", CLAUDECODE="1").stdout
    assert ".delegation/policy.yaml" in guard(shop, "verify", "--spec", "../spec.md", CLAUDECODE="").stdout


def test_a_hand_off_names_the_spec_by_itself(shop) -> None:
    assert guard(shop, "handoff", "start", "../spec.md").returncode == 0
    shop.write({"product.py": TWICE})
    assert guard(shop, "verify").returncode == 0
    shown = json.loads(guard(shop, "receipt", "show", noted(shop), "--format", "json").stdout)
    assert shown["receipts"][0]["statement"]["predicate"]["base"]["gitTree"] == shop.git("rev-parse", "HEAD^{tree}")


def test_a_commit_names_its_spec_itself(shop) -> None:
    shop.commit("spec", {".delegation/specs/T-1.md": SPEC.format(python=sys.executable)})
    shop.commit("work\n\nDelegation-Spec: T-1", {"product.py": TWICE})
    done = guard(shop, "verify", "HEAD")
    assert (done.returncode, done.stderr) == (0, "")
    tree = shop.git("rev-parse", "HEAD^{tree}")
    assert guard(shop, "verify", tree, "--spec", ".delegation/specs/T-1.md").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("verify",), "no hand-off is active"),
        (("verify", "nothing-like-it", "--spec", "../spec.md"), "was not found"),
        (("verify", "--spec", "none.md"), "there is no spec none.md"), (("verify", "HEAD", "--staged"), "not allowed"),
        (("verify", "--spec", "../spec.md", "--sign", "none"), "no key file"), (("receipt",), "required"),
        (("receipt", "verify"), "--spec"), (("receipt", "show", "nothing-like-it"), "was not found"),
        (("receipt", "show", "--allowed-signers", "none"), "cannot be read"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_one_sentence(shop, arguments, says) -> None:
    done = guard(shop, *arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_signed_receipt_counts_for_its_signer(shop, tmp_path) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(key)], check=True)
    shop.commit("keys", {
        ".delegation/allowed_signers": f'ci@x namespaces="delegation-guard" {key.with_suffix(".pub").read_text()}',
        ".delegation/policy.yaml":
            "version: 1\nverify: {tiers: {commit: signed}}\nkeys: [{principal: ci@x, roles: [runner]}]\n",
    })  # fmt: skip
    shop.write({"product.py": TWICE})
    assert guard(shop, "verify", "--spec", "../spec.md").returncode == 0
    base = shop.git("rev-parse", "HEAD")
    shop.commit("work")
    weak = guard(shop, "receipt", "verify", "--base", base, "--spec", "../spec.md")
    assert (weak.returncode, weak.stdout.split(":")[0]) == (1, "receipt/tier")
    shop.git("reset", "-q", "--soft", base)
    assert guard(shop, "verify", "--staged", "--spec", "../spec.md", "--sign", str(key)).returncode == 0
    shop.commit("work again")
    assert guard(shop, "receipt", "verify", "--base", base, "--spec", "../spec.md").returncode == 0
    shown = guard(shop, "receipt", "show", "--base", base).stdout
    assert "PASSED  signed by ci@x" in shown
    assert len(shop.git("notes", "--ref=delegation-guard", "show", "HEAD^{tree}").splitlines()) == 3


HOSTILE = """\
import json, sys
sys.path.insert(0, {library!r})
started, later = False, []


def watch(event, arguments):
    global started
    if event == "subprocess.Popen" and "pipefail" in str(arguments[1]):
        started = True
    if event == "import" and started:
        later.append(arguments[0])


sys.addaudithook(watch)
from delegation_guard.cli.main import main
code = main(sys.argv[1:])
assert started
print(json.dumps(later), file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.parametrize(("last", "code"), [("! grep -q twice product.py", 1), ("true", 0)])
def test_a_command_that_overwrites_the_guard_changes_no_verdict(shop, tmp_path, last: str, code: int) -> None:
    library = tmp_path / "library"
    shutil.copytree(Path(delegation_guard.__file__).parent, library / "delegation_guard")
    lie = "import sys; print('PASSED'); sys.exit(0)"
    spec = SPEC.partition("{python}")[0] + f"sh {tmp_path}/overwrite.sh\n{last}\n"
    script = f"find {library} -name '*.pyc' -delete\nfind {library} -name '*.py' -exec cp {tmp_path}/lie.py {{}} \\;\n"
    shop.write({"../spec.md": spec, "product.py": TWICE, "../lie.py": lie, "../overwrite.sh": script})
    script = HOSTILE.format(library=str(library))
    done = shop.run(sys.executable, "-I", "-c", script, "verify", "--spec", "../spec.md", check=False)
    assert (library / "delegation_guard/errors.py").read_text().strip() == lie
    assert done.returncode == code, done.stdout + done.stderr
    assert ("FAILED (delegate)" in done.stdout) == bool(code)
    assert json.loads(done.stderr.splitlines()[-1]) == []
