"""Lint of wording: holes, open questions, decisions left to the delegate, missing parts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from delegation_guard.model.contract import Clause
from delegation_guard.model.finding import Finding, Location
from delegation_guard.spec.paths import undecided
from delegation_guard.spec.text import masked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delegation_guard.model.contract import Contract

_VAGUE = re.compile(
    r"\b(?:etc\b\.?|and so on|and the like|as (?:needed|necessary|appropriate|required)"
    r"|(?:if|where) (?:needed|necessary|possible)|or similar|something (?:like|similar)|somehow|maybe|perhaps"
    r"|probably|appropriately|appropriate|clean up|tidy up|improve)(?!\w)",
    re.IGNORECASE,
)
_DECIDES = re.compile(
    r"^(?:where|why|whether|decide|investigate|figure out|find out|explore|evaluate|determine|diagnose|analy[sz]e"
    r"|assess|consider|think about|understand|brainstorm|propose)\b"
    r"|^(?:review|audit|research|design|debug)\s+(?:the|this|that|these|all|our|it|for|whether|how|why|which|what|a|an"
    r"|code|changes?|security|options)\b"
    r"|\b(?:decide|figure out|find out|determine)\s+(?:whether|if|where|how|why|what|which)\b"
    r"|\bshould (?:this|it|that) live\b"
    r"|\breview\b.*\bfor security\b",
    re.IGNORECASE,
)
_LEFT_OPEN = re.compile(
    r"\b(?:decide|figure out|find out|investigate|work out|determine)\s+(?:whether|if|where|how|why|what|which)\b"
    r"|\bup to you\b|\byour (?:choice|judge?ment)\b|\bas you see fit\b|\bif you think\b|\bwhatever you\b"
    r"|\b(?:use|choose|pick) (?:the best|a suitable|a sensible|an appropriate|whatever)\b|\bwherever (?:it|you)\b",
    re.IGNORECASE,
)
_STOP = re.compile(r"\bstop\b", re.IGNORECASE)
_ONLY = re.compile(r"\b(?:only|nothing but|no other|not .*other)\b.*\b(?:list(?:ed)?|files?|paths?)\b", re.IGNORECASE)
_TEST = re.compile(r"(?:^|[/_.-])(?:tests?|specs?|__tests__)(?=[/_.-]|$)|Tests?\.\w+$|Spec\.\w+$|_test\.\w+$")


def find(contract: Contract) -> Iterator[Finding]:
    """Findings about the words of a spec; code in back-ticks and fences is not read."""
    for clause in _sentences(contract):
        hole = undecided(clause.text)
        if hole:
            yield _finding(
                contract, "spec/placeholder", clause, f"`{hole}` is still to be filled in", "write what is meant"
            )
        vague = _VAGUE.search(masked(clause.text))
        if vague and not hole:
            yield _finding(
                contract,
                "spec/vague",
                clause,
                f"`{vague[0]}` leaves the delegate to decide",
                "list what is meant, or leave it out",
            )
    yield from _decisions(contract)
    yield from _missing(contract)
    yield from _kind(contract)


def _finding(contract: Contract, rule: str, clause: Clause, message: str, hint: str = "") -> Finding:
    return Finding(rule, message, Location(contract.path, clause.line, "spec"), clause=clause, hint=hint)


def _orders(contract: Contract) -> list[Clause]:
    """The lines of the instructions under the headings; where one stands is known to its heading only."""
    return [
        Clause(line.strip(), edit.line)
        for edit in contract.edits
        for line in edit.instruction.split("\n")
        if line.strip()
    ]


def _sentences(contract: Contract) -> list[Clause]:
    why = [Clause(item.why, item.line) for item in contract.context if item.why]
    return [*_orders(contract), *why, *contract.preserve, *contract.constraints, *contract.instructions]


def _decisions(contract: Contract) -> Iterator[Finding]:
    title = Clause(contract.title, contract.line)
    asks = "?" in masked(contract.title)
    decides = _DECIDES.search(contract.title)
    if asks or decides:
        what = "is a question" if asks else f"asks for a decision (`{decides[0] if decides else ''}`)"
        yield _finding(
            contract, "spec/not-delegable", title, f"the task {what}: {contract.title}",
            "settle it first, then write down what is to be typed",
        )  # fmt: skip
    for clause in _orders(contract):
        bare = masked(clause.text)
        left = _LEFT_OPEN.search(bare)
        if left:
            yield _finding(
                contract, "spec/not-delegable", clause, f"the instruction leaves a decision open: `{left[0]}`",
                "decide it, and write down the outcome",
            )  # fmt: skip
        elif re.search(r"\?(?:\s|$)", bare):
            yield _finding(
                contract,
                "spec/open-question",
                clause,
                f"the instruction is a question: {clause.text[:80]}",
                "answer it",
            )


def _missing(contract: Contract) -> Iterator[Finding]:
    top = Clause("", contract.line)
    parts = (
        (contract.context, "there is no CONTEXT", "name the files to read first: `- src/invoice.py:12-30 — why`"),
        (
            contract.preserve,
            "nothing is said about existing behavior that must be preserved",
            "write one invariant a line",
        ),
        (
            any(_STOP.search(clause.text) for clause in (*contract.instructions, *contract.constraints)),
            "the spec does not say to STOP when VERIFY fails",
            "add below VERIFY: `If it fails, do NOT broaden the test to make it pass; STOP and report what happened.`",
        ),
        (
            any(_ONLY.search(clause.text) for clause in contract.constraints),
            "no constraint says that only the listed files may be edited",
            "add under CONSTRAINTS: `- Edit ONLY the listed files.`",
        ),
    )
    for there, message, hint in parts:
        if not there:
            yield _finding(contract, "spec/missing-part", top, message, hint)
    for edit in contract.edits:
        if edit.action in ("modify", "create", "glob") and not edit.instruction.strip() and not edit.blocks:
            yield _finding(
                contract, "spec/empty-edit", Clause(edit.heading or edit.path, edit.line),
                f"nothing is said about what to change in {edit.path}", "give the exact code, or one sentence",
            )  # fmt: skip


def _kind(contract: Contract) -> Iterator[Finding]:
    blocks = [block for edit in contract.edits for block in edit.blocks]
    roles = {block.role for block in blocks}
    moves = any(edit.action in ("rename", "delete") for edit in contract.edits)
    needs = {
        "refactor": (moves or roles == {"before", "new"}, "a refactor shows the code before and after"),
        "tests": (any(_TEST.search(edit.path) for edit in contract.edits), "a task of KIND tests lists a test file"),
        "call-sites": (
            len(contract.edits) > 1 or len(blocks) > 2 or any(edit.action == "glob" for edit in contract.edits),
            "a task of KIND call-sites lists every call site",
        ),
        "helper": ("new" in roles, "a helper is given with its exact code"),
    }
    there, message = needs.get(contract.kind, (True, ""))
    if not there:
        yield _finding(contract, "spec/kind-parts", Clause("", contract.line), message, "add it, or correct KIND")
