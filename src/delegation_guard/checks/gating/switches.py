"""Switches, numbers and levels: which change of a single value makes a gate weaker."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from delegation_guard.checks.gating.harmless import is_style, rank
from delegation_guard.checks.gating.sided import Loss, Sided, number, shown, truth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delegation_guard.languages.config.node import Node

_FLAGS_OF_STRICT = 8


def _on(sided: Sided) -> Iterator[Loss]:
    old, new = truth(sided.before), truth(sided.after)
    if not old or new or _implied(sided):
        return
    yield Loss("is off now" if new is False else "is gone", shown(sided.before), shown(sided.after), line=0)


def _implied(sided: Sided) -> bool:
    """Whether the flag is part of a strict mode that is on, or the strict mode was spelled out flag by flag."""
    name = sided.setting.name.rpartition(".")[2]
    own = sided.setting.pattern[-1]
    if sided.table.tool == "mypy":
        if any(truth([(node, "")]) for node in sided.other("after", "strict")) and own != "strict":
            return (
                own
                not in (
                    "disallowanyexplicit",
                    "disallowanyexpr",
                    "disallowanydecorated",
                    "disallowanyunimported",
                    "warnunreachable",
                )
                and not sided.after
            )
        flags = sum(
            len(items)
            for key, items in sided.new.found.items()
            if items[0][0].kind == "on" and truth([(items[-1][1], "")])
        )
        return own == "strict" and flags >= _FLAGS_OF_STRICT
    if sided.table.tool == "pytest" and own in ("strictmarkers", "strictconfig", "xfailstrict", "strictxfail"):
        return any(
            truth([(node, "")])
            for key, items in sided.new.found.items()
            for setting, node, _ in items
            if setting.pattern[-1] == "strict"
        )
    return name == "" or (sided.table.tool == "nyc" and own == "100")


def _off(sided: Sided) -> Iterator[Loss]:
    if truth(sided.after) and not truth(sided.before):
        yield Loss("is on now", shown(sided.before), shown(sided.after))


def _unless(sided: Sided) -> Iterator[Loss]:
    if truth(sided.after) is False and truth(sided.before) is not False:
        style = sided.table.tool == "rubocop" and bool(sided.stars) and is_style(sided.stars[0])
        yield Loss("is off now", shown(sided.before), shown(sided.after), "doubtful" if style else "sure")


def _family(sided: Sided) -> Iterator[Loss]:
    """A flag that `strict` includes."""
    strict_old = any(truth([(node, "")]) for node in sided.other("before", "compilerOptions.strict"))
    strict_new = any(truth([(node, "")]) for node in sided.other("after", "compilerOptions.strict"))
    old, new = truth(sided.before), truth(sided.after)
    if (strict_old if old is None else old) and not (strict_new if new is None else new):
        yield Loss("is off now" if new is False else "is gone", shown(sided.before), shown(sided.after))


def _lax(sided: Sided) -> Iterator[Loss]:
    if truth(sided.after) is False and truth(sided.before) is not False:
        yield Loss(
            f"is switched off for {sided.stars[0] if sided.stars else 'a module'}",
            shown(sided.before),
            shown(sided.after),
            "doubtful" if re.search(r"test|conftest", " ".join(sided.stars)) else "sure",
        )


def _zero(sided: Sided) -> Iterator[Loss]:
    old, new = number(sided.before), number(sided.after)
    if new == 0 and old != 0:
        yield Loss("is 0 now: failures do not count", shown(sided.before), shown(sided.after))


def _present(sided: Sided) -> Iterator[Loss]:
    if not sided.after or shown(sided.after) == shown(sided.before) or truth(sided.after) is False:
        return
    yield Loss("leaves tests out", shown(sided.before), shown(sided.after), "doubtful" if sided.before else "sure")


def _floor(sided: Sided) -> Iterator[Loss]:
    old, new = number(sided.before), number(sided.after)
    if old is None or (sided.before and sided.before[-1][0].raw and sided.after and sided.after[-1][0].raw):
        return
    if new is None:
        above = sided.setting.pattern[-1] == "*" and any(
            _same_floor(sided, items[-1][1], old) for key, items in sided.new.found.items()
        )
        if not above and shown(sided.after) != "max":
            text = "has no number now" if sided.after else "is gone"
            yield Loss(text, shown(sided.before), shown(sided.after), floor=old)
    elif new < old and old > 0 or (old <= 0 and new < old):
        yield Loss(f"is {new:g} instead of {old:g}", shown(sided.before), shown(sided.after), floor=old)


def _same_floor(sided: Sided, node: Node, old: float) -> bool:
    return node.scalar is True and old <= 100 and sided.table.tool in ("vitest", "nyc")


def _ceiling(sided: Sided) -> Iterator[Loss]:
    old, new = number(sided.before), number(sided.after)
    if old is None:
        return
    if new is None and not sided.after:
        yield Loss("is gone", shown(sided.before), "", "doubtful" if "imeout" in sided.setting.name else "sure")
    elif new is not None and new > old:
        yield Loss(f"is {new:g} instead of {old:g}", shown(sided.before), shown(sided.after))


def _tolerance(sided: Sided) -> Iterator[Loss]:
    old, new = number(sided.before) or 0.0, number(sided.after) or 0.0
    if new > old:
        yield Loss(
            f"lets {new:g} go instead of {old:g}",
            shown(sided.before),
            shown(sided.after),
            "doubtful" if new <= 1 else "sure",
        )


def _retries(sided: Sided) -> Iterator[Loss]:
    old, new = number(sided.before) or 0.0, number(sided.after) or 0.0
    if new > old:
        yield Loss(f"repeats a failing test {new:g} times instead of {old:g}", shown(sided.before), shown(sided.after))


def _level(sided: Sided) -> Iterator[Loss]:
    old = rank(sided.before[-1][0]) if sided.before else None
    new = rank(sided.after[-1][0]) if sided.after else None
    rule = sided.stars[-1] if sided.stars else ""
    style = bool(rule) and is_style(rule)
    if any(truth([(node, "")]) for node in sided.other("before", "linters.disable_all")):
        return
    if old is None and new is not None:
        default = {"default": 3, "followimports": 4, "typecheckingmode": 3, "nullable": 0}.get(
            sided.setting.pattern[-1], 1
        )
        if new < default:
            yield Loss(
                f"is `{shown(sided.after)}` now", "", shown(sided.after), "doubtful" if style or new >= 2 else "sure"
            )
    elif old is not None and new is None and not sided.after:
        if old >= 4 and not style:
            inherited = bool(sided.other("after", "extends")) or sided.setting.pattern[-1] in ("report*",)
            yield Loss("is gone", shown(sided.before), "", "doubtful" if inherited else "sure", side="base")
    elif old is not None and new is not None and new < old:
        yield Loss(
            f"is `{shown(sided.after)}` instead of `{shown(sided.before)}`",
            shown(sided.before),
            shown(sided.after),
            "doubtful" if style else "sure",
        )


def _nothing(sided: Sided) -> Iterator[Loss]:
    """A setting that is only looked up from others."""
    return iter(())


SWITCHES = {
    "on": _on, "off": _off, "unless": _unless, "family": _family, "lax": _lax, "zero": _zero, "present": _present,
    "floor": _floor, "ceiling": _ceiling, "tolerance": _tolerance, "retries": _retries, "level": _level,
    "nothing": _nothing,
}  # fmt: skip
