"""The tests of a file: which functions are collected, with which marks, rows and surroundings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from delegation_guard.assertions.blocks import Runner
from delegation_guard.assertions.canon import canon, negate, number, truth
from delegation_guard.assertions.claims import name_of
from delegation_guard.assertions.frame import Frame, Skip
from delegation_guard.languages.outline import TRUE, Function, Term, keywords, positional, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delegation_guard.assertions.library import Library
    from delegation_guard.assertions.vocabulary import Vocabulary
    from delegation_guard.languages.outline import Class, Outline, Stmt
    from delegation_guard.languages.python_config import Collection

ROWS = 160
"""Most rows of a table that are run one by one."""


@dataclass
class Row:
    """One row of a table: what its names hold, the row itself, and marks on it."""

    values: dict[str, Term]
    row: Term | None = None
    skips: tuple[Skip, ...] = ()
    loops: tuple[Term, ...] = ()


@dataclass
class Case:
    """A function that asserts: a collected test, or one that is not (`why` says why, else "")."""

    outline: Outline
    function: Function
    classes: tuple[tuple[Outline, Class], ...] = ()
    why: str = ""
    marks: tuple[Term, ...] = ()
    skips: tuple[Skip, ...] = ()
    rows: list[Row] = field(default_factory=list)
    empty: bool = False
    """Its table has no row, so that it never runs."""
    inputs: dict[str, Term] = field(default_factory=dict)
    examples: tuple[Term, ...] = ()
    numbers: dict[str, tuple[float, str]] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return self.outline.path

    @property
    def name(self) -> str:
        owner = self.classes[0][1].name if self.classes else ""
        return f"{owner}.{self.function.name}" if owner else self.function.name

    @property
    def identity(self) -> tuple[str, str]:
        return self.path, self.name


def lineage(
    library: Library, outline: Outline, cls: Class, seen: tuple[str, ...] = ()
) -> Iterator[tuple[Outline, Class]]:
    """A class and those of its ancestors whose source is at hand, nearest first."""
    yield outline, cls
    if len(seen) > 8:
        return
    for base in cls.bases:
        name = str(base.value)
        found: tuple[Outline, Class] | None = None
        if base.op == "name" and name in outline.cls and name != cls.name:
            found = (outline, outline.cls[name])
        elif base.op == "sym":
            found = library.cls(name)
        if found and found[1].name not in seen:
            yield from lineage(library, *found, (*seen, cls.name))


def is_case(words: Vocabulary, classes: tuple[tuple[Outline, Class], ...]) -> bool:
    """Whether a class is a unittest test case, whatever it is called."""
    for _, cls in classes:
        for base in cls.bases:
            dotted = str(base.value)
            if dotted in words.cases or dotted.rpartition(".")[2].endswith(("TestCase", "TestBase")):
                return True
    return False


def cases(library: Library, words: Vocabulary, outline: Outline, config: Collection) -> Iterator[Case]:
    """Every function of a file that is a test, or looks like one that is not collected (`why`)."""
    collected = config.file(outline.path)
    outside = "" if collected else "its file is not one that the test runner collects"
    gone = withdrawn(outline)
    for function in outline.functions:
        why = outside or ("" if config.function(function.name) else "its name is not one that the test runner collects")
        if function is not outline.function[function.name]:
            why = f"a later definition of {function.name} replaces it"
        if function.name in gone:
            why = why or "the file takes it out of collection again"
        if is_fixture(words, function):
            if not config.function(function.name):
                continue
            why = "it is a fixture, not a test"
        yield Case(outline, function, (), why)
    for cls in outline.classes:
        yield from class_cases(library, words, outline, cls, config, outside)


def withdrawn(outline: Outline) -> set[str]:
    """Names that a file defines and then deletes, gives another value or marks as no test."""
    found: set[str] = set()
    for stmt in outline.statements:
        target = stmt.target
        if stmt.kind == "delete" and stmt.term is not None:
            found |= {str(arg.value) for arg in stmt.term.args if arg.op == "name"}
        elif stmt.kind == "assign" and target is not None:
            if target.op == "name" and target.value in outline.function:
                found.add(str(target.value))
            elif target.op == "attr" and target.value == "__test__" and stmt.term and truth(stmt.term) is False:
                found.add(str(target.args[0].value))
    return found


def class_cases(
    library: Library, words: Vocabulary, outline: Outline, cls: Class, config: Collection, outside: str
) -> Iterator[Case]:
    classes = tuple(lineage(library, outline, cls))
    unit = is_case(words, classes)
    short = cls.name.rpartition(".")[2]
    why = outside
    if cls is not outline.cls[cls.name]:
        why = f"a later definition of {cls.name} replaces it"
    elif not unit and not config.cls(short):
        why = why or f"the class {short} is not one that the test runner collects"
    elif not unit and any(function.name == "__init__" for function in cls.functions):
        why = why or f"the class {short} has a constructor, so the test runner skips it"
    elif any(
        stmt.target == Term("name", "__test__") and stmt.term and truth(stmt.term) is False for stmt in cls.statements
    ):
        why = why or "its class says __test__ = False"
    seen: dict[str, Function] = {}
    for home, owner in classes:
        for function in reversed(owner.functions):
            if function.name in words.before or function.name in words.after or is_fixture(words, function):
                continue
            if function.name in seen:
                if owner is cls:
                    yield Case(home, function, classes, f"a later definition of {function.name} replaces it")
                continue
            seen[function.name] = function
            named = function.name.startswith("test") if unit else config.function(function.name)
            own = why or ("" if named else "its name is not one that the test runner collects")
            if owner is cls or (not own and named):
                yield Case(home, function, classes, own)


def is_fixture(words: Vocabulary, function: Function) -> bool:
    return any(name_of(d.args[0] if d.op == "call" else d) in words.fixtures for d in function.decorators)


class Reader:
    """Reads marks and tables of cases of one side."""

    def __init__(self, library: Library, words: Vocabulary) -> None:
        self.library, self.words = library, words

    def prepare(self, case: Case) -> None:
        """Fill in the marks of a case, its skips, rows and generated inputs."""
        runner = Runner(self.library, self.words, case.name)
        frame = Frame(case.outline, classes=case.classes)
        case.marks = tuple(runner.value(term, frame) for term in self.marks(case))
        found: list[Skip] = []
        tables: list[list[Row]] = []
        for mark in case.marks:
            callee = name_of(mark.args[0] if mark.op == "call" else mark)
            if callee in self.words.skipping:
                found.extend(self.skip(callee, mark, case))
            elif callee in self.words.tables:
                tables.append(self.table(self.words.tables[callee], mark, case))
            elif callee in self.words.generators:
                case.inputs |= self.generated(mark, case)
            elif callee in self.words.explicit:
                case.examples = (*case.examples, mark)
            elif callee in self.words.settings:
                self.setting(self.words.settings[callee], mark, case)
            else:
                found.extend(self.helper_skip(mark, case))
        found.extend(self.module(case))
        case.skips = tuple(found)
        case.rows = self.product(tables)

    def module(self, case: Case) -> tuple[Skip, ...]:
        """The skips that the file itself carries out when it is imported."""
        wanted = [stmt for stmt in case.outline.statements if self.words.skipping.keys() & mentioned(stmt)]
        if not wanted:
            return ()
        runner = Runner(self.library, self.words, case.name)
        runner.block(wanted, Frame(case.outline))
        return tuple(runner.run.skips)

    def marks(self, case: Case) -> Iterator[Term]:
        yield from case.function.decorators
        for outline, cls in case.classes:
            yield from cls.decorators
            yield from self.assigned(cls.statements, outline)
        yield from self.assigned(case.outline.statements, case.outline)

    def assigned(self, statements: tuple[object, ...], outline: Outline) -> Iterator[Term]:
        for stmt in statements:
            if getattr(stmt, "target", None) == Term("name", "pytestmark"):
                term = stmt.term  # type: ignore[attr-defined]
                yield from term.args if term.op in {"list", "tuple"} else (term,)

    def skip(self, name: str, mark: Term, case: Case) -> Iterator[Skip]:
        rule = self.words.skipping[name]
        if rule.kind == "none":
            return
        args = positional(mark) if mark.op == "call" else ()
        given = keywords(mark) if mark.op == "call" else {}
        condition = args[rule.condition] if 0 <= rule.condition < len(args) else given.get("condition")
        if rule.condition < 0:
            condition = None
        if condition is not None:
            condition = canon(negate(condition) if rule.denied else condition)
            if truth(condition) is False:
                return
            condition = None if truth(condition) else condition
        amount = next((number(given[word]) for word in rule.amount if word in given), None)
        if amount is None and args and rule.amount:
            amount = number(args[0])
        line = case.function.first_line
        text = str(given["text"].value) if "text" in given else self.mark_text(case, name, mark) or f"@{name}"
        kind = "skip" if given.get("run") == Term("bool", False) else rule.kind
        yield Skip(kind, condition, text, line, case.path, amount, given.get("strict") == TRUE)

    def mark_text(self, case: Case, name: str, mark: Term | None = None) -> str:
        """The text of a decorator of a test: of the given one of several with the same name."""
        word = name.rpartition(".")[2]
        lines = [line.strip() for line in case.function.text.split("\n")]
        same = [one for one in case.marks if name_of(one.args[0] if one.op == "call" else one) == name]
        wanted = same.index(mark) if mark in same else 0
        for place, line in enumerate(lines):
            if line.startswith("@") and word in line:
                if wanted:
                    wanted -= 1
                    continue
                text = line
                for more in lines[place + 1 : place + 12]:
                    if text.count("(") <= text.count(")"):
                        break
                    text += f" {more}"
                return text
        return ""

    def helper_skip(self, mark: Term, case: Case) -> Iterator[Skip]:
        """A decorator of the project's own that skips: its body names a skip."""
        callee = mark.args[0] if mark.op == "call" else mark
        if callee.op != "sym":
            return
        name = str(callee.value)
        function = case.outline.function.get(name)
        if function is None:
            found = self.library.function(case.outline.imports.get(name, name))
            function = found[1] if found else None
        if function is None:
            return
        kinds = {self.words.skipping[word].kind for word in symbols(function) if word in self.words.skipping}
        for kind in sorted(kinds & {"skip", "xfail", "retry"}):
            yield Skip(kind, Term("name", f"@{name}"), f"@{name}", case.function.first_line, case.path)

    def table(self, kind: str, mark: Term, case: Case) -> list[Row]:
        args = positional(mark) if mark.op == "call" else ()
        given = keywords(mark) if mark.op == "call" else {}
        params = [name for name in case.function.params if name not in {"self", "cls"}]
        if kind == "named":
            names = column_names(args[0] if args else given.get("argnames"))
            source = args[1] if len(args) > 1 else given.get("argvalues")
        else:
            names = params
            source = Term("list", None, args) if kind == "each" else args[0] if args else None
        if source is None or not names:
            return []
        if source.op not in {"list", "tuple", "set"} or any(arg.op == "star" for arg in source.args):
            each = Term("each", None, (source,))
            values = self.spread(names, each)
            return [Row(values, None, (), (source,))]
        case.empty = case.empty or not source.args
        return [self.row(names, item, case) for item in source.args]

    def row(self, names: list[str], item: Term, case: Case) -> Row:
        skips: list[Skip] = []
        if item.op == "call" and name_of(item.args[0]) in self.words.rows:
            marks = keywords(item).get("marks")
            for mark in (marks.args if marks.op in {"list", "tuple"} else (marks,)) if marks else ():
                callee = name_of(mark.args[0] if mark.op == "call" else mark)
                if callee in self.words.skipping:
                    skips.extend(self.skip(callee, mark, case))
            values = positional(item)
            item = values[0] if len(values) == 1 else Term("tuple", None, values)
        return Row(self.spread(names, item), item, tuple(skips))

    def spread(self, names: list[str], item: Term) -> dict[str, Term]:
        if len(names) == 1:
            return {names[0]: item}
        return {name: canon(Term("index", None, (item, Term("num", place)))) for place, name in enumerate(names)}

    def product(self, tables: list[list[Row]]) -> list[Row]:
        rows = [Row({})]
        for table in tables:
            if len(rows) * len(table) > ROWS:
                table = table[: max(1, ROWS // len(rows))]
            rows = [
                Row(one.values | two.values, joined(one.row, two.row), one.skips + two.skips, one.loops + two.loops)
                for one in rows for two in table
            ]  # fmt: skip
        return rows

    def generated(self, mark: Term, case: Case) -> dict[str, Term]:
        params = [name for name in case.function.params if name not in {"self", "cls"}]
        args = positional(mark)
        return {**dict(zip(reversed(params), reversed(args), strict=False)), **keywords(mark)}

    def setting(self, word: str, mark: Term, case: Case) -> None:
        amount = number(keywords(mark).get(word)) if mark.op == "call" else None
        if amount is not None:
            case.numbers[word] = (amount, self.mark_text(case, "settings"))


def joined(one: Term | None, two: Term | None) -> Term | None:
    return two if one is None else one if two is None else Term("tuple", None, (one, two))


def column_names(term: Term | None) -> list[str]:
    if term is None:
        return []
    if term.op == "str":
        return [name.strip() for name in str(term.value).split(",") if name.strip()]
    return [str(arg.value) for arg in term.args if arg.op == "str"]


def symbols(function: Function) -> set[str]:
    """Every dotted symbol named anywhere in a function."""
    return mentioned(*function.body)


def mentioned(*body: Stmt) -> set[str]:
    """Every dotted symbol named anywhere in some statements, other than in marks assigned to a name."""
    found: set[str] = set()
    stack = [stmt for stmt in body if stmt.kind not in {"assign", "def"} or len(body) > 1]
    while stack:
        stmt = stack.pop()
        stack += [*stmt.body, *stmt.orelse, *stmt.final, *(part for h in stmt.handlers for part in h.body)]
        if stmt.function:
            stack += stmt.function.body
            found |= {name_of(d.args[0] if d.op == "call" else d) for d in stmt.function.decorators}
        for term in (stmt.term, *(context for context, _ in stmt.items)):
            if term is not None:
                found |= {str(part.value) for part in walk(term) if part.op == "sym"}
    return found
