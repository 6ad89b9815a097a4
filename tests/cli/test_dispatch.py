from __future__ import annotations

import subprocess
import sys
from typing import cast

import pytest

from delegation_guard.cli import COMMANDS
from delegation_guard.cli.dispatch import parser
from delegation_guard.loading import load


@pytest.mark.parametrize("module", COMMANDS)
def test_a_subcommand_is_called_like_its_module(module: str, capsys: pytest.CaptureFixture[str]) -> None:
    name = cast("str", load(f"{module}:NAME"))
    assert name == module.rpartition(".")[2]
    with pytest.raises(SystemExit, match="0"):
        parser(name).parse_args([name, "--help"])
    assert capsys.readouterr().out.startswith(f"usage: delegation-guard {name} ")


@pytest.mark.parametrize("named", ["", "--help", "--version", "nonsense"])
def test_without_a_subcommand_all_are_named(named: str) -> None:
    text = parser(named).format_help()
    assert all(f"\n    {module.rpartition('.')[2]} " in text for module in COMMANDS)


def test_a_named_subcommand_loads_no_other() -> None:
    code = "import sys\nfrom delegation_guard.cli.dispatch import parser\nparser('check')\nprint(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "delegation_guard.cli.check" in loaded
    assert not loaded & {f"delegation_guard{module}" for module in COMMANDS if module != ".cli.check"}
