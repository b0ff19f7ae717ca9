"""The type of text that may be shown. mypy rejects other text where something is printed.

A `Shown` comes from `redaction`, from a literal, or from `say()` with a literal template; tests enforce this.
"""

from collections.abc import Iterable
from typing import NewType

Shown = NewType("Shown", str)
"""Text without secrets: written by this project, or processed by `redaction`."""


class ShownError(Exception):
    """An exception whose message may be shown."""

    def __init__(self, message: Shown) -> None:
        super().__init__(message)
        self.message = message


class InvalidArgumentError(ShownError, ValueError):
    """An invalid argument. The message says why."""


def say(template: str, *parts: Shown | int) -> Shown:
    """Format a literal template (`str.format`) with numbers and text that may be shown."""
    return Shown(template.format(*parts))


def counted(number: int, one: str, many: str) -> Shown:
    """Return a number and what is counted, given as literals: `1 line is`, `2 lines are`."""
    return Shown(f"{number:,} {one if number == 1 else many}")


def join(separator: str, parts: Iterable[Shown]) -> Shown:
    """Join text that may be shown with a literal separator."""
    return Shown(separator.join(parts))


def own(text: str) -> Shown:
    """Vouch for this package's own text that is not a literal: from schemas, handbook pages, rules and options."""
    return Shown(text)


def truncate(text: Shown, length: int) -> Shown:
    """Truncate text that may be shown."""
    return Shown(text[:length])
