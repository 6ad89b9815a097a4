"""What `rules` prints, for all of them, a family and one."""

from __future__ import annotations

import argparse

import pytest

from delegation_guard.cli import rules
from delegation_guard.errors import UsageError
from delegation_guard.model.finding import Rule
from delegation_guard.policy.fields import FAMILIES


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    parser = argparse.ArgumentParser()
    rules.configure(parser)
    assert rules.main(parser.parse_args(list(words))) == 0
    return capsys.readouterr().out


def test_the_list_names_every_rule_once_by_family(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys).splitlines()
    listed = [line.split()[0] for line in lines if line.startswith("  ")]
    assert listed == [rule.id for rule in rules.all_rules()]
    families = [line.partition(" - ")[0] for line in lines if " - " in line and not line.startswith(" ")]
    assert families == [family for family in FAMILIES if any(name.startswith(f"{family}/") for name in listed)]


def test_a_family_and_a_rule(capsys: pytest.CaptureFixture[str]) -> None:
    family = printed(capsys, "scope")
    assert "scope/unlisted" in family
    assert "guard/" not in family
    rule = next(rule for rule in rules.all_rules() if rule.id == "scope/unlisted")
    text = printed(capsys, "scope/unlisted")
    assert text.startswith(f"scope/unlisted (error): {rule.title}\n\n{rule.help}\n\nJudged for")


def test_markdown_is_for_the_docs(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, "--format", "markdown") == rules.markdown(rules.all_rules(), {})


def test_an_unknown_name_says_how_to_list_them(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError) as caught:
        printed(capsys, "scope/none")
    assert "delegation-guard rules" in caught.value.hint


def test_an_example_stands_under_its_rule() -> None:
    task = Rule("tests/b", "Second", "Help of b.", stage="task", unverified=True)
    page = rules.markdown((Rule("scope/a", "First", "Help of a."), task), {"tests/b": "EXAMPLE\n"})
    assert page.index("### scope/a") < page.index("## tests:") < page.index("### tests/b") < page.index("EXAMPLE")
    assert "Judged for the finished task, with or without a spec. A finding means: not verified" in page
    assert page.endswith("EXAMPLE\n")
