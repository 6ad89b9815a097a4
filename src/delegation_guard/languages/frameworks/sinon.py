"""sinon: spies, stubs, and what is asserted of them."""

from __future__ import annotations

from delegation_guard.languages.framework import Check, Framework

SPY = ("spy",)
RELATIONS = {
    "called": "called", "calledOnce": "called_once", "notCalled": "not_called", "calledTwice": "called_twice",
    "calledThrice": "called_thrice",
}  # fmt: skip
WITH = {
    "calledWith": "any_call", "calledWithExactly": "any_call", "calledOnceWith": "called_once_with",
    "calledOnceWithExactly": "called_once_with", "alwaysCalledWith": "called_with",
    "alwaysCalledWithExactly": "called_with",
    "calledWithMatch": "called_matching", "neverCalledWith": "never_call",
}  # fmt: skip

FRAMEWORK = Framework(
    name="sinon",
    checks={
        **{f"sinon.assert.{name}": Check(relation, SPY, 0, -2) for name, relation in RELATIONS.items()},
        **{f"sinon.assert.{name}": Check(relation, SPY, 0, -4) for name, relation in WITH.items()},
        "sinon.assert.callCount": Check("count", ("spy", "count")),
        "sinon.assert.callOrder": Check("call_order", (), -2, -3),
    },
    predicates={
        **{f"@{name}": Check(relation, (), -1, -2) for name, relation in RELATIONS.items()},
        **{f".{name}": Check(relation, (), -1, -3) for name, relation in WITH.items()},
    },
    asymmetric={
        "sinon.match": Check("subset", ("expected",), -1, 0), "sinon.match.has": Check("hasattr", ("expected",), -1, 0),
        "sinon.match.instanceOf": Check("isinstance", ("expected",), -1, 0),
    },
    anything=frozenset({"sinon.match.any"}),
    doubles=dict.fromkeys(("sinon.stub", "sinon.spy", "sinon.fake", "sandbox.stub", "sandbox.spy", "sandbox.fake"), 0),
    patches=dict.fromkeys(("sinon.stub", "sinon.replace", "sandbox.stub", "sandbox.replace", "td.replace"),
    "attribute"),
)  # fmt: skip
