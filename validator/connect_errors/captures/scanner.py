r"""Find the start and end of a URL with Connect's parameters in text of any kind.

The scanner searches for a parameter's name, and from there for both ends of the URL, so text without a match costs a
single search. A URL ends where its medium ends it: at a space, a quote, `<>`, a backtick, an unmatched closing bracket,
or an escape sequence of a terminal.
"""

import re
from itertools import repeat
from string import ascii_letters, digits
from typing import NamedTuple

from connect_errors import lazy_re

SCHEME = lazy_re.pattern(r"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]*+\\?:(?://|\\/\\/)")
_PATH = lazy_re.pattern(r"(?<![A-Za-z0-9_.~%/\\:-])\\?/")
_HOST = lazy_re.pattern(
    r"(?<![A-Za-z0-9_.%-])(?:localhost|[A-Za-z0-9][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)+|\[[0-9A-Fa-f:.]+\])(?::[0-9]+)?(?=[/?])"
)
_LOOPBACK = lazy_re.pattern(r"(?:localhost|127(?:\.[0-9]+){3}|\[::1\])(?::[0-9]+)?(?=[/?#]|\Z)", re.IGNORECASE)
_IN_HOST = f"{ascii_letters}{digits}+.-"
"""Characters of a host or a scheme."""
_IN_START = lazy_re.pattern("[/?#]")
"""Matches in whatever starts a URL."""
_DELIMITERS = ' \t"<>`\x1b\r\n\f\v\xa0\u2028\u2029“”«»„'
"""Characters that end a URL in every medium."""
_DELIMITER = lazy_re.pattern(f"[{_DELIMITERS}]")

_MARK_IN_HTML = "(?:quot|apos|[lrsb]d?quo|[lr]aquo|nbsp|lt|gt|#0*(?:3[49]|6[02]|82[12][0-9])|#x0*(?:2[27]|3[ce]))"
"""Entities of characters that end a URL."""
_OWN_SEMICOLON = lazy_re.pattern(rf"(?:&(?:amp|{_MARK_IN_HTML})|\x1b\]8;[^;\x1b]{{0,200}});\Z", re.IGNORECASE)
"""A semicolon before a URL that separates nothing: of a character reference, or of a hyperlink in a terminal."""
_MAX_BEFORE = 205
"""Maximum length of what ends with it, in characters."""

_IN_BODY = r"[^\x00-\x20\x7f\xa0\"<>`\\&\u2028\u2029“”«»„。\uff0c\uff1b\uff01\uff1f\uff09】」』、]*+"
_BODY = lazy_re.pattern(
    rf"{_IN_BODY}(?:(?:"
    rf"&(?!{_MARK_IN_HTML};)"
    r"|\\+(?:u00(?!22|27|3[ceCE])[0-9A-Fa-f]{2}|x(?!22|27)[0-9A-Fa-f]{2}|[/&?=#%+~;:_-])"
    rf"){_IN_BODY})*+",
    re.IGNORECASE,
)
_QUOTES = frozenset("'\u2018\u2019\u201a\u2039\u203a")
_CLOSING_QUOTE = lazy_re.pattern(r"['\u2018\u2019\u2039\u203a](?=[\s,;:.)\]}\\>+]|\Z)")
"""Not an apostrophe within a word."""

_MARKUP = lazy_re.pattern(
    r"\[(?<![?&]\[)(?<![\w\]]=\[)[^\[\]=&\n]{0,200}\](?![\w=&%\[-])"
    r"|\{(?<![?&]\{)(?<![\w\]]=\{)(?:code|color|noformat|panel|quote)\}"
)
"""Markup that ends a URL: its text in AsciiDoc, the end of a macro in Jira; neither an array nor a template."""

_OPENERS = {")": "(", "]": "[", "}": "{"}
_SEQUENCE = lazy_re.pattern(r"\[[0-9;]*[A-Za-z]|\]8;[^;\x1b]*;|\\")
_FREE_TEXT = "(?:error_description|error_message)="
_FREE_TEXTS = ("error_description", "error_message")
_WORDS_BEFORE_PARAMETER = lazy_re.pattern(r"(?: +[^\s&?#=\"<>|{}\[\]`]+){1,40}&(?=[A-Za-z_]+=)")
_WORDS = lazy_re.pattern(r"(?: +[A-Za-z0-9.,;:()'\u2019-]+){1,40} *")
_FULL_STOPS = lazy_re.pattern(rf"(?:^|[?&]){_FREE_TEXT}[^&?]*(?:\?(?!{_FREE_TEXT})[^&?]*)*\.$")
_END_OF_SENTENCE = ".,;:!"
_ELLIPSES = ("…", "...")

MIN_SEARCHED = 1000
"""Number of characters after a parameter's name that are searched for the end of the URL; more only if necessary.

A long line may have many URLs, each of which ends at a character that does not end a URL everywhere, such as a bracket.
"""

_BEFORE_QUERY = "',;|="
"""Characters other than a space that may precede a query string on its own."""

_SEPARATORS = frozenset(",;|")
"""Characters that also end what follows them."""

_QUERY_MARK = lazy_re.pattern(r"[?#]|%(?:25)*(?:3[Ff]|23)|-3[Ff]|\\(?:u00|x)(?:3[Ff]|23)")
"""Delimiters before the parameters of a URL, including escaped ones."""


class URLSpan(NamedTuple):
    """A URL in a text: the index of its first character, and the index after its last."""

    start: int
    end: int
    segment: int
    """Start of the unbroken text around it."""
    kind: str
    """`url`, `host` (without a scheme), `path`, `query`, or `rest`: a continuation from a previous line."""


class URLFinder:
    """Finds the URLs around parameters' names in one line, from left to right.

    A long line may have thousands of names that are in no URL, so no part of it is searched for each of them.

    Args:
        line_start: the index from which a URL may start.
        line_end: the end of the line.
    """

    def __init__(self, line_start: int, line_end: int) -> None:
        self._line_start = line_start
        self._line_end = line_end
        self._at = line_start
        """The last name that is in no URL."""
        self._enter_segment(line_start)

    def _enter_segment(self, start: int) -> None:
        self._segment = start
        """The start of the unbroken text around the last name."""
        self._last_field = start
        """The last name in the segment that starts a field; no query mark before it belongs to a later name."""
        self._searched_until = start
        """The last name in the segment before which no URL starts."""
        self._end: int | None = None
        """The end of the text at the start of the segment, if it is before that name."""

    def find(self, text: str, at: int) -> URLSpan:
        """Find the URL around the name at `at`, which is not before those of earlier calls."""
        start = max(self._at, text.rfind(" ", self._at, at) + 1)
        start = max(start, text.rfind('"', start, at) + 1)  # usually near, so the others need no long search
        if _DELIMITER.search(text, start, at):
            start = max(map(text.rfind, _DELIMITERS, repeat(start), repeat(at))) + 1
        if start > self._line_start and text[start - 1] == "\x1b" and (sequence := _SEQUENCE.match(text, start, at)):
            start = sequence.end()
        if start > self._at:
            self._enter_segment(start)
        begin, kind = self._find_start(text, at)
        end = self._end if kind == "rest" and begin < at else None
        if end is None:
            end = find_end(text, begin, self._line_end, at)
        if kind == "rest":
            self._remember(begin, at, end)
        return URLSpan(begin, end, self._segment, kind)

    def _remember(self, begin: int, at: int, end: int) -> None:
        """Remember a name that is in no URL; the text around it is from `begin` to `end`."""
        self._at = at
        if begin == at:
            self._last_field = at
        else:
            self._searched_until = at
            self._end = end if end < at else None

    def _find_start(self, text: str, at: int) -> tuple[int, str]:
        may_be_field = text[at - 1] in _BEFORE_QUERY
        if may_be_field and not _QUERY_MARK.search(text, self._last_field, at):
            return at, "rest"  # the text before it is another field of the line
        begin, kind = self._segment, "rest"
        if _IN_START.search(text, self._searched_until, at):
            unsearched = _find_start_of_host(text, begin, self._searched_until)
            begin, kind = _find_start_of_url(text, begin, at, unsearched=unsearched)
        if may_be_field and (kind == "rest" or not _QUERY_MARK.search(text, begin, at)):
            return at, "rest"
        return begin, kind


def find_url(text: str, line_start: int, line_end: int, at: int) -> URLSpan:
    """Find the URL around a parameter's name at `at`, in a line of which it may be the only one."""
    return URLFinder(line_start, line_end).find(text, at)


def _find_start_of_host(text: str, start: int, end: int) -> int:
    """Find the start of the characters before `end` that may be the beginning of a scheme or a host."""
    length = 64
    while True:
        begin = max(start, end - length)
        before = text[begin:end].rstrip(_IN_HOST)
        if before or begin == start:
            return begin + len(before)
        length *= 8


def _find_start_of_url(text: str, start: int, at: int, *, unsearched: int) -> tuple[int, str]:
    if scheme := SCHEME.search(text, unsearched, at):
        begin = scheme.start()
        # In a table, the last one is meant: the others end at the comma.
        while (inner := SCHEME.search(text, scheme.end(), at)) and text[inner.start() - 1] in ",;|)('":
            scheme, begin = inner, inner.start()
        return begin, "url"
    host = _HOST.search(text, unsearched, at)
    path = _PATH.search(text, unsearched, at)
    if host and (not path or host.start() < path.start()):
        return host.start(), "host"
    if path:
        return path.start(), "path"
    for mark in "?#":
        index = text.find(mark, unsearched, at)
        if index >= 0:
            return max(start, index - (text[index - 1] == "\\")), "query"
    return start, "rest"


def find_end(text: str, start: int, line_end: int, at: int) -> int:
    """Find the end of the URL that starts at `start` and ends at `at` or later."""
    before = text[start - 1] if start else ""
    is_separated = before in _SEPARATORS and not _OWN_SEMICOLON.search(text, max(start - _MAX_BEFORE, 0), start)
    length = MIN_SEARCHED
    while True:
        limit = min(max(start, at) + length, line_end)
        separator = _find_separator(text, before, max(start, at), limit) if is_separated else -1
        match = _BODY.match(text, start, limit if separator < 0 else separator + 1)
        body_end = match.end() if match else start
        stop = body_end if separator < 0 else min(body_end, separator)
        if before in _QUOTES:
            quote = _CLOSING_QUOTE.search(text, start, stop)
            stop = quote.start() if quote else stop
        elif before in ("<", "["):
            bar = text.find("|", start, stop)
            stop = stop if bar < 0 else bar
        stop = find_unmatched_bracket(text, start, _find_markup(text, max(start, at), stop, line_end))
        if limit == line_end or stop < body_end - 1:
            break  # the end was found well before the limit, so text beyond it does not matter
        length *= 8
    while stop > start and text[stop - 1] in "\\'*_~" and (before == text[stop - 1] or text[stop - 1] in "\\'"):
        stop -= 1
    return stop - 1 if stop > start and text.startswith('^"', stop - 1) else stop  # cmd.exe escapes quotes, too


def _find_markup(text: str, start: int, stop: int, line_end: int) -> int:
    """Find the first markup that starts before `stop`; `stop` if there is none."""
    for bracket in "[{":
        index = text.find(bracket, start, stop)
        while index >= 0 and not _MARKUP.match(text, index, line_end):
            index = text.find(bracket, index + 1, stop)
        stop = stop if index < 0 else index
    return stop


def _find_separator(text: str, separator: str, start: int, end: int) -> int:
    index = text.find(separator, start, end)
    while index >= 0 and text.endswith("&amp", start, index):
        index = text.find(separator, index + 1, end)
    return index


def find_end_of_words(text: str, start: int, stop: int, line_end: int) -> int:
    """Find the end of a URL displayed decoded, with spaces in its description; `stop` if it is not.

    This is certain if another parameter follows, or if the quotes or the line contain only the URL.
    """
    if text[stop] != " ":
        return stop
    equals = text.rfind("=", start, stop)
    if not text.endswith(_FREE_TEXTS, start, max(equals, start)) or "%" in text[equals:stop]:
        return stop
    if more := _WORDS_BEFORE_PARAMETER.match(text, stop, line_end):
        return find_end(text, more.end(), line_end, more.end())
    words = _WORDS.match(text, stop, line_end)
    return words.end() if words and text[start - 1] in '"\n' and text[words.end()] == text[start - 1] else stop


def find_unmatched_bracket(text: str, start: int, stop: int) -> int:
    """Find the first unmatched closing bracket; `stop` if there is none."""
    if max(map(text.find, _OPENERS, repeat(start), repeat(stop))) < 0:
        return stop  # there is no closing bracket
    open_brackets: list[str] = []
    for index in range(start, stop):
        character = text[index]
        if character in "([{":
            open_brackets.append(character)
        elif character in ")]}":
            if not open_brackets or open_brackets[-1] != _OPENERS[character]:
                return index
            open_brackets.pop()
    return stop


def is_cut_off(text: str) -> bool:
    """Whether a URL was truncated by the program that displayed it."""
    return text.endswith(_ELLIPSES)


def strip_punctuation(text: str) -> str:
    """Strip punctuation that ends a sentence. Smartcar's own wordings end with a period, which is kept."""
    if is_cut_off(text):
        return text
    stripped = text.rstrip(_END_OF_SENTENCE)
    return text if text == stripped or _FULL_STOPS.search(text) else stripped


def add_scheme(text: str) -> str:
    """Prepend the scheme to a URL that starts with a host: only loopback redirect URIs may use http."""
    return f"{'http' if _LOOPBACK.match(text) else 'https'}://{text}"
