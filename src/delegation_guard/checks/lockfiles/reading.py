"""From a lock file's name and bytes to what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delegation_guard.checks.lockfiles import lines, structured
from delegation_guard.checks.lockfiles.table import compiled_from, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from delegation_guard.checks.lockfiles.model import Lock

READERS: dict[str, Callable[[str], Lock]] = {
    "package-lock.json": structured.npm,
    "npm-shrinkwrap.json": structured.npm,
    "uv.lock": structured.uv,
    "poetry.lock": structured.poetry,
    "pdm.lock": structured.pdm,
    "pylock.toml": structured.pylock,
    "pylock.*.toml": structured.pylock,
    "Pipfile.lock": structured.pipfile,
    "Cargo.lock": structured.cargo,
    "composer.lock": structured.composer,
    "bun.lock": structured.bun,
    "Package.resolved": structured.swift,
    "packages.lock.json": structured.nuget,
    "flake.lock": structured.flake,
    "yarn.lock": lines.yarn,
    "pnpm-lock.yaml": lines.pnpm,
    "go.sum": lines.go_sum,
    "go.work.sum": lines.go_sum,
    "Gemfile.lock": lines.gemfile,
    "gems.locked": lines.gemfile,
    "pubspec.lock": lines.pubspec,
    "mix.lock": lines.mix,
    "gradle.lockfile": lines.gradle,
    "buildscript-gradle.lockfile": lines.gradle,
}


class UnreadableLock(ValueError):
    """A lock file of a known form that does not follow it."""


def readable(path: str) -> bool:
    """Whether the form of a lock file is one that is read."""
    return kind_of(path) in READERS or bool(compiled_from(path))


def read(path: str, data: bytes) -> Lock:
    """What a lock file of a readable form says; raises UnreadableLock when it does not parse."""
    reader = READERS.get(kind_of(path), lines.requirements)
    try:
        return reader(data.decode("utf-8"))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise UnreadableLock(f"{type(error).__name__}: {error}") from None
