"""unittest, and the test cases built on it (Django, Twisted, asynctest, testtools)."""

from __future__ import annotations

from delegation_guard.languages.framework import Check, Framework, Raising, Skipping, Tolerance

CLOSE = Tolerance({"places": "places", "abs": "delta"}, {"places": 7})
NEAR = ("first", "second", "places", "msg", "delta")
ONE = ("expr", "msg")
TWO = ("first", "second", "msg")

CHECKS = {
    "assertEqual": Check("eq", TWO), "assertNotEqual": Check("eq", TWO, negated=True),
    "assertEquals": Check("eq", TWO), "assertNotEquals": Check("eq", TWO, negated=True),
    "assertTrue": Check("truthy", ONE, expected=-2), "assertFalse": Check("truthy", ONE, expected=-2, negated=True),
    "assert_": Check("truthy", ONE, expected=-2),
    "failUnless": Check("truthy", ONE, expected=-2), "failUnlessEqual": Check("eq", TWO),
    "assertIs": Check("is", TWO), "assertIsNot": Check("is", TWO, negated=True),
    "assertIsNone": Check("none", ("obj", "msg"), expected=-2),
    "assertIsNotNone": Check("none", ("obj", "msg"), expected=-2, negated=True),
    "assertIn": Check("in", ("member", "container", "msg"), 1, 0),
    "assertNotIn": Check("in", ("member", "container", "msg"), 1, 0, negated=True),
    "assertIsInstance": Check("isinstance", ("obj", "cls", "msg")),
    "assertNotIsInstance": Check("isinstance", ("obj", "cls", "msg"), negated=True),
    "assertGreater": Check(">", ("a", "b", "msg")), "assertGreaterEqual": Check(">=", ("a", "b", "msg")),
    "assertLess": Check("<", ("a", "b", "msg")), "assertLessEqual": Check("<=", ("a", "b", "msg")),
    "assertAlmostEqual": Check("approx", NEAR, tolerance=CLOSE),
    "assertAlmostEquals": Check("approx", NEAR, tolerance=CLOSE),
    "assertNotAlmostEqual": Check("approx", NEAR, negated=True, tolerance=CLOSE),
    "assertRegex": Check("match", ("text", "expected_regex", "msg")),
    "assertNotRegex": Check("match", ("text", "unexpected_regex", "msg"), negated=True),
    "assertRegexpMatches": Check("match", ("text", "expected_regex", "msg")),
    "assertCountEqual": Check("eq", TWO, wrap="sorted"), "assertItemsEqual": Check("eq", TWO, wrap="sorted"),
    "assertListEqual": Check("eq", ("list1", "list2", "msg")),
    "assertTupleEqual": Check("eq", ("tuple1", "tuple2", "msg")),
    "assertDictEqual": Check("eq", ("d1", "d2", "msg")), "assertSetEqual": Check("eq", ("set1", "set2", "msg")),
    "assertSequenceEqual": Check("eq", ("seq1", "seq2", "msg", "seq_type")), "assertMultiLineEqual": Check("eq", TWO),
    "assertDictContainsSubset": Check("subset", ("subset", "dictionary", "msg"), 1, 0),
    "assertHasAttr": Check("hasattr", ("obj", "name", "msg")),
    "assertStartsWith": Check("startswith", ("s", "prefix", "msg")),
    "assertEndsWith": Check("endswith", ("s", "suffix", "msg")),
    "assertQuerysetEqual": Check("eq", ("qs", "values")), "assertQuerySetEqual": Check("eq", ("qs", "values")),
    "assertContains": Check("in", ("response", "text", "count", "status_code")),
    "assertNotContains": Check("in", ("response", "text", "status_code"), negated=True),
    "assertJSONEqual": Check("eq", ("raw", "expected_data", "msg")),
    "assertHTMLEqual": Check("eq", ("html1", "html2", "msg")),
}  # fmt: skip

FRAMEWORK = Framework(
    name="unittest",
    checks={f"self.{name}": check for name, check in CHECKS.items()},
    raising={
        "self.assertRaises": Raising(),
        "self.failUnlessRaises": Raising(),
        "self.assertRaisesRegex": Raising(match=1, callee=2, keyword="expected_regex"),
        "self.assertRaisesRegexp": Raising(match=1, callee=2, keyword="expected_regex"),
        "self.assertRaisesMessage": Raising(match=1, callee=2, keyword="expected_message"),
        "self.assertWarns": Raising("warns"),
        "self.assertWarnsRegex": Raising("warns", match=1, callee=2, keyword="expected_regex"),
        "self.assertLogs": Raising("logs", callee=99),
        "self.assertNoLogs": Raising("nologs", callee=99),
        "self.assertNumQueries": Raising("queries"),
    },
    skipping={
        "unittest.skip": Skipping("skip"),
        "unittest.skipIf": Skipping("skip", condition=0),
        "unittest.skipUnless": Skipping("skip", condition=0, denied=True),
        "unittest.expectedFailure": Skipping("xfail"),
        "unittest.SkipTest": Skipping("skip"),
        "unittest.case.SkipTest": Skipping("skip"),
        "self.skipTest": Skipping("skip"),
        "nose.SkipTest": Skipping("skip"),
        "nose.plugins.skip.SkipTest": Skipping("skip"),
    },
    fails=frozenset({"self.fail"}),
    caught=frozenset({"exception"}),
    before=("setUpClass", "setUpTestData", "setUp", "asyncSetUp"),
    after=("asyncTearDown", "tearDown", "tearDownClass"),
    cases=frozenset({
        "unittest.TestCase", "unittest.IsolatedAsyncioTestCase", "django.test.TestCase", "django.test.SimpleTestCase",
        "django.test.TransactionTestCase", "django.test.LiveServerTestCase", "twisted.trial.unittest.TestCase",
        "testtools.TestCase", "unittest2.TestCase", "rest_framework.test.APITestCase", "absl.testing.absltest.TestCase",
        "tornado.testing.AsyncTestCase", "asynctest.TestCase",
    }),
)  # fmt: skip
