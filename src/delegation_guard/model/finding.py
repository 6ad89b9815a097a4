"""What a check says: a Rule it declares once, and Findings it yields."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Literal

from delegation_guard.model.contract import Clause

Level = Literal["off", "note", "warning", "error"]
Certainty = Literal["sure", "doubtful", "review"]
Stage = Literal["commit", "task"]
Situation = Literal["plain", "with-product", "subject-gone"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as `rules` and the docs show it. `id` is `family/kebab-name` and stable for ever.

    `level` is what the policy starts from (policy/decide.py may lower or raise it). `stage` `task` = judged over a
    whole task, not per commit. `contract` = can only be judged against a spec. `unverified` = a finding of this rule
    means "not verified" rather than "wrong".
    """

    id: str
    title: str
    help: str
    level: Level = "error"
    stage: Stage = "commit"
    contract: bool = False
    unverified: bool = False

    @property
    def family(self) -> str:
        return self.id.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Location:
    """Where: a path, a 1-based line (0 = the whole file) and the side of the change the line counts on."""

    path: str
    line: int = 0
    side: Literal["base", "head", "spec"] = "head"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The exact text before and after; either may be empty."""

    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One observation. It holds facts only; levels are the policy's.

    `clause`: the sentence of the spec it goes against (or rests on), quoted to the reader.
    `authorised`: the spec line that gives exactly this text, 0 when none does.
    `situation`: `with-product` = an expectation changed together with the product code it exercises, or a test went
    with all its subjects; `subject-gone` = every subject was removed as the spec asks.
    `hint`: the next step, for whoever may take it. `remedy`: the exact command, when there is one.
    """

    rule: str
    message: str
    location: Location
    certainty: Certainty = "sure"
    evidence: Evidence = field(default_factory=Evidence)
    related: tuple[Location, ...] = ()
    clause: Clause | None = None
    authorised: int = 0
    situation: Situation = "plain"
    hint: str = ""
    remedy: str = ""

    @property
    def family(self) -> str:
        return self.rule.partition("/")[0]

    @property
    def fingerprint(self) -> str:
        """Binds rule, path and the exact before/after text (sha256, 32 hex digits)."""
        parts = (self.rule, self.location.path, self.evidence.before, self.evidence.after, self.message)
        joined = "\0".join(parts).encode("utf-8", "surrogatepass")
        return hashlib.sha256(joined).hexdigest()[:32]
