"""playwright, cypress, testing-library and supertest: what is expected of pages and answers."""

from __future__ import annotations

from delegation_guard.languages.framework import Check, Framework

ONE = ("expected",)
EQUAL = Check("eq", ONE, -1, 0)
PROMISED = frozenset({
    "toBeVisible", "toBeHidden", "toHaveText", "toContainText", "toHaveCount", "toHaveURL", "toHaveTitle",
    "toHaveValue",
    "toHaveAttribute", "toBeChecked", "toBeEnabled", "toBeDisabled", "toHaveClass", "toHaveCSS", "toHaveId",
    "toBeFocused",
    "toBeAttached", "toBeEditable", "toBeEmpty", "toHaveScreenshot", "toHaveJSProperty", "toPass", "toBeOK",
    "toBeInViewport",
    "toHaveValues", "toHaveAccessibleName", "toHaveRole",
})  # fmt: skip
SPOKEN = {
    "equal": EQUAL, "eq": EQUAL, "deep equal": EQUAL, "have text": Check("text of", ONE, -1, 0),
    "contain": Check("text", ONE, -1, 0), "include": Check("text", ONE, -1, 0),
    "contain text": Check("text", ONE, -1, 0),
    "include text": Check("text", ONE, -1, 0), "have length": Check("eq", ONE, -1, 0, view="len"),
    "be gt": Check(">", ONE, -1, 0), "be gte": Check(">=", ONE, -1, 0), "be lt": Check("<", ONE, -1, 0),
    "be lte": Check("<=", ONE, -1, 0), "be greaterThan": Check(">", ONE, -1, 0), "be at least": Check(">=", ONE, -1, 0),
    "match": Check("text", ONE, -1, 0), "be true": Check("yes", (), -1, -2), "be false": Check("no", (), -1, -2),
    "exist": Check("shown", (), -1, -2), "be visible": Check("visible", (), -1, -2),
    "be null": Check("none", (), -1, -2), "be calledOnce": Check("called_once", (), -1, -2),
    "have been called": Check("called", (), -1, -2), "be called": Check("called", (), -1, -2),
    "be calledWith": Check("any_call", (), -1, -3), "have been calledWith": Check("any_call", (), -1, -3),
    "have length gt": Check(">", ONE, -1, 0, view="len"), "have length at least": Check(">=", ONE, -1, 0, view="len"),
}  # fmt: skip

FRAMEWORK = Framework(
    name="browser",
    matchers={"toHaveCount": Check("eq", ONE, -1, 0, view="len"), **SPOKEN},
    promised=PROMISED,
    respelt={"findBy": "getBy", "findAllBy": "getAllBy", "queryBy": "getBy", "queryAllBy": "getAllBy"},
    answered=frozenset({"expect"}),
    spoken=frozenset({"should", "and"}),
    predicates={
        ".includes": Check("contains", ("item",), -1, 0), ".startsWith": Check("startswith", ("prefix",), -1, 0),
        ".endsWith": Check("endswith", ("suffix",), -1, 0), ".test": Check("match", ("text",), 0, -1),
        "isinstance": Check("isinstance", ("obj", "cls")), "Number.isNaN": Check("nan", ("value",), 0, -2),
    },
)  # fmt: skip
