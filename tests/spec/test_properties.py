"""Properties of the parser: nothing but SpecError on any input, and decoration never changes the meaning."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from delegation_guard.errors import SpecError
from delegation_guard.model.contract import (
    Allowed,
    Clause,
    CodeBlock,
    ContextItem,
    Contract,
    Edit,
    VerifyCommand,
)
from delegation_guard.spec.parser import MAX_BYTES, parse
from delegation_guard.spec.writer import write

GOOD = sorted((Path(__file__).parent.parent / "specs" / "good").glob("*.md"))
FAST = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def meaning(contract: Contract) -> Contract:
    """A contract without what only says where it was read."""

    def bare(parts):
        return tuple(replace(part, line=0) for part in parts)

    edits = tuple(replace(edit, line=0, heading="", blocks=bare(edit.blocks)) for edit in contract.edits)
    return replace(
        contract,
        line=0,
        edits=edits,
        verify=bare(contract.verify),
        context=bare(contract.context),
        preserve=bare(contract.preserve),
        constraints=bare(contract.constraints),
        allowed=bare(contract.allowed),
        instructions=bare(contract.instructions),
        path="-",
        source="",
        sha256="",
        trust="range",
        warnings=(),
    )


def read(text: str) -> Contract:
    return meaning(parse(text.encode("utf-8", "surrogatepass"), "spec.md"))


PIECES = st.sampled_from(
    (
        "TASK T-1: cap\n",
        "TASK T-2: b\n",
        "CHANGES TO MAKE:\n",
        "### 1. src/a.py\n",
        "### src/b.py (delete)\n",
        "## Verify\n",
        "VERIFY:\n",
        "make test\n",
        "```\n",
        "```python\n",
        "~~~\n",
        "<!-- ",
        " -->\n",
        "`x`\n",
        "- a\n",
        "CONTEXT:\n",
        "KIND: tests\n",
        "ALSO ALLOWED: uv.lock\n",
        "**bold**\n",
        "Replace\n",
        "with\n",
        "x = 1\n",
        "\n",
        " ",
        "\t",
        "\\\n",
        "cd api\n",
        "VERIFY (in api):\n",
        "> q\n",
        "CONSTRAINTS:\n",
        "1. ",
        "(",
        "`",
        "# ",
        "<x>",
        "...",
        "$ ls\n",
        "----\n",
        "\r\n",
        "\r",
        "\ufeff",
        "\u2028",
        "é",
        "(rename to src/c.py)\n",
        "@@ -1 +1 @@\n",
        "```diff\n",
        "-x\n+y\n",
    )
)


@FAST
@given(st.lists(PIECES | st.text(max_size=12), max_size=40).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        contract = parse(text.encode("utf-8", "surrogatepass"), "spec.md")
    except SpecError as error:
        assert error.hint
        assert 0 <= error.line <= text.count("\n") + text.count("\r") + 1
        return
    assert contract.edits and contract.verify and contract.title
    assert all(edit.path and ".." not in edit.path.split("/") for edit in contract.edits)


@FAST
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with pytest.raises(SpecError):
        parse(data, "spec.md")


@FAST
@given(st.sampled_from(GOOD), st.data())
def test_a_damaged_spec_is_read_or_refused(path: Path, data: st.DataObject) -> None:
    text = path.read_bytes()
    place = data.draw(st.integers(0, len(text)))
    piece = data.draw(
        st.sampled_from((b"", b"`", b"```\n", b"\n", b"#", b"<", b"\xff", b"\0", b"<!--", b"TASK ", b"VERIFY:\n", b" "))
    )
    cut = data.draw(st.integers(0, 30))
    try:
        contract = parse(text[:place] + piece + text[place + cut :], path.name)
    except SpecError:
        return
    assert contract.edits and contract.verify


LETTERS = "abcdefghij"
WORD = st.text(LETTERS, min_size=2, max_size=8)
PHRASE = st.lists(WORD, min_size=1, max_size=5).map(" ".join).filter(lambda text: text not in ("na", "tbd"))
PATH = st.builds(
    "{}/{}.{}".format,
    st.lists(st.text(LETTERS + "-_é", min_size=2, max_size=6), min_size=1, max_size=2).map("/".join),
    st.text(LETTERS + " _[]", min_size=1, max_size=8).filter(lambda text: text.strip() == text),
    st.sampled_from(("py", "go", "d.ts")),
).filter(lambda path: not path.startswith("-"))
CODE_LINE = st.sampled_from(
    (
        "x = 1",
        "",
        "    return x",
        "```",
        "````",
        "# TASK T-9: no",
        "### 2. src/no.py",
        "<!-- a",
        "\tif y {",
        "VERIFY:",
        "~~~",
    )
)
CODE = (
    st.lists(CODE_LINE, min_size=1, max_size=5)
    .map("\n".join)
    .filter(lambda text: text.strip())
    .map(lambda text: f"{text}\n")
)
BLOCK = st.builds(
    CodeBlock, st.sampled_from(("", "python", "go", "ts")), CODE, st.just(0), st.sampled_from(("before", "new"))
)
ACTION = st.sampled_from(
    (
        ("modify", ""),
        ("create", ""),
        ("delete", ""),
        ("rename", "to/here.py"),
        ("symlink", "v2"),
        ("mode", "755"),
        ("submodule", ""),
    )
)
COMMAND = st.one_of(
    st.sampled_from(
        (
            "make test",
            "cd api && npm test",
            "x `date` y",
            "Run. This now!",
            "grep '`' f",
            "a | tee b",
            "must be",
            "FOO=1 ./x.sh",
        )
    ),
    st.text("pqr -", min_size=2, max_size=9).map(str.strip).filter(lambda text: text and not text.startswith("-")),
)


@st.composite
def contracts(draw: st.DrawFn) -> Contract:
    paths = draw(st.lists(PATH, min_size=1, max_size=4, unique=True))
    edits = []
    for number, path in enumerate(paths, 1):
        action, target = draw(ACTION)
        blocks = tuple(draw(st.lists(BLOCK, max_size=3)))
        target = f"{target}{number}" if action == "rename" else target
        edits.append(
            Edit(path, action, 0, draw(st.just("") | PHRASE), blocks, draw(st.sampled_from((0, number))), target)
        )
    clauses = st.lists(st.builds(Clause, PHRASE, st.just(0)), max_size=3).map(tuple)
    context = st.builds(
        lambda path, start, more, why: ContextItem(path, start, start + more if start else 0, why, 0),
        PATH,
        st.integers(0, 50),
        st.integers(0, 9),
        st.just("") | PHRASE,
    )
    allowed = st.builds(Allowed, PATH, st.just(0), st.just("") | st.sampled_from(("make docs", "gen --all a, b")))
    return Contract(
        draw(st.from_regex(r"[A-Z]{2}-[0-9]{1,3}", fullmatch=True)),
        draw(PHRASE),
        0,
        tuple(edits),
        tuple(
            draw(
                st.lists(
                    st.builds(VerifyCommand, COMMAND, st.just(0), st.sampled_from(("", "api", "packages/web"))),
                    min_size=1,
                    max_size=4,
                )
            )
        ),
        tuple(draw(st.lists(context, max_size=3))),
        draw(clauses),
        draw(clauses),
        tuple(draw(st.lists(allowed, max_size=3, unique_by=lambda item: item.path))),
        draw(clauses),
        kind=draw(st.sampled_from(("", "tests", "call-sites"))),
        expect=draw(st.sampled_from(("", "fails-before"))),
        agent=draw(st.just("") | WORD),
        model=draw(st.sampled_from(("", "claude-haiku-4-5"))),
    )


@settings(FAST, max_examples=120)
@given(contracts())
def test_what_is_written_reads_back_the_same(contract: Contract) -> None:
    assert read(write(contract)) == contract


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_good_spec_written_again_means_the_same(path: Path) -> None:
    contract = parse(path.read_bytes(), path.name)
    assert read(write(contract)) == meaning(contract)


BASE = """TASK T-1: cap the retry delays
KIND: refactor

CONTEXT — read these files first:
- src/retry.py:3-9 — delays()
- src/clock.py — now()

EXISTING BEHAVIOR THAT MUST BE PRESERVED:
- delays(3) == [1, 2, 4]

CHANGES TO MAKE:
### 1. src/retry.py
Replace
```python
a = 1
```
with
```python
a = 2
```

### 2. tests/test_retry.py (create)
Test it.

VERIFY:
python -m pytest -q
make lint

Both must succeed. If not, STOP and report.

CONSTRAINTS:
- Edit ONLY the listed files.
"""

HEADINGS = (
    r"^(CONTEXT — read these files first|EXISTING BEHAVIOR THAT MUST BE PRESERVED|CHANGES TO MAKE|VERIFY|CONSTRAINTS):$"
)


def every(pattern: str, new: str):
    return lambda text: re.sub(pattern, new, text, flags=re.MULTILINE)


MUTATIONS = {
    "windows": lambda text: text.replace("\n", "\r\n"),
    "old mac": lambda text: text.replace("\n", "\r"),
    "byte order mark": lambda text: f"\ufeff{text}",
    "no colon": every(HEADINGS, r"\1"),
    "hashes": every(HEADINGS, r"## \1"),
    "one hash": every(HEADINGS, r"# \1:"),
    "bold": every(HEADINGS, r"**\1:**"),
    "bold, colon outside": every(HEADINGS, r"**\1**:"),
    "underscores": every(HEADINGS, r"__\1__"),
    "title case": lambda text: re.sub(HEADINGS, lambda found: f"## {found[1].capitalize()}", text, flags=re.MULTILINE),
    "small letters": lambda text: re.sub(HEADINGS, lambda found: f"**{found[1].lower()}**", text, flags=re.MULTILINE),
    "behaviour": lambda text: text.replace("BEHAVIOR", "BEHAVIOUR"),
    "stars": every(r"^- ", "* "),
    "numbered lists": every(r"^- ", "1. "),
    "bullet signs": every(r"^- ", "• "),
    "hyphens": lambda text: text.replace(" — ", " - "),
    "en dashes": lambda text: text.replace(" — ", " – "),
    "ticked paths": every(r"^(### \d\. )(\S+)", r"\1`\2`"),
    "bold paths": every(r"^(### \d\. )(\S+)", r"\1**\2**"),
    "bold file headings": every(r"^### (\d\. .*)$", r"**\1**"),
    "deeper headings": every(r"^### ", "##### "),
    "second-level headings": every(r"^### ", "## "),
    "brackets after the number": every(r"^### (\d)\.", r"### \1)"),
    "file word": every(r"^### (\d)\. ", r"### File \1: "),
    "square marker": lambda text: text.replace("(create)", "[create]"),
    "dashed marker": lambda text: text.replace(" (create)", " — create"),
    "marker in capitals": lambda text: text.replace("(create)", "(CREATE)"),
    "tilde fences": lambda text: text.replace("```", "~~~"),
    "long fences": lambda text: text.replace("```", "`````"),
    "labels with colons": every(r"^(Replace|with)$", r"\1:"),
    "bold labels": every(r"^(Replace|with)$", r"**\1:**"),
    "before and after": lambda text: text.replace("Replace\n", "Before:\n").replace("\nwith\n", "\nAfter:\n"),
    "blank lines around labels": every(r"^(Replace|with)$", r"\n\1\n"),
    "numbered commands": lambda text: text.replace("python -m", "1. python -m").replace("make lint", "2. make lint"),
    "ticked commands": lambda text: text.replace("python -m pytest -q", "- `python -m pytest -q`").replace(
        "make lint", "- `make lint`"
    ),
    "prompts": lambda text: text.replace("python -m", "$ python -m").replace("make lint", "$ make lint"),
    "bash fence": lambda text: text.replace("python -m", "```bash\npython -m").replace(
        "make lint\n", "make lint\n```\n"
    ),
    "plain fence": lambda text: text.replace("python -m", "```\npython -m").replace("make lint\n", "make lint\n```\n"),
    "continued command": lambda text: text.replace("pytest -q", "pytest \\\n  -q"),
    "no blank lines": lambda text: re.sub(r"\n\n+", "\n", text),
    "many blank lines": lambda text: text.replace("\n\n", "\n\n\n\n"),
    "trailing blanks": every(r"(?<!= \d)$", "  "),
    "indented": every(r"^(?=.)", "  "),
    "a title": lambda text: f"# Hand-off\n\nPlease do this.\n\n{text}",
    "in a fence": lambda text: "````\n" + text + "````\n",
    "in a fence of the same length": lambda text: "```\n" + text + "```\n",
    "rulers": lambda text: text.replace("\n\n", "\n\n---\n\n"),
    "bold task": lambda text: text.replace("TASK T-1: cap the retry delays", "**TASK T-1: cap the retry delays**"),
    "hashed task": lambda text: text.replace("TASK T-1: cap", "# Task T-1: cap"),
    "dashed task": lambda text: text.replace("TASK T-1: cap", "TASK T-1 — cap"),
    "colon before the id": lambda text: text.replace("TASK T-1: cap", "TASK: T-1 - cap"),
    "quoted sentence": lambda text: text.replace("Both must", "> Both must"),
    "a comment": lambda text: text.replace("\n\n", "\n\n<!-- TASK T-2: no\n### 3. src/no.py -->\n\n"),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_decoration_does_not_change_the_meaning(name: str) -> None:
    changed = MUTATIONS[name](BASE)
    assert changed != BASE
    assert read(changed) == read(BASE)


@pytest.mark.parametrize("size", [MAX_BYTES + 1, 50_000_000])
def test_a_huge_file_is_refused_at_once(size: int) -> None:
    data = b"x" * size
    begin = time.perf_counter()
    with pytest.raises(SpecError, match="larger than 1,000,000 bytes"):
        parse(data, "spec.md")
    assert time.perf_counter() - begin < 0.5


@pytest.mark.parametrize(
    "line",
    [
        "`" * 19_000,
        "`a``b" * 3800,
        "a " * 9500,
        "VERIFY " * 2500,
        "- " * 9500,
        "<!-- -->" * 2000,
        "**a " * 4000,
        "### " + "1." * 9000,
        "Replace " * 2000,
        "(" * 19000,
        "### 1. a/b (" * 1500,
        "x/" * 9000,
        "'" * 19000,
        "A-" * 9000,
        "<a " * 6000,
    ],
    ids=lambda line: line[:8],
)
@pytest.mark.parametrize(
    "section", ["CONTEXT:", "CHANGES TO MAKE:", "VERIFY:", "CONSTRAINTS:", "KIND: x", "ALSO ALLOWED:"]
)
def test_hostile_lines_take_no_time(section: str, line: str) -> None:
    text = f"TASK T-1: cap\n{section}\n" + f"{line}\n\n" * 20
    begin = time.perf_counter()
    with pytest.raises(SpecError):
        parse(text.encode(), "spec.md")
    assert time.perf_counter() - begin < 3
