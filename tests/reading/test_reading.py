"""Captures as streams: their kind, their encoding, damaged ones, and which URLs are redirects."""

import gzip
import io
import os
import threading
import time
from typing import Any

import pytest
from connect_errors.captures import Capture, CaptureError
from connect_errors.captures.selection import REASONS, reason_to_pass_over
from connect_errors.captures.stream import MAX_LINE
from connect_errors.shown import Shown
from connect_errors.url import URL

from tests.helpers.chunks import Chunks
from tests.helpers.paths import CAPTURES

UUID = "90abecb6-e7ab-4b85-864a-e1c8bf67f2ad"
DENIED = "error=access_denied&error_description=User+denied+access+to+application"


def read(data: bytes, **options: Any) -> Capture:
    return Capture(Shown("-"), io.BytesIO(data), **options)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("error=access_denied", None),
        ("error=acces_denied", None),
        ("error=user_cancelled", None),
        ("error=session_expired", "other-error"),
        ("error=session_expired&error_description=x", None),
        ("error=invalid_grant&error_description=x", None),
        ("error", "other-url"),
        ("error=", "other-url"),
        ("error_description=x", "other-url"),
        (f"code={UUID}", None),
        (f"code={UUID}&scope=email", None),
        ("code=SPRING10", "other-code"),
        ("code=1&state=2", None),
        ("code=1&state=2&scope=email", "other-provider"),
        ("code=1&state=2&session_state=3", "other-provider"),
        ("code=4/0AX4&state=2", "other-provider"),
        ("code=4%2F0AX4&state=2", "other-provider"),
        (f"user_id={UUID}", None),
        ("user_id=1", "other-identifier"),
        ("user_id=1&state=2", "other-identifier"),
        ("userId=1&state=2", None),
        (f"userId={UUID}", "other-identifier"),
        (f"vehicle_id={UUID}", None),
        ("vehicle_id=1", "other-identifier"),
        ("vehicle_id=1&state=2", None),
        ("vehicle_id=1&external_id=2", None),
        ("vehicle_id=sc4a1b01e5-0497-417c-a30e-6df6ba33ba46", None),
        ("state=2", "other-url"),
        ("test=blah", "other-url"),
    ],
)
def test_redirect_selection(query: str, reason: str | None) -> None:
    assert reason_to_pass_over(URL(f"https://a.example/cb?{query}")) == reason
    assert reason is None or reason in REASONS


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://connect.smartcar.com/oauth/authorize?{}", "connect-url"),
        ("https://SMARTCAR.com/?{}", "connect-url"),
        ("https://javascript-sdk.smartcar.com/v2/redirect?{}", None),
        ("https://mysmartcar.com/?{}", None),
        ("https://smartcar.com.example/?{}", None),
    ],
)
def test_smartcars_own_urls_are_not_redirects(url: str, reason: str | None) -> None:
    assert reason_to_pass_over(URL(url.format(DENIED))) == reason


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        (f"https://a.example/cb?{DENIED}", None),
        ("https://a.example/cb?x=1", None),
        ("https://a.example/cb", None),
        (f"/cb?{DENIED}", None),
        (f"?{DENIED}", None),
        (f"https://b.example/cb?{DENIED}", "near-miss"),
        (f"https://a.example/cb/?{DENIED}", "near-miss"),
        ("https://b.example/cb?code=1", "other-address"),
        (f"https://connect.smartcar.com/oauth/authorize?{DENIED}", "connect-url"),
    ],
)
def test_urls_at_the_redirect_uri_are_redirects(url: str, reason: str | None) -> None:
    assert reason_to_pass_over(URL(url), [URL("https://a.example/cb")]) == reason


def test_objects_may_be_token_exchange_responses() -> None:
    url = URL("?error=invalid_grant&error_description=x")
    assert reason_to_pass_over(url, is_object=True) == "token-error"
    assert reason_to_pass_over(url) is None


def test_a_bare_address_counts_only_in_requests() -> None:
    text = b'we have /cb\n"GET /cb HTTP/1.1" 400\nLocation: https://a.example/cb\n"GET /other HTTP/1.1" 200\n'
    redirects = read(text, redirect_uris=[URL("https://a.example/cb")])
    assert [redirect.url.text for redirect in redirects] == ["/cb", "https://a.example/cb"]


def test_every_line_of_a_list_is_judged() -> None:
    assert len(list(read(b"https://a.example/?test=blah\nnonsense\n", input_format="urls"))) == 2


@pytest.mark.parametrize(
    ("text", "input_format"),
    [
        ("https://a.example/\nhttps://b.example/\nnonsense\n", "urls"),
        ("https://a.example/\nnonsense\nhttps://b.example/\n", "text"),
        ("https://a.example/\n\n# a comment\n \n", "urls"),
        ("https://a.example/\n \t# a comment\n", "urls"),
        ("# a comment\n\ufeffhttps://a.example/\n", "urls"),
        ("https://a.example/ x\n", "text"),
        ("https://a.example/\n?code=1\n", "text"),
        ("nonsense\n", "text"),
        ("", "text"),
        ("\n\n", "text"),
        ("#Fields: date\n", "text"),
        ('\n {"log": {"entries": []}}', "json"),
        ("{\n", "text"),
        ('{\n "a": 1}', "json"),
        ('{"a": 1}\n', "json"),
        ('{"a": 1}\n{"b": 1}\n', "text"),
        ('{"a": 1}\nnonsense\n', "text"),
        ('[{"a": 1},\n{"a": 1}]\n', "json"),
        ("[]", "json"),
        ("[INFO] x\n", "text"),
        ("[2026-11-24] x\n", "text"),
        ("{ error: 'x' }\n", "text"),
        ("{'error': 'x'}\n", "text"),
    ],
)
def test_format_detection(text: str, input_format: str) -> None:
    capture = read(text.encode())
    list(capture)
    assert capture.input_format == input_format


@pytest.mark.parametrize("data", [b"\x7fELF\x02\x01\x01\0\0\0", b"https://a.example/?code=1\n\0\0"])
def test_binary_files_are_rejected(data: bytes) -> None:
    with pytest.raises(CaptureError, match="it is a binary file, not text"):
        list(read(data))


@pytest.mark.parametrize("before", [b"", b"\n \r\n"])
@pytest.mark.parametrize("after", [b"https://a.example/?code=1\n", b"and more\n", b"&make=TESLA\n", b""])
def test_the_first_line_of_a_pipe_is_read_at_once(before: bytes, after: bytes) -> None:
    url = b"https://a.example/cb?error=no_vehicles&state=1"
    reading, writing = os.pipe()
    os.write(writing, before + url + b"\n")
    with open(reading, "rb") as stream:  # noqa: PTH123 - a descriptor
        redirects = iter(Capture(Shown("-"), stream))
        first = next(redirects)
        os.write(writing, after)
        os.close(writing)
        rest = [redirect.url.text for redirect in redirects]
    assert (first.url.text.encode(), first.place.line) == (url, before.count(b"\n") + 1)
    assert rest == (["https://a.example/?code=1"] if b"code" in after else [])
    whole = read(before + url + b"\n" + after)
    assert [redirect.url.text for redirect in whole] == [first.url.text, *rest]


@pytest.mark.parametrize(
    "line",
    [
        "https://a.example/cb?code=1&state=2",
        "https://a.example/cb?code=1?error=2&state=3",
        "https://a.example/cb?code=1&state=2.",
        "a://?code=?code=&state=a",
        "https://www.google.com/url?q=https://a.example/cb?code=1&state=2",
        "https://www.google.com/url?q=https%3A%2F%2Fa.example%2Fcb%3Fcode%3D1&state=2",
    ],
)
def test_the_first_line_of_a_list_is_read_like_any_other(line: str) -> None:
    first, second = read(f"{line}\n{line}\n".encode())
    assert first.url.text == second.url.text
    assert first[2:] == second[2:]


@pytest.mark.parametrize(
    ("beginning", "message"),
    [
        (b"PK\x03\x04\x14", "it is a ZIP archive, like .saz, .xlsx and .docx: unpack it, and give the files in it"),
        (b"\xfd7zXZ\0\0\x04", "it is compressed with xz: unpack it with xz -d"),
        (b"\x28\xb5\x2f\xfd\x04", "it is compressed with Zstandard: unpack it with zstd -d"),
        (b"BZh91AY&SY\x1c", "it is compressed with bzip2: unpack it with bzip2 -d"),
        (
            b"SQLite format 3\0\x10",
            "it is an SQLite database, like a browser's history: give the output of sqlite3 FILE .dump",
        ),
        (b"%PDF-1.7\n", "it is a PDF: give its text, the output of pdftotext FILE -"),
        (b"\xd4\xc3\xb2\xa1\x02", "it is a packet capture: give the output of tshark -r FILE -T json"),
        (b"2147:9:websocket;0:~", "it is a mitmproxy flow file: export the flows as HAR"),
    ],
)
@pytest.mark.parametrize("size", [1, 100])
def test_binary_formats_are_named(beginning: bytes, message: str, size: int) -> None:
    stream = Chunks(beginning + b"x" * 80, [size])
    with pytest.raises(CaptureError) as raised:
        list(Capture(Shown("-"), io.BufferedReader(stream, buffer_size=1)))
    assert str(raised.value) == message


@pytest.mark.parametrize("text", ["PK: see {}", "SQLite says {}", "2147:9: see {}", "BZh {}", "12\n{}"])
def test_text_that_starts_like_a_binary_file(text: str) -> None:
    (redirect,) = read(text.format("https://a.example/?error=no_vehicles ").encode())
    assert redirect.url.text == "https://a.example/?error=no_vehicles"


def test_readable_part_of_a_truncated_gzip_is_yielded() -> None:
    data = (CAPTURES / "list.gz").read_bytes()[:-8]
    redirects = iter(read(data))
    assert next(redirects).url.text == "https://app.example/home?code=1"
    assert next(redirects).place.line == 2
    with pytest.raises(CaptureError, match="after line 2"):
        next(redirects)


def test_overlong_lines_are_truncated() -> None:
    data = b"https://a.example/?state=" + b"a" * 5_000_000 + b"\nhttps://a.example/?code=1\n"
    first, second = read(data)
    assert first.url.too_long
    assert len(first.url.text) == MAX_LINE
    assert (second.url.text, second.place.line) == ("https://a.example/?code=1", 2)


HAR = (CAPTURES / "browser.har").read_bytes()


@pytest.mark.parametrize(
    ("data", "count", "message"),
    [
        (HAR[: HAR.rindex(b'"redirectURL"')], 2, "its JSON is damaged or cut off in /log/entries/3"),
        (HAR[: HAR.index(b"favicon") + 20], 1, "its JSON is damaged or cut off in /log/entries/2"),
        (HAR.replace(b'"status": 404', b'"status": nonsense'), 1, "its JSON is damaged or cut off in /log/entries/2"),
        (b'{"a": 1}', 0, None),
        (b'{"nonsense', 0, "its JSON is damaged or cut off"),
        (HAR + b"done\n", 2, "text that is not JSON follows its JSON: use --input-format text"),
        (HAR.replace(b"favicon", b"\xff"), 1, "its JSON is damaged or cut off in /log/entries/2"),
        (HAR.replace(b"favicon", b"\xed\xb2\x91"), 1, "its JSON is damaged or cut off in /log/entries/2"),
        (b'{"log": {"entries": []}}', 0, None),
        (b'{"log": {"entries": 5}}', 0, None),
        (b'{"log": {"entries": {"\\u001b[31m": {"request": {"url": "https://a.example/?code=1"}}}}}', 0, None),
        (b'{"log": {"version": "1.2", "a": ' + b"[" * 50_000 + b"]" * 50_000 + b"}}", 0, None),
    ],
)
def test_a_damaged_har_yields_what_precedes_the_damage(data: bytes, count: int, message: str | None) -> None:
    redirects: list[Any] = []
    error = None
    try:
        redirects += read(data)
    except CaptureError as raised:
        error = str(raised)
    assert (len(redirects), error) == (count, message)


def test_readable_part_of_a_truncated_har_is_yielded() -> None:
    redirects: list[Any] = []
    with pytest.raises(CaptureError) as raised:
        redirects.extend(read(gzip.compress(HAR)[:-8]))
    assert len(redirects) == 2
    assert str(raised.value) == ("Compressed file ended before the end-of-stream marker was reached")


def test_a_read_error_in_the_middle_of_a_file() -> None:
    class Failing(io.BytesIO):
        def read1(self, size: int | None = -1, /) -> bytes:
            if data := super().read1(min(size or 0, 60)):
                return data
            raise OSError(5, "Input/output error")

    capture = Capture(Shown("-"), Failing(b"https://a.example/?code=1\n" * 4))
    redirects: list[Any] = []
    with pytest.raises(CaptureError) as raised:
        redirects.extend(capture)
    assert (len(redirects), str(raised.value)) == (4, "Input/output error, after line 4")
    with pytest.raises(CaptureError) as raised:
        list(Capture(Shown("-"), Failing(b"")))
    assert str(raised.value) == "Input/output error"


@pytest.mark.parametrize("name", ["list.txt", "list.gz", "nginx-access.log", "browser.har"])
@pytest.mark.parametrize("successes", [0, 1])
def test_an_error_before_reading_is_not_one_of_the_capture(name: str, successes: int) -> None:
    """It is one of the output, which is flushed before each read: its disk is full, or its reader is gone."""
    calls = iter(range(successes))

    def flush() -> None:
        if next(calls, None) is None:
            raise BrokenPipeError(32, "Broken pipe")

    stream: io.BufferedReader[Any] = io.BufferedReader(Chunks((CAPTURES / name).read_bytes(), [50]))
    with pytest.raises(BrokenPipeError):
        list(Capture(Shown("-"), stream, before_read=flush))


@pytest.mark.parametrize(
    ("data", "urls"),
    [
        (b"https://a.example/\r\nhttps://b.example/\r", ["https://a.example/", "https://b.example/"]),
        (b"https://a.example/\r\n\r\n", ["https://a.example/"]),
        (b"https://a.example/\rb", ["https://a.example/\rb"]),
        (b"\t\f\v https://a.example/ \t", ["https://a.example/"]),
        (b"https://a.example/\xff", ["https://a.example/\udcff"]),
        ("https://a.example/é".encode("utf-16-le")[:-1], None),
        (b"\xff\xfe" + "https://a.example/é".encode("utf-16-le"), ["https://a.example/é"]),
        (b"\xfe\xff" + "https://a.example/é".encode("utf-16-be"), ["https://a.example/é"]),
        (b"\xff\xfe" + "https://a.example/\ud800b".encode("utf-16-le", "surrogatepass"), ["https://a.example/\ufffdb"]),
    ],
)
def test_line_ends_and_encodings(data: bytes, urls: list[str] | None) -> None:
    if urls is None:
        with pytest.raises(CaptureError, match=r"^it is a binary file, not text$"):
            list(read(data, input_format="urls"))
        return
    assert [redirect.url.text for redirect in read(data, input_format="urls")] == urls


def test_a_corrupt_gzip() -> None:
    data = bytearray((CAPTURES / "list.gz").read_bytes())
    data[30] ^= 0xFF
    with pytest.raises(CaptureError):
        list(read(bytes(data)))


def test_a_byte_order_mark_inside_gzip() -> None:
    plain = (CAPTURES / "utf-8-with-bom.txt").read_bytes()
    texts = [redirect.url.text for redirect in read(plain)]
    assert [redirect.url.text for redirect in read(gzip.compress(plain))] == texts


@pytest.mark.parametrize(
    ("location", "host", "target", "count"),
    [
        ("https://app.example/cb?state=0&code=1", "app.example", "/cb?state=0&code=1", 1),
        ("https://app.example:443/cb?state=0&code=1", "app.example", "/cb?state=0&code=1", 1),
        ("https://App.example/cb?state=0&code=1#x", "app.example", "/cb?state=0&code=1", 1),
        ("https://app.example/%C3%BC?state=0&code=a'b", "app.example", "/ü?state=0&code=a%27b", 1),
        ("https://app.example?state=0&code=1", "app.example", "/?state=0&code=1", 1),
        ("https://app.example/cb?state=0&code=1", "b.example", "/cb?state=0&code=1", 2),
        ("https://app.example/cb?state=0&code=1", "app.example", "/cb?state=0&code=2", 2),
        ("https://app.example/cb?state=0&code=1", "app.example", "/cb?error=server_error", 2),
        ("https://app.example/cb?state=0&code=1", "app.example:8000", "/cb?state=0&code=1", 2),
    ],
)
def test_the_request_that_follows_a_redirect_is_a_repetition(location: str, host: str, target: str, count: int) -> None:
    data = f"HTTP/1.1 302 Found\nLocation: {location}\n\nGET {target} HTTP/1.1\nHost: {host}\n\n"
    assert len(list(read(data.encode()))) == count


def test_a_request_without_a_host_matches_any_host() -> None:
    data = b"HTTP/1.1 302 Found\nLocation: https://app.example/cb?state=0&code=1\n\nGET /cb?state=0&code=1 HTTP/1.0\n"
    assert len(list(read(data))) == 1


def test_the_oldest_pending_redirect_is_evicted() -> None:
    redirects = "".join(f"Location: https://app.example/cb?state=0&code={number}\n\n" for number in range(65))
    request = "GET /cb?state=0&code={} HTTP/1.1\nHost: app.example\n\n"
    assert len(list(read((redirects + request.format(0)).encode()))) == 66
    assert len(list(read((redirects + request.format(1)).encode()))) == 65


def test_a_redirect_matches_only_one_request() -> None:
    message = "GET /cb?state=0&code=1 HTTP/1.1\nHost: app.example\n\n"
    data = "HTTP/1.1 302 Found\nLocation: https://app.example/cb?state=0&code=1\n\n" + message + message
    assert len(list(read(data.encode()))) == 2


def test_a_pipe_written_in_pieces() -> None:
    for pieces, input_format, count in (
        ([b"# a list\n", b"https://a.example/\nhttps://a.example/?code=1\nhttps://a.example/?code=2\n"], "urls", 3),
        ([b"HTT", b"P/1.1 302 Found\nLocation: https://a.example/?code=1&state=2\n"], "text", 1),
        ([b"\x1f", (CAPTURES / "list.gz").read_bytes()[1:]], "urls", 2),
        ([b"\xef\xbb", b"\xbfhttps://a.example/?code=1\n"], "urls", 1),
    ):
        reading, writing = os.pipe()
        with os.fdopen(reading, "rb") as stream:
            writer = threading.Thread(target=_write_slowly, args=(writing, pieces))
            writer.start()
            capture = Capture(Shown("-"), stream)
            assert len(list(capture)) == count
            writer.join()
        assert capture.input_format == input_format


def _write_slowly(descriptor: int, pieces: list[bytes]) -> None:
    with os.fdopen(descriptor, "wb", buffering=0) as stream:
        for piece in pieces:
            stream.write(piece)
            time.sleep(0.05)
