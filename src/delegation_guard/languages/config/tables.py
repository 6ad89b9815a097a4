"""TOML, INI and properties files as nodes with lines."""

from __future__ import annotations

import re
import tomllib

from delegation_guard.languages.config.node import Node, Unreadable

_HEADER = re.compile(r"^\s*\[{1,2}\s*([^\]\n]+?)\s*\]{1,2}\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*((?:"[^"]*"|'[^']*'|[\w.\-]+|\s*\.\s*)+?)\s*=""")
_LONGEST = 1000
"""Keys are looked for in lines up to this length only; they serve to name a line, nothing else."""
_PART = re.compile(r'"([^"]*)"|\'([^\']*)\'|([\w\-]+)')
_SETTING = re.compile(r"^([^=:\s#;\[][^=:]*?)\s*[=:]\s?(.*)$")


def read_toml(text: str) -> Node:
    """A TOML document. Lines are those of the keys, and of the items of a list where their text is found."""
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise Unreadable(f"it is not valid TOML: {error}") from None
    lines = text.split("\n")
    return _node(document, (), _toml_lines(lines), lines, 1)


def _toml_lines(lines: list[str]) -> dict[tuple[str, ...], int]:
    """The first line of every key; within lists of tables, of the first table."""
    found: dict[tuple[str, ...], int] = {}
    header: tuple[str, ...] = ()
    for number, line in enumerate(lines, 1):
        if len(line) > _LONGEST:
            continue
        match = _HEADER.match(line)
        if match:
            header = _parts(match[1])
            found.setdefault(header, number)
            continue
        match = _KEY.match(line)
        if match:
            found.setdefault((*header, *_parts(match[1])), number)
    return found


def _parts(text: str) -> tuple[str, ...]:
    return tuple(one or two or three for one, two, three in _PART.findall(text))


def _node(value: object, path: tuple[str, ...], known: dict[tuple[str, ...], int], lines: list[str], line: int) -> Node:
    line = known.get(path, line)
    if isinstance(value, dict):
        return Node({key: _node(inner, (*path, key), known, lines, line) for key, inner in value.items()}, line)
    if isinstance(value, list):
        items = []
        for item in value:
            at = line if isinstance(item, dict | list) else _near(str(item), lines, line)
            items.append(_node(item, path, {} if at != line else known, lines, at))
        return Node(tuple(items), line)
    return Node(value if isinstance(value, str | int | float | bool) else str(value), line)


def _near(text: str, lines: list[str], start: int) -> int:
    """The line of an item of a list that begins on a line; that line when the item is not found nearby."""
    for number in range(start, min(len(lines), start + 400) + 1):
        if text in lines[number - 1]:
            return number
    return start


def read_ini(text: str) -> Node:
    """Sections of keys. A colon in a section's name nests (`[tool:pytest]`); keys before any section are at the top.

    Values keep their line breaks, so that item k of a list stands k lines below its key.
    """
    top: dict[str, Node] = {}
    section, key = top, ""
    for number, line in enumerate(text.split("\n"), 1):
        stripped = line.strip()
        header = re.match(r"^\[([^\]]+)\]", line)
        if header:
            section, key = top, ""
            for part in header[1].split(":"):
                section = _inner(section, part.strip(), number)
        elif key and (line[:1].isspace() or not stripped):
            section[key] = Node(f"{section[key].text}\n{_without_comment(stripped)}", section[key].line)
        elif stripped and stripped[0] not in "#;":
            match = _SETTING.match(stripped)
            key = match[1].strip() if match else stripped
            section[key] = Node(_without_comment(match[2].strip()) if match else "true", number)
    return Node(top, 1)


def _inner(section: dict[str, Node], name: str, line: int) -> dict[str, Node]:
    found = section.get(name)
    if found is None or not isinstance(found.value, dict):
        found = section[name] = Node({}, line)
    assert isinstance(found.value, dict)
    return found.value


def _without_comment(text: str) -> str:
    return "" if text[:1] in ("#", ";") else re.split(r"\s[#;]\s", text, maxsplit=1)[0].rstrip()
