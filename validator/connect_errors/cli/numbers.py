"""Options with a number, whose errors say in words which ones are accepted."""

from math import isfinite
from typing import Any

import click

from connect_errors.cli.console import BadValueError
from connect_errors.shown import Shown, own, say


class WholeNumber(click.IntRange):
    """A whole number within a range."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:  # noqa: ANN401 - as in Click
        try:
            number: int = super().convert(value, param, ctx)
        except click.BadParameter as error:
            raise _error(Shown("a whole number"), self) from error
        return number


class Number(click.FloatRange):
    """A finite number within a range."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # noqa: ANN401 - as in Click
        try:
            number: float = super().convert(value, param, ctx)
        except click.BadParameter as error:
            raise _error(Shown("a number"), self) from error
        if not isfinite(number):
            raise _error(Shown("a number"), self)
        return number


def _error(what: Shown, accepted: click.IntRange | click.FloatRange) -> BadValueError:
    low, high = (own(f"{limit or 0:g}") for limit in (accepted.min, accepted.max))
    if accepted.max is not None:
        return BadValueError(say("it must be {} from {} to {}.", what, low, high))
    if accepted.min_open:
        return BadValueError(say("it must be {} above {}.", what, low))
    return BadValueError(say("it must be {}, {} or more.", what, low))
