"""A Receipt as an in-toto Statement v1, and back; nothing here says whether it is true."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast, get_args

from delegation_guard.attest.strict import Fields, dump, parse
from delegation_guard.errors import EvidenceError
from delegation_guard.model.receipt import CommandRun, Receipt, Result, TestCounts, Whose

if TYPE_CHECKING:
    from delegation_guard.attest.strict import Object

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "urn:x-delegation-guard:verify-run:v1"
"""A name, not an address: nothing has to be served anywhere for it to mean what docs/receipts.md says."""

SUBJECT = "tree"

_OID = re.compile(r"(?:[0-9a-f]{40}|[0-9a-f]{64})\Z")
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")


def to_statement(receipt: Receipt) -> bytes:
    """The statement's bytes, the same for equal receipts. Signer, key, tier and distrust are not part of it."""
    return dump(
        {
            "_type": STATEMENT,
            "subject": [{"name": SUBJECT, "digest": {"gitTree": receipt.tree}}],
            "predicateType": PREDICATE,
            "predicate": _predicate(receipt),
        }
    ).encode("ascii")


def from_statement(data: bytes) -> Receipt:
    """The receipt a statement holds, tier `claimed`; EvidenceError for any other statement, or one we misread.

    Verify a signature over the bytes first: this trusts nobody and checks no claim, only its form.
    """
    top = Fields(parse(data, "statement"), "statement")
    top.one_of("_type", (STATEMENT,))
    top.one_of("predicateType", (PREDICATE,))
    subjects = top.each("subject")
    if len(subjects) != 1:
        raise EvidenceError(f"the statement has {len(subjects)} subjects, a receipt has one")
    tree = subjects[0].inside("digest").matching("gitTree", _OID.match, "a git tree id")
    return _receipt(tree, top.inside("predicate"))


def predicate_type(data: bytes) -> str:
    """What kind of statement the bytes hold."""
    return Fields(parse(data, "statement"), "statement").text("predicateType")


def _predicate(receipt: Receipt) -> Object:
    rewritten = receipt.before_hooks or receipt.hooks
    hooks = {"before": {"gitTree": receipt.before_hooks}, "names": list(receipt.hooks)}
    return {
        **({"hooks": hooks} if rewritten else {}),
        "result": receipt.result,
        "whose": receipt.whose,
        "problem": receipt.problem,
        "flaky": list(receipt.flaky),
        "spec": {"sha256": receipt.spec_sha256},
        "policy": {"sha256": receipt.policy_sha256},
        "base": {"gitTree": receipt.base_tree},
        "commands": [_command(run) for run in receipt.commands],
        "strength": receipt.strength,
        "isolation": receipt.isolation,
        "carried": dict(receipt.carried),
        "environment": dict(receipt.environment),
        "runner": receipt.runner,
        "started": receipt.started,
        "finished": receipt.finished,
        "toolVersion": receipt.tool_version,
    }


def _command(run: CommandRun) -> Object:
    tests = run.tests
    return {
        "command": run.command,
        "directory": run.directory,
        "exitCode": run.exit_code,
        "seconds": round(run.seconds, 3),
        "output": {"sha256": run.output_sha256},
        "timedOut": run.timed_out,
        "problem": run.problem,
        "failures": list(run.failures),
        "tests": None if tests is None else {
            "collected": tests.collected, "passed": tests.passed, "failed": tests.failed, "skipped": tests.skipped,
        },
    }  # fmt: skip


def _receipt(tree: str, fields: Fields) -> Receipt:
    result = cast("Result", fields.one_of("result", get_args(Result)))
    commands = tuple(_run(command) for command in fields.each("commands"))
    if not commands and result in ("PASSED", "WARNED"):
        raise EvidenceError("the receipt says that its commands passed and lists none")
    if result == "PASSED" and any(run.exit_code or run.timed_out or run.problem for run in commands):
        raise EvidenceError("the receipt says PASSED and lists a command that did not pass")
    hooks = fields.optional("hooks")
    return Receipt(
        before_hooks=hooks.inside("before").matching("gitTree", _empty_or_oid, "a git tree id") if hooks else "",
        hooks=hooks.texts("names") if hooks else (),
        tree=tree,
        spec_sha256=_digest(fields.inside("spec")),
        policy_sha256=fields.inside("policy").matching("sha256", _empty_or_sha256, "a SHA-256 digest"),
        commands=commands,
        result=result,
        base_tree=fields.inside("base").matching("gitTree", _empty_or_oid, "a git tree id"),
        whose=cast("Whose", fields.one_of("whose", get_args(Whose))),
        strength=fields.whole("strength"),
        carried=fields.pairs("carried"),
        environment=fields.pairs("environment"),
        flaky=fields.texts("flaky"),
        tool_version=fields.text("toolVersion"),
        isolation=fields.text("isolation"),
        started=fields.text("started"),
        finished=fields.text("finished"),
        runner=fields.text("runner"),
        problem=fields.text("problem"),
    )


def _run(fields: Fields) -> CommandRun:
    tests = fields.maybe("tests")
    return CommandRun(
        command=fields.text("command"),
        directory=fields.text("directory"),
        exit_code=fields.whole("exitCode"),
        seconds=fields.number("seconds"),
        output_sha256=_digest(fields.inside("output")),
        tests=None if tests is None else _counts(tests),
        timed_out=fields.flag("timedOut"),
        problem=fields.text("problem"),
        failures=fields.texts("failures"),
    )


def _counts(fields: Fields) -> TestCounts:
    return TestCounts(*(fields.whole(name) for name in ("collected", "passed", "failed", "skipped")))


def _digest(fields: Fields) -> str:
    return fields.matching("sha256", _SHA256.match, "a SHA-256 digest")


def _empty_or_sha256(text: str) -> bool:
    return not text or _SHA256.match(text) is not None


def _empty_or_oid(text: str) -> bool:
    return not text or _OID.match(text) is not None
