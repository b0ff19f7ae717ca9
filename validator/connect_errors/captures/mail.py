"""The body of a mail, or of a part of one, that is in base64 (RFC 2045 §6.8)."""

import re
from base64 import b64decode

from connect_errors.captures.window import Line, OpenEndError, Window

MAX_BODY = 64 * 1024
"""Characters of a body that are read: a text has less, and a picture none that matter."""

_BODY = re.compile(r"(?:[^\s:]+:.*\n|[ \t].*\n){0,30}+[ \t\r]*\n((?:[A-Za-z0-9+/=]+[ \t\r]*\n)++)")
"""The headers that are left, the empty line, and the body."""

_WHITESPACE = re.compile(r"\s+")
_GROUP = 4
"""Characters of base64 that are whole bytes together."""


def find_body(window: Window, line: Line) -> tuple[str, Line] | None:
    """Decode the body after a header; the indexes of it as it is there come second. None if there is none.

    Raises:
        OpenEndError: the body may go on.
    """
    text = window.text
    start = line.end + 1
    limit = start + MAX_BODY
    body = _BODY.match(text, start, limit)
    if (body is None or body.end() == len(text)) and len(text) < limit and not window.is_whole:
        raise OpenEndError
    if body is None:
        return None
    encoded = _WHITESPACE.sub("", body[1]).rstrip("=")
    whole = encoded[: len(encoded) - (len(encoded) % _GROUP == 1)]
    try:
        data = b64decode(whole + "=" * (-len(whole) % _GROUP), validate=True)
    except ValueError:
        return None
    return data.decode("utf-8", "surrogateescape"), Line(*body.span(1))
