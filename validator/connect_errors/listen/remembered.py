"""What the server remembers of requests, for a while: never a code, only digests and the pages that were answered."""

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
"""Redirects, and visits, of which something is remembered; then the oldest is forgotten."""

Page = asyncio.Future[tuple[str, str]]
"""A page of HTML and its nonce, as soon as it is there."""


class Remembered:
    """The redirects that came, so that one that a browser requests twice counts once.

    Args:
        seconds: after which the same URL is another redirect; one with a code never is.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._key = secrets.token_bytes(32)
        self._pages: OrderedDict[bytes, tuple[float, Page]] = OrderedDict()
        """By the digest of the URL, with the time when it stops counting as the same."""

    def page(self, url: str) -> Page | None:
        """The page of the same redirect; None where it is a new one."""
        until, page = self._pages.get(self._digest(url), (0.0, None))
        return page if time.monotonic() < until else None

    def add(self, url: str, page: Page) -> None:
        """Remember a new redirect."""
        has_code = any(parameter.name == "code" and parameter.value for parameter in URL(url).parameters)
        digest = self._digest(url)
        self._pages[digest] = (float("inf") if has_code else time.monotonic() + self._seconds), page
        self._pages.move_to_end(digest)
        if len(self._pages) > MAX_REMEMBERED:
            self._pages.popitem(last=False)

    def forget(self) -> None:
        """Let go of the pages that nobody will write now."""
        for _, page in self._pages.values():
            page.cancel()
        self._pages.clear()

    def _digest(self, url: str) -> bytes:
        return blake2b(url.encode("utf-8", "surrogatepass"), key=self._key, digest_size=16).digest()


class Fragments:
    """The pages whose script may send the fragment that their browser has, each by a nonce."""

    def __init__(self) -> None:
        self._urls: OrderedDict[str, str] = OrderedDict()
        self._sent: set[str] = set()

    def nonce(self, url: str) -> str:
        """Make the nonce of a page at a URL."""
        nonce = secrets.token_urlsafe(16)
        self._urls[nonce] = url
        if len(self._urls) > MAX_REMEMBERED:
            oldest, _ = self._urls.popitem(last=False)
            self._sent.discard(oldest)
        return nonce

    def was_sent(self, nonce: str) -> bool:
        return nonce in self._sent

    def with_fragment(self, visit: Visit, form: str) -> Visit:
        """Append the fragment of a form to the URL of its page.

        Raises:
            Refusal: the form is not that of a page that was answered at this URL.
        """
        try:
            fields = parse_qs(form, keep_blank_values=True, max_num_fields=2, errors="surrogateescape")
            (nonce,), (fragment,) = fields["nonce"], fields["fragment"]
        except (KeyError, ValueError) as error:
            raise Refusal(400, Shown("it is not the form of this page")) from error
        if self._urls.get(nonce) != visit.url:
            raise Refusal(403, Shown("another page sent a form"))
        self._sent.add(nonce)
        url = URL(f"{visit.url}#{fragment}" if fragment else visit.url)
        names = {parameter.name for parameter in url.fragment_parameters if parameter.value}
        is_decided = visit.is_decided or not visit.is_bare or not names.isdisjoint(DISCRIMINATORS)
        return visit._replace(url=url.text, is_decided=is_decided)
