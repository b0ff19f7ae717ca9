"""A small substitute for Connect, which redirects to any given URL, in every possible way."""

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from urllib.parse import parse_qs, urlsplit

WAYS = ("302", "303", "307", "refresh", "script", "link", "form")


class FakeConnect(http.server.ThreadingHTTPServer):
    """Answers `/oauth/authorize?way=…` with a redirect to `location`."""

    daemon_threads = True
    location = ""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(http.server.BaseHTTPRequestHandler):
    server: FakeConnect

    def do_GET(self) -> None:
        if self.path == "/favicon.ico":
            self.send_response(204)  # an error would appear in the browser's console
            self.end_headers()
            return
        (way,) = parse_qs(urlsplit(self.path).query).get("way", ["302"])
        location = self.server.location
        if way.isdecimal():
            self.send_response(int(way))
            self.send_header("Location", location)
            self.end_headers()
            return
        page = {
            "refresh": f'<meta http-equiv="refresh" content="0; url={escape(location)}">',
            "script": f"<script>location.replace({json.dumps(location)})</script>",
            "link": f'<a href="{escape(location)}">Back to application</a><script>document.links[0].click()</script>',
            "form": f'<form action="{escape(location)}"></form><script>document.forms[0].submit()</script>',
            "image": f'<img src="{escape(location)}">',
            "iframe": f'<iframe src="{escape(location)}"></iframe>',
            "fetch": f'<script>fetch({json.dumps(location)}, {{mode: "no-cors"}})</script>',
            "post": f'<form method="post" action="{escape(location)}"><input name="nonce" value="a">'
            '<input name="fragment" value="b"></form><script>document.forms[0].submit()</script>',
            "prefetch": f'<link rel="prefetch" href="{escape(location)}">',
        }[way]
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def fake_connect() -> Iterator[FakeConnect]:
    server = FakeConnect(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
