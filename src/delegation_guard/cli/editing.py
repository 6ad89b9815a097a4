"""Our lines in other people's configuration, as text: their comments and order stay, and ours can be taken out.

What we add stands between two marker comments, or on a line that ends with one; removal needs nothing else.
"""

from __future__ import annotations

import re

BEGIN = "# delegation-guard: begin (added by `delegation-guard init`)"
END = "# delegation-guard: end"
TAG = "# delegation-guard: added"
STAGES = ("pre-commit", "prepare-commit-msg", "commit-msg", "pre-push")


def shim(stage: str) -> str:
    """One line of POSIX shell that runs our hook, and is silent where the program is not installed.

    PYTHONPATH is emptied: with one that leads into the repository, a file there could take a module's place.
    Without the program it stops only work that claims to be delegated: a hand-off's, or a message with our trailer.
    """
    claims = '[ -f "$(git rev-parse --git-dir)/delegation-guard/handoff.json" ]'
    if stage == "commit-msg":
        claims += ' || grep -qi "^ *delegation-" "$1"'
    return (
        "if command -v delegation-guard >/dev/null 2>&1; "
        f'then PYTHONPATH= delegation-guard hook {stage} "$@" || exit $?; '
        f"elif {claims}; then "
        'echo "delegation-guard is not installed: pipx install delegation-guard" >&2; exit 1; fi'
    )


def without_ours(text: str) -> str:
    """The text less everything we ever added to it."""
    kept: list[str] = []
    inside = False
    for line in text.splitlines(keepends=True):
        bare = line.strip()
        if bare.startswith("# delegation-guard: begin"):
            inside = True
        elif inside:
            inside = not bare.startswith("# delegation-guard: end")
        elif not bare.endswith(TAG):
            kept.append(line)
    return "".join(kept)


def hook_script(text: str, stage: str) -> str | None:
    """A hook script with our block after its first line; None when it is not a POSIX shell script we can extend."""
    text = without_ours(text)
    block = f"{BEGIN}\n{shim(stage)}\n{END}\n"
    if not text:
        return f"#!/bin/sh\n{block}"
    first, _, rest = text.partition("\n")
    if not first.startswith("#!"):
        return block + text
    if not re.search(r"\b(sh|bash|dash|zsh|ksh)\b", first):
        return None
    return f"{first}\n{block}{rest}"


def pre_commit_config(text: str, source: str = "", rev: str = "") -> str:
    """A `.pre-commit-config.yaml` with our hooks at the end of its `repos` list and every stage installed by default.

    With `source` the hooks come from that repository at `rev`, else from the program on PATH.
    """
    text = without_ours(text)
    if text and not text.endswith("\n"):
        text += "\n"
    text = re.sub(r"(?m)^repos:[ \t]*\[[ \t]*\][ \t]*$", "repos:", text)
    if not re.search(r"(?m)^repos:\s*(#.*)?$", text):
        text += "repos:\n"
    lines = text.splitlines(keepends=True)
    start = next(number for number, line in enumerate(lines) if re.match(r"repos:\s*(#.*)?$", line))
    end = _end_of_block(lines, start)
    item = next((line for line in lines[start + 1 : end] if line.lstrip().startswith("- ")), "  - ")
    indent = item[: len(item) - len(item.lstrip())]
    block = _from_repository(source, rev) if source else _from_path()
    added = [f"{indent}{BEGIN}\n", *(f"{indent}{line}\n" for line in block), f"{indent}{END}\n"]
    return _with_hook_types("".join([*lines[:end], *added, *lines[end:]]))


def _end_of_block(lines: list[str], start: int) -> int:
    """The index after the last line that belongs to the top-level key at `start`."""
    last = start
    for number in range(start + 1, len(lines)):
        line = lines[number]
        if line.strip() and not line.startswith((" ", "-", "#", "\t")):
            break
        if line.strip() and not line.startswith("#"):
            last = number
    return last + 1


def _from_repository(source: str, rev: str) -> list[str]:
    return [
        f"- repo: {source}",
        f"  rev: {rev}",
        "  hooks:",
        *(f"  - id: delegation-guard-{stage}" for stage in STAGES),
    ]


def _from_path() -> list[str]:
    lines = ["- repo: local", "  hooks:"]
    for stage in STAGES:
        lines += [
            f"  - id: delegation-guard-{stage}",
            f"    name: delegation-guard ({stage})",
            "    language: system",
            "    entry: >-",
            f"      sh -c '{shim(stage)}' sh",
            f"    stages: [{stage}]",
            "    always_run: true",
            *(["    pass_filenames: false"] if stage in ("pre-commit", "pre-push") else []),
        ]
    return lines


def _with_hook_types(text: str) -> str:
    wanted = ", ".join(STAGES)
    found = re.search(r"(?m)^default_install_hook_types:(.*)$", text)
    if found is None:
        return f"default_install_hook_types: [{wanted}]  {TAG}\n{text}"
    return text  # theirs; `missing_hook_types` says what it lacks


def missing_hook_types(text: str) -> tuple[str, ...]:
    """The stages that a config leaves out of `default_install_hook_types`, so that `pre-commit install` skips them."""
    found = re.search(r"(?m)^default_install_hook_types:(.*(?:\n[ -].*)*)", text)
    if found is None:
        return STAGES
    listed = set(re.findall(r"[a-z][a-z-]+", found.group(1).partition("#")[0]))
    return tuple(stage for stage in STAGES if stage not in listed)


def lefthook_config(text: str) -> str:
    """A lefthook configuration with our command under each stage; stages of theirs are extended in place."""
    text = without_ours(text)
    if text and not text.endswith("\n"):
        text += "\n"
    arguments = {"prepare-commit-msg": " {1} {2} {3}", "commit-msg": " {1}", "pre-push": " {1} {2}"}
    for stage in STAGES:
        run = f"delegation-guard hook {stage}{arguments.get(stage, '')}"
        stdin = ["      use_stdin: true"] if stage == "pre-push" else []
        command = ["    delegation-guard:", f"      run: {run}", *stdin]
        text = _lefthook_stage(text, stage, command)
    return text


def _lefthook_stage(text: str, stage: str, command: list[str]) -> str:
    lines = text.splitlines(keepends=True)
    start = next((n for n, line in enumerate(lines) if re.match(rf"{stage}:\s*(#.*)?$", line)), None)
    if start is None:
        block = [BEGIN, f"{stage}:", "  commands:", *command, END]
        return text + "".join(f"{line}\n" for line in block)
    end = _end_of_block(lines, start)
    commands = next((n for n in range(start, end) if re.match(r"  commands:\s*(#.*)?$", lines[n])), None)
    head = [] if commands is not None else ["  commands:"]
    place = commands + 1 if commands is not None else start + 1
    block = [f"    {BEGIN}", *head, *command, f"    {END}"]
    return "".join([*lines[:place], *(f"{line}\n" for line in block), *lines[place:]])
