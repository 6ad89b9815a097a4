"""The commit command the user typed, so that a refusal can print it again."""

from __future__ import annotations

import os
import shlex

DEPTH = 12  # pre-commit, a shell and a console script stand between git and us


def commit_command() -> str:
    """The `git commit ...` line above us in the process tree, quoted for a shell.

    Falls back to committing with the message git has kept. Read from /proc: where there is none, the fallback is it.
    """
    pid = os.getppid()
    for _ in range(DEPTH):
        words = _arguments(pid)
        if len(words) > 1 and os.path.basename(words[0]) == "git" and "commit" in words[1:]:
            return shlex.join(["git", *words[1:]])
        pid = _parent(pid)
        if pid <= 1:
            break
    return 'git commit -F "$(git rev-parse --git-path COMMIT_EDITMSG)"'


def _arguments(pid: int) -> list[str]:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return [word.decode("utf-8", "replace") for word in file.read().split(b"\0")[:-1]]
    except OSError:
        return []


def _parent(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return int(file.read().rpartition(")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return 0
