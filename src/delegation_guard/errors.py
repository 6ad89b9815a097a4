"""The errors a user may see: one clear sentence, and what to do next."""

from __future__ import annotations


class GuardError(Exception):
    """No verdict was reached for a reason the user can repair; exit code 2.

    `message` is one sentence without a traceback; `hint` is the exact next step (may be empty).
    """

    exit_code = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(GuardError):
    """The command line, or a combination of its options, makes no sense."""


class SpecError(GuardError):
    """A spec that cannot be read. `path` and `line` (1-based, 0 = whole file) say where."""

    def __init__(self, path: str, line: int, message: str, hint: str = "") -> None:
        where = f"{path}:{line}" if line else path
        super().__init__(f"{where}: {message}", hint)
        self.path = path
        self.line = line


class PolicyError(GuardError):
    """A policy file that cannot be read: bad YAML, duplicate or unknown keys, a value of the wrong kind."""


class GitError(GuardError):
    """git refused, or the repository lacks what judging needs (missing base, shallow clone, corrupt object)."""


class EvidenceError(GuardError):
    """A receipt or envelope that cannot be read. Never raised for one that is merely not trusted."""


class InternalError(Exception):
    """Our own fault; exit code 3. Anything that is neither this nor a GuardError is treated the same way."""

    exit_code = 3
