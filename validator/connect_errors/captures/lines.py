"""The bytes of a capture → blocks of text, read as a stream in constant memory.

What comes out depends on the bytes alone, never on how many of them arrived at a time.
"""

import codecs
import io
import re
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from connect_errors.captures import binary
from connect_errors.redaction import shown_error
from connect_errors.shown import Shown, own, say

BLOCK = 256 * 1024
"""Bytes that are read at once, at most."""

MAX_LINE = 1024 * 1024
"""Characters of a line that are kept; no line makes memory grow."""

UNREADABLE = (OSError, EOFError, zlib.error)
"""Exceptions raised where bytes cannot be read, break off, or turn out not to be gzip."""

MAX_BEGINNING = 64 * 1024
"""Characters of a beginning in which the kind of a capture must show."""

_GZIP = b"\x1f\x8b"
_MARK = re.compile("^\ufeff", re.MULTILINE)
"""A byte order mark: of the capture, or of one that was joined to another."""

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MAX_MARK = len(codecs.BOM_UTF8)


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
    """The text of a capture: gzip undone, decoded, without byte order marks.

    UTF-16 is read where it has a byte order mark, as PowerShell's `>` writes it. Bytes that are not UTF-8 become lone
    surrogates, which the rules recognize.

    Raises:
        CaptureError: its first bytes cannot be read.
    """

    def __init__(self, stream: io.BufferedReader | io.BytesIO, before_read: Callable[[], None] = lambda: None) -> None:
        self._stream = stream
        self._before_read = before_read
        self._is_gzip = False
        self._failure: Exception | None = None
        self._bytes: Any = stream
        self._ahead: list[str] = []
        self.cut_lines = 0
        """Lines so far of which the end was dropped."""
        self.lines = 0
        """Lines so far."""
        self.bytes = 0
        """Bytes so far, after gzip was undone."""
        try:
            beginning = _first_bytes(stream)
            self._bytes = io.BufferedReader(_Refilled(beginning, stream, before_read), BLOCK)
            if beginning.startswith(_GZIP):
                import gzip  # seldom needed

                self._is_gzip = True
                self._bytes = gzip.GzipFile(fileobj=self._bytes)
                beginning = self._first_of_gzip()
        except UNREADABLE as error:
            raise CaptureError(shown_error(error)) from error
        if kind := binary.kind_of(beginning):
            raise CaptureError(say("it is {}", own(kind)))
        self.encoding = "utf-16" if beginning.startswith(_UTF_16) else "utf-8"
        errors = "replace" if self.encoding == "utf-16" else "surrogateescape"
        self._decoder = codecs.getincrementaldecoder(self.encoding)(errors)
        self._texts = self._decoded(beginning if self._is_gzip else b"")

    def _first_of_gzip(self) -> bytes:
        """Read enough to know the encoding; if reading fails, what was read counts, and reading on fails again."""
        beginning = b""
        try:
            while missing := _MAX_MARK - len(beginning):
                if not (data := self._bytes.read1(missing)):
                    break
                beginning += data
        except UNREADABLE as error:
            if not beginning:
                raise
            self._failure = error
        return beginning

    def _read(self) -> bytes:
        """Read as many bytes as are there; of gzip a whole block, as its members may be tiny.

        Raises:
            UNREADABLE: the bytes cannot be read, or break off; what could be read came before.
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

    def _decoded(self, data: bytes) -> Iterator[str]:
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
        """Yield the text in pieces of any size, as soon as they are there.

        Raises:
            UNREADABLE: the bytes cannot be read, or break off; what was yielded before still counts.
        """
        while self._ahead:
            yield self._ahead.pop(0)
        yield from self._texts

    def look_ahead(self, is_enough: Callable[[str], bool]) -> str:
        """Read until `is_enough` says so of the text so far, or to the end; the text stays unread."""
        text = "".join(self._ahead)
        try:
            while len(text) < MAX_BEGINNING and not is_enough(text):
                if (piece := next(self._texts, None)) is None:
                    break
                self._ahead.append(piece)
                text += piece
        except UNREADABLE as error:
            self._texts = _failing(error)
        return text[:MAX_BEGINNING]

    def blocks(self) -> Iterator[str]:
        """Yield the text in blocks of whole lines, as soon as they are there, without the last line end of each.

        Raises:
            CaptureError: reading fails, or a line is binary; what was yielded before still counts.
        """
        pending: list[str] = []
        length = 0
        try:
            for text in self.texts():
                before, line_end, rest = text.rpartition("\n")
                if line_end:
                    pending.append(before)
                    yield from self._block("".join(pending))
                    pending, length = [], 0
                if length < MAX_LINE + 2:  # more than that is cut anyway, and counted as cut
                    pending.append(rest)
                    length += len(rest)
        except UNREADABLE as error:
            where = say(", after line {}", self.lines) if self.lines else Shown("")
            raise CaptureError(say("{}{}", shown_error(error), where)) from error
        if last := "".join(pending):
            yield from self._block(last)

    def _block(self, block: str) -> Iterator[str]:
        if len(block) > MAX_LINE:  # only the first line can be as long as that
            end = block.find("\n")
            line = block if end < 0 else block[:end]
            if len(line.removesuffix("\r")) > MAX_LINE:
                line = line[:MAX_LINE]
                self.cut_lines += "\0" not in line  # a binary one is not read at all
                block = line + ("" if end < 0 else block[end:])
        if "\0" in block:
            block, _, _ = block.partition("\0")
            before, line_end, _ = block.rpartition("\n")
            if line_end:
                yield from self._block(before)
            where = say(", in line {}", self.lines + 1) if self.lines else Shown("")
            raise CaptureError(say("it is a binary file, not text{}", where))
        self.lines += block.count("\n") + 1
        if "\ufeff" in block:
            block = _MARK.sub("", block)
        yield block.replace("\r\n", "\n").removesuffix("\r") if "\r" in block else block


def _failing(error: Exception) -> Iterator[str]:
    raise error
    yield ""


def _first_bytes(stream: io.BufferedReader | io.BytesIO) -> bytes:
    """Read on until gzip, byte order marks and what is not text can be recognized."""
    beginning = b""
    while len(beginning) < _MAX_MARK or binary.is_open(beginning):
        try:
            data = stream.read1(BLOCK)
        except OSError:
            if beginning:
                break  # what is there counts; reading on fails again
            raise
        if not data:
            break
        beginning += data
    return beginning
