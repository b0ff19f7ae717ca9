"""A redirect: its URL, and its place in the capture."""

from typing import NamedTuple

from connect_errors.shown import Shown
from connect_errors.url import URL


class Place(NamedTuple):
    """The place of a redirect: line and column, counted from 1, in characters, or a JSON pointer (RFC 6901)."""

    source: Shown
    """The capture: a file's path, `-` for standard input, `argument`, or `listen` for a redirect that arrived."""
    line: int | None = 1
    column: int | None = 1
    pointer: Shown | None = None


PlaceFields = tuple[Shown, int | None, int | None, Shown | None]
"""A `Place` as a plain tuple."""

ARGUMENT = Place(Shown("argument"))


class Redirect(NamedTuple):
    """One redirect back to the application."""

    url: URL
    place: Place = ARGUMENT
    must_be_absolute: bool = True
    """False if the capture has only the path: a request whose host is unknown."""
    is_verbatim: bool = False
    """Whether the URL appears in the capture exactly as it is, on one line."""
    media: tuple[str, ...] = ()
    """The media that had escaped the text, as keys of `escapes.MEDIA`; it is judged unescaped."""
    notes: tuple[Shown, ...] = ()
    """Assumptions and omissions, as sentences without a period."""
