"""The standard streams: writing to them, and handling closed ones."""

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
"""Maximum number of characters in an error or a note; it may contain a path of up to 4,096."""


class UsageError(click.UsageError):
    """A usage error in our own words, which never quote anything that could be a secret."""

    def __init__(self, message: Shown) -> None:
        super().__init__(message)


class BadValueError(click.BadParameter):
    """An invalid value of an option, in our own words; Click adds the option's name."""

    def __init__(self, message: Shown) -> None:
        super().__init__(message)


def standard_output() -> TextIO:
    """Return standard output.

    Raises:
        OSError: it is closed.
    """
    if sys.stdout is None:
        raise OSError(errno.EBADF, "it is closed", "standard output")
    return sys.stdout


def write_json(text: str) -> None:
    """Write JSON to standard output, in UTF-8 regardless of the locale (RFC 8259 §8.1)."""
    click.echo(text.encode(), standard_output(), nl=False)


def echo_error(message: Shown) -> None:
    """Write an error of the tool, or a note, to standard error."""
    with ignore_closed_stderr():
        click.echo(f"connect-errors: {shorten(message)}", err=True)


def shorten(message: Shown) -> Shown:
    """Make a message printable, and cut out its middle if an argument made it too long."""
    if len(message) > _MAX_MESSAGE:
        message = Shown(f"{message[: _MAX_MESSAGE // 2]}…{message[-_MAX_MESSAGE // 2 :]}")
    return escape_unprintable(message)


@contextmanager
def blocking_streams() -> Iterator[None]:
    """Make standard output and error blocking: Python drops data that a non-blocking stream does not accept at once.

    Their mode is restored on exit, because the parent process may share the pipe.
    """
    changed = []
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):  # the stream may be closed, or not a file
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
    """Continue even if standard error cannot be written."""
    try:
        yield
    except OSError:
        point_to_devnull(sys.stderr)


def point_to_devnull(stream: TextIO) -> None:
    """Keep Python from flushing a broken standard stream again at exit."""
    with suppress(AttributeError, OSError, ValueError):  # the stream may be missing
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
