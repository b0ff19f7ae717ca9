"""Detection of the input format from the beginning of a capture."""

from itertools import islice
from typing import NamedTuple

from connect_errors import lazy_re
from connect_errors.captures.stream import MAX_BEGINNING

_JSON = lazy_re.pattern(
    r"\s*(?:(?:\[\s*)*\{\s*[\"}]"  # objects, also in arrays
    r"|(?:\[\s*)+[\"\]]"  # arrays of strings, empty arrays
    r"|\[\s*\[[\s\[]*[0-9tfn-])"  # arrays of arrays: a bracket alone may start a log line
)
_PRINTED = lazy_re.pattern(r"\s*(?:\[[ \t]*\"[^\"\\\n]*\"[ \t]*:|\{[ \t]*\"[^\"\\\n]*\"[ \t]*[^\s:])")
"""Dictionaries in the notation of Swift, Ruby and Clojure, which initially look like JSON."""

_JSON_START = lazy_re.pattern(r"[\s\[]*(?:\{\s*)?")
_URL = lazy_re.pattern(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s\"'<>`]+")
_COMPLETE = lazy_re.pattern(
    r"(?P<before>[ \t\r\n]*\n)?(?P<url>[A-Za-z][A-Za-z0-9+.-]*://[A-Za-z0-9._~:/?&%+@-]+"
    r"(?:=(?!3)[A-Za-z0-9._~:/?&%+@-]*)*[?&]state=(?!eyJ)[A-Za-z0-9._~%+-]{1,64})\r?\n"
)
"""A URL that ends with its state, unless that is an envelope of the JavaScript SDK, long enough to be wrapped."""

_COMMENT = "#"
_OPENING = ("{", "[", ",")


class FirstLine(NamedTuple):
    """A complete URL on the first nonempty line of a capture: no later line belongs to it."""

    url: str
    number: int
    """The number of its line."""


def find_complete_first_line(beginning: str) -> FirstLine | None:
    """Return the first line if it is a URL that ends with its state.

    For other URLs, only the second line shows whether it continues the URL.
    """
    match = _COMPLETE.match(beginning)
    return FirstLine(match["url"], (match["before"] or "").count("\n") + 1) if match else None


def has_first_line(beginning: str) -> bool:
    """Whether the beginning contains the whole first nonempty line."""
    return "\n" in beginning.lstrip(" \t\r\n") or determines_format(beginning)


def determines_format(beginning: str) -> bool:
    """Whether the beginning determines the format, regardless of what follows."""
    return detect_format(beginning, is_whole=False) is not None


def detect_format(beginning: str, *, is_whole: bool) -> str | None:
    """Determine the input format; None if more text is needed.

    The first two lines of a list, or its only one, contain nothing but a URL. JSON Lines are read as text, because they
    may be mixed with it.
    """
    is_whole = is_whole or len(beginning) >= MAX_BEGINNING
    if _JSON.match(beginning):
        if _PRINTED.match(beginning):
            return "text"
        return _format_of_json(beginning, is_whole=is_whole)
    if _JSON_START.fullmatch(beginning):
        return "text" if is_whole else None
    return _format_of_lines(beginning.split("\n"), is_whole=is_whole)


def _format_of_lines(lines: list[str], *, is_whole: bool) -> str | None:
    contents = (line.strip(" \t\r\f\v\ufeff") for line in (lines if is_whole else lines[:-1]))
    first_two = list(islice((content for content in contents if content and content[0] != _COMMENT), 2))
    if not all(map(_URL.fullmatch, first_two)):
        return "text"
    if len(first_two) < 2 and not is_whole:  # noqa: PLR2004 - two lines are enough to recognize a list
        return None
    return "urls" if first_two else "text"


def _format_of_json(beginning: str, *, is_whole: bool) -> str | None:
    """Distinguish a document from JSON Lines, which are text: they have several lines, each a document."""
    line, _, rest = beginning.lstrip().partition("\n")
    if not rest.strip():
        return "json" if is_whole else None
    line = line.rstrip()
    return "json" if line.endswith(_OPENING) or (line in "{}[]") else "text"
