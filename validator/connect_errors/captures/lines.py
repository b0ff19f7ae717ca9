"""The bytes of a capture → blocks and lines of text, read as a stream in constant memory."""

import codecs
import io
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from connect_errors.redaction import shown_message
from connect_errors.shown import Shown, own, say

BLOCK = 256 * 1024
"""Bytes that are read at once, at most."""

LONGEST_LINE = 1024 * 1024
"""Characters of a line that are kept, at least; no line makes memory grow."""

Line = tuple[int, str]
"""The number of a line, from 1, and its text without the line end."""

UNREADABLE = (OSError, EOFError, zlib.error)
"""What is raised where bytes cannot be read, break off, or are no gzip after all."""

_ENOUGH = 64 * 1024
"""Bytes of a beginning in which the kind of a capture must show."""

_GZIP = b"\x1f\x8b"


class CaptureError(Exception):
    """A capture cannot be read, or not any further. The message says why, and from where on."""

    def __init__(self, message: Shown) -> None:
        super().__init__(message)
        self.message = message


class _Refilled(io.RawIOBase):
    """A stream with the bytes put back in front that were read already."""

    def __init__(
        self, beginning: bytes, stream: io.BufferedReader | io.BytesIO, before_read: Callable[[], None]
    ) -> None:
        self._beginning = beginning
        self._stream = stream
        self._before_read = before_read

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - as RawIOBase has it
        if not self._beginning:
            self._before_read()
        data = self._beginning[: len(buffer)] or self._stream.read1(len(buffer))
        self._beginning = self._beginning[len(data) :]
        buffer[: len(data)] = data
        return len(data)


class Stream:
    """The bytes of a capture, gzip undone, and how they are encoded.

    Raises:
        CaptureError: they are binary, or not readable.
    """

    def __init__(self, stream: io.BufferedReader | io.BytesIO, before_read: Callable[[], None] = lambda: None) -> None:
        try:
            beginning = _beginning(stream)
            buffered: Any = io.BufferedReader(_Refilled(beginning, stream, before_read), BLOCK)
            if beginning.startswith(_GZIP):
                import gzip  # seldom needed

                buffered = gzip.GzipFile(fileobj=buffered)
                beginning = buffered.peek(1)
            if beginning.startswith(codecs.BOM_UTF8):
                buffered.read(len(codecs.BOM_UTF8))
        except UNREADABLE as error:
            raise CaptureError(reason(error)) from error
        is_utf_16 = beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        if b"\0" in beginning and not is_utf_16:
            raise CaptureError(Shown("it is a binary file, not text"))
        self.encoding = "utf-16" if is_utf_16 else "utf-8"
        self.beginning = beginning.removeprefix(codecs.BOM_UTF8).decode(self.encoding, "replace")
        """The beginning of the text, which stays unread."""
        self.cut_lines = 0
        """Lines so far of which the end was dropped."""
        self._bytes = buffered

    def read(self, size: int) -> bytes:
        """Read as many bytes as are there, `size` at most; none at the end.

        Raises:
            UNREADABLE: the bytes cannot be read, or break off.
        """
        data: bytes = self._bytes.read1(size)
        return data

    def decoder(self) -> codecs.IncrementalDecoder:
        """Make what decodes the bytes; those that are not UTF-8 become lone surrogates, which the rules can tell."""
        errors = "replace" if self.encoding == "utf-16" else "surrogateescape"
        return codecs.getincrementaldecoder(self.encoding)(errors)

    def blocks(self) -> Iterator[str]:
        """Yield the text in blocks of whole lines, as soon as they are there, without the last line end of each.

        UTF-16 is read where it has a byte order mark, as PowerShell's `>` writes it. What a line has far beyond
        `LONGEST_LINE` is dropped.

        Raises:
            CaptureError: reading fails; what was yielded before still counts.
        """
        decoder = self.decoder()
        rest = ""
        is_cut = False
        lines = 0
        while True:
            try:
                data = self.read(BLOCK)
            except UNREADABLE as error:
                raise CaptureError(say("{}, after line {}", reason(error), lines)) from error
            text = decoder.decode(data, final=not data)
            if is_cut:
                _, line_end, text = text.partition("\n")
                text = line_end + text
            block, line_end, rest = (rest + text).rpartition("\n")
            if line_end:
                is_cut = False
                lines += block.count("\n") + 1
                yield block.replace("\r\n", "\n").removesuffix("\r")
            if len(rest) > LONGEST_LINE:
                rest = rest[:LONGEST_LINE]
                is_cut = True
                self.cut_lines += 1
            if not data:
                break
        if rest:
            yield rest.removesuffix("\r")

    def lines(self) -> Iterator[Line]:
        """Yield the lines of all blocks."""
        number = 0
        for block in self.blocks():
            for number, line in enumerate(block.split("\n"), number + 1):  # noqa: B020 - counting goes on
                yield number, line


def _beginning(stream: io.BufferedReader | io.BytesIO) -> bytes:
    """Read on until the kind of the capture can be told: at the end of the first line that says something."""
    beginning = b""
    while len(beginning) < _ENOUGH:
        try:
            data = stream.read1(_ENOUGH)
        except OSError:
            if beginning:
                break  # what is there counts; reading on fails again
            raise
        if not data:
            break
        beginning += data
        lines = beginning.split(b"\n")[:-1]
        if any(line.strip() and not line.startswith(b"#") for line in lines):
            break
    return beginning


def reason(error: Exception) -> Shown:
    """Say why bytes cannot be read."""
    system = getattr(error, "strerror", None)
    return own(system) if system else shown_message(str(error))
