"""Base64-encoded bodies of mails or of their parts (RFC 2045 §6.8)."""

from base64 import b64decode

from connect_errors import lazy_re
from connect_errors.captures.window import IncompleteTextError, Line, Window

MAX_BODY = 64 * 1024
"""Maximum number of characters read of a body: text is shorter, and images do not matter."""

_BODY = lazy_re.pattern(r"(?:[^\s:]+:.*\n|[ \t].*\n){0,30}+[ \t\r]*\n((?:[A-Za-z0-9+/=]+[ \t\r]*\n)++)")
"""The remaining header fields, the empty line, and the body."""

_WHITESPACE = lazy_re.pattern(r"\s+")
_GROUP = 4
"""Number of base64 characters that together encode whole bytes."""


def decode_body(window: Window, line: Line) -> tuple[str, Line] | None:
    """Decode the body after a header field; return it and its indexes in the text. None if there is no such body.

    Raises:
        IncompleteTextError: the body may continue.
    """
    text = window.text
    start = line.end + 1
    limit = start + MAX_BODY
    body = _BODY.match(text, start, limit)
    if (body is None or body.end() == len(text)) and len(text) < limit and not window.is_whole:
        raise IncompleteTextError
    if body is None:
        return None
    encoded = _WHITESPACE.sub("", body[1]).rstrip("=")
    whole = encoded[: len(encoded) - (len(encoded) % _GROUP == 1)]
    try:
        data = b64decode(whole + "=" * (-len(whole) % _GROUP), validate=True)
    except ValueError:
        return None
    return data.decode("utf-8", "surrogateescape"), Line(*body.span(1))
