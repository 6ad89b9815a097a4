"""What may be left out of a gate without making it weaker: style, generated files, lines that cannot run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from delegation_guard.languages.config.node import Node

STYLE_CODES = frozenset(
    [
        "W",
        "Q",
        "COM",
        "ISC",
        "I",
        "D",
        "ANN",
        "UP",
        "TD",
        "FIX",
        "ERA",
        "EM",
        "FA",
        "TC",
        "TCH",
        "DOC",
        "CPY",
        "FBT",
        "PTH",
        "N",
        "E1",
        "E2",
        "E3",
        "E5",
        "W1",
        "W2",
        "W3",
        "W5",
        "E501",
        "E203",
        "W503",
        "W504",
        "E231",
        "E226",
    ]
)
_STYLE = re.compile(
    r"^(E[1235]\d*|W\d*|Q\d*|COM\d*|ISC\d*|I\d+|I|D\d*|UP\d*|TD\d*|FIX\d*|ERA\d*|EM\d*|"
    r"ANN\d*|DOC\d*|CPY\d*|FBT\d*|N\d+|PLR09\d*|PLR2004|C9\d*|T20\d*|"
    r"(line-too-long|missing-.*docstring|invalid-name|too-(few|many)-.*|fixme|"
    r"duplicate-code|trailing-.*|wrong-import-.*|ungrouped-imports|bad-indentation|"
    r"logging-.*|consider-using-.*|C0\d*|R0\d*)|"
    r"(@?[\w-]+/)?(quotes|semi|indent|max-len|comma-.*|space-.*|.*-spacing|.*-newline|"
    r"brace-style|eol-last|no-trailing-spaces|arrow-parens|arrow-body-style|"
    r"object-curly.*|array-bracket.*|padding.*|linebreak.*|no-multi-.*|prettier|order|"
    r"sort-.*|imports|exports|camelcase|naming-convention|no-tabs|curly|"
    r"member-ordering|newline-.*|lines-.*|jsx-.*|quote-props|func-style|id-length|"
    r"no-console|max-lines.*|complexity|prefer-template|operator-linebreak|"
    r"filename-case|no-mixed-spaces.*|no-extra-semi|wrap-.*|template-.*|dot-notation|"
    r"one-var|spaced-comment|capitalized-comments)|"
    r"(Layout|Style|Naming|Metrics|Bundler|Gemspec)(/.*)?|CS1591|CS1573|IDE\d+|SA\d+|"
    r"NU\d+|module_name_repetitions|missing_errors_doc|missing_panics_doc|"
    r"must_use_candidate|too_many_(arguments|lines)|pedantic|nursery|lll|gofumpt|wsl|"
    r"nlreturn|gochecknoglobals|line_length|trailing_whitespace|file_length|"
    r"(function|type)_body_length|identifier_name|todo|DL3\d+)$"
)
HARMLESS_LINES = re.compile(
    r"pragma|no.?cover|NotImplementedError|TYPE_CHECKING|__main__|__repr__|__str__|"
    r"abstractmethod|overload|assert_never|Protocol|^\^?\s*\\?\.\\?\.\\?\.|\\\.\\\.\\\.|"
    r"AssertionError|self\.debug|settings\.DEBUG|^if 0|^if False|unreachable|^\s*pass\b|"
    r"@typing|assert_type|^\s*\.\.\.|def __del__|version_info|sys\.platform|os\.name"
)
HARMLESS_PATHS = re.compile(
    r"(^|[/*.^(\\])(node_modules|dist|build|out|target|vendor|third_party|\.?venv|env|"
    r"\.tox|\.nox|\.git|\.next|\.cache|\.mypy_cache|coverage|htmlcov|"
    r"__pycache__|\.eggs|\.yarn|\.turbo|storybook|\.storybook|generated|__generated__|gen|"
    r"_pb2(_grpc)?|pb|migrations|fixtures|__fixtures__|testdata|snapshots|"
    r"__snapshots__|docs?|examples|site-packages|\.idea|\.vscode|tmp|temp|bin|obj|stories|"
    r"mocks|__mocks__|public|static|assets|\.worktrees|\.claude|\.github|"
    r"egg-info)([/*$\\).]|$)"
    r"|\.d\.ts|\.pb\.|_pb2|\.min\.js|\.stories\.|\.config\.|\.snap|\.md$|_generated|\.g\.|"
    r"\.gen\.|setup\.py|noxfile|_version\.py|version\.py|conftest|\.egg",
    re.I,
)
TESTS = re.compile(
    r"(^|[/*!])(tests?|__tests__|spec|e2e|testing|conftest)([/*.]|$)|\.(test|spec)\.|_test\.|test_", re.I
)
_NAMES_OF_LEVELS = (
    "off none allow false ignore disable disabled skip null 0",
    "info information hint silent note suggestion fast annotations xfail",
    "warn warning warnings basic 1 minimum",
    "standard recommended default latest",
    "error deny 2 true on normal fail_at_collect",
    "strict all forbid enable",
)
_LEVELS = {"": 0, **{name: level for level, names in enumerate(_NAMES_OF_LEVELS) for name in names.split()}}


def is_style(code: str) -> bool:
    """Whether a rule of a linter is about looks rather than about faults."""
    return bool(_STYLE.match(code))


def rank(node: Node) -> int | None:
    """A level as a number, None when it is none we know; a list's first member counts."""
    first = node.items[0] if node.items else node
    if first.raw:
        return None
    if first.scalar is None and not first.items:
        return 0
    return _LEVELS.get(first.text.strip().lower())
