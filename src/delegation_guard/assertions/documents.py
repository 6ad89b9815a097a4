"""Documented examples that are run as tests, and recorded results that tests compare with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from delegation_guard.assertions.facts import Fact, brief

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from delegation_guard.languages.outline import Example, Outline

RELAXING = frozenset({"ELLIPSIS", "SKIP", "IGNORE_EXCEPTION_DETAIL", "NORMALIZE_WHITESPACE"})
SNAPSHOT = re.compile(
    r"(^|/)(__snapshots__|snapshots?|__image_snapshots__|goldens?|golden_files|approved|cassettes_expected|expected|baselines?)/"
    r"|\.(ambr|snap|golden|approved\.\w+|verified\.\w+)$"
)
ENTRY = re.compile(r"^# name: (.+)$|^exports\[`(.+)`\] = |^snapshots\[['\"](.+)['\"]\] = ", re.MULTILINE)


def example_facts(before: Outline, after: Outline) -> Iterator[Fact]:
    """What the documented examples of a file lost."""
    left: dict[str, list[Example]] = {}
    for example in after.examples:
        left.setdefault(example.source.strip(), []).append(example)
    owners = {example.owner for example in after.examples} | set(after.function) | set(after.cls)
    for example in before.examples:
        if "SKIP" in example.options or not (example.want or example.source):
            continue
        same = left.get(example.source.strip(), [])
        best = next((other for other in same if not weaker(example, other)), same[0] if same else None)
        if best is not None and not weaker(example, best):
            continue
        gone = frozenset({example.owner}) if example.owner not in owners else frozenset()
        yield example_fact(before, after, example, best, gone)


def example_fact(
    before: Outline, after: Outline, example: Example, other: Example | None, gone: frozenset[str]
) -> Fact:
    text = f">>> {example.source.strip()} gives {example.want.strip()}"
    if other is None:
        message = f"the documented example `{brief(text)}` is gone"
        return Fact("doctest-relaxed", message, before.path, example.line, "base", text, "", "sure", "removed",
                    (gone,) if gone else (), before.path, "", example.owner)  # fmt: skip
    now = f">>> {other.source.strip()} gives {other.want.strip()}"
    options = sorted((other.options - example.options) & RELAXING)
    if options:
        now += f" ({', '.join(options)})"
        message = f"the documented example `{brief(text)}` now accepts more: `{brief(now)}`"
        return Fact("doctest-relaxed", message, after.path, other.line, "head", text, now, "sure", "", (), before.path,
                    "", example.owner)  # fmt: skip
    message = f"the documented example `{brief(text)}` became `{brief(now)}`"
    return Fact("doctest-relaxed", message, after.path, other.line, "head", text, now, "sure", "expectation", (),
                before.path, "", example.owner)  # fmt: skip


def weaker(base: Example, head: Example) -> bool:
    """Whether the head's example accepts something that the base's refused."""
    if base.want == head.want:
        added = (head.options - base.options) & RELAXING
        return bool(added) and ("SKIP" in added or not added <= {"ELLIPSIS"} or "..." in head.want)
    if "ELLIPSIS" in head.options and "..." in head.want:
        return True
    if "ELLIPSIS" in base.options and "..." in base.want:
        parts = [re.escape(part) for part in base.want.strip().split("...")]
        return re.fullmatch(".*".join(parts), head.want.strip(), re.DOTALL) is None
    if "NORMALIZE_WHITESPACE" in base.options:
        return base.want.split() != head.want.split()
    return True


def is_snapshot(path: str) -> bool:
    """Whether a path looks like a recorded result."""
    return SNAPSHOT.search(path) is not None


def entries(text: str) -> Mapping[str, str]:
    """The named entries of a snapshot file; one entry without a name for any other file."""
    found = list(ENTRY.finditer(text))
    if not found:
        return {"": text}
    made: dict[str, str] = {}
    for match, following in zip(found, [*found[1:], None], strict=True):
        name = next(group for group in match.groups() if group)
        made[name] = text[match.end() : following.start() if following else len(text)]
    return made


def snapshot_facts(path: str, old: str, new: str) -> Iterator[Fact]:
    """What changed in a recorded result; entries that only moved to another name are the same."""
    before, after = entries(old), entries(new)
    contents = {normal(body) for body in after.values()}
    for name, body in before.items():
        if name in after and normal(after[name]) == normal(body):
            continue
        if name not in after and normal(body) in contents:
            continue
        what = f"the recorded result {name}" if name else "the recorded result"
        if name not in after:
            message = f"{what} in {path} is gone"
            yield Fact(
                "snapshot-rerecorded", message, path, 0, "head", name, "", "doubtful", "removed", (), path, "", name
            )
            continue
        one, two = difference(body, after[name])
        message = f"{what} in {path} was recorded anew: `{brief(one, 80)}` became `{brief(two, 80)}`"
        yield Fact("snapshot-rerecorded", message, path, 0, "head", one, two, "sure", "expectation", (), path, "", name)


def normal(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().split("\n"))


def difference(one: str, two: str) -> tuple[str, str]:
    """The first lines in which two texts differ."""
    for first, second in zip(one.split("\n"), two.split("\n"), strict=False):
        if first != second:
            return first.strip(), second.strip()
    return one.strip()[-80:], two.strip()[-80:]
