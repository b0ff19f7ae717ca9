"""The nearest name, for whoever mistyped one."""

from collections.abc import Iterable

_LONGEST_NAME = 64
"""Characters of a name that are compared."""

_LIKENESS = 0.6
"""How much of two names must be alike (`difflib`'s ratio)."""


def suggestion(name: str, choices: Iterable[str]) -> str:
    """Name the nearest choice, as the end of a sentence; nothing where none is near."""
    found = nearest(name, choices)
    return f"; did you mean {found}?" if found else ""


def nearest(name: str, choices: Iterable[str], likeness: float = _LIKENESS) -> str | None:
    """Find the nearest choice; None where none is near."""
    from difflib import get_close_matches  # only a deviation needs it

    found = get_close_matches(name[:_LONGEST_NAME].lower(), sorted(choices), n=1, cutoff=likeness)
    return found[0] if found else None
