"""Commands and sentences of VERIFY: no sentence is ever run, no command is ever lost in silence."""

from __future__ import annotations

import pytest

from delegation_guard.errors import SpecError
from delegation_guard.model.contract import Contract
from delegation_guard.spec.parser import parse
from delegation_guard.spec.shell import classify

SENTENCES = """\
Both must succeed. If test_x fails, do NOT broaden the test to make it pass;
STOP and report what actually happened.
(must be green. If not: stop and say so, don't touch the other tests)
It must succeed. If `validate_refund` is not there, STOP and report; do not invent it.
It must succeed
Run the tests.
Run all tests again
make sure the tests pass
make sure that all tests pass.
Make sure that `make test` passes
test that x works
test the result by hand
go through the tests
find the failing test
time must not exceed 2 s
type it in as it is
file a report
cut no corners
if the suite fails, stop
if it fails
while it runs, wait
make it pass; STOP and report
python must be at least 3.11
node must be installed
all green
All must be green
the suite passes
expect the tests to pass
both commands exit 0
every test passes
no test is skipped
stop and report
STOP
Then:
Expected: 12 passed
Expected output: `12 passed`
Do not run: `make reset`
Never `rm -rf build` first
whatever happens, do not skip tests
If pytest -q fails with exit code 1, STOP.
If the first command prints nothing && exits with 1, STOP
Note that `npm test` takes a minute.
The file `src/a.py` stays as it is.
`total()` stays as it is.
`delays` must exist.
> make test
# make test first
""".splitlines()

COMMANDS = """\
make test
make all
make
npx vitest run
npm run test:unit
npm run build
go vet ./...
go test ./... -run TestTotal -count=1
go run ./cmd/check
FOO=1 python -m pytest -q
A=1 B='two. words' ./run.sh
cd api && npm test
./run.sh
sh -c 'echo the end. Do it.'
test -f x
[ -f x ]
! grep -q foo src/a.py
(cd api && npm test)
frobnicate --all
frobnicate < input.txt
scripts/check.sh
.venv/bin/pytest -q tests/test_a.py
pytest -k "not slow and the rest."
pytest tests/test_a.py::test_b[x-1]
python -c 'print("it must work.")'
python manage.py test
bazel test //...
test "$(wc -l < a)" = 3
tox -e py311
time pytest
just test
task test
find . -name '*.pyc' -delete
git diff --exit-code
diff a.txt b.txt
dotnet test --no-build
./gradlew test
bundle exec rspec
mvn -q test | tee build.log
pytest -q  # must be quick.
Rscript tests.R
mix test
""".splitlines()

UNCLEAR = """\
pytest -q must pass
make test must succeed
cargo test.
go test ./... and go vet ./...
tests/test_a.py must pass.
-q tests
mytool
check src
if [ -f x ]; then pytest; fi
for f in *.py; do python $f; done
pytest, then mypy
npm test or yarn test
""".splitlines()


def spec(verify: str) -> Contract:
    text = f"TASK T-1: cap\n\nCHANGES TO MAKE:\n### 1. src/a.py\nCap it.\n\nVERIFY:\n`true x`\n\n{verify}\n"
    return parse(text.encode(), "spec.md")


def commands(verify: str) -> list[str]:
    return [command.command for command in spec(verify).verify][1:]


@pytest.mark.parametrize("line", SENTENCES)
def test_a_sentence_is_never_run(line: str) -> None:
    found = spec(line)
    assert [command.command for command in found.verify] == ["true x"]
    assert len(found.instructions) == 1


@pytest.mark.parametrize(
    "line", [line for line in SENTENCES if "`" not in line and not line.startswith((">", "#", "Run"))]
)
def test_a_sentence_reads_as_one(line: str) -> None:
    assert classify(line) == "prose"


@pytest.mark.parametrize("line", SENTENCES)
def test_a_wrapped_sentence_is_never_run(line: str) -> None:
    assert commands(f"{line.rstrip('.:)')} if you see in the output of\npython must be the newest.") == []


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_is_run_as_written(line: str) -> None:
    assert classify(line) == "command"
    assert commands(line) == [line]
    assert commands(f"- `{line}`" if "`" not in line else line) == [line]
    assert commands(f"```bash\n{line}\n```") == [line]
    assert commands(f"It must be green:\n{line}") == [line]


@pytest.mark.parametrize("line", UNCLEAR)
def test_what_could_be_both_is_refused_with_its_line(line: str) -> None:
    assert classify(line) == "unclear"
    with pytest.raises(SpecError) as refused:
        spec(line)
    assert refused.value.line == 10
    assert "back-ticks" in refused.value.hint


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Run `make test`.", ["make test"]),
        ("Then run: `make test`", ["make test"]),
        ("Run `make lint` and then `make test`", ["make lint", "make test"]),
        ("`make lint`, `make test`", ["make lint", "make test"]),
        ("Unit tests: `npm test`", ["npm test"]),
        ("`make test` must be green", ["make test"]),
        ("`pytest -q` → 12 passed", ["pytest -q"]),
        ("`x` ", ["x"]),
        ("``echo `date` ``", ["echo `date`"]),
        ("1) `make test`", ["make test"]),
        ("* [x] `make test`", ["make test"]),
        ("**`make test`**", ["make test"]),
    ],
)
def test_back_ticks_make_a_command(line: str, expected: list[str]) -> None:
    assert commands(line) == expected


@pytest.mark.parametrize(
    "line",
    [
        "Run pytest -q",
        "Run `make test` if you changed the docs",
        "`make` && `test`",
        "pytest `-q`",
        "`mytool check` must pass",
        "Run mytool",
    ],
)
def test_half_marked_commands_are_refused(line: str) -> None:
    with pytest.raises(SpecError, match="could be a command or a sentence"):
        spec(line)


def test_a_command_named_again_is_not_run_twice() -> None:
    assert commands("make test\n`make test` fails? STOP.") == ["make test"]


def test_directories() -> None:
    found = spec("In `packages/api`:\nnpm test\n\nin packages/web: `npm test`\nmake lint").verify[1:]
    assert [(command.command, command.directory) for command in found] == [
        ("npm test", "packages/api"),
        ("npm test", "packages/web"),
        ("make lint", "packages/api"),
    ]


@pytest.mark.parametrize("where", ["..", "/tmp", "~", "$HOME", "a/../../b", "my folder"])
def test_a_directory_outside_is_refused(where: str) -> None:
    with pytest.raises(SpecError):
        spec(f"VERIFY (in {where}):\nmake test")


@pytest.mark.parametrize("where", [".", "the repository root", "`./`", "./"])
def test_the_top_is_no_directory(where: str) -> None:
    assert [command.directory for command in spec(f"VERIFY (in {where}):\nmake test").verify] == ["", ""]
