"""Receipts as lines of notes on tree objects, under a ref of our own."""

from __future__ import annotations

import os
import random
import time
from typing import TYPE_CHECKING

from delegation_guard.errors import EvidenceError, GitError
from delegation_guard.repo.index import temporary_index
from delegation_guard.repo.merges import IDENTITY
from delegation_guard.repo.repository import is_oid, raw, text

if TYPE_CHECKING:
    from delegation_guard.repo.repository import Repository

REF = "refs/notes/delegation-guard"
LINES = 64
BYTES = 1_000_000
_ATTEMPTS = 60


def read(repo: Repository, oid: str) -> tuple[str, ...]:
    """The lines noted on an object, in order, without empty ones and repetitions; () when there are none.

    Nothing about them is verified: whoever can write to the repository can write any line. More than 64 lines or
    1 MB is an EvidenceError.
    """
    notes = _notes(repo, _head(repo))
    return _lines(repo, oid, [blob for blob, _ in notes.get(_object(oid), ())])


def annotated(repo: Repository) -> tuple[str, ...]:
    """The ids of the objects that have notes, sorted. The objects need not exist any more."""
    return tuple(sorted(_notes(repo, _head(repo))))


def recent(repo: Repository, most: int) -> tuple[str, ...]:
    """The ids of the objects noted by the latest `most` commits of the ref, newest first, without repetitions."""
    head = _head(repo)
    if not head:
        return ()
    # Not `git log`, whose answer settings of the user change.
    newest = repo.git("rev-list", f"--max-count={most}", head)
    options = ("-r", "-m", "-z", "--root", "--no-commit-id", "--name-only", "--no-renames", "-O/dev/null")
    out = text(repo.git("diff-tree", "--stdin", *options, data=newest))
    names = (path.replace("/", "") for path in out.split("\0"))
    return tuple(dict.fromkeys(name for name in names if is_oid(name)))


def append(repo: Repository, oid: str, line: str) -> None:
    """Add a line to the notes of an object, unless it is there already; what others add meanwhile is kept.

    The configuration of notes (core.notesRef, notes.rewriteRef ...) plays no part. Does not check that the object
    exists, nor what the line says.
    """
    if not line.strip() or "\n" in line or "\r" in line or "\0" in line:
        raise EvidenceError("a receipt must be one line of text", "this is a fault of the caller; please report it")
    said = ""
    for attempt in range(_ATTEMPTS):
        old = _head(repo)
        new = _with_line(repo, old, _object(oid), line)
        if new == old:
            return
        code, _, said = repo.call(
            "update-ref", "-m", "delegation-guard: receipt", REF, new, old or "0" * len(new), ok=(0, 1, 128)
        )
        if code == 0:
            return
        if "cannot lock ref" not in said:
            break
        time.sleep(random.uniform(0.005, 0.02) * min(attempt + 1, 10))
    raise GitError(f"the receipt could not be noted: {said}", f"check that {REF} can be written, then verify again")


def _head(repo: Repository) -> str:
    file = os.path.join(repo.common_dir, REF)
    if not os.path.lexists(file) and not _elsewhere(repo):
        return ""
    for _ in range(2):  # another process may note the first receipt between our two questions
        code, out, _ = repo.call("rev-parse", "--verify", "--quiet", f"{REF}^{{commit}}", ok=(0, 1, 128))
        if code == 0:
            return text(out).strip()
        code, _, _ = repo.call("rev-parse", "--verify", "--quiet", REF, ok=(0, 1, 128))
        if code and not os.path.lexists(file):
            return ""
    # Not the same as no receipts: somebody's receipts are lost, and new ones could not be noted.
    raise GitError(
        f"{REF} leads to no commit, so no receipt can be read",
        f"fetch it anew, or give up the receipts of this clone: rm {file}; git update-ref -d {REF}",
    )


def _elsewhere(repo: Repository) -> bool:
    """Whether the ref may stand where no file of its own is; asked of the files, as most repositories have none."""
    try:
        with open(os.path.join(repo.common_dir, "packed-refs"), "rb") as packed:
            if any(raw(REF) in line for line in packed):
                return True
    except FileNotFoundError:
        pass
    except OSError:
        return True
    return os.path.lexists(os.path.join(repo.common_dir, "reftable"))


def _notes(repo: Repository, head: str) -> dict[str, list[tuple[str, str]]]:
    """object -> [(blob, path in the notes tree)]; git fans the names out into folders as the notes get many."""
    found: dict[str, list[tuple[str, str]]] = {}
    if head:
        for entry in repo.git("ls-tree", "-r", "-z", "--full-tree", head).split(b"\0")[:-1]:
            meta, _, path = entry.partition(b"\t")
            name = text(path).replace("/", "")
            if is_oid(name) and meta.split()[1] == b"blob":
                found.setdefault(name, []).append((text(meta.split()[2]), text(path)))
    return found


def _lines(repo: Repository, oid: str, blobs: list[str]) -> tuple[str, ...]:
    with repo.objects() as objects:
        if sum(objects.size(blob) for blob in blobs) > BYTES:
            raise EvidenceError(f"the receipts of {oid} are larger than {BYTES // 1_000_000} MB", _remove(oid))
        lines = [line for blob in blobs for line in text(objects.blob(blob)).split("\n")]
    kept = tuple(dict.fromkeys(line for line in lines if line.strip()))
    if len(kept) > LINES:
        raise EvidenceError(f"{oid} has more than {LINES} receipts", _remove(oid))
    return kept


def _with_line(repo: Repository, old: str, oid: str, line: str) -> str:
    """The notes commit that has the line as well; `old` itself when it has it already."""
    present = _notes(repo, old).get(oid, [])
    lines = _lines(repo, oid, [blob for blob, _ in present])
    if line in lines:
        return old
    content = raw("".join(f"{each}\n" for each in (*lines, line)))
    if len(lines) >= LINES or len(content) > BYTES:
        raise EvidenceError(f"{oid} has as many receipts as it may have", _remove(oid))
    blob = text(repo.git("hash-object", "-w", "--stdin", data=content)).strip()
    with temporary_index(repo) as environment:
        if old:
            repo.git("read-tree", old, environment=environment)
        gone = "".join(f"0 {'0' * len(oid)}\t{path}\0" for _, path in present)
        where = present[0][1] if present else oid
        update = raw(f"{gone}100644 {blob}\t{where}\0")
        repo.git("update-index", "-z", "--index-info", data=update, environment=environment)
        tree = text(repo.git("write-tree", environment=environment)).strip()
    parents = ("-p", old) if old else ()
    out = repo.git("commit-tree", tree, *parents, data=b"Note a receipt\n", environment=_identity())
    return text(out).strip()


def _identity() -> dict[str, str]:
    return {name: value for name, value in IDENTITY.items() if not name.endswith("_DATE")}


def _object(oid: str) -> str:
    if not is_oid(oid):
        raise EvidenceError(f"{oid!r} is not a full object id", "name the tree by its full id")
    return oid


def _remove(oid: str) -> str:
    notes = f"git notes --ref={REF}"
    return f"look at them with `{notes} show {oid}`, then remove them with `{notes} remove {oid}`"
