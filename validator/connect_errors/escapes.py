r"""Undoing what the medium did to a URL that was copied from it: `&amp;` of HTML, `\u0026` of JSON, `=3D` of mail.

A URL has no backslash of its own, browsers encode `"` and `<`, and a caret before `&` means nothing to anybody but
`cmd.exe`: so these marks are certain enough to be undone, and rare enough to be reported.
"""

import re
from html import unescape as unescape_html
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

Medium = str
"""What escaped a text: one of the keys of `MEDIA`."""

MEDIA = {
    "html": "HTML",
    "json": "JSON",
    "log": "a log",
    "shell": "a shell",
    "cmd": "cmd.exe",
    "mail": "quoted-printable mail",
}
"""The media by their names, as the end of a sentence."""

_MARKS: tuple[tuple[Medium, re.Pattern[str]], ...] = (
    ("html", re.compile(r"&(?:amp|#0*38|#x0*26);", re.IGNORECASE)),
    ("json", re.compile(r"\\u00[0-9A-Fa-f]{2}|\\/")),
    ("log", re.compile(r"\\x[0-9A-Fa-f]{2}")),
    ("shell", re.compile(r"\\[?&=#%+;~()!*$'-]")),
    ("cmd", re.compile(r"\^[&%|^<>]")),
    # Mail escapes each equals sign, so that one that is followed by anything else shows that it is none.
    ("mail", re.compile(r"[^=]*=3[Dd](?:[^=]|=(?:[0-9A-Fa-f]{2}|[ \t]*\r?\n))*+\Z")),
)
_JSON = re.compile(r"\\+u([0-9A-Fa-f]{4})|\\+(/)")
_BYTES = re.compile(r"(?:\\+x[0-9A-Fa-f]{2})+")
_BACKSLASH_X = re.compile(r"\\+x")
_BACKSLASHED = re.compile(r"\\(.)")
_CARET = re.compile(r"\^(.)")
_SOFT_LINE_END = re.compile(r"=[ \t]*\r?\n")
_QUOTED = re.compile("=([0-9A-Fa-f]{2})")


class Unescaped(NamedTuple):
    """A text without the escapes of its medium."""

    text: str
    media: tuple[Medium, ...]
    """What had escaped it, the outermost first; none if nothing had."""


def unescape(text: str) -> Unescaped:
    """Undo the escapes of every medium that left its marks, the outermost first. Never raises."""
    media: list[Medium] = []
    if "\\" in text or "&" in text or "^" in text or "=3" in text:
        for medium, mark in _MARKS:
            if (mark.match if medium == "mail" else mark.search)(text):
                text = _undo(medium, text)
                media.append(medium)
    return Unescaped(text, tuple(media))


def _undo(medium: Medium, text: str) -> str:
    if medium == "html":
        return unescape_html(text)
    if medium == "json":
        return _JSON.sub(lambda match: match[2] or chr(int(match[1], 16)), text)
    if medium == "log":
        return _BYTES.sub(_bytes, text)
    if medium == "shell":
        return _BACKSLASHED.sub(r"\1", text)
    if medium == "cmd":
        return _CARET.sub(r"\1", text)
    encoded = _QUOTED.sub(r"%\1", _SOFT_LINE_END.sub("", text).replace("%", "%25"))
    return unquote_to_bytes(encoded.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")


def _bytes(match: re.Match[str]) -> str:
    return bytes.fromhex(_BACKSLASH_X.sub("", match[0])).decode("utf-8", "surrogateescape")
