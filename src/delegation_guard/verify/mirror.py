"""A folder of dependencies once more, file by file, without a way back into the live work tree."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from typing import TYPE_CHECKING

from delegation_guard.verify.repoint import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from delegation_guard.verify.repoint import Repoint

    Special = Callable[[str, str, str], bool]

_EXACT_FILES, _EXACT_BYTES = 2000, 32_000_000
_BIN = frozenset({"bin", ".bin", "Scripts"})
_TEXT_LIMIT = 1_000_000
# A cached result is not a run, and these folders hold nothing else.
_SKIPPED = frozenset({".cache", ".vite", ".vitest", ".pytest_cache", ".turbo", ".nx"})


def digest(folder: str) -> str:
    """What a folder holds: of contents when it is small (`content-sha256:`), else of names, sizes, modes and times
    (`stat-sha256:`), which an edit that keeps size and time escapes. Bytecode caches do not count."""
    entries = list(_walk(folder))
    sizes = [info.st_size for _, info, _ in entries]
    exact = len(sizes) <= _EXACT_FILES and sum(sizes) <= _EXACT_BYTES
    total = hashlib.sha256()
    for path, info, target in entries:
        if target is not None:
            what = target
        else:
            what = _content(os.path.join(folder, path)) if exact else str(info.st_mtime_ns)
        line = f"{path}\0{info.st_mode:o}\0{info.st_size if not exact else ''}\0{what}\n"
        total.update(line.encode("utf-8", "surrogateescape"))
    return f"{'content' if exact else 'stat'}-sha256:{total.hexdigest()}"


def mirror(
    source: str, target: str, repoint: Repoint, special: Special = lambda *_: False, *, copy: bool = True
) -> None:
    """Make `target` hold what `source` holds: folders of its own, files as hard links to the same files.

    Removing or replacing a file there leaves the source alone; writing into one does not. Files that cannot be linked
    (another file system, another owner) are copied, or with `copy=False` linked symbolically. Symbolic links into the
    live tree lead into the checkout instead, where their target must be. Scripts in bin folders are rewritten.
    `special(relative path, from, to)` may deal with a file or link itself and then returns True.
    """
    _folder(source, target, "", repoint, special, copy=copy)


def rewritten(source: str, target: str, repoint: Repoint) -> bool:
    """Write a text file with its paths re-pointed; False, nothing written, when no path of it leads back."""
    with open(source, "rb") as file:
        text = file.read().decode("utf-8", "surrogateescape")
    changed = repoint.text(text)
    if changed == text:
        return False
    with open(target, "wb") as file:
        file.write(changed.encode("utf-8", "surrogateescape"))
    shutil.copymode(source, target)
    return True


def _folder(source: str, target: str, below: str, repoint: Repoint, special: Special, *, copy: bool) -> None:
    os.mkdir(target, 0o755)
    scripts = os.path.basename(source) in _BIN
    with os.scandir(source) as entries:
        for entry in entries:
            place, relative = f"{target}/{entry.name}", f"{below}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _SKIPPED:
                    _folder(entry.path, place, f"{relative}/", repoint, special, copy=copy)
            elif special(relative, entry.path, place):
                continue
            elif entry.is_symlink():
                _link(entry.path, place, repoint, relative)
            elif entry.is_file(follow_symlinks=False):  # not a socket or pipe that some program left there
                _file(entry.path, place, repoint, relative, copy=copy, script=scripts)


def _file(source: str, target: str, repoint: Repoint, relative: str, *, copy: bool, script: bool) -> None:
    if script and _is_script(source) and rewritten(source, target, repoint):
        return
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError as error:
        if error.errno not in (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.EACCES, errno.ENOTSUP):
            raise Refused(f"{relative} cannot be carried: {error.strerror}") from None
        if copy:
            shutil.copy2(source, target)
        else:
            os.symlink(source, target)


def _link(source: str, target: str, repoint: Repoint, relative: str) -> None:
    text = os.readlink(source)
    leads_to = os.path.join(os.path.dirname(source), text)
    if not os.path.isabs(text) and os.path.lexists(os.path.join(os.path.dirname(target), text)):
        os.symlink(text, target)  # the same way from there, to a place that is there
        return
    if not os.path.exists(leads_to):
        os.symlink(text if not os.path.isabs(text) else repoint.place(text) or text, target)
        return
    inside = repoint.place(leads_to)
    if inside is None:
        os.symlink(os.path.normpath(leads_to), target)
    elif _within(source, leads_to, relative):
        os.symlink(inside if os.path.isabs(text) else text, target)  # to something that may be still to come
    else:
        os.symlink(repoint.needed(leads_to, relative) or inside, target)


def _within(source: str, leads_to: str, relative: str) -> bool:
    top = source[: -len(relative)].rstrip(os.sep)
    return os.path.normpath(leads_to).startswith(top + os.sep)


def _is_script(path: str) -> bool:
    if os.path.getsize(path) > _TEXT_LIMIT:
        return False
    with open(path, "rb") as file:
        return b"\0" not in file.read(1024)


def _walk(folder: str, below: str = "") -> Iterator[tuple[str, os.stat_result, str | None]]:
    """Every file and link below a folder, in a fixed order: relative path, its own status, a link's text."""
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in _SKIPPED and entry.name != "__pycache__":
                yield from _walk(entry.path, f"{below}{entry.name}/")
        else:
            text = os.readlink(entry.path) if entry.is_symlink() else None
            yield f"{below}{entry.name}", entry.stat(follow_symlinks=False), text


def _content(path: str) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
