"""One real delegation of this project, judged again from what was kept of it: the same trees, the same verdict."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from generated import compare
from support import Sandbox

TOP = Path(__file__).parent.parent
KEPT = Path(__file__).parent / "fixtures" / "delegation" / "DG-1"
SPEC = ".delegation/specs/DG-1.md"
MODEL = "src/delegation_guard/model/receipt.py"
AT = "1767225600 +0000"


def files_of(folder: Path) -> dict[str, str | bytes | None]:
    paths = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


class Again:
    """The repository of the delegation: a start, the spec alone, then what the delegate typed, with its receipt."""

    def __init__(self, sandbox: Sandbox, altered: dict[str, str | bytes | None]) -> None:
        self.sandbox = sandbox
        sandbox.environment |= {"GIT_AUTHOR_DATE": AT, "GIT_COMMITTER_DATE": AT}
        spec = (TOP / SPEC).read_bytes()
        sandbox.commit("Start", files_of(KEPT / "before"))
        sandbox.commit("Specify DG-1: let a receipt say whether it passed", {SPEC: spec})
        trailer = f"Delegation-Spec: DG-1@sha256:{hashlib.sha256(spec).hexdigest()}"
        message = f"Let a receipt say whether it passed\n\n{trailer}\n"
        sandbox.commit(message, {**files_of(KEPT / "after"), **altered})
        sandbox.git(
            "notes", "--ref=refs/notes/delegation-guard", "add", "-F", str(KEPT / "receipt.jsonl"), "HEAD^{tree}"
        )

    def verdict(self) -> tuple[int, dict[str, Any]]:
        done = self.sandbox.run(
            sys.executable, "-m", "delegation_guard", "check", "HEAD~2..HEAD", "--format", "json", check=False
        )
        assert done.stderr == ""
        return done.returncode, json.loads(done.stdout)


def lasting(verdict: dict[str, Any]) -> str:
    """What does not change when rules are added or sentences are worded better."""
    findings = [
        {key: finding[key] for key in ("rule", "level", "certainty", "path", "line", "side")}
        for finding in verdict["findings"]
    ]
    kept = ("version", "outcome", "mode", "blocked", "exit_code", "subject", "crashes", "not_analysed", "receipts")
    return json.dumps({**{key: verdict[key] for key in kept}, "findings": findings}, indent=2) + "\n"


def test_the_kept_delegation_is_judged_as_it_was(sandbox: Sandbox) -> None:
    code, verdict = Again(sandbox, {}).verdict()
    compare(KEPT / "verdict.json", lasting(verdict))
    assert (code, verdict["outcome"]) == (0, "PASSED")
    assert [(one["result"], one["tier"]) for one in verdict["receipts"]] == [("PASSED", "unsigned")]


def test_what_was_delegated_is_in_the_product() -> None:
    block = (TOP / SPEC).read_text(encoding="utf-8").partition("```python\n")[2].partition("```")[0]
    assert block in (TOP / MODEL).read_text(encoding="utf-8")
    typed = KEPT / "after/tests/model/test_receipt.py"
    assert (TOP / "tests/model/test_receipt.py").read_bytes() == typed.read_bytes()


def edited(path: str, old: str, new: str) -> dict[str, str | bytes | None]:
    text = (KEPT / "after" / path).read_text(encoding="utf-8")
    assert old in text
    return {path: text.replace(old, new)}


ALTERED: dict[str, tuple[dict[str, str | bytes | None], set[str]]] = {
    "another block": (
        edited(MODEL, '("PASSED", "WARNED")\n', '("PASSED",)\n'), {"fidelity/block-differs", "receipt/other-tree"},
    ),
    "a test less": (
        edited("tests/model/test_receipt.py", '("UNVERIFIED", False)', '("FAILED", False)'),
        {"fidelity/block-differs", "receipt/other-tree"},
    ),
    "a file more": ({"setup.cfg": "[tool:pytest]\n"}, {"scope/unlisted", "receipt/other-tree"}),
    "the spec": ({SPEC: (TOP / SPEC).read_text(encoding="utf-8").replace("False", "True")}, {"guard/spec-edited"}),
}  # fmt: skip


@pytest.mark.parametrize("name", ALTERED)
def test_the_same_delegation_with_something_altered_is_blocked(sandbox: Sandbox, name: str) -> None:
    files, rules = ALTERED[name]
    code, verdict = Again(sandbox, files).verdict()
    assert code == 1
    assert rules <= {finding["rule"] for finding in verdict["findings"] if finding["ruling"]["blocks"]}
