"""The verdict in words: the first line of every report a person reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delegation_guard.report.text import clean, counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from delegation_guard.model.report import Judged, Report, Ruling


def verdict(report: Report) -> str:
    """One line, without colour: what the outcome is, whether it blocks, and how much was found."""
    found = _found([ruling for ruling in report.rulings if not ruling.waived])
    if report.outcome == "ERRORED":
        return f"NO VERDICT: {_fault(report)}; nothing is passed unjudged"
    if report.outcome == "DEFERRED":
        return f"DEFERRED: this needs a stronger model or a person{f' ({found})' if found else ''}"
    if report.outcome in ("FAILED", "UNVERIFIED"):
        what = f"not verified ({found})" if report.outcome == "UNVERIFIED" else found
        return f"BLOCKED: {what}" if report.blocked else f"would block: {what}; mode {_mode(report)} lets it pass"
    if found:
        return f"passed with {found}"
    if not report.subjects:
        return "passed: nothing delegated, nothing to judge"
    files = sum(subject.files for subject in report.subjects)
    return f"passed: {summary(report.subjects)}, {counted(files, 'file')}, {counted(len(report.rules), 'rule')}"


def summary(subjects: Sequence[Judged]) -> str:
    """What was judged against what, in a few words."""
    if len(subjects) != 1:
        return counted(len(subjects), "change")
    return clean(subjects[0].label) + against(subjects[0])


def against(subject: Judged) -> str:
    return f" against {clean(subject.contract.task)}" if subject.contract else ", no spec"


def _fault(report: Report) -> str:
    if report.crashes:
        return f"{counted(len(report.crashes), 'check')} crashed, which is our fault and not about your change"
    return "not one rule was run"


def _mode(report: Report) -> str:
    """The mode to name; a family's own mode is the reason when the overall one blocks."""
    return report.mode if report.mode != "block" else "of these rules"


def _found(rulings: Sequence[Ruling]) -> str:
    """`2 errors and 1 note in 2 files`; "" for nothing."""
    counts = [
        counted(number, noun)
        for noun in ("error", "warning", "note")
        if (number := sum(ruling.level == noun for ruling in rulings))
    ]
    if not counts:
        return ""
    files = len({ruling.finding.location.path for ruling in rulings if ruling.finding.location.path})
    listed = " and ".join((", ".join(counts[:-1]), counts[-1])) if len(counts) > 1 else counts[0]
    return f"{listed} in {counted(files, 'file')}" if files else listed
