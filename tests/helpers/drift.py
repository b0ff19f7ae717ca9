"""Differences between a page of Smartcar's documentation and ours."""

from connect_errors.drift.comparison import compare


def unknown(text: str) -> list[tuple[str, str]]:
    """Return each new difference: its rule, and the text that it marks."""
    return [
        (one.rule, one.excerpt.text[one.excerpt.start : one.excerpt.end])
        for one in compare("-", text).differences
        if not one.is_known
    ]
