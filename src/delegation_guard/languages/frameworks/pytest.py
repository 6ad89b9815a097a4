"""pytest."""

from __future__ import annotations

from delegation_guard.languages.framework import Check, Framework, Raising, Skipping, Tolerance

FRAMEWORK = Framework(
    name="pytest",
    raising={
        "pytest.raises": Raising(),
        "pytest.RaisesGroup": Raising(callee=99),
        "pytest.warns": Raising("warns"),
        "pytest.deprecated_call": Raising("warns", types=-1, callee=0),
    },
    approximations={
        "pytest.approx": Check(
            "approx", ("expected", "rel", "abs", "nan_ok"), 0, 0,
            tolerance=Tolerance({"rel": "rel", "abs": "abs"}, {"rel": 1e-6, "abs": 1e-12}),
        ),
    },
    skipping={
        "pytest.mark.skip": Skipping("skip"),
        "pytest.mark.skipif": Skipping("skip", condition=0),
        "pytest.mark.xfail": Skipping("xfail", condition=0, optional=True),
        "pytest.skip": Skipping("skip"),
        "pytest.xfail": Skipping("xfail"),
        "pytest.exit": Skipping("skip"),
        "pytest.importorskip": Skipping("needs"),
        "pytest.mark.flaky": Skipping("retry", amount=("reruns", "max_runs", "retries")),
        "pytest.mark.timeout": Skipping("timeout", amount=("timeout", "seconds")),
        "pytest.mark.usefixtures": Skipping("none"),
    },
    fails=frozenset({"pytest.fail"}),
    caught=frozenset({"value"}),
    tables={"pytest.mark.parametrize": "named"},
    rows=frozenset({"pytest.param"}),
    fixtures=frozenset({"pytest.fixture", "pytest_asyncio.fixture", "pytest.yield_fixture"}),
    uses=frozenset({"pytest.mark.usefixtures"}),
    before=("setup_class", "setup_method"),
    after=("teardown_method", "teardown_class"),
    patches={
        "monkeypatch.setattr": "either", "monkeypatch.setitem": "mapping", "monkeypatch.delattr": "either",
        "mocker.patch": "path", "mocker.patch.object": "attribute",
    },
    ambient=frozenset({"capsys", "capfd", "caplog", "capsysbinary", "recwarn"}),
    facets={"text": ("record_tuples", "messages", "records"), "messages": ("record_tuples", "records")},
    hooks={
        "pytest_collection_modifyitems": "select", "pytest_ignore_collect": "select",
        "pytest_pycollect_makeitem": "select",
        "pytest_runtest_makereport": "outcome", "pytest_runtest_call": "outcome", "pytest_pyfunc_call": "outcome",
        "pytest_runtest_protocol": "outcome", "pytest_sessionfinish": "outcome", "pytest_report_teststatus": "outcome",
        "pytest_runtest_setup": "select",
    },
    ignored=frozenset({"collect_ignore", "collect_ignore_glob"}),
    synonyms={"_pytest.python_api.approx": "pytest.approx"},
)  # fmt: skip
