"""unittest.mock and its relatives."""

from __future__ import annotations

from delegation_guard.languages.framework import Check, Framework

NONE = Check("called", (), -1, -2)

CHECKS = {
    ".assert_called": NONE,
    ".assert_called_once": Check("called_once", (), -1, -2),
    ".assert_called_with": Check("called_with", (), -1, -3),
    ".assert_called_once_with": Check("called_once_with", (), -1, -3),
    ".assert_any_call": Check("any_call", (), -1, -3),
    ".assert_has_calls": Check("has_calls", ("calls", "any_order"), -1, 0),
    ".assert_not_called": Check("not_called", (), -1, -2),
    ".assert_awaited": NONE,
    ".assert_awaited_once": Check("called_once", (), -1, -2),
    ".assert_awaited_with": Check("called_with", (), -1, -3),
    ".assert_awaited_once_with": Check("called_once_with", (), -1, -3),
    ".assert_any_await": Check("any_call", (), -1, -3),
    ".assert_has_awaits": Check("has_calls", ("calls", "any_order"), -1, 0),
    ".assert_not_awaited": Check("not_called", (), -1, -2),
}
DOUBLES = ("Mock", "MagicMock", "AsyncMock", "NonCallableMock", "PropertyMock")
MODULES = ("unittest.mock", "mock")

FRAMEWORK = Framework(
    name="unittest.mock",
    checks=CHECKS,
    patches={
        name: kind
        for module in MODULES
        for name, kind in ((f"{module}.patch", "path"), (f"{module}.patch.object", "attribute"),
                           (f"{module}.patch.dict", "mapping"), (f"{module}.patch.multiple", "path"))
    },
    doubles={
        **{f"{module}.{name}": 0 for module in MODULES for name in DOUBLES},
        **{f"{module}.create_autospec": 2 for module in MODULES},
    },
    specs=frozenset({"spec", "spec_set", "autospec"}),
    anything=frozenset({f"{module}.ANY" for module in MODULES}),
    synonyms={"mock.call": "unittest.mock.call", "mock.ANY": "unittest.mock.ANY"},
)  # fmt: skip
