"""Make text safe for terminals and files."""

from typing import TypeVar, cast

from connect_errors import lazy_re

_Text = TypeVar("_Text", bound=str)
"""Text that may be shown stays so."""

_INVISIBLE = lazy_re.pattern(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Characters that Python considers printable but that are invisible: fillers, empty Braille, variation selectors."""

MAX_SHOWN = 200
"""Maximum number of characters shown of an overlong URL, and of a name or value in a message."""


def escape_unprintable(text: _Text) -> _Text:
    """Escape unprintable text in Python notation: control, bidirectional and invisible characters, surrogates.

    `##` is escaped as well: CI runners take it for a command anywhere in a line (`##[error]`, `##vso[`).
    """
    escaped: str = text
    if not text.isprintable():
        escaped = "".join(character if character.isprintable() else _escaped(character) for character in text)
    if not escaped.isascii():
        escaped = _INVISIBLE.sub(lambda match: _escaped(match[0]), escaped)
    return cast("_Text", escaped.replace("##", r"#\x23"))


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def shorten(text: _Text) -> _Text:
    """Make text printable, and truncate it to fit a message."""
    return escape_unprintable(text if len(text) <= MAX_SHOWN else cast("_Text", text[:MAX_SHOWN] + "…"))
