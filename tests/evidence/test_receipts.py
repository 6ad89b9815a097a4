"""Receipts on real notes: which line is worth what."""

from __future__ import annotations

import dataclasses
import subprocess

import pytest

from delegation_guard.errors import EvidenceError
from delegation_guard.evidence.receipts import found, line_of, store, store_standard
from delegation_guard.model.policy import KeyRole, Policy
from delegation_guard.model.receipt import CommandRun, Receipt, TestCounts
from delegation_guard.repo import notes
from delegation_guard.repo.repository import Repository

SPEC, OTHER_SPEC = "ab" * 32, "cd" * 32


@pytest.fixture
def repo(sandbox) -> Repository:
    sandbox.commit("one", {"a.py": "a = 1\n"})
    return Repository.find(str(sandbox.root))


@pytest.fixture
def tree(repo) -> str:
    return repo.head_tree()


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    path = tmp_path_factory.mktemp("key") / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(path)], check=True)
    return path


@pytest.fixture(scope="module")
def allowed(key) -> bytes:
    return f'ci@x namespaces="delegation-guard" {key.with_suffix(".pub").read_text()}'.encode()


def receipt(tree: str, spec: str = SPEC, **more) -> Receipt:
    run = CommandRun("pytest", "", 0, 1.0, "00" * 32, TestCounts(1, 1, 0, 0))
    return Receipt(tree=tree, spec_sha256=spec, policy_sha256="", commands=(run,), result="PASSED", **more)


def policy(*roles: str, principal: str = "ci@x") -> Policy:
    return Policy(keys=(KeyRole(principal, roles),))


def test_nothing_noted(repo, tree) -> None:
    assert found(repo, tree, SPEC, Policy()) == ()


def test_an_unsigned_receipt_comes_back_as_unsigned(repo, tree) -> None:
    store(repo, receipt(tree), line_of(receipt(tree)))
    (one,) = found(repo, tree, SPEC, Policy())
    assert (one.tier, one.signer, one.distrust) == ("unsigned", "", "")
    assert dataclasses.replace(one, tier="claimed") == receipt(tree)


@pytest.mark.parametrize(("role", "tier"), [("runner", "signed"), ("ci", "ci-signed")])
def test_a_role_gives_the_tier(repo, tree, key, allowed, role: str, tier: str) -> None:
    store(repo, receipt(tree), line_of(receipt(tree), str(key)))
    (one,) = found(repo, tree, SPEC, policy(role), allowed)
    assert (one.tier, one.signer, one.distrust, one.roles) == (tier, "ci@x", "", (role,))
    assert one.key.startswith("SHA256:")


@pytest.mark.parametrize(
    ("rules", "listed", "says"),
    [
        (policy("human"), True, ""),
        (Policy(), True, ""),
        (Policy(), False, ""),
        (policy("runner", principal="other@x"), True, "neither the role runner nor ci"),
        (policy("runner"), False, "does not list"),
        (policy("delegate"), True, "delegate's own key"),
        (policy("delegate", "runner"), True, "delegate's own key"),
    ],
)
def test_another_key_adds_nothing_or_speaks_against(repo, tree, key, allowed, rules, listed: bool, says: str) -> None:
    store(repo, receipt(tree), line_of(receipt(tree), str(key)))
    (one,) = found(repo, tree, SPEC, rules, allowed if listed else None)
    assert one.tier == "unsigned"
    assert says in one.distrust
    assert bool(one.distrust) == bool(says)


def test_an_altered_payload_under_a_signature_is_unreadable(repo, tree, key, allowed) -> None:
    signed = line_of(receipt(tree), str(key))
    bare = line_of(receipt(tree, strength=5))
    payload = bare.partition('"payload":"')[2].partition('"')[0]
    mixed = signed.replace(signed.partition('"payload":"')[2].partition('"')[0], payload)
    notes.append(repo, tree, mixed)
    (one,) = found(repo, tree, SPEC, policy("ci"), allowed)
    assert one.tier == "claimed"
    assert "does not fit" in one.distrust


@pytest.mark.parametrize("line", ["garbage", "{}", "[" * 5000, '{"payload":"e30=","payloadType":"x","signatures":[]}'])
def test_a_line_that_is_no_receipt_is_said_and_hides_no_good_one(repo, tree, line: str) -> None:
    notes.append(repo, tree, line)
    (bad,) = found(repo, tree, SPEC, Policy())
    assert (bad.tier, bad.result) == ("claimed", "UNVERIFIED")
    assert bad.distrust
    store(repo, receipt(tree), line_of(receipt(tree)))
    assert {one.tier for one in found(repo, tree, SPEC, Policy())} == {"claimed", "unsigned"}


def test_the_signed_tree_counts_not_the_one_the_note_hangs_on(repo, tree) -> None:
    notes.append(repo, tree, line_of(receipt("12" * 20)))
    (one,) = found(repo, tree, SPEC, Policy())
    assert one.tree == "12" * 20


def test_a_receipt_of_the_same_spec_on_another_tree_is_a_near_miss(repo, tree, sandbox) -> None:
    store(repo, receipt(tree), line_of(receipt(tree)))
    store(repo, receipt(tree, OTHER_SPEC), line_of(receipt(tree, OTHER_SPEC)))
    sandbox.commit("two", {"a.py": "a = 2\n"})
    near = found(repo, repo.head_tree(), SPEC, Policy())
    assert [(one.tree, one.spec_sha256) for one in near] == [(tree, SPEC)]


def test_near_misses_are_not_looked_for_beside_a_good_one(repo, tree, sandbox) -> None:
    store(repo, receipt(tree), line_of(receipt(tree)))
    sandbox.commit("two", {"a.py": "a = 2\n"})
    head = repo.head_tree()
    store(repo, receipt(head), line_of(receipt(head)))
    assert [one.tree for one in found(repo, head, SPEC, Policy())] == [head]


def test_the_standard_statement_is_noted_and_is_no_receipt(repo, tree, key) -> None:
    store_standard(repo, receipt(tree), str(key))
    assert len(notes.read(repo, tree)) == 1
    assert found(repo, tree, SPEC, Policy()) == ()


def test_a_line_that_holds_another_receipt_is_not_stored(repo, tree) -> None:
    with pytest.raises(EvidenceError, match="does not hold this receipt"):
        store(repo, receipt(tree), line_of(receipt("12" * 20)))
    assert notes.read(repo, tree) == ()


def test_a_receipt_survives_what_keeps_the_tree_and_not_what_changes_it(repo, tree, sandbox) -> None:
    store(repo, receipt(tree), line_of(receipt(tree)))
    sandbox.git("commit", "-q", "--amend", "-m", "other words")
    assert found(repo, repo.head_tree(), SPEC, Policy())[0].tree == repo.head_tree()
    sandbox.git("config", "notes.rewriteRef", "refs/notes/*")
    sandbox.commit("more", {"a.py": "a = 3\n"}, "--amend")
    assert repo.head_tree() not in {one.tree for one in found(repo, repo.head_tree(), SPEC, Policy())}


def test_too_many_lines_are_refused_here_and_passed_over_elsewhere(repo, tree, sandbox) -> None:
    for number in range(notes.LINES):
        notes.append(repo, tree, f"line {number}")
    sandbox.git("notes", "--ref=delegation-guard", "append", "-m", "one more", tree)
    with pytest.raises(EvidenceError, match="more than"):
        found(repo, tree, SPEC, Policy())
    assert found(repo, "12" * 20, SPEC, Policy()) == ()
