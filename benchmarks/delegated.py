"""A delegated change of 20 files with 5 Python test files, all rules: against the floor, and against the peers.

    python benchmarks/delegated.py [--runs N] [--peer NAME=COMMAND ...]

COMMAND may hold {base} and {head}, and must exit 0. Without peers only the floor is compared. The commit has no
receipt, so our own verdict is UNVERIFIED, exit 1, after every rule ran. Peers' figures go to results/peers.md.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

from repositories import ENVIRONMENT, git, installed
from subject import repository
from timing import interleaved, keep, table

WRAPPER = """\
#!/bin/sh
n=$(mktemp -u "$RECORD/XXXXXXXX"); date +%s%N > "$n.at"
for word in "$@"; do printf '%s\\0' "$word"; done > "$n.argv"
tee "$n.stdin" | exec {git} "$@"
"""

PROBE = """\
import sys
from delegation_guard.cli.main import main
main({arguments!r})
with open({listing!r}, "w") as file:
    file.write("\\n".join(name for name in list(sys.modules) if name != "__main__"))
"""
WHAT = "15 modules of 115 lines and 5 test files of 121, one block each, in a repository of 261 files"
TARGETS = {"checkwash": " (target: at most 0.25)"}


def record(folder: Path, repo: Path, command: list[str], parsed: list[Path]) -> Path:
    """What the floor replays: our git calls with their input, and the modules we import."""
    calls = folder / "calls"
    calls.mkdir()
    shim = folder / "shim"
    shim.mkdir()
    (shim / "git").write_text(WRAPPER.replace("{git}", str(shutil.which("git"))))
    (shim / "git").chmod(0o755)
    environment = {**ENVIRONMENT, "RECORD": str(calls), "PATH": f"{shim}:{os.environ['PATH']}"}
    done = subprocess.run(command, cwd=repo, env=environment, capture_output=True, check=False)
    if done.returncode != 1:
        raise SystemExit(f"exit {done.returncode}: {done.stderr.decode()}")
    python, listing = Path(command[0]).parent / "python", folder / "modules"
    probe = PROBE.format(arguments=command[1:], listing=str(listing))
    subprocess.run([python, "-I", "-c", probe], cwd=repo, env=ENVIRONMENT, stdout=subprocess.DEVNULL, check=True)
    modules = listing.read_text().split()
    ordered = sorted(calls.glob("*.at"), key=lambda path: int(path.read_text()))
    entries = [
        {"argv": ["git", *(calls / f"{at.stem}.argv").read_bytes().decode().split("\0")[:-1]],
         "stdin": (calls / f"{at.stem}.stdin").read_bytes().hex()}
        for at in ordered
    ]  # fmt: skip
    target = folder / "recording.json"
    target.write_text(json.dumps({"modules": modules, "calls": entries, "parsed": [str(path) for path in parsed]}))
    return target


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=25)
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=COMMAND")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        programs = installed(folder)
        repo = folder / "repo"
        base, head = repository(repo)
        parsed = []
        for n in range(5):
            for side, commit in (("old", base), ("new", head)):
                path = folder / f"{side}{n}.py"
                path.write_text(git(repo, "show", f"{commit}:tests/test_department{n}.py"))
                parsed.append(path)
        command = [str(programs / "delegation-guard"), "check", f"{base}..{head}", "--format", "json"]
        recording = record(folder, repo, command, parsed)
        calls = json.loads(recording.read_text())["calls"]
        commands = {
            "floor.py": [str(programs / "python"), "-I", str(Path(__file__).with_name("floor.py")), str(recording)],
            "delegation-guard check": command,
        }
        for peer in arguments.peer:
            label, _, line = peer.partition("=")
            commands[label] = shlex.split(line.format(base=base, head=head))
        timed = interleaved(
            commands, cwd=repo, runs=arguments.runs, environment=ENVIRONMENT, codes={"delegation-guard check": 1}
        )
        body = f"{WHAT}; {len(calls)} git calls. Target: at most 2 (ratio of minima to the floor).\n\n"
        own = f"python benchmarks/delegated.py --runs {arguments.runs}"
        keep("delegated", "A delegated change of 20 files", own, body + table(timed[:2], "floor.py"))
        if timed[2:]:
            options = "".join(f" --peer {shlex.quote(peer.partition('=')[0] + '=...')}" for peer in arguments.peer)
            parts = [
                f"Against {one.name}{TARGETS.get(one.name, '')}:\n\n{table([timed[1], one], one.name)}"
                for one in timed[2:]
            ]
            keep("peers", "The same change, judged by others", own + options, "\n\n".join([f"{WHAT}.", *parts]))


if __name__ == "__main__":
    main()
