"""Lists of URLs: one on a line."""


def listed_url(line: str) -> tuple[str, int] | None:
    """The URL of a line and its column, without the blanks around it; None for a blank line and a comment (`#`)."""
    text = line.strip(" \t\r\f\v")
    if not text or text.startswith("#"):
        return None
    return text, line.index(text) + 1
