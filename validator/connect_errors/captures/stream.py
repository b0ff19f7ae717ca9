"""Read the bytes of a capture as blocks of text, as a stream in constant memory.

The result depends only on the bytes, not on how they arrive.
"""

import codecs
import io
import re
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from connect_errors import lazy_re
from connect_errors.captures import binary
from connect_errors.redaction import shown_error
from connect_errors.shown import Shown, ShownError, own, say

BLOCK = 64 * 1024
"""Maximum number of bytes per read."""

MAX_LINE = 1024 * 1024
"""Maximum number of characters kept of a line, which bounds memory."""

UNREADABLE = (OSError, EOFError, zlib.error)
"""Exceptions raised if bytes cannot be read, are truncated, or are not valid gzip."""

MAX_BEGINNING = 64 * 1024
"""Maximum number of characters from which the kind of a capture is determined."""

_GZIP = b"\x1f\x8b"
_BYTE_ORDER_MARK = lazy_re.pattern("^\ufeff", re.MULTILINE)
"""Byte order marks: of the capture, or of files concatenated to it."""

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MAX_BYTE_ORDER_MARK = len(codecs.BOM_UTF8)


class CaptureError(ShownError):
    """A capture cannot be read, or not to the end. The message says why, and where it stopped."""


class BeforeReadError(Exception):
    """`before_read` failed, which says nothing about the capture.

    It is not an `OSError`, because those count as errors of the capture wherever it is read.
    """

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self.error = error


class _PrependedStream(io.RawIOBase):
    """A stream with bytes that were already read put back at the front."""

    def __init__(
        self, beginning: bytes, stream: io.BufferedReader | io.BytesIO, before_read: Callable[[], None]
    ) -> None:
        self._beginning = beginning
        self._stream = stream
        self._before_read = before_read

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - as in RawIOBase
        if not self._beginning:
            try:
                self._before_read()
            except OSError as error:
                raise BeforeReadError(error) from error
        data = self._beginning[: len(buffer)] or self._stream.read1(len(buffer))
        self._beginning = self._beginning[len(data) :]
        buffer[: len(data)] = data
        return len(data)


class Stream:
    """The text of a capture: decompressed, decoded, without byte order marks.

    UTF-16 is recognized by its byte order mark, as written by PowerShell's `>`. Bytes that are not UTF-8 become lone
    surrogates, which the rules recognize.

    Raises:
        CaptureError: its first bytes cannot be read, or are those of a binary file.
    """

    def __init__(self, stream: io.BufferedReader | io.BytesIO, before_read: Callable[[], None] = lambda: None) -> None:
        self._stream = stream
        self._before_read = before_read
        self._is_gzip = False
        self._failure: Exception | None = None
        self._bytes: Any = stream
        self._ahead: list[str] = []
        self.cut_lines = 0
        """Number of truncated lines so far."""
        self.lines = 0
        """Number of lines so far."""
        self.bytes = 0
        """Number of bytes so far, after decompression."""
        try:
            beginning = _read_beginning(stream)
            self._bytes = io.BufferedReader(_PrependedStream(beginning, stream, before_read), BLOCK)
            if beginning.startswith(_GZIP):
                import gzip  # rarely needed

                self._is_gzip = True
                self._bytes = gzip.GzipFile(fileobj=self._bytes)
                beginning = self._read_beginning_of_gzip()
        except UNREADABLE as error:
            raise CaptureError(shown_error(error)) from error
        if kind := binary.describe(beginning):
            raise CaptureError(say("it is {}", own(kind)))
        self.encoding = "utf-16" if beginning.startswith(_UTF_16) else "utf-8"
        errors = "replace" if self.encoding == "utf-16" else "surrogateescape"
        self._decoder = codecs.getincrementaldecoder(self.encoding)(errors)
        self._texts = self._decode(beginning if self._is_gzip else b"")

    def _read_beginning_of_gzip(self) -> bytes:
        """Read enough to determine the encoding; if reading fails, return what was read, and fail at the next read."""
        beginning = b""
        try:
            while missing := _MAX_BYTE_ORDER_MARK - len(beginning):
                if not (data := self._bytes.read1(missing)):
                    break
                beginning += data
        except UNREADABLE as error:
            if not beginning:
                raise
            self._failure = error
        return beginning

    def _read(self) -> bytes:
        """Read the bytes that are available; for gzip, a whole block, as its members may be tiny.

        Raises:
            UNREADABLE: the bytes cannot be read, or are truncated; everything before was returned.
        """
        if self._failure:
            raise self._failure
        if not self._is_gzip:
            data: bytes = self._bytes.read1(BLOCK)
            return data
        pieces: list[bytes] = []
        missing = BLOCK
        try:
            while missing and (piece := self._bytes.read1(missing)):
                pieces.append(piece)
                missing -= len(piece)
        except UNREADABLE as error:
            if not pieces:
                raise
            self._failure = error
        return b"".join(pieces)

    def _decode(self, data: bytes) -> Iterator[str]:
        is_first = True
        while True:
            data = data or self._read()
            self.bytes += len(data)
            if text := self._decoder.decode(data, final=not data):
                yield text.removeprefix("\ufeff") if is_first else text
                is_first = False
            if not data:
                return
            data = b""

    def texts(self) -> Iterator[str]:
        """Yield the text in pieces of any size, as soon as they are available.

        Raises:
            UNREADABLE: the bytes cannot be read, or are truncated; pieces yielded before remain valid.
        """
        while self._ahead:
            yield self._ahead.pop(0)
        yield from self._texts

    def look_ahead(self, is_enough: Callable[[str], bool]) -> str:
        """Read until `is_enough` accepts the text so far, or to the end, without consuming the text."""
        text = "".join(self._ahead)
        try:
            while len(text) < MAX_BEGINNING and not is_enough(text):
                if (piece := next(self._texts, None)) is None:
                    break
                self._ahead.append(piece)
                text += piece
        except UNREADABLE as error:
            self._texts = _raise_at_next(error)
        return text[:MAX_BEGINNING]

    def blocks(self) -> Iterator[str]:
        """Yield the text in blocks of whole lines, as soon as they are available, each without its last line end.

        Raises:
            CaptureError: reading fails, or a line is binary; blocks yielded before remain valid.
        """
        pending: list[str] = []
        length = 0
        try:
            for text in self.texts():
                before, line_end, rest = text.rpartition("\n")
                if line_end:
                    pending.append(before)
                    yield from self._clean_block("".join(pending))
                    pending, length = [], 0
                if length < MAX_LINE + 2:  # anything longer is truncated, and counted
                    pending.append(rest)
                    length += len(rest)
        except UNREADABLE as error:
            where = say(", after line {}", self.lines) if self.lines else Shown("")
            raise CaptureError(say("{}{}", shown_error(error), where)) from error
        if last := "".join(pending):
            yield from self._clean_block(last)

    def _clean_block(self, block: str) -> Iterator[str]:
        if len(block) > MAX_LINE:  # only the first line can be that long
            end = block.find("\n")
            line = block if end < 0 else block[:end]
            if len(line.removesuffix("\r")) > MAX_LINE:
                line = line[:MAX_LINE]
                self.cut_lines += "\0" not in line  # binary lines are not read at all
                block = line + ("" if end < 0 else block[end:])
        if "\0" in block:
            block, _, _ = block.partition("\0")
            before, line_end, _ = block.rpartition("\n")
            if line_end:
                yield from self._clean_block(before)
            where = say(", in line {}", self.lines + 1) if self.lines else Shown("")
            raise CaptureError(say("it is a binary file, not text{}", where))
        self.lines += block.count("\n") + 1
        if "\ufeff" in block:
            block = _BYTE_ORDER_MARK.sub("", block)
        yield block.replace("\r\n", "\n").removesuffix("\r") if "\r" in block else block


def _raise_at_next(error: Exception) -> Iterator[str]:
    raise error
    yield ""


def _read_beginning(stream: io.BufferedReader | io.BytesIO) -> bytes:
    """Read enough to recognize gzip, byte order marks and binary files."""
    beginning = b""
    while len(beginning) < _MAX_BYTE_ORDER_MARK or binary.needs_more_bytes(beginning):
        try:
            data = stream.read1(BLOCK)
        except OSError:
            if beginning:
                break  # what was read counts; the next read fails again
            raise
        if not data:
            break
        beginning += data
    return beginning
