"""The standard streams: what is written to them, and what happens where they are closed."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

import click

from connect_errors.escaping import escape_unprintable
from connect_errors.shown import Shown

_MAX_MESSAGE = 5000
"""Characters of an error or a note; it may have a path, of 4,096 at most."""


class UsageError(click.UsageError):
    """Wrong usage, in our own words, which quote nothing that could be a secret."""

    def __init__(self, message: Shown) -> None:
        super().__init__(message)


class BadValueError(click.BadParameter):
    """A wrong value of an option, in our own words; Click adds the option's name."""

    def __init__(self, message: Shown) -> None:
        super().__init__(message)


def standard_output() -> TextIO:
    """Standard output.

    Raises:
        OSError: it is closed.
    """
    if sys.stdout is None:
        raise OSError(errno.EBADF, "it is closed", "standard output")
    return sys.stdout


def write_json(text: str) -> None:
    """Write JSON to standard output, in UTF-8 whatever the locale (RFC 8259 §8.1)."""
    click.echo(text.encode(), standard_output(), nl=False)


def echo_error(message: Shown) -> None:
    """Write an error of the tool, or a note, to standard error."""
    with ignore_closed_stderr():
        click.echo(f"connect-errors: {shorten(message)}", err=True)


def shorten(message: Shown) -> Shown:
    """Make a message printable, and leave out its middle where an argument made it long."""
    if len(message) > _MAX_MESSAGE:
        message = Shown(f"{message[: _MAX_MESSAGE // 2]}…{message[-_MAX_MESSAGE // 2 :]}")
    return escape_unprintable(message)


@contextmanager
def blocking_streams() -> Iterator[None]:
    """Let writing wait for the reader: Python drops what a non-blocking stream does not take at once.

    Whoever started the command may have left a pipe so that both share, and gets it back as it was.
    """
    changed = []
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):  # it may be closed, or not be a file
            descriptor = stream.fileno()
            if not os.get_blocking(descriptor):
                os.set_blocking(descriptor, True)
                changed.append(descriptor)
    try:
        yield
    finally:
        for descriptor in changed:
            with suppress(OSError):
                os.set_blocking(descriptor, False)


@contextmanager
def ignore_closed_stderr() -> Iterator[None]:
    """Go on where standard error cannot be written."""
    try:
        yield
    except OSError:
        point_to_devnull(sys.stderr)


def point_to_devnull(stream: TextIO) -> None:
    """Keep Python from flushing a standard stream once more when it ends."""
    with suppress(AttributeError, OSError, ValueError):  # there may be none
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
