"""A report for programs; the fields of version 1 are stable, and described in docs/report-v1.schema.json."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from delegation_guard.report.text import clean

if TYPE_CHECKING:
    from delegation_guard.model.finding import Location
    from delegation_guard.model.receipt import CommandRun, Receipt
    from delegation_guard.model.report import Judged, Report, Ruling
    from delegation_guard.report.options import Options

Json = dict[str, object]


def render(report: Report, options: Options) -> str:
    """The report as JSON, ASCII only. Text that is not Unicode is escaped, its path also given in base64."""
    document: Json = {
        "version": 1,
        "tool": {"name": "delegation-guard", "version": report.tool_version},
        "outcome": report.outcome,
        "mode": report.mode,
        "blocked": report.blocked,
        "exit_code": report.exit_code,
        "occasion": report.occasion,
        "subject": _subject(report),
        "findings": [_finding(ruling, options) for ruling in report.rulings],
        "skips": [{"what": _text(skip.what), "why": _text(skip.why)} for skip in report.skips],
        "crashes": [
            {"check": crash.check, "subject": _text(crash.subject), "detail": _text(crash.detail)}
            for crash in report.crashes
        ],
        "not_analysed": [
            {**_path(unread.path), "why": _text(unread.why), "subject": _text(unread.subject)}
            for unread in report.not_analysed
        ],
        "unattributed": [_text(commit) for commit in report.unattributed],
        "receipts": [_receipt(receipt) for receipt in report.receipts],
        "rules": [rule.id for rule in report.rules],
        "policy_sha256": report.policy_sha256,
    }
    return json.dumps(document, indent=2) + "\n"


def _finding(ruling: Ruling, options: Options) -> Json:
    finding = ruling.finding
    clause = finding.clause
    return {
        "rule": finding.rule,
        "level": ruling.level,
        "certainty": finding.certainty,
        **_location(finding.location),
        "message": _text(finding.message),
        "hint": _text(finding.hint),
        "remedy": "" if options.agent else _text(finding.remedy),
        "fingerprint": finding.fingerprint,
        "subject": _text(ruling.subject),
        "clause": {"text": _text(clause.text), "line": clause.line} if clause else None,
        "authorised": finding.authorised,
        "situation": finding.situation,
        "evidence": {"before": _text(finding.evidence.before), "after": _text(finding.evidence.after)},
        "related": [_location(place) for place in finding.related],
        "ruling": {
            "level": ruling.level,
            "reason": _text(ruling.reason),
            "blocks": ruling.blocks,
            "waived": _text(ruling.waived),
        },
    }


def _location(place: Location) -> Json:
    return {**_path(place.path), "line": place.line, "side": place.side}


def _path(path: str) -> Json:
    text = _text(path)
    if text == path:
        return {"path": path}
    return {"path": text, "path_base64": base64.b64encode(_bytes(path)).decode("ascii")}


def _bytes(path: str) -> bytes:
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # not from git, then: nothing to be exact about, but a report must still come out
        return path.encode("utf-8", "surrogatepass")


def _text(text: str) -> str:
    """The text itself when it is Unicode, else with what is not escaped: a lone surrogate is no valid JSON text."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return "\n".join(map(clean, text.split("\n")))
    return text


def _subject(report: Report) -> Json:
    subjects = report.subjects
    return {
        "base": subjects[0].base if subjects else "",
        "head": subjects[-1].head if subjects else "",
        "changes": [_change(subject) for subject in subjects],
    }


def _change(subject: Judged) -> Json:
    contract = subject.contract
    return {
        "label": _text(subject.label),
        "base": subject.base,
        "head": subject.head,
        "standing": subject.standing,
        "files": subject.files,
        "contract": {
            "task": _text(contract.task),
            "title": _text(contract.title),
            **_path(contract.path),
            "sha256": contract.sha256,
            "trust": contract.trust,
        }
        if contract
        else None,
    }


def _receipt(receipt: Receipt) -> Json:
    return {
        "tree": receipt.tree,
        "spec_sha256": receipt.spec_sha256,
        "policy_sha256": receipt.policy_sha256,
        "result": receipt.result,
        "tier": receipt.tier,
        "signer": _text(receipt.signer),
        "strength": receipt.strength,
        "isolation": receipt.isolation,
        "whose": receipt.whose,
        "distrust": _text(receipt.distrust),
        "started": receipt.started,
        "finished": receipt.finished,
        "commands": [_command(command) for command in receipt.commands],
    }


def _command(command: CommandRun) -> Json:
    tests = command.tests
    return {
        "command": _text(command.command),
        "directory": _text(command.directory),
        "exit_code": command.exit_code,
        "seconds": round(command.seconds, 3),
        "problem": _text(command.problem),
        "tests": {
            "collected": tests.collected, "passed": tests.passed, "failed": tests.failed, "skipped": tests.skipped,
        } if tests else None,
    }  # fmt: skip
