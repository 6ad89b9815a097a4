"""A Python virtual environment once more, with editable installs that lead into the checkout."""

from __future__ import annotations

import glob
import json
import os
import urllib.parse
from typing import TYPE_CHECKING

from delegation_guard.process import run
from delegation_guard.verify.mirror import mirror, rewritten
from delegation_guard.verify.repoint import Refused, Repoint

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROBE = """\
import sys
print(*sys.path, sep="\\n")
for finder in sys.meta_path:
    module = sys.modules.get(getattr(finder, "__module__", ""))
    mapping = getattr(module, "MAPPING", None)
    print(*(mapping.values() if isinstance(mapping, dict) else ()), sep="\\n")
"""


def is_environment(folder: str) -> bool:
    """Whether a folder is a virtual environment."""
    return os.path.isfile(os.path.join(folder, "pyvenv.cfg"))


def overlay(source: str, target: str, repoint: Repoint) -> None:
    """Make `target` an environment like `source` that imports the checkout where `source` imports the live tree.

    Re-pointed: `.pth` lines, the finders of editable installs, links, console scripts. Refused: what is installed as a
    copy of the live tree (it would be tested instead of the checkout), and what leads to a place the checkout lacks.
    At the end the new interpreter itself says where it would import from.
    """
    real = os.path.realpath(source)
    inner = Repoint(repoint.live, repoint.checkout, ((real, target), (os.path.normpath(source), target), *repoint.more))
    sites = [os.path.relpath(site, real) for site in _sites(real)]

    def special(relative: str, one: str, other: str) -> bool:
        if relative == "pyvenv.cfg":
            return rewritten(one, other, inner)
        folder, name = os.path.split(relative)
        if name == "direct_url.json" and folder.endswith(".dist-info"):
            return _direct_url(one, other, inner)
        if folder not in sites or os.path.islink(one):
            return False
        if name.endswith(".pth"):
            _path_file(one, other, inner)
            return True
        small = os.path.getsize(one) < 1_000_000
        return small and name.endswith((".py", ".egg-link")) and rewritten(one, other, inner)

    mirror(real, target, inner, special, copy=False)
    _forget_bytecode(target, sites)
    _probe(target, inner, source)


def leads_back(environment: str, repoint: Repoint) -> str:
    """The first file with which a Python (its folder above bin) imports the live tree, "" when there is none."""
    for site in _sites(environment):
        for name in sorted(os.listdir(site)):
            path = os.path.join(site, name)
            if os.path.islink(path) and repoint.place(path):
                return path
            if name.endswith((".pth", ".egg-link")) or name.startswith("__editable__"):
                if _mentions(path, repoint):
                    return path
            elif name.endswith(".dist-info") and _url_place(os.path.join(path, "direct_url.json"), repoint):
                return os.path.join(path, "direct_url.json")
    return ""


def _sites(environment: str) -> Iterator[str]:
    for pattern in ("lib/python*/site-packages", "lib/python*/dist-packages", "lib/pypy*/site-packages"):
        yield from sorted(glob.glob(os.path.join(glob.escape(environment), pattern)))


def _path_file(source: str, target: str, repoint: Repoint) -> None:
    """A .pth file: one folder a line (relative ones count from the file), or a line of code that begins with import."""
    with open(source, "rb") as file:
        lines = file.read().decode("utf-8", "surrogateescape").splitlines()
    written = []
    for line in lines:
        if line.startswith(("import ", "import\t")):
            written.append(repoint.text(line))
        elif line.strip() and not line.startswith("#"):
            place = os.path.join(os.path.dirname(source), line.strip())
            written.append(repoint.needed(place, os.path.basename(source)) or os.path.abspath(place))
        else:
            written.append(line)
    with open(target, "wb") as file:
        file.write("".join(f"{line}\n" for line in written).encode("utf-8", "surrogateescape"))


def _direct_url(source: str, target: str, repoint: Repoint) -> bool:
    place = _url_place(source, repoint)
    if place is None:
        return False
    with open(source, "rb") as file:
        data = json.load(file)
    name = os.path.basename(os.path.dirname(source)).partition("-")[0]
    if not (data.get("dir_info") or {}).get("editable"):
        raise Refused(f"{name} is installed as a copy of the live work tree, and the copy would be tested")
    data["url"] = "file://" + urllib.parse.quote(place)
    with open(target, "w", encoding="utf-8") as file:
        json.dump(data, file)
    return True


def _url_place(path: str, repoint: Repoint) -> str | None:
    """Where a direct_url.json leads instead, None when it does not lead back (or is not there)."""
    try:
        with open(path, "rb") as file:
            url = json.load(file)["url"]
    except (OSError, ValueError, KeyError, TypeError):
        return None  # no record, or none an installer wrote; the probe looks at what is really imported
    if not isinstance(url, str) or not url.startswith("file://"):
        return None
    return repoint.place(urllib.parse.unquote(url.removeprefix("file://")))


def _mentions(path: str, repoint: Repoint) -> bool:
    if not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        text = file.read(1_000_000).decode("utf-8", "surrogateescape")
    if repoint.text(text) != text:
        return True
    lines = (line.strip() for line in text.splitlines() if not line.startswith(("import", "#")) and line.strip())
    return path.endswith(".pth") and any(repoint.place(os.path.join(os.path.dirname(path), line)) for line in lines)


def _forget_bytecode(target: str, sites: list[str]) -> None:
    """Compiled finders would still know the old places."""
    for site in sites:
        for path in glob.glob(os.path.join(glob.escape(os.path.join(target, site)), "__pycache__", "*.pyc")):
            os.unlink(path)


def _probe(target: str, repoint: Repoint, source: str) -> None:
    python = os.path.join(target, "bin", "python")
    if not os.path.exists(python):
        raise Refused(f"{os.path.basename(source)} has no bin/python that can be started")
    done = run([python, "-I", "-c", _PROBE], cwd=target, environment={"PATH": "/usr/bin:/bin"}, timeout=60)
    if done.code:
        last = (done.err.decode("utf-8", "replace").strip().splitlines() or ["no reason given"])[-1]
        raise Refused(f"the Python of {os.path.basename(source)} cannot be started in a checkout: {last}")
    for line in done.out.decode("utf-8", "surrogateescape").splitlines():
        real = os.path.realpath(line) if line.startswith("/") else ""
        if real and (real == repoint.live or real.startswith(repoint.live + os.sep)):
            raise Refused(f"the Python of {os.path.basename(source)} imports from {line}, in the live work tree")
