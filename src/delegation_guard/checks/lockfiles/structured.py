"""Readers of lock files written as JSON or TOML."""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING, Any

from delegation_guard.checks.lockfiles.model import (
    Lock,
    Origin,
    Package,
    bare,
    host,
    integrity,
    python_name,
    python_requirement,
    tarball,
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Table = dict[str, Any]


def _table(value: object) -> Table:
    if not isinstance(value, dict):
        raise ValueError("a table was expected")
    return value


def _rows(value: object) -> list[Table]:
    if not isinstance(value, list):
        raise ValueError("a list was expected")
    return [_table(row) for row in value]


def _json(text: str) -> Table:
    return _table(json.loads(text))


def _needs(row: Table, *keys: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for key in keys for name in _table(row.get(key) or {})))


def npm(text: str) -> Lock:
    """package-lock.json and npm-shrinkwrap.json, versions 1 to 3."""
    document = _json(text)
    if "packages" in document:
        rows = _table(document["packages"]).items()
        return Lock(tuple(_npm_package(path, _table(row)) for path, row in rows if "node_modules/" in path))
    return Lock(tuple(_npm_nested(_table(document.get("dependencies") or {}))))


def _npm_package(path: str, row: Table) -> Package:
    name = row.get("name") or path.rpartition("node_modules/")[2]
    resolved = str(row.get("resolved") or "")
    origin = Origin("path", resolved) if row.get("link") else tarball(resolved) if resolved else Origin()
    version = str(row.get("version") or "")
    if origin.kind == "git":
        version += f"+{resolved.partition('#')[2]}"
    needs = _needs(row, "dependencies", "optionalDependencies", "peerDependencies")
    return Package(str(name), version, origin, integrity(str(row.get("integrity") or "")), needs)


def _npm_nested(rows: Table) -> Iterator[Package]:
    for name, value in rows.items():
        row = _table(value)
        version = str(row.get("version") or "")
        resolved = str(row.get("resolved") or (version if ":" in version else ""))
        origin = tarball(resolved) if resolved else Origin()
        yield Package(name, version, origin, integrity(str(row.get("integrity") or "")), _needs(row, "requires"))
        yield from _npm_nested(_table(row.get("dependencies") or {}))


def uv(text: str) -> Lock:
    """uv.lock."""
    return Lock(tuple(_uv_package(row) for row in _rows(tomllib.loads(text).get("package", []))))


def _uv_package(row: Table) -> Package:
    source = _table(row.get("source") or {})
    files = [*_rows(row.get("wheels") or []), *([_table(row["sdist"])] if row.get("sdist") else [])]
    digests = tuple((_file(item), str(item["hash"])) for item in files if item.get("hash"))
    groups = [row.get("dependencies") or []]
    for key in ("optional-dependencies", "dev-dependencies"):
        groups += list(_table(row.get(key) or {}).values())
    needs = tuple(python_name(str(item.get("name", ""))) for group in groups for item in _rows(group))
    version, origin = str(row.get("version") or ""), Origin("path")
    if "registry" in source:
        origin = Origin("registry", host(str(source["registry"])))
    elif "git" in source:
        origin, version = Origin("git", bare(str(source["git"]))), f"{version}+{str(source['git']).partition('#')[2]}"
    elif "url" in source:
        origin = Origin("url", bare(str(source["url"])))
    return Package(python_name(str(row["name"])), version, origin, digests, needs)


def _file(item: Table) -> str:
    return str(item.get("file") or item.get("name") or item.get("url") or item.get("path") or "").rpartition("/")[2]


def poetry(text: str) -> Lock:
    """poetry.lock, old and new."""
    document = tomllib.loads(text)
    old = _table(_table(document.get("metadata") or {}).get("files") or {})
    packages = []
    for row in _rows(document.get("package", [])):
        source, version = _table(row.get("source") or {}), str(row.get("version") or "")
        kind, place = str(source.get("type") or ""), str(source.get("url") or "")
        origin = Origin()
        if kind == "git":
            origin, version = Origin("git", bare(place)), f"{version}+{source.get('resolved_reference', '')}"
        elif kind in ("url", "file", "directory"):
            origin = Origin("url" if kind == "url" else "path", place)
        elif kind:
            origin = Origin("registry", host(place))
        files = _rows(row.get("files") or old.get(str(row["name"])) or [])
        digests = tuple((_file(item), str(item.get("hash", ""))) for item in files)
        needs = tuple(python_name(name) for name in _needs(row, "dependencies"))
        packages.append(Package(python_name(str(row["name"])), version, origin, digests, needs))
    return Lock(tuple(packages))


def pdm(text: str) -> Lock:
    """pdm.lock."""
    packages = []
    for row in _rows(tomllib.loads(text).get("package", [])):
        version, origin = str(row.get("version") or ""), Origin()
        if row.get("git"):
            origin, version = Origin("git", bare(str(row["git"]))), f"{version}+{row.get('revision', '')}"
        elif row.get("url"):
            origin = Origin("url", bare(str(row["url"])))
        elif row.get("path"):
            origin = Origin("path", str(row["path"]))
        digests = tuple((_file(item), str(item.get("hash", ""))) for item in _rows(row.get("files") or []))
        needs = tuple(python_requirement(str(item)) for item in row.get("dependencies") or [])
        packages.append(Package(python_name(str(row["name"])), version, origin, digests, needs))
    return Lock(tuple(packages))


def pylock(text: str) -> Lock:
    """pylock.toml (the standard one)."""
    packages, graph = [], False
    for row in _rows(tomllib.loads(text).get("packages", [])):
        version, origin = str(row.get("version") or ""), Origin()
        vcs, archive = _table(row.get("vcs") or {}), _table(row.get("archive") or {})
        if vcs:
            origin = Origin("git", bare(str(vcs.get("url") or vcs.get("path") or "")))
            version += f"+{vcs.get('commit-id', '')}"
        elif archive:
            origin = Origin("url", bare(str(archive.get("url") or archive.get("path") or "")))
        elif row.get("directory"):
            origin = Origin("path")
        elif row.get("index"):
            origin = Origin("registry", host(str(row["index"])))
        files = [*_rows(row.get("wheels") or []), *(_table(row[key]) for key in ("sdist", "archive") if row.get(key))]
        digests = tuple(
            (f"{_file(item)} {algorithm}", str(digest))
            for item in files for algorithm, digest in _table(item.get("hashes") or {}).items()
        )  # fmt: skip
        graph = graph or "dependencies" in row
        needs = tuple(python_name(str(item.get("name", ""))) for item in _rows(row.get("dependencies") or []))
        packages.append(Package(python_name(str(row["name"])), version, origin, digests, needs))
    return Lock(tuple(packages), graph)


def pipfile(text: str) -> Lock:
    """Pipfile.lock; it does not say who needs whom."""
    document, packages = _json(text), []
    for group, rows in document.items():
        if group == "_meta":
            continue
        for name, value in _table(rows).items():
            row, origin = _table(value), Origin()
            version = str(row.get("version") or "")
            if row.get("git"):
                origin, version = Origin("git", bare(str(row["git"]))), str(row.get("ref") or "")
            elif row.get("path") or row.get("file"):
                place = str(row.get("path") or row.get("file"))
                origin = Origin("url" if "://" in place else "path", place)
            elif row.get("index"):
                origin = Origin("registry", str(row["index"]))
            digests = tuple((str(digest), str(digest)) for digest in row.get("hashes") or [])
            packages.append(Package(python_name(name), version, origin, digests))
    return Lock(tuple(packages), graph=False)


def cargo(text: str) -> Lock:
    """Cargo.lock."""
    document = tomllib.loads(text)
    metadata, packages = _table(document.get("metadata") or {}), []
    for row in _rows(document.get("package", [])):
        name, version, source = str(row["name"]), str(row.get("version") or ""), str(row.get("source") or "")
        checksum = str(row.get("checksum") or metadata.get(f"checksum {name} {version} ({source})") or "")
        origin = Origin("path")
        if source.startswith("git+"):
            origin, version = Origin("git", bare(source)), f"{version}+{source.partition('#')[2]}"
        elif source:
            origin = Origin("registry", bare(source.partition("+")[2] or source))
        needs = tuple(str(item).split(" ", 1)[0] for item in row.get("dependencies") or [])
        packages.append(Package(name, version, origin, (("checksum", checksum),) if checksum else (), needs))
    return Lock(tuple(packages))


def composer(text: str) -> Lock:
    """composer.lock; a package that no registry announced comes straight from version control."""
    document, packages = _json(text), []
    for row in (*_rows(document.get("packages") or []), *_rows(document.get("packages-dev") or [])):
        source, dist = _table(row.get("source") or {}), _table(row.get("dist") or {})
        place = bare(str(source.get("url") or dist.get("url") or ""))
        origin = Origin("path" if dist.get("type") == "path" else "git", place)
        if row.get("notification-url"):
            origin = Origin("registry", place)
        digests = (("commit", str(source.get("reference") or "")), ("archive", str(dist.get("shasum") or "")))
        version = str(row.get("version") or "")
        if version.startswith("dev-") or version.endswith("-dev"):
            version += f"+{source.get('reference', '')}"
        kept = tuple((key, digest) for key, digest in digests if digest)
        packages.append(Package(str(row["name"]).lower(), version, origin, kept, _needs(row, "require")))
    return Lock(tuple(packages), central=False)


def bun(text: str) -> Lock:
    """bun.lock: JSON with trailing commas."""
    rows = _table(_json(re.sub(r",(?=\s*[}\]])", "", text)).get("packages") or {})
    packages = []
    for value in rows.values():
        parts = list(value)
        name, _, version = str(parts[0]).rpartition("@")
        options = next((part for part in parts[1:] if isinstance(part, dict)), {})
        origin = Origin() if re.match(r"\d", version) else tarball(version)
        digest = str(parts[-1]) if len(parts) > 2 and isinstance(parts[-1], str) else ""
        if not origin.kind and isinstance(parts[1], str) and parts[1]:
            origin = tarball(parts[1])
        needs = _needs(options, "dependencies", "optionalDependencies", "peerDependencies")
        packages.append(Package(name, version, origin, integrity(digest), needs))
    return Lock(tuple(packages))


def swift(text: str) -> Lock:
    """Package.resolved; its packages come from version control by nature, so the place is what is compared."""
    document = _json(text)
    pins: Iterable[Table] = _rows(document.get("pins") or _table(document.get("object") or {}).get("pins") or [])
    packages = []
    for pin in pins:
        state = _table(pin.get("state") or {})
        place = bare(str(pin.get("location") or pin.get("repositoryURL") or "")).removesuffix(".git")
        name = str(pin.get("identity") or pin.get("package") or place).lower()
        version = str(state.get("version") or state.get("revision") or "")
        digests = (("revision", str(state.get("revision") or "")),)
        packages.append(Package(name, version, Origin("registry", place), digests))
    return Lock(tuple(packages), graph=False, central=False)


def nuget(text: str) -> Lock:
    """packages.lock.json."""
    packages = []
    for rows in _table(_json(text).get("dependencies") or {}).values():
        for name, value in _table(rows).items():
            row = _table(value)
            origin = Origin("path") if row.get("type") == "Project" else Origin()
            digest = str(row.get("contentHash") or "")
            needs = tuple(need.lower() for need in _needs(row, "dependencies"))
            digests = (("content", digest),) if digest else ()
            packages.append(Package(name.lower(), str(row.get("resolved") or ""), origin, digests, needs))
    return Lock(tuple(packages))


def flake(text: str) -> Lock:
    """flake.lock; inputs are repositories by nature, so the place is what is compared."""
    packages = []
    for name, value in _table(_json(text).get("nodes") or {}).items():
        row = _table(value)
        locked = _table(row.get("locked") or {})
        if not locked:
            continue
        parts = (locked.get(key) for key in ("type", "host", "owner", "repo", "url", "path"))
        place = "/".join(str(part) for part in parts if part)
        digests = (("narHash", str(locked.get("narHash") or "")),)
        version = str(locked.get("rev") or "")
        packages.append(Package(name, version, Origin("registry", place), digests, _needs(row, "inputs")))
    return Lock(tuple(packages), central=False)
