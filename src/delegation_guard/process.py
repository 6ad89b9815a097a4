"""The one way to start a program: scrubbed environment, no shell of ours, bytes in and out.

Imports nothing heavy: the commit hook pays for it before it knows whether there is anything to judge.
"""

from __future__ import annotations

import os
import subprocess

from delegation_guard.errors import GuardError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# What a surrounding git command exports and a git command of ours, elsewhere, must not inherit.
GIT_LOCAL = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_CONFIG", "GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS",
    "GIT_DIR", "GIT_GRAFT_FILE", "GIT_IMPLICIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NAMESPACE", "GIT_NO_REPLACE_OBJECTS", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX", "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE", "GIT_WORK_TREE", "GIT_QUARANTINE_PATH", "GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS",
    "GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS",
)  # fmt: skip


class Finished:
    """What a finished program left: `code` (negative = ended by that signal), `out` and `err` as bytes."""

    __slots__ = ("code", "err", "out")

    def __init__(self, code: int, out: bytes, err: bytes) -> None:
        self.code = code
        self.out = out
        self.err = err


def clean_environment(extra: Mapping[str, str] | None = None, *, keep_git: bool = False) -> dict[str, str]:
    """This process's environment without git's local variables (kept with `keep_git`), plus `extra`.

    Not a sandbox: credentials and everything unrelated to git stay. VERIFY commands get their own, far stricter one.
    """
    environment = dict(os.environ)
    if not keep_git:
        for name in GIT_LOCAL:
            environment.pop(name, None)
    environment.update(extra or {})
    return environment


def run(
    arguments: Sequence[str],
    *,
    cwd: str | None = None,
    data: bytes | None = None,
    environment: Mapping[str, str] | None = None,
    timeout: float | None = None,
) -> Finished:
    """Run a program to its end and return its exit code and output; never raises for a non-zero code.

    `environment` is passed as it is (None = this process's own). `timeout` in seconds; past it the program is
    killed and GuardError raised. A program that is not installed raises GuardError naming it.
    """
    try:
        done = subprocess.run(
            list(arguments), cwd=cwd, input=data, env=environment, timeout=timeout,
            stdin=subprocess.DEVNULL if data is None else None, capture_output=True, check=False,
        )  # fmt: skip
    except FileNotFoundError as error:
        missing = cwd if cwd and not os.path.isdir(cwd) else arguments[0]
        raise GuardError(f"{missing} was not found", f"install it or check the path: {error.strerror}") from None
    except subprocess.TimeoutExpired:
        raise GuardError(f"{arguments[0]} did not finish within {timeout:g} s") from None
    return Finished(done.returncode, done.stdout, done.stderr)
