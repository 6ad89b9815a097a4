"""Plugins and small frameworks: parameterized, ddt, flaky, nose, snapshots, dirty-equals."""

from __future__ import annotations

from delegation_guard.languages.framework import Check, Framework, Raising, Skipping

FRAMEWORK = Framework(
    name="plugins",
    checks={
        "nose.tools.assert_equal": Check("eq"),
        "nose.tools.eq_": Check("eq"),
        "nose.tools.assert_true": Check("truthy", ("expr",), expected=-2),
        "nose.tools.ok_": Check("truthy", ("expr",), expected=-2),
        "nose.tools.assert_in": Check("in", ("member", "container"), 1, 0),
        "nose.tools.assert_false": Check("truthy", ("expr",), expected=-2, negated=True),
    },
    raising={"nose.tools.assert_raises": Raising()},
    skipping={
        "flaky.flaky": Skipping("retry", amount=("max_runs",)),
        "flaky": Skipping("retry", amount=("max_runs",)),
        "tenacity.retry": Skipping("retry"),
        "retry.retry": Skipping("retry"),
        "retrying.retry": Skipping("retry"),
        "nose.tools.nottest": Skipping("skip"),
        "timeout_decorator.timeout": Skipping("timeout", amount=("seconds",)),
        "nose.tools.timed": Skipping("timeout", amount=("limit",)),
        "django.test.skipUnlessDBFeature": Skipping("skip", condition=0, denied=True),
        "django.test.tag": Skipping("none"),
    },
    swallowing=frozenset({"contextlib.suppress"}),
    tables={"parameterized.parameterized.expand": "rows", "parameterized.parameterized": "rows", "ddt.data": "each"},
    rows=frozenset({"parameterized.param"}),
    transparent=frozenset({"inline_snapshot.snapshot", "typing.cast", "copy.deepcopy", "copy.copy"}),
    stand_ins={"mocker": "unittest.mock"},
    neutral=frozenset({"self.subTest", "subtests.test", "warnings.catch_warnings", "contextlib.nullcontext", "check"}),
    anything=frozenset({"dirty_equals.AnyThing"}),
)
