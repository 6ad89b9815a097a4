"""Python code that treats its tests specially, read from its syntax tree."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delegation_guard.model.finding import Certainty

_VARIABLES = re.compile(r"PYTEST_(CURRENT_TEST|VERSION|XDIST_\w+|RUN_CONFIG)|_PYTEST_RAISE|UNITTEST_RUNNING")
_RUNNERS = {"pytest", "_pytest", "unittest", "nose", "py.test", "unittest.mock"}
_STACKS = {
    "inspect.stack",
    "inspect.currentframe",
    "sys._getframe",
    "traceback.extract_stack",
    "traceback.format_stack",
    "inspect.getouterframes",
    "sys._current_frames",
}
_TESTS = re.compile(r"test|pytest|conftest", re.IGNORECASE)
_PATCHED = re.compile(
    r"(^|\.)TestCase\.\w+$|^(pytest|_pytest|unittest|unittest\.mock)\.[\w.]+$|^(np|"
    r"numpy)\.testing\.\w+$|^builtins\.(AssertionError|assert|isinstance|len|all|any|sum|"
    r"sorted)$"
)
_KINDS = (
    ast.Call, ast.Subscript, ast.Compare, ast.Assign, ast.AugAssign, ast.If, ast.IfExp, ast.ClassDef,
    ast.FunctionDef, ast.AsyncFunctionDef,
)  # fmt: skip
_ENDS = {"os._exit", "os.abort", "sys.exit", "exit", "quit", "os.kill"}


class Trick(NamedTuple):
    """One suspicious thing: the rule, the line, the text that tells it from others, and what it does."""

    rule: str
    line: int
    text: str
    says: str
    certainty: Certainty


def tricks(tree: ast.Module, path: str, product: bool) -> Iterator[Trick]:
    """Everything suspicious in a module; `product`: not one of the tests' own files."""
    nodes = _telling(tree)
    inspects = product and any(isinstance(node, ast.Call) and dotted(node.func) in _STACKS for node in nodes)
    for node in nodes:
        if product:
            yield from _senses(node)
        if inspects:
            yield from _inspects(node)
        yield from _equal(node, product)
        yield from _patches(node)
    yield from _exits(tree, nodes, path, product)
    yield from _hooks(nodes)
    yield from _excepthook(nodes)


def _telling(tree: ast.Module) -> list[ast.AST]:
    """The nodes of a kind that any of the questions below is asked of, in the order of `ast.walk`, in half its time."""
    found: list[ast.AST] = [tree]
    for node in found:
        for value in vars(node).values():
            if isinstance(value, ast.AST):
                found.append(value)
            elif isinstance(value, list):
                found += [part for part in value if isinstance(part, ast.AST)]
    return [node for node in found if isinstance(node, _KINDS)]


def dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = dotted(node.value)
        return f"{inner}.{node.attr}" if inner else ""
    return ""


def _short(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())[:120]


def _senses(node: ast.AST) -> Iterator[Trick]:
    says = "asks whether a test is running"
    if isinstance(node, ast.Call | ast.Subscript | ast.Compare) and _reads_variable(node):
        yield Trick("senses-tests", node.lineno, _short(node), says, "sure")
    elif (
        isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and _VARIABLES.match(str(node.value.value))
    ):
        yield Trick(
            "senses-tests", node.lineno, _short(node), "names a variable that only a test runner sets", "doubtful"
        )
    if isinstance(node, ast.Compare) and any(isinstance(op, ast.In | ast.NotIn) for op in node.ops):
        left, right = node.left, node.comparators[0]
        named = isinstance(left, ast.Constant) and str(left.value) in _RUNNERS
        if dotted(right) == "sys.modules" and named or named and "sys.argv" in ast.unparse(right):
            yield Trick("senses-tests", node.lineno, _short(node), says, "sure")
    elif isinstance(node, ast.Call) and dotted(node.func) in ("sys.modules.get", "importlib.util.find_spec"):
        asked = node.args[0] if node.args else None
        if isinstance(asked, ast.Constant) and asked.value in _RUNNERS:
            yield Trick(
                "senses-tests",
                node.lineno,
                _short(node),
                says,
                "sure" if "modules" in dotted(node.func) else "doubtful",
            )
    elif isinstance(node, ast.If | ast.IfExp) and re.search(
        r"sys\.argv\[0\].*(pytest|unittest|test)|hasattr\(sys, '_called_from_test'\)", ast.unparse(node.test)
    ):
        yield Trick("senses-tests", node.lineno, _short(node.test), says, "sure")


def _reads_variable(node: ast.Call | ast.Subscript | ast.Compare) -> bool:
    """Whether an expression asks the environment for a variable of a test runner."""
    parts = (
        [*node.args] if isinstance(node, ast.Call) else [node.slice] if isinstance(node, ast.Subscript) else [node.left]
    )
    named = any(isinstance(part, ast.Constant) and _VARIABLES.match(str(part.value)) for part in parts)
    return named and bool(re.search(r"environ|getenv|env\b", ast.unparse(node), re.IGNORECASE))


def _inspects(node: ast.AST) -> Iterator[Trick]:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return
    calls = [call for call in ast.walk(node) if isinstance(call, ast.Call) and dotted(call.func) in _STACKS]
    if not calls:
        return
    texts = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    tested = any(_TESTS.search(text) and len(text) < 60 for text in texts)
    says = "looks for tests in its call stack" if tested else "looks at its callers"
    yield Trick("inspects-caller", calls[0].lineno, _short(calls[0]), says, "sure" if tested else "doubtful")


def _equal(node: ast.AST, product: bool) -> Iterator[Trick]:
    if not isinstance(node, ast.ClassDef):
        return
    for method in node.body:
        if isinstance(method, ast.FunctionDef) and method.name in ("__eq__", "__ne__"):
            value = _only_return(method)
            if value is (method.name == "__eq__"):
                text = f"{node.name}.{method.name}"
                yield Trick(
                    "always-equal", method.lineno, text, "is equal to everything", "sure" if product else "doubtful"
                )
        elif _constant_comparison(method):
            yield Trick("always-equal", method.lineno, f"{node.name}.__eq__", "is equal to everything", "sure")


def _constant_comparison(method: ast.stmt) -> bool:
    """Whether a class body assigns `__eq__ = lambda ...: True`."""
    named = isinstance(method, ast.Assign) and "__eq__" in map(dotted, method.targets)
    return named and ast.unparse(method).endswith(": True")


def _only_return(method: ast.FunctionDef) -> object:
    body = [part for part in method.body if not (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))]
    if len(body) == 1 and isinstance(body[0], ast.Return) and isinstance(body[0].value, ast.Constant):
        return body[0].value.value
    return None


def _patches(node: ast.AST) -> Iterator[Trick]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
    for target in targets:
        name = dotted(target)
        if (
            name
            and _PATCHED.search(name)
            and not name.endswith((".maxDiff", ".longMessage", ".pytestmark", ".rcParams"))
        ):
            yield Trick("outcome-patched", target.lineno, name, "replaces part of the test library", "sure")
    if (
        isinstance(node, ast.Call)
        and dotted(node.func) == "setattr"
        and len(node.args) == 3
        and isinstance(node.args[1], ast.Constant)
    ):
        name = f"{dotted(node.args[0])}.{node.args[1].value!s}"
        if _PATCHED.search(name):
            yield Trick("outcome-patched", node.lineno, name, "replaces part of the test library", "sure")


def _exits(tree: ast.Module, nodes: list[ast.AST], path: str, product: bool) -> Iterator[Trick]:
    """Ends of the process, outside `main` functions and scripts."""
    name = path.rpartition("/")[2]
    script = any(isinstance(part, ast.If) and "__main__" in ast.unparse(part.test) for part in tree.body)
    outer = (
        script
        or name in ("__main__.py", "manage.py", "setup.py", "cli.py", "main.py", "noxfile.py")
        or "cli" in path
        or "scripts/" in path
    )
    for call in nodes:
        if not isinstance(call, ast.Call) or dotted(call.func) not in _ENDS:
            continue
        what = dotted(call.func)
        code = (
            call.args[0].value
            if call.args and isinstance(call.args[0], ast.Constant)
            else None
            if not call.args
            else "?"
        )
        hard = what in ("os._exit", "os.abort") or (what == "os.kill" and "getpid" in ast.unparse(call))
        if what == "os.kill" and not hard:
            continue
        if hard or code in (0, None):
            certainty: Certainty = "sure" if (hard and code in (0, None)) or not product else "doubtful"
            if not (outer and product and not hard):
                yield Trick("exits", call.lineno, _short(call), "ends the process before anything can fail", certainty)


def _excepthook(nodes: list[ast.AST]) -> Iterator[Trick]:
    for node in nodes:
        if isinstance(node, ast.Assign) and any(
            dotted(target) in ("sys.excepthook", "threading.excepthook", "sys.unraisablehook")
            for target in node.targets
        ):
            yield Trick("exits", node.lineno, _short(node), "decides what becomes of uncaught errors", "doubtful")
        elif (
            isinstance(node, ast.Call)
            and dotted(node.func) == "atexit.register"
            and re.search(r"_exit|exitstatus|exit\(0", ast.unparse(node))
        ):
            yield Trick("exits", node.lineno, _short(node), "changes how the process ends", "sure")


_HOOKS = re.compile(
    r"^pytest_(runtest_makereport|runtest_logreport|report_teststatus|"
    r"collection_modifyitems|sessionfinish|ignore_collect|pyfunc_call|runtest_protocol|"
    r"runtest_call|runtest_setup|collection_finish|pycollect_makeitem|unconfigure|"
    r"terminal_summary|runtestloop|make_collect_report|collect_file|itemcollected)$"
)
_CHANGES = {
    "outcome": re.compile(
        r"\.(outcome|wasxfail|longrepr|exitstatus|testsfailed|failed|passed)\s*=(?!=)|"
        r"force_result|setattr\([^,]+, '(outcome|exitstatus)'|force_exception|_exit\(|"
        r"\.excinfo\s*="
    ),
    "items": re.compile(
        r"\bitems\s*\[[^\]]*\]\s*=(?!=)|\bitems\.(clear|remove|pop)\(|\bdel items|"
        r"pytest_deselected|add_marker\([^)]*(skip|xfail)"
    ),
}


def _hooks(nodes: list[ast.AST]) -> Iterator[Trick]:
    """pytest's hooks that decide what runs and what counts."""
    for node in nodes:
        if not isinstance(node, ast.FunctionDef) or not _HOOKS.match(node.name):
            continue
        body = "\n".join(ast.unparse(part) for part in node.body)
        if _CHANGES["outcome"].search(body):
            yield Trick("outcome-patched", node.lineno, node.name, "changes the outcome of tests", "sure")
        elif node.name == "pytest_collection_modifyitems" and _CHANGES["items"].search(body):
            asked = "getoption" in body or "getini" in body or "getvalue" in body
            yield Trick(
                "outcome-patched", node.lineno, node.name, "takes tests out of the run", "doubtful" if asked else "sure"
            )
        elif node.name in (
            "pytest_pyfunc_call",
            "pytest_runtest_protocol",
            "pytest_runtestloop",
            "pytest_report_teststatus",
            "pytest_ignore_collect",
        ) and _decides(node):
            yield Trick("outcome-patched", node.lineno, node.name, "takes over how tests are run or counted", "sure")
        elif node.name in ("pytest_runtest_setup", "pytest_runtest_call", "pytest_itemcollected") and re.search(
            r"pytest\.(skip|xfail)\(|add_marker", body
        ):
            yield Trick(
                "outcome-patched",
                node.lineno,
                node.name,
                "skips tests from outside",
                "doubtful" if re.search(r"getoption|environ|platform|keywords|get_closest_marker", body) else "sure",
            )


def _decides(node: ast.FunctionDef) -> bool:
    """Whether a hook returns something, which ends the call of the others."""
    return any(
        isinstance(part, ast.Return)
        and part.value is not None
        and not (isinstance(part.value, ast.Constant) and part.value.value is None)
        for part in ast.walk(node)
    )
