"""Size: 10,000 staged files (memory flat in file contents), and a 100k-file repository against a 5k-file one.

python benchmarks/large.py [--runs N]
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from repositories import ENVIRONMENT, git, installed, synthetic
from timing import interleaved, keep, table

CLAIM = "Change\n\nDelegation-Spec: BIG-1\n"


def spec(paths: list[str]) -> str:
    """A spec that lists these files, without code blocks."""
    headings = "".join(f"### {n}. {path}\nAs agreed.\n\n" for n, path in enumerate(paths))
    return (
        "TASK BIG-1: touch many files\n\nEXISTING BEHAVIOR THAT MUST BE PRESERVED:\n- all of it\n\n"
        f"CHANGES TO MAKE:\n{headings}VERIFY:\npython -m pytest -q\n\nCONSTRAINTS:\n- Edit ONLY the listed files.\n"
    )


def measured(command: list[str], repo: Path) -> tuple[int, float, int]:
    """Exit code, processor seconds and peak resident memory in KiB of one process (its children's memory apart)."""
    pid = os.fork()
    if pid == 0:
        os.chdir(repo)
        null = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(null, number)
        os.execve(command[0], command, ENVIRONMENT)
    _, status, usage = os.wait4(pid, 0)
    return os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def staged(repo: Path, count: int, size: int) -> None:
    """`count` staged changes of `size` bytes each, all listed."""
    paths = [f"pkg{n // 100}/file{n}.txt" for n in range(count)]
    (repo / ".delegation/specs").mkdir(parents=True, exist_ok=True)
    (repo / ".delegation/specs/BIG-1.md").write_text(spec(paths))
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", "Specify")
    for number, name in enumerate(paths):
        path = repo / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((f"{number} " + "x" * 60 + "\n") * (size // 64 or 1))
    git(repo, "add", "-A")


def memory(folder: Path, guard: str) -> str:
    """What ten thousand staged files cost, small and large ones, all listed, by every rule."""
    rows = ["| staged files | bytes each | bytes together | exit | processor seconds | peak MiB |",
            "|---:|---:|---:|---:|---:|---:|"]  # fmt: skip
    for size in (64, 65536):
        repo = folder / f"staged{size}"
        repo.mkdir()
        git(repo, "init", "-q", "-b", "main")
        git(repo, "commit", "-q", "--allow-empty", "-m", "Start")
        staged(repo, 10_000, size)
        command = [guard, "check", "--staged", "--spec", ".delegation/specs/BIG-1.md", "--format", "json"]
        code, seconds, peak = measured(command, repo)
        if code != 1:  # unverified
            raise SystemExit(f"exit {code} for files of {size} bytes")
        rows.append(f"| 10,000 | {size:,} | {10_000 * size:,} | {code} | {seconds:.1f} | {peak / 1024:.0f} |")
    return "\n".join(rows)


def repository_size(folder: Path, guard: str, runs: int) -> str:
    """What 20 times more files cost us, beside what they cost git's own two calls."""
    commands = {}
    for count in (5_000, 100_000):
        repo = folder / f"repo{count}"
        synthetic(repo, count)
        (repo / ".delegation/specs").mkdir(parents=True)
        (repo / ".delegation/specs/BIG-1.md").write_text(spec(["pkg0/file1.py"]))
        git(repo, "add", "-A")
        git(repo, "commit", "-q", "-m", "Specify")
        (repo / "pkg0/file1.py").write_text("value = 2\n")
        git(repo, "add", "-A")
        calls = f"cd {repo} && git write-tree >/dev/null && git diff-index --cached --raw HEAD >/dev/null"
        options = ["--staged", "--spec", str(repo / ".delegation/specs/BIG-1.md"), "--rules", "scope,tests,guard"]
        commands[f"git write-tree + diff-index, {count:,} files"] = ["sh", "-c", calls]
        commands[f"check --staged, {count:,} files"] = [guard, "check", "-C", str(repo), *options]
    timed = interleaved(commands, cwd=folder, runs=runs, environment=ENVIRONMENT)
    said = []
    for label, least in (
        ("minima", [one.least * 1000 for one in timed]),
        ("processor minima", [min(one.processor) * 1000 for one in timed]),
    ):
        git_more, check_more = least[2] - least[0], least[3] - least[1]
        ratio = check_more / git_more
        said.append(f"{label}: git {git_more:.1f} ms, check {check_more:.1f} ms, ratio {ratio:.2f}")
    return table(timed, timed[0].name) + (
        f"\n\nExtra time of 100,000 files over 5,000 (target at most 1.5): {'; '.join(said)}."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=25)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        guard = str(installed(Path(folder)) / "delegation-guard")
        body = f"{memory(Path(folder), guard)}\n\n{repository_size(Path(folder), guard, runs)}"
    command = f"python benchmarks/large.py --runs {runs}"
    keep("large", "Large changes and large repositories", command, body)


if __name__ == "__main__":
    main()
