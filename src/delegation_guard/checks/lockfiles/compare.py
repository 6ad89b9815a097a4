"""Two states of a lock file compared: moved sources, changed digests, entries nothing asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from delegation_guard.checks.lockfiles.model import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delegation_guard.checks.lockfiles.model import Lock, Package

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Shift:
    """One entry whose source or digest is not what it was: `package` says which, `why` is the rest of the sentence.

    `place` is the new source.
    """

    what: Literal["source", "integrity"]
    package: str
    why: str
    before: str = ""
    after: str = ""
    place: str = ""
    sure: bool = True


def _by_key(lock: Lock) -> dict[Key, list[Package]]:
    found: dict[Key, list[Package]] = {}
    for package in lock.packages:
        found.setdefault((package.name, package.version), []).append(package)
    return found


def _places(packages: list[Package]) -> set[Origin]:
    return {package.origin for package in packages}


def shifts(old: Lock, new: Lock) -> Iterator[Shift]:
    """Sources and digests that changed under an unchanged version, and new entries from a source of a new kind."""
    before, after = _by_key(old), _by_key(new)
    registries = {origin for package in old.packages if (origin := package.origin).kind == "registry"}
    known = {(package.name, package.origin) for package in old.packages}
    for (name, version), packages in after.items():
        was = before.get((name, version))
        if was is not None:
            yield from _same_version(name, version, was, packages)
            continue
        for origin in sorted(_places(packages), key=lambda origin: (origin.kind, origin.place)):
            if origin.kind in ("git", "url") and (name, origin) not in known:
                how = "a repository" if origin.kind == "git" else "an address"
                why = f"straight from {how}, {origin.place}"
                yield Shift("source", f"{name} {version}", why, "", origin.place, origin.place)
            elif origin.kind == "registry" and _new_registry(origin, name, registries if old.central else set(), known):
                why = f"from {origin.place}, from where no entry came before"
                yield Shift("source", f"{name} {version}", why, "", origin.place, origin.place)


def _new_registry(origin: Origin, name: str, registries: set[Origin], known: set[tuple[str, Origin]]) -> bool:
    """Whether an entry's registry is new to a lock that named others before, or to this very package."""
    if origin in registries or (name, origin) in known:
        return False
    return bool(registries) or any(package == name and place.kind == "registry" for package, place in known)


def _same_version(name: str, version: str, was: list[Package], now: list[Package]) -> Iterator[Shift]:
    before = _places(was)
    old = ", ".join(sorted(_said(place) for place in before))
    for origin in sorted(_places(now) - before, key=_said):
        why = f"from {_said(origin)} instead of {old}, in an unchanged version"
        # Some tools write their usual registry down at one time and leave it out at another.
        usual = {"", "registry"}
        sure = bool(origin.kind and {place.kind for place in before} != {""}) or origin.kind not in usual
        yield Shift("source", f"{name} {version}", why, old, _said(origin), origin.place, sure=sure)
    yield from _digests(f"{name} {version}", dict(_all(was)), dict(_all(now)))


def _said(origin: Origin) -> str:
    if origin.kind == "registry":
        return origin.place
    return f"{origin.kind} {origin.place}".strip() or "the usual registry"


def _all(packages: list[Package]) -> list[tuple[str, str]]:
    return [digest for package in packages for digest in package.digests]


def _digests(package: str, was: dict[str, str], now: dict[str, str]) -> Iterator[Shift]:
    if not was:
        return
    before, after = "\n".join(sorted(was.values())), "\n".join(sorted(now.values()))
    if not now:
        yield Shift("integrity", package, "lost", before, after)
        return
    wrong = sorted(key for key in {*was, *now} if key in was and key in now and was[key] != now[key])
    if wrong:
        yield Shift("integrity", package, "changed", before, after)
    elif not set(was) & set(now):
        # Nothing in common: another algorithm, or every file replaced.
        sure = all(key == digest for key, digest in {**was, **now}.items())
        yield Shift("integrity", package, "replaced by others", before, after, sure=sure)


def extras(old: Lock, new: Lock, roots: frozenset[str]) -> tuple[str, ...]:
    """Names with a version the old lock did not have, that no root needs, directly or through others."""
    before = set(_by_key(old))
    needs: dict[str, set[str]] = {}
    for package in (*old.packages, *new.packages):
        needs.setdefault(package.name, set()).update(package.needs)
    reached, waiting = set(roots), list(roots)
    while waiting:
        for name in needs.get(waiting.pop(), ()):
            if name not in reached:
                reached.add(name)
                waiting.append(name)
    return tuple(
        sorted({
            package.name for package in new.packages
            if (package.name, package.version) not in before
            and package.name not in reached and package.origin.kind != "path"
        })
    )  # fmt: skip
