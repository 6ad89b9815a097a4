"""Inputs to findings; no check knows of levels, waivers, exit codes or formats.

A check module declares `RULES: tuple[Rule, ...]` and the pure function
`find(subject: Subject) -> Iterator[Finding | NotAnalysed | Skip]`. Adding one: a file here, a line in CHECKS, rows in
`tests/cases/<family>/<rule>.yaml`.
"""

CHECKS = (
    ".checks.spec",
    ".checks.scope",
    ".checks.locks",
    ".checks.fidelity",
    ".checks.guard",
    ".checks.tests",
    ".checks.gates",
    ".checks.honesty",
    ".checks.receipt",
)
