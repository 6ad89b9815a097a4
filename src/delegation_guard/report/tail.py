"""The end of a report: what was verified, and everything that was not judged, by name."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from delegation_guard.report.text import clean, counted, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from delegation_guard.model.receipt import Receipt
    from delegation_guard.model.report import Report
    from delegation_guard.report.options import Options
    from delegation_guard.report.text import Paint

INDENT = "    "
MOST_NAMES = 20


def tail(report: Report, options: Options, paint: Paint) -> Iterator[str]:
    """One short paragraph per kind; nothing for a kind that is empty."""
    for title, entries in (
        ("verified", _verified(report)),
        ("crashed", [f"{crash.check.lstrip('.')} on {crash.subject}: {crash.detail}" for crash in report.crashes]),
        ("not analysed", _grouped([(unread.why, unread.path) for unread in report.not_analysed])),
        ("skipped", _grouped([(skip.why, skip.what) for skip in report.skips])),
        ("unattributed, claiming no spec", list(report.unattributed)),
    ):
        if entries:
            yield paint(title, "bold")
            yield from _entries(entries, options.width)


def _entries(entries: Sequence[str], width: int) -> Iterator[str]:
    for entry in entries[:MOST_NAMES]:
        yield from wrap(" ".join(clean(entry).split()), width, INDENT + "  ", INDENT)
    if len(entries) > MOST_NAMES:
        yield f"{INDENT}... and {len(entries) - MOST_NAMES} more; --format json lists them all"


def _grouped(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """(why, name) pairs as `name, name: why`, one line for each reason."""
    lines = []
    for why, group in groupby(sorted(set(pairs)), key=lambda pair: pair[0]):
        names = [clean(name) for _, name in group]
        more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
        lines.append(f"{', '.join(names[:MOST_NAMES])}{more}: {why}")
    return lines


def _verified(report: Report) -> list[str]:
    heads = {subject.head for subject in report.subjects}
    return [
        _receipt(receipt)
        for receipt in report.receipts
        if receipt.tree in heads and not receipt.distrust and receipt.passed
    ]


def _receipt(receipt: Receipt) -> str:
    """How far this evidence goes, weaknesses said first."""
    signer = f", by {receipt.signer}" if receipt.signer else ""
    return (
        f"{receipt.tier}{signer}: {counted(len(receipt.commands), 'VERIFY command')} {receipt.result.lower()} on tree "
        f"{receipt.tree[:12]}; strength {receipt.strength}, isolation {receipt.isolation}"
    )
