"""The floor of a delegated check: the same git calls, the same imports, `ast.parse` of the same tests; nothing else.

    python -I benchmarks/floor.py RECORDING.json        (delegated.py makes the recording)
"""

import ast
import importlib
import json
import subprocess
import sys


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        recording = json.load(file)
    for name in recording["modules"]:
        importlib.import_module(name)
    for call in recording["calls"]:
        subprocess.run(call["argv"], input=bytes.fromhex(call["stdin"]), capture_output=True, check=False)
    for path in recording["parsed"]:
        with open(path, encoding="utf-8") as file:
            ast.parse(file.read())


if __name__ == "__main__":
    main()
