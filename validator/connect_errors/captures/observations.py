"""Observations about a capture besides its redirects: repeated codes, refusals, near misses, truncated queries.

Only few candidates are examined closely, however long the capture, and codes are kept only as hashes.
"""

import re
from collections import Counter, OrderedDict
from collections.abc import Iterator, Sequence
from functools import lru_cache

from connect_errors import lazy_re
from connect_errors.address import compare
from connect_errors.captures.candidates import Candidate
from connect_errors.escaping import shorten
from connect_errors.redaction import shown_url
from connect_errors.shown import Shown, counted, join, own, say
from connect_errors.url import URL

MAX_CODES = 1024
"""Maximum number of codes remembered; beyond it, the oldest is evicted."""

MAX_NEAR_MISSES = 3
"""Maximum number of addresses listed."""

_MAX_ADDRESS = 2000
"""Maximum length of a listed address, in characters."""

_MAX_AGENT = 1000
"""Maximum number of characters of a user agent that are examined and cached."""

_MAX_STATUSES = 5
"""Maximum number of statuses listed."""

_MIN_ERROR_STATUS = 400
"""The lowest status of a failed request (RFC 9110 §15.5)."""

_CODE = lazy_re.pattern("code=(?<=[?&]code=)([^&#]+)")
_PREVIEWERS = {
    name.lower(): name
    for name in (
        "Slackbot",
        "Slack-ImgProxy",
        "Twitterbot",
        "facebookexternalhit",
        "WhatsApp",
        "Discordbot",
        "TelegramBot",
        "LinkedInBot",
        "SkypeUriPreview",
        "SafeLinks",
        "BingPreview",
        "Google-PageRenderer",
        "Iframely",
        "redditbot",
        "Mattermost-Bot",
    )
}
_PREVIEWER = lazy_re.pattern("|".join(map(re.escape, _PREVIEWERS)), re.IGNORECASE)
_INTENT = lazy_re.pattern(r"\bdat=[a-z][a-z0-9+.-]*:(\S*)", re.IGNORECASE)
_NGROK = lazy_re.pattern(r"^HTTP Requests[ \t]*$", re.MULTILINE)
_NGROK_REQUEST = lazy_re.pattern(r"^(?:[0-9:.]+ [A-Z+0-9-]+ )?(?:GET|POST) /[^\s?]* +[1-5][0-9]{2} [A-Z]", re.MULTILINE)
_REFUSED_CODE = "invalid_grant"
_REFUSED = lazy_re.pattern(rf"\b{_REFUSED_CODE}\b")


class Observations:
    """Watches one capture while it is read."""

    def __init__(self, redirect_uris: Sequence[URL] = ()) -> None:
        self._redirect_uris = redirect_uris
        self._codes: OrderedDict[int, None] = OrderedDict()
        self._repeated_codes = 0
        self._previewers: Counter[str] = Counter()
        self._refusals: Counter[int] = Counter()
        self._near_misses: dict[str, None] = {}
        self._intents = self._ngrok_requests = self._refused_codes = 0
        self._is_ngrok = False

    def observe_text(self, block: str) -> None:
        """Examine whole lines of text."""
        if "{" in block and "/..." in block:
            self._intents += sum(map(_cut_intents, block.split("\n")))
        if _REFUSED_CODE in block:
            self._refused_codes += len(_REFUSED.findall(block))
        start = 0
        if not self._is_ngrok and "HTTP Requests" in block and (heading := _NGROK.search(block)):
            self._is_ngrok, start = True, heading.end()
        if self._is_ngrok:
            self._ngrok_requests += len(_NGROK_REQUEST.findall(block, start))

    def observe_response(self, candidate: Candidate) -> None:
        """Examine the response to a redirect."""
        if candidate.status is not None and candidate.status >= _MIN_ERROR_STATUS:
            self._refusals[candidate.status] += 1

    def observe_request(self, candidate: Candidate) -> None:
        """Examine the request for a redirect."""
        code = _CODE.search(candidate.text)
        if code is None:
            return
        if previewer := _previewer(candidate.agent[:_MAX_AGENT]):
            self._previewers[previewer] += 1
        digest = hash(code[1])
        if digest in self._codes:
            self._repeated_codes += 1
            return
        self._codes[digest] = None
        if len(self._codes) > MAX_CODES:
            self._codes.popitem(last=False)

    def observe_near_miss(self, candidate: Candidate) -> None:
        """Examine a URL with Connect's parameters that is not at a registered redirect URI."""
        if len(self._near_misses) < MAX_NEAR_MISSES:
            address = candidate.text[: _MAX_ADDRESS + 1].partition("?")[0].partition("#")[0]
            if len(address) <= _MAX_ADDRESS:
                self._near_misses[address] = None

    def notes(self) -> Iterator[Shown]:
        """Describe the observations, as sentences without a period."""
        for address in self._near_misses:
            comparison = compare(URL(address), (), self._redirect_uris)
            if comparison and (difference := comparison.difference()):
                yield say("near miss: {}: {}", shorten(shown_url(address)), difference.message)
        if self._repeated_codes:
            requests = counted(self._repeated_codes, "request", "requests")
            yield say("{} had an authorization code seen before: a code can be exchanged only once", requests)
        if self._previewers:
            names = join(", ", [own(name) for name in sorted(self._previewers)])
            requests = counted(self._previewers.total(), "request", "requests")
            yield say(
                "{} with a code came from a link previewer ({}), which may use up the code before the user does",
                requests,
                names,
            )
        if self._refusals:
            redirects = counted(self._refusals.total(), "redirect", "redirects")
            statuses = join(", ", [own(str(status)) for status, _ in self._refusals.most_common(_MAX_STATUSES)])
            yield say("the application answered {} with an error (status {})", redirects, statuses)
        if self._intents:
            intents = counted(self._intents, "intent", "intents")
            yield say("Android logged {} without the query (/...): log the intent's data in the app", intents)
        if self._ngrok_requests:
            requests = counted(self._ngrok_requests, "request", "requests")
            yield say("ngrok's console shows {} without the query: see its web interface", requests)
        if self._refused_codes:
            times = Shown("once") if self._refused_codes == 1 else say("{:,} times", self._refused_codes)
            yield say("invalid_grant appears {}: an error of the token exchange, which is not a redirect", times)


def _cut_intents(line: str) -> int:
    """Count the intents in a line without their query: Android writes them in braces, with `/...` for the query."""
    intents = line.partition("{")[2]
    return sum(rest.endswith("/...") or "/...}" in rest for rest in _INTENT.findall(intents))


@lru_cache
def _previewer(agent: str) -> str | None:
    """Return the link previewer with this user agent, if it is one; most requests come from a few browsers."""
    match = _PREVIEWER.search(agent)
    return _PREVIEWERS[match[0].lower()] if match else None
