"""Comparison of a URL with registered redirect URIs, as browsers serialize both, and Smartcar's registration rules.

RFC 9700 §4.1.3 requires exact comparison, which Smartcar applies to the URI that the application sends. The URL in a
capture was written by a browser or a recorder: the case of the host, a default port and an empty path are not
differences (WHATWG URL §4.4, RFC 3986 §6.2.2 and §6.2.3).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple
from urllib.parse import unquote

from connect_errors import lazy_re
from connect_errors.escaping import shorten
from connect_errors.redaction import shown_component, shown_name, shown_part
from connect_errors.shown import Shown, own, say
from connect_errors.url import URL, Parameter, remove_dot_segments

Part = Literal["scheme", "host", "port", "path"]

PARTS: tuple[Part, ...] = ("scheme", "host", "port", "path")

JAVASCRIPT_SDK_HOST = "javascript-sdk.smartcar.com"
"""The host of the page to which Connect redirects for the JavaScript SDK."""

LOCALHOST = "localhost"
"""The only host that Smartcar registers with plain http."""

_DEFAULT_PORTS = {"http": "80", "https": "443"}
_UNRESERVED_ESCAPE = lazy_re.pattern("%(?:2[DE]|3[0-9]|4[1-9A-F]|5[0-9A]|5F|6[1-9A-F]|7[0-9A]|7E)")  # RFC 3986 §2.3
_ESCAPE = lazy_re.pattern("%[0-9A-Fa-f]{2}")
_SPACE_AT_END = lazy_re.pattern("(?<!%20)(?:%20)+$")
_OUTDATED_PAGE = lazy_re.pattern(r"/redirect-[0-9.]+")
_ORIGIN = lazy_re.pattern(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")
_TO_LOWER = {ord(character): character.lower() for character in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}

_GENERAL_REMEDY = "Register this address with Smartcar, or correct the redirect URI that it is compared with."
_PROXY_REMEDY = (
    "Have the application trust X-Forwarded-Proto from the proxy that terminates TLS, or capture the URL in the "
    "browser."
)
_LOCALHOST_REMEDY = (
    "Open the application at http://localhost: it is the only host that Smartcar accepts with plain http."
)
_PREFIX_REMEDY = "Find out which proxy or router changes the path on the way, or capture the URL in the browser."
_QUERY_REMEDY = "Find out what drops or changes the redirect URI's own query, or correct the redirect URI."


class Difference(NamedTuple):
    """The difference between a URL and the nearest registered redirect URI."""

    message: Shown
    remedy: str
    """The recommended fix, as a sentence."""


class Comparison(NamedTuple):
    """A URL and the registered redirect URI nearest to it."""

    url: URL
    registered: URL
    parts: tuple[Part, ...]
    """The parts before the query string that differ."""
    missing: tuple[Parameter, ...]
    """Parameters in the registered URI's own query string that the URL lacks."""

    def difference(self) -> Difference | None:
        """Describe the first part that differs, with a remedy; None if nothing does."""
        if "scheme" in self.parts:
            return _scheme_difference(self.url, self.registered)
        if "host" in self.parts:
            return _host_difference(self.url, self.registered)
        if "port" in self.parts:
            port, registered_port = (own(_port(uri)) or Shown("the default") for uri in (self.url, self.registered))
            message = say("its port is {}, but the registered one is {}", shorten(port), registered_port)
            return Difference(message, _GENERAL_REMEDY)
        if "path" in self.parts:
            return _path_difference(self.url, self.registered)
        return _query_difference(self.url, self.missing[0]) if self.missing else None


def compare(url: URL, parameters: Iterable[Parameter], registered: Sequence[URL]) -> Comparison | None:
    """Compare a URL with these parameters to the nearest redirect URI; None if none is registered.

    Parts that the URL lacks are not compared: a request line has only a path.
    """
    given = [(parameter.name, parameter.value) for parameter in parameters]
    comparisons = (
        Comparison(url, uri, differing_parts(url, uri), _missing_parameters(given, uri)) for uri in registered
    )
    return min(comparisons, key=lambda comparison: (len(comparison.parts), len(comparison.missing)), default=None)


def is_at(url: URL, registered: Iterable[URL]) -> bool:
    """Whether a URL is at one of the registered redirect URIs, regardless of its query string."""
    return any(not differing_parts(url, uri) for uri in registered)


def differing_parts(url: URL, registered: URL) -> tuple[Part, ...]:
    """Return the parts before the query string that differ; parts that the URL lacks are taken as registered."""
    if url.text[slice(*url.base_span)] == registered.text[slice(*registered.base_span)]:
        return ()  # the common case, decided much faster
    parts, registered_parts = _normalized(url, registered), _normalized(registered, registered)
    return tuple(
        part
        for part, value, registered_value in zip(PARTS, parts, registered_parts, strict=True)
        if value is not None and value != registered_value
    )


def without_own_query(parameters: tuple[Parameter, ...], registered: URL) -> tuple[Parameter, ...]:
    """Remove the parameters in the registered redirect URI's own query string."""
    if not registered.parameters:
        return parameters
    own_parameters = Counter((parameter.name, parameter.value) for parameter in registered.parameters)
    rest = []
    for parameter in parameters:
        key = parameter.name, parameter.value
        if own_parameters[key]:
            own_parameters[key] -= 1
        else:
            rest.append(parameter)
    return tuple(rest)


def registration_problem(uri: URL) -> Shown | None:
    """Say why Smartcar would reject a redirect URI, as the end of a sentence; None if no reason is known.

    Sources: Smartcar's pages "Dashboard configuration" and "Redirect URIs", and the JavaScript SDK's README.
    """
    scheme, host, _, path = _normalized(uri, uri)
    if scheme == "http" and host != LOCALHOST:
        return Shown("it accepts plain http only for localhost; use https")
    if host == JAVASCRIPT_SDK_HOST:
        if _OUTDATED_PAGE.match(path or ""):
            return Shown("this version of the JavaScript SDK's page is outdated; the path is /v2/redirect")
        origins = [parameter.value for parameter in uri.parameters if parameter.name == "app_origin"]
        if not origins:
            return Shown("the JavaScript SDK's page needs app_origin, such as app_origin=https://example.com")
        if origins[0] != origins[0].strip():
            return Shown("app_origin has a space at its beginning or end")
        if not _ORIGIN.fullmatch(origins[0]):
            return Shown("app_origin must be an origin, without a path, as the JavaScript SDK's postMessage requires")
    return None


def registration_note(uri: URL) -> Shown | None:
    """Return a note that Smartcar would reject a redirect URI, and why; None if no reason is known."""
    problem = registration_problem(uri)
    if problem is None:
        return None
    return say("{} cannot be registered with Smartcar: {}", shorten(shown_part(uri, *uri.base_span)), problem)


def _normalized(url: URL, registered: URL) -> tuple[str | None, str | None, str | None, str | None]:
    """Return scheme, host, port and path as browsers serialize them; None for parts that the URL lacks."""
    if not url.host and url.scheme is None:
        return None, None, None, _path(url, registered) if url.path else None
    return _scheme(url) or _scheme(registered), _host(url), _port(url, registered), _path(url, registered)


def _scheme(url: URL) -> str:
    return (url.scheme or "").lower()


def _host(url: URL) -> str:
    # Browsers treat the host of a custom scheme as opaque.
    return url.host.translate(_TO_LOWER) if _scheme(url) in ("", *_DEFAULT_PORTS) else url.host


def _port(url: URL, registered: URL | None = None) -> str:
    """Return the port without leading zeros; empty if it is the scheme's default."""
    port = url.port.lstrip("0") or url.port[:1]
    scheme = _scheme(url) or (_scheme(registered) if registered else "")
    return "" if port == _DEFAULT_PORTS.get(scheme) else port


def _path(url: URL, registered: URL) -> str:
    scheme = _scheme(url) or _scheme(registered)
    path = _ESCAPE.sub(lambda match: match[0].upper(), url.path)
    path = _UNRESERVED_ESCAPE.sub(lambda match: unquote(match[0]), path)
    if scheme not in _DEFAULT_PORTS:
        return path
    return remove_dot_segments(path or "/")


def _missing_parameters(given: Iterable[tuple[str, str]], registered: URL) -> tuple[Parameter, ...]:
    if not registered.parameters:
        return ()
    missing = Counter((parameter.name, parameter.value) for parameter in registered.parameters)
    missing -= Counter(given)
    return tuple(parameter for parameter in registered.parameters if missing[parameter.name, parameter.value])


def _redacted_part(url: URL, part: Part) -> Shown:
    """Return a part as it may be shown, with application ids in custom schemes and tokens in paths masked."""
    shown = shown_component(url, part)
    if part == "host" and url.port:
        shown = say("{}:{}", shown, shown_component(url, "port"))
    return shorten(shown)


def _scheme_difference(url: URL, registered: URL) -> Difference:
    scheme, registered_scheme = _redacted_part(url, "scheme"), _redacted_part(registered, "scheme")
    message = say("its scheme is {}, but the registered one is {}", scheme, registered_scheme)
    is_behind_proxy = (_scheme(url), _scheme(registered)) == ("http", "https") and _host(url) != LOCALHOST
    return Difference(message, _PROXY_REMEDY if is_behind_proxy else _GENERAL_REMEDY)


def _host_difference(url: URL, registered: URL) -> Difference:
    host, registered_host = _redacted_part(url, "host"), _redacted_part(registered, "host")
    message = say("its host is {}, but the registered one is {}", host, registered_host)
    if url.host.casefold() == registered.host.casefold():
        message = say("{}; they differ only in case, which matters in a custom scheme", message)
    is_plain = (_scheme(url) or _scheme(registered)) == "http"
    return Difference(message, _LOCALHOST_REMEDY if is_plain and _host(url) != LOCALHOST else _GENERAL_REMEDY)


def _path_difference(url: URL, registered: URL) -> Difference:
    path, registered_path = _path(url, registered), _path(registered, registered)
    shown_path, shown_registered_path = (_redacted_part(uri, "path") or Shown("empty") for uri in (url, registered))
    hint, remedy = next(_path_hints(path, registered_path), (Shown(""), _GENERAL_REMEDY))
    return Difference(
        say("its path is {}, but the registered one is {}{}", shown_path, shown_registered_path, hint), remedy
    )


def _path_hints(path: str, registered_path: str) -> Iterator[tuple[Shown, str]]:
    """Yield the kinds of difference between two paths, as the end of a sentence, each with a remedy."""
    if path == f"{registered_path}/":
        yield Shown(": it has a trailing slash"), _GENERAL_REMEDY
    if f"{path}/" == registered_path:
        yield Shown(": it lacks the trailing slash"), _GENERAL_REMEDY
    if _SPACE_AT_END.sub("", path) == _SPACE_AT_END.sub("", registered_path):
        yield Shown(": only a trailing space differs"), _GENERAL_REMEDY
    if path.casefold() == registered_path.casefold():
        yield Shown(": they differ only in case"), _GENERAL_REMEDY
    if path != "/" and registered_path.endswith(path):
        yield Shown(": it lacks the prefix"), _PREFIX_REMEDY
    if registered_path != "/" and path.endswith(registered_path):
        yield Shown(": it has an extra prefix"), _PREFIX_REMEDY


def _query_difference(url: URL, missing: Parameter) -> Difference:
    name = shorten(shown_name(missing.name))
    values = [parameter.value for parameter in url.parameters if parameter.name == missing.name]
    if not values:
        return Difference(say("{} of the registered redirect URI's own query is missing", name), _QUERY_REMEDY)
    hint = Shown("")
    if values[0].strip() == missing.value.strip():
        which = Shown("this one") if values[0] != values[0].strip() else Shown("the registered one")
        hint = say(": {} has a space at its beginning or end", which)
    elif values[0].rstrip("/") == missing.value.rstrip("/"):
        hint = Shown(": only a trailing slash differs")
    elif values[0].casefold() == missing.value.casefold():
        hint = Shown(": they differ only in case")
    message = say("{} differs from the registered redirect URI's own query{}", name, hint)
    return Difference(message, _QUERY_REMEDY)
