"""The type of text that may be shown. mypy refuses any other text where something is printed.

A `Shown` comes from `redaction`, from a literal, or from `say()`, whose template is a literal; a test holds all three.
"""

from collections.abc import Iterable
from typing import NewType

Shown = NewType("Shown", str)
"""Text without a secret: written by this project, or passed by `redaction`."""


class InvalidArgumentError(ValueError):
    """An argument that means nothing. The message says why, without it."""

    def __init__(self, message: Shown) -> None:
        super().__init__(message)
        self.message = message


def say(template: str, *parts: Shown | int) -> Shown:
    """Put numbers, and text that may be shown, into a literal template (`str.format`)."""
    return Shown(template.format(*parts))


def join(separator: str, parts: Iterable[Shown]) -> Shown:
    """Join texts that may be shown with a literal separator."""
    return Shown(separator.join(parts))


def own(text: str) -> Shown:
    """Vouch for text of this package that is not a literal: of its schemas, handbook pages, rules and options."""
    return Shown(text)


def truncate(text: Shown, length: int) -> Shown:
    """Cut a text that may be shown."""
    return Shown(text[:length])
