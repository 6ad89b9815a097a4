"""Which files are judged line by line, and the lines that mean something in them; patterns are compiled when used."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from delegation_guard.model.finding import Certainty


@dataclass(frozen=True)
class Pattern:
    """`gained`: a new line like this is weaker; else a lost one is. With a group, the number in it is a floor."""

    rule: str
    source: str
    says: str
    gained: bool = True
    certainty: Certainty = "sure"

    @cached_property
    def text(self) -> re.Pattern[str]:
        return re.compile(self.source)


def _gained(rule: str, text: str, says: str, certainty: Certainty = "sure") -> Pattern:
    return Pattern(rule, text, says, True, certainty)


def _lost(rule: str, text: str, says: str, certainty: Certainty = "sure") -> Pattern:
    return Pattern(rule, text, says, False, certainty)


_GRADLE = (
    _gained(
        "failure-ignored",
        r"\b(isIgnoreFailures|ignoreFailures)(\.set\(|\s*=?\s*)\(?true",
        "lets the build pass although checks fail",
    ),
    _gained(
        "not-collected",
        r"\b(exclude|excludeTags|excludeTestsMatching|excludeCategories|excludeGroups)\b\s*\(?\s*['\"]",
        "leaves tests out",
    ),
    _gained(
        "not-collected",
        r"\b(includeTags|includeTestsMatching|includeCategories)\b\s*\(?\s*['\"]",
        "runs only some of the tests",
    ),
    _gained(
        "not-collected",
        r"\b(enabled|isEnabled)\s*=\s*false|\bonlyIf\s*\{\s*false\s*\}|exclude(d)?Task|-x\s+test",
        "switches a task off",
    ),
    _gained("retries-added", r"\bmaxRetries(\.set\(|\s*=)\s*[1-9]", "repeats failing tests"),
    _gained(
        "strictness-lowered",
        r"failOnNoMatchingTests\s*=\s*false|failOnPassedAfterRetry(\.set\(|\s*=)\s*\(?false|"
        r"abortOnError\s*=?\s*\(?false|isAbortOnError\s*=\s*false",
        "no longer fails where it did",
    ),
    _lost(
        "types-relaxed",
        r"-Werror|allWarningsAsErrors(\.set\(|\s*=)\s*\(?true|warningsAsErrors\s*=?\s*true",
        "no longer turns warnings into errors",
    ),
    _gained("types-relaxed", r"allWarningsAsErrors(\.set\(|\s*=)\s*\(?false", "no longer turns warnings into errors"),
    _lost("coverage-lowered", r"(?:minimum|minValue|minBound)\s*(?:=|\(|\.set\()\s*\"?([\d.]+)", "has a lower floor"),
    _lost(
        "coverage-lowered",
        r"(dependsOn|finalizedBy).*(jacocoTestCoverageVerification|koverVerify)",
        "verified coverage",
    ),
    _lost("coverage-lowered", r"jacocoTestCoverageVerification|koverVerify", "no longer verifies coverage", "doubtful"),
    _lost("not-collected", r"\buseJUnitPlatform\b", "no longer runs the tests of this platform", "doubtful"),
)
_CMAKE = (
    _lost("not-collected", r"^\s*(enable_testing|include\s*\(\s*CTest)\b", "no longer enables testing"),
    _lost(
        "not-collected",
        r"^\s*(add_test|gtest_discover_tests|gtest_add_tests|catch_discover_tests|doctest_discover_tests)\s*\(",
        "no longer registers a test",
    ),
    _gained("not-collected", r"\bDISABLED\s+(TRUE|ON|1)\b|CTEST_CUSTOM_TESTS_IGNORE", "leaves tests out"),
    _gained(
        "failure-ignored",
        r"\bWILL_FAIL\s+(TRUE|ON|1)\b|SKIP_RETURN_CODE|PASS_REGULAR_EXPRESSION",
        "accepts a failing test",
    ),
    _lost(
        "types-relaxed", r"-Werror\b|/WX\b|COMPILE_WARNING_AS_ERROR\s+(ON|TRUE)", "no longer turns warnings into errors"
    ),
    _gained(
        "strictness-lowered",
        r"-Wno-error|COMPILE_WARNING_AS_ERROR\s+(OFF|FALSE)",
        "no longer turns warnings into errors",
    ),
    _lost("strictness-lowered", r"-fsanitize=", "no longer runs with sanitizers", "doubtful"),
)
_RUBY = (
    _lost(
        "coverage-lowered",
        r"\b(?:minimum_coverage|minimum_coverage_by_file)\b[\s({:a-z=>]*([\d.]+)",
        "has a lower floor",
    ),
    _lost("coverage-lowered", r"\brefuse_coverage_drop\b", "lets coverage drop"),
    _gained(
        "coverage-narrowed",
        r"^\s*add_filter\b(?!.*(spec|test|vendor|config|db))",
        "leaves files out of the coverage",
        "doubtful",
    ),
    _gained("not-collected", r"filter_run_excluding|filter_run_when_matching(?!.*:focus)", "leaves tests out"),
    _gained("retries-added", r"default_retry_count\s*=\s*[1-9]", "repeats failing tests"),
)
_ELIXIR = (
    _lost("coverage-lowered", r"\bthreshold:\s*([\d.]+)", "has a lower floor"),
    _lost("types-relaxed", r"warnings_as_errors:\s*true", "no longer turns warnings into errors"),
    _gained("not-collected", r"ExUnit\.(configure|start)\b.*exclude:", "leaves tests out"),
    _gained("coverage-narrowed", r"ignore_modules:", "leaves modules out of the coverage", "doubtful"),
)
_SCALA = (
    _lost("coverage-lowered", r"coverageMinimum\w*\s*:=\s*([\d.]+)", "has a lower floor"),
    _gained("coverage-lowered", r"coverageFailOnMinimum\s*:=\s*false", "no longer fails below the floor"),
    _lost("types-relaxed", r"-Xfatal-warnings|-Werror", "no longer turns warnings into errors"),
    _gained(
        "not-collected",
        r"Test\s*/\s*(skip|test)\s*:=\s*(true|\{\s*\}|\(\))|Tests\.Exclude|Tests\.Filter",
        "leaves tests out",
    ),
)
_EDITORCONFIG = (
    _gained("lint-relaxed", r"dotnet_diagnostic\.\w+\.severity\s*=\s*(none|silent|suggestion)", "switches a rule off"),
)
_CARGO = (
    _lost("lint-relaxed", r"-D\s*,?\s*\"?warnings|-Dwarnings", "no longer turns warnings into errors"),
    _gained("lint-relaxed", r"--cap-lints|-A\s*warnings|-Awarnings", "switches lints off"),
)
_JS_RUNTIME = (
    _gained(
        "retries-added",
        r"\b(jest\.retryTimes|test\.describe\.configure\s*\(\s*\{[^}]*retries:\s*|this\.retries)\s*\(?\s*[1-9]",
        "repeats failing tests",
    ),
)
FILES: tuple[tuple[re.Pattern[str], tuple[Pattern, ...]], ...] = (
    (re.compile(r"\.gradle(\.kts)?$"), _GRADLE),
    (re.compile(r"(^|/)(CMakeLists\.txt|CTestCustom\.cmake|meson\.build)$|\.cmake$"), _CMAKE),
    (re.compile(r"(^|/)(\.simplecov|(spec|test|rails)_helper\.rb|Rakefile)$"), _RUBY),
    (re.compile(r"(^|/)(mix\.exs|test_helper\.exs)$"), _ELIXIR),
    (re.compile(r"\.sbt$"), _SCALA),
    (re.compile(r"(^|/)\.(editorconfig|globalconfig)$"), _EDITORCONFIG),
    (re.compile(r"(^|/)\.cargo/config(\.toml)?$"), _CARGO),
    (
        re.compile(
            r"(^|/)(jest|vitest|test)[\w.-]*\.?setup[\w.-]*\.[cm]?[jt]s$|(^|"
            r"/)setup-?[tT]ests?\.[cm]?[jt]sx?$"
        ),
        _JS_RUNTIME,
    ),
)
OPTIONS = (("rspec", re.compile(r"(^|/)\.rspec$")), ("mocha", re.compile(r"(^|/)mocha\.opts$")))
CONFTEST = re.compile(r"(^|/)conftest\.py$")
IGNORES = re.compile(r"(^|/)\.(eslintignore|stylelintignore|flake8ignore|semgrepignore|c8ignore|nycignore)$")


def reads_lines(path: str) -> bool:
    """Whether a file of this name is judged line by line."""
    return (
        bool(IGNORES.search(path) or CONFTEST.search(path))
        or any(pattern.search(path) for pattern, _ in FILES)
        or any(pattern.search(path) for _, pattern in OPTIONS)
    )
