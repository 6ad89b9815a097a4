"""What a Python repository's configuration says about which tests are collected and how they are run."""

from __future__ import annotations

import configparser
import fnmatch
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SOURCES = (("pytest.ini", "pytest"), (".pytest.ini", "pytest"), ("pyproject.toml", "tool.pytest.ini_options"),
           ("tox.ini", "pytest"), ("setup.cfg", "tool:pytest"))  # fmt: skip
UNITTEST = "test*.py"


@dataclass(frozen=True)
class Collection:
    """Which files, functions and classes hold tests, and how often a failing one is repeated."""

    files: tuple[str, ...] = ("test_*.py", "*_test.py", "tests.py", UNITTEST)
    functions: tuple[str, ...] = ("test",)
    classes: tuple[str, ...] = ("Test",)
    paths: tuple[str, ...] = ()
    reruns: float = 0
    source: str = ""

    def file(self, path: str) -> bool:
        """Whether tests in a file are found."""
        folder, _, name = path.rpartition("/")
        if self.paths and not any(under(path, root) for root in self.paths):
            return False
        hidden = any(
            part.startswith(".") or part in {"build", "dist", "node_modules", "venv"} for part in folder.split("/")
        )
        return not (hidden and folder) and any(
            fnmatch.fnmatch(path if "/" in pattern else name, pattern) for pattern in self.files
        )

    def function(self, name: str) -> bool:
        return any(name.startswith(word) or fnmatch.fnmatch(name, word) for word in self.functions)

    def cls(self, name: str) -> bool:
        return any(name.startswith(word) or fnmatch.fnmatch(name, word) for word in self.classes)


def under(path: str, root: str) -> bool:
    root = root.removeprefix("./").rstrip("/")
    return root in {"", "."} or path == root or path.startswith(f"{root}/") or fnmatch.fnmatch(path, f"{root}/*")


def collection(read: Callable[[str], bytes | None]) -> Collection:
    """The settings of the first configuration file that has any, as pytest looks for them; else its defaults."""
    for name, section in SOURCES:
        data = read(name)
        if data is None:
            continue
        found = settings(name, section, data.decode("utf-8", "replace"))
        if found is None:
            continue
        plain = Collection()
        return Collection(
            words(found.get("python_files")) or plain.files, words(found.get("python_functions")) or plain.functions,
            words(found.get("python_classes")) or plain.classes, words(found.get("testpaths")),
            reruns(" ".join(words(found.get("addopts")))), name,
        )  # fmt: skip
    return Collection()


def settings(name: str, section: str, text: str) -> Mapping[str, object] | None:
    """One section of a configuration file; None when it is missing or cannot be read."""
    if name.endswith(".toml"):
        try:
            found: object = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError):
            return None
        for part in section.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        return found if isinstance(found, dict) else None
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return None
    if parser.has_section(section):
        return dict(parser.items(section))
    return {} if name in {"pytest.ini", ".pytest.ini"} else None


def words(value: object) -> tuple[str, ...]:
    """A setting as words, whether written as a list or as one string."""
    if isinstance(value, list):
        return tuple(str(item) for item in value)
    return tuple(str(value).split()) if isinstance(value, str) else ()


def reruns(options: str) -> float:
    """How often a failing test is repeated by these options; 0 when not at all."""
    found = re.search(r"(?:^|\s)--(?:reruns|retries|force-flaky|max-runs|flake-finder-minutes)(?:[= ](\d+))?", options)
    return float(found.group(1) or 1) if found else 0.0
