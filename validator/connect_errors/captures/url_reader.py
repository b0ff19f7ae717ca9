"""URLs in text, found by anchors that only redirects have: joined over lines, unescaped, resolved, in context."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from connect_errors import lazy_re
from connect_errors.captures import messages, scanner
from connect_errors.captures.anchors import is_address, opens_connect
from connect_errors.captures.candidates import Candidate, Leak, Result, Role
from connect_errors.captures.escaped_copies import additional_media
from connect_errors.captures.joining import MAX_BACK, find_start, join
from connect_errors.captures.logs import leaks_code
from connect_errors.captures.window import Line, Window
from connect_errors.escapes import unescape

Step = tuple[int, Iterable[Result]]
"""A step of reading: the index at which to continue, and the results up to it."""

_HYPERLINK = lazy_re.pattern(r"\x1b\]8;[^;\x1b]*;[^\x1b]*\x1b\\")
_FORM = lazy_re.pattern(
    r"[0-9]+|(?:GET(?<=\bGET)|HEAD(?<=\bHEAD)|POST(?<=\bPOST)|PUT(?<=\bPUT)|OPTIONS(?<=\bOPTIONS))\b"
)
_FORM_LENGTH = 24
_MAX_HEAD = 300
"""Maximum number of characters before a URL that are used as context."""

_LINE_MARKS = " \t>|\"'`"
"""Characters that may precede a piece of a URL in its line: quotation marks, and prefixes of quoted mail."""

_END_OF_PATH = lazy_re.pattern(r"[A-Za-z0-9._~%-]{1,40}(?:/[A-Za-z0-9._~%-]{1,40}){0,4}")
"""Matches the start of a line if the URL was broken within its path."""

IN_QUERY = "?&#;6fF"
"""Characters before a parameter in a query string; for escaped `&` and `?`, the last digit."""


class Anchor(NamedTuple):
    """Text that only redirects may have, and its line."""

    match: re.Match[str]
    line: Line
    at: int
    """The index of the parameter's name; for an address without one, its end."""
    number: int
    """The number of the line, from 1."""

    @property
    def is_address(self) -> bool:
        return is_address(self.match)

    @property
    def opens_connect(self) -> bool:
        return opens_connect(self.match)

    def head(self, text: str, start: int) -> str:
        """Return the text just before an index in the line, without escape sequences of terminals.

        Its length is limited, because a long line may have many URLs.
        """
        head = text[max(self.line.start, start - _MAX_HEAD) : start]
        return _HYPERLINK.sub("", head) if "\x1b" in head else head


class URLReader:
    """Reads the URLs in a window.

    Args:
        window: the text.
        pointer: the JSON pointer of the text, if it is a string of a JSON document.
    """

    def __init__(self, window: Window, pointer: str | None) -> None:
        self._window = window
        self._pointer = pointer
        self.separator: str | None = None
        """The column separator, if the first line names columns."""
        self._line = 0, 0
        """The line of `_finder`, by `Window.discarded` and the index from which a URL may start."""
        self._finder = scanner.URLFinder(0, 0)

    def read_continuation(self, anchor: Anchor) -> Step | None:
        """Read a URL that starts on a previous line."""
        text, start = self._window.text, anchor.line.start
        span = find_start(text, start) if self._may_continue_url(anchor) else None
        if span is None:
            return None
        line = Line(text.rfind("\n", 0, span.start) + 1, text.find("\n", span.end))
        head = text[line.start : span.start]
        step = self._candidate(span, line, head, messages.determine_role(head))
        return step if step[0] >= anchor.match.end() else None

    def _may_continue_url(self, anchor: Anchor) -> bool:
        """Whether the line may continue a URL: it starts with a query string, or with text that may belong to one."""
        if anchor.is_address or anchor.match.lastgroup == "colon" or anchor.at - anchor.line.start > MAX_BACK:
            return False
        text, start = self._window.text, anchor.line.start
        before = text[start : anchor.at].lstrip(_LINE_MARKS)
        if not before.strip("&?" + _LINE_MARKS):
            return True
        if " " in before:
            return False  # the line starts with other text
        span = scanner.find_url(text, *anchor.line, anchor.at)
        if span.kind == "query":
            return span.segment == start and _END_OF_PATH.fullmatch(text, start, span.start) is not None
        return span.kind == "rest" and not text[start : span.start].strip(_LINE_MARKS)

    def read(self, anchor: Anchor) -> Step | None:
        text, line = self._window.text, anchor.line
        span = self._find_url(anchor)
        head = anchor.head(text, span.start)
        if span.kind in ("query", "rest") and messages.determine_role(anchor.head(text, span.segment)) == "location":
            span = span._replace(start=span.segment)  # relative
            head = anchor.head(text, span.start)
        role = messages.determine_role(head)
        if anchor.is_address and (span.kind in ("query", "rest") or (role == "mention" and not anchor.opens_connect)):
            return None
        if span.kind == "rest" and role != "location" and text[anchor.at - 1] in IN_QUERY:
            return span.end, ()
        if messages.is_referer(head):
            return span.end, self._leak(text[span.start : span.end], anchor.number)
        return self._candidate(span, line, head, role)

    def _find_url(self, anchor: Anchor) -> scanner.URLSpan:
        key = self._window.discarded, max(anchor.line.start, self._window.last_end)
        if key != self._line:
            self._line = key
            self._finder = scanner.URLFinder(key[1], anchor.line.end)
        return self._finder.find(self._window.text, anchor.at)

    def _candidate(self, span: scanner.URLSpan, line: Line, head: str, role: Role) -> Step:
        """Make a candidate from a URL in a line: joined, unescaped, resolved."""
        window, text = self._window, self._window.text
        start, end, _, kind = span
        if self.separator and start == line.start:
            separator = text.find(self.separator, start, end)
            end = end if separator < 0 else separator
        end = scanner.find_end_of_words(text, start, end, line.end)
        joined = join(window, Line(start, end), line, is_header=role == "location")
        end, url = joined.end, joined.text
        after = text[end : end + 1]
        if role == "mention" and after in " \t\n)\"'" and (head.strip() or after in " \t"):
            url = scanner.strip_punctuation(url)
        elif role == "request" and after == " " and not messages.is_request_line(window, end):
            url = url.rstrip(",;")
        url, media = unescape(url.replace(" ", "%20"))
        if kind == "host":
            url = scanner.add_scheme(url)
        elif kind != "url":
            url = self._absolute(url, span, role == "location", end)
        number = window.number(line.start)
        status = messages.find_status(window, end) if role == "request" else None
        is_verbatim = url == joined.text and joined.lines == 1
        place = number, start - line.start + 1, self._pointer
        form = form_of(text, line.start, start)
        media = additional_media(media, head)
        return end, (Candidate(url, *place, is_verbatim, role, form, number, status, "", media),)

    def _absolute(self, url: str, span: scanner.URLSpan, is_location: bool, end: int) -> str:  # noqa: FBT001 - private
        """Complete a path or a query string, as far as the capture allows."""
        window = self._window
        if is_location:
            return messages.resolve_location(window, url, window.line(span.start).start)
        if span.kind == "path" and messages.is_request_line(window, end) and (host := messages.find_host(window, end)):
            return scanner.add_scheme(host + url)
        return url if url[:1] in "/?#" or "?" in url else f"?{url}"

    def _leak(self, referer: str, number: int) -> Iterable[Result]:
        return (Leak(number, self._pointer),) if leaks_code(referer) else ()


def form_of(text: str, line_start: int, start: int) -> str:
    """Return the text before a URL in its line, without parts that differ between occurrences."""
    return _FORM.sub("", text[max(line_start, start - _FORM_LENGTH) : start])
