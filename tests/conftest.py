from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support import Sandbox

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    """An initialised empty repository."""
    return Sandbox(tmp_path / "repo").init()
