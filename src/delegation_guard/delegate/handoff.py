"""Opening, widening and closing a hand-off: what was agreed, from where, and what lay around before it began."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from delegation_guard.attribution import record
from delegation_guard.delegate.amend import with_path
from delegation_guard.errors import GuardError
from delegation_guard.ledger import events
from delegation_guard.repo.index import snapshot
from delegation_guard.repo.specfile import commit_file
from delegation_guard.spec.lint import lint
from delegation_guard.spec.lint_rules import RULES
from delegation_guard.spec.parser import parse

if TYPE_CHECKING:
    from delegation_guard.model.contract import Contract
    from delegation_guard.model.finding import Finding
    from delegation_guard.repo.repository import Repository

SPECS = ".delegation/specs"


def refuse_second(repo: Repository) -> None:
    """One hand-off per worktree: a second would make it unclear whose change is whose."""
    active = record.read(repo.state_dir)
    if active is None:
        return
    raise GuardError(
        f"a hand-off of {active.task} is already active in this worktree (since {active.started})",
        "finish it (delegation-guard handoff finish), or give this task a worktree of its own: "
        f"git worktree add ../{active.task}-2",
    )


def refuse_nowhere(repo: Repository) -> None:
    """A hand-off needs a work tree to work in and a commit to start from."""
    if not repo.root:
        raise GuardError("this repository has no work tree here", "give the task one: git worktree add ../task")
    _start(repo)


def _start(repo: Repository) -> str:
    head = repo.head()
    if head is None:
        raise GuardError(
            "a hand-off needs a commit to start from, and this repository has none",
            'make one first: git commit --allow-empty -m "Start"',
        )
    return head


def linted(repo: Repository, contract: Contract) -> tuple[Finding, ...]:
    """What lint says of a spec against the commit the delegate starts from."""
    with repo.objects() as objects:
        return lint(contract, objects, repo.head_tree())


def begin(repo: Repository, contract: Contract, data: bytes, *, at: str, commit: bool) -> record.Handoff:
    """Record a hand-off from HEAD; `data` is the spec's exact bytes.

    With `commit` the spec is first committed alone as `.delegation/specs/<ID>.md`.

    The base is the commit the delegate starts from (after the spec's own commit). Nothing is recorded when anything
    fails; the spec commit, being honest work of its own, stays.
    """
    refuse_second(repo)
    spec_path, committed = _committed_path(repo, contract, data), True
    if commit and not spec_path:
        spec_path = f"{SPECS}/{contract.task}.md"
        commit_file(repo, spec_path, data, f"Specify {contract.task}: {contract.title}")
    elif not spec_path:
        spec_path, committed = contract.path, False
    head = _start(repo)
    text = data.decode("utf-8", "surrogateescape")
    handoff = record.Handoff(
        task=contract.task, spec_path=spec_path, spec_sha256=contract.sha256, spec_text=text,
        base_commit=head, base_tree=repo.tree_of(head), dirt=snapshot(repo), started=at, agent=contract.agent,
        phase=contract.phase, model=contract.model, committed=committed,
    )  # fmt: skip
    record.write(repo.state_dir, handoff)
    events.append(repo.state_dir, "handoff-started", at, task=contract.task, spec_sha256=contract.sha256, base=head)
    return handoff


def widened(repo: Repository, path: str, because: str) -> bytes:
    """The active hand-off's spec with one more heading, as text; nothing is written."""
    active = required(repo)
    return _bytes(with_path(parse(active.spec_data, active.spec_path, "handoff"), path, because))


def amend(repo: Repository, data: bytes, because: str, *, at: str) -> tuple[Contract, tuple[Finding, ...], bool]:
    """Put another text in place of the active hand-off's spec: the contract, what lint says of it, whether it was done.

    Changes the record, the file the spec was read from (when it still holds the recorded text) and, for a committed
    spec, makes a commit of the spec alone. An error of lint that the old text had not leaves everything as it was.
    """
    active = required(repo)
    old = parse(active.spec_data, active.spec_path, "handoff")
    new = parse(data, active.spec_path, "handoff")
    if new.task != old.task:
        raise GuardError(
            f"the amended spec is of task {new.task}, and {old.task} is what was handed over",
            "keep the TASK line's id, or finish this hand-off and start another",
        )
    with repo.objects() as objects:
        known = {finding.message for finding in lint(old, objects, active.base_tree)}
        findings = tuple(one for one in lint(new, objects, active.base_tree) if one.message not in known)
    levels = {rule.id: rule.level for rule in RULES}
    if any(levels[finding.rule] == "error" for finding in findings):
        return new, findings, False
    if active.committed:
        commit_file(repo, active.spec_path, data, f"Amend the spec of {active.task}: {because}")
    elif os.path.isfile(active.spec_path):
        _rewrite(active.spec_path, active.spec_data, data)
    text = data.decode("utf-8", "surrogateescape")
    record.write(repo.state_dir, record.replaced(active, spec_text=text, spec_sha256=new.sha256))
    events.append(
        repo.state_dir,
        "handoff-amended",
        at,
        task=active.task,
        because=because,
        added=sorted({edit.path for edit in new.edits} - {edit.path for edit in old.edits}),
        spec_sha256_before=active.spec_sha256,
        spec_sha256=new.sha256,
    )
    return new, findings, True


def required(repo: Repository) -> record.Handoff:
    """The active hand-off, or GuardError."""
    active = record.read(repo.state_dir)
    if active is None:
        raise GuardError("no hand-off is active in this worktree", "start one: delegation-guard handoff start SPEC")
    return active


def close(repo: Repository, *, at: str, how: str, why: str = "") -> None:
    """End the active hand-off; `how` is `finished` or `stopped`."""
    active = required(repo)
    events.append(repo.state_dir, f"handoff-{how}", at, task=active.task, spec_sha256=active.spec_sha256, why=why)
    record.close(repo.state_dir, how)


def _committed_path(repo: Repository, contract: Contract, data: bytes) -> str:
    """Where HEAD holds exactly this spec under `.delegation/specs/`, "" when it does not."""
    tree = repo.head_tree()
    with repo.objects() as objects:
        for path in (contract.path, f"{SPECS}/{contract.task}.md"):
            relative = os.path.relpath(path, repo.root) if os.path.isabs(path) else path
            if relative.startswith(f"{SPECS}/") and objects.read(tree, relative) == data:
                return relative
    return ""


def _rewrite(path: str, old: bytes, new: bytes) -> None:
    with open(path, "rb") as file:
        if file.read() != old:
            return  # somebody edits it right now; the record is what counts, their text is not ours to lose
    temporary = f"{path}.{os.getpid()}.tmp"
    with open(temporary, "wb") as file:
        file.write(new)
    os.replace(temporary, path)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
