r"""Anchors: text that only redirects may have, and their places; most of a text is never examined otherwise.

A name with a value, such as `code=`; addresses of redirect URIs; the address that opens Connect; the header field of a
mail with an encoded body.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from heapq import heapify, heappop, heapreplace

from connect_errors import lazy_re
from connect_errors.captures.displayed import display
from connect_errors.captures.scanner import SCHEME
from connect_errors.connect_url import HOST
from connect_errors.url import URL

_PARAMETERS = ("error", "code", "vehicle_id", "user_id", "userId")
_NAMES = (*_PARAMETERS, r"vehicle\_id", r"user\_id")  # Markdown escapes underscores
_PREFIXES = (r"[?&#;\s\"'|({\[,>:`\\.<=]", "26", "3[fF]")
_SUFFIX = (
    r"(?:(?P<equals>=|\\=|\\+u003[dD]|\\x3[dD]|[%-](?:25)*3[dD])"
    r"|(?P<colon>\\*[\"']?\]?(?:>>)?"
    r"(?:(?:\s?|[ \t]++)(?:[:,;|\t│┃┆]|[=-]>|=(?!=))\s?|</|>|[ \t]+value\b|[ \t](?=\")"
    r"| {2,}(?=[A-Za-z0-9])|[ \t]*(?=\r?\n))))"
)
_CONNECT_ADDRESS = rf"(?<=//|\\/){re.escape(HOST)}\\?/oauth\\?/[a-z]"
_BASE64_HEADER = "coding: base64"
"""The end of the header `Content-Transfer-Encoding`."""

_END_OF_ADDRESS = r"(?=[?#\s\"'<>`)\]},\\])"
_LOCATION = rf"(?<=[Ll]ocation: ){SCHEME.pattern}"

_PARAMETER = lazy_re.pattern(rf"[?&](?:{'|'.join(_PARAMETERS)})=")
"""The anchor of nearly every redirect, which is faster to search for than all anchors."""

MAX_REMEMBERED = 200
"""Maximum length of texts that are cached by `may_occur_in`."""

_Search = Callable[[str, int], int]
"""Returns the next place in a text at or after an index; -1 if there is none."""


class Anchors:
    """Finds the anchors of texts.

    Every anchor starts with one of a few words, or with a host in any case. Finding these takes a tenth of the time of
    the whole pattern, so the pattern is tried only there.

    Args:
        redirect_uris: the registered redirect URIs, whose addresses are anchors, too, even without a name.
        locations: whether any `Location` is an anchor.
    """

    def __init__(self, redirect_uris: Sequence[URL] = (), *, locations: bool = False) -> None:
        self._match = anchor_pattern(redirect_uris, locations=locations).match
        words = sorted({*_NAMES, HOST, _BASE64_HEADER, *(uri.path for uri in redirect_uris if _has_path(uri))})
        hosts = _hosts(redirect_uris)
        self._searches = list(map(_word_search, words))
        if hosts or locations:
            self._searches.append(_pattern_search(start_pattern((), hosts, locations=locations)))
        self.may_occur_in = _cached_search(start_pattern(words, hosts, locations=locations))

    def occur_in(self, text: str, after: str = "\n") -> bool:
        """Whether a text has one, if a line starts with it and ends with it, or goes on with `after`."""
        if "?" in text and _PARAMETER.search(text):
            return True
        return self.may_occur_in(text) and next(self.find_all(f"\n{display(text)[0]}{after}"), None) is not None

    def find_all(self, text: str, start: int = 0) -> Iterator[re.Match[str]]:
        """Yield all anchors that start at or after an index, from left to right; they may overlap.

        After a name, a match has `equals` or `colon`.
        """
        ahead = [(at, number) for number, find in enumerate(self._searches) if (at := find(text, start)) >= 0]
        heapify(ahead)
        last = -1
        while ahead:
            at, number = ahead[0]
            if at != last and (match := self._match(text, at)):  # two words may be at one place
                yield match
            last = at
            following = self._searches[number](text, at + 1)
            if following < 0:
                heappop(ahead)
            else:
                heapreplace(ahead, (following, number))


def anchor_pattern(redirect_uris: Sequence[URL] = (), *, locations: bool = False) -> re.Pattern[str]:
    """Build the pattern of an anchor. The possible starts come first, and the text before them is matched last."""
    names = [re.escape(name) for name in _NAMES]
    paths = sorted(re.escape(uri.path) for uri in redirect_uris if _has_path(uri))
    pattern = rf"(?P<name>{'|'.join((*names, *paths))})(?:{_lookbehind(names, _PREFIXES)}{_SUFFIX}"
    pattern += rf"|{_lookbehind(paths)}{_END_OF_ADDRESS})" if paths else ")"
    if hosts := _hosts(redirect_uris):
        pattern += rf"|{_any_case(hosts)}(?::[0-9]+)?/?{_END_OF_ADDRESS}"
    pattern += f"|{_CONNECT_ADDRESS}|(?<=[Tt]ransfer-[Ee]n){_BASE64_HEADER}"
    if locations:
        pattern += rf"|{_LOCATION}\S*"
    return re.compile(pattern)


def start_pattern(words: Sequence[str], hosts: Sequence[str], *, locations: bool) -> re.Pattern[str]:
    """Build the pattern of possible starts of an anchor."""
    patterns = [*map(re.escape, words), *([_any_case(hosts)] if hosts else ()), *([_LOCATION] if locations else ())]
    return re.compile("|".join(patterns))


def is_address(anchor: re.Match[str]) -> bool:
    """Whether an anchor is an address, not a name."""
    return anchor.lastgroup not in ("equals", "colon")


def opens_connect(anchor: re.Match[str]) -> bool:
    """Whether an anchor is the address that opens Connect."""
    return is_address(anchor) and anchor[0].startswith(HOST)


def has_base64_body(anchor: re.Match[str]) -> bool:
    """Whether an anchor is the header field of a mail with a base64 body."""
    return anchor[0] == _BASE64_HEADER


def _has_path(uri: URL) -> bool:
    return len(uri.path) > 1


def _hosts(redirect_uris: Sequence[URL]) -> list[str]:
    """Return the hosts of redirect URIs without a path."""
    return sorted(uri.host for uri in redirect_uris if not _has_path(uri))


def _any_case(words: Sequence[str]) -> str:
    """Build a pattern for one of some words in upper or lower case."""
    return f"(?i:{'|'.join(map(re.escape, words))})"


def _lookbehind(words: Sequence[str], before: Sequence[str] = ("",)) -> str:
    """Build a pattern that matches after one of some words, if that comes after one of some others."""
    return f"(?:{'|'.join(f'(?<={first}{word})' for word in words for first in before)})"


def _cached_search(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    """Make a search for a pattern that caches short texts: the values in a log recur."""

    def search(text: str) -> bool:
        return pattern.search(text) is not None

    cached = lru_cache(1000)(search)
    return lambda text: cached(text) if len(text) <= MAX_REMEMBERED else search(text)


def _word_search(word: str) -> _Search:
    if "\\" not in word:
        return lambda text, start: text.find(word, start)
    # Hardly any text has a backslash, and a single character is found much faster than a word.
    return lambda text, start: text.find(word, start) if text.find("\\", start) >= 0 else -1


def _pattern_search(pattern: re.Pattern[str]) -> _Search:
    def find(text: str, start: int) -> int:
        match = pattern.search(text, start)
        return match.start() if match else -1

    return find
