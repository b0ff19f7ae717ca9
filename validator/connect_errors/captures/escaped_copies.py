"""Detection of URLs that were escaped in addition to the escaping of their container."""

from connect_errors import lazy_re

_ESCAPED_BY_CONTAINER = {
    # An attribute or the text of an element; a link in Slack's markup.
    "html": lazy_re.pattern(r"(?:=\s*[\"']?|[^\s>]>|<)$"),
    # A string, also a nested one.
    "json": lazy_re.pattern(r"[\"']$"),
}
_COPYABLE = frozenset(_ESCAPED_BY_CONTAINER)
"""Mail, shells and logs escape their content, so their escapes are no evidence of a copy."""


def additional_media(media: tuple[str, ...], head: str) -> tuple[str, ...]:
    """Return the media that had escaped a URL, except those that its container accounts for.

    Args:
        media: keys of `escapes.MEDIA`.
        head: the text before the URL in its line.
    """
    return tuple(medium for medium in media if medium in _COPYABLE and not _ESCAPED_BY_CONTAINER[medium].search(head))
