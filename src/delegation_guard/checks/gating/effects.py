"""What a command checks less than it did, from its options and its targets alone."""

from __future__ import annotations

import fnmatch
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from delegation_guard.checks.gating.identify import category, options_of
from delegation_guard.checks.gating.options import TOOLS, Tool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delegation_guard.checks.gating.facts import Side
    from delegation_guard.model.finding import Certainty

Values = dict[str, list[str]]
RULES = {
    "test": "not-collected",
    "lint": "lint-relaxed",
    "types": "types-relaxed",
    "format": "lint-relaxed",
    "audit": "lint-relaxed",
    "coverage": "coverage-narrowed",
    "any": "not-collected",
}
_BLIND = ("no:pytest_cov", "no:cov", "no:doctest", "no:python", "no:unraisableexception", "no:threadexception")
_SHARDS = re.compile(r"\$\{\{?|\$\(|%|\{posargs|\$@|\{\{")


@dataclass(frozen=True, slots=True)
class Effect:
    """`text` says what is weaker, as a clause without its subject."""

    rule: str
    text: str
    certainty: Certainty = "sure"
    floor: float | None = None


@dataclass(frozen=True, slots=True)
class Sides:
    """Both trees, for asking which tests a narrower target leaves out; None where nothing is known."""

    base: Side | None = None
    head: Side | None = None


def effects(tool: str, before: tuple[str, ...], after: tuple[str, ...], sides: Sides) -> list[Effect]:
    """What the second list of arguments checks less than the first; empty when nothing."""
    table = TOOLS.get(options_of(tool))
    if before == after:
        return []
    if table is None:
        return list(_unknown(tool, before, after))
    kind = category(tool)
    old, old_targets = parsed(before, table)
    new, new_targets = parsed(after, table)
    found = list(_options(table, kind, old, new))
    if options_of(tool) == "pytest":
        found += _pytest(old, new, before, after)
    if table.targets and not any(effect.rule == "command-neutered" and effect.certainty == "sure" for effect in found):
        found += _targets(tool, kind, old_targets, new_targets, sides)
    return found


def _unknown(tool: str, before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[Effect]:
    """Arguments of an entry or script, whose meaning is not known: those of common runners are recognised."""
    for word in after:
        if word in before:
            continue
        name = word.partition("=")[0]
        for other in (TOOLS[key] for key in ("pytest", "jest", "vitest", "mvn", "gradle", "mocha")):
            if other.kinds.get(name) in ("voids", "narrows") and name.startswith("--") and name not in other.doubtful:
                yield Effect(
                    "command-neutered" if other.kinds[name] == "voids" else "not-collected", f"is given `{word}`"
                )
                break
        if name in ("-i", "--ignore-errors") and tool.startswith("run "):
            yield Effect("failure-ignored", f"is given `{word}`")


def parsed(words: tuple[str, ...], table: Tool) -> tuple[Values, list[str]]:
    """Options with their values, and the plain arguments."""
    options: Values = {}
    targets: list[str] = []
    at = 0
    while at < len(words):
        word, at = words[at], at + 1
        if word == "--" or not word:
            continue
        if not word.startswith(("-", "/p:")) or word == "-":
            targets.append(word)
            continue
        name, equal, value = word.partition("=")
        known = name in table.kinds or name in table.valued
        if not known and not name.startswith("--") and name[:2] in table.valued and len(name) > 2:
            name, value, equal = name[:2], word[2:], "="
        if name in table.valued and not equal and at < len(words):
            value, at = words[at], at + 1
        if equal and value.lower() in ("false", "0") and name.startswith("-D"):
            continue
        whole = f"{name}={value}"
        options.setdefault(whole if whole in table.kinds else name, []).append(value)
    return options, targets


def _options(table: Tool, kind: str, old: Values, new: Values) -> Iterator[Effect]:
    for name, role in table.kinds.items():
        certainty: Certainty = "doubtful" if name in table.doubtful else "sure"
        before, after = old.get(name), new.get(name)
        if role == "narrows" and after is not None:
            yield from _narrower(name, kind, before, after, certainty)
        elif role == "voids" and after is not None and before is None:
            yield Effect("command-neutered", f"is given `{_shown(name, after)}`", certainty)
        elif role == "records" and after is not None and before is None:
            yield Effect("command-neutered", f"writes the expected results anew (`{_shown(name, after)}`)", certainty)
        elif role == "guards" and before is not None:
            yield from _guard(name, kind, before, after, certainty)
        elif role in ("floors", "ceilings"):
            yield from _number(name, role, kind, before, after, certainty)
        elif role == "retries" and after is not None:
            known = before is None or number(before) is not None
            if known and (number(after) or 1) > (number(before or []) or 0):
                yield Effect("retries-added", f"repeats what fails (`{_shown(name, after)}`)")


def _narrower(
    name: str, kind: str, before: list[str] | None, after: list[str], certainty: Certainty
) -> Iterator[Effect]:
    rule = RULES[kind]
    gained = Counter(_split(after)) - Counter(_split(before or []))
    if not gained or (before is not None and set(_split(after)) <= set(_split(before))):
        return
    if before is not None and name in ("-k", "-m", "-run", "--grep", "-g", "-t", "--testNamePattern", "--filter"):
        certainty = "doubtful"
    item = next(iter(gained))
    if name in ("-p", "--pattern") and item in ("test*.py", "test_*.py", "*test*.py"):
        return
    if name == "--select" and before is None and kind == "lint":
        return
    yield Effect(rule, f"is given `{_shown(name, [item])}`", certainty)


def _split(values: list[str]) -> list[str]:
    return [
        part.strip()
        for value in values
        for part in (value.split(",") if "," in value and " " not in value else [value])
    ]


def _guard(name: str, kind: str, before: list[str], after: list[str] | None, certainty: Certainty) -> Iterator[Effect]:
    rule = "strictness-lowered" if kind in ("test", "any") else RULES[kind]
    if (
        name.startswith(("--cov", "--coverage", "--test-coverage"))
        or "hreshold" in name
        or name in ("--check-coverage", "--100")
    ):
        rule = "coverage-lowered"
    if after is None:
        floor = number(before)
        yield Effect(
            rule,
            f"is no longer given `{_shown(name, before)}`",
            certainty,
            floor if rule == "coverage-lowered" else None,
        )
    elif number(before) is None and set(_split(before)) - set(_split(after)):
        lost = sorted(set(_split(before)) - set(_split(after)))[0]
        yield Effect(rule, f"is no longer given `{_shown(name, [lost])}`", certainty)


def _number(
    name: str, role: str, kind: str, before: list[str] | None, after: list[str] | None, certainty: Certainty
) -> Iterator[Effect]:
    old = number(before or [])
    new = number(after or [])
    if old is None:
        return
    rule = "coverage-lowered" if kind in ("test", "coverage", "any") and role == "floors" else RULES[kind]
    rule = "strictness-lowered" if role == "ceilings" and kind == "test" else rule
    if new is None:
        if after is None and (role == "floors" or (name.startswith("--max-") and certainty == "sure")):
            yield Effect(
                rule,
                f"is no longer given `{_shown(name, before or [])}`",
                certainty,
                old if rule == "coverage-lowered" else None,
            )
        return
    old, new = (float("inf") if role == "ceilings" and value < 0 else value for value in (old, new))
    if (new < old) if role == "floors" else (new > old):
        yield Effect(
            rule,
            f"asks for `{name} {new:g}` instead of {old:g}",
            certainty,
            old if rule == "coverage-lowered" else None,
        )


def number(values: list[str]) -> float | None:
    """The number in the last value of an option, None when there is none."""
    found = re.search(r"-?\d+(?:\.\d+)?", values[-1]) if values else None
    return float(found[0]) if found else None


def _shown(name: str, values: list[str]) -> str:
    value = values[-1] if values else ""
    between = "=" if name.startswith(("--", "-D", "-P")) and not name.endswith(":") else " "
    return f"{name}{between}{value}" if value and "=" not in name else name


def _pytest(old: Values, new: Values, before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[Effect]:
    errors = [value for name in ("-W", "--pythonwarnings") for value in old.get(name, []) if value.startswith("error")]
    kept = [value for name in ("-W", "--pythonwarnings") for value in new.get(name, [])]
    for value in errors:
        if value not in kept:
            yield Effect("strictness-lowered", f"is no longer given `-W {value}`")
    for value in kept:
        if value == "ignore" and "ignore" not in [
            item for name in ("-W", "--pythonwarnings") for item in old.get(name, [])
        ]:
            yield Effect("strictness-lowered", "is given `-W ignore`", "doubtful")
    for value in new.get("-p", []):
        if value in _BLIND and value not in old.get("-p", []):
            yield Effect("strictness-lowered", f"is given `-p {value}`", "doubtful" if "exception" in value else "sure")
    for name in ("-o", "--override-ini"):
        for value in new.get(name, []):
            if value not in old.get(name, []) and re.match(
                r"(xfail_strict|strict\w*)=(false|0|no)|(addopts|testpaths|python_files|"
                r"python_functions|filterwarnings)=",
                value,
                re.I,
            ):
                yield Effect("strictness-lowered", f"is given `-o {value}`")
    if "--no-cov" in new and "--no-cov" not in old:
        yield Effect("coverage-lowered", "is given `--no-cov`")
    if "--cov" in old and "--cov" not in new and "--no-cov" not in new:
        yield Effect("coverage-lowered", "no longer measures coverage", "doubtful")
    if any(re.fullmatch("-O+", word) for word in after) and not any(re.fullmatch("-O+", word) for word in before):
        yield Effect("command-neutered", "runs with `-O`, which removes every assert statement")


def _targets(tool: str, kind: str, before: list[str], after: list[str], sides: Sides) -> Iterator[Effect]:
    """Whether the plain arguments leave something out that was in."""
    if tool.startswith(("run ", "script ", "uses ")) or any(_SHARDS.search(word) for word in (*before, *after)):
        return
    if not after or set(before) <= set(after) or set(after) & {".", "./...", "./"}:
        return
    rule = RULES[kind]
    if not before or set(before) <= {".", "./...", "./"}:
        certainty = _all_to_some(kind, after, sides)
        if certainty is not None:
            yield Effect(rule, f"is limited to `{' '.join(after)}`", certainty)
        return
    for target in before:
        if any(_covers(other, target) for other in after):
            continue
        if _is_path(target) and _went(target, sides):
            continue
        inner = [other for other in after if _covers(target, other)]
        if inner and kind == "test" and _none_lost(target, inner, sides):
            continue
        text = f"is limited to `{' '.join(inner)}` within `{target}`" if inner else f"no longer checks `{target}`"
        yield Effect(rule, text)


def _went(target: str, sides: Sides) -> bool:
    """Whether a path was there and is gone or moved."""
    return (
        sides.base is not None and sides.head is not None and sides.base.holds(target) and not sides.head.holds(target)
    )


def _is_path(target: str) -> bool:
    return "*" not in target and ("/" in target or "." in target or target.isidentifier())


def _all_to_some(kind: str, after: list[str], sides: Sides) -> Literal["sure", "doubtful"] | None:
    if kind == "test" and sides.head is not None and sides.head.tests:
        lost = [path for path in sides.head.tests if not any(_covers(target, path) for target in after)]
        return "sure" if lost else None
    return (
        "sure"
        if kind == "test" and any("::" in word or word.count("/") or testfile(word) for word in after)
        else "doubtful"
    )


def testfile(word: str) -> bool:
    return bool(re.search(r"\.\w{1,4}$", word))


def _none_lost(target: str, inner: list[str], sides: Sides) -> bool:
    """Whether every test below a target is below one of the narrower ones; False when no test is known."""
    known = [path for path in (sides.head.tests if sides.head is not None else ()) if _covers(target, path)]
    return bool(known) and all(any(_covers(other, path) for other in inner) for path in known)


def _covers(target: str, path: str) -> bool:
    target, path = (word.removeprefix("./").rstrip("/").strip("'\"") for word in (target, path))
    target, path = target.removesuffix("/...").removesuffix("/**"), path.removesuffix("/...")
    if target in ("", ".", "...", path):
        return True
    return (
        path.startswith((f"{target}/", f"{target}::"))
        or fnmatch.fnmatch(path, target)
        or fnmatch.fnmatch(path, f"{target}/*")
    )
