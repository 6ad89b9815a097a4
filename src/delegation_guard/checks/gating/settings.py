"""The settings of every tool that a change may have touched, compared as values from whichever file holds them."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from delegation_guard.checks.gating.facts import Weakness
from delegation_guard.checks.gating.kinds import lost
from delegation_guard.checks.gating.sided import Sided
from delegation_guard.checks.gating.sources import INI, JSON, TOML, YAML, document
from delegation_guard.checks.gating.table_files import NAMED, tables_of
from delegation_guard.languages.config.node import Node, canonical, leaves

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delegation_guard.checks.gating.facts import Side
    from delegation_guard.checks.gating.tables import Setting, Table

XML, SCRIPT = ".languages.config.xml_nodes:read_xml", ".languages.config.literals:read_script"
READERS = {
    "json": JSON,
    "jsonc": JSON,
    "json5": JSON,
    "toml": TOML,
    "ini": INI,
    "cfg": INI,
    "yml": YAML,
    "yaml": YAML,
    "neon": YAML,
    "xml": XML,
    "dist": XML,
    "csproj": XML,
    "fsproj": XML,
    "vbproj": XML,
    "props": XML,
    "targets": XML,
    "properties": INI,
    "js": SCRIPT,
    "cjs": SCRIPT,
    "mjs": SCRIPT,
    "ts": SCRIPT,
    "cts": SCRIPT,
    "mts": SCRIPT,
}
DOTTED = ("sonar", "maven")
"""Tools whose keys hold dots."""
TRADES = (
    frozenset(("ruff", "flake8", "pylint", "bandit")), frozenset(("eslint", "biome", "oxlint", "stylelint")),
    frozenset(("mypy", "pyright")), frozenset(("jest", "vitest", "mocha", "ava", "karma", "nyc")),
    frozenset(("playwright", "cypress")), frozenset(("phpstan", "psalm")),
)  # fmt: skip


@dataclass
class Values:
    """The settings of one tool in one folder: leaves by (setting, what its stars stood for), with their file."""

    found: dict[tuple[str, str, tuple[str, ...]], list[tuple[Setting, Node, str]]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    broken: bool = False

    def nodes(self, key: tuple[str, str, tuple[str, ...]]) -> list[tuple[Node, str]]:
        return [(node, path) for _, node, path in self.found.get(key, [])]


def settings_lost(base: Side, head: Side, paths: list[str]) -> Iterator[Weakness]:
    """What the changed configuration files check less, tool by tool and folder by folder."""
    seen = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        for table in tables_of(path):
            if (table.tool, folder) in seen:
                continue
            seen.add((table.tool, folder))
            old, new = values(base, table, folder, paths), values(head, table, folder, paths)
            if old.broken or new.broken:
                continue
            if not new.files and old.files:
                new = moved(head, table, paths, folder) or new
                if not new.files and succeeded(base, head, table, paths, folder):
                    continue
            yield from compare(table, old, new, base, head, folder)


def succeeded(base: Side, head: Side, table: Table, paths: list[str], folder: str) -> bool:
    """Whether another tool of the same trade is configured since this one's configuration went."""
    trade = next((trade for trade in TRADES if table.tool in trade), frozenset())
    for other in (one for path in paths for one in tables_of(path)):
        new = other.tool in trade and other.tool != table.tool and not values(base, other, folder, paths).files
        if new and values(head, other, folder, paths).files:
            return True
    return False


def moved(side: Side, table: Table, paths: list[str], folder: str) -> Values | None:
    """The tool's settings in another folder that the change touched."""
    for path in paths:
        other = path.rpartition("/")[0]
        if other != folder and table in tables_of(path):
            found = values(side, table, other, paths)
            if found.files:
                return found
    return None


def values(side: Side, table: Table, folder: str, paths: list[str]) -> Values:
    """The settings in force in a folder of a tree."""
    found = Values()
    names = present(side, folder, paths)
    for source in table.sources:
        for name in sorted(name for name in names if fnmatch.fnmatch(name, source.file)):
            path = f"{folder}/{name}" if folder else name
            root = document(side, path, reader_of(side, path))
            if root is None:
                found.broken = found.broken or path in side.problems
                continue
            section = root.get(*source.root) if source.root else root
            extra = _sections(root) if table.tool == "mypy" and name.endswith((".ini", ".cfg")) else []
            if section is None and not extra:
                continue
            found.files.append(path)
            _collect(found, table, section or Node({}), path, extra)
            if table.first:
                return found
    return found


def present(side: Side, folder: str, paths: list[str]) -> set[str]:
    """The names of files of a folder that could be configuration; a whole walk of the tree is avoided."""
    names = {path.rpartition("/")[2] for path in paths if path.rpartition("/")[0] == folder}
    names |= {pattern for pattern, _ in NAMED if "*" not in pattern}
    names |= {
        pattern.replace(".*", f".{suffix}")
        for pattern, _ in NAMED
        for suffix in ("js", "ts", "mjs", "cjs", "json", "mts", "yml")
        if pattern.endswith(".*") and pattern.count("*") == 1
    }
    exists = (
        name for name in names if side.objects.entry(side.tree, f"{folder}/{name}" if folder else name) is not None
    )
    return set(exists) if side.tree else set()


def reader_of(side: Side, path: str) -> str:
    """How a file is read, by its suffix; files without one by their first character."""
    name = path.rpartition("/")[2]
    suffix = name.rpartition(".")[2]
    if name.endswith((".neon.dist", ".dist.neon")):
        return YAML
    if suffix in READERS:
        return READERS[suffix]
    text = (side.text(path) or "").lstrip()
    if name in (".eslintrc", ".mocharc", ".nycrc", ".c8rc", ".jestrc", ".stylelintrc"):
        return JSON if text.startswith(("{", "/")) else YAML
    return INI


def _sections(root: Node) -> list[tuple[tuple[str, ...], Node]]:
    """Mypy's sections for single modules, as the table of overrides they stand for."""
    found = []
    for name, section in root.table.items():
        if name.startswith("mypy-"):
            found += [(("overrides", name[5:], *path), node) for path, node in leaves(section)]
    return found


def _collect(found: Values, table: Table, section: Node, path: str, extra: list[tuple[tuple[str, ...], Node]]) -> None:
    for keys, node in [*leaves(section), *extra]:
        parts = tuple(part for key in keys for part in key.split(".")) if table.tool in DOTTED else keys
        folded = tuple(canonical(part) for part in parts)
        setting = next((one for one in table.settings if _matches(one.pattern, folded)), None)
        foreign = table.tool == "mypy" and folded[:1] == ("overrides",) and folded[-1] == "ignoremissingimports"
        if setting is not None and not foreign:
            stars = tuple(
                part for part, key in zip(parts[-len(setting.pattern) :], setting.pattern, strict=True) if "*" in key
            )
            beyond = (
                parts[: -len(setting.pattern)]
                if setting.kind in ("off", "floor", "level") and table.tool in ("maven", "codecov")
                else ()
            )
            found.found.setdefault((setting.name, ".".join(beyond), stars), []).append((setting, node, path))


def _matches(pattern: tuple[str, ...], keys: tuple[str, ...]) -> bool:
    return len(keys) >= len(pattern) and all(
        fnmatch.fnmatchcase(key, part) for key, part in zip(keys[-len(pattern) :], pattern, strict=True)
    )


def compare(table: Table, old: Values, new: Values, base: Side, head: Side, folder: str) -> Iterator[Weakness]:
    """Every setting of a tool that is weaker on the head."""
    for key in {**old.found, **new.found}:
        setting = (old.found.get(key) or new.found[key])[0][0]
        sided = Sided(table, setting, key[2], old.nodes(key), new.nodes(key), old, new, base, head, folder)
        for loss in lost(sided):
            node, path = _place(sided, loss.item)
            side = "head" if sided.after and loss.side == "head" else "base"
            name = ".".join(
                part
                for part in (
                    key[0].rpartition(".")[2]
                    if not key[2]
                    else key[0].replace("*", "{}").format(*key[2][: key[0].count("*")]),
                )
                if part
            )
            yield Weakness(
                loss.rule or setting.rule,
                f"{table.tool}: `{name}` {loss.text}",
                path,
                loss.line or (node.line if node else 0),
                side,
                loss.before,
                loss.after,
                "doubtful" if setting.doubtful and loss.certainty == "sure" else loss.certainty,
                loss.floor,
            )


def _place(sided: Sided, item: str) -> tuple[Node | None, str]:
    places = sided.after or sided.before
    for node, path in places:
        if item and any(inner.text == item for inner in node.items):
            return node, path
    if places:
        return places[-1]
    return None, (sided.new.files or sided.old.files or [""])[0]
