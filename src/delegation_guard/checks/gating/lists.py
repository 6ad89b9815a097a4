"""Lists and arguments: which member gained or lost makes a gate weaker."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from delegation_guard.checks.gating.effects import Effect, Sides, effects
from delegation_guard.checks.gating.harmless import HARMLESS_LINES, STYLE_CODES, is_style
from delegation_guard.checks.gating.reach import left_out, limits, pattern_lost
from delegation_guard.checks.gating.sided import Loss, Sided, shown
from delegation_guard.languages.config.node import Node, entries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delegation_guard.model.finding import Certainty


def _wide(sided: Sided) -> Iterator[Loss]:
    """A list that leaves things out: what was added to it."""
    per_file = sided.setting.name == "per_file_ignores" and sided.table.tool == "flake8"
    old, new = (_per_file(sided, side) if per_file else sided.values(side) for side in ("before", "after"))
    known = [item for item, _ in old]
    for item, line in new:
        if item in known or any(left_out(other, item) for other in known):
            continue
        certainty = _added(sided, item, [other for other in known if other not in [one for one, _ in new]])
        if certainty is not None:
            yield Loss(f"leaves out `{item}`", ", ".join(known), item, certainty, line, item=item)


def _per_file(sided: Sided, side: str) -> list[tuple[str, int]]:
    found = []
    for text, line in sided.values(side, ""):
        path, _, codes = text.partition(":")
        found += [(f"{path.strip()}:{code}", line) for code in re.split(r"[,\s]+", codes) if code]
    return found


def _added(sided: Sided, item: str, replaced: list[str]) -> Certainty | None:
    """How certain it is that a new member of a list that leaves things out matters; None when it does not."""
    rule = sided.setting.rule
    code = item.rpartition(":")[2]
    if (
        re.fullmatch(r"[A-Z]+\d*|[a-z]+(-[a-z]+)*", code)
        and rule in ("lint-relaxed", "types-relaxed")
        and not sided.setting.pattern[-1].startswith(("exclude", "ignorep"))
    ):
        if sided.table.tool == "ruff" and not _selected(sided, code):
            return None
        path = sided.stars[-1] if sided.stars else item.partition(":")[0] if ":" in item else ""
        in_tests = (
            bool(re.search(r"test|conftest|__init__|migrations|docs|examples|scripts", path))
            and code[:1] in "SDAPFITLECBN"
        )
        return "doubtful" if is_style(code) or in_tests else "sure"
    return limits(rule, item, replaced, sided.base, sided.head)


def _selected(sided: Sided, code: str) -> bool:
    """Whether ruff reported a code before: a rule that was never on is not lost."""
    chosen = [item.text for node in sided.other("before", "select") for item in (node.items or (node,))]
    own = chosen or ["E4", "E7", "E9", "F"]
    ignored = [item.text for node in sided.other("before", "ignore") for item in (node.items or (node,))]
    within = any(one == "ALL" or code.startswith(one) or one.startswith(code) for one in own)
    return within and not any(code.startswith(one) for one in ignored)


def _narrow(sided: Sided) -> Iterator[Loss]:
    old, new = [item for item, _ in sided.values("before")], sided.values("after")
    kept = [item for item, _ in new]
    if not kept or set(old) <= set(kept):
        return
    if not old:
        yield Loss(f"is limited to `{', '.join(kept)}`", "", ", ".join(kept), "doubtful")
        return
    for item in old:
        if item not in kept and not any(left_out(other, item) for other in kept):
            path = item.removeprefix("<rootDir>/").removeprefix("./")
            if sided.base.holds(path) and not sided.head.holds(path):
                continue
            yield Loss(f"no longer holds `{item}`", ", ".join(old), ", ".join(kept), item=item)
            return


def _needs(sided: Sided) -> Iterator[Loss]:
    old, new = [item for item, _ in sided.values("before")], [item for item, _ in sided.values("after")]
    for item in old:
        if item not in new and not any(left_out(other, item) for other in new):
            path = item.removeprefix("./")
            if "/" in path and sided.base.holds(path) and not sided.head.holds(path):
                continue
            yield Loss(f"no longer holds `{item}`", ", ".join(old), ", ".join(new), item=item)
            return


def _members(sided: Sided) -> Iterator[Loss]:
    """Entries that are known by the star of their path; judged when one is gone while others stand."""
    if sided.before and not sided.after and any(key[0] == sided.setting.name for key in sided.new.found):
        yield Loss("is gone", shown(sided.before), "", side="base")


def _codes(sided: Sided) -> Iterator[Loss]:
    old, new = [item for item, _ in sided.values("before")], [item for item, _ in sided.values("after")]
    if sided.table.tool == "ruff":
        own = ["E4", "E7", "E9", "F"]
        old, new = old or own, (new or own) if sided.after or sided.new.files else []
    if not new and sided.table.tool == "flake8":
        return
    for item in old:
        if any(one == "ALL" or item.startswith(one) for one in new):
            continue
        parts = [one for one in new if one.startswith(item)]
        certainty: Certainty = (
            "doubtful" if is_style(item) or item in STYLE_CODES or parts or not sided.new.files else "sure"
        )
        yield Loss(f"no longer holds `{item}`", ", ".join(old), ", ".join(new), certainty, item=item)


def _regexes(sided: Sided) -> Iterator[Loss]:
    old = [item for item, _ in sided.values("before", "")]
    for item, line in sided.values("after", ""):
        if item not in old and not HARMLESS_LINES.search(item):
            yield Loss(f"leaves out lines like `{item}`", ", ".join(old), item, line=line, item=item)


def _signed(sided: Sided) -> Iterator[Loss]:
    """Globs of which those with a leading `!` leave out."""
    old, new = [item for item, _ in sided.values("before")], sided.values("after")
    for item, line in new:
        if item.startswith("!") and item not in old:
            certainty = limits("coverage-narrowed", item[1:], [], sided.base, sided.head)
            if certainty is not None:
                yield Loss(f"leaves out `{item[1:]}`", ", ".join(old), item, certainty, line, item=item)
    kept = [item for item, _ in new]
    for item in old:
        if not item.startswith("!") and kept and item not in kept and not any(left_out(other, item) for other in kept):
            yield Loss(f"no longer holds `{item}`", ", ".join(old), ", ".join(kept))
            return


def _patterns(sided: Sided) -> Iterator[Loss]:
    """Folders and names that tests are found by; those with a leading `!` leave out."""
    old, listed = [item for item, _ in sided.values("before")], sided.values("after")
    for item, line in listed:
        if item.startswith("!") and item not in old:
            weight = limits(sided.setting.rule, item[1:], [], sided.base, sided.head)
            if weight is not None:
                yield Loss(f"leaves out `{item[1:]}`", " ".join(old), item, weight, line, item=item)
    old, new = ([item for item in items if not item.startswith("!")] for items in (old, [item for item, _ in listed]))
    certainty = pattern_lost(
        sided.setting.kind, sided.table.tool, sided.setting.pattern[-1], old, new, sided.base, sided.head, sided.folder
    )
    if certainty is not None:
        yield Loss(
            f"finds fewer tests: `{' '.join(new)}` instead of `{' '.join(old) or 'the default'}`",
            " ".join(old),
            " ".join(new),
            certainty,
        )


def _envs(sided: Sided) -> Iterator[Loss]:
    """Environments that run unless others are asked for; a list without the oldest versions is only doubtful."""
    old, new = (_unfolded(" ".join(text for text, _ in sided.values(side, r"\s+"))) for side in ("before", "after"))
    lost = [item for item in old if item not in new]
    come = [item for item in new if item not in old]
    if not lost or not new or len(come) >= len(lost):
        return
    numbers = [[int(part) for item in items for part in re.findall(r"py3?\.?(\d+)", item)] for items in (lost, new)]
    oldest = len(numbers[0]) == len(lost) and numbers[1] and max(numbers[0]) < min(numbers[1])
    yield Loss(f"no longer holds `{', '.join(lost)}`", ", ".join(old), ", ".join(new), "doubtful" if oldest else "sure")


def _unfolded(text: str) -> list[str]:
    """`py3{9,10}-a, lint` as its single names."""
    names = re.split(r"[,\s]+(?![^{]*\})", text)
    found: list[str] = []
    while names:
        name = names.pop(0)
        match = re.search(r"\{([^{}]*)\}", name)
        if match:
            names = [name[: match.start()] + one.strip() + name[match.end() :] for one in match[1].split(",")] + names
        elif name:
            found.append(name)
    return found


def _warnings(sided: Sided) -> Iterator[Loss]:
    old, new = [item for item, _ in sided.values("before", "")], sided.values("after", "")
    kept = [item for item, _ in new]
    errors = [item for item in old if item.startswith("error")]
    for item in errors:
        if item not in kept and "error" not in kept:
            yield Loss(f"no longer turns `{item}` into a failure", "\n".join(old), "\n".join(kept), item=item)
            return
    for item, line in new:
        if errors and item.startswith(("ignore", "default", "once")) and item not in old:
            whole = (
                item.partition(":")[0] == item
                or re.fullmatch(r"\w+::\w*(Warning)?", item) is not None
                and kept.index(item) > kept.index(errors[0])
            )
            yield Loss(
                f"lets warnings pass: `{item}`", "\n".join(old), item, "sure" if whole else "doubtful", line, item=item
            )


def _options(sided: Sided) -> Iterator[Loss]:
    tool = sided.table.options
    old, new = (_arguments(nodes) for nodes in (sided.before, sided.after))
    for effect in effects(tool, old, new, Sides(sided.base, sided.head)):
        if effect.rule == "retries-added" and not sided.folder:
            continue  # tests/retried reports it
        yield _from_effect(sided, effect)


def _from_effect(sided: Sided, effect: Effect) -> Loss:
    item = re.findall(r"`([^`]+)`", effect.text)
    line = 0
    for node, _ in sided.after:
        for text, at in entries(node, ""):
            if item and item[0].split("=")[0].split()[0] in text:
                line = at
    return Loss(
        effect.text,
        shown(sided.before),
        shown(sided.after),
        effect.certainty,
        line,
        rule=effect.rule,
        floor=effect.floor,
    )


def _arguments(nodes: list[tuple[Node, str]]) -> tuple[str, ...]:
    words: list[str] = []
    for node, _ in nodes:
        parts = [item.text for item in node.items] or [node.text.replace("\n", " ")]
        for part in parts:
            if node.items:
                words.append(part)
                continue
            try:
                words += shlex.split(part)
            except ValueError:
                words += part.split()
    return tuple(words)


LISTS = {
    "wide": _wide,
    "narrow": _narrow,
    "needs": _needs,
    "members": _members,
    "codes": _codes,
    "regexes": _regexes,
    "signed": _signed,
    "paths": _patterns,
    "globs": _patterns,
    "names": _patterns,
    "warnings": _warnings,
    "envs": _envs,
    "options": _options,
}
