"""Python as statements: files, fragments, and outlines of other languages."""

from __future__ import annotations

import pytest

from delegation_guard.languages.manifests import dependencies
from delegation_guard.languages.sources import read_block, read_file, shape_of
from delegation_guard.languages.trees import read_fragment, read_tree


def shape(text: str) -> list[tuple[str, int]]:
    source = read_fragment(text)
    assert source is not None
    return [unit.key for unit in source.units]


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("    return x\n", [("return x", 0)]),
        ("def f(a,\n      b):\n", [("def f(a, b):", 0)]),
        ("@one\n@two(3)\n", [("@one", 0), ("@two(3)", 0)]),
        ("        return x\n    except E:\n        y()\n", [("return x", 1), ("except E:", 0), ("y()", 1)]),
        ("else:\n    z()\n", [("else:", 0), ("z()", 1)]),
        ("elif a:\n    z()\nelse:\n    y()\n", [("elif a:", 0), ("z()", 1), ("else:", 0), ("y()", 1)]),
        ("    try:\n        z()\n", [("try:", 0), ("z()", 1)]),
        ("with a as b:\n", [("with a as b:", 0)]),
        ("for a in b:  # each\n", [("for a in b:", 0)]),
        ("async def f():\n    await g()\n", [("async def f():", 0), ("await g()", 1)]),
        ("if a: b()\n", [("if a:", 0), ("b()", 1)]),
        ("del (a, b)\n", [("del a, b", 0)]),
        ("x = u'a'\n", [("x = 'a'", 0)]),
        ('def f():\n    """\n    Doc.\n    """\n', [("def f():", 0), ("doc 'Doc.'", 1)]),
    ],
)
def test_fragments(text: str, units: list[tuple[str, int]]) -> None:
    assert shape(text) == units


@pytest.mark.parametrize("text", ["timeout 30\n", "def f(:\n", '"a": 1,\n', ") -> int:\n", ""])
def test_what_is_no_statement(text: str) -> None:
    assert read_fragment(text) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 'a' 'b'", 'x = "ab"'),
        ("x = (1)", "x = 1"),
        ("f(a, b,)", "f(\n  a,\n  b\n)"),
        ("class A(): pass", "class A:\n    pass"),
        ("if a:\n    b\nelse:\n    if c:\n        d", "if a:\n    b\nelif c:\n    d"),
        ("f(0xFF, 1_000)", "f(255, 1000)"),
        ("import b, a", "import a\nimport b"),
        ("from m import (a,\n  b)", "from m import b\nfrom m import a"),
    ],
)
def test_same_trees(one: str, other: str) -> None:
    left, right = read_tree(one), read_tree(other)
    assert left is not None and right is not None
    assert [unit.key for unit in left.units] == [unit.key for unit in right.units]
    assert {item.text for item in left.imports} == {item.text for item in right.imports}


def test_what_does_not_parse() -> None:
    assert read_tree("def f(:\n") is None
    assert read_tree("x = '\udc80'\n") is None
    assert read_tree("(" * 5000) is None


def test_symbols_of_python() -> None:
    source = read_tree(
        "LIMIT = 3\n\n\nclass A:\n    x = 1\n\n    @property\n    def b(self):\n        def inner(): ...\n"
        "        return inner\n\n\ndef test_it():\n    pass\n\n\ndef _private():\n    pass\n"
    )
    assert source is not None
    assert [(s.qualified, s.kind, s.public) for s in source.symbols] == [
        ("LIMIT", "value", True), ("A", "class", True), ("A.x", "value", True), ("A.b", "function", True),
        ("A.b.inner", "function", False), ("test_it", "test", True), ("_private", "function", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "text", "symbols"),
    [
        ("a.ts",
         "export class A { private x = 1\n get(k: string): { v: number } { return this.m(k) }\n}\nfunction f() {}",
         [("A", "class", True), ("A.get", "function", True), ("f", "function", False)]),
        ("a.test.js", "describe('x', () => {\n  it('y', async () => { f() })\n  it.skip('z', () => {})\n})",
         [("x", "test", False), ("x.y", "test", False), ("x.z", "test", False)]),
        ("a.ts", "export const f = (a: A): B => {\n  return a.b()\n}\nexport type T = { a: number }",
         [("f", "function", True), ("T", "class", True)]),
        ("a.go",
         "type S struct {\n a int\n}\nfunc (s *S) Get() int { return 1 }\nfunc low() {}\nfunc TestX(t *testing.T) {}",
         [("S", "class", True), ("Get", "function", True), ("low", "function", False), ("TestX", "test", True)]),
        ("a.rs", "pub fn f<T>(x: T) -> Vec<T> where T: A { g() }\nimpl S {\n fn m(&self) {}\n}\n#[test]\nfn t() {}",
         [("f", "function", True), ("m", "function", False), ("t", "test", False)]),
        ("A.java", "@A(b)\npublic class C {\n  @Test void t() { f(); }\n  int m(int a) throws X { return a; }\n}",
         [("C", "class", True), ("C.t", "test", True), ("C.m", "function", True)]),
        ("a.kt", "class C {\n  private fun a() = 1\n  fun b(): Int { return 2 }\n}",
         [("C", "class", True), ("C.a", "function", False), ("C.b", "function", True)]),
        ("a.cs", "namespace N {\n public class C {\n  [Fact]\n  public void T() { }\n  int P => 1;\n }\n}",
         [("N", "class", True), ("N.C", "class", True), ("N.C.T", "test", True)]),
        ("a.rb", "class C\n  def a(x)\n    x\n  end\n\n  def b? = true\nend\n",
         [("C", "class", True), ("C.a", "function", True), ("C.b?", "function", True)]),
        ("a.php", "<?php\nclass C {\n  public function testA() {}\n  private function b() {}\n}",
         [("C", "class", True), ("C.testA", "test", True), ("C.b", "function", False)]),
        ("a.swift", "public struct S {\n  func testA() {}\n  var b: Int { 1 }\n}",
         [("S", "class", True), ("S.testA", "test", True), ("S.b", "value", True)]),
        ("a.cpp",
         "TEST_F(Fix, adds) {\n  f();\n}\nint area(int a) {\n  return a;\n}\nstruct S { int m() const { return 1; } };",
         [("Fix , adds", "test", True), ("area", "function", True), ("S", "class", True), ("S.m", "function", True)]),
        ("a.exs", "defmodule M do\n  test \"adds\" do\n    assert 1\n  end\n\n  defp p(x), do: x\nend\n",
         [("M", "class", True), ("M.adds", "test", True), ("M.p", "function", False)]),
        ("a.scala", "object O {\n  def f(a: Int): Int = a + 1\n  val x = 3\n}",
         [("O", "class", True), ("O.f", "function", True), ("O.x", "value", True)]),
        ("a.sh",
         "main() {\n  echo hi\n}\nfunction other {\n  :\n}\n",
         [("main", "function", True), ("other", "function", True)]),
    ],
)  # fmt: skip
def test_outlines(path: str, text: str, symbols: list[tuple[str, str, bool]]) -> None:
    source = read_file(path, text, shape_of(path))
    assert source is not None
    assert [(s.qualified, s.kind, s.public) for s in source.symbols] == symbols


@pytest.mark.parametrize(
    ("path", "text", "imports"),
    [
        ("a.ts", "import a, {b, c as d} from 'x';\nimport * as e from \"y\"\nimport 'z'\nimport('w')",
         [('import default as a from "x"', ("a",)), ('import b from "x"', ("b",)), ('import c as d from "x"', ("d",)),
          ('import * as e from "y"', ("e",)), ('import "z"', ())]),
        ("a.js", "const { a } = require('x');\nconst b = require(\"y\").z\nconst c = 1",
         [('require a from require ( "x" )', ("a",)), ('require b from require ( "y" ) . z', ("b",))]),
        ("a.go", "package a\nimport (\n \"fmt\"\n y \"gopkg.in/yaml.v3\"\n _ \"x\"\n \"a/b/v2\"\n)",
         [("import fmt", ("fmt",)), ("import y gopkg.in/yaml.v3", ("y",)), ("import _ x", ()),
          ("import a/b/v2", ("b",))]),
        ("a.rs", "use std::{fmt, io::{self, Read as R}};\nuse super::*;",
         [("use std :: fmt", ("fmt",)), ("use std :: io", ("io",)), ("use std :: io :: Read as R", ("R",)),
          ("use super :: *", ())]),
        ("a.java", "package a;\nimport a.b.C;\nimport static a.B.*;",
         [("import a . b . C", ("C",)), ("import static a . B . *", ())]),
        ("a.cs",
         "using System;\nusing A = B.C;\nusing (var x = y) { }", [("using System", ()), ("using A = B . C", ("A",))]),
        ("a.c", "#include <a.h>\n#include \"b.h\"", [("#include<a.h>", ()), ('#include"b.h"', ())]),
    ],
)  # fmt: skip
def test_imports(path: str, text: str, imports: list[tuple[str, tuple[str, ...]]]) -> None:
    source = read_file(path, text, shape_of(path))
    assert source is not None
    assert [(item.text, item.names) for item in source.imports] == imports


def test_lines_nest_by_indentation() -> None:
    source = read_block("a.yaml", "    b: 1\n  c:\n    - d\n", "lines")
    assert source is not None
    assert [unit.key for unit in source.units] == [("b : 1", 1), ("c :", 0), ("- d", 1)]


@pytest.mark.parametrize(
    ("path", "text", "names"),
    [
        ("package.json", '{"dependencies": {"a": "1"}, "devDependencies": {"b": "2"}}', {"a", "b"}),
        ("pyproject.toml", '[project]\ndependencies = ["A_b>=1"]\n[dependency-groups]\ndev = ["c"]', {"a-b", "c"}),
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = "^3"\nx = "1"', {"python", "x"}),
        ("Cargo.toml", '[dependencies]\na = "1"\n[target.x.dev-dependencies]\nb = "1"', {"a", "b"}),
        ("requirements-dev.txt", "# no\n-r x.txt\nhttpx[http2]==1\n", {"httpx"}),
        ("go.mod", "module m\nrequire (\n\tgithub.com/a/b v1.2.3\n)\n", {"github.com/a/b"}),
        ("Gemfile", "gem 'rails', '~> 7'\n", {"rails"}),
        ("pom.xml", "<dependency><groupId>g</groupId><artifactId>a</artifactId></dependency>", {"a"}),
        ("build.gradle", "dependencies {\n  implementation 'g:a:1'\n}", {"a"}),
        ("app.csproj", '<PackageReference Include="A" Version="1" />', {"A"}),
    ],
)
def test_manifests(path: str, text: str, names: set[str]) -> None:
    assert dependencies(path, text) == names


def test_no_manifest() -> None:
    assert dependencies("a.py", "x") is None
    assert dependencies("package.json", "{") is None
