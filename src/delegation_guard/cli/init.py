"""Set a repository up, or take everything out again; shows what it will write and never overwrites silently."""

from __future__ import annotations

import difflib
import os
import stat
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from delegation_guard.cli import editing
from delegation_guard.cli.output import emit
from delegation_guard.errors import GuardError
from delegation_guard.policy.load import template
from delegation_guard.repo.repository import Repository
from delegation_guard.verify.roots import propose

if TYPE_CHECKING:
    import argparse

NAME = "init"
HELP = "set up policy and hooks in this repository; --remove undoes it"
POLICY = ".delegation/policy.yaml"
PRE_COMMIT = (".pre-commit-config.yaml", ".pre-commit-config.yml")
LEFTHOOK = ("lefthook.yml", "lefthook.yaml", ".lefthook.yml", ".lefthook.yaml")


@dataclass(frozen=True, slots=True)
class Write:
    """One file to write (`new` None = delete); `shown` is the path as printed."""

    path: str
    shown: str
    old: str | None
    new: str | None
    executable: bool = False


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--remove", action="store_true", help="take out everything init has put in")
    parser.add_argument("--yes", action="store_true", help="write without asking")
    parser.add_argument(
        "--hook-repo", metavar="URL", default="", help="let pre-commit install the guard from this repository"
    )
    parser.add_argument("--rev", default="", help="the revision of --hook-repo to pin")
    parser.add_argument("-C", metavar="REPO", default=None, help="the repository (default: here)")


def main(arguments: argparse.Namespace) -> int:
    if bool(arguments.hook_repo) != bool(arguments.rev):
        raise GuardError("--hook-repo and --rev go together", "name the repository and the revision to pin")
    repo = Repository.find(arguments.C)
    if not repo.root:
        raise GuardError("a bare repository has no work tree to set up", "run it in a clone")
    notes: list[str] = []
    if arguments.remove:
        writes = removals(repo)
    else:
        writes = additions(repo, arguments.hook_repo, arguments.rev, notes)
    writes = [write for write in writes if write.old != write.new]
    for write in writes:
        emit(shown(write))
    if not writes:
        emit("Nothing to change: " + ("nothing of ours is here." if arguments.remove else "all of it is in place."))
    elif not (arguments.yes or _agreed()):
        emit("Nothing was written.")
        return 1
    for write in writes:
        apply(write)
    for note in notes:
        emit(note)
    return 0


def additions(repo: Repository, source: str, rev: str, notes: list[str]) -> list[Write]:
    """The policy and the hooks, where this repository keeps its hooks; `notes` gains what the user must still do."""
    policy = os.path.join(repo.root, POLICY)
    writes = []
    if not os.path.exists(policy):
        with repo.objects() as objects:
            writes.append(Write(policy, POLICY, None, template(propose(objects, repo.head_tree()))))
    config = _first(repo.root, PRE_COMMIT)
    if config:
        old = _text(config)
        new = editing.pre_commit_config(old or "", source, rev)
        writes.append(Write(config, os.path.basename(config), old, new))
        missing = editing.missing_hook_types(new)
        types = " ".join(f"--hook-type {stage}" for stage in missing)
        notes.append(f"Next: pre-commit install {types}".rstrip() + "   (prek install works the same way)")
        return writes
    lefthook = _first(repo.root, LEFTHOOK)
    if lefthook:
        old = _text(lefthook)
        writes.append(Write(lefthook, os.path.basename(lefthook), old, editing.lefthook_config(old or "")))
        notes.append("Next: lefthook install")
        return writes
    husky = os.path.join(repo.root, ".husky")
    folder = husky if os.path.isdir(husky) else repo.hooks_dir()
    return writes + _scripts(repo, folder, notes)


def _scripts(repo: Repository, folder: str, notes: list[str]) -> list[Write]:
    writes = []
    for stage in editing.STAGES:
        path = os.path.join(folder, stage)
        old = _text(path)
        new = editing.hook_script(old or "", stage)
        if new is None:
            notes.append(f'{path} is not a shell script: call `delegation-guard hook {stage} "$@"` from it yourself.')
            continue
        writes.append(Write(path, os.path.relpath(path, repo.root), old, new, executable=True))
    return writes


def removals(repo: Repository) -> list[Write]:
    """Our lines out of every place init may have put them; the policy only when it is as init wrote it."""
    writes = []
    paths = [os.path.join(repo.root, name) for name in (*PRE_COMMIT, *LEFTHOOK)]
    for folder in (repo.hooks_dir(), os.path.join(repo.root, ".husky")):
        paths += [os.path.join(folder, stage) for stage in editing.STAGES]
    for path in paths:
        old = _text(path)
        if old is None:
            continue
        new: str | None = editing.without_ours(old)
        if new is not None and new != old and new.strip() in ("", "#!/bin/sh", "repos:"):
            new = None
        writes.append(Write(path, os.path.relpath(path, repo.root), old, new, executable=os.access(path, os.X_OK)))
    policy = os.path.join(repo.root, POLICY)
    with repo.objects() as objects:
        proposed = template(propose(objects, repo.head_tree()))
    if _text(policy) == proposed:
        writes.append(Write(policy, POLICY, proposed, None))
    elif os.path.exists(policy):
        emit(f"{POLICY} was edited since init wrote it, so it stays; remove it yourself if you mean to.")
    return writes


def shown(write: Write) -> str:
    """What a write changes, as a unified diff."""
    old, new = (write.old or "").splitlines(), (write.new or "").splitlines()
    before = f"a/{write.shown}" if write.old is not None else "/dev/null"
    after = f"b/{write.shown}" if write.new is not None else "/dev/null"
    return "\n".join(difflib.unified_diff(old, new, before, after, lineterm=""))


def apply(write: Write) -> None:
    """Carry a write out, whole or not at all."""
    try:
        if write.new is None:
            os.unlink(write.path)
            return
        os.makedirs(os.path.dirname(write.path), exist_ok=True)
        temporary = f"{write.path}.{os.getpid()}.tmp"
        with open(temporary, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(write.new)
        if write.executable:
            os.chmod(temporary, 0o755)
        elif write.old is not None:
            os.chmod(temporary, stat.S_IMODE(os.stat(write.path).st_mode))
        os.replace(temporary, write.path)
    except OSError as error:
        raise GuardError(
            f"{write.shown} cannot be written: {error.strerror}", "check its permissions, then run init again"
        ) from None


def _agreed() -> bool:
    if not sys.stdin.isatty():
        raise GuardError(
            "init asks before it writes, and there is nobody to ask", "say so beforehand: delegation-guard init --yes"
        )
    return input("Write this? [y/N] ").strip().lower() in ("y", "yes")


def _first(root: str, names: tuple[str, ...]) -> str:
    return next((os.path.join(root, name) for name in names if os.path.exists(os.path.join(root, name))), "")


def _text(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise GuardError(
            f"{path} cannot be read: {error.strerror}", "check its permissions, then run init again"
        ) from None
