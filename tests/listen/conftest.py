"""A listener that runs in a thread, on a free port, and records its events."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest
from connect_errors.check import Checker
from connect_errors.expectation import Expectation
from connect_errors.listen.page import report_page
from connect_errors.listen.server import Arrival, Event, Limits, Listener
from connect_errors.redirect import Redirect
from connect_errors.summary import Summary
from connect_errors.url import URL

if TYPE_CHECKING:
    from connect_errors.report import RedactedReport

QUICK = Limits(request=5, response=1, fragment=0.1, repetition=60, silence=60)

Listen = Callable[..., "RunningListener"]


class RunningListener:
    """A listener with a consumer of its events."""

    def __init__(self, path: str = "/callback", redirect_uri: str | None = None, **options: Any) -> None:
        options.setdefault("limits", QUICK)
        registered = URL(redirect_uri) if redirect_uri else None
        self.events: list[Event] = []
        self.reports: list[RedactedReport] = []
        self.failure: Exception | None = None
        self._held: list[socket.socket] = []
        self._ready = threading.Event()
        # Everything is in the thread, because Playwright runs an event loop in this one.
        self._thread = threading.Thread(target=self._run, args=(path, registered), kwargs=options)
        self._thread.start()
        assert self._ready.wait(10)
        self.port = self.listener.port
        self.address = f"http://localhost:{self.port}{path}"

    def _run(self, path: str, redirect_uri: URL | None, **options: Any) -> None:
        try:
            with Listener(0, path, redirect_uri, **options) as self.listener:
                self._ready.set()
                checker = Checker(Expectation((self.listener.redirect_uri,)), Summary())
                for event in self.listener.events():
                    if isinstance(event, Arrival):
                        report = checker.check_one(Redirect(URL(event.url)))
                        self.reports.append(report)
                        event.respond(report_page(event.nonce, report))
                    self.events.append(event)
        except Exception as error:  # noqa: BLE001 - re-raised by the test
            self.failure = error

    @property
    def refusals(self) -> dict[str, int]:
        return {refused.reason: count for refused, count in self.listener.refusals.items()}

    def connect(self, family: socket.AddressFamily = socket.AF_INET) -> socket.socket:
        address = "127.0.0.1" if family == socket.AF_INET else "::1"
        client = socket.socket(family)
        client.settimeout(10)
        client.connect((address, self.port))
        return client

    def hold(self, number: int) -> list[socket.socket]:
        """Open connections, and keep them open until the listener stops."""
        clients = [self.connect() for _ in range(number)]
        self._held += clients
        return clients

    def send(self, request: bytes, family: socket.AddressFamily = socket.AF_INET) -> str:
        """Send raw bytes, and return the whole response."""
        with self.connect(family) as client:
            client.sendall(request)
            return read_response(client)

    def get(self, target: str, **headers: str) -> str:
        fields = {"Host": f"localhost:{self.port}"} | {name.replace("_", "-"): value for name, value in headers.items()}
        lines = [f"GET {target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
        return self.send("\r\n".join(lines).encode("utf-8", "surrogateescape"))

    def stop(self) -> None:
        if self._thread.is_alive():
            self.listener.stop()
        self._thread.join(10)
        for client in self._held:
            client.close()
        assert not self._thread.is_alive()
        if self.failure:
            raise self.failure


def read_response(client: socket.socket) -> str:
    """Read a response to its end; a reset counts as the end."""
    data = b""
    try:
        while piece := client.recv(65536):
            data += piece
    except ConnectionResetError:
        pass
    return data.decode()


def status(response: str) -> int:
    return int(response.split(" ", 2)[1]) if response else 0


@pytest.fixture
def listen() -> Iterator[Listen]:
    with ExitStack() as stack:

        def listen(**options: Any) -> RunningListener:
            running = RunningListener(**options)
            stack.callback(running.stop)
            return running

        yield listen
