"""Which files run commands, and how each is read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from delegation_guard.languages.config.node import Node, Unreadable
from delegation_guard.loading import load

if TYPE_CHECKING:
    from collections.abc import Callable

    from delegation_guard.checks.gating.facts import Side
    from delegation_guard.languages.config.runs import Run

CI = re.compile(
    r"(^|/)(\.github/workflows/[^/]+\.ya?ml|\.(gitea|forgejo)/workflows/[^/]+\.ya?ml|"
    r"action\.ya?ml|\.gitlab-ci\.ya?ml|[\w.-]+\.gitlab-ci\.ya?ml|"
    r"\.gitlab/.+\.ya?ml|\.circleci/[\w-]+\.ya?ml|azure-pipelines[\w.-]*\.ya?ml|"
    r"\.azure[\w-]*/.+\.ya?ml|\.travis\.ya?ml|bitbucket-pipelines\.ya?ml|"
    r"\.drone\.ya?ml|\.woodpecker(/.+)?\.ya?ml|\.?appveyor\.ya?ml|\.cirrus\.ya?ml|"
    r"\.buildkite/.+\.ya?ml|buildspec[\w.-]*\.ya?ml|cloudbuild[\w.-]*\.ya?ml|"
    r"\.semaphore/.+\.ya?ml|\.ci/.+\.ya?ml|docker-compose[\w.-]*test[\w.-]*\.ya?ml|"
    r"lefthook\.ya?ml|\.lefthook\.ya?ml|\.readthedocs\.ya?ml)$"
)
YAML, JSON = ".languages.config.yaml_nodes:read_yaml", ".languages.config.literals:read_json"
TOML, INI = ".languages.config.tables:read_toml", ".languages.config.tables:read_ini"
_TREES: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(pattern), reader, runs)
    for pattern, reader, runs in (
        (CI.pattern, YAML, ".languages.config.ci:ci_runs"),
        (r"(^|/)(package|composer|deno)\.jsonc?$", JSON, ".languages.config.tasks:package_runs"),
        (r"(^|/)pyproject\.toml$", TOML, ".languages.config.tasks:pyproject_runs"),
        (r"(^|/)(tox\.ini|setup\.cfg)$", INI, ".languages.config.tasks:tox_runs"),
        (r"(^|/)[Tt]askfile(\.dist)?\.ya?ml$", YAML, ".languages.config.tasks:step_lists"),
    )
)
_TEXTS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), runs)
    for pattern, runs in (
        (r"(^|/)(GNU|BSD)?[Mm]akefile([.\w-]*)?$|\.mk$", ".languages.config.tasks:make_runs"),
        (r"(^|/)\.?[Jj]ustfile$|\.just$", ".languages.config.tasks:just_runs"),
        (r"(^|/)Rakefile$|\.rake$", ".languages.config.tasks:rake_runs"),
        (r"(^|/)noxfile\.py$", ".languages.config.tasks:nox_runs"),
        (r"(^|/)(Dockerfile|Containerfile)([.\w-]*)?$|\.[Dd]ockerfile$", ".languages.config.tasks:docker_runs"),
        (r"(^|/)Jenkinsfile([.\w-]*)?$|\.jenkinsfile$", ".languages.config.tasks:jenkins_runs"),
        (r"\.(sh|bash|zsh|ksh)$", ".languages.config.tasks:script_runs"),
        (
            r"(^|/)(\.husky|\.githooks|git-hooks|githooks|hooks|bin|scripts?|ci|\.ci|tools|"
            r"script)/[\w-]+$",
            ".languages.config.tasks:script_runs",
        ),
        (r"\.ps1$", ".languages.config.tasks:script_runs"),
    )
)

_PATTERNS = (*(row[0] for row in _TREES), *(row[0] for row in _TEXTS))


def runs_commands(path: str) -> bool:
    """Whether a file of this name holds commands that may be gates."""
    return any(pattern.search(path) for pattern in _PATTERNS)


def runs_of(side: Side, path: str) -> list[Run]:
    """The commands in a file of a tree; none when it is absent. What cannot be read is noted in `problems`."""
    key = f"runs {path}"
    if key not in side.cache:
        side.cache[key] = _runs(side, path)
    return cast("list[Run]", side.cache[key])


def _runs(side: Side, path: str) -> list[Run]:
    text = side.text(path)
    if text is None:
        return []
    for pattern, reader, runs in _TREES:
        if pattern.search(path):
            root = document(side, path, reader, text)
            return cast("Callable[[str, Node], list[Run]]", load(runs))(path, root) if root is not None else []
    for pattern, runs in _TEXTS:
        if pattern.search(path):
            if (
                runs == ".languages.config.tasks:script_runs"
                and "." not in path.rpartition("/")[2]
                and not _shell(path, text)
            ):
                return []
            return cast("Callable[[str, str], list[Run]]", load(runs))(path, text)
    return []


def _shell(path: str, text: str) -> bool:
    first = text.split("\n", 1)[0]
    return bool(re.match(r"#!.*\b(ba|z|da|k)?sh\b", first)) or (".husky/" in path and not first.startswith("#!"))


def document(side: Side, path: str, reader: str, text: str | None = None) -> Node | None:
    """A file as nodes, read once per side; None when it is absent or cannot be read."""
    key = f"document {reader} {path}"
    if key not in side.cache:
        text = side.text(path) if text is None else text
        try:
            side.cache[key] = cast("Callable[[str], Node]", load(reader))(text) if text is not None else None
        except Unreadable as error:
            side.problems[path] = str(error)
            side.cache[key] = None
    return cast("Node | None", side.cache[key])


def yaml_of(side: Side, path: str) -> Node | None:
    """A YAML file of a tree as nodes."""
    return document(side, path, YAML)


def json_of(side: Side, path: str) -> Node | None:
    """A JSON file of a tree, in any of its dialects, as nodes."""
    return document(side, path, JSON)
