"""JavaScript and TypeScript to outlines: what defines a test, what imports mean, and text that nobody wrote."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delegation_guard.languages import javascript
from delegation_guard.languages.outline import Outline, show

PIECES = st.sampled_from([
    "test('a', () => {", "});", "expect(x)", ".not", ".toBe(1);", "describe.each([[1]])(", "`a ${b} c`", "/re[x]/g",
    "{",
    "}", "(", ")", "[", "]", "=>", "async", "await ", "import x from 'y';", "class A {", "<div>", "</div>",
    "const {a, ...b} = c;",
    "'", '"', "`", "//", "/*", "*/", "?.", "...", "\n", ";", "if (a)", "else", "try {", "} catch {",
    "for (const x of y)", "\\u{1}",
    "interface I {}", "x as any", "<T>(x: T): T =>", "it.only(", "switch (a) {", "case 1:", "\x00", "é",
])  # fmt: skip


def read(text: str, path: str = "test/a.test.ts") -> Outline:
    return javascript.outline(path, text.encode())


def names(text: str) -> list[str]:
    return [function.name for function in read(text).functions]


def marks(text: str) -> dict[str, list[str]]:
    return {function.name: [show(mark.args[0]) for mark in function.decorators] for function in read(text).functions}


def test_titles_are_names() -> None:
    text = "describe('a', () => { it('b', f); describe('c', () => { test(`d`, f); test('d', f); }); }); test('e', f);"
    assert names(text) == ['"a > b"', '"a > c > d"', '"a > c > d" (2)', '"e"']


@pytest.mark.parametrize(
    ("call", "mark"),
    [
        ("it.skip('a', f)", "test.skip"), ("xit('a', f)", "test.skip"), ("test.todo('a')", "test.skip"),
        ("test.concurrent.skip('a', f)", "test.skip"), ("test('a', { skip: true }, f)", "test.skip"),
        ("test('a', { retry: 2 }, f)", "test.retry"), ("test('a', f, 900)", "test.timeout"),
        ("test.failing('a', f)", "test.failing"), ("(slow ? test.skip : test)('a', f)", "test.skip"),
        ("test.skipIf(slow)('a', f)", "test.skip"), ("if (fast) { test('a', f); }", "test.skip"),
        ("describe.skip('x', () => { test('a', f); })", "test.skip"), ("test.each([1])('a', f)", "test.each"),
        ("xs.forEach((x) => { test('a', f); })", "test.each"), ("for (const x of xs) test('a', f);", "test.each"),
        ("test.only('b', f); test('a', f)", "test.focus"),
    ],
)  # fmt: skip
def test_marks(call: str, mark: str) -> None:
    found = marks(f"function f() {{}}\n{call};")
    assert [mark] == next(value for name, value in found.items() if name.endswith('a"'))


@pytest.mark.parametrize(
    "call", ["test('a', f)", "test('a', { skip: false }, f)", "test.only('a', f)", "test.concurrent('a', f)"]
)
def test_no_marks(call: str) -> None:
    assert marks(f"function f() {{}}\n{call};") == {"f": [], '"a"': []}


@pytest.mark.parametrize(
    ("text", "local", "dotted"),
    [
        ("import { a } from '../src/x'", "a", "javascript:/src/x.a"),
        ("import { a as b } from '../src/x.js'", "b", "javascript:/src/x.a"),
        ("import a from '../src/x/index.ts'", "a", "javascript:/src/x"),
        ("import * as a from './x.util'", "a", "javascript:/test/x:util"),
        ("const { a } = require('../src/x')", "a", "javascript:/src/x.a"),
        ("const { a: b } = require('../src/x')", "b", "javascript:/src/x.a"),
        ("const a = require('../src/x').default", "a", "javascript:/src/x"),
        ("const a = await import('@/x')", "a", "javascript:/src/x"),
        ("import assert from 'node:assert/strict'", "assert", "assert.strict"),
        ("import { strict as assert } from 'assert'", "assert", "assert.strict"),
        ("export { a as b } from './x'", "b", "javascript:/test/x.a"),
    ],
)  # fmt: skip
def test_imports(text: str, local: str, dotted: str) -> None:
    assert read(text).imports[local] == dotted


def test_what_a_runner_exports_is_its_global() -> None:
    outline = read("import { test as t, vi, expect as e } from 'vitest';\nt('a', () => { e(vi.fn()).toBe(1); });")
    assert outline.imports == {}
    assert show(outline.functions[0].body[0].term) == "expect(jest.fn()).toBe(1)"  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["src/x.ts", "src/x.js", "src/x/index.tsx", "src/x.test-util.mjs"])
def test_a_symbol_leads_back_to_its_file(path: str) -> None:
    assert (path, "a") in javascript.candidates(f"{javascript.module_name(path)}.a")


def test_hooks_and_suites_run_before_a_test() -> None:
    text = "describe('a', () => { const x = f(1); beforeEach(() => { g(x); }); it('b', () => { h(x); }); });"
    assert [show(stmt.term) for stmt in read(text).functions[0].body if stmt.term] == ["f(1)", "g(x)", "h(x)"]


def test_flow_and_jsx_in_plain_files() -> None:
    assert names("it('a', () => { render(<App x={1} />); });") == ['"a"']
    assert [f.name for f in javascript.outline("a.test.js", b"test('a', (x: number) => { f(x); });").functions] == [
        '"a"'
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("test('a', () => {", "line 1"), ("[" * 200_000, "line 1"),
        ("describe('it', () => {" * 60 + "it('a', f);" + "});" * 60, "too deeply"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said(text: str, says: str) -> None:
    with pytest.raises(javascript.Unreadable, match=says):
        read(text)


def test_a_missing_grammar_is_said_with_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(javascript.GRAMMARS, "ts", "tree_sitter_of_no_language:language")
    javascript.parser.cache_clear()
    with pytest.raises(javascript.Unreadable, match="pip install tree-sitter"):
        read("test('a', f);")
    javascript.parser.cache_clear()


@pytest.mark.parametrize("text", [
    "x = " + "(" * 3_000 + "1" + ")" * 3_000, "test('a', () => { expect(x)" + ".a()" * 3_000 + "; });",
    "test('a', () => { " + "if (a) {" * 2_000 + "}" * 2_000 + " });",
    "test('a', () => { expect('" + "a" * 900_000 + "').toBe(1); });",
    "test('a', () => { " + "if (a) {} else " * 2_000 + "{} });",
])  # fmt: skip
def test_deep_and_long_texts_take_bounded_time(text: str) -> None:
    for function in read(text).functions:
        assert function.body
    assert javascript.pieces(text)
    assert javascript.defined(text.encode()) is not None


def test_spelling_leaves_layout_out() -> None:
    one, two = "test('a', () => {\n  f(1); // why\n});", 'test("a", () => { f( 1 ) })'
    assert javascript.behaviour(one.encode()) == javascript.behaviour(two.encode())
    assert set(javascript.pieces(one)) == set(javascript.pieces(two))
    assert set(javascript.pieces(one)) != set(javascript.pieces(two.replace("1", "2")))


def test_defined_names() -> None:
    text = b"export function a() {} class B { c() {} } const d = { e: 1 }; module.exports.f = 2;"
    assert javascript.defined(text) >= {"a", "B", "c", "d", "e", "f"}


def judged(data: bytes) -> None:
    try:
        outline = javascript.outline("test/a.test.tsx", data)
    except javascript.Unreadable:
        return
    for function in outline.functions:
        assert isinstance(function.body, tuple)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_random_bytes(data: bytes) -> None:
    judged(data)
    javascript.defined(data)


@settings(max_examples=250, deadline=None)
@given(st.lists(PIECES, max_size=30))
def test_random_pieces(parts: list[str]) -> None:
    text = "".join(parts)
    judged(text.encode())
    javascript.pieces(text)


@settings(max_examples=100, deadline=None)
@given(st.integers(min_value=0, max_value=400))
def test_truncated_files(length: int) -> None:
    text = (
        "import { f } from './f';\ndescribe('a', () => {\n  let x;\n  beforeEach(async () => { x = await f(); });\n"
        "  it.each`a|b\n${1}|${2}`('n $a', ({ a, b }) => { expect(x?.[a]).not.toMatchObject({ b, ...x }); });\n"
        "  test('c', { skip: x }, async ({ page }) => {\n"
        "    try { await expect(page).toHaveText(/x/i); } finally { x = 1; }\n  });\n});\n"
    )
    judged(text[:length].encode())
