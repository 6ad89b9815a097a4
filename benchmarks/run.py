"""Run every benchmark that needs nothing from outside; histories and peers are run with their own commands.

    python benchmarks/run.py
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> int:
    names = ("hooks.py", "delegated.py", "large.py")
    return max(subprocess.run([sys.executable, HERE / name], check=False).returncode for name in names)


if __name__ == "__main__":
    sys.exit(main())
