"""A report for a person, or an agent, at a terminal."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from delegation_guard.report.evidence import CHANGE, DELIVERY, before_after, shortened
from delegation_guard.report.tail import tail
from delegation_guard.report.text import Paint, clean, columns, counted, wrap
from delegation_guard.report.verdict import against, verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from delegation_guard.model.contract import Contract
    from delegation_guard.model.report import Judged, Report, Ruling
    from delegation_guard.report.options import Options

INDENT = "    "
BLOCKS = ("fidelity/block-differs", "fidelity/block-missing")
MOST_ALIKE = 30
"""Findings of one rule shown in full per change; the others are counted."""
AUTHOR = "or, for the spec's author: "
PROGRAMS = ("git ", "delegation-guard ")
_RANK = {"error": 0, "warning": 1, "note": 2, "off": 3}
Step = tuple[str, str]
"""A hint and a remedy."""


def render(report: Report, options: Options) -> str:
    """The whole report as text that ends with a line break and has no trailing blanks.

    Everything that came from the repository is escaped. Colour only where the options allow it.
    """
    paint = Paint(options.colour)
    lines = [_headline(report, paint)]
    for part in (_new_specs(report, options), _findings(report, options, paint), tail(report, options, paint)):
        block = list(part)
        if block:
            lines += ["", *block]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _headline(report: Report, paint: Paint) -> str:
    text = verdict(report)
    word, colon, rest = text.partition(":")
    colour = "red" if report.blocked else "yellow" if report.outcome in ("WARNED", "FAILED", "UNVERIFIED") else "green"
    return f"{paint(word, 'bold', colour)}{colon}{rest}"


def _new_specs(report: Report, options: Options) -> Iterator[str]:
    """Specs that came with the judged commits: whoever approves the change approves them, so they come first."""
    contracts = {subject.contract.sha256: subject.contract for subject in report.subjects if subject.contract}
    for contract in contracts.values():
        if contract.trust == "range":
            yield from _new_spec(contract, report.occasion == "final", options)


def _new_spec(contract: Contract, in_full: bool, options: Options) -> Iterator[str]:
    name = f"{contract.task} ({contract.path})"
    text = f"The spec {name} comes with the change itself: whoever approves the change approves this spec."
    yield from wrap(text, options.width)
    if in_full:
        yield from (f"{INDENT}| {clean(line)}" for line in contract.source.rstrip("\n").splitlines())


def _findings(report: Report, options: Options, paint: Paint) -> Iterator[str]:
    rulings = sorted((ruling for ruling in report.rulings if ruling.level != "off"), key=_place)
    shared = _shared_steps(rulings, options)
    labels = [subject.label for subject in report.subjects]
    order = {label: number for number, label in reversed(list(enumerate(labels)))}
    rulings.sort(key=lambda ruling: order.get(ruling.subject, len(order)))
    subjects = {subject.label: subject for subject in report.subjects}
    first = True
    for label, of_one in groupby(rulings, key=lambda ruling: ruling.subject):
        if not first:
            yield ""
        first = False
        yield from _subject(subjects.get(label), label, paint)
        yield from _files(list(of_one), shared, options, paint)
    if shared:
        yield ""
        yield from _steps(shared, options, paint)


def _place(ruling: Ruling) -> tuple[bool, str, int, int, str]:
    """Receipts last: whatever else is wrong has to be mended before a run is worth making."""
    where = ruling.finding.location
    return ruling.finding.family == "receipt", where.path, where.line, _RANK[ruling.level], ruling.finding.rule


def _subject(subject: Judged | None, label: str, paint: Paint) -> Iterator[str]:
    if subject is None:
        yield paint(clean(label), "bold")
        return
    spec = f" ({clean(subject.contract.path)})" if subject.contract and subject.contract.path != "-" else ""
    yield paint(f"{clean(label)}{against(subject)}{spec}", "bold")


def _files(rulings: Sequence[Ruling], shared: dict[Step, int], options: Options, paint: Paint) -> Iterator[str]:
    seen: Counter[tuple[str, str]] = Counter()
    for _, of_file in groupby(rulings, key=lambda ruling: ruling.finding.location.path):
        shown = []
        for ruling in of_file:
            alike = (ruling.finding.rule, ruling.level)
            seen[alike] += 1
            if seen[alike] <= MOST_ALIKE:
                shown.append(ruling)
        if shown:
            yield ""
        for ruling in shown:
            yield from _finding(ruling, shared, options, paint)
    for (rule, level), number in seen.items():
        if number > MOST_ALIKE:
            yield ""
            yield f"... and {counted(number - MOST_ALIKE, 'more ' + level)} of {rule}; --format json lists them all"


def _finding(ruling: Ruling, shared: dict[Step, int], options: Options, paint: Paint) -> Iterator[str]:
    finding, width = ruling.finding, options.width
    where = clean(finding.location.path) or "the whole change"
    where += f":{finding.location.line}" if finding.location.line else ""
    where += " (before the change)" if finding.location.side == "base" and finding.location.line else ""
    level = f"waived {ruling.level}" if ruling.waived else ruling.level
    head = f"{where}: {level}: "
    lines = list(wrap(f"{finding.message} [{finding.rule}]", width, INDENT, head))
    yield f"{paint(where, 'bold')}: {paint.level(ruling.level, level)}: {lines[0][len(head):]}"
    yield from lines[1:]
    if finding.clause is not None:
        place = f"{INDENT}spec line {finding.clause.line}: "
        yield from wrap(f'"{_one_line(finding.clause.text)}"', width, " " * columns(place), place)
    if ruling.level != "note" and finding.family != "receipt":
        heads = DELIVERY if finding.rule in BLOCKS else CHANGE
        yield from before_after(finding.evidence, width, INDENT, paint, heads)
    yield from wrap(_why(ruling), width, INDENT + "  ", INDENT)
    step = _step(ruling, options)
    if step in shared:
        yield f"{INDENT}next: see [{shared[step]}] below"
    elif any(step):
        yield from _next(step, f"{INDENT}next: ", options)


def _why(ruling: Ruling) -> str:
    if ruling.waived:
        return f"waived: {ruling.waived}"
    text = f"why {ruling.level}: {ruling.reason}" if ruling.reason else ""
    if ruling.level == "error" and not ruling.blocks:
        text += " (reported only: this mode does not block)"
    return text


def _one_line(text: str) -> str:
    return shortened(" ".join(text.split()))


def _step(ruling: Ruling, options: Options) -> Step:
    """What to do next. An agent is told the delegate's own exit only: a command that lifts a limit would be obeyed."""
    return ruling.finding.hint, "" if options.agent else ruling.finding.remedy


def _shared_steps(rulings: Iterable[Ruling], options: Options) -> dict[Step, int]:
    """The steps that several findings have in common, numbered in order of appearance."""
    counts = Counter(_step(ruling, options) for ruling in rulings)
    repeated = (step for step, number in counts.items() if number > 1 and any(step))
    return {step: number for number, step in enumerate(repeated, start=1)}


def _steps(shared: dict[Step, int], options: Options, paint: Paint) -> Iterator[str]:
    yield paint("next", "bold")
    for step, number in shared.items():
        yield from _next(step, f"{INDENT}[{number}] ", options)


def _next(step: Step, first: str, options: Options) -> Iterator[str]:
    hint, remedy = step
    under = " " * columns(first)
    if hint:
        yield from _hint(hint, options.width, under, first)
    lines = remedy.splitlines()
    label = f"{under if hint else first}{AUTHOR if hint else ''}"
    for number, line in enumerate(lines):
        yield f"{under if number else label}{clean(line)}"


def _hint(hint: str, width: int, under: str, first: str) -> Iterator[str]:
    """A hint that holds a command stays on one line: broken by us, it could not be copied."""
    outside = "".join(hint.split("`")[::2])
    if any(program in outside for program in PROGRAMS):
        width = 10**6
    yield from wrap(hint, width, under, first)
