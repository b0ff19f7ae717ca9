"""URLs in a capture that were escaped once more than their container does it."""

import re

_BY_THE_CONTAINER = {
    # An attribute or the text of an element; a link as Slack writes it.
    "html": re.compile(r"(?:=\s*[\"']?|[^\s>]>|<)$"),
    # A string, also one in a string.
    "json": re.compile(r"[\"']$"),
}
_COPIED = frozenset(_BY_THE_CONTAINER)
"""Mail, shells and logs escape what is in them: in a capture of theirs nothing was copied."""


def copied_from(media: tuple[str, ...], head: str) -> tuple[str, ...]:
    """Of what had escaped a URL in a text, give what its container does not account for.

    Args:
        media: names of `escapes.MEDIA`.
        head: what precedes the URL in its line.
    """
    return tuple(medium for medium in media if medium in _COPIED and not _BY_THE_CONTAINER[medium].search(head))
