"""numpy, pandas, polars and torch testing helpers, and closeness in the standard library."""

from __future__ import annotations

from delegation_guard.languages.framework import Check, Framework, Tolerance

ALLCLOSE = Tolerance({"rel": "rtol", "abs": "atol"}, {"rel": 1e-7, "abs": 0.0}, sums=True)
LOOSE = Tolerance({"rel": "rtol", "abs": "atol"}, {"rel": 1e-5, "abs": 1e-8}, sums=True)
ISCLOSE = Tolerance({"rel": "rel_tol", "abs": "abs_tol"}, {"rel": 1e-9, "abs": 0.0})
DECIMAL = Tolerance({"decimal": "decimal"}, {"decimal": 6})
DECIMALS = Tolerance({"decimal": "decimal"}, {"decimal": 7})
DIGITS = Tolerance({"digits": "significant"}, {"digits": 7})
PAIR = ("actual", "desired")
FRAME = ("left", "right", "check_dtype", "check_exact", "rtol", "atol")

FRAMEWORK = Framework(
    name="arrays",
    checks={
        "numpy.testing.assert_equal": Check("eq", (*PAIR, "err_msg")),
        "numpy.testing.assert_array_equal": Check("eq", (*PAIR, "err_msg")),
        "numpy.testing.assert_string_equal": Check("eq", PAIR),
        "numpy.testing.assert_allclose": Check("approx", (*PAIR, "rtol", "atol", "equal_nan"), tolerance=ALLCLOSE),
        "numpy.testing.assert_almost_equal": Check("approx", (*PAIR, "decimal"), tolerance=DECIMALS),
        "numpy.testing.assert_array_almost_equal": Check("approx", (*PAIR, "decimal"), tolerance=DECIMAL),
        "numpy.testing.assert_approx_equal": Check("approx", (*PAIR, "significant"), tolerance=DIGITS),
        "numpy.testing.assert_array_less": Check("<", ("x", "y")),
        "numpy.testing.assert_": Check("truthy", ("val", "msg"), expected=-2),
        "pandas.testing.assert_frame_equal": Check("eq", FRAME),
        "pandas.testing.assert_series_equal": Check("eq", FRAME),
        "pandas.testing.assert_index_equal": Check("eq", FRAME),
        "polars.testing.assert_frame_equal": Check("eq", FRAME),
        "polars.testing.assert_series_equal": Check("eq", FRAME),
        "torch.testing.assert_close": Check("approx", (*PAIR,), tolerance=LOOSE),
    },
    predicates={
        "math.isclose": Check("approx", ("a", "b"), tolerance=ISCLOSE),
        "cmath.isclose": Check("approx", ("a", "b"), tolerance=ISCLOSE),
        "numpy.isclose": Check("approx", ("a", "b", "rtol", "atol"), tolerance=LOOSE),
        "numpy.allclose": Check("approx", ("a", "b", "rtol", "atol"), tolerance=LOOSE),
        "torch.allclose": Check("approx", ("a", "b", "rtol", "atol"), tolerance=LOOSE),
        "numpy.array_equal": Check("eq", ("a", "b")),
        "isinstance": Check("isinstance", ("obj", "cls")),
        "hasattr": Check("hasattr", ("obj", "name")),
        "callable": Check("callable", ("obj",), expected=-2),
        "re.match": Check("match", ("pattern", "text"), 1, 0),
        "re.search": Check("match", ("pattern", "text"), 1, 0),
        "re.fullmatch": Check("match", ("pattern", "text"), 1, 0),
        ".startswith": Check("startswith", ("prefix",), -1, 0),
        ".endswith": Check("endswith", ("suffix",), -1, 0),
        ".issuperset": Check("superset", ("other",), -1, 0),
        ".issubset": Check("within", ("other",), -1, 0),
        "any": Check("truthy", ("iterable",), expected=-2, wrap="any"),
    },
    synonyms={"pandas.util.testing": "pandas.testing", "operator.eq": "operator.eq"},
)  # fmt: skip
