"""`python -m delegation_guard`; prefer the console script, which cannot be shadowed from the current folder."""

from delegation_guard.cli.main import run

if __name__ == "__main__":
    run()
