"""Whatever a formatter makes of a Python block is the block; whatever one token changes is not."""

from __future__ import annotations

import ast
import io
import tokenize

from hypothesis import given, settings
from hypothesis import strategies as st

from delegation_guard.checks.fidelity import RULES, find
from delegation_guard.model.contract import CodeBlock, Contract, Edit, VerifyCommand
from delegation_guard.model.finding import Finding
from support import subject

LEVELS = {rule.id: rule.level for rule in RULES}
HEADER = "import math\n\n\ndef before(x):\n    return math.floor(x)\n\n\n"
OLD = "def target(x):\n    return x\n"
FOOTER = "\n\ndef after(x):\n    return -x\n"

names = st.sampled_from(["alpha", "beta", "gamma", "delta"])
atoms = st.one_of(names, st.integers(0, 99).map(str), st.sampled_from(['"text"', "'it'", "None", "True", "0.5"]))
expressions = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "<", "<=", "==", "and", "or", "in"]), inner).map(
            lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
        ),
        st.tuples(names, st.lists(inner, max_size=3)).map(lambda parts: f"{parts[0]}({', '.join(parts[1])})"),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"[{', '.join(parts)}]"),
        inner.map(lambda text: f"(not {text})"),
        st.tuples(names, names).map(lambda parts: f"{parts[0]}.{parts[1]}"),
    ),
    max_leaves=6,
)
simple = st.one_of(
    st.tuples(names, expressions).map(lambda parts: f"{parts[0]} = {parts[1]}"),
    expressions.map(lambda text: f"return {text}"),
    expressions.map(lambda text: f"alpha({text})"),
)


def indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


@st.composite
def bodies(draw: st.DrawFn, depth: int = 0) -> list[str]:
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        if depth < 2 and draw(st.booleans()):
            lines += [f"if {draw(expressions)}:", *indented(draw(bodies(depth + 1)))]
            if draw(st.booleans()):
                lines += ["else:", *indented(draw(bodies(depth + 1)))]
        else:
            lines.append(draw(simple))
    return lines


blocks = bodies().map(lambda body: "\n".join(["def target(alpha, beta=1, *, gamma=None):", *indented(body)]) + "\n")


def blocking(block: str, delivered: str) -> list[Finding]:
    pair = (CodeBlock("python", OLD, 10, "before"), CodeBlock("python", block, 16))
    contract = Contract("T-1", "do it", 1, (Edit("a.py", "modify", 8, "", pair, 1),), (VerifyCommand("true", 50),))
    judged = subject({"a.py": HEADER + OLD + FOOTER}, {"a.py": HEADER + delivered + FOOTER}, contract=contract)
    findings = [item for item in find(judged) if isinstance(item, Finding)]
    return [item for item in findings if item.certainty == "sure" and LEVELS[item.rule] == "error"]


@settings(max_examples=150, deadline=None)
@given(blocks)
def test_another_rendering_is_the_same(block: str) -> None:
    assert blocking(block, block) == []
    assert blocking(block, ast.unparse(ast.parse(block)) + "\n") == []


@settings(max_examples=200, deadline=None)
@given(blocks, st.data())
def test_one_token_makes_a_difference(block: str, data: st.DataObject) -> None:
    tokens = [
        token for token in tokenize.generate_tokens(io.StringIO(block).readline)
        if token.type in (tokenize.NAME, tokenize.NUMBER, tokenize.STRING)
        or token.string in ("+", "-", "*", "<", "<=", "==")
    ]  # fmt: skip
    token = data.draw(st.sampled_from(tokens))
    other = "+" if token.type == tokenize.OP and token.string != "+" else "-" if token.type == tokenize.OP else "other"
    lines = block.splitlines(keepends=True)
    row, start, end = token.start[0] - 1, token.start[1], token.end[1]
    lines[row] = lines[row][:start] + other + lines[row][end:]
    assert blocking(block, "".join(lines))


@settings(max_examples=60, deadline=None)
@given(blocks, st.integers(0, 40))
def test_a_statement_more_makes_a_difference(block: str, at: int) -> None:
    lines = block.splitlines()
    at = 1 + at % (len(lines))
    width = len(lines[at - 1]) - len(lines[at - 1].lstrip()) + 4 * lines[at - 1].endswith(":")
    lines.insert(at, " " * width + "alpha = beta(7, 8)")
    assert blocking(block, "\n".join(lines) + "\n")


@settings(max_examples=60, deadline=None)
@given(blocks, st.integers(0, 40))
def test_a_line_less_makes_a_difference(block: str, at: int) -> None:
    lines = block.splitlines()
    del lines[at % len(lines)]
    assert blocking(block, "\n".join(lines) + "\n")


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="abc(){}[]'\"`#/\\\n\t =:;,.<>-+1", max_size=120), st.sampled_from(
    ["a.py", "a.ts", "a.go", "a.rs", "a.rb", "a.sh", "a.yaml", "a.md", "a.toml", "a.php", "a.ex", "a.c", "Makefile"]
))  # fmt: skip
def test_any_text_can_be_judged(text: str, path: str) -> None:
    pair = (CodeBlock("", "a = 1\n", 10, "before"), CodeBlock("", text, 16))
    contract = Contract("T-1", "do it", 1, (Edit(path, "modify", 8, "", pair, 1),), (VerifyCommand("true", 50),))
    list(find(subject({path: "a = 1\n"}, {path: text}, contract=contract)))
    list(find(subject({path: text}, {path: "b = 1\n"}, contract=contract)))
