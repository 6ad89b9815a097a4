"""Dependency folders taken from the main work tree into a checkout, so that none of them leads back."""

from __future__ import annotations

import glob
import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from delegation_guard.model.policy import VerifyRoot
from delegation_guard.verify.mirror import digest, mirror
from delegation_guard.verify.pythonenv import is_environment, leads_back, overlay
from delegation_guard.verify.repoint import Refused, Repoint

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

USUAL = (".venv", "venv", "node_modules")
"""What is carried where no policy says anything."""


@dataclass(frozen=True)
class Carried:
    """What was taken over. `first` goes in front of PATH; `path` says where PATH entries lead instead (None: nowhere).

    `ready`: roots with everything that is to be carried; they need no setup. `sources`: (folder in the live tree,
    digest when it was taken).
    """

    first: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    path: Mapping[str, str | None] = field(default_factory=dict)
    ready: frozenset[str] = frozenset()
    sources: tuple[tuple[str, str, str], ...] = ()

    @property
    def digests(self) -> tuple[tuple[str, str], ...]:
        return tuple((name, found) for name, _, found in self.sources)

    def moved(self, entry: str) -> str | None:
        return self.path.get(entry, entry)

    def altered(self) -> str:
        """The first carried folder that is not what it was any more, "" when all are."""
        return next((name for name, folder, before in self.sources if digest(folder) != before), "")


def usual(live: str, directories: Iterable[str]) -> tuple[VerifyRoot, ...]:
    """Roots for a repository whose policy names none: the usual folders, at the top and where commands run."""
    roots = []
    for folder in dict.fromkeys((".", *(directory or "." for directory in directories))):
        there = tuple(name for name in USUAL if live and os.path.isdir(os.path.join(live, folder, name)))
        if there:
            roots.append(VerifyRoot(folder, carry=there))
    return tuple(roots)


def bring(roots: Sequence[VerifyRoot], live: str, checkout: str, path: Sequence[str]) -> Carried:
    """Bring every root's folders into the checkout; nothing when `live` is "" (CI).

    `path`: the caller's PATH entries, of which those in the live tree, or in an environment that imports it, are
    replaced. A root of which any folder is missing is not `ready` and takes none: it is set up instead. Refused when a
    folder cannot be carried, or is missing and there is no setup to make it.
    """
    if not live:
        return Carried()
    repoint = Repoint(os.path.realpath(live), checkout)
    done = Carried()
    for root in roots:
        names = [os.path.normpath(os.path.join(root.path, name)) for name in root.carry]
        missing = [name for name in names if not os.path.isdir(os.path.join(live, name))]
        if not names or (missing and root.setup):
            continue
        if missing:
            raise Refused(f"there is no {missing[0]} in {live} to carry, and no setup line to make it")
        for name in names:
            try:
                done = _one(done, name, live, repoint)
            except OSError as error:
                raise Refused(f"{name} cannot be carried: {error.filename}: {error.strerror}") from None
        done = replace(done, ready=done.ready | {root.path})
    return _with_path(done, path, repoint)


def within(directory: str, root: str) -> bool:
    """Whether a folder of the repository lies in a root's folder."""
    top, place = os.path.normpath(root or "."), os.path.normpath(directory or ".")
    return top in (".", place) or place.startswith(top + os.sep)


def _one(done: Carried, name: str, live: str, repoint: Repoint) -> Carried:
    source, target = os.path.join(live, name), os.path.join(repoint.checkout, name)
    if os.path.lexists(target):
        raise Refused(f"{name} is to be carried, but this tree has one of its own")
    if name.startswith("..") or not os.path.isdir(os.path.dirname(target)):
        raise Refused(f"{name} is to be carried, but this tree has no such folder")
    before = digest(os.path.realpath(source))
    done = replace(done, sources=(*done.sources, (name, os.path.realpath(source), before)))
    if not is_environment(source):
        mirror(os.path.realpath(source), target, _through(source, target, repoint))
        return done
    overlay(source, target, repoint)
    # `uv run` would bring the environment in line with the lock file, and make it lead to the live tree again.
    variables = {"UV_NO_SYNC": "1", "VIRTUAL_ENV": target, **done.variables}
    return replace(done, first=(*done.first, os.path.join(target, "bin")), variables=variables)


def _through(source: str, target: str, repoint: Repoint) -> Repoint:
    real = os.path.realpath(source)
    return repoint if real == source else replace(repoint, more=((real, target), *repoint.more))


def _with_path(done: Carried, path: Sequence[str], repoint: Repoint) -> Carried:
    """Nothing on PATH may run from the live tree, nor import it."""
    moved: dict[str, str | None] = {}
    for entry in dict.fromkeys(path):
        place = repoint.place(entry)
        if place is not None:
            moved[entry] = place if os.path.isdir(place) else None
        else:
            moved.update(_outside(entry, repoint, len(moved), needed=not done.first))
    return replace(done, path=moved)


def _outside(entry: str, repoint: Repoint, number: int, *, needed: bool) -> dict[str, str | None]:
    """A PATH entry outside the live tree that belongs to a Python which imports the live tree.

    Not `needed`, because a carried environment comes first: only an environment is replaced, nothing is refused.
    """
    for home in _pythons(entry):
        culprit = leads_back(home, repoint)
        if culprit and is_environment(home):
            target = os.path.join(os.path.dirname(repoint.checkout), f"environment-{number}")
            overlay(home, target, repoint)
            return {entry: os.path.join(target, "bin")}
        if culprit and needed:
            raise Refused(f"the Python on PATH imports the live work tree ({culprit}), and is no environment to carry")
    return {}


def _pythons(entry: str) -> list[str]:
    """The folders above bin that a PATH entry may start a Python from."""
    parent = os.path.dirname(os.path.normpath(entry))
    if os.path.basename(entry) == "shims":
        return sorted(glob.glob(os.path.join(glob.escape(parent), "versions", "*")))
    return [parent] if os.path.basename(entry) == "bin" else []
