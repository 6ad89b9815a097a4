"""Hypothesis."""

from __future__ import annotations

from delegation_guard.languages.framework import Framework

FRAMEWORK = Framework(
    name="hypothesis",
    generators=frozenset({"hypothesis.given"}),
    explicit=frozenset({"hypothesis.example"}),
    assumptions=frozenset({"hypothesis.assume"}),
    settings={"hypothesis.settings": "max_examples"},
)
