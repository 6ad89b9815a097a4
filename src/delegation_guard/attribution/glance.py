"""A first look at a commit, cheap enough for every hook: may it have to do with a delegate at all?

It errs towards looking closer and decides nothing else. Imports only os: it runs before anything is known.
"""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

KEYS = (b"spec", b"agent", b"phase", b"model", b"stopped")

# The delegates of the embedded default policy, for repositories without one: they get no file (nothing is written).
DEFAULT = ("delegate haiku", "delegate flash", "delegate mini", "delegate nano")


def claims_quickly(message: bytes) -> bool:
    """Whether a message may hold a delegation trailer; never False when `claims` finds one."""
    text = message.lower()
    start = text.find(b"delegation-")
    while start >= 0:
        if text.startswith(KEYS, start + len(b"delegation-")):
            return True
        start = text.find(b"delegation-", start + 1)
    return False


def patterns(state_dir: "str | os.PathLike[str]", policy_blob: str) -> "tuple[str, ...] | None":
    """The attribution patterns kept for a policy blob, the default ones for "" (no policy); None = look closer."""
    if not policy_blob:
        return DEFAULT
    try:
        with open(os.path.join(state_dir, f"attribution-{policy_blob}"), encoding="utf-8") as file:
            lines = file.read().splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    return tuple(lines[1:]) if lines and lines[0] == HEADER else None


HEADER = "delegation-guard attribution 1"


def suspects_quickly(author: str, message: bytes, branch: str, known: "Sequence[str] | None") -> bool:
    """Whether author, co-authors or branch match a pattern, or the patterns ask for a closer look themselves.

    `branch` is the short name, "" when detached. Never False when `suspicion` gives a reason.
    """
    if known is None:
        return True
    names: list[str] | None = None
    for line in known:
        kind, _, value = line.partition(" ")
        if kind == "delegate":
            names = [author, *co_authors(message.decode("utf-8", "surrogateescape"))] if names is None else names
            if any(names_word(name, value) for name in names):
                return True
        elif kind == "branch":
            if branch and wildcard(value, branch):
                return True
        elif line != "require_spec":
            return True
    return False


def co_authors(message: str) -> list[str]:
    """The people a message names in Co-authored-by lines, wherever they stand and however they are quoted."""
    found = []
    for line in message.splitlines():
        bare = undecorated(line)
        if bare[:15].lower() == "co-authored-by:":
            found.append(bare[15:].strip())
    return found


def undecorated(line: str) -> str:
    """A line without the indentation, quote marks and bullets that squashing and replying put before it."""
    return line.strip().lstrip(">*-+|# \t\u2022")


def names_word(person: str, word: str) -> bool:
    """Whether a person ("Name <mail>") has `word` as a whole word, its case aside; of the mail only the local part.

    A digit ends no word and begins none (`gpt5mini` is one word), every other non-letter does: `gemini` is not `mini`.
    """
    name, _, mail = person.partition("<")
    text = f"{name} {mail.partition('@')[0]}".lower()
    wanted = word.lower()
    start = text.find(wanted) if wanted else -1
    while start >= 0:
        end = start + len(wanted)
        if not (start and text[start - 1].isalnum()) and not (end < len(text) and text[end].isalnum()):
            return True
        start = text.find(wanted, start + 1)
    return False


def wildcard(pattern: str, text: str) -> bool:
    """Whether a pattern with `*` (any text, slashes included) and `?` matches all of a text; case counts."""
    mark = resume = -1
    at = index = 0
    while index < len(text):
        if at < len(pattern) and pattern[at] == "*":
            mark, resume, at = at, index, at + 1
        elif at < len(pattern) and pattern[at] in ("?", text[index]):
            at, index = at + 1, index + 1
        elif mark >= 0:
            resume += 1
            at, index = mark + 1, resume
        else:
            return False
    return pattern[at:].strip("*") == ""
