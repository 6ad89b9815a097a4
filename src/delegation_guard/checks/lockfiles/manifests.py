"""The dependencies a manifest declares, to tell which of them a change touched."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

from delegation_guard.checks.lockfiles.model import python_name, python_requirement

EVERYTHING = "*"
"""A change that may move every locked package: another interpreter, another registry, an override."""

NODE_KEYS = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")
NODE_GLOBAL = ("overrides", "resolutions", "pnpm", "packageManager", "engines", "workspaces", "catalog", "catalogs")
COMPOSER_GLOBAL = ("repositories", "config", "minimum-stability", "replace")
CARGO_KEYS = ("dependencies", "dev-dependencies", "build-dependencies")


def changed(path: str, before: str, after: str) -> frozenset[str] | None:
    """Names of the dependencies whose declaration differs between two texts of a manifest, EVERYTHING among them
    when a setting changed that may move all; None when this kind of manifest is not read or does not parse."""
    reader = reader_of(path)
    if reader is None:
        return None
    try:
        old, new = reader(before) if before else {}, reader(after) if after else {}
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    return frozenset(name for name in {*old, *new} if old.get(name) != new.get(name))


def reader_of(path: str) -> Any:
    """The function text -> {name: declaration} for a manifest, None when there is none."""
    name = path.rpartition("/")[2]
    if name.endswith(".gemspec") or name in ("Gemfile", "gems.rb"):
        return _ruby
    if name.endswith(".in"):
        return _requirements
    return READERS.get(name)


def _package_json(text: str) -> dict[str, str]:
    document = json.loads(text)
    found: dict[str, str] = {}
    for key in NODE_KEYS:
        for name, wanted in (document.get(key) or {}).items():
            found[name] = found.get(name, "") + f"{key} {wanted};"
    whole = {key: document[key] for key in NODE_GLOBAL if key in document}
    return {**found, EVERYTHING: json.dumps(whole, sort_keys=True)}


def _composer_json(text: str) -> dict[str, str]:
    document = json.loads(text)
    found = {
        name.lower(): f"{key} {wanted}"
        for key in ("require", "require-dev") for name, wanted in (document.get(key) or {}).items()
    }  # fmt: skip
    whole = {key: document[key] for key in COMPOSER_GLOBAL if key in document}
    platform = {name: found.pop(name) for name in list(found) if name == "php" or name.startswith("ext-")}
    return {**found, EVERYTHING: json.dumps([whole, platform], sort_keys=True)}


def _pyproject(text: str) -> dict[str, str]:
    document = tomllib.loads(text)
    project, tool = document.get("project") or {}, document.get("tool") or {}
    lists = [("", project.get("dependencies") or [])]
    for group in (project.get("optional-dependencies"), document.get("dependency-groups")):
        lists += list((group or {}).items())
    lists += list(((tool.get("pdm") or {}).get("dev-dependencies") or {}).items())
    lists.append(("dev", (tool.get("uv") or {}).get("dev-dependencies") or []))
    found: dict[str, str] = {}
    for label, items in lists:
        for item in items:
            name = python_requirement(item) if isinstance(item, str) else EVERYTHING
            found[name] = found.get(name, "") + f"{label} {item};"
    poetry = tool.get("poetry") or {}
    tables = [poetry.get("dependencies"), poetry.get("dev-dependencies"), (tool.get("uv") or {}).get("sources")]
    tables += [(group or {}).get("dependencies") for group in (poetry.get("group") or {}).values()]
    python = project.get("requires-python", "")
    for table in tables:
        for name, wanted in (table or {}).items():
            if name == "python":
                python = wanted
            else:
                found[python_name(name)] = found.get(python_name(name), "") + f"{wanted};"
    uv = {key: value for key, value in (tool.get("uv") or {}).items() if key not in ("sources", "dev-dependencies")}
    pdm = tool.get("pdm") or {}
    whole = [python, uv, poetry.get("source"), pdm.get("source"), pdm.get("resolution")]
    return {**found, EVERYTHING: found.get(EVERYTHING, "") + repr(whole)}


def _cargo(text: str) -> dict[str, str]:
    document = tomllib.loads(text)
    places = [document, document.get("workspace") or {}, *(document.get("target") or {}).values()]
    found: dict[str, str] = {}
    for place in places:
        for key in CARGO_KEYS:
            for name, wanted in (place.get(key) or {}).items():
                real = wanted.get("package", name) if isinstance(wanted, dict) else name
                found[real] = found.get(real, "") + f"{wanted};"
    for crates in (document.get("patch") or {}).values():
        for name, wanted in crates.items():
            found[name] = found.get(name, "") + f"patch {wanted};"
    edition = (document.get("package") or {}).get("rust-version"), (document.get("workspace") or {}).get("members")
    return {**found, EVERYTHING: repr([edition, document.get("features"), document.get("replace")])}


def _pipfile(text: str) -> dict[str, str]:
    document = tomllib.loads(text)
    found = {
        python_name(name): f"{group} {wanted}"
        for group, rows in document.items() if isinstance(rows, dict) and group not in ("requires", "scripts", "pipenv")
        for name, wanted in rows.items()
    }  # fmt: skip
    return {**found, EVERYTHING: repr([document.get("source"), document.get("requires")])}


def _requirements(text: str) -> dict[str, str]:
    found: dict[str, str] = {EVERYTHING: ""}
    for line in text.splitlines():
        plain = line.partition(" #")[0].strip()
        if plain.startswith("-"):
            found[EVERYTHING] += f"{plain};"
        elif plain and not plain.startswith("#"):
            found[python_requirement(plain)] = plain
    return found


def _ruby(text: str) -> dict[str, str]:
    found: dict[str, str] = {EVERYTHING: ""}
    for line in text.splitlines():
        match = re.match(r"\s*(?:gem|\w+\.add_(?:\w+_)?dependency)[\s(]+['\"]([^'\"]+)['\"](.*)", line)
        if match:
            found[match[1]] = found.get(match[1], "") + match[2].strip()
        elif re.match(r"\s*(source|ruby|git_source|platforms?)\b", line):
            found[EVERYTHING] += line.strip()
    return found


def _go_mod(text: str) -> dict[str, str]:
    found: dict[str, str] = {EVERYTHING: ""}
    for line in text.splitlines():
        plain = line.partition("//")[0].strip().removeprefix("require ").strip()
        match = re.match(r"(\S+\.\S+) (v\S+)$", plain)
        if match:
            found[match[1]] = match[2]
        elif plain.startswith(("go ", "replace ", "exclude ", "toolchain ")) or "=>" in plain:
            found[EVERYTHING] += f"{plain};"
    return found


def _mix(text: str) -> dict[str, str]:
    return dict(re.findall(r"\{:(\w+),([^}]*)\}", text))


READERS = {
    "package.json": _package_json, "composer.json": _composer_json, "pyproject.toml": _pyproject, "Cargo.toml": _cargo,
    "Pipfile": _pipfile, "go.mod": _go_mod, "mix.exs": _mix,
}  # fmt: skip
