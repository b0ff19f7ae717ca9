"""Processes started by tests: the command, and the tests to mark `process`."""

import subprocess
import sys
from collections.abc import Iterable
from inspect import unwrap
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest
from connect_errors.formats import FORMATS

NO_COMPILE = {"PIP_NO_COMPILE": "0"}
"""Have pip not compile every module that it installs for a few starts; pip takes a false value for yes here."""

_FIXTURES = {"run", "application", "build", "site", "hooks", "repository", "sdist", "wheel"}
_OURS = ("tests.", "scripts.")


def slow_after_first(values: Iterable[Any], number: int = 2) -> list[Any]:
    """Parametrize a slow test: the first values always, the others with `pytest --all`.

    A tuple is a row of several values.
    """
    rows = [value if type(value) is tuple else (value,) for value in values]
    return [pytest.param(*row, marks=pytest.mark.slow if index >= number else ()) for index, row in enumerate(rows)]


EACH_FORMAT = pytest.mark.parametrize(
    "name", slow_after_first(sorted(FORMATS, key=lambda name: name not in ("text", "junit")))
)
"""Each format in a process: by default, one that is written at once, and one that is held back until the end."""


def starts_processes(item: pytest.Item) -> bool:
    """Whether a test, or a helper or fixture that it uses, mentions `subprocess`."""
    function = getattr(item, "obj", None)
    return not _FIXTURES.isdisjoint(getattr(item, "fixturenames", ())) or (
        isinstance(function, FunctionType) and _names_subprocess(function, set())
    )


def _names_subprocess(function: FunctionType, seen: set[str]) -> bool:
    seen.add(function.__qualname__)
    names = function.__code__.co_names
    called = (function.__globals__.get(name) for name in names)
    return "subprocess" in names or any(
        _names_subprocess(callee, seen)
        for callee in map(unwrap, filter(callable, called))
        if isinstance(callee, FunctionType) and callee.__module__.startswith(_OURS) and callee.__qualname__ not in seen
    )


def start_validate(*arguments: str, cwd: Path, stdout: int = subprocess.PIPE) -> "subprocess.Popen[bytes]":
    """Start `validate` on standard input, to which the test then writes."""
    command = [sys.executable, "-m", "connect_errors", "validate", "--input-format=urls", *arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=stdout, stderr=subprocess.PIPE, cwd=cwd)
