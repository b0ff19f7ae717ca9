"""Parse raw text as a URL: its parts and its parameters, each with its place in that text.

The standard library's parsers are not applied to the raw text: `urlsplit` deletes tabs and newlines, `parse_qsl` hides
spaces and invalid UTF-8 (RFC 3986 defines the syntax, RFC 8252 §7 the custom schemes of mobile apps).
"""

import re
from typing import NamedTuple

from connect_errors import lazy_re
from connect_errors.encoding import Span, decode
from connect_errors.host import SPECIAL_SCHEMES, find_host_problem
from connect_errors.shown import Shown

MAX_BYTES = 64 * 1024
"""Longer URLs are not judged; no browser or server accepts one."""

_SCHEME = lazy_re.pattern(r"[A-Za-z][A-Za-z0-9+.-]*(?=://)")  # RFC 3986 §3.1
_LATER_SCHEME = lazy_re.pattern(r"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]*://")
_SPACE_OR_CONTROL = lazy_re.pattern("[\0- \x7f-\x9f\u2028\u2029]")
_PARTS = lazy_re.pattern(r"(?:([A-Za-z][A-Za-z0-9+.-]*+)://)?+([^/?#]*+)([^?#]*+)([^#]*+)")
"""Scheme, authority, path and query. Possessive: a single pass over any text, without backtracking."""

_PATH_AND_REST = lazy_re.pattern("([^?#]*)([?#]?)(.*)", re.DOTALL)
_FROM_HOST = lazy_re.pattern(
    r"(?:localhost|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?[/?#][^\s]*=", re.IGNORECASE
)
_MAX_PORT = 65535
_ROUTE = lazy_re.pattern(r"[^=&?]*\?")
_SLASHES = lazy_re.pattern(r"[/\\]{2}")
"""The start of an authority in browsers; backslashes only with special schemes."""
_PAIR = lazy_re.pattern("[=&]")
_PORT = lazy_re.pattern(r"[0-9]{0,5}")


class Parameter(NamedTuple):
    """One `name=value` pair of a query string, decoded, with the places of its parts in the URL's text."""

    name: str
    value: str
    start: int
    value_start: int
    """Start of the value; equals `end` if there is none."""
    end: int

    def __repr__(self) -> str:
        return f"Parameter({self.start}, {self.end})"  # without possible secrets

    @property
    def span(self) -> Span:
        return self.start, self.end

    @property
    def value_span(self) -> Span:
        return self.value_start, self.end


class URL:
    """A URL as it was captured. Every text is one: `problem` says why one is not absolute.

     https://user:pw@example.com:8443/callback?code=90abecb6&state=0facda#/route
     └─┬─┘   └──┬──┘ └────┬────┘ └┬─┘└───┬───┘ └───┬───┘ └────┬───┘ └──┬──┘
    scheme  user_info   host    port   path    parameter  parameter    │
                                             └─────query_span─────┘ fragment_span
     └────────────────base_span──────────────┘
    """

    __slots__ = (
        "_fragment_parameters",
        "_parameters",
        "_problems",
        "authority_span",
        "base_span",
        "fragment_span",
        "host",
        "path",
        "port",
        "query_span",
        "scheme",
        "text",
        "too_long",
    )

    def __init__(self, text: str) -> None:
        self.text = text
        self.too_long = 4 * len(text) > MAX_BYTES and _has_more_bytes(text, MAX_BYTES)
        """Whether it has more than `MAX_BYTES` bytes in UTF-8."""
        match: re.Match[str] = _PARTS.match(text)  # type: ignore[assignment] # matches any text
        scheme, authority, path, _ = match.groups()
        self.scheme: str | None = scheme
        self.authority_span = match.span(2)
        """The place of user info, host and port."""
        if "@" in authority:
            authority = authority.rpartition("@")[2]
        closing = authority.rfind("]") + 1
        host, _, port = authority[closing:].partition(":")
        self.host = authority[:closing] + host
        """The host as written, with IPv6 addresses in brackets."""
        self.port: str = port
        self.path: str = path
        query_start, fragment_start = match.end(3), match.end(4)
        self.base_span = 0, query_start
        """The place of everything before the query string."""
        self.query_span = min(query_start + 1, fragment_start), fragment_start
        """The place of the query string without its `?`; empty, after the rest, if there is none."""
        self.fragment_span = min(fragment_start + 1, len(text)), len(text)
        """The place of the fragment without its `#`; empty, at the end, if there is none."""
        self._problems: tuple[tuple[Shown, Span] | None] | None = None
        self._parameters: tuple[Parameter, ...] | None = None
        self._fragment_parameters: tuple[Parameter, ...] | None = None

    @property
    def problem(self) -> tuple[Shown, Span] | None:
        """The reason why the text is not an absolute URL, as the end of a sentence, and the place."""
        if self._problems is None:
            self._problems = (self._find_problem(),)
        return self._problems[0]

    @property
    def is_origin_form(self) -> bool:
        """Whether it is the target of a request to an unknown host: `/callback?…` (RFC 9112 §3.2.1)."""
        return self.text.startswith("/") and not self.text.startswith("//")

    @property
    def is_partial(self) -> bool:
        """Whether it is a URL without its start: beginning with its host, path, query string or fragment."""
        return self.scheme is None and (
            self.is_origin_form or self.text.startswith(("?", "#")) or _FROM_HOST.match(self.text) is not None
        )

    @property
    def user_info(self) -> Span | None:
        """The place of the user info, without its `@`. In text that is not a URL, everything that may be user info."""
        if "@" not in self.text:
            return None
        start, end = self.authority_span
        if self.problem and not self.is_origin_form:
            end = len(self.text)
        elif ":" in self.text[start:end] and "@" not in self.text[start:end]:
            end = self.base_span[1]  # a password with a slash looks like a port and a path
        at_sign = self.text.rfind("@", start, end)
        return None if at_sign < 0 else (start, at_sign)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters of the query string; if the URL is too long, those at its start."""
        if self._parameters is None:
            self._parameters = _parameters(self.text, *self.query_span)
        return self._parameters

    @property
    def fragment_parameters(self) -> tuple[Parameter, ...]:
        """The parameters of a fragment: a query string, or a client-side route with one (`#/callback?error=…`)."""
        if self._fragment_parameters is None:
            start, end = self.route_span[1], self.fragment_span[1]
            start += self.text.startswith("?", start)
            self._fragment_parameters = _parameters(self.text, start, end)
        return self._fragment_parameters

    @property
    def route_span(self) -> Span:
        """The place of a client-side route at the start of the fragment, without its query string; it may be empty."""
        start, end = self.fragment_span
        if route := _ROUTE.match(self.text, start, end):
            return start, route.end() - 1
        return start, end if self.text.startswith("/", start) and not _PAIR.search(self.text, start, end) else start

    def _find_problem(self) -> tuple[Shown, Span] | None:
        if self.scheme is None and (later := _LATER_SCHEME.search(self.text)):
            return Shown("there is text before its scheme"), (0, later.start())
        if match := _SPACE_OR_CONTROL.search(self.text, *self.base_span):
            return Shown("it has a space or a control character before its query"), match.span()
        if self.scheme is None:
            return Shown("it does not start with a scheme such as https://"), self.base_span
        problem = self._find_authority_problem()
        return (problem, self.authority_span) if problem else None

    def _find_authority_problem(self) -> Shown | None:
        scheme = (self.scheme or "").lower()
        if not self.host:
            # Only custom schemes allow an empty host: myapp:///callback.
            return None if scheme not in SPECIAL_SCHEMES and self.path.strip("/") else Shown("it has no host")
        if "\\" in self.text[slice(*self.authority_span)]:
            return Shown("it has a backslash before its path, which browsers read as a slash")
        if problem := find_host_problem(self.host, scheme):
            return problem
        if self.port and (not _PORT.fullmatch(self.port) or int(self.port) > _MAX_PORT):
            return Shown("its port is not a number up to 65535")
        return None

    def resolve(self, reference: str) -> str:
        """Resolve a reference, such as a relative `Location`, against this URL (RFC 3986 §5.2)."""
        if _SCHEME.match(reference) or self.scheme is None:
            return reference
        is_special = self.scheme.lower() in SPECIAL_SCHEMES
        if reference.startswith("//") or (is_special and _SLASHES.match(reference)):
            return f"{self.scheme}://{reference[2:]}"
        origin = self.text[: self.authority_span[1]]
        path, delimiter, rest = _PATH_AND_REST.match(reference).groups()  # type: ignore[union-attr] # matches any text
        if path:
            return (
                origin
                + remove_dot_segments(path if path.startswith("/") else f"{self._folder}/{path}")
                + delimiter
                + rest
            )
        return self.text[: self.base_span[1] if delimiter == "?" else self.query_span[1]] + delimiter + rest

    @property
    def _folder(self) -> str:
        return self.path.rpartition("/")[0]


def _parameters(text: str, start: int, end: int) -> tuple[Parameter, ...]:
    """Split `text[start:end]` at each `&`, as form decoding does: empty pieces are skipped, `;` separates nothing."""
    parameters = []
    for pair in text[start : min(end, MAX_BYTES)].split("&"):
        stop = start + len(pair)
        if pair:
            name, equals, value = pair.partition("=")
            value_start = start + len(name) + len(equals)
            parameters.append(Parameter(decode(name), decode(value), start, value_start, stop))
        start = stop + 1
    return tuple(parameters)


def _has_more_bytes(text: str, limit: int) -> bool:
    return len(text) > limit or len(text.encode("utf-8", "surrogatepass")) > limit


def remove_dot_segments(path: str) -> str:
    """Remove the dot segments of a path (RFC 3986 §5.2.4)."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)
