"""Write pages as HTTP responses: never cached, not readable or embeddable by other sites, and sending no Referer."""

import asyncio
from http import HTTPStatus

from connect_errors.listen.page import policy

_MAX_IGNORED = 1024 * 1024
"""Maximum number of bytes after a request that are read and discarded."""
_BLOCK = 64 * 1024


def format_response(status: int, page: str, nonce: str, *, is_head: bool = False) -> bytes:
    """Write the response for an HTML page whose style and script have the nonce; only the head in answer to HEAD."""
    body = page.encode("utf-8", "replace")
    fields = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        "Content-Type: text/html; charset=utf-8",
        f"Content-Length: {len(body)}",
        f"Content-Security-Policy: {policy(nonce)}",
        "Cache-Control: no-store",
        "Referrer-Policy: no-referrer",
        "X-Content-Type-Options: nosniff",
        "X-Frame-Options: DENY",
        "Cross-Origin-Opener-Policy: same-origin",
        "Cross-Origin-Resource-Policy: same-origin",
        *(["Allow: GET"] if status == HTTPStatus.METHOD_NOT_ALLOWED else []),
        "Connection: close",
    )
    return "\r\n".join((*fields, "", "")).encode("ascii") + (b"" if is_head else body)


async def send(response: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send a response, then drain the connection: closing with unread data could lose the response (RFC 9112 §9.6)."""
    writer.transport.set_write_buffer_limits(0)
    writer.write(response)
    await writer.drain()
    writer.write_eof()
    ignored = 0
    while ignored < _MAX_IGNORED and (data := await reader.read(_BLOCK)):
        ignored += len(data)
