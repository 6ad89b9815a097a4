"""List the rules, or explain one."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from delegation_guard.cli.output import emit
from delegation_guard.engine import registered
from delegation_guard.errors import UsageError
from delegation_guard.policy.fields import FAMILIES

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping

    from delegation_guard.model.finding import Rule

NAME = "rules"
HELP = "list the rules, or explain one"
_STAGE = {"commit": "every commit", "task": "the finished task"}
_PAGE = """\
# Rules

Generated from the rules' own texts (`delegation-guard rules --format markdown`): do not edit. The level is where
judging starts; the spec, how certain a finding is and the [policy](policy.md) decide what it ends as.
"""
_ABOUT = {
    "spec": "the spec itself",
    "scope": "which files may change",
    "fidelity": "whether the spec's own code has landed, and nothing else",
    "tests": "tests that prove less than before",
    "gates": "configuration that decides what is tested and enforced",
    "honesty": "product code that treats the tests specially",
    "guard": "the files that judge the change",
    "receipt": "whether the VERIFY commands were independently run on exactly this tree",
    "model": "which model may do which task",
}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rule", nargs="?", metavar="ID", help="explain this rule, or list this family")
    parser.add_argument("--format", choices=("text", "markdown"), default="text")


def main(arguments: argparse.Namespace) -> int:
    rules = all_rules()
    chosen = _chosen(rules, arguments.rule) if arguments.rule else rules
    if arguments.format == "markdown":
        emit(markdown(chosen, {}))
    elif len(chosen) == 1:
        emit("\n".join(_explained(chosen[0])))
    else:
        emit("\n".join(_listed(chosen)))
    return 0


def all_rules() -> tuple[Rule, ...]:
    """Every rule of every registered check, families in the order of the policy, then by id."""
    rules = [rule for check in registered() for rule in check.rules]
    return tuple(sorted(rules, key=lambda rule: (FAMILIES.index(rule.family), rule.id)))


def _chosen(rules: tuple[Rule, ...], name: str) -> tuple[Rule, ...]:
    chosen = tuple(rule for rule in rules if name in (rule.id, rule.family))
    if not chosen:
        raise UsageError(f"there is no rule or family {name}", "list them: delegation-guard rules")
    return chosen


def _listed(rules: tuple[Rule, ...]) -> Iterator[str]:
    width = max(len(rule.id) for rule in rules)
    for family, of_family in groupby(rules, key=lambda rule: rule.family):
        yield f"{family} - {_ABOUT[family]}"
        yield from (f"  {rule.id:<{width}}  {rule.level:<7}  {rule.title}" for rule in of_family)
    yield ""
    yield "explain one: delegation-guard rules ID"


def _explained(rule: Rule) -> Iterator[str]:
    yield f"{rule.id} ({rule.level}): {rule.title}"
    yield ""
    yield rule.help.strip()
    yield ""
    yield _conditions(rule)


def _conditions(rule: Rule) -> str:
    spec = "only against a spec" if rule.contract else "with or without a spec"
    kind = " A finding means: not verified, rather than wrong." if rule.unverified else ""
    return f"Judged for {_STAGE[rule.stage]}, {spec}.{kind}"


def markdown(rules: tuple[Rule, ...], examples: Mapping[str, str]) -> str:
    """The page of all rules; `examples` holds Markdown to show under a rule, by id."""
    lines = [*_PAGE.splitlines(), ""]
    for family, of_family in groupby(rules, key=lambda rule: rule.family):
        lines += [f"## {family}: {_ABOUT[family]}", ""]
        for rule in of_family:
            lines += [f"### {rule.id}", "", f"**{rule.title}** Level: {rule.level}. {_conditions(rule)}", ""]
            lines += [rule.help.strip(), ""]
            lines += [examples[rule.id].strip(), ""] if rule.id in examples else []
    return "\n".join(lines).rstrip() + "\n"
