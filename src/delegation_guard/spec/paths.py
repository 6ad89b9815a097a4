"""Paths as a spec writes them: normalised or refused, never stretched."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from delegation_guard.spec.text import hidden, masked

if TYPE_CHECKING:
    from delegation_guard.spec.text import Notes

_UNFILLED = re.compile(r"<\s*[A-Za-z][^<>|&;$()\"'\n]{0,80}?[^\s<>|&;$()\"']?>|\{\{[^{}]{0,80}\}\}")
_STANDS_FOR_NOTHING = frozenset((
    "tbd", "tbc", "tba", "todo", "fixme", "xxx", "???", "?", "...", "…", "n/a", "na", "none", "nothing", "-", "etc",
    "etc.", "and so on", "unknown", "to be decided", "to be determined", "to be confirmed", "placeholder", "filename",
    "path", "file", "file path", "path/to/file",
))  # fmt: skip
_DOTS = re.compile(r"(?<!\S)(?:\.\.\.|…|\?\?\?)(?!\S)")
_UNDECIDED = re.compile(r"(?<![\w-])(?:TBD|TBC|TBA)(?![\w-])|^\W*(?:TODO|FIXME|XXX)\b:?")
_BLANK = re.compile(
    r"(?<!\w)<(?:[xyn]|id|path|name|file|why|todo|tbd|command|reason|title|line|value"
    r"|[a-z][a-z'-]*(?:,? [a-z0-9][a-z0-9'-]*)+)>",
    re.IGNORECASE,
)
_FILES = frozenset((
    "makefile", "gnumakefile", "dockerfile", "containerfile", "jenkinsfile", "vagrantfile", "procfile", "gemfile",
    "rakefile", "brewfile", "podfile", "justfile", "license", "licence", "copying", "notice", "authors", "contributors",
    "changelog", "readme", "codeowners", "build", "workspace", "cargo.lock", "tiltfile", "caddyfile", "earthfile",
    "version", "pipfile",
))  # fmt: skip
_EXTENSION = re.compile(r"\.[A-Za-z0-9][A-Za-z0-9_+~-]{0,15}$")


def placeholder(text: str) -> bool:
    """Whether a text still has a hole that somebody was to fill in: `<path>`, TBD, `...` and the like."""
    bare = text.strip().strip("`*\"'").strip()
    return not bare or bare.lower() in _STANDS_FOR_NOTHING or unfilled(text) != ""


def slot(text: str) -> bool:
    """Whether a text is nothing but a hole: `<exact command 1>`, TBD, none."""
    bare = text.strip().strip("`*\"'").strip()
    return bare.lower() in _STANDS_FOR_NOTHING or re.fullmatch(r"<[^<>]*>|\{\{[^{}]*\}\}", bare) is not None


def unfilled(text: str) -> str:
    """The first hole of a path or command (`<exact command 1>`, a lone `...`), "" when it has none."""
    found = _UNFILLED.search(text) or _DOTS.search(text)
    return found[0] if found else ""


def undecided(text: str) -> str:
    """The first hole of a sentence (`<why>`, TBD, a leading TODO), "" for none; code in back-ticks is not read."""
    if slot(text):
        return text.strip()
    bare = masked(text)
    found = _BLANK.search(bare) or _UNDECIDED.search(bare) or _DOTS.search(bare)
    return found[0].strip() if found else ""


def path_like(token: str) -> bool:
    """Whether one word is plainly meant as a file: it has a folder, an extension, or a well-known name."""
    if not token or token.endswith(("()", ")", ":")) or "://" in token:
        return False
    return "/" in token or token.startswith(".") or _EXTENSION.search(token) is not None or token.lower() in _FILES


def normalised(raw: str, notes: Notes, line: int, what: str = "path") -> str:
    """The path from the top of the repository; `./` and doubled slashes are dropped with a warning.

    Refuses (SpecError) everything that could mean another file than it shows, or none: holes, absolute paths, `..`,
    backslashes, characters nobody sees, blanks or dots at an end, `.git`. Says nothing about whether the file exists.
    """
    if placeholder(raw):
        notes.fail(
            line, f"the {what} `{raw.strip()}` is a placeholder" if raw.strip() else f"the {what} is missing",
            "write the path of one file, from the top of the repository: `### 1. src/invoice.py`",
        )  # fmt: skip
    problem = _problem(raw)
    if problem:
        notes.fail(line, f"the {what} {_shown(raw)} {problem[0]}", problem[1])
    parts = [part for part in raw.split("/") if part not in ("", ".")]
    path = "/".join(parts)
    if path != raw:
        notes.warn(line, f"the {what} `{raw}` is read as `{path}`")
    return path


def _problem(raw: str) -> tuple[str, str] | None:
    seen = hidden(raw)
    parts = raw.split("/")
    if seen or "\t" in raw:
        return f"holds a character that cannot be seen ({seen or 'a tab'})", "type the path again"
    if "\\" in raw:
        return (
            "holds a backslash",
            "write folders with `/`: src/invoice.py (a literal `_` needs no backslash in back-ticks)",
        )
    if raw.startswith(("/", "~")) or re.match(r"[A-Za-z]:", raw):
        return "is absolute", "write it from the top of the repository: src/invoice.py"
    if "](" in raw:
        return "is a link", "write the path itself: src/invoice.py"
    if "://" in raw:
        return "is an address, not a file", "write the path of a file in the repository"
    if ".." in parts:
        return "leads out of its folder with `..`", "write it from the top of the repository, without `..`"
    if raw.endswith("/") or all(part in ("", ".") for part in parts):
        return "names a folder", "list every file under its own heading, or write a glob: `### 1. src/api/*.py (glob)`"
    if any(part.lower() in (".git", "git~1") for part in parts):
        return "lies in .git, which no spec can list", "list files of the work tree only"
    if any(part != part.strip() or (part.endswith(".") and part != ".") for part in parts):
        return "has a blank or a dot at an end of a name", "remove it: such names look like another file's"
    if raw.startswith("-"):
        return "begins with a dash", "a name that begins with a dash reads like an option; rename the file first"
    return None


def _shown(raw: str) -> str:
    return f"`{raw}`" if raw.isprintable() else ascii(raw)


def refuse_glob(path: str, notes: Notes, line: int) -> None:
    """SpecError when a path without the marker `(glob)` holds `*`, `?` or braces with a comma."""
    if any(char in path for char in "*?") or re.search(r"\{[^{}]*,[^{}]*\}", path):
        notes.fail(
            line, f"`{path}` is a pattern, and a heading names one file",
            f"list each file under its own heading, or mark it: `{path} (glob)`",
        )  # fmt: skip


def refuse_wide_glob(pattern: str, notes: Notes, line: int) -> None:
    """SpecError when a `(glob)` could match every file, or uses a notation that is not read."""
    if not any(char in pattern for char in "*?"):
        notes.fail(
            line, f"`{pattern}` is marked (glob) and has no `*` or `?`", "remove the marker, or write the pattern"
        )
    if not re.sub(r"[*?/.]", "", pattern):
        notes.fail(line, f"the glob `{pattern}` matches everything", "begin it with a folder: `src/api/**/*.py (glob)`")
    if "***" in pattern or re.search(r"[^/]\*\*|\*\*[^/]", pattern):
        notes.fail(
            line,
            f"the glob `{pattern}` has `**` beside other characters",
            "`**` stands for whole folders: `src/**/*.py`",
        )
    if re.search(r"\{[^{}]*,[^{}]*\}", pattern):
        notes.fail(line, f"the glob `{pattern}` has braces", "write one heading for each alternative")
