"""A copy of a text with some parts masked, which maps places of the original to the copy."""

from bisect import bisect_right

from connect_errors import lazy_re
from connect_errors.encoding import Span
from connect_errors.shown import Shown

MASK = Shown("***")

_UNPRINTABLE = lazy_re.pattern("[^!-~]+|(?<=#)#")


class Copy:
    """A copy in printable ASCII without `##`, built piece by piece, which tracks the origin of each piece."""

    def __init__(self, original: str) -> None:
        self._original = original
        self._is_plain = original.isascii() and original.isprintable() and not (" " in original or "##" in original)
        self._pieces: list[str] = []
        self._starts: list[int] = [0]
        self._copied_starts: list[int] = [0]

    @property
    def text(self) -> Shown:
        return Shown("".join(self._pieces))

    @property
    def _end(self) -> int:
        return self._starts[-1]

    def keep(self, end: int) -> None:
        """Copy up to `end`; anything but printable ASCII is percent-encoded."""
        if self._is_plain and self._end < end:
            self._add(end, self._original[self._end : end])
        while self._end < end:
            match = _UNPRINTABLE.search(self._original, self._end, end)
            stop = match.start() if match else end
            if stop > self._end:
                self._add(stop, self._original[self._end : stop])
            for character in match[0] if match else "":
                self._add(self._end + 1, _percent_encoded(character))

    def mask(self, end: int) -> None:
        """Replace everything up to `end` with the mask, unless it is empty."""
        if self._end < end:
            self._add(end, MASK)

    def map_span(self, span: Span) -> Span:
        """Map a place to the copy; it is extended where it overlaps part of a mask."""
        start, end = span
        new_start = self._map_index(start)
        return new_start, new_start if start == end else self._map_index(end, is_end=True)

    def _add(self, end: int, piece: str) -> None:
        self._pieces.append(piece)
        self._starts.append(end)
        self._copied_starts.append(self._copied_starts[-1] + len(piece))

    def _map_index(self, index: int, *, is_end: bool = False) -> int:
        if index >= self._end:
            return self._copied_starts[-1]
        piece = bisect_right(self._starts, index - is_end) - 1
        if self._pieces[piece] == MASK or len(self._pieces[piece]) != self._starts[piece + 1] - self._starts[piece]:
            return self._copied_starts[piece + is_end]
        return self._copied_starts[piece] + index - self._starts[piece]


def _percent_encoded(character: str) -> str:
    if "\udc80" <= character <= "\udcff":
        encoded = bytes([ord(character) - 0xDC00])  # a byte that is not UTF-8
    elif "\ud800" <= character <= "\udfff":
        encoded = "\ufffd".encode()
    else:
        encoded = character.encode()
    return "".join(f"%{byte:02X}" for byte in encoded)
