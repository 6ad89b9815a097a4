"""What lint looks for in a spec before it is handed over."""

from __future__ import annotations

from delegation_guard.model.finding import Rule

RULES = (
    Rule(
        "spec/file-missing",
        "A listed file is not there",
        "A heading deletes, renames or changes the mode of a file that the tree does not have. The delegate would "
        "invent it, or stop.",
    ),
    Rule(
        "spec/file-exists",
        "A file to be created is there already",
        "A heading says `(create)`, or renames to a path, that the tree already has: its content would be lost.",
    ),
    Rule(
        "spec/new-file",
        "A listed file is not there and is not marked (create)",
        "Without a marker a heading allows create or modify. A path with a typing error looks like a new file: mark "
        "new files `(create)`.",
        level="warning",
    ),
    Rule(
        "spec/context-missing",
        "A CONTEXT file is not there",
        "The delegate is sent to read a file that the tree does not have.",
    ),
    Rule(
        "spec/context-lines",
        "CONTEXT names lines beyond the end of the file",
        "The line numbers of a CONTEXT entry lie outside the file: they were noted for another version of it.",
    ),
    Rule(
        "spec/before-block",
        "The text to be replaced is not in the file",
        "A block introduced by Replace, Remove or Before does not stand in the file, blanks aside. A delegate that "
        "does not find it guesses.",
    ),
    Rule(
        "spec/ambiguous-block",
        "The text to be replaced stands in the file more than once",
        "Say which one is meant by quoting more lines around it, or say that all of them are.",
        level="warning",
    ),
    Rule(
        "spec/block-syntax",
        "A Python block is not valid Python",
        "New code is to land exactly as written. Members of a class and statements of a body may stand alone.",
        level="warning",
    ),
    Rule(
        "spec/placeholder",
        "The spec still has a hole to fill in",
        "`<...>`, TBD and lone dots are decisions that were left to the delegate.",
    ),
    Rule(
        "spec/vague",
        "The spec leaves something open",
        "Words such as `etc.`, `as needed` or `or similar` ask the delegate to decide. List what is meant.",
        level="warning",
    ),
    Rule(
        "spec/not-delegable",
        "The task asks for a decision, not for typing",
        "Where something should live, why something fails, whether to do it, a review: whoever writes the spec settles "
        "that first.",
    ),
    Rule(
        "spec/open-question",
        "An instruction is a question",
        "A delegate answers a question with code. Answer it in the spec.",
        level="warning",
    ),
    Rule(
        "spec/verify-noop",
        "A VERIFY command cannot fail",
        "It does nothing, only lists tests, or hides its own failure, so it would accept any change.",
    ),
    Rule(
        "spec/verify-weak",
        "A VERIFY command passes when no test runs",
        "Options such as `--passWithNoTests` or `--if-present` turn a missing test into success.",
        level="warning",
    ),
    Rule(
        "spec/missing-part",
        "A part of the spec is missing",
        "CONTEXT, what must be preserved, the order to STOP on failure and `Edit ONLY the listed files` each prevent a "
        "known kind of accident.",
        level="warning",
    ),
    Rule(
        "spec/empty-edit",
        "A heading says nothing about what to change",
        "A listed file without an instruction and without a code block gives the delegate a free hand in it.",
        level="warning",
    ),
    Rule(
        "spec/kind-parts",
        "The spec lacks what its KIND needs",
        "A refactor shows before and after, tests list a test file, call sites are several, a helper shows its code.",
        level="warning",
    ),
    Rule(
        "spec/glob",
        "A glob is listed instead of files",
        "How many files it matches is said, because a glob also covers files nobody thought of. One that matches "
        "nothing is probably misspelled.",
        level="warning",
    ),
    Rule(
        "spec/too-wide",
        "The task lists many files",
        "A delegated task is one focused change; beyond twenty files split it.",
        level="warning",
    ),
    Rule(
        "spec/reading",
        "A line was understood, but is not written as the format says",
        "What the guard took it for is said. If that is not what was meant, write it as the format has it.",
        level="warning",
    ),
)  # fmt: skip
