"""The partial order of assertions: what implies what, alone and together, and that it is an order at all."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

_spec = importlib.util.spec_from_file_location("sides", Path(__file__).with_name("sides.py"))
sides = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(sides)
entails = sides.entails

LADDER = ("assert f(1) == [3, 4]", "assert f(1)[0] == 3", "assert f(1)", "assert f(1) is not None")
IMPLIED = (
    ("assert f(1) == 3", "assert f(1) in (3, 4)"),
    ("assert f(1) == 3", "assert f(1) != 4"),
    ("assert f(1) == 3", "assert isinstance(f(1), int)"),
    ("assert f(1) == 3", "assert 2 < f(1) <= 3"),
    ("assert f(1) == 3", "assert f(1) == pytest.approx(3)"),
    ("assert f(1) == 'abc'", "assert f(1).startswith('ab')"),
    ("assert f(1) == 'abc'", "assert 'b' in f(1)"),
    ("assert f(1) == 'abc'", "assert f(1).upper() == 'ABC'"),
    ("assert f(1) == 'abc'", "assert re.search('bc', f(1))"),
    ("assert f(1) == [2, 1]", "assert sorted(f(1)) == [1, 2]"),
    ("assert f(1) == [2, 1]", "assert len(f(1)) == 2"),
    ("assert f(1) == {'a': 1}", "assert f(1)['a'] == 1"),
    ("assert f(1) == {'a': 1}", "assert set(f(1)) == {'a'}"),
    ("assert f(1) is None", "assert not f(1)"),
    ("assert f(1) == pytest.approx(3, abs=0.1)", "assert f(1) == pytest.approx(3, abs=0.2)"),
    ("assert f(1) == pytest.approx(3, abs=0.1)", "assert f(1) > 2.8"),
    ("assert math.isclose(f(1), 3, rel_tol=1e-9)", "assert f(1) == pytest.approx(3)"),
    ("assert f(1) > 2\nassert f(1) < 4", "assert 1 < f(1) < 5"),
    ("assert f(1) >= 3\nassert f(1) <= 3", "assert f(1) == 3"),
    ("assert f(1).a == 2", "assert f(1) is not None"),
    ("assert f(1) == 3\nassert g(1) == 3", "assert f(1) == g(1)"),
    ("assert f(1)[0] == 1\nassert f(1)[1] == 2\nassert len(f(1)) == 2", "assert f(1) == [1, 2]"),
    ("with pytest.raises(KeyError):\n    f(1)", "with pytest.raises(LookupError):\n    f(1)"),
    ("with pytest.raises(KeyError, match='no x here'):\n    f(1)", "with pytest.raises(KeyError, match='no x'):\n    f(1)"),  # noqa: E501
    ("for row in f(1):\n    assert row > 1\nassert f(1)", "assert f(1)[0] > 1"),
    ("assert f(1) == 3", "if g(1):\n    assert f(1) == 3"),
    ("assert f(1) == 3", "assert f(1) == 3 or f(1) == 4"),
    ("for key in f(1).keys() | g(1).keys():\n    assert f(1)[key] == g(1)[key]", "assert f(1) == g(1)"),
)  # fmt: skip
APART = (
    ("assert f(1) == 3", "assert f(2) == 3"),
    ("assert f(1) == 3", "assert f(1) is 3"),
    ("assert f(1) != 4", "assert f(1) == 3"),
    ("assert f(1) == 3", "assert type(f(1)) is bool"),
    ("assert f(1).lower() == 'abc'", "assert f(1) == 'abc'"),
    ("assert sorted(f(1)) == [1, 2]", "assert f(1) == [1, 2]"),
    ("assert f(1) == pytest.approx(3.5, abs=0.1)", "assert f(1) == pytest.approx(3, abs=0.2)"),
    ("with pytest.raises(LookupError):\n    f(1)", "with pytest.raises(KeyError):\n    f(1)"),
    ("with pytest.raises(KeyError):\n    f(1)", "with pytest.raises(KeyError, match='x'):\n    f(1)"),
    ("with pytest.raises(KeyError):\n    f(2)", "with pytest.raises(KeyError):\n    f(1)"),
    ("for row in f(1):\n    assert row > 1", "assert f(1)[0] > 1"),
    ("if g(1):\n    assert f(1) == 3", "assert f(1) == 3"),
    ("assert f(1) == 3 or f(1) == 4", "assert f(1) == 3"),
    ("assert f(1)[0] == 1\nassert f(1)[1] == 2", "assert f(1) == [1, 2]"),
    ("for key in f(1).keys() & g(1).keys():\n    assert f(1)[key] == g(1)[key]", "assert f(1) == g(1)"),
    ("assert any(row > 1 for row in f(1))", "assert all(row > 1 for row in f(1))"),
    ("try:\n    assert f(1) == 3\nexcept AssertionError:\n    pass", "assert f(1) == 3"),
    ("t = Thing()\nassert t.n == 1", "t = Thing()\nt.add(1)\nassert t.n == 1"),
)  # fmt: skip


@pytest.mark.parametrize(("strong", "weak"), IMPLIED)
def test_implied(strong: str, weak: str) -> None:
    assert entails(strong, weak)
    assert not entails(weak, strong) or strong.count("assert") > 1 or "keys" in strong


@pytest.mark.parametrize(("head", "base"), APART)
def test_apart(head: str, base: str) -> None:
    assert not entails(head, base)


@pytest.mark.parametrize("place", range(len(LADDER)))
def test_ladder_goes_one_way(place: int) -> None:
    for lower in LADDER[place:]:
        assert entails(LADDER[place], lower)
    for higher in LADDER[:place]:
        assert not entails(LADDER[place], higher)


NUMBERS = st.integers(-3, 3)
SUBJECTS = st.sampled_from(["f(1)", "f(2)", "f(1).a", "len(f(1))"])
SIMPLE = st.one_of(
    st.builds("assert {} == {}".format, SUBJECTS, NUMBERS),
    st.builds("assert {} != {}".format, SUBJECTS, NUMBERS),
    st.builds("assert {} > {}".format, SUBJECTS, NUMBERS),
    st.builds("assert {} <= {}".format, SUBJECTS, NUMBERS),
    st.builds("assert {} == pytest.approx({}, abs={})".format, SUBJECTS, NUMBERS, st.sampled_from([0.1, 1, 2])),
    st.builds("assert {} in ({}, {})".format, SUBJECTS, NUMBERS, NUMBERS),
    st.builds("assert {} is not None".format, SUBJECTS),
    st.builds("assert {}".format, SUBJECTS),
)
BODIES = st.lists(SIMPLE, min_size=1, max_size=4).map("\n".join)


@given(BODIES)
@settings(max_examples=80, deadline=None)
def test_every_test_entails_itself(text: str) -> None:
    assert entails(text, text)


@given(BODIES, SIMPLE)
@settings(max_examples=80, deadline=None)
def test_adding_an_assertion_never_loses_one(text: str, more: str) -> None:
    assert entails(f"{text}\n{more}", text)
    assert entails(f"{more}\n{text}", text)


@given(SIMPLE, SIMPLE, SIMPLE)
@settings(max_examples=400, deadline=None)
def test_entailment_is_transitive(one: str, two: str, three: str) -> None:
    if entails(one, two) and entails(two, three):
        assert entails(one, three)


def holds(claim: str, value: float) -> bool:
    """What a claim about one number says of a value."""
    condition = claim.removeprefix("assert ").replace("f(1)", repr(value)).replace("pytest.approx", "near")
    return bool(eval(condition, {"near": lambda centre, abs: Near(centre, abs)}))  # noqa: S307


class Near:
    def __init__(self, centre: float, reach: float) -> None:
        self.centre, self.reach = centre, reach

    def __eq__(self, other: object) -> bool:
        return isinstance(other, int | float) and abs(other - self.centre) <= self.reach

    __hash__ = None  # type: ignore[assignment]


ONE_SUBJECT = st.one_of(
    st.builds("assert f(1) {} {}".format, st.sampled_from(["==", "!=", ">", ">=", "<", "<="]), NUMBERS),
    st.builds("assert f(1) == pytest.approx({}, abs={})".format, NUMBERS, st.sampled_from([0.1, 1, 2])),
    st.builds("assert f(1) in ({}, {})".format, NUMBERS, NUMBERS),
)


@given(ONE_SUBJECT, ONE_SUBJECT)
@settings(max_examples=400, deadline=None)
def test_whatever_satisfies_the_stronger_satisfies_the_weaker(one: str, two: str) -> None:
    """Sound against the meaning: an entailment that is claimed holds for every value tried."""
    if entails(one, two):
        for value in [n / 4 for n in range(-24, 25)]:
            assert not holds(one, value) or holds(two, value), (one, two, value)
