"""Lock files: with their manifest, from the same places, and no more than the manifest asks."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import contract, edit
from delegation_guard.checks import locks, scope
from delegation_guard.checks.lockfiles.manifests import EVERYTHING, changed
from delegation_guard.checks.lockfiles.reading import READERS, UnreadableLock, read
from delegation_guard.checks.lockfiles.table import TABLE, nearer, serves
from delegation_guard.model.finding import Finding
from delegation_guard.model.report import NotAnalysed, Skip
from support import subject

R = "https://registry.example"


def results(before, after, *headings, **more):
    judged = subject(before, after, contract=contract(*headings, allowed=more.pop("allowed", ())), **more)
    return [
        *locks.find(judged),
        *(item for item in scope.find(judged) if getattr(item, "rule", "") == "scope/unlisted"),
    ]


def rules(before, after, *headings, **more):
    return [
        f"{item.rule[6:]}:{item.certainty}"
        for item in results(before, after, *headings, **more)
        if isinstance(item, Finding)
    ]


def package(**needs):
    return json.dumps({"name": "x", "dependencies": needs})


def npm(**entries):
    rows = {"": {"name": "x"}}
    for name, (version, *rest) in entries.items():
        more = rest[0] if rest else {}
        rows[f"node_modules/{name}"] = {
            "version": version, "resolved": f"{R}/{name}/-/{name}-{version}.tgz",
            "integrity": f"sha512-{name}{version}", **more,
        }  # fmt: skip
    return json.dumps({"lockfileVersion": 3, "packages": rows})


OLD = {"package.json": package(a="1"), "package-lock.json": npm(a=("1.0.0",), z=("1.0.0",))}
NEW = {"package.json": package(a="2"), "package-lock.json": npm(a=("2.0.0",), z=("1.0.0",))}


def test_with_its_manifest():
    assert rules(OLD, NEW, "package.json") == []


@pytest.mark.parametrize("lock", sorted(name for name in TABLE if "*" not in name))
def test_every_row_of_the_table(lock):
    """Named manifests permit their lock in the same folder and above, and nothing else does."""
    manifest = TABLE[lock][0].replace("*", "x")
    place = f"gradle/{lock}" if lock == "verification-metadata.xml" else lock
    before, after = {manifest: "1", place: ""}, {manifest: "2", place: "\n"}
    assert "lock-without-manifest:sure" not in rules(before, after, manifest)
    assert rules(before, after, "other.txt", manifest + ".bak")[-2:] != []
    assert "lock-without-manifest:sure" in rules({place: ""}, {place: "\n"}, "src/a.py")
    deeper = f"packages/api/{manifest}"
    assert serves(place, deeper)
    assert not serves(f"other/{place}", deeper)


def test_lock_alone_is_an_error_and_names_its_manifest():
    after = {**OLD, "package-lock.json": NEW["package-lock.json"]}
    finding = results(OLD, after, "package.json")[0]
    assert finding.rule == "scope/lock-without-manifest"
    assert "package.json, which it follows, did not" in finding.message
    assert rules(OLD, after, "src/a.py") == ["lock-without-manifest:sure"]
    assert rules(OLD, NEW, "src/a.py") == ["lock-without-manifest:sure", "unlisted:sure"]


def test_lock_named_by_heading_or_also_allowed():
    after = {**OLD, "package-lock.json": NEW["package-lock.json"]}
    assert rules(OLD, after, "package-lock.json") == []
    assert rules(OLD, after, "src/a.py", allowed=("package-lock.json",)) == []


def test_lock_of_a_commit_whose_manifest_changed_in_an_earlier_one():
    after = {**OLD, "package-lock.json": NEW["package-lock.json"]}
    assert rules(OLD, after, "package.json", span="commit") == []


def test_root_lock_serves_members_without_a_lock_of_their_own():
    before = {"package-lock.json": OLD["package-lock.json"], "packages/api/package.json": OLD["package.json"]}
    after = {"package-lock.json": NEW["package-lock.json"], "packages/api/package.json": NEW["package.json"]}
    assert rules(before, after, "packages/api/package.json") == []
    own = {"packages/api/package-lock.json": "{}"}
    assert rules({**before, **own}, {**after, **own}, "packages/api/package.json") == ["lock-without-manifest:sure"]
    assert nearer("yarn.lock", "a/b/package.json", {"a/yarn.lock"}.__contains__)
    assert not nearer("a/yarn.lock", "a/b/package.json", {"yarn.lock", "a/yarn.lock"}.__contains__)


def test_a_lock_that_becomes_a_link_is_no_lock():
    modes = {"package-lock.json": "120000"}
    after = {**NEW, "package-lock.json": "/etc/x"}
    assert rules(OLD, after, "package.json", modes_after=modes) == ["lock-without-manifest:sure"]


def test_entries_nobody_asked_for_are_named():
    after = {
        **NEW,
        "package-lock.json": npm(
            a=("2.0.0", {"dependencies": {"b": "1"}}), b=("1.0.0",), z=("9.0.0",), evil=("1.0.0",)
        ),
    }
    finding = results(OLD, after, "package.json")[0]
    assert finding.rule == "scope/lock-extra"
    assert finding.message == "no changed dependency of package.json needs the new entries of evil, z"
    assert finding.evidence.after == "evil\nz"


def test_a_global_setting_may_move_everything():
    after = {
        **NEW,
        "package.json": '{"dependencies": {"a": "2"}, "overrides": {"z": "9"}}',
        "package-lock.json": npm(a=("2.0.0",), z=("9.0.0",)),
    }
    found = results(OLD, after, "package.json")
    assert [type(item) for item in found] == [Skip]


def moved(**change):
    return {**NEW, "package-lock.json": npm(a=("2.0.0",), z=("1.0.0", change))}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"resolved": "https://evil.example/z/-/z-1.0.0.tgz"}, ["lock-source:sure"]),
        ({"resolved": "https://evil.example/z.tgz"}, ["lock-source:sure"]),
        (
            {"resolved": "git+ssh://git@host.example/z.git#abc", "integrity": ""},
            ["lock-source:sure", "lock-extra:sure"],
        ),
        ({"integrity": "sha512-other"}, ["lock-integrity:sure"]),
        ({"integrity": ""}, ["lock-integrity:sure"]),
        ({"integrity": "sha1-other"}, ["lock-integrity:doubtful"]),
        ({"integrity": "sha512-z1.0.0 sha1-more"}, []),
        ({"resolved": "http://registry.example/z/-/z-1.0.0.tgz"}, ["lock-source:sure"]),
    ],
)
def test_an_unchanged_version_stays_where_it_was(change, expected):
    assert rules(OLD, moved(**change), "package.json") == expected


@pytest.mark.parametrize(
    "resolved", ["https://evil.example/a.tgz", "git+https://evil.example/a.git#1", "https://evil.example/a/-/a-2.tgz"]
)
def test_a_new_entry_from_a_new_place(resolved):
    after = {**NEW, "package-lock.json": npm(a=("2.0.0", {"resolved": resolved}), z=("1.0.0",))}
    assert rules(OLD, after, "package.json") == ["lock-source:sure"]


def test_an_address_the_spec_gives_is_authorised():
    after = {
        **NEW,
        "package-lock.json": npm(a=("2.0.0", {"resolved": "git+https://host.example/a.git#1"}), z=("1.0.0",)),
    }
    spec = edit("package.json", 1, '{\n"dependencies": {"a": "git+https://host.example/a.git#1"}\n')
    assert [item.authorised for item in results(OLD, after, spec)] == [13]


def test_a_first_lock_file_is_judged_for_addresses_only():
    before = {"package.json": package()}
    assert rules(before, NEW, "package.json") == []
    git = {**NEW, "package-lock.json": npm(a=("2.0.0", {"resolved": "git+https://host.example/a.git#1"}))}
    assert rules(before, git, "package.json") == ["lock-source:sure"]


def test_what_cannot_be_read_is_said():
    assert [type(item) for item in results(OLD, {**NEW, "package-lock.json": "{"}, "package.json")] == [NotAnalysed]
    assert [type(item) for item in results({**OLD, "package-lock.json": "["}, NEW, "package.json")] == [NotAnalysed]
    binary = (
        {"package.json": package(a="1"), "bun.lockb": b"\0"},
        {"package.json": package(a="2"), "bun.lockb": b"\0\1"},
    )
    assert [type(item) for item in results(*binary, "package.json")] == [Skip]


UV = """\
version = 1
[[package]]
name = "app"
version = "0.1"
source = { editable = "." }
dependencies = [{ name = "%s" }]
[[package]]
name = "%s"
version = "%s"
source = { registry = "https://%s/simple" }
dependencies = [{ name = "dep" }]
sdist = { url = "https://files.example/x.tar.gz", hash = "sha256:%s" }
[[package]]
name = "dep"
version = "%s"
source = { registry = "https://index.example/simple" }
"""
CARGO = """\
version = 3
[[package]]
name = "app"
version = "0.1.0"
dependencies = ["%s"]
[[package]]
name = "%s"
version = "%s"
source = "registry+https://%s/index"
checksum = "%s"
dependencies = ["dep 1.0.0"]
[[package]]
name = "dep"
version = "%s"
source = "registry+https://index.example/index"
"""
POETRY = """\
[[package]]
name = "%s"
version = "%s"
[package.source]
type = "legacy"
url = "https://%s/simple"
[package.dependencies]
dep = "*"
[[package]]
name = "dep"
version = "%s"
[package.source]
type = "legacy"
url = "https://index.example/simple"
[metadata.files]
%s = [{file = "x.whl", hash = "sha256:%s"}]
"""
YARN = """\
# yarn lockfile v1

"%s@^1":
  version "%s"
  resolved "https://%s/x/-/x-1.tgz#abc"
  integrity sha512-%s
  dependencies:
    "dep" "^1"

dep@^1, dep@~1.0:
  version "%s"
  resolved "https://index.example/dep/-/dep-1.tgz"
"""
BERRY = """\
__metadata:
  version: 8

"%s@npm:^1":
  version: %s
  resolution: "%s@npm:%s"
  dependencies:
    dep: "npm:^1"
  checksum: %s
  languageName: node

"dep@npm:^1":
  version: %s
  resolution: "dep@npm:%s"
"""
PNPM = """\
lockfileVersion: '9.0'

importers:
  .:
    dependencies:
      x:
        specifier: ^1

packages:

  %s@%s:
    resolution: {integrity: sha512-%s}
    engines: {node: '>=10'}

  dep@%s:
    resolution: {integrity: sha512-dep}

snapshots:

  %s@%s:
    dependencies:
      dep: %s

  dep@%s: {}
"""
GEM = """\
GEM
  remote: https://%s/
  specs:
    %s (%s)
      dep (>= 1)
    dep (%s)

PLATFORMS
  ruby

DEPENDENCIES
  x

CHECKSUMS
  %s (%s) sha256=%s
"""


def forms(name="x", version="1.0", place="index.example", digest="aa", dep="1.0"):
    """The same two packages in every form that says all of it."""
    return {
        "uv.lock": UV % (name, name, version, place, digest, dep),
        "Cargo.lock": CARGO % (name, name, version, place, digest, dep),
        "poetry.lock": POETRY % (name, version, place, dep, name, digest),
        "yarn.lock": YARN % (name, version, place, digest, dep),
        "pnpm-lock.yaml": PNPM % (name, version, digest, dep, name, version, dep, dep),
        "Gemfile.lock": GEM % (place, name, version, dep, name, version, digest),
    }  # fmt: skip


MANIFESTS = {
    "uv.lock": ("pyproject.toml", '[project]\nname = "app"\ndependencies = ["x%s"]\n', ("==1", ">=2")),
    "poetry.lock": ("pyproject.toml", '[tool.poetry.dependencies]\nx = "%s"\n', ("^1", "^2")),
    "Cargo.lock": ("Cargo.toml", '[dependencies]\nx = "%s"\n', ("1", "2")),
    "yarn.lock": ("package.json", '{"dependencies": {"x": "%s"}}', ("^1", "^2")),
    "pnpm-lock.yaml": ("package.json", '{"dependencies": {"x": "%s"}}', ("^1", "^2")),
    "Gemfile.lock": ("Gemfile", "gem 'x', '%s'\n", ("~> 1", "~> 2")),
}


def judged(lock, before, after):
    manifest, text, (old, new) = MANIFESTS[lock]
    return rules({manifest: text % old, lock: before}, {manifest: text % new, lock: after}, manifest)


@pytest.mark.parametrize("lock", sorted(MANIFESTS))
def test_every_form_says_the_same(lock):
    base = forms()[lock]
    assert judged(lock, base, forms(version="2.0", digest="bb")[lock]) == []
    assert judged(lock, base, forms(version="2.0", digest="bb", dep="1.1")[lock]) == []
    assert judged(lock, base, forms(digest="bb")[lock]) == ["lock-integrity:sure"]
    assert "lock-extra:sure" in judged(lock, base, forms(name="y", version="2.0")[lock])
    if lock != "pnpm-lock.yaml":
        assert "lock-source:sure" in judged(lock, base, forms(place="evil.example")[lock])


def test_berry():
    old, new = {"package.json": package(x="^1")}, {"package.json": package(x="^2")}
    before = BERRY % ("x", "1.0", "x", "1.0", "10/aa", "1.0", "1.0")
    after = BERRY % ("x", "2.0", "x", "2.0", "10/bb", "1.0", "1.0")
    assert rules({**old, "yarn.lock": before}, {**new, "yarn.lock": after}, "package.json") == []
    packages = {item.name: item for item in read("yarn.lock", before.encode()).packages}
    assert packages["x"].needs == ("dep",)
    elsewhere = before.replace('resolution: "x@npm:1.0"', 'resolution: "x@https://evil.example/x.git#commit=1"')
    assert "lock-source:sure" in rules({**old, "yarn.lock": before}, {**new, "yarn.lock": elsewhere}, "package.json")


def samples():
    document = yaml.safe_load((Path(__file__).parent / "lock_samples.yaml").read_text(encoding="utf-8"))
    return [pytest.param(path, row["text"], row["packages"], id=path) for path, row in document.items()]


@pytest.mark.parametrize(("path", "text", "expected"), samples())
def test_other_forms_are_read(path, text, expected):
    lock = read(path, text.encode())
    assert [f"{item.name} {item.version} <- {' '.join(item.needs)}".strip(" <-") for item in lock.packages] == expected


def test_compiled_requirements():
    before = {"requirements.in": "x\n", "requirements.txt": "x==1\n"}
    after = {"requirements.in": "x>=2\n", "requirements.txt": "x==2\ny==1\n    # via x\n"}
    assert rules(before, after, "requirements.in") == []
    assert rules(before, {**before, "requirements.txt": "x==2\n"}, "src/a.py") == ["lock-without-manifest:sure"]
    assert rules({"requirements.txt": "x==1\n"}, {"requirements.txt": "x==2\n"}, "src/a.py") == ["unlisted:sure"]
    evil = {**after, "requirements.txt": "x @ https://evil.example/x.zip\n"}
    assert "lock-source:sure" in rules(before, evil, "requirements.in")


@settings(deadline=None)
@given(st.sampled_from(sorted(READERS)), st.text(max_size=200) | st.binary(max_size=200))
def test_no_text_breaks_a_reader(path, content):
    data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    with contextlib.suppress(UnreadableLock):
        read(path.replace("*", "x"), data)


@settings(deadline=None)
@given(
    st.sampled_from(["package-lock.json", "uv.lock", "yarn.lock", "pnpm-lock.yaml", "Gemfile.lock", "Cargo.lock"]),
    st.data(),
)
def test_damage_never_crashes_a_reader(path, data):
    text = {**forms(), "package-lock.json": OLD["package-lock.json"]}[path]
    at = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.integers(0, 40))
    with contextlib.suppress(UnreadableLock):
        read(path, (text[:at] + data.draw(st.text(max_size=5)) + text[at + cut :]).encode("utf-8", "replace"))


@pytest.mark.parametrize(
    ("path", "before", "after", "expected"),
    [
        ("package.json", '{"dependencies": {"a": "1"}}', '{"devDependencies": {"a": "1", "b": "2"}}', {"a", "b"}),
        ("package.json", '{"version": "1"}', '{"version": "2", "scripts": {}}', set()),
        ("package.json", "{}", '{"engines": {"node": "20"}}', {EVERYTHING}),
        ("composer.json", '{"require": {"V/x": "1", "php": ">=8"}}', '{"require": {"V/x": "2", "php": ">=8"}}',
         {"v/x"}),
        ("composer.json", '{"require": {"php": ">=8"}}', '{"require": {"php": ">=9"}}', {EVERYTHING}),
        ("pyproject.toml", "[dependency-groups]\ndev = ['X_y']\n", "[dependency-groups]\ndev = ['X_y>2']\n", {"x-y"}),
        ("pyproject.toml", "[project]\nversion = '1'\n", "[project]\nversion = '2'\n", set()),
        ("pyproject.toml", "", "[project]\nrequires-python = '>=3.11'\n", {EVERYTHING}),
        ("pyproject.toml", "", "[tool.poetry.group.dev.dependencies]\nx = '1'\npython = '^3'\n",
         {"x", EVERYTHING}),
        ("pyproject.toml", "", "[tool.uv.sources]\nx = {git = 'u'}\n", {"x"}),
        ("Cargo.toml", "[dependencies]\nx = '1'\n", "[dependencies]\nx = '2'\n[patch.crates-io]\ny = {path = 'y'}\n",
         {"x", "y"}),
        ("Cargo.toml", "", "[target.'cfg(unix)'.dependencies]\nz = {version = '1', package = 'real'}\n", {"real"}),
        ("Pipfile", "[packages]\nx = '*'\n", "[packages]\nx = '==1'\n[dev-packages]\ny = '*'\n", {"x", "y"}),
        ("go.mod", "go 1.21\nrequire (\n\tm.example/x v1.0.0\n)\n", "go 1.21\nrequire m.example/x v1.1.0\n",
         {"m.example/x"}),
        ("go.mod", "go 1.21\n", "go 1.22\n", {EVERYTHING}),
        ("Gemfile", "gem 'x', '1'\n", "gem 'x', '2'\ngem \"y\"\n", {"x", "y"}),
        ("x.gemspec", "s.add_dependency 'x', '1'\n", "s.add_dependency 'x', '2'\n", {"x"}),
        ("Gemfile", "source 'a'\n", "source 'b'\n", {EVERYTHING}),
        ("mix.exs", '[{:x, "~> 1.0"}]', '[{:x, "~> 2.0"}, {:y, "1"}]', {"x", "y"}),
        ("requirements.in", "x # why\n", "x>1\n-r other.in\n", {"x", EVERYTHING}),
    ],
)  # fmt: skip
def test_which_dependencies_a_manifest_changed(path, before, after, expected):
    names = changed(path, before, after)
    if before == "":  # a new manifest declares its settings for the first time
        names = (names or set()) - {EVERYTHING} | (expected & {EVERYTHING})
    assert names == expected


@pytest.mark.parametrize("path", ["package.json", "pyproject.toml", "Cargo.toml", "composer.json"])
def test_a_manifest_that_does_not_parse_is_not_guessed(path):
    assert changed(path, "", "{[") is None
    assert changed("build.gradle", "a", "b") is None


def origins():
    rows = yaml.safe_load((Path(__file__).parent / "lock_origins.yaml").read_text(encoding="utf-8"))
    return [tuple(row[key] for key in ("path", "text", "kind", "place")) for row in rows]


@pytest.mark.parametrize(("path", "text", "kind", "place"), origins())
def test_where_an_entry_comes_from(path, text, kind, place):
    package_ = read(path, text.encode()).packages[0]
    assert (package_.origin.kind, package_.origin.place) == (kind, place)
