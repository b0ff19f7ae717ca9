"""Classify HTTP requests: a redirect, a bare visit, or one to refuse.

Any page that the user has open can send requests to this machine. Only requests that look like redirects are accepted:
a GET from a top-level navigation, to a host name that no other site can point here (DNS rebinding).
"""

import re
from typing import NamedTuple

from connect_errors import lazy_re
from connect_errors.captures.selection import reason_to_pass_over
from connect_errors.listen.request import Refusal, Request
from connect_errors.schema import DISCRIMINATORS
from connect_errors.shown import Shown
from connect_errors.url import URL

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
"""Host names that always resolve to the loopback interface, whatever a DNS server says (RFC 6761 §6.3)."""

_HOST = lazy_re.pattern(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::[0-9]{1,5})?")
_ABSOLUTE = lazy_re.pattern(r"https?://([^/?#]*)(.*)", re.IGNORECASE)
"""The absolute form of a request target, meant for proxies, which every server must accept (RFC 9112 §3.2.2)."""
_FORM = "application/x-www-form-urlencoded"


class Visit(NamedTuple):
    """An accepted request: the URL as the browser shows it, without its fragment."""

    url: str
    is_decided: bool
    """Whether the query string has an outcome; otherwise it may be in the fragment, which only the browser sees."""
    is_bare: bool
    """Whether there is no query string at all."""


class Gate:
    """Accepts redirects and refuses all other requests.

    Args:
        redirect_uri: the registered redirect URI.
        path: the local path at which redirects arrive; that of the redirect URI, unless a proxy rewrites it.
    """

    def __init__(self, redirect_uri: URL, path: str) -> None:
        self._redirect_uri = redirect_uri
        self._path = path
        self._is_local = redirect_uri.host.lower() in LOOPBACK
        self._hosts = LOOPBACK | {redirect_uri.host.lower()}

    def visit(self, request: Request) -> Visit:
        """Accept a GET request, or the form of a page served here.

        Raises:
            Refusal: the request is not a redirect.
        """
        request = _in_origin_form(request)
        self._check_host(request)
        if request.method not in ("GET", "POST"):
            raise Refusal(405, Shown("its method is not GET"))
        _check_target(request)
        _check_context(request)
        path, mark, query = request.target.partition("?")
        url = self._url(request, path, mark + query)
        if path == self._path:
            parameters = {parameter.name for parameter in url.parameters if parameter.value}
            return Visit(url.text, not parameters.isdisjoint(DISCRIMINATORS), not query)
        if request.method == "GET" and reason_to_pass_over(url) is None:
            return Visit(url.text, is_decided=True, is_bare=False)  # a near miss, which the report names
        raise Refusal(404, Shown("it is for another path"), is_harmless=True)

    def _url(self, request: Request, path: str, query: str) -> URL:
        """Build the URL as the browser shows it. Rewrites by a proxy in front of this machine are not visible here."""
        if self._is_local:
            return URL(f"http://{request.value('host')}{path}{query}")
        registered = self._redirect_uri
        base = registered.text[: registered.base_span[1]]
        if path != self._path:
            base = f"{base.removesuffix(registered.path)}{path}"
        return URL(base + query)

    def _check_host(self, request: Request) -> None:
        hosts = request.values("host")
        match = _HOST.fullmatch(hosts[0]) if len(hosts) == 1 else None
        if match is None:
            raise Refusal(400, Shown("it does not have exactly one Host header with a host name"))
        if match[1].lower() not in self._hosts:
            raise Refusal(421, Shown("its Host header is neither this machine nor the host of --redirect-uri"))


def _in_origin_form(request: Request) -> Request:
    match = _ABSOLUTE.fullmatch(request.target)
    if match is None:
        return request
    if request.values("host") != [match[1]]:
        raise Refusal(400, Shown("its Host header does not match its target"))
    return request._replace(target=match[2] if match[2].startswith("/") else f"/{match[2]}")


def _check_target(request: Request) -> None:
    if not request.target.startswith("/") or "#" in request.target:
        raise Refusal(400, Shown("its target is not a path"))
    if request.method == "GET" and request.body:
        raise Refusal(400, Shown("it is a GET with a body"))


def _check_context(request: Request) -> None:
    """Refuse requests other than top-level navigations, judging by Fetch Metadata; clients that send none pass."""
    mode, destination, site = (request.value(f"sec-fetch-{name}") for name in ("mode", "dest", "site"))
    purposes = " ".join(request.value(name).lower() for name in ("sec-purpose", "purpose", "x-moz", "x-purpose"))
    if "prefetch" in purposes or "preview" in purposes or "prerender" in purposes:
        raise Refusal(503, Shown("the browser sent it in advance (prefetch)"), is_harmless=True)
    if request.target == "/favicon.ico":
        raise Refusal(404, Shown("it is for an icon"), is_harmless=True)
    if mode not in ("", "navigate") or destination not in ("", "document"):
        raise Refusal(403, Shown("a page loaded or embedded it, instead of opening it as Connect does"))
    is_ours = site in ("", "same-origin") and request.value("content-type").lower() == _FORM
    if request.method == "POST" and not is_ours:
        raise Refusal(403, Shown("it is a form sent by another page"))
