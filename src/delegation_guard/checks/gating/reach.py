"""Which files a pattern of a configuration reaches, asked of the trees on both sides."""

from __future__ import annotations

import fnmatch
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from delegation_guard.checks.gating.facts import SOURCE
from delegation_guard.checks.gating.harmless import HARMLESS_PATHS, TESTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from delegation_guard.checks.gating.facts import Side
    from delegation_guard.model.finding import Certainty

_DEFAULTS = {"pythonfiles": ("test_*.py", "*_test.py"), "pythonclasses": ("Test",), "pythonfunctions": ("test",)}


def left_out(pattern: str, item: str) -> bool:
    """Whether a pattern that was there covers another one."""
    if pattern == item or pattern.rstrip("/*") == item.rstrip("/*"):
        return True
    return fnmatch.fnmatchcase(item, pattern) or (len(pattern) > 2 and item.startswith(f"{pattern.rstrip('/*')}/"))


@lru_cache(maxsize=512)
def matcher(pattern: str) -> re.Pattern[str]:
    """A glob, or a regular expression that is written as one, as something to search paths with."""
    text = re.sub(r"<rootDir>/?|^\./|^/(?=\w)", "", pattern.strip("'\" "))
    if re.search(r"\\[./w]|\.\*|\$$|^\^|\(\?", text) or text.startswith("("):
        try:
            return re.compile(text)
        except re.error:
            return re.compile(re.escape(text))
    return re.compile(_glob(text))


def _glob(text: str) -> str:
    parts, at = [], 0
    while at < len(text):
        letter = text[at]
        if text.startswith("**/", at):
            parts.append("(?:.*/)?")
            at += 3
            continue
        if text.startswith("**", at):
            parts.append(".*")
            at += 2
            continue
        if letter in "?@+!" and text[at + 1 : at + 2] == "(":
            close = text.find(")", at)
            inner = "|".join(
                re.escape(one).replace(r"\*", "[^/]*").replace(r"\.", ".") for one in text[at + 2 : close].split("|")
            )
            parts.append(f"(?:{inner})" + ("?" if letter == "?" else "+" if letter == "+" else ""))
            at = close + 1 if close > 0 else len(text)
            continue
        if letter == "{" and "}" in text[at:]:
            close = text.find("}", at)
            parts.append("(?:" + "|".join(re.escape(one) for one in text[at + 1 : close].split(",")) + ")")
            at = close + 1
            continue
        if letter == "[" and "]" in text[at:]:
            close = text.find("]", at)
            parts.append(text[at : close + 1])
            at = close + 1
            continue
        parts.append("[^/]*" if letter == "*" else "." if letter == "?" else re.escape(letter))
        at += 1
    return r"(?:^|/)" + "".join(parts) + r"(?:/|$)"


def matches(pattern: str, path: str) -> bool:
    return bool(matcher(pattern).search(path))


def limits(rule: str, item: str, replaced: Sequence[str], base: Side, head: Side) -> Certainty | None:
    """How certain it is that a path pattern newly left out takes something away; None when it does not."""
    if item.startswith("...") or "configDefaults" in item or HARMLESS_PATHS.search(item):
        return None
    if rule != "not-collected" and rule != "lint-relaxed" and TESTS.search(item):
        return None
    if any(base.holds(one) and not head.holds(one) for one in replaced):
        return None  # the path it named was moved
    before, after = (_reached(rule, side) for side in (base, head))
    if any(matches(item, path) for path in before):
        return "sure"
    if any(matches(item, path) for path in after):
        return "doubtful"
    return "doubtful" if before else "sure"


def _reached(rule: str, side: Side) -> tuple[str, ...]:
    if rule == "not-collected":
        return side.tests
    suffixes = SOURCE | {"pyi"}
    return tuple(
        path
        for path in side.paths
        if path.rpartition(".")[2] in suffixes
        and ".config." not in path
        and (rule == "lint-relaxed" or not TESTS.search(path))
    )


def pattern_lost(
    kind: str, tool: str, key: str, old: list[str], new: list[str], base: Side, head: Side, folder: str
) -> Certainty | None:
    """Whether the folders or names by which tests are found reach fewer of them; None when not."""
    defaults = _DEFAULTS.get(key, ())
    old, new = old or list(defaults), new or list(defaults)
    if not new or (old and set(old) <= set(new)):
        return None
    if kind == "names":
        missing = [one for one in old if not any(one.startswith(other.rstrip("*")) for other in new)]
        return "sure" if missing else None
    prefix = f"{folder}/" if folder else ""
    known = [path.removeprefix(prefix) for path in head.tests if path.startswith(prefix)]
    if tool == "pytest":
        known = [path for path in known if path.endswith(".py")]
    reached = [path for path in known if not old or any(_found(kind, one, path) for one in old)]
    if reached:
        return "sure" if any(not any(_found(kind, one, path) for one in new) for path in reached) else None
    if not old:
        return "doubtful" if kind == "globs" else None
    missing = [
        one
        for one in old
        if not any(left_out(other, one) or fnmatch.fnmatchcase(one.replace("*", "x"), other) for other in new)
    ]
    if kind == "paths" and base.tests:
        return None
    return (
        ("sure" if set(new) < set(old) or any(_within(one, old) for one in new) or kind == "paths" else "doubtful")
        if missing
        else None
    )


def _within(pattern: str, old: list[str]) -> bool:
    literal = re.split(r"[*?{\[(]", pattern)[0]
    return any(
        literal.startswith(re.split(r"[*?{\[(]", one)[0]) and literal != re.split(r"[*?{\[(]", one)[0] for one in old
    )


def _found(kind: str, pattern: str, path: str) -> bool:
    if kind == "paths":
        root = pattern.removeprefix("./").rstrip("/")
        return root in ("", ".") or path == root or path.startswith(f"{root}/") or fnmatch.fnmatch(path, f"{root}/*")
    if "/" not in pattern and "*" in pattern and not pattern.startswith("("):
        return fnmatch.fnmatchcase(path.rpartition("/")[2], pattern)
    return matches(pattern, path)
