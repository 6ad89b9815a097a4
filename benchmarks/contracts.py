"""Real commits as deliveries of specs written for exactly them, and the same deliveries with one violation each.

    python benchmarks/contracts.py REPO... [--count N] [--seed N] [--jobs N] [--rows FILE] [--keep FOLDER]

For N drawn commits with one parent that change 1 to 12 text files a spec is made up (benchmarks/specwriting.py), and
the commit is judged against it as `check --spec` does. Every block is a false one, but those of `guard/*`, which
protects workflows and hook files whatever a spec says: they are counted apart. Then each delivery that passes is
judged again as a formatter would leave it, which must pass, and with one violation after the other planted into it
(benchmarks/violations.py): each must be blocked.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from history import candidates
from specwriting import Changed, Unfit, changed_files, run, written
from timing import keep
from violations import FORMATTED, IN_LISTED, KINDS, SPEC, UNLISTED, reformatted

from delegation_guard import gather
from delegation_guard.engine import judge
from delegation_guard.errors import GuardError
from delegation_guard.repo.repository import Repository

TODAY = "2026-01-01"
FAMILIES = ("scope", "fidelity", "tests", "guard", "spec", "gates")
SPEC_PATH = ".delegation/specs/T-1.md"
Row = dict[str, object]
Commit = tuple[str, dict[str, bytes | None]]


def scratch(repo: str, folder: str) -> str:
    """A repository that borrows every object of another one and keeps what is written to it for itself."""
    target = f"{folder}/scratch"
    subprocess.run(["git", "init", "-q", "--bare", target], check=True)
    objects = run(repo, "rev-parse", "--git-path", "objects").decode().strip()
    alternates = Path(target, "objects/info/alternates")
    alternates.write_text(f"{Path(repo, objects).resolve()}\n", encoding="utf-8")
    return target


def committed(repo: str, commits: dict[str, Commit], modes: dict[str, str]) -> dict[str, str]:
    """Commits by name: each (parent: a name or an id, {path: bytes or None}) on top of its parent.

    `modes`: of the paths whose mode is not that of an ordinary file.
    """
    parts: list[bytes] = []
    marks = {name: number for number, name in enumerate(commits, 1)}
    for name, (parent, files) in commits.items():
        start = f":{marks[parent]}" if parent in marks else parent
        parts.append(
            f"commit refs/heads/case{marks[name]}\nmark :{marks[name]}\ncommitter A <a@example.invalid> 0 +0000\n"
            f"data 1\nx\nfrom {start}\n".encode()
        )
        for path, data in files.items():
            if data is None:
                parts.append(f"D {path}\n".encode())
            else:
                parts.append(f"M {modes.get(path, '100644')} inline {path}\ndata {len(data)}\n".encode() + data + b"\n")
    subprocess.run(
        ["git", "-C", repo, "fast-import", "--quiet", "--force"], input=b"".join(parts), capture_output=True, check=True
    )
    ids = run(repo, "for-each-ref", "--format=%(refname:short) %(objectname)", "refs/heads").decode().split()
    found = dict(zip(ids[::2], ids[1::2], strict=True))
    return {name: found[f"case{number}"] for name, number in marks.items()}


def verdict(repo: Repository, base: str, head: str, spec: str) -> Row:
    """How `check --spec SPEC BASE..HEAD` ends: exit code, blocking rules with their messages, crashes."""
    try:
        inputs, policy = gather.commit_range(repo, f"{base}..{head}", spec=spec, families=FAMILIES)
        report = judge(inputs, policy, TODAY)
    except GuardError as error:
        return {"code": 2, "rules": [], "said": [f"{error} {error.hint}"]}
    blocking = [one for one in report.rulings if one.blocks]
    said = [f"{one.finding.rule} {one.finding.location.path}:{one.finding.location.line} {one.finding.message}"
            for one in blocking]  # fmt: skip
    said += [f"crash in {crash.check}: {crash.detail}" for crash in report.crashes]
    said += [f"not analysed: {one.path}: {one.why}" for one in report.not_analysed]
    code = report.exit_code
    return {"code": code, "rules": sorted({one.finding.rule for one in blocking}), "said": said if code else []}


def judged(repo_path: str, commits: list[str], seed: int, folder: str | None) -> list[Row]:
    """A row a commit: why it is unfit, or its honest verdict and one for each violation that fits."""
    rows: list[Row] = []
    for commit in commits:
        with tempfile.TemporaryDirectory() as place:
            draw = random.Random(f"{seed}:{commit}")
            try:
                files = changed_files(repo_path, commit)
                if not 1 <= len(files) <= 12:
                    raise Unfit("no file, or more than twelve")
                spec = written(files, draw)
                rows.append(_case(repo_path, commit, files, spec, draw, place))
                if folder:
                    Path(folder, f"{commit[:10]}.md").write_text(spec, encoding="utf-8")
            except (Unfit, UnicodeDecodeError) as error:
                rows.append({"commit": commit, "unfit": str(error)[:60]})
    return rows


def _case(repo_path: str, commit: str, files: list[Changed], spec: str, draw: random.Random, place: str) -> Row:
    named = Path(place, "T-1.md")
    named.write_text(spec, encoding="utf-8")
    target = scratch(repo_path, place)
    repo = Repository.find(target)
    base = run(repo_path, "rev-parse", f"{commit}^").decode().strip()
    honest = verdict(repo, base, commit, str(named))
    row: Row = {"commit": commit, "styles": sorted({one.style for one in files if one.style}), "honest": honest}
    if honest["code"]:
        return row
    planted = _planted(repo_path, commit, files, draw)
    honest_files = {path: _data(repo_path, commit, path) for one in files for path in (one.path, one.landed)}
    commits: dict[str, Commit] = {name: (commit, changes) for name, changes in planted.items()}
    commits["with spec"] = (base, {SPEC_PATH: spec.encode()})
    wider = spec.replace("CONSTRAINTS:", draw.choice(("CONSTRAINTS:\n- Helpers are welcome.", "NOTES:")))
    commits[SPEC] = ("with spec", {**honest_files, SPEC_PATH: wider.encode()})
    ids = committed(target, commits, _executables(repo_path, commit))
    row["planted"] = {
        name: verdict(repo, ids["with spec"] if name == SPEC else base, ids[name], str(named))
        for name in (*KINDS, FORMATTED) if name in ids
    }  # fmt: skip
    row["paths"] = {name: _shown(repo_path, commit, changes) for name, changes in planted.items()}
    return row


def _planted(repo: str, commit: str, files: list[Changed], draw: random.Random) -> dict[str, dict[str, bytes | None]]:
    found: dict[str, dict[str, bytes | None]] = {}
    for name, plant in {**IN_LISTED, FORMATTED: reformatted}.items():
        changes = plant(files, draw)
        if changes:
            found[name] = {path: "".join(f"{line}\n" for line in lines).encode() for path, lines in changes.items()}
    listed = {path for one in files for path in (one.path, one.landed)}
    others = [path for path in run(repo, "ls-tree", "-r", "--name-only", "-z", commit).decode().split("\0") if path]
    others = [path for path in others if path not in listed and path.rpartition(".")[2] in ("py", "rst", "md", "toml")]
    if others:
        path = draw.choice(others)
        found[UNLISTED] = {path: (_data(repo, commit, path) or b"") + b"\n# done\n"}
    return found


def _executables(repo: str, commit: str) -> dict[str, str]:
    entries = run(repo, "ls-tree", "-r", "-z", commit).decode("utf-8", "replace").split("\0")
    return {entry.partition("\t")[2]: "100755" for entry in entries if entry.startswith("100755")}


def _data(repo: str, commit: str, path: str) -> bytes | None:
    done = subprocess.run(["git", "-C", repo, "cat-file", "blob", f"{commit}:{path}"], capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else None


def _shown(repo: str, commit: str, changes: dict[str, bytes | None]) -> list[str]:
    """The lines a violation removes and adds, for whoever reads the misses."""
    found = []
    for path, data in changes.items():
        old = (_data(repo, commit, path) or b"").decode("utf-8", "replace").split("\n")
        new = (data or b"").decode("utf-8", "replace").split("\n")
        start = next((at for at, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), 0)
        size = max(0, min(len(old), len(new)) - start - 1)
        same = next((at for at in range(size) if old[-1 - at] != new[-1 - at]), size)
        found.append(f"{path}:{start + 1}")
        found += [f"- {line}" for line in old[start : len(old) - same]][:20]
        found += [f"+ {line}" for line in new[start : len(new) - same]][:20]
    return found


def drawn(repo: str, arguments: argparse.Namespace) -> list[Row]:
    """The rows of as many fit commits as were asked for, in drawn order."""
    commits, _ = candidates(repo)
    random.Random(arguments.seed).shuffle(commits)
    chunks = [commits[at : at + 10] for at in range(0, len(commits), 10)]
    rows: list[Row] = []
    with ProcessPoolExecutor(arguments.jobs) as pool:
        for at in range(0, len(chunks), arguments.jobs):
            part = chunks[at : at + arguments.jobs]
            size = len(part)
            for found in pool.map(judged, [repo] * size, part, [arguments.seed] * size, [arguments.keep] * size):
                rows += found
            fit = sum("unfit" not in row for row in rows)
            print(f"\r{fit}/{arguments.count}", end="", file=sys.stderr, flush=True)
            if fit >= arguments.count:
                break
    print(file=sys.stderr)
    return rows


def table(rows: dict[str, list[Row]]) -> str:
    """Honest deliveries by repository, then violations by kind."""
    lines = ["| repository | specs | false blocks | share | only guard/* blocks | unfit commits |",
             "|---|---:|---:|---:|---:|---:|"]  # fmt: skip
    caught: Counter[str] = Counter()
    planted: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    sums = [0, 0, 0, 0]
    for name, found in rows.items():
        fit = [row["honest"] for row in found if "unfit" not in row]
        blocked = [one for one in fit if one["code"]]  # type: ignore[index]
        guard = [one for one in blocked if one["rules"] and {rule[:6] for rule in one["rules"]} == {"guard/"}]  # type: ignore[index]
        wrong = len(blocked) - len(guard)
        counts = (len(fit), wrong, len(guard), len(found) - len(fit))
        sums = [a + b for a, b in zip(sums, counts, strict=True)]
        lines.append(_line(name, counts))
        rules.update(rule for one in blocked for rule in one["rules"] or [f"exit {one['code']}"])  # type: ignore[index]
        for row in found:
            for kind, one in row.get("planted", {}).items():  # type: ignore[attr-defined]
                planted[kind] += 1
                caught[kind] += bool(one["code"])
    lines += [_line("**all**", (sums[0], sums[1], sums[2], sums[3])),
              _line("the same, reformatted", (planted[FORMATTED], caught[FORMATTED], 0, 0)), "",
              "| violation planted | n | caught | share |", "|---|---:|---:|---:|"]  # fmt: skip
    lines += [f"| {kind} | {planted[kind]} | {caught[kind]} | {100 * caught[kind] / max(1, planted[kind]):.1f} % |"
              for kind in KINDS]  # fmt: skip
    lines += ["", "Rules that blocked honest deliveries, by commits:", "", "| rule | commits |", "|---|---:|"]
    return "\n".join([*lines, *(f"| {rule} | {count} |" for rule, count in rules.most_common())])


def _line(name: str, counts: tuple[int, int, int, int]) -> str:
    share = 100 * counts[1] / max(1, counts[0])
    return f"| {name} | {counts[0]} | {counts[1]} | {share:.1f} % | {counts[2]} | {counts[3]} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repos", nargs="+")
    parser.add_argument("--count", type=int, default=200, help="specs for each repository")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--rows", type=Path, help="write every row there, as JSON lines")
    parser.add_argument("--keep", help="write every spec into this folder")
    parser.add_argument("--dry", action="store_true", help="print the table and keep no result")
    arguments = parser.parse_args()
    rows: dict[str, list[Row]] = {}
    for repo in arguments.repos:
        name = "/".join(Path(repo).resolve().parts[-2:]).replace("/repo", "").replace("+", "/")
        rows[name] = drawn(repo, arguments)
        if arguments.rows:
            with arguments.rows.open("a", encoding="utf-8") as file:
                file.writelines(json.dumps({"repo": name, **row}) + "\n" for row in rows[name])
    body = table(rows)
    if arguments.dry:
        print(body)
        return 0
    command = f"python benchmarks/contracts.py REPO... --count {arguments.count} --seed {arguments.seed}"
    keep("contracts", "Deliveries of real commits against specs written for them", command, body)
    return 0


if __name__ == "__main__":
    sys.exit(main())
