"""A diff file as a change: parsed by unidiff, applied by git to an index of its own, and the two compared.

Importing this module loads unidiff; only `check --diff` needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from unidiff.errors import UnidiffParseError
from unidiff.patch import PatchSet

from delegation_guard.errors import GitError
from delegation_guard.repo.diff import between
from delegation_guard.repo.index import temporary_index
from delegation_guard.repo.repository import raw, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from delegation_guard.model.change import FileChange
    from delegation_guard.repo.repository import Repository

_HOW = "make the diff with: git diff --binary --full-index --no-ext-diff --src-prefix=a/ --dst-prefix=b/ BASE"

_APPLY = (
    "-c", "apply.whitespace=nowarn", "-c", "apply.ignoreWhitespace=no", "-c", "core.safecrlf=false",
    "apply", "--whitespace=nowarn", "-p1",
)  # fmt: skip

_ESCAPES = {b"a": 7, b"b": 8, b"t": 9, b"n": 10, b"v": 11, b"f": 12, b"r": 13, b'"': 34, b"\\": 92}

Counts = dict[str, tuple[int, int]]


def from_diff(repo: Repository, data: bytes, base_tree: str) -> tuple[str, tuple[FileChange, ...]]:
    """The tree a diff makes of `base_tree`, and the files it changes; nothing outside git's object store is written.

    Paths carry the prefixes a/ and b/ (or other ones of one letter). A diff that is empty, that does not apply, or
    in which unidiff and git see different files or line counts, is a GitError. Not checked: who made the diff.
    """
    if not data.strip():
        raise GitError("the diff is empty", _HOW)
    seen, sources = _read(data)
    understood = _numstat(repo, data)
    if seen != understood:
        first = min(path for path in {*seen, *understood} if seen.get(path) != understood.get(path))
        raise GitError(f"the diff can be read in two ways, first at {first!r}", _HOW)
    with temporary_index(repo) as environment:
        repo.git("read-tree", base_tree, environment=environment)
        tree = _applied(repo, data, environment)
    files = between(repo, base_tree, tree)
    changed = {file.path for file in files}
    odd = (changed - seen.keys() - sources) | (seen.keys() - changed)
    if odd:
        raise GitError(f"the diff names {min(odd)!r}, but applying it does something else there", _HOW)
    return tree, files


def _applied(repo: Repository, data: bytes, environment: Mapping[str, str]) -> str:
    code, _, said = repo.call(*_APPLY, "--cached", "--binary", "-", data=data, environment=environment, ok=(0, 1, 128))
    if code:
        raise GitError(f"the diff does not apply to the base: {said}", f"name the base it was made from; {_HOW}")
    return text(repo.git("write-tree", environment=environment)).strip()


def _numstat(repo: Repository, data: bytes) -> Counts:
    code, out, said = repo.call(*_APPLY, "--numstat", "-z", "-", data=data, ok=(0, 1, 128))
    if code:
        raise GitError(f"git cannot read the diff: {said}", _HOW)
    counts: Counts = {}
    for line in out.split(b"\0")[:-1]:
        added, removed, path = line.split(b"\t", 2)
        _count(counts, text(path), int(added.replace(b"-", b"0")), int(removed.replace(b"-", b"0")))
    return counts


def _read(data: bytes) -> tuple[Counts, set[str]]:
    """What unidiff sees: lines added and removed by path, and the other ends of renames and copies."""
    try:
        patches = PatchSet(text(data))
    except (UnidiffParseError, AssertionError, ValueError) as error:
        raise GitError(f"the diff cannot be read: {str(error).strip()[:200]}", _HOW) from None
    counts: Counts = {}
    sources: set[str] = set()
    for patch in patches:
        ends = [_path(name) for name in (patch.source_file, patch.target_file) if name != "/dev/null"]
        if not ends:
            raise GitError("the diff has a part that names no file", _HOW)
        _count(counts, ends[-1], patch.added, patch.removed)
        sources.add(ends[0])
    if not counts:
        raise GitError("the diff names no file", _HOW)
    return counts, sources


def _count(counts: Counts, path: str, added: int, removed: int) -> None:
    before = counts.get(path, (0, 0))
    counts[path] = (before[0] + added, before[1] + removed)


def _path(name: str) -> str:
    """The path of a header, its quotes and escapes resolved and its first folder (a/, b/) taken off."""
    plain = text(_unquoted(raw(name)))
    prefix, slash, path = plain.partition("/")
    if not slash or len(prefix) > 1:
        raise GitError(f"the path {plain!r} in the diff has no prefix a/ or b/", _HOW)
    return path


def _unquoted(name: bytes) -> bytes:
    if not (len(name) > 1 and name.startswith(b'"') and name.endswith(b'"')):
        return name
    out, at, inner = bytearray(), 0, name[1:-1]
    while at < len(inner):
        if inner[at : at + 1] != b"\\":
            out += inner[at : at + 1]
            at += 1
        elif inner[at + 1 : at + 2] in _ESCAPES:
            out.append(_ESCAPES[inner[at + 1 : at + 2]])
            at += 2
        else:
            digits = inner[at + 1 : at + 4]
            if len(digits) < 3 or digits.strip(b"01234567") or digits > b"377":
                raise GitError(f"the path {text(name)} in the diff is quoted wrongly", _HOW)
            out.append(int(digits, 8))
            at += 4
    return bytes(out)
