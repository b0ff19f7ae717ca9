"""Where redirects are, as reports for machines say it: paths that a repository knows, positions in words."""

import os
from pathlib import Path, PurePath

from connect_errors.redirect import Place
from connect_errors.report import RedactedFinding

NON_FILE_SOURCES = {"-": "standard input", "argument": "the command line", "listen": "the listener"}
"""Sources that are not files, and what they are."""


def relative(source: str, folder: Path) -> PurePath:
    """The path of a capture below a folder; the whole path where it is not below it."""
    path = Path(os.path.abspath(source))  # noqa: PTH100 - `Path.absolute` keeps each `..`
    return path.relative_to(folder) if path.is_relative_to(folder) else path


def message(finding: RedactedFinding, place: Place) -> str:
    """What is wrong; and where, if that is not a line, which alone GitHub can mark."""
    return f"{finding.message} (at {place.pointer})" if place.line is None else finding.message


def position(place: Place) -> str:
    """Where a redirect is in its capture: a line and column, a JSON pointer, or which argument or arrival it is.

    A line of JSON that has the redirect otherwise, escaped or in parts, has a pointer instead of the column.
    """
    if place.source in ("argument", "listen"):
        return str(place.line)
    if place.line is None:
        return place.pointer or ""
    return f"{place.line}{place.pointer or ''}" if place.column is None else f"{place.line}:{place.column}"
