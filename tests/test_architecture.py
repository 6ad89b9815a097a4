"""The house rules: who may import whom, who may touch the world, how big things are, and that nothing is forgotten."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from itertools import pairwise

import pytest
import yaml

from delegation_guard.checks import CHECKS
from delegation_guard.cli.rules import all_rules, markdown
from delegation_guard.loading import load
from delegation_guard.policy.fields import FAMILIES
from examples import examples
from generated import compare
from house import PACKAGE, RANKS, TOP, Module, dotted, modules, reachable

CASES = TOP / "tests" / "cases"
RUNS_PROGRAMS = ("repo", "attest", "verify", "delegate")
CHECKS_MAY_IMPORT = ("checks", "model", "assertions", "languages", "errors", "loading")
WORLD = {
    "os", "io", "pathlib", "subprocess", "shutil", "tempfile", "socket", "glob", "fileinput", "mmap", "pickle",
    "urllib", "http", "ssl", "sqlite3", "importlib", "ctypes", "time", "random", "secrets", "uuid",
}  # fmt: skip
"""What a pure function has no business with."""
CLOCKS = {
    "time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime", "time.strftime", "datetime.now",
    "datetime.utcnow", "datetime.today", "date.today", "datetime.datetime.now", "datetime.datetime.utcnow",
    "datetime.datetime.today", "datetime.date.today",
}  # fmt: skip
MONOTONIC = {"time.monotonic", "time.monotonic_ns", "time.perf_counter", "time.perf_counter_ns", "time.process_time"}
SPEAKS = {
    "print", "input", "exit", "quit", "sys.exit", "os._exit", "sys.stdout", "sys.stderr", "sys.stdin", "SystemExit",
}  # fmt: skip
ENVIRONMENT = {"os.environ", "os.environb", "os.getenv", "os.getenvb", "os.putenv"}


def say(problems: list[str]) -> None:
    assert not problems, "\n" + "\n".join(problems)


def room_modules(*rooms: str) -> list[Module]:
    return [module for module in modules().values() if module.room in rooms]


def test_the_house_is_seen_as_it_is() -> None:
    """The rules below hold nothing if the edges they look at are not found."""

    def edges(name: str, how: str) -> set[str]:
        return {edge.target for edge in modules()[name].edges if edge.how == how}

    assert {"checks", "loading", "policy.decide", "model.report"} <= edges("engine", "import")
    assert {"model.policy", "model.inputs"} <= edges("engine", "typing")
    assert {"checks.scope", "checks.guard"} <= edges("checks", "reference")
    assert {"cli.commit", "cli.push"} <= edges("cli.hook", "reference")
    assert ".cli.commit:commit_msg" in {reference for reference, _ in modules()["cli.hook"].references}
    assert "yaml" in {edge.target for edge in modules()["policy.load"].outside}
    assert len(modules()) == len(list((TOP / "src" / PACKAGE).rglob("*.py"))) > 60


def test_every_room_has_a_rank() -> None:
    unknown = [module for module in modules().values() if module.room not in RANKS]
    say([f"{module.shown}: the room {module.room} has no rank" for module in unknown])


def test_every_import_exists() -> None:
    missing = [(module, edge) for module in modules().values() for edge in module.missing]
    say([f"{module.at(edge.line)}: {edge.target} does not exist" for module, edge in missing])


def test_imports_go_down_and_never_sideways() -> None:
    problems = []
    for module in modules().values():
        for edge in module.edges:
            target = edge.target.partition(".")[0]
            mine, theirs = RANKS[module.room], RANKS[target]
            if target == module.room or (mine == 0 and theirs == 0):
                continue
            if theirs >= mine:
                where = "sideways" if theirs == mine else "upward"
                problems.append(f"{module.at(edge.line)}: {where} {edge.how} of {edge.target} ({mine} -> {theirs})")
    say(problems)


def test_nothing_imports_in_a_circle() -> None:
    state: dict[str, int] = {}
    problems = []

    def visit(name: str, trail: list[str]) -> None:
        if state.get(name) == 2 or name not in modules():
            return
        if state.get(name) == 1:
            problems.append(" -> ".join([*trail[trail.index(name) :], name]))
            return
        state[name] = 1
        for edge in modules()[name].edges:
            if edge.how == "import" and edge.target != name:
                visit(edge.target, [*trail, name])
        state[name] = 2

    for name in modules():
        visit(name, [])
    say(problems)


def test_modules_and_functions_stay_small() -> None:
    long = [module for module in modules().values() if module.lines > 400]
    problems = [f"{module.shown}: {module.lines} lines, at most 400" for module in long]
    for module in modules().values():
        for function in module.functions():
            lines = (function.end_lineno or 0) - function.lineno + 1
            if lines > 50:
                problems.append(f"{module.at(function.lineno)}: {function.name} has {lines} lines, at most 50")
    say(problems)


def test_every_module_says_what_it_is() -> None:
    problems = []
    for module in modules().values():
        text = ast.get_docstring(module.tree) or ""
        first = text.split("\n\n")[0]
        if not first:
            problems.append(f"{module.shown}: no docstring")
        elif not first.rstrip().endswith((".", "?")):
            problems.append(f"{module.shown}: its docstring does not begin with a sentence")
    say(problems)


def test_packages_import_nothing() -> None:
    problems = []
    for module in modules().values():
        if module.path.name == "__init__.py":
            for edge in (*module.edges, *module.outside):
                if edge.how == "import" and edge.target != "__future__":
                    problems.append(f"{module.at(edge.line)}: a package's __init__ imports {edge.target}")
    say(problems)


def test_no_function_imports() -> None:
    problems = []
    for module in modules().values():
        for function in module.functions():
            for node in ast.walk(function):
                hidden = isinstance(node, ast.Call) and dotted(node.func) in ("__import__", "importlib.import_module")
                if (isinstance(node, ast.Import | ast.ImportFrom) or hidden) and module.name != "loading":
                    problems.append(f"{module.at(node.lineno)}: an import inside {function.name}; use loading.load")
    say(problems)


@pytest.mark.parametrize(
    ("names", "allowed"),
    [
        (("git", "unidiff"), ("repo",)),
        (("yaml",), ("policy.load", "languages.config.yaml_nodes")),
        (("subprocess",), ("process", "verify", "repo", "cli")),
        (("socket", "http", "urllib", "ssl"), ("forge", "verify", "repo.checkout")),  # there: its host's name only
        (("importlib",), ("loading",)),
    ],
)
def test_only_some_rooms_import(names: tuple[str, ...], allowed: tuple[str, ...]) -> None:
    problems = []
    for module in modules().values():
        if module.name in allowed or module.room in allowed:
            continue
        for edge in module.outside:
            top = edge.target.partition(".")[0]
            if top in names and edge.how == "import" and not edge.target.startswith("urllib.parse"):
                problems.append(f"{module.at(edge.line)}: only {', '.join(allowed)} may import {edge.target}")
    say(problems)


def test_only_some_rooms_start_programs() -> None:
    problems = []
    for module in modules().values():
        for edge in module.edges:
            if edge.target == "process" and edge.how == "import" and module.room not in RUNS_PROGRAMS:
                problems.append(f"{module.at(edge.line)}: only {', '.join(RUNS_PROGRAMS)} may start programs")
    say(problems)


def test_only_the_command_line_speaks_exits_and_looks_around() -> None:
    problems = []
    for module in modules().values():
        if module.room in ("cli", "__main__", "errors", "process", "loading"):
            continue
        imported = {f"{edge.target}" for edge in module.outside}
        banned = SPEAKS | ENVIRONMENT | CLOCKS | (set() if module.room in ("verify", "delegate") else MONOTONIC)
        for node in ast.walk(module.tree):
            name = dotted(node)
            if name in banned and not (name in ("date.today", "datetime.now") and "datetime" not in imported):
                problems.append(f"{module.at(node.lineno)}: {name}; only the command line may (pass it in)")
            if isinstance(node, ast.ImportFrom) and node.module in ("os", "time", "sys"):
                taken = {f"{node.module}.{alias.name}" for alias in node.names} & banned
                problems += [f"{module.at(node.lineno)}: {one}; only the command line may" for one in taken]
    say(problems)


@pytest.mark.parametrize("room", ["checks", "assertions", "languages", "policy", "report", "spec", "model", "engine"])
def test_what_judges_is_pure(room: str) -> None:
    problems = []
    for module in room_modules(room):
        for edge in module.outside:
            if edge.target.partition(".")[0] in WORLD and edge.how == "import" and edge.target != "urllib.parse":
                problems.append(f"{module.at(edge.line)}: {edge.target} has no place in a pure function")
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and dotted(node.func) in ("open", "exec", "eval", "compile"):
                problems.append(f"{module.at(node.lineno)}: {dotted(node.func)}() has no place in a pure function")
    say(problems)


def test_checks_import_facts_only() -> None:
    problems = []
    for module in room_modules("checks"):
        for edge in module.edges:
            if edge.target.partition(".")[0] not in CHECKS_MAY_IMPORT:
                problems.append(f"{module.at(edge.line)}: checks may not import {edge.target}")
    say(problems)


def test_references_for_loading_resolve() -> None:
    problems = []
    for module in modules().values():
        for reference, line in module.references:
            try:
                load(reference.removesuffix(":"))
            except ImportError as error:
                problems.append(f"{module.at(line)}: {reference} does not resolve: {error}")
    say(problems)


def test_no_module_is_forgotten() -> None:
    forgotten = sorted(set(modules()) - reachable("__main__", "cli.main") - _packages())
    say([f"{modules()[name].shown}: nothing imports it and no registry names it" for name in forgotten])


def _packages() -> set[str]:
    return {module.name for module in modules().values() if module.path.name == "__init__.py"}


def _loaded(code: str) -> set[str]:
    command = [sys.executable, "-I", "-c", f"{code}; import sys; print(*sys.modules)"]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


def test_a_hook_starts_without_anything_heavy() -> None:
    loaded = _loaded(f"import {PACKAGE}.cli.main, {PACKAGE}.cli.hook")
    ours = {name for name in loaded if name.startswith(PACKAGE)}
    extra = loaded - _loaded("from __future__ import annotations; import os, sys, subprocess") - ours
    say([f"`hook` imports {name} before it knows whether there is anything to judge" for name in sorted(extra)])
    say([f"`hook` imports {name} too early" for name in sorted(ours) if name.startswith(f"{PACKAGE}.model")])


def test_rules_are_valid_and_unique() -> None:
    problems = []
    for number, rules in Counter(rule.id for rule in all_rules()).items():
        if rules > 1:
            problems.append(f"{number} is declared {rules} times")
    for rule in all_rules():
        if not re.fullmatch(r"[a-z]+/[a-z0-9]+(-[a-z0-9]+)*", rule.id) or rule.family not in FAMILIES:
            problems.append(f"{rule.id}: not family/kebab-name of a known family")
        if not rule.title.strip() or rule.title.endswith(".") or len(rule.title) > 90:
            problems.append(f"{rule.id}: its title is no headline: {rule.title!r}")
        if not rule.help.strip().endswith((".", "`")):
            problems.append(f"{rule.id}: its help does not end as a sentence")
        if rule.level not in ("note", "warning", "error"):
            problems.append(f"{rule.id}: level {rule.level}")
    assert all_rules()
    say(problems)


def test_every_rule_has_cases_of_both_kinds() -> None:
    known = {rule.id for rule in all_rules()}
    without = [name for name in sorted(known) if not (CASES / f"{name}.yaml").exists()]
    problems = [f"tests/cases/{name}.yaml is missing" for name in without]
    for path in sorted(CASES.rglob("*.yaml")):
        name = path.relative_to(CASES).with_suffix("").as_posix()
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        if document.get("rule") != name or name not in known:
            problems.append(f"tests/cases/{name}.yaml is for no known rule of that name")
        for kind in ("accepts", "rejects"):
            if not document.get(kind):
                problems.append(f"tests/cases/{name}.yaml has no {kind}")
            names = Counter(row["name"] for row in document.get(kind) or ())
            twice = [row for row, times in names.items() if times > 1]
            problems += [f"tests/cases/{name}.yaml: two {kind} named {row!r}" for row in twice]
    say(problems)


def test_every_check_of_the_registry_declares_rules() -> None:
    for name in CHECKS:
        assert load(f"{name}:RULES"), name
        assert callable(load(f"{name}:find")), name


def test_the_page_of_rules_is_current() -> None:
    compare(TOP / "docs" / "rules.md", markdown(all_rules(), examples()))


def test_links_between_the_docs_lead_somewhere() -> None:
    problems = []
    for page in [TOP / "README.md", *sorted((TOP / "docs").rglob("*.md"))]:
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
            if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists():
                problems.append(f"{page.relative_to(TOP)} links to {target}, which does not exist")
    say(problems)


def test_nothing_of_the_workshop_is_left_in_the_house() -> None:
    """Paths of the machine it was built on, notes to its builders, and names of their tools."""
    words = ["/wo" "rk/", "/tmp/" "dg", "/home/" "user", "semantics" ".md", "design" ".md", "shared/" "reference"]
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=TOP, capture_output=True, text=True, check=True).stdout
    problems = []
    for name in filter(None, listed.split("\0")):
        path = TOP / name
        if not path.is_file() or path.is_symlink():
            continue
        lines = path.read_bytes().decode("utf-8", "replace").splitlines()
        for number, line in enumerate(lines, 1):
            problems += [f"{name}:{number}: {word}" for word in words if word in line]
    say(problems)


def test_families_are_in_order_on_the_page() -> None:
    order = [FAMILIES.index(rule.family) for rule in all_rules()]
    assert all(one <= other for one, other in pairwise(order))
