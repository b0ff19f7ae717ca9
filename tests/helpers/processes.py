"""Which tests start a process of their own: those marked `process`."""

from types import FunctionType

import pytest

_FIXTURES = {"run", "application", "build", "site", "hooks", "repository", "sdist", "wheel"}


def starts_processes(item: pytest.Item) -> bool:
    """Whether a test, or a function of the tests that it calls, names `subprocess`, or a fixture does."""
    function = getattr(item, "obj", None)
    return not _FIXTURES.isdisjoint(getattr(item, "fixturenames", ())) or (
        isinstance(function, FunctionType) and _names_subprocess(function, set())
    )


def _names_subprocess(function: FunctionType, seen: set[str]) -> bool:
    seen.add(function.__qualname__)
    names = function.__code__.co_names
    called = (function.__globals__.get(name) for name in names)
    return "subprocess" in names or any(
        _names_subprocess(one, seen)
        for one in called
        if isinstance(one, FunctionType) and one.__module__.startswith("tests.") and one.__qualname__ not in seen
    )
