"""The active hand-off of a worktree: what was agreed, from where, and what lay around before it began."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from delegation_guard.errors import GuardError

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = 1
NAME = "handoff.json"
HISTORY = "handoffs"


@dataclass(frozen=True)
class Handoff:
    """A hand-off as recorded. A claim, never a proof: whoever works in the worktree can edit it.

    `spec_text` is the spec's exact bytes (UTF-8, surrogateescape), `spec_path` where it was read or is committed.
    `dirt`: path -> (mode, blob id) of everything that differed from `base_tree` at the start, ("000000", "") = deleted.
    `started` is an ISO time. `committed`: the spec stands in the repository under `spec_path`.
    """

    task: str
    spec_path: str
    spec_sha256: str
    spec_text: str
    base_commit: str
    base_tree: str
    dirt: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    started: str = ""
    agent: str = ""
    phase: str = ""
    model: str = ""
    committed: bool = False

    @property
    def spec_data(self) -> bytes:
        return self.spec_text.encode("utf-8", "surrogateescape")


def read(state_dir: str | os.PathLike[str]) -> Handoff | None:
    """The active hand-off, None when there is none; GuardError when the record cannot be believed to be one."""
    path = Path(state_dir) / NAME
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(path, error.strerror or "it cannot be read") from None
    return _decoded(data, path)


def write(state_dir: str | os.PathLike[str], handoff: Handoff) -> None:
    """Record a hand-off, atomically, in place of the one recorded before. Refusing a second is the caller's part."""
    _put(Path(state_dir) / NAME, _encoded(handoff, ""))


def replaced(handoff: Handoff, **changes: object) -> Handoff:
    """The same hand-off with some fields changed, as an amendment makes it."""
    return replace(handoff, **changes)  # type: ignore[arg-type]


def close(state_dir: str | os.PathLike[str], why: str) -> None:
    """End the active hand-off: it moves among the closed ones, with `why` beside it. Nothing to do without one."""
    active = read(state_dir)
    if active is None:
        return
    folder = Path(state_dir) / HISTORY
    name = f"{len(list(folder.glob('*.json'))) + 1:04d}-{active.spec_sha256[:12]}.json"
    _put(folder / name, _encoded(active, why))
    (Path(state_dir) / NAME).unlink()


def known(state_dir: str | os.PathLike[str]) -> tuple[Handoff, ...]:
    """The active hand-off and the closed ones, newest first; closed records that cannot be read are passed over."""
    active = read(state_dir)
    found = [active] if active else []
    for path in sorted((Path(state_dir) / HISTORY).glob("*.json"), reverse=True):
        try:
            found.append(_decoded(path.read_bytes(), path))
        except (GuardError, OSError):
            continue  # a closed record only helps to find a spec; without it the spec is reported as not found
    return tuple(found)


def _encoded(handoff: Handoff, why: str) -> bytes:
    fields = {"version": VERSION, **asdict(handoff)}
    if why:
        fields["closed"] = why
    return json.dumps(fields, indent=1, sort_keys=True).encode("ascii") + b"\n"


def _decoded(data: bytes, path: Path) -> Handoff:
    try:
        fields = json.loads(data)
    except ValueError:
        raise _unreadable(path, "it is not valid JSON") from None
    if not isinstance(fields, dict):
        raise _unreadable(path, "it is not a record")
    if fields.get("version") != VERSION:
        raise _unreadable(path, f"it is of version {fields.get('version')!r}, this program reads version {VERSION}")
    try:
        handoff = _handoff(fields)
    except (KeyError, TypeError, ValueError):
        raise _unreadable(path, "a field is missing or of the wrong kind") from None
    if hashlib.sha256(handoff.spec_data).hexdigest() != handoff.spec_sha256:
        raise _unreadable(path, "the spec in it does not have the digest beside it")
    return handoff


def _handoff(fields: dict[str, object]) -> Handoff:
    texts = {}
    for name in Handoff.__dataclass_fields__:
        if name not in ("dirt", "committed"):
            value = fields[name]
            if not isinstance(value, str):
                raise TypeError(name)
            texts[name] = value
    dirt = {}
    if not isinstance(fields["dirt"], dict):
        raise TypeError("dirt")
    for path, entry in fields["dirt"].items():
        mode, oid = entry
        if not (isinstance(mode, str) and isinstance(oid, str)):
            raise TypeError(path)
        dirt[path] = (mode, oid)
    if not isinstance(fields["committed"], bool):
        raise TypeError("committed")
    return Handoff(**texts, dirt=dirt, committed=fields["committed"])


def _put(path: Path, data: bytes) -> None:
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(data)
        temporary.replace(path)
    except OSError as error:
        raise GuardError(f"{path} cannot be written: {error.strerror}", "check the rights of that folder") from None


def _unreadable(path: Path, why: str) -> GuardError:
    return GuardError(
        f"the hand-off record {path} cannot be used: {why}",
        f"move it away (mv {path} {path}.broken) and start the hand-off again: delegation-guard handoff start SPEC",
    )
