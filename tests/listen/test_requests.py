"""Requests over a socket: redirects, other requests of browsers, and malicious ones."""

import socket
import time
from typing import Any

import pytest
from connect_errors import examples, invalid_examples, validate
from connect_errors.listen.request import MAX_BODY, MAX_HEAD

from tests.listen.conftest import QUICK, Listen, status

CODE = "e1dd0eb7-ec1d-4b8a-8a6b-5d1f5ab2b8ed"
DENIED = "/callback?error=access_denied&error_description=User+denied+access+to+application&state=s3cret"


def form(body: bytes, kind: bytes = b"application/x-www-form-urlencoded") -> bytes:
    head = b"POST /callback HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
    return head % (kind, len(body)) + body


REFUSED = {
    "no HTTP at all": (b"\x16\x03\x01\x02\x00\x01\r\n\r\n", 400),
    "no version": (b"GET /callback\r\n\r\n", 400),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\n", 400),
    "a line that goes on": (b"GET /callback HTTP/1.1\r\nHost: localhost\r\n X: y\r\n\r\n", 400),
    "a blank before the colon": (b"GET /callback HTTP/1.1\r\nHost : localhost\r\n\r\n", 400),
    "a bare line feed": (b"GET /callback HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n", 400),
    "NUL": (b"GET /callback HTTP/1.1\r\nHost: localhost\r\nX: \0\r\n\r\n", 400),
    "a blank in the target": (b"GET /callback ?a HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    "no Host": (b"GET /callback HTTP/1.1\r\n\r\n", 400),
    "an empty Host": (b"GET /callback HTTP/1.1\r\nHost:\r\n\r\n", 400),
    "two Hosts": (b"GET /callback HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400),
    "user info in Host": (b"GET /callback HTTP/1.1\r\nHost: localhost@evil.example\r\n\r\n", 400),
    "another Host": (b"GET /callback HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421),
    "a Host that only starts so": (b"GET /callback HTTP/1.1\r\nHost: localhost.evil.example:80\r\n\r\n", 421),
    "another address": (b"GET /callback HTTP/1.1\r\nHost: 192.168.1.2:80\r\n\r\n", 421),
    "absolute form, of another host": (b"GET http://evil.example/callback HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    "absolute form, another Host": (b"GET http://localhost/callback HTTP/1.1\r\nHost: evil.example\r\n\r\n", 400),
    "absolute form, both others": (b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421),
    "absolute form, user info": (b"GET http://localhost@evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    "absolute form, without a Host": (b"GET http://localhost/callback HTTP/1.1\r\n\r\n", 400),
    "asterisk form": (b"GET * HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    "a fragment in the target": (b"GET /callback?a#b HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    "two lengths": (b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nContent-Length: 1\r\n\r\nx", 400),
    "a chunked body": (
        b"POST /callback HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
    ),
    "a negative length": (b"POST /callback HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", 400),
    "a GET with a body": (b"GET /callback HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx", 400),
    "a huge body": (b"POST /callback HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % (MAX_BODY + 1), 413),
    "huge header fields": (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 2 * MAX_HEAD + b"\r\n\r\n", 431),
    "a huge target": (b"GET /" + b"x" * 2 * MAX_HEAD + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 431),
    "header fields without an end": (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * MAX_HEAD, 431),
    **{
        method: (f"{method} {DENIED} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode(), 405)
        for method in ("HEAD", "OPTIONS", "PUT", "DELETE", "TRACE", "PATCH")
    },
    "CONNECT": (b"CONNECT localhost:80 HTTP/1.1\r\nHost: localhost:80\r\n\r\n", 405),
    "a form from nowhere": (form(b"nonce=a&fragment=b"), 403),
    "a form of another type": (form(b"nonce=a&fragment=b", b"text/plain"), 403),
    "a field too many": (form(b"nonce=a&fragment=b&fragment=c"), 400),
    "something else than a form": (form(b"%00"), 400),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_requests(name: str, listen: Listen) -> None:
    request, expected = REFUSED[name]
    running = listen()
    response = running.send(request)
    assert status(response) == expected
    assert "s3cret" not in response
    assert "evil" not in response
    assert list(running.refusals.values()) == [1]
    assert running.reports == []
    assert status(running.get(DENIED)) == 200


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Sec_Fetch_Mode": "no-cors", "Sec_Fetch_Dest": "image", "Sec_Fetch_Site": "cross-site"}, 403),
        ({"Sec_Fetch_Mode": "cors", "Sec_Fetch_Dest": "empty", "Sec_Fetch_Site": "cross-site"}, 403),
        ({"Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "iframe", "Sec_Fetch_Site": "cross-site"}, 403),
        ({"Sec_Fetch_Mode": "no-cors", "Sec_Fetch_Dest": "script", "Sec_Fetch_Site": "same-origin"}, 403),
        ({"Sec_Fetch_Mode": "websocket", "Sec_Fetch_Dest": "websocket", "Sec_Fetch_Site": "cross-site"}, 403),
        ({"Sec_Purpose": "prefetch;prerender", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"}, 503),
        ({"Purpose": "prefetch"}, 503),
        ({"X_Moz": "prefetch"}, 503),
        ({"X_Purpose": "preview"}, 503),
        ({"Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document", "Sec_Fetch_Site": "cross-site"}, 200),
        ({"Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document", "Sec_Fetch_Site": "none"}, 200),
        ({}, 200),
    ],
)
def test_only_a_navigation_is_a_redirect(headers: dict[str, str], expected: int, listen: Listen) -> None:
    running = listen()
    assert status(running.get(DENIED, **headers)) == expected
    assert len(running.reports) == (expected == 200)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "[::1]"])
@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_every_loopback_address_and_host_name(host: str, family: socket.AddressFamily, listen: Listen) -> None:
    running = listen()
    response = running.send(f"GET {DENIED} HTTP/1.1\r\nHost: {host}:{running.port}\r\n\r\n".encode(), family)
    assert status(response) == 200
    (report,) = running.reports
    assert report.url.startswith(f"http://{host}:{running.port}/callback?")
    expected = [] if host.lower() == "localhost" else ["redirect-uri-mismatch"]
    if host != "LOCALHOST":  # case sensitivity is up to the rule
        assert [finding.rule for finding in report.findings] == expected


def test_responses_are_not_cached(listen: Listen) -> None:
    head, _, page = (
        listen().get(f"/callback?code={CODE}&state=s3cret&x=<script>alert(1)</script>").partition("\r\n\r\n")
    )
    for field in (
        "Cache-Control: no-store",
        "Referrer-Policy: no-referrer",
        "X-Content-Type-Options: nosniff",
        "X-Frame-Options: DENY",
        "Cross-Origin-Resource-Policy: same-origin",
        "Connection: close",
    ):
        assert f"\r\n{field}\r\n" in f"{head}\r\n"
    assert "default-src 'none'" in head
    assert "Set-Cookie" not in head
    assert "Server" not in head
    for secret in (CODE, "s3cret", "<script>alert"):
        assert secret not in page


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_the_absolute_form_of_a_target(version: str, listen: Listen) -> None:
    running = listen()
    host = f"localhost:{running.port}"
    assert status(running.send(f"GET HTTP://{host}{DENIED} HTTP/{version}\r\nHost: {host}\r\n\r\n".encode())) == 200
    (report,) = running.reports
    assert (report.outcome, report.findings) == ("access_denied", ())


def test_response_to_head_has_no_body(listen: Listen) -> None:
    head, _, page = listen().send(f"HEAD {DENIED} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()).partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 405 ")
    assert "\r\nAllow: GET\r\n" in head
    assert page == ""


def test_further_requests_of_a_connection_are_ignored(listen: Listen) -> None:
    running = listen()
    head = f"HTTP/1.1\r\nHost: localhost:{running.port}\r\n\r\n"
    response = running.send(f"GET {DENIED} {head}GET {DENIED}2 {head}".encode())
    assert response.count("HTTP/1.1 200 OK") == 1
    assert len(running.reports) == 1


@pytest.mark.parametrize(
    ("target", "rules"),
    [
        ("/callback/?error=server_error&error_description=Unexpected+server+error.+Please+try+again.", 1),
        ("/?error=server_error&error_description=Unexpected+server+error.+Please+try+again.", 1),
        ("//evil.example/callback?error=server_error&error_description=Unexpected+server+error.+Please+try+again.", 1),
    ],
)
def test_a_redirect_to_another_path_is_a_near_miss(target: str, rules: int, listen: Listen) -> None:
    running = listen()
    assert status(running.get(target)) == 200
    (report,) = running.reports
    assert [finding.rule for finding in report.findings] == ["redirect-uri-mismatch"] * rules


@pytest.mark.parametrize("target", ["/", "/favicon.ico", "/robots.txt", "/callback/", "/?utm_source=x"])
def test_other_targets_are_passed_over(target: str, listen: Listen) -> None:
    running = listen()
    assert status(running.get(target)) == 404
    assert running.reports == []


def test_every_valid_and_invalid_example(listen: Listen) -> None:
    running = listen(limits=QUICK._replace(fragment=0.01))
    redirects = [
        *examples(redirect_uri=running.address, state="0facda"),
        *examples(redirect_uri=running.address, optional=True),
        *invalid_examples(redirect_uri=running.address, state="0facda"),
    ]
    urls = list(dict.fromkeys(redirect.url for redirect in redirects if "#" not in redirect.url))
    assert len(urls) > 250
    for url in urls:
        before = len(running.reports)
        assert status(running.get(url.removeprefix(f"http://localhost:{running.port}"))) == 200
        while len(running.reports) == before:
            time.sleep(0.002)  # one without an outcome is judged only after a delay
        assert running.reports[-1] == validate(url, redirect_uri=running.address).redacted()


@pytest.mark.parametrize("byte", ["\udcff", "%FF", "%00", "%zz"])
def test_bytes_that_are_not_text_are_judged(byte: str, listen: Listen) -> None:
    running = listen()
    assert status(running.get(f"{DENIED}{byte}")) == 200
    (report,) = running.reports
    assert not report.conforms


def test_a_redirect_that_is_requested_twice_counts_once(listen: Listen) -> None:
    running = listen()
    first, second = running.get(DENIED), running.get(DENIED)
    assert first == second
    assert (len(running.reports), running.listener.repetitions) == (1, 1)


def test_a_repeated_code_is_never_a_new_redirect(listen: Listen) -> None:
    running = listen(limits=QUICK._replace(repetition=0))
    for target in (f"/callback?code={CODE}", f"/callback?code={CODE}", DENIED, DENIED):
        assert status(running.get(target)) == 200
    assert [report.outcome for report in running.reports] == ["authorization_code", "access_denied", "access_denied"]


@pytest.mark.parametrize("host", ["callback.example", "callback.example:8443", "localhost:8000"])
def test_behind_a_tunnel(host: str, listen: Listen) -> None:
    running: Any = listen(redirect_uri="https://callback.example/connect", path="/connect")
    response = running.get(
        "/connect?error=access_denied&error_description=User+denied+access+to+application", Host=host
    )
    assert status(response) == 200
    (report,) = running.reports
    assert report.url.startswith("https://callback.example/connect?error=")
    assert report.findings == ()
    assert status(running.get("/connect?error=x", Host="evil.example")) == 421


def test_a_proxy_that_changes_the_path(listen: Listen) -> None:
    running = listen(redirect_uri="https://callback.example/smartcar/connect?tenant=1", path="/callback")
    description = "error_description=User+denied+access+to+application"
    assert status(running.get(f"/callback?tenant=1&error=access_denied&{description}")) == 200
    (report,) = running.reports
    assert report.findings == ()
