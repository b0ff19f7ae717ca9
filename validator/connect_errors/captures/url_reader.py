"""URLs in text, found by anchors that only redirects have: joined over lines, unescaped, resolved, in context."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from connect_errors.captures import messages, scanner
from connect_errors.captures.anchors import is_address, opens_connect
from connect_errors.captures.candidates import Candidate, Leak, Role
from connect_errors.captures.escaped_copies import copied_from
from connect_errors.captures.joining import MAX_BACK, find_start, join
from connect_errors.captures.logs import leaks_code
from connect_errors.captures.window import Line, Window
from connect_errors.escapes import unescape

Found = Candidate | Leak
Read = tuple[int, Iterable[Found]]
"""The index at which to continue, and the results up to it."""

_ANSI = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;[^;\x1b]*;[^\x1b]*\x1b\\")
_FORM = re.compile(r"[0-9]+|(?:GET(?<=\bGET)|HEAD(?<=\bHEAD)|POST(?<=\bPOST)|PUT(?<=\bPUT)|OPTIONS(?<=\bOPTIONS))\b")
_FORM_LENGTH = 24
_MAX_HEAD = 300
"""Maximum number of characters before a URL that are used as context."""

_LINE_MARKS = " \t>|\"'`"
"""Characters that may precede a piece of a URL in its line: quotation marks, and prefixes of quoted mail."""

_END_OF_PATH = re.compile(r"[A-Za-z0-9._~%-]{1,40}(?:/[A-Za-z0-9._~%-]{1,40}){0,4}")
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
        return _ANSI.sub("", head) if "\x1b" in head else head


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

    def read_continuation(self, anchor: Anchor) -> Read | None:
        """Read a URL that starts on a previous line."""
        text, start = self._window.text, anchor.line.start
        before = find_start(text, start) if self._may_continue(anchor) else None
        if before is None:
            return None
        line = Line(text.rfind("\n", 0, before.start) + 1, text.find("\n", before.end))
        head = text[line.start : before.start]
        done = self._candidate(before, line, head, messages.role_after(head))
        return done if done[0] >= anchor.match.end() else None

    def _may_continue(self, anchor: Anchor) -> bool:
        """Whether the line may continue a URL: it starts with a query string, or with text that may belong to one."""
        if anchor.is_address or anchor.match.lastgroup == "colon" or anchor.at - anchor.line.start > MAX_BACK:
            return False
        text, start = self._window.text, anchor.line.start
        before = text[start : anchor.at].lstrip(_LINE_MARKS)
        if not before.strip("&?" + _LINE_MARKS):
            return True
        if " " in before:
            return False  # the line starts with other text
        found = scanner.find(text, *anchor.line, anchor.at)
        if found.kind == "query":
            return found.segment == start and _END_OF_PATH.fullmatch(text, start, found.start) is not None
        return found.kind == "rest" and not text[start : found.start].strip(_LINE_MARKS)

    def read(self, anchor: Anchor) -> Read | None:
        text, line = self._window.text, anchor.line
        found = scanner.find(text, max(line.start, self._window.done), line.end, anchor.at)
        head = anchor.head(text, found.start)
        if found.kind in ("query", "rest") and messages.role_after(anchor.head(text, found.segment)) == "location":
            found = found._replace(start=found.segment)  # relative
            head = anchor.head(text, found.start)
        role = messages.role_after(head)
        if anchor.is_address and (found.kind in ("query", "rest") or (role == "mention" and not anchor.opens_connect)):
            return None
        if found.kind == "rest" and role != "location" and text[anchor.at - 1] in IN_QUERY:
            return found.end, ()
        if messages.is_referer(head):
            return found.end, self._leak(text[found.start : found.end], anchor.number)
        return self._candidate(found, line, head, role)

    def _candidate(self, found: scanner.Found, line: Line, head: str, role: Role) -> Read:
        """Make a candidate from a URL in a line: joined, unescaped, resolved."""
        window, text = self._window, self._window.text
        start, end, _, kind = found
        if self.separator and start == line.start:
            separator = text.find(self.separator, start, end)
            end = end if separator < 0 else separator
        end = scanner.end_of_words(text, start, end, line.end)
        joined = join(window, Line(start, end), line, is_header=role == "location")
        end, url = joined.end, joined.text
        after = text[end : end + 1]
        if role == "mention" and after in " \t\n)\"'" and (head.strip() or after in " \t"):
            url = scanner.without_punctuation(url)
        elif role == "request" and after == " " and not messages.is_message(window, end):
            url = url.rstrip(",;")
        url, media = unescape(url.replace(" ", "%20"))
        if kind == "host":
            url = scanner.with_scheme(url)
        elif kind != "url":
            url = self._absolute(url, found, role == "location", end)
        number = window.number(line.start)
        status = messages.status_after(window, end) if role == "request" else None
        is_verbatim = url == joined.text and joined.lines == 1
        place = number, start - line.start + 1, self._pointer
        form = form_of(text, line.start, start)
        return end, (Candidate(url, *place, is_verbatim, role, form, number, status, "", copied_from(media, head)),)

    def _absolute(self, url: str, found: scanner.Found, is_location: bool, end: int) -> str:  # noqa: FBT001 - private
        """Complete a path or a query string, as far as the capture allows."""
        window = self._window
        if is_location:
            return messages.resolve_location(window, url, window.line(found.start).start)
        if found.kind == "path" and messages.is_message(window, end) and (host := messages.find_host(window, end)):
            return scanner.with_scheme(host + url)
        return url if url[:1] in "/?#" or "?" in url else f"?{url}"

    def _leak(self, referer: str, number: int) -> Iterable[Found]:
        return (Leak(number, self._pointer),) if leaks_code(referer) else ()


def form_of(text: str, line_start: int, start: int) -> str:
    """Return the text before a URL in its line, without parts that differ between occurrences."""
    return _FORM.sub("", text[max(line_start, start - _FORM_LENGTH) : start])
