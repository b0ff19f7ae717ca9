"""Text that does nothing to a terminal or a file, whoever wrote it."""

from typing import TypeVar, cast

_Text = TypeVar("_Text", bound=str)
"""What may be shown stays what may be shown."""

MAX_SHOWN = 200
"""Characters of a URL that is too long, and of a name or value in a message."""


def escape_unprintable(text: _Text) -> _Text:
    """Escape what is not printable, as Python does: control, bidirectional and invisible characters, surrogates.

    `##` is escaped too: CI runners take what follows it for a command, anywhere in a line (`##[error]`, `##vso[`).
    """
    escaped: str = text
    if not text.isprintable():
        escaped = "".join(
            character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
            for character in text
        )
    return cast("_Text", escaped.replace("##", r"#\x23"))


def shorten(text: _Text) -> _Text:
    """Make a text fit for a message: printable, and not too long."""
    return escape_unprintable(text if len(text) <= MAX_SHOWN else cast("_Text", text[:MAX_SHOWN] + "…"))
