"""Where input comes from: a file, or standard input."""

import io
import os
import select
import signal
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, cast

from connect_errors.captures.lines import CaptureError
from connect_errors.cli.console import echo_error
from connect_errors.redaction import shown_error
from connect_errors.shown import Shown, say

_NOTHING = Shown("")
_FD_SETSIZE = 1024
"""Descriptors that `select` takes (POSIX)."""


@contextmanager
def open_input(source: str, or_else: Shown = _NOTHING) -> Iterator[io.BufferedReader]:
    """Open a file by its path, or standard input as `-`; `or_else` says what else a missing file might be.

    Raises:
        CaptureError: it cannot be opened.
    """
    if source == "-":
        if sys.stdin is None:
            raise CaptureError(Shown("standard input is closed"))
        if sys.stdin.isatty():
            echo_error(Shown("reading standard input; end it with Ctrl-D"))
        with _interruptible(cast("io.BufferedReader", sys.stdin.buffer)) as stream:
            yield stream
        return
    if not source:
        raise CaptureError(Shown("an empty argument: give a URL, the name of a file, or -"))
    try:
        file = Path(source).open("rb")  # noqa: SIM115 - closed below; an error while reading is not one of opening
    except FileNotFoundError as error:
        raise CaptureError(say("no such file{}", or_else)) from error
    except IsADirectoryError as error:
        raise CaptureError(Shown("it is a directory; name the files in it")) from error
    except OSError as error:
        raise CaptureError(shown_error(error)) from error
    with file, _interruptible(file) as stream:
        yield stream


@contextmanager
def _interruptible(stream: io.BufferedReader) -> Iterator[io.BufferedReader]:
    """Let a signal end the wait for input, even one that comes just before it, with a self-pipe.

    Python looks for signals between its own instructions, and not once more before the system waits.
    """
    if not _may_wait(stream):
        yield stream
        return
    wakeup_read, wakeup_write = os.pipe()
    os.set_blocking(wakeup_write, False)
    before = signal.set_wakeup_fd(wakeup_write, warn_on_full_buffer=False)
    try:
        yield io.BufferedReader(_Interruptible(stream.fileno(), wakeup_read))
    finally:
        signal.set_wakeup_fd(before)
        os.close(wakeup_read)
        os.close(wakeup_write)


def _may_wait(stream: io.BufferedReader) -> bool:
    """Tell a pipe or a terminal from a file, and from what only looks like a stream."""
    with suppress(OSError, AttributeError):
        return os.name == "posix" and not stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
    return False


class _Interruptible(io.RawIOBase):
    """A stream that is read where something is there to read, and not where a signal came instead."""

    def __init__(self, descriptor: int, wakeup_read: int) -> None:
        self._descriptor = descriptor
        self._wakeup_read = wakeup_read

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - as RawIOBase has it
        while self._descriptor not in (ready := _wait(self._descriptor, self._wakeup_read)):
            os.read(ready[0], 1)  # whatever was to be done about the signal is done by now
        return os.readv(self._descriptor, (buffer,))


def _wait(*descriptors: int) -> list[int]:
    """Wait until one of the descriptors can be read.

    `select` takes none above 1,023, which a parent with many open files hands down; `poll` takes no terminal on macOS.
    """
    if max(descriptors) < _FD_SETSIZE:
        return select.select(descriptors, (), ())[0]
    poll = select.poll()
    for descriptor in descriptors:
        poll.register(descriptor, select.POLLIN)
    return [descriptor for descriptor, _ in poll.poll()]
