"""A git repository as judging sees it: where it is, which commit a name means, and the one way git is called."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from delegation_guard.errors import GitError
from delegation_guard.loading import load
from delegation_guard.process import clean_environment, run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from delegation_guard.repo.objects import GitObjects

# Dropped even inside a hook: they change what git reads or prints, and no hook of ours needs them.
_NEVER = (
    "GIT_ATTR_SOURCE", "GIT_DIFF_OPTS", "GIT_EXTERNAL_DIFF", "GIT_GLOB_PATHSPECS", "GIT_ICASE_PATHSPECS",
    "GIT_INTERNAL_SUPER_PREFIX", "GIT_NOGLOB_PATHSPECS", "GIT_NOTES_REF", "GIT_PREFIX", "GIT_REPLACE_REF_BASE",
)  # fmt: skip

# Replace refs and grafts would show other objects than the ones that are stored; a path is never a pattern.
_ALWAYS = {
    "GIT_NO_REPLACE_OBJECTS": "1", "GIT_GRAFT_FILE": f"{os.devnull}/none", "GIT_OPTIONAL_LOCKS": "0",
    "GIT_LITERAL_PATHSPECS": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C", "LANGUAGE": "C",
}  # fmt: skip

# A file system monitor is a program that may say "nothing changed".
_SETTINGS = ("-c", "core.fsmonitor=", "-c", "core.untrackedCache=false")

_NO_HOOKS = ("-c", f"core.hooksPath={os.devnull}")


def text(data: bytes) -> str:
    """git's bytes as text that `raw` turns back into the same bytes."""
    return data.decode("utf-8", "surrogateescape")


def raw(value: str) -> bytes:
    """The bytes of a text made by `text`."""
    return value.encode("utf-8", "surrogateescape")


def git_environment(*, here: bool) -> dict[str, str]:
    """The environment of a git call: `here` keeps what a surrounding git command set for its hooks.

    Not a sandbox: configuration files of the user and of the repository stay in force.
    """
    environment = clean_environment(keep_git=here)
    for name in _NEVER:
        environment.pop(name, None)
    environment.update(_ALWAYS)
    return environment


def is_oid(value: str) -> bool:
    """Whether this is a full object id in lower-case hexadecimal digits (sha1 or sha256). Says nothing of existence."""
    return len(value) in (40, 64) and not value.strip("0123456789abcdef")


class Repository:
    """One repository, seen from one work tree.

    `root`: top of the work tree, "" where there is none (a bare repository, or a start inside the git directory).
    `git_dir`: absolute, of this work tree. `common_dir`: absolute, shared by all work trees.
    """

    def __init__(self, root: str, git_dir: str, common_dir: str, environment: Mapping[str, str]) -> None:
        self.root = root
        self.git_dir = git_dir
        self.common_dir = common_dir
        self._environment = {**environment, "GIT_DIR": git_dir}
        self._full = False
        self._peeled: dict[tuple[str, str], str] = {}
        self._environment.pop("GIT_WORK_TREE", None)
        if root:
            self._environment["GIT_WORK_TREE"] = root
        index = self._environment.get("GIT_INDEX_FILE")
        if index:
            # git gives its hooks a path relative to the top of the work tree, and we change directory.
            self._environment["GIT_INDEX_FILE"] = os.path.join(root or git_dir, index)

    @classmethod
    def find(cls, start: str | None = None) -> Repository:
        """The repository around `start`, or the one this process works in when nothing is named.

        Without `start` the variables that git sets for its hooks count (GIT_DIR, GIT_INDEX_FILE, GIT_WORK_TREE,
        the quarantine of a push): in `git commit -a` the change is in another index than the repository's own.
        With `start`, even ".", they are stripped: they belong to some other command. Symbolic links in the answer
        are resolved by git. Ownership is checked by git (safe.directory).
        """
        environment = git_environment(here=start is None)
        asked = ("--absolute-git-dir", "--git-common-dir", "--is-bare-repository", "--is-shallow-repository",
                 "--show-toplevel")  # fmt: skip
        done = run(("git", "rev-parse", *asked), cwd=start, environment=environment)
        lines = os.fsdecode(done.out).split("\n")[:-1]
        if len(lines) < 4 or (done.code and (len(lines) != 4 or b"work tree" not in done.err)):
            raise GitError(*_not_found(start, done.err))
        if len(lines) > 5 or not {lines[2], lines[3]} <= {"true", "false"}:
            raise GitError("a folder name on the way to the repository contains a line break", "rename that folder")
        root = lines[4] if len(lines) == 5 and lines[2] == "false" else ""
        common = os.path.normpath(os.path.join(start or os.curdir, lines[1]))
        found = cls(root, lines[0], os.path.realpath(common), environment)
        found._full = lines[3] == "false"
        return found

    def git(
        self, *args: str, data: bytes | None = None, environment: Mapping[str, str] | None = None,
        ok: tuple[int, ...] = (0,),
    ) -> bytes:  # fmt: skip
        """Run git at the top of the work tree and return its standard output; any code not in `ok` is a GitError.

        `environment` is added to the usual one. Paths belong on standard input (-z), not in `args`.
        """
        return self.call(*args, data=data, environment=environment, ok=ok)[1]

    def call(
        self, *args: str, data: bytes | None = None, environment: Mapping[str, str] | None = None,
        ok: tuple[int, ...] = (0,),
    ) -> tuple[int, bytes, str]:  # fmt: skip
        """Like `git`, for the callers that need the exit code too: (code, output, first line of the complaint)."""
        # An index of our own is nobody else's business: no post-index-change hook hears of it.
        private = _NO_HOOKS if environment and "GIT_INDEX_FILE" in environment else ()
        done = run(
            self.arguments(*private, *args), cwd=self.root or self.git_dir, data=data,
            environment=self.environment(environment),
        )  # fmt: skip
        said = complaint(done.err)
        if done.code not in ok:
            name = next((word for word in args if not word.startswith("-") and "=" not in word), "git")
            raise GitError(f"git {name} failed: {said or f'exit code {done.code}'}", _hint(said))
        return done.code, done.out, said

    def arguments(self, *args: str) -> tuple[str, ...]:
        """The full command line of a git call, for the one caller that keeps the process open."""
        return ("git", *_SETTINGS, *args)

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """The environment of every git call on this repository, and `more`."""
        return {**self._environment, **(more or {})}

    @property
    def index_file(self) -> str:
        """Where the index is that the next commit is made from (a hook's, when git named one)."""
        return self._environment.get("GIT_INDEX_FILE") or os.path.join(self.git_dir, "index")

    @property
    def state_dir(self) -> str:
        """Where the guard keeps its local state of this work tree. Not created; nothing in it raises trust."""
        return os.path.join(self.git_dir, "delegation-guard")

    def resolve(self, rev: str) -> str:
        """The commit a name means. Does not check that its tree or its history is complete."""
        return self._peel(rev, "commit")

    def tree_of(self, rev: str) -> str:
        """The tree a name means: of a commit, of a tag, or the tree itself."""
        return self._peel(rev, "tree")

    def _peel(self, rev: str, kind: str) -> str:
        if not rev or rev.startswith("-") or "\0" in rev:
            raise GitError(f"{rev!r} is not the name of a commit", "name a branch, a tag or a commit id")
        if rev.startswith(":/") or "^{/" in rev:
            # A search text runs to the end of the name, so the kind wanted cannot be appended to it.
            rev = text(self._verify(rev, rev)).strip()
        if (rev, kind) in self._peeled:
            return self._peeled[rev, kind]
        found = text(self._verify(f"{rev}^{{{kind}}}", rev)).strip()
        if is_oid(rev):
            # What an id leads to never changes, and a judgement asks for the same ones again and again.
            self._peeled[rev, kind] = found
        return found

    def _verify(self, expression: str, rev: str) -> bytes:
        code, out, said = self.call("rev-parse", "--verify", expression, ok=(0, 1, 128))
        if code:
            raise GitError(f"{rev!r} was not found in this repository: {said or 'git does not say why'}",
                           "check the spelling; in CI fetch the whole history (fetch-depth: 0)")  # fmt: skip
        return out

    def head(self) -> str | None:
        """The commit HEAD is at, None before the first commit. A HEAD that leads nowhere else is a GitError."""
        code, out, _ = self.call("rev-parse", "--verify", "--quiet", "HEAD^{commit}", ok=(0, 1, 128))
        if code == 0:
            return text(out).strip()
        code, out, _ = self.call("rev-parse", "--verify", "--quiet", "HEAD", ok=(0, 1))
        if code == 0:
            return self.resolve(text(out).strip())
        name = text(self.git("symbolic-ref", "HEAD")).strip()
        if os.path.lexists(os.path.join(self.common_dir, name)):
            raise GitError(f"HEAD is broken: {name} holds no commit id", f"repair it: git update-ref {name} <commit>")
        return None

    def head_tree(self) -> str:
        """The tree of HEAD, the empty tree before the first commit (of the repository's own hash)."""
        code, out, _ = self.call("rev-parse", "--verify", "--quiet", "HEAD^{tree}", ok=(0, 1, 128))
        if code == 0:
            return text(out).strip()
        head = self.head()
        return self.tree_of(head) if head else self.empty_tree()

    def empty_tree(self) -> str:
        """The id of the tree without entries, in this repository's hash."""
        return text(self.git("hash-object", "-t", "tree", "--stdin", data=b"")).strip()

    def is_shallow(self) -> bool:
        """Whether history ends early here, so that ancestors and merge bases cannot be trusted."""
        return not self._full and self.git("rev-parse", "--is-shallow-repository").strip() != b"false"

    def merge_base(self, a: str, b: str) -> str | None:
        """The best common ancestor, None when there is none; one of them when there are several.

        Does not look at whether the clone is shallow, where the true one may lie beyond the end of history.
        """
        code, out, _ = self.call("merge-base", self.resolve(a), self.resolve(b), ok=(0, 1))
        return text(out).split()[0] if code == 0 else None

    def is_ancestor(self, a: str, b: str) -> bool:
        """Whether `b` contains `a` (a commit contains itself)."""
        code, _, _ = self.call("merge-base", "--is-ancestor", self.resolve(a), self.resolve(b), ok=(0, 1))
        return code == 0

    def config(self, key: str) -> str:
        """One setting as git sees it here (system, global, repository, command line), "" when unset."""
        code, out, _ = self.call("config", "--get", key, ok=(0, 1))
        return text(out).removesuffix("\n") if code == 0 else ""

    def hooks_dir(self) -> str:
        """The folder git takes hooks from, absolute; honours core.hooksPath. It need not exist."""
        path = os.fsdecode(self.git("rev-parse", "--git-path", "hooks")).removesuffix("\n")
        return os.path.normpath(os.path.join(self.root or self.git_dir, path))

    def branch(self) -> str:
        """The name of the current branch, "" when HEAD is detached (as it is during a rebase)."""
        code, out, _ = self.call("symbolic-ref", "--quiet", "HEAD", ok=(0, 1))
        return text(out).strip().removeprefix("refs/heads/") if code == 0 else ""

    def objects(self) -> GitObjects:
        """A reader of this repository's objects; close it, or use it as a context manager."""
        make = load(".repo.objects:GitObjects")
        return make(self)  # type: ignore[operator, no-any-return]


def complaint(err: bytes) -> str:
    """The line of git's standard error that says what is wrong (not a hint, a warning or a trace)."""
    lines = [line.strip() for line in text(err).splitlines() if line.strip()]
    worth = [line for line in lines if line.startswith(("fatal:", "error:"))] or lines
    return worth[0].removeprefix("fatal:").removeprefix("error:").strip() if worth else ""


def _not_found(start: str | None, err: bytes) -> tuple[str, str]:
    said = complaint(err)
    if "dubious ownership" in said:
        return (f"git refuses this repository: {said}",
                "if you trust it: git config --global --add safe.directory <its top folder>")  # fmt: skip
    if "not a git repository" in said or not said:
        return f"{start or os.curdir} is not inside a git repository", "change into one, or name it with -C"
    return f"git cannot open the repository: {said}", "run `git status` there and repair what it names"


def _hint(said: str) -> str:
    if ".lock" in said:
        return "another git command is at work here; wait for it, or remove the lock file it left behind"
    if "corrupt" in said or "unable to read" in said or "bad object" in said or "missing" in said:
        return "run `git fsck`, then fetch or restore the object it names"
    if "auto-detect" in said or "empty ident" in said:
        return "tell git who you are: git config user.name NAME, and git config user.email MAIL"
    return "run the same git command by hand to see its whole answer"
