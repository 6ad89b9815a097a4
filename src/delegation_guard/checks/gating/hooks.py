"""Commit hooks of pre-commit configurations, and ways around hooks in scripts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from delegation_guard.checks.gating.effects import Sides, effects
from delegation_guard.checks.gating.facts import Weakness
from delegation_guard.checks.gating.identify import identify
from delegation_guard.checks.gating.reach import limits
from delegation_guard.checks.gating.sources import runs_commands, runs_of, yaml_of
from delegation_guard.languages.config.node import Node, entries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delegation_guard.checks.gating.facts import Side
    from delegation_guard.languages.config.runs import Run

_FILE = re.compile(r"(^|/)\.pre-commit-config\.ya?ml$")
_SAME = (
    ("black", "ruff-format"),
    ("isort", "ruff"),
    ("flake8", "ruff"),
    ("pylint", "ruff"),
    ("pyupgrade", "ruff"),
    ("pycodestyle", "ruff"),
    ("bandit", "ruff"),
    ("autoflake", "ruff"),
    ("pydocstyle", "ruff"),
    ("mypy", "pyright"),
    ("mypy", "basedpyright"),
    ("eslint", "biome"),
    ("prettier", "biome"),
    ("mypy", "ty"),
)
_SLIGHT = re.compile(
    r"trailing-whitespace|end-of-file|mixed-line|fix-byte|check-(yaml|json|toml|xml|ast|"
    r"builtin|docstring|vcs|executables|shebang|symlinks|case)|pretty|"
    r"codespell|typos|markdown|commitizen|conventional|gitlint|mdformat|yamlfmt|taplo|"
    r"prettier|black|isort|format|fmt|pyupgrade|sort|no-commit|rst-|blacken",
    re.I,
)
_TREES = re.compile(
    r"\bgit\b.*\b(commit|push|merge|rebase|cherry-pick|am)\b.*(--no-verify|\s-n\b)|"
    r"core\.hooks[pP]ath|\bHUSKY=0|HUSKY_SKIP_HOOKS=1|"
    r"\bSKIP=[\w,-]+\s+(git|pre-commit|prek)|PRE_COMMIT_ALLOW_NO_CONFIG=1|LEFTHOOK=0|"
    r"OVERCOMMIT_DISABLE=1|\bSKIP_SIMPLE_GIT_HOOKS=1|pre-commit\s+uninstall|"
    r"rm\s+(-\w+\s+)*\.git/hooks|chmod\s+-x\s+\.(git/hooks|husky)|\[(skip ci|ci skip)\]"
)


def hooks_lost(base: Side, head: Side, paths: list[str]) -> Iterator[Weakness]:
    """What the commit hooks check less, and new ways around them."""
    for path in paths:
        if _FILE.search(path):
            yield from _hooks(base, head, path)
        if runs_commands(path):
            yield from _bypasses(base, head, path)


def _all(root: Node | None) -> dict[str, Node]:
    found: dict[str, Node] = {}
    repos = root.get("repos") if root is not None else None
    for repo in repos.items if repos is not None else ():
        hooks = repo.get("hooks")
        for hook in hooks.items if hooks is not None else ():
            identity = hook.get("id")
            if identity is not None and hook.table:
                name = identity.text
                found[name if name not in found else f"{name} {hook.get('name')}"] = hook
    return found


def _hooks(base: Side, head: Side, path: str) -> Iterator[Weakness]:
    old_root, new_root = yaml_of(base, path), yaml_of(head, path)
    old, new = _all(old_root), _all(new_root)
    if old_root is None or (new_root is None and path in head.problems):
        return
    come = [name for name in new if name not in old]
    for name, hook in old.items():
        if name not in new:
            if not any(
                name.startswith(one) and any(other.startswith(two) for other in [*come, *new]) for one, two in _SAME
            ) and not _alike(name, come):
                slight = bool(_SLIGHT.search(name))
                yield Weakness(
                    "hook-removed",
                    f"the commit hook `{name}` is gone",
                    path,
                    hook.line,
                    "base",
                    name,
                    "",
                    "doubtful" if slight else "sure",
                )
        else:
            yield from _narrower(path, name, hook, new[name], base, head)
    if new_root is not None:
        yield from _whole(path, old_root, new_root, base, head)


def _alike(name: str, come: list[str]) -> bool:
    core = re.sub(r"^(ruff|local|run|check|mirrors)-|-(check|lint|hook|local|pre-commit|format|legacy)$", "", name)
    return any(core in other or re.sub(r"-(check|lint|hook|local|format)$", "", other) in name for other in come)


def _narrower(path: str, name: str, old: Node, new: Node, base: Side, head: Side) -> Iterator[Weakness]:
    stages = [text for text, _ in entries(new.get("stages"))]
    before = [text for text, _ in entries(old.get("stages"))]
    if stages and stages != before and not {"pre-commit", "commit", "pre-push", "push", "commit-msg"} & set(stages):
        yield _at(
            path,
            new,
            "stages",
            f"the commit hook `{name}` runs only at `{', '.join(stages)}`",
            ", ".join(before),
            ", ".join(stages),
        )
    excluded, was = (node.get("exclude") for node in (new, old))
    if excluded is not None and excluded.text and (was is None or was.text != excluded.text):
        yield from _excluded(path, f"the commit hook `{name}`", was.text if was else "", excluded, base, head)
    for key in ("files", "types", "types_or"):
        now, was = new.get(key), old.get(key)
        if now is not None and (was is None or was.text != now.text) and not now.items and key == "files":
            narrower = was is None or now.text.startswith(was.text.rstrip("$"))
            yield _at(
                path,
                new,
                key,
                f"the commit hook `{name}` looks only at `{now.text}`",
                was.text if was else "",
                now.text,
                "sure" if narrower and was else "doubtful",
            )
    yield from _arguments(path, name, old, new)


def _arguments(path: str, name: str, old: Node, new: Node) -> Iterator[Weakness]:
    words = [tuple(text for text, _ in entries(node.get("args"))) for node in (old, new)]
    commands = [tuple((node.get("entry") or Node("")).text.split()) for node in (old, new)]
    tool = next((found for found, _ in identify((name.partition(" ")[0],))), "")
    started = [identify(command) for command in commands]
    if started[0] and started[1]:
        tool, words[0], words[1] = started[0][0][0], (*started[0][0][1], *words[0]), (*started[1][0][1], *words[1])
    elif started[0] and commands[1] and not started[1]:
        yield _at(
            path,
            new,
            "entry",
            f"the commit hook `{name}` no longer runs `{' '.join(commands[0])}`",
            " ".join(commands[0]),
            " ".join(commands[1]),
        )
        return
    entry = new.get("entry")
    if (
        entry is not None
        and re.search(r"\|\|\s*(true|:)|;\s*(true|exit 0)|--exit-zero", entry.text)
        and not re.search(r"\|\|\s*(true|:)|;\s*(true|exit 0)|--exit-zero", " ".join(commands[0]))
    ):
        yield _at(path, new, "entry", f"the commit hook `{name}` can no longer fail", " ".join(commands[0]), entry.text)
    for effect in effects(tool, words[0], words[1], Sides()) if tool else ():
        yield _at(
            path,
            new,
            "args",
            f"the commit hook `{name}` {effect.text}",
            " ".join(words[0]),
            " ".join(words[1]),
            effect.certainty,
            effect.rule,
        )


def _at(
    path: str,
    node: Node,
    key: str,
    text: str,
    before: str,
    after: str,
    certainty: str = "sure",
    rule: str = "hook-removed",
) -> Weakness:
    found = node.get(key)
    return Weakness(rule, text, path, found.line if found is not None else node.line, "head", before, after, certainty)  # type: ignore[arg-type]


def _excluded(path: str, what: str, before: str, node: Node, base: Side, head: Side) -> Iterator[Weakness]:
    parts = [part for part in re.split(r"\||\s+|^\(\?x\)|^\^\(|\)\$$", node.text) if part.strip("()^$?x ")]
    for part in parts:
        if part not in before:
            certainty = limits("lint-relaxed", part.strip("()^$ "), [], base, head)
            if certainty is not None:
                yield Weakness(
                    "hook-removed", f"{what} leaves out `{part}`", path, node.line, "head", before, node.text, certainty
                )
                return


def _whole(path: str, old: Node, new: Node, base: Side, head: Side) -> Iterator[Weakness]:
    excluded, was = new.get("exclude"), old.get("exclude")
    if excluded is not None and excluded.text and (was is None or was.text != excluded.text):
        yield from _excluded(path, "every commit hook", was.text if was else "", excluded, base, head)
    stages = [text for text, _ in entries(new.get("default_stages"))]
    if stages == ["manual"] and stages != [text for text, _ in entries(old.get("default_stages"))]:
        yield _at(path, new, "default_stages", "the commit hooks run only when asked for", "", "manual")


def _bypasses(base: Side, head: Side, path: str) -> Iterator[Weakness]:
    before = {_written(run) for run in runs_of(base, path)}
    for run in runs_of(head, path):
        text = _written(run)
        if _TREES.search(text) and text not in before and run.words[:1] not in (("echo",), ("printf",), ("#",)):
            yield Weakness(
                "hook-bypassed", f"`{run.text[:70]}` goes around the commit hooks", path, run.line, "head", "", run.text
            )


def _written(run: Run) -> str:
    return " ".join(run.text.split())
