"""Weakened tests that the spec itself writes: every line that changed in their files is one its blocks give or take."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from delegation_guard.assertions.library import testish
from delegation_guard.checks.blocks import gaps_in
from delegation_guard.checks.listed import expected_of, listed_in, sides
from delegation_guard.checks.placement import misplaced
from delegation_guard.checks.readable import readable
from delegation_guard.checks.residue import import_changes
from delegation_guard.checks.verbatim import verbatim

if TYPE_CHECKING:
    from delegation_guard.assertions.facts import Fact
    from delegation_guard.checks.listed import Listed
    from delegation_guard.model.inputs import Subject


def written_by_spec(subject: Subject, fact: Fact) -> int:
    """The spec line of the block that brings a weakening about, 0 unless the spec explains all that could have.

    That is the fact's own file and every other changed file of test code: each as the spec's blocks make it of the
    base, word for word or unit by unit, with nothing beyond them. Parts of them may still be missing. What words
    ask for does not count here.
    """
    listed = _listed(subject)
    changed = {file.path for file in subject.change.files}
    own = listed.get(fact.path) or listed.get(fact.base_path)
    if own is None or not own.pairs or not changed & {own.path, own.landed}:
        return 0
    for path in changed:
        one = listed.get(path)
        if (testish(path) or one is own) and (one is None or not _exact(subject, one)):
            return 0
    return _line(own, fact)


def _listed(subject: Subject) -> dict[str, Listed]:
    """The listed files by both ends of their headings; a pattern lists no file here."""
    if "authored.listed" not in subject.cache:
        found = listed_in(subject.contract) if subject.contract is not None else ()
        kept = [one for one in found if all(edit.action != "glob" for edit in one.edits)]
        subject.cache["authored.listed"] = {path: one for one in kept for path in (one.path, one.landed)}
    return cast("dict[str, Listed]", subject.cache["authored.listed"])


def _exact(subject: Subject, listed: Listed) -> bool:
    key = f"authored.exact {listed.path}"
    if key not in subject.cache:
        subject.cache[key] = _is_exact(subject, listed)
    return bool(subject.cache[key])


def _is_exact(subject: Subject, listed: Listed) -> bool:
    before, after = sides(subject, listed)
    if before == after:
        return True
    if after is None:
        return all(edit.action == "delete" for edit in listed.edits)
    base, head = readable(before), readable(after)
    if base.fault or head.fault or head.text is None:
        return False
    if verbatim(listed.pairs, base.text or "", head.text, partly=True):
        return True
    blocks = [block for pair in listed.pairs for block in (pair.before, pair.new) if block is not None]
    if not blocks or any(gaps_in(block.text) for block in blocks):
        return False
    expected = expected_of(listed, base.text or "", head.text)
    return not (expected.residue() or import_changes(expected, ()) or next(misplaced(expected), None))


def _line(listed: Listed, fact: Fact) -> int:
    """The block that shows the fact's text, else the first one."""
    for text, pick in ((fact.after, "new"), (fact.before, "before")):
        words = "".join(text.split())
        for pair in listed.pairs:
            block = pair.new if pick == "new" else pair.before
            if words and block is not None and words in "".join(block.text.split()):
                return block.line
    return listed.pairs[0].line
