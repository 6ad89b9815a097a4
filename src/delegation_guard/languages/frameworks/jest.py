"""jest and vitest, with the matchers of testing-library/jest-dom and jest-extended that are met most."""

from __future__ import annotations

from delegation_guard.languages.framework import Check, Framework, Raising, Skipping, Tolerance

ONE = ("expected",)
EQUAL = Check("eq", ONE, -1, 0)
IN = Check("in", ONE, -1, 0)
TEXT = Check("text", ONE, -1, 0)
NOTHING = ()
CLOSE = Tolerance({"places": "digits"}, {"places": 2})
RAISES = Raising(text="in")

MATCHERS: dict[str, Check | Raising] = {
    "toBe": EQUAL, "toEqual": EQUAL, "toStrictEqual": EQUAL,
    "toBeNull": Check("none", NOTHING, -1, -2), "toBeDefined": Check("none", NOTHING, -1, -2, negated=True),
    "toBeUndefined": Check("undefined", NOTHING, -1, -2),
    "toBeTruthy": Check("truthy", NOTHING, -1, -2), "toBeFalsy": Check("truthy", NOTHING, -1, -2, negated=True),
    "toBeTrue": Check("yes", NOTHING, -1, -2), "toBeFalse": Check("no", NOTHING, -1, -2),
    "toBeNaN": Check("nan", NOTHING, -1, -2),
    "toBeGreaterThan": Check(">", ONE, -1, 0), "toBeGreaterThanOrEqual": Check(">=", ONE, -1, 0),
    "toBeLessThan": Check("<", ONE, -1, 0), "toBeLessThanOrEqual": Check("<=", ONE, -1, 0),
    "toBeCloseTo": Check("approx", ("expected", "digits"), -1, 0, tolerance=CLOSE),
    "toMatch": TEXT, "toContain": IN, "toContainEqual": IN, "toContainText": Check("textual", ONE, -1, 0),
    "toHaveLength": Check("eq", ONE, -1, 0, view="len"), "toBeEmpty": Check("truthy", NOTHING, -1, -2, negated=True),
    "toHaveSize": Check("eq", ONE, -1, 0, view="len"),
    "toBeInstanceOf": Check("isinstance", ONE, -1, 0), "toBeTypeOf": Check("typeof", ONE, -1, 0),
    "toMatchObject": Check("subset", ONE, -1, 0), "toHaveProperty": Check("member", ("path", "value"), -1, -5),
    "toMatchSnapshot": Check("snapshot", NOTHING, -1, -2),
    "toMatchInlineSnapshot": Check("recorded", ONE, -1, 0), "toMatchFileSnapshot": Check("recorded", ONE, -1, 0),
    "toThrow": RAISES, "toThrowError": RAISES,
    "toThrowErrorMatchingSnapshot": Raising("raises", text="in"),
    "toThrowErrorMatchingInlineSnapshot": Raising("raises", text="in"),
    "toHaveBeenCalled": Check("called", NOTHING, -1, -2), "toBeCalled": Check("called", NOTHING, -1, -2),
    "toHaveBeenCalledOnce": Check("called_once", NOTHING, -1, -2),
    "toHaveBeenCalledTimes": Check("count", ONE, -1, 0), "toBeCalledTimes": Check("count", ONE, -1, 0),
    "toHaveBeenCalledWith": Check("any_call", NOTHING, -1, -3), "toBeCalledWith": Check("any_call", NOTHING, -1, -3),
    "toHaveBeenLastCalledWith": Check("called_with", NOTHING, -1, -3),
    "lastCalledWith": Check("called_with", NOTHING, -1, -3),
    "toHaveBeenNthCalledWith": Check("nth_call", NOTHING, -1, -3), "nthCalledWith": Check("nth_call", NOTHING, -1, -3),
    "toHaveBeenCalledExactlyOnceWith": Check("called_once_with", NOTHING, -1, -3),
    "toHaveReturnedWith": Check("returned", NOTHING, -1, -3), "toHaveReturned": Check("returned", NOTHING, -1, -2),
    "toBeOneOf": Check("oneof", ONE, -1, 0), "toSatisfy": Check("satisfies", ONE, -1, 0),
    "toStartWith": Check("startswith", ONE, -1, 0), "toEndWith": Check("endswith", ONE, -1, 0),
    "toHaveTextContent": Check("text of", ONE, -1, 0), "toHaveText": Check("text of", ONE, -1, 0),
    "toBeInTheDocument": Check("shown", NOTHING, -1, -2), "toBeVisible": Check("visible", NOTHING, -1, -2),
}  # fmt: skip

FRAMEWORK = Framework(
    name="jest",
    starts=frozenset({"expect", "expect.soft", "expect.poll"}),
    matchers=MATCHERS,
    denials=frozenset({"not"}),
    awaits=frozenset({"resolves"}),
    rejects=frozenset({"rejects"}),
    asymmetric={
        "expect.objectContaining": Check("subset", ONE, -1, 0), "expect.arrayContaining": Check("superset", ONE, -1, 0),
        "expect.stringContaining": IN, "expect.stringMatching": TEXT, "expect.any": Check("isinstance", ONE, -1, 0),
        "expect.anything": Check("none", NOTHING, -1, -2, negated=True),
        "expect.closeTo": Check("approx", ("expected", "digits"), -1, 0, tolerance=CLOSE),
    },
    counted=frozenset({"expect.assertions", "expect.hasAssertions", "t.plan"}),
    deferred=frozenset({"setTimeout", "setImmediate", "queueMicrotask", "process.nextTick", "waitFor"}),
    fails=frozenset({"fail", "expect.unreachable", "done.fail", "expect.fail"}),
    skipping={
        "test.skip": Skipping("skip", condition=0), "test.fixme": Skipping("skip", condition=0),
        "it.skip": Skipping("skip", condition=0), "this.skip": Skipping("skip"), "t.skip": Skipping("skip"),
        "t.todo": Skipping("skip"), "ctx.skip": Skipping("skip"), "context.skip": Skipping("skip"),
        "test.focus": Skipping("skip"), "test.failing": Skipping("xfail"), "test.fail": Skipping("xfail", condition=0),
        "test.retry": Skipping("retry", amount=("amount",)), "test.timeout": Skipping("timeout", amount=("amount",)),
        "pending": Skipping("skip"),
    },
    tables={"test.each": "named"},
    patches={
        "jest.mock": "path", "jest.doMock": "path", "jest.unstable_mockModule": "path", "mock.module": "path",
        "jest.spyOn": "attribute", "mock.method": "attribute", "t.mock.method": "attribute",
    },
    doubles={"jest.fn": 0, "jest.spyOn": 1, "mock.fn": 0, "t.mock.fn": 0, "mock.method": 1,
    "jest.createMockFromModule": 2},
    neutral=frozenset({"expectTypeOf", "assertType", "expectType", "expectError"}),
    transparent=frozenset({"structuredClone"}),
)  # fmt: skip
