"""The commands of CI workflows written in YAML, whatever the service."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from delegation_guard.languages.config.node import Node, entries, plain
from delegation_guard.languages.config.runs import Context, Run, aligned, shell_runs
from delegation_guard.languages.families import words

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMANDS = words("""
    run script commands command bash pwsh powershell sh before_script after_script test_script build_script
    before_install before_test after_test cmd ps inline cmds tests entry check args_command
    """)
_NO_JOBS = words("""
    on true env environment variables matrix strategy cache artifacts services inputs outputs permissions
    concurrency secrets caches definitions_images resources notifications parameters
    """)
_CONTAINERS = words("""
    jobs steps pipelines pipeline stages phases step default runs parallel workflows script run definitions
    tasks
    """)
_SOFT = (
    "continue-on-error",
    "continueOnError",
    "allow_failure",
    "soft_fail",
    "ignore_failure",
    "ignore_error",
    "ignore_errors",
    "ignoreFailure",
    "ignore-failure",
)
_CONDITIONS = (
    "if",
    "when",
    "condition",
    "only",
    "except",
    "rules",
    "filters",
    "skip",
    "branches",
    "only_if",
    "skip_if",
)
_STRICT_PIPES = re.compile(r"(^|/)(\.gitlab-ci|\.gitlab/|\.circleci/|bitbucket)")
_ALWAYS = re.compile(
    r"^(\$\{\{)?\s*(always\(\)|success\(\)\s*\|\|\s*failure\(\)|!\s*cancelled\(\)|always|"
    r"on_success|success"
    r"|succeededOrFailed\(\)|always\s*\(\)|true|success\(\)|succeeded\(\)|"
    r"!\s*failure\(\))\s*(\}\})?$"
)


def ci_runs(path: str, root: Node) -> list[Run]:
    """Every command of a CI file, and each action it uses as the command `uses NAME ...`."""
    pipes = bool(_STRICT_PIPES.search(path))
    strict = "azure" not in path
    context = Context(path, kind="ci", errexit=strict, pipefail=pipes)
    shell = root.get("defaults", "run", "shell")
    if shell is not None:
        context = _shelled(context, shell.text)
    return list(_visit(_without_templates(root) if "gitlab" in path else root, context, ()))


def _without_templates(root: Node) -> Node:
    """A GitLab file without the hidden jobs that no other extends: they never run."""
    extended = {text for job in root.table.values() for text, _ in entries(job.get("extends"))}
    kept = {name: job for name, job in root.table.items() if not name.startswith(".") or name in extended}
    return Node(kept, root.line)


def _visit(node: Node, context: Context, keys: tuple[str, ...]) -> Iterator[Run]:
    if node.items:
        for item in node.items:
            named = item.get("job") or item.get("stage") or (item.get("name") if item.get("steps") else None)
            place = _joined(context.place, named.text) if named is not None and named.text else context.place
            yield from _visit(item, context.within(place=place), keys)
        return
    if not node.table:
        return
    context = _described(node, context)
    if node.get("uses") is not None:
        yield from _used(node, context)
    elif node.get("task") is not None and node.get("inputs") is not None:
        yield from _azure_task(node, context)
    for key, value in node.table.items():
        if key in COMMANDS and (value.text or value.items) and not any(item.table for item in value.items):
            yield from _commands(key, value, node, context)
        elif key in COMMANDS and value.items:
            yield from _mixed(key, value, node, context)
        elif key.lower() not in _NO_JOBS and key not in _CONDITIONS:
            inner = context if key in _CONTAINERS else context.within(place=_joined(context.place, key))
            yield from _visit(value, inner, (*keys, key))


def _joined(place: str, name: str) -> str:
    return f"{place}/{name}" if place else name


def _mixed(key: str, value: Node, node: Node, context: Context) -> Iterator[Run]:
    """A list of commands and of tables that hold one each."""
    for item in value.items:
        if item.table:
            yield from _visit(item, context, ())
        else:
            yield from _commands(key, item, node, context)


def _commands(key: str, value: Node, node: Node, context: Context) -> Iterator[Run]:
    parts = [(item.text, item.line) for item in value.items] or [(value.text, value.line)]
    if key == "after_script":
        context = context.within(masks=(*context.masks, "the result of after_script is ignored"))
    shell = node.get("shell")
    if shell is not None and shell.text:
        context = _shelled(context, shell.text)
    text, line = aligned((_without_expressions(part), at) for part, at in parts)
    yield from shell_runs(text, line, context)


def _without_expressions(text: str) -> str:
    return re.sub(r"\$\{\{(.*?)\}\}", lambda found: "${{" + re.sub(r"[\s'\"]", "", found[1]) + "}}", text)


def _shelled(context: Context, shell: str) -> Context:
    if shell.strip() == "bash":
        return context.within(errexit=True, pipefail=True)
    strict = bool(re.search(r"\s-\w*e", shell)) or shell.strip() in ("sh", "pwsh", "powershell")
    return context.within(errexit=strict, pipefail="pipefail" in shell)


def _described(node: Node, context: Context) -> Context:
    """The context within a table that may say its conditions, its system and that its failure is no matter."""
    masks, conditions = list(context.masks), list(context.conditions)
    for key in _SOFT:
        found = node.get(key)
        if found is not None and found.value not in (False, None) and _bare(found.text) != "false":
            depends = found.text.startswith("${{") and _bare(found.text) != "true"
            masks.append(f"`{key}` depends on {found.text}" if depends else f"`{key}: {_shown(found)}`")
    for key in _CONDITIONS:
        found = node.get(key)
        if (
            found is not None
            and not (found.table and key in ("branches", "filters"))
            and not _ALWAYS.match(found.text.strip())
        ):
            conditions.append(f"{key}: {_shown(found)}")
    skipped = node.get("skip")
    if skipped is not None and skipped.value is True:
        conditions.append("if: false")
    enabled = node.get("enabled")
    if enabled is not None and enabled.value is False:
        conditions.append("if: false")
    failure = node.get("failure")
    if failure is not None and failure.text == "ignore":
        masks.append("`failure: ignore`")
    retry = node.get("retry")
    attempts = retry.get("max") if retry is not None and retry.table else retry
    only_systems = retry is not None and "system" in _shown(retry) and "script_failure" not in _shown(retry)
    retried = context.retried or (attempts is not None and not only_systems and attempts.text not in ("0", "", "false"))
    return context.within(
        masks=tuple(masks), conditions=tuple(conditions), retried=retried, systems=_systems(node) or context.systems
    )


def _bare(text: str) -> str:
    """An expression without the marks around it."""
    return text.removeprefix("${{").removesuffix("}}").strip().lower()


def _systems(node: Node) -> frozenset[str]:
    texts = [
        _shown(found)
        for found in (node.get("runs-on"), node.get("pool"), node.get("os"), node.get("tags"), node.get("macos"))
        if found is not None
    ]
    if any("matrix" in text or "$(" in text for text in texts):
        matrix = node.get("strategy", "matrix")
        texts.append(_shown(matrix) if matrix is not None else "")
    return families(" ".join(texts))


def families(text: str) -> frozenset[str]:
    """The operating systems that a text names."""
    text = text.lower()
    known = {"linux": ("ubuntu", "linux", "debian"), "windows": ("windows", "win-"), "macos": ("macos", "osx")}
    return frozenset(name for name, words in known.items() if any(word in text for word in words))


def _shown(node: Node) -> str:
    value = plain(node)
    return value if isinstance(value, str) else json.dumps(value)


def _used(node: Node, context: Context) -> Iterator[Run]:
    uses = node.get("uses")
    assert uses is not None
    name = uses.text.partition("@")[0]
    command = node.get("with", "command") or node.get("with", "run")
    if command is not None and command.text:
        again = context.retried or "retry" in name
        yield from shell_runs(command.text, command.line, context.within(retried=again))
        return
    extra = node.get("with", "args") or node.get("with", "arguments") or node.get("with", "extra_args")
    yield Run(
        context.path,
        uses.line,
        context.place,
        ("uses", name, *(extra.text.split() if extra is not None else ())),
        uses.text,
        "ci",
        context.masks,
        context.conditions,
        context.retried,
        context.systems,
    )


def _azure_task(node: Node, context: Context) -> Iterator[Run]:
    task, inputs = node.get("task"), node.get("inputs")
    assert task is not None and inputs is not None
    name = task.text.partition("@")[0]
    script = inputs.get("script") or inputs.get("inlineScript")
    if script is not None and script.text:
        yield from shell_runs(script.text, script.line, context)
        return
    command = inputs.get("command") or inputs.get("goals") or inputs.get("tasks")
    words = ("uses", name, *(command.text.split() if command is not None else ()))
    yield Run(
        context.path,
        task.line,
        context.place,
        words,
        task.text,
        "ci",
        context.masks,
        context.conditions,
        context.retried,
        context.systems,
    )
