"""Every key a policy file may hold, once: what reading, the template and docs/policy.md are all made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["choice", "flag", "whole", "seconds", "size", "date", "text", "texts", "environment", "mode", "levels",
               "attribution", "section", "map", "list"]  # fmt: skip

FAMILIES = ("spec", "scope", "fidelity", "tests", "gates", "honesty", "guard", "receipt", "model")
LOCKED = ("guard", "receipt")
LOCKED_RULES = ("spec/empty", "spec/unusable")
"""Work that claims to be delegated never passes for want of a contract, whatever level its family has."""
"""Families whose levels no policy may lower: they protect the judge and the evidence."""

MODES = ("observe", "warn", "block")
LEVELS = ("off", "note", "warning", "error")
TIERS = ("unsigned", "signed", "ci-signed", "ci-rerun")


@dataclass(frozen=True, slots=True)
class Field:
    """One key, dotted from the top; `*` stands for each entry of a map or list.

    `default` and `example` are YAML text. An empty `default` means the key is left out unless somebody needs it.
    """

    key: str
    kind: Kind
    help: str
    default: str = ""
    example: str = ""
    choices: tuple[str, ...] = ()
    required: bool = False

    @property
    def name(self) -> str:
        return self.key.rpartition(".")[2]


def _choice(key: str, default: str, choices: tuple[str, ...], text: str) -> Field:
    return Field(key, "choice", text, default, default, choices)


FIELDS: tuple[Field, ...] = (
    _choice("version", "1", ("1",), "The version of this file's format."),
    Field(
        "mode", "mode",
        'What a verdict does: `block` refuses, `warn` and `observe` say "would block". One word for everything, or '
        "a map with `default`, one entry per rule family, and `until`: the last day anything but `block` holds.",
        "block", "{default: block, tests: warn, until: 2030-01-31}", MODES,
    ),
    _choice("fail_on", "error", ("error", "warning"), "The lowest level that fails a change."),
    Field(
        "levels", "levels",
        "The level of a rule (`tests/removed`) or a whole family (`fidelity`) instead of its own: `off`, `note`, "
        "`warning` or `error`. What is not certain stays at most a warning. Those of `guard` and `receipt` never sink.",
        "{}", "{fidelity/extra-hunk: warning}", LEVELS,
    ),
    Field(
        "protected", "texts", "Further paths (globs) that a spec introduced together with the change cannot cover.",
        "[]", "[deploy/**, migrations/**]",
    ),
    Field(
        "attribution", "attribution",
        "`open` judges commits that claim a spec or look delegated; `closed` takes everything not signed by a key with "
        "the role `human` for delegated. One word, or a map.",
        "open", "{mode: open}",
    ),
    _choice("attribution.mode", "open", ("open", "closed"), "As the one word."),
    Field(
        "attribution.delegates", "texts",
        "Names that mark an author or co-author as a delegate, as whole words in any case.",
        "[haiku, flash, mini, nano]", "[haiku, flash]",
    ),
    Field("attribution.branches", "texts", "Branch names (globs) whose commits look delegated.", "[]", "[delegate/*]"),
    Field(
        "require_spec", "flag", "Whether work that looks delegated and names no spec is an error.", "false", "true",
    ),
    _choice(
        "unattributed", "warn", ("allow", "warn", "review", "signed", "block"),
        "What findings in commits beside delegated ones weigh: `allow` notes, `warn` at most warnings, `block` their "
        "own level. `review` and `signed` are as strict as `block` until an approval or a signature can be checked.",
    ),
    _choice(
        "spec.trust", "range", ("range", "base", "sealed"),
        "The least a spec must be believed: `range` may come with the judged commits, `base` must be there before "
        "them, `sealed` carries an architect's signature.",
    ),
    _choice(
        "verify.on_commit", "require", ("require", "warn", "off"),
        "Whether a delegated commit needs a receipt of its VERIFY commands. The merge always does.",
    ),
    _choice("verify.tiers.commit", "unsigned", TIERS, "The weakest receipt that counts at commit."),
    _choice("verify.tiers.merge", "ci-rerun", TIERS, "The weakest receipt that counts for the merge."),
    _choice(
        "verify.isolation", "any", ("any", "required"), "`required`: a run that was not isolated is no evidence.",
    ),
    Field("verify.each_commit", "flag", "Whether each commit is verified, not only the last.", "false", "true"),
    Field(
        "verify.roots", "map",
        "How the commands of a folder are made runnable in a clean checkout, by folder (`.` is the top).",
        "{}", "{.: {setup: [uv sync --frozen], carry: [.venv]}}",
    ),
    Field("verify.roots.*.setup", "texts", "Shell lines run before VERIFY; they may use the network.", "", "[npm ci]"),
    Field("verify.roots.*.carry", "texts", "Folders taken over read-only from the main worktree.", "", "[.venv]"),
    Field("verify.roots.*.env", "environment", "Variables set for the commands.", "", "{TZ: UTC}"),
    Field(
        "verify.roots.*.services", "texts", "Addresses that stay reachable while the network is off.",
        "", '["127.0.0.1:5432"]',
    ),
    Field("verify.limits.seconds", "seconds", "How long one VERIFY command may run.", "900", "600"),
    Field("verify.limits.memory", "size", "Memory of one command: bytes, `512M` or `2G`; 0 = no limit.", "0", "2G"),
    Field("verify.limits.output", "size", "How much output of a command is kept.", "4M", "1M"),
    Field("verify.limits.processes", "whole", "How many processes a command may have; 0 = no limit.", "0", "200"),
    Field(
        "verify.flaky.reruns", "whole", "How often a failed test is tried again, 0 to 3; passing then is a warning.",
        "0", "1", ("0", "1", "2", "3"),
    ),
    Field(
        "verify.flaky.quarantine", "list",
        "Tests known to flake, each with the issue that tracks it and the last day it is excused.",
        "[]", '[{id: "tests/test_a.py::test_b", issue: "#12", expires: 2030-01-31}]',
    ),
    Field("verify.flaky.quarantine.*.id", "text", "The test's id.", "", '"tests/test_a.py::test_b"', required=True),
    Field("verify.flaky.quarantine.*.issue", "text", "Where its repair is tracked.", "", '"#12"', required=True),
    Field("verify.flaky.quarantine.*.expires", "date", "The last day it is excused.", "", "2030-01-31", required=True),
    Field(
        "keys", "list", "What the keys of `.delegation/allowed_signers` may speak for.",
        "[]", "[{principal: ann@example.com, roles: [human, architect], marks: [touch]}]",
    ),
    Field("keys.*.principal", "text", "Its name in `allowed_signers`.", "", "ann@example.com", required=True),
    Field(
        "keys.*.roles", "texts", "What a signature of this key means.",
        "", "[human]", ("human", "architect", "runner", "ci", "delegate"), required=True,
    ),
    Field(
        "keys.*.marks", "texts", "`off-machine`: the key is not on the delegate's machine; `touch`: it needs a touch.",
        "", "[touch]", ("off-machine", "touch"),
    ),
)  # fmt: skip

BY_KEY = {field.key: field for field in FIELDS}


def children(prefix: str) -> tuple[str, ...]:
    """The names allowed directly below a dotted key ("" = the top), in the order of the table."""
    start = f"{prefix}." if prefix else ""
    names = (field.key[len(start) :].partition(".")[0] for field in FIELDS if field.key.startswith(start))
    return tuple(dict.fromkeys(name for name in names if name != "*"))


def field_at(key: str) -> Field:
    """The field of a dotted key; a key that only groups others is a section."""
    return BY_KEY.get(key) or Field(key, "section", "")
