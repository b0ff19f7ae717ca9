"""Telling the input formats apart by a capture's beginning."""

import re

from connect_errors.captures.lines import MAX_BEGINNING

_JSON = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*[\[{\"\]])")
_MAYBE_JSON = re.compile(r"\s*(?:[\[{]\s*)?")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s\"'<>`]+")
_COMMENT = "#"
_OPEN = ("{", "[", ",")


def is_enough(beginning: str, is_whole: bool) -> bool:  # noqa: FBT001 - the signature that Stream.look_ahead wants
    """Whether the beginning tells the format, whatever comes after it."""
    return detect(beginning, is_whole=is_whole) is not None


def detect(beginning: str, *, is_whole: bool) -> str | None:
    """Name the input format; None where more must be read to tell it.

    A list has nothing but a URL in its first two lines, or in its only one. JSON Lines are read as text, which may be
    among them.
    """
    is_whole = is_whole or len(beginning) >= MAX_BEGINNING
    if _JSON.match(beginning):
        return _kind_of_json(beginning, is_whole=is_whole)
    if _MAYBE_JSON.fullmatch(beginning):
        return "text" if is_whole else None
    lines = beginning.split("\n")
    complete = lines if is_whole else lines[:-1]
    seen = 0
    for line in complete:
        content = line.strip(" \t\r\f\v\ufeff")
        if not content or content.startswith(_COMMENT):
            if line.startswith("#Fields:"):
                return "text"
            continue
        if not _URL.fullmatch(content):
            return "text"
        seen += 1
        if seen == 2:  # noqa: PLR2004 - see above
            return "urls"
    if not is_whole:
        return None
    return "urls" if seen else "text"


def _kind_of_json(beginning: str, *, is_whole: bool) -> str | None:
    """Tell JSON Lines, which are text, from a document: each line of them is one, and there is another line."""
    line, _, rest = beginning.lstrip().partition("\n")
    if not rest.strip():
        return "json" if is_whole else None
    line = line.rstrip()
    return "json" if line.endswith(_OPEN) or (line in "{}[]") else "text"
