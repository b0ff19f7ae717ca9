"""The nearest name, for a mistyped one."""

from collections.abc import Iterable
from functools import lru_cache

from connect_errors.shown import Shown, own, say

_MAX_LENGTH = 64
"""Characters of a name that are compared."""


def suggestion(name: str, choices: Iterable[str], min_likeness: float = 0.6) -> Shown:
    """Name the nearest choice, which must be our own text, as the end of a sentence; nothing where none is near."""
    nearest = _nearest(name[:_MAX_LENGTH].lower(), tuple(sorted(choices)), min_likeness)
    return say("; did you mean {}?", own(nearest)) if nearest else Shown("")


@lru_cache(maxsize=256)
def _nearest(name: str, choices: tuple[str, ...], min_likeness: float) -> str | None:
    from difflib import get_close_matches  # only a deviation needs it

    return next(iter(get_close_matches(name, choices, n=1, cutoff=min_likeness)), None)
