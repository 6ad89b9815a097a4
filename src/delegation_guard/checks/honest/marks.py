"""What source text of any language says that only makes sense to code that treats its tests specially, as patterns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from delegation_guard.model.finding import Certainty


@dataclass(frozen=True)
class Mark:
    """A pattern for one or more languages; `tests`: it also counts in the tests' own plumbing."""

    rule: str
    source: str
    says: str
    certainty: Certainty = "sure"
    tests: bool = False

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(self.source)


def _mark(rule: str, pattern: str, says: str, certainty: Certainty = "sure", tests: bool = False) -> Mark:
    return Mark(rule, pattern, says, certainty, tests)


_SENSES = "asks whether a test is running"
_EQUAL = "is equal to everything"
_ANY = (
    _mark(
        "senses-tests",
        r"PYTEST_CURRENT_TEST|PYTEST_VERSION|PYTEST_XDIST_WORKER|JEST_WORKER_ID|"
        r"VITEST_WORKER_ID|VITEST_POOL_ID|MOCHA_WORKER_ID"
        r"|NODE_TEST_CONTEXT|PHPUNIT_COMPOSER_INSTALL|__PHPUNIT_PHAR__|BATS_TEST_\w+|XCTestConfigurationFilePath"
        r"|XCTestBundlePath|NEXTEST_EXECUTION_MODE|NEXTEST_RUN_ID|BAZEL_TEST|TEST_SRCDIR|PLAYWRIGHT_TEST_BASE_URL",
        _SENSES,
    ),
)
_JAVASCRIPT = (
    _mark(
        "senses-tests", r"typeof\s+(jest|vi|mocha|jasmine|describe|it|expect|cy|Cypress|__karma__)\s*[!=]==?", _SENSES
    ),
    _mark(
        "senses-tests",
        r"(globalThis|window|global)\s*(\.|\[['\"])\s*(jest|__vitest\w*|mocha|jasmine|Cypress|"
        r"expect|describe)\b",
        _SENSES,
    ),
    _mark("senses-tests", r"process\.env\.(VITEST|JEST\w*)\b|process\.argv\b.*\b(jest|vitest|mocha)\b", _SENSES),
    _mark(
        "senses-tests",
        r"NODE_ENV['\"\]]*\s*[!=]==?\s*['\"`]test['\"`]|"
        r"['\"`]test['\"`]\s*[!=]==?\s*process\.env\.NODE_ENV",
        _SENSES,
        "doubtful",
    ),
    _mark("inspects-caller", r"\.stack\b[^\n]*(test|spec|jest|vitest|mocha)", "looks for tests in its call stack"),
    _mark(
        "always-equal",
        r"\b(equals|isEqual|"
        r"asymmetricMatch)\s*\([^)]*\)\s*(:\s*boolean\s*)?\{\s*return\s+true;?\s*\}",
        _EQUAL,
    ),
    _mark("always-equal", r"\b(equals|isEqual|asymmetricMatch)\s*[:=]\s*\([^)]*\)\s*=>\s*true\b", _EQUAL),
    _mark(
        "outcome-patched",
        r"\bexpect\s*\.\s*extend\s*\(\s*\{[^}]*\b(toBe|toEqual|toStrictEqual|toThrow|toMatch|"
        r"toContain|toHaveBeenCalled\w*)\s*[(:]",
        "replaces a matcher",
        "sure",
        True,
    ),
    _mark(
        "outcome-patched",
        r"\b(global|globalThis|window)\s*\.\s*(expect|test|it|describe|assert)\s*=(?!=)",
        "replaces the test library",
        "sure",
        True,
    ),
    _mark(
        "outcome-patched",
        r"\bassert\s*\.\s*\w+\s*=(?!=)\s*(\(|function|async|jest|vi)",
        "replaces an assertion",
        "sure",
        True,
    ),
    _mark(
        "exits", r"process\.(exit\s*\(\s*0?\s*\)|exitCode\s*=\s*0)", "ends the process with success", "doubtful", True
    ),
    _mark(
        "exits",
        r"process\.on\s*\(\s*['\"](exit|uncaughtException|"
        r"unhandledRejection)['\"][^\n]*(exitCode\s*=\s*0|exit\s*\(\s*0|=>\s*\{\s*\}|"
        r"\(\)\s*\{\s*\})",
        "hides failures of the process",
        "sure",
        True,
    ),
)
_GO = (
    _mark(
        "senses-tests",
        r"\btesting\.Testing\s*\(\)|flag\.Lookup\s*\(\s*\"test\.|"
        r"HasSuffix\s*\(\s*os\.Args\[0\]\s*,\s*\"[._]test|"
        r"strings\.Contains\s*\(\s*os\.Args\[0\]\s*,\s*\"test",
        _SENSES,
    ),
    _mark(
        "inspects-caller",
        r"runtime\.(Caller|Callers|FuncForPC)\b[\s\S]{0,300}?(_test|\"Test|testing\.)",
        "looks for tests in its call stack",
    ),
    _mark("exits", r"\bos\.Exit\s*\(\s*0\s*\)", "ends the process with success", "doubtful", True),
)
_RUST = (
    _mark(
        "senses-tests",
        r"\bcfg!\s*\(\s*(any\s*\([^)]*)?test\b|#\[cfg\(not\(test\)\)\]|RUST_TEST_THREADS|"
        r"thread::current\(\)\.name\(\)[^\n]*test",
        _SENSES,
    ),
    _mark("always-equal", r"fn\s+eq\s*\(\s*&self[^)]*\)\s*->\s*bool\s*\{\s*true\s*\}", _EQUAL),
    _mark("exits", r"\bprocess::exit\s*\(\s*0\s*\)", "ends the process with success", "doubtful", True),
)
_JVM = (
    _mark(
        "senses-tests",
        r"Class\.forName\s*\(\s*\"(org\.junit|org\.testng|org\.mockito|io\.kotest)|"
        r"getProperty\s*\(\s*\"(surefire|junit|test\.)",
        _SENSES,
    ),
    _mark(
        "inspects-caller",
        r"(getStackTrace|StackWalker)\b[\s\S]{0,300}?(junit|testng|[\"']Test|Test\"|surefire)",
        "looks for tests in its call stack",
    ),
    _mark(
        "always-equal",
        r"\bboolean\s+equals\s*\([^)]*\)\s*\{\s*return\s+true\s*;\s*\}|"
        r"override\s+fun\s+equals\s*\([^)]*\)\s*(:\s*Boolean\s*)?(=\s*true\b|"
        r"\{\s*return\s+true\s*\})",
        _EQUAL,
    ),
    _mark("always-equal", r"\bint\s+compareTo\s*\([^)]*\)\s*\{\s*return\s+0\s*;\s*\}", _EQUAL),
    _mark(
        "exits",
        r"\bSystem\.exit\s*\(\s*0\s*\)|Runtime\.getRuntime\(\)\.halt\s*\(\s*0|"
        r"exitProcess\s*\(\s*0\s*\)",
        "ends the process with success",
        "doubtful",
        True,
    ),
)
_DOTNET = (
    _mark(
        "senses-tests",
        r"GetAssemblies\s*\(\)[\s\S]{0,200}?(xunit|nunit|mstest|testhost)|"
        r"ProcessName[^\n]*testhost",
        _SENSES,
    ),
    _mark(
        "always-equal",
        r"override\s+bool\s+Equals\s*\([^)]*\)\s*(=>\s*true\s*;|\{\s*return\s+true\s*;\s*\})|"
        r"static\s+bool\s+operator\s*==\s*\([^)]*\)\s*(=>\s*true|\{\s*return\s+true)",
        _EQUAL,
    ),
    _mark(
        "exits",
        r"Environment\.(Exit\s*\(\s*0\s*\)|ExitCode\s*=\s*0)",
        "ends the process with success",
        "doubtful",
        True,
    ),
)
_RUBY = (
    _mark(
        "senses-tests",
        r"defined\?\s*\(?\s*(RSpec|Minitest|Test::Unit)|\$PROGRAM_NAME[^\n]*(rspec|minitest)|"
        r"Rails\.env\.test\?\s*$",
        _SENSES,
    ),
    _mark(
        "senses-tests", r"Rails\.env\.test\?|ENV\[['\"](RAILS|RACK)_ENV['\"]\]\s*==\s*['\"]test", _SENSES, "doubtful"
    ),
    _mark(
        "inspects-caller",
        r"\bcaller(_locations)?\b[^\n]*(_spec|_test|spec/|test/)",
        "looks for tests in its call stack",
    ),
    _mark(
        "always-equal",
        r"def\s+(==|eql\?|equal\?|"
        r"===)\s*\(?\s*_?\w+\s*\)?\s*[\n;]\s*(return\s+)?true\s*[\n;]\s*end",
        _EQUAL,
    ),
    _mark(
        "exits",
        r"\bexit!\s*(\(?\s*(0|true)\b|$)|\bat_exit\s*(\{|do)[\s\S]{0,60}?exit!?\s*\(?\s*(0|"
        r"true|!)",
        "ends the process with success",
        "sure",
        True,
    ),
)
_PHP = (
    _mark(
        "senses-tests",
        r"class_exists\s*\(\s*['\"]\\*PHPUnit|defined\s*\(\s*['\"]PHPUNIT|"
        r"runningUnitTests\s*\(\s*\)",
        _SENSES,
    ),
    _mark("inspects-caller", r"debug_backtrace\s*\([\s\S]{0,200}?(Test|PHPUnit)", "looks for tests in its call stack"),
    _mark("exits", r"\b(exit|die)\s*\(\s*0\s*\)", "ends the process with success", "doubtful", True),
)
_SWIFT = (
    _mark("senses-tests", r"NSClassFromString\s*\(\s*\"XCTest", _SENSES),
    _mark("always-equal", r"static\s+func\s*==\s*\([^)]*\)\s*->\s*Bool\s*\{\s*(return\s+)?true\s*\}", _EQUAL),
)
_CPP = (
    _mark("always-equal", r"operator==\s*\([^)]*\)\s*(const\s*)?(noexcept\s*)?\{\s*return\s+true\s*;\s*\}", _EQUAL),
    _mark(
        "exits",
        r"\b(_exit|_Exit|quick_exit)\s*\(\s*(0|EXIT_SUCCESS)\s*\)",
        "ends the process with success",
        "sure",
        True,
    ),
)
LANGUAGES: dict[str, tuple[Mark, ...]] = {
    **dict.fromkeys(("js", "jsx", "ts", "tsx", "mjs", "cjs", "mts", "cts", "vue", "svelte"), (*_ANY, *_JAVASCRIPT)),
    "go": (*_ANY, *_GO),
    "rs": (*_ANY, *_RUST),
    "java": (*_ANY, *_JVM),
    "kt": (*_ANY, *_JVM),
    "scala": (*_ANY, *_JVM),
    "cs": (*_ANY, *_DOTNET),
    "rb": (*_ANY, *_RUBY),
    "php": (*_ANY, *_PHP),
    "swift": (*_ANY, *_SWIFT),
    **dict.fromkeys(("c", "cc", "cpp", "cxx", "h", "hpp"), (*_ANY, *_CPP)),
    "sh": _ANY,
    "bash": _ANY,
    "ex": _ANY,
}
