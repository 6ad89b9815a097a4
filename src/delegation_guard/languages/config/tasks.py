"""The commands of task runners: package scripts, make, just, tox, nox, Dockerfile, Jenkinsfile, shell scripts."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from delegation_guard.languages.config.node import Node, entries, plain
from delegation_guard.languages.config.runs import Context, Run, shell_runs

if TYPE_CHECKING:
    from collections.abc import Iterator

_TARGET = re.compile(r"^([^\s:#=@][^:#=]*?)\s*::?(?!=)\s*([^#;]*)(?:;(.*))?(?:#.*)?$")
_JUST = re.compile(r"^@?([\w-]+)[^:=]*:(?!=)\s*([^#]*)")
_STEP = re.compile(
    r"""\b(?:sh|bat|powershell)\b\s*\(?\s*(?:[\w:\s,']*?script\s*:\s*)?('''[\s\S]*?'''|\"\"\"[\s\S]*?\"\"\"|'[^'\n]*'|"[^"\n]*")([^\n]*)"""
)
_STAGE = re.compile(r"\bstage\s*\(\s*['\"]([^'\"]+)")
_SCRIPTS = (("scripts",), ("tasks",), ("lint-staged",))
_PYTHON_TASKS = (("poe", "tasks"), ("pdm", "scripts"), ("taskipy", "tasks"), ("hatch", "scripts"))


def package_runs(path: str, root: Node) -> list[Run]:
    """Scripts of package.json, composer.json and deno.json."""
    found: list[Run] = []
    for keys in _SCRIPTS:
        table = root.get(*keys)
        for name, value in (table.table if table is not None else {}).items():
            context = Context(path, f"lint-staged {name}" if keys == ("lint-staged",) else name, errexit=True)
            found += _scripts(value, context.within(errexit=bool(value.items)))
    return found


def pyproject_runs(path: str, root: Node) -> list[Run]:
    """Tasks of poe, pdm, taskipy, hatch, and tox's own tables in pyproject.toml."""
    found: list[Run] = []
    for keys in _PYTHON_TASKS:
        table = root.get("tool", *keys)
        for name, value in (table.table if table is not None else {}).items():
            found += _scripts(value, Context(path, name, errexit=bool(value.items)))
    environments = root.get("tool", "hatch", "envs")
    for environment in (environments.table if environments is not None else {}).values():
        scripts = environment.get("scripts")
        for name, value in (scripts.table if scripts is not None else {}).items():
            found += _scripts(value, Context(path, name, errexit=bool(value.items)))
    legacy = root.get("tool", "tox", "legacy_tox_ini")
    table = root.get("tool", "tox")
    if table is not None and legacy is None:
        found += _tox_tables(path, table)
    return found


def _scripts(value: Node, context: Context) -> Iterator[Run]:
    if value.table:
        inner = value.get("cmd") or value.get("shell") or value.get("command") or value.get("script")
        if inner is not None:
            yield from _scripts(inner, context)
        return
    parts = [(item.text, item.line) for item in value.items if item.text] or [(value.text, value.line)]
    for text, line in parts:
        dashed = text.lstrip().startswith("- ")
        masks = (*context.masks, "a leading `-` ignores its result") if dashed else context.masks
        yield from shell_runs(text.lstrip()[2:] if dashed else text, line, context.within(masks=masks))


def _tox_tables(path: str, table: Node) -> Iterator[Run]:
    for name, environment in table.table.items():
        for label, inner in environment.table.items() if name == "env" else ((name, environment),):
            commands = inner.get("commands")
            for item in commands.items if commands is not None else ():
                words = tuple(part.text for part in item.items)
                masks = ("a leading `-` ignores its result",) if words[:1] == ("-",) else ()
                yield Run(path, item.line, label, words[1:] if masks else words, " ".join(words), "task", masks)


def tox_runs(path: str, root: Node) -> list[Run]:
    """Commands of tox environments."""
    found: list[Run] = []
    for name, section in root.table.items():
        tables = [
            (name, section),
            *((f"{name}:{inner}", value) for inner, value in section.table.items() if value.table),
        ]
        for label, table in tables:
            if not label.startswith("testenv"):
                continue
            outcome = table.get("ignore_outcome")
            masks = ("`ignore_outcome` is set",) if outcome is not None and outcome.text.lower() == "true" else ()
            for key in ("commands_pre", "commands", "commands_post"):
                for text, line in entries(table.get(key), ""):
                    dash = text.startswith("- ") or re.match(r"-\w", text)
                    own = (*masks, "a leading `-` ignores its result") if dash else masks
                    body = text.lstrip("-! ").rstrip("\\")
                    found += shell_runs(body, line, Context(path, label, masks=own))
    return found


def make_runs(path: str, text: str) -> list[Run]:
    """Recipes of a Makefile, and `make TARGET` for every prerequisite."""
    pipefail, ignoring = (
        "pipefail" in text,
        bool(re.search(r"^\.IGNORE\s*:\s*$|^MAKEFLAGS\s*[:+]?=.*(\s-\w*i|--ignore-errors)", text, re.M)),
    )
    ignored = {name for found in re.findall(r"^\.IGNORE\s*:\s*(\S.*)$", text, re.M) for name in found.split()}
    runs: list[Run] = []
    targets: list[str] = []
    lines = _with_variables(text).split("\n")
    number = 0
    while number < len(lines):
        start, line = number, lines[number]
        while line.endswith("\\") and number + 1 < len(lines):
            number += 1
            line = f"{line}\n{lines[number]}"
        number += 1
        if line.startswith("\t") and targets:
            runs += _recipe(path, line.strip(), start + 1, targets, ignoring or bool(ignored & set(targets)), pipefail)
            continue
        match = _TARGET.match(line.replace("\\\n", "  "))
        if match and not line[0].isspace():
            targets = match[1].split()
            if targets[0].startswith("."):
                continue
            runs += _prerequisites(path, match[2], start + 1, targets)
            if match[3]:
                runs += _recipe(path, match[3].strip(), start + 1, targets, ignoring, pipefail)
        elif line.strip() and not line.lstrip().startswith(("#", "ifeq", "ifneq", "ifdef", "ifndef", "else", "endif")):
            targets = []
    return runs


def _with_variables(text: str) -> str:
    """The text with its simple variables put in; those that are set twice or by a function stay as they are."""
    known: dict[str, str] = {}
    for name, value in re.findall(r"^(?:export\s+)?(\w+)[ \t]*[:?]{0,2}=[ \t]*([^\n]*[^\n\\])$", text, re.M):
        known[name] = "" if name in known else value.strip()
    for _ in range(3):
        text = re.sub(r"\$[({](\w+)[)}]", lambda found: known.get(found[1]) or found[0], text)
    return text


def _prerequisites(path: str, text: str, line: int, targets: list[str]) -> list[Run]:
    names = [name for name in text.replace("|", " ").split() if re.fullmatch(r"[\w.-]+", name)]
    return [
        Run(path, line, target, ("make", name), f"make {name}")
        for target in targets
        for name in names
        if "=" not in text
    ]


def _recipe(path: str, text: str, line: int, targets: list[str], ignored: bool, pipefail: bool) -> list[Run]:
    prefix = re.match(r"[@+\-\s]*", text)
    length = prefix.end() if prefix else 0
    masks = ("a leading `-` ignores its result",) if "-" in text[:length] else ()
    if ignored:
        masks = (*masks, "make is told to ignore errors")
    body = re.sub(r"\$[({](\w+)[)}]", lambda found: "make" if found[1] == "MAKE" else f"${{{found[1]}}}", text[length:])
    return [
        run
        for target in targets
        for run in shell_runs(body.replace("$$", "$"), line, Context(path, target, masks=masks, pipefail=pipefail))
    ]


def just_runs(path: str, text: str) -> list[Run]:
    """Recipes of a justfile."""
    runs: list[Run] = []
    target = ""
    for number, line in enumerate(text.split("\n"), 1):
        match = _JUST.match(line)
        if match and not line.startswith(("set ", "export ")):
            target = match[1]
            runs += [
                Run(path, number, target, ("just", name), f"just {name}") for name in re.findall(r"[\w-]+", match[2])
            ]
        elif line[:1].isspace() and line.strip() and target:
            body = line.strip()
            masks = ("a leading `-` ignores its result",) if body.lstrip("@").startswith("-") else ()
            runs += shell_runs(body.lstrip("@-"), number, Context(path, target, masks=masks))
    return runs


def rake_runs(path: str, text: str) -> list[Run]:
    """Tasks of a Rakefile: what they depend on, and their `sh` commands."""
    runs: list[Run] = []
    task = ""
    for number, line in enumerate(text.split("\n"), 1):
        match = re.match(r"\s*(?:multi)?task\s*\(?\s*:?['\"]?([\w:]+)['\"]?\s*(?:=>|:)?\s*(.*)", line)
        if match:
            task = match[1]
            names = re.findall(r"[\w:]+", match[2].partition(" do")[0])
            runs += [Run(path, number, task, ("rake", name.strip(":")), f"rake {name}") for name in names]
        command = re.search(r"\bsh\s*\(?\s*['\"]([^'\"]+)", line)
        if command:
            runs += shell_runs(command[1], number, Context(path, task))
    return runs


def nox_runs(path: str, text: str) -> list[Run]:
    """`session.run(...)` calls of a noxfile, and its other programs started with literal arguments."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return []
    runs = []
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        for call in ast.walk(function):
            if (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Attribute)
                and call.func.attr in ("run", "run_always")
            ):
                words = tuple(str(item.value) for item in call.args if isinstance(item, ast.Constant))
                codes = next((key.value for key in call.keywords if key.arg == "success_codes"), None)
                soft = codes is not None and ast.unparse(codes).strip("[](), ") != "0"
                masks = (f"`success_codes={ast.unparse(codes)}`",) if soft and codes is not None else ()
                runs.append(Run(path, call.lineno, function.name, words, ast.unparse(call), "task", masks))
    return runs


def docker_runs(path: str, text: str) -> list[Run]:
    """RUN and CMD lines of a Dockerfile; the place is the stage."""
    runs: list[Run] = []
    stage, pipefail = "", "pipefail" in text
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        start, line = number, lines[number]
        while line.rstrip().endswith("\\") and number + 1 < len(lines):
            number += 1
            line = f"{line}\n{lines[number]}"
        number += 1
        words = line.split(None, 1)
        if len(words) < 2:
            continue
        if words[0].upper() == "FROM":
            named = re.search(r"\s+as\s+(\S+)", line, re.IGNORECASE)
            stage = named[1] if named else ""
        elif words[0].upper() in ("RUN", "CMD", "ENTRYPOINT"):
            body = re.sub(r"--(mount|network|security)=\S+", "", words[1]).strip()
            listed = re.findall(r'"((?:[^"\\]|\\.)*)"', body) if body.startswith("[") else []
            context = Context(path, stage, kind="ci", pipefail=pipefail)
            runs += shell_runs(" ".join(listed) if listed else body, start + 1, context)
    return runs


def jenkins_runs(path: str, text: str) -> list[Run]:
    """`sh`, `bat` and `powershell` steps of a Jenkinsfile; found in its text, not by its grammar."""
    runs: list[Run] = []
    plain_text = re.sub(r"(?m)^\s*//.*$", "", text)
    for match in _STEP.finditer(plain_text):
        line = plain_text.count("\n", 0, match.start()) + 1
        before = plain_text[: match.start()]
        stages = _STAGE.findall(before)
        tail = before[max(0, len(before) - 200) :] + match[0][: match[0].find(match[1])] + match[2]
        masks = ("`returnStatus` keeps it from failing the step",) if "returnStatus" in match[0] else ()
        if re.search(r"catchError\s*(\([^)]*\))?\s*\{[^}]*$|warnError\s*\([^)]*\)\s*\{[^}]*$|\btry\s*\{[^}]*$", tail):
            masks = (*masks, "its failure is caught")
        quotes = 3 if match[1][:3] in ("'''", '"""') else 1
        context = Context(path, stages[-1] if stages else "", "ci", masks, errexit=True)
        runs += shell_runs(match[1][quotes:-quotes], line, context)
    return runs


def script_runs(path: str, text: str) -> list[Run]:
    """The commands of a shell script."""
    first = text.split("\n", 1)[0]
    errexit = first.startswith("#!") and bool(re.search(r"\s-\w*e", first))
    return shell_runs(text, 1, Context(path, "", "script", errexit=errexit))


def step_lists(path: str, root: Node) -> list[Run]:
    """Commands of hook managers (lefthook, Taskfile): every `run` or `cmds` below a named entry."""
    found: list[Run] = []
    tasks = root.get("tasks")
    for name, task in (tasks.table if tasks is not None else {}).items():
        soft = task.get("ignore_error")
        masks = ("`ignore_error` is set",) if soft is not None and soft.value is True else ()
        cmds = task.get("cmds") or task.get("cmd") or task
        parts = list(cmds.items) or [cmds]
        for item in parts:
            own = item.get("cmd") or item
            named = item.get("task")
            ignoring = (*masks, "`ignore_error` is set") if plain(item.get("ignore_error")) is True else masks
            if named is not None:
                found.append(Run(path, named.line, name, ("task", named.text), f"task {named.text}"))
            elif own.text:
                found += shell_runs(own.text, own.line, Context(path, name, masks=ignoring, errexit=True))
    return found
