"""The policy of a repository that has none."""

from __future__ import annotations

from delegation_guard.model.policy import Policy

DEFAULT = Policy()
