"""Which files of a JavaScript repository hold tests, and how often a failing test is repeated."""

from __future__ import annotations

import fnmatch
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

NAMED = re.compile(r"(^|/|[-_.])(tests?|specs?|cy|e2e)\.[cm]?[jt]sx?$")
"""`cart.test.ts`, `cart-spec.js`, `test.js`."""
FOLDER = re.compile(r"(^|/)__tests__/.*\.[cm]?[jt]sx?$")
LOOSE = re.compile(r"(^|/)(tests?|specs?|e2e|integration)/(.*/)?[^/]+\.[cm]?[jt]sx?$")
"""What mocha, ava and node's own runner also take: any plainly named file of a test folder."""
OFF = re.compile(
    r"[._-](disabled|skip|skipped|off|old|bak|orig|wip|todo|broken|ignored?|tmp|manual|helpers?|utils?|fixtures?|setup|mocks?)\.\w+$"
)
"""What a name says that is no test, or not any more."""
NEVER = re.compile(
    r"(^|/)(node_modules|dist|build|coverage|\.[^/]+)/|\.d\.[cm]?ts$|[-.]test-d\.tsx?$|(^|/)(__mocks__|__fixtures__|__snapshots__)/"
)
CONFIGURATIONS = tuple(
    f"{name}.config.{suffix}"
    for name in ("vitest", "vite", "playwright", "jest")
    for suffix in ("ts", "js", "mts", "mjs", "cjs")
)
RETRIES = re.compile(r"\bretr(?:y|ies)['\"]?\s*:\s*(?:[^,\n{}?]*\?\s*)?(\d+)")
MATCH = re.compile(r"\b(?:testMatch|include|specPattern)['\"]?\s*:\s*(\[[^\]]*\]|['\"][^'\"]+['\"])")
STRICT = re.compile(r'"(jest|vitest|@playwright/test)"')
TITLED = '"'
"""Tests have their titles, in quotes, for names."""


@dataclass(frozen=True)
class Collection:
    """Which files hold tests. `patterns`: the repository's own globs, which then decide alone."""

    strict: bool = False
    patterns: tuple[str, ...] = ()
    reruns: float = 0
    source: str = ""

    def file(self, path: str) -> bool:
        """Whether tests in a file are found."""
        if NEVER.search(path):
            return False
        if self.patterns:
            return any(fits(path, pattern) for pattern in self.patterns)
        if NAMED.search(path) or FOLDER.search(path):
            return True
        return not self.strict and LOOSE.search(path) is not None and not OFF.search(path)

    def function(self, name: str) -> bool:
        return name.startswith(TITLED)

    def cls(self, name: str) -> bool:
        return False


def fits(path: str, pattern: str) -> bool:
    """Whether a path is one that a glob with `**`, `?(x)` and `{a,b}` means."""
    pattern = pattern.replace("<rootDir>/", "").removeprefix("./")
    return any(re.search(translated(part), path) is not None for part in braces(pattern))


def translated(pattern: str) -> str:
    pattern = re.sub(r"[?@+*!]\(([^)]*)\)", lambda found: "{" + found.group(1).replace("|", ",") + ",}", pattern)
    return "|".join(
        "(^|/)" + fnmatch.translate(part.removeprefix("**/")).replace("\\Z", "$") for part in braces(pattern)
    )


def braces(pattern: str) -> list[str]:
    """`a.{b,c}` as its alternatives."""
    found = re.search(r"\{([^{}]*)\}", pattern)
    if not found or len(pattern) > 400:
        return [pattern]
    return [
        made
        for part in found.group(1).split(",")[:12]
        for made in braces(pattern[: found.start()] + part + pattern[found.end() :])
    ][:200]


def collection(read: Callable[[str], bytes | None]) -> Collection:
    """What package.json and the runners' configuration files at the top say; their defaults otherwise."""
    package = (read("package.json") or b"").decode("utf-8", "replace")
    strict = STRICT.search(package) is not None and not re.search(r'"(mocha|ava)"', package)
    own: tuple[str, ...] = jest_patterns(package)
    reruns, source = 0.0, ""
    for name in CONFIGURATIONS:
        data = read(name)
        if data is None:
            continue
        text = data[:200_000].decode("utf-8", "replace")
        strict = True
        for amount in RETRIES.findall(text):
            if float(amount) > reruns:
                reruns, source = float(amount), name
        given = MATCH.search(text)
        if (
            given
            and name.startswith(("jest", "vit"))
            and "coverage" not in text[: given.start()].rsplit("{", 1)[0][-40:]
        ):
            own = own or tuple(re.findall(r"['\"]([^'\"]+)['\"]", given.group(1)))
    return Collection(strict, own, reruns, source)


def jest_patterns(package: str) -> tuple[str, ...]:
    try:
        found = json.loads(package) if package else {}
    except (ValueError, RecursionError):
        return ()
    jest = found.get("jest") if isinstance(found, dict) else None
    given = jest.get("testMatch") if isinstance(jest, dict) else None
    return tuple(str(item) for item in given) if isinstance(given, list) else ()
