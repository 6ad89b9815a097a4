"""What can be seen of a file's content at all: text, bytes that only look like source, or a pointer to elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delegation_guard.model.change import EXECUTABLE, REGULAR

if TYPE_CHECKING:
    from delegation_guard.model.change import Entry
    from delegation_guard.model.inputs import Subject

FOLDER = "040000"
LIMIT = 4_000_000
POINTER = b"version https://git-lfs.github.com/spec/"
POINTER_SIZES = range(100, 1025)
MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
# Kinds of file that somebody reads as text. Formats that are UTF-16 by custom (.rc, .reg, .strings) are left out.
SOURCE = frozenset((
    "bash", "bat", "c", "cc", "cfg", "cjs", "clj", "cpp", "cs", "css", "csv", "cts", "cxx", "dart", "ex", "exs",
    "feature", "fs", "go", "gradle", "groovy", "h", "hpp", "hs", "html", "ini", "java", "js", "json", "jsx", "kt",
    "kts", "less", "lock", "lua", "m", "md", "mjs", "mk", "ml", "mm", "mts", "php", "pl", "pm", "proto", "py",
    "pyi", "r", "rb", "rs", "rst", "sass", "scala", "scss", "sh", "sql", "svelte", "swift", "tf", "toml", "ts",
    "tsx", "txt", "vue", "xml", "yaml", "yml", "zig", "zsh",
))  # fmt: skip
NAMES = frozenset(("makefile", "dockerfile", "jenkinsfile", "rakefile", "gemfile", "justfile", "codeowners"))


def is_source(path: str) -> bool:
    """Whether a path's name promises text: source, configuration, documentation."""
    name = path.rpartition("/")[2].lower()
    return name in NAMES or name.rpartition(".")[2] in SOURCE


def is_file(mode: str) -> bool:
    """Whether a mode is that of a regular file, executable or not."""
    return mode in (REGULAR, EXECUTABLE)


def fault(data: bytes) -> str:
    """Why bytes cannot be read as text, as a clause; "" when they can (a UTF-8 byte order mark is no fault)."""
    if data.startswith(MARKS):
        return "is UTF-16 or UTF-32, not UTF-8"
    if b"\0" in data:
        return "holds NUL bytes"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return f"is not valid UTF-8 (byte {error.start})"
    return ""


def pointer(subject: Subject, mode: str, oid: str) -> bool:
    """Whether a blob is a Git LFS pointer; reads it only when its size could be one's."""
    if not is_file(mode) or subject.objects.size(oid) not in POINTER_SIZES:
        return False
    return subject.objects.blob(oid).startswith(POINTER)


def entry(subject: Subject, tree: str, path: str) -> Entry | None:
    """The file, link or submodule at a path of a tree; None for nothing and for a folder."""
    found = subject.objects.entry(tree, path)
    return found if found is not None and found.mode != FOLDER else None


def exists(subject: Subject, path: str) -> bool:
    """Whether a path is in the tree on either side of the change."""
    change = subject.change
    return any(entry(subject, tree, path) is not None for tree in (change.head, change.base) if tree)
