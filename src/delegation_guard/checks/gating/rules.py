"""The rules of `gates/*`, with the text `rules` and the docs show."""

from __future__ import annotations

from delegation_guard.model.finding import Rule

TABLE = (
    (
        "not-collected",
        "Configuration leaves tests out",
        "A runner's configuration or command selects fewer tests: filters, ignore lists, "
        "narrower folders and name patterns, a removed project or suite.",
    ),
    (
        "strictness-lowered",
        "A test run fails less readily",
        "What made a run fail is switched off: strict markers, warnings as errors, "
        "`xfail_strict`, `forbidOnly`, race detection and the like.",
    ),
    (
        "retries-added",
        "Failing tests are repeated",
        "The runner, the job or the script runs what failed again, so that only a failure every time counts.",
    ),
    (
        "coverage-lowered",
        "A coverage floor is lower",
        "The least coverage that is accepted was lowered or removed, wherever it stands. The "
        "same or a higher floor in another file counts as kept.",
    ),
    (
        "coverage-narrowed",
        "Coverage is measured on less",
        "Files or lines are left out of the measurement, or branches are no longer counted.",
    ),
    (
        "types-relaxed",
        "The type checker or compiler accepts more",
        "A strict option is off, an error code disabled, or code left out of the check.",
    ),
    (
        "lint-relaxed",
        "The linter accepts more",
        "Rules are ignored, downgraded or no longer selected, or files left out. Rules about "
        "looks alone are only doubtful.",
    ),
    (
        "failure-ignored",
        "A check may fail without consequence",
        "`|| true`, a leading `-` in a recipe, `continue-on-error`, `allow_failure`, a pipe "
        "without pipefail, `set +e` and every other way to lose an exit status.",
    ),
    (
        "command-neutered",
        "A check was made to check nothing",
        "An option that only lists tests, always passes, passes without tests or writes the expected results anew.",
    ),
    (
        "command-removed",
        "A check is no longer run",
        "A command that tested, linted or type-checked is gone from a workflow, recipe or "
        "script, and nothing that runs now does the same.",
    ),
    (
        "ci-narrowed",
        "The CI runs on fewer occasions",
        "A trigger, branch, path, matrix entry, shard or system is gone, a condition was "
        "added, or a job no longer waits for its checks.",
    ),
    (
        "hook-removed",
        "A commit hook checks less",
        "A hook of the pre-commit configuration is gone, runs only by hand or looks at fewer files.",
    ),
    (
        "hook-bypassed",
        "A script goes around the commit hooks",
        "`--no-verify`, `SKIP=`, `HUSKY=0`, another `core.hooksPath` and the like in a script or workflow.",
    ),
)

RULES: tuple[Rule, ...] = (
    *(Rule(f"gates/{name}", title, text) for name, title, text in TABLE),
    Rule(
        "gates/suppression-added",
        "A comment silences a check",
        "`# type: ignore`, `# noqa`, `eslint-disable`, `@ts-ignore`, `#[allow(...)]`, "
        "`//nolint` and the like were added in source text. Often honest, never certain.",
        level="warning",
    ),
    Rule(
        "gates/not-analysed",
        "Configuration could not be analysed",
        "A changed file that decides what is checked cannot be read or does not parse, so "
        "nothing is known about its gates.",
    ),
)
