"""Whether the spec's VERIFY commands were independently run, and passed, on exactly the tree under judgement."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from delegation_guard.model.finding import Evidence, Finding, Location, Rule
from delegation_guard.model.receipt import TIER_ORDER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from delegation_guard.model.inputs import Expected, Subject
    from delegation_guard.model.receipt import Receipt, Tier

DELEGATE = "delegate"


def _rule(name: str, title: str, text: str, *, unverified: bool = True) -> Rule:
    return Rule(f"receipt/{name}", title, text, contract=True, unverified=unverified)


MISSING = _rule(
    "missing", "no receipt",
    "A delegated change needs a receipt: proof that our runner ran the spec's VERIFY commands, itself, in a fresh "
    "checkout of exactly this tree. What the delegate says of its own runs is no receipt.",
)  # fmt: skip
OTHER_TREE = _rule(
    "other-tree", "the receipt is for another tree",
    "Something changed since VERIFY ran. A reworded commit message keeps the tree, any changed file makes another.",
)  # fmt: skip
OTHER_SPEC = _rule(
    "other-spec", "the receipt is for another spec",
    "VERIFY ran on this tree for another spec, or for another version of this one.",
)  # fmt: skip
OTHER_COMMANDS = _rule(
    "other-commands", "the receipt is for other commands",
    "What ran is not what the spec's VERIFY lists: a command is missing, added, altered or in another folder.",
)  # fmt: skip
OTHER_POLICY = _rule(
    "other-policy", "the receipt was made under another policy",
    "The policy says how VERIFY is run and what is excused. A run under another policy answers another question.",
)  # fmt: skip
TIER = _rule(
    "tier", "the receipt is not strong enough",
    "The policy asks for a stronger receipt than the one found: unsigned < signed < ci-signed < ci-rerun.",
)  # fmt: skip
UNVERIFIED = _rule(
    "unverified", "VERIFY ran and proved nothing",
    "VERIFY did not pass, and not through this change: a test that fails on the base too or only now and then, a "
    "command that cannot run here, an isolation the policy asks for and the machine lacks.",
)  # fmt: skip
FAILED = _rule(
    "failed", "VERIFY failed",
    "Our runner ran VERIFY on exactly this tree: it failed, twice, and does not fail that way on the base.",
    unverified=False,
)  # fmt: skip
OWN_KEY = _rule(
    "own-key", "the receipt is signed by the delegate itself",
    "Whoever did the work cannot be its witness: a key with the role `delegate`, or in the name of the agent.",
    unverified=False,
)  # fmt: skip
UNTRUSTED = _rule(
    "untrusted-signer", "nobody who may vouch signed the receipt",
    "A signature counts when `.delegation/allowed_signers` on the base side lists its key and the policy gives its "
    "principal the role `runner` or `ci`.",
    unverified=False,
)  # fmt: skip
UNREADABLE = _rule(
    "unreadable", "the receipt cannot be read",
    "What is noted on this tree is no receipt, or its signature does not fit what it stands on.",
)  # fmt: skip
EXCUSED = Rule(
    "receipt/excused", "VERIFY passed with excused failures",
    "Tests failed and were excused: listed in the policy's quarantine, or passed on a rerun the policy allows.",
    level="warning", contract=True,
)  # fmt: skip
BESIDE = Rule(
    "receipt/beside", "another run on this tree failed",
    "A good receipt stands, and beside it one of a failed run on the same tree: a test may be unreliable.",
    level="note", contract=True,
)  # fmt: skip

RULES = (
    MISSING, OTHER_TREE, OTHER_SPEC, OTHER_COMMANDS, OTHER_POLICY, TIER, UNVERIFIED, FAILED, OWN_KEY, UNTRUSTED,
    UNREADABLE, EXCUSED, BESIDE,
)  # fmt: skip


def find(subject: Subject) -> Iterator[Finding]:
    """At most one finding that blocks: about the receipt that comes nearest to being good.

    Evidence is monotonic: beside a good receipt nothing else counts, and whatever is missing, unread or strange never
    does. Nothing is verified here; tier, signer and distrust are what `evidence` found.
    """
    if not subject.receipt_required or subject.contract is None or subject.expected is None:
        return
    exact = [receipt for receipt in subject.receipts if _about(receipt, subject.expected) == ""]
    good = [receipt for receipt in exact if not _objection(receipt, subject)]
    if good:
        yield from _beside(subject, good, exact)
        return
    nearest = min(subject.receipts, key=lambda receipt: _rank(receipt, subject), default=None)
    yield _refusal(subject, nearest)


def awaits_hooks(receipt: Receipt, subject: Subject) -> bool:
    """Whether a receipt is for this tree as the repository's other commit hooks rewrite it. Trust is not looked at."""
    expected = subject.expected
    if expected is None or not receipt.before_hooks or receipt.before_hooks != expected.tree:
        return False
    return receipt.passed and _about(replace(receipt, tree=expected.tree), expected) == ""


def _about(receipt: Receipt, expected: Expected) -> str:
    """What a receipt is about that is not what is asked, "" when it is about exactly this."""
    if receipt.tier == "claimed":
        return UNREADABLE.id
    commands = tuple((run.command, run.directory) for run in receipt.commands)
    wrong: tuple[tuple[bool, Rule], ...] = (
        (receipt.tree != expected.tree, OTHER_TREE),
        (receipt.spec_sha256 != expected.spec_sha256, OTHER_SPEC),
        (receipt.policy_sha256 not in (expected.policy_sha256, *expected.also_policies), OTHER_POLICY),
        (not _commands_fit(receipt, commands, expected.commands), OTHER_COMMANDS),
    )
    return next((rule.id for differs, rule in wrong if differs), "")


def _commands_fit(receipt: Receipt, ran: tuple[tuple[str, str], ...], asked: tuple[tuple[str, str], ...]) -> bool:
    """A run that passed ran all of them; one that did not may have been cut short, or not have begun."""
    if receipt.passed:
        return ran == asked
    return ran == asked[: len(ran)]


def _objection(receipt: Receipt, subject: Subject) -> str:
    """Why a receipt about exactly this does not count, as a rule id; "" when it does."""
    if receipt.result == "FAILED":
        return FAILED.id
    if not receipt.passed:
        return UNVERIFIED.id
    if DELEGATE in receipt.roles or _signed_by_agent(receipt, subject):
        return OWN_KEY.id
    if receipt.distrust:
        return UNTRUSTED.id
    return "" if TIER_ORDER.index(receipt.tier) >= TIER_ORDER.index(_needed(subject)) else TIER.id


def _signed_by_agent(receipt: Receipt, subject: Subject) -> bool:
    """By name only. The author of the commit does not count: a delegate usually commits as the person it works for."""
    claimed = (subject.claim.agent, subject.claim.model) if subject.claim else ()
    asked = (subject.contract.agent, subject.contract.model) if subject.contract else ()
    names = {name.strip().lower() for name in (*claimed, *asked)} - {""}
    return receipt.signer.lower() in names


def _needed(subject: Subject) -> Tier:
    """The least tier that counts here; what the merge needs is asked by CI, which runs VERIFY itself."""
    return subject.policy.verify.commit_tier


_NEAREST = (
    FAILED.id, UNVERIFIED.id, TIER.id, UNTRUSTED.id, OWN_KEY.id, OTHER_COMMANDS.id, OTHER_POLICY.id, OTHER_SPEC.id,
    OTHER_TREE.id, UNREADABLE.id,
)  # fmt: skip


def _rank(receipt: Receipt, subject: Subject) -> tuple[int, bool, int]:
    """Smaller explains the refusal better; the latest of equals."""
    assert subject.expected is not None
    wrong = _about(receipt, subject.expected) or _objection(receipt, subject)
    return _NEAREST.index(wrong), not awaits_hooks(receipt, subject), -subject.receipts.index(receipt)


def _beside(subject: Subject, good: list[Receipt], exact: list[Receipt]) -> Iterator[Finding]:
    clean = [receipt for receipt in good if receipt.result == "PASSED"]
    if not clean:
        names = ", ".join(good[-1].flaky) or "not named"
        yield _finding(subject, EXCUSED, f"VERIFY passed ({_tier(good[-1])}) with failures that are excused: {names}")
    failed = [receipt for receipt in exact if receipt.result == "FAILED"]
    if failed:
        yield _finding(subject, BESIDE, f"another run on this tree failed: {failed[-1].problem or 'no reason given'}")


def _refusal(subject: Subject, receipt: Receipt | None) -> Finding:
    if receipt is None:
        return _finding(subject, MISSING, f"VERIFY has not been run on this tree ({subject.change.head[:12]})")
    assert subject.expected is not None
    wrong = _about(receipt, subject.expected) or _objection(receipt, subject)
    rule = next(rule for rule in RULES if rule.id == wrong)
    if wrong == OTHER_TREE.id and awaits_hooks(receipt, subject):
        return replace(_finding(subject, rule, _hooks_missing(receipt)), hint=_run_hooks(subject))
    return _finding(subject, rule, _SAYS[wrong](receipt, subject))


def _hooks_missing(receipt: Receipt) -> str:
    names = ", ".join(receipt.hooks)
    return (
        f"the {_tier(receipt)} is for this tree as the commit hooks rewrite it ({names}), tree {receipt.tree[:12]}: "
        "only what they change is missing"
    )


def _run_hooks(subject: Subject) -> str:
    """They end with an error when they rewrite something, so what follows must not depend on it."""
    return "; ".join(step for step in ("git hook run pre-commit", "git add -u", subject.retry_command) if step)


def _other_commands(receipt: Receipt, subject: Subject) -> str:
    ran = [run.command for run in receipt.commands]
    asked = [command for command, _ in subject.expected.commands] if subject.expected else []
    missing = [command for command in asked if command not in ran]
    detail = f"`{missing[0]}` did not run" if missing else f"it ran {', '.join(f'`{command}`' for command in ran)}"
    return f"the {_tier(receipt)} is for other commands than the spec's VERIFY: {detail}"


_SAYS: dict[str, Callable[[Receipt, Subject], str]] = {
    FAILED.id: lambda receipt, _: f"VERIFY failed on this tree: {receipt.problem or 'no reason given'}",
    UNVERIFIED.id: lambda receipt, _: (
        f"VERIFY did not pass on this tree ({receipt.whose or 'not isolated'}): {receipt.problem or 'no reason given'}"
    ),
    TIER.id: lambda receipt, subject: (
        f"there is only an {_tier(receipt)}, and the policy asks for one that is {_needed(subject)}"
    ),
    UNTRUSTED.id: lambda receipt, _: f"the receipt for this tree does not count: {receipt.distrust}",
    OWN_KEY.id: lambda receipt, _: (
        f"the receipt for this tree is signed by the delegate itself ({receipt.signer or receipt.key})"
    ),
    OTHER_COMMANDS.id: _other_commands,
    OTHER_POLICY.id: lambda receipt, subject: (
        f"the {_tier(receipt)} for this tree was made under another policy "
        f"({_short(receipt.policy_sha256)}, now {_short(subject.policy.sha256)})"
    ),
    OTHER_SPEC.id: lambda receipt, subject: (
        f"the {_tier(receipt)} for this tree is for another spec ({_short(receipt.spec_sha256)}, this one is "
        f"{_short(subject.contract.sha256 if subject.contract else '')})"
    ),
    OTHER_TREE.id: lambda receipt, subject: (
        f"the {_tier(receipt)} is for tree {receipt.tree[:12]}, and this is {subject.change.head[:12]}: "
        "something changed since VERIFY ran"
    ),
    UNREADABLE.id: lambda receipt, _: f"what is noted on this tree is no receipt that can be read: {receipt.distrust}",
}  # fmt: skip


def _finding(subject: Subject, rule: Rule, message: str) -> Finding:
    assert subject.contract is not None
    verify = subject.contract.verify
    location = Location(subject.contract.path, verify[0].line if verify else 0, "spec")
    quiet = rule in (EXCUSED, BESIDE)
    return Finding(
        rule.id, message, location, evidence=Evidence("", subject.change.head),
        hint="" if quiet else _hint(subject, rule),
    )  # fmt: skip


def _hint(subject: Subject, rule: Rule) -> str:
    """The command to run, with the user's own commit behind it: one line to copy."""
    verify = subject.verify_command
    if rule is OTHER_POLICY and verify and subject.expected and subject.expected.base:
        verify += f" --base {subject.expected.base}"
    if rule is FAILED:
        verify = verify.replace(f" {subject.change.head}", "")  # what is mended is another tree
    commands = " && ".join(command for command in (verify, subject.retry_command) if command)
    if rule is not FAILED:
        return commands
    mend = "mend what failed without touching what the spec does not list, or STOP and report it"
    return f"{mend}; then {commands}" if commands else mend


def _tier(receipt: Receipt) -> str:
    return f"{receipt.tier} receipt"


def _short(digest: str) -> str:
    return digest[:12] or "none"
