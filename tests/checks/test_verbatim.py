"""The short way past the comparison of blocks: taken only where the long one finds nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from delegation_guard.checks import fidelity
from delegation_guard.checks.blocks import Pair, pairs_of
from delegation_guard.checks.verbatim import verbatim
from delegation_guard.model.contract import CodeBlock, Contract, Edit, VerifyCommand
from delegation_guard.model.finding import Finding
from support import subject

BASE = "import os\n\n\ndef one(x):\n    return x\n\n\ndef two(x):\n    return x + 2\n"
OLD, NEW = "def two(x):\n    return x + 2\n", "def two(x):\n    return x + 3\n"


def edit(*blocks: tuple[str | None, str | None]) -> Edit:
    made = []
    for number, (old, new) in enumerate(blocks):
        made += [CodeBlock("python", old, 10 + 20 * number, "before")] if old is not None else []
        made += [CodeBlock("python", new, 20 + 20 * number)] if new is not None else []
    return Edit("a.py", "modify", 8, blocks=tuple(made), number=1)


def pairs(*blocks: tuple[str | None, str | None]) -> tuple[Pair, ...]:
    return pairs_of(edit(*blocks))


@pytest.mark.parametrize(
    ("blocks", "base", "head"),
    [
        pytest.param([(OLD, NEW)], BASE, BASE.replace("+ 2", "+ 3"), id="one block"),
        pytest.param([("    return x\n", "    return -x\n"), (OLD, NEW)], BASE,
                     BASE.replace("return x\n", "return -x\n").replace("+ 2", "+ 3"), id="two blocks"),
        pytest.param([("{\n  1\n}\n", "{\n  2\n}\n")], "{\n  1\n}\n", "{\n  2\n}\n", id="the whole file"),
        pytest.param([(OLD, NEW)], BASE + OLD, BASE.replace("+ 2", "+ 3") + OLD, id="the old text stood twice"),
        pytest.param([(OLD, NEW)], BASE + OLD, BASE + NEW, id="the second of two"),
        pytest.param([(OLD, OLD + NEW)], BASE, BASE + NEW, id="the new text holds the old one"),
        pytest.param([(OLD, None)], BASE, BASE.replace(OLD, ""), id="no new text"),
        pytest.param([("import os\n", "import re\n")], BASE, BASE.replace("import os", "import re"), id="import"),
        pytest.param([("def one(x):\n    return x\n", OLD), (OLD, "z = 1\n")], BASE,
                     f"import os\n\n\n{OLD}\n\nz = 1\n", id="one block's new text is another one's old text"),
        pytest.param([("a  \n", "b \n")], "a\nx  \n", "b\nx  \n", id="blanks at the end of a block's lines"),
        pytest.param([("    ...\n    return 1\n", "    ...\n    return 2\n")], "def f():\n    ...\n    return 1\n",
                     "def f():\n    ...\n    return 2\n", id="dots that stand in the file"),
    ],
)  # fmt: skip
def test_typed_in_word_for_word(blocks, base: str, head: str) -> None:
    assert verbatim(pairs(*blocks), base, head)


@pytest.mark.parametrize(
    ("blocks", "base", "head"),
    [
        pytest.param([(OLD, NEW)], BASE, BASE, id="nothing landed"),
        pytest.param([(OLD, NEW)], BASE, BASE.replace("+ 2", "+ 4"), id="something else landed"),
        pytest.param([(OLD, NEW)], BASE, BASE.replace("+ 2", "+ 3") + "y = 1\n", id="more landed"),
        pytest.param([(OLD, NEW)], BASE, BASE.replace("+ 2", "+ 3") + OLD, id="the old text stands elsewhere"),
        pytest.param([(None, NEW)], BASE, BASE + NEW, id="no old text"),
        pytest.param([(OLD, NEW)], BASE, BASE.replace("return x\n", "return x \n").replace("+ 2", "+ 3"),
                     id="blanks at the end of another line"),
        pytest.param([(OLD, NEW)], BASE + OLD, BASE.replace("+ 2", "+ 3") + NEW, id="exchanged twice"),
        pytest.param([("a\nb\n", "c\n"), ("b\nd\n", "e\n")], "a\nb\nd\n", "c\ne\n", id="old texts that overlap"),
        pytest.param([("x + 2\n", "x + 3\n")], BASE, BASE.replace("+ 2", "+ 3"), id="a part of a line"),
        pytest.param([(OLD, "def two(x):\n    ...\n")], BASE, BASE.replace("return x + 2", "..."), id="elided code"),
        pytest.param([(OLD, NEW), (NEW, OLD)], BASE, BASE, id="a block undoes another"),
    ],
)  # fmt: skip
def test_everything_else_is_compared(blocks, base: str, head: str) -> None:
    assert not verbatim(pairs(*blocks), base, head)


def test_old_text_that_is_to_go_everywhere_is_compared() -> None:
    every = Edit("a.py", "modify", 8, "Replace it everywhere", edit((OLD, NEW)).blocks, 1)
    assert verbatim(pairs_of(every), BASE, BASE.replace("+ 2", "+ 3"))
    assert not verbatim(pairs_of(every), BASE + OLD, BASE + NEW)


def fidelity_rows():

    for path in sorted((Path(__file__).parent / "fidelity").glob("*.yaml")):
        for given in yaml.safe_load(path.read_text(encoding="utf-8")):
            for row in (*given.get("accepts", ()), *given.get("rejects", ())):
                yield f"{path.stem}: {given['about']}: {row['name']}", {**given, **row}


def test_no_row_is_judged_otherwise_by_the_long_way(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []
    monkeypatch.setattr(fidelity, "verbatim", lambda *texts: taken.append("yes") if verbatim(*texts) else None)
    passed = 0
    for name, row in fidelity_rows():
        blocks = [(given.get("replace"), given.get("with", given.get("new"))) for given in row["blocks"]]
        listed = Edit(row["path"], row.get("action", "modify"), 8, row.get("words", ""), edit(*blocks).blocks, 1,
                      row.get("target", ""))  # fmt: skip
        before = {row["path"]: row["base"]} if row.get("base") is not None else {}
        after = {row.get("target") or row["path"]: row["head"]} if row.get("head") is not None else {}
        contract = Contract("T-1", "do it", 1, (listed,), (VerifyCommand("true", 90),))
        taken.clear()
        results = list(fidelity.find(subject({**before, "o.txt": "a"}, {**after, "o.txt": "b"}, contract=contract)))
        if taken:
            passed += 1
            assert [found.message for found in results if isinstance(found, Finding)] == [], name
    assert passed >= 5
