"""The server: connections of browsers → events, and the answers to them.

One event loop, which runs only while its user waits for the next event, and so needs no locks and no threads.
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
from connect_errors.listen.remembered import Fragments, Remembered
from connect_errors.listen.request import MAX_HEAD, Refusal, Request, read_request
from connect_errors.listen.response import response, send
from connect_errors.listen.sockets import open_sockets
from connect_errors.shown import Shown
from connect_errors.url import URL


class Limits(NamedTuple):
    """What a client may take. Times are in seconds."""

    request: float = 10.0
    """Until a request is there as a whole."""
    answer: float = 2.0
    """Until its answer is read."""
    connections: int = 128
    """At once; one more closes the oldest."""
    fragment: float = 2.0
    """Until a visit without an outcome counts as it is; a browser's page sends the fragment before."""
    repetition: float = 10.0
    """In which the same URL is the same redirect once more."""
    silence: float = 60.0
    """Without a redirect, until `Silence`."""


LIMITS = Limits()


class Arrival:
    """A redirect that a browser followed. The browser waits for the answer."""

    def __init__(self, url: str, answer: Callable[[str, str], None]) -> None:
        self.url = url
        """As the browser has it."""
        self.nonce = secrets.token_urlsafe(16)
        """That of the page's style and script."""
        self._answer = answer

    def answer(self, page: str) -> None:
        """Answer with a page of HTML, which has the nonce."""
        self._answer(page, self.nonce)


class Pasted(NamedTuple):
    """A line that was pasted into the terminal."""

    text: str
    line: int
    """Which one it was, from 1."""


class Refused(NamedTuple):
    """The first request that was not let through for a reason."""

    reason: Shown
    is_harmless: bool


class Silence(NamedTuple):
    """For a while no redirect has come at all."""


Event = Arrival | Pasted | Refused | Silence


class Listener:
    """Listens on this machine for redirects; a context manager.

    Args:
        port: where; 0 takes any port that is free.
        path: the path at which redirects arrive.
        redirect_uri: the registered redirect URI, if it is not the listener's own address.
        stdin: a terminal or a pipe, unbuffered, from which pasted lines are read.
        limits: what clients may take.

    Raises:
        ListenError: it cannot listen there.
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
        """The requests that were not let through, by reason."""
        self.repetitions = 0
        """Requests for a redirect that had come already."""
        self.stopped_by: int | None = None
        """The signal that ended it, if one did."""
        self._limits = limits
        self._gate = Gate(self.redirect_uri, path)
        self._fragments = Fragments()
        self._remembered = Remembered(limits.repetition)
        self._pasted = None if stdin is None else PastedLines(stdin)
        self._events: asyncio.Queue[Event | BaseException | None] = asyncio.Queue()
        self._connections: dict[asyncio.Task[None], None] = {}
        """The oldest first."""
        self._delayed: set[asyncio.Task[None]] = set()
        self._heard = False
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(self._notice)
        self._servers = [
            self._loop.run_until_complete(asyncio.start_server(self._serve, sock=one, limit=MAX_HEAD))
            for one in sockets
        ]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._loop.run_until_complete(self._close())
        self._loop.close()

    def events(self, timeout: float | None = None, signals: tuple[int, ...] = ()) -> Generator[Event]:
        """Yield what happens, until the time is over, one of the signals comes, or `stop` is called.

        Args:
            timeout: seconds.
            signals: numbers of signals; only the main thread may give them.
        """
        put = self._events.put_nowait
        with _handled(self._loop, signals, self.stop):
            if self._pasted:
                self._pasted.start(self._loop, lambda text, line: put(Pasted(text, line)))
            timers = [self._loop.call_later(self._limits.silence, self._tell_silence)]
            if timeout is not None:
                timers.append(self._loop.call_later(timeout, put, None))
            try:
                while (event := self._loop.run_until_complete(self._events.get())) is not None:
                    if isinstance(event, BaseException):
                        raise event
                    self._heard |= isinstance(event, (Arrival, Pasted))
                    yield event
            finally:
                for timer in timers:
                    timer.cancel()
                if self._pasted:
                    self._pasted.stop()

    def stop(self, number: int | None = None) -> None:
        """End `events` after what has come already. Safe to call from other threads."""
        self.stopped_by = number
        self._loop.call_soon_threadsafe(self._events.put_nowait, None)

    def _tell_silence(self) -> None:
        if not self._heard:
            self._events.put_nowait(Silence())

    def _notice(self, _loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
        """Hand over an exception that nothing expects. Those of the system pass, such as that no file is free."""
        error = context.get("exception")
        if isinstance(error, BaseException) and not isinstance(error, OSError):
            self._events.put_nowait(error)

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        self._remembered.forget()
        for task in self._delayed:
            task.cancel()
        if self._connections:  # answers that are on their way
            await asyncio.wait(self._connections, timeout=self._limits.answer)
        for task in self._connections:
            task.cancel()
        if left := {*self._connections, *self._delayed}:
            await asyncio.wait(left)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve a connection: one request, one answer."""
        task = asyncio.current_task()
        assert task  # noqa: S101 - a coroutine of a server runs in one
        self._connections[task] = None
        held = [one for one in self._connections if not one.cancelling()]
        if len(held) > self._limits.connections:
            held[0].cancel()
        try:
            async with asyncio.timeout(self._limits.request):
                answer = await self._answer(reader)
            if answer:
                async with asyncio.timeout(self._limits.answer):
                    await send(answer, reader, writer)
        except (OSError, TimeoutError, asyncio.CancelledError):
            pass  # whoever leaves or dawdles gets no answer
        except Exception as error:  # noqa: BLE001 - it is raised where events are waited for
            self._events.put_nowait(error)
        finally:
            del self._connections[task]
            writer.transport.abort()

    async def _answer(self, reader: asyncio.StreamReader) -> bytes | None:
        request = None
        try:
            request = await read_request(reader)
            return await self._answer_request(request) if request else None
        except Refusal as refusal:
            self._count(Refused(refusal.reason, refusal.is_harmless))
            nonce = secrets.token_urlsafe(16)
            is_head = request is not None and request.method == "HEAD"
            return response(refusal.status, refusal_page(nonce, refusal.reason), nonce, is_head=is_head)

    async def _answer_request(self, request: Request) -> bytes:
        visit = self._gate.visit(request)
        if request.method == "POST":
            visit = self._fragments.with_fragment(visit, request.body)
        if visit.is_decided:
            page, nonce = await self._judged(visit.url)
        else:
            nonce = self._fragments.nonce(visit.url)
            page = waiting_page(nonce, has_query=not visit.is_bare)
            task = self._loop.create_task(self._take_as_it_is(visit, nonce))
            self._delayed.add(task)
            task.add_done_callback(self._delayed.discard)
        return response(HTTPStatus.OK, page, nonce)

    async def _judged(self, url: str) -> tuple[str, str]:
        """Yield a redirect, unless it came before; wait for its page and that page's nonce."""
        page = self._remembered.page(url)
        if page is None:
            page = answered = self._loop.create_future()
            self._remembered.add(url, page)
            self._events.put_nowait(Arrival(url, lambda text, nonce: answered.set_result((text, nonce))))
        else:
            self.repetitions += 1
        return await asyncio.shield(page)

    async def _take_as_it_is(self, visit: Visit, nonce: str) -> None:
        """Take a visit for what it is where its page sends no fragment; that of curl never does."""
        await asyncio.sleep(self._limits.fragment)
        if self._fragments.was_sent(nonce):
            return
        if visit.is_bare:
            self._count(Refused(Shown("it has no parameters"), is_harmless=True))
        else:
            await self._judged(visit.url)

    def _count(self, refused: Refused) -> None:
        if not self.refusals[refused]:
            self._events.put_nowait(refused)
        self.refusals[refused] += 1


@contextmanager
def _handled(loop: asyncio.AbstractEventLoop, numbers: tuple[int, ...], stop: Callable[[int], None]) -> Iterator[None]:
    """Let signals stop the loop, even one that comes just before it waits."""
    before = {number: signal.getsignal(number) for number in numbers}
    try:
        for number in numbers:
            try:
                loop.add_signal_handler(number, stop, number)
            except NotImplementedError:  # on Windows
                signal.signal(number, lambda number, _frame: stop(number))
        yield
    finally:
        for number, handler in before.items():
            with suppress(NotImplementedError):
                loop.remove_signal_handler(number)
            signal.signal(number, handler)
