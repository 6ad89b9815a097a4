"""node:assert and its relatives (power-assert), strict and legacy."""

from __future__ import annotations

from delegation_guard.languages.framework import Check, Framework, Raising

TWO = ("actual", "expected", "msg")
LOOSE = {
    "equal": Check("alike", TWO), "notEqual": Check("alike", TWO, negated=True),
    "deepEqual": Check("eq", TWO), "notDeepEqual": Check("eq", TWO, negated=True),
}  # fmt: skip
STRICT = {
    "strictEqual": Check("eq", TWO), "notStrictEqual": Check("eq", TWO, negated=True),
    "deepStrictEqual": Check("eq", TWO), "notDeepStrictEqual": Check("eq", TWO, negated=True),
    "partialDeepStrictEqual": Check("subset", TWO),
    "match": Check("text", TWO), "doesNotMatch": Check("text", TWO, negated=True),
    "ok": Check("truthy", ("value", "msg"), 0, -2), "isOk": Check("truthy", ("value", "msg"), 0, -2),
    "notOk": Check("truthy", ("value", "msg"), 0, -2, negated=True),
    "ifError": Check("truthy", ("value",), 0, -2, negated=True),
}  # fmt: skip
SAME = {"equal": Check("eq", TWO), "notEqual": Check("eq", TWO, negated=True),
        "deepEqual": Check("eq", TWO), "notDeepEqual": Check("eq", TWO, negated=True)}  # fmt: skip
TRUE = Check("truthy", ("value", "msg"), 0, -2)

FRAMEWORK = Framework(
    name="node:assert",
    checks={
        "assert": TRUE, "assert.strict": TRUE, "t.assert": TRUE,
        **{f"assert.{name}": check for name, check in {**LOOSE, **STRICT}.items()},
        **{f"{owner}.{name}": check for owner in ("assert.strict", "t.assert")
           for name, check in {**STRICT, **SAME}.items()},
    },
    raising={
        "assert.throws": Raising(text="label"), "assert.rejects": Raising(text="label", promised=True),
        "assert.strict.throws": Raising(text="label"), "assert.strict.rejects": Raising(text="label", promised=True),
        "assert.doesNotThrow": Raising("passes", text="label"),
        "assert.doesNotReject": Raising("passes", text="label", promised=True),
        "assert.isRejected": Raising(text="in", promised=True), "assert.throw": Raising(text="label"),
    },
    fails=frozenset({"assert.fail", "assert.strict.fail"}),
)  # fmt: skip
