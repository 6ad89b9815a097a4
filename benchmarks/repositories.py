"""The repositories the benchmarks judge, made by real git in a folder the caller gives."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTHON"))},
    "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ann", "GIT_AUTHOR_EMAIL": "ann@example.invalid",
    "GIT_COMMITTER_NAME": "Ann", "GIT_COMMITTER_EMAIL": "ann@example.invalid",
}  # fmt: skip


def git(repo: Path, *arguments: str, data: bytes | None = None) -> str:
    """Run git in a repository; stops the benchmark when git fails."""
    done = subprocess.run(["git", *arguments], cwd=repo, env=ENVIRONMENT, input=data, capture_output=True, check=True)
    return done.stdout.decode("utf-8", "surrogateescape").strip()


def installed(folder: Path) -> Path:
    """The guard installed as a user has it (not editable, byte-compiled) in its own environment; its bin folder."""
    target = folder / "guard"
    venv.create(target, with_pip=True)
    pip = [str(target / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    clean = {name: value for name, value in ENVIRONMENT.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run([*pip, str(PROJECT)], env=clean, check=True)
    subprocess.run([str(target / "bin/python"), "-m", "compileall", "-q", str(target / "lib")], env=clean, check=False)
    return target / "bin"


def committed(repo: Path, files: dict[str, str], message: str = "base") -> str:
    """A repository with these files in one commit."""
    repo.mkdir(parents=True, exist_ok=True)
    if not (repo / ".git").exists():
        git(repo, "init", "-q", "-b", "main")
    for name, text in files.items():
        path = repo / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", message)
    return git(repo, "rev-parse", "HEAD")


def synthetic(repo: Path, count: int) -> None:
    """A repository of `count` small files in 100-file folders, written through fast-import."""
    repo.mkdir(parents=True)
    git(repo, "init", "-q", "-b", "main")
    parts = ["commit refs/heads/main\ncommitter A <a@example.invalid> 0 +0000\ndata 4\nbase\n"]
    for number in range(count):
        text = f"value = {number}\n"
        parts.append(f"M 100644 inline pkg{number // 100}/file{number}.py\ndata {len(text)}\n{text}")
    git(repo, "fast-import", "--quiet", data="".join(parts).encode())
    git(repo, "reset", "-q", "--hard", "main")


if __name__ == "__main__":
    print(sys.modules[__name__].__doc__)
