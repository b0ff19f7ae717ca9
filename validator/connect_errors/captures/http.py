"""HTTP messages: as pasted, inside a page of documentation, or as `curl -i` and `curl -v` print them.

Documentation breaks a long `Location` into lines, and so did HTTP itself (RFC 9112 §5.2, obsolete line folding).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from connect_errors.captures.found import Candidate, Follower, Leak, leaks_code
from connect_errors.captures.lines import Line
from connect_errors.url import MAX_BYTES, URL

_CURL_MARK = re.compile("^[<>] ")
_BOLD = re.compile("^([<>] )?\x1b\\[1m([^\x1b]*)\x1b\\[0m")
_HYPERLINK = re.compile("\x1b]8;;[^\x1b]*\x1b\\\\")
_LOCATION = re.compile(r"[ \t]*location[ \t]*:[ \t]*", re.IGNORECASE)
_REQUEST = re.compile(r"[ \t]*(?:GET|HEAD|POST)[ \t]+(?=\S+[ \t]+HTTP/[0-9.]+[ \t]*$)")
_STATUS = re.compile(r"[ \t]*HTTP/[0-9.]+[ \t]+[0-9]{3}\b")
_HOST = re.compile(r"[ \t]*host[ \t]*:[ \t]*", re.IGNORECASE)
_URL = re.compile(r"[ \t]*(?=[A-Za-z][A-Za-z0-9+.-]*://\S)")
_HEADER = re.compile(r"[ \t]*[A-Za-z0-9-]+:(?!//)")
_REFERER = re.compile(r"[ \t]*referer[ \t]*:[ \t]*", re.IGNORECASE)
_KINDS = (
    ("location", _LOCATION.match),
    ("request", _REQUEST.match),
    ("url", _URL.match),
    ("host", _HOST.match),
    ("referer", _REFERER.match),
    ("header", _HEADER.match),
)
_WRAPPED = re.compile(r"(?=[^A-Za-z0-9]*[A-Za-z0-9])[!-;=?-_a-z|~]+")
_LOOPBACK = re.compile(r"(?:localhost|127(?:\.[0-9]+){3}|\[::1\])(?::[0-9]+)?", re.IGNORECASE)


def starts_message(line: str) -> bool:
    """Tell a line that only an HTTP message has."""
    text = _CURL_MARK.sub("", _without_escapes(line))
    return bool(_LOCATION.match(text) or _REQUEST.match(text) or _STATUS.match(text))


def starts_url(line: str) -> bool:
    """Tell a line that starts with an absolute URL."""
    return bool(_URL.match(line))


def continues_url(line: str) -> bool:
    """Tell a line that goes on with a query that the line before it began."""
    return line.strip().startswith(("?", "&"))


def read(lines: Iterable[Line]) -> Iterator[Candidate | Leak]:
    """Yield each `Location`, each URL that starts a line, and the target of each request.

    What the same redirect is once more is not yielded again: the request that follows it, and the second of the
    headers that `curl -iv` prints twice.
    """
    messages = _Messages()
    for value in _values(lines):
        yield from messages.take(value)
    yield from messages.end()


class _Messages:
    """The messages of a capture, as far as they are read."""

    def __init__(self) -> None:
        self._follower = Follower()
        self._request: _Value | None = None
        self._address = URL("")
        """The address of the last request, against which a relative `Location` is resolved."""
        self._location: _Value | None = None

    def take(self, value: "_Value") -> Iterator[Candidate | Leak]:
        if value.kind == "referer":
            if leaks_code(value.text):
                yield Leak(value.line)
        elif value.kind == "host":
            if self._request:
                self._request.text = _with_host(self._request.text, value.text)
        elif value.kind != "header":
            yield from self.end()
            if value.kind == "request":
                self._request = value
            elif value.kind in ("location", "url"):
                yield from self._redirect(value)

    def end(self) -> Iterator[Candidate]:
        """End the headers of a request, if there is one."""
        if self._request:
            self._address = URL(self._request.text)
            if not self._follower.follows(self._address):
                yield self._request.candidate()
            self._request = None

    def _redirect(self, value: "_Value") -> Iterator[Candidate]:
        value.text = self._address.resolve(value.text)
        before, self._location = self._location, value
        if before and before.text == value.text and (before.kind, before.mark) != (value.kind, value.mark):
            return
        self._follower.expect(URL(value.text))
        yield value.candidate()


def _values(lines: Iterable[Line]) -> Iterator["_Value"]:
    """Sort the lines by what they hold, and join those over which a URL goes on."""
    url: _Value | None = None
    for number, line in lines:
        text = _without_escapes(line) if "\x1b" in line else line
        if url:
            if url.take(text):
                continue
            yield url
            url = None
        value = _value(number, line, text)
        if value.kind in ("location", "url"):
            url = value
        else:
            yield value
    if url:
        yield url


def _value(number: int, line: str, text: str) -> "_Value":
    mark = match[0] if (match := _CURL_MARK.match(text)) else ""
    for kind, match_at in _KINDS:
        if match := match_at(text, len(mark)):
            value = text[match.end() :].rstrip()
            if kind == "request":
                value = value.split()[0]
            column = max(line.find(value, match.end()), match.end()) + 1
            as_is = value if line.startswith(value, column - 1) else None
            return _Value(kind, mark, value, number, column, _indentation(text), len(text), as_is)
    return _Value("other", "", "", number, 1, 0, 0)


@dataclass(slots=True)
class _Value:
    """What follows the name of a header or the method of a request; a URL may go on over several lines."""

    kind: str
    mark: str
    """What `curl -v` puts before what it received (`< `) and sent (`> `)."""
    text: str
    line: int
    column: int
    indentation: int
    width: int
    """Characters of the last line that was taken."""
    as_is: str | None = None
    """The text that stands at that place of the line."""

    def take(self, line: str) -> bool:
        """Take the line if the URL goes on there."""
        rest = line.strip()
        if not rest or not self._goes_on(line, rest):
            return False
        if len(self.text) <= MAX_BYTES:  # a longer one is too long, whatever follows
            self.text += rest
        self.width = len(line)
        return True

    def _goes_on(self, line: str, rest: str) -> bool:
        if continues_url(rest):
            return True
        if not self.text:
            return starts_url(rest)
        if self.kind == "location" and _indentation(line) > self.indentation:
            return True
        if self.kind == "url" and _WRAPPED.fullmatch(line) and len(line) <= self.width:
            return True  # a terminal, a mail or `fold` broke it anywhere
        return self.text.endswith(("?", "&")) and "=" in rest and not _HEADER.match(rest)

    def candidate(self) -> Candidate:
        return Candidate(self.text, self.line, self.column, is_verbatim=self.text == self.as_is)


def _without_escapes(line: str) -> str:
    """Undo what curl does to a header on a terminal: a bold name, and a `Location` that is a hyperlink."""
    return _HYPERLINK.sub("", _BOLD.sub(r"\1\2", line))


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _with_host(target: str, host: str) -> str:
    """Make a request's target absolute (RFC 9110 §7.1). Only loopback redirect URIs may do without https."""
    if not target.startswith("/"):
        return target
    return f"{'http' if _LOOPBACK.fullmatch(host) else 'https'}://{host}{target}"
