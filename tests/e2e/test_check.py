"""`check`: every way of naming a change, every way of asking, and what the exit code says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from .conftest import HONEST, SPEC, TESTS

if TYPE_CHECKING:
    from .conftest import Desk

STRAY = {**HONEST, "README.md": "# better\n"}
WEAKER = TESTS.replace("self.assertEqual(gross(100), 119)", "self.assertTrue(gross(100))")


def spec_file(desk: Desk) -> str:
    (desk.root.parent / "T-1.md").write_text(SPEC, encoding="utf-8")
    return "../T-1.md"


@pytest.mark.parametrize("how", ["--worktree", "--staged", "range", "three dots", "diff", "diff on stdin"])
@pytest.mark.parametrize(("files", "code"), [(HONEST, 0), (STRAY, 1)], ids=["honest", "stray"])
def test_the_same_change_named_in_every_way(
    desk: Desk, how: str, files: dict[str, str | bytes | None], code: int
) -> None:
    spec, base = spec_file(desk), desk.git("rev-parse", "HEAD")
    desk.sandbox.write(files)
    arguments, data = [how], None
    if how == "--staged":
        desk.git("add", "-A")
    elif "diff" in how:
        data = desk.sandbox.run("git", "diff", "HEAD").stdout
        desk.git("stash", "-q", "-u")
        (desk.root.parent / "change.diff").write_text(data, encoding="utf-8")
        arguments = ["--diff", "-" if "stdin" in how else "../change.diff"]
    elif how != "--worktree":
        desk.git("add", "-A")
        desk.git("commit", "-q", "--no-verify", "-m", "change")
        arguments = [f"{base}..HEAD" if how == "range" else f"{base}...HEAD"]
    done = desk.guard("check", *arguments, "--spec", spec, "--rules", "scope,fidelity,tests,guard,spec", data=data)
    assert done.returncode == code, done.stdout + done.stderr
    assert ("README.md" in done.stdout) is bool(code)


def test_json_is_versioned_and_says_what_the_terminal_says(desk: Desk) -> None:
    spec = spec_file(desk)
    desk.sandbox.write(STRAY)
    done = desk.guard("check", "--spec", spec, "--rules", "scope", "--format", "json")
    report = json.loads(done.stdout)
    assert (done.returncode, report["version"], report["outcome"], report["mode"]) == (1, 1, "FAILED", "block")
    [finding] = [one for one in report["findings"] if one["rule"] == "scope/unlisted"]
    assert (finding["path"], finding["level"], finding["certainty"]) == ("README.md", "error", "sure")
    assert {"skips", "not_analysed", "unattributed", "subject", "receipts"} <= set(report)


def test_the_format_never_changes_the_code_and_a_file_is_written_whole(desk: Desk) -> None:
    spec, target = spec_file(desk), desk.root.parent / "report.json"
    desk.sandbox.write(STRAY)
    done = desk.guard("check", "--spec", spec, "--rules", "scope", "--format", "json", "--output", str(target))
    assert (done.returncode, done.stdout) == (1, "")
    assert json.loads(target.read_text(encoding="utf-8"))["outcome"] == "FAILED"


@pytest.mark.parametrize("mode", ["observe", "warn"])
def test_a_mode_that_does_not_block_says_what_would(desk: Desk, mode: str) -> None:
    spec = spec_file(desk)
    policy = desk.root.parent / "policy.yaml"
    policy.write_text(f"version: 1\nmode: {mode}\n", encoding="utf-8")
    desk.sandbox.write(STRAY)
    done = desk.guard("check", "--spec", spec, "--rules", "scope", "--policy", str(policy))
    assert done.returncode == 0
    assert "would block" in done.stdout.lower()


def test_a_mode_for_one_family(desk: Desk) -> None:
    spec = spec_file(desk)
    policy = desk.root.parent / "policy.yaml"
    policy.write_text("version: 1\nmode: {default: block, scope: warn}\n", encoding="utf-8")
    desk.sandbox.write(STRAY)
    assert desk.guard("check", "--spec", spec, "--rules", "scope", "--policy", str(policy)).returncode == 0
    desk.sandbox.write({"shop/price.py": "def gross(net):\n    return 0\n"})
    assert desk.guard("check", "--spec", spec, "--rules", "scope,fidelity", "--policy", str(policy)).returncode == 1


def test_without_a_spec_only_rules_that_need_none(desk: Desk) -> None:
    base = desk.git("rev-parse", "HEAD")
    desk.accepted("-m", "Relax", files={"tests/test_price.py": WEAKER})
    done = desk.guard("check", "--no-spec", f"{base}..HEAD", "--format", "json")
    assert done.returncode == 1
    assert {one["rule"].partition("/")[0] for one in json.loads(done.stdout)["findings"]} == {"tests"}
    desk.accepted("-m", "Restore", files={"tests/test_price.py": TESTS})
    assert desk.guard("check", "--no-spec", f"{base}..HEAD").returncode == 0


def test_a_range_with_nothing_delegated_passes_and_says_so(desk: Desk) -> None:
    base = desk.git("rev-parse", "HEAD")
    desk.accepted("-m", "Relax", files={"tests/test_price.py": WEAKER})
    done = desk.guard("check", f"{base}..HEAD")
    assert done.returncode == 0
    assert "nothing delegated" in done.stdout


def test_no_colour_off_a_terminal(desk: Desk) -> None:
    spec = spec_file(desk)
    desk.sandbox.write(STRAY)
    assert "\x1b" not in desk.guard("check", "--spec", spec, "--rules", "scope").stdout


@pytest.mark.parametrize(
    "arguments", [["--rules", "no/such-rule"], ["--format", "yaml"], ["--spec", "missing.md"], ["nonsense"], ["A..B"]]
)
def test_usage_errors_exit_2(desk: Desk, arguments: list[str]) -> None:
    done = desk.guard("check", *arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_spec_that_lists_nothing_authorises_nothing(desk: Desk) -> None:
    (desk.root.parent / "T-1.md").write_text(
        SPEC.replace("### 1. shop/price.py", "### 1. <file path>"), encoding="utf-8"
    )
    desk.sandbox.write(HONEST)
    assert desk.guard("check", "--spec", "../T-1.md").returncode == 2
