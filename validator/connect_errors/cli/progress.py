"""Progress of long reads on a terminal: bytes, rate and time left, on standard error."""

import io
import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

_MIN_SIZE = 8 * 1024 * 1024
"""Minimum size of a file, in bytes, for which a progress bar is worthwhile."""


@contextmanager
def show_progress(stream: io.BufferedReader) -> Iterator[io.BufferedReader]:
    """Show a progress bar for long reads, if standard error is a terminal and standard output is not."""
    if not _is_terminal(sys.stderr) or _is_terminal(sys.stdout):
        yield stream
        return
    status = os.fstat(stream.fileno())
    is_file = stat.S_ISREG(status.st_mode)
    if is_file and status.st_size < _MIN_SIZE:
        yield stream
        return
    from rich.console import Console  # large imports, needed only for long reads on a terminal
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=status.st_size if is_file else None)
        yield io.BufferedReader(
            _CountingReader(stream, lambda size: progress.advance(task, size)), io.DEFAULT_BUFFER_SIZE
        )


class _CountingReader(io.RawIOBase):
    """A stream that reports the number of bytes read."""

    def __init__(self, stream: io.BufferedReader, on_read: Callable[[int], None]) -> None:
        self._stream = stream
        self._on_read = on_read

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - as in RawIOBase
        data = self._stream.read1(len(buffer))
        buffer[: len(data)] = data
        self._on_read(len(data))
        return len(data)


def _is_terminal(stream: Any) -> bool:  # noqa: ANN401 - a text stream, or None
    return stream is not None and bool(stream.isatty())
