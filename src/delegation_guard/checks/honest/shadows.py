"""New modules that carry the name of an installed package, so that imports find them in its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from delegation_guard.languages.manifests import dependencies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delegation_guard.model.change import FileChange
    from delegation_guard.model.inputs import Subject

_RUNNERS = frozenset(
    (
        "pytest",
        "_pytest",
        "unittest",
        "doctest",
        "nose",
        "hypothesis",
        "coverage",
        "pytest_cov",
        "pytest_asyncio",
        "mock",
        "tox",
        "nox",
        "pluggy",
        "sitecustomize",
        "usercustomize",
        "mypy",
        "ruff",
        "pylint",
    )
)
_ROOTS = ("", "src/", "lib/", "tests/", "test/", "python/")
_BIN = re.compile(r"(^|/)node_modules/(\.bin/|(@[\w-]+/)?[\w.-]+/)|(^|/)(site-packages|vendor/bundle)/|\.pth$")
_MANIFESTS = (
    "pyproject.toml",
    "requirements.txt",
    "requirements-dev.txt",
    "requirements/dev.txt",
    "requirements/test.txt",
    "Pipfile",
    "setup.cfg",
)
_IMPORTED = {
    "pyyaml": "yaml",
    "pillow": "PIL",
    "python-dateutil": "dateutil",
    "scikit-learn": "sklearn",
    "beautifulsoup4": "bs4",
    "opencv-python": "cv2",
    "attrs": "attr",
}


def shadows(subject: Subject) -> Iterator[tuple[FileChange, str, str]]:
    """(file, what it shadows, how sure) for new files of the change; local folders of installed packages count too."""
    known: frozenset[str] | None = None
    for file in subject.change.files:
        if file.status != "A":
            continue
        if _BIN.search(file.path):
            yield file, "an installed package", "sure"
            continue
        name = _module(file.path)
        if not name:
            continue
        if name in _RUNNERS:
            yield file, f"`{name}`", "sure"
            continue
        known = _installed(subject) if known is None else known
        if name in known and not _stood(subject, file.path, name):
            yield file, f"the dependency `{name}`", "sure"


def _module(path: str) -> str:
    """The top-level module that a Python file defines, "" when it defines none."""
    for root in sorted(_ROOTS, key=len, reverse=True):
        if root and not path.startswith(root):
            continue
        rest = path.removeprefix(root)
        if "/" not in rest and rest.endswith(".py"):
            return rest[:-3]
        if rest.count("/") == 1 and rest.endswith("/__init__.py"):
            return rest.partition("/")[0]
    return ""


def _installed(subject: Subject) -> frozenset[str]:
    found: set[str] = set()
    for path in _MANIFESTS:
        data = subject.objects.read(subject.change.base, path) if subject.change.base else None
        names = (
            dependencies(path, data.decode("utf-8", "replace")) if data is not None and len(data) < 1_000_000 else None
        )
        found |= {_IMPORTED.get(name.lower(), name.lower().replace("-", "_")) for name in names or ()}
    return frozenset(found)


def _stood(subject: Subject, path: str, name: str) -> bool:
    """Whether the package was in the repository before: then its new file is ordinary work."""
    entry = subject.objects.entry
    folder = path.rpartition("/")[0]
    return entry(subject.change.base, folder if folder.endswith(name) else f"{folder}/{name}".strip("/")) is not None
