"""JSON as a stream, without the middle of long strings, so that no value makes memory grow.

A parser keeps a string until its end, and scans it again with each block. The body of a response may have any length.
"""

from connect_errors.captures.lines import Stream
from connect_errors.url import MAX_BYTES

_MAX_STRING = 8 * MAX_BYTES
"""Characters of a string that are kept, at least. Of six (`\\u0041`) one is left: it still is too long for a URL."""

_WHITESPACE = " \t\r\n"
_IN_NUMBERS = "0123456789+-.eE"


class Shortened:
    """The bytes of a stream of JSON, in UTF-8.

    What a block is to the parser, it is without the blocks that are left out: an escape is not torn apart.
    """

    def __init__(self, stream: Stream) -> None:
        self._texts = stream.texts()
        self._piece = ""
        self._at = 0
        self._held = ""
        """The beginning of an escape."""
        self._in_string = False
        self._length = 0
        """Characters of the string or number so far, in whole blocks."""

    def read(self, size: int) -> bytes:
        """Read a block, of `size` characters at most; nothing at the end.

        Raises:
            ValueError: a number has no end.
        """
        while size:
            piece = self._next(size)
            text = self._held + piece
            end = _end_of_escapes(text) if piece else len(text)
            text, self._held = text[:end], text[end:]
            text = self._shortened(text)
            if text or not piece:
                return text.encode("utf-8", "surrogateescape")  # the parser tells where bytes are no text
        return b""

    def _next(self, size: int) -> str:
        if self._at >= len(self._piece):
            self._piece, self._at = next(self._texts, ""), 0
        piece = self._piece[self._at : self._at + size]
        self._at += len(piece)
        return piece

    def _shortened(self, text: str) -> str:
        quotes = text.replace("\\\\", "").replace('\\"', "").count('"')
        was_in_string, self._in_string = self._in_string, self._in_string != bool(quotes % 2)
        if was_in_string and not quotes:
            self._length += len(text)
            return text if self._length <= _MAX_STRING else ""
        if text and not text.strip(_WHITESPACE):
            return " "
        self._length = 0 if text.strip(_IN_NUMBERS) else self._length + len(text)
        if self._length > _MAX_STRING:
            raise ValueError("a number without an end")
        return text


def _end_of_escapes(text: str) -> int:
    """Find where an escape begins that the text does not end; the end of the text if there is none."""
    last = text.rfind("\\", -len(r"\u004"))
    if last < 0:
        return len(text)
    is_escape = (last + 1 - len(text[: last + 1].rstrip("\\"))) % 2
    is_open = last + 1 == len(text) or text[last + 1] == "u"
    return last if is_escape and is_open else len(text)
