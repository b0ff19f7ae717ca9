"""Send requests like a browser, one at a time, and parse the responses. Redirects are not followed."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, RemoteDisconnected
from urllib.parse import quote, urlsplit

from connect_errors.copying import MASK
from connect_errors.escaping import escape_unprintable
from connect_errors.redaction import shown_message, shown_url
from connect_errors.shown import InvalidArgumentError, Shown, own, say, truncate
from connect_errors.url import URL

MAX_BODY = 64 * 1024
"""Maximum number of bytes read of a response body."""
MAX_OPEN = 100
"""Maximum number of open tags searched for the one that an end tag closes."""
MAX_NOTE = 60
"""Maximum number of characters in a note about a response."""

_URL = Shown("the URL")
_TARGET_CHARACTERS = "!#$%&'()*+,/:;=?@[]~"


class NoResponseError(Exception):
    """A request got no response; the message says why, without the request's content."""

    def __init__(self, error: OSError | HTTPException, *, is_connected: bool) -> None:
        self.reason = _reason(error)
        super().__init__(self.reason)
        self.is_connected = is_connected


class _PageParser(HTMLParser):
    """Parses a page: its words, its title, and the targets of its links."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.title = ""
        self._open_tags: list[str] = []
        with suppress(AssertionError):  # `html.parser` raises it for `<![x[`; what precedes it is kept
            self.feed(page)
            self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open_tags.append(tag)
        self.links += [value for name, value in attrs if name == "href" and value]

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open_tags[-MAX_OPEN:]:
            del self._open_tags[len(self._open_tags) - 1 - self._open_tags[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        open_tag = self._open_tags[-1:]
        if open_tag in (["title"], ["h1"]) and not self.title:
            self.title = " ".join(data.split())
        if open_tag not in (["script"], ["style"]):
            self.words += data.split()


@dataclass(frozen=True)
class Response:
    """A response to a request, reduced to what is used."""

    status: int
    location: str
    cookies: tuple[str, ...]
    body: str

    @cached_property
    def _parsed(self) -> _PageParser:
        return _PageParser(self.body)

    @property
    def links(self) -> Sequence[str]:
        """The targets of its links."""
        return self._parsed.links

    def fingerprint(self, state: str) -> tuple[int, str, str]:
        """Return what equivalent responses have in common: numbers and tokens may differ."""
        words = [word for word in self._parsed.words if not (state and state in word) and not _has_digit(word)]
        return self.status, self.location.partition("?")[0], " ".join(words)

    def note(self, state: str) -> Shown:
        """Describe where it redirects, or its title, without the state."""
        if self.location:
            shown = say("→ {}", shown_url(URL(self.location).path or "/"))
        else:
            title = self._parsed.title
            shown = shown_message(title.replace(state, MASK) if state else title)
        return escape_unprintable(shown if len(shown) <= MAX_NOTE else say("{}…", truncate(shown, MAX_NOTE - 1)))


def _has_digit(word: str) -> bool:
    return any(map(str.isdigit, word))


def path_and_query(url: str) -> str:
    """Return the request target of a URL, in ASCII."""
    target = url.partition("#")[0][URL(url).authority_span[1] :]
    return quote(target if target.startswith("/") else f"/{target}", safe=_TARGET_CHARACTERS)


def get(url: str, target: str, cookie: str, timeout: float) -> Response:
    """Send a GET request.

    Raises:
        NoResponseError: there was no response, or it was not HTTP.
    """
    is_secure, host, port = server_of(url)
    connection = (HTTPSConnection if is_secure else HTTPConnection)(host, port, timeout=timeout)
    try:
        connection.connect()
    except (OSError, HTTPException) as error:
        raise NoResponseError(error, is_connected=False) from error
    try:
        connection.request("GET", target, headers={"Cookie": cookie} if cookie else {})
        return _parse_response(connection.getresponse())
    except (OSError, HTTPException) as error:
        raise NoResponseError(error, is_connected=True) from error
    finally:
        connection.close()


def _parse_response(response: HTTPResponse) -> Response:
    body = response.read(MAX_BODY).decode("utf-8", "replace")
    cookies = (value.partition(";")[0].strip() for value in response.headers.get_all("Set-Cookie", ()))
    location = response.headers.get("Location", "") if 300 <= response.status < 400 else ""  # noqa: PLR2004 - statuses
    return Response(response.status, location, tuple(cookies), body)


def server_of(url: str, name: Shown = _URL) -> tuple[bool, str, int | None]:
    """Return whether a URL uses TLS, its host and its port.

    Args:
        url: the URL.
        name: what it is called in errors.

    Raises:
        InvalidArgumentError: it is not an http or https URL, or has user info.
    """
    not_http = InvalidArgumentError(
        say("{} must be an http or https URL, such as http://localhost:8000/callback", name)
    )
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        host.encode("idna")
    except ValueError as error:
        raise not_http from error
    if parts.scheme not in ("http", "https") or not host:
        raise not_http
    if "@" in parts.netloc:
        raise InvalidArgumentError(say("{} has user info, which no browser sends to a handler", name))
    return parts.scheme == "https", host, port


def origin_of(url: str) -> Shown:
    """Return the scheme, host and port of a URL, as they may be shown."""
    parts = urlsplit(url)
    return shown_url(f"{parts.scheme}://{parts.netloc}")


def _reason(error: OSError | HTTPException) -> Shown:
    if isinstance(error, ConnectionRefusedError):
        return Shown("nothing is listening there")
    if isinstance(error, RemoteDisconnected):
        return Shown("the connection was closed without a response")
    if isinstance(error, TimeoutError):
        return Shown("no response within the timeout")
    if isinstance(error, OSError):
        return shown_message(error.strerror or type(error).__name__)
    return say("not an HTTP response ({})", own(type(error).__name__))
