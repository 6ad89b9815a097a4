"""Other people's commit hooks that rewrite files: the receipt is for the tree they leave behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .conftest import BLOCK, HONEST, PRODUCT, Desk, desk_in

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = """\
import pathlib, subprocess, sys

changed = 0
for name in sys.argv[1:]:
    path = pathlib.Path(name)
    text = path.read_text(encoding="utf-8")
    clean = "".join(line.rstrip() + "\\n" for line in text.splitlines())
    if clean != text:
        path.write_text(clean, encoding="utf-8")
        changed = 1
sys.exit(changed)
"""
CONFIG = """\
repos:
  - repo: local
    hooks:
      - id: strip-blanks
        name: strip trailing blanks
        entry: python3 tools/strip.py
        language: system
        types: [python]
"""
STAGED = "git diff --cached --name-only --diff-filter=AM -- '*.py'"
STOPS = f"#!/bin/sh\npython3 tools/strip.py $({STAGED})\n"
ADDS = f"#!/bin/sh\npython3 tools/strip.py $({STAGED})\ngit add $({STAGED})\n"
SILENT = f"#!/bin/sh\npython3 tools/strip.py $({STAGED}) || true\n"
TRAILING: dict[str, str | bytes | None] = {"shop/price.py": f"{PRODUCT}\n\n{BLOCK.replace(chr(10), '   ' + chr(10))}"}
CLEAN = HONEST["shop/price.py"]


def with_framework(folder: Path, kind: str) -> Desk:
    desk = desk_in(folder, kind, {".pre-commit-config.yaml": CONFIG, "tools/strip.py": SCRIPT})
    desk.accepted("-m", "Adopt delegation-guard")
    return desk


def with_script(folder: Path, hook: str) -> Desk:
    """A plain hook of the repository's own, which init puts our line in front of."""
    desk = desk_in(folder, "plain", {"tools/strip.py": SCRIPT})
    desk.accepted("-m", "Adopt delegation-guard")
    path = desk.root / ".git/hooks/pre-commit"
    path.write_text(hook, encoding="utf-8")
    path.chmod(0o755)
    desk.guard("init", "--yes", check=True)
    assert "delegation-guard hook pre-commit" in path.read_text(encoding="utf-8")
    return desk


def price(desk: Desk) -> str:
    return (desk.root / "shop/price.py").read_text(encoding="utf-8")


def finished(desk: Desk) -> None:
    done = desk.guard("handoff", "finish")
    assert done.returncode == 0, done.stdout + done.stderr
    assert desk.git("show", "HEAD:shop/price.py") == CLEAN.strip()


@pytest.mark.parametrize("kind", ["pre-commit", "prek"])
def test_a_formatter_of_the_framework(tmp_path: Path, kind: str) -> None:
    desk = with_framework(tmp_path, kind)
    desk.hand_off()
    desk.sandbox.write(TRAILING)
    text = desk.verified()
    assert "The commit hooks (strip-blanks) rewrite shop/price.py" in text
    assert price(desk) == TRAILING["shop/price.py"], "verify touched the work tree"
    first = desk.refused("-m", "Add double()")
    assert "files were modified by this hook" in first
    assert "receipt/" not in first
    assert price(desk) == CLEAN
    desk.git("add", "-u")
    desk.accepted("-m", "Add double()")
    finished(desk)


@pytest.mark.parametrize("kind", ["pre-commit", "prek"])
def test_without_a_receipt_the_printed_command_and_the_usual_second_attempt(tmp_path: Path, kind: str) -> None:
    desk = with_framework(tmp_path, kind)
    desk.hand_off()
    assert "receipt/missing" in desk.refused("-m", "Add double()", files=TRAILING)
    assert "receipt/missing" in desk.refused("-m", "Add double()"), "the formatter is content, we are not"
    desk.verified("--staged")
    desk.accepted("-m", "Add double()")
    finished(desk)


def test_a_hook_that_adds_what_it_rewrote(tmp_path: Path) -> None:
    desk = with_script(tmp_path, ADDS)
    desk.hand_off()
    desk.sandbox.write(TRAILING)
    assert "(pre-commit) rewrite shop/price.py" in desk.verified()
    desk.accepted("-m", "Add double()")
    finished(desk)


def test_a_hook_that_stops_the_commit(tmp_path: Path) -> None:
    desk = with_script(tmp_path, STOPS)
    desk.hand_off()
    desk.sandbox.write(TRAILING)
    desk.verified()
    assert "receipt/" not in desk.refused("-m", "Add double()")
    desk.accepted("-m", "Add double()")
    finished(desk)


def test_a_hook_that_rewrites_and_says_nothing(tmp_path: Path) -> None:
    desk = with_script(tmp_path, SILENT)
    desk.hand_off()
    desk.sandbox.write(TRAILING)
    desk.verified()
    text = desk.refused("-m", "Add double()")
    assert "as the commit hooks rewrite it (pre-commit)" in " ".join(text.split())
    assert "git hook run pre-commit; git add -u; git commit -m 'Add double()'" in text
    steps = "git hook run pre-commit; git add -u; git commit -m 'Add double()'"
    done = desk.sandbox.run("sh", "-c", steps, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    finished(desk)


def test_finish_before_the_commit(tmp_path: Path) -> None:
    desk = with_script(tmp_path, STOPS)
    desk.hand_off()
    desk.sandbox.write(TRAILING)
    done = desk.guard("handoff", "finish")
    assert done.returncode == 1
    assert "git hook run pre-commit; git add -u" in done.stdout
    assert desk.git("status", "--porcelain") == "M shop/price.py"
    desk.sandbox.run("git", "commit", "-q", "-a", "-m", "Add double()", check=False)
    desk.accepted("-m", "Add double()")
    finished(desk)


def test_the_tree_that_a_refusal_names_is_verified_as_the_hooks_leave_it(tmp_path: Path) -> None:
    desk = with_script(tmp_path, ADDS)
    desk.hand_off()
    desk.refused("-m", "Add double()", files=TRAILING)
    tree = desk.git("write-tree")
    assert "rewrite shop/price.py" in desk.verified(tree)
    desk.accepted("-m", "Add double()")
    finished(desk)


def test_a_formatter_that_breaks_the_code_is_seen_before_the_commit(tmp_path: Path) -> None:
    desk = with_script(tmp_path, f"#!/bin/sh\nsed -i 's/119/118/' $({STAGED})\ngit add -u\n")
    desk.hand_off()
    desk.sandbox.write(dict(HONEST))
    done = desk.guard("verify")
    assert done.returncode == 1
    assert "FAILED (delegate)" in done.stdout


def test_receipt_show_says_what_the_hooks_did(tmp_path: Path) -> None:
    desk = with_script(tmp_path, ADDS)
    desk.hand_off()
    desk.sandbox.write(TRAILING)
    desk.git("add", "-A")
    before = desk.git("write-tree")
    desk.verified()
    desk.accepted("-m", "Add double()")
    assert f"tree {before[:12]} after the commit hooks (pre-commit)" in desk.guard("receipt", "show").stdout
