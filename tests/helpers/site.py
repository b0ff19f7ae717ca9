"""What is where on the built site."""

from pathlib import Path

SITE = "https://connect-errors.github.io/"


def pages(site: Path) -> list[Path]:
    """All pages, without the aliases and the one for an unknown address."""
    return sorted(
        page
        for page in site.rglob("*.html")
        if page.name != "404.html" and 'http-equiv="refresh"' not in page.read_text()
    )


HEADINGS = [
    "The redirect",
    "Parameters",
    "What the user saw",
    "Handle it",
    "Tell the user",
    "Reproduce it",
    "What the validator rejects",
    "Easily confused with",
    "In the SDKs",
    "What to log",
    "Schema and sources",
]
