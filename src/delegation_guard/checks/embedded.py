"""Settings of the guard and of hooks inside files with other purposes, and comments that address the guard."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

HOOK_KEYS = ("husky", "simple-git-hooks", "gitHooks", "pre-commit", "pre-push", "commit-msg", "ghooks", "lefthook")
INSTALLING = ("prepare", "preinstall", "install", "postinstall", "prepublish")
TOOL = re.compile(r"^\s*\[+\s*tool\s*\.\s*[\"']?delegation[-_]guard\b", re.MULTILINE)

MARK = r"(?:#|//|/\*|\*|--|;|<!--|%|\{/\*|\"|')"
VERB = r"(?:ignore|disable|skip|off|allow|waive|suppress|nocheck|no-check|exempt|pass)"
FAMILY = r"(?:spec|scope|fidelity|tests|gates|honesty|guard|receipt|model)"
IGNORE = re.compile(
    rf"{MARK}.*?(?:delegation[-_ ]?guard\s*[:=_\s-]\s*{VERB}\b|\bguard\s*[:=]\s*{VERB}\b"
    rf"|\b(?:noqa|ignore|disable|nosec|suppress|waive)\s*[:=\[(]\s*(?:delegation[-_ ]?guard|{FAMILY}/[a-z]))",
    re.IGNORECASE,
)


def package_hooks(before: str, after: str) -> tuple[str, ...]:
    """The keys of a package.json that install or configure hooks and that changed; ("",) when it does not parse."""
    try:
        old, new = (json.loads(text) if text else {} for text in (before, after))
        scripts_old, scripts_new = (document.get("scripts") or {} for document in (old, new))
        found = [key for key in HOOK_KEYS if old.get(key) != new.get(key)]
        found += [
            f"scripts.{key}" for key in INSTALLING
            if scripts_old.get(key) != scripts_new.get(key) and _about_hooks(scripts_old.get(key), scripts_new.get(key))
        ]  # fmt: skip
    except (ValueError, AttributeError, RecursionError):
        return ("",)
    return tuple(found)


def _about_hooks(*scripts: object) -> bool:
    return any(re.search(r"hook|husky|pre-commit|prek", str(script or "")) for script in scripts)


def tool_table(before: str, after: str) -> bool:
    """Whether a pyproject.toml gained or changed a table for this guard, which reads no such table."""
    old, new = (_table(text) for text in (before, after))
    return new is not None and new != old


def _table(text: str) -> Any:
    try:
        tool = tomllib.loads(text).get("tool") or {}
        return tool.get("delegation-guard", tool.get("delegation_guard"))
    except (ValueError, AttributeError, RecursionError):
        return text if TOOL.search(text) else None


def ignore_comments(before: str, after: str) -> tuple[tuple[int, str], ...]:
    """(1-based line, text) of new comments that tell this guard to look away."""
    left: dict[str, int] = {}
    for line in before.splitlines():
        if IGNORE.search(line):
            left[line.strip()] = left.get(line.strip(), 0) + 1
    found = []
    for number, line in enumerate(after.splitlines(), 1):
        if not IGNORE.search(line):
            continue
        left[line.strip()] = left.get(line.strip(), 0) - 1
        if left[line.strip()] < 0:
            found.append((number, line.strip()))
    return tuple(found)
