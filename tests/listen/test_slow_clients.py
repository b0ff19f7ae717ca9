"""Many clients at once, some of which never finish: they neither block others nor linger."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.listen.conftest import QUICK, Listen, read_response, status

DENIED = "/callback?error=access_denied&error_description=User+denied+access+to+application&state="


def test_thirty_concurrent_requests(listen: Listen) -> None:
    running = listen()
    with ThreadPoolExecutor(30) as pool:
        responses = list(pool.map(running.get, (f"{DENIED}{number}" for number in range(30))))
    assert [status(response) for response in responses] == [200] * 30
    assert len(running.reports) == 30


def test_thirty_concurrent_requests_for_the_same_redirect(listen: Listen) -> None:
    running = listen()
    with ThreadPoolExecutor(30) as pool:
        responses = set(pool.map(running.get, [DENIED] * 30))
    assert len(responses) == 1
    assert (len(running.reports), running.listener.repetitions) == (1, 29)


@pytest.mark.parametrize(
    "beginning",
    [b"", b"GET", b"GET / HTTP/1.1\r\nX: y", b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nx"],
)
def test_incomplete_requests_time_out(beginning: bytes, listen: Listen) -> None:
    running = listen(limits=QUICK._replace(request=0.3))
    clients = running.hold(30)
    for client in clients:
        client.sendall(beginning)
    assert status(running.get(DENIED)) == 200
    start = time.monotonic()
    assert [read_response(client) for client in clients] == [""] * 30
    assert time.monotonic() - start < 5


def test_trickling_bytes_does_not_extend_the_timeout(listen: Listen) -> None:
    running = listen(limits=QUICK._replace(request=0.3))
    with running.connect() as client:
        start = time.monotonic()
        try:
            while time.monotonic() - start < 5:
                client.sendall(b"X")
                time.sleep(0.05)
        except OSError:
            pass
        assert time.monotonic() - start < 3


def test_clients_that_do_not_read_the_response_time_out(listen: Listen) -> None:
    running = listen(limits=QUICK._replace(response=0.2))
    with running.connect() as client:
        client.sendall(f"GET {DENIED} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        time.sleep(0.5)
        assert status(running.get(f"{DENIED}2")) == 200
        running.stop()


def test_excess_connections_close_the_oldest(listen: Listen) -> None:
    running = listen(limits=QUICK._replace(request=60, response=0.2, connections=10))
    clients = running.hold(12)
    assert status(running.get(DENIED)) == 200
    assert [read_response(client) for client in clients[:3]] == [""] * 3


def test_slow_clients_do_not_delay_the_end(listen: Listen) -> None:
    running = listen(limits=QUICK._replace(request=60, response=0.2))
    running.hold(5)
    time.sleep(0.1)
    start = time.monotonic()
    running.stop()
    assert time.monotonic() - start < 3
