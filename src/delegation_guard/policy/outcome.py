"""Rulings to one outcome, whatever the mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delegation_guard.policy.decide import ORDER, counts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from delegation_guard.model.finding import Rule
    from delegation_guard.model.policy import Policy
    from delegation_guard.model.report import Outcome, Ruling


def outcome(
    rulings: Sequence[Ruling], policy: Policy, rules: Mapping[str, Rule], *, crashed: bool, unread: bool = False
) -> Outcome:
    """The outcome of a whole judgement.

    `rules` are those that ran, by id. `crashed`: a check raised, or no rule ran although there was something to judge.
    `unread`: a file of a delegated change could not be analysed, which is at least a warning. A waived ruling never
    fails. Failing only through rules marked `unverified` is UNVERIFIED: nothing is known to be wrong.
    """
    if crashed:
        return "ERRORED"
    live = [ruling for ruling in rulings if not ruling.waived]
    failing = [ruling for ruling in live if counts(ruling.level, policy)]
    if failing:
        return "UNVERIFIED" if all(_unverified(ruling, rules) for ruling in failing) else "FAILED"
    if unread or any(ORDER[ruling.level] >= ORDER["warning"] for ruling in live):
        return "WARNED"
    return "PASSED"


def _unverified(ruling: Ruling, rules: Mapping[str, Rule]) -> bool:
    rule = rules.get(ruling.finding.rule)
    return rule is not None and rule.unverified
