"""Lines pasted into the terminal, or written to a pipe, read only when they are there."""

import asyncio
import os
from collections.abc import Callable

from connect_errors.url import MAX_BYTES

_MAX_LINE = 4 * MAX_BYTES
"""Bytes of a line that are kept: enough to see that it is too long."""
_BLOCK = 64 * 1024
_PAUSE = 1.0
"""Seconds until a terminal is looked at again that another program uses."""


class PastedLines:
    """The lines of a descriptor.

    Args:
        descriptor: of a terminal or a pipe.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._rest = b""
        self._number = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tell: Callable[[str, int], None] = lambda _text, _number: None
        self._pause: asyncio.TimerHandle | None = None

    def start(self, loop: asyncio.AbstractEventLoop, tell: Callable[[str, int], None]) -> None:
        """Call `tell` with each line that is not empty, and its number, while the loop runs."""
        self._loop, self._tell = loop, tell
        try:
            loop.add_reader(self._descriptor, self._read)
        except (NotImplementedError, OSError):  # not on every system, and not of everything
            self._loop = None

    def stop(self) -> None:
        """Read no more."""
        if self._pause:
            self._pause.cancel()
        if self._loop:
            self._loop.remove_reader(self._descriptor)
            self._loop = None

    def _read(self) -> None:
        loop = self._loop
        if loop is None:
            return
        if not self._is_ours():  # reading would stop a background job
            loop.remove_reader(self._descriptor)
            self._pause = loop.call_later(_PAUSE, self.start, loop, self._tell)
            return
        try:
            data = os.read(self._descriptor, _BLOCK)
        except BlockingIOError:
            return
        except OSError:  # the terminal was closed
            data = b""
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
            return not os.isatty(self._descriptor) or os.tcgetpgrp(self._descriptor) == os.getpgrp()
        except OSError:
            return True
