"""What the words before a block say of it."""

from __future__ import annotations

import pytest

from delegation_guard.spec.parser import parse
from delegation_guard.spec.roles import lead

NEW = """\
Append:
Add to the class:
The new code:
Append (the import of fmt goes to the top):
In `validate_refund()` raise instead of clipping:
Escape `&` and `<` in cell values:
Top of the file up to the signature becomes:
Replace the body of total() with:
Replace `a` with:
Change the return to:
Change `f` so it reads:
Remove the old import and add:
Delete the helper and replace it with:
Add a helper to remove stale rows:
Add a method that removes rows:
Add before the return:
Before the return, add:
Insert after the imports:
Do not remove:
Keep:
Replace lines 3-5 by
add at the end
Update the function:
Use the new name instead of the old one:
`remove` gets a default:
The function that deletes rows:
Write it as follows:
It never drops a row:
""".splitlines()
BEFORE = """\
Remove:
Delete this block:
Before:
**Before**
Old:
Currently:
The current code:
From:
Instead of:
In `f()`, remove
In `tests/test_a.py` delete the test:
Remove the call to log():
Drop the import:
First delete:
Add nothing. Remove these lines:
1. Delete the import:
""".splitlines()
SOFT = """\
Replace
Replace:
Change
Replace this line:
Replace import block
In `f`, replace the loop:
Change the signature:
Replace the return:
The body of `slug`: Replace
and Replace
""".splitlines()
PARTNER = """\
and replace it with:
Replace it with
Then change these lines to:
with
With:
to:
becomes
After:
New:
by
and with
with this:
to the following:
It becomes:
so that it reads:
→
with the new code:
""".splitlines()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *((text, "new") for text in NEW),
        *((text, "before") for text in BEFORE),
        *((text, "soft") for text in SOFT),
        *((text, "partner") for text in PARTNER),
        ("", "none"),
    ],
)
def test_the_last_sentence_decides(text: str, expected: str) -> None:
    found = lead([text])
    assert found == expected or (expected == "new" and found == "partner")


def roles(changes: str) -> list[str]:
    text = f"TASK T-1: cap\nCHANGES TO MAKE:\n### 1. src/a.py\n{changes}\nVERIFY:\nmake test\n"
    return [block.role for block in parse(text.encode(), "spec.md").edits[0].blocks]


A, B = "```\na\n```\n", "```\nb\n```\n"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (f"Update it:\n{A}", ["new"]),
        (f"{A}", ["new"]),
        (f"Replace the function:\n{A}", ["new"]),
        (f"Replace the function:\n{A}\nAppend:\n{B}", ["new", "new"]),
        (f"Change\n{A}to\n{B}", ["before", "new"]),
        (f"Change\n{A}\n{B}", ["before", "new"]),
        (f"Replace this.\n\nWith care:\n{A}", ["new"]),
        (f"Remove:\n{A}Add:\n{B}", ["before", "new"]),
        (f"Remove:\n{A}", ["before"]),
        (f"Replace\n{A}with\n{B}and\nReplace\n{B}with\n{A}", ["before", "new", "before", "new"]),
        (f"This sentence says remove.\n\nThe result:\n{A}", ["new"]),
        (f"Remove nothing here\n\n\n{A}", ["before"]),
    ],
)
def test_pairs(changes: str, expected: list[str]) -> None:
    assert roles(changes) == expected


def test_labels_are_no_instruction() -> None:
    text = f"TASK T-1: cap\nCHANGES TO MAKE:\n### 1. src/a.py\nIn `f`:\n\nReplace\n{A}with\n{B}\nVERIFY:\nmake test\n"
    assert parse(text.encode(), "spec.md").edits[0].instruction == "In `f`:"


@pytest.mark.parametrize(
    ("diff", "expected"),
    [
        ("-a\n+b\n", [("before", "a\n"), ("new", "b\n")]),
        (" x\n-a\n+b\n y\n", [("before", "x\na\ny\n"), ("new", "x\nb\ny\n")]),
        (" x\n+b\n", [("before", "x\n"), ("new", "x\nb\n")]),
        ("+b\n", [("new", "b\n")]),
        (" x\n y\n", []),
        (" x\n-a\n", [("before", "x\na\n"), ("new", "x\n")]),
        ("-a\n", [("before", "a\n")]),
        (
            "@@ -1 +1 @@\n-a\n+b\n@@ -9 +9 @@ def f\n-c\n+d\n",
            [("before", "a\n"), ("new", "b\n"), ("before", "c\n"), ("new", "d\n")],
        ),
        ("--- a/src/a.py\n+++ b/src/a.py\n-a\n+b\n", [("before", "a\n"), ("new", "b\n")]),
        ("--- x\n", [("before", "-- x\n")]),
        ("-a\n+b\n\\ No newline at end of file\n", [("before", "a\n"), ("new", "b\n")]),
    ],
)
def test_diffs(diff: str, expected: list[tuple[str, str]]) -> None:
    text = f"TASK T-1: cap\nCHANGES TO MAKE:\n### 1. src/a.py\n```diff\n{diff}```\nVERIFY:\nmake test\n"
    blocks = parse(text.encode(), "spec.md").edits[0].blocks
    assert [(block.role, block.text) for block in blocks] == expected
