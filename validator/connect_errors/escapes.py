r"""Undo the escaping of the medium from which a URL was copied: `&amp;` in HTML, `\u0026` in JSON, `=3D` in mail.

A URL contains no backslash, browsers encode `"` and `<`, and a caret before `&` means something only to `cmd.exe`: so
these signs are reliable enough to undo, and rare enough to report.
"""

import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from connect_errors import lazy_re

Medium = str
"""The medium that escaped a text: a key of `MEDIA`."""

MEDIA = {
    "html": "HTML",
    "json": "JSON",
    "log": "a log",
    "shell": "a shell",
    "cmd": "cmd.exe",
    "markdown": "Markdown",
    "mail": "quoted-printable mail",
}
"""Names of the media, as the end of a sentence."""


class _Mark(NamedTuple):
    """A sign that a medium leaves in a text that it escapes."""

    medium: Medium
    sign: re.Pattern[str]
    raw: re.Pattern[str] | None = None
    """Matches text that the medium would have escaped, too; if it appears, the sign is part of the URL."""


_MARKS = (
    _Mark("html", lazy_re.pattern(r"&(?:amp|#0*38|#x0*26);", re.IGNORECASE)),
    _Mark("json", lazy_re.pattern(r"\\u00[0-9A-Fa-f]{2}")),
    _Mark("json", lazy_re.pattern(r"\\/"), lazy_re.pattern(r"(?<!\\)/")),
    _Mark("log", lazy_re.pattern(r"\\x[0-9A-Fa-f]{2}")),
    _Mark("shell", lazy_re.pattern(r"\\[?&=#%+~;:()!*$'-]"), lazy_re.pattern(r"\A(?=.*(?<!\\)&).*(?<!\\)=", re.DOTALL)),
    _Mark("cmd", lazy_re.pattern(r"\^[&%|^<>]"), lazy_re.pattern(r"(?<!\^)&")),
    # Mail escapes every equals sign, in upper case (RFC 2045 §6.7), so an equals sign followed by anything else rules
    # mail out. A UUID may also start with 3D.
    _Mark("mail", lazy_re.pattern(r"\A[^=]*=3D(?![0-9A-F]{6}-)(?:[^=]|=(?:[0-9A-F]{2}|[ \t]*\r?\n))*+\Z")),
    _Mark("markdown", lazy_re.pattern(r"\\_")),
)
_HTML = lazy_re.pattern(r"&(?:#(?:[0-9]{1,7}|[xX][0-9A-Fa-f]{1,6})|([A-Za-z][A-Za-z0-9]{1,31}));")
"""A reference with a semicolon: without one, `&region=` and `&copy=` in a URL would match."""
_JSON = lazy_re.pattern(
    r"(?<!\\)\\+(?:u([dD][89abAB][0-9A-Fa-f]{2})\\+u([dD][c-fC-F][0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|(/))"
)
"""A character above U+FFFF takes two escapes (RFC 8259 §7)."""
_BYTES = lazy_re.pattern(r"(?<!\\)(?:\\+x[0-9A-Fa-f]{2})+")
_BACKSLASHED = lazy_re.pattern(r"\\(.)")
_CARET = lazy_re.pattern(r"\^(.)")
_MARKDOWN = lazy_re.pattern(r"\\([_*~.!()\[\]#-])")
_SOFT_LINE_END = lazy_re.pattern(r"=[ \t]*\r?\n")
_QUOTED = lazy_re.pattern("=([0-9A-Fa-f]{2})")


class Unescaped(NamedTuple):
    """A text without the escapes of its medium."""

    text: str
    media: tuple[Medium, ...]
    """The media that had escaped it, outermost first; empty if none had."""


def unescape(text: str) -> Unescaped:
    """Undo the escapes of every medium whose signs appear, outermost first. Never raises."""
    media: list[Medium] = []
    if "\\" in text or "^" in text or "=3D" in text or ("&" in text and ";" in text):
        for medium, sign, raw in _MARKS:
            if sign.search(text) and not (raw and raw.search(text)):
                text = _UNESCAPERS[medium](text)
                media.append(medium)
    return Unescaped(text, tuple(media))


def _undo_mail(text: str) -> str:
    encoded = _QUOTED.sub(r"%\1", _SOFT_LINE_END.sub("", text).replace("%", "%25"))
    return unquote_to_bytes(encoded.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")


def _decode_json(match: re.Match[str]) -> str:
    high, low, alone, slash = match.groups()
    return slash or (bytes.fromhex(high + low).decode("utf-16-be") if high else chr(int(alone, 16)))


def _decode_reference(match: re.Match[str]) -> str:
    from html import unescape as unescape_html  # a large table, rarely needed
    from html.entities import html5

    return html5.get(f"{match[1]};", match[0]) if match[1] else unescape_html(match[0])


def _decode_bytes(match: re.Match[str]) -> str:
    return bytes.fromhex(match[0].replace("\\", "").replace("x", "")).decode("utf-8", "surrogateescape")


_UNESCAPERS: dict[Medium, Callable[[str], str]] = {
    "html": lambda text: _HTML.sub(_decode_reference, text),
    "json": lambda text: _JSON.sub(_decode_json, text),
    "log": lambda text: _BYTES.sub(_decode_bytes, text),
    "shell": lambda text: _BACKSLASHED.sub(r"\1", text),
    "cmd": lambda text: _CARET.sub(r"\1", text),
    "markdown": lambda text: _MARKDOWN.sub(r"\1", text),
    "mail": _undo_mail,
}
