"""Examples → a running handler, and what it answered to each. No redirect is followed; nothing but examples is sent."""

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, RemoteDisconnected
from typing import Literal
from urllib.parse import parse_qs, quote, urlsplit

from connect_errors.catalog import outcomes
from connect_errors.copying import MASK
from connect_errors.escaping import escape_unprintable
from connect_errors.example_redirects import Example, examples
from connect_errors.invalid_redirects import invalid_examples
from connect_errors.redaction import shown_message, shown_url
from connect_errors.rules import RULES
from connect_errors.shown import InvalidArgumentError, Shown, own, say, truncate

Expected = Literal["answer", "refuse"]
Problem = Literal["no-answer", "failed", "refused", "accepted"]

PROBLEMS: dict[Problem, Shown] = {
    "no-answer": Shown("no answer"),
    "failed": Shown("the handler failed"),
    "refused": Shown("refused, although a user should see an answer"),
    "accepted": Shown("answered like a success, although it must be refused"),
}

MAX_BODY = 64 * 1024
"""Bytes of an answer that are read."""
MAX_NOTE = 60
"""Characters of what is shown of an answer."""
MAX_UNANSWERED = 3
"""After so many in a row, nothing more is sent: each may take the whole timeout."""

_SENT = f"state{secrets.token_hex(8)}"
"""Takes the place of a state in examples that are made before a session starts."""
_MARKUP = re.compile(r"(?is)<(script|style)\b.*?</\1>|<[^>]*>")
_TITLE = re.compile(r"(?is)<(title|h1)\b[^>]*>(.*?)</\1>")
_CHANGING = re.compile(r"[0-9A-Za-z_-]*[0-9][0-9A-Za-z_-]*|\s+")
_STATE_IN_PAGE = re.compile(r"""connect\.smartcar\.com/oauth/[^\s"'<>]*?[?&]state=([^\s"'<>&#]+)""")
_NOT_HTTP = Shown("it must be a URL of http or https, such as http://localhost:8000/callback")
_TARGET_CHARACTERS = "!#$%&'()*+,/:;=?@[]~"


class SendError(Exception):
    """The handler cannot be asked at all: nothing listens, or no session starts."""

    def __init__(self, message: Shown) -> None:
        super().__init__(message)
        self.message = message


class _NoAnswerError(Exception):
    """A request was not answered; the message says why, without what was sent."""

    def __init__(self, error: OSError | HTTPException, *, is_connected: bool) -> None:
        self.why = _why(error)
        super().__init__(self.why)
        self.is_connected = is_connected


@dataclass(frozen=True, slots=True)
class Handler:
    """Where a handler runs, and the session that it is asked in.

    Raises:
        InvalidArgumentError: an address is not one of http or https, or the cookie cannot be a header.
    """

    address: str
    """Any URL of its server; the redirect URI decides the path."""
    start: str | None = None
    """The URL that starts a session, asked for each example: it sets cookies, and leads to Connect with a state."""
    cookie: str = field(default="", repr=False)
    """A `Cookie` header: the session that the state is in."""
    timeout: float = 10

    def __post_init__(self) -> None:
        for url in filter(None, (self.address, self.start)):
            _server(url)
        if not (self.cookie.isascii() and self.cookie.isprintable()):
            raise InvalidArgumentError(Shown("the cookie has a character that no header may have"))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler answered to one example."""

    example: Example
    expected: Expected
    status: int | None
    """The HTTP status; None where there was no answer."""
    note: Shown
    """Where it redirects, or the title of its page: printable, without the state."""
    problem: Problem | None = None


def examples_to_send(
    *names: str, redirect_uri: str, state: str | None, optional: bool, invalid: bool, starts: bool
) -> list[Example]:
    """Make the examples: those that conform first, as the others are compared with them.

    Args:
        names: the outcomes; all where none is named.
        redirect_uri: the registered redirect URI.
        state: the state of the session; None where there is none, or where each example starts its own.
        optional: whether all optional parameters come along.
        invalid: whether redirects that each break one rule are sent, too.
        starts: whether each example starts a session of its own.

    Raises:
        InvalidArgumentError: as of `examples` and `invalid_examples`.
    """
    sent = _SENT if starts else state
    found = examples(*names, redirect_uri=redirect_uri, state=sent, optional=optional)
    if invalid:
        found += invalid_examples(*names, redirect_uri=redirect_uri, state=sent, optional=optional)
    return found


def send(found: list[Example], handler: Handler) -> Iterator[Answer]:
    """Send examples, one after the other.

    Raises:
        SendError: nothing listens when the first one is sent, or no session starts.
    """
    successes: set[tuple[int, str, str]] = set()
    unanswered = 0
    for index, one in enumerate(found):
        expected = _expected(one)
        if unanswered >= MAX_UNANSWERED:
            yield Answer(one, expected, None, Shown("not sent"), "no-answer")
            continue
        state, cookie = _session(handler)
        try:
            raw = _get(handler.address, _target(one, state), cookie, handler.timeout)
        except _NoAnswerError as error:
            if index == 0 and not error.is_connected:
                raise SendError(say("{}: {}", _origin(handler.address), error.why)) from error
            unanswered += 1
            yield Answer(one, expected, None, error.why, "no-answer")
            continue
        unanswered = 0
        print_of_page = raw.fingerprint(state)
        if one.rule is None and one.kind == "success" and raw.status < 400:  # noqa: PLR2004 - an HTTP status
            successes.add(print_of_page)
        problem = _problem(expected, raw.status, is_like_a_success=print_of_page in successes)
        yield Answer(one, expected, raw.status, raw.note(state), problem)


@dataclass(frozen=True, slots=True)
class _Page:
    status: int
    location: str
    cookies: tuple[str, ...]
    body: str

    def fingerprint(self, state: str) -> tuple[int, str, str]:
        """What two answers have in common that say the same: numbers and tokens may differ."""
        words = _CHANGING.sub(" ", unescape(_MARKUP.sub(" ", self.body.replace(state, "") if state else self.body)))
        return self.status, self.location.partition("?")[0], words.strip()

    def note(self, state: str) -> Shown:
        if self.location:
            shown = say("→ {}", shown_url(urlsplit(self.location).path or "/"))
        else:
            found = _TITLE.search(self.body)
            text = " ".join(unescape(_MARKUP.sub("", found[2])).split()) if found else ""
            shown = shown_message(text.replace(state, MASK) if state else text)
        return escape_unprintable(shown if len(shown) <= MAX_NOTE else say("{}…", truncate(shown, MAX_NOTE - 1)))


def _expected(one: Example) -> Expected:
    if one.rule is None:
        return "answer"
    refuses = RULES[one.rule].refuses
    if refuses == "outcome":
        return "refuse" if one.parameter == outcomes()[one.outcome].deciding else "answer"
    return "refuse" if refuses == "always" else "answer"


def _problem(expected: Expected, status: int, *, is_like_a_success: bool) -> Problem | None:
    if status >= 500:  # noqa: PLR2004 - an HTTP status
        return "failed"
    if expected == "answer":
        return "refused" if status >= 400 else None  # noqa: PLR2004 - an HTTP status
    return "accepted" if is_like_a_success else None


def _session(handler: Handler) -> tuple[str, str]:
    """Start a session, if the handler has where to: the state that it sends, and all cookies."""
    if handler.start is None:
        return "", handler.cookie
    try:
        page = _get(handler.start, _path_and_query(handler.start), handler.cookie, handler.timeout)
    except _NoAnswerError as error:
        raise SendError(say("{}: {}", _origin(handler.start), error.why)) from error
    sent = parse_qs(urlsplit(page.location).query).get("state") if page.location else None
    if sent is None and (found := _STATE_IN_PAGE.search(unescape(page.body))):
        sent = parse_qs(f"state={found[1]}").get("state")
    if not sent:
        origin = _origin(handler.start)
        raise SendError(say("{}: it answers {}, and leads to no Connect URL with a state", origin, page.status))
    return sent[0], "; ".join(filter(None, (handler.cookie, *page.cookies)))


def _target(one: Example, state: str) -> str:
    """The request target of an example: no browser sends what follows a `#`."""
    url = one.url.partition("#")[0]
    if state:
        url = url.replace(_SENT, quote(state, safe=""))
    return _path_and_query(url)


def _path_and_query(url: str) -> str:
    rest = url.partition("#")[0].partition("://")[2]
    path = rest[len(re.split("[/?]", rest, maxsplit=1)[0]) :]
    return quote(path if path.startswith("/") else f"/{path}", safe=_TARGET_CHARACTERS)


def _get(url: str, target: str, cookie: str, timeout: float) -> _Page:
    """Send one request.

    Raises:
        _NoAnswerError: there was no answer, or none of HTTP.
    """
    is_secure, host, port = _server(url)
    connection = (HTTPSConnection if is_secure else HTTPConnection)(host, port, timeout=timeout)
    try:
        connection.connect()
    except (OSError, HTTPException) as error:
        raise _NoAnswerError(error, is_connected=False) from error
    try:
        connection.request("GET", target, headers={"Cookie": cookie} if cookie else {})
        return _read(connection.getresponse())
    except (OSError, HTTPException) as error:
        raise _NoAnswerError(error, is_connected=True) from error
    finally:
        connection.close()


def _read(response: HTTPResponse) -> _Page:
    body = response.read(MAX_BODY).decode("utf-8", "replace")
    cookies = (value.partition(";")[0].strip() for value in response.headers.get_all("Set-Cookie", ()))
    location = response.headers.get("Location", "") if 300 <= response.status < 400 else ""  # noqa: PLR2004 - statuses
    return _Page(response.status, location, tuple(cookies), body)


def _server(url: str) -> tuple[bool, str, int | None]:
    """Whether it speaks TLS, the host and the port of a URL.

    Raises:
        InvalidArgumentError: it is not a URL of http or https, or has user info.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise InvalidArgumentError(_NOT_HTTP) from error
    if parts.scheme not in ("http", "https") or not host:
        raise InvalidArgumentError(_NOT_HTTP)
    if "@" in parts.netloc:
        raise InvalidArgumentError(Shown("it has user info, which no browser sends to a handler"))
    return parts.scheme == "https", host, port


def _origin(url: str) -> Shown:
    parts = urlsplit(url)
    return shown_url(f"{parts.scheme}://{parts.netloc}")


def _why(error: OSError | HTTPException) -> Shown:
    if isinstance(error, ConnectionRefusedError):
        return Shown("nothing listens there")
    if isinstance(error, RemoteDisconnected):
        return Shown("the connection was closed without an answer")
    if isinstance(error, TimeoutError):
        return Shown("no answer within the timeout")
    if isinstance(error, OSError):
        return shown_message(error.strerror or type(error).__name__)
    return say("not an HTTP answer ({})", own(type(error).__name__))
