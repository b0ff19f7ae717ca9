"""Redirects to show: an instance of a schema as a URL."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from validator.catalog import Outcome

CALLBACK = "https://example.com/callback"


def to_url(parameters: Mapping[str, str]) -> str:
    """Encode parameters as the query of a redirect (RFC 6749 appendix B), spaces as `%20`."""
    return f"{CALLBACK}?{urlencode(parameters, quote_via=quote, safe='')}"


def example_url(outcome: Outcome) -> str:
    """The fullest example of the schema."""
    return to_url(fullest(outcome))


def fullest(outcome: Outcome) -> dict[str, str]:
    """The example with the most parameters."""
    return max(outcome.examples, key=len)
