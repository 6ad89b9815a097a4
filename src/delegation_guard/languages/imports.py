"""Import statements in tokens: taken out of the sequence, one entry a name, because their order means nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delegation_guard.languages.units import Import

if TYPE_CHECKING:
    from collections.abc import Sequence

    from delegation_guard.languages.families import Family
    from delegation_guard.languages.tokens import Token

_FIRST_WORDS = {
    "javascript": frozenset(("import", "const", "let", "var")),
    "go": frozenset(("import",)),
    "rust": frozenset(("use",)),
    "java": frozenset(("import",)),
    "kotlin": frozenset(("import",)),
    "scala": frozenset(("import",)),
    "csharp": frozenset(("using", "global")),
    "c": frozenset(("#include",)),
    "php": frozenset(("use",)),
    "ruby": frozenset(("require", "require_relative")),
    "elixir": frozenset(("alias", "import", "require", "use")),
    "swift": frozenset(("import",)),
    "dart": frozenset(("import",)),
    "lua": frozenset(("local",)),
}
_CONTINUING = frozenset(("from", "import", ",", "=", "::"))
_ANY_DEPTH = frozenset(("rust", "csharp", "elixir"))


def take_imports(tokens: Sequence[Token], family: Family) -> tuple[list[Token], list[Import]]:
    """Tokens without their import statements, and those. What is not surely an import stays where it is."""
    words = _FIRST_WORDS.get(family.name)
    if words is None:
        return list(tokens), []
    rest: list[Token] = []
    imports: list[Import] = []
    depth, index, line = 0, 0, 0
    while index < len(tokens):
        token = tokens[index]
        if token.line != line and token.text in words and (depth == 0 or family.name in _ANY_DEPTH):
            end = _statement_end(tokens, index)
            found = _read(tokens[index:end], family)
            if found:
                imports += found
                index = end
                continue
        line = token.line
        depth += (token.text in ("(", "[", "{")) - (token.text in (")", "]", "}"))
        rest.append(token)
        index += 1
    return rest, imports


def _statement_end(tokens: Sequence[Token], index: int) -> int:
    """Where a statement ends: after its `;`, or where a line begins outside all brackets."""
    depth = 0
    start = index
    while index < len(tokens):
        text = tokens[index].text
        broken = index > start and tokens[index].line != tokens[index - 1].line
        if depth == 0 and broken and text != "from" and tokens[index - 1].text not in _CONTINUING:
            return index
        depth += (text in ("(", "[", "{")) - (text in (")", "]", "}"))
        index += 1
        if depth == 0 and text == ";" or depth < 0:
            return index
    return index


def _read(statement: Sequence[Token], family: Family) -> list[Import]:
    texts = [token.text for token in statement if token.text != ";"]
    line = statement[0].line
    reader = {"javascript": _javascript, "rust": _rust, "lua": _required}.get(family.name)
    if reader is not None:
        return [Import(text, line, names) for text, names in reader(texts)]
    if family.name == "go":
        return _go(statement)
    if family.name == "c":
        return [Import("".join(texts), line, ())]
    if family.name == "csharp":
        return _csharp(texts, line)
    if family.name == "php" and "(" in texts:
        return []
    return [Import(" ".join(texts), line, _dotted(texts, family))]


def _dotted(texts: list[str], family: Family) -> tuple[str, ...]:
    """Names bound by `import a.b.C`, `use A\\B`, `alias A.B`; nothing for wildcards and whole modules."""
    if family.name in ("ruby", "swift", "dart") or texts[-1] in ("*", "_"):
        return ()
    if family.name == "elixir" and texts[0] != "alias":
        return ()
    if "{" in texts:
        return tuple(text for text in texts[texts.index("{") + 1 :] if text.isidentifier())
    return (texts[-1],) if texts[-1].isidentifier() else ()


def _csharp(texts: list[str], line: int) -> list[Import]:
    if "(" in texts or "var" in texts or "await" in texts:
        return []
    named = (texts[texts.index("=") - 1],) if "=" in texts else ()
    return [Import(" ".join(texts), line, named)]


def _go(statement: Sequence[Token]) -> list[Import]:
    found = []
    alias = ""
    for token in statement[1:]:
        if token.text[0] in '"`':
            path = token.text[1:-1]
            bound = () if alias in ("_", ".") else (alias or _go_name(path),)
            found.append(Import(f"import {alias} {path}".replace("  ", " "), token.line, bound))
            alias = ""
        elif token.text not in ("(", ")", ";"):
            alias = token.text
    return found


def _go_name(path: str) -> str:
    parts = path.split("/")
    last = parts[-2] if len(parts) > 1 and parts[-1][:1] == "v" and parts[-1][1:].isdigit() else parts[-1]
    return last.partition(".")[0].removeprefix("go-")


def _javascript(texts: list[str]) -> list[tuple[str, tuple[str, ...]]]:
    if texts[0] != "import":
        return _required(texts)
    if len(texts) > 1 and texts[1] in ("(", "."):
        return []
    kind = "type " if texts[1:2] == ["type"] and texts[2:3] != ["from"] else ""
    body = texts[2 if kind else 1 :]
    if "from" not in body:
        return [(f"import {body[0]}", ())] if len(body) == 1 else []
    cut = len(body) - 1 - body[::-1].index("from")
    origin = " ".join(body[cut + 1 :])
    return [(f"import {kind}{what} from {origin}", (name,)) for what, name in _bindings(body[:cut])]


def _bindings(texts: list[str]) -> list[tuple[str, str]]:
    """`a, {b, c as d}, * as e` as (what is imported, the name it gets)."""
    found: list[tuple[str, str]] = []
    inside = False
    part: list[str] = []
    for text in [*texts, ","]:
        if text == "{":
            inside = True
        elif text in (",", "}"):
            words = [word for word in part if word != "type"] or part
            if words:
                what = " ".join(words) if inside or words[0] == "*" else f"default as {words[0]}"
                found.append((what, words[-1]))
            part = []
            inside = inside and text == ","
        else:
            part.append(text)
    return found


def _required(texts: list[str]) -> list[tuple[str, tuple[str, ...]]]:
    """`const x = require("y")` and `const {a, b: c} = require("y").z`, in JavaScript and Lua."""
    if "=" not in texts:
        return []
    cut = texts.index("=")
    left, right = texts[1:cut], texts[cut + 1 :]
    if right[:1] != ["require"]:
        return []
    origin = " ".join(right)
    if left[:1] == ["{"]:
        parts = " ".join(left[1:-1]).split(",")
        return [(f"require {part.strip()} from {origin}", (part.split()[-1],)) for part in parts if part.strip()]
    return [(f"require {left[0]} from {origin}", (left[0],))] if len(left) == 1 else []


def _rust(texts: list[str]) -> list[tuple[str, tuple[str, ...]]]:
    leaves: list[list[str]] = []
    _rust_leaves(texts[1:], [], leaves)
    return [(f"use {' '.join(leaf)}", _rust_names(leaf)) for leaf in leaves]


def _rust_names(leaf: list[str]) -> tuple[str, ...]:
    if leaf[-1] in ("*", "_"):
        return ()
    words = [word for word in leaf if word not in ("::", "self")]
    return (words[-1],) if words else ()


def _rust_leaves(texts: list[str], prefix: list[str], leaves: list[list[str]]) -> None:
    """Flatten `a::{b, c::{d}}` into a::b, a::c::d."""
    if "{" not in texts:
        leaf = [*prefix, *texts]
        leaves.append(leaf[:-2] if leaf[-2:] == ["::", "self"] else leaf)
        return
    cut = texts.index("{")
    depth = 0
    part: list[str] = []
    for text in [*texts[cut + 1 : -1], ","]:
        if text == "," and depth == 0:
            if part:
                _rust_leaves(part, [*prefix, *texts[:cut]], leaves)
            part = []
            continue
        depth += (text == "{") - (text == "}")
        part.append(text)
