"""The first example of each kind from tests/cases, as Markdown for the page of rules."""

from __future__ import annotations

import difflib
from pathlib import Path

import yaml

CASES = Path(__file__).parent / "cases"
MOST_LINES = 24


def examples() -> dict[str, str]:
    """Markdown by rule id; a rule without cases has none."""
    found = {}
    for path in sorted(CASES.rglob("*.yaml")):
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        parts = []
        for kind, title in (("rejects", "Found"), ("accepts", "Not found")):
            row = _shortest(document.get(kind) or [])
            if row is not None:
                parts.append(f"{title}: {row['name']}.\n\n````diff\n{_difference(row)}\n````\n")
        if parts:
            found[document["rule"]] = "\n".join(parts)
    return found


def _shortest(rows: list[dict]) -> dict | None:
    """The row that is quickest to read, among those whose change shows in text; the first of equals."""
    shown = [row for row in rows if _difference(row)]
    return min(shown, key=lambda row: _difference(row).count("\n"), default=None)


def _difference(row: dict) -> str:
    before, after = row.get("before") or {}, row.get("after") or {}
    lines: list[str] = []
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if old == new or isinstance(old, bytes) or isinstance(new, bytes):
            continue
        sides = [f"a/{name}" if old is not None else "(none)", f"b/{name}" if new is not None else "(none)"]
        lines += difflib.unified_diff((old or "").splitlines(), (new or "").splitlines(), *sides, n=2, lineterm="")
    printable = "\n".join(lines)
    return "\n".join(lines[:MOST_LINES]) if printable.replace("\n", "").isprintable() else ""
