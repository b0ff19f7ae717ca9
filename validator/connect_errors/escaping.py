"""Text that does nothing to a terminal or a file, whoever wrote it."""

MAX_SHOWN = 200
"""Characters of a URL that is too long, and of a name or value in a message."""


def escape_unprintable(text: str) -> str:
    """Escape what is not printable, as Python does: control, bidirectional and invisible characters, surrogates.

    `##` is escaped too: CI runners take what follows it for a command, anywhere in a line (`##[error]`, `##vso[`).
    """
    if not text.isprintable():
        text = "".join(
            character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
            for character in text
        )
    return text.replace("##", r"#\x23")


def shorten(text: str) -> str:
    """Make a text fit for a message: printable, and not too long."""
    return escape_unprintable(text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "…")
