"""What stands on a `### n. <path>` heading: one path and at most one marker."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from delegation_guard.spec.paths import normalised, path_like, refuse_glob, refuse_wide_glob
from delegation_guard.spec.text import hidden, spans

if TYPE_CHECKING:
    from delegation_guard.model.contract import Action
    from delegation_guard.spec.text import Notes

LEGAL = "(create) (delete) (rename to <path>) (symlink to <target>) (mode 755) (submodule) (glob)"
_HINT = f"the markers are {LEGAL}; no marker means create or modify; anything else goes on the line below the heading"

_WORDINGS: dict[Action, tuple[str, ...]] = {
    "create": (
        "create", "created", "new", "new file", "add", "added", "add file", "create file", "create this file",
        "create new file", "create it", "to be created", "file to create",
    ),
    "delete": (
        "delete", "deleted", "remove", "removed", "delete file", "remove file", "delete this file", "remove this file",
        "delete the file", "remove the file", "delete it", "to be deleted", "to be removed", "file to delete",
    ),
    "modify": (
        "modify", "modified", "edit", "edited", "update", "updated", "change", "changed", "existing", "existing file",
    ),
    "submodule": ("submodule",),
    "glob": ("glob", "pattern"),
}  # fmt: skip
_PLAIN = {wording: action for action, wordings in _WORDINGS.items() for wording in wordings}
_RENAME = re.compile(r"^(?:rename|renamed|move|moved)\s*(?:to|->|→|=>)\s*:?\s*(\S.*)$", re.IGNORECASE)
_SYMLINK = re.compile(r"^(?:symlink|symbolic link|link)\s*(?:to|->|→|=>)\s*:?\s*(\S.*)$", re.IGNORECASE)
_MODE = re.compile(r"^(?:(?:mode|chmod)\s+(?:to\s+)?)(\+x|-x|0?[0-7]{3}|100[0-7]{3})$", re.IGNORECASE)
_PLACE = re.compile(r"^(?:around |near |at )?(?:lines?|ll?\.)\s*\d[\d\s,–-]*$", re.IGNORECASE)
_BRACKETED = re.compile(r"^\(((?:[^()]|\([^()]*\))*)\)|^\[([^\]]*)\]")
_LINE = re.compile(r"(?::\d+(?:[-–]\d+)?|#L\d+(?:-L?\d+)?)$")
_LEAD = re.compile(
    r"^(?:(?:create|delete|remove|submodule|glob)\b(?:\s+\S+)?|(?:rename|move|symlink|link) to\b.*|(?:mode|chmod) .*)$",
    re.I,
)
_INNER = re.compile(r"^(\S.*?)\s+(\([^()]*\)|\[[^\]]*\])$")
_GLUED = re.compile(
    r"^([^\s`(]*[^\s`(/])(\((?:create|new|add|delete|remove|rename|move|symlink|mode|chmod|submodule|glob)\b)", re.I
)
_DASH = re.compile(r"^(?:—|–|--?(?=\s)|->|→|=>|:)\s*")


@dataclass(frozen=True, slots=True)
class Listed:
    """What a heading authorises: a path, an action and the action's target; `tail` is a remark behind it."""

    path: str
    action: Action
    target: str = ""
    tail: str = ""


def could_be(expression: str) -> bool:
    """Whether a heading's text looks like a listed path: a path-like word, then nothing, a marker or a remark."""
    raw, tail, _ = _split(expression)
    return path_like(raw) and (not tail or tail[0] in "([—–" or _DASH.match(tail) is not None)


def read(expression: str, notes: Notes, line: int) -> Listed:
    """The path and marker of a heading, or SpecError that names what is legal."""
    raw, tail, ticked = _split(expression)
    if not ticked and raw.startswith("<"):
        raw, tail = expression, ""
    if not ticked and " " not in raw and tail and not path_like(raw) and tail[0] not in "([—–-→=:":
        marker = _PLAIN.get(raw.lower().rstrip(":"), "modify")
        example = "### 1. src/invoice.py" + (f" ({marker})" if marker != "modify" else "")
        notes.fail(
            line, f"the heading `{expression}` is not the path of a file",
            f"write one path alone, `{example}`, and what to do on the lines below it",
        )  # fmt: skip
    if not ticked and "," in raw:
        notes.fail(
            line,
            f"the heading `{expression}` has a comma",
            "one heading lists one path; put a path with a comma in back-ticks",
        )
    raw = _without_line(raw, notes, line)
    action, target, tail = _marker(raw, tail, notes, line)
    path = normalised(raw, notes, line)
    if action == "glob":
        refuse_wide_glob(path, notes, line)
    else:
        refuse_glob(path, notes, line)
    return Listed(path, action, _target(action, path, target, notes, line), tail)


def _split(expression: str) -> tuple[str, str, bool]:
    text = _GLUED.sub(r"\1 \2", expression.strip())
    if text.startswith("**") and text.find("**", 2) > 0:
        inside, _, rest = text[2:].partition("**")
        text = f"{inside}{rest}"
    found = spans(text)
    if found and found[0][0] == 0:
        inside, rest = found[0][2], text[found[0][1] :].strip()
        marked = _INNER.match(inside)
        return (marked[1], f"{marked[2]} {rest}".strip(), True) if marked else (inside, rest, True)
    if text[:1] in "\"'" and text.find(text[:1], 1) > 0:
        inside, _, rest = text[1:].partition(text[0])
        return inside, rest.strip(), True
    word, _, rest = text.partition(" ")
    glued = re.match(r"^(.*?[\w)\]])(:)$", word)
    if glued:
        return glued[1], f": {rest.strip()}".strip() if rest.strip() else "", False
    return word, rest.strip(), False


def _without_line(raw: str, notes: Notes, line: int) -> str:
    found = _LINE.search(raw)
    if not found or found.start() == 0:
        return raw
    notes.warn(line, f"the line number in `{raw}` is read as a remark; the heading lists the whole file")
    return raw[: found.start()]


def _marker(raw: str, tail: str, notes: Notes, line: int) -> tuple[Action, str, str]:
    action: Action = "modify"
    target = ""
    while tail:
        bracketed = _BRACKETED.match(tail)
        if bracketed is None:
            break
        text = next(part for part in bracketed.groups() if part is not None)
        for part in re.split(r"\s*[,;]\s*(?=(?:create|new|mode|chmod)\b)", text.strip()):
            action, target = _together((action, target), _one(part, raw, notes, line), part, notes, line)
        tail = tail[bracketed.end() :].strip()
    if not tail or tail == ":":
        return action, target, ""
    dash = _DASH.match(tail)
    if dash is None:
        notes.fail(line, f"`{tail}` stands behind the path `{raw}`", f"one heading lists one path; {_HINT}")
    remark = tail[dash.end() :].strip().rstrip(":")
    if action == "modify" and dash[0].strip() in ("->", "→", "=>"):
        return "rename", remark, ""
    if action == "modify" and (remark.lower() in _PLAIN or _LEAD.match(remark)):
        marker = _one(remark, raw, notes, line)
        return marker[0], marker[1], ""
    if remark:
        notes.warn(line, f"`{remark}` behind the path is read as a remark; put it below the heading")
    return action, target, remark


def _one(text: str, raw: str, notes: Notes, line: int) -> tuple[Action, str]:
    bare = " ".join(text.strip().strip("`*").rstrip(".!").split())
    lower = bare.lower()
    if lower in _PLAIN:
        return _PLAIN[lower], ""
    if _PLACE.match(bare):
        return "modify", ""
    renamed, linked = _RENAME.match(text.strip()), _SYMLINK.match(text.strip())
    if renamed or linked:
        target = (renamed or linked or [])[1]
        return "rename" if renamed else "symlink", target.strip().strip("`").strip()
    mode = _MODE.match(bare)
    if mode:
        return "mode", mode[1]
    shown = text.strip() or "()"
    return notes.fail(line, f"the marker `{shown}` behind `{raw}` is not one the guard knows", _HINT)


def _together(
    old: tuple[Action, str], new: tuple[Action, str], text: str, notes: Notes, line: int
) -> tuple[Action, str]:
    if old[0] == "modify":
        return new
    if new[0] == "modify" or new == old:
        return old
    if {old[0], new[0]} == {"create", "mode"}:
        return old if old[0] == "mode" else new
    return notes.fail(line, f"the marker `{text}` cannot be combined with ({old[0]})", "use one marker on a heading")


def _target(action: Action, path: str, target: str, notes: Notes, line: int) -> str:
    if action == "rename":
        other = normalised(target, notes, line, "new path of the rename")
        refuse_glob(other, notes, line)
        if other == path:
            notes.fail(line, f"`{path}` is renamed to itself", "write the new path: (rename to src/new_name.py)")
        return other
    if action == "symlink":
        return _link(path, target, notes, line)
    if action == "mode":
        wanted = {"+x": "755", "-x": "644"}.get(target, target[-3:])
        if wanted not in ("644", "755"):
            notes.fail(
                line, f"git keeps no file mode {target}", "write (mode 755) for executable or (mode 644) for not"
            )
        return wanted
    return ""


def _link(path: str, target: str, notes: Notes, line: int) -> str:
    """A symlink's target as written; refused when it is a hole, absolute, or leads out of the repository."""
    if hidden(target) or target.startswith(("/", "~", "<")) or "\\" in target:
        notes.fail(
            line,
            f"the symlink target {target!r} is absolute, a placeholder or unreadable",
            "write it relative to the link",
        )
    depth = path.count("/")
    for part in target.split("/"):
        depth += -1 if part == ".." else 0 if part in ("", ".") else 1
        if depth < 0:
            notes.fail(line, f"the symlink target `{target}` leads out of the repository", "link to a file inside it")
    return target
