"""Link rewriters: mail and chat services that wrap every link, to check it when it is opened.

Links to Android apps are wrapped as well: `intent://…#Intent;scheme=myapp;end` opens `myapp://…`.
"""

import re
from typing import NamedTuple
from urllib.parse import unquote

from connect_errors import lazy_re
from connect_errors.shown import Shown, own, say
from connect_errors.url import URL

_SCHEME = lazy_re.pattern(r"[A-Za-z][A-Za-z0-9+.-]*://")


class WrappedURL(NamedTuple):
    """A URL that a rewriter wrapped."""

    text: str
    rewriter: str
    """The name of the rewriter."""


class _Rewriter(NamedTuple):
    name: str
    host: re.Pattern[str]
    path: str
    """Prefix of the path."""
    parameters: tuple[str, ...]
    """Parameters that may contain the URL, in order of precedence."""


_REWRITERS = (
    _Rewriter("Safelinks", lazy_re.pattern(r"^[a-z0-9-]+\.safelinks\.protection\.outlook\.com"), "/", ("url",)),
    _Rewriter("Safelinks", lazy_re.pattern(r"statics\.teams\.cdn\.office\.net"), "/", ("url",)),
    _Rewriter("Google", lazy_re.pattern(r"(?:www\.)?google\.(?:[a-z]{2,3}\.)?[a-z]{2,3}"), "/url", ("q", "url")),
    _Rewriter("Facebook", lazy_re.pattern(r"lm?\.facebook\.com"), "/l.php", ("u",)),
    _Rewriter("Instagram", lazy_re.pattern(r"l\.instagram\.com"), "/", ("u",)),
    _Rewriter("LinkedIn", lazy_re.pattern(r"(?:www\.)?linkedin\.com"), "/redir/", ("url",)),
    _Rewriter("LinkedIn", lazy_re.pattern(r"(?:www\.)?linkedin\.com"), "/safety/", ("url",)),
    _Rewriter("YouTube", lazy_re.pattern(r"(?:www\.)?youtube\.com"), "/redirect", ("q",)),
    _Rewriter("Slack", lazy_re.pattern(r"slack-redir\.net"), "/link", ("url",)),
    _Rewriter("Reddit", lazy_re.pattern(r"out\.reddit\.com"), "/", ("url",)),
    _Rewriter("VK", lazy_re.pattern(r"(?:m\.)?vk\.com"), "/away", ("to",)),
    _Rewriter("DuckDuckGo", lazy_re.pattern(r"duckduckgo\.com"), "/l/", ("uddg",)),
    _Rewriter("GMX", lazy_re.pattern(r"deref-(?:gmx|mail|web-02|web)\.(?:net|com|de)"), "/", ("redirectUrl",)),
    _Rewriter("Barracuda", lazy_re.pattern(r"linkprotect\.cudasvc\.com"), "/url", ("a",)),
    _Rewriter("Proofpoint", lazy_re.pattern(r"urldefense\.proofpoint\.com"), "/v1/", ("u",)),
)
_INNER = lazy_re.pattern("://|%3A%2F%2F|-3A__|#Intent;", re.IGNORECASE)
_INTENT = lazy_re.pattern(
    r"intent:(?P<rest>//[^#]*)#Intent;(?:(?!scheme=|end)[^;]*;)*scheme=(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*);"
)
_MAX_LAYERS = 10
_MIN_LENGTH = len("https://")
_PROOFPOINT = lazy_re.pattern(
    r"https://urldefense(?:\.us|\.com)/v3/__(?P<url>.+?)__;(?P<replaced>[A-Za-z0-9_-]*)", re.IGNORECASE
)
_STAR = lazy_re.pattern(r"\*(?:\*([A-Za-z0-9_-]))?")
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_OLD_PROOFPOINT = "urldefense.proofpoint.com"
_HYPHENATED = lazy_re.pattern("-([0-9A-Fa-f]{2})")


def may_be_wrapped(text: str) -> bool:
    """Whether a URL may contain another one, so that it is worth parsing."""
    return _INNER.search(text, _MIN_LENGTH) is not None


def unwrap(url: URL) -> WrappedURL | None:
    """Extract the URL that a link rewriter wrapped; None if the URL is not wrapped."""
    host = url.host.lower()
    if match := _PROOFPOINT.match(url.text):
        return WrappedURL(_restore_characters(match["url"], match["replaced"]), "Proofpoint")
    if match := _INTENT.match(url.text):
        return WrappedURL(f"{match['scheme']}:{match['rest']}", "Android")
    for rewriter in _REWRITERS:
        if url.path.startswith(rewriter.path) and rewriter.host.fullmatch(host):
            for name in rewriter.parameters:
                if (inner := _parameter_value(url, name)) and _SCHEME.match(inner):
                    return WrappedURL(inner, rewriter.name)
    if host == _OLD_PROOFPOINT and (hyphenated := _parameter_value(url, "u")):
        inner = unquote(_HYPHENATED.sub(r"%\1", hyphenated).replace("_", "/"), errors="surrogateescape")
        if _SCHEME.match(inner):
            return WrappedURL(inner, "Proofpoint")
    return None


def _restore_characters(url: str, replaced: str) -> str:
    """Restore characters that Proofpoint replaced: one by `*`, a run of n by `**` and the base64 digit for n - 2."""
    from base64 import urlsafe_b64decode  # rarely needed

    try:
        characters = urlsafe_b64decode(f"{replaced}==").decode()
    except ValueError:
        return url
    text = ""
    end = 0
    for star in _STAR.finditer(url):
        count = _BASE64.index(star[1]) + 2 if star[1] else 1
        text += url[end : star.start()] + (characters[:count] or star[0])
        characters, end = characters[count:], star.end()
    return text + url[end:]


def unwrap_fully(text: str) -> tuple[str, tuple[str, ...]]:
    """Unwrap a URL completely; return it and the names of the rewriters, outermost first."""
    names: list[str] = []
    while len(names) < _MAX_LAYERS and may_be_wrapped(text) and (inner := unwrap(URL(text))):
        text = inner.text
        names.append(inner.rewriter)
    return text, tuple(names)


def rewriter_note(rewriter: str) -> Shown:
    """Return a note that a URL was wrapped, as a sentence without a period."""
    return say("the URL was extracted from a link wrapped by {}", own(rewriter))


def _parameter_value(url: URL, name: str) -> str | None:
    """Decode a value, except + signs, which are part of the inner URL."""
    return next(
        (
            unquote(url.text[parameter.value_start : parameter.end], errors="surrogateescape")
            for parameter in url.parameters
            if parameter.name == name
        ),
        None,
    )
