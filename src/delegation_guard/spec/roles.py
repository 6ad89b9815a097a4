"""What a code block is for, told by the words right before it: text to be replaced, or new text."""

from __future__ import annotations

import re
from typing import Literal

from delegation_guard.spec.text import masked

Lead = Literal["before", "soft", "partner", "new", "none"]
"""before: removed text for sure. soft: "Replace ..." - replaced text if a block follows that replaces it. partner:
"with", "to" and the like. new: other words. none: no words at all between this block and the one above."""

_SENTENCE = re.compile(r"(?<=[.!?;:])\s+")
_BULLET = re.compile(r"^\s*(?:[-*+•–—]|\d{1,3}[.)]|[a-z]\))\s+")
_ASIDE = re.compile(r"\([^()]*\)")
_WORD = re.compile(r"[a-z][a-z'-]*|[,→]|->|=>")
_ENDS_NEW = re.compile(
    r"(?:^|\s)(?:with|to|by|into|as|becomes?|reads?|be|is|follows|instead|now|→|->|=>)"
    r"(?: (?:the |this|these|that|following|new|code|lines?|block|version|text|one|below|like|so|exactly|follows|just"
    r"|simply)\s?)*$"
)
_STARTS_OLD = re.compile(
    r"^(?:the )?(?:before|old|older|from|currently|current|instead of|was|existing|original(?:ly)?|today"
    r"|previous(?:ly)?|at present|it was|this is (?:the )?(?:current|old)|now it (?:reads|is|says))(?![\w-])"
)
_STARTS_PARTNER = re.compile(
    r"^(?:and |then |and then |it |it should |so it |which )?(?:with|to|by|into|becomes?|after|new|now|afterwards|→|->"
    r"|=>|so that it reads|should (?:be|read|become)|the new (?:code|version|text|block|body))(?![\w-])"
)
_PARTNER = re.compile(
    r"^(?:and |then |and then )?(?:replace|change|turn|swap|rewrite|convert|substitute) "
    r"(?:it|this|that|them|these|those)(?: (?:lines?|block|code|text))? (?:with|to|into|by|as)(?![\w-])"
)
_HARD = frozenset(("remove", "delete", "drop", "removes", "deletes", "removed", "deleted"))
_SOFT = frozenset(("replace", "change", "swap", "substitute", "rewrite", "turn", "convert", "find"))
_NEW = frozenset((
    "add", "append", "insert", "write", "create", "put", "use", "becomes", "become", "prepend", "introduce", "define",
    "paste", "place", "include", "import", "extend", "keep", "leave", "set", "update", "raise", "return",
))  # fmt: skip
_NOT_A_VERB_AFTER = frozenset((
    "to", "that", "which", "will", "must", "should", "can", "could", "may", "would", "not", "never", "don't", "without",
    "of", "the", "a", "an", "this", "these", "its", "for", "by", "no", "each", "every", "one", "any", "their", "your",
))  # fmt: skip
_LABELS = frozenset((
    "replace", "replace this", "with", "with this", "remove", "delete", "before", "after", "from", "to", "old", "new",
    "the new code", "new code", "change", "becomes", "by", "and replace", "and", "into", "remove this", "delete this",
    "replace it with",
))  # fmt: skip


def lead(paragraph: list[str]) -> Lead:
    """What the paragraph before a block announces. Its last sentence decides, code in back-ticks is not read."""
    text = " ".join(" ".join(line.split()) for line in paragraph).strip()
    if not text:
        return "none"
    sentence = _last_sentence(text)
    if not sentence:
        return "new"
    verb = _verb(sentence)
    if _STARTS_OLD.match(sentence):
        return "new" if _ENDS_NEW.search(sentence) or verb in _NEW else "before"
    if _STARTS_PARTNER.match(sentence):
        return "new" if verb in _NEW - {"become", "becomes"} and not sentence.startswith("with") else "partner"
    if _PARTNER.match(sentence):
        return "partner"
    if _ENDS_NEW.search(sentence):
        return "partner" if len(sentence.split()) <= 3 else "new"
    return "before" if verb in _HARD else "soft" if verb in _SOFT else "new"


def _last_sentence(text: str) -> str:
    bare = masked(text, "\x00")
    bare = re.sub("\x00+", "CODE", bare).replace("*", "").replace("_", " ")
    bare = _ASIDE.sub(" ", bare)
    parts = [part for part in _SENTENCE.split(bare.strip()) if re.search(r"[A-Za-z→>]", part)]
    if not parts:
        return ""
    last = _BULLET.sub("", parts[-1]).strip().lower().rstrip(":.;,!… ")
    return " ".join(last.split())


def _verb(sentence: str) -> str:
    """The verb that orders something in the last clause that has one, "" when none does."""
    words = _WORD.findall(sentence)
    clause = verb = ""
    for place, word in enumerate(words):
        if word in ("and", "then", ","):
            clause = ""
        elif not clause and word in _HARD | _SOFT | _NEW and (place == 0 or words[place - 1] not in _NOT_A_VERB_AFTER):
            clause = verb = word
    return verb


def is_label(paragraph: list[str]) -> bool:
    """Whether a paragraph is only a block's label (Replace, with, Before:) and instructs nothing by itself."""
    text = " ".join(paragraph).replace("*", "").strip().rstrip(":.").strip().lower()
    return text in _LABELS
