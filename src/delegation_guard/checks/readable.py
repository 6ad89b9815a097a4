"""Turning the bytes of a listed file into text, or saying why that cannot be done."""

from __future__ import annotations

from dataclasses import dataclass

LIMIT = 1024 * 1024
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_UTF8_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Text:
    """A file's text with "\\n" line ends (None when there is no file), or why it cannot be read."""

    text: str | None = None
    fault: str = ""

    @property
    def lines(self) -> list[str]:
        return (self.text or "").split("\n")


def readable(data: bytes | None) -> Text:
    """Decode as UTF-8. NUL bytes, UTF-16, other encodings and more than 1 MB are faults, never guessed at."""
    if data is None:
        return Text()
    if len(data) > LIMIT:
        return Text(fault=f"it is larger than {LIMIT // 1024} kB")
    if data.startswith(_UTF16):
        return Text(fault="it is UTF-16, not UTF-8")
    if b"\0" in data:
        return Text(fault="it holds NUL bytes")
    try:
        text = data.removeprefix(_UTF8_MARK).decode("utf-8")
    except UnicodeDecodeError as error:
        return Text(fault=f"it is not UTF-8 (byte {error.start})")
    return Text(text.replace("\r\n", "\n").replace("\r", "\n"))


def gained_mark(base: bytes | None, head: bytes | None) -> bool:
    """Whether a byte order mark came with the change, which some tools do not read past."""
    return bool(head and head.startswith(_UTF8_MARK) and not (base and base.startswith(_UTF8_MARK)))
