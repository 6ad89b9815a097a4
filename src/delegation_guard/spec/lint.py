"""Whether a spec is fit to be handed over: checked against the tree the delegate starts from."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from delegation_guard.model.finding import Finding, Location
from delegation_guard.spec import lint_blocks, lint_commands, lint_files, lint_words
from delegation_guard.spec.lint_rules import RULES

if TYPE_CHECKING:
    from delegation_guard.model.contract import Contract
    from delegation_guard.model.inputs import Objects

__all__ = ["RULES", "lint"]


def lint(contract: Contract, objects: Objects, tree: str) -> tuple[Finding, ...]:
    """Everything worth saying about a spec before its hand-off, in the order of its lines.

    `tree` is the tree the work starts from. Levels are those of RULES. Runs nothing: whether VERIFY passes, or would
    catch a regression, is not looked at.
    """
    found = chain(
        (
            Finding("spec/reading", warning.text, Location(contract.path, warning.line, "spec"))
            for warning in contract.warnings
        ),
        lint_files.find(contract, objects, tree),
        lint_blocks.find(contract, objects, tree),
        lint_commands.find(contract),
        lint_words.find(contract),
    )
    return tuple(sorted(found, key=lambda finding: (finding.location.line, finding.rule)))
