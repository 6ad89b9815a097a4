"""The policy file that `init` writes, and the table of docs/policy.md: both from the fields."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING

from delegation_guard.model.policy import VerifyRoot
from delegation_guard.policy.fields import FIELDS, Field, children, field_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_HEAD = """\
# What delegation-guard asks of delegated changes in this repository. It is read from the base of a change, never from
# the change itself. Every line that begins with `#` and no blank shows the default: take the `#` away to change it.
"""
_ACTIVE = ("version", "mode")
_WIDTH = 118


def template(roots: Sequence[VerifyRoot] = ()) -> str:
    """A commented policy that means exactly the embedded default, with `roots` filled in.

    So does it with every default uncommented. Nothing here verifies that the roots exist.
    """
    return _HEAD + "\n" + "\n".join(_entries("", "", roots)).rstrip() + "\n"


def _entries(prefix: str, indent: str, roots: Sequence[VerifyRoot]) -> Iterator[str]:
    for name in children(prefix):
        key = f"{prefix}.{name}" if prefix else name
        field = field_at(key)
        if "*" in key:
            continue
        mark = "" if key in _ACTIVE or (roots and key in ("verify", "verify.roots")) else "#"
        if field.help:
            yield from ((mark + indent if indent else "") + line for line in _comment(field, len(indent)))
        if field.kind in ("section", "attribution"):
            yield f"{mark}{indent}{name}:"
            yield from _entries(key, f"{indent}  ", roots)
        elif roots and key == "verify.roots":
            yield from (f"{indent}{line}" for line in _roots(roots))
        else:
            yield f"{mark}{indent}{name}: {field.default}"
        if not prefix:
            yield ""


def _roots(roots: Sequence[VerifyRoot]) -> Iterator[str]:
    yield "roots:"
    for root in roots:
        yield f"  {_quoted(root.path or '.')}:"
        for name, texts in (("setup", root.setup), ("carry", root.carry), ("services", root.services)):
            if texts:
                yield f"    {name}: [{', '.join(map(_quoted, texts))}]"
        if root.env:
            yield f"    env: {{{', '.join(f'{variable}: {_quoted(value)}' for variable, value in root.env)}}}"
        if root == VerifyRoot(root.path):
            yield "    setup: []"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _comment(field: Field, used: int) -> Iterator[str]:
    for line in textwrap.wrap(field.help, _WIDTH - used - 3, break_on_hyphens=False, break_long_words=False):
        yield f"# {line}"
    if field.default in ("{}", "[]") or field.kind == "mode":
        yield f"# Example: `{field.name}: {field.example}`"


def table() -> str:
    """Every key as a Markdown table, in the order of the fields."""
    rows = ["| Key | Default | What it decides |", "| --- | --- | --- |"]
    rows += [f"| `{_shown(field)}` | {_code(field.default)} | {_cell(field)} |" for field in FIELDS]
    return "\n".join(rows) + "\n"


def _shown(field: Field) -> str:
    return field.key.replace("verify.roots.*", "verify.roots.PATH").replace(".*.", "[].")


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _cell(field: Field) -> str:
    parts = [field.help]
    if field.choices and field.kind != "levels":
        parts.append(f"One of {', '.join(f'`{choice}`' for choice in field.choices)}.")
    if field.example and field.example != field.default:
        parts.append(f"Example: `{field.example}`")
    if field.required:
        parts.append("Required.")
    return " ".join(parts).replace("|", "\\|")
