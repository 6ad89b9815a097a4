"""Whether a line is a command, a sentence, or cannot be told: nothing is executed to find out."""

from __future__ import annotations

import re
import shlex
from typing import Literal

Reading = Literal["command", "prose", "unclear"]

PROGRAMS = frozenset(["python", "python2", "python3", "pypy", "pypy3", "py", "pytest", "py.test", "tox", "nox", "unittest", "nosetests", "trial", "behave", "robot", "coverage", "hatch", "poetry", "pdm", "uv", "uvx", "pipenv", "pip", "pip3", "pipx", "rye", "conda", "mamba", "ruff", "mypy", "pyright", "black", "isort", "flake8", "pylint", "bandit", "pre-commit", "prek", "ipython", "twine", "make", "gmake", "cmake", "ctest", "ninja", "meson", "bazel", "bazelisk", "buck", "buck2", "just", "task", "mage", "invoke", "scons", "waf", "autoreconf", "npm", "npx", "pnpm", "pnpx", "yarn", "yarnpkg", "bun", "bunx", "deno", "node", "nodejs", "tsx", "ts-node", "tsc", "vitest", "jest", "mocha", "ava", "tap", "jasmine", "karma", "playwright", "cypress", "eslint", "prettier", "biome", "turbo", "nx", "lerna", "webpack", "vite", "rollup", "esbuild", "next", "nuxt", "ng", "stylelint", "go", "gofmt", "golangci-lint", "staticcheck", "gotestsum", "ginkgo", "buf", "cargo", "rustc", "rustup", "rustfmt", "cross", "wasm-pack", "mvn", "mvnw", "gradle", "gradlew", "java", "javac", "ant", "sbt", "mill", "lein", "clojure", "clj", "kotlinc", "kotlin", "scala", "scala-cli", "groovy", "dotnet", "msbuild", "nunit3-console", "vstest.console", "csc", "fsharpi", "ruby", "bundle", "rake", "rspec", "rails", "rubocop", "minitest", "gem", "cucumber", "php", "composer", "phpunit", "pest", "phpstan", "psalm", "artisan", "swift", "swiftc", "xcodebuild", "xctest", "fastlane", "pod", "gcc", "g++", "cc", "c++", "clang", "clang++", "clang-tidy", "clang-format", "valgrind", "perl", "prove", "cpanm", "lua", "luajit", "busted", "luarocks", "julia", "R", "Rscript", "elixir", "mix", "iex", "erl", "rebar3", "gleam", "ghc", "cabal", "stack", "runhaskell", "hspec", "ocaml", "dune", "opam", "zig", "nim", "nimble", "crystal", "shards", "dart", "flutter", "v", "vlang", "racket", "raco", "guile", "sbcl", "ecl", "tclsh", "octave", "matlab", "sh", "bash", "zsh", "dash", "ksh", "fish", "bats", "shellcheck", "shfmt", "env", "time", "timeout", "nice", "xargs", "sudo", "exec", "command", "eval", "cd", "pushd", "test", "[", "[[", "!", "true", "false", ":", "echo", "printf", "cat", "head", "tail", "grep", "egrep", "fgrep", "rg", "ag", "ack", "sed", "awk", "gawk", "sort", "uniq", "wc", "cut", "tr", "diff", "cmp", "find", "ls", "stat", "file", "touch", "mkdir", "rm", "cp", "mv", "ln", "chmod", "tee", "seq", "sleep", "which", "type", "md5sum", "sha256sum", "jq", "yq", "curl", "wget", "nc", "tar", "zip", "unzip", "xxd", "git", "gh", "hg", "svn", "docker", "docker-compose", "podman", "kubectl", "helm", "terraform", "tofu", "terragrunt", "ansible", "ansible-playbook", "packer", "vagrant", "nix", "nix-build", "nix-shell", "conftest", "opa", "promtool", "actionlint", "yamllint", "hadolint", "markdownlint", "vale", "sphinx-build", "mkdocs", "protoc", "sqlite3", "psql", "mysql", "redis-cli", "dbt", "sqlfluff", "alembic", "django-admin", "flask", "celery", "gunicorn", "uvicorn", "delegation-guard", "spectral", "newman", "k6", "pwsh", "powershell", "cmd", "set", "export", "source", ".", "unset", "trap", "ulimit", "pushd", "popd"])  # fmt: skip
HOMOGRAPHS = frozenset(["make", "test", "go", "time", "just", "task", "find", "type", "file", "which", "set", "sort", "touch", "cut", "head", "tail", "cat", "node", "rake", "tap", "next", "stack", "v", "R", "time", "trial", "swift", "java", "ruby", "python", "go", "rust", "mix", "prove", "task", "pod", "gem", "dart", "dune", "packer", "cross", "mill", "vale", "bun", "turbo", "invoke", "command", "exec", "source", "true", "false", "env", "flask", "black", "nice", "sleep", "watch", "patch", "diff", "stat", "nim", "julia", "crystal", "pest", "psalm", "helm", "sudo", "deno", "git", "docker", "cargo", "npm", "yarn"])  # fmt: skip
_KEYWORDS = frozenset(
    (
        "if",
        "for",
        "while",
        "until",
        "case",
        "select",
        "function",
        "then",
        "else",
        "elif",
        "fi",
        "do",
        "done",
        "esac",
        "{",
        "}",
    )
)
_SURE = frozenset(["the", "must", "should", "shall", "is", "are", "be", "been", "was", "were", "does", "do", "don't", "not", "and", "or", "both", "it", "its", "it's", "they", "them", "this", "that", "these", "those", "if", "when", "whenever", "then", "than", "without", "before", "after", "because", "so", "fails", "failing", "succeed", "succeeds", "passes", "will", "would", "can", "cannot", "can't", "may", "might", "has", "have", "you", "your", "we", "our", "an", "nothing", "everything", "anything", "something", "still", "already", "again", "same", "still", "stays", "stay", "remain", "remains", "until", "unless", "while", "where", "until"])  # fmt: skip
_LIKELY = _SURE | frozenset(["a", "all", "no", "any", "every", "each", "none", "only", "also", "pass", "fail", "failed", "passed", "green", "red", "as", "of", "to", "in", "on", "at", "by", "for", "from", "with", "into", "out", "up", "report", "stop", "run", "tests", "suite"])  # fmt: skip
_AFTER_HOMOGRAPH = (_LIKELY | frozenset(["sure", "certain", "through", "over", "ahead", "back", "there", "here", "run", "files", "whether", "things", "one", "two", "three", "least", "most", "suite", "cases", "output", "results", "failures", "errors", "warnings"])) - {"all", "run", "suite", "tests", "report", "stop", "pass", "fail", "green", "red", "from", "for", "up"}  # fmt: skip
_ASSIGNMENT = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*\+?=")
_OPTION = re.compile(r"^--?[A-Za-z0-9]")
_OPERATOR = re.compile(r"(?:^|\s)(?:&&|\|\|?|\d?>{1,2}|<)(?=\s|&|\d|$)|\$[\w({]")
_SCRIPT = re.compile(
    r"^(?:\.{0,2}/)?[\w.@+-]+(?:/[\w.@+-]+)+$|^[\w@+-]+\.(?:sh|bash|py|js|mjs|cjs|ts|rb|pl|php|ps1|bat|cmd|exe)$|^\./[\w.@+-]+$"
)
_QUOTED = re.compile(r"'[^']*'|\"(?:[^\"\\]|\\.)*\"")
_ENDS_SENTENCE = re.compile(r"[A-Za-z0-9)'\"`][.!?;,:]+[)'\"*_]*$")
_HEREDOC = re.compile(r"(?<!<)<<-?\s*[\\'\"]?[A-Za-z_]")
_COMMENT = re.compile(r"(?:^|\s)#.*$")


def classify(line: str) -> Reading:
    """Tell a command from a sentence by its words alone; "unclear" when both are possible."""
    text = line.strip()
    if not text:
        return "prose"
    bare = _COMMENT.sub("", _QUOTED.sub("'q'", text)).strip()
    words = bare.split()
    while words and (_ASSIGNMENT.match(words[0]) or words[0] == "!"):
        words = words[1:]
        bare = bare.split(None, 1)[1] if len(bare.split(None, 1)) > 1 else ""
    if not words:
        return "unclear"
    first = words[0].lstrip("(") or "("
    ends = _ENDS_SENTENCE.search(bare) is not None
    sure = sum(word.strip(".,;:!?()*_").lower() in _SURE for word in words[1:])
    if first in _KEYWORDS:
        return (
            "unclear"
            if re.search(r";\s*(?:then|do)\b|\bin\s.*;", text)
            else ("prose" if sure or ends or len(words) > 3 else "unclear")
        )
    if first in PROGRAMS:
        return _known(first, words, bare, sure, ends)
    return _unknown(first, words, bare, sure, ends)


def _known(first: str, words: list[str], bare: str, sure: int, ends: bool) -> Reading:
    if first in HOMOGRAPHS and len(words) > 1 and words[1].strip(".,;:!?()").lower() in _AFTER_HOMOGRAPH:
        return "unclear" if _shellish(words, bare) else "prose"
    if sure or (ends and not _shell_end(bare)):
        return "unclear"
    return "command"


def _unknown(first: str, words: list[str], bare: str, sure: int, ends: bool) -> Reading:
    script = _SCRIPT.match(first) is not None
    if first.startswith("-"):
        return "unclear"
    if script:
        likely = sure or (ends and not _shell_end(bare))
        return "unclear" if likely else "command"
    if not first[0].isascii() or first[0].isupper() or words[0].startswith("("):
        return "prose" if _wordy(first) else "unclear"
    common = sum(word.strip(".,;:!?()*_").lower() in _LIKELY for word in words)
    shellish = _shellish(words, bare)
    if first.rstrip(",;:.") in PROGRAMS - HOMOGRAPHS:
        return "unclear"
    if common or ends:
        return "unclear" if shellish and sure < 3 else "prose"
    if shellish and _looks_like_name(first):
        return "command"
    return "unclear"


def _wordy(first: str) -> bool:
    """Whether a word that begins with a capital or a bracket is a word of a sentence, not of a command line."""
    bare = first.strip(".,;:!?()*_\"'’`")
    return bool(bare) and all(char.isalpha() or char in "'’-" for char in bare)


def _shellish(words: list[str], bare: str) -> bool:
    return any(_OPTION.match(word) for word in words[1:]) or _OPERATOR.search(bare) is not None


def _looks_like_name(first: str) -> bool:
    return re.fullmatch(r"[a-z0-9][a-z0-9._+-]*", first) is not None


def _shell_end(bare: str) -> bool:
    """Whether the line's last dots or colons belong to an argument (`./...`, `//...`, `//pkg:`, `-k a:`)."""
    last = bare.split()[-1]
    return last.endswith("...") and "/" in last


def refusal(command: str) -> tuple[str, str] | None:
    """Why a command cannot be run as one line of its own, and how to write it; None when it can."""
    bare = _QUOTED.sub("''", command)
    words = bare.split()
    if _HEREDOC.search(bare):
        return (
            "a here-document does not fit on one line",
            "put the text into a file of the repository, or use printf '...' | command",
        )
    if words[0] in _KEYWORDS:
        return (
            f"the shell keyword `{words[0]}` begins a construct of several lines",
            "put it into a script, and list that script's call",
        )
    if (
        words[0] in ("export", "source", ".", "set", "unset", "trap", "ulimit", "pushd", "popd", "alias")
        and "&&" not in words
        and ";" not in bare
    ):
        return (
            f"`{words[0]}` has no effect on the other commands, each runs in a shell of its own",
            "write it in front of the command it is for: `NAME=value command`, or `. ./env.sh && command`",
        )
    try:
        shlex.split(command, comments=True)
    except ValueError:
        return (
            "a quote is opened and never closed, or the line ends in a backslash",
            "close it, or put the command into a script",
        )
    return None
