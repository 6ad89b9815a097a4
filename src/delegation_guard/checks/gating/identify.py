"""Which tool a command runs, behind interpreters, package managers and environment assignments."""

from __future__ import annotations

import re

from delegation_guard.checks.gating.options import TOOLS
from delegation_guard.languages.families import words as vocabulary

_PLAIN = vocabulary("""
    sudo env time command exec nice npx bunx uvx cross-env dotenv xvfb-run nohup stdbuf dbus-run-session
    catchsegv busybox corepack winpty ionice unbuffer doppler dotenvx start-server-and-test
    """)
_LAUNCHERS = vocabulary("""
    poetry uv pipenv pdm rye hatch pixi conda mamba micromamba bundle pnpm yarn npm bun nix mise symfony retry
    coverage kcov c8 nyc timeout gtimeout docker docker-compose podman kubectl ddev sail lando ssh
    dotnet-coverage gdb valgrind turbo nx lerna
    """)
_RUNNERS = vocabulary("""
    make gmake npm yarn pnpm bun just task rake composer invoke inv deno poe run-s run-p npm-run-all
    concurrently wireit turbo nx lerna hatch pdm moon mage doit ninja cmake
    """)
_SAME = """
    audit: pip-audit safety govulncheck
    ava: tap uvu
    bandit: semgrep trivy gosec
    bazel: bazelisk
    black: php-cs-fixer
    coverage: interrogate
    eslint: standard xo next tslint ktlint detekt
    flake8: cpplint clang-tidy cppcheck pyflakes pycodestyle pydocstyle
    gradle: gradlew
    jest: react-scripts
    karma: ng wtr web-test-runner
    mocha: _mocha jasmine jasmine-node cucumber-js
    mvn: mvnw
    mypy: pyre ty pytype
    nyc: c8
    phpunit: paratest behat phpspec vendor-bin
    pre-commit: prek
    pyright: basedpyright
    pytest: py.test ward stestr robot behave
    rspec: minitest rails cucumber
    rubocop: standardrb swiftlint credo
    shellcheck: yamllint actionlint zizmor
    staticcheck: revive
    tsc: vue-tsc tsgo
    unittest: nosetests cmp-test trial green
    xcodebuild: xcpretty
"""
_OTHER_NAMES = {
    other: name.strip()
    for name, _, others in (row.partition(":") for row in _SAME.strip().split("\n"))
    for other in others.split()
}
_SUB = {
    "go": ("test", "vet"),
    "cargo": ("test", "clippy", "fmt", "check", "nextest", "tarpaulin", "llvm-cov", "deny", "audit"),
    "dotnet": ("test",),
    "swift": ("test",),
}
_GOALS = re.compile(
    r"(^|[:/_-])(test|tests|check|verify|lint|spec|ci|coverage|cover|typecheck|types|"
    r"clippy|vet|e2e|it|integration|unit|audit|qa|"
    r"validate|format-check|fmt-check|quality|mypy|pytest|rubocop|rspec|phpunit|phpstan|jest|vitest|ruff|flake8|eslint|tsc|build|"
    r"install|package|preflight|presubmit|checks|testing|"
    r"type-check|regression|smoke|connectedcheck|detekt|ktlint\w*|checkstyle\w*|"
    r"spotless\w*|jacoco\w*|testAll)($|[:/_.-])|[a-z](Test|Tests|Check|Lint|Verify|"
    r"Verification|Coverage)($|[A-Z])",
    re.I,
)
_QUIET = re.compile(
    r"watch|debug|update|(^|[:_-])(dev|ui|open|fix|write|clean|report|serve|start|deploy|"
    r"publish|docs?|release|setup|prepare|install|build|bench\w*|"
    r"server|data|db|seed|fixtures?)($|[:_-])",
    re.I,
)
_SCRIPT = re.compile(
    r"(^|[/_.-])(tests?|check|checks|lint|verify|ci|spec|coverage|typecheck|validate|presubmit|qa)([_.-]|$)", re.I
)
Identified = tuple[str, tuple[str, ...]]
"""A tool and its arguments. `run NAME` is an entry of a task runner, `script PATH` a script of the repository,
`uses NAME` an action of the CI."""


def identify(words: tuple[str, ...]) -> tuple[Identified, ...]:
    """The tools that one command runs, empty when it runs none that checks anything."""
    given = tuple(part for word in words if word.startswith("PYTEST_ADDOPTS=") for part in word[15:].split())
    words = _stripped(words)
    if given:
        return tuple((tool, (*rest, *given)) for tool, rest in identify(words))
    if not words:
        return ()
    if words[0] == "uses":
        return _action(words)
    name = _base(words[0])
    if name in ("bash", "sh", "zsh", "dash", "source", ".", "cmd", "pwsh", "powershell"):
        return _script(words)
    found = _direct(name, words) or _runner(name, words)
    if found:
        return found
    if name in _LAUNCHERS or name in _PLAIN:
        return _behind(words)
    if ("/" in words[0] or words[0].endswith((".sh", ".ps1", ".bat", ".py"))) and _SCRIPT.search(name):
        return ((f"script {words[0].removeprefix('./')}", words[1:]),)
    return ()


def _stripped(words: tuple[str, ...]) -> tuple[str, ...]:
    while words and (
        re.match(r"^\w+=", words[0]) or words[0] in _PLAIN or words[0].startswith("-") or words[0] in ("@", "&&")
    ):
        words = words[1:]
    return words


def _base(word: str) -> str:
    name = re.split(r"[/\\]", word)[-1]
    return re.sub(r"\.(exe|cmd|bat|js)$", "", name)


def _direct(name: str, words: tuple[str, ...]) -> tuple[Identified, ...]:
    """A tool called by its own name, or as a module of an interpreter."""
    if re.fullmatch(r"python[\d.]*|py|pypy\d?", name):
        return _module(words)
    if name == "node" and "--test" in words:
        return (("node-test", tuple(word for word in words[1:] if word != "--test")),)
    if name == "coverage" and words[1:2] == ("run",):
        return (*_behind(words), ("coverage", words[1:]))
    if name in ("nyc", "c8"):
        at = next((at for at, word in enumerate(words[1:], 1) if identify((word,))), len(words))
        return (("nyc", words[1:at]), *identify(words[at:]))
    if name in _SUB:
        rest = words[1:]
        while rest and rest[0].startswith(("+", "-")):
            rest = rest[1:]
        sub = rest[0] if rest else ""
        sub = {"t": "test"}.get(sub, sub)
        return ((f"{name} {sub}", rest[1:]),) if sub in _SUB[name] else ()
    if name == "ruff":
        return (
            (("ruff format", words[2:]),)
            if words[1:2] == ("format",)
            else (("ruff", tuple(w for w in words[1:] if w != "check")),)
        )
    if name == "coverage":
        return (("coverage", words[1:]),) if words[1:2] in (("report",), ("html",), ("xml",)) else ()
    if name in ("npm", "yarn", "pnpm") and words[1:2] == ("audit",):
        return (("audit", words[2:]),)
    if name in ("next", "react-scripts", "ng", "rails") and words[1:2] not in (("test",), ("lint",), ("test:unit",)):
        return ()
    if name == "xcodebuild" and "test" not in words:
        return ()
    if name in ("mix", "sbt", "bazel", "bazelisk", "meson", "playwright", "cypress", "pre-commit", "prek") and not (
        set(words)
        & {"test", "run", "coverage", "check", "lint", "credo", "format", "dialyzer", "testOnly", "+test", "ci"}
    ):
        return ()
    known = name if name in TOOLS else _OTHER_NAMES.get(name, "")
    if known in ("mvn", "gradle"):
        return _goals(known, words[1:])
    return ((known, words[1:]),) if known else ()


def _module(words: tuple[str, ...]) -> tuple[Identified, ...]:
    rest = words[1:]
    extra: tuple[str, ...] = ()
    while rest and rest[0].startswith("-") and rest[0] != "-m":
        taken = 2 if rest[0] in ("-X", "-W") else 1
        extra, rest = (*extra, *rest[:taken]), rest[taken:]
    if rest[:1] == ("-m",) and len(rest) > 1:
        found = identify(rest[1:])
        optimised = tuple(word for word in extra if re.fullmatch(r"-O+", word))
        return tuple((tool, (*optimised, *arguments)) for tool, arguments in found)
    if rest[:1] and rest[0].endswith("setup.py") and rest[1:2] == ("test",):
        return (("unittest", rest[2:]),)
    if rest[:1] and rest[0].endswith("manage.py") and rest[1:2] == ("test",):
        return (("unittest", rest[2:]),)
    return ((f"script {rest[0].removeprefix('./')}", rest[1:]),) if rest and _SCRIPT.search(_base(rest[0])) else ()


def _goals(tool: str, words: tuple[str, ...]) -> tuple[Identified, ...]:
    skip = False
    goals = []
    for word in words:
        if skip:
            skip = False
        elif word.startswith("-"):
            skip = word in TOOLS[tool].valued and "=" not in word
        else:
            goals.append(word.rpartition(":")[2] if tool == "gradle" else word)
    gates = [
        goal
        for goal in goals
        if _GOALS.search(goal)
        and (tool == "mvn" or goal not in ("install", "package", "deploy"))
        and not re.fullmatch(r"clean|assemble|compile|test-compile|testClasses|classes|process-.*", goal)
    ]
    options = tuple(word for word in words if word not in goals)
    return tuple((f"{tool} {goal}", options) for goal in gates) or (
        ((f"{tool} (default)", options),) if not goals else ()
    )


def _runner(name: str, words: tuple[str, ...]) -> tuple[Identified, ...]:
    """Entries of a task runner that are gates by their names; what they run is looked up elsewhere."""
    if name not in _RUNNERS or (name in ("npm", "pnpm") and words[1:2] == ("ci",)):
        return ()
    rest = tuple(word for word in words[1:] if not (word.startswith("-") and word != "--"))
    if "--" in rest:
        rest = rest[: rest.index("--")]
    if (
        rest
        and rest[0] in ("run", "run-script", "workspace", "workspaces", "foreach", "test:run")
        and name not in ("make",)
    ):
        rest = rest[2:] if rest[0] == "workspace" else rest[1:]
    if name in ("lerna", "nx", "turbo") and rest[:1] in (("run-many",), ("affected",)):
        rest = rest[1:]
    if name in ("npm", "pnpm", "yarn") and rest[:1] in (("t",), ("tst",)):
        rest = ("test", *rest[1:])
    many = name in (
        "make",
        "gmake",
        "just",
        "task",
        "rake",
        "run-s",
        "run-p",
        "npm-run-all",
        "turbo",
        "ninja",
        "poe",
        "doit",
        "mage",
    )
    after = words[words.index("--") + 1 :] if "--" in words else ()
    flags = tuple(word for word in words[1:] if word.startswith("-") and word != "--" and word not in after)
    picked = rest if many else rest[:1]
    return tuple((f"run {word}", (*flags, *after)) for word in picked if "=" not in word and gate_name(word))


def gate_name(name: str) -> bool:
    """Whether an entry of a task runner is called like something that checks."""
    return bool(_GOALS.search(name)) and not _QUIET.search(name)


def _behind(words: tuple[str, ...]) -> tuple[Identified, ...]:
    """A tool that a launcher starts: the first word that names one, within the launcher's arguments."""
    for at in range(1, len(words)):
        if words[at].startswith("-"):
            continue
        name = _base(words[at])
        if (
            name in TOOLS
            or name in _OTHER_NAMES
            or name in _SUB
            or name in _RUNNERS
            or re.fullmatch(r"python[\d.]*", name)
            or name in ("bash", "sh", "node")
        ):
            found = identify(words[at:])
            if found:
                return found
        elif "/" in words[at] and _SCRIPT.search(name):
            return identify(words[at:])
    return tuple(
        (f"run {words[2]}", words[3:])
        for _ in (0,)
        if len(words) > 2 and words[0] in ("hatch", "pdm", "poetry", "uv", "pixi") and gate_name(words[2])
    )


def _script(words: tuple[str, ...]) -> tuple[Identified, ...]:
    if "-c" in words and words.index("-c") + 1 < len(words):
        inner = words[words.index("-c") + 1].split()
        return identify(tuple(inner)) if inner else ()
    rest = [word for word in words[1:] if not word.startswith("-")]
    return (
        ((f"script {rest[0].removeprefix('./')}", tuple(rest[1:])),) if rest and _SCRIPT.search(_base(rest[0])) else ()
    )


_ACTION = re.compile(
    r"test|lint|check|pre-commit|codeql|sonar|cover|codecov|clippy|rustfmt|ruff|mypy|"
    r"pyright|black|eslint|shellcheck|cypress|"
    r"playwright|gitleaks|trivy|audit|semgrep|bandit|cargo|tox|nox|vet|staticcheck|"
    r"phpstan|VSTest|DotNetCore|Maven|Gradle",
    re.I,
)
_NO_ACTION = re.compile(
    r"setup|checkout|cache|install|upload|download|publish|report|deploy|comment|toolchain|badge|results?$", re.I
)


def _action(words: tuple[str, ...]) -> tuple[Identified, ...]:
    name = words[1] if len(words) > 1 else ""
    if "golangci-lint" in name:
        return (("golangci-lint", words[2:]),)
    if not _ACTION.search(name) or _NO_ACTION.search(name.rpartition("/")[2]):
        return ()
    return ((f"uses {name}", words[2:]),)


def category(tool: str) -> str:
    """What kind of check a tool makes: its own category, or what the name of an entry says."""
    head, _, name = tool.partition(" ")
    if tool in TOOLS:
        return TOOLS[tool].category
    if head in ("mvn", "gradle", "run", "script", "uses"):
        for kind, words in (
            ("lint", r"lint|ruff|flake8|eslint|clippy|vet|style|pre-commit|detekt|spotless|shellcheck|black"),
            ("types", r"type|mypy|pyright|tsc|phpstan|psalm"),
            ("coverage", r"cov"),
            ("format", r"fmt|format|black|prettier"),
            ("audit", r"audit|secur|gitleaks|trivy|codeql|semgrep|bandit"),
            ("test", r"test|spec|e2e|unit|integration|regress|smoke|cypress|playwright|^it$"),
        ):
            if re.search(words, name, re.I):
                return kind
    return "any"


def options_of(tool: str) -> str:
    """The entry of the table of options that a tool's arguments follow, "" for none."""
    head = tool.partition(" ")[0]
    return tool if tool in TOOLS else head if head in ("mvn", "gradle") else ""
