"""Captures, each beside its expected reports: `captures/NAME` and `captures/NAME.toml`."""

import io
import json
import os
import threading
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Invoke
from validator.captures import Capture, CaptureError
from validator.captures.lines import BLOCK, LONGEST_LINE
from validator.judge import judge
from validator.redaction import redact
from validator.url import URL

FOLDER = Path(__file__).parent / "captures"
CAPTURES = sorted(path for path in FOLDER.iterdir() if path.suffix != ".toml")
EACH_CAPTURE = pytest.mark.parametrize("path", CAPTURES, ids=[path.name for path in CAPTURES])


def expected(path: Path) -> dict[str, Any]:
    beside = path.with_name(f"{path.name}.toml")
    assert beside.exists(), f"{path.name} needs its expected reports in {beside.name}"
    defaults = {"exit_code": 0, "passed_over": 0, "leaks": 0}
    return defaults | tomllib.loads(beside.read_text(encoding="utf-8"))


def facts(redirect: dict[str, Any]) -> dict[str, Any]:
    return {
        "line": redirect.get("line"),
        "column": redirect.get("column"),
        "pointer": redirect.get("pointer"),
        "url": redirect["url"],
        "outcome": redirect.get("outcome"),
        "rules": redirect.get("rules", []),
    }


@EACH_CAPTURE
def test_library_reads(path: Path) -> None:
    with path.open("rb") as stream:
        capture = Capture(path.name, stream)
        reports = [redact(judge(redirect)) for redirect in capture]
    found = [
        {
            "line": report.place.line,
            "column": report.place.column,
            "pointer": report.place.pointer,
            "url": report.url,
            "outcome": report.outcome,
            "rules": [finding.rule for finding in report.findings],
        }
        for report in reports
    ]
    assert found == [facts(redirect) for redirect in expected(path)["redirects"]]
    assert capture.input_format == expected(path)["input_format"]
    assert capture.passed_over == expected(path)["passed_over"]
    assert capture.leaks == expected(path)["leaks"]


@EACH_CAPTURE
@pytest.mark.parametrize("from_stdin", [False, True], ids=["file", "stdin"])
def test_command_line_reads(path: Path, invoke: Invoke, *, from_stdin: bool) -> None:
    if from_stdin:
        result = invoke("validate", "--format", "json", stdin=path.read_bytes())
    else:
        result = invoke("validate", "--format", "json", str(path))
    document = json.loads(result.stdout)
    found = [
        facts(redirect | {"rules": [finding["rule"] for finding in redirect["findings"]]})
        for redirect in document["redirects"]
    ]
    assert found == [facts(redirect) for redirect in expected(path)["redirects"]]
    assert {redirect["source"] for redirect in document["redirects"]} <= {"-" if from_stdin else str(path)}
    assert document["summary"]["passed_over"] == expected(path)["passed_over"]
    assert result.exit_code == expected(path)["exit_code"]
    assert ("carries an authorization code" in result.stderr) == bool(expected(path)["leaks"])


def read(data: bytes, **options: Any) -> Capture:
    return Capture("-", io.BytesIO(data), **options)


def test_only_urls_under_the_redirect_uri_are_redirects() -> None:
    data = b"Location: https://a.example/cb?code=1\n\nLocation: https://b.example/cb?code=2\n\nLocation: https://b.example/cb\n"
    capture = read(data, redirect_uri=URL("https://b.example/cb"))
    assert [redirect.url.text for redirect in capture] == ["https://b.example/cb?code=2", "https://b.example/cb"]
    assert capture.passed_over == 1


@pytest.mark.parametrize(
    ("query", "is_redirect"),
    [
        ("error=", True),
        ("error_description=x", True),
        ("code=1", True),
        ("user_id=1", False),
        ("user_id=1&state=2", True),
        ("vehicle_id=1", False),
        ("state=2&vehicle_id=1", True),
        ("state=2", False),
        ("test=blah", False),
    ],
)
def test_what_looks_like_a_redirect(query: str, is_redirect: bool) -> None:
    capture = read(f"Location: https://a.example/cb?{query}\n".encode())
    assert len(list(capture)) == is_redirect
    assert capture.passed_over == (not is_redirect)


def test_a_list_judges_every_line() -> None:
    assert len(list(read(b"https://a.example/?test=blah\nnonsense\n", input_format="urls"))) == 2


@pytest.mark.parametrize("data", [b"\x7fELF\x02\x01\x01\0\0\0", b"https://a.example/?code=1\n\0\0"])
def test_binary(data: bytes) -> None:
    with pytest.raises(CaptureError, match="it is a binary file, not text"):
        list(read(data))


def test_what_was_readable_of_a_truncated_gzip_is_yielded() -> None:
    data = (FOLDER / "list.gz").read_bytes()[:-8]
    redirects = iter(read(data))
    assert next(redirects).url.text == "https://app.example/home?code=1"
    assert next(redirects).place.line == 2
    with pytest.raises(CaptureError, match="after line 2"):
        next(redirects)


def test_a_line_of_any_length_is_bounded() -> None:
    data = b"https://a.example/?state=" + b"a" * 5_000_000 + b"\nhttps://a.example/?code=1\n"
    first, second = read(data)
    assert first.url.too_long
    assert len(first.url.text) <= LONGEST_LINE + BLOCK
    assert (second.url.text, second.place.line) == ("https://a.example/?code=1", 2)


HAR = (FOLDER / "browser.har").read_bytes()


@pytest.mark.parametrize(
    ("data", "found", "message"),
    [
        (HAR[: HAR.rindex(b'"redirectURL"')], 2, "its JSON is damaged or cut off in /log/entries/3"),
        (HAR[: HAR.index(b"favicon") + 20], 1, "its JSON is damaged or cut off in /log/entries/2"),
        (HAR.replace(b'"status": 404', b'"status": nonsense'), 1, "its JSON is damaged or cut off in /log/entries/2"),
        (b'{"a": 1}', 0, "it is JSON, but no HAR file: it has no log"),
        (b"{nonsense", 0, "its JSON is damaged or cut off"),
        (b'{"log": {"entries": 5}}', 0, None),
        (b'{"log": {"entries": {"\\u001b[31m": {"request": {"url": "https://a.example/?code=1"}}}}}', 0, None),
        (b'{"log": {"version": "1.2", "a": ' + b"[" * 50_000 + b"]" * 50_000 + b"}}", 0, None),
    ],
)
def test_a_damaged_har_costs_only_itself(data: bytes, found: int, message: str | None) -> None:
    redirects: list[Any] = []
    error = None
    try:
        redirects += read(data)
    except CaptureError as raised:
        error = str(raised)
    assert (len(redirects), error) == (found, message)


def test_a_corrupt_gzip() -> None:
    data = bytearray((FOLDER / "list.gz").read_bytes())
    data[30] ^= 0xFF
    with pytest.raises(CaptureError):
        list(read(bytes(data)))


def test_relative_locations_are_resolved() -> None:
    request = "GET /a/b/c?x=1 HTTP/1.1\nHost: app.example\n\nHTTP/1.1 302 Found\nLocation: {}\n"
    for location, resolved in {
        "/cb?code=1": "https://app.example/cb?code=1",
        "cb?code=1": "https://app.example/a/b/cb?code=1",
        "../cb?code=1": "https://app.example/a/cb?code=1",
        "./?code=1": "https://app.example/a/b/?code=1",
        "?code=1": "https://app.example/a/b/c?code=1",
        "#code=1": "https://app.example/a/b/c?x=1#code=1",
        "//b.example/cb?code=1": "https://b.example/cb?code=1",
        "sc1://cb/?code=1": "sc1://cb/?code=1",
    }.items():
        (redirect,) = read(request.format(location).encode())
        assert redirect.url.text == resolved


@pytest.mark.parametrize(
    ("location", "host", "target", "count"),
    [
        ("https://app.example/cb?code=1", "app.example", "/cb?code=1", 1),
        ("https://app.example:443/cb?code=1", "app.example", "/cb?code=1", 1),
        ("https://App.example/cb?code=1#x", "app.example", "/cb?code=1", 1),
        ("https://app.example/%C3%BC?code=a'b", "app.example", "/ü?code=a%27b", 1),
        ("https://app.example?code=1", "app.example", "/?code=1", 1),
        ("https://app.example/cb?code=1", "b.example", "/cb?code=1", 2),
        ("https://app.example/cb?code=1", "app.example", "/cb?code=2", 2),
        ("https://app.example/cb?code=1", "app.example:8000", "/cb?code=1", 2),
    ],
)
def test_the_request_that_follows_a_redirect_is_the_same(location: str, host: str, target: str, count: int) -> None:
    data = f"HTTP/1.1 302 Found\nLocation: {location}\n\nGET {target} HTTP/1.1\nHost: {host}\n\n"
    assert len(list(read(data.encode()))) == count


def test_a_request_is_told_once_and_no_longer_waited_for() -> None:
    message = "GET /cb?code=1 HTTP/1.1\nHost: app.example\n\n"
    data = "HTTP/1.1 302 Found\nLocation: https://app.example/cb?code=1\n\n" + message + message
    assert len(list(read(data.encode()))) == 2


def test_a_pipe_that_is_written_in_pieces() -> None:
    for pieces, input_format, found in (
        ([b"# a list\n", b"nonsense\nhttps://a.example/?code=1\nhttps://a.example/?code=2\n"], "urls", 3),
        ([b"HTT", b"P/1.1 302 Found\nLocation: https://a.example/?code=1\n"], "http", 1),
        ([b"\x1f", (FOLDER / "list.gz").read_bytes()[1:]], "urls", 2),
        ([b"\xef\xbb", b"\xbfhttps://a.example/?code=1\n"], "urls", 1),
    ):
        reading, writing = os.pipe()
        with os.fdopen(reading, "rb") as stream:
            writer = threading.Thread(target=_write_slowly, args=(writing, pieces))
            writer.start()
            capture = Capture("-", stream)
            assert len(list(capture)) == found
            writer.join()
        assert capture.input_format == input_format


def _write_slowly(descriptor: int, pieces: list[bytes]) -> None:
    with os.fdopen(descriptor, "wb", buffering=0) as stream:
        for piece in pieces:
            stream.write(piece)
            time.sleep(0.05)
