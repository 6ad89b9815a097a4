"""What time it is; everything below is told."""

from __future__ import annotations

import datetime


def now() -> str:
    """This moment as an ISO 8601 time in UTC, to the second."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def today() -> str:
    """Today's date in UTC, ISO 8601."""
    return now()[:10]
