"""Places of redirects in machine-readable reports: paths relative to a repository, and positions in words."""

import os
from pathlib import Path, PurePath

from connect_errors.redirect import Place
from connect_errors.report import RedactedFinding

NON_FILE_SOURCES = {"-": "standard input", "argument": "the command line", "listen": "the listener"}
"""Sources that are not files, with their descriptions."""


def relative(source: str, folder: Path) -> PurePath:
    """Return a capture's path relative to a folder, or its absolute path if it is not in the folder."""
    path = Path(os.path.abspath(source))  # noqa: PTH100 - `Path.absolute` keeps each `..`
    return path.relative_to(folder) if path.is_relative_to(folder) else path


def message(finding: RedactedFinding, place: Place) -> str:
    """Return the finding's message, with the JSON pointer if there is no line; GitHub can mark only lines."""
    return f"{finding.message} (at {place.pointer})" if place.line is None else finding.message


def position(place: Place) -> str:
    """Describe a redirect's position: line and column, a JSON pointer, or the number of the argument or arrival.

    In JSON Lines, a redirect that is escaped or split up in its line has a pointer instead of a column.
    """
    if place.source in ("argument", "listen"):
        return str(place.line)
    if place.line is None:
        return place.pointer or ""
    return f"{place.line}{place.pointer or ''}" if place.column is None else f"{place.line}:{place.column}"
