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
        self._tell: Callable[[str, int], None] = lambda _text, _number: None
        self._pause: asyncio.TimerHandle | None = None
        self._thread: Thread | None = None

    def start(self, loop: asyncio.AbstractEventLoop, tell: Callable[[str, int], None]) -> None:
        """Call `tell` with each nonempty line and its number while the loop runs."""
        self._loop, self._tell = loop, tell
        if self._thread:  # it has been reading since the first start
            return
        try:
            loop.add_reader(self._stream.fileno(), self._take_what_is_there)
        except NotImplementedError:  # on Windows, where event loops cannot wait for a terminal
            self._thread = Thread(target=self._read_on, daemon=True)
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

    def _take_what_is_there(self) -> None:
        loop = self._loop
        if loop is None:
            return
        if not self._is_ours():  # reading from the terminal would stop a background job
            loop.remove_reader(self._stream.fileno())
            self._pause = loop.call_later(_PAUSE, self.start, loop, self._tell)
            return
        data = self._read()
        if data is not None:
            self._take(data)

    def _read_on(self) -> None:
        """Read in a thread, which may still be blocked in a read when the program ends."""
        data: bytes | None = b"\n"
        while data != b"":
            data = self._read()
            loop = self._loop
            if loop and data is not None:
                with suppress(RuntimeError):  # the loop was closed in the meantime
                    loop.call_soon_threadsafe(self._take, data)

    def _read(self) -> bytes | None:
        """Read a block; None if no data is available, empty at the end."""
        try:
            return self._stream.read(_BLOCK)
        except OSError:  # the terminal was closed
            return b""

    def _take(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        self._rest = self._rest[:_MAX_LINE]
        if not data:
            lines.append(self._rest)
            self.stop()
        for line in lines:
            self._number += 1
            if text := line.decode("utf-8", "surrogateescape").strip():
                self._tell(text, self._number)

    def _is_ours(self) -> bool:
        try:
            descriptor = self._stream.fileno()
            return not os.isatty(descriptor) or os.tcgetpgrp(descriptor) == os.getpgrp()
        except OSError:
            return True
