"""Tokens: what a formatter may change disappears, what a language means stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delegation_guard.languages.families import BY_SUFFIX, family_of
from delegation_guard.languages.tokens import lex


def texts(path: str, text: str) -> list[str]:
    return [token.text for token in lex(text, family_of(path)).tokens]


@pytest.mark.parametrize(
    ("path", "one", "other"),
    [
        ("a.js", "f('a', b,)", 'f("a",b);'),
        ("a.js", "x = (a + b)\n", "x = a + b;\n"),
        ("a.js", "(x) => x", "x => x"),
        ("a.js", "const o = {'a': 1}", "const o = { a: 1, }"),
        ("a.js", "return (\n  <b/>\n)", "return <b/>"),
        ("a.js", ".5", "0.50"),
        ("a.ts", "type A =\n  | 'x'\n  | 'y';", "type A = 'x' | 'y'"),
        ("a.go", "f(a,\n b,\n)", "f(a, b)"),
        ("a.rs", "match x {\n  A => {\n    f()\n  }\n  B => g(),\n}", "match x { A => f(), B => g() }"),
        ("a.java", "List<List<A>> x;", "List<List<A> > x;"),
        ("a.toml", "a = ['x',\n]", 'a = ["x"]'),
        ("a.rb", "puts 'x'", 'puts "x"'),
        ("a.php", "f('x');", 'f("x");'),
        ("a.css", "a{b:c;}", "a { b: c }"),
        ("a.json", '{"a":[1,2]}', '{ "a": [ 1,\n 2 ] }'),
    ],
)
def test_same(path: str, one: str, other: str) -> None:
    assert texts(path, one) == texts(path, other)


@pytest.mark.parametrize(
    ("path", "one", "other"),
    [
        ("a.js", "return x", "return\nx"),
        ("a.js", "a = `x${b}`", "a = 'x${b}'"),
        ("a.js", "(a, b) => a", "a, b => a"),
        ("a.js", "x = (a, b)", "x = a, b"),
        ("a.js", "y = (a + b) * c", "y = a + b * c"),
        ("a.js", "/a b/.test(x)", "/a  b/.test(x)"),
        ("a.js", "a === b", "a == b"),
        ("a.rs", "f();", "f()"),
        ("a.rs", "'a", "'a'"),
        ("a.rs", "(x,)", "(x)"),
        ("a.rb", "'#{x}'", '"#{x}"'),
        ("a.php", "'$x'", '"$x"'),
        ("a.c", "f('a')", 'f("a")'),
        ("a.go", "x := 1", "x = 1"),
        ("a.java", "1.0", "1"),
        ("a.py", "(x,)", "(x)"),
        ("a.py", "b'x'", "'x'"),
    ],
)
def test_different(path: str, one: str, other: str) -> None:
    assert texts(path, one) != texts(path, other)


@pytest.mark.parametrize(
    ("path", "text", "comments"),
    [
        ("a.py", "x = '# no'  # yes", ["#yes"]),
        ("a.js", "a = '//no' // yes\n/* and\n this */", ["//yes", "/* and this */"]),
        ("a.js", "x = /\\/\\/no/ // yes", ["//yes"]),
        ("a.yaml", "a: b#no # yes", ["#yes"]),
        ("a.sh", "echo $# ${x#y} # yes", ["#yes"]),
        ("a.rb", '"#{x}" # yes', ["#yes"]),
        ("a.php", "#[Test]\n# yes", ["#yes"]),
        ("a.html", "<a><!-- yes --></a>", ["<!-- yes -->"]),
        ("a.sql", "select '--no' -- yes", ["--yes"]),
    ],
)
def test_comments_are_apart(path: str, text: str, comments: list[str]) -> None:
    assert [comment.text for comment in lex(text, family_of(path)).comments] == comments


def test_lines_and_columns() -> None:
    tokens = lex("a\n  b /* x\n y */ c\n", family_of("a.go")).tokens
    assert [(token.text, token.line, token.column) for token in tokens] == [("a", 1, 0), ("b", 2, 2), ("c", 3, 6)]


@given(st.text(max_size=200), st.sampled_from(sorted(BY_SUFFIX)))
def test_any_text_is_cut(text: str, suffix: str) -> None:
    lexed = lex(text, BY_SUFFIX[suffix])
    for token in (*lexed.tokens, *lexed.comments):
        assert 0 <= token.start < token.end <= len(text)
    starts = [token.start for token in lexed.tokens]
    assert starts == sorted(starts)


def test_families_by_name() -> None:
    assert family_of("app/Dockerfile").name == "hashed"
    assert family_of("requirements-dev.txt").name == "hashed"
    assert family_of("Gemfile").name == "ruby"
    assert family_of("x.unknown").name == "generic"
    assert family_of("x", "python").name == "python"
    assert family_of("notes.txt").name == "prose"
