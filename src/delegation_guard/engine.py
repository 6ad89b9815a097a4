"""The judge: inputs and a policy in, a report out; a pure function of both and of today's date."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from delegation_guard.checks import CHECKS
from delegation_guard.errors import GuardError
from delegation_guard.loading import load
from delegation_guard.model.finding import Finding
from delegation_guard.model.report import Crash, Judged, NotAnalysed, Report, Skip
from delegation_guard.policy.decide import ruling
from delegation_guard.policy.known import refuse_unknown
from delegation_guard.policy.outcome import outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from delegation_guard.model.finding import Rule
    from delegation_guard.model.inputs import Inputs, Subject
    from delegation_guard.model.policy import Policy
    from delegation_guard.model.report import Ruling

    Result = Finding | NotAnalysed | Skip
    Find = Callable[[Subject], Iterator[Result]]


@dataclass(frozen=True, slots=True)
class Check:
    """A registered check: its module name, its rules and its function."""

    name: str
    rules: tuple[Rule, ...]
    find: Find


@dataclass(slots=True)
class _Gathered:
    """What judging collects on its way to a report."""

    rulings: list[Ruling] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)
    crashes: list[Crash] = field(default_factory=list)
    unread: list[NotAnalysed] = field(default_factory=list)
    ran: dict[str, Rule] = field(default_factory=dict)


def registered() -> tuple[Check, ...]:
    """Every check of the registry, loaded."""
    return tuple(
        Check(name, cast("tuple[Rule, ...]", load(f"{name}:RULES")), cast("Find", load(f"{name}:find")))
        for name in CHECKS
    )


def wanted(rule: Rule, families: tuple[str, ...]) -> bool:
    """Whether a rule was asked for by id or family; every rule is when nothing was named."""
    return not families or rule.id in families or rule.family in families


def applies(rule: Rule, subject: Subject) -> bool:
    """Whether a rule can be judged on a subject: by its stage, and by whether there is a spec."""
    if rule.contract and subject.contract is None:
        return False
    return subject.span in ("both", rule.stage)


def _judge_one(check: Check, subject: Subject, rules: dict[str, Rule], gathered: _Gathered) -> list[Finding]:
    findings: list[Finding] = []
    try:
        for result in check.find(subject):
            if isinstance(result, NotAnalysed):
                gathered.unread.append(NotAnalysed(result.path, result.why, subject.label))
            elif isinstance(result, Skip):
                gathered.skips.append(result)
            elif result.rule in rules:
                findings.append(result)
    except GuardError:
        raise  # the repository could not answer: there is no verdict at all, and the user can repair it
    except Exception as error:  # any fault of a check is reported, and never passes
        gathered.crashes.append(Crash(check.name, subject.label, f"{type(error).__name__}: {error}"))
    return findings


def judge(inputs: Inputs, policy: Policy, today: str) -> Report:
    """Run every wanted check over every subject and let the policy rule on what they found.

    `today` is an ISO date; expiries count against it. Reads nothing but `Subject.objects`. A check that crashes makes
    the outcome ERRORED; GuardError (an unreadable repository) passes through to the caller.
    """
    gathered = _Gathered()
    checks = registered()
    refuse_unknown(policy, {rule.id for check in checks for rule in check.rules})
    for subject in inputs.subjects:
        for check in checks:
            rules = {rule.id: rule for rule in check.rules if wanted(rule, inputs.families) and applies(rule, subject)}
            if not rules:
                continue
            gathered.ran.update(rules)
            gathered.rulings += [
                ruling(finding, rules[finding.rule], subject, policy, inputs.occasion, today)
                for finding in _judge_one(check, subject, rules, gathered)
            ]
    return _report(inputs, policy, gathered)


def _report(inputs: Inputs, policy: Policy, gathered: _Gathered) -> Report:
    rules = tuple(gathered.ran[name] for name in sorted(gathered.ran))
    crashed = bool(gathered.crashes) or (bool(inputs.subjects) and not rules)
    delegated = {subject.label for subject in inputs.subjects if subject.standing == "delegated"}
    unread = any(one.subject in delegated for one in gathered.unread)
    rulings = tuple(ruling for ruling in gathered.rulings if ruling.level != "off")
    off = {ruling.finding.rule for ruling in gathered.rulings if ruling.level == "off"}
    switched_off = tuple(Skip(rule, "the policy switches this rule off") for rule in sorted(off))
    return Report(
        outcome=outcome(rulings, policy, gathered.ran, crashed=crashed, unread=unread),
        mode=policy.mode,
        subjects=tuple(_judged(subject) for subject in inputs.subjects),
        rulings=rulings,
        skips=tuple(dict.fromkeys((*inputs.skips, *gathered.skips, *switched_off))),
        crashes=tuple(gathered.crashes),
        not_analysed=tuple(dict.fromkeys(gathered.unread)),
        unattributed=inputs.unattributed,
        receipts=tuple(receipt for subject in inputs.subjects for receipt in subject.receipts),
        rules=rules,
        policy_sha256=policy.sha256,
        tool_version=inputs.tool_version,
        occasion=inputs.occasion,
    )


def _judged(subject: Subject) -> Judged:
    change = subject.change
    return Judged(subject.label, change.base, change.head, subject.standing, subject.contract, len(change.files))
