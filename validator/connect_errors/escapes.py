r"""Undoing what the medium did to a URL that was copied from it: `&amp;` of HTML, `\u0026` of JSON, `=3D` of mail.

A URL has no backslash of its own, browsers encode `"` and `<`, and a caret before `&` means nothing to anybody but
`cmd.exe`: so these marks are certain enough to be undone, and rare enough to be reported.
"""

import re
from collections.abc import Callable
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
    "markdown": "Markdown",
    "mail": "quoted-printable mail",
}
"""The media by their names, as the end of a sentence."""


class _Mark(NamedTuple):
    """What a medium leaves in a text that it escaped."""

    medium: Medium
    sign: re.Pattern[str]
    raw: re.Pattern[str] | None = None
    """What the medium would have escaped, too: where it is, the sign is a part of the URL."""


_MARKS = (
    _Mark("html", re.compile(r"&(?:amp|#0*38|#x0*26);", re.IGNORECASE)),
    _Mark("json", re.compile(r"\\u00[0-9A-Fa-f]{2}")),
    _Mark("json", re.compile(r"\\/"), re.compile(r"(?<!\\)/")),
    _Mark("log", re.compile(r"\\x[0-9A-Fa-f]{2}")),
    _Mark("shell", re.compile(r"\\[?&=#%+~;:()!*$'-]"), re.compile(r"\A(?=.*(?<!\\)&).*(?<!\\)=", re.DOTALL)),
    _Mark("cmd", re.compile(r"\^[&%|^<>]"), re.compile(r"(?<!\^)&")),
    # Mail escapes each equals sign, in upper case (RFC 2045 §6.7), so that one that is followed by anything else shows
    # that it is none. A UUID may start with 3D as well.
    _Mark("mail", re.compile(r"\A[^=]*=3D(?![0-9A-F]{6}-)(?:[^=]|=(?:[0-9A-F]{2}|[ \t]*\r?\n))*+\Z")),
    _Mark("markdown", re.compile(r"\\_")),
)
_HTML = re.compile(r"&(?:#(?:[0-9]{1,7}|[xX][0-9A-Fa-f]{1,6})|([A-Za-z][A-Za-z0-9]{1,31}));")
"""A reference with its semicolon: without one, the `&` of a URL would make one with `&region=` or `&copy=`."""
_JSON = re.compile(r"(?<!\\)\\+(?:u([dD][89abAB][0-9A-Fa-f]{2})\\+u([dD][c-fC-F][0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|(/))")
"""A character beyond U+FFFF has two escapes (RFC 8259 §7)."""
_BYTES = re.compile(r"(?<!\\)(?:\\+x[0-9A-Fa-f]{2})+")
_BACKSLASHED = re.compile(r"\\(.)")
_CARET = re.compile(r"\^(.)")
_MARKDOWN = re.compile(r"\\([_*~.!()\[\]#-])")
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
        for medium, sign, raw in _MARKS:
            if sign.search(text) and not (raw and raw.search(text)):
                text = _UNDOING[medium](text)
                media.append(medium)
    return Unescaped(text, tuple(media))


def _undo_mail(text: str) -> str:
    encoded = _QUOTED.sub(r"%\1", _SOFT_LINE_END.sub("", text).replace("%", "%25"))
    return unquote_to_bytes(encoded.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")


def _character(match: re.Match[str]) -> str:
    high, low, alone, slash = match.groups()
    return slash or (bytes.fromhex(high + low).decode("utf-16-be") if high else chr(int(alone, 16)))


def _reference(match: re.Match[str]) -> str:
    from html import unescape as unescape_html  # a long table, seldom needed
    from html.entities import html5

    return html5.get(f"{match[1]};", match[0]) if match[1] else unescape_html(match[0])


def _bytes(match: re.Match[str]) -> str:
    return bytes.fromhex(match[0].replace("\\", "").replace("x", "")).decode("utf-8", "surrogateescape")


_UNDOING: dict[Medium, Callable[[str], str]] = {
    "html": lambda text: _HTML.sub(_reference, text),
    "json": lambda text: _JSON.sub(_character, text),
    "log": lambda text: _BYTES.sub(_bytes, text),
    "shell": lambda text: _BACKSLASHED.sub(r"\1", text),
    "cmd": lambda text: _CARET.sub(r"\1", text),
    "markdown": lambda text: _MARKDOWN.sub(r"\1", text),
    "mail": _undo_mail,
}
