"""Short-lived memory of requests: digests, served pages, and URLs without an outcome, but never a code."""

import asyncio
import secrets
import time
from collections import OrderedDict
from hashlib import blake2b
from urllib.parse import parse_qs

from connect_errors.listen.gate import Visit
from connect_errors.listen.request import Refusal
from connect_errors.schema import DISCRIMINATORS
from connect_errors.shown import Shown
from connect_errors.url import URL

MAX_REMEMBERED = 1000
"""Maximum number of redirects, and of visits, to remember; beyond it, the oldest is evicted."""

PendingPage = asyncio.Future[tuple[str, str]]
"""A page of HTML and its nonce, once it is written."""


class RecentRedirects:
    """Remembers redirects, so that one that a browser requests twice counts once.

    Args:
        seconds: after which the same URL counts as a new redirect; a URL with a code never does.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._key = secrets.token_bytes(32)
        self._pages: OrderedDict[bytes, tuple[float, PendingPage]] = OrderedDict()
        """By digest of the URL: the time at which it stops counting as the same redirect, and its page."""

    def page(self, url: str) -> PendingPage | None:
        """Return the page of the same redirect, or None if it is new."""
        until, page = self._pages.get(self._digest(url), (0.0, None))
        return page if time.monotonic() < until else None

    def add(self, url: str, page: PendingPage) -> None:
        """Remember a new redirect."""
        has_code = any(parameter.name == "code" and parameter.value for parameter in URL(url).parameters)
        digest = self._digest(url)
        self._pages[digest] = (float("inf") if has_code else time.monotonic() + self._seconds), page
        self._pages.move_to_end(digest)
        if len(self._pages) > MAX_REMEMBERED:
            self._pages.popitem(last=False)

    def cancel_pages(self) -> None:
        """Cancel the pages that will never be written."""
        for _, page in self._pages.values():
            page.cancel()
        self._pages.clear()

    def _digest(self, url: str) -> bytes:
        return blake2b(url.encode("utf-8", "surrogatepass"), key=self._key, digest_size=16).digest()


class Fragments:
    """Pages whose script may submit the fragment of the browser's URL, by nonce."""

    def __init__(self) -> None:
        self._urls: OrderedDict[str, str] = OrderedDict()
        self._sent: set[str] = set()

    def nonce(self, url: str) -> str:
        """Create the nonce of a page at a URL."""
        nonce = secrets.token_urlsafe(16)
        self._urls[nonce] = url
        if len(self._urls) > MAX_REMEMBERED:
            oldest, _ = self._urls.popitem(last=False)
            self._sent.discard(oldest)
        return nonce

    def was_sent(self, nonce: str) -> bool:
        return nonce in self._sent

    def with_fragment(self, visit: Visit, form: str) -> Visit:
        """Append the fragment in a submitted form to the URL of its page.

        Raises:
            Refusal: the form does not come from a page served at this URL.
        """
        try:
            fields = parse_qs(form, keep_blank_values=True, max_num_fields=2, errors="surrogateescape")
            (nonce,), (fragment,) = fields["nonce"], fields["fragment"]
        except (KeyError, ValueError) as error:
            raise Refusal(400, Shown("it is not this page's form")) from error
        if self._urls.get(nonce) != visit.url:
            raise Refusal(403, Shown("it is a form sent by another page"))
        self._sent.add(nonce)
        url = URL(f"{visit.url}#{fragment}" if fragment else visit.url)
        names = {parameter.name for parameter in url.fragment_parameters if parameter.value}
        is_decided = visit.is_decided or not visit.is_bare or not names.isdisjoint(DISCRIMINATORS)
        return visit._replace(url=url.text, is_decided=is_decided)
