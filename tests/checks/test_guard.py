"""Guard: what decides the verdict may not be touched by what is judged."""

from __future__ import annotations

import hashlib

import pytest

from contracts import SPEC, contract
from delegation_guard.checks import guard
from delegation_guard.checks.protected import TABLE, protection
from delegation_guard.model.policy import Policy
from support import subject

A = {"src/a.py": "a = 1\n"}
B = {"src/a.py": "a = 2\n"}


def found(before, after, *, spec=("src/a.py",), trust="base", **more):
    governing = contract(*spec, trust=trust) if spec is not None else None
    return list(guard.find(subject({**A, **before}, {**B, **after}, contract=governing, **more)))


def rules(before, after, **more):
    return [item.rule for item in found(before, after, **more)]


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        (".delegation/specs/T-9.md", "guard/spec-edited"),
        (".delegation/policy.yaml", "guard/policy-edited"),
        (".Delegation/Policy.yaml", "guard/policy-edited"),
        (".delegation /policy.yaml", "guard/policy-edited"),
        (".delegation/notes.txt", "guard/policy-edited"),
        ("src/.delegation.yml", "guard/policy-edited"),
        ("src/.delegation/policy.yaml", "guard/policy-edited"),
        ("delegation-guard.toml", "guard/policy-edited"),
        (".delegation/allowed_signers", "guard/keys-edited"),
        (".git-keys/allowed_signers", "guard/keys-edited"),
        (".delegation/waivers.yaml", "guard/waiver"),
        (".delegation/waivers/one.yaml", "guard/waiver"),
        (".delegation/overrides/T-1.yaml", "guard/waiver"),
        (".pre-commit-config.yaml", "guard/hooks-edited"),
        (".pre-commit-config.yml", "guard/hooks-edited"),
        (".pre-commit-hooks.yaml", "guard/hooks-edited"),
        (".husky/pre-commit", "guard/hooks-edited"),
        (".husky/_/husky.sh", "guard/hooks-edited"),
        ("lefthook.yml", "guard/hooks-edited"),
        (".githooks/commit-msg", "guard/hooks-edited"),
        ("scripts/hooks/pre-push", "guard/hooks-edited"),
        ("hooks/git/commit-msg", "guard/hooks-edited"),
        ("git-hooks/pre-commit.sh", "guard/hooks-edited"),
        (".github/workflows/ci.yml", "guard/workflow-edited"),
        (".GitHub/Workflows/ci.yml", "guard/workflow-edited"),
        (".github/actions/x/action.yml", "guard/workflow-edited"),
        ("tools/act/action.yaml", "guard/workflow-edited"),
        (".gitlab-ci.yml", "guard/workflow-edited"),
        (".circleci/config.yml", "guard/workflow-edited"),
        ("azure-pipelines.yml", "guard/workflow-edited"),
        ("Jenkinsfile", "guard/workflow-edited"),
        ("ci/Jenkinsfile.release", "guard/workflow-edited"),
        (".buildkite/pipeline.yml", "guard/workflow-edited"),
        (".travis.yml", "guard/workflow-edited"),
        (".github/CODEOWNERS", "guard/codeowners"),
        ("CODEOWNERS", "guard/codeowners"),
        ("docs/CODEOWNERS", "guard/codeowners"),
        (".claude/settings.json", "guard/agent-settings"),
        (".claude/settings.local.json", "guard/agent-settings"),
        (".claude/hooks/guard.sh", "guard/agent-settings"),
        ("pkg/.claude/settings.json", "guard/agent-settings"),
        (".codex/hooks.json", "guard/agent-settings"),
        (".gemini/settings.json", "guard/agent-settings"),
        (".cursor/hooks.json", "guard/agent-settings"),
        (".mcp.json", "guard/agent-settings"),
        ("CLAUDE.md", "guard/agent-instructions"),
        ("sub/AGENTS.md", "guard/agent-instructions"),
        (".cursor/rules/x.mdc", "guard/agent-instructions"),
        (".claude/skills/x/SKILL.md", "guard/agent-instructions"),
        (".gitconfig", "guard/git-config"),
        (".mailmap", "guard/git-config"),
    ],
)
def test_protected_paths(path, rule):
    assert rules({}, {path: "x\n"}) == [rule]
    assert rules({path: "x\n"}, {path: "y\n"}) == [rule]
    assert rules({path: "x\n"}, {}) == [rule]


@pytest.mark.parametrize(
    "path",
    [
        "src/hooks.py", "src/hooks/useCart.ts", "src/react/hooks/update.ts.txt", "docs/policy.yaml", "workflows/ci.yml",
        "src/actions.yml", "delegation/policy.py", "src/delegation.yaml", "docs/agents/intro.md",
        "github/workflows/x.yml",
        "tests/fixtures/jenkins.txt", "src/claude.py", "package-lock.json", ".gitignore", ".gitattributes",
        "specs/T-1.md",
        "src/pre_commit.py", "README.md", ".editorconfig", "signers.txt", "src/guard.py",
    ],
)  # fmt: skip
def test_ordinary_paths(path):
    assert protection(path) is None
    assert rules({}, {path: "x\n"}) == []


def test_every_pattern_is_written_in_folded_form():
    assert [pattern for pattern, _ in TABLE if pattern != pattern.lower()] == []
    declared = {rule.id for rule in guard.RULES}
    assert {item.rule for _, item in TABLE} <= declared


@pytest.mark.parametrize(
    ("trust", "line"), [("range", 0), ("handoff", 0), ("base", 20), ("sealed", 20), ("caller", 20)]
)
def test_only_a_spec_from_before_authorises(trust, line):
    path = ".github/workflows/ci.yml"
    finding = found({path: "a\n"}, {path: "b\n"}, spec=("src/a.py", path), trust=trust)[0]
    assert finding.authorised == line
    assert finding.clause.line == 20
    assert bool(finding.hint) is not bool(line)


def test_a_glob_or_another_action_authorises_nothing():
    path = ".github/workflows/ci.yml"
    assert found({path: "a\n"}, {path: "b\n"}, spec=("src/a.py", ".github/** (glob)"))[0].authorised == 0
    assert found({path: "a\n"}, {}, spec=("src/a.py", path))[0].authorised == 0
    assert found({path: "a\n"}, {}, spec=("src/a.py", f"{path} (delete)"))[0].authorised == 20


def test_the_governing_spec_never_authorises_itself():
    finding = found({SPEC: "a\n"}, {SPEC: "b\n"}, spec=("src/a.py", SPEC), spec_path=SPEC)[0]
    assert (finding.rule, finding.authorised) == ("guard/spec-edited", 0)
    assert "the very spec" in finding.message
    assert found({SPEC: "a\n"}, {}, spec=("src/a.py",), spec_path=SPEC)[0].rule == "guard/spec-edited"


def test_the_governing_text_itself_is_no_tampering():
    digest = hashlib.sha256(b"TASK x\n").hexdigest()
    judged = subject(A, {**B, SPEC: "TASK x\n"}, contract=contract("src/a.py", trust="range", sha256=digest))
    assert list(guard.find(judged)) == []
    other = subject(A, {**B, SPEC: "TASK y\n"}, contract=contract("src/a.py", trust="range", sha256=digest))
    assert [item.rule for item in guard.find(other)] == ["guard/spec-edited"]


def test_specs_of_one_squash_are_no_tampering():
    both = contract("src/a.py", trust="range")
    paths = (".delegation/specs/T-1.md", ".delegation/specs/T-2.md")
    union = type(both)(**{
        **{name: getattr(both, name) for name in both.__dataclass_fields__},
        "path": " + ".join(paths), "source": "TASK 1\nx\nTASK 2\ny\n",
    })  # fmt: skip
    judged = subject(A, {**B, paths[0]: "TASK 1\nx\n", paths[1]: "TASK 2\ny\n"}, contract=union)
    assert list(guard.find(judged)) == []
    wider = subject(A, {**B, paths[0]: "TASK 1\nx\n", paths[1]: "TASK 2\nz\n"}, contract=union)
    assert [item.location.path for item in guard.find(wider)] == [paths[1]]


def test_a_persons_new_spec_is_their_business_and_a_changed_one_is_said():
    for standing in ("plain", "unattributed"):
        assert rules({}, {SPEC: "x"}, spec=None, standing=standing) == []
        assert rules({SPEC: "x"}, {SPEC: "y"}, spec=None, standing=standing) == ["guard/spec-edited"]
    assert rules({}, {SPEC: "x"}, spec=None, standing="suspected") == ["guard/spec-edited"]


def test_everybodys_touch_is_said_whatever_the_standing():
    for standing in ("plain", "unattributed", "suspected", "delegated"):
        assert rules({}, {"lefthook.yml": ""}, spec=None, standing=standing) == ["guard/hooks-edited"]


def test_the_policys_own_patterns():
    policy = Policy(protected=("infra/**", "*.tf"))
    assert rules({}, {"infra/x/y": "", "main.tf": "", "sub/main.tf": ""}, policy=policy) == ["guard/protected"] * 2


@pytest.mark.parametrize(
    "line",
    [
        "*.py -diff", "*.py binary", "* -text", "src/** linguist-generated", "*.py linguist-generated=true",
        "*.py diff=nil",
        "*.py filter=clean", "tests/** export-ignore", "*.png filter=evil", "*.py working-tree-encoding=UTF-16",
        "src/a.py text -diff", "*.[ch] -diff",
    ],
)  # fmt: skip
def test_attributes_that_hide(line):
    assert rules({".gitattributes": "# x\n"}, {".gitattributes": f"# x\n{line}\n"}) == ["guard/git-config"]


@pytest.mark.parametrize(
    "line",
    [
        "*.png binary", "*.png -diff", "* text=auto", "*.sh text eol=lf", "*.py diff=python",
        "*.psd filter=lfs diff=lfs merge=lfs -text",
        "# *.py -diff", "*.py diff", "*.md merge=union",
    ],
)  # fmt: skip
def test_attributes_that_are_fine(line):
    assert rules({}, {".gitattributes": f"{line}\n"}) == []


def test_attributes_that_were_there_already_are_fine():
    assert rules({".gitattributes": "*.py -diff\n"}, {".gitattributes": "# moved\n*.py -diff\n"}) == []


def test_submodule_settings():
    old = '[submodule "x"]\n\tpath = libs/x\n\turl = https://one.example/x\n'
    new = old.replace("one.example", "two.example") + "\tbranch = dev\n"
    messages = [item.message for item in found({".gitmodules": old}, {".gitmodules": new})]
    assert messages == ["submodule x: url = https://two.example/x", "submodule x: branch = dev"]
    assert rules({".gitmodules": old}, {".gitmodules": old.replace("\t", "  ")}) == []


@pytest.mark.parametrize(
    ("line", "hits"),
    [
        ("src/", True), ("*.py", True), ("/src/a.py", True), ("a.py", True), ("src/**", True), ("**/a.py", True),
        ("src", True), ("*.p[xyz]", True), ("/src/[a-c].py", True), ("*.py[cod]", False), ("src/b[a].py", False),
        ("*", True), ("/*", True), ("src/*", True), ("**/src/**", True), ("docs/**", False),
        ("*.pyc", False), ("build/", False), ("a.py/", False), ("/a.py", False), ("!src/a.py", False), ("# src", False),
        ("sr", False),
    ],
)  # fmt: skip
def test_ignore_patterns(line, hits):
    assert rules({".gitignore": "x\n"}, {".gitignore": f"x\n{line}\n"}) == (["guard/ignored-path"] if hits else [])


def test_ignore_patterns_of_a_folder_stay_in_it():
    assert rules({}, {"src/.gitignore": "a.py\n"}) == ["guard/ignored-path"]
    assert rules({}, {"doc/.gitignore": "a.py\n"}) == []


def test_hook_settings_inside_package_json():
    plain, hooked = '{"scripts": {"test": "x"}}', '{"scripts": {"test": "x", "prepare": "husky"}}'
    assert rules({"package.json": hooked}, {"package.json": plain}) == ["guard/hooks-edited"]
    assert rules({"package.json": plain}, {"package.json": '{"simple-git-hooks": {"pre-commit": "true"}}'}) == [
        "guard/hooks-edited"
    ]
    assert rules({"package.json": plain}, {"package.json": "{not json"}) == ["guard/hooks-edited"]
    assert rules({"package.json": hooked}, {"package.json": hooked.replace('"x"', '"y"')}) == []
    assert rules({"package.json": plain}, {"package.json": '{"scripts": {"prepare": "tsc"}}'}) == []


def test_a_table_for_the_guard_in_pyproject():
    assert rules({"pyproject.toml": ""}, {"pyproject.toml": "[tool.delegation-guard]\nmode = 'observe'\n"}) == [
        "guard/policy-edited"
    ]
    assert rules({"pyproject.toml": ""}, {"pyproject.toml": "[tool.delegation-guard]\nmode = \n"}) == [
        "guard/policy-edited"
    ]
    assert rules({"pyproject.toml": ""}, {"pyproject.toml": "[tool.ruff]\n"}) == []


@pytest.mark.parametrize(
    "line",
    [
        "x = 1  # guard: ignore", "x()  # delegation-guard: ignore[tests/removed]",
        "// delegation-guard:disable-next-line",
        "/* guard: off */", "x  # noqa: tests/removed", "<!-- delegation-guard: skip -->", "-- guard: disable",
        "# delegation_guard ignore", "# ignore[scope/unlisted]",
    ],
)  # fmt: skip
def test_comments_that_tell_the_guard_to_look_away(line):
    assert rules({}, {"src/a.py": f"a = 2\n{line}\n"}) == ["guard/ignore-comment"]


@pytest.mark.parametrize(
    "line",
    [
        "x = guard  # noqa: E501",
        "if guard: pass",
        "# the guard passes it on",
        "# type: ignore",
        "guard = ignore",
        "# see tests/a.py",
        "# safeguard: on",
    ],
)
def test_comments_about_something_else(line):
    assert rules({}, {"src/a.py": f"a = 2\n{line}\n"}) == []


def test_a_moved_comment_is_not_new():
    assert rules({"src/b.py": "# guard: ignore\n"}, {"src/b.py": "x = 1\n# guard: ignore\n"}) == []


def test_a_module_with_the_guards_name():
    assert rules({}, {"delegation_guard.py": ""}) == ["guard/tool-shadowed"]
    assert rules({}, {"tests/delegation_guard/__init__.py": ""}) == ["guard/tool-shadowed"]
    own = "src/delegation_guard/__init__.py"
    assert rules({own: ""}, {own: "", "src/delegation_guard/new.py": ""}) == []
    assert rules({}, {"docs/delegation_guard.md": ""}) == []


def test_both_exits_and_no_waiver_for_the_delegate():
    finding = found({"lefthook.yml": "a"}, {"lefthook.yml": "b"})[0]
    assert finding.hint.startswith("undo it: git restore --source=base --staged --worktree -- :/lefthook.yml")
    assert 'git commit -m "..." -- lefthook.yml' in finding.remedy
    assert "handoff" not in finding.hint + finding.remedy


@pytest.mark.parametrize("pattern", sorted({pattern for pattern, _ in TABLE}))
def test_every_pattern_finds_a_path_made_from_it(pattern):
    for between in ("q/", ""):
        assert protection(pattern.replace("**/", between).replace("**", "q").replace("*", "q")) is not None
