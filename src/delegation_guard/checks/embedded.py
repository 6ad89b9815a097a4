"""Settings of the guard and of commit hooks inside files with other purposes."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

HOOK_KEYS = ("husky", "simple-git-hooks", "gitHooks", "pre-commit", "pre-push", "commit-msg", "ghooks", "lefthook")
INSTALLING = ("prepare", "preinstall", "install", "postinstall", "prepublish")
TOOL = re.compile(r"^\s*\[+\s*tool\s*\.\s*[\"']?delegation[-_]guard\b", re.MULTILINE)


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
