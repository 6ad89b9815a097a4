"""Shell text as words and operators with their lines; no expansion."""

from __future__ import annotations

import re
from typing import NamedTuple

_PART = re.compile(
    r"""(?P<joined>\\\r?\n)
    |(?P<blank>[ \t\r]+)
    |(?P<comment>(?<![^\s;&|()])\#[^\n]*)
    |(?P<break>\n)
    |(?P<redirect>(?:\d|&)?(?:<<<|>>|>\||>&|<&|&>|>|<)(?!<)(?:&?\d(?![\w.])|-(?=\s|$))?)
    |(?P<operator>&&|\|\||;;&?|;&|\|&|[;&|()])
    |(?P<word>(?:\\[\s\S]|'[^']*'|"(?:[^"\\]|\\[\s\S])*"|\$\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|`[^`]*`
        |\$\{\{[^{}]*\}\}|\$\{[^{}]*\}|[^\s;&|()<>\\'"`])+)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_HEREDOC = re.compile(r"<<(-?)\s*(['\"]?)(\w+)\2")


class Word(NamedTuple):
    """`kind`: word, operator (also a line break, as ";") or redirect. `text` keeps its quotes."""

    kind: str
    text: str
    line: int


def shell_words(text: str, line: int = 1) -> list[Word]:
    """The words of a shell text, here-documents and comments left out; `line` is that of its first line."""
    text = _without_heredocs(text)
    words: list[Word] = []
    target = False
    for match in _PART.finditer(text):
        kind, raw = match.lastgroup or "other", match.group()
        if kind == "break":
            words.append(Word("operator", "\n", line))
        elif kind == "operator":
            words.append(Word("operator", raw, line))
        elif kind == "redirect":
            target = not (raw[-1].isdigit() or raw[-1] == "-")
            line += raw.count("\n")
            continue
        elif kind in ("word", "other") and target:
            pass
        elif kind in ("word", "other"):
            words.append(Word("word", raw, line))
        if kind not in ("blank", "joined"):
            target = False
        line += raw.count("\n")
    return words


def _without_heredocs(text: str) -> str:
    """The same number of lines, the bodies of here-documents emptied."""
    if "<<" not in text:
        return text
    lines, kept, waiting = text.split("\n"), [], ""
    for line in lines:
        if waiting:
            waiting = "" if line.strip() == waiting else waiting
            kept.append("")
            continue
        found = _HEREDOC.search(line) if "<<<" not in line else None
        waiting = found[3] if found else ""
        kept.append(line[: found.start()] + line[found.end() :] if found else line)
    return "\n".join(kept)


def unquoted(text: str) -> str:
    """A word without its quotes; what it would expand to stays as written."""
    if "'" not in text and '"' not in text and "\\" not in text:
        return text
    return re.sub(r"'([^']*)'|\"((?:[^\"\\]|\\[\s\S])*)\"|\\([\s\S])", _bare, text)


def _bare(match: re.Match[str]) -> str:
    if match[1] is not None:
        return match[1]
    if match[2] is not None:
        return re.sub(r"\\([\"\\$`])", r"\1", match[2])
    return match[3]
