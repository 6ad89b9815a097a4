"""Paths that lead into the live work tree, and where they must lead instead."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass


class Refused(Exception):
    """A dependency folder that must not be carried; the text says why in one sentence."""


_ABSOLUTE = re.compile(r"/[^\s'\"`:;,<>|()\[\]{}]+")


@dataclass(frozen=True, slots=True)
class Repoint:
    """Maps places below `live` (resolved) to the same places below `checkout`; `more` maps further folders first."""

    live: str
    checkout: str
    more: tuple[tuple[str, str], ...] = ()

    def place(self, path: str) -> str | None:
        """Where a path leads instead, None when it does not lead into the live tree (or a mapped folder)."""
        real = os.path.realpath(path)
        for old, new in (*self.more, (self.live, self.checkout)):
            for spelling in (real, os.path.normpath(path)):
                if spelling == old or spelling.startswith(old + os.sep):
                    return new + spelling[len(old) :]
        return None

    def needed(self, path: str, what: str) -> str | None:
        """Like `place`; Refused when the path leads somewhere and its new place is not there. `what` leads there."""
        found = self.place(path)
        if found is not None and os.path.exists(path) and not os.path.lexists(found) and not self._built(found):
            shown = os.path.relpath(os.path.realpath(path), self.live)
            raise Refused(f"{what} leads to {shown} of the live work tree, which this tree does not have")
        return found

    def text(self, text: str) -> str:
        """A text with every absolute path in it that leads into the live tree replaced, however it is spelled."""
        for old, new in (*self.more, (self.live, self.checkout)):
            text = re.sub(re.escape(old) + r"(?=[/\s'\"`:;,<>|()\[\]{}]|$)", new.replace("\\", r"\\"), text)

        def one(match: re.Match[str]) -> str:
            place = self.place(match.group())
            return match.group() if place is None or self._ours(match.group()) else place

        return _ABSOLUTE.sub(one, text)

    def _ours(self, path: str) -> bool:
        """Whether a path leads to a new place already."""
        return self._built(path) or path == self.checkout or path.startswith(self.checkout + os.sep)

    def _built(self, path: str) -> bool:
        """Whether a path lies in a folder that is being made, and need not be there yet."""
        return any(path == new or path.startswith(new + os.sep) for _, new in self.more)
