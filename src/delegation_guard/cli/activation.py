"""Is a hook of ours active in this repository, whoever installed it?"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from delegation_guard.repo.repository import Repository

OURS = "delegation-guard"
MANAGERS = ("pre-commit", "prek", "lefthook", "husky")
CONFIGS = (
    ".pre-commit-config.yaml", ".pre-commit-config.yml", "prek.toml", "lefthook.yml", "lefthook.yaml", ".lefthook.yml",
)  # fmt: skip


def hook_is_active(repo: Repository, stage: str) -> bool:
    """Whether git would run a hook for `stage` that ends up in this guard.

    A hook file that names us, or one written by a hook manager whose configuration names our hook for that stage. Does
    not run the hook: `doctor --prove` would.
    """
    path = os.path.join(repo.hooks_dir(), stage)
    text = _text(path)
    if not text or not os.access(path, os.X_OK):
        return False
    if OURS in text:
        return True
    managed = any(name in text for name in MANAGERS)
    return managed and any(_names_stage(_text(os.path.join(repo.root, name)), stage) for name in CONFIGS)


def _names_stage(text: str, stage: str) -> bool:
    return f"{OURS}-{stage}" in text or f"{OURS} hook {stage}" in text


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
