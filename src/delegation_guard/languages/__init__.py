"""Source text to outlines: one file a language, one data file a test framework; see outline.py and framework.py.

Each language is (name, file suffixes, module); assertions/library.py says what the module offers. It is loaded only
when a file of that language changed.
"""

LANGUAGES = (
    ("python", (".py", ".pyi"), ".languages.python"),
    (
        "javascript",
        (".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts"),
        ".languages.javascript",
    ),
)

FRAMEWORKS = {
    "python": (
        ".languages.frameworks.pytest",
        ".languages.frameworks.unittest",
        ".languages.frameworks.mock",
        ".languages.frameworks.arrays",
        ".languages.frameworks.hypothesis",
        ".languages.frameworks.plugins",
    ),
    "javascript": (
        ".languages.frameworks.jest",
        ".languages.frameworks.chai",
        ".languages.frameworks.node_assert",
        ".languages.frameworks.ava",
        ".languages.frameworks.sinon",
        ".languages.frameworks.browser",
    ),
}
