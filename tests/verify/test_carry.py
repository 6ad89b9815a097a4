"""Dependencies from the main work tree: real environments and workspaces, and the ways they lead back."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from delegation_guard.model.policy import Policy, VerifyPolicy, VerifyRoot
from delegation_guard.verify import carry
from delegation_guard.verify.mirror import digest, mirror
from delegation_guard.verify.repoint import Refused, Repoint
from delegation_guard.verify.runner import run

PYPROJECT = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["tools"]

[project]
name = "shop"
version = "1.0"
"""
# What a real build backend does, without needing one: wheels that pip installs, editable by a path or by a finder.
BACKEND = '''
import os, zipfile

FINDER = """
import sys
MAPPING = {"shop": %r}
class Finder:
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        import importlib.util
        if name in MAPPING:
            return importlib.util.spec_from_file_location(name, MAPPING[name] + "/__init__.py")
def install():
    sys.meta_path.append(Finder)
"""

def wheel(folder, files):
    info = "shop-1.0.dist-info/"
    files = {**files, info + "METADATA": "Metadata-Version: 2.1\\nName: shop\\nVersion: 1.0\\n",
             info + "WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
             info + "entry_points.txt": "[console_scripts]\\nshop = shop:main\\n"}
    record = "".join(name + ",,\\n" for name in [*files, info + "RECORD"])
    with zipfile.ZipFile(os.path.join(folder, "shop-1.0-py3-none-any.whl"), "w") as archive:
        for name, text in {**files, info + "RECORD": record}.items():
            archive.writestr(name, text)
    return "shop-1.0-py3-none-any.whl"

def build_wheel(folder, settings=None, metadata=None):
    return wheel(folder, {"shop/__init__.py": open("src/shop/__init__.py").read()})

def build_editable(folder, settings=None, metadata=None):
    source = os.path.abspath("src")
    if (settings or {}).get("how") == "finder":
        return wheel(folder, {"__editable__.shop-1.0.pth": "import __editable___shop_1_0_finder as f; f.install()\\n",
                              "__editable___shop_1_0_finder.py": FINDER % (source + "/shop")})
    return wheel(folder, {"_shop.pth": source + "\\n"})
'''
GOOD = "VALUE = 'committed'\n\n\ndef main():\n    print(VALUE)\n"
LIVE = GOOD.replace("committed", "live")
ASSERT = """-c "import shop; assert shop.VALUE == 'committed', shop.__file__" """


@pytest.fixture(scope="session")
def bare_environment(tmp_path_factory) -> Path:
    """A virtual environment with nothing but a small package, made once and copied."""
    folder = tmp_path_factory.mktemp("environment") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    site = next((folder / "lib").glob("python*")) / "site-packages"
    (site / "dep").mkdir()
    (site / "dep/__init__.py").write_text("VALUE = 1\n")
    return folder


@pytest.fixture(scope="session")
def pip_environment(tmp_path_factory) -> Path:
    """A virtual environment with pip, made once and copied."""
    folder = tmp_path_factory.mktemp("environment") / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    return folder


@pytest.fixture
def project(sandbox):
    """A committed src-layout project whose live module differs from the committed one."""
    sandbox.commit("shop", {
        "pyproject.toml": PYPROJECT, "tools/backend.py": BACKEND, "src/shop/__init__.py": GOOD,
        ".gitignore": ".venv\n__pycache__\n",
    })  # fmt: skip
    return sandbox


def environment_in(sandbox, bare: Path, name: str = ".venv") -> Path:
    """A copy of an environment, with its own path in its scripts, as if it had been made there."""
    target = sandbox.root / name
    shutil.copytree(bare, target, symlinks=True)
    for path in [*(target / "bin").iterdir(), target / "pyvenv.cfg"]:
        if path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            path.write_bytes(data.replace(os.fsencode(bare), os.fsencode(target)))
    return target


def install(sandbox, *arguments: str, into: str = ".venv") -> None:
    command = (f"{into}/bin/python", "-m", "pip", "install", "-q", "--no-index", "--no-build-isolation", "--no-deps")
    sandbox.run(*command, *arguments, PIP_DISABLE_PIP_VERSION_CHECK="1")


def live_differs(sandbox) -> None:
    sandbox.write({"src/shop/__init__.py": LIVE})


def verify(sandbox, ask, *commands: str, **more):
    return run(ask(*commands, live=str(sandbox.root), **more))


@pytest.mark.parametrize("how", [(), ("--config-settings", "how=finder")])
def test_an_editable_install_is_repointed_at_the_checkout(project, ask, pip_environment, how) -> None:
    environment_in(project, pip_environment)
    install(project, *how, "-e", ".")
    live_differs(project)
    live = project.run(".venv/bin/python", "-c", "import shop; print(shop.VALUE)").stdout
    scripts = "test $(.venv/bin/shop) = committed && test $(shop) = committed"
    receipt = verify(project, ask, f".venv/bin/python {ASSERT}", scripts)
    assert live == "live\n"
    assert receipt.result == "PASSED", receipt.problem
    assert [name for name, _ in receipt.carried] == [".venv"]
    assert receipt.carried[0][1].partition("-sha256:")[0] in ("stat", "content")


def test_a_path_file_and_a_finder_as_other_installers_write_them(project, ask, bare_environment) -> None:
    site = next((environment_in(project, bare_environment) / "lib").glob("python*")) / "site-packages"
    finder = f"import sys\nMAPPING = {{'shop': '{project.root}/src/shop'}}\ndef install():\n    sys.shop = MAPPING\n"
    (site / "__editable___shop_1_0_finder.py").write_text(finder)
    (site / "__editable__.shop-1.0.pth").write_text("import __editable___shop_1_0_finder as f; f.install()\n")
    (site / "_shop.pth").write_text(f"{project.root}/src\n../../../../src\n# a comment\n\n/nowhere/at/all\n")
    live_differs(project)
    check = """.venv/bin/python -c "import sys; assert sys.shop['shop'].startswith(sys.argv[1])" "$PWD/src" """
    receipt = verify(project, ask, f".venv/bin/python {ASSERT}", check)
    assert receipt.result == "PASSED", receipt.problem


def test_a_link_into_the_live_tree_is_repointed(project, ask, bare_environment) -> None:
    site = next((environment_in(project, bare_environment) / "lib").glob("python*")) / "site-packages"
    os.symlink(project.root / "src" / "shop", site / "shop")
    live_differs(project)
    assert verify(project, ask, f".venv/bin/python {ASSERT}").result == "PASSED"


def test_a_copy_of_the_live_tree_is_refused(project, ask, pip_environment) -> None:
    environment_in(project, pip_environment)
    live_differs(project)
    install(project, ".")
    receipt = verify(project, ask, f".venv/bin/python {ASSERT}")
    assert (receipt.result, receipt.whose) == ("UNVERIFIED", "environment")
    assert "shop is installed as a copy of the live work tree" in receipt.problem


def test_an_editable_install_of_a_folder_the_tree_lacks_is_refused(project, ask, bare_environment) -> None:
    site = next((environment_in(project, bare_environment) / "lib").glob("python*")) / "site-packages"
    (project.root / "build").mkdir()
    (site / "x.pth").write_text(f"{project.root}/build\n")
    assert "x.pth leads to build of the live work tree" in verify(project, ask, "true").problem


def test_a_finder_that_hides_its_path_is_found_out(project, ask, bare_environment) -> None:
    site = next((environment_in(project, bare_environment) / "lib").glob("python*")) / "site-packages"
    half = len(str(project.root)) // 2
    hidden = f"{str(project.root)[:half]!r} + {str(project.root)[half:]!r}"
    (site / "x.pth").write_text(f"import sys; sys.path.insert(0, {hidden} + '/src')\n")
    assert "in the live work tree" in verify(project, ask, "true").problem


def test_an_active_environment_of_the_live_tree_is_replaced_on_path(project, ask, pip_environment) -> None:
    environment_in(project, pip_environment)
    install(project, "-e", ".")
    live_differs(project)
    given = dict(os.environ) | {"PATH": f"{project.root}/.venv/bin:{os.environ['PATH']}", "VIRTUAL_ENV": "/x"}
    receipt = verify(project, ask, f"python {ASSERT}", "test $(shop) = committed", environment=given)
    assert receipt.result == "PASSED", receipt.problem


def test_an_active_environment_elsewhere_that_imports_the_live_tree_is_replaced_too(
    project, ask, pip_environment, tmp_path
) -> None:
    environment_in(project, pip_environment, "../elsewhere")
    install(project, "-e", ".", into="../elsewhere")
    live_differs(project)
    given = dict(os.environ) | {"PATH": f"{tmp_path}/elsewhere/bin:{os.environ['PATH']}"}
    receipt = verify(project, ask, f"python {ASSERT}", environment=given)
    assert receipt.result == "PASSED", receipt.problem


def test_what_a_run_does_to_its_environment_leaves_the_live_one_alone(project, ask, bare_environment) -> None:
    live = environment_in(project, bare_environment)
    before = digest(str(live))
    receipt = verify(project, ask, "rm -r .venv/lib/python*/site-packages/dep; rm .venv/bin/*; rm .venv/pyvenv.cfg")
    assert receipt.result == "PASSED", receipt.problem
    assert digest(str(live)) == before


def test_writing_into_a_carried_file_is_noticed(project, ask, bare_environment) -> None:
    environment_in(project, bare_environment)
    receipt = verify(project, ask, "for f in .venv/lib/*/site-packages/dep/__init__.py; do echo '# x' >> $f; done")
    assert receipt.commands[-1].problem == "the run changed the carried folder .venv"


def test_another_file_system_leaves_the_live_environment_alone_too(project, bare_environment, tmp_path) -> None:
    shared = Path("/dev/shm")
    if not shared.is_dir() or shared.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second file system")
    live = environment_in(project, bare_environment)
    target = shared / f"dg-test-{os.getpid()}"
    target.mkdir()
    try:
        carried = carry.bring((VerifyRoot(".", carry=(".venv",)),), str(project.root), str(target), ())
        python = [target / ".venv/bin/python", "-c", "import dep; print(dep.__file__)"]
        assert str(target) in subprocess.run(python, capture_output=True, text=True, check=True).stdout
        shutil.rmtree(target / ".venv/lib")
        assert carried.altered() == ""
        assert (live / "lib").is_dir()
    finally:
        shutil.rmtree(target)


def test_a_command_that_is_run_by_uv_does_not_sync_the_carried_environment(project, ask, bare_environment) -> None:
    environment_in(project, bare_environment)
    assert verify(project, ask, 'test "$UV_NO_SYNC" = 1 && test "$VIRTUAL_ENV" = "$PWD/.venv"').result == "PASSED"


# --- node


def npm_workspace(sandbox) -> None:
    top = {"name": "top", "private": True, "workspaces": ["packages/*"]}
    sandbox.commit("workspace", {
        "package.json": json.dumps(top), ".gitignore": "node_modules\n",
        "packages/a/package.json": json.dumps({"name": "@shop/a", "version": "1.0.0", "bin": "cli.js"}),
        "packages/a/index.js": "module.exports = 'committed';\n",
        "packages/a/cli.js": "#!/usr/bin/env node\nconsole.log(require('@shop/a'));\n",
        "packages/b/package.json": json.dumps({"name": "@shop/b", "dependencies": {"@shop/a": "*"}}),
        "packages/b/index.js": "console.log(require('@shop/a'));\n",
    })  # fmt: skip
    sandbox.git("update-index", "--chmod=+x", "packages/a/cli.js")
    sandbox.git("commit", "-q", "-m", "executable")
    sandbox.run("npm", "install", "--offline", "--no-audit", "--no-fund", "--no-package-lock")
    sandbox.write({"packages/a/index.js": "module.exports = 'live';\n", "packages/a/cli.js": "console.log('live');\n"})


needs_npm = pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")


@needs_npm
def test_a_workspace_link_leads_into_the_checkout(sandbox, ask) -> None:
    npm_workspace(sandbox)
    assert (sandbox.root / "node_modules/@shop/a").is_symlink()
    assert sandbox.run("node", "packages/b/index.js").stdout == "live\n"
    receipt = verify(
        sandbox, ask, "test $(node packages/b/index.js) = committed", "test $(node_modules/.bin/a) = committed"
    )
    assert receipt.result == "PASSED", receipt.problem
    assert [name for name, _ in receipt.carried] == ["node_modules"]


@needs_npm
def test_an_absolute_workspace_link_leads_into_the_checkout_too(sandbox, ask) -> None:
    npm_workspace(sandbox)
    link = sandbox.root / "node_modules/@shop/a"
    link.unlink()
    link.symlink_to(sandbox.root / "packages/a")
    assert verify(sandbox, ask, "test $(node packages/b/index.js) = committed").result == "PASSED"


@needs_npm
def test_a_link_to_a_package_the_tree_lacks_is_refused(sandbox, ask) -> None:
    npm_workspace(sandbox)
    sandbox.write({"packages/c/index.js": "1\n"})
    (sandbox.root / "node_modules/c").symlink_to("../packages/c")
    assert "c leads to packages/c of the live work tree" in verify(sandbox, ask, "true").problem


@needs_npm
def test_a_dependency_that_requires_a_workspace_package_gets_the_checkouts(sandbox, ask) -> None:
    """Node looks for modules from where a file really is: a linked folder would be looked up in the live tree."""
    npm_workspace(sandbox)
    sandbox.write({
        "node_modules/plugin/index.js": "console.log(require('@shop/a'));\n", "node_modules/.cache/x": "x\n",
        "node_modules/.bin/shim": f"#!/bin/sh\nexec node {sandbox.root}/node_modules/plugin/index.js\n",
    })  # fmt: skip
    (sandbox.root / "node_modules/.bin/shim").chmod(0o755)
    receipt = verify(sandbox, ask, "test $(node node_modules/plugin/index.js) = committed",
                     "test $(node_modules/.bin/shim) = committed && test ! -e node_modules/.cache")  # fmt: skip
    assert receipt.result == "PASSED", receipt.problem


# --- what the policy says


def rules(*carry_: str, setup: tuple[str, ...] = (), path: str = ".") -> Policy:
    return Policy(verify=VerifyPolicy(roots=(VerifyRoot(path, setup, carry_),)))


def test_any_folder_can_be_carried(sandbox, ask) -> None:
    sandbox.commit("one", {"a.txt": "a\n", ".gitignore": "deps\n"})
    sandbox.write({"deps/lib/x.txt": "x\n", "deps/bin/tool": f"#!/bin/sh\ncat {sandbox.root}/a.txt\n"})
    (sandbox.root / "deps/bin/tool").chmod(0o755)
    (sandbox.root / "deps/up").symlink_to("../a.txt")
    sandbox.write({"a.txt": "live\n"})
    check = "test $(cat deps/lib/x.txt) = x && test $(cat deps/up) = a && test $(deps/bin/tool) = a"
    receipt = verify(sandbox, ask, check, policy=rules("deps"))
    assert receipt.result == "PASSED", receipt.problem
    assert receipt.carried[0][1].startswith("content-sha256:")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("none", "there is no none"), ("a", "has one of its own"), ("../outside", "no such folder"),
        ("web/deps", "no such folder"),
    ],
)
def test_what_cannot_be_carried_is_said(sandbox, ask, tmp_path, name: str, says: str) -> None:
    sandbox.commit("one", {"a/b.txt": "a\n", ".gitignore": "web\n"})
    sandbox.write({"web/deps/x": "x\n"})
    (tmp_path / "outside").mkdir()
    receipt = verify(sandbox, ask, "true", policy=rules(name))
    assert (receipt.result, receipt.whose) == ("UNVERIFIED", "environment")
    assert says in receipt.problem


def test_setup_is_for_where_there_is_nothing_to_carry(sandbox, ask) -> None:
    sandbox.commit("one", {"a.txt": "a\n", ".gitignore": "deps\n"})
    policy = rules("deps", setup=("mkdir deps", "echo made > deps/x"))
    assert verify(sandbox, ask, "test $(cat deps/x) = made", policy=policy).result == "PASSED"
    sandbox.write({"deps/x": "carried\n"})
    assert verify(sandbox, ask, "test $(cat deps/x) = carried", policy=policy).result == "PASSED"
    assert run(ask("test $(cat deps/x) = made", policy=policy)).result == "PASSED"


def test_ci_carries_nothing(project, ask, bare_environment) -> None:
    environment_in(project, bare_environment)
    assert run(ask("test ! -e .venv")).result == "PASSED"


def test_without_a_policy_the_usual_folders_are_carried(sandbox) -> None:
    sandbox.write({"node_modules/x": "", "api/.venv/x": "", "api/other/x": ""})
    assert [(root.path, root.carry) for root in carry.usual(str(sandbox.root), ["api", "web"])] == [
        (".", ("node_modules",)), ("api", (".venv",)),
    ]  # fmt: skip
    assert carry.usual("", ["api"]) == ()


def test_a_folder_on_path_in_the_live_tree_is_the_checkouts_or_gone(sandbox, tmp_path) -> None:
    sandbox.write({"tools/x": "", "gone/x": ""})
    (tmp_path / "checkout/tools").mkdir(parents=True)
    live = str(sandbox.root)
    carried = carry.bring((), live, str(tmp_path / "checkout"), [f"{live}/tools", f"{live}/gone", "/usr/bin", live])
    moved = [carried.moved(entry) for entry in (f"{live}/tools", f"{live}/gone", "/usr/bin", live)]
    assert moved == [str(tmp_path / "checkout/tools"), None, "/usr/bin", str(tmp_path / "checkout")]


# --- paths


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{live}", "{new}"), ("{live}/a", "{new}/a"), ("{live}2/a", "{live}2/a"), ("'{live}'", "'{new}'"),
        ("x={live}/a:{live}/b", "x={new}/a:{new}/b"), ("{link}/a and more", "{new}/a and more"),
        ("/usr/bin", "/usr/bin"),
        ("#!{live}/.venv/bin/python", "#!{new}/.venv/bin/python"), ("no path", "no path"),
    ],
)  # fmt: skip
def test_text_is_repointed(tmp_path, text: str, expected: str) -> None:
    live, link = tmp_path / "live", tmp_path / "link"
    live.mkdir()
    link.symlink_to(live)
    names = {"live": str(live), "link": str(link), "new": "/new/tree"}
    assert Repoint(str(live), "/new/tree").text(text.format(**names)) == expected.format(**names)


def test_a_digest_tells_any_difference(tmp_path) -> None:
    folder = tmp_path / "folder"
    (folder / "a").mkdir(parents=True)
    (folder / "a/x").write_text("1")
    (folder / "__pycache__").mkdir()
    seen = {digest(str(folder))}
    (folder / "__pycache__/y.pyc").write_text("1")
    assert digest(str(folder)) in seen
    for change in (
        lambda: (folder / "a/x").write_text("2"), lambda: (folder / "a/x").chmod(0o755),
        lambda: (folder / "b").symlink_to("a"), lambda: (folder / "a/x").rename(folder / "a/y"),
    ):  # fmt: skip
        change()
        found = digest(str(folder))
        assert found not in seen
        seen.add(found)


def test_a_mirror_keeps_links_and_modes(tmp_path) -> None:
    source = tmp_path / "live/deps"
    (source / "pkg").mkdir(parents=True)
    (source / "pkg/run").write_text("x")
    (source / "pkg/run").chmod(0o755)
    (source / "z").symlink_to("pkg")
    (source / "a").symlink_to("z/run")
    (source / "dangling").symlink_to("nowhere")
    (source / "system").symlink_to("/usr/bin/env")
    (source / "self").symlink_to(source / "pkg")
    os.mkfifo(source / "pipe")
    (tmp_path / "new").mkdir()
    mirror(str(source), str(tmp_path / "new/deps"), Repoint(str(tmp_path / "live"), str(tmp_path / "new")))
    new = tmp_path / "new/deps"
    assert os.access(new / "a", os.X_OK)
    assert os.readlink(new / "dangling") == "nowhere"
    assert os.readlink(new / "system") == "/usr/bin/env"
    assert (new / "self").resolve() == new / "pkg"
    assert not os.path.lexists(new / "pipe")


def test_an_unreadable_place_is_refused(tmp_path) -> None:
    with pytest.raises(Refused):
        carry.bring((VerifyRoot(".", carry=("x",)),), str(tmp_path), str(tmp_path), ())
