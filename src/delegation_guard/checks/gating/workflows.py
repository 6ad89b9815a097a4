"""When a CI workflow runs, on what, and what waits for it, as far as its jobs check something."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from delegation_guard.checks.gating.commands import gates
from delegation_guard.checks.gating.effects import Sides, effects
from delegation_guard.checks.gating.facts import Weakness
from delegation_guard.checks.gating.sources import CI, YAML, document, runs_of
from delegation_guard.languages.config.node import Node, entries, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delegation_guard.checks.gating.facts import Side
    from delegation_guard.model.finding import Certainty

_DOCS = re.compile(
    r"\.(md|rst|txt|adoc|png|svg|jpg|gif)$|^docs?/|/docs?/|LICENSE|\.gitignore|CODEOWNERS|"
    r"\.github/ISSUE|CHANGELOG|README|\.editorconfig|\.vscode",
    re.I,
)
_SHARD = re.compile(r"shard|group|split|index|chunk|partition|container|node_index|slice|part$", re.I)
_SYSTEM = re.compile(r"(ubuntu|windows|macos|osx|linux)", re.I)
_TRAVIS = ("python", "node_js", "go", "rvm", "php", "jdk", "os", "rust", "env")


def workflows_lost(base: Side, head: Side, paths: list[str]) -> Iterator[Weakness]:
    """What the changed workflows narrow around their commands."""
    for path in paths:
        if not CI.search(path):
            continue
        old, new = document(base, path, YAML), document(head, path, YAML)
        if old is None or new is None or not gates(runs_of(base, path)):
            continue
        if ".github/" in path or ".gitea/" in path or ".forgejo/" in path:
            yield from _triggers(path, old, new)
            yield from _needs(path, old, new, base)
        yield from _matrices(path, old, new, head)
        yield from _members_of_workflows(path, old, new, base)
        yield from _allowed_failures(path, old, new)
        yield from _environment(path, old, new)


def _events(root: Node) -> dict[str, Node]:
    found = root.get("on") or root.get("True") or root.get("true")
    if found is None:
        return {}
    if found.table:
        return dict(found.table)
    return {item.text: Node(None, item.line) for item in (found.items or (found,))}


def _triggers(path: str, old: Node, new: Node) -> Iterator[Weakness]:
    before, after = _events(old), _events(new)
    if not before:
        return
    automatic = {"push", "pull_request", "pull_request_target", "merge_group"}
    for event in [name for name in before if name in automatic and name not in after]:
        left = automatic & set(after)
        moved = (
            event.startswith("pull_request")
            and "pull_request_target" in after
            or event == "pull_request_target"
            and "pull_request" in after
        )
        free = any(not _filtered(after[name]) for name in left)
        if moved:
            continue
        certainty: Certainty = (
            "doubtful" if left and (free or event == "merge_group") or (event == "push" and left) else "sure"
        )
        yield Weakness(
            "ci-narrowed",
            f"this workflow no longer runs on `{event}`",
            path,
            before[event].line,
            "base",
            event,
            ", ".join(after),
            certainty,
        )
    for event in before:
        if event in after and event in automatic:
            yield from _filters(path, event, before[event], after[event])


def _filtered(event: Node) -> bool:
    return any(event.get(key) is not None for key in ("branches", "paths", "paths-ignore", "branches-ignore", "tags"))


def _filters(path: str, event: str, old: Node, new: Node) -> Iterator[Weakness]:
    for key in ("branches", "paths", "types", "tags"):
        before, after = ([text for text, _ in entries(node.get(key), "")] for node in (old, new))
        if key in ("types", "tags") and not (before and key == "types"):
            continue
        missing = [item for item in before if item not in after and not any(_covers(other, item) for other in after)]
        if after and (missing or not before) and not _renamed(before, after):
            wide = not before and any(item in ("**", "*") for item in after)
            if not wide:
                certainty: Certainty = (
                    "doubtful" if (key == "branches" and not before and event == "push") or key == "types" else "sure"
                )
                node = new.get(key)
                text = f"`{event}` is limited to the {key} `{', '.join(after)}`"
                yield Weakness(
                    "ci-narrowed",
                    text,
                    path,
                    node.line if node else new.line,
                    "head",
                    ", ".join(before),
                    ", ".join(after),
                    certainty,
                )
    for key in ("branches-ignore", "paths-ignore"):
        before, after = ([text for text, _ in entries(node.get(key), "")] for node in (old, new))
        added = [item for item in after if item not in before and not (key == "paths-ignore" and _DOCS.search(item))]
        if added:
            node = new.get(key)
            certainty = (
                "doubtful"
                if key == "branches-ignore" and re.search(r"dependabot|renovate|gh-pages|release|docs", " ".join(added))
                else "sure"
            )
            yield Weakness(
                "ci-narrowed",
                f"`{event}` leaves out the {key.partition('-')[0]} `{', '.join(added)}`",
                path,
                node.line if node else 0,
                "head",
                ", ".join(before),
                ", ".join(after),
                certainty,
            )


def _covers(pattern: str, item: str) -> bool:
    return pattern in ("**", "*") or (pattern.endswith("**") and item.startswith(pattern[:-2]))


def _renamed(before: list[str], after: list[str]) -> bool:
    gone, come = set(before) - set(after), set(after) - set(before)
    return (
        bool(gone)
        and len(gone) == len(come)
        and not any(one.startswith(other.rstrip("*")) for one in come for other in gone)
    )


def _needs(path: str, old: Node, new: Node, base: Side) -> Iterator[Weakness]:
    jobs, now = old.get("jobs"), new.get("jobs")
    if jobs is None or now is None:
        return
    checking = {gate.run.place for gate in gates(runs_of(base, path))}
    for name, job in jobs.table.items():
        if name not in now.table:
            continue
        before = {text for text, _ in entries(job.get("needs"))}
        yield from _regardless(path, name, job, now.table[name], before & checking)
        after = _reached(now, name)
        for gone in sorted(before - after):
            if gone in now.table and gone in checking:
                node = now.table[name].get("needs") or now.table[name]
                yield Weakness(
                    "ci-narrowed",
                    f"`{name}` no longer waits for `{gone}`",
                    path,
                    node.line,
                    "head",
                    ", ".join(sorted(before)),
                    ", ".join(sorted(after)),
                )


def _regardless(path: str, name: str, old: Node, new: Node, waits: set[str]) -> Iterator[Weakness]:
    """A job that waited for checks to pass and now runs whatever came of them."""
    now, was = new.get("if"), old.get("if")
    text = now.text if now is not None else ""
    anyway = re.search(r"always\(\)|!\s*cancelled\(\)|failure\(\)", text) and not re.search(r"result|success", text)
    if now is not None and anyway and waits and (was is None or was.text != text) and not _reports(name, new):
        said = f"`{name}` runs even if `{', '.join(sorted(waits))}` failed: `if: {text}`"
        yield Weakness("ci-narrowed", said, path, now.line, "head", was.text if was is not None else "", text)


def _reports(name: str, job: Node) -> bool:
    return bool(
        re.search(r"report|notify|cleanup|clean|summary|result|status|slack|upload|collect|coverage", name, re.I)
    )


def _reached(jobs: Node, name: str) -> set[str]:
    found: set[str] = set()
    waiting = [name]
    while waiting:
        job = jobs.table.get(waiting.pop())
        for text, _ in entries(job.get("needs") if job is not None else None):
            if text not in found:
                found.add(text)
                waiting.append(text)
    return found


def _matrices(path: str, old: Node, new: Node, head: Side) -> Iterator[Weakness]:
    before, after = dict(_axes(old, ())), dict(_axes(new, ()))
    if path.endswith((".travis.yml", ".travis.yaml")):
        for root, axes in ((old, before), (new, after)):
            axes.update({(key,): root.table[key] for key in _TRAVIS if key in root.table and root.table[key].items})
    for keys, node in before.items():
        now = after.get(keys)
        if keys[-1] == "exclude" or now is None:
            continue
        lost = [item for item in _members(node) if item not in _members(now)]
        come = [item for item in _members(now) if item not in _members(node)]
        certainty = _axis(keys[-1], lost, come, now, head.text(path) or "")
        if lost and certainty is not None:
            shown = ", ".join(str(item) for item in lost)
            yield Weakness(
                "ci-narrowed",
                f"the matrix `{keys[-1]}` no longer holds {shown}",
                path,
                now.line,
                "head",
                _shown(node),
                _shown(now),
                certainty,
            )
    for keys, node in after.items():
        if keys[-1] == "exclude":
            known = _members(before[keys]) if keys in before else []
            for item in node.items:
                if plain(item) not in known:
                    yield Weakness(
                        "ci-narrowed",
                        f"the matrix leaves out {_shown(item)}",
                        path,
                        item.line,
                        "head",
                        "",
                        _shown(item),
                    )


def _members(node: Node) -> list[object]:
    return [plain(item) for item in node.items]


def _shown(node: Node) -> str:
    return str(plain(node)).replace("'", "")


def _axes(node: Node, keys: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Node]]:
    if node.items:
        for item in node.items:
            if item.table:
                yield from _axes(item, keys)
        return
    for key, value in node.table.items():
        inside = "matrix" in keys
        if inside and value.items:
            yield (*keys, key), value
        else:
            yield from _axes(value, (*keys, key))


def _axis(name: str, lost: list[object], come: list[object], now: Node, text: str) -> Certainty | None:
    """How certain it is that a shorter axis checks less; None when versions moved on or shards were counted anew."""
    if not lost:
        return None
    if _SHARD.search(name):
        count = len(now.items)
        total = re.search(rf"(/|--(?:shards|splits|total|group-count|parts)[= ]|total\w*:\s*\[?)\s*{count}\b", text)
        return None if total else "sure"
    systems = [
        {match.group(1).lower() for item in items if (match := _SYSTEM.search(str(item)))}
        for items in (lost, [*come, *_members(now)])
    ]
    if systems[0]:
        return "sure" if systems[0] - systems[1] else None
    numbers = [[_version(item) for item in items] for items in (lost, come, _members(now))]
    if all(numbers[0]) and all(numbers[1]) and come and max(numbers[1]) > max(numbers[0]):
        return None if len(come) >= len(lost) or len(now.items) > 1 else "doubtful"
    if all(numbers[0]) and all(numbers[2]) and len(now.items) > 1 and numbers[2] and max(numbers[0]) < min(numbers[2]):
        return "doubtful"  # the oldest versions were given up
    return "sure"


def _version(item: object) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", str(item)))


def _members_of_workflows(path: str, old: Node, new: Node, base: Side) -> Iterator[Weakness]:
    """Jobs that stand in the file but in no workflow (CircleCI)."""
    before, after = (_listed_jobs(root) for root in (old, new))
    checking = {gate.run.place for gate in gates(runs_of(base, path))}
    jobs = new.get("jobs")
    for name in sorted(set(before) - set(after)):
        if after and name in checking and jobs is not None and name in jobs.table:
            yield Weakness("ci-narrowed", f"`{name}` is in no workflow any more", path, before[name], "base", name, "")


def _listed_jobs(root: Node) -> dict[str, int]:
    workflows = root.get("workflows")
    found = {}
    for workflow in (workflows.table if workflows is not None else {}).values():
        jobs = workflow.get("jobs")
        for job in jobs.items if jobs is not None else ():
            for name, line in (
                [(job.text, job.line)] if job.text else [(key, value.line) for key, value in job.table.items()]
            ):
                found[name] = line
    return found


def _allowed_failures(path: str, old: Node, new: Node) -> Iterator[Weakness]:
    """Entries of a matrix that may fail (Travis, AppVeyor)."""
    for keys in (("matrix", "allow_failures"), ("jobs", "allow_failures")):
        before, after = old.get(*keys), new.get(*keys)
        known = _members(before) if before is not None else []
        for item in after.items if after is not None else ():
            if plain(item) not in known:
                yield Weakness(
                    "failure-ignored",
                    f"{_shown(item)} may fail without consequence",
                    path,
                    item.line,
                    "head",
                    "",
                    _shown(item),
                )


def _environment(path: str, old: Node, new: Node) -> Iterator[Weakness]:
    """Variables that give options to the tools of a workflow."""
    before, after = (dict(_variables(root, False)) for root in (old, new))
    for name, node in after.items():
        was = before.get(name)
        if name == "PYTEST_ADDOPTS":
            arguments = tuple(was.text.split()) if was is not None else ()
            for effect in effects("pytest", arguments, tuple(node.text.split()), Sides()):
                yield Weakness(
                    effect.rule,
                    f"`{name}`: pytest {effect.text}",
                    path,
                    node.line,
                    "head",
                    " ".join(arguments),
                    node.text,
                    effect.certainty,
                )
        elif _SWITCH.match(f"{name}={node.text}") and (was is None or was.text != node.text):
            said = f"`{name}: {node.text}` switches commit hooks off"
            yield Weakness("hook-bypassed", said, path, node.line, "head", "", node.text, "doubtful")
    for name, node in before.items():
        now = after.get(name)
        if (
            name in ("RUSTFLAGS", "RUSTDOCFLAGS", "CFLAGS", "CXXFLAGS")
            and _STRICT.search(node.text)
            and not (now is not None and _STRICT.search(now.text))
        ):
            yield Weakness(
                "types-relaxed",
                f"`{name}` no longer turns warnings into errors",
                path,
                now.line if now is not None else node.line,
                "head" if now is not None else "base",
                node.text,
                now.text if now is not None else "",
            )


def _variables(node: Node, inside: bool) -> Iterator[tuple[str, Node]]:
    for item in node.items:
        yield from _variables(item, inside)
    for key, value in node.table.items():
        if inside and not value.table and not value.items:
            yield key, value
        else:
            yield from _variables(value, inside or key in ("env", "environment", "variables"))


_SWITCH = re.compile(r"SKIP=|(HUSKY|LEFTHOOK)=0|PRE_COMMIT_ALLOW_NO_CONFIG=")
_STRICT = re.compile(r"-D\s*warnings|-Dwarnings|-Werror")
