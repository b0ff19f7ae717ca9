"""Open input: a file or standard input."""

import io
import os
import select
import signal
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, cast

from connect_errors.captures.stream import CaptureError
from connect_errors.cli.console import echo_error
from connect_errors.redaction import shown_error
from connect_errors.shown import Shown, say

_NOTHING = Shown("")
_FD_SETSIZE = 1024
"""`select` accepts only descriptors below this number (POSIX)."""


@contextmanager
def open_input(source: str, hint: Callable[[str], Shown] = lambda _source: _NOTHING) -> Iterator[io.BufferedReader]:
    """Open a file, or standard input if the path is `-`; `hint` says what else a missing file might be.

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
        raise CaptureError(Shown("an empty argument: give a URL, a file name, or -"))
    try:
        file = Path(source).open("rb")  # noqa: SIM115 - closed below; an error while reading is not one of opening
    except FileNotFoundError as error:
        raise CaptureError(say("no such file{}", hint(source))) from error
    except IsADirectoryError as error:
        raise CaptureError(Shown("it is a directory; name the files in it")) from error
    except OSError as error:
        raise CaptureError(shown_error(error)) from error
    with file, _interruptible(file) as stream:
        yield stream


@contextmanager
def _interruptible(stream: io.BufferedReader) -> Iterator[io.BufferedReader]:
    """Let signals interrupt a wait for input, even one that arrives just before the wait, with a self-pipe.

    Python checks for signals between bytecode instructions, but not again just before the system call blocks.
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
    """Whether the stream is a pipe or a terminal, not a regular file or an object without a descriptor."""
    with suppress(OSError, AttributeError):
        return os.name == "posix" and not stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
    return False


class _Interruptible(io.RawIOBase):
    """A stream whose reads block until data is available, running signal handlers in the meantime."""

    def __init__(self, descriptor: int, wakeup_read: int) -> None:
        self._descriptor = descriptor
        self._wakeup_read = wakeup_read

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - as in RawIOBase
        while self._descriptor not in (ready := _wait(self._descriptor, self._wakeup_read)):
            os.read(ready[0], 1)  # the signal's Python handler has run by now
        return os.readv(self._descriptor, (buffer,))


def _wait(*descriptors: int) -> list[int]:
    """Wait until a descriptor is readable.

    `select` rejects descriptors above 1,023, which a parent with many open files may pass on; `poll` does not support
    terminals on macOS.
    """
    if max(descriptors) < _FD_SETSIZE:
        return select.select(descriptors, (), ())[0]
    poll = select.poll()
    for descriptor in descriptors:
        poll.register(descriptor, select.POLLIN)
    return [descriptor for descriptor, _ in poll.poll()]
