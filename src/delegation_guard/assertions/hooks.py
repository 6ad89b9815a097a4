"""Code that a test runner calls by itself: hooks that leave tests out or change how they ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delegation_guard.assertions.facts import Fact, brief
from delegation_guard.languages.outline import walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from delegation_guard.assertions.vocabulary import Vocabulary
    from delegation_guard.languages.outline import Function, Outline, Stmt
    from delegation_guard.model.finding import Certainty

OUTCOMES = frozenset({"outcome", "exitstatus", "wasxfail", "longrepr", "excinfo"})
REMOVING = frozenset({"remove", "clear", "pop", "pytest_deselected"})


class Hooks:
    """Compares the hooks and ignore lists of one file."""

    def __init__(self, words: Vocabulary) -> None:
        self.words = words

    def facts(self, before: Outline | None, after: Outline) -> Iterator[Fact]:
        """Facts about hooks that are new or changed, and about files that are newly left out."""
        for name, function in after.function.items():
            old = before.function.get(name) if before is not None else None
            if name in self.words.hooks and (old is None or old.text != function.text):
                yield from self.hook(old, function, after)
        for name in sorted(self.words.ignored):
            new, known = after.constants.get(name), before.constants.get(name) if before is not None else None
            if new is not None and new != known and set(new.args) - set(known.args if known else ()):
                message = f"{after.path} now keeps files from being collected: `{name}`"
                had = name if known else ""
                yield Fact("not-collected", message, after.path, 0, "head", had, name, base_path=after.path)

    def hook(self, old: Function | None, new: Function, after: Outline) -> Iterator[Fact]:
        for rule, line, text, conditional in self.effects(new, after):
            if old is not None and text in old.text:
                continue
            certainty: Certainty = "doubtful" if conditional else "sure"
            message = f"the hook {new.name} now {WORDS[rule]}: `{brief(text)}`"
            where = (after.path, line, "head")
            yield Fact(rule, message, *where, "", text, certainty, "", (), after.path, new.text, new.name)
            return

    def effects(self, function: Function, outline: Outline) -> Iterator[tuple[str, int, str, bool]]:
        """What a hook does to tests: rule, line, text, and whether only under a condition."""
        for stmt, conditional in statements(function.body, False):
            text = outline.text(stmt.line, stmt.end)
            terms = [term for term in (stmt.term, stmt.target) if term is not None]
            named = {str(part.value) for term in terms for part in walk(term) if part.op in {"sym", "attr", "name"}}
            kinds = {self.words.skipping[name].kind for name in named if name in self.words.skipping}
            if self.words.hooks[function.name] == "outcome":
                if stmt.kind == "assign" and stmt.target is not None and stmt.target.value in OUTCOMES:
                    yield "swallowed", stmt.line, text, conditional
            elif kinds & {"skip", "xfail"} and stmt.kind != "assign":
                yield "skipped", stmt.line, text, conditional
            elif (stmt.kind == "assign" and stmt.target is not None and stmt.target.op == "index") or (
                stmt.kind == "expr" and named & REMOVING
            ):
                yield "not-collected", stmt.line, text, conditional


WORDS = {"swallowed": "changes how tests ended", "skipped": "skips tests", "not-collected": "leaves tests out"}


def statements(body: Iterable[Stmt], conditional: bool) -> Iterator[tuple[Stmt, bool]]:
    """Every statement of a body, and whether it stands under a condition."""
    for stmt in body:
        yield stmt, conditional
        inner = conditional or stmt.kind == "if"
        for block in (stmt.body, stmt.orelse, stmt.final, *(handler.body for handler in stmt.handlers)):
            yield from statements(block, inner)
