"""Semantics 1 to 4 on real repositories: what is judged, against which spec, as whose change."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import pytest

from delegation_guard import gather
from delegation_guard.attribution import record
from delegation_guard.engine import judge
from delegation_guard.errors import GitError, GuardError, PolicyError
from delegation_guard.repo.index import snapshot
from delegation_guard.repo.repository import Repository
from delegation_guard.spec.parser import parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from delegation_guard.model.inputs import Inputs, Subject
    from support import Sandbox

PATH = ".delegation/specs/T-1.md"
POLICY = ".delegation/policy.yaml"
ANN = "Ann Author <ann@example.invalid>"
HAIKU = "claude-haiku-4-5 <x@example.invalid>"


def spec(task: str = "T-1", *paths: str) -> str:
    listed = paths or ("a.py",)
    headings = "".join(f"### {number}. {path}\nChange it.\n\n" for number, path in enumerate(listed, 1))
    return f"TASK {task}: change things\n\nCHANGES TO MAKE:\n{headings}VERIFY:\ntrue\n"


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def claiming(task: str = "T-1", text: str | None = None, subject: str = "Do it") -> str:
    digest = f"@sha256:{sha(text)}" if text else ""
    return f"{subject}\n\nDelegation-Spec: {task}{digest}\n"


class Bench:
    """A repository with a product, and gather asked about it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.repo = Repository.find(str(sandbox.root))
        self.base = sandbox.commit("base", {"a.py": "a = 1\n", "b.py": "b = 1\n", "c.py": "c = 1\n"})

    def commit(self, message: str, files: Mapping[str, str | None], *more: str) -> str:
        return self.sandbox.commit(message, files, *more)

    def stage(self, files: Mapping[str, str | None]) -> None:
        self.sandbox.write(files)
        self.sandbox.git("add", "-A")

    def staged(self, message: str | None = "Fix\n", **more: object) -> Inputs:
        more.setdefault("author", ANN)
        return gather.staged(self.repo, message=message, **more)[0]  # type: ignore[arg-type]

    def range(self, text: str = "", **more: object) -> Inputs:
        return gather.commit_range(self.repo, text or f"{self.base}..HEAD", **more)[0]  # type: ignore[arg-type]

    def handoff(self, text: str = "", **more: object) -> record.Handoff:
        text = text or spec()
        contract = parse(text.encode(), "-", "handoff")
        head = self.repo.head()
        assert head
        fields = {
            "task": contract.task, "spec_path": "-", "spec_sha256": contract.sha256, "spec_text": text,
            "base_commit": head, "base_tree": self.repo.tree_of(head), "dirt": snapshot(self.repo), **more,
        }  # fmt: skip
        handoff = record.Handoff(**fields)  # type: ignore[arg-type]
        record.write(self.repo.state_dir, handoff)
        return handoff


@pytest.fixture(autouse=True)
def no_outside_git(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def bench(sandbox: Sandbox) -> Bench:
    return Bench(sandbox)


def paths(subject: Subject) -> list[str]:
    return [file.path for file in subject.change.files]


def only(inputs: Inputs) -> Subject:
    (subject,) = inputs.subjects
    return subject


# 1. Who is judged


def test_1_neither_a_plain_human_commit_makes_no_subject_and_writes_nothing(bench: Bench) -> None:
    bench.stage({"a.py": "a = 2\n"})
    inputs = bench.staged("Fix\n\nCo-authored-by: Claude <noreply@anthropic.com>\n")
    assert inputs.subjects == ()
    assert [skip.what for skip in inputs.skips] == ["delegation"]
    assert not os.path.exists(bench.repo.state_dir)


def test_1_neither_before_the_first_commit_of_a_repository(sandbox: Sandbox) -> None:
    sandbox.write({"a.py": "a = 1\n"})
    sandbox.git("add", "-A")
    inputs, policy = gather.staged(Repository.find(str(sandbox.root)), message="Start\n", author=ANN)
    assert inputs.subjects == ()
    assert not policy.present


def test_1_a_closer_look_keeps_the_policys_patterns_for_the_next_hook(bench: Bench) -> None:
    bench.commit("policy", {POLICY: "version: 1\nattribution:\n  branches: ['delegate/*']\n"})
    blob = bench.sandbox.git("rev-parse", f"HEAD:{POLICY}")
    bench.stage({"a.py": "a = 2\n"})
    assert bench.staged().subjects == ()
    with open(os.path.join(bench.repo.state_dir, f"attribution-{blob}")) as file:
        assert "branch delegate/*" in file.read().splitlines()


def test_1_claimed_by_trailer(bench: Bench) -> None:
    bench.commit("spec", {PATH: spec()})
    bench.stage({"a.py": "a = 2\n"})
    subject = only(bench.staged(f"# a comment\n{claiming(text=spec())}Delegation-Model: m\n"))
    assert (subject.standing, subject.span, subject.label) == ("delegated", "both", "staged change")
    assert subject.contract and subject.contract.task == "T-1"
    assert subject.claim and subject.claim.model == "m"
    assert paths(subject) == ["a.py"]
    assert subject.receipt_required
    assert subject.expected and subject.expected.commands == (("true", ""),)
    assert subject.expected.spec_sha256 == sha(spec())
    assert subject.verify_command == f"delegation-guard verify {subject.change.head} --spec {PATH}"


def test_1_claimed_by_path_and_by_the_task_id_inside_another_file(bench: Bench) -> None:
    bench.commit("spec", {".delegation/specs/rounding.md": spec()})
    bench.stage({"a.py": "a = 2\n"})
    for name in (".delegation/specs/rounding.md", "rounding", "T-1"):
        message = claiming(name)
        if name == "rounding":
            with pytest.raises(GuardError, match="is about task T-1"):
                bench.staged(message)
        else:
            assert only(bench.staged(message)).spec_path == ".delegation/specs/rounding.md"


def test_1_claimed_by_naming_a_spec(bench: Bench) -> None:
    path = bench.sandbox.root.parent / "elsewhere.md"
    path.write_text(spec())
    bench.stage({"a.py": "a = 2\n", "b.py": "b = 2\n"})
    subject = only(bench.staged(None, spec=str(path)))
    assert subject.standing == "delegated"
    assert subject.contract and subject.contract.trust == "caller"
    assert paths(subject) == ["a.py", "b.py"]
    bench.commit("x", {})
    assert paths(only(bench.range(spec=str(path)))) == ["a.py", "b.py"]


def test_1_a_claim_in_a_comment_line_of_the_message_is_none(bench: Bench) -> None:
    bench.stage({"a.py": "a = 2\n"})
    assert bench.staged("Fix\n# Delegation-Spec: T-9\n").subjects == ()


@pytest.mark.parametrize("trailer", ["Delegation-Agent: claude", "Delegation-Spec: T-1@sha256:12", "Delegation-Spec:"])
def test_1_a_claim_that_names_no_usable_spec_is_no_verdict(bench: Bench, trailer: str) -> None:
    bench.commit("spec", {PATH: spec()})
    bench.stage({"a.py": "a = 2\n"})
    with pytest.raises(GuardError) as caught:
        bench.staged(f"Do it\n\n{trailer}\n")
    assert caught.value.hint


def test_1_suspected_by_author_coauthor_or_branch(bench: Bench) -> None:
    bench.commit("policy", {POLICY: "version: 1\nattribution:\n  branches: ['delegate/*']\n"})
    bench.stage({"a.py": "a = 2\n"})
    by_author = only(bench.staged(author=HAIKU))
    by_coauthor = only(bench.staged("Fix\n\nCo-authored-by: GPT-5 mini <a@b.invalid>\n"))
    bench.sandbox.git("switch", "-qc", "delegate/T-1")
    by_branch = only(bench.staged(None))
    for subject, word in ((by_author, "haiku"), (by_coauthor, "mini"), (by_branch, "delegate/T-1")):
        assert subject.standing == "suspected"
        assert subject.contract is None
        assert word in subject.suspicion
        assert not subject.receipt_required


def test_1_a_range_with_nothing_claimed_or_suspected_says_so(bench: Bench) -> None:
    bench.commit("Fix\n\nCo-authored-by: Claude <noreply@anthropic.com>", {"a.py": "a = 2\n"})
    inputs = bench.range()
    assert (inputs.subjects, inputs.unattributed) == ((), ())
    assert [(skip.what, skip.why) for skip in inputs.skips] == [
        ("delegation", f"nothing delegated in {bench.base}..HEAD")
    ]


def test_1_commits_beside_delegated_ones_are_unattributed(bench: Bench) -> None:
    base = bench.commit("spec", {PATH: spec()})
    bench.commit("A person's", {"c.py": "c = 2\n"})
    bench.commit(claiming(), {"a.py": "a = 2\n"})
    inputs = bench.range(f"{base}..HEAD")
    delegated, person = inputs.subjects
    assert (delegated.standing, paths(delegated)) == ("delegated", ["a.py"])
    assert (person.standing, paths(person), person.contract) == ("unattributed", ["c.py"], None)
    assert person.label.startswith("commit ") and person.label.endswith("(A person's)")
    (named,) = inputs.unattributed
    assert "A person's" in named and "Ann Author" in named


def test_1_commits_that_only_write_specs_are_not_unattributed(bench: Bench) -> None:
    bench.commit("spec", {PATH: spec()})
    bench.commit(claiming(), {"a.py": "a = 2\n"})
    inputs = bench.range()
    assert inputs.unattributed == ()
    assert only(inputs).introduced


def test_1_suspected_commits_of_a_range(bench: Bench) -> None:
    bench.commit("Fix", {"a.py": "a = 2\n"}, f"--author={HAIKU}")
    bench.commit("Mine", {"b.py": "b = 2\n"})
    suspected, person = bench.range().subjects
    assert (suspected.standing, suspected.who) == ("suspected", HAIKU)
    assert person.standing == "unattributed"


def test_1_trailers_in_a_squash_are_found_line_by_line(bench: Bench) -> None:
    base = bench.commit("specs", {PATH: spec(), ".delegation/specs/T-2.md": spec("T-2", "b.py")})
    message = f"All of it (#4)\n\n* one\n\n  > Delegation-Spec: T-1@sha256:{sha(spec())}\n\ntext after it\n"
    bench.commit(message, {"a.py": "a = 2\n"})
    assert only(bench.range(f"{base}..HEAD")).standing == "delegated"


# 2. The hand-off


def test_2_an_active_hand_off_claims_what_is_staged(bench: Bench) -> None:
    bench.handoff()
    bench.stage({"a.py": "a = 2\n", "b.py": "b = 2\n"})
    for message in (None, "no trailer\n", claiming("T-1", spec())):
        subject = only(bench.staged(message))
        assert (subject.standing, paths(subject)) == ("delegated", ["a.py", "b.py"])
        assert subject.contract and subject.contract.trust == "handoff"
        assert subject.verify_command == f"delegation-guard verify {subject.change.head}"


def test_2_the_record_wins_over_a_message_of_another_task_or_version(bench: Bench) -> None:
    bench.handoff()
    bench.stage({"a.py": "a = 2\n"})
    with pytest.raises(GuardError, match="hand-off of T-1 is active"):
        bench.staged(claiming("T-2"))
    with pytest.raises(GuardError, match="claims version") as caught:
        bench.staged(claiming("T-1", "another text"))
    assert sha(spec()) in caught.value.hint


def test_2_what_lay_around_before_is_not_the_delegates(bench: Bench) -> None:
    bench.sandbox.write({"b.py": "b = 'half done'\n", "notes.txt": "mine\n", "c.py": None})
    bench.handoff()
    bench.sandbox.write({"a.py": "a = 2\n"})
    assert paths(only(gather.worktree(bench.repo)[0])) == ["a.py"]
    bench.sandbox.git("add", "-A")
    inputs = bench.staged(None)
    assert paths(only(inputs)) == ["a.py"]
    assert {skip.what for skip in inputs.skips} == {"b.py", "c.py", "notes.txt"}


def test_2_what_the_delegate_does_to_a_dirty_file_is_its_own(bench: Bench) -> None:
    bench.sandbox.write({"b.py": "b = 'half done'\n"})
    bench.handoff()
    bench.sandbox.write({"b.py": "b = 'finished by the delegate'\n"})
    subject = only(gather.worktree(bench.repo)[0])
    assert paths(subject) == ["b.py"]
    assert subject.objects.read(subject.change.base, "b.py") == b"b = 'half done'\n"


def test_2_a_scratch_spec_in_the_work_tree_is_not_part_of_the_change(bench: Bench) -> None:
    bench.sandbox.write({"scratch.md": spec()})
    active = bench.handoff(spec_path="scratch.md")
    text = spec("T-1", "a.py", "b.py")
    bench.sandbox.write({"scratch.md": text, "a.py": "a = 2\n"})
    record.write(bench.repo.state_dir, record.replaced(active, spec_text=text, spec_sha256=sha(text)))
    subject = only(gather.worktree(bench.repo)[0])
    assert paths(subject) == ["a.py"]


def test_2_amended_spec_earlier_commits_keep_theirs_the_net_is_judged_by_the_last(bench: Bench) -> None:
    wide = spec("T-1", "a.py", "b.py")
    bench.commit("spec", {PATH: spec()})
    bench.commit(claiming("T-1", spec()), {"a.py": "a = 2\n"})
    bench.commit("Amend the spec", {PATH: wide})
    bench.commit(claiming("T-1", wide), {"b.py": "b = 2\n"})
    first, second, task = bench.range().subjects
    listed = [len(subject.contract.edits) if subject.contract else 0 for subject in (first, second, task)]
    assert listed == [1, 2, 2]
    assert [subject.span for subject in (first, second, task)] == ["commit", "commit", "task"]
    assert (task.label, paths(task)) == ("task T-1", ["a.py", "b.py"])


@pytest.mark.parametrize("trailer", ["", "Delegation-Stopped: line 3 does not exist\n"])
def test_2_an_honest_stop(bench: Bench, trailer: str) -> None:
    bench.commit("spec", {PATH: spec()})
    bench.commit(f"{claiming()}{trailer}", {} if not trailer else {"a.py": "a = 2\n"})
    subject = only(bench.range())
    assert subject.stopped == ("line 3 does not exist" if trailer else "the commit changes nothing")
    assert subject.receipt_required is bool(trailer)


def test_2_a_task_of_which_nothing_is_left_is_a_stop(bench: Bench) -> None:
    bench.commit("spec", {PATH: spec()})
    bench.commit(claiming(), {"a.py": "a = 2\n"})
    bench.commit(claiming(), {"a.py": "a = 1\n"})
    *_, task = bench.range().subjects
    assert (task.span, task.stopped) == ("task", "nothing is left of its changes")


def test_2_a_commit_picked_to_where_its_spec_is_not_is_verified_by_its_own_claim(bench: Bench) -> None:
    active = bench.handoff()
    record.close(bench.repo.state_dir, "finished")
    picked = bench.commit(f"Add\n\nDelegation-Spec: {active.task}@sha256:{active.spec_sha256}\n", {"a.py": "a = 2\n"})
    assert only(bench.range()).verify_command == f"delegation-guard verify {picked}"


def test_2_a_corrupt_record_is_no_verdict(bench: Bench) -> None:
    os.makedirs(bench.repo.state_dir)
    with open(os.path.join(bench.repo.state_dir, "handoff.json"), "w") as file:
        file.write("{")
    bench.stage({"a.py": "a = 2\n"})
    with pytest.raises(GuardError, match="cannot be used"):
        bench.staged()


# 3. Which spec is believed


def test_3_base_byte_for_byte_in_the_merge_base(bench: Bench) -> None:
    base = bench.commit("spec and more", {PATH: spec(), "b.py": "b = 2\n"})
    bench.commit(claiming("T-1", spec()), {"a.py": "a = 2\n"})
    subject = only(bench.range(f"{base}..HEAD"))
    assert subject.contract and subject.contract.trust == "base"
    assert (subject.introduced, subject.spec_path) == (False, PATH)


def test_3_range_introduced_alone_and_before(bench: Bench) -> None:
    bench.commit("spec", {PATH: spec()})
    bench.commit(claiming("T-1", spec()), {"a.py": "a = 2\n"})
    subject = only(bench.range())
    assert subject.contract and subject.contract.trust == "range"
    assert subject.introduced
    assert subject.problem == ""


def unusable(inputs: Inputs) -> Subject:
    subject = next(subject for subject in inputs.subjects if subject.problem)
    assert (subject.standing, subject.contract) == ("delegated", None)
    assert subject.remedy
    return subject


def test_3_range_not_together_with_other_files(bench: Bench) -> None:
    bench.commit("spec and more", {PATH: spec(), "c.py": "c = 2\n"})
    bench.commit(claiming(), {"a.py": "a = 2\n"})
    assert "changes other files too" in unusable(bench.range()).problem


def test_3_range_not_in_the_commit_that_claims_it(bench: Bench) -> None:
    bench.commit(claiming(), {PATH: spec(), "a.py": "a = 2\n"})
    assert "same commit as the work" in unusable(bench.range()).problem


def test_3_range_not_after_the_commit_that_claims_it(bench: Bench) -> None:
    bench.commit(claiming(), {"a.py": "a = 2\n"})
    bench.commit("spec", {PATH: spec()})
    assert "no spec T-1" in unusable(bench.range()).problem


def test_3_a_spec_edited_by_a_delegated_commit_governs_nothing(bench: Bench) -> None:
    wide = spec("T-1", "a.py", "b.py")
    base = bench.commit("spec", {PATH: spec()})
    bench.commit(claiming("T-1", spec()), {PATH: wide})
    bench.commit(claiming("T-1", wide), {"b.py": "b = 2\n"})
    inputs = bench.range(f"{base}..HEAD")
    assert "changed by the delegated commit" in unusable(inputs).problem
    assert paths(inputs.subjects[0]) == [PATH]


def test_3_another_digest_than_the_parents_version(bench: Bench) -> None:
    bench.commit("spec", {PATH: spec()})
    bench.commit(claiming("T-1", "something else"), {"a.py": "a = 2\n"})
    assert f"claims version {sha('something else')[:12]}" in unusable(bench.range()).problem


@pytest.mark.parametrize("name", ["T-9", "../../etc/passwd.md", "/etc/passwd.md", "docs/none.md", "T-1/../T-2"])
def test_3_a_spec_that_is_not_there(bench: Bench, name: str) -> None:
    bench.commit("spec", {PATH: spec()})
    bench.commit(claiming(name), {"a.py": "a = 2\n"})
    assert unusable(bench.range()).problem


def test_3_a_spec_that_does_not_parse_hides_nothing_else(bench: Bench) -> None:
    bench.commit("specs", {PATH: "no spec at all\n", ".delegation/specs/T-2.md": spec("T-2", "b.py")})
    bench.commit(claiming("T-1"), {"a.py": "a = 2\n"})
    bench.commit(claiming("T-2"), {"b.py": "b = 2\n"})
    inputs = bench.range()
    assert unusable(inputs).problem.startswith(PATH)
    assert [subject.problem for subject in inputs.subjects if paths(subject) == ["b.py"]] == [""]


def test_3_a_broken_claim_is_judged_whichever_rules_were_asked_for(bench: Bench) -> None:
    bench.commit(claiming("T-9"), {"a.py": "a = 2\n"})
    assert bench.range(families=("scope",)).families == ("scope", "spec/unusable")


def test_3_a_symbolic_link_is_no_spec(bench: Bench) -> None:
    outside = bench.sandbox.root.parent / "wide.md"
    outside.write_text(spec())
    os.makedirs(bench.sandbox.root / ".delegation/specs")
    os.symlink(outside, bench.sandbox.root / PATH)
    bench.commit("spec", {})
    bench.commit(claiming(), {"a.py": "a = 2\n"})
    assert "not a plain file" in unusable(bench.range()).problem


def test_3_two_specs_of_one_task_are_told_apart_by_the_digest(bench: Bench) -> None:
    other = spec("T-1", "a.py", "b.py")
    bench.commit("specs", {".delegation/specs/x.md": spec(), ".delegation/specs/y.md": other})
    bench.commit(claiming("T-1"), {"a.py": "a = 2\n"})
    assert "both about task T-1" in unusable(bench.range()).problem
    bench.commit(claiming("T-1", other), {"a.py": "a = 3\n"})
    assert bench.range("HEAD~1..HEAD").subjects[0].spec_path == ".delegation/specs/y.md"


def test_3_handoff_a_scratch_spec_is_known_on_this_machine_only(bench: Bench) -> None:
    bench.handoff()
    bench.commit(claiming("T-1", spec()), {"a.py": "a = 2\n"})
    record.close(bench.repo.state_dir, "finished")
    subject = only(bench.range())
    assert subject.contract and subject.contract.trust == "handoff"
    assert "no spec T-1" in unusable(bench.range(local=False)).problem


def test_3_policy_comes_from_the_base(bench: Bench) -> None:
    bench.commit("policy", {POLICY: "version: 1\nrequire_spec: true\n"})
    base = bench.repo.head()
    bench.commit("loosen", {POLICY: "version: 1\n"})
    bench.commit(claiming("T-9"), {"a.py": "a = 2\n"})
    assert gather.commit_range(bench.repo, f"{base}..HEAD")[1].require_spec
    assert not gather.commit_range(bench.repo, f"{bench.base}..HEAD")[1].present
    bench.handoff(base_commit=base, base_tree=bench.repo.tree_of(base))
    assert gather.staged(bench.repo)[1].require_spec


def test_3_a_named_policy_replaces_the_base_sides(bench: Bench) -> None:
    path = bench.sandbox.root.parent / "policy.yaml"
    path.write_text("version: 1\nrequire_spec: true\n")
    assert gather.worktree(bench.repo, policy_path=str(path))[1].require_spec
    with pytest.raises(GuardError, match="cannot be read"):
        gather.worktree(bench.repo, policy_path="none.yaml")


def test_3_a_policy_that_is_no_file_is_no_verdict(bench: Bench) -> None:
    os.makedirs(bench.sandbox.root / ".delegation")
    os.symlink("../a.py", bench.sandbox.root / POLICY)
    bench.commit("policy", {})
    with pytest.raises(PolicyError):
        gather.worktree(bench.repo)


# 4. Commit, task, range


def test_4_staged_without_a_hand_off_is_compared_with_head(bench: Bench) -> None:
    bench.commit("spec", {PATH: spec("T-1", "a.py", "b.py")})
    bench.commit(claiming(), {"a.py": "a = 2\n"})
    bench.stage({"b.py": "b = 2\n"})
    assert paths(only(bench.staged(claiming()))) == ["b.py"]


def test_4_staged_in_a_hand_off_is_compared_with_its_base_plus_the_tasks_commits(bench: Bench) -> None:
    bench.handoff(spec("T-1", "a.py", "b.py"))
    bench.commit(claiming("T-1"), {"a.py": "a = 2\n"})
    bench.commit("A person's fix-up", {"c.py": "c = 2\n"})
    bench.stage({"b.py": "b = 2\n"})
    subject = only(bench.staged(claiming("T-1")))
    assert (paths(subject), subject.span) == (["a.py", "b.py"], "both")
    assert subject.change.head == bench.sandbox.git("write-tree")


def test_4_an_amended_message_passes_the_whole_task_is_judged(bench: Bench) -> None:
    bench.handoff()
    bench.commit(claiming("T-1"), {"a.py": "a = 2\n"})
    subject = only(bench.staged(claiming("T-1", subject="Say it better")))
    assert (paths(subject), subject.stopped) == (["a.py"], "")
    assert subject.change.head == bench.repo.head_tree()


def test_4_an_amended_change_is_judged_from_the_hand_offs_base(bench: Bench) -> None:
    bench.handoff()
    bench.commit(claiming("T-1"), {"a.py": "a = 2\n", "b.py": "b = 2\n"})
    bench.stage({"b.py": "b = 1\n", "a.py": "a = 3\n"})
    subject = only(bench.staged(claiming("T-1")))
    assert paths(subject) == ["a.py"]
    assert subject.objects.read(subject.change.base, "a.py") == b"a = 1\n"


def test_4_an_amended_message_without_a_hand_off_changes_nothing(bench: Bench) -> None:
    bench.commit("spec", {PATH: spec()})
    bench.commit(claiming(), {"a.py": "a = 2\n"})
    subject = only(bench.staged(claiming(subject="Better")))
    assert (paths(subject), subject.receipt_required) == ([], False)


def diverge(bench: Bench, files: Mapping[str, str | None], *, merge: bool = True) -> None:
    """A commit on main, merged (without a commit) into the topic branch we are on."""
    sandbox = bench.sandbox
    sandbox.git("switch", "-qc", "upstream", bench.base)
    sandbox.commit("on main", files)
    sandbox.git("switch", "-q", "main")
    if merge:
        sandbox.run("git", "merge", "-q", "--no-ff", "--no-commit", "upstream", check=False)


def test_4_a_clean_merge_is_nobodys_change(bench: Bench) -> None:
    bench.handoff()
    bench.commit(claiming("T-1"), {"a.py": "a = 2\n"})
    diverge(bench, {"c.py": "c = 2\n"})
    inputs = bench.staged(claiming("T-1"))
    assert inputs.subjects == ()
    assert "nobody's change" in inputs.skips[0].why
    bench.sandbox.git("commit", "-qm", claiming("T-1", subject="Merge main"))
    bench.stage({"a.py": "a = 3\n"})
    assert paths(only(bench.staged(claiming("T-1")))) == ["a.py"]


def test_4_a_merge_is_judged_on_what_differs_from_the_clean_one(bench: Bench) -> None:
    bench.handoff()
    bench.commit(claiming("T-1"), {"a.py": "a = 2\n"})
    diverge(bench, {"c.py": "c = 2\n"})
    bench.stage({"b.py": "b = 'smuggled'\n"})
    assert paths(only(bench.staged(claiming("T-1")))) == ["a.py", "b.py"]


def test_4_merges_of_main_in_a_range(bench: Bench) -> None:
    bench.commit("spec", {PATH: spec()})
    bench.commit(claiming(), {"a.py": "a = 2\n"})
    diverge(bench, {"c.py": "c = 2\n"})
    bench.sandbox.git("commit", "-qm", claiming(subject="Merge main"))
    bench.commit(claiming(), {"a.py": "a = 3\n"})
    inputs = bench.range("upstream..HEAD")
    assert [paths(subject) for subject in inputs.subjects] == [["a.py"]] * 3
    assert inputs.unattributed == ()


def test_4_an_evil_merge_of_a_range_is_judged(bench: Bench) -> None:
    bench.commit("spec", {PATH: spec()})
    bench.commit(claiming(), {"a.py": "a = 2\n"})
    diverge(bench, {"c.py": "c = 2\n"})
    bench.sandbox.write({"b.py": "b = 'smuggled'\n"})
    bench.sandbox.git("add", "-A")
    bench.sandbox.git("commit", "-qm", "Merge main")
    delegated, merge = bench.range("upstream..HEAD").subjects
    assert paths(delegated) == ["a.py"]
    assert (merge.standing, paths(merge)) == ("unattributed", ["b.py"])


def test_4_a_fix_up_on_top_is_unattributed_not_out_of_scope(bench: Bench) -> None:
    bench.commit("spec", {PATH: spec()})
    bench.commit(claiming(), {"a.py": "a = 2\n"})
    tree = bench.repo.head_tree()
    bench.commit("Fix it up", {"a.py": "a = 4\n", "b.py": "b = 2\n"})
    delegated, person = bench.range().subjects
    assert (paths(delegated), delegated.change.head) == (["a.py"], tree)
    assert (paths(person), person.standing) == (["a.py", "b.py"], "unattributed")


def test_4_a_fix_up_on_top_needs_a_new_verify(bench: Bench) -> None:
    bench.commit("spec", {PATH: spec()})
    bench.commit(claiming(), {"a.py": "a = 2\n"})
    own = bench.repo.head_tree()
    bench.commit("Something else", {"b.py": "b = 2\n"})
    expected = bench.range().subjects[0].expected
    assert expected and expected.tree == own
    bench.commit("Fix it up", {"a.py": "a = 4\n"})
    subject = bench.range().subjects[0]
    assert subject.expected and subject.expected.tree == bench.repo.head_tree()
    assert subject.verify_command.startswith(f"delegation-guard verify {bench.repo.head_tree()}")


def test_4_several_specs_each_judge_their_own_commits(bench: Bench) -> None:
    bench.commit("specs", {PATH: spec(), ".delegation/specs/T-2.md": spec("T-2", "b.py")})
    bench.commit(claiming("T-1"), {"a.py": "a = 2\n"})
    bench.commit(claiming("T-2"), {"b.py": "b = 2\n", "c.py": "c = 2\n"})
    bench.commit(claiming("T-1"), {"a.py": "a = 3\n"})
    subjects = bench.range().subjects
    seen = [(subject.contract.task if subject.contract else "", subject.span, paths(subject)) for subject in subjects]
    assert seen == [
        ("T-1", "commit", ["a.py"]), ("T-1", "commit", ["a.py"]), ("T-1", "task", ["a.py"]),
        ("T-2", "both", ["b.py", "c.py"]),
    ]  # fmt: skip


def test_4_a_receipt_is_asked_for_the_tasks_last_tree_only(bench: Bench) -> None:
    bench.commit("spec", {PATH: spec()})
    bench.commit(claiming(), {"a.py": "a = 2\n"})
    bench.commit(claiming(), {"a.py": "a = 3\n"})
    inputs, policy = gather.commit_range(bench.repo, f"{bench.base}..HEAD")
    assert [subject.receipt_required for subject in inputs.subjects] == [False, True, False]
    rulings = judge(inputs, policy, "2030-01-01").rulings
    assert [ruling.finding.rule for ruling in rulings if ruling.finding.family == "receipt"] == ["receipt/missing"]


def test_4_an_empty_last_commit_does_not_save_a_task_its_receipt(bench: Bench) -> None:
    bench.commit("spec", {PATH: spec()})
    bench.commit(claiming(), {"a.py": "a = 2\n"})
    bench.commit(claiming(), {})
    assert [subject.receipt_required for subject in bench.range().subjects] == [False, True, False]
    bench.commit(claiming(), {"a.py": "a = 1\n"})
    bench.commit(claiming(), {})
    assert not any(subject.receipt_required for subject in bench.range().subjects)


def test_4_a_broken_last_claim_fails_the_range(bench: Bench) -> None:
    bench.commit("spec", {PATH: spec()})
    bench.commit(claiming(), {"a.py": "a = 2\n"})
    bench.commit(claiming("T-1", "another"), {"a.py": "a = 3\n"})
    inputs, policy = gather.commit_range(bench.repo, f"{bench.base}..HEAD", families=("scope",))
    report = judge(inputs, policy, "2030-01-01")
    assert report.outcome == "FAILED"
    assert "spec/unusable" in {ruling.finding.rule for ruling in report.rulings}


def test_4_a_squash_of_several_specs_is_judged_by_their_union(bench: Bench) -> None:
    base = bench.commit("specs", {PATH: spec(), ".delegation/specs/T-2.md": spec("T-2", "b.py")})
    bench.commit(f"Both\n\n{claiming('T-1')}\n{claiming('T-2')}", {"a.py": "a = 2\n", "b.py": "b = 2\n"})
    subject = only(bench.range(f"{base}..HEAD"))
    assert subject.contract and subject.contract.task == "T-1+T-2"
    assert [edit.path for edit in subject.contract.edits] == ["a.py", "b.py"]
    assert len(subject.contract.verify) == 2
    assert subject.verify_command == f"delegation-guard verify {bench.repo.head()}"
    for edit in subject.contract.edits:
        assert edit.path in subject.contract.source.splitlines()[edit.line - 1]


@pytest.mark.parametrize("shape", ["several", "git", "forge", "merged"])
def test_4_order_is_never_asked_of_a_squash(bench: Bench, shape: str) -> None:
    files = {PATH: spec(), ".delegation/specs/T-2.md": spec("T-2", "b.py"), "a.py": "a = 2\n", "b.py": "b = 2\n"}
    message = claiming()
    if shape == "several":
        message += claiming("T-2")
    elif shape == "git":
        message = f"Squashed commit of the following:\n\n{message}"
    elif shape == "forge":
        message = claiming(subject="Do it (#7)")
        bench.sandbox.environment |= {"GIT_COMMITTER_NAME": "GitHub", "GIT_COMMITTER_EMAIL": "noreply@github.com"}
    bench.commit(message, files)
    inputs = bench.range(merged=shape == "merged")
    subject = only(inputs)
    assert subject.problem == ""
    assert subject.introduced
    assert PATH not in paths(subject)
    assert any(skip.what == "spec/order" for skip in inputs.skips)


@pytest.mark.parametrize("newest_first", [True, False])
def test_4_of_an_amended_spec_squashed_the_version_that_stands_governs(bench: Bench, newest_first: bool) -> None:
    wide = spec("T-1", "a.py", "b.py")
    versions = [wide, spec()] if newest_first else [spec(), wide]
    message = "Squashed commit of the following:\n\n" + "\n".join(claiming("T-1", text) for text in versions)
    bench.commit(message, {PATH: wide, "a.py": "a = 2\n", "b.py": "b = 2\n"})
    subject = only(bench.range())
    assert subject.contract and subject.contract.sha256 == sha(wide)


def test_4_a_local_squash_merge_is_judged_as_one_at_commit_too(bench: Bench) -> None:
    bench.sandbox.git("switch", "-qc", "topic")
    bench.commit("spec", {PATH: spec()})
    bench.commit(claiming("T-1", spec()), {"a.py": "a = 2\n"})
    bench.sandbox.git("switch", "-q", "main")
    bench.sandbox.git("merge", "-q", "--squash", "topic")
    message = (bench.sandbox.root / ".git/SQUASH_MSG").read_text()
    subject = only(bench.staged(message))
    assert (paths(subject), subject.introduced) == (["a.py"], True)


def test_4_a_plain_commit_cannot_call_itself_a_forges_squash(bench: Bench) -> None:
    bench.commit(claiming(subject="Do it (#7)"), {PATH: spec(), "a.py": "a = 2\n"})
    assert unusable(bench.range())


def test_4_no_spec_is_one_plain_subject_of_the_net_change(bench: Bench) -> None:
    bench.commit(claiming("T-9"), {"a.py": "a = 2\n"})
    bench.commit("x", {"b.py": "b = 2\n"})
    subject = only(bench.range(no_spec=True))
    assert (subject.standing, subject.contract, paths(subject)) == ("plain", None, ["a.py", "b.py"])
    bench.stage({"c.py": "c = 2\n"})
    assert paths(only(bench.staged(None, no_spec=True))) == ["c.py"]
    assert paths(only(gather.worktree(bench.repo, no_spec=True)[0])) == ["c.py"]


def test_4_a_diff_is_judged_as_applied_to_head(bench: Bench) -> None:
    bench.commit("spec", {PATH: spec()})
    bench.sandbox.write({"a.py": "a = 2\n"})
    diff = bench.sandbox.run("git", "diff").stdout
    bench.sandbox.git("checkout", "-q", "a.py")
    plain = only(gather.patch(bench.repo, diff.encode(), no_spec=True)[0])
    assert (paths(plain), plain.change.origin) == (["a.py"], "patch")
    claimed = only(gather.patch(bench.repo, f"Subject: x\n\n{claiming()}---\n\n{diff}".encode())[0])
    assert (claimed.standing, paths(claimed)) == ("delegated", ["a.py"])


def clone(bench: Bench, *options: str) -> tuple[Sandbox, Repository]:
    root = bench.sandbox.root.parent / "clone"
    bench.sandbox.git("clone", "-q", *options, f"file://{bench.sandbox.root}", str(root))
    other = type(bench.sandbox)(root)
    return other, Repository.find(str(root))


def test_4_a_shallow_clone_cannot_be_judged_if_anything_is_claimed(bench: Bench) -> None:
    bench.commit("spec", {PATH: spec()})
    bench.commit(claiming(), {"a.py": "a = 2\n"})
    sandbox, repo = clone(bench, "--depth=1")
    with pytest.raises(GitError, match="shallow"):
        gather.commit_range(repo, "HEAD~1..HEAD")
    sandbox.write({"a.py": "a = 3\n"})
    sandbox.git("add", "-A")
    assert gather.staged(repo, message="Fix\n", author=ANN)[0].subjects == ()
    with pytest.raises(GitError, match="shallow"):
        gather.staged(repo, message=claiming(), author=ANN)
    human = sandbox.commit("Fix", {"b.py": "b = 2\n"})
    assert not gather.pushes_claims(repo, [(human, "")])
    assert gather.pushed(repo, [(human, "")])[0].subjects == ()
    claimed = sandbox.commit(claiming(), {"b.py": "b = 3\n"})
    assert gather.pushes_claims(repo, [(claimed, "")])
    with pytest.raises(GitError, match="shallow"):
        gather.pushed(repo, [(claimed, "")])


def test_4_a_missing_base_is_no_verdict(bench: Bench) -> None:
    with pytest.raises(GitError):
        bench.range("no-such-base..HEAD")
    bench.sandbox.git("checkout", "-q", "--orphan", "other")
    bench.commit("other", {"a.py": "a = 9\n"})
    with pytest.raises(GitError, match="share no history"):
        bench.range("main..HEAD")


def test_4_at_push_every_new_commit_is_judged_again(bench: Bench) -> None:
    bench.commit("spec", {PATH: spec()})
    sandbox, repo = clone(bench)
    start = sandbox.git("rev-parse", "HEAD")
    sandbox.commit("A person's", {"c.py": "c = 2\n"})
    first = sandbox.commit(claiming(), {"a.py": "a = 2\n"})
    second = sandbox.commit(claiming(), {"a.py": "a = 3\n"})
    for remote in (start, "", "1" * 40):
        inputs, _ = gather.pushed(repo, [(second, remote)])
        assert (inputs.occasion, inputs.unattributed) == ("push", ())
        assert [(subject.span, paths(subject)) for subject in inputs.subjects] == [
            ("commit", ["a.py"]), ("commit", ["a.py"]), ("task", ["a.py"]),
        ]  # fmt: skip
        assert not inputs.subjects[0].introduced
    assert only(gather.pushed(repo, [(first, start)])[0]).span == "both"
    assert gather.pushed(repo, [(start, "")])[0].subjects == ()


def test_4_a_push_of_several_branches_counts_a_commit_once(bench: Bench) -> None:
    bench.commit("spec", {PATH: spec()})
    sandbox, repo = clone(bench)
    head = sandbox.commit(claiming(), {"a.py": "a = 2\n"})
    sandbox.git("tag", "-am", "x", "v1")
    assert len(gather.pushed(repo, [(head, ""), (sandbox.git("rev-parse", "v1"), "")])[0].subjects) == 1


def test_4_a_spec_not_yet_on_the_default_branch_is_a_range_spec_at_commit_too(bench: Bench) -> None:
    sandbox, repo = clone(bench)
    sandbox.commit("spec", {PATH: spec()})
    sandbox.write({"a.py": "a = 2\n"})
    sandbox.git("add", "-A")
    assert only(gather.staged(repo, message=claiming(), author=ANN)[0]).introduced
    sandbox.git("push", "-q", "origin", "main:elsewhere")
    assert only(gather.staged(repo, message=claiming(), author=ANN)[0]).introduced


def test_4_a_linked_worktree_has_its_own_hand_off(bench: Bench) -> None:
    bench.handoff()
    other = bench.sandbox.root.parent / "second"
    bench.sandbox.git("worktree", "add", "-q", str(other))
    repo = Repository.find(str(other))
    (other / "b.py").write_text("b = 2\n")
    assert gather.worktree(repo)[0].subjects == ()
    bench.sandbox.write({"a.py": "a = 2\n"})
    assert paths(only(gather.worktree(bench.repo)[0])) == ["a.py"]


def test_4_what_commit_a_would_hold(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """`git commit -a` and `git commit <path>` name another index to their hooks."""
    bench.handoff()
    bench.sandbox.write({"a.py": "a = 2\n"})
    bench.sandbox.git("read-tree", "HEAD", GIT_INDEX_FILE=".git/other-index")
    bench.sandbox.git("update-index", "a.py", GIT_INDEX_FILE=".git/other-index")
    monkeypatch.chdir(bench.sandbox.root)
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/other-index")
    assert paths(only(gather.staged(Repository.find(), message=None)[0])) == ["a.py"]
    assert paths(only(bench.staged(None))) == []
