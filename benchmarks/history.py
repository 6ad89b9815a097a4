"""`check --no-spec` over every commit of real histories: no crash, commits per second, blocked share.

    python benchmarks/history.py REPO... [--limit N] [--jobs N] [--seed N] [--blocked FILE]

Each commit is judged against its first parent (merges and roots are counted, not judged) through the same gather and
judge as the command, in worker processes; a sample is run through the command line as well and must agree.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from timing import keep

from delegation_guard import gather
from delegation_guard.cli.check import SPECLESS
from delegation_guard.engine import judge
from delegation_guard.repo.repository import Repository

TODAY = "2026-01-01"


def judged(repo_path: str, commits: list[str]) -> list[dict[str, object]]:
    """One row a commit: its exit code, the rules that block it, or the error."""
    repo = Repository.find(repo_path)
    rows: list[dict[str, object]] = []
    for commit in commits:
        row: dict[str, object] = {"commit": commit, "code": 3, "rules": [], "error": ""}
        try:
            inputs, policy = gather.commit_range(
                repo, f"{commit}^..{commit}", occasion="final", spec=None, no_spec=True, families=SPECLESS
            )
            report = judge(inputs, policy, TODAY)
            row["code"] = report.exit_code
            row["rules"] = sorted({one.finding.rule for one in report.rulings if one.blocks})
            row["error"] = "; ".join(f"{crash.check}: {crash.detail}" for crash in report.crashes)
            row["unread"] = [f"{one.path}: {one.why}" for one in report.not_analysed]
        except Exception as error:
            row["error"] = f"{type(error).__name__}: {error}"
        rows.append(row)
    return rows


def candidates(repo: str) -> tuple[list[str], int]:
    """Every commit with exactly one parent, newest first, and how many others there are."""
    lines = subprocess.run(
        ["git", "-C", repo, "rev-list", "--parents", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    single = [line.split()[0] for line in lines if len(line.split()) == 2]
    return single, len(lines) - len(single)


def differing(repo: str, rows: list[dict[str, object]], count: int, seed: int) -> list[str]:
    """The commits of a random sample that exit with another code through the command line."""
    program = str(Path(sys.executable).parent / "delegation-guard")
    found = []
    for row in random.Random(seed).sample(rows, min(count, len(rows))):
        commit = str(row["commit"])
        done = subprocess.run(
            [program, "check", "--no-spec", f"{commit}^..{commit}", "-C", repo], capture_output=True, check=False
        )
        if done.returncode != row["code"]:
            found.append(f"{commit}: exit {done.returncode} through the command line, {row['code']} in process")
    return found


def whole(repo: str, commits: list[str], jobs: int) -> tuple[list[dict[str, object]], float]:
    """Every commit's row, and the wall seconds it took; progress goes to standard error."""
    start = time.perf_counter()
    chunks = [commits[at : at + 50] for at in range(0, len(commits), 50)]
    rows: list[dict[str, object]] = []
    with ProcessPoolExecutor(jobs) as pool:
        for part in pool.map(judged, [repo] * len(chunks), chunks):
            rows += part
            print(f"\r{len(rows)}/{len(commits)}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return rows, time.perf_counter() - start


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repos", nargs="+")
    parser.add_argument("--limit", type=int, default=0, help="newest N commits only")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=25, help="commits also judged through the command line")
    parser.add_argument("--blocked", type=Path, help="write the blocked commits there, as JSON lines")
    arguments = parser.parse_args()
    lines = [
        "| repository | commits judged | others | seconds | commits/s | blocked | share | with unread files | errors "
        f"| of {arguments.sample} otherwise through the command line |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    problems: list[str] = []
    rules: Counter[str] = Counter()
    for repo in arguments.repos:
        commits, others = candidates(repo)
        commits = commits[: arguments.limit or None]
        rows, seconds = whole(repo, commits, arguments.jobs)
        name = "/".join(Path(repo).resolve().parts[-2:]).replace("/repo", "").replace("+", "/")
        blocked = [row for row in rows if row["code"] == 1]
        if arguments.blocked:
            with arguments.blocked.open("a", encoding="utf-8") as file:
                file.writelines(json.dumps({"repo": name, **row}) + "\n" for row in blocked)
        differ = differing(repo, rows, arguments.sample, arguments.seed)
        errors = [row for row in rows if row["error"] or row["code"] not in (0, 1)]
        problems += [f"{row['commit']}: {row['error']}" for row in errors] + differ
        rules.update(rule for row in blocked for rule in row["rules"])  # type: ignore[attr-defined]
        unread = sum(bool(row.get("unread")) for row in rows)
        lines.append(
            f"| {name} | {len(rows)} | {others} | {seconds:.0f} | {len(rows) / seconds:.1f} | {len(blocked)} "
            f"| {100 * len(blocked) / len(rows):.2f} % | {unread} | {len(errors)} | {len(differ)} |"
        )
    detail = "\n".join(f"| {rule} | {count} |" for rule, count in rules.most_common())
    body = "\n".join(lines) + f"\n\nBlocking rules, by commits:\n\n| rule | commits |\n|---|---:|\n{detail}"
    keep("history", "`check --no-spec` over real histories",
         f"python benchmarks/history.py REPO... --jobs {arguments.jobs}", body)  # fmt: skip
    print("\n".join(problems[:50]), file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
