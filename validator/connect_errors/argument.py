"""What a person gives as a redirect → the redirect: a URL or a part of one, as it was pasted, escaped or wrapped.

A line of a list of URLs is read in the same way. In production nothing is: `receive` takes what arrived.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from connect_errors.catalog import recognized_parameters
from connect_errors.escapes import unescape
from connect_errors.redirect import ARGUMENT, Place, Redirect
from connect_errors.report import Report
from connect_errors.rewriters import may_be_wrapped, taken_out, unwrap
from connect_errors.shown import Shown, own, say
from connect_errors.url import URL

_CUT_OFF = frozenset({"missing-parameter", "state-mismatch"})
"""Rules that a redirect breaks of which a shell took all but the first parameter."""

MAX_LENGTH = 256 * 1024
"""Characters of a text that is looked into; more is not a redirect in any reading."""

_MAX_LAYERS = 10
_WHITESPACE = " \t\r\n\f\v"
_PAIRS = ('""', "''", "``", "<>", "()", "[]", "{}", "“”", "\u2018\u2019", "«»", "„“")
_PUNCTUATION = {",": "comma", ";": "semicolon", ".": "full stop"}
_OPENING = "\"'`<“\u2018«„"
_MARKDOWN_LINK = re.compile(r'!?\[[^\]\n]*\]\(<?(?P<url>[^\s<>]+)>?(?:\s+"[^"\n]*")?\)')
_LABELLED_LINK = re.compile(
    r"(?:<|\[(?:[^\[\]|\n]*\|)?(?=[A-Za-z][A-Za-z0-9+.-]*://))(?P<url>[^\s<>|]+)(?:\|[^<>\n]*)?[>\]]"
)
"""A link as Slack writes it, or Jira."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_ENCODED_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*%3A(?:%2F){2}", re.IGNORECASE)
_HOST = re.compile(
    r"(?://)?(?:localhost|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?=[/?#])",
    re.IGNORECASE,
)
_PAIR = re.compile(r"(?:^|[?#&])([A-Za-z_][A-Za-z0-9_.-]*)=")
_NOT_IN_PARAMETERS = re.compile(r"[^A-Za-z0-9_.%-]")
_FREE_TEXT = "(?:error_description|error_message)="
_FREE_TEXT_AT_END = re.compile(rf"[?#&]{_FREE_TEXT}[^&#?]*(?:\?(?!{_FREE_TEXT})[^&#?]*)*$")
_SECOND_QUERY = re.compile(r"[^?#]*\?[^?#]*\?(?:error|code|vehicle_id|user_id)=")
_MORE_PARAMETERS = re.compile(r"&[A-Za-z_.]+=")


class Argument(NamedTuple):
    """A text, read as a redirect."""

    text: str
    """The URL, or the part of one, that is judged."""
    is_partial: bool = False
    """Whether the beginning of a URL is missing, which then is not judged."""
    is_redirect: bool = True
    """Whether it can be read as one at all; if not, it is a name of a file, or of nothing."""
    media: tuple[str, ...] = ()
    """What had escaped it, by the names of `escapes.MEDIA`."""
    notes: tuple[Shown, ...] = ()
    """What was assumed or left out, as sentences without a full stop."""


def read_redirect(given: str, place: Place = ARGUMENT, *, is_verbatim: bool = False) -> Redirect:
    """Read a text as a redirect; if it is not one in any reading, `judge` says why."""
    read = read_argument(given)
    is_verbatim = is_verbatim and given.startswith(read.text)
    return Redirect(URL(read.text), place, not read.is_partial, is_verbatim, read.media, read.notes)


def read_argument(given: str) -> Argument:
    """Take a redirect out of what is around it, undo escapes, and find out which part of a URL it is. Never raises."""
    if len(given) > MAX_LENGTH:
        return Argument(given, is_redirect=bool(_SCHEME.match(given)))
    notes: list[Shown] = []
    text, media = _unwrapped(given, notes)
    for _ in range(_MAX_LAYERS):
        inner = unwrap(URL(text)) if may_be_wrapped(text) else None
        if inner is None:
            break
        notes.append(taken_out(inner.rewriter))
        text, more = _unwrapped(inner.text, notes)
        media += more
    if _SECOND_QUERY.match(text):
        notes.append(Shown("what follows the second ? is part of a value: parameters are separated by &"))
    if _SCHEME.match(text):
        return Argument(text, media=media, notes=tuple(notes))
    for partial, note in _partial(text):
        return Argument(partial, is_partial=True, media=media, notes=(*notes, note))
    return Argument(given, is_redirect="://" in given)


def shell_note(given: str, report: Report) -> Shown | None:
    """Say that a shell may have ended an argument at its first `&`, where that would explain what is wrong."""
    if "&" in given or len(report.parameters) != 1:
        return None
    if not _CUT_OFF.intersection(finding.rule for finding in report.findings):
        return None
    return Shown("a shell ends a command at &: put the URL in quotes, if it has more parameters")


def _unwrapped(given: str, notes: list[Shown]) -> tuple[str, tuple[str, ...]]:
    """Take a text out of quotes, links and escapes, as often as there are any; what had escaped it comes second."""
    text = given
    media: tuple[str, ...] = ()
    for _ in range(_MAX_LAYERS):
        before = text
        text = _without_marks(text)
        text, found = unescape(text)
        media += tuple(medium for medium in found if medium not in media)
        if _ENCODED_SCHEME.match(text):
            text = unquote(text, errors="surrogateescape")
            notes.append(Shown("the URL was percent-encoded as a whole"))
        if text == before:
            break
    return _without_sentence(text, notes), media


def _without_marks(text: str) -> str:
    """Take one layer of quotes, brackets or links away."""
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


def _without_sentence(text: str, notes: list[Shown]) -> str:
    """Take away what follows a URL in a sentence: words without a parameter, or punctuation, unless in a free text."""
    url, space, rest = text.partition(" ")
    if not _PAIR.search(url):
        return text
    if space and not _MORE_PARAMETERS.search(rest) and not _FREE_TEXT_AT_END.search(url):
        notes.append(Shown("what follows the space was left out"))
        text = url
    mark = _PUNCTUATION.get(text[-1:])
    if mark and not (mark == "full stop" and _FREE_TEXT_AT_END.search(text)):
        notes.append(say("the {} at the end was left out", own(mark)))
        text = text[:-1]
    return text


def _partial(text: str) -> Iterator[tuple[str, Shown]]:
    """Yield a part of a URL with parameters, and what is said about it."""
    names = _PAIR.findall(text)
    if not names:
        return
    if text.startswith(("?", "#")):
        yield text, Shown("a query alone was given: the address is not checked")
    elif text.startswith("/") and not text.startswith("//"):
        if "?" in text or "#" in text:
            yield text, Shown("a path alone was given: scheme and host are not checked")
    elif _HOST.match(text):
        yield text.removeprefix("//"), Shown("no scheme was given, so it is not checked")
    elif recognized_parameters().intersection(names) and not _NOT_IN_PARAMETERS.search(text.partition("=")[0]):
        yield f"?{text}", Shown("parameters alone were given: the address is not checked")
