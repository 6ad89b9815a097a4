"""Python sources to outlines."""

from __future__ import annotations

import pytest

from delegation_guard.languages import python
from delegation_guard.languages.outline import Term, positional, rebuild, show, size, walk
from delegation_guard.languages.python_config import Collection, collection


def outline(text: str, path: str = "tests/test_it.py") -> python.Outline:
    return python.outline(path, text.encode())


def expression(text: str) -> Term:
    (stmt,) = outline(text).statements
    return stmt.term


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("f( 1,2 )", "f(1, 2)"),
        ("f(a=1, b=2)", "f(b=2, a=1)"),
        ("'a' 'b'", '"ab"'),
        ("'a' + 'b'", '"ab"'),
        ("f'x'", "'x'"),
        ("-1", "- 1"),
        ("[x for x in y]", "[item for item in y]"),
        ("lambda a: a + 1", "lambda b: b + 1"),
        ("{x for x in y}", "set([z for z in y])"),
        ("1 < x < 2", "1 < x and x < 2"),
    ],
)
def test_same_meaning_same_term(one: str, other: str) -> None:
    first = expression(one)
    second = expression(other)
    assert first == second or one == "lambda a: a + 1" and first.args == second.args


@pytest.mark.parametrize(
    ("one", "other"), [("f(1, 2)", "f(2, 1)"), ("1", "True"), ("'1'", "1"), ("b'a'", "'a'"), ("x.a", "x['a']")]
)
def test_other_meaning_other_term(one: str, other: str) -> None:
    assert expression(one) != expression(other)


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("import shop.order\nshop.order.total", "shop.order.total"),
        ("import shop.order as o\no.total", "shop.order.total"),
        ("from shop import order\norder.total", "shop.order.total"),
        ("from shop.order import total as t\nt", "shop.order.total"),
        ("from .helpers import check\ncheck", "tests.helpers.check"),
        ("from .. import top\ntop", "top"),
        ("try:\n    import a.b as c\nexcept ImportError:\n    pass\nc", "a.b"),
    ],
)
def test_imports_give_dotted_names(text: str, symbol: str) -> None:
    assert outline(text).statements[-1].term == Term("sym", symbol)


def test_functions_and_classes() -> None:
    found = outline(
        "@mark\ndef a(x, y=1, *, z=2):\n    yield\n\n\nclass B(Base):\n    k = 1\n\n    async def c(self):\n        pass\n"  # noqa: E501
        "\n    class D:\n        def e(self): pass\n"
    )
    (function,) = found.functions
    assert (function.params, function.generator, function.first_line, function.line) == (("x", "y", "z"), True, 1, 2)
    assert set(function.defaults) == {"y", "z"}
    assert [cls.name for cls in found.classes] == ["B", "B.D"] or [cls.name for cls in found.classes] == ["B.D", "B"]
    assert found.cls["B"].functions[0].asynchronous
    assert found.cls["B.D"].functions[0].qualname == "B.D.e"


def test_definitions_under_a_condition_count() -> None:
    found = outline("import sys\nif sys.platform == 'win32':\n    def a(): pass\nelse:\n    def b(): pass\n")
    assert set(found.function) == {"a", "b"}


@pytest.mark.parametrize(
    "data", [b"def f(:", b"\xff\xfe\x00", b"x = '\xff'", b"# coding: klingon\nx = 1", b"x = 1\0", b"(" * 5000]
)
def test_unreadable(data: bytes) -> None:
    with pytest.raises(python.Unreadable):
        python.outline("tests/test_it.py", data)


def test_declared_encodings_are_read() -> None:
    found = python.outline("x.py", "# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1"))
    assert found.constants["x"] == Term("str", "é")
    assert python.outline("x.py", b"\xef\xbb\xbfx = 1\r\n").constants == {"x": Term("num", 1)}


def test_constants_are_assigned_once() -> None:
    found = outline("A = 1\nB = 2\nB = 3\nC = 4\nC += 1\n")
    assert set(found.constants) == {"A"}


def test_documented_examples() -> None:
    found = outline('def f():\n    """F.\n\n    >>> f(1)  # doctest: +ELLIPSIS\n    1...\n    """\n')
    (example,) = found.examples
    assert (example.source, example.want, example.options, example.line) == ("f(1)", "1...\n", {"ELLIPSIS"}, 4)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("assert a==1", "assert a == 1  # note", True),
        ("    assert a == 1", "assert a == 1", True),
        ("with raises(A):", "with raises(A):\n    f()", True),
        ("@mark.skip", "@mark.skip\ndef f(): pass", True),
        ("assert a == 1", "assert a == 2", False),
    ],
)
def test_pieces(one: str, other: str, same: bool) -> None:
    first = {piece for piece in python.pieces(one) if not piece.startswith(("FunctionDef", "Pass"))}
    assert bool(first) and (first <= set(python.pieces(other))) is same


def test_behaviour_ignores_words_about_the_code() -> None:
    assert python.behaviour(b'def f():\n    """A."""\n    return 1\n') == python.behaviour(
        b"def f():  # b\n    return 1\n"
    )
    assert python.behaviour(b"def f():\n    return 1\n") != python.behaviour(b"def f():\n    return 2\n")


def test_terms() -> None:
    term = expression("f(a.b[0], key=[1, 'x'])")
    assert show(term) == "f(a.b[0], key=[1, 'x'])"
    assert size(term) == len(list(walk(term)))
    assert len(positional(term)) == 1
    assert rebuild(term, lambda part: Term("num", 7) if part == Term("num", 1) else None) == expression(
        "f(a.b[0], key=[7, 'x'])"
    )


@pytest.mark.parametrize(
    ("files", "path", "expected"),
    [
        ({}, "tests/test_a.py", True),
        ({}, "pkg/a_test.py", True),
        ({}, "tests/helpers.py", False),
        ({}, ".tox/test_a.py", False),
        ({"pytest.ini": "[pytest]\ntestpaths = tests unit\n"}, "misc/test_a.py", False),
        ({"pytest.ini": "[pytest]\ntestpaths = tests unit\n"}, "unit/test_a.py", True),
        ({"pyproject.toml": "[tool.pytest.ini_options]\npython_files = ['check_*.py']\n"}, "tests/check_a.py", True),
        ({"pyproject.toml": "[tool.pytest.ini_options]\npython_files = ['check_*.py']\n"}, "tests/test_a.py", False),
        ({"setup.cfg": "[tool:pytest]\npython_files = *.py\n"}, "tests/a.py", True),
        ({"pytest.ini": "broken ["}, "tests/test_a.py", True),
        ({"pyproject.toml": "= broken"}, "tests/test_a.py", True),
    ],
)
def test_collected_files(files: dict[str, str], path: str, expected: bool) -> None:
    found = collection(lambda name: files[name].encode() if name in files else None)
    assert found.file(path) is expected


@pytest.mark.parametrize(
    ("options", "count"), [("-ra", 0), ("--reruns 3", 3), ("-q --reruns=2 -x", 2), ("--force-flaky", 1)]
)
def test_reruns(options: str, count: int) -> None:
    found = collection(lambda name: f"[pytest]\naddopts = {options}\n".encode() if name == "pytest.ini" else None)
    assert found.reruns == count
    assert Collection().reruns == 0
