"""How a clean checkout is made runnable, proposed from the lock files that are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delegation_guard.model.policy import VerifyRoot

if TYPE_CHECKING:
    from delegation_guard.model.inputs import Objects

# Lock or manifest -> (kind, setup, carry). Of one kind the first that is there counts: what is locked exactly, first.
TABLE: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("uv.lock", "python", ("uv sync --frozen",), (".venv",)),
    ("poetry.lock", "python", ("poetry install --no-interaction",), (".venv",)),
    ("pdm.lock", "python", ("pdm sync",), (".venv",)),
    ("Pipfile.lock", "python", ("pipenv sync --dev",), (".venv",)),
    ("requirements-dev.txt", "python", (
        "python3 -m venv .venv", ".venv/bin/pip install -q -r requirements-dev.txt",
    ), (".venv",)),
    ("requirements.txt", "python", (
        "python3 -m venv .venv", ".venv/bin/pip install -q -r requirements.txt",
    ), (".venv",)),
    ("pyproject.toml", "python", (
        "python3 -m venv .venv", ".venv/bin/pip install -q -e .",
    ), (".venv",)),
    ("package-lock.json", "node", ("npm ci --no-audit --no-fund",), ("node_modules",)),
    ("npm-shrinkwrap.json", "node", ("npm ci --no-audit --no-fund",), ("node_modules",)),
    ("pnpm-lock.yaml", "node", ("pnpm install --frozen-lockfile",), ("node_modules",)),
    ("yarn.lock", "node", ("yarn install --immutable || yarn install --frozen-lockfile",), ("node_modules",)),
    ("bun.lock", "node", ("bun install --frozen-lockfile",), ("node_modules",)),
    ("bun.lockb", "node", ("bun install --frozen-lockfile",), ("node_modules",)),
    ("Cargo.lock", "rust", ("cargo fetch --locked",), ()),
    ("go.sum", "go", ("go mod download",), ()),
    ("Gemfile.lock", "ruby", ("bundle install --quiet",), ()),
    ("composer.lock", "php", ("composer install --no-interaction --quiet",), ("vendor",)),
)  # fmt: skip

# Folders whose lock files are data or somebody else's.
_SKIPPED = frozenset({"node_modules", "vendor", "fixtures", "testdata", "examples", "third_party", ".venv"})
_DEPTH = 3


def propose(objects: Objects, tree: str) -> tuple[VerifyRoot, ...]:
    """One root per folder of a tree that has a lock file or manifest we know, top first.

    A proposal for a person to read: nothing is installed, and the tools named need not be there. A workspace's members
    that have no lock of their own belong to the folder that has it.
    """
    names = {name for name, *_ in TABLE}
    folders: dict[str, set[str]] = {}
    for path in objects.paths(tree):
        folder, _, name = path.rpartition("/")
        if name in names and not (_SKIPPED & set(folder.split("/"))) and folder.count("/") < _DEPTH:
            folders.setdefault(folder, set()).add(name)
    locked = {folder: _root(folder, files) for folder, files in sorted(folders.items(), key=_top_first)}
    return tuple(root for folder, root in locked.items() if not _covered(folder, folders))


def _root(folder: str, files: set[str]) -> VerifyRoot:
    setup: list[str] = []
    carry: list[str] = []
    kinds: set[str] = set()
    for name, kind, lines, folders in TABLE:
        if name in files and kind not in kinds:
            kinds.add(kind)
            setup += lines
            carry += folders
    return VerifyRoot(folder or ".", tuple(setup), tuple(carry))


def _covered(folder: str, folders: dict[str, set[str]]) -> bool:
    """Whether a folder with nothing but a manifest lies below one with a Python lock: a workspace's member."""
    if folders[folder] != {"pyproject.toml"} or not folder:
        return False
    above = [other for other in folders if other == "" or folder.startswith(f"{other}/")]
    return any(folders[other] & {"uv.lock", "poetry.lock", "pdm.lock"} for other in above)


def _top_first(item: tuple[str, set[str]]) -> tuple[int, str]:
    return (item[0].count("/") + bool(item[0]), item[0])
