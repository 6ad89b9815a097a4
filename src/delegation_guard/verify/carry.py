"""Dependency folders taken from the main work tree."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from delegation_guard.model.policy import VerifyRoot


class Refused(Exception):
    """A folder that must not be carried."""


@dataclass(frozen=True)
class Carried:
    first: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    digests: tuple[tuple[str, str], ...] = ()

    def moved(self, entry: str) -> str | None:
        return entry

    def altered(self) -> str:
        return ""


def found(live: str) -> tuple[VerifyRoot, ...]:
    return ()


def bring(roots: tuple[VerifyRoot, ...], live: str, checkout: str) -> Carried:
    return Carried()


def within(directory: str, root: str) -> bool:
    return root in ("", ".") or directory == root or directory.startswith(f"{root}/")
