"""mocha with chai (expect, should, assert), chai-as-promised and should.js."""

from __future__ import annotations

from delegation_guard.languages.framework import Check, Framework, Raising, Tolerance

ONE = ("expected", "msg")
NOTHING = ("msg",)
DELTA = Tolerance({"abs": "delta"})
EQUAL = Check("eq", ONE, -1, 0)
IN = Check("contains", ONE, -1, 0)
ABOVE, BELOW = Check(">", ONE, -1, 0), Check("<", ONE, -1, 0)
LEAST, MOST = Check(">=", ONE, -1, 0), Check("<=", ONE, -1, 0)
NEAR = Check("approx", ("expected", "delta", "msg"), -1, 0, tolerance=DELTA)
OK = Check("truthy", NOTHING, -1, -2)
SOME = Check("none", NOTHING, -1, -2, negated=True)
LENGTH = Check("eq", ONE, -1, 0, view="len")
RAISES = Raising(text="in")
REJECTS = Raising(text="in", promised=True)
KIND = Check("isinstance", ONE, -1, 0)

MATCHERS: dict[str, Check | Raising] = {
    "equal": EQUAL, "equals": EQUAL, "eq": EQUAL, "eql": EQUAL, "eqls": EQUAL, "deepEqual": EQUAL, "exactly": EQUAL,
    "above": ABOVE, "gt": ABOVE, "greaterThan": ABOVE, "below": BELOW, "lt": BELOW, "lessThan": BELOW,
    "least": LEAST, "gte": LEAST, "greaterThanOrEqual": LEAST, "most": MOST, "lte": MOST, "lessThanOrEqual": MOST,
    "within": Check("between", ("low", "high", "msg"), -1, -3), "closeTo": NEAR, "approximately": NEAR,
    "include": IN, "includes": IN, "contain": IN, "contains": IN, "string": Check("in", ONE, -1, 0),
    "match": Check("text", ONE, -1, 0),
    "matches": Check("text", ONE, -1, 0), "lengthOf": LENGTH, "length": LENGTH,
    "property": Check("member", ("path", "value"), -1, -5),
    "instanceOf": KIND, "instanceof": KIND, "an": KIND, "a": KIND, "oneOf": Check("oneof", ONE, -1, 0),
    "throw": RAISES, "throws": RAISES, "Throw": RAISES, "rejectedWith": REJECTS, "rejected": REJECTS,
    "satisfy": Check("satisfies", ONE, -1, 0), "satisfies": Check("satisfies", ONE, -1, 0),
    ".true": Check("yes", NOTHING, -1, -2), ".false": Check("no", NOTHING, -1, -2), ".ok": OK,
    ".null": Check("none", NOTHING, -1, -2), ".undefined": Check("undefined", NOTHING, -1, -2),
    ".exist": SOME, ".exists": SOME, ".NaN": Check("nan", NOTHING, -1, -2),
    ".empty": Check("truthy", NOTHING, -1, -2, negated=True), ".rejected": REJECTS, ".throw": RAISES, ".throws": RAISES,
    ".called": Check("called", NOTHING, -1, -2), ".calledOnce": Check("called_once", NOTHING, -1, -2),
    "calledWith": Check("any_call", (), -1, -3), "calledOnceWith": Check("called_once_with", (), -1, -3),
    "calledOnceWithExactly": Check("called_once_with", (), -1, -3), "calledWithExactly": Check("any_call", (), -1, -3),
    "callCount": Check("count", ONE, -1, 0), ".calledTwice": Check("called_twice", NOTHING, -1, -2),
    ".fulfilled": Check("fulfilled", NOTHING, -1, -2), ".finite": Check("finite", NOTHING, -1, -2),
    "become": EQUAL,
}  # fmt: skip
TWO = ("actual", "expected", "msg")
BARE = ("value", "msg")
SINGLE = {
    "isTrue": Check("yes", BARE, 0, -2), "isFalse": Check("no", BARE, 0, -2), "isOk": Check("truthy", BARE, 0, -2),
    "isNotOk": Check("truthy", BARE, 0, -2, negated=True), "isNull": Check("none", BARE, 0, -2),
    "isNotNull": Check("none", BARE, 0, -2, negated=True), "exists": Check("none", BARE, 0, -2, negated=True),
    "isDefined": Check("none", BARE, 0, -2, negated=True), "isUndefined": Check("undefined", BARE, 0, -2),
    "isNotTrue": Check("yes", BARE, 0, -2, negated=True), "isNotFalse": Check("no", BARE, 0, -2, negated=True),
    "isEmpty": Check("truthy", BARE, 0, -2, negated=True), "isNotEmpty": Check("truthy", BARE, 0, -2),
    "isArray": Check("isinstance array", BARE, 0, -2), "isString": Check("isinstance string", BARE, 0, -2),
    "isNumber": Check("isinstance number", BARE, 0, -2), "isObject": Check("isinstance object", BARE, 0, -2),
    "isFunction": Check("isinstance function", BARE, 0, -2), "isBoolean": Check("isinstance boolean", BARE, 0, -2),
}  # fmt: skip
PAIRS = {
    "isAbove": Check(">", TWO), "isBelow": Check("<", TWO), "isAtLeast": Check(">=", TWO), "isAtMost": Check("<=", TWO),
    "include": Check("contains", TWO), "deepInclude": Check("contains", TWO), "includeMembers": Check("superset", TWO),
    "notInclude": Check("contains", TWO, negated=True), "lengthOf": Check("length", TWO), "eql": Check("eq", TWO),
    "propertyVal": Check("member", ("object", "path", "value"), 0, -4), "property": Check("hasattr", TWO),
    "instanceOf": Check("isinstance", TWO), "oneOf": Check("oneof", TWO),
    "sameMembers": Check("eq", TWO, wrap="sorted"),
    "sameDeepMembers": Check("eq", TWO, wrap="sorted"), "typeOf": Check("typeof", TWO),
    "closeTo": Check("approx", ("actual", "expected", "delta", "msg"), tolerance=DELTA),
    "approximately": Check("approx", ("actual", "expected", "delta", "msg"), tolerance=DELTA),
}  # fmt: skip

FRAMEWORK = Framework(
    name="chai",
    begins=frozenset({"should"}),
    matchers=MATCHERS,
    denials=frozenset({"not", "never"}),
    awaits=frozenset({"eventually"}),
    lengths=frozenset({"length", "lengthOf"}),
    promised=frozenset({"rejectedWith", "rejected", "fulfilled", "become"}),
    fillers=frozenset({"and", "to", "be", "been", "have", "with", "that", "which", "withMessage"}),
    checks={f"assert.{name}": check for name, check in {**SINGLE, **PAIRS}.items()},
    fails=frozenset({"chai.fail", "should.fail", "assert.isNotOk"}) - {"assert.isNotOk"},
)  # fmt: skip
