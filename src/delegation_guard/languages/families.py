"""What the lexer must know of a language, as data: comments, strings, and what its formatters may change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Shape = Literal["tree", "tokens", "lines"]

DOUBLE = r'"(?:[^"\\\n]|\\[\s\S])*"'
SINGLE = r"'(?:[^'\\\n]|\\[\s\S])*'"
TRIPLE_DOUBLE = r'"""[\s\S]*?"""'
TRIPLE_SINGLE = r"'''[\s\S]*?'''"
BACKTICK = r"`(?:[^`\\]|\\[\s\S])*`"
WIDE_DOUBLE = r'"(?:[^"\\]|\\[\s\S])*"'
WIDE_SINGLE = r"'(?:[^'\\]|\\[\s\S])*'"
CHARACTER = r"'(?:[^'\\\n]|\\[^\n][^'\n]{0,8})'"
HEREDOC = r"<<[-~]?(?P<q>['\"]?)(?P<tag>[A-Za-z_]\w*)(?P=q)[^\n]*\n[\s\S]*?^[ \t]*(?P=tag)\b"
WORD = r"[^\W\d]\w*"
DASHED = r"[\w$@%][\w$@%.-]*"


def words(text: str) -> frozenset[str]:
    """The words of a text as a set, for tables."""
    return frozenset(text.split())


SLASHES: tuple[str, ...] = ("//",)
STARRED: tuple[tuple[str, str], ...] = (("/*", "*/"),)


@dataclass(frozen=True)
class Family:
    """How one group of languages is read.

    `shape`: `tree` = by its syntax tree, `tokens` = layout means nothing, `lines` = lines and indentation mean
    something (`joins`: brackets inside which they do not, `goes_on`: what a line that goes on may end with).
    `one_quote`: both quote marks mean the same. `interpolates`: what makes a double-quoted text differ from a
    single-quoted one. `semicolons`: they may be left out. `commas`: closers before which a comma means
    nothing. `ends`: blocks end with the word `end`. `defines`: keywords that a definition's name follows.
    """

    name: str
    shape: Shape = "tokens"
    line_comments: tuple[str, ...] = ()
    block_comments: tuple[tuple[str, str], ...] = ()
    strings: tuple[str, ...] = (DOUBLE,)
    word: str = WORD
    one_quote: bool = False
    interpolates: str = ""
    semicolons: bool = False
    commas: str = ")]}"
    single_tuples: bool = False
    regexes: bool = False
    ends: bool = False
    joins: str = ""
    goes_on: tuple[str, ...] = ()
    defines: tuple[str, ...] = ()
    bare_methods: bool = False
    overloads: bool = False
    public: str = ""
    """What must stand in a definition's header to make it public: `export`, `pub`, `capital`; "" = unless private."""


PYTHON = Family(
    "python", "tree", ("#",), (),
    (r"(?i:[rbuf]{0,2})" + TRIPLE_DOUBLE, r"(?i:[rbuf]{0,2})" + TRIPLE_SINGLE,
     r"(?i:[rbuf]{0,2})" + DOUBLE, r"(?i:[rbuf]{0,2})" + SINGLE),
    one_quote=True, single_tuples=True, joins="([{", defines=("def", "class"),
)  # fmt: skip
JAVASCRIPT = Family(
    "javascript", "tokens", SLASHES, STARRED, (DOUBLE, SINGLE, BACKTICK), r"[^\W\d][\w$]*|[$#@][\w$]*",
    one_quote=True, semicolons=True, regexes=True,
    defines=("function", "class", "interface", "type", "enum", "namespace", "const", "let", "var"),
    bare_methods=True, public="export",
)  # fmt: skip
GO = Family(
    "go", "tokens", SLASHES, STARRED, (DOUBLE, r"`[^`]*`", CHARACTER), semicolons=True,
    defines=("func", "type", "const", "var"), public="capital",
)  # fmt: skip
RUST = Family(
    "rust", "tokens", SLASHES, STARRED,
    (r'b?r(?P<h>#*)"[\s\S]*?"(?P=h)', r"b?" + WIDE_DOUBLE, r"b?'(?:[^'\\\n]|\\[^\n][^'\n]{0,8})'", r"'[^\W\d]\w*"),
    single_tuples=True, public="pub",
    defines=("fn", "struct", "enum", "trait", "mod", "type", "const", "static", "union", "macro_rules"),
)  # fmt: skip
JAVA = Family(
    "java", "tokens", SLASHES, STARRED, (TRIPLE_DOUBLE, DOUBLE, CHARACTER),
    defines=("class", "interface", "enum", "record"), bare_methods=True, overloads=True,
)  # fmt: skip
KOTLIN = replace(
    JAVA, name="kotlin", semicolons=True, bare_methods=False,
    defines=("fun", "class", "interface", "object", "val", "var", "typealias"),
)  # fmt: skip
CSHARP = replace(
    JAVA, name="csharp", strings=(TRIPLE_DOUBLE, r'\$?@\$?"(?:[^"]|"")*"', r"\$?" + DOUBLE, CHARACTER),
    defines=("class", "interface", "enum", "record", "struct", "namespace", "delegate"),
)  # fmt: skip
SCALA = replace(
    JAVA, name="scala", semicolons=True, bare_methods=False,
    defines=("def", "class", "trait", "object", "val", "var", "type", "enum"),
)  # fmt: skip
SWIFT = replace(
    JAVA, name="swift", strings=(TRIPLE_DOUBLE, DOUBLE), semicolons=True, bare_methods=False,
    defines=("func", "class", "struct", "enum", "protocol", "extension", "actor", "let", "var", "typealias"),
)  # fmt: skip
C = Family(
    "c", "tokens", SLASHES, STARRED,
    (r'(?:u8|[uUL])?R"(?P<d>[^()\\\s]{0,16})\([\s\S]*?\)(?P=d)"', r"(?:u8|[uUL])?" + DOUBLE, CHARACTER),
    word=r"#?[^\W\d]\w*", defines=("class", "struct", "enum", "union", "namespace"), bare_methods=True, overloads=True,
)  # fmt: skip
PHP = Family(
    "php", "tokens", ("//", "#(?!\\[)"), STARRED, (WIDE_DOUBLE, WIDE_SINGLE, HEREDOC), r"\$?[^\W\d]\w*",
    one_quote=True, interpolates="$\\", defines=("function", "class", "interface", "trait", "enum", "const"),
)  # fmt: skip
RUBY = Family(
    "ruby", "tokens", ("#(?!\\{)",), (("=begin", "=end"),), (HEREDOC, WIDE_DOUBLE, WIDE_SINGLE),
    r"[@$:]*[^\W\d]\w*[?!]?", one_quote=True, interpolates="#\\", semicolons=True, regexes=True, ends=True,
    defines=("def", "class", "module"),
)  # fmt: skip
ELIXIR = Family(
    "elixir", "tokens", ("#(?!\\{)",), (), (TRIPLE_DOUBLE, WIDE_DOUBLE, WIDE_SINGLE), r"[@:]*[^\W\d]\w*[?!]?",
    semicolons=True, ends=True, overloads=True,
    defines=("def", "defp", "defmacro", "defmodule", "defprotocol", "defimpl", "defguard", "defdelegate"),
)  # fmt: skip
SHELL = Family(
    "shell", "lines", (r"(?<![\w$\\{}])#",), (), (HEREDOC, WIDE_DOUBLE, r"'[^']*'"), DASHED,
    one_quote=True, interpolates="$`\\!", semicolons=True, commas="", bare_methods=True, goes_on=("|", "||", "&&"),
)  # fmt: skip
LUA = Family(
    "lua", "tokens", ("--(?!\\[\\[)",), (("--[[", "]]"),), (r"\[\[[\s\S]*?\]\]", DOUBLE, SINGLE), one_quote=True,
    semicolons=True, ends=True, defines=("function",),
)  # fmt: skip
DART = replace(
    JAVA, name="dart", strings=(TRIPLE_DOUBLE, TRIPLE_SINGLE, DOUBLE, SINGLE), one_quote=True, interpolates="$\\",
    defines=("class", "enum", "mixin", "extension", "typedef"),
)  # fmt: skip
SQL = Family("sql", "tokens", ("--",), STARRED, (r"'(?:[^']|'')*'", r'"[^"]*"'), commas="")
CSS = Family(
    "css", "tokens", (), STARRED, (DOUBLE, SINGLE), r"[@.#]?-{0,2}[^\W\d][\w-]*", one_quote=True, semicolons=False
)
SCSS = replace(CSS, name="scss", line_comments=("//",))
HTML = Family("html", "tokens", (), (("<!--", "-->"),), (DOUBLE,), r"[^\W\d][\w-]*", one_quote=True, commas="")
JSON = Family("json", "tokens", SLASHES, STARRED, (DOUBLE,))
TOML = Family(
    "toml", "tokens", ("#",), (), (TRIPLE_DOUBLE, TRIPLE_SINGLE, DOUBLE, r"'[^'\n]*'"), DASHED,
    one_quote=True, interpolates="\\", commas="]}",
)  # fmt: skip
YAML = Family(
    "yaml", "lines", (r"(?<!\S)#",), (), (DOUBLE, r"'(?:[^'\n]|'')*'"), r"[\w$@%/<>~^&*!?+=.-]+",
    one_quote=True, interpolates="\\'", commas="]}", joins="[{",
)  # fmt: skip
HASHED = Family("hashed", "lines", (r"(?<!\S)#",), (), (DOUBLE, r"'[^'\n]*'"), r"[^\s\"'#]+|#", commas="")
INI = replace(HASHED, name="ini", line_comments=(r"(?<!\S)[#;]",))
GENERIC = Family("generic", "lines", (), (), (DOUBLE,), r"[^\W\d]\w*", commas="")
PROSE = Family("prose", "lines", (), (), (), r"\S+", commas="")

_SUFFIXES: tuple[tuple[Family, str], ...] = (
    (PYTHON, "py pyi pyw python"),
    (JAVASCRIPT, "js jsx mjs cjs ts tsx mts cts vue svelte astro javascript typescript"),
    (GO, "go golang"),
    (RUST, "rs rust"),
    (JAVA, "java groovy gradle"),
    (KOTLIN, "kt kts kotlin"),
    (CSHARP, "cs csharp c#"),
    (SCALA, "scala sc"),
    (SWIFT, "swift"),
    (C, "c h cc cpp cxx hh hpp hxx ino m mm cu c++ proto glsl zig"),
    (PHP, "php phtml"),
    (RUBY, "rb rake gemspec ru ruby"),
    (ELIXIR, "ex exs elixir"),
    (SHELL, "sh bash zsh ksh bats shell"),
    (LUA, "lua"),
    (DART, "dart"),
    (SQL, "sql"),
    (CSS, "css"),
    (SCSS, "scss less"),
    (HTML, "html htm xml xhtml svg csproj props targets plist"),
    (JSON, "json jsonc json5 webmanifest"),
    (TOML, "toml"),
    (YAML, "yaml yml"),
    (INI, "ini cfg conf properties editorconfig"),
    (HASHED, "env dockerfile mk make makefile gitignore dockerignore gitattributes tf hcl cmake r jl pl pm nix ps1"),
    (PROSE, "md markdown rst txt adoc csv tsv text"),
)
BY_SUFFIX = {suffix: family for family, suffixes in _SUFFIXES for suffix in suffixes.split()}
BY_NAME = {
    "dockerfile": HASHED, "makefile": HASHED, "gnumakefile": HASHED, "justfile": HASHED, "procfile": HASHED,
    "requirements.txt": HASHED, "constraints.txt": HASHED, "cmakelists.txt": HASHED, "gemfile": RUBY, "rakefile": RUBY,
    "podfile": RUBY, "vagrantfile": RUBY, "go.mod": GO, "pipfile": TOML, ".gitignore": HASHED, ".env": HASHED,
    ".bashrc": SHELL, ".prettierrc": JSON, ".eslintrc": JSON, ".babelrc": JSON,
}  # fmt: skip


def family_of(path: str, fence: str = "") -> Family:
    """The family of a file by its name, else by the language written on a fence; unknown text is compared by lines."""
    name = path.rpartition("/")[2].lower()
    if name in BY_NAME:
        return BY_NAME[name]
    if name.startswith(("requirements", "constraints")) and name.endswith(".txt"):
        return HASHED
    if name.startswith(("dockerfile.", "makefile.")):
        return HASHED
    _, dot, suffix = name.rpartition(".")
    if dot and suffix in BY_SUFFIX:
        return BY_SUFFIX[suffix]
    return BY_SUFFIX.get(fence, GENERIC) if fence else GENERIC
