"""How a weakening stands to the spec and to the product: written there, or changed together with what it checks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from delegation_guard.assertions.library import SIZE_LIMIT, Library, language_of, testish
from delegation_guard.assertions.weakened import weakened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delegation_guard.assertions.facts import Fact
    from delegation_guard.assertions.library import Language
    from delegation_guard.model.change import FileChange
    from delegation_guard.model.contract import CodeBlock, Edit
    from delegation_guard.model.finding import Situation
    from delegation_guard.model.inputs import Subject

DATA = (
    ".html", ".jinja", ".jinja2", ".j2", ".sql", ".json", ".yaml", ".yml", ".csv", ".c", ".h", ".pyx", ".rs", ".cpp",
    ".go", ".js", ".ts", ".proto", ".xml", ".tmpl", ".mako",
)  # fmt: skip
REACH, FILES = 4, 80
"""How many imports are followed from a test to the product, and through how many files at most."""


def authorised(subject: Subject, fact: Fact) -> int:
    """The line of the spec that gives exactly this weakening, 0 when none does."""
    contract = subject.contract
    found = language_of(fact.path) or language_of("x.py")
    if contract is None or found is None:
        return 0
    for edit in contract.edits:
        if edit.action == "delete" and edit.path == fact.base_path:
            return edit.line
        if fact.path in {edit.path, edit.target} or fact.base_path == edit.path:
            line = written(found[1], edit, fact)
            if line:
                return line
    return 0


def written(language: Language, edit: Edit, fact: Fact) -> int:
    """The spec line of the block that holds the head's text, or that takes the base's text out."""
    scope = whole(language, fact.scope)
    wanted = set(language.pieces(fact.after)) if fact.after else set()
    for before, block in exchanges(edit):
        given = language.pieces(block.text) if block is not None else {}
        if block is not None and scope and scope in given:
            return block.line + given[scope] - 1
        if block is not None and wanted and wanted <= set(given):
            return block.line + min(given[piece] for piece in wanted) - 1
        if block is not None and fact.after and squeezed(fact.after) in squeezed(block.text):
            return block.line
        if before is not None and not fact.after and fact.before:
            taken, lost = language.pieces(before.text), set(language.pieces(fact.before))
            if (lost and lost <= set(taken) and not lost & set(given)) or defines(before, block, fact):
                return before.line
    return 0


def whole(language: Language, text: str) -> str:
    """The canonical spelling of a whole function, "" when there is none."""
    return next(iter(language.pieces(text)), "") if text else ""


def defining(name: str, text: str) -> bool:
    """Whether a text seems to define a name, in any of the languages."""
    return re.search(rf"\b(def|class|function|const|let|var|func|fn)\s+{re.escape(name)}\b", text) is not None


def defines(before: CodeBlock, block: CodeBlock | None, fact: Fact) -> bool:
    """Whether a block takes the definition of a whole test out."""
    return (
        fact.kind == "removed"
        and bool(fact.before)
        and fact.before in before.text
        and (block is None or fact.before not in block.text)
    )


def exchanges(edit: Edit) -> Iterator[tuple[CodeBlock | None, CodeBlock | None]]:
    """The before blocks of an edit with the new block that follows each, and new blocks on their own."""
    waiting: CodeBlock | None = None
    for block in edit.blocks:
        if block.role == "before":
            if waiting is not None:
                yield waiting, None
            waiting = block
        else:
            yield waiting, block
            waiting = None
    if waiting is not None:
        yield waiting, None


def squeezed(text: str) -> str:
    return "".join(text.split())


def situation(subject: Subject, fact: Fact) -> Situation:
    """Whether the weakening goes with a change of the product code that it checks (semantics 8)."""
    product = Product.of(subject)
    known = [names for names in fact.subjects if names]
    if fact.kind in {"removed", "replaced"} and known and all(map(product.gone, known)):
        return "subject-gone" if product.asked(fact) else "with-product"
    if fact.kind in {"expectation", "inputs", "replaced"} and product.exercised(fact):
        return "with-product"
    return "plain"


class Product:
    """The product files of a change: what they lost, and which tests reach them."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.result = weakened(subject)
        self.files = [item for item in subject.change.files if not testish(item.path)]
        self.changed = [item for item in self.files if self.behaves(item)]
        self.reached: dict[tuple[str, str], set[str]] = {}
        self.lost: dict[str, frozenset[str]] = {item.path: self.names_lost(item) for item in self.changed}
        present: frozenset[str] = frozenset().union(*(self.names(item.new_oid, item.path) for item in self.changed))
        self.names_gone = frozenset().union(*self.lost.values()) - present

    @staticmethod
    def of(subject: Subject) -> Product:
        if "tests.product" not in subject.cache:
            subject.cache["tests.product"] = Product(subject)
        return cast("Product", subject.cache["tests.product"])

    def behaves(self, item: FileChange) -> bool:
        """Whether the change of a file can change what the product does."""
        found = language_of(item.path)
        if found is None:
            return item.path.endswith(DATA) and not item.path.startswith((".", "docs/", "doc/"))
        if not item.old_oid or not item.new_oid:
            return True
        if max(map(self.subject.objects.size, (item.old_oid, item.new_oid))) > SIZE_LIMIT:
            return True
        try:
            old, new = (found[1].behaviour(self.subject.objects.blob(oid)) for oid in (item.old_oid, item.new_oid))
        except found[1].Unreadable:
            return True
        return old != new

    def names(self, oid: str, path: str) -> frozenset[str]:
        found = language_of(path)
        if not oid or found is None or self.subject.objects.size(oid) > SIZE_LIMIT:
            return frozenset()
        return found[1].defined(self.subject.objects.blob(oid))

    def names_lost(self, item: FileChange) -> frozenset[str]:
        return self.names(item.old_oid, item.path) - self.names(item.new_oid, item.path)

    def gone(self, names: frozenset[str]) -> bool:
        """Whether an assertion is about something that the product no longer has."""
        dotted = {name for name in names if "." in name and not name.startswith("'")}
        base = self.result.base
        own = {name for name in dotted if base is not None and base.resolve(name, tests_only=False)}
        if any(name in self.names_gone for name in names - dotted):
            return True
        return bool(own) and all(name.rpartition(".")[2] in self.names_gone or self.deleted(name) for name in own)

    def deleted(self, symbol: str) -> bool:
        head = self.result.head
        return head is not None and head.resolve(symbol, tests_only=False) is None

    def asked(self, fact: Fact) -> bool:
        """Whether the spec asks for what is gone: a (delete) heading, or a block that takes its definition out."""
        contract = self.subject.contract
        if contract is None:
            return False
        return all(self.asked_for(names) for names in fact.subjects)

    def asked_for(self, names: frozenset[str]) -> bool:
        contract, base = self.subject.contract, self.result.base
        if contract is None or base is None:
            return False
        short = {name.rpartition(".")[2] for name in names} & self.names_gone
        for edit in contract.edits:
            if edit.action == "delete" and any(
                (found := base.resolve(name, tests_only=False)) and found[0].path == edit.path
                for name in names
                if "." in name
            ):
                return True
            for before, block in exchanges(edit):
                if (
                    before is not None
                    and any(defining(name, before.text) for name in short)
                    and not (block and any(defining(name, block.text) for name in short))
                ):
                    return True
        return False

    def exercised(self, fact: Fact) -> bool:
        """Whether the test reaches a product file that this change changes."""
        if not self.changed:
            return False
        changed = {item.path for item in self.changed}
        if any(language_of(path) is None for path in changed) or fact.path in changed:
            return True
        libraries = [library for library in (self.result.head, self.result.base) if library is not None]
        for library in libraries:
            if (library.tree, fact.path) not in self.reached:
                self.reached[library.tree, fact.path] = reach(library, fact.path)
        reached = {path for library in libraries for path in self.reached[library.tree, fact.path]}
        return bool(reached & changed) or not reached


def reach(library: Library, path: str) -> set[str]:
    """The product files that a file's imports lead to."""
    found: set[str] = set()
    outline = library.outline(path)
    if outline is None:
        return found
    starts = [outline, *library.parents(path, "conftest.py")]
    queue = [(dotted, 0) for start in starts for dotted in (*start.imports.values(), *start.starred)]
    seen: set[str] = set()
    while queue and len(seen) < FILES * 8:
        dotted, depth = queue.pop(0)
        if dotted in seen:
            continue
        seen.add(dotted)
        there = library.resolve(dotted, tests_only=False)
        if there is None or len(found) > FILES:
            continue
        if not testish(there[0].path):
            found.add(there[0].path)
        if depth < REACH:
            queue += [(name, depth + 1) for name in (*there[0].imports.values(), *there[0].starred)]
    return found
