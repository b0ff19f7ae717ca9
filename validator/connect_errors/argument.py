"""Parse a redirect as a person gives it: a URL or a part of one, possibly quoted, escaped or wrapped.

Lines of a list of URLs are parsed in the same way. Production code does none of this: `receive` takes the URL as is.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from connect_errors import lazy_re
from connect_errors.catalog import recognized_parameters
from connect_errors.escapes import unescape
from connect_errors.redirect import ARGUMENT, Place, Redirect
from connect_errors.report import Report
from connect_errors.rewriters import may_be_wrapped, rewriter_note, unwrap
from connect_errors.shown import Shown, own, say
from connect_errors.url import URL

_CUT_OFF = frozenset({"missing-parameter", "state-mismatch"})
"""Rules that a redirect breaks if a shell cut off all but its first parameter."""

MAX_LENGTH = 256 * 1024
"""Maximum number of characters of a text to parse; a longer one is not a redirect in any reading."""

_MAX_LAYERS = 10
_WHITESPACE = " \t\r\n\f\v"
_PAIRS = ('""', "''", "``", "<>", "()", "[]", "{}", "“”", "\u2018\u2019", "«»", "„“")
_PUNCTUATION = {",": "comma", ";": "semicolon", ".": "period"}
_OPENING = "\"'`<“\u2018«„"
_MARKDOWN_LINK = lazy_re.pattern(r'!?\[[^\]\n]*\]\(<?(?P<url>[^\s<>]+)>?(?:\s+"[^"\n]*")?\)')
_LABELLED_LINK = lazy_re.pattern(
    r"(?:<|\[(?:[^\[\]|\n]*\|)?(?=[A-Za-z][A-Za-z0-9+.-]*://))(?P<url>[^\s<>|]+)(?:\|[^<>\n]*)?[>\]]"
)
"""A link in the markup of Slack or Jira."""

_SCHEME = lazy_re.pattern(r"[A-Za-z][A-Za-z0-9+.-]*://")
_ENCODED_SCHEME = lazy_re.pattern(r"[A-Za-z][A-Za-z0-9+.-]*%3A(?:%2F){2}", re.IGNORECASE)
_HOST = lazy_re.pattern(
    r"(?://)?(?:localhost|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?=[/?#])",
    re.IGNORECASE,
)
_PAIR = lazy_re.pattern(r"(?:^|[?#&])([A-Za-z_][A-Za-z0-9_.-]*)=")
_NOT_IN_PARAMETERS = lazy_re.pattern(r"[^A-Za-z0-9_.%-]")
_FREE_TEXT = "(?:error_description|error_message)="
_FREE_TEXT_AT_END = lazy_re.pattern(rf"[?#&]{_FREE_TEXT}[^&#?]*(?:\?(?!{_FREE_TEXT})[^&#?]*)*$")
_SECOND_QUERY = lazy_re.pattern(r"[^?#]*\?[^?#]*\?(?:error|code|vehicle_id|user_id)=")
_MORE_PARAMETERS = lazy_re.pattern(r"&[A-Za-z_.]+=")


class Argument(NamedTuple):
    """A text, read as a redirect."""

    text: str
    """The URL, or the part of one, that is judged."""
    is_partial: bool = False
    """Whether the start of the URL is missing, and so is not judged."""
    is_redirect: bool = True
    """Whether it can be read as a redirect at all; otherwise it can only be a file name."""
    media: tuple[str, ...] = ()
    """The media that had escaped it, as keys of `escapes.MEDIA`."""
    notes: tuple[Shown, ...] = ()
    """Assumptions and omissions, as sentences without a period."""


def read_redirect(given: str, place: Place = ARGUMENT, *, is_verbatim: bool = False) -> Redirect:
    """Read a text as a redirect; if it is not one in any reading, `judge` reports why."""
    argument = read_argument(given)
    is_verbatim = is_verbatim and given.startswith(argument.text)
    return Redirect(URL(argument.text), place, not argument.is_partial, is_verbatim, argument.media, argument.notes)


def read_argument(given: str) -> Argument:
    """Remove wrappers and escapes from a redirect, and determine which part of a URL it is. Never raises."""
    if len(given) > MAX_LENGTH:
        return Argument(given, is_redirect=bool(_SCHEME.match(given)))
    notes: list[Shown] = []
    text, media = _strip_and_unescape(given, notes)
    for _ in range(_MAX_LAYERS):
        inner = unwrap(URL(text)) if may_be_wrapped(text) else None
        if inner is None:
            break
        notes.append(rewriter_note(inner.rewriter))
        text, inner_media = _strip_and_unescape(inner.text, notes)
        media += inner_media
    if _SECOND_QUERY.match(text):
        notes.append(Shown("everything after the second ? is part of a value: parameters are separated by &"))
    if _SCHEME.match(text):
        return Argument(text, media=media, notes=tuple(notes))
    for partial, note in _partial_readings(text):
        return Argument(partial, is_partial=True, media=media, notes=(*notes, note))
    return Argument(given, is_redirect="://" in given)


def shell_note(given: str, report: Report) -> Shown | None:
    """Return a note that a shell may have cut the argument at its first `&`, if that would explain the findings."""
    if "&" in given or len(report.parameters) != 1:
        return None
    if not _CUT_OFF.intersection(finding.rule for finding in report.findings):
        return None
    return Shown("a shell ends a command at &: put the URL in quotes if it has more parameters")


def _strip_and_unescape(given: str, notes: list[Shown]) -> tuple[str, tuple[str, ...]]:
    """Remove quotes, links and escapes repeatedly; return the text and the media that had escaped it."""
    text = given
    media: tuple[str, ...] = ()
    for _ in range(_MAX_LAYERS):
        before = text
        text = _strip_delimiters(text)
        text, undone = unescape(text)
        media += tuple(medium for medium in undone if medium not in media)
        if _ENCODED_SCHEME.match(text):
            text = unquote(text, errors="surrogateescape")
            notes.append(Shown("the URL was percent-encoded as a whole"))
        if text == before:
            break
    return _strip_sentence(text, notes), media


def _strip_delimiters(text: str) -> str:
    """Remove one layer of quotes, brackets or link markup."""
    text = text.strip(_WHITESPACE)
    if link := _MARKDOWN_LINK.match(text) or _LABELLED_LINK.match(text):
        return link["url"] if len(text) - link.end() <= 1 else text
    if text[:1] in _OPENING or text[:1] in "([{":
        if text[-1:] in ",;.":
            text = text[:-1]
        if len(text) > 1 and text[0] + text[-1] in _PAIRS:
            return text[1:-1]
        return text[1:] if text[:1] in _OPENING else text
    return text


def _strip_sentence(text: str, notes: list[Shown]) -> str:
    """Remove words or punctuation after a URL in a sentence, unless they may be part of a free-text parameter."""
    url, space, rest = text.partition(" ")
    if not _PAIR.search(url):
        return text
    if space and not _MORE_PARAMETERS.search(rest) and not _FREE_TEXT_AT_END.search(url):
        notes.append(Shown("the text after the space was left out"))
        text = url
    mark = _PUNCTUATION.get(text[-1:])
    if mark and not (mark == "period" and _FREE_TEXT_AT_END.search(text)):
        notes.append(say("the {} at the end was left out", own(mark)))
        text = text[:-1]
    return text


def _partial_readings(text: str) -> Iterator[tuple[str, Shown]]:
    """Yield the part of a URL that the text is, if it has parameters, with a note on it."""
    names = _PAIR.findall(text)
    if not names:
        return
    if text.startswith(("?", "#")):
        yield text, Shown("only a query was given: the address is not checked")
    elif text.startswith("/") and not text.startswith("//"):
        if "?" in text or "#" in text:
            yield text, Shown("only a path was given: scheme and host are not checked")
    elif _HOST.match(text):
        yield text.removeprefix("//"), Shown("no scheme was given, so it is not checked")
    elif recognized_parameters().intersection(names) and not _NOT_IN_PARAMETERS.search(text.partition("=")[0]):
        yield f"?{text}", Shown("only parameters were given: the address is not checked")
