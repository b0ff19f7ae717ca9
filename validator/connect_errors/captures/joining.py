"""Joining the lines over which one URL goes on, where that is certain, and only there.

Documentation breaks a long `Location` before each parameter, HTTP itself folded headers (RFC 9112 §5.2), mail ends lines
softly with `=`, and terminals, mail clients and `fold` break a line anywhere at a fixed width.
"""

import re
from typing import NamedTuple

from connect_errors.captures import scanner
from connect_errors.captures.scanner import SCHEME
from connect_errors.url import MAX_BYTES

MAX_LINES_BACK = 8
"""Lines before a piece of a URL in which its start may be."""

MAX_BACK = 2000
"""Characters before a piece of a URL in which its start may be."""

_QUOTE = re.compile(r"[ \t]*(?:[>|][ \t]?)+")
_HEADER = re.compile(r"[ \t]*[A-Za-z0-9-]+:(?!//)")
_URL_ONLY = re.compile(r"%[0-9A-Fa-f]{2}|&[A-Za-z_]+=")
"""What no word of a sentence has."""

_SHORTEST_WIDTH = 60
"""Columns of a line that may have been broken because it was full."""

_AT_SCHEME = re.compile(rf"[\"'<(\[]?{SCHEME.pattern}")
_UNBROKEN = re.compile(r"(?=[^A-Za-z0-9]*[A-Za-z0-9])[!-;=?-_a-z|~]+")


class OpenEnd(Exception):
    """The text ends where the URL may go on."""


class Joined(NamedTuple):
    """A URL over one or more lines, and the index of what follows it."""

    text: str
    end: int
    lines: int


def join(text: str, start: int, end: int, line_end: int, *, is_header: bool, is_whole: bool) -> Joined:
    """Join a URL that starts at `start` and ends at `end` in its line with what goes on from it in the next lines.

    Args:
        text: lines, each with its end.
        is_header: whether it is the value of a header, which may be folded.
        is_whole: whether nothing comes after the text.

    Raises:
        OpenEnd: the next line is not there yet.
    """
    line_start = text.rfind("\n", 0, start) + 1
    url = text[start:end]
    lines = 1
    if text[end:line_end].strip(" \t\r"):
        return Joined(url, end, lines)
    quoting = match[0].rstrip() if (match := _QUOTE.match(text, line_start, start)) else ""
    indentation = _indentation(text, line_start, line_end)
    width = line_end - line_start
    full_lines = 1
    while True:
        next_start = line_end + 1
        if next_start >= len(text):
            if is_whole:
                break
            raise OpenEnd
        next_end = text.find("\n", next_start)
        content = next_start
        if quoting:
            if not text.startswith(quoting, next_start):
                break
            content = match.end() if (match := _QUOTE.match(text, next_start, next_end)) else next_start
        while content < next_end and text[content] in " \t":
            content += 1
        piece_end = scanner.end(text, content, next_end, content)
        piece = text[content:piece_end]
        reaches_end = not text[piece_end:next_end].strip(" \t\r")
        if not piece or _AT_SCHEME.match(piece):
            break
        is_soft = url.endswith("=") and "=3D" in url
        length = next_end - next_start
        is_unbroken = reaches_end and content - next_start == indentation and piece[0] not in "/?#" and bool(
            _UNBROKEN.fullmatch(piece)
        )
        goes_on = (
            is_soft
            or piece[0] in "?&"
            or (url.endswith(("?", "&")) and "=" in piece and not _HEADER.match(piece))
            or (is_header and reaches_end and _indentation(text, next_start, next_end) > indentation and not quoting)
            or (is_unbroken and length == width and full_lines)
            or (is_unbroken and length < width and full_lines > 1)
            or (is_unbroken and length <= width and width >= _SHORTEST_WIDTH and _URL_ONLY.search(piece) is not None)
        )
        if not goes_on:
            break
        if is_soft:
            url = url[:-1]
        full_lines = full_lines + 1 if length == width else 0
        if len(url) <= MAX_BYTES:  # a longer one is too long, whatever follows
            url += piece
        end, line_end = piece_end, next_end
        lines += 1
        if not reaches_end:
            break
    return Joined(url, end, lines)


def find_start(text: str, line_start: int) -> scanner.Found | None:
    """Find the URL that may go on in the line that starts at `line_start`: it ends with a line before."""
    first = max(0, line_start - MAX_BACK)
    end = line_start - 1
    for _ in range(MAX_LINES_BACK):
        if end <= first:
            return None
        start = text.rfind("\n", first, end) + 1
        if start <= first and first:
            return None
        line = text[start:end].rstrip(" \t\r")
        if not line:
            return None
        if SCHEME.search(line):
            found = scanner.find(text, start, start + len(line), start + len(line))
            reaches_end = found and found.kind == "url" and found.end == start + len(line)
            return found if reaches_end else None
        if " " in line.strip(" \t>|"):
            return None
        end = start - 1
    return None


def _indentation(text: str, start: int, end: int) -> int:
    index = start
    while index < end and text[index] in " \t":
        index += 1
    return index - start
