"""The table manifest -> lock file, and which listed manifest a lock file follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delegation_guard.checks.paths import edits_for, glob_match

if TYPE_CHECKING:
    from collections.abc import Callable

    from delegation_guard.model.contract import Contract, Edit

PYTHON = ("pyproject.toml", "setup.cfg", "setup.py")
NODE = ("package.json", "pnpm-workspace.yaml")
GRADLE = ("build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts", "libs.versions.toml")
DENO = ("deno.json", "deno.jsonc", "package.json")

# Lock file name -> names of the manifests it follows. Both may hold `*`.
TABLE: dict[str, tuple[str, ...]] = {
    "uv.lock": PYTHON,
    "poetry.lock": PYTHON,
    "pdm.lock": PYTHON,
    "pylock.toml": PYTHON,
    "pylock.*.toml": PYTHON,
    "pixi.lock": ("pixi.toml", "pyproject.toml"),
    "Pipfile.lock": ("Pipfile",),
    "conda-lock.yml": ("environment.yml", "environment.yaml", "pyproject.toml"),
    "package-lock.json": NODE,
    "npm-shrinkwrap.json": NODE,
    "yarn.lock": NODE,
    "pnpm-lock.yaml": NODE,
    "bun.lock": NODE,
    "bun.lockb": NODE,
    "deno.lock": DENO,
    "Cargo.lock": ("Cargo.toml",),
    "go.sum": ("go.mod",),
    "go.work.sum": ("go.work", "go.mod"),
    "Gemfile.lock": ("Gemfile", "*.gemspec"),
    "gems.locked": ("gems.rb", "*.gemspec"),
    "composer.lock": ("composer.json",),
    "mix.lock": ("mix.exs",),
    "rebar.lock": ("rebar.config",),
    "Package.resolved": ("Package.swift",),
    "Podfile.lock": ("Podfile", "*.podspec"),
    "Cartfile.resolved": ("Cartfile", "Cartfile.private"),
    "pubspec.lock": ("pubspec.yaml",),
    "flake.lock": ("flake.nix",),
    "gradle.lockfile": GRADLE,
    "buildscript-gradle.lockfile": GRADLE,
    "verification-metadata.xml": GRADLE,
    "packages.lock.json": ("*.csproj", "*.fsproj", "*.vbproj", "Directory.Packages.props"),
    "paket.lock": ("paket.dependencies",),
    "Chart.lock": ("Chart.yaml",),
    ".terraform.lock.hcl": ("*.tf",),
    "MODULE.bazel.lock": ("MODULE.bazel",),
    "stack.yaml.lock": ("stack.yaml", "package.yaml"),
    "cabal.project.freeze": ("cabal.project", "*.cabal"),
    "shard.lock": ("shard.yml",),
    "Manifest.toml": ("Project.toml",),
    "renv.lock": ("DESCRIPTION",),
}
# Locks that do not stand beside what they lock: the folders between.
DEEPER = {"verification-metadata.xml": "gradle/", "Package.resolved": ".swiftpm/"}


def kind_of(path: str) -> str:
    """The key of TABLE a path belongs to, "" when it is no lock file known by its name alone.

    `requirements.txt` is not: it is a lock only where a `requirements.in` or a manifest makes it one (`compiled_from`).
    """
    name = path.rpartition("/")[2]
    if name in TABLE:
        return name
    return next((key for key in TABLE if "*" in key and glob_match(key, name)), "")


def compiled_from(path: str) -> str:
    """The `<name>.in` a pip-compiled `<name>.txt` would be made from, "" for other names."""
    folder, _, name = path.rpartition("/")
    if not name.endswith(".txt") or "requirement" not in path and "constraint" not in path:
        return ""
    return f"{folder}/{name[:-4]}.in" if folder else f"{name[:-4]}.in"


def serves(lock: str, manifest: str) -> bool:
    """Whether a lock file belongs to a manifest by name and place: in its folder or in one above (workspaces)."""
    if compiled_from(lock):
        return manifest == compiled_from(lock)
    kind = kind_of(lock)
    if not kind or not any(glob_match(pattern, manifest.rpartition("/")[2]) for pattern in TABLE[kind]):
        return False
    folder = lock.rpartition("/")[0]
    inner = DEEPER.get(kind, "")
    if inner and f"{folder}/".find(inner) >= 0:
        folder = f"{folder}/".partition(inner)[0].rstrip("/")
    return not folder or manifest.startswith(f"{folder}/")


def nearer(lock: str, manifest: str, exists: Callable[[str], bool]) -> bool:
    """Whether a manifest has a lock file of the same name closer to it than this one, which then is its own."""
    name = lock.rpartition("/")[2]
    top = lock.rpartition("/")[0]
    folder = manifest.rpartition("/")[0]
    while folder != top and folder:
        if exists(f"{folder}/{name}"):
            return True
        folder = folder.rpartition("/")[0]
    return False


def serving_edit(contract: Contract, lock: str) -> Edit | None:
    """The heading of the manifest that a lock file follows, None when the path is no lock or no manifest is listed.

    Looks at names only: that the manifest really changed, and has no nearer lock of its own, is for locks.find.
    """
    if not (kind_of(lock) or compiled_from(lock)):
        return None
    return next((edit for edit in contract.edits if serves(lock, edit.path)), None)


def is_lock(path: str, exists: Callable[[str], bool]) -> bool:
    """Whether a path is a lock file; `exists` answers for the tree, to tell a compiled requirements file."""
    source = compiled_from(path)
    return bool(kind_of(path)) or (bool(source) and exists(source))


def listed_manifests(contract: Contract, lock: str, changed: tuple[str, ...]) -> tuple[str, ...]:
    """The changed paths that are manifests of a lock file and that a heading lists."""
    return tuple(path for path in changed if serves(lock, path) and edits_for(contract, path))
