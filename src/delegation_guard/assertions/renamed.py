"""Words of literals that one test writes otherwise now, in its inputs and its expectations alike."""

from __future__ import annotations

import re

WORD = re.compile(r"\w+|\W")
QUOTED = re.compile(r"""(['"])(?:\\.|(?!\1)[^\\\n])*\1""")


def renamed(base: str, head: str) -> dict[str, str]:
    """The words that a test's text differs in, if there is nothing else: each always replaced by the same new word.

    Only words inside quotes count, a word of the base may not stay anywhere, and each must stand twice at least: once
    given and once expected. {} for any other difference. Whether the product treats both words alike is not known.
    """
    base, head = base.replace("'", '"'), head.replace("'", '"')  # the kind of quotes means nothing
    one, two = WORD.findall(base), WORD.findall(head)
    if len(one) != len(two):
        return {}
    differing = {old: new for old, new in zip(one, two, strict=True) if old != new}
    if any(new != differing.get(old, old) for old, new in zip(one, two, strict=True)):
        return {}
    plain = set(WORD.findall(QUOTED.sub("", base))) | set(WORD.findall(QUOTED.sub("", head)))
    fresh = set(differing.values())
    if len(fresh) < len(differing) or fresh & set(one) or (fresh | set(differing)) & plain:
        return {}
    words = all(old.isalpha() and new.isalpha() for old, new in differing.items())
    return differing if words and all(one.count(old) > 1 for old in differing) else {}
