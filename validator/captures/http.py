"""HTTP messages: as pasted, inside a page of documentation, or as `curl -i` and `curl -v` print them.

Documentation breaks a long `Location` into lines, and so did HTTP itself (RFC 9112 §5.2, obsolete line folding).
"""

import re
from collections.abc import Iterable, Iterator

from validator.captures.lines import LONGEST_LINE, Candidate, Line
from validator.url import URL

_CURL_MARK = re.compile("[<>] ")
_LOCATION = re.compile(r"[ \t]*location[ \t]*:[ \t]*", re.IGNORECASE)
_REQUEST = re.compile(r"[ \t]*(?:GET|HEAD|POST)[ \t]+(?=\S+[ \t]+HTTP/[0-9.]+[ \t]*$)")
_STATUS = re.compile(r"[ \t]*HTTP/[0-9.]+[ \t]+[0-9]{3}\b")
_HOST = re.compile(r"[ \t]*host[ \t]*:[ \t]*", re.IGNORECASE)
_URL = re.compile(r"[ \t]*(?=[A-Za-z][A-Za-z0-9+.-]*://\S)")
_HEADER = re.compile(r"[A-Za-z0-9-]+:(?:[ \t]|$)")
_KINDS = (("url", _LOCATION), ("request", _REQUEST), ("url", _URL), ("host", _HOST), ("header", _HEADER))
_LOOPBACK = re.compile(r"(?:localhost|127(?:\.[0-9]+){3}|\[::1\])(?::[0-9]+)?", re.IGNORECASE)


def starts_message(line: str) -> bool:
    """Tell a line that only an HTTP message has."""
    text = _without_mark(line)
    return any(pattern.match(text) for pattern in (_LOCATION, _REQUEST, _STATUS))


def starts_url(line: str) -> bool:
    """Tell a line that starts with an absolute URL."""
    return bool(_URL.match(line))


def continues_url(line: str) -> bool:
    """Tell a line that goes on with a query that the line before it began."""
    return line.strip().startswith(("?", "&"))


def read(lines: Iterable[Line]) -> Iterator[Candidate]:
    """Yield each `Location`, each URL that starts a line, and the target of each request.

    A request that follows the redirect before it is the same redirect, and is not yielded again.
    """
    redirect: _Value | None = None
    request: _Value | None = None
    for value in _values(lines):
        if request:
            if value.kind == "header":
                continue
            if value.kind == "host":
                request.text = _with_host(request.text, value.text)
            if not _follows(request, redirect):
                yield request.candidate()
            request = redirect = None
        if value.kind == "request":
            request = value
        elif value.kind == "url":
            redirect = value
            yield value.candidate()
    if request and not _follows(request, redirect):
        yield request.candidate()


def _values(lines: Iterable[Line]) -> Iterator["_Value"]:
    """Sort the lines by what they hold, and join those over which a URL goes on."""
    url: _Value | None = None
    for number, line in lines:
        text = _without_mark(line)
        if url:
            if url.take(text):
                continue
            yield url
            url = None
        for kind, pattern in _KINDS:
            if match := pattern.match(text):
                value = _Value(kind, text, number, match.end(), len(line) - len(text))
                break
        else:
            value = _Value("other", text, number, 0, 0)
        if value.kind == "url":
            url = value
        else:
            yield value
    if url:
        yield url


class _Value:
    """What follows the name of a header or the method of a request; a URL may go on over several lines."""

    def __init__(self, kind: str, line: str, number: int, start: int, shift: int) -> None:
        self.kind = kind
        self.text = line[start:].rstrip()
        if kind == "request":
            self.text = self.text.split(maxsplit=1)[0]
        self._line = number
        self._column = shift + start + 1
        self._indentation = _indentation(line)
        self._folds = bool(_LOCATION.match(line))

    def take(self, line: str) -> bool:
        """Take the line if the URL goes on there."""
        rest = line.strip()
        if not rest or not self._goes_on(line, rest):
            return False
        if len(self.text) < LONGEST_LINE:
            self.text += rest
        return True

    def _goes_on(self, line: str, rest: str) -> bool:
        if continues_url(rest):
            return True
        if not self.text:
            return starts_url(rest)
        if self._folds and _indentation(line) > self._indentation:
            return True
        return self.text.endswith(("?", "&")) and "=" in rest and not _HEADER.match(rest)

    def candidate(self) -> Candidate:
        return Candidate(self.text, self._line, self._column)


def _without_mark(line: str) -> str:
    """Take off the mark that `curl -v` puts before what it received (`<`) and sent (`>`)."""
    return line[2:] if _CURL_MARK.match(line) else line


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _with_host(target: str, host: str) -> str:
    """Make a request's target absolute (RFC 9110 §7.1). Only loopback redirect URIs may do without https."""
    if not target.startswith("/"):
        return target
    return f"{'http' if _LOOPBACK.fullmatch(host) else 'https'}://{host}{target}"


def _follows(request: _Value, redirect: _Value | None) -> bool:
    """Tell the request that follows a redirect, even if the browser re-encoded the query on the way."""
    if redirect is None:
        return False
    one, other = URL(request.text), URL(redirect.text)
    same_host = not one.host or not other.host or one.host == other.host
    return same_host and one.path == other.path and _pairs(one) == _pairs(other)


def _pairs(url: URL) -> list[tuple[str, str]]:
    return [(parameter.name, parameter.value) for parameter in url.parameters]
