"""Detection of repetitions of a redirect in a capture.

A recording contains a redirect several times: as a `Location`, in curl's own words, as the request that follows, as the
query string that the application logs. Only selected redirects get here, so whatever is dropped was itself selected.
"""

from collections import deque
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from connect_errors import lazy_re
from connect_errors.captures.candidates import Candidate
from connect_errors.encoding import decode
from connect_errors.url import URL

MAX_REMEMBERED = 64
"""Maximum number of redirects remembered; beyond it, the oldest is evicted."""

MAX_DISTANCE = 16
"""Maximum number of lines, or array elements, between two mentions of one redirect."""

_MAX_HOST = 253
"""Maximum number of characters of a host that are compared; DNS names are no longer."""

# RFC 3986 §2.3: unreserved characters are hardly ever encoded, and are the only ones that do not depend on encoding.
_ENCODED_UNRESERVED = lazy_re.pattern("%(?:2[DdEe]|3[0-9]|[46][1-9A-Fa-f]|[57][0-9Aa]|5[Ff]|7[Ee])")
_UNRESERVED = "A-Za-z0-9._~-"
_NAME = "(?:^|&)(?=[^&])[^&=]*+=?+"
_VALUES = lazy_re.pattern(f"{_NAME}([^&]*)")
_VALUE_STARTS = lazy_re.pattern(f"{_NAME}([{_UNRESERVED}]*)")
"""The start of each value of a query string, which may be empty, and lack the equals sign."""
_RESERVED = lazy_re.pattern(f"[^{_UNRESERVED}]+")
_ESCAPE_OR_RESERVED = lazy_re.pattern(f"(?:%[0-9A-Fa-f]{{2}}|[^{_UNRESERVED}])+")

Pair = tuple[str, str]


class Occurrence(NamedTuple):
    """The relation of a candidate to the redirects before it."""

    is_repetition: bool
    """Whether it repeats one of them."""
    is_first_request: bool
    """Whether it is the first request for a redirect."""
    is_first_response: bool
    """Whether it is the first with the status of the response to a redirect."""


@dataclass(eq=False)
class _ComparableRedirect:
    """A redirect; it is parsed only if another one may be the same."""

    text: str = field(repr=False)
    key: int
    """See `_key`."""
    is_object: bool
    record: int
    awaits_request: bool
    """Whether the request that follows it is still expected."""
    has_response: bool
    redirects: int = 1
    """The number of equal redirects, without their repetitions."""
    forms: dict[str, int] = field(default_factory=dict)
    """The number of its occurrences in each form."""

    @cached_property
    def _url(self) -> URL:
        return URL(self.text)

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        return tuple(
            (parameter.name, parameter.value) for parameter in self._url.parameters or self._url.fragment_parameters
        )

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
        self._latest: dict[int, list[_ComparableRedirect]] = {}
        self._order: deque[_ComparableRedirect] = deque()
        self._objects = 0
        """The number of them that are objects, which may have only some of the parameters."""

    def add(self, candidate: Candidate) -> Occurrence:
        """Determine whether a redirect repeats an earlier one, and otherwise remember it."""
        redirect = _make_comparable(candidate)
        is_request = candidate.role == "request"
        earlier = self._find_same(redirect)
        follows = earlier is not None and earlier.awaits_request and is_request
        is_near = earlier is not None and bool(redirect.pairs) and abs(redirect.record - earlier.record) <= MAX_DISTANCE
        if earlier is None or not (follows or is_near):
            redirect.forms[candidate.form] = 1
            self._remember(redirect)
            return Occurrence(is_repetition=False, is_first_request=is_request, is_first_response=redirect.has_response)
        earlier.record = redirect.record
        earlier.forms[candidate.form] = earlier.forms.get(candidate.form, 0) + 1
        if follows or earlier.forms[candidate.form] <= earlier.redirects:
            earlier.awaits_request = earlier.awaits_request and not follows
            is_first_response = redirect.has_response and not earlier.has_response
            earlier.has_response = earlier.has_response or is_first_response
            return Occurrence(is_repetition=True, is_first_request=follows, is_first_response=is_first_response)
        earlier.redirects += 1
        earlier.awaits_request = candidate.role == "location"
        earlier.has_response = redirect.has_response
        return Occurrence(is_repetition=False, is_first_request=is_request, is_first_response=redirect.has_response)

    def _find_same(self, redirect: _ComparableRedirect) -> _ComparableRedirect | None:
        for other in reversed(self._latest.get(redirect.key, ())):
            if _are_same(redirect, other):
                return other
        for other in reversed(self._order if redirect.is_object or self._objects else ()):
            if (redirect.is_object or other.is_object) and abs(redirect.record - other.record) <= MAX_DISTANCE:
                fewer, more = sorted((_decoded_pairs(redirect.pairs), _decoded_pairs(other.pairs)), key=len)
                if fewer <= more:
                    return other
        return None

    def _remember(self, redirect: _ComparableRedirect) -> None:
        self._latest.setdefault(redirect.key, []).append(redirect)
        self._order.append(redirect)
        self._objects += redirect.is_object
        if len(self._order) > MAX_REMEMBERED:
            oldest = self._order.popleft()
            same_key = self._latest[oldest.key]
            same_key.remove(oldest)
            self._objects -= oldest.is_object
            if not same_key:
                del self._latest[oldest.key]


def _decoded_pairs(pairs: tuple[Pair, ...]) -> set[Pair]:
    """Return the pairs to compare with an object's, which may have them decoded, or as in the URL."""
    return {(name, decode(value)) for name, value in pairs}


def _make_comparable(candidate: Candidate) -> _ComparableRedirect:
    text, role = candidate.text, candidate.role
    has_response = role == "request" and candidate.status is not None
    return _ComparableRedirect(text, _key(text), role == "object", candidate.record, role == "location", has_response)


def _key(text: str) -> int:
    """Compute a hash that is equal for equal parameters, however they are encoded, and for hardly any others."""
    before, _, fragment = text.partition("#")
    query = before.partition("?")[2] or fragment
    if _ENCODED_UNRESERVED.search(query):
        runs = [_RESERVED.split(decode(value)) for value in _VALUES.findall(query)]
    elif all(starts := _VALUE_STARTS.findall(query)):
        return hash(tuple(starts))  # the common case, and fast
    else:
        runs = [_ESCAPE_OR_RESERVED.split(value) for value in _VALUES.findall(query)]
    starts = [start for start, *_ in runs]
    return hash(tuple(starts if all(starts) else map("".join, runs)))


def _are_same(first: _ComparableRedirect, second: _ComparableRedirect) -> bool:
    """Whether two redirects agree in everything that both have."""
    if first.pairs != second.pairs or first.route != second.route:
        return False
    if first.path and second.path and first.path != second.path:
        return False
    return not (first.address[0] and second.address[0]) or first.address == second.address
