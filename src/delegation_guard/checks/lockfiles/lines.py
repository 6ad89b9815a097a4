"""Readers of lock files that are read line by line: YAML-like blocks, indented lists, one entry a line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

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
    from collections.abc import Iterator


MIX = re.compile(
    r'\s*"([^"]+)":\s*\{:(\w+),\s*(?::"?\w+"?|"([^"]*)"),\s*"([^"]*)"(?:,\s*"([0-9a-f]+)")?'
)  # fmt: skip


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _blocks(text: str) -> Iterator[tuple[str, list[str]]]:
    """(head line, following deeper lines) for every line at column 0."""
    head, body = "", list[str]()
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if _depth(line):
            body.append(line)
            continue
        if head:
            yield head, body
        head, body = line.rstrip(), []
    if head:
        yield head, body


def _value(lines: list[str], key: str) -> str:
    """The value of `key: value` or `key "value"` among the shallowest of some lines."""
    if not lines:
        return ""
    top = min(_depth(line) for line in lines)
    for line in lines:
        match = re.match(rf'\s{{{top}}}"?{key}"?:?\s+(.+)', line)
        if match:
            return match[1].strip().strip("\"'")
    return ""


def _below(lines: list[str], *keys: str) -> list[str]:
    """The lines one step below `key:` lines, without what is deeper still."""
    found: list[str] = []
    at, step = -1, -1
    for line in lines:
        depth = _depth(line)
        if at >= 0 and depth > at:
            step = depth if step < 0 else step
            if depth == step:
                found.append(line.strip())
            continue
        at, step = (depth, -1) if line.strip().rstrip(":") in keys else (-1, -1)
    return found


def _name(line: str) -> str:
    """The key of a `"name": range` or `name "range"` line."""
    match = re.match(r"[\"']?(@?[^@\"'\s:][^\"'\s:]*)", line)
    return match[1] if match else ""


def yarn(text: str) -> Lock:
    """yarn.lock, classic and berry."""
    packages = []
    for head, body in _blocks(text):
        match = re.match(r"\"?(@?[^@\"]+)@", head)
        if not match:
            continue
        version = _value(body, "version")
        resolved, resolution = _value(body, "resolved"), _value(body, "resolution")
        origin = tarball(resolved) if resolved else _berry(match[1], resolution)
        if origin.kind == "git":
            version += f"+{(resolved or resolution).partition('#')[2]}"
        digests = integrity(_value(body, "integrity") or _value(body, "checksum"))
        needs = tuple(map(_name, _below(body, "dependencies", "optionalDependencies", "peerDependencies")))
        packages.append(Package(match[1], version, origin, digests, needs))
    return Lock(tuple(packages))


def _berry(name: str, resolution: str) -> Origin:
    target = resolution.removeprefix(f"{name}@")
    if target.startswith("npm:") or not target:
        return Origin()
    return tarball(target) if "://" in target or target.startswith("git@") else Origin("path", target)


def pnpm(text: str) -> Lock:
    """pnpm-lock.yaml, versions 5 to 9."""
    packages: dict[tuple[str, str], Package] = {}
    needs: dict[tuple[str, str], list[str]] = {}
    for head, body in _blocks(text):
        if head not in ("packages:", "snapshots:"):
            continue
        for key, lines in _entries(body):
            name, version = _pnpm_key(key)
            needs.setdefault((name, version), []).extend(
                map(_name, _below(lines, "dependencies", "optionalDependencies", "peerDependencies"))
            )
            if head == "packages:":
                resolution = " ".join(lines)
                found = dict(re.findall(r"(integrity|tarball|commit|repo|directory): ['\"]?([^\s,}'\"]+)", resolution))
                origin = _pnpm_origin(found, version)
                digests = integrity(found.get("integrity", ""))
                packages[name, version] = Package(name, version, origin, digests)
    return Lock(
        tuple(
            Package(item.name, item.version, item.origin, item.digests, tuple(needs.get(key, ())))
            for key, item in packages.items()
        )
    )


def _entries(body: list[str]) -> Iterator[tuple[str, list[str]]]:
    key, lines = "", list[str]()
    for line in body:
        if _depth(line) == 2:
            if key:
                yield key, lines
            plain = line.strip()
            head, _, rest = plain.rpartition(":") if plain.endswith(":") else plain.partition(": ")
            key, lines = head.strip("'\""), [f"    {rest}"] if rest else []
        else:
            lines.append(line)
    if key:
        yield key, lines


def _pnpm_key(key: str) -> tuple[str, str]:
    plain = key.removeprefix("/").partition("(")[0]
    match = re.match(r"(@[^/]+/[^/@]+|[^/@]+)[@/](.+)", plain)
    return (match[1], match[2].partition("_")[0]) if match else (plain, "")


def _pnpm_origin(found: dict[str, str], version: str) -> Origin:
    if "repo" in found:
        return Origin("git", bare(found["repo"]))
    if "directory" in found:
        return Origin("path", found["directory"])
    if "tarball" in found:
        return tarball(found["tarball"])
    return Origin() if re.match(r"\d", version) or "integrity" in found else tarball(version)


def go_sum(text: str) -> Lock:
    """go.sum and go.work.sum; they do not say who needs whom."""
    packages = []
    for line in text.splitlines():
        parts = line.split()
        if len(parts) == 3:
            packages.append(Package(parts[0], parts[1], Origin(), (("h1", parts[2]),)))
        elif parts:
            raise ValueError("a line is not `module version hash`")
    return Lock(tuple(packages), graph=False)


def gemfile(text: str) -> Lock:
    """Gemfile.lock."""
    packages: dict[str, Package] = {}
    sums: dict[str, str] = {}
    for head, body in _blocks(text):
        if head == "CHECKSUMS":
            sums.update(re.findall(r"^\s+(\S+ \(\S+\)) (sha\S+)", "\n".join(body), re.MULTILINE))
            continue
        remote, revision = _value(body, "remote"), _value(body, "revision")
        origin = {
            "GIT": Origin("git", bare(remote)), "PATH": Origin("path", remote), "GEM": Origin("registry", host(remote)),
        }.get(head)  # fmt: skip
        last = ""
        for line in body if origin else ():
            match = re.match(r"( {4}| {6})([^\s(!]+)(?: \(([^)]*)\))?", line)
            if match and len(match[1]) == 4:
                last = f"{match[2]} ({match[3]})"
                version = f"{match[3]}+{revision}" if revision else match[3] or ""
                packages[last] = Package(match[2], version, origin or Origin())
            elif match and last:
                known = packages[last]
                packages[last] = Package(known.name, known.version, known.origin, (), (*known.needs, match[2]))
    return Lock(
        tuple(
            Package(item.name, item.version, item.origin, (("checksum", sums[key]),) if key in sums else (), item.needs)
            for key, item in packages.items()
        )
    )


def pubspec(text: str) -> Lock:
    """pubspec.lock; it does not say who needs whom."""
    packages = []
    for head, body in _blocks(text):
        for name, lines in _entries(body) if head == "packages:" else ():
            source, version = _value(lines, "source"), _value(lines, "version")
            described = dict(re.findall(r"^\s+\"?([a-z\d-]+)\"?: \"?([^\s\"]+)", "\n".join(lines), re.MULTILINE))
            place = described.get("url", "")
            origin = {
                "hosted": Origin("registry", host(place)), "git": Origin("git", bare(place)),
                "path": Origin("path", described.get("path", "")),
            }.get(source, Origin("path", source))  # fmt: skip
            if source == "git":
                version += f"+{described.get('resolved-ref', '')}"
            digests = (("sha256", described["sha256"]),) if "sha256" in described else ()
            packages.append(Package(name, version, origin, digests))
    return Lock(tuple(packages), graph=False)


def mix(text: str) -> Lock:
    """mix.lock."""
    packages = []
    for line in text.splitlines():
        match = MIX.match(line)
        if not match:
            continue
        name, source, address, version, digest = match.groups()
        origin = Origin("git", bare(address or "")) if source == "git" else Origin()
        needs = tuple(re.findall(r"\{:(\w+), \"", line[match.end() :]))
        packages.append(Package(name, version, origin, (("inner", digest),) if digest else (), needs))
    return Lock(tuple(packages))


def requirements(text: str) -> Lock:
    """A compiled requirements file; `# via` says who needs whom."""
    pins: dict[str, tuple[str, Origin, list[str]]] = {}
    needs: dict[str, list[str]] = {}
    name, graph, via = "", False, False
    for line in text.splitlines():
        if line.lstrip().startswith("#"):
            words = re.sub(r"^\s*#\s*(via\b)?", "", line).strip()
            graph, via = graph or "# via" in line, via or "# via" in line
            for parent in words.split(",") if name and via else ():
                needs.setdefault(python_requirement(parent), []).append(name)
            continue
        match = re.match(r"([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*(?:==\s*([^\s;\\]+)|@\s*(\S+))", line)
        if match:
            name, via = python_name(match[1]), False
            place = match[3] or ""
            kind = Origin("git" if place.startswith("git+") else "url", bare(place)) if place else Origin()
            pins[name] = (match[2] or place, kind, [])
        elif re.match(r"\S", line) and not line.startswith("-"):
            raise ValueError("a line is not `name==version`")
        if name:
            pins[name][2].extend(re.findall(r"--hash=(\S+)", line))
    return Lock(
        tuple(
            Package(key, version, origin, tuple((item, item) for item in hashes), tuple(needs.get(key, ())))
            for key, (version, origin, hashes) in pins.items()
        ),
        graph,
    )


def gradle(text: str) -> Lock:
    """gradle.lockfile; it says neither origin nor who needs whom."""
    rows = (line.partition("=")[0] for line in text.splitlines() if line.count(":") == 2 and not line.startswith("#"))
    return Lock(tuple(Package(row.rpartition(":")[0], row.rpartition(":")[2]) for row in rows), graph=False)
