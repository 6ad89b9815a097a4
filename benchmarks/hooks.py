"""The hooks on an ordinary commit, against the floor: `python -I -c pass` and one `git rev-parse`.

python benchmarks/hooks.py [--runs N]
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from repositories import ENVIRONMENT, committed, git, installed
from timing import interleaved, keep, table

POLICY = "version: 1\nattribution: open\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=40)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        programs = installed(Path(folder))
        repo = Path(folder) / "repo"
        committed(repo, {"a.py": "a = 1\n", ".delegation/policy.yaml": POLICY})
        (repo / "a.py").write_text("a = 2\n")
        git(repo, "add", "-A")
        message = repo / ".git" / "COMMIT_EDITMSG"
        message.write_text("Change a\n\nCo-authored-by: Claude <noreply@example.invalid>\n")
        guard = str(programs / "delegation-guard")
        timed = interleaved(
            {
                "python -I -c pass; git rev-parse": ["sh", "-c", f"{programs}/python -I -c pass; git rev-parse HEAD"],
                "hook commit-msg": [guard, "hook", "commit-msg", str(message)],
                "hook pre-commit": [guard, "hook", "pre-commit"],
            },
            cwd=repo, runs=runs, environment=ENVIRONMENT,
        )  # fmt: skip
        body = "No delegation, policy present. Target: at most 3 (ratio of minima).\n\n"
        keep("hooks", "Hooks on an ordinary commit", f"python benchmarks/hooks.py --runs {runs}",
             body + table(timed, "python -I -c pass; git rev-parse"))  # fmt: skip


if __name__ == "__main__":
    main()
