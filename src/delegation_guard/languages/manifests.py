"""Direct dependencies that a manifest declares, by name."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping

_REQUIREMENT = re.compile(r"^\s*([A-Za-z0-9][\w.-]*)")
_GEM = re.compile(r"^\s*gem\s*\(?\s*['\"]([^'\"]+)['\"]", re.MULTILINE)
_GO = re.compile(r"^\s*(?:require\s+)?([\w.-]+\.[\w./~-]+)\s+v\d", re.MULTILINE)
_POM = re.compile(r"<dependency>[\s\S]*?<artifactId>\s*([^<\s]+)\s*</artifactId>")
_GRADLE = re.compile(
    r"^\s*(?:implementation|api|compileOnly|runtimeOnly|annotationProcessor|kapt|ksp|classpath|"
    r"test(?:Implementation|RuntimeOnly|CompileOnly))\s*\(?\s*['\"][^:'\"]+:([^:'\"]+)",
    re.MULTILINE,
)
_CSPROJ = re.compile(r"<PackageReference\s+[^>]*Include=\"([^\"]+)\"")
_MIX = re.compile(r"\{\s*:(\w+)\s*,\s*\"")


def dependencies(path: str, text: str) -> frozenset[str] | None:
    """Names of direct dependencies, None when the file is no manifest known here or cannot be read."""
    name = path.rpartition("/")[2].lower()
    try:
        return _read(name, text)
    except (ValueError, RecursionError):
        return None


def _read(name: str, text: str) -> frozenset[str] | None:
    if name == "package.json":
        return frozenset(_package_json(json.loads(text)))
    if name in ("pyproject.toml", "cargo.toml", "pipfile"):
        return frozenset(_toml(tomllib.loads(text)))
    if name.endswith(".txt") and name.startswith(("requirements", "constraints")):
        return frozenset(_requirements(text.splitlines()))
    patterns = {
        "gemfile": _GEM, "go.mod": _GO, "pom.xml": _POM, "build.gradle": _GRADLE, "build.gradle.kts": _GRADLE,
        "mix.exs": _MIX,
    }  # fmt: skip
    pattern = patterns.get(name) or (_CSPROJ if name.endswith(".csproj") else None)
    return frozenset(pattern.findall(text)) if pattern else None


def _package_json(document: object) -> Iterable[str]:
    if isinstance(document, Mapping):
        for key, value in document.items():
            if key in ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies"):
                yield from value if isinstance(value, Mapping) else ()


def _requirements(lines: Iterable[object]) -> Iterable[str]:
    for line in lines:
        match = _REQUIREMENT.match(line) if isinstance(line, str) else None
        if match:
            yield re.sub(r"[-_.]+", "-", match[1]).lower()


def _toml(document: Mapping[str, object], *, inside: bool = False) -> Iterable[str]:
    """PEP 621 lists and dependency groups; the tables of poetry, pipenv and cargo, also per target."""
    for key, value in document.items():
        listed = key in ("dependencies", "requires") or inside
        if listed and isinstance(value, list):
            yield from _requirements(value)
        elif key in ("optional-dependencies", "dependency-groups") and isinstance(value, Mapping):
            yield from _toml(value, inside=True)
        elif key.endswith("dependencies") or key in ("packages", "dev-packages"):
            yield from value if isinstance(value, Mapping) else ()
        elif isinstance(value, Mapping):
            yield from _toml(value)
