"""Join the lines that a URL spans, but only where this is certain.

Documentation breaks a long `Location` before each parameter, HTTP itself allows folded header fields (RFC 9112 §5.2),
mail has soft line breaks (`=`), calendars and vCards fold lines, and terminals, mail clients and `fold` wrap lines
anywhere at a fixed width.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from connect_errors import lazy_re
from connect_errors.captures import scanner
from connect_errors.captures.scanner import SCHEME
from connect_errors.captures.window import IncompleteTextError, Line, Window
from connect_errors.catalog import recognized_parameters
from connect_errors.url import MAX_BYTES

MAX_LINES_BACK = 8
"""Maximum number of lines searched for the start of a URL, before a piece of it."""

MAX_BACK = 2000
"""Maximum number of characters searched for the start of a URL, before a piece of it."""

_QUOTE = lazy_re.pattern(r"[ \t]*(?:[>|][ \t]?)+|(?P<offset>[0-9a-f]{4,8}: )")
"""The prefix of quoted lines in mail, and of lines in curl's traces."""

_HEADER = lazy_re.pattern(r"[ \t]*[A-Za-z0-9-]+:(?!//)")
_URL_ONLY = lazy_re.pattern(r"%[0-9A-Fa-f]{2}|&[A-Za-z_]+=")
"""Matches text that does not occur in words of a sentence."""

_AND_NAME = lazy_re.pattern("[!-%'-;=?-_a-z|~]*&([A-Za-z_]+)=")
"""Matches the start of a line that continues a query string."""

_PROPERTY = lazy_re.pattern(r"[A-Za-z][A-Za-z0-9.-]*(?:;[^:\n]*)?:(?: ?\Z|(?! ))")
"""The property before a value in a calendar, a vCard or LDIF."""

_FOLDED_WIDTHS = range(70, 80)
"""Widths in columns at which calendars, vCards (RFC 5545 §3.1, RFC 6350 §3.2) and LDIF fold lines."""

_MIN_WIDTH = 60
"""Minimum width in columns of a line that may have been wrapped."""

_STARTS_URL = lazy_re.pattern(rf"[\"'<(\[]?{SCHEME.pattern}")
_UNBROKEN = lazy_re.pattern(r"(?=[^A-Za-z0-9]*[A-Za-z0-9])[!-;=?-_a-z|~]+")
_OTHER_TEXT = lazy_re.pattern(r"[A-Za-z0-9\[(][^\s=>]*+[ \t]++\S")
"""Matches the start of a line that continues no URL, unless one may end with an equals sign, or lines have offsets."""

_NEXT_LITERAL = lazy_re.pattern(
    "|".join(rf"{quote}[ \t]*(?:[+.\\][ \t]*)?\r?\n[ \t]*(?:[+.][ \t]*)?{quote}" for quote in "\"'")
)
"""Matches between string literals in source code that are concatenated over lines."""

_WHITESPACE = " \t\r"
_NOT_BLANK = lazy_re.pattern(r"[ \t\r]*+[^ \t\r]")
"""Matches unless only whitespace is left in a line."""


class JoinedURL(NamedTuple):
    """A URL that spans one or more lines, and the index after it."""

    text: str
    end: int
    lines: int


class _Piece(NamedTuple):
    """Part of a line that may continue a URL."""

    text: str
    end: int
    indentation: int
    width: int
    """Characters in the whole line."""
    reaches_end: bool
    """Whether it extends to the end of the line."""
    is_delimited: bool
    """Whether the closing delimiter of a URL follows it (RFC 3986 appendix C)."""


def join(window: Window, url: Line, line: Line, *, is_header: bool) -> JoinedURL:
    """Join a URL with its continuation on the following lines.

    Args:
        window: the text.
        url: the indexes of the URL's part in the line.
        line: the line.
        is_header: whether it is the value of a header field, which may be folded.

    Raises:
        IncompleteTextError: the next line is not available yet.
    """
    text = window.text
    joined = JoinedURL(text[url.start : url.end], url.end, 1)
    if _NOT_BLANK.match(text, url.end, line.end):
        return _join_literals(window, joined)
    prefix = _QUOTE.match(text, line.start, url.start)
    has_offsets = bool(prefix and prefix["offset"])
    if not has_offsets and not joined.text.endswith("=") and _OTHER_TEXT.match(text, line.end + 1):
        return joined  # the common case, and fast
    continuation = _Continuation(
        _indentation(text, line, prefix.end() if prefix else line.start),
        line.end - line.start,
        is_header,
        prefix[0].rstrip() if prefix and not has_offsets else "",
        is_delimited=text[url.start - 1] == "<" and text.find(">", url.start, line.end) < 0,
        is_folded=bool(_PROPERTY.match(text, line.start, url.start)),
    )
    joined_text = joined.text
    for piece in _pieces(window, line, continuation.quote, has_offsets=has_offsets):
        if not continuation.continues(joined_text, piece):
            break
        if continuation.has_soft_break(joined_text):
            joined_text = joined_text[:-1]
        joined_text += piece.text
        joined = JoinedURL(joined_text, piece.end, joined.lines + 1)
        if not piece.reaches_end or len(joined_text) > MAX_BYTES:  # too long, whatever follows
            break
    return joined


def _join_literals(window: Window, joined: JoinedURL) -> JoinedURL:
    """Join string literals of which each begins or ends where parameters do."""
    text = window.text
    while len(joined.text) <= MAX_BYTES and (match := _NEXT_LITERAL.match(text, joined.end)):
        start = match.end()
        if text[start] not in "?&" and not joined.text.endswith(("?", "&")):
            return joined
        end = scanner.find_end(text, start, text.find("\n", start), start)
        joined = JoinedURL(joined.text + text[start:end], end, joined.lines + 1)
    is_at_end = text[joined.end] in "\"'" and text.find("\n", joined.end) == len(text) - 1
    if is_at_end and len(joined.text) <= MAX_BYTES and not window.is_whole:
        raise IncompleteTextError
    return joined


def _pieces(window: Window, line: Line, quote: str, *, has_offsets: bool) -> Iterator[_Piece]:
    """Yield the start of each line after the given one."""
    text = window.text
    start = line.end + 1
    while start < len(text):
        end = text.find("\n", start)
        match = _QUOTE.match(text, start, end) if quote or has_offsets else None
        if not text.startswith(quote, start) or (has_offsets and not (match and match["offset"])):
            return
        content = match.end() if match else start
        while content < end and text[content] in " \t":
            content += 1
        stop = scanner.find_end(text, content, end, content)
        if stop == content:
            return
        reaches_end = not text[stop:end].strip(_WHITESPACE)
        is_delimited = text[stop] == ">"
        yield _Piece(text[content:stop], stop, content - start, end - start, reaches_end, is_delimited)
        start = end + 1
    if not window.is_whole:
        raise IncompleteTextError


@dataclass(slots=True)
class _Continuation:
    """Decides whether a URL continues, based on the lines so far."""

    indentation: int
    width: int
    is_header: bool
    quote: str
    """The prefix of quoted lines in mail."""
    is_delimited: bool
    """Whether the URL is in angle brackets that are not closed yet (RFC 3986 appendix C)."""
    is_folded: bool
    """Whether the lines so far are those of a calendar or a vCard, with the width of folded lines."""
    is_mail: bool = False
    """Whether the URL has an equals sign encoded in mail so far."""
    searched: int = 0
    """The end of the part of the URL that was searched for one."""
    full_lines: int = 1
    """Number of consecutive lines as wide as the first one; 0 after a line that is not."""

    def has_soft_break(self, url: str) -> bool:
        """Whether a line ends in a soft line break, as in quoted-printable mail (RFC 2045 §6.7)."""
        if not url.endswith("="):
            return False
        self.is_mail = self.is_mail or url.find("=3D", self.searched) >= 0
        self.searched = max(len(url) - 3, 0)
        return self.is_mail

    def continues(self, url: str, piece: _Piece) -> bool:
        if _STARTS_URL.match(piece.text):
            return False
        is_full = piece.width == self.width
        self.is_folded = self.is_folded and self.width in _FOLDED_WIDTHS and piece.indentation == self.indentation + 1
        continues = (
            self.has_soft_break(url)
            or (self.is_folded and self.full_lines > 0)
            or (self.is_delimited and (piece.is_delimited or piece.reaches_end))
            or piece.text[0] in "?&"
            or (url.endswith(("?", "&")) and "=" in piece.text and not _HEADER.match(piece.text))
            or (self.is_header and piece.reaches_end and piece.indentation > self.indentation and not self.quote)
            or self._is_wrapped(url, piece)
        )
        self.full_lines = self.full_lines + 1 if is_full else 0
        return continues

    def _is_wrapped(self, url: str, piece: _Piece) -> bool:
        """Whether a line was wrapped because it was full."""
        is_aligned = piece.indentation == self.indentation and piece.text[0] not in "/?#"
        if not is_aligned or not self.full_lines or piece.width > self.width or not _UNBROKEN.fullmatch(piece.text):
            return False
        if not piece.reaches_end:
            match = _AND_NAME.match(piece.text)
            return self.width >= _MIN_WIDTH and match is not None and match[1] in recognized_parameters()
        if piece.width == self.width or self.full_lines > 1:
            return True
        return self.width >= _MIN_WIDTH and (bool(_URL_ONLY.search(piece.text)) or _splits_name(url, piece.text))


def _splits_name(url: str, piece: str) -> bool:
    """Whether a line was wrapped within a parameter's name."""
    rest, equals, _ = piece.partition("=")
    start = max(url.rfind("&"), url.rfind("?")) + 1
    return bool(start and equals) and url[start:] + rest in recognized_parameters()


def find_start(text: str, line_start: int) -> scanner.URLSpan | None:
    """Find the URL at the end of a previous line that may continue on the line that starts at `line_start`."""
    limit = max(0, line_start - MAX_BACK)
    end = line_start - 1
    for _ in range(MAX_LINES_BACK):
        start = text.rfind("\n", limit, max(end, limit)) + 1
        if start <= limit:
            return None
        line = text[start:end].rstrip(_WHITESPACE)
        if SCHEME.search(line):
            stop = start + len(line)
            span = scanner.find_url(text, start, stop, stop)
            return span if span.kind == "url" and span.end == stop else None
        if not line or " " in line.strip(" \t>|"):
            return None
        end = start - 1
    return None


def _indentation(text: str, line: Line, start: int) -> int:
    """Return the width of everything before a line's content, which is searched for from `start`."""
    content = text[start : line.end]
    return start - line.start + len(content) - len(content.lstrip(" \t"))
