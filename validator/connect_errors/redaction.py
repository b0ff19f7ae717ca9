"""What may be shown: values that are no secrets, in characters that do nothing to a terminal or a file.

A capture holds authorization codes, states, VINs and credentials, and all of it was written by somebody else.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache

from connect_errors.catalog import recognized_parameters
from connect_errors.encoding import Span, decode, find_malformed, offsets
from connect_errors.escaping import MAX_SHOWN, escape_unprintable
from connect_errors.url import URL

SHOWN = frozenset({"error", "error_description", "status_code", "error_message", "make", "model", "year"})
"""The parameters whose values are shown; the values of all others, and a URL's user info, are masked."""

MASK = "***"

_TOKEN = re.compile(r"(?=\S*[0-9])[^\s/:?&]{16,}")
_BEHIND_ESCAPE = "|".join(f"(?<=%{'25' * times}[0-9A-F]{{2}})" for times in range(3))
"""What precedes a word that follows an escape, encoded once or more: its last digit may be a letter."""
_UUID = "[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}"
_VIN = (
    f"(?:(?<![A-Z0-9])(?<!%(?=[0-9A-F]{{2}}))|{_BEHIND_ESCAPE})"
    "(?=[A-Z]{0,16}[0-9])(?=[0-9]{0,16}[A-Z])[A-Z0-9]{17}(?![A-Z0-9])"
)
_URL_LIKE = re.compile("[?=#]|:[^/:@]*@|://|%3d", re.IGNORECASE)
_PAIR = re.compile("=|%(?:25)*3d", re.IGNORECASE)
_UNPRINTABLE = re.compile("[^!-~]+|(?<=#)#")
_VALUE = re.compile(f"(?:{_PAIR.pattern})((?:(?!&|%(?:25)*26).)+)", re.IGNORECASE | re.DOTALL)
_BLANK = re.compile(r"\s")
_MAY_HIDE = re.compile("[0-9=%-]")
"""What any text has of which `_hidden()` finds something: a pair's equals sign, a UUID's hyphen, a VIN's digit."""


def shown_name(name: str) -> str:
    """Mask what may be a value where a name should stand: `code%3D…`, or a token that lost its name."""
    if name in recognized_parameters():
        return name
    head, *values = _PAIR.split(name)
    if _TOKEN.fullmatch(head):
        head = MASK
    return f"{head}={MASK}" if values else head


def shown_value(name: str, value: str) -> str:
    """Mask a value, or only what is a secret in one that is shown."""
    if name not in SHOWN and value:
        return MASK
    return _hidden().sub(lambda match: (match[1] or "") + MASK, value) if _MAY_HIDE.search(value) else value


def shown_text(text: str) -> str:
    """Mask the secrets of a text that may be a URL, or a part of one, and make it printable."""
    return copy_of(URL(text), masked=True).text if _URL_LIKE.search(text) else escape_unprintable(text)


def shown_part(url: URL, start: int, end: int) -> str:
    """Give the part of a URL that stands at a place, as it may be shown."""
    copy = copy_of(url, masked=True)
    start, end = copy.moved((start, end))
    return copy.text[start:end]


@cache
def _hidden() -> re.Pattern[str]:
    """What is a secret in the middle of a text: a pair behind a wrong separator, a UUID, a VIN."""
    names = "|".join(sorted(recognized_parameters() - SHOWN))
    equals, end = "(?:=|%(?:25)*3D)", "(?:[&;?#\\s]|%(?:25)*26)"
    pair = f"((?:(?<![A-Z_])|{_BEHIND_ESCAPE})(?:{names}){equals})(?:(?!{end}).)+"
    return re.compile(f"{pair}|{_UUID}|{_VIN}", re.IGNORECASE)


class _Copy:
    """A copy of a text, made piece by piece, that knows where each piece came from."""

    def __init__(self, original: str) -> None:
        self._original = original
        self._is_plain = not _UNPRINTABLE.search(original)
        self._pieces: list[str] = []
        self._starts: list[int] = [0]
        self._copied_starts: list[int] = [0]

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    @property
    def _end(self) -> int:
        return self._starts[-1]

    def keep(self, end: int) -> None:
        """Copy up to `end`; what is not printable ASCII is percent-encoded."""
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
        """Put the mask in the place of all up to `end`, if there is anything."""
        if self._end < end:
            self._add(end, MASK)

    def moved(self, span: Span) -> Span:
        """Move a place to where it is in the copy; it grows where it touches a part of a mask."""
        start, end = span
        moved = self._moved(start)
        return moved, moved if start == end else self._moved(end, is_end=True)

    def _add(self, end: int, piece: str) -> None:
        self._pieces.append(piece)
        self._starts.append(end)
        self._copied_starts.append(self._copied_starts[-1] + len(piece))

    def _moved(self, index: int, *, is_end: bool = False) -> int:
        if index >= self._end:
            return self._copied_starts[-1]
        piece = bisect_right(self._starts, index - is_end) - 1
        if self._pieces[piece] == MASK or len(self._pieces[piece]) != self._starts[piece + 1] - self._starts[piece]:
            return self._copied_starts[piece + is_end]
        return self._copied_starts[piece] + index - self._starts[piece]


def copy_of(url: URL, *, masked: bool) -> _Copy:
    """Copy a URL in printable ASCII without `##`; other characters are percent-encoded, as browsers do."""
    copy = _Copy(url.text)
    end = min(url.base_span[1], MAX_SHOWN) if url.too_long else len(url.text)
    for secret in _joined(sorted(_secrets(url))) if masked else ():
        if secret[1] > end:
            end = min(secret[0], end)
            break
        copy.keep(secret[0])
        copy.mask(secret[1])
    copy.keep(end)
    copy.mask(len(url.text))
    return copy


def _secrets(url: URL) -> Iterator[Span]:
    """The places of all that is masked; they may overlap."""
    start, end = url.base_span
    if url.too_long:
        end = min(end, 2 * MAX_SHOWN)  # no secret that has a length goes on behind it
        yield from _hidden_spans(url.text, 0, end)
    else:
        for part in _unmasked(url):
            yield from _hidden_spans(url.text, *part)
    if user_info := url.user_info:
        yield user_info
        start = user_info[1]
    if url.problem:
        yield from _stray(url, start, end)
    else:
        yield from _hidden_when_decoded(url.text, start, end)
    if url.too_long:
        return  # its query is cut off
    for parameter in (*url.parameters, *url.fragment_parameters):
        if shown_name(parameter.name) != parameter.name:
            yield parameter.span
        elif parameter.name not in SHOWN:
            yield parameter.value_start, parameter.end
        else:
            yield from _hidden_when_decoded(url.text, parameter.value_start, parameter.end)


def _unmasked(url: URL) -> Iterator[Span]:
    """The parts of a URL that are not masked as a whole. What `_hidden()` finds has no `?`, `&` or `#` in it."""
    yield url.base_span
    for parameter in url.parameters:
        # A name that is as long as it is decoded stands there as it is. No secret is in one that is known.
        is_known = parameter.name in recognized_parameters() and parameter.value_start - parameter.start - 1 == len(
            parameter.name
        )
        if not is_known:
            yield parameter.span
        elif parameter.name in SHOWN:
            yield parameter.value_span
    if url.fragment_span[0] < url.fragment_span[1]:
        yield url.fragment_span


def _hidden_spans(text: str, start: int, end: int) -> Iterator[Span]:
    if _MAY_HIDE.search(text, start, end):
        for match in _hidden().finditer(text, start, end):
            yield match.end(1) if match[1] else match.start(), match.end()


def _hidden_when_decoded(text: str, start: int, end: int) -> Iterator[Span]:
    """What is a secret in a part of a URL, of which some characters are encoded that need not be."""
    if text.find("%", start, end) < 0:
        return
    raw = text[start:end]
    decoded = decode(raw)
    matches = list(_hidden().finditer(decoded)) if _MAY_HIDE.search(decoded) else []
    if not matches:
        return
    if find_malformed(raw):  # places cannot be told
        if _hidden().search(decode(_hidden().sub("", raw))):
            yield start, end
        return
    places = offsets(raw, decoded)
    for match in matches:
        yield start + places[match.end(1) if match[1] else match.start()], start + places[match.end()]


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Join the spans that overlap or touch; they are sorted."""
    before: Span | None = None
    for span in spans:
        if before and span[0] <= before[1]:
            before = before[0], max(before[1], span[1])
            continue
        if before:
            yield before
        before = span
    if before:
        yield before


def _stray(url: URL, start: int, end: int) -> Iterator[Span]:
    """What may be a secret in a text that is no URL: a token on its own, a value, whatever follows a blank."""
    if _TOKEN.fullmatch(url.text, start, end):
        yield start, end
        return
    blank = _BLANK.search(url.text, start, end)
    for match in _VALUE.finditer(url.text, start, blank.start() if blank else end):
        yield match.span(1)
    if blank:
        yield blank.start(), end


def _percent_encoded(character: str) -> str:
    if "\udc80" <= character <= "\udcff":
        encoded = bytes([ord(character) - 0xDC00])  # a byte that is not UTF-8
    elif "\ud800" <= character <= "\udfff":
        encoded = "\ufffd".encode()
    else:
        encoded = character.encode()
    return "".join(f"%{byte:02X}" for byte in encoded)
