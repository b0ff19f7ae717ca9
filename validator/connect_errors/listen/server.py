"""The server: turns connections from browsers into events, and answers them.

One event loop, which runs only while the caller waits for the next event, so no locks or threads are needed.
"""

import asyncio
import secrets
import signal
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from io import RawIOBase
from types import TracebackType
from typing import NamedTuple, Self

from connect_errors.listen.gate import Gate, Visit
from connect_errors.listen.page import refusal_page, waiting_page
from connect_errors.listen.pasted import PastedLines
from connect_errors.listen.remembered import Fragments, RecentRedirects
from connect_errors.listen.request import MAX_HEAD, Refusal, Request, read_request
from connect_errors.listen.response import format_response, send
from connect_errors.listen.sockets import open_sockets
from connect_errors.shown import Shown
from connect_errors.url import URL


class Limits(NamedTuple):
    """Limits on clients. Times are in seconds."""

    request: float = 10.0
    """To receive a complete request."""
    response: float = 2.0
    """To deliver the response."""
    connections: int = 128
    """Maximum number of concurrent connections; another one closes the oldest."""
    fragment: float = 2.0
    """To wait for the fragment of a visit without an outcome; a browser's page submits it sooner."""
    repetition: float = 10.0
    """Window in which the same URL is a repetition of the same redirect."""
    silence: float = 60.0
    """Time without a redirect before `Silence`."""


LIMITS = Limits()


class Arrival:
    """A redirect that a browser followed. The browser is waiting for the response."""

    def __init__(self, url: str, respond: Callable[[str, str], None]) -> None:
        self.url = url
        """The URL as the browser shows it."""
        self.nonce = secrets.token_urlsafe(16)
        """The nonce of the page's style and script."""
        self._respond = respond

    def respond(self, page: str) -> None:
        """Respond with an HTML page that uses the nonce."""
        self._respond(page, self.nonce)


class Pasted(NamedTuple):
    """A line pasted into the terminal."""

    text: str
    line: int
    """The number of the line, from 1."""


class Refused(NamedTuple):
    """The first request refused for a reason."""

    reason: Shown
    is_harmless: bool


class Silence(NamedTuple):
    """No redirect has arrived for a while."""


Event = Arrival | Pasted | Refused | Silence


class Listener:
    """Listens on this machine for redirects; a context manager.

    Args:
        port: the port to listen on; 0 picks a free one.
        path: the path at which redirects arrive.
        redirect_uri: the registered redirect URI, if it is not the listener's own address.
        stdin: a terminal or a pipe, unbuffered, from which pasted lines are read.
        limits: limits on clients.

    Raises:
        ListenError: the port cannot be listened on.
    """

    def __init__(
        self,
        port: int,
        path: str,
        redirect_uri: URL | None = None,
        *,
        stdin: RawIOBase | None = None,
        limits: Limits = LIMITS,
    ) -> None:
        sockets = open_sockets(port)
        self.port: int = sockets[0].getsockname()[1]
        self.redirect_uri = redirect_uri or URL(f"http://localhost:{self.port}{path}")
        self.refusals: Counter[Refused] = Counter()
        """Number of refused requests, by reason."""
        self.repetitions = 0
        """Number of requests for a redirect that had already arrived."""
        self.stopped_by: int | None = None
        """The signal that stopped the listener, if any."""
        self._limits = limits
        self._gate = Gate(self.redirect_uri, path)
        self._fragments = Fragments()
        self._recent = RecentRedirects(limits.repetition)
        self._pasted = None if stdin is None else PastedLines(stdin)
        self._events: asyncio.Queue[Event | BaseException | None] = asyncio.Queue()
        self._connections: dict[asyncio.Task[None], None] = {}
        """Oldest first."""
        self._delayed: set[asyncio.Task[None]] = set()
        self._has_received = False
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(self._on_loop_exception)
        self._servers = [
            self._loop.run_until_complete(asyncio.start_server(self._serve, sock=socket, limit=MAX_HEAD))
            for socket in sockets
        ]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._loop.run_until_complete(self._close())
        self._loop.close()

    def events(self, timeout: float | None = None, signals: tuple[int, ...] = ()) -> Generator[Event]:
        """Yield events until the timeout expires, one of the signals arrives, or `stop` is called.

        Args:
            timeout: in seconds.
            signals: signal numbers; allowed only in the main thread.
        """
        put = self._events.put_nowait
        with _signals_handled(self._loop, signals, self.stop):
            if self._pasted:
                self._pasted.start(self._loop, lambda text, line: put(Pasted(text, line)))
            timers = [self._loop.call_later(self._limits.silence, self._report_silence)]
            if timeout is not None:
                timers.append(self._loop.call_later(timeout, put, None))
            try:
                while (event := self._loop.run_until_complete(self._events.get())) is not None:
                    if isinstance(event, BaseException):
                        raise event
                    self._has_received |= isinstance(event, (Arrival, Pasted))
                    yield event
            finally:
                for timer in timers:
                    timer.cancel()
                if self._pasted:
                    self._pasted.stop()

    def stop(self, number: int | None = None) -> None:
        """End `events` after the events already queued. Thread-safe."""
        self.stopped_by = number
        self._loop.call_soon_threadsafe(self._events.put_nowait, None)

    def _report_silence(self) -> None:
        if not self._has_received:
            self._events.put_nowait(Silence())

    def _on_loop_exception(self, _loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
        """Raise an unexpected exception in `events`. Errors of the system, such as too many open files, are ignored."""
        error = context.get("exception")
        if isinstance(error, BaseException) and not isinstance(error, OSError):
            self._events.put_nowait(error)

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        self._recent.cancel_pages()
        for task in self._delayed:
            task.cancel()
        if self._connections:  # responses still being sent
            await asyncio.wait(self._connections, timeout=self._limits.response)
        for task in self._connections:
            task.cancel()
        if remaining := {*self._connections, *self._delayed}:
            await asyncio.wait(remaining)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve a connection: one request, one response."""
        task = asyncio.current_task()
        assert task  # noqa: S101 - a server's coroutine always runs in a task
        self._connections[task] = None
        active = [connection for connection in self._connections if not connection.cancelling()]
        if len(active) > self._limits.connections:
            active[0].cancel()
        try:
            async with asyncio.timeout(self._limits.request):
                response = await self._respond(reader)
            if response:
                async with asyncio.timeout(self._limits.response):
                    await send(response, reader, writer)
        except (OSError, TimeoutError, asyncio.CancelledError):
            pass  # clients that disconnect or time out get no response
        except Exception as error:  # noqa: BLE001 - re-raised in `events`
            self._events.put_nowait(error)
        finally:
            del self._connections[task]
            writer.transport.abort()

    async def _respond(self, reader: asyncio.StreamReader) -> bytes | None:
        request = None
        try:
            request = await read_request(reader)
            return await self._respond_to_request(request) if request else None
        except Refusal as refusal:
            self._record_refusal(Refused(refusal.reason, refusal.is_harmless))
            nonce = secrets.token_urlsafe(16)
            is_head = request is not None and request.method == "HEAD"
            return format_response(refusal.status, refusal_page(nonce, refusal.reason), nonce, is_head=is_head)

    async def _respond_to_request(self, request: Request) -> bytes:
        visit = self._gate.visit(request)
        if request.method == "POST":
            visit = self._fragments.with_fragment(visit, request.body)
        if visit.is_decided:
            page, nonce = await self._page_of_redirect(visit.url)
        else:
            nonce = self._fragments.nonce(visit.url)
            page = waiting_page(nonce, has_query=not visit.is_bare)
            task = self._loop.create_task(self._judge_without_fragment(visit, nonce))
            self._delayed.add(task)
            task.add_done_callback(self._delayed.discard)
        return format_response(HTTPStatus.OK, page, nonce)

    async def _page_of_redirect(self, url: str) -> tuple[str, str]:
        """Queue a redirect as an event, unless it is a repetition; wait for its page and the page's nonce."""
        page = self._recent.page(url)
        if page is None:
            page = pending = self._loop.create_future()
            self._recent.add(url, page)
            self._events.put_nowait(Arrival(url, lambda text, nonce: pending.set_result((text, nonce))))
        else:
            self.repetitions += 1
        return await asyncio.shield(page)

    async def _judge_without_fragment(self, visit: Visit, nonce: str) -> None:
        """Judge a visit without a fragment if its page submits none in time; that of curl never does."""
        await asyncio.sleep(self._limits.fragment)
        if self._fragments.was_sent(nonce):
            return
        if visit.is_bare:
            self._record_refusal(Refused(Shown("it has no parameters"), is_harmless=True))
        else:
            await self._page_of_redirect(visit.url)

    def _record_refusal(self, refused: Refused) -> None:
        if not self.refusals[refused]:
            self._events.put_nowait(refused)
        self.refusals[refused] += 1


@contextmanager
def _signals_handled(
    loop: asyncio.AbstractEventLoop, numbers: tuple[int, ...], stop: Callable[[int], None]
) -> Iterator[None]:
    """Let signals stop the loop, even one that arrives just before the loop waits."""
    old_handlers = {number: signal.getsignal(number) for number in numbers}
    try:
        for number in numbers:
            try:
                loop.add_signal_handler(number, stop, number)
            except NotImplementedError:  # on Windows
                signal.signal(number, lambda number, _frame: stop(number))
        yield
    finally:
        for number, handler in old_handlers.items():
            with suppress(NotImplementedError):
                loop.remove_signal_handler(number)
            signal.signal(number, handler)
