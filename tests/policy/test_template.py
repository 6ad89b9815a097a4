"""The policy that `init` writes means what no policy means, and the docs list every key."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from delegation_guard.model.policy import VerifyRoot
from delegation_guard.policy.fields import FIELDS
from delegation_guard.policy.load import DEFAULT, load
from delegation_guard.policy.template import table, template
from generated import compare_between

DOCS = Path(__file__).parents[2] / "docs"


def uncommented(text: str) -> str:
    """The template with every default taken into use: `#key: value` and `#  key: value`, not `# A sentence.`"""
    return re.sub(r"(?m)^#(?! \S)(?!$)", "", text)


def test_the_template_means_the_default() -> None:
    assert replace(load(template().encode(), "p"), path="", sha256="") == DEFAULT


def test_the_template_means_the_default_with_everything_uncommented() -> None:
    text = uncommented(template())
    assert text.count("\n#") < template().count("\n#")
    assert replace(load(text.encode(), "p"), path="", sha256="") == DEFAULT
    for field in FIELDS:
        if "*" not in field.key:
            assert re.search(rf"(?m)^ *{field.name}:", text), field.key


def test_roots_are_filled_in_whatever_they_hold() -> None:
    roots = (
        VerifyRoot("", ("make && echo 'a: \"b\"'",), (".venv",), (("TZ", "UTC # not a comment"),), ("127.0.0.1:1",)),
        VerifyRoot("packages/a: b", carry=("node_modules",)),
        VerifyRoot("é"),
    )
    for text in (template(roots), uncommented(template(roots))):
        policy = load(text.encode(), "p")
        assert policy.verify.roots == roots
        assert replace(policy, path="", sha256="", verify=replace(policy.verify, roots=())) == DEFAULT


def test_every_example_of_the_table_is_read() -> None:
    for field in FIELDS:
        if field.example and "*" not in field.key:
            *sections, name = field.key.split(".")
            lines = [f"{'  ' * depth}{section}:" for depth, section in enumerate(sections)]
            lines.append(f"{'  ' * len(sections)}{name}: {field.example}")
            text = "\n".join(lines) if field.key == "version" else "\n".join(["version: 1", *lines])
            assert load(text.encode(), "p").present


def test_the_docs_list_every_key() -> None:
    compare_between(DOCS / "policy.md", "keys", table())
