"""What the options of test runners, linters and type checkers do to what they check.

The text holds `tool: category` (`whole`: its plain arguments are not what it checks), then rows of options. `narrows`:
leaves something out. `voids`: checks nothing, or never fails. `guards`: losing it relaxes. `floors` and `ceilings`:
numbers. `retries`: repeats failures. `records`: writes the expected results anew. `values`: others that take a value.
`=` marks an option that takes a value, `?` one whose weight is doubtful.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from delegation_guard.checks.gating.options_data import TEXT


@dataclass
class Tool:
    """`category`: test, lint, types, format, coverage, audit or any. `kinds`: what each option does."""

    category: str
    kinds: dict[str, str] = field(default_factory=dict)
    valued: set[str] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)
    targets: bool = True

    def add(self, kind: str, words: list[str]) -> None:
        for word in words:
            name = word.rstrip("=?")
            marks = word[len(name) :]
            if kind != "values":
                self.kinds[name] = kind
            if "=" in marks or kind == "values":
                self.valued.add(name)
            if "?" in marks:
                self.doubtful.add(name)


def _tools(text: str) -> dict[str, Tool]:
    found: dict[str, Tool] = {}
    last = Tool("any")
    for line in text.strip().split("\n"):
        if line.startswith(" "):
            kind, *words = line.split()
            last.add(kind, words)
        else:
            name, _, rest = line.partition(": ")
            last = found[name] = Tool(rest.split()[0], targets="whole" not in rest)
    return found


TOOLS = _tools(TEXT)
