"""Reports as readers get them: golden files to be read, and what holds whatever is in a report."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from delegation_guard.loading import load
from delegation_guard.model.contract import Clause, Contract
from delegation_guard.model.finding import Evidence, Finding, Location, Rule
from delegation_guard.model.receipt import CommandRun, Receipt, TestCounts
from delegation_guard.model.report import Crash, Judged, NotAnalysed, Report, Ruling, Skip
from delegation_guard.report import REPORTERS
from delegation_guard.report.json_v1 import render as as_json
from delegation_guard.report.options import Options
from delegation_guard.report.terminal import MOST_ALIKE, render
from generated import compare

GOLDEN = Path(__file__).parents[1] / "golden"
SCHEMA = Path(__file__).parents[2] / "docs" / "report-v1.schema.json"
RULES = tuple(Rule(name, "t", "h") for name in ("receipt/missing", "scope/unlisted", "tests/expectation-changed"))
SPEC = """\
TASK T-12: Charge shipping once

CHANGES TO MAKE:
### 1. src/shop/cart.py
Add the shipping.

VERIFY:
python -m pytest -q
"""
CONTRACT = Contract("T-12", "Charge shipping once", 1, (), (), path=".delegation/specs/T-12.md", source=SPEC,
                    sha256="5" * 64, trust="base")  # fmt: skip
STAGED = Judged("staged change", "a" * 40, "b" * 40, "delegated", CONTRACT, 3)
STOP = "restore the assertion, or STOP and report what stands in the way"

UNLISTED = Finding(
    "scope/unlisted", "this path is not among the files the spec lists", Location("src/shop/extra.py"),
    clause=Clause("Edit ONLY the listed files.", 12),
    hint="undo it: git rm -q -f -- :/src/shop/extra.py - or STOP and report what stands in the way",
    remedy='delegation-guard handoff amend --add src/shop/extra.py --because "..."',
)  # fmt: skip
CHANGED = Finding(
    "tests/expectation-changed", "`test_total` expects something else of `total(cart)`: 30 became 31",
    Location("tests/test_cart.py", 14), clause=Clause("Existing prices stay as they are.", 7), hint=STOP,
    evidence=Evidence("    assert total(cart) == 30\n", "    assert total(cart) == 31\n"),
)  # fmt: skip
REMOVED = Finding(
    "tests/removed", "`test_free_shipping` is gone, and nothing else asserts what it did",
    Location("tests/test_cart.py", 22, "base"), hint=STOP,
    evidence=Evidence("def test_free_shipping():\n    cart = Cart(60)\n    assert shipping(cart) == 0\n"),
)  # fmt: skip
ALLOWED = Finding("tests/expectation-changed", "`test_tax` expects something else: 3 became 4",
                  Location("tests/test_tax.py", 9), authorised=31)  # fmt: skip
UNVERIFIED = Finding(
    "receipt/missing", "the VERIFY commands were not run on this tree", Location("", 0),
    hint=f"run them: delegation-guard verify {'b' * 12}",
)  # fmt: skip
RECEIPT = Receipt(
    "b" * 40, "5" * 64, "", (CommandRun("python -m pytest -q", "", 0, 1.23456, "6" * 64, TestCounts(9, 9, 0, 0)),),
    "PASSED", tier="unsigned", strength=1, isolation="none",
)  # fmt: skip


def ruled(finding: Finding, level: str = "error", reason: str = "the spec does not ask for it", **more) -> Ruling:
    blocks = more.pop("blocks", level == "error")
    return Ruling(finding, level, reason, more.pop("subject", STAGED.label), blocks, **more)


def report(*rulings: Ruling, outcome: str = "FAILED", **more) -> Report:
    nothing = {"skips": (), "crashes": (), "not_analysed": (), "unattributed": (), "receipts": (), "rules": RULES}
    whole = {"mode": "block", "subjects": (STAGED,), "policy_sha256": "", "tool_version": "0.1.0", "occasion": "commit"}
    return Report(outcome=outcome, rulings=rulings, **{**nothing, **whole, **more})


BLOCKED = report(
    ruled(UNLISTED, reason="it goes against the spec"), ruled(CHANGED), ruled(REMOVED),
    ruled(ALLOWED, "note", "authorised by spec line 31"),
    skips=(Skip("fidelity", "no code block under `### 1. src/shop/cart.py`"),),
    not_analysed=(NotAnalysed("native/b.kt", "no parser for this language"),
                  NotAnalysed("native/a.kt", "no parser for this language")),
)  # fmt: skip
LONG = replace(
    CHANGED, message="`test_total` expects something else of `total(cart, shipping=Rate.flat(3))`, and 宅配便 too",
    evidence=Evidence("assert total(cart, shipping=Rate.flat(3)) == 30, 'the flat rate is added once'\n" + "x\n" * 15,
                      "assert total(cart, shipping=Rate.flat(3)) == 31\n"),
)  # fmt: skip
HOSTILE = "src/\x1b[2J\u202eevil\n\udcff.py"
RANGE = replace(CONTRACT, trust="range", source=SPEC + "\x1b]0;owned\x07\n")
FIRST = Judged("commit 1a2b3c4 Charge shipping", "a" * 40, "b" * 40, "delegated", RANGE, 2)
SECOND = Judged("commit 5d6e7f8 Fix by hand", "b" * 40, "c" * 40, "unattributed", None, 1)

CASES = {
    "blocked": (BLOCKED, Options(width=100)),
    "blocked-narrow": (BLOCKED, Options(width=50)),
    "blocked-agent": (BLOCKED, Options(width=100, agent=True)),
    "blocked-colour": (BLOCKED, Options(width=100, colour=True)),
    "blocked-mode-warn": (
        report(ruled(UNLISTED, blocks=False), ruled(CHANGED, "warning", "no spec"), mode="warn"), Options()),
    "unverified": (report(ruled(UNVERIFIED, reason="the policy asks for it"), outcome="UNVERIFIED"), Options()),
    "long": (report(ruled(LONG)), Options(width=80)),
    "hostile": (report(ruled(replace(UNLISTED, message=f"no {HOSTILE}", location=Location(HOSTILE)))), Options()),
    "range": (
        report(
            ruled(CHANGED, subject=FIRST.label),
            ruled(REMOVED, "warning", "this commit claims no spec", subject=SECOND.label),
            subjects=(FIRST, SECOND), unattributed=("5d6e7f8 Fix by hand (Ann <ann@example.invalid>)",),
            occasion="final",
        ), Options()),
    "crashed": (
        report(outcome="ERRORED", crashes=(Crash(".checks.tests", "staged change", "ValueError: a\nb"),)), Options()),
    "passed": (report(outcome="PASSED"), Options()),
    "passed-verified": (report(outcome="PASSED", receipts=(RECEIPT, replace(RECEIPT, tree="0" * 40))), Options()),
    "warned": (report(ruled(REMOVED, "warning", "this commit claims no spec"), outcome="WARNED"), Options()),
    "nothing-delegated": (report(outcome="PASSED", subjects=(), occasion="final"), Options()),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_terminal(name: str) -> None:
    case, options = CASES[name]
    compare(GOLDEN / f"terminal-{name}.txt", render(case, options).replace("\033", "<ESC>"))


@pytest.mark.parametrize(
    ("case", "first"),
    [
        (BLOCKED, "BLOCKED: 3 errors and 1 note in 3 files"),
        (replace(BLOCKED, mode="warn", rulings=tuple(replace(r, blocks=False) for r in BLOCKED.rulings)),
         "would block: 3 errors and 1 note in 3 files; mode warn lets it pass"),
        (report(ruled(UNVERIFIED), outcome="UNVERIFIED"), "BLOCKED: not verified (1 error)"),
        (report(outcome="ERRORED", rules=()), "NO VERDICT: not one rule was run; nothing is passed unjudged"),
        (report(outcome="DEFERRED"), "DEFERRED: this needs a stronger model or a person"),
        (report(outcome="PASSED"), "passed: staged change against T-12, 3 files, 3 rules"),
        (report(outcome="PASSED", subjects=()), "passed: nothing delegated, nothing to judge"),
        (report(ruled(ALLOWED, "note"), outcome="PASSED"), "passed with 1 note in 1 file"),
    ],
)  # fmt: skip
def test_the_first_line_is_the_verdict(case: Report, first: str) -> None:
    assert render(case, Options()).splitlines()[0] == first


def test_a_pass_with_nothing_to_say_is_one_line() -> None:
    assert render(report(outcome="PASSED"), Options()).count("\n") == 1


def test_an_agent_is_never_told_how_to_lift_a_limit() -> None:
    assert "handoff amend" in render(BLOCKED, Options())
    assert "handoff amend" in as_json(BLOCKED, Options())
    for text in (render(BLOCKED, Options(agent=True)), as_json(BLOCKED, Options(agent=True))):
        assert "amend" not in text
        assert "STOP and report" in text


def test_colour_changes_nothing_but_colour() -> None:
    for case, options in CASES.values():
        plain = render(case, replace(options, colour=False))
        coloured = render(case, replace(options, colour=True))
        assert re.sub(r"\033\[[0-9;]*m", "", coloured) == plain
        assert "\033" not in plain


def test_commands_are_never_broken() -> None:
    for width in (20, 50, 100):
        text = render(BLOCKED, Options(width=width))
        assert "git rm -q -f -- :/src/shop/extra.py - or STOP" in text
        assert UNLISTED.remedy in text


def test_many_alike_are_counted_not_listed() -> None:
    many = [ruled(replace(UNLISTED, location=Location(f"a/{number:03}.py"))) for number in range(MOST_ALIKE + 12)]
    text = render(report(*many), Options())
    assert text.count(": error: ") == MOST_ALIKE
    assert "... and 12 more errors of scope/unlisted" in text
    assert text.splitlines()[0] == f"BLOCKED: {MOST_ALIKE + 12} errors in {MOST_ALIKE + 12} files"
    assert len(json.loads(as_json(report(*many), Options()))["findings"]) == MOST_ALIKE + 12


def test_a_line_of_a_megabyte_is_cut() -> None:
    huge = replace(CHANGED, evidence=Evidence("x" * 1_000_000, "y" * 1_000_000), clause=Clause("z" * 1_000_000, 1))
    assert len(render(report(ruled(huge)), Options())) < 3000


def test_a_waived_finding_stays_in_sight() -> None:
    text = render(report(ruled(CHANGED, waived="W-7 by Ann until 2030-01-31"), outcome="PASSED"), Options())
    assert text.startswith("passed: ")
    assert "tests/test_cart.py:14: waived error: " in text
    assert "waived: W-7 by Ann until 2030-01-31" in text


def test_every_reporter_of_the_registry_shows_every_case() -> None:
    for name, reference in REPORTERS.items():
        for case, options in CASES.values():
            assert load(reference)(case, options).endswith("\n"), name


def test_json_is_as_its_schema_says() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    for case, options in CASES.values():
        document = json.loads(as_json(case, options))
        jsonschema.validate(document, schema)
        assert set(document) == set(schema["required"])
        assert document["exit_code"] == case.exit_code


def test_json_golden() -> None:
    case = replace(CASES["range"][0], receipts=(RECEIPT,), skips=BLOCKED.skips, not_analysed=BLOCKED.not_analysed[:1])
    compare(GOLDEN / "report-v1.json", as_json(case, Options()))


def test_json_holds_no_lone_surrogate_and_still_the_exact_path() -> None:
    text = as_json(CASES["hostile"][0], Options())
    (finding,) = json.loads(text)["findings"]
    finding["path"].encode("utf-8")
    assert finding["path_base64"] == "c3JjLxtbMkrigK5ldmlsCv8ucHk="
    assert text.isascii()


texts = st.text(alphabet=st.characters(codec=None), max_size=60)
findings = st.builds(
    Finding, st.sampled_from(["scope/unlisted", "tests/removed"]), texts,
    st.builds(Location, texts, st.integers(0, 99)), hint=texts, remedy=texts,
    evidence=st.builds(Evidence, texts, texts), clause=st.none() | st.builds(Clause, texts, st.integers(1, 99)),
)  # fmt: skip


@given(
    st.lists(st.builds(ruled, findings, st.sampled_from(["note", "warning", "error"]), texts), max_size=4),
    st.integers(20, 140),
    texts,
)
def test_nothing_of_a_change_reaches_the_terminal_unescaped(rulings: list[Ruling], width: int, name: str) -> None:
    case = report(*rulings, skips=(Skip(name, name),), unattributed=(name,), not_analysed=(NotAnalysed(name, name),))
    text = render(case, Options(width=width))
    for line in text.split("\n"):
        assert line.isprintable()
        assert line == line.rstrip(" ")
    json.dumps(json.loads(as_json(case, Options())), ensure_ascii=False).encode("utf-8")
