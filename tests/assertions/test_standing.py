"""How a weakening stands to the spec and to the product it checks."""

from __future__ import annotations

import pytest

from delegation_guard.checks import tests as check
from delegation_guard.model.finding import Finding
from delegation_guard.spec.parser import parse
from support import subject

PRODUCT = "def total(items):\n    return sum(items)\n\n\ndef legacy():\n    return 1\n"
TEST = "from shop.order import legacy, total\n\n\ndef test_total():\n    assert total([1]) == 1\n\n\ndef test_legacy():\n    assert legacy() == 1\n"  # noqa: E501
BEFORE = {"shop/order.py": PRODUCT, "tests/test_order.py": TEST}
HEAD = "TASK: T-1 - Change the total\n\n"
TAIL = "\nVERIFY:\n  pytest -q tests\n"


def spec(*edits: str) -> object:
    return parse((f"{HEAD}EDITS:\n\n" + "\n\n".join(edits) + f"\n{TAIL}").encode(), ".delegation/specs/T-1.md", "base")


def findings(after: dict[str, str], contract: object = None) -> list[Finding]:
    found = check.find(subject(BEFORE, after, contract=contract))
    return [result for result in found if isinstance(result, Finding)]


def with_test(old: str, new: str) -> dict[str, str]:
    return {**BEFORE, "tests/test_order.py": TEST.replace(old, new)}


CHANGED = with_test("assert total([1]) == 1", "assert total([1]) == 2")
BLOCK = "### 1. tests/test_order.py\nReplace the expectation.\n\n```python\nassert total([1]) == 1\n```\nwith\n```python\nassert total([1])  ==  2  # now\n```"  # noqa: E501
DELETED_TEST = "### 1. tests/test_order.py (delete)"
MENTION = "### 1. tests/test_order.py\nKeep the tests green.\n"


@pytest.mark.parametrize("name", ["plain", "mention"])
def test_not_authorised(name: str) -> None:
    (found,) = findings(CHANGED, None if name == "plain" else spec(MENTION))
    assert (found.rule, found.authorised, found.situation) == ("tests/expectation-changed", 0, "plain")


def test_the_new_assertion_stands_in_a_block() -> None:
    (found,) = findings(CHANGED, spec(BLOCK))
    source = found.authorised
    assert source > 0
    assert "total([1])  ==  2" in spec(BLOCK).source.split("\n")[source - 1]


def test_another_value_than_the_block_gives_is_not_authorised() -> None:
    (found,) = findings(with_test("assert total([1]) == 1", "assert total([1]) == 3"), spec(BLOCK))
    assert found.authorised == 0


def test_a_block_of_another_file_authorises_nothing() -> None:
    other = BLOCK.replace("tests/test_order.py", "tests/test_other.py")
    (found,) = findings(CHANGED, spec(other))
    assert found.authorised == 0


def test_a_delete_heading_authorises_the_loss_of_the_file() -> None:
    found = findings({"shop/order.py": PRODUCT}, spec(DELETED_TEST))
    assert {finding.rule for finding in found} == {"tests/removed"}
    assert all(finding.authorised for finding in found)


def test_the_whole_test_in_a_block_authorises_what_it_leaves_out() -> None:
    whole = "### 1. tests/test_order.py\nThe test becomes:\n\n```python\ndef test_total():\n    total([1])\n```"
    (found,) = findings(with_test("assert total([1]) == 1", "total([1])"), spec(whole))
    assert found.authorised > 0


WITHOUT = {"shop/order.py": PRODUCT.partition("\n\n\ndef legacy")[0] + "\n",
           "tests/test_order.py": TEST.replace("legacy, ", "").partition("\n\n\ndef test_legacy")[0] + "\n"}  # fmt: skip  # noqa: E501
TAKEN_OUT = "### 2. shop/order.py\nRemove it:\n\n```python\n# before\ndef legacy():\n    return 1\n```"


def test_a_test_goes_with_its_subject() -> None:
    (found,) = findings(WITHOUT)
    assert (found.rule, found.situation) == ("tests/removed", "with-product")


def test_a_test_goes_while_its_subject_stays() -> None:
    (found,) = findings({**BEFORE, "tests/test_order.py": WITHOUT["tests/test_order.py"]})
    assert (found.rule, found.situation) == ("tests/removed", "plain")


def test_the_module_goes_as_the_spec_asks() -> None:
    found = findings({}, spec("### 1. shop/order.py (delete)"))
    assert {(finding.rule, finding.situation) for finding in found} == {("tests/removed", "subject-gone")}


def test_an_expectation_changes_with_the_product_it_checks() -> None:
    after = {**CHANGED, "shop/order.py": PRODUCT.replace("sum(items)", "sum(items) + 1")}
    (found,) = findings(after)
    assert found.situation == "with-product"


def test_a_docstring_in_the_product_is_no_change_of_it() -> None:
    after = {**CHANGED, "shop/order.py": PRODUCT.replace("def total(items):", 'def total(items):\n    """Sum."""')}
    (found,) = findings(after)
    assert found.situation == "plain"


def test_another_product_file_is_not_what_the_test_checks() -> None:
    before = {**BEFORE, "shop/other.py": "x = 1\n"}
    found = [r for r in check.find(subject(before, {**CHANGED, "shop/other.py": "x = 2\n"})) if isinstance(r, Finding)]
    assert [finding.situation for finding in found] == ["plain"]


def test_a_weaker_relation_is_never_excused_by_the_product() -> None:
    after = {**with_test("assert total([1]) == 1", "assert total([1])"), "shop/order.py": PRODUCT.replace("sum", "len")}
    (found,) = findings(after)
    assert (found.rule, found.situation) == ("tests/relaxed", "plain")
