"""Whether a line is a command, a sentence, or cannot be told: nothing is executed to find out."""

from __future__ import annotations

import re
import shlex
from typing import Literal

from delegation_guard.spec.vocabulary import AFTER_HOMOGRAPH, HOMOGRAPHS, KEYWORDS, LIKELY, PROGRAMS, SURE

Reading = Literal["command", "prose", "unclear"]

_ASSIGNMENT = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*\+?=")
_OPTION = re.compile(r"^--?[A-Za-z0-9]")
_OPERATOR = re.compile(r"(?:^|\s)(?:&&|\|\|?|\d?>{1,2}|<)(?=\s|&|\d|$)|\$[\w({]")
_SCRIPT = re.compile(
    r"^(?:\.{0,2}/)?[\w.@+-]+(?:/[\w.@+-]+)+$|^[\w@+-]+\.(?:sh|bash|py|js|mjs|cjs|ts|rb|pl|php|ps1|bat|cmd|exe)$|^\./[\w.@+-]+$"
)
_CONSTRUCT = re.compile(r";\s*(?:then|do)\b|\bin\s.*;")
_QUOTED = re.compile(r"'[^']*'|\"(?:[^\"\\]|\\.)*\"")
_ENDS_SENTENCE = re.compile(r"[A-Za-z0-9)'\"`][.!?;,:]+[)'\"*_]*$")
_REMARK = re.compile(r"[\w.]\s+\(|\s(?:->|=>|→|—|–|✓)(?:\s|$)|\s-{0,2}[A-Za-z][\w-]*:\s")
_CMDLET = re.compile(r"^(?:Invoke|Test|Start|Get|Set|Import|Export|New|Remove)-[A-Z]\w+$")
_HEREDOC = re.compile(r"(?<!<)<<-?\s*[\\'\"]?[A-Za-z_]")
_COMMENT = re.compile(r"(?:^|\s)#.*$")


def classify(line: str) -> Reading:
    """Tell a command from a sentence by its words alone; "unclear" when both are possible."""
    text = line.strip()
    if not text:
        return "prose"
    bare = _COMMENT.sub("", _QUOTED.sub("'q'", text)).strip()
    words = bare.split()
    while words and (_ASSIGNMENT.match(words[0]) or words[0] == "!"):
        words = words[1:]
        bare = bare.split(None, 1)[1] if len(bare.split(None, 1)) > 1 else ""
    if not words:
        return "unclear"
    first = words[0].lstrip("(") or "("
    ends = _ENDS_SENTENCE.search(bare) is not None
    sure = sum(word.strip(".,;:!?()*_").lower() in SURE for word in words[1:])
    if first in KEYWORDS:
        return "unclear" if _CONSTRUCT.search(text) or not (sure or ends or len(words) > 3) else "prose"
    if first in PROGRAMS:
        return _known(first, words, bare, sure, ends)
    return _unknown(first, words, bare, sure, ends)


def _known(first: str, words: list[str], bare: str, sure: int, ends: bool) -> Reading:
    if first in HOMOGRAPHS and len(words) > 1 and words[1].strip(".,;:!?()").lower() in AFTER_HOMOGRAPH:
        return "unclear" if _shellish(words, bare) else "prose"
    if sure or (ends and not _shell_end(bare)) or _REMARK.search(bare):
        return "unclear"
    return "command"


def _unknown(first: str, words: list[str], bare: str, sure: int, ends: bool) -> Reading:
    script = _SCRIPT.match(first) is not None
    if first.startswith("-"):
        return "unclear"
    if script:
        likely = sure or (ends and not _shell_end(bare)) or _REMARK.search(bare)
        return "unclear" if likely else "command"
    if (not first[0].isascii() or first[0].isupper() or words[0].startswith("(")) and not _CMDLET.match(first):
        return "prose" if _wordy(first) else "unclear"
    common = sum(word.strip(".,;:!?()*_").lower() in LIKELY for word in words)
    shellish = _shellish(words, bare)
    if first.rstrip(",;:.") in PROGRAMS - HOMOGRAPHS:
        return "unclear"
    if common or ends:
        return "unclear" if shellish and sure < 3 else "prose"
    if _CMDLET.match(first) or (shellish and _looks_like_name(first) and not _REMARK.search(bare)):
        return "command"
    return "unclear"


def _wordy(first: str) -> bool:
    """Whether a word that begins with a capital or a bracket is a word of a sentence, not of a command line."""
    bare = first.strip(".,;:!?()*_\"'’`")
    return bool(bare) and all(char.isalpha() or char in "'’-" for char in bare)


def _shellish(words: list[str], bare: str) -> bool:
    return any(_OPTION.match(word) for word in words[1:]) or _OPERATOR.search(bare) is not None


def _looks_like_name(first: str) -> bool:
    return re.fullmatch(r"[a-z0-9][a-z0-9._+-]*", first) is not None


def _shell_end(bare: str) -> bool:
    """Whether the line's last dots or colons belong to an argument (`./...`, `//...`, `//pkg:`, `-k a:`)."""
    last = bare.split()[-1]
    return last.endswith("...") and "/" in last


def refusal(command: str) -> tuple[str, str] | None:
    """Why a command cannot be run as one line of its own, and how to write it; None when it can."""
    bare = _QUOTED.sub("''", command)
    words = bare.split()
    if _HEREDOC.search(bare):
        return (
            "a here-document does not fit on one line",
            "put the text into a file of the repository, or use printf '...' | command",
        )
    if words[0] in KEYWORDS:
        return (
            f"the shell keyword `{words[0]}` begins a construct of several lines",
            "put it into a script, and list that script's call",
        )
    if (
        words[0] in ("export", "source", ".", "set", "unset", "trap", "ulimit", "pushd", "popd", "alias")
        and "&&" not in words
        and ";" not in bare
    ):
        return (
            f"`{words[0]}` has no effect on the other commands, each runs in a shell of its own",
            "write it in front of the command it is for: `NAME=value command`, or `. ./env.sh && command`",
        )
    try:
        shlex.split(command, comments=True)
    except ValueError:
        return (
            "a quote is opened and never closed, or the line ends in a backslash",
            "close it, or put the command into a script",
        )
    return None
