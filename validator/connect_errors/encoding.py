"""The form encoding of query strings (RFC 6749 appendix B, WHATWG URL §5.1), with the places of characters.

Raw text may contain lone surrogates: U+DC80 to U+DCFF represent bytes that are not UTF-8 (Python's
`surrogateescape`); the others cannot be encoded at all.
"""

import re
from urllib.parse import unquote_to_bytes

from connect_errors import lazy_re

Span = tuple[int, int]
"""A place in a text: the index of its first character, and the index after its last."""

_BROKEN_ESCAPE = lazy_re.pattern("%(?![0-9A-Fa-f]{2})")
_NOT_ASCII = lazy_re.pattern("%(?![0-7][0-9A-Fa-f])")
"""An escape that is malformed, or encodes a byte of a non-ASCII character."""
_BYTE = lazy_re.pattern("%[0-9A-Fa-f]{2}|[\udc80-\udcff]")
_BYTES = lazy_re.pattern("(?:%[0-9A-Fa-f]{2}|[\udc80-\udcff])+")
_OF_ONE_KIND = lazy_re.pattern("(?:%[0-9A-Fa-f]{2})+|[\udc80-\udcff]+")
_UNENCODABLE = lazy_re.pattern("[\ud800-\udc7f\udd00-\udfff]")


def decode(raw: str) -> str:
    """Decode a raw name or value as browsers do: broken escapes stay, bad bytes become U+FFFD. Never raises."""
    text = raw.replace("+", " ").replace("%20", " ")  # most texts have no other escapes
    if "%" not in text and text.isascii():
        return text
    encoded = text.encode() if text.isascii() else _UNENCODABLE.sub("\ufffd", text).encode("utf-8", "surrogateescape")
    return unquote_to_bytes(encoded).decode("utf-8", "replace")


def find_malformed(raw: str, start: int = 0, end: int | None = None) -> Span | None:
    """Find the first broken percent escape, or byte that is not UTF-8, in `raw[start:end]`."""
    end = len(raw) if end is None else end
    if raw.isascii() and not _NOT_ASCII.search(raw, start, end):
        return None
    spans = [match.span() for pattern in (_BROKEN_ESCAPE, _UNENCODABLE) if (match := pattern.search(raw, start, end))]
    for run in _BYTES.finditer(raw, start, end):
        places = [match.span() for match in _BYTE.finditer(run[0])]
        encoded = unquote_to_bytes(run[0].encode("utf-8", "surrogateescape"))
        try:
            encoded.decode("utf-8")
        except UnicodeDecodeError as error:
            spans.append((run.start() + places[error.start][0], run.start() + places[error.end - 1][1]))
            break
        if not run[0].isascii() and not all(map(_is_utf_8, _OF_ONE_KIND.findall(run[0]))):
            spans.append(run.span())  # bytes of the capture that are valid only together with adjacent escapes
            break
    return min(spans, default=None)


def _is_utf_8(raw: str) -> bool:
    try:
        unquote_to_bytes(raw.encode("utf-8", "surrogateescape")).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def offsets(raw: str, decoded: str) -> list[int]:
    """Return the offset in `raw` of each character of `decoded`, and of the end of the last one.

    `raw` must be well-formed, `decoded` its decoding or a prefix of that.
    """
    starts = [0]
    for character in decoded:
        end = starts[-1]
        if _BYTE.match(raw, end):
            for _ in character.encode():
                end += 3 if raw[end] == "%" else 1
        else:
            end += 1
        starts.append(end)
    return starts


def span_of(raw: str, decoded: str, index: int) -> Span:
    """Find the place in `raw` of `decoded[index]`. `raw` must be well-formed, `decoded` its decoding."""
    *_, start, end = offsets(raw, decoded[: index + 1])
    return start, end


def find_decoded(pattern: re.Pattern[str], text: str, span: Span) -> tuple[str, Span] | None:
    """Find a character in the decoded text of a place, which must be well-formed; return it and its place in `text`."""
    raw = text[slice(*span)]
    decoded = decode(raw)
    match = pattern.search(decoded)
    if match is None:
        return None
    start, end = span_of(raw, decoded, match.start())
    return match[0], (span[0] + start, span[0] + end)
