"""Differences between a page of Smartcar's documentation and ours."""

from connect_errors.drift.comparison import compare


def new_differences(text: str) -> list[tuple[str, str]]:
    """Return each new difference: its rule, and the text that it marks."""
    return [
        (difference.rule, difference.excerpt.text[difference.excerpt.start : difference.excerpt.end])
        for difference in compare("-", text).differences
        if not difference.is_known
    ]
