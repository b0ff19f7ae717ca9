"""What a reader finds in a capture."""

from typing import NamedTuple

from connect_errors.encoding import decode
from connect_errors.url import URL


class Candidate(NamedTuple):
    """A text that may be a redirect's URL, and where it stands: in a line and column, or at a JSON pointer."""

    text: str
    line: int | None
    column: int | None
    pointer: str | None = None
    is_verbatim: bool = False
    """Whether it stands there as it is: not put together, resolved or unescaped."""


class Leak(NamedTuple):
    """A request whose Referer carries an authorization code: the application passes it on to others."""

    line: int | None
    pointer: str | None = None


def leaks_code(referer: str) -> bool:
    """Tell a Referer that carries an authorization code."""
    return "code" in referer and any(one.name == "code" and one.value for one in URL(referer).parameters)


class Follower:
    """Tells the request that follows a redirect from one that stands alone: both are the same redirect."""

    _MOST_WAITING = 64
    """Redirects that wait for their request; the oldest one is forgotten first."""

    _LONGEST_HOST = 253
    """Characters of a host that are compared; no name of the DNS has more."""

    def __init__(self) -> None:
        self._waiting: dict[int, str] = {}
        """The hosts, by what else identifies a redirect."""

    def expect(self, url: URL) -> None:
        """Remember a redirect, whose request may follow."""
        self._waiting[_identity(url)] = self._host(url)
        if len(self._waiting) > self._MOST_WAITING:
            del self._waiting[next(iter(self._waiting))]

    def follows(self, url: URL) -> bool:
        """Tell whether a request follows one of the redirects; then it is waited for no longer."""
        key, host = _identity(url), self._host(url)
        expected = self._waiting.get(key)
        if expected is None or (expected and host and expected != host):
            return False
        del self._waiting[key]
        return True

    def _host(self, url: URL) -> str:
        return url.host[: self._LONGEST_HOST].lower()


def _identity(url: URL) -> int:
    """Hash what stays the same when a browser re-encodes a URL, and leaves out its fragment, on the way."""
    is_default = url.port == {"https": "443", "http": "80"}.get(url.scheme or "")
    parameters = tuple((parameter.name, parameter.value) for parameter in url.parameters)
    return hash(("" if is_default else url.port, decode(url.path) or "/", parameters))
