"""A stream of JSON that omits the middle of long strings, which bounds memory.

A parser keeps a string until it ends, and rescans it with each block. The body of a response may have any length.
"""

from connect_errors.captures.stream import Stream
from connect_errors.url import MAX_BYTES

_MAX_STRING = 8 * MAX_BYTES
"""Minimum number of characters kept of a string. Even if each takes six (`\\u0041`), it remains too long for a URL."""

_WHITESPACE = " \t\r\n"
_IN_NUMBERS = "0123456789+-.eE"


class TruncatingReader:
    """The UTF-8 bytes of a JSON stream.

    Omitting blocks does not change how the parser reads the others: escapes are never split.
    """

    def __init__(self, stream: Stream) -> None:
        self._texts = stream.texts()
        self._piece = ""
        self._at = 0
        self._held = ""
        """The beginning of an escape."""
        self._in_string = False
        self._length = 0
        """Number of characters of the current string or number, in whole blocks."""

    def read(self, size: int) -> bytes:
        """Read a block of at most `size` characters; empty at the end.

        Raises:
            ValueError: a number has no end.
        """
        while size:
            piece = self._next_piece(size)
            text = self._held + piece
            end = _end_of_whole_escapes(text) if piece else len(text)
            text, self._held = text[:end], text[end:]
            text = self._truncate(text)
            if text or not piece:
                return text.encode("utf-8", "surrogateescape")  # the parser reports invalid UTF-8
        return b""

    def _next_piece(self, size: int) -> str:
        if self._at >= len(self._piece):
            self._piece, self._at = next(self._texts, ""), 0
        piece = self._piece[self._at : self._at + size]
        self._at += len(piece)
        return piece

    def _truncate(self, text: str) -> str:
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


def _end_of_whole_escapes(text: str) -> int:
    """Return the start of an incomplete escape at the end of the text, or the end if there is none."""
    last = text.rfind("\\", -len(r"\u004"))
    if last < 0:
        return len(text)
    is_escape = (last + 1 - len(text[: last + 1].rstrip("\\"))) % 2
    is_open = last + 1 == len(text) or text[last + 1] == "u"
    return last if is_escape and is_open else len(text)
