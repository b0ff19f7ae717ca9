"""The rank of error pages in the site's search."""

from typing import Any

_BOOST = 2
"""Weight of a match on an error's page, compared with 1 elsewhere."""


def search_ranking(code: str) -> dict[str, Any]:
    """Return the front matter that makes the theme's search find an error's page by the words of its code.

    To the search, a code is one word. Its last word `error` is left out: it would match `unknown error`.
    """
    return {"search": {"boost": _BOOST}, "tags": [code.removesuffix("_error").replace("_", " ")]}
