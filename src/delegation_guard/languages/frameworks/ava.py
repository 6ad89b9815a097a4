"""ava, tape and tap: assertions on the `t` that a test is given; QUnit's on `assert`."""

from __future__ import annotations

from delegation_guard.languages.framework import Check, Framework, Raising

TWO = ("actual", "expected", "msg")
ONE = ("value", "msg")
CHECKS = {
    "is": Check("eq", TWO), "not": Check("eq", TWO, negated=True), "deepEqual": Check("eq", TWO),
    "same": Check("eq", TWO),
    "notDeepEqual": Check("eq", TWO, negated=True), "equal": Check("eq", TWO), "equals": Check("eq", TWO),
    "notEqual": Check("eq", TWO, negated=True), "strictEqual": Check("eq", TWO), "strictSame": Check("eq", TWO),
    "like": Check("subset", TWO), "true": Check("yes", ONE, 0, -2), "false": Check("no", ONE, 0, -2),
    "truthy": Check("truthy", ONE, 0, -2), "falsy": Check("truthy", ONE, 0, -2, negated=True),
    "ok": Check("truthy", ONE, 0, -2), "notOk": Check("truthy", ONE, 0, -2, negated=True),
    "assert": Check("truthy", ONE, 0, -2), "regex": Check("text", TWO), "notRegex": Check("text", TWO, negated=True),
    "match": Check("text", TWO), "doesNotMatch": Check("text", TWO, negated=True),
    "snapshot": Check("snapshot", ONE, 0, -2), "matchSnapshot": Check("snapshot", ONE, 0, -2),
    "error": Check("truthy", ONE, 0, -2, negated=True), "ifError": Check("truthy", ONE, 0, -2, negated=True),
}  # fmt: skip

FRAMEWORK = Framework(
    name="ava",
    checks={f"t.{name}": check for name, check in CHECKS.items()},
    raising={
        "t.throws": Raising(text="eq"), "t.throwsAsync": Raising(text="eq", promised=True),
        "t.rejects": Raising(text="label", promised=True), "t.notThrows": Raising("passes", text="label"),
        "t.notThrowsAsync": Raising("passes", text="label", promised=True),
        "t.doesNotThrow": Raising("passes", text="label"),
    },
    fails=frozenset({"t.fail"}),
    neutral=frozenset({"t.pass", "t.end"}),
)  # fmt: skip
