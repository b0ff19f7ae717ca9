"""Send examples to a running handler, and evaluate its responses. Sends only examples, and follows no redirects."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple
from urllib.parse import quote

from connect_errors.catalog import outcomes
from connect_errors.example_redirects import Example, examples
from connect_errors.http_requests import NoResponseError, get, origin_of, path_and_query, server_of
from connect_errors.invalid_redirects import invalid_examples
from connect_errors.rules import RULES
from connect_errors.shown import InvalidArgumentError, Shown, ShownError, say
from connect_errors.url import URL

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

_STATE_PLACEHOLDER = f"state{secrets.token_hex(8)}"
"""Placeholder for the state in examples made before a session starts."""
_CONNECT = "https://connect.smartcar.com/oauth/"


class SendError(ShownError):
    """The handler cannot be tested at all: nothing listens, or no session starts."""


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
        server_of(self.address, Shown("the URL of the handler"))
        if self.start is not None:
            server_of(self.start, Shown("the URL that starts a session"))
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
    sent = _STATE_PLACEHOLDER if starts else state
    conforming = examples(*names, redirect_uri=redirect_uri, state=sent, optional=optional)
    sendings = [Sending(example) for example in conforming]
    if invalid:
        deviating = invalid_examples(*names, redirect_uri=redirect_uri, state=sent, optional=optional)
        sendings += [Sending(example) for example in deviating]
        if sent:
            sendings += [
                Sending(other, has_session=False) for example in conforming for other in _without_session(example, sent)
            ]
    return sendings


def _without_session(example: Example, state: str) -> Iterator[Example]:
    """Yield successes for a browser without a session, where a missing state must not match a missing session state."""
    if example.kind == "success":
        state_pair = f"state={quote(state, safe='')}"
        for description, url in (
            ("the state of another browser came to one without a session", example.url),
            ("a state without a value came to a browser without a session", example.url.replace(state_pair, "state=")),
            ("no state came to a browser without a session", example.url.replace(f"&{state_pair}", "")),
        ):
            yield replace(example, url=url, rule="state-mismatch", parameter="state", what=description)


def send(sendings: list[Sending], handler: Handler) -> Iterator[Answer]:
    """Send examples, one after the other.

    Raises:
        SendError: nothing listens when the first one is sent, or no session starts.
    """
    successes: set[tuple[int, str, str]] = set()
    unanswered = 0
    for index, (example, has_session) in enumerate(sendings):
        expected = _expected(example)
        if unanswered >= MAX_UNANSWERED:
            yield Answer(example, expected, None, Shown("not sent"), "no-answer")
            continue
        state, cookie = _session(handler)
        try:
            response = get(handler.address, _target(example, state), cookie if has_session else "", handler.timeout)
        except NoResponseError as error:
            if index == 0 and not error.is_connected:
                raise SendError(say("{}: {}", origin_of(handler.address), error.reason)) from error
            unanswered += 1
            yield Answer(example, expected, None, error.reason, "no-answer")
            continue
        unanswered = 0
        fingerprint = response.fingerprint(state)
        if example.rule is None and example.kind == "success" and response.status < 400:  # noqa: PLR2004 - an HTTP status
            successes.add(fingerprint)
        problem = _problem(expected, response.status, is_like_a_success=fingerprint in successes)
        yield Answer(example, expected, response.status, response.note(state), problem)


def _expected(example: Example) -> Expected:
    if example.rule is None:
        return "answer"
    refuses = RULES[example.rule].refuses
    if refuses == "outcome":
        return "refuse" if example.parameter == outcomes()[example.outcome].discriminator else "answer"
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
        response = get(handler.start, path_and_query(handler.start), handler.cookie, handler.timeout)
    except NoResponseError as error:
        raise SendError(say("{}: {}", origin_of(handler.start), error.reason)) from error
    targets = [response.location, *(link for link in response.links if link.startswith(_CONNECT))]
    states = [parameter.value for url in targets for parameter in URL(url).parameters if parameter.name == "state"]
    if not any(states):
        origin = origin_of(handler.start)
        raise SendError(
            say("{}: it responds with {}, and does not lead to a Connect URL with a state", origin, response.status)
        )
    return next(filter(None, states)), "; ".join(filter(None, (handler.cookie, *response.cookies)))


def _target(example: Example, state: str) -> str:
    """Return the request target of an example, without the fragment, which browsers never send."""
    url = example.url.partition("#")[0]
    if state:
        url = url.replace(_STATE_PLACEHOLDER, quote(state, safe=""))
    return path_and_query(url)
