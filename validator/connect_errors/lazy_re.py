"""Regular expressions that are compiled when they are first used.

Compiling all that a command imports would take a fifth of its start-up, and most are never used.
"""

import re
from functools import cached_property
from typing import Any, AnyStr, cast


def pattern(text: AnyStr, flags: int = 0) -> "re.Pattern[AnyStr]":
    """Like `re.compile`, but a syntax error is raised at the first use."""
    return cast("re.Pattern[AnyStr]", LazyPattern(text, flags))


def _attribute(name: str) -> Any:  # noqa: ANN401 - any attribute of a pattern
    return cached_property(lambda self: getattr(self.compiled, name))


class LazyPattern:
    """Has the attributes of `re.Pattern` that are used; from the second use on, they are its own."""

    search = _attribute("search")
    match = _attribute("match")
    fullmatch = _attribute("fullmatch")
    finditer = _attribute("finditer")
    findall = _attribute("findall")
    sub = _attribute("sub")
    split = _attribute("split")
    flags = _attribute("flags")

    def __init__(self, text: str | bytes, flags: int) -> None:
        self.pattern = text
        self._flags = flags

    @cached_property
    def compiled(self) -> "re.Pattern[Any]":
        """The compiled pattern."""
        return re.compile(self.pattern, self._flags)
