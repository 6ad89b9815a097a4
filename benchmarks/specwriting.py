"""The spec an architect would have written for one commit: a heading for each file, blocks in several styles."""

from __future__ import annotations

import ast
import random
import re
import subprocess
from dataclasses import dataclass, field

LIMIT = 400_000
FENCES = {"py": "python", "pyi": "python", "rst": "rst", "md": "markdown", "toml": "toml", "yml": "yaml",
          "yaml": "yaml", "html": "html", "js": "js", "css": "css", "json": "json", "sh": "bash",
          "cfg": "ini"}  # fmt: skip
PAIRS = (("Replace", "with"), ("Replace this:", "with this:"), ("Before:", "After:"), ("Change", "to"),
         ("Find:", "and replace it with:"), ("Replace these lines", "by"))  # fmt: skip


class Unfit(Exception):
    """A commit that no spec of this format can describe: a link, a submodule, bytes that are no text."""


@dataclass(frozen=True)
class Hunk:
    """Lines [a0, a1) of the old text became lines [b0, b1) of the new one."""

    a0: int
    a1: int
    b0: int
    b1: int


@dataclass
class Changed:
    """One changed file. `action`: create, delete, modify, rename or mode; `old` and `new` its lines on both sides."""

    path: str
    action: str
    landed: str
    mode: str
    old: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    hunks: list[Hunk] = field(default_factory=list)
    blocks: list[Hunk] = field(default_factory=list)
    style: str = ""


def run(repo: str, *arguments: str) -> bytes:
    """The output of git on a repository; stops the benchmark when git fails."""
    return subprocess.run(["git", "-C", repo, *arguments], capture_output=True, check=True).stdout


def changed_files(repo: str, commit: str) -> list[Changed]:
    """The files a commit changes against its only parent, renames found."""
    raw = run(repo, "diff-tree", "-r", "-M", "--raw", "-z", "--no-commit-id", commit).decode("utf-8", "strict")
    parts = raw.split("\0")
    found, place = [], 0
    while place < len(parts) and parts[place]:
        old_mode, new_mode, old, new, status = parts[place].lstrip(":").split()
        path = parts[place + 1]
        landed = parts[place + 2] if status[0] in "RC" else path
        place += 3 if status[0] in "RC" else 2
        found.append(_changed(repo, (old_mode, new_mode), (old, new), status, path, landed))
    return found


def _changed(repo: str, modes: tuple[str, str], oids: tuple[str, str], status: str, path: str, landed: str) -> Changed:
    if {*modes} - {"000000", "100644", "100755"} or status[0] not in "AMDR":
        raise Unfit("a link, a submodule or another kind of file")
    if not re.fullmatch(r"[\w./+-]+", path + landed):
        raise Unfit("an unusual path")
    action = {"A": "create", "D": "delete", "M": "modify", "R": "rename"}[status[0]]
    one = Changed(path, action, landed, modes[1] if action != "delete" else modes[0])
    one.old = _lines(repo, oids[0], action != "create")
    one.new = _lines(repo, oids[1], action != "delete")
    if action in ("modify", "rename") and modes[0] != modes[1]:
        if action == "rename" or one.old != one.new:
            raise Unfit("mode and content at once")
        one.action = "mode"
    if action in ("modify", "rename") and one.old != one.new:
        one.hunks = _hunks(repo, *oids)
    if path.endswith(".py") and not (_parses(one.old) and _parses(one.new)):
        raise Unfit("Python that this version cannot read")
    if action == "modify" and one.action != "mode" and not one.hunks:
        raise Unfit("only line ends change")
    return one


def _parses(lines: list[str]) -> bool:
    try:
        ast.parse("\n".join(lines))
    except (SyntaxError, ValueError):
        return False
    return True


def _lines(repo: str, oid: str, there: bool) -> list[str]:
    if not there:
        return []
    data = run(repo, "cat-file", "blob", oid)
    if b"\0" in data or len(data) > LIMIT:
        raise Unfit("bytes that are no text, or too many")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Unfit("bytes that are no text") from None
    return text.removesuffix("\n").split("\n") if text else []


def _hunks(repo: str, old: str, new: str) -> list[Hunk]:
    text = run(repo, "diff", "-U0", "--no-color", "--no-ext-diff", "--no-textconv", old, new).decode("utf-8", "replace")
    found = []
    for match in re.finditer(r"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", text, re.MULTILINE):
        a, b = int(match[1]), int(match[3])
        count, other = (int(match[place]) if match[place] else 1 for place in (2, 4))
        a0, b0 = a - (count > 0), b - (other > 0)
        found.append(Hunk(a0, a0 + count, b0, b0 + other))
    return found


def written(files: list[Changed], draw: random.Random) -> str:
    """The whole spec; notes in every file which hunks its blocks cover, and in which style."""
    parts = ["TASK T-1: carry out the edits below\n", "CHANGES TO MAKE:"]
    for number, one in enumerate(files, 1):
        marker = {"modify": "", "rename": f" (rename to {one.landed})", "mode": f" (mode {one.mode[-3:]})"}
        shown = marker.get(one.action, f" ({one.action}, mode 755)" if _executable(one) else f" ({one.action})")
        if one.action == "create" and not _executable(one) and draw.random() < 0.2:
            shown = ""
        parts += [f"### {number}. {one.path}{shown}", *_body(one, draw), ""]
    parts += ["VERIFY:", "python -m pytest -q", "If it fails, do NOT broaden a test; STOP and report.", ""]
    parts += ["CONSTRAINTS:", "- Edit ONLY the listed files.", "- Do NOT add features beyond what's specified."]
    return "\n".join(parts) + "\n"


def _executable(one: Changed) -> bool:
    return one.action == "create" and one.mode == "100755"


def _body(one: Changed, draw: random.Random) -> list[str]:
    if one.action == "delete" or one.action == "mode":
        return []
    if one.action == "create" or not one.old:
        return _whole(one, draw)
    if not one.hunks:
        return []
    styles = ["pairs", "pairs", "diff", "definitions"] if one.path.endswith(".py") else ["pairs", "pairs", "diff"]
    one.style = draw.choice(styles)
    if one.style == "diff":
        return _diff(one, draw)
    if one.style == "definitions":
        return _definitions(one, draw)
    one.blocks = widened(one.hunks, one.old, one.new, draw.randint(1, 3))
    return [line for hunk in one.blocks for line in _pair(one, hunk, draw)]


def _fence(one: Changed, lines: list[str], draw: random.Random) -> list[str]:
    text = "\n".join(lines)
    longest = max((len(ticks) for ticks in re.findall(r"`{3,}", text)), default=2)
    language = FENCES.get(one.landed.rpartition(".")[2], "") if draw.random() < 0.8 else ""
    mark = "`" * (longest + 1)
    return [f"{mark}{language}", *lines, mark]


def _whole(one: Changed, draw: random.Random) -> list[str]:
    """A new file in one block, or a Python one now and then in several, cut before top-level definitions."""
    one.style, one.blocks = "whole", [Hunk(0, len(one.old), 0, len(one.new))]
    if not "".join(one.new).strip():
        one.blocks = []
        return ["An empty file."]
    tops = [span for span in spans(one.new) if "." not in span[0]] if one.path.endswith(".py") else []
    if len(tops) < 2 or draw.random() < 0.6:
        return [draw.choice(("The whole file:", "Write:", "")), *_fence(one, one.new, draw)]
    cut = draw.choice(tops[1:])[1]
    one.style = "whole in parts"
    return ["Write:", *_fence(one, one.new[:cut], draw), "", "and then:", *_fence(one, one.new[cut:], draw)]


def _pair(one: Changed, hunk: Hunk, draw: random.Random) -> list[str]:
    old, new = one.old[hunk.a0 : hunk.a1], one.new[hunk.b0 : hunk.b1]
    if not "".join(new).strip():
        return [draw.choice(("Remove:", "Delete these lines:")), *_fence(one, old, draw), ""]
    first, second = draw.choice(PAIRS)
    return [first, *_fence(one, old, draw), second, *_fence(one, new, draw), ""]


def _diff(one: Changed, draw: random.Random) -> list[str]:
    one.blocks = widened(one.hunks, one.old, one.new, draw.randint(1, 3), unique=draw.random() < 0.7)
    lines = [f"--- a/{one.path}", f"+++ b/{one.landed}"] if draw.random() < 0.5 and one.action != "rename" else []
    for block in one.blocks:
        lines.append(f"@@ -{block.a0 + 1},{block.a1 - block.a0} +{block.b0 + 1},{block.b1 - block.b0} @@")
        at = block.a0
        for hunk in (hunk for hunk in one.hunks if block.a0 <= hunk.a0 and hunk.a1 <= block.a1):
            lines += [f" {line}" for line in one.old[at : hunk.a0]]
            lines += [f"-{line}" for line in one.old[hunk.a0 : hunk.a1]]
            lines += [f"+{line}" for line in one.new[hunk.b0 : hunk.b1]]
            at = hunk.a1
        lines += [f" {line}" for line in one.old[at : block.a1]]
    longest = max((len(ticks) for ticks in re.findall(r"`{3,}", "\n".join(lines))), default=2)
    return ["Apply:", f"{'`' * (longest + 1)}diff", *lines, "`" * (longest + 1)]


def widened(hunks: list[Hunk], old: list[str], new: list[str], context: int, *, unique: bool = True) -> list[Hunk]:
    """Hunks with lines of context, joined where they meet, widened until the old text stands in the file once."""
    found = hunks
    for hunk in hunks:
        found = _joined([*found, _wider(hunk, old, new, context)])
    while unique:
        vague = [hunk for hunk in found if _places(old[hunk.a0 : hunk.a1], old) > 1 and hunk.a1 - hunk.a0 < len(old)]
        if not vague:
            break
        found = _joined([*found, *(_wider(hunk, old, new, 1) for hunk in vague)])
    return found


def _wider(hunk: Hunk, old: list[str], new: list[str], count: int) -> Hunk:
    above, below = min(count, hunk.a0, hunk.b0), min(count, len(old) - hunk.a1, len(new) - hunk.b1)
    return Hunk(hunk.a0 - above, hunk.a1 + below, hunk.b0 - above, hunk.b1 + below)


def _joined(hunks: list[Hunk]) -> list[Hunk]:
    found: list[Hunk] = []
    for hunk in sorted(hunks, key=lambda one: (one.a0, one.b0)):
        last = found[-1] if found else None
        if last is not None and hunk.a0 <= last.a1 and hunk.b0 <= last.b1:
            found[-1] = Hunk(last.a0, max(last.a1, hunk.a1), last.b0, max(last.b1, hunk.b1))
        else:
            found.append(hunk)
    return found


def _places(needle: list[str], hay: list[str]) -> int:
    """How often whole lines stand in a text; blank ones say nothing, so they count as often as can be."""
    if not "".join(needle).strip():
        return 2
    size = len(needle)
    return sum(hay[at : at + size] == needle for at in range(len(hay) - size + 1))


Span = tuple[str, int, int, str]


def spans(lines: list[str]) -> list[Span]:
    """(dotted name, first line, one past the last, kind) of every definition; nothing when the text does not parse."""
    try:
        tree = ast.parse("\n".join(lines))
    except (SyntaxError, ValueError):
        return []
    found: list[Span] = []
    _walk(tree, "", found)
    return found


def _walk(node: ast.AST, scope: str, found: list[Span]) -> None:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        name = f"{scope}.{child.name}".lstrip(".")
        start = min([child.lineno, *(one.lineno for one in child.decorator_list)]) - 1
        kind = "class" if isinstance(child, ast.ClassDef) else "function"
        found.append((name, start, child.end_lineno or start + 1, kind))
        if kind == "class":
            _walk(child, name, found)


def _definitions(one: Changed, draw: random.Random) -> list[str]:
    """Whole definitions where hunks lie in one or are new ones; pairs of lines for the rest."""
    old, new = spans(one.old), spans(one.new)
    names = [span[0] for span in (*old, *new)]
    rest: list[Hunk] = []
    parts: dict[Hunk, list[str]] = {}
    for hunk in one.hunks:
        slid = _slid(hunk, one, new)
        added = _added(slid, new, one.new)
        inside = _around(hunk, old, new)
        if added:
            parts[slid] = _addition(one, added, slid, draw)
        elif inside and names.count(inside[0][0]) == 2:
            (_, a0, a1, _), (_, b0, b1, _) = inside
            parts[Hunk(a0, a1, b0, b1)] = _redefinition(one, *inside, draw)
        else:
            rest.append(hunk)
    parts = {hunk: part for hunk, part in parts.items() if not any(_holds(other, hunk) for other in parts)}
    outside = widened(rest, one.old, one.new, draw.randint(1, 2))
    if any(_meet(a, b) for a in outside for b in parts):
        one.style = "pairs"
        one.blocks = widened(one.hunks, one.old, one.new, 2)
        return [line for hunk in one.blocks for line in _pair(one, hunk, draw)]
    one.blocks = [*parts, *outside]
    return [line for part in parts.values() for line in part] + [
        line for hunk in outside for line in _pair(one, hunk, draw)
    ]


def _holds(outer: Hunk, inner: Hunk) -> bool:
    return outer != inner and outer.a0 <= inner.a0 and inner.a1 <= outer.a1 and outer.b0 <= inner.b0 <= outer.b1


def _meet(a: Hunk, b: Hunk) -> bool:
    return (a.a0 < b.a1 and b.a0 < a.a1) or (a.b0 < b.b1 and b.b0 < a.b1)


def _slid(hunk: Hunk, one: Changed, new: list[Span]) -> Hunk:
    """The same insertion, moved down over equal lines until it begins with a definition."""
    if hunk.a0 != hunk.a1:
        return hunk
    starts = {span[1] for span in new}
    moved = hunk
    while moved.b1 < len(one.new) and moved.a0 < len(one.old):
        first = next((at for at in range(moved.b0, moved.b1) if one.new[at].strip()), moved.b0)
        if first in starts:
            return moved
        if one.new[moved.b0] != one.new[moved.b1]:
            break
        moved = Hunk(moved.a0 + 1, moved.a1 + 1, moved.b0 + 1, moved.b1 + 1)
    return hunk


def _added(hunk: Hunk, new: list[Span], lines: list[str]) -> list[Span]:
    """The new definitions that an insertion consists of, blank lines aside; empty when it holds anything else."""
    if hunk.a0 != hunk.a1:
        return []
    full = {at for at in range(hunk.b0, hunk.b1) if lines[at].strip()}
    found: list[Span] = []
    for span in sorted(new, key=lambda one: (one[1], -one[2])):
        if hunk.b0 <= span[1] and span[2] <= hunk.b1 and not any(o[1] <= span[1] and span[2] <= o[2] for o in found):
            found.append(span)
    return found if found and full <= {at for span in found for at in range(span[1], span[2])} else []


def _addition(one: Changed, added: list[Span], hunk: Hunk, draw: random.Random) -> list[str]:
    scope, _, name = added[0][0].rpartition(".")
    at_end = not "".join(one.new[added[-1][2] :]).strip()
    words = [f"Add the {added[0][3]} `{name}`:", "Add:", f"Insert `{name}` here:"]
    words = ["Append:", "Append at the end:"] if at_end and not scope else words
    if scope:
        words = [f"Add to the class `{scope.rpartition('.')[2]}`:", f"Add the method `{name}`:"]
    lines = one.new[added[0][1] : added[-1][2]]
    return [draw.choice(words), *_fence(one, lines, draw), ""]


def _around(hunk: Hunk, old: list[Span], new: list[Span]) -> tuple[Span, Span] | None:
    """The innermost definition that holds a hunk on both sides under one name."""
    before = [span for span in old if span[1] <= hunk.a0 and hunk.a1 <= span[2] and span[1] < max(hunk.a1, hunk.a0 + 1)]
    after = {span[0]: span for span in new if span[1] <= hunk.b0 and hunk.b1 <= span[2]}
    inner = [span for span in before if span[0] in after and hunk.a0 < span[2]]
    return (inner[-1], after[inner[-1][0]]) if inner else None


def _redefinition(one: Changed, before: Span, after: Span, draw: random.Random) -> list[str]:
    new = one.new[after[1] : after[2]]
    name = after[0].rpartition(".")[2]
    if draw.random() < 0.5 and after[3] == "function":
        return [draw.choice((f"Replace `{name}` with:", f"`{name}` becomes:")), *_fence(one, new, draw), ""]
    first, second = draw.choice(PAIRS)
    return [first, *_fence(one, one.old[before[1] : before[2]], draw), second, *_fence(one, new, draw), ""]
