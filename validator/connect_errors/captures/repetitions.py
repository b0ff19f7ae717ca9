"""Detection of repetitions of a redirect in a capture.

A recording contains a redirect several times: as a `Location`, in curl's own words, as the request that follows, as the
query string that the application logs. Only selected redirects get here, so whatever is dropped was itself selected.
"""

import re
from collections import deque
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from connect_errors.captures.candidates import Candidate
from connect_errors.encoding import decode
from connect_errors.url import URL

MAX_WAITING = 64
"""Maximum number of redirects remembered; beyond it, the oldest is evicted."""

MAX_DISTANCE = 16
"""Maximum number of lines, or array elements, between two mentions of one redirect."""

_MAX_HOST = 253
"""Maximum number of characters of a host that are compared; DNS names are no longer."""

# RFC 3986 §2.3: unreserved characters are hardly ever encoded, and are the only ones that do not depend on encoding.
_ENCODED_UNRESERVED = re.compile("%(?:2[DdEe]|3[0-9]|[46][1-9A-Fa-f]|[57][0-9Aa]|5[Ff]|7[Ee])")
_UNRESERVED = "A-Za-z0-9._~-"
_NAME = "(?:^|&)(?=[^&])[^&=]*+=?+"
_VALUES = re.compile(f"{_NAME}([^&]*)")
_STARTS = re.compile(f"{_NAME}([{_UNRESERVED}]*)")
"""The start of each value of a query string, which may be empty, and lack the equals sign."""
_RESERVED = re.compile(f"[^{_UNRESERVED}]+")
_ESCAPE_OR_RESERVED = re.compile(f"(?:%[0-9A-Fa-f]{{2}}|[^{_UNRESERVED}])+")

Pair = tuple[str, str]


class Sighting(NamedTuple):
    """The relation of a candidate to the redirects before it."""

    is_repetition: bool
    """Whether it repeats one of them."""
    is_request: bool
    """Whether it is the first request for a redirect."""
    is_answer: bool
    """Whether it is the first with the status of the response to a redirect."""


@dataclass(eq=False)
class _Redirect:
    """A redirect; it is parsed only if another one may be the same."""

    text: str = field(repr=False)
    key: int
    """See `_key`."""
    is_object: bool
    record: int
    waits: bool
    """Whether the request that follows it is still expected."""
    is_answered: bool
    events: int = 1
    forms: dict[str, int] = field(default_factory=dict)
    """The number of its occurrences in each form."""

    @cached_property
    def _url(self) -> URL:
        return URL(self.text)

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        return tuple((one.name, one.value) for one in self._url.parameters or self._url.fragment_parameters)

    @cached_property
    def path(self) -> str:
        return decode(self._url.path) or ("/" if self._url.scheme else "")

    @cached_property
    def route(self) -> str:
        """The part of the fragment before its parameters."""
        return decode(self.text[slice(*self._url.route_span)])

    @cached_property
    def address(self) -> tuple[str, str]:
        """The host and the port; the host is empty if it is unknown."""
        is_default = self._url.port == {"https": "443", "http": "80"}.get(self._url.scheme or "")
        return self._url.host[:_MAX_HOST].lower(), "" if is_default else self._url.port


class Repetitions:
    """Remembers the latest redirects of one capture."""

    def __init__(self) -> None:
        self._latest: dict[int, list[_Redirect]] = {}
        self._order: deque[_Redirect] = deque()
        self._objects = 0
        """The number of them that are objects, which may have only some of the parameters."""

    def see(self, candidate: Candidate) -> Sighting:
        """Determine whether a redirect repeats an earlier one, and otherwise remember it."""
        one = _described(candidate)
        is_request = candidate.role == "request"
        before = self._same(one)
        follows = before is not None and before.waits and is_request
        is_near = before is not None and bool(one.pairs) and abs(one.record - before.record) <= MAX_DISTANCE
        if before is None or not (follows or is_near):
            one.forms[candidate.form] = 1
            self._remember(one)
            return Sighting(is_repetition=False, is_request=is_request, is_answer=one.is_answered)
        before.record = one.record
        before.forms[candidate.form] = before.forms.get(candidate.form, 0) + 1
        if follows or before.forms[candidate.form] <= before.events:
            before.waits = before.waits and not follows
            is_answer = one.is_answered and not before.is_answered
            before.is_answered = before.is_answered or is_answer
            return Sighting(is_repetition=True, is_request=follows, is_answer=is_answer)
        before.events += 1
        before.waits = candidate.role == "location"
        before.is_answered = one.is_answered
        return Sighting(is_repetition=False, is_request=is_request, is_answer=one.is_answered)

    def _same(self, one: _Redirect) -> _Redirect | None:
        for other in reversed(self._latest.get(one.key, ())):
            if _is_same(one, other):
                return other
        for other in reversed(self._order if one.is_object or self._objects else ()):
            if (one.is_object or other.is_object) and abs(one.record - other.record) <= MAX_DISTANCE:
                fewer, more = sorted((_plain(one.pairs), _plain(other.pairs)), key=len)
                if fewer <= more:
                    return other
        return None

    def _remember(self, one: _Redirect) -> None:
        self._latest.setdefault(one.key, []).append(one)
        self._order.append(one)
        self._objects += one.is_object
        if len(self._order) > MAX_WAITING:
            forgotten = self._order.popleft()
            alike = self._latest[forgotten.key]
            alike.remove(forgotten)
            self._objects -= forgotten.is_object
            if not alike:
                del self._latest[forgotten.key]


def _plain(pairs: tuple[Pair, ...]) -> set[Pair]:
    """Return the pairs to compare with an object's, which may have them decoded, or as in the URL."""
    return {(name, decode(value)) for name, value in pairs}


def _described(candidate: Candidate) -> _Redirect:
    text, role = candidate.text, candidate.role
    is_answered = role == "request" and candidate.status is not None
    return _Redirect(text, _key(text), role == "object", candidate.record, role == "location", is_answered)


def _key(text: str) -> int:
    """Compute a hash that is equal for equal parameters, however they are encoded, and for hardly any others."""
    before, _, fragment = text.partition("#")
    query = before.partition("?")[2] or fragment
    if _ENCODED_UNRESERVED.search(query):
        runs = [_RESERVED.split(decode(value)) for value in _VALUES.findall(query)]
    elif all(starts := _STARTS.findall(query)):
        return hash(tuple(starts))  # the common case, and fast
    else:
        runs = [_ESCAPE_OR_RESERVED.split(value) for value in _VALUES.findall(query)]
    starts = [first for first, *_ in runs]
    return hash(tuple(starts if all(starts) else map("".join, runs)))


def _is_same(one: _Redirect, other: _Redirect) -> bool:
    """Whether two redirects agree in everything that both have."""
    if one.pairs != other.pairs or one.route != other.route:
        return False
    if one.path and other.path and one.path != other.path:
        return False
    return not (one.address[0] and other.address[0]) or one.address == other.address
