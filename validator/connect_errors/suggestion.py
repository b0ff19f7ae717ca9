"""Suggestions of the nearest name for a mistyped one."""

from collections.abc import Iterable
from functools import lru_cache

from connect_errors.shown import Shown, own, say

_MAX_LENGTH = 64
"""Maximum number of characters of a name that are compared."""

_MIN_RATIO = 0.6
"""Minimum similarity of two names (`difflib`'s ratio)."""


def suggestion(name: str, choices: Iterable[str], cutoff: float = _MIN_RATIO) -> Shown:
    """Suggest the nearest choice, which must be our own text, as the end of a sentence; empty if none is near."""
    choice = nearest(name, choices, cutoff)
    return say("; did you mean {}?", own(choice)) if choice else Shown("")


def nearest(name: str, choices: Iterable[str], cutoff: float = _MIN_RATIO) -> str | None:
    """Return the nearest choice, or None if none is near."""
    return _nearest(name[:_MAX_LENGTH].lower(), tuple(sorted(choices)), cutoff)


@lru_cache(maxsize=256)
def _nearest(name: str, choices: tuple[str, ...], cutoff: float) -> str | None:
    from difflib import get_close_matches  # needed only for deviations

    return next(iter(get_close_matches(name, choices, n=1, cutoff=cutoff)), None)
