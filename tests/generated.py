"""Files made from the code: compared as they are, or written again with DELEGATION_GUARD_REGENERATE=1."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

AGAIN = "run the tests once with DELEGATION_GUARD_REGENERATE=1 and read the difference"


def compare(path: Path, text: str) -> None:
    """The file holds exactly the text."""
    if os.environ.get("DELEGATION_GUARD_REGENERATE"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"{path.name} is missing: {AGAIN}"
    assert path.read_text(encoding="utf-8") == text, f"{path.name} is not current: {AGAIN}"


def compare_between(path: Path, name: str, text: str) -> None:
    """The part of a Markdown file between `<!-- begin NAME -->` and `<!-- end NAME -->` is exactly the text."""
    before, begin, rest = path.read_text(encoding="utf-8").partition(f"<!-- begin {name} -->\n")
    _, end, after = rest.partition(f"<!-- end {name} -->")
    assert begin, f"{path.name} has no <!-- begin {name} -->"
    assert end, f"{path.name} has no <!-- end {name} -->"
    compare(path, f"{before}{begin}\n{text}\n{end}{after}")
