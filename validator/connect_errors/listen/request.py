"""Parse the bytes of a connection into an HTTP request (RFC 9112), or refuse them.

One request per connection, read within limits; anything that two parsers might read differently is refused.
"""

from asyncio import IncompleteReadError, LimitOverrunError, StreamReader
from typing import NamedTuple

from connect_errors import lazy_re
from connect_errors.shown import Shown
from connect_errors.url import MAX_BYTES

MAX_HEAD = MAX_BYTES + 32 * 1024
"""Maximum size of a request line and its header fields, in bytes: a URL of maximum length, and a browser's cookies."""

MAX_BODY = 3 * MAX_BYTES
"""Maximum size of a form, in bytes: a fragment in which every character may be percent-encoded."""

_REQUEST_LINE = lazy_re.pattern(r"([A-Z]{1,20}) ([!-~\x80-\xff]+) HTTP/1\.[01]")
_FIELD = lazy_re.pattern(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\0-\x08\n-\x1f\x7f]*?)[ \t]*")
_LENGTH = lazy_re.pattern(r"[0-9]{1,9}")


class Refusal(Exception):  # noqa: N818 - a response, not an error of ours
    """A request that is refused.

    Args:
        status: of the response (RFC 9110 §15).
        reason: why, as a clause about the request; it never quotes the request.
        is_harmless: whether browsers send such requests on their own.
    """

    def __init__(self, status: int, reason: Shown, *, is_harmless: bool = False) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.is_harmless = is_harmless


class Request(NamedTuple):
    """A request as it was sent."""

    method: str
    target: str
    """The request target; non-ASCII bytes are lone surrogates (Python's `surrogateescape`)."""
    headers: tuple[tuple[str, str], ...]
    """Pairs of a lowercase name and a value."""
    body: str = ""

    def values(self, name: str) -> list[str]:
        """Return the values of all header fields with this name."""
        return [value for field, value in self.headers if field == name]

    def value(self, name: str) -> str:
        """Return the value of the first header field with this name, or an empty string."""
        return next(iter(self.values(name)), "")


async def read_request(reader: StreamReader) -> Request | None:
    """Read one request; None if the connection closes before it is complete.

    Raises:
        Refusal: the request cannot be parsed, or is too large.
    """
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except IncompleteReadError:
        return None
    except LimitOverrunError as error:
        raise Refusal(431, Shown("its request line and header fields are larger than 96 KiB")) from error
    request = parse_head(head)
    length = _body_length(request)
    if not length:
        return request
    try:
        body = await reader.readexactly(length)
    except IncompleteReadError:
        return None
    return request._replace(body=body.decode("utf-8", "surrogateescape"))


def parse_head(head: bytes) -> Request:
    """Parse a request line and its header fields, including the empty line that ends them.

    Args:
        head: the bytes up to the body.

    Raises:
        Refusal: they are not HTTP/1.
    """
    # Latin-1 maps each byte to one character; the expressions match no line ends, so only CRLF separates lines.
    first, *lines = head.removesuffix(b"\r\n\r\n").decode("latin-1").split("\r\n")
    start = _REQUEST_LINE.fullmatch(first)
    fields = [_FIELD.fullmatch(line) for line in lines]
    if start is None or not all(fields):
        raise Refusal(400, Shown("it is not an HTTP/1.1 request"))
    target = start[2].encode("latin-1").decode("ascii", "surrogateescape")
    return Request(start[1], target, tuple((field[1].lower(), field[2]) for field in fields if field))


def _body_length(request: Request) -> int:
    lengths = request.values("content-length")
    if request.values("transfer-encoding") or len(lengths) > 1 or not all(map(_LENGTH.fullmatch, lengths)):
        raise Refusal(400, Shown("the length of its body is unclear"))
    length = int(lengths[0]) if lengths else 0
    if length > MAX_BODY:
        raise Refusal(413, Shown("its body is larger than 192 KiB"))
    return length
