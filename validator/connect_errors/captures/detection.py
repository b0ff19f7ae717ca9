"""Telling the input formats apart by a capture's beginning."""

import re
from itertools import islice
from typing import NamedTuple

from connect_errors.captures.lines import MAX_BEGINNING

_JSON = re.compile(
    r"\s*(?:(?:\[\s*)*\{\s*[\"}]"  # objects, also in arrays
    r"|(?:\[\s*)+[\"\]]"  # arrays of strings, empty ones
    r"|\[\s*\[[\s\[]*[0-9tfn-])"  # arrays of arrays: a bracket alone may open a line of a log
)
_PRINTED = re.compile(r"\s*(?:\[[ \t]*\"[^\"\\\n]*\"[ \t]*:|\{[ \t]*\"[^\"\\\n]*\"[ \t]*[^\s:])")
"""Dictionaries as Swift, Ruby and Clojure print them, which look like JSON at first."""

_MAYBE_JSON = re.compile(r"[\s\[]*(?:\{\s*)?")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s\"'<>`]+")
_COMPLETE = re.compile(
    r"(?P<before>[ \t\r\n]*\n)?(?P<url>[A-Za-z][A-Za-z0-9+.-]*://[A-Za-z0-9._~:/?&%+@-]+"
    r"(?:=(?!3)[A-Za-z0-9._~:/?&%+@-]*)*[?&]state=(?!eyJ)[A-Za-z0-9._~%+-]{1,64})\r?\n"
)
"""A URL that ends with its state, which is not the JavaScript SDK's: that one is long enough to be broken."""

_COMMENT = "#"
_OPEN = ("{", "[", ",")


class FirstLine(NamedTuple):
    """A URL that is the first line of a capture, and complete: no line after it belongs to it."""

    url: str
    number: int
    """Of the line."""


def first_line(beginning: str) -> FirstLine | None:
    """The first line, if it is a URL that ends with its state.

    Of any other it is known with the second line only whether that belongs to the URL, or is one of its own.
    """
    match = _COMPLETE.match(beginning)
    return FirstLine(match["url"], (match["before"] or "").count("\n") + 1) if match else None


def has_first_line(beginning: str) -> bool:
    """Whether the beginning has its first line that is not empty."""
    return "\n" in beginning.lstrip(" \t\r\n") or is_enough(beginning)


def is_enough(beginning: str) -> bool:
    """Whether the beginning decides the format, whatever comes after it."""
    return detect(beginning, is_whole=False) is not None


def detect(beginning: str, *, is_whole: bool) -> str | None:
    """Name the input format; None if more must be read to know it.

    A list has nothing but a URL in its first two lines, or in its only one. JSON Lines are read as text, which may be
    among them.
    """
    is_whole = is_whole or len(beginning) >= MAX_BEGINNING
    if _JSON.match(beginning):
        if _PRINTED.match(beginning):
            return "text"
        return _kind_of_json(beginning, is_whole=is_whole)
    if _MAYBE_JSON.fullmatch(beginning):
        return "text" if is_whole else None
    return _kind_of_lines(beginning.split("\n"), is_whole=is_whole)


def _kind_of_lines(lines: list[str], *, is_whole: bool) -> str | None:
    contents = (line.strip(" \t\r\f\v\ufeff") for line in (lines if is_whole else lines[:-1]))
    first_two = list(islice((content for content in contents if content and content[0] != _COMMENT), 2))
    if not all(map(_URL.fullmatch, first_two)):
        return "text"
    if len(first_two) < 2 and not is_whole:  # noqa: PLR2004 - two lines tell a list
        return None
    return "urls" if first_two else "text"


def _kind_of_json(beginning: str, *, is_whole: bool) -> str | None:
    """Tell JSON Lines, which are text, from a document: each line of them is one, and there is another line."""
    line, _, rest = beginning.lstrip().partition("\n")
    if not rest.strip():
        return "json" if is_whole else None
    line = line.rstrip()
    return "json" if line.endswith(_OPEN) or (line in "{}[]") else "text"
