"""The only builder of Inputs: what is judged, against which spec and policy, with which receipts."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

from delegation_guard import __version__
from delegation_guard.attribution import handoffs, record
from delegation_guard.attribution.claims import claims, kept
from delegation_guard.attribution.net import step_change
from delegation_guard.attribution.patterns import write_patterns
from delegation_guard.attribution.pending import by_claim, in_handoff
from delegation_guard.attribution.specs import Specs
from delegation_guard.attribution.subjects import (
    Frame,
    Governed,
    commit_label,
    delegated_subjects,
    lost_orders,
)
from delegation_guard.attribution.suspicion import suspicion
from delegation_guard.attribution.tasks import attribute, unattributed
from delegation_guard.attribution.walk import PENDING, Walk
from delegation_guard.errors import GitError, GuardError, PolicyError
from delegation_guard.evidence.receipts import ALLOWED_SIGNERS, found
from delegation_guard.loading import load
from delegation_guard.model.change import Change, Commit
from delegation_guard.model.inputs import Inputs
from delegation_guard.model.report import Skip
from delegation_guard.policy.default import DEFAULT
from delegation_guard.repo.commits import commits, commits_plumbing, parse_range, read_commit, require_full
from delegation_guard.repo.diff import between
from delegation_guard.repo.index import staged_tree, worktree_tree
from delegation_guard.repo.merges import merge_head
from delegation_guard.repo.outgoing import default_branch, first_parent_base, outgoing
from delegation_guard.spec.parser import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from delegation_guard.attribution.pending import Pending
    from delegation_guard.attribution.record import Handoff
    from delegation_guard.model.change import Origin
    from delegation_guard.model.inputs import Occasion, Subject
    from delegation_guard.model.policy import Policy
    from delegation_guard.repo.objects import GitObjects
    from delegation_guard.repo.repository import Repository

POLICY = ".delegation/policy.yaml"
Gathered = tuple[Inputs, "Policy"]


@dataclass(frozen=True)
class Asked:
    """What whoever asks decides. `spec`: a spec's file, believed because it was named; `no_spec`: none at all.

    `policy_path`: a policy file instead of the base side's. `families`: rule families or ids, () = all.
    """

    occasion: Occasion
    spec: str | None = None
    no_spec: bool = False
    policy_path: str | None = None
    families: tuple[str, ...] = ()
    agent_reader: bool = False


@dataclass
class _Case:
    """One judgement being gathered: the repository, the base side, and what was found so far.

    `policy_tree`: where policy and keys come from, the base side unless there is none.
    """

    repo: Repository
    objects: GitObjects
    asked: Asked
    base: str
    policy: Policy
    policy_tree: str
    subjects: list[Subject] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)
    unattributed: list[str] = field(default_factory=list)

    @property
    def frame(self) -> Frame:
        return Frame(self.objects, self.policy, self.asked.occasion)

    def add(self, *subjects: Subject) -> None:
        self.subjects += [self._with_receipts(subject) for subject in subjects]

    def skip(self, why: str) -> None:
        self.skips.append(Skip("delegation", why))

    def done(self) -> Gathered:
        """A claim without a usable spec is said, whichever rules were asked for."""
        broken = self.asked.families and any(subject.problem for subject in self.subjects)
        families = (*self.asked.families, "spec/unusable") if broken else self.asked.families
        return Inputs(
            tuple(self.subjects), self.asked.occasion, families, tuple(self.unattributed),
            tuple(self.skips), __version__, self.asked.agent_reader,
        ), self.policy  # fmt: skip

    def _with_receipts(self, subject: Subject) -> Subject:
        families = self.asked.families
        wanted = not families or any(name.partition("/")[0] == "receipt" for name in families)
        if subject.expected is None or not subject.receipt_required or not wanted:
            return subject
        signers = self.objects.read(self.policy_tree, ALLOWED_SIGNERS)
        receipts = found(self.repo, subject.expected.tree, subject.expected.spec_sha256, self.policy, signers)
        base = "" if self.asked.policy_path else self.policy_tree
        expected = replace(subject.expected, base=base, also_policies=self._before(subject))
        return replace(subject, receipts=receipts, expected=expected)

    def _before(self, subject: Subject) -> tuple[str, ...]:
        """At a push, the policy that stood before the work does too: the hand-off verified under that one.

        Only a commit that claims nothing may have brought it, and the merge asks for the base side's alone.
        """
        if self.asked.occasion != "push":
            return ()
        data = self.objects.read(subject.change.base, POLICY)
        return (DEFAULT.sha256 if data is None else hashlib.sha256(data).hexdigest(),)


def staged(
    repo: Repository, *, message: str | None = None, spec: str | None = None, no_spec: bool = False, author: str = "",
    occasion: Occasion = "commit", families: tuple[str, ...] = (), policy_path: str | None = None,
    agent_reader: bool = False,
) -> Gathered:  # fmt: skip
    """What the next commit would hold. `message`: its message as being edited (comments and all), None = not known yet.

    Without a spec named: an active hand-off's task as a whole; else what the message claims, against HEAD, and
    GuardError when no spec can be found for it; else, if author, co-authors or branch look delegated, that.
    """
    asked = Asked(occasion, spec, no_spec, policy_path, families, agent_reader)
    return _pending(repo, asked, "staged", message, author)


def worktree(
    repo: Repository, *, spec: str | None = None, no_spec: bool = False, occasion: Occasion = "commit",
    families: tuple[str, ...] = (), policy_path: str | None = None, agent_reader: bool = False,
) -> Gathered:  # fmt: skip
    """Index, unstaged and untracked files together, less what a hand-off found there when it began.

    Against the active hand-off's spec, one that was named, or nothing; ignored files are not looked at.
    """
    asked = Asked(occasion, spec, no_spec, policy_path, families, agent_reader)
    return _pending(repo, asked, "worktree", None, "")


def patch(
    repo: Repository, data: bytes, *, spec: str | None = None, no_spec: bool = False, occasion: Occasion = "final",
    families: tuple[str, ...] = (), policy_path: str | None = None, agent_reader: bool = False,
) -> Gathered:  # fmt: skip
    """A diff, applied to HEAD's tree. Claims are read from the text before it, as `git format-patch` writes them."""
    asked = Asked(occasion, spec, no_spec, policy_path, families, agent_reader)
    return _pending(repo, asked, "patch", None, "", data)


def commit_range(
    repo: Repository, text: str, *, spec: str | None = None, no_spec: bool = False, occasion: Occasion = "final",
    families: tuple[str, ...] = (), policy_path: str | None = None, agent_reader: bool = False, branch: str = "",
    merged: bool = False, local: bool = True,
) -> Gathered:  # fmt: skip
    """The commits of `A..B` or `A...B`, each by what it claims; with `spec` or `no_spec` their net change as a whole.

    `branch`: the name the commits are on, for the policy's branch patterns. `merged`: the range is merged already, so
    an order lost in a squash is not held against it. `local`: specs that only this machine's hand-offs recorded may
    be used (never in CI). A claim whose spec is missing is a subject with `problem`, so that it hides nothing else.
    """
    asked = Asked(occasion, spec, no_spec, policy_path, families, agent_reader)
    base, head = parse_range(repo, text)
    common = repo.merge_base(base, head)
    if common is None and not no_spec:
        raise GitError(f"the two ends of {text} share no history", "name a range whose commits build on each other")
    case = _case(repo, asked, repo.tree_of(common or base))
    if spec or no_spec:
        _named(case, text, _between(case, case.base, repo.tree_of(head)))
        return case.done()
    found_commits = commits(repo, base, head, case.objects)
    records = record.known(repo.state_dir) if local else ()
    if not _judge_commits(case, found_commits, branch, records, merged=merged):
        case.skip(f"nothing delegated in {text}")
    return case.done()


def pushed(repo: Repository, updates: Iterable[tuple[str, str]], *, agent_reader: bool = False) -> Gathered:
    """Every commit a push would publish, judged again. `updates`: (local id, remote id or "") of each ref.

    Commits that neither claim nor look delegated make no subject. Refs that start from different policies are judged
    apart: GuardError when more than one of them has something to judge.
    """
    gathered: list[_Case] = []
    seen: set[str] = set()
    for local, remote in updates:
        new = tuple(oid for oid in outgoing(repo, local, remote) if oid not in seen)
        seen |= set(new)
        if new:
            gathered.append(_pushed_one(repo, local, new, agent_reader))
    judged = [case for case in gathered if case.subjects]
    if len({case.policy.sha256 for case in judged}) > 1:
        raise GuardError("the branches of this push start from different policies", "push them one at a time")
    if not judged:
        return Inputs((), "push", tool_version=__version__, agent_reader=agent_reader), DEFAULT
    whole = judged[0]
    for case in judged[1:]:
        whole.subjects += case.subjects
        whole.skips += case.skips
    return whole.done()


def pushes_claims(repo: Repository, updates: Iterable[tuple[str, str]]) -> bool:
    """Whether any commit a push would publish claims to be delegated; works in a shallow clone too."""
    with repo.objects() as objects:
        return any(
            claims(read_commit(objects, oid).message)
            for local, remote in updates for oid in outgoing(repo, local, remote)
        )  # fmt: skip


def policy_of(repo: Repository, objects: GitObjects, tree: str) -> Policy:
    """The policy a base-side tree holds, the embedded default when it holds none."""
    entry = objects.entry(tree, POLICY)
    if entry is None:
        return DEFAULT
    if not entry.mode.startswith("100"):
        raise PolicyError(f"{POLICY} is not a plain file", "commit the policy as a file")
    policy = _parsed(objects.blob(entry.oid), POLICY)
    if tree == repo.head_tree():
        write_patterns(repo.state_dir, entry.oid, policy)
    return policy


def _parsed(data: bytes, path: str) -> Policy:
    # YAML costs a commit hook 40 ms, and most repositories' hooks never need it.
    return cast("Callable[[bytes, str], Policy]", load(".policy.load:load"))(data, path)


def _case(repo: Repository, asked: Asked, base: str) -> _Case:
    objects = repo.objects()
    if asked.policy_path is None:
        return _Case(repo, objects, asked, base, policy_of(repo, objects, base), base)
    return _Case(repo, objects, asked, base, _parsed(_file(asked.policy_path), asked.policy_path), base)


def _pending(
    repo: Repository, asked: Asked, origin: Origin, message: str | None, author: str, diff: bytes = b""
) -> Gathered:
    """What is no commit yet."""
    head = repo.head()
    active = None if asked.spec or asked.no_spec else record.read(repo.state_dir)
    case = _case(repo, asked, active.base_tree if active else repo.head_tree())
    said = kept(message or "", _comment_mark(repo))
    if origin == "patch":
        said = diff.partition(b"\ndiff --git ")[0].decode("utf-8", "surrogateescape")
    parents = (*((head,) if head else ()), *(merge_head(repo) if origin != "patch" else ()))
    pending = Commit(PENDING, _pending_tree(repo, origin, active, diff), parents, author, author, said)
    label = {"staged": "staged change", "worktree": "work tree"}.get(origin, "patch")
    claimed = claims(said)
    if asked.spec or asked.no_spec:
        _named(case, label, replace(step_change(Walk(repo, case.objects, (pending,)).step(pending)), origin=origin))
    elif active:
        _add_pending(case, label, in_handoff(repo, case.objects, active, pending, origin, claimed))
        if asked.occasion == "final" and head:
            _beside(case, active, head)
    elif claimed:
        _add_pending(case, label, by_claim(repo, case.objects, case.base, pending, origin, claimed))
    else:
        _unclaimed(case, label, pending, origin)
    return case.done()


def _comment_mark(repo: Repository) -> str:
    """What begins a line that git drops from an edited message; "#" where git is to choose for itself."""
    mark = repo.config("core.commentString") or repo.config("core.commentChar")
    return "#" if mark in ("", "auto") else mark


def _pending_tree(repo: Repository, origin: Origin, active: Handoff | None, diff: bytes) -> str:
    if origin == "patch":
        from_diff = cast("Callable[[Repository, bytes, str], tuple[str, object]]", load(".repo.patch:from_diff"))
        return from_diff(repo, diff, repo.head_tree())[0]
    if origin == "staged":
        return staged_tree(repo)
    return worktree_tree(repo, handoffs.found_before(repo, active) if active else None)


def _named(case: _Case, label: str, change: Change) -> None:
    """A change as a whole, because whoever asks named a spec for it or wants none."""
    if case.asked.spec is None:
        case.add(case.frame.plain(label, change))
        return
    data = _file(case.asked.spec)
    path = os.path.relpath(case.asked.spec, case.repo.root) if case.repo.root else case.asked.spec
    shown = case.asked.spec if path.startswith("..") else path
    entry = case.objects.entry(change.base, path)
    committed = path if entry is not None and not path.startswith("..") else ""
    case.add(case.frame.delegated(label, change, Governed(parse(data, shown, "caller"), committed)))


def _add_pending(case: _Case, label: str, found_pending: Pending | None) -> None:
    if found_pending is None:
        case.skip("a merge that git makes without help is nobody's change")
        return
    change, by = found_pending
    case.skips += [
        Skip(path, "it was modified before the hand-off began, so it is not the delegate's")
        for path in sorted(by.found_before)
    ]
    case.add(case.frame.delegated(label, change, by))


def _unclaimed(case: _Case, label: str, pending: Commit, origin: Origin) -> None:
    # A commit is signed after its hooks ran, so `closed` can be asked of commits that exist only.
    policy = replace(case.policy, attribution="open")
    why = suspicion(pending.author, pending.message, case.repo.branch(), policy)
    step = Walk(case.repo, case.objects, (pending,)).step(pending) if why else None
    if step is None or not step.files:
        case.skip(f"nothing delegated in the {label}: no hand-off is active and no spec is named")
        return
    case.add(case.frame.suspected(label, step_change(step, origin), why, pending.author))


def _judge_commits(
    case: _Case, found_commits: tuple[Commit, ...], branch: str, records: tuple[Handoff, ...], *, merged: bool = False
) -> bool:
    """Add the subjects of a range; False when nothing in it is delegated or looks so."""
    walk = Walk(case.repo, case.objects, found_commits)
    specs = Specs(walk, case.base, records)
    attributed = attribute(walk, specs, case.policy, branch, merged=merged)
    if not attributed.delegated and not attributed.suspected:
        return False
    case.skips += lost_orders(attributed)
    case.add(*delegated_subjects(case.frame, walk, attributed))
    for part in attributed.suspected:
        label, change = commit_label(part.step.commit), step_change(part.step)
        case.add(case.frame.suspected(label, change, part.suspicion, part.step.commit.author))
    if case.asked.occasion == "final":
        _add_unattributed(case, walk, attributed.others)
    return True


def _beside(case: _Case, active: Handoff, head: str) -> None:
    """The commits since a hand-off began that are not of its task, less what came in from the default branch.

    Where that branch has all of HEAD nothing came in: it was pushed there.
    """
    known = default_branch(case.repo)
    came_in = (f"^{known}",) if known and case.repo.merge_base(known, head) != head else ()
    since = commits_plumbing(case.repo, (head, f"^{active.base_commit}", *came_in))
    others = tuple(commit for commit in since if not handoffs.is_ours(active, claims(commit.message)))
    _add_unattributed(case, Walk(case.repo, case.objects, since), others)


def _add_unattributed(case: _Case, walk: Walk, others: tuple[Commit, ...]) -> None:
    for part in unattributed(walk, others):
        case.add(case.frame.unattributed(part))
        case.unattributed.append(f"{commit_label(part.step.commit)} by {part.step.commit.author}")


def _pushed_one(repo: Repository, local: str, new: tuple[str, ...], agent_reader: bool) -> _Case:
    start = first_parent_base(repo, local, frozenset(new))
    case = _case(repo, Asked("push", agent_reader=agent_reader), repo.tree_of(start) if start else repo.empty_tree())
    pushed_commits = tuple(read_commit(case.objects, oid) for oid in new)
    if not start:
        _before_the_first(case, pushed_commits)
    branch = repo.branch() if repo.head() == new[-1] else ""
    if any(claims(commit.message) for commit in pushed_commits):
        require_full(repo)
    _judge_commits(case, pushed_commits, branch, record.known(repo.state_dir))
    return case


def _before_the_first(case: _Case, pushed_commits: tuple[Commit, ...]) -> None:
    """Where a push has no base side, the policy is the one that stood before the first commit that claims anything."""
    first = next((commit for commit in pushed_commits if claims(commit.message)), None)
    if first is not None and first.parents:
        case.policy_tree = case.repo.tree_of(first.parents[0])
        case.policy = policy_of(case.repo, case.objects, case.policy_tree)


def _between(case: _Case, base: str, head: str) -> Change:
    return Change("commit", base, head, between(case.repo, base, head))


def _file(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise GuardError(f"{path} cannot be read: {error.strerror}", "check the path") from None
