"""The one table that turns a fact and its contract into a level, and levels into an outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delegation_guard.model.report import Ruling
from delegation_guard.policy.fields import LOCKED, LOCKED_RULES

if TYPE_CHECKING:
    from delegation_guard.model.finding import Finding, Level, Rule
    from delegation_guard.model.inputs import Occasion, Subject
    from delegation_guard.model.policy import Mode, Policy

ORDER: dict[Level, int] = {"off": 0, "note": 1, "warning": 2, "error": 3}
_QUIET: dict[Level, str] = {"off": "off", "note": "for information", "warning": "this rule never does more than warn"}
Weight = tuple["Level", str]
"""A level and the clause that explains it."""


def ruling(
    finding: Finding, rule: Rule, subject: Subject, policy: Policy, occasion: Occasion, today: str
) -> Ruling:
    """What a finding weighs. `today` is an ISO date; it decides only whether a mode's `until` has passed.

    The level does not depend on the mode. Later steps only lower what the first gave.
    """
    weight = _first(finding, rule, subject, policy)
    for cap in (_standing(finding, rule, subject, policy), _occasion(rule, policy, occasion)):
        if cap is not None and ORDER[cap[0]] < ORDER[weight[0]]:
            weight = cap
    level, reason = weight
    blocks = counts(level, policy) and mode_of(finding.family, policy, today) == "block"
    return Ruling(finding, level, reason, subject.label, blocks)


def counts(level: Level, policy: Policy) -> bool:
    """Whether a finding of this level fails the change, the mode aside."""
    return ORDER[level] >= ORDER[policy.fail_on]


def mode_of(family: str, policy: Policy, today: str) -> Mode:
    """The mode of a rule family on a day: past `until` everything blocks."""
    if policy.until and today > policy.until:
        return "block"
    mode = policy.modes.get(family, policy.mode)
    return "observe" if mode == "observe" else "warn" if mode == "warn" else "block"


def _first(finding: Finding, rule: Rule, subject: Subject, policy: Policy) -> Weight:
    """The level before any cap: what the spec authorises, else how certain the fact is."""
    if rule.id == "spec/unattributed":
        return _without_spec(rule, policy)
    believed = _believed(finding, subject)
    if finding.authorised and believed:
        return _authorised(finding, subject)
    if finding.situation == "subject-gone" and believed:
        return "note", "everything this test exercised is removed, as the spec asks"
    level, reason = _in_context(finding, rule, subject, policy)
    if finding.certainty == "sure" or ORDER[level] <= ORDER["warning"]:
        return level, reason
    if finding.certainty == "doubtful":
        return "warning", "probable, not certain: it needs a person's look"
    return "warning", "a pattern worth a look, never proof"


def _without_spec(rule: Rule, policy: Policy) -> Weight:
    if policy.require_spec:
        return "error", "the policy requires a spec for delegated work"
    if rule.id in policy.levels or rule.family in policy.levels:
        return _own(rule, policy)
    if policy.present:
        return "warning", "it looks delegated and names no spec"
    return "note", "this repository has no policy yet"


def _believed(finding: Finding, subject: Subject) -> bool:
    """Whether the spec may authorise this: never a receipt, and nothing of the guard or a gate if it came along."""
    if subject.contract is None or finding.family == "receipt":
        return False
    return subject.contract.trust != "range" or finding.family not in ("guard", "gates")


def _authorised(finding: Finding, subject: Subject) -> Weight:
    assert subject.contract is not None
    if subject.contract.trust == "range":
        return "warning", f"authorised by spec line {finding.authorised}, but that spec comes with the change itself"
    return "note", f"authorised by spec line {finding.authorised}"


def _own(rule: Rule, policy: Policy) -> Weight:
    """The level the policy gives a rule, or its own with the reason still to be said."""
    level = policy.levels.get(rule.id, policy.levels.get(rule.family))
    if level is None or ((rule.family in LOCKED or rule.id in LOCKED_RULES) and ORDER[level] < ORDER[rule.level]):
        return rule.level, ""
    return level, "the policy switches this rule off" if level == "off" else f"the policy says {level}"


def _in_context(finding: Finding, rule: Rule, subject: Subject, policy: Policy) -> Weight:
    """The level before certainty counts; what was meant by an expectation is not in a diff without a spec."""
    level, reason = _own(rule, policy)
    if reason or level != "error":
        return level, reason or _QUIET[level]
    if subject.contract is None and finding.situation == "with-product":
        return "warning", "no spec: it changed together with the product code it exercises"
    if subject.contract is None:
        return level, "no spec allows it"
    if finding.authorised:
        return level, f"spec line {finding.authorised} asks for it, but a spec that comes along cannot allow this"
    return level, "" if rule.contract else "the spec does not ask for it"


def _standing(finding: Finding, rule: Rule, subject: Subject, policy: Policy) -> Weight | None:
    """The most a finding may weigh because of whose change it is."""
    standing = subject.standing
    if standing == "delegated" or rule.id == "spec/unattributed":
        return None
    if finding.family == "guard" and standing in ("unattributed", "plain"):
        return "note", "a person may change this; it is only said"
    if standing == "unattributed":
        if policy.unattributed == "allow":
            return "note", "the policy allows commits that nobody delegated"
        return ("warning", "this commit claims no spec") if policy.unattributed == "warn" else None
    return ("warning", "it looks delegated, but there is no spec to hold it to") if standing == "suspected" else None


def _occasion(rule: Rule, policy: Policy, occasion: Occasion) -> Weight | None:
    """The most a finding may weigh because of when it is asked."""
    if occasion == "final":
        return None
    if rule.stage == "task":
        if occasion == "commit":
            return "note", "the task is not finished yet"
        return "warning", "the task is not finished yet, but leaves this machine"
    if rule.family == "receipt" and policy.verify.on_commit == "warn":
        return "warning", "the policy only warns of a missing verification before the merge"
    if rule.family == "receipt" and policy.verify.on_commit == "off":
        return "off", "the policy asks for no verification before the merge"
    return None
