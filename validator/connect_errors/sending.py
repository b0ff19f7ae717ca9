"""Send examples to a running handler, and evaluate its responses. Sends only examples, and follows no redirects."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple
from urllib.parse import parse_qs, quote, urlsplit

from connect_errors.catalog import outcomes
from connect_errors.example_redirects import Example, examples
from connect_errors.http_requests import NoAnswerError, get, origin_of, path_and_query, server_of
from connect_errors.invalid_redirects import invalid_examples
from connect_errors.rules import RULES
from connect_errors.shown import InvalidArgumentError, Shown, say

Expected = Literal["answer", "refuse"]
Problem = Literal["no-answer", "failed", "refused", "accepted"]

PROBLEMS: dict[Problem, Shown] = {
    "no-answer": Shown("no response"),
    "failed": Shown("the handler failed"),
    "refused": Shown("refused, although a user should see an answer"),
    "accepted": Shown("answered like a success, although it must be refused"),
}

MAX_UNANSWERED = 3
"""Stop sending after this many consecutive requests without a response: each may take the whole timeout."""

_SENT = f"state{secrets.token_hex(8)}"
"""Placeholder for the state in examples made before a session starts."""
_CONNECT = "https://connect.smartcar.com/oauth/"


class SendError(Exception):
    """The handler cannot be tested at all: nothing listens, or no session starts."""

    def __init__(self, message: Shown) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Handler:
    """The URL of a handler, and the session in which requests are sent.

    Raises:
        InvalidArgumentError: a URL is not http or https, or the cookie is not a valid header value.
    """

    address: str
    """Any URL on its server; the redirect URI determines the path."""
    start: str | None = None
    """The URL that starts a session, requested for each example: it sets cookies, and leads to Connect with a state."""
    cookie: str = field(default="", repr=False)
    """A `Cookie` header: the session to which the state belongs."""
    timeout: float = 10

    def __post_init__(self) -> None:
        for url in filter(None, (self.address, self.start)):
            server_of(url)
        if not (self.cookie.isascii() and self.cookie.isprintable()):
            raise InvalidArgumentError(Shown("the cookie has a character that is not allowed in a header"))


@dataclass(frozen=True, slots=True)
class Answer:
    """A handler's response to one example."""

    example: Example
    expected: Expected
    status: int | None
    """The HTTP status; None if there was no response."""
    note: Shown
    """The path it redirects to, or the title of its page: printable, without the state."""
    problem: Problem | None = None


class Sending(NamedTuple):
    """An example to send, and whether to send the session's cookies."""

    example: Example
    has_session: bool = True


def examples_to_send(
    *names: str, redirect_uri: str, state: str | None, optional: bool, invalid: bool, starts: bool
) -> list[Sending]:
    """Make the examples to send, conforming ones first, because the others are compared with them.

    Args:
        names: the outcomes; empty for all.
        redirect_uri: the registered redirect URI.
        state: the state of the session; None if there is no session, or if each example starts its own.
        optional: whether to add all optional parameters.
        invalid: whether to add redirects that each break one rule.
        starts: whether each example starts its own session.

    Raises:
        InvalidArgumentError: see `examples` and `invalid_examples`.
    """
    sent = _SENT if starts else state
    found = examples(*names, redirect_uri=redirect_uri, state=sent, optional=optional)
    sendings = [Sending(one) for one in found]
    if invalid:
        others = invalid_examples(*names, redirect_uri=redirect_uri, state=sent, optional=optional)
        sendings += [Sending(one) for one in others]
        if sent:
            sendings += [Sending(other, has_session=False) for one in found for other in _of_strangers(one, sent)]
    return sendings


def _of_strangers(one: Example, state: str) -> Iterator[Example]:
    """Yield successes for a browser without a session, where a missing state must not match a missing session state."""
    if one.kind == "success":
        pair = f"state={quote(state, safe='')}"
        for what, url in (
            ("the state of another browser came to one without a session", one.url),
            ("a state without a value came to a browser without a session", one.url.replace(pair, "state=")),
            ("no state came to a browser without a session", one.url.replace(f"&{pair}", "")),
        ):
            yield replace(one, url=url, rule="state-mismatch", parameter="state", what=what)


def send(found: list[Sending], handler: Handler) -> Iterator[Answer]:
    """Send examples, one after the other.

    Raises:
        SendError: nothing listens when the first one is sent, or no session starts.
    """
    successes: set[tuple[int, str, str]] = set()
    unanswered = 0
    for index, (one, has_session) in enumerate(found):
        expected = _expected(one)
        if unanswered >= MAX_UNANSWERED:
            yield Answer(one, expected, None, Shown("not sent"), "no-answer")
            continue
        state, cookie = _session(handler)
        try:
            raw = get(handler.address, _target(one, state), cookie if has_session else "", handler.timeout)
        except NoAnswerError as error:
            if index == 0 and not error.is_connected:
                raise SendError(say("{}: {}", origin_of(handler.address), error.why)) from error
            unanswered += 1
            yield Answer(one, expected, None, error.why, "no-answer")
            continue
        unanswered = 0
        print_of_page = raw.fingerprint(state)
        if one.rule is None and one.kind == "success" and raw.status < 400:  # noqa: PLR2004 - an HTTP status
            successes.add(print_of_page)
        problem = _problem(expected, raw.status, is_like_a_success=print_of_page in successes)
        yield Answer(one, expected, raw.status, raw.note(state), problem)


def _expected(one: Example) -> Expected:
    if one.rule is None:
        return "answer"
    refuses = RULES[one.rule].refuses
    if refuses == "outcome":
        return "refuse" if one.parameter == outcomes()[one.outcome].discriminator else "answer"
    return "refuse" if refuses == "always" else "answer"


def _problem(expected: Expected, status: int, *, is_like_a_success: bool) -> Problem | None:
    if status >= 500:  # noqa: PLR2004 - an HTTP status
        return "failed"
    if expected == "answer":
        return "refused" if status >= 400 else None  # noqa: PLR2004 - an HTTP status
    return "accepted" if is_like_a_success else None


def _session(handler: Handler) -> tuple[str, str]:
    """Start a session, if the handler has a start URL; return the state in its Connect URL, and all cookies."""
    if handler.start is None:
        return "", handler.cookie
    try:
        page = get(handler.start, path_and_query(handler.start), handler.cookie, handler.timeout)
    except NoAnswerError as error:
        raise SendError(say("{}: {}", origin_of(handler.start), error.why)) from error
    leads_to = [page.location, *(link for link in page.links if link.startswith(_CONNECT))]
    sent = next((found for url in leads_to if (found := parse_qs(urlsplit(url).query).get("state"))), None)
    if not sent:
        origin = origin_of(handler.start)
        raise SendError(
            say("{}: it responds with {}, and does not lead to a Connect URL with a state", origin, page.status)
        )
    return sent[0], "; ".join(filter(None, (handler.cookie, *page.cookies)))


def _target(one: Example, state: str) -> str:
    """Return the request target of an example, without the fragment, which browsers never send."""
    url = one.url.partition("#")[0]
    if state:
        url = url.replace(_SENT, quote(state, safe=""))
    return path_and_query(url)
