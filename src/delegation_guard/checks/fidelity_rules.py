"""The rules of the family `fidelity`, as data."""

from __future__ import annotations

from delegation_guard.model.finding import Rule

MISSING = Rule(
    "fidelity/block-missing",
    "A block of the spec has not landed as written",
    "Every new block of the spec must stand in its file as written. Quotes, trailing commas, wrapping, parentheses "
    "without meaning, import order and blank lines make no difference; another operator, name, value or order does.",
    stage="task", contract=True,
)  # fmt: skip
DIFFERS = Rule(
    "fidelity/block-differs",
    "Something else stands where a block of the spec belongs",
    "A block that has not landed yet may still come; text that is in its place and in no block of the spec is wrong as "
    "it is. What makes no difference: see fidelity/block-missing.",
    contract=True,
)  # fmt: skip
LEFTOVER = Rule(
    "fidelity/replaced-text-present",
    "Text that the spec replaces is still there",
    "The old text of a before/new pair must be gone: not kept beside the new one, under another name, or as a comment.",
    stage="task", contract=True,
)  # fmt: skip
STALE = Rule(
    "fidelity/stale-block",
    "The text to be replaced was never in the file",
    "The spec quotes an old text that its file does not hold. The spec was written for another version of the file.",
    level="warning", stage="task", contract=True,
)  # fmt: skip
EXTRA = Rule(
    "fidelity/extra-hunk",
    "A change in a listed file that no block explains",
    "Under a heading with code blocks only those blocks, and the imports they need, may change the file.",
    contract=True,
)  # fmt: skip
SYMBOL = Rule(
    "fidelity/extra-symbol",
    "A public definition nobody asked for",
    "A new public function, class, method or constant must be named by a block, a heading's instruction or the title.",
    contract=True,
)  # fmt: skip
TEST = Rule(
    "fidelity/extra-test",
    "A test nobody asked for",
    "A new test must stand in a block of the spec or be named by its heading.",
    contract=True,
)  # fmt: skip
DEPENDENCY = Rule(
    "fidelity/extra-dependency",
    "A dependency nobody asked for",
    "A dependency added to a listed manifest must be named by the spec.",
    contract=True,
)  # fmt: skip
IMPORT = Rule(
    "fidelity/import-added",
    "An import that the block needs and the spec left out",
    "Said so that nobody wonders about the line; an import that the spec's code does not use is fidelity/extra-hunk.",
    level="note", contract=True,
)  # fmt: skip
PLACE = Rule(
    "fidelity/wrong-place",
    "A block landed inside another definition than the spec says",
    "The text is right and its place is not: nested in another function, outside its class, or in another function.",
    stage="task", contract=True,
)  # fmt: skip
SIZE = Rule(
    "fidelity/over-size",
    "Far more lines changed than the spec gives",
    "More than three times the lines of the spec's blocks, and thirty more.",
    level="warning", contract=True,
)  # fmt: skip
UNREADABLE = Rule(
    "fidelity/oversized-or-unreadable",
    "A listed file cannot be read as text",
    "A file that is no UTF-8 text, holds NUL bytes, gained a byte order mark or is over 1 MB cannot be compared.",
    contract=True,
)  # fmt: skip

RULES = (
    MISSING,
    DIFFERS, LEFTOVER, STALE, EXTRA, SYMBOL, TEST, DEPENDENCY, IMPORT, PLACE, SIZE, UNREADABLE,
)  # fmt: skip
