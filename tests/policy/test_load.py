"""Policies: what is read, what is refused and how, and that nothing else ever happens."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from delegation_guard.errors import PolicyError
from delegation_guard.model.policy import KeyRole, Policy, Quarantine, VerifyRoot
from delegation_guard.policy.fields import FIELDS, children
from delegation_guard.policy.load import DEFAULT, load

PATH = ".delegation/policy.yaml"


def read(text: str) -> Policy:
    return load(f"version: 1\n{text}".encode(), PATH)


def refused(data: bytes | str) -> PolicyError:
    with pytest.raises(PolicyError) as caught:
        load(data if isinstance(data, bytes) else data.encode(), PATH)
    assert "\n" not in caught.value.message
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n", "~\n", "version: 1\n", "\ufeffversion: 1\n"])
def test_an_empty_policy_is_the_default_but_present(text: str) -> None:
    policy = load(text.encode(), PATH)
    assert replace(policy, path="", sha256="") == DEFAULT
    assert policy.present
    assert policy.sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_the_default_is_not_a_file() -> None:
    assert not DEFAULT.present


EVERYTHING = """\
mode: {default: warn, tests: block, until: 2031-02-28}
fail_on: warning
levels: {tests/removed: warning, fidelity: off, guard/hook-configuration: error}
protected: [deploy/**]
attribution: {mode: closed, delegates: [sprinter], branches: ["bot/*"]}
require_spec: true
unattributed: block
spec: {trust: sealed}
verify:
  on_commit: off
  tiers: {commit: signed, merge: ci-signed}
  isolation: required
  each_commit: true
  roots:
    .: {setup: [make deps], env: {TZ: UTC, LEVEL: 3}}
    packages/api/: {carry: [node_modules], services: ["127.0.0.1:5432"]}
  limits: {seconds: 1.5, memory: 2G, output: 64K, processes: 50}
  flaky:
    reruns: 2
    quarantine: [{id: "t::a", issue: "#1", expires: 2030-01-31}]
keys:
  - {principal: ann@example.com, roles: [human, architect], marks: [touch]}
"""


def test_everything_can_be_said() -> None:
    policy = read(EVERYTHING)
    assert (policy.mode, dict(policy.modes), policy.until) == ("warn", {"tests": "block"}, "2031-02-28")
    assert policy.fail_on == "warning"
    assert dict(policy.levels) == {
        "tests/removed": "warning", "fidelity": "off", "guard/hook-configuration": "error",
    }  # fmt: skip
    assert policy.protected == ("deploy/**",)
    assert (policy.attribution, policy.delegates, policy.branches) == ("closed", ("sprinter",), ("bot/*",))
    assert (policy.require_spec, policy.unattributed, policy.spec_trust) == (True, "block", "sealed")
    verify = policy.verify
    assert (verify.on_commit, verify.commit_tier, verify.merge_tier) == ("off", "signed", "ci-signed")
    assert (verify.isolation, verify.each_commit, verify.reruns) == ("required", True, 2)
    assert verify.roots == (
        VerifyRoot("", setup=("make deps",), env=(("TZ", "UTC"), ("LEVEL", "3"))),
        VerifyRoot("packages/api", carry=("node_modules",), services=("127.0.0.1:5432",)),
    )
    limits = verify.limits
    assert (limits.seconds, limits.memory, limits.output, limits.processes) == (1.5, 2_000_000_000, 64_000, 50)
    assert verify.quarantine == (Quarantine("t::a", "#1", "2030-01-31"),)
    assert policy.keys == (KeyRole("ann@example.com", ("human", "architect"), ("touch",)),)


@pytest.mark.parametrize("text", ["attribution: closed", "attribution: {mode: closed}", 'attribution: "closed"'])
def test_attribution_is_a_word_or_a_map(text: str) -> None:
    assert read(text).attribution == "closed"


@pytest.mark.parametrize("text", ["mode: observe", "mode: {default: observe}"])
def test_mode_is_a_word_or_a_map(text: str) -> None:
    assert read(text).mode == "observe"


@pytest.mark.parametrize("key", ["levels", "protected", "attribution", "spec", "verify", "keys", "verify:\n  roots"])
def test_a_key_whose_entries_are_all_commented_out_says_nothing(key: str) -> None:
    assert replace(read(f"{key}:\n"), path="", sha256="") == DEFAULT


def test_words_are_never_guessed_into_other_kinds() -> None:
    policy = read("levels: {tests: off}\nprotected: [no, 012, 1e3, 2030-01-31, null-ish]")
    assert policy.levels["tests"] == "off"
    assert policy.protected == ("no", "012", "1e3", "2030-01-31", "null-ish")


# text after `version: 1`, the line it must name, a piece of the message, a piece of the hint
REFUSED = [
    ("version: 1", 2, "`version` is written twice (first on line 1)", "keep one"),
    ("verify:\n  limits: {seconds: 1, seconds: 2}", 3, "`seconds` is written twice", "keep one"),
    ("spec_trust: base", 2, "`spec_trust` is not a key of a policy", "spec"),
    ("verify:\n  on_comit: off", 3, "`on_comit` is not a key of `verify`", "did you mean `on_commit`?"),
    ("keys: [{principal: a, roles: [human], mark: [touch]}]", 2, "`mark` is not a key of `keys`", "`marks`"),
    ("mode: {test: warn}", 2, "`test` is not a key of `mode`", "`tests`"),
    ("mode: blocking", 2, "`mode` is `blocking`, but must be observe, warn or block", "mode:"),
    ("mode:", 2, "`mode` is empty", "mode:"),
    ("mode: {until: tomorrow}", 2, "`mode.until` is `tomorrow`, but must be a date", "2030-01-31"),
    ("mode: {until: 2030-02-30}", 2, "no day of the calendar", "2030-01-31"),
    ("mode: [warn]", 2, "`mode` is a list", "mode:"),
    ("fail_on: note", 2, "must be error or warning", "fail_on: error"),
    ("levels: {tests/removed: fatal}", 2, "`fatal`", "levels:"),
    ("levels: {test/removed: off}", 2, "`test/removed` is not a key of `levels`", "tests"),
    ("levels: {tests/: off}", 2, "`tests/` is not a key of `levels`", ""),
    ("levels: {receipt/missing: warning}", 2, "`receipt/missing` cannot be lowered", "mode: warn"),
    ("levels: {guard: off}", 2, "`guard` cannot be lowered", "mode: warn"),
    ("protected: deploy/**", 2, "`protected` is `deploy/**`, but must be a list", "protected: ["),
    ("protected: [[a]]", 2, "`protected` is a list, but must be text", ""),
    ('protected: [" "]', 2, "must be text", ""),
    ("attribution: shut", 2, "must be open or closed", "mode: open"),
    ("require_spec: yes", 2, "`require_spec` is `yes`, but must be true or false", "require_spec: true"),
    ("spec: base", 2, "`spec` is `base`, but must be a map", "trust"),
    ("spec: {trust: caller}", 2, "must be range, base or sealed", "trust: range"),
    ("verify: {limits: {seconds: -1}}", 2, "must be a number of seconds", "seconds: 600"),
    ("verify: {limits: {seconds: 0}}", 2, "which no command can meet", "seconds: 600"),
    ("verify: {limits: {seconds: .inf}}", 2, "must be a number of seconds", ""),
    ("verify: {limits: {memory: 2 GB}}", 2, "must be a number of bytes", "2G"),
    ("verify: {limits: {processes: ١}}", 2, "must be a whole number", ""),
    ("verify: {flaky: {reruns: 4}}", 2, "must be 0, 1, 2 or 3", "reruns: 1"),
    ("verify: {flaky: {quarantine: [{id: a, issue: b}]}}", 2, "has an entry without `expires`", "expires: 2030-01-31"),
    ("verify: {flaky: {quarantine: {id: a}}}", 2, "is a map, but must be a list", ""),
    ("verify: {roots: {/abs: {}}}", 2, "is not a folder of the repository", "packages/api"),
    ("verify: {roots: {a/../..: {}}}", 2, "is not a folder of the repository", "packages/api"),
    ("verify:\n  roots:\n    a: {}\n    a/: {}", 5, "named once", "packages/api"),
    ("verify: {roots: {.: {env: {A-B: 1}}}}", 2, "`A-B` is not the name of a variable", "TZ"),
    ("verify: {roots: {.: {env: {A: [1]}}}}", 2, "the variable `A` is a list", ""),
    ("keys: [{principal: a}]", 2, "`keys` has an entry without `roles`", "roles: [human]"),
    ("keys: [{principal: a, roles: [king]}]", 2, "`keys.roles` is `king`", "human"),
    ("keys: [a]", 2, "`keys` is `a`, but must be a map", "principal"),
    ("protected: &a [x]", 2, "anchors and aliases are not read", "write the value out"),
    ("protected: [*a]", 2, "anchors and aliases are not read", "write the value out"),
    ("protected: !!python/object:os.system [x]", 2, "is not read", "plain value"),
    ("<<: {mode: warn}", 2, "`<<` is not a key", ""),
    ("? [a]\n: b", 2, "a key of a policy is a list", "name: value"),
    ("---\nmode: warn", 2, "a second YAML document", "keep one"),
    ("mode: [", 3, "not valid YAML", "repair"),
    ("\tmode: warn", 2, "not valid YAML", "repair"),
    ("protected: [" * 30, 2, "nested too deeply", "depth"),
]


@pytest.mark.parametrize(("text", "line", "message", "hint"), REFUSED, ids=[row[0][:40] for row in REFUSED])
def test_what_is_not_understood_is_refused_with_its_line(text: str, line: int, message: str, hint: str) -> None:
    error = refused(f"version: 1\n{text}\n")
    assert error.message.startswith(f"{PATH}:{line}: ")
    assert message in error.message
    assert hint in error.hint


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"mode: warn\n", "does not say its version"),
        (b"version: 2\n", "`version` is `2`, but must be 1"),
        (b"version: 1\nmode: \xff\n", f"{PATH}:2: this is not UTF-8"),
        ("version: 1\n".encode("utf-16"), "this is not UTF-8"),
        (b"\0" * 20, "not valid YAML"),
        (b"#" * 1_000_001, "is not read"),
        (b"- a\n", "a policy is a list, but must be a map"),
        (b"hello\n", "a policy is `hello`, but must be a map"),
        (b"version: 1\nprotected: ['" + b"x" * 500 + b"\\x1b[2J'\n", "not valid YAML"),
    ],
)
def test_files_that_are_no_policy(data: bytes, message: str) -> None:
    assert message in refused(data).message


def test_a_hostile_value_cannot_steer_the_terminal() -> None:
    error = refused('version: 1\nmode: "\\e[2Jblock"\n')
    assert error.message.isprintable()


def test_both_parsers_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = read(EVERYTHING)
    monkeypatch.setattr("delegation_guard.policy.load._LOADER", yaml.SafeLoader)
    assert read(EVERYTHING) == expected
    assert "written twice" in refused("version: 1\nversion: 1\n").message
    assert refused('version: 1\nprotected: ["\\uD800"]\n').message


WORDS = st.sampled_from(
    [field.name for field in FIELDS] + ["1", "version: 1", "- ", "{", "}", "[", "]", ":", ": ", ",", "\n", "\n  ", "&a",
     "*a", "!!int", "!", "|", ">", "?", "'", '"', "#", "~", "true", "block", "tests", "\t", "\0", "\x85", "é", "---",
     "%YAML"]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(WORDS).map("".join), st.lists(WORDS).map(" ".join)))
def test_no_text_raises_anything_but_a_policy_error(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    try:
        policy = load(data, PATH)
    except PolicyError as error:
        assert error.message
    else:
        assert isinstance(policy, Policy)


@given(st.binary())
def test_no_bytes_raise_anything_but_a_policy_error(data: bytes) -> None:
    try:
        load(data, PATH)
    except PolicyError as error:
        assert error.message


def test_the_table_of_fields_is_whole() -> None:
    assert len({field.key for field in FIELDS}) == len(FIELDS)
    for field in FIELDS:
        assert field.help.endswith("."), field.key
        parent, _, name = field.key.rpartition(".")
        assert name in children(parent)
