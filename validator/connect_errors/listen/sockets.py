"""Sockets that listen on the loopback interface only, at both addresses that `localhost` may resolve to."""

import errno
import os
import socket

from connect_errors.redaction import shown_message
from connect_errors.shown import Shown, ShownError, say

_ADDRESSES = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))
_NOT_SUPPORTED = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT}
_ATTEMPTS = 20
"""To find a port that is free at both addresses."""


class ListenError(ShownError):
    """Listening on a port failed. The message says why, and what helps."""


def open_sockets(port: int) -> list[socket.socket]:
    """Listen on a port of 127.0.0.1 and, if IPv6 is available, of ::1; port 0 picks one that is free at both.

    Both have to be free: otherwise, another program could receive the redirects on one of them.

    Raises:
        ListenError: the port is in use, or listening on it is not permitted.
    """
    for _ in range(_ATTEMPTS - 1):
        try:
            return _open(port)
        except OSError as error:
            if port or error.errno != errno.EADDRINUSE:
                raise ListenError(_reason(port, error)) from error
    raise ListenError(Shown("no port is free on both 127.0.0.1 and ::1"))


def _open(port: int) -> list[socket.socket]:
    sockets: list[socket.socket] = []
    try:
        for family, address in _ADDRESSES:
            try:
                sock = _bound(family, address, port)
            except OSError as error:
                if family == socket.AF_INET or error.errno not in _NOT_SUPPORTED:
                    raise
                continue
            sockets.append(sock)
            port = sock.getsockname()[1]
    except OSError:
        for sock in sockets:
            sock.close()
        raise
    return sockets


def _bound(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections in TIME_WAIT do not block the port
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind((address, port))
        sock.listen(128)
    except OSError:
        sock.close()
        raise
    return sock


def _reason(port: int, error: OSError) -> Shown:
    if error.errno == errno.EADDRINUSE:
        return say(
            "port {} is in use; stop the program that is listening there, or choose another one with --port", port
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return say("no permission to listen on port {}; choose one from 1024 up with --port", port)
    return say("cannot listen on port {}: {}", port, shown_message(error.strerror or str(error)))
