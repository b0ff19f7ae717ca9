"""Read lines pasted into the terminal, or written to a pipe, without blocking."""

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from io import RawIOBase
from threading import Thread

from connect_errors.url import MAX_BYTES

_MAX_LINE = 4 * MAX_BYTES
"""Bytes kept of a line: enough to see that it is too long."""
_BLOCK = 64 * 1024
_PAUSE = 1.0
"""Seconds between checks whether a terminal that another program is using is free again."""


class PastedLines:
    """The lines of a stream, read as they arrive.

    Args:
        stream: a terminal or a pipe, unbuffered.
    """

    def __init__(self, stream: RawIOBase) -> None:
        self._stream = stream
        self._rest = b""
        self._number = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._on_line: Callable[[str, int], None] = lambda _text, _number: None
        self._pause: asyncio.TimerHandle | None = None
        self._thread: Thread | None = None

    def start(self, loop: asyncio.AbstractEventLoop, on_line: Callable[[str, int], None]) -> None:
        """Call `on_line` with each nonempty line and its number while the loop runs."""
        self._loop, self._on_line = loop, on_line
        if self._thread:  # it has been reading since the first start
            return
        try:
            loop.add_reader(self._stream.fileno(), self._on_readable)
        except NotImplementedError:  # on Windows, where event loops cannot wait for a terminal
            self._thread = Thread(target=self._read_in_thread, daemon=True)
            self._thread.start()
        except OSError:  # not every descriptor can be polled
            self._loop = None

    def stop(self) -> None:
        """Stop reading."""
        if self._pause:
            self._pause.cancel()
        if self._loop and not self._thread:
            self._loop.remove_reader(self._stream.fileno())
        self._loop = None

    def _on_readable(self) -> None:
        loop = self._loop
        if loop is None:
            return
        if not self._is_foreground():  # reading from the terminal would stop a background job
            loop.remove_reader(self._stream.fileno())
            self._pause = loop.call_later(_PAUSE, self.start, loop, self._on_line)
            return
        data = self._read()
        if data is not None:
            self._split_lines(data)

    def _read_in_thread(self) -> None:
        """Read in a thread, which may still be blocked in a read when the program ends."""
        data: bytes | None = b"\n"
        while data != b"":
            data = self._read()
            loop = self._loop
            if loop and data is not None:
                with suppress(RuntimeError):  # the loop was closed in the meantime
                    loop.call_soon_threadsafe(self._split_lines, data)

    def _read(self) -> bytes | None:
        """Read a block; None if no data is available, empty at the end."""
        try:
            return self._stream.read(_BLOCK)
        except OSError:  # the terminal was closed
            return b""

    def _split_lines(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        self._rest = self._rest[:_MAX_LINE]
        if not data:
            lines.append(self._rest)
            self.stop()
        for line in lines:
            self._number += 1
            if text := line.decode("utf-8", "surrogateescape").strip():
                self._on_line(text, self._number)

    def _is_foreground(self) -> bool:
        try:
            descriptor = self._stream.fileno()
            return not os.isatty(descriptor) or os.tcgetpgrp(descriptor) == os.getpgrp()
        except OSError:
            return True
