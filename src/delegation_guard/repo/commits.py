"""Commits as stored, and which of them a range names; plumbing only, quick enough for the push hook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delegation_guard.errors import GitError
from delegation_guard.loading import load
from delegation_guard.model.change import Commit
from delegation_guard.repo.repository import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from delegation_guard.repo.objects import GitObjects
    from delegation_guard.repo.repository import Repository

_SHALLOW = GitError("cannot judge: this clone is shallow", "git fetch --unshallow (in CI: fetch-depth: 0)")

# Bytes that an encoding must leave as they are, or a message could say one thing to us and another to its reader.
_PLAIN = bytes(range(32, 127)) + b" +AEE- \\x41 ~{!!~} \x1b$B!!\x1b(B"


def commit(repo: Repository, rev: str) -> Commit:
    """The commit a name means. Signatures are not verified."""
    with repo.objects() as objects:
        return read_commit(objects, repo.resolve(rev))


def commits(repo: Repository, base: str, head: str, objects: GitObjects | None = None) -> tuple[Commit, ...]:
    """The commits `head` has and `base` has not, parents before children, over all parents of merges.

    `base` "" = the whole history of `head`. Not checked: that `base` is an ancestor of `head`.
    """
    require_full(repo)
    tip = repo.resolve(head)
    if base:
        # Importing GitPython costs more than judging an ordinary range, which is one call of the plumbing.
        found = repo.git("rev-list", "--topo-order", "--reverse", f"{repo.resolve(base)}..{tip}", "--")
        oids = tuple(text(found).split())
    else:
        oids = load(".repo.history:walk")(repo, "", tip)  # type: ignore[operator]
    if objects is not None:
        return tuple(read_commit(objects, oid) for oid in oids)
    with repo.objects() as own:
        return tuple(read_commit(own, oid) for oid in oids)


def commits_plumbing(repo: Repository, revs: Sequence[str]) -> tuple[Commit, ...]:
    """Like `commits`, for what `git rev-list` takes: ids, ^ids, "--not", "--all", "--branches", "--remotes[=name]"."""
    require_full(repo)
    for rev in revs:
        option = rev.partition("=")[0]
        if not rev or (rev.startswith("-") and option not in ("--not", "--all", "--branches", "--remotes")):
            raise GitError(f"{rev!r} cannot be part of a range", "name commits, or --not --remotes=<name>")
    if not revs:
        return ()
    out = repo.git("rev-list", "--topo-order", "--reverse", *revs, "--")
    with repo.objects() as objects:
        return tuple(read_commit(objects, oid) for oid in text(out).split())


def parse_range(repo: Repository, expression: str) -> tuple[str, str]:
    """The (base, head) commits of `A..B`, or of `A...B`, whose base is the merge base; a side left out is HEAD."""
    three = "..." in expression
    left, dots, right = expression.partition("..." if three else "..")
    if not dots:
        example = f"{expression}~1..{expression}"
        raise GitError(f"{expression!r} is not a range", f"write it as BASE..HEAD, for example {example}")
    require_full(repo)
    base, head = repo.resolve(left or "HEAD"), repo.resolve(right or "HEAD")
    if not three:
        return base, head
    common = repo.merge_base(base, head)
    if common is None:
        raise GitError(f"{left or 'HEAD'} and {right or 'HEAD'} have no common ancestor",
                       "fetch the branch the change started from, or name its commit: BASE..HEAD")  # fmt: skip
    return common, head


def require_full(repo: Repository) -> None:
    """Refuse a shallow clone: past its end a commit looks like a first one, and a merge base may be the wrong one."""
    if repo.is_shallow():
        raise GitError(_SHALLOW.message, _SHALLOW.hint)


def read_commit(objects: GitObjects, oid: str) -> Commit:
    """A commit from its stored bytes. Its message may hold NUL bytes, where git's own output would end."""
    return parse_commit(oid, objects.content(oid, "commit"))


def parse_commit(oid: str, data: bytes) -> Commit:
    """The parts of a raw commit. A header that git could not have written is a GitError."""
    head, _, message = data.partition(b"\n\n")
    fields: dict[bytes, list[bytes]] = {}
    for line in head.split(b"\n"):
        name, _, value = line.partition(b" ")
        if name:
            # A line that starts with a blank continues the one before (a signature).
            fields.setdefault(name, []).append(value)
    tree, author, committer = (fields.get(name, [b""])[0] for name in (b"tree", b"author", b"committer"))
    if not tree:
        raise GitError(f"commit {oid} is malformed", "run `git fsck`; such a commit was not made by git")
    encoding = _encoding(fields.get(b"encoding", [b""])[0])
    return Commit(
        oid, text(tree), tuple(text(parent) for parent in fields.get(b"parent", ())),
        _person(author, encoding), _person(committer, encoding), _decode(message, encoding),
    )  # fmt: skip


def _person(value: bytes, encoding: str) -> str:
    end = value.rfind(b">")
    return _decode(value[: end + 1] if end >= 0 else value, encoding)


def _encoding(named: bytes) -> str:
    name = named.decode("ascii", "replace")
    if not name or name.lower().replace("-", "_").endswith("unicode_escape"):
        return "utf-8"
    try:
        plain = _PLAIN.decode(name)
    except (LookupError, ValueError):
        return "utf-8"
    return name if plain == _PLAIN.decode("ascii") else "utf-8"


def _decode(value: bytes, encoding: str) -> str:
    try:
        return value.decode(encoding)
    except ValueError:
        return text(value)
