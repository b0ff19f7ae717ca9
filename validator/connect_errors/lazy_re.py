"""Regular expressions that are compiled when they are first used.

Compiling all that a command imports would take a fifth of its start-up, and most are never used.
"""

import re
from typing import Any, AnyStr, cast

_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split")


def pattern(text: AnyStr, flags: int = 0) -> "re.Pattern[AnyStr]":
    """Like `re.compile`, but a syntax error is raised at the first use."""
    return cast("re.Pattern[AnyStr]", _UncompiledPattern(text, flags))


class LazyPattern:
    """A compiled pattern, with the methods of `re.Pattern` as its own attributes."""

    pattern: str | bytes
    flags: int


class _UncompiledPattern(LazyPattern):
    """Becomes a `LazyPattern` at the first use: `__getattr__` would slow down every look-up of an attribute."""

    def __init__(self, text: str | bytes, flags: int) -> None:
        self.pattern = text
        self._flags = flags

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any attribute of a pattern
        compiled = re.compile(self.pattern, self._flags)
        vars(self).update({method: getattr(compiled, method) for method in _METHODS}, flags=compiled.flags)
        self.__class__ = LazyPattern  # type: ignore[assignment] # the same instance, from now on
        return getattr(compiled, name)
