"""What a VERIFY command sees of its surroundings: an allow-list, never this process's environment with holes."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

# Taken over as they are: language, time zone, and where tool chains and their download caches live.
_KEPT = frozenset({
    "LANG", "LANGUAGE", "TZ", "USER", "LOGNAME", "SHELL", "SYSTEMROOT", "XDG_RUNTIME_DIR", "JAVA_HOME", "GOROOT",
    "GOTOOLCHAIN", "GOPATH", "GOMODCACHE", "RUSTUP_HOME", "CARGO_HOME", "RUSTUP_TOOLCHAIN", "PYENV_ROOT",
    "UV_CACHE_DIR", "UV_PYTHON_INSTALL_DIR", "NVM_DIR", "FNM_DIR", "VOLTA_HOME", "NODENV_ROOT", "npm_config_cache",
    "PNPM_HOME", "COREPACK_HOME", "RBENV_ROOT", "GEM_HOME", "ASDF_DIR", "ASDF_DATA_DIR", "MISE_DATA_DIR", "SDKMAN_DIR",
    "M2_HOME", "PIP_CACHE_DIR", "PLAYWRIGHT_BROWSERS_PATH", "PRE_COMMIT_HOME", "GRADLE_USER_HOME", "DENO_DIR",
    "BUN_INSTALL", "MAVEN_HOME", "DOTNET_ROOT", "ANDROID_HOME", "ANDROID_SDK_ROOT",
})  # fmt: skip

# Where tools look below HOME. HOME is a fresh one, so without these they would find nothing installed. Result caches
# (go-build, pytest's, a build system's) are left out on purpose: a cached result is not a run.
_BELOW_HOME = {
    "CARGO_HOME": ".cargo", "RUSTUP_HOME": ".rustup", "PYENV_ROOT": ".pyenv", "GOPATH": "go",
    "UV_CACHE_DIR": ".cache/uv",
    "UV_PYTHON_INSTALL_DIR": ".local/share/uv/python", "NVM_DIR": ".nvm", "npm_config_cache": ".npm",
    "VOLTA_HOME": ".volta",
    "COREPACK_HOME": ".cache/node/corepack", "RBENV_ROOT": ".rbenv", "ASDF_DATA_DIR": ".asdf",
    "MISE_DATA_DIR": ".local/share/mise", "SDKMAN_DIR": ".sdkman", "PIP_CACHE_DIR": ".cache/pip",
    "PLAYWRIGHT_BROWSERS_PATH": ".cache/ms-playwright", "PRE_COMMIT_HOME": ".cache/pre-commit",
    "GRADLE_USER_HOME": ".gradle", "DENO_DIR": ".cache/deno", "BUN_INSTALL": ".bun",
}  # fmt: skip

# For setup only, which may use the network.
_NETWORK = frozenset({
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS", "CURL_CA_BUNDLE", "GOPROXY", "GONOSUMDB", "GOFLAGS", "PIP_INDEX_URL", "PIP_CERT",
    "UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX", "NPM_CONFIG_REGISTRY", "PIP_CONFIG_FILE",
})  # fmt: skip

_DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin"


def scrubbed(
    given: Mapping[str, str], *, home: str, temporary: str, first: Sequence[str] = (),
    moved: Callable[[str], str | None] = lambda entry: entry,
) -> dict[str, str]:  # fmt: skip
    """The environment of a VERIFY command, made from the caller's (`given`).

    `home` and `temporary` are fresh folders; `first` goes in front of PATH; `moved` says where a PATH entry leads
    instead (None: nowhere). Nothing outside the allow-list passes: no GIT_*, PYTHON*, NODE_OPTIONS, PYTEST_ADDOPTS, no
    tokens, no agent or pre-commit variables. The user's real home can still be read by its path.
    """
    kept = {name: value for name, value in given.items() if name in _KEPT or name.startswith("LC_")}
    kept.setdefault("LANG", "C.UTF-8")
    kept |= {"HOME": home, "TMPDIR": temporary, "TERM": "dumb", "PATH": _path(given, first, moved)}
    real_home = given.get("HOME", "")
    for name, below in _BELOW_HOME.items():
        folder = os.path.join(real_home, below)
        if name not in kept and real_home and os.path.isdir(folder):
            kept[name] = folder
    return kept


def network(given: Mapping[str, str]) -> dict[str, str]:
    """What setup gets on top: proxies, certificates and package sources, unless they carry a password."""
    return {name: value for name, value in given.items() if name.upper() in _NETWORK and "@" not in value}


def _path(given: Mapping[str, str], first: Sequence[str], moved: Callable[[str], str | None]) -> str:
    entries = [entry for entry in (given.get("PATH") or _DEFAULT_PATH).split(os.pathsep) if os.path.isabs(entry)]
    hidden = _own_folder(given)
    kept = (moved(entry) for entry in entries if not hidden or os.path.realpath(entry) != hidden)
    return os.pathsep.join(dict.fromkeys([*first, *(entry for entry in kept if entry)]))


def _own_folder(given: Mapping[str, str]) -> str:
    """The folder pre-commit put in front of PATH so that our own hook is found, "" outside pre-commit.

    It holds our interpreter, in which nothing the project needs is installed.
    """
    if "PRE_COMMIT" not in given or sys.prefix == sys.base_prefix:
        return ""
    return os.path.realpath(os.path.join(sys.prefix, "bin"))
