"""HTTP messages in text: requests with their `Host`, base URLs of relative `Location` fields, response statuses.

Messages are pasted, printed by curl or wget, or recorded on the wire; tools may add a prefix to each line.
"""

import re

from connect_errors import lazy_re
from connect_errors.captures import scanner
from connect_errors.captures.candidates import Role
from connect_errors.captures.window import CONTEXT, IncompleteTextError, Line, Window
from connect_errors.url import MAX_BYTES, URL

MAX_HEADERS = 100
"""Maximum number of header fields of a request, as in common servers; one of them is its `Host`."""

MAX_HEADERS_LENGTH = 16 * 1024
"""Maximum total length of header fields, in characters."""

MAX_BEFORE_STATUS = 2000
"""Maximum number of characters searched for the status, after a request in its line."""

# Each starts with its word, and looks back from there, because a search for a literal is several times faster.
_LOCATION = lazy_re.pattern(
    r"location(?<![^\s\"'<>|]location)[\"']?\s*(?:(?::|=>?)\s*)?(?:[\[\"'-]+(?:\s+[\"']?)?)?$", re.IGNORECASE
)
_REFERER = lazy_re.pattern(r"refer?rer?[\"']?\]?\s*(?:(?::|=>?|,)\s*)?[\[\"'-]*$", re.IGNORECASE)
_METHODS = ("GET", "HEAD", "POST", "PUT", "OPTIONS", "DELETE", "PATCH")
_METHOD = lazy_re.pattern(rf"(?:{'|'.join(f'{name}(?<![A-Za-z]{name})' for name in _METHODS)})[\"']?:?\s+[\"']?$")
_MESSAGE = lazy_re.pattern(r"[ \t]+HTTP/[0-9.]+(?:\\r|\\n|[ \t\r])*$", re.MULTILINE)
_HEADER = lazy_re.pattern(r"[ \t]*([A-Za-z0-9-]+(?: +[A-Za-z0-9-]+)*)[ \t]*:[ \t]*([^\s\\]*)")
_MARKS = lazy_re.pattern(r"[ \t]*(?:[<>*][ \t]?)?")
_REQUEST_LINE = lazy_re.pattern(r"(?:GET|HEAD|POST|PUT)[ \t]+(\S+)[ \t]+HTTP/[0-9.]+")
_HOSTS = ("host", "authority")
_STATUS = lazy_re.pattern(
    r"[\"']?(?: +HTTP/[0-9.]+)?[\"'\s|,]+(?:-> ?)?([1-5][0-9]{2})\b(?!\.)|.*?\bstatus(?:_code)?=([1-5][0-9]{2})\b"
)


def determine_role(head: str) -> Role:
    """Determine the role of a URL from the text before it in its line."""
    if _LOCATION.search(head):
        return "location"
    return "request" if _METHOD.search(head) else "mention"


def is_referer(head: str) -> bool:
    """Whether a URL is the value of a Referer, judging by the text before it in its line."""
    return bool(_REFERER.search(head))


def find_status(window: Window, end: int) -> int | None:
    """Find the status of the response to a request in the rest of its line."""
    match = _STATUS.match(window.text, end, min(end + MAX_BEFORE_STATUS, window.text.find("\n", end)))
    return int(match[1] or match[2]) if match else None


def is_request_line(window: Window, end: int) -> bool:
    """Whether only the HTTP version follows a request target, as in a message."""
    return bool(_MESSAGE.match(window.text, end))


def find_host(window: Window, end: int) -> str:
    """Find the `Host` of a request whose line ends after `end`; empty if it has none.

    Raises:
        IncompleteTextError: the header fields continue.
    """
    text = window.text
    start = text.find("\n", end) + 1
    limit = start + MAX_HEADERS_LENGTH
    for _ in range(MAX_HEADERS):
        if start >= min(len(text), limit):
            break
        line = Line(start, text.find("\n", start))
        header = _match_header(text, line)
        if not header:
            return ""
        if header[1].lower() in _HOSTS:
            return header[2]
        start = line.end + 1
    else:
        return ""
    if start < limit and not window.is_whole:
        raise IncompleteTextError
    return ""


def _match_header(text: str, line: Line) -> re.Match[str] | None:
    marks = _MARKS.match(text, *line)
    return _HEADER.match(text, marks.end() if marks else line.start, line.end)


def resolve_location(window: Window, reference: str, line_start: int) -> str:
    """Resolve a relative `Location` against the preceding request (RFC 3986 §5.2)."""
    context = window.text[max(0, line_start - CONTEXT) : line_start]
    request = None
    for match in _REQUEST_LINE.finditer(context):
        request = match
    if request is None or len(reference) > MAX_BYTES:
        return drop_relative_path(reference)
    target = request[1]
    if target.startswith("/"):
        headers = Window()
        headers.extend(context)
        headers.is_whole = True
        if host := find_host(headers, request.end() + 1):
            target = scanner.add_scheme(host + target)
    return drop_relative_path(URL(target).resolve(reference))


def drop_relative_path(reference: str) -> str:
    """Drop a relative path that cannot be resolved; the query string is sufficient."""
    if reference.startswith(("/", "?", "#")) or "://" in reference:
        return reference
    return reference[min((index for index in map(reference.find, "?#") if index >= 0), default=0) :]
