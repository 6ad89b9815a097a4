"""Real commands in real checkouts: what passes, what fails, and whose failure it is."""

from __future__ import annotations

import dataclasses
import os
import tempfile
import time
from pathlib import Path

import pytest

from delegation_guard.errors import SpecError
from delegation_guard.model.policy import Limits, Policy, Quarantine, VerifyPolicy, VerifyRoot
from delegation_guard.verify.runner import run

PRODUCT = "def add(a, b):\n    return a + b\n"
TEST = "from product import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n"
BROKEN = "def add(a, b):\n    return a - b\n"


@pytest.fixture
def pytest_command(python) -> str:
    return f"PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 {python} -m pytest -q -p no:cacheprovider test_product.py"


@pytest.fixture
def good(sandbox):
    sandbox.commit("good", {"product.py": PRODUCT, "test_product.py": TEST})
    return sandbox


def problems(receipt) -> list[str]:
    return [run.problem for run in receipt.commands]


def test_what_passes(good, ask, pytest_command) -> None:
    receipt = run(ask(pytest_command, "test -f product.py", tool_version="1", runner="ann@x"))
    assert (receipt.result, receipt.whose, receipt.problem, receipt.flaky) == ("PASSED", "", "", ())
    assert [dataclasses.astuple(one.tests) if one.tests else None for one in receipt.commands] == [(1, 1, 0, 0), None]
    assert (receipt.strength, receipt.isolation, receipt.tier) == (1, "none", "claimed")
    assert receipt.tree == good.git("rev-parse", "HEAD^{tree}")
    assert receipt.started.startswith("2030")


def test_what_ran_no_test_has_strength_0(good, ask) -> None:
    receipt = run(ask("true"))
    assert (receipt.result, receipt.strength) == ("PASSED", 0)


def test_the_work_tree_and_ignored_files_play_no_part(good, ask, pytest_command) -> None:
    good.write({"product.py": BROKEN, "conftest.py": "raise SystemExit(1)\n", ".git/info/exclude": "conftest.py\n"})
    assert run(ask(pytest_command)).result == "PASSED"


def test_a_checkout_leaves_nothing_behind(good, ask, tmp_path, monkeypatch) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    run(ask("mkdir -p x/y && touch x/y/z && chmod -R 500 x && mkdir $HOME/m && touch $HOME/m/f && chmod 500 $HOME/m"))
    assert list((tmp_path / "checkouts").iterdir()) == []
    assert list(temporary.iterdir()) == []
    assert good.git("worktree", "list").count("\n") == 0
    assert good.git("status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("false", "exit code 1"), ("exit 3", "exit code 3"), ("false | true", "exit code 1"),
        ("false; true", "exit code 1"),
        ("echo $UNSET_NAME", "exit code"), ("kill -9 $$", "signal 9"), ("no-such-program", "exit code 127"),
        ("{python} -m pytest -q --co", "ran no test"), ("{python} -m pytest -q -k nothing", "ran no test"),
        ("{python} -m pytest --version", "never reported its result"),
        ("{python} -m unittest test_product 2>/dev/null", "exit code 5|never reported|ran no test"),
    ],
)  # fmt: skip
def test_what_does_not_count_as_passed(good, ask, python, command: str, says: str) -> None:
    receipt = run(ask(command.format(python=python)))
    assert receipt.result in ("FAILED", "UNVERIFIED")
    assert any(word in receipt.commands[0].problem for word in says.split("|"))


def test_a_process_that_exits_from_within_its_tests_has_reported_nothing(sandbox, ask, python) -> None:
    sandbox.commit("exit", {"test_a.py": "import os\n\n\ndef test_a():\n    os._exit(0)\n"})
    receipt = run(ask(f"{python} -m pytest -q test_a.py"))
    assert receipt.commands[0].exit_code == 0
    assert problems(receipt) == ["pytest never reported its result"]
    assert receipt.result == "FAILED"


def test_all_skipped_is_no_test(sandbox, ask, python) -> None:
    sandbox.commit("skip", {"test_a.py": "import pytest\n\n\n@pytest.mark.skip\ndef test_a():\n    pass\n"})
    assert problems(run(ask(f"{python} -m pytest -q test_a.py"))) == ["pytest ran no test"]


def test_time_is_limited_and_nothing_keeps_running(good, ask) -> None:
    started = time.monotonic()
    receipt = run(ask("sleep 86460 & (setsid sleep 86461 &) ; sleep 86462", "true", limits=Limits(seconds=1)))
    assert time.monotonic() - started < 15
    assert problems(receipt) == ["it did not finish within 1 s"]
    assert [one.timed_out for one in receipt.commands] == [True]
    assert not sleeping("86460", "86461", "86462")


def test_what_a_command_leaves_running_is_ended_and_holds_nothing_up(good, ask) -> None:
    started = time.monotonic()
    receipt = run(ask("sleep 86463 & (setsid sleep 86464 &) ; echo done"))
    assert receipt.result == "PASSED"
    assert time.monotonic() - started < 10
    assert not sleeping("86463", "86464")


def sleeping(*seconds: str) -> list[str]:
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if words[:1] == [b"sleep"] and words[1].decode() in seconds:
            lines.append(words[1].decode())
    return lines


def test_memory_is_limited(good, ask, python) -> None:
    command = f"{python} -c 'bytearray(400_000_000)'"
    assert run(ask(command)).result == "PASSED"
    receipt = run(ask(command, limits=Limits(seconds=60, memory=200_000_000)))
    assert receipt.result == "FAILED"


def test_output_is_cut_in_the_middle_and_the_summary_at_its_end_is_read(sandbox, ask, python) -> None:
    sandbox.commit("noisy", {"test_a.py": "def test_a():\n    print('x' * 3_000_000)\n"})
    receipt = run(ask(f"{python} -m pytest -q -s test_a.py", limits=Limits(seconds=60, output=100_000)))
    assert receipt.result == "PASSED"


def test_input_is_closed(good, ask) -> None:
    assert run(ask("test -z \"$(cat)\"")).result == "PASSED"


def test_a_command_that_changes_a_tracked_file_tested_something_else(good, ask) -> None:
    receipt = run(ask("echo '# more' >> product.py"))
    assert problems(receipt) == ["it changed product.py, so what it tested is not this tree"]
    assert run(ask("touch new.txt .ignored")).result == "PASSED"


def test_a_command_runs_in_its_folder(sandbox, ask) -> None:
    sandbox.commit("folders", {"api/x.txt": "x\n"})
    assert run(ask("test -f x.txt", directory="api")).result == "PASSED"
    receipt = run(ask("true", directory="web"))
    assert (receipt.result, receipt.whose) == ("UNVERIFIED", "environment")
    assert "no folder web" in receipt.problem


def test_a_folder_that_leads_out_is_refused(sandbox, ask, tmp_path) -> None:
    os.symlink(tmp_path, sandbox.root / "out")
    sandbox.commit("link")
    assert "leads out" in run(ask("true", directory="out")).problem
    assert "leads out" in run(ask("true", directory="..")).problem


def test_the_environment_is_an_allow_list(good, ask) -> None:
    given = dict(os.environ) | {
        "SECRET_TOKEN": "1", "GIT_INDEX_FILE": "/x", "PYTHONPATH": "/x", "NODE_OPTIONS": "-x",
        "PYTEST_ADDOPTS": "-k no",
        "GITHUB_TOKEN": "t", "BASH_ENV": "/x", "VIRTUAL_ENV": "/x", "TZ": "UTC", "ENV": "/x", "LD_PRELOAD": "/x.so",
        "AWS_SECRET_ACCESS_KEY": "k", "PRE_COMMIT": "1", "CLAUDECODE": "1", "SSH_AUTH_SOCK": "/x",
    }  # fmt: skip
    gone = "SECRET|GIT|PYTHON|NODE_|PYTEST|BASH_ENV|VIRTUAL|ENV=|LD_|AWS|PRE_COMMIT=|CLAUDE|SSH"
    there = f"test $TZ = UTC && test -d $HOME && test -d $TMPDIR && test $HOME != {os.environ['HOME']}"
    receipt = run(ask(f"env > e; ! grep -E '^({gone})' e", there, environment=given))
    assert receipt.result == "PASSED", receipt.problem
    assert "GITHUB_TOKEN" not in dict(receipt.environment)["variables"]


def test_git_in_a_command_sees_the_checkout(good, ask) -> None:
    assert run(ask("test $(git rev-parse HEAD^{tree}) = " + good.git("rev-parse", "HEAD^{tree}"))).result == "PASSED"


def test_the_delegates_failure(good, ask, pytest_command) -> None:
    good.commit("break", {"product.py": BROKEN})
    receipt = run(ask(pytest_command, base="HEAD~1"))
    assert (receipt.result, receipt.whose, receipt.strength) == ("FAILED", "delegate", 0)
    assert receipt.commands[0].failures == ("test_product.py::test_add",)
    assert "test_product.py::test_add" in receipt.problem


def test_a_new_test_that_fails_is_the_delegates(sandbox, ask, pytest_command) -> None:
    sandbox.commit("product alone", {"product.py": PRODUCT})
    sandbox.commit("a test", {"test_product.py": TEST.replace("3", "4")})
    assert run(ask(pytest_command, base="HEAD~1")).whose == "delegate"


def test_a_new_test_that_cannot_be_imported_is_the_delegates(sandbox, ask, pytest_command) -> None:
    sandbox.commit("nothing", {"README": "x\n"})
    sandbox.commit("a test", {"test_product.py": TEST})
    assert run(ask(pytest_command, base="HEAD~1")).whose == "delegate"


def test_already_red(sandbox, ask, pytest_command) -> None:
    sandbox.commit("red", {"product.py": BROKEN, "test_product.py": TEST})
    sandbox.commit("more", {"README": "x\n"})
    receipt = run(ask(pytest_command, base="HEAD~1"))
    assert (receipt.result, receipt.whose) == ("UNVERIFIED", "already-red")


def test_red_before_and_one_more_is_the_delegates(sandbox, ask, pytest_command) -> None:
    sandbox.commit("red", {"product.py": BROKEN, "test_product.py": TEST})
    sandbox.commit("more", {"test_product.py": TEST + "\n\ndef test_more():\n    assert add(0, 1) == 1\n"})
    assert run(ask(pytest_command, base="HEAD~1")).whose == "delegate"


def test_a_command_without_test_ids_is_already_red_only_with_the_same_words(sandbox, ask) -> None:
    sandbox.commit("red", {"a.txt": "bad 1\n"})
    sandbox.commit("same", {"b.txt": "x\n"})
    assert run(ask("cat a.txt; false", base="HEAD~1")).whose == "already-red"
    sandbox.commit("worse", {"a.txt": "bad 1\nworse\n"})
    assert run(ask("cat a.txt; false", base="HEAD~1")).whose == "delegate"


def test_environment(good, ask, pytest_command) -> None:
    good.commit("more", {"README": "x\n"})
    receipt = run(ask("no-such-program --check", base="HEAD~1"))
    assert (receipt.result, receipt.whose) == ("UNVERIFIED", "environment")


def test_a_missing_module_on_both_sides_is_the_environments(sandbox, ask, pytest_command) -> None:
    sandbox.commit("needs", {"test_product.py": "import no_such_module\n\n\ndef test_a():\n    pass\n"})
    sandbox.commit("more", {"README": "x\n"})
    assert run(ask(pytest_command, base="HEAD~1")).whose == "environment"


FLAKY = """\
import pathlib


def test_flaky():
    marker = pathlib.Path({marker!r})
    seen = marker.exists()
    marker.touch()
    assert seen


def test_steady():
    assert {steady}
"""


@pytest.fixture
def flaky(sandbox, tmp_path):
    def make(steady: bool = True, **files: str):
        text = FLAKY.format(marker=str(tmp_path / "marker"), steady=steady)
        sandbox.commit("flaky", {"test_product.py": text})
        sandbox.commit("more", {"README": "x\n"})

    return make


def test_flaky_is_unverified(flaky, ask, pytest_command) -> None:
    flaky()
    receipt = run(ask(pytest_command, base="HEAD~1"))
    assert (receipt.result, receipt.whose) == ("UNVERIFIED", "flaky")
    assert "test_flaky" in receipt.problem


def test_with_reruns_flaky_passes_with_a_warning(flaky, ask, pytest_command) -> None:
    flaky()
    receipt = run(ask(pytest_command, base="HEAD~1", verify={"reruns": 1}))
    assert (receipt.result, receipt.whose) == ("WARNED", "")
    assert receipt.flaky == ("test_product.py::test_flaky",)


def test_a_test_the_change_touches_is_never_excused(flaky, ask, pytest_command) -> None:
    flaky()
    touched = frozenset({"test_product.py"})
    receipt = run(ask(pytest_command, base="HEAD~1", verify={"reruns": 1}, touched=touched))
    assert (receipt.result, receipt.whose) == ("UNVERIFIED", "flaky")


ENTRY = Quarantine("test_product.py::test_add", "#1", "2030-01-01")


@pytest.mark.parametrize(
    ("entry", "touched", "result"),
    [
        (ENTRY, (), "WARNED"), (ENTRY, ("product.py",), "WARNED"), (ENTRY, ("test_product.py",), "FAILED"),
        (dataclasses.replace(ENTRY, expires="2029-12-31"), (), "FAILED"),
        (dataclasses.replace(ENTRY, id="test_product.py::test_other"), (), "FAILED"),
    ],
)  # fmt: skip
def test_quarantine(good, ask, pytest_command, entry, touched, result) -> None:
    good.commit("break", {"product.py": BROKEN})
    rules = {"quarantine": (entry,)}
    assert run(ask(pytest_command, base="HEAD~1", verify=rules, touched=frozenset(touched))).result == result


def test_isolation_that_is_required_and_missing_leaves_it_unverified(good, ask, pytest_command) -> None:
    receipt = run(ask(pytest_command, verify={"isolation": "required"}))
    assert receipt.result == "UNVERIFIED"
    assert "isolation" in receipt.problem
    assert receipt.strength == 0


def test_setup_runs_first_and_its_failure_is_the_environments(good, ask) -> None:
    roots = (VerifyRoot(".", setup=("mkdir dep && touch dep/here",), env=(("WHERE", "dep"),)),)
    policy = Policy(verify=VerifyPolicy(roots=roots))
    assert run(ask("test -f $WHERE/here", policy=policy)).result == "PASSED"
    roots = (VerifyRoot(".", setup=("echo no network >&2; exit 7",)),)
    receipt = run(ask("true", policy=Policy(verify=VerifyPolicy(roots=roots))))
    assert (receipt.result, receipt.whose, receipt.commands) == ("UNVERIFIED", "environment", ())
    assert "ended with 7: no network" in receipt.problem


def test_setup_may_not_change_the_tree(good, ask) -> None:
    roots = (VerifyRoot(".", setup=("echo '# x' >> product.py",)),)
    receipt = run(ask("true", policy=Policy(verify=VerifyPolicy(roots=roots))))
    assert receipt.result == "UNVERIFIED"
    assert "setup changed product.py" in receipt.problem


def test_variables_go_to_the_innermost_root(sandbox, ask) -> None:
    sandbox.commit("folders", {"api/x.txt": "x\n"})
    roots = (VerifyRoot(".", env=(("A", "top"),)), VerifyRoot("api", env=(("A", "api"),)))
    policy = Policy(verify=VerifyPolicy(roots=roots))
    assert run(ask("test $A = api", directory="api", policy=policy)).result == "PASSED"
    assert run(ask("test $A = top", policy=policy)).result == "PASSED"


def test_a_contract_without_commands_is_refused(good, ask) -> None:
    with pytest.raises(SpecError, match="names no command"):
        run(ask())


def test_progress_is_told(good, ask) -> None:
    seen = []
    run(ask("echo hello; sleep 0.3", progress=seen.append))
    assert seen[0].event == "start"
    assert seen[-1].event == "end" and seen[-1].run.exit_code == 0
    assert any(one.event == "tick" and b"hello" in one.tail for one in seen)
