"""The bytes of a capture → its lines of text, and what a reader finds in them."""

import codecs
import io
from collections.abc import Iterator
from typing import Any, NamedTuple, TextIO

LONGEST_LINE = 1024 * 1024
"""Characters of a line that are kept; no line makes memory grow."""

Line = tuple[int, str]
"""The number of a line, from 1, and its text without the line end."""

_GZIP = b"\x1f\x8b"
_ENCODINGS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16", codecs.BOM_UTF8: "utf-8-sig"}


class CaptureError(Exception):
    """A capture cannot be read, or not any further. The message is a whole sentence's end, fit to be shown."""


class Candidate(NamedTuple):
    """A text that may be a redirect's URL, and its place; `is_listed` where it is judged whatever it is."""

    text: str
    line: int
    column: int
    is_listed: bool = False


def open_text(stream: io.BufferedReader | io.BytesIO) -> tuple[io.TextIOWrapper, str]:
    """Open a capture as text; the second value is its beginning, which stays unread.

    Bytes that are not UTF-8 become lone surrogates, so that the rules can tell them. Gzip is undone, UTF-16 with a
    byte order mark (as PowerShell's `>` writes it) is read.

    Raises:
        CaptureError: it is binary, or not readable.
    """
    try:
        buffered: Any = io.BufferedReader(stream) if isinstance(stream, io.BytesIO) else stream
        beginning: bytes = buffered.peek()
        if beginning.startswith(_GZIP):
            import gzip  # seldom needed

            buffered = gzip.GzipFile(fileobj=buffered)
            beginning = buffered.peek(1)
    except (OSError, EOFError) as error:
        raise CaptureError(_reason(error)) from error
    encoding = next((name for mark, name in _ENCODINGS.items() if beginning.startswith(mark)), "utf-8")
    errors = "replace" if encoding == "utf-16" else "surrogateescape"
    if encoding != "utf-16" and b"\0" in beginning:
        raise CaptureError("it is a binary file, not a capture")
    text = io.TextIOWrapper(buffered, encoding, errors, newline="\n")
    return text, beginning.decode(encoding, "replace")


def read_lines(text: TextIO) -> Iterator[Line]:
    """Yield the lines; what a line has beyond `LONGEST_LINE` is dropped.

    Raises:
        CaptureError: reading fails; what was yielded before still counts.
    """
    number = 0
    try:
        while line := text.readline(LONGEST_LINE):
            number += 1
            yield number, line.rstrip("\r\n")
            while line and not line.endswith("\n"):
                line = text.readline(LONGEST_LINE)
    except (OSError, EOFError) as error:
        raise CaptureError(f"{_reason(error)}, after line {number}") from error


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
