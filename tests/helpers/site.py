"""Layout of the built site."""

from functools import cache
from pathlib import Path

SITE = "https://connect-errors.github.io/"


@cache
def pages(site: Path) -> tuple[Path, ...]:
    """Return all pages, except aliases and the 404 page."""
    paths = sorted(site.rglob("*.html"))
    return tuple(path for path in paths if path.name != "404.html" and 'http-equiv="refresh"' not in path.read_text())


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
