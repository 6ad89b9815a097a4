"""Write, lint or show a spec."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from delegation_guard.cli.output import emit
from delegation_guard.errors import GuardError, UsageError
from delegation_guard.repo.repository import Repository
from delegation_guard.spec.lint import RULES, lint
from delegation_guard.spec.parser import MAX_BYTES, parse
from delegation_guard.spec.template import template
from delegation_guard.spec.writer import write

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from delegation_guard.model.contract import Contract, Edit
    from delegation_guard.model.finding import Finding

NAME = "spec"
HELP = "write, lint or show a spec"

_MAY = {
    "modify": "create or modify", "create": "create", "delete": "delete", "rename": "rename to {}",
    "symlink": "symlink to {}", "mode": "set mode {}", "submodule": "move the submodule",
    "glob": "create or modify what matches",
}  # fmt: skip


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    new = actions.add_parser(
        "new", help="print an empty spec to fill in", description="Print an empty spec to fill in."
    )
    new.add_argument("id", nargs="?", default="", metavar="ID", help="the task id")
    new.add_argument("paths", nargs="*", metavar="PATH", help="files to list")
    new.add_argument("--title", default="", metavar="TEXT", help="what to do, in one line")
    new.add_argument("--output", default="", metavar="FILE", help="write it there; an existing file is never replaced")
    check = actions.add_parser(
        "lint",
        help="is the spec fit to be handed over? exit 1 on errors",
        description="Is the spec fit to be handed over?",
    )
    check.add_argument("spec", metavar="PATH", help="the spec (- for standard input)")
    check.add_argument("-C", metavar="REPO", default=None, help="the repository (default: here)")
    shown = actions.add_parser("show", help="how the spec is understood", description="Show how a spec is understood.")
    shown.add_argument("spec", metavar="PATH", help="the spec (- for standard input)")
    shown.add_argument(
        "--format", choices=tuple(_FORMATS), default="terminal", help="spec: written as the template has it"
    )


def main(arguments: argparse.Namespace) -> int:
    """Exit code 0, or 1 when `lint` found an error; a spec that does not parse is a GuardError (2)."""
    if arguments.action == "new":
        return _new(arguments.id, arguments.title, tuple(arguments.paths), arguments.output)
    contract = parse(_bytes(arguments.spec), arguments.spec, "caller")
    if arguments.action == "lint":
        return _lint(contract, arguments.C)
    emit(_FORMATS[arguments.format](contract))
    return 0


def _bytes(name: str) -> bytes:
    """At most one byte more than a spec may have, so that a huge file is refused without being read."""
    if name == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    try:
        with open(name, "rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise GuardError(
            f"{name} cannot be read: {error.strerror}", "name the file of a spec, or - for standard input"
        ) from None


def _new(task: str, title: str, paths: tuple[str, ...], output: str) -> int:
    text = template(task, title, paths)
    if not output:
        emit(text.rstrip("\n"))
        return 0
    try:
        Path(output).parent.mkdir(parents=True, exist_ok=True)
        with open(output, "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"{output} exists already", "name another --output file, or remove it first") from None
    except OSError as error:
        raise GuardError(f"{output} cannot be written: {error.strerror}", "name another --output file") from None
    emit(f"Wrote {output}. Fill in the <...>, then: delegation-guard spec lint {output}")
    return 0


def _lint(contract: Contract, where: str | None) -> int:
    repo = Repository.find(where)
    with repo.objects() as objects:
        findings = lint(contract, objects, repo.head_tree())
    levels = {rule.id: rule.level for rule in RULES}
    for finding in findings:
        emit("\n".join(_lines(finding, levels[finding.rule])))
    errors = sum(levels[finding.rule] == "error" for finding in findings)
    warnings = sum(levels[finding.rule] == "warning" for finding in findings)
    name = os.path.basename(contract.path) if contract.path != "-" else contract.task
    verdict = "not fit to be handed over" if errors else "fit to be handed over"
    emit(f"{name}: {verdict} ({_count(errors, 'error')}, {_count(warnings, 'warning')})")
    return 1 if errors else 0


def _lines(finding: Finding, level: str) -> Iterator[str]:
    yield f"{finding.location.path}:{finding.location.line}: {level}: {finding.message} [{finding.rule}]"
    if finding.hint:
        yield f"  next: {finding.hint}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")


def _terminal(contract: Contract) -> str:
    lines = [f"TASK {contract.task}: {contract.title}"]
    named = (contract.agent, contract.phase, contract.model, contract.kind, contract.expect)
    if any(named):
        lines.append("  " + "  ".join(value for value in named if value))
    lines += [
        "",
        "May be changed:",
        *(f"  line {edit.line:<4} {edit.path}  ({_may(edit)}{_blocks(edit)})" for edit in contract.edits),
    ]
    lines += [
        f"  line {item.line:<4} {item.path}  (also allowed{f', made by: {item.command}' if item.command else ''})"
        for item in contract.allowed
    ]
    lines += ["", "VERIFY runs:"]
    lines += [
        f"  line {item.line:<4} {item.command}" + (f"  (in {item.directory})" if item.directory else "")
        for item in contract.verify
    ]
    for title, clauses in (
        ("VERIFY says, and nothing runs:", contract.instructions),
        ("To be preserved:", contract.preserve),
        ("Constraints:", contract.constraints),
        ("Understood, but not written as the format says:", contract.warnings),
    ):
        if clauses:
            lines += ["", title, *(f"  line {clause.line:<4} {clause.text}" for clause in clauses)]
    return "\n".join(lines)


def _may(edit: Edit) -> str:
    return _MAY[edit.action].format(edit.target)


def _blocks(edit: Edit) -> str:
    before = sum(block.role == "before" for block in edit.blocks)
    parts = [_count(len(edit.blocks) - before, "new block")] if len(edit.blocks) > before else []
    parts += [_count(before, "block") + " to be replaced"] if before else []
    return f"; {', '.join(parts)}" if parts else ""


def _written(contract: Contract) -> str:
    return write(contract).rstrip("\n")


def _as_json(contract: Contract) -> str:
    return json.dumps(_json(contract), indent=2, ensure_ascii=False)


def _json(contract: Contract) -> dict[str, object]:
    """What `spec show --format json` prints; keys are only ever added."""
    return {
        "version": 1,
        "task": contract.task,
        "title": contract.title,
        "sha256": contract.sha256,
        "headers": {
            name: getattr(contract, name)
            for name in ("agent", "phase", "model", "kind", "expect", "complexity", "security")
            if getattr(contract, name)
        },
        "listed": [
            {
                "line": edit.line, "path": edit.path, "action": edit.action, "target": edit.target, "may": _may(edit),
                "blocks": [
                    {"line": block.line, "role": block.role, "language": block.language} for block in edit.blocks
                ],
            }
            for edit in contract.edits
        ],
        "also_allowed": [{"line": item.line, "path": item.path, "command": item.command} for item in contract.allowed],
        "verify": [
            {"line": item.line, "command": item.command, "directory": item.directory} for item in contract.verify
        ],
        "context": [
            {"line": item.line, "path": item.path, "start": item.start, "end": item.end, "why": item.why}
            for item in contract.context
        ],
        **{
            name: [{"line": clause.line, "text": clause.text} for clause in getattr(contract, name)]
            for name in ("instructions", "preserve", "constraints", "warnings")
        },
    }  # fmt: skip


_FORMATS = {"terminal": _terminal, "json": _as_json, "spec": _written}
