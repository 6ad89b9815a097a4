"""Size: 10,000 staged files (memory flat in file contents), and a 100k-file repository against a 5k-file one.

python benchmarks/large.py [--runs N]
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from repositories import ENVIRONMENT, git, installed, synthetic
from timing import Timed, interleaved, keep, table

CLAIM = "Change\n\nDelegation-Spec: BIG-1\n"


def spec(paths: list[str]) -> str:
    """A spec that lists these files, without code blocks."""
    headings = "".join(f"### {n}. {path}\nAs agreed.\n\n" for n, path in enumerate(paths, 1))
    return (
        "TASK BIG-1: touch many files\n\nEXISTING BEHAVIOR THAT MUST BE PRESERVED:\n- all of it\n\n"
        f"CHANGES TO MAKE:\n{headings}VERIFY:\npython -m pytest -q\n\nCONSTRAINTS:\n- Edit ONLY the listed files.\n"
    )


def peak_of(command: list[str], repo: Path) -> tuple[int, int]:
    """Exit code and peak resident memory in KiB of one process (its children apart)."""
    pid = os.fork()
    if pid == 0:
        os.chdir(repo)
        null = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(null, number)
        os.execve(command[0], command, ENVIRONMENT)
    _, status, usage = os.wait4(pid, 0)
    return os.waitstatus_to_exitcode(status), usage.ru_maxrss


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=25)
    runs = parser.parse_args().runs
    body = []
    with tempfile.TemporaryDirectory() as folder:
        programs = installed(Path(folder))
        guard = str(programs / "delegation-guard")
        rows = ["| staged files | bytes each | exit | peak MiB |", "|---:|---:|---:|---:|"]
        for size in (64, 65536):
            repo = Path(folder) / f"staged{size}"
            repo.mkdir()
            git(repo, "init", "-q", "-b", "main")
            git(repo, "commit", "-q", "--allow-empty", "-m", "Start")
            staged(repo, 10_000, size)
            command = [
                guard,
                "check",
                "--staged",
                "--spec",
                ".delegation/specs/BIG-1.md",
                "--rules",
                "scope,tests,guard",
                "--format",
                "json",
            ]
            code, peak = peak_of(command, repo)
            rows.append(f"| 10,000 | {size} | {code} | {peak / 1024:.0f} |")
        body.append("\n".join(rows))
        body.append(repository_size(Path(folder), guard, runs))
    keep(
        "large", "Large changes and large repositories", f"python benchmarks/large.py --runs {runs}", "\n\n".join(body)
    )


def repository_size(folder: Path, guard: str, runs: int) -> str:
    """What 20 times more files cost us, beside what they cost git's own two calls."""
    found: dict[int, list[Timed]] = {}
    for count in (5_000, 100_000):
        repo = folder / f"repo{count}"
        synthetic(repo, count)
        (repo / ".delegation/specs").mkdir(parents=True)
        (repo / ".delegation/specs/BIG-1.md").write_text(spec(["pkg0/file1.py"]))
        git(repo, "add", "-A")
        git(repo, "commit", "-q", "-m", "Specify")
        (repo / "pkg0/file1.py").write_text("value = 2\n")
        git(repo, "add", "-A")
        calls = "git write-tree >/dev/null && git diff-index --cached --raw HEAD >/dev/null"
        check = [guard, "check", "--staged", "--spec", ".delegation/specs/BIG-1.md", "--rules", "scope"]
        found[count] = interleaved(
            {"git write-tree + diff-index": ["sh", "-c", calls], "check --staged": check},
            cwd=repo, runs=runs, environment=ENVIRONMENT,
        )  # fmt: skip
    extra = [found[100_000][n].least - found[5_000][n].least for n in (0, 1)]
    shown = [f"{count:,} files:\n\n{table(rows, 'git write-tree + diff-index')}" for count, rows in found.items()]
    return "\n\n".join(shown) + (
        f"\n\nExtra time of the larger one, minima: git {extra[0] * 1000:.1f} ms, check {extra[1] * 1000:.1f} ms, "
        f"ratio {extra[1] / extra[0]:.2f} (target at most 1.5)."
    )


if __name__ == "__main__":
    main()
