"""Paths that a reader takes for another one: letter case, confusable letters, Unicode forms, invisible characters."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# Letters of other scripts that common fonts draw like a Latin one. Those NFKC folds by itself are not repeated.
_CYRILLIC = dict(zip("авеикмнорстухѕіјԁԛԝһӏгбз", "abeukmhopctyxsijdqwhlr63", strict=True))
_GREEK = dict(zip("αβγεηικνορτυχωϲϳ", "abyenikvoptuxwcj", strict=True))
_UPPER = dict(zip("АВЕЗКМНОРСТУХЅІЈԚԜΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "abe3kmhopctyxsijqwabezhikmnoptyx", strict=True))
_OTHERS = dict(zip("ıɑɡɩʟ\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2215\u2044\u29f8", "iagil-------///", strict=True))
CONFUSABLE = str.maketrans({**_CYRILLIC, **_GREEK, **_UPPER, **_OTHERS, "\\": "/"})
IGNORED = {"Cf", "Mn"}


@lru_cache(maxsize=4096)
def skeleton(path: str) -> str:
    """What a path looks like: two paths a reader, or a lenient file system, may confuse have one skeleton.

    Letter case, Unicode form, accents, invisible characters, confusable letters and blanks or dots at the end of a
    name are folded away. Not a security boundary: the table of confusable letters is short, scope compares bytes.
    """
    if path.isascii() and path == path.lower() and not any(mark in path for mark in " .\\"):
        return path
    decomposed = unicodedata.normalize("NFKD", path.translate(CONFUSABLE))
    kept = "".join(letter for letter in decomposed if unicodedata.category(letter) not in IGNORED)
    folded = kept.translate(CONFUSABLE).casefold().translate(CONFUSABLE)
    return "/".join(_bare(name) for name in folded.split("/"))


def _bare(name: str) -> str:
    """A name without the blanks around it and the dots at its end, however they alternate."""
    kept = name.strip()
    while kept.endswith(".") and kept.strip("."):
        kept = kept.rstrip(".").rstrip()
    return kept if kept.strip(".") or kept in (".", "..") else ""


def difference(path: str, other: str) -> str:
    """In what a path differs from the one it looks like, as the end of "differs only in ..."."""
    if unicodedata.normalize("NFC", path) == unicodedata.normalize("NFC", other):
        return "the Unicode form of its letters (composed or decomposed)"
    if path.casefold() == other.casefold():
        return "upper and lower case"
    return "letters that look alike or cannot be seen"


class Twins:
    """Paths by what they look like, to find the one another path may be taken for."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._by_skeleton: dict[str, list[str]] = {}
        for path in dict.fromkeys(paths):
            self._by_skeleton.setdefault(skeleton(path), []).append(path)

    def of(self, path: str) -> str:
        """The first of the paths that is another one and looks the same, "" when there is none."""
        return next((other for other in self._by_skeleton.get(skeleton(path), ()) if other != path), "")


def variants(path: str) -> tuple[str, ...]:
    """Other spellings of a path worth looking up in a tree; not all there are (that would need the whole listing)."""
    folder, _, name = path.rpartition("/")
    lead = f"{folder}/" if folder else ""
    stem, dot, suffix = name.partition(".")
    spellings = (
        unicodedata.normalize("NFC", path), unicodedata.normalize("NFD", path), skeleton(path), path.lower(),
        lead + name.lower(), lead + name[:1].swapcase() + name[1:], f"{lead}{stem.upper()}{dot}{suffix}",
        lead + name.upper(), lead + name.capitalize(),
    )  # fmt: skip
    return tuple(dict.fromkeys(spelling for spelling in spellings if spelling and spelling != path))


def oddity(path: str) -> str:
    """What makes a path unreadable or unportable by itself, as a clause; "" when nothing does."""
    for letter in path:
        category = unicodedata.category(letter)
        if category in ("Cc", "Cf", "Zl", "Zp"):
            return f"holds the invisible character U+{ord(letter):04X}"
        if category == "Cs":
            return "is not valid UTF-8"
    if "\\" in path:
        return "holds a backslash, which is a folder separator on Windows"
    for name in path.split("/"):
        if name != name.strip():
            return "has a name that begins or ends with a blank"
        if name.endswith("."):
            return "has a name that ends with a dot"
    return ""
