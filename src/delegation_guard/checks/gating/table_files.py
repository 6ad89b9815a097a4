"""Which tools' settings a file of a certain name may hold."""

from __future__ import annotations

import fnmatch
from typing import TYPE_CHECKING

from delegation_guard.checks.gating.tables import TABLES

if TYPE_CHECKING:
    from delegation_guard.checks.gating.tables import Table

NAMED = tuple((source.file, table) for table in TABLES for source in table.sources)
_GLOBS = tuple((place, pattern) for place, (pattern, _) in enumerate(NAMED) if set(pattern) & set("*?["))
_PLAIN: dict[str, list[int]] = {}
for _at, (_name, _table) in enumerate(NAMED):
    _PLAIN.setdefault(_name, []).append(_at)


def tables_of(path: str) -> list[Table]:
    """The tools whose settings a file of this name may hold."""
    name = path.rpartition("/")[2]
    found: list[Table] = []
    globbed = (place for place, pattern in _GLOBS if fnmatch.fnmatch(name, pattern))
    for place in sorted({*_PLAIN.get(name, ()), *globbed}):
        if NAMED[place][1] not in found:
            found.append(NAMED[place][1])
    return found
