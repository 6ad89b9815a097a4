"""What a readable lock file says: packages, where each comes from, what each needs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

Kind = Literal["registry", "git", "url", "path", ""]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a package comes from. `place` is the registry's host, a repository or file address, a folder.

    Kind "" = the lock does not say, which means its tool's usual registry.
    """

    kind: Kind = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Package:
    """One locked package. `digests` maps a file name or an algorithm to a digest; `needs` are names."""

    name: str
    version: str
    origin: Origin = Origin()
    digests: tuple[tuple[str, str], ...] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock file read. `graph`: whether it says which package needs which. `central`: whether its registries are
    shared by many packages (otherwise every package has a place of its own by nature)."""

    packages: tuple[Package, ...]
    graph: bool = True
    central: bool = True


def python_name(name: str) -> str:
    """A Python project's name as its registry compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def python_requirement(text: str) -> str:
    """The name at the head of a requirement such as `x[extra] >= 1`, "" when there is none."""
    match = re.match(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)", text)
    return python_name(match[1]) if match else ""


def host(address: str) -> str:
    """The host of an address, lower case; the address itself when it has none."""
    return (urlsplit(address).hostname or address).lower()


def bare(address: str) -> str:
    """An address without its scheme prefix `git+`, its fragment and its query."""
    return address.removeprefix("git+").partition("#")[0].partition("?")[0]


def tarball(address: str) -> Origin:
    """The origin behind a `resolved` address of the npm family: registries keep archives below `/-/`."""
    if address.startswith(("git+", "git:", "git@", "ssh:", "github:", "gitlab:", "bitbucket:")) or ".git#" in address:
        return Origin("git", bare(address))
    if address.startswith(("file:", "link:", "portal:", "workspace:", "patch:")) or "://" not in address:
        return Origin("path", address)
    if address.startswith("http:"):
        return Origin("url", bare(address))
    return Origin("registry", host(address)) if "/-/" in address else Origin("url", bare(address))


def integrity(text: str) -> tuple[tuple[str, str], ...]:
    """The digests of a subresource-integrity text such as `sha512-...`, by algorithm."""
    found = []
    for part in text.split():
        algorithm, dash, digest = part.partition("-")
        found.append((algorithm, digest) if dash else ("checksum", part))
    return tuple(found)
