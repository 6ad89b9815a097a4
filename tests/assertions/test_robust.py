"""Real and mutilated sources through the whole of it: never a crash, silence where nothing changed."""

from __future__ import annotations

import random
import sysconfig
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delegation_guard.checks import tests as check
from delegation_guard.model.finding import Finding
from delegation_guard.model.report import NotAnalysed
from support import subject

LIBRARY = Path(sysconfig.get_path("stdlib"))
SOURCES = sorted(
    path for path in (*LIBRARY.glob("unittest/*.py"), *LIBRARY.glob("*.py"), *Path(__file__).parents[1].rglob("test_*.py"))  # noqa: E501
    if path.stat().st_size < 40_000
)  # fmt: skip
PIECES = [
    "assert x",
    "    return",
    "(",
    ")",
    '"',
    "if a:",
    "    ",
    "\t",
    "try:",
    "yield",
    "async ",
    "@x",
    "\x00",
    "λ",
    "# coding: klingon\n",
]


def findings(before: str | bytes, after: str | bytes, path: str = "tests/test_it.py", **more: object) -> list[object]:
    other = {"tests/test_other.py": "def test_a():\n    assert 1\n"}
    return list(check.find(subject({path: before, **other}, {path: after}, **more)))


def mutilated(text: str, source: random.Random) -> str:
    lines = text.split("\n")
    for _ in range(source.randint(1, 6)):
        place = source.randrange(len(lines))
        action = source.randrange(5)
        if action == 0:
            del lines[place : place + source.randint(1, 8)]
        elif action == 1:
            lines[place] += source.choice(PIECES)
        elif action == 2:
            lines.insert(place, source.choice(lines))
        elif action == 3:
            lines[place] = lines[place][: len(lines[place]) // 2]
        else:
            other = source.randrange(len(lines))
            lines[place], lines[other] = lines[other], lines[place]
        lines = lines or [""]
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(12))
def test_mutilated_sources(seed: int) -> None:
    source = random.Random(seed)
    for path in source.sample(SOURCES, 4):
        text = path.read_text(encoding="utf-8", errors="replace")
        for result in findings(text, mutilated(text, source)):
            assert isinstance(result, Finding | NotAnalysed)


@given(st.binary(max_size=200), st.binary(max_size=200))
@settings(max_examples=60, deadline=None)
def test_any_bytes(before: bytes, after: bytes) -> None:
    for result in findings(before, after):
        assert isinstance(result, Finding | NotAnalysed)


@pytest.mark.parametrize("path", SOURCES[::9], ids=lambda path: path.name)
def test_a_comment_changes_nothing(path: Path) -> None:
    text = path.read_text(encoding="utf-8", errors="replace")
    assert [r for r in findings(text, f"{text}\n# a remark\n") if isinstance(r, Finding)] == []


HOSTILE = {
    "nested brackets": "def test_a():\n    assert " + "(" * 5_000 + "1" + ")" * 5_000,
    "nested calls": "def test_a():\n    assert " + "f(" * 600 + "1" + ")" * 600 + " == 1",
    "long chain": "def test_a():\n    assert x" + ".a" * 3_000 + " == 1",
    "long sum": "def test_a():\n    assert " + "+".join(["1"] * 4_000) + " == 1",
    "growing value": "def test_a():\n    a = [1]\n" + "    a = f(a, a)\n" * 400 + "    assert a == 1\n",
    "mutual helpers": "def a(x):\n    b(x)\n    b(x)\n\n\ndef b(x):\n    a(x)\n    a(x)\n    assert x\n\n\ndef test_a():\n    a(1)\n",  # noqa: E501
    "helper tree": "\n\n".join(f"def h{n}(x):\n    h{n + 1}(x)\n    h{n + 1}(x)\n    h{n + 1}(x)" for n in range(30))
    + "\n\ndef h30(x):\n    assert x == f(x)\n\n\ndef test_a():\n    h0(1)\n",
    "nested loops": "def test_a():\n"
    + "".join(f"{'    ' * n}for x{n} in range(60):\n" for n in range(1, 9))
    + "    " * 9
    + "assert f(x1)\n",
    "big power": "def test_a():\n    assert f() == 10 ** 10 ** 10\n    assert 'x' * 10 ** 12 == f()\n    assert 1 << 10 ** 9\n",  # noqa: E501
    "wide table": "import pytest\n\n\n@pytest.mark.parametrize('a', range(10 ** 9))\ndef test_a(a):\n    assert f(a)\n",
    "table of tables": "import pytest\n\n\n"
    + "".join(f"@pytest.mark.parametrize('a{n}', {list(range(40))})\n" for n in range(6))
    + "def test_a(a0, a1, a2, a3, a4, a5):\n    assert f(a0)\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_sources_end(name: str) -> None:
    for result in findings(HOSTILE[name], HOSTILE[name] + "\n\nX = 1\n"):
        assert isinstance(result, Finding | NotAnalysed)


UNREADABLE = {
    "syntax": b"def test_a(:\n",
    "too long": b"def test_a():\n    assert f()\n" + b"# " + b"x" * 1_100_000,
    "UTF-16": "def test_a():\n    assert f()\n".encode("utf-16"),
    "NUL": b"def test_a():\n    assert f()\n\0",
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_said(name: str) -> None:
    results = findings(b"def test_a():\n    assert f()\n", UNREADABLE[name])
    assert [r.path for r in results if isinstance(r, NotAnalysed)] == ["tests/test_it.py"]


@pytest.mark.parametrize("name", UNREADABLE)
def test_in_a_delegated_change_it_is_a_finding(name: str) -> None:
    results = findings(b"def test_a():\n    assert f()\n", UNREADABLE[name], standing="delegated")
    assert "tests/not-analysed" in {r.rule for r in results if isinstance(r, Finding)}
