"""Which spec governs a claim, and how far it is believed (semantics 3)."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from delegation_guard.attribution.claims import claims
from delegation_guard.errors import SpecError
from delegation_guard.model.change import EXECUTABLE, REGULAR
from delegation_guard.spec.parser import parse

if TYPE_CHECKING:
    from delegation_guard.attribution.record import Handoff
    from delegation_guard.attribution.walk import Walk
    from delegation_guard.model.change import Claim, Commit, Entry
    from delegation_guard.model.contract import Contract, Trust

SPECS = ".delegation/specs/"
ALONE = "commit the spec alone, before the work: delegation-guard handoff start --commit SPEC"


@dataclass(frozen=True, slots=True)
class Governing:
    """The spec found for a claim, or the `problem` (one sentence) that leaves the claim without one, and its `remedy`.

    `path`: where the repository holds the spec, "" when it does not. `lost_order`: the spec came in the same commit
    as the work, which is never held against a squash.
    """

    claim: Claim
    contract: Contract | None = None
    path: str = ""
    problem: str = ""
    remedy: str = ""
    lost_order: bool = False

    @property
    def introduced(self) -> bool:
        """Whether the spec came with the judged range itself."""
        return self.contract is not None and self.contract.trust == "range"


class Specs:
    """Finds specs for the commits of a walk.

    `base_tree`: the base side, whose specs are trusted as `base`. `records`: hand-offs of this machine whose spec may
    be used where the repository holds none; () in CI, where nothing local counts.
    """

    def __init__(self, walk: Walk, base_tree: str, records: tuple[Handoff, ...] = ()) -> None:
        self._walk = walk
        self._base = base_tree
        self._records = records

    def governing(self, claim: Claim, commit: Commit, *, squash: bool = False) -> Governing:
        """The spec that governs one claim of a commit: the version its parent has, under every name it may claim.

        Never both without contract and without problem. Not verified: that the spec makes sense beyond its grammar, nor
        that it is trusted as far as the policy asks (`contract.trust` says how far it is).
        """
        problem = _unusable(claim)
        if problem:
            return Governing(claim, problem=problem[0], remedy=problem[1])
        try:
            return self._found(claim, commit, squash)
        except SpecError as error:
            return Governing(claim, problem=error.message, remedy=error.hint)

    def _found(self, claim: Claim, commit: Commit, squash: bool) -> Governing:
        differing: Governing | None = None
        for parent in commit.parents:
            at_parent = self._in_tree(claim, self._walk.tree(parent))
            if at_parent and not at_parent.problem:
                return self._ordered(at_parent, commit, self._walk.tree(parent))
            differing = differing or at_parent
        own = self._in_tree(claim, commit.tree)
        if own and not own.problem:
            if squash:
                return replace(own, lost_order=True)
            return _refused(own, f"the spec {claim.spec} came in the same commit as the work that claims it", ALONE)
        return self._recorded(claim) or differing or own or Governing(
            claim, problem=f"no spec {claim.spec} stands in {SPECS} before the work that claims it", remedy=ALONE
        )  # fmt: skip

    def _in_tree(self, claim: Claim, tree: str) -> Governing | None:
        """The spec a tree holds under the claimed name, None when it has none; a problem when it is another version."""
        known: list[Governing] = []
        for path, entry in self._candidates(claim.spec, tree):
            if entry.mode not in (REGULAR, EXECUTABLE):
                return Governing(claim, path=path, problem=f"{path} is not a plain file", remedy=ALONE)
            contract = parse(self._walk.objects.blob(entry.oid), path, self._trust_of(path, entry))
            known.append(Governing(claim, contract, path))
        wanted = [one for one in known if one.contract and claim.sha256 in ("", one.contract.sha256)]
        if len(wanted) == 1:
            return _same_task(wanted[0])
        if not known:
            return None
        if wanted:
            paths = " and ".join(one.path for one in wanted)
            return Governing(claim, problem=f"{paths} are both about task {claim.spec}", remedy="keep one of them")
        actual = ", ".join(f"{one.path} is {one.contract.sha256[:12]}" for one in known if one.contract)
        return Governing(
            claim, path=known[0].path,
            problem=f"it claims version {claim.sha256[:12]} of spec {claim.spec}, but before this commit {actual}",
            remedy="claim the version the commit's parent holds (its sha256), or restore that version of the spec",
        )  # fmt: skip

    def _candidates(self, name: str, tree: str) -> list[tuple[str, Entry]]:
        """Files that may be the named spec: at that path, at `.delegation/specs/<name>.md`, or of that TASK."""
        direct = [_normal(name)] if "/" in name or name.endswith(".md") else []
        direct.append(_normal(SPECS + (name if name.endswith(".md") else f"{name}.md")))
        for path in filter(None, direct):
            entry = self._walk.entry(tree, path)
            if entry is not None:
                return [(path, entry)]
        return [] if "/" in name else self._by_task(name, tree)

    def _by_task(self, task: str, tree: str) -> list[tuple[str, Entry]]:
        objects, found = self._walk.objects, []
        folder = objects.entry(tree, SPECS.rstrip("/"))
        for name in objects.paths(folder.oid) if folder and folder.mode == "040000" else ():
            entry = self._walk.entry(tree, SPECS + name)
            if entry is None or entry.mode not in (REGULAR, EXECUTABLE):
                continue
            data = objects.blob(entry.oid)
            if task.encode("utf-8", "surrogateescape") in data and _task_of(data, SPECS + name) == task:
                found.append((SPECS + name, entry))
        return found

    def _trust_of(self, path: str, entry: Entry) -> Trust:
        there = self._walk.entry(self._base, path)
        return "base" if there is not None and there.oid == entry.oid else "range"

    def _ordered(self, found: Governing, commit: Commit, tree: str) -> Governing:
        """The same, refused unless every commit that brought this version before `commit` changed specs only."""
        if not found.introduced:
            return found
        if not found.path.startswith(SPECS):
            return _refused(found, f"the spec {found.path} came with the change itself and lies outside {SPECS}", ALONE)
        introductions = self._introductions(found.path, tree, commit)
        for one in introductions:
            if claims(one.message):
                return _refused(found, f"{found.path} was changed by the delegated commit {one.oid[:10]}",
                                "have the spec's author commit it alone, without Delegation- trailers")  # fmt: skip
            if not self._walk.step(one).only_in(SPECS):
                problem = f"{found.path} came in commit {one.oid[:10]}, which changes other files too"
                return _refused(found, problem, ALONE)
        if not introductions:
            return _refused(found, f"no commit of this range brought {found.path} as it stands", ALONE)
        return found

    def _introductions(self, path: str, tree: str, before: Commit) -> list[Commit]:
        """The commits before one that made a path what it is in a tree."""
        walk, found = self._walk, []
        target = walk.entry(tree, path)
        for commit in walk.commits[: walk.place[before.oid]]:
            if walk.entry(commit.tree, path) == target and all(
                walk.entry(walk.tree(parent), path) != target for parent in commit.parents
            ):
                found.append(commit)
        return found

    def _recorded(self, claim: Claim) -> Governing | None:
        """A spec of this machine's hand-offs, by digest, else by task id."""
        for record in self._records:
            if record.spec_sha256 == claim.sha256 or (not claim.sha256 and record.task == claim.spec):
                return _same_task(Governing(claim, parse(record.spec_data, record.spec_path, "handoff")))
        return None


def _unusable(claim: Claim) -> tuple[str, str] | None:
    if not claim.spec or claim.spec == "?":
        return ("it claims to be delegated and names no spec",
                "add a trailer: Delegation-Spec: <task id>@sha256:<digest>")  # fmt: skip
    if claim.sha256 and (len(claim.sha256) != 64 or claim.sha256.strip("0123456789abcdef")):
        return (f"{claim.sha256[:80]!r} in the claim of spec {claim.spec} is not a sha256 digest",
                "write all 64 hexadecimal digits: sha256sum SPEC")  # fmt: skip
    return None


def _refused(found: Governing, problem: str, remedy: str) -> Governing:
    return replace(found, contract=None, problem=problem, remedy=remedy)


def _same_task(found: Governing) -> Governing:
    """The same, refused when a task id was claimed and the file of that name is about another task."""
    name, contract = found.claim.spec, found.contract
    if contract is None or contract.task == name or "/" in name or name.endswith(".md"):
        return found
    return _refused(found, f"{contract.path} is about task {contract.task}, not {name}",
                    f"claim it by its own id: Delegation-Spec: {contract.task}")  # fmt: skip


def _task_of(data: bytes, path: str) -> str:
    try:
        return parse(data, path, "range").task
    except SpecError:
        return ""  # a file that is no spec is not the one that was asked for


def _normal(path: str) -> str:
    """A path inside the repository, "" for one that leads out of it."""
    normal = posixpath.normpath(path)
    return "" if normal.startswith(("/", "../")) or normal in (".", "..") else normal
