"""Python expressions and statements to neutral terms and statements."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from delegation_guard.languages.outline import FALSE, NULL, TRUE, Function, Handler, Stmt, Term

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

COMPARE = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Is: "is",
    ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip

Scope = dict[str, Term]
"""Names that a comprehension or lambda binds, and the numbered variable each stands for."""


class Reader:
    """Turns the nodes of one file into terms and statements. `imports` resolves names to dotted paths."""

    def __init__(self, lines: Sequence[str], imports: Mapping[str, str]) -> None:
        self.lines = lines
        self.imports = imports

    def term(self, node: ast.expr | None, scope: Scope | None = None) -> Term:
        if node is None:
            return NULL
        method = _TERMS.get(type(node))
        if method is None:
            return Term("opaque", ast.dump(node))
        return method(self, node, scope or {})

    def terms(self, nodes: Sequence[ast.expr], scope: Scope) -> tuple[Term, ...]:
        return tuple([self.term(node, scope) for node in nodes])

    def _name(self, node: ast.Name, scope: Scope) -> Term:
        if node.id in scope:
            return scope[node.id]
        if node.id in self.imports:
            return Term("sym", self.imports[node.id])
        return Term("name", node.id)

    def _constant(self, node: ast.Constant, scope: Scope) -> Term:
        value = node.value
        if value is None:
            return NULL
        if value is True or value is False:
            return TRUE if value else FALSE
        if isinstance(value, str):
            return Term("str", value)
        if isinstance(value, bytes):
            return Term("bytes", value)
        return Term("ellipsis") if value is Ellipsis else Term("num", value)

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Term:
        owner = self.term(node.value, scope)
        if owner.op == "sym":
            return Term("sym", f"{owner.value}.{node.attr}")
        return Term("attr", node.attr, (owner,))

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Term:
        return Term("index", None, (self.term(node.value, scope), self.term(node.slice, scope)))

    def _slice(self, node: ast.Slice, scope: Scope) -> Term:
        return Term("slice", None, tuple([self.term(part, scope) for part in (node.lower, node.upper, node.step)]))

    def _call(self, node: ast.Call, scope: Scope) -> Term:
        args = (self.term(node.func, scope), *self.terms(node.args, scope))
        pairs = sorted((word for word in node.keywords if word.arg), key=lambda word: word.arg or "")
        spread = tuple([Term("star", "**", (self.term(word.value, scope),)) for word in node.keywords if not word.arg])
        values = tuple([self.term(word.value, scope) for word in pairs])
        return Term("call", None, args + spread + values, tuple(word.arg or "" for word in pairs))

    def _compare(self, node: ast.Compare, scope: Scope) -> Term:
        sides = self.terms([node.left, *node.comparators], scope)
        parts = tuple(
            [Term("cmp", COMPARE[type(op)], (sides[i], sides[i + 1])) for i, op in enumerate(node.ops)]
        )  # fmt: skip
        return parts[0] if len(parts) == 1 else Term("and", None, parts)

    def _unary(self, node: ast.UnaryOp, scope: Scope) -> Term:
        inner = self.term(node.operand, scope)
        if isinstance(node.op, ast.Not):
            return Term("not", None, (inner,))
        if isinstance(node.op, ast.USub) and inner.op == "num" and isinstance(inner.value, int | float):
            return Term("num", -inner.value)
        return Term("un", type(node.op).__name__, (inner,))

    def _dict(self, node: ast.Dict, scope: Scope) -> Term:
        parts: list[Term] = []
        for key, value in zip(node.keys, node.values, strict=True):
            inner = self.term(value, scope)
            parts += [Term("star", "**"), inner] if key is None else [self.term(key, scope), inner]
        return Term("dict", None, tuple(parts))

    def _format(self, node: ast.JoinedStr, scope: Scope) -> Term:
        parts: list[Term] = []
        for value in node.values:
            if isinstance(value, ast.FormattedValue):
                spec = self.term(value.format_spec, scope)
                parts.append(Term("format", value.conversion, (self.term(value.value, scope), spec)))
            else:
                parts.append(self.term(value, scope))
        if all(part.op == "str" for part in parts):
            return Term("str", "".join(str(part.value) for part in parts))
        return Term("format", None, tuple(parts))

    def _comprehension(self, node: ast.expr, scope: Scope) -> Term:
        scope = dict(scope)
        parts: list[Term] = []
        for generator in node.generators:  # type: ignore[attr-defined]
            source = self.term(generator.iter, scope)
            bind(generator.target, scope)
            parts += [self.term(generator.target, scope), source]
            parts.append(Term("tuple", None, self.terms(generator.ifs, scope)))
        if isinstance(node, ast.DictComp):
            return Term("comp", "dict", (self.term(node.key, scope), self.term(node.value, scope), *parts))
        kind = "gen" if isinstance(node, ast.GeneratorExp) else "list"
        made = Term("comp", kind, (self.term(node.elt, scope), *parts))  # type: ignore[attr-defined]
        return Term("call", None, (Term("name", "set"), made)) if isinstance(node, ast.SetComp) else made

    def _lambda(self, node: ast.Lambda, scope: Scope) -> Term:
        scope = dict(scope)
        names = [arg.arg for arg in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
        for name in names:
            scope[name] = Term("bound", len(scope))
        return Term("lambda", tuple(names), (self.term(node.body, scope),))

    def _many(self, node: ast.expr, scope: Scope) -> Term:
        kind = {ast.List: "list", ast.Tuple: "tuple", ast.Set: "set"}[type(node)]
        return Term(kind, None, self.terms(node.elts, scope))  # type: ignore[attr-defined]

    def _bool(self, node: ast.BoolOp, scope: Scope) -> Term:
        return Term("and" if isinstance(node.op, ast.And) else "or", None, self.terms(node.values, scope))

    def _binary(self, node: ast.BinOp, scope: Scope) -> Term:
        left, right = self.term(node.left, scope), self.term(node.right, scope)
        if isinstance(node.op, ast.Add) and left.op == right.op == "str":
            return Term("str", f"{left.value}{right.value}")
        return Term("bin", type(node.op).__name__, (left, right))

    def _walrus(self, node: ast.NamedExpr, scope: Scope) -> Term:
        return Term("assign", node.target.id, (self.term(node.value, scope),))

    def statements(self, nodes: Sequence[ast.stmt]) -> tuple[Stmt, ...]:
        made: list[Stmt] = []
        for node in nodes:
            made.extend(self.statement(node))
        return tuple(made)

    def statement(self, node: ast.stmt) -> list[Stmt]:
        """A node as statements: none for a pass, two for `a = b = 1`."""
        method = _STATEMENTS.get(type(node))
        end = node.end_lineno or node.lineno
        if method is None:
            return [] if isinstance(node, ast.Pass | ast.Global | ast.Nonlocal) else [Stmt("other", node.lineno, end)]
        return method(self, node, node.lineno, end)

    def _assign(self, node: ast.stmt, line: int, end: int) -> list[Stmt]:
        if isinstance(node, ast.AugAssign):
            word = type(node.op).__name__
            return [Stmt("assign", line, end, self.term(node.value), self.term(node.target), word=word)]
        if isinstance(node, ast.AnnAssign):
            return [Stmt("assign", line, end, self.term(node.value), self.term(node.target))] if node.value else []
        value = self.term(node.value)  # type: ignore[attr-defined]
        return [Stmt("assign", line, end, value, self.term(target)) for target in node.targets]  # type: ignore[attr-defined]

    def _with(self, node: ast.With | ast.AsyncWith, line: int, end: int) -> list[Stmt]:
        items = tuple(
            (self.term(item.context_expr), self.term(item.optional_vars) if item.optional_vars else None)
            for item in node.items
        )
        head = node.items[-1].context_expr.end_lineno or line
        return [Stmt("with", line, head, items=items, body=self.statements(node.body))]

    def _try(self, node: ast.Try, line: int, end: int) -> list[Stmt]:
        handlers = tuple(
            Handler(self.term(h.type) if h.type else None, h.name or "", self.statements(h.body)) for h in node.handlers
        )
        made = Stmt("try", line, line, body=self.statements(node.body), handlers=handlers)
        return [made._replace(orelse=self.statements(node.orelse), final=self.statements(node.finalbody))]

    def _match(self, node: ast.Match, line: int, end: int) -> list[Stmt]:
        subject = self.term(node.subject)
        rest: tuple[Stmt, ...] = ()
        for case in reversed(node.cases):
            guard = Term("opaque", f"{ast.dump(case.pattern)} {case.guard and ast.dump(case.guard)}", (subject,))
            wild = isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None and case.guard is None
            body = self.statements(case.body)
            rest = body if wild else (Stmt("if", line, line, guard, body=body, orelse=rest),)
        return list(rest)

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, owner: str) -> Function:
        args = node.args
        plain = [*args.posonlyargs, *args.args]
        defaults = {
            arg.arg: self.term(value) for arg, value in zip(reversed(plain), reversed(args.defaults), strict=False)
        }
        defaults |= {
            arg.arg: self.term(value) for arg, value in zip(args.kwonlyargs, args.kw_defaults, strict=True) if value
        }
        first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        end = node.end_lineno or node.lineno
        text = "\n".join(self.lines[first - 1 : end])
        return Function(
            node.name, owner, node.lineno, end,
            tuple(arg.arg for arg in (*plain, *args.kwonlyargs)), defaults, self.terms(node.decorator_list, {}),
            bool(args.vararg or args.kwarg), "yield" in text and yields(node.body), text,
            lambda: self.statements(node.body), first, isinstance(node, ast.AsyncFunctionDef),
        )  # fmt: skip


def bind(target: ast.expr, scope: Scope) -> None:
    """Number the names that a comprehension's target binds."""
    for node in ast.walk(target):
        if isinstance(node, ast.Name):
            scope[node.id] = Term("bound", len(scope))


def yields(body: Sequence[ast.stmt]) -> bool:
    """Whether a function with this body is a generator; nested functions do not count."""
    stack: list[ast.AST] = list(body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            stack.extend(ast.iter_child_nodes(node))
    return False


_TERMS: dict[type, Callable[..., Term]] = {
    ast.Name: Reader._name, ast.Constant: Reader._constant, ast.Attribute: Reader._attribute,
    ast.Subscript: Reader._subscript, ast.Slice: Reader._slice, ast.Call: Reader._call, ast.Compare: Reader._compare,
    ast.UnaryOp: Reader._unary, ast.Dict: Reader._dict, ast.JoinedStr: Reader._format,
    ast.ListComp: Reader._comprehension, ast.SetComp: Reader._comprehension, ast.DictComp: Reader._comprehension,
    ast.GeneratorExp: Reader._comprehension, ast.Lambda: Reader._lambda, ast.List: Reader._many,
    ast.Tuple: Reader._many, ast.Set: Reader._many, ast.BoolOp: Reader._bool, ast.BinOp: Reader._binary,
    ast.NamedExpr: Reader._walrus,
    ast.Starred: lambda self, node, scope: Term("star", "*", (self.term(node.value, scope),)),
    ast.Await: lambda self, node, scope: Term("await", None, (self.term(node.value, scope),)),
    ast.Yield: lambda self, node, scope: Term("yield", None, (self.term(node.value, scope),)),
    ast.YieldFrom: lambda self, node, scope: Term("yield", None, (self.term(node.value, scope),)),
    ast.IfExp: lambda self, node, scope: Term("cond", None, self.terms((node.test, node.body, node.orelse), scope)),
}  # fmt: skip

_STATEMENTS: dict[type, Callable[..., list[Stmt]]] = {
    ast.Assert: lambda self, node, line, end: [
        Stmt("assert", line, end, self.term(node.test), self.term(node.msg) if node.msg else None)
    ],
    ast.Expr: lambda self, node, line, end: [Stmt("expr", line, end, self.term(node.value))],
    ast.Assign: Reader._assign, ast.AugAssign: Reader._assign, ast.AnnAssign: Reader._assign,
    ast.If: lambda self, node, line, end: [
        Stmt("if", line, node.test.end_lineno or line, self.term(node.test),
             body=self.statements(node.body), orelse=self.statements(node.orelse))
    ],
    ast.For: lambda self, node, line, end: [
        Stmt("for", line, node.iter.end_lineno or line, self.term(node.iter), self.term(node.target),
             self.statements(node.body), self.statements(node.orelse))
    ],
    ast.While: lambda self, node, line, end: [
        Stmt("while", line, node.test.end_lineno or line, self.term(node.test), body=self.statements(node.body))
    ],
    ast.With: Reader._with, ast.AsyncWith: Reader._with, ast.Try: Reader._try, ast.TryStar: Reader._try,
    ast.Match: Reader._match,
    ast.Return: lambda self, node, line, end: [Stmt("return", line, end, self.term(node.value))],
    ast.Raise: lambda self, node, line, end: [Stmt("raise", line, end, self.term(node.exc) if node.exc else None)],
    ast.Break: lambda self, node, line, end: [Stmt("leave", line, end, word="break")],
    ast.Continue: lambda self, node, line, end: [Stmt("leave", line, end, word="continue")],
    ast.FunctionDef: lambda self, node, line, end: [Stmt("def", line, end, function=self.function(node, "<local>"))],
    ast.ClassDef: lambda self, node, line, end: [
        Stmt("class", line, end, Term("opaque", ast.dump(node)), Term("name", node.name))
    ],
    ast.Delete: lambda self, node, line, end: [
        Stmt("delete", line, end, Term("tuple", None, self.terms(node.targets, {})))
    ],
}  # fmt: skip
_STATEMENTS[ast.AsyncFunctionDef] = _STATEMENTS[ast.FunctionDef]
_STATEMENTS[ast.AsyncFor] = _STATEMENTS[ast.For]
