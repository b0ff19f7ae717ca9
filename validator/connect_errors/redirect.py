"""A redirect: its URL, and where it is in the capture."""

from typing import NamedTuple

from connect_errors.shown import Shown
from connect_errors.url import URL


class Place(NamedTuple):
    """Where a redirect is: line and column, counted from 1, in characters, or a JSON pointer (RFC 6901)."""

    source: Shown
    """The capture: a file's path, `-` for standard input, `argument`, `listen` for one that arrived."""
    line: int | None = 1
    column: int | None = 1
    pointer: Shown | None = None


PlaceFields = tuple[Shown, int | None, int | None, Shown | None]
"""The same as a plain tuple."""

ARGUMENT = Place(Shown("argument"))


class Redirect(NamedTuple):
    """One redirect back to the application."""

    url: URL
    place: Place = ARGUMENT
    must_be_absolute: bool = True
    """False if the capture has only the path: a request whose host is not known."""
    is_verbatim: bool = False
    """Whether the capture has the URL as it is, in one line."""
    media: tuple[str, ...] = ()
    """What had escaped the text, by the names of `escapes.MEDIA`; it is judged unescaped."""
    notes: tuple[Shown, ...] = ()
    """What was assumed about it or left out, as sentences without a full stop."""
