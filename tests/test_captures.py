"""Captures, each beside its expected reports: `captures/NAME` and `captures/NAME.toml`."""

import gzip
import io
import json
import os
import threading
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest
from connect_errors.captures import Capture, CaptureError
from connect_errors.captures.lines import BLOCK, LONGEST_LINE
from connect_errors.judge import judge
from connect_errors.url import MAX_BYTES, URL

from tests.conftest import Invoke

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
        reports = [judge(redirect).redacted() for redirect in capture]
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
    capture = read(data, redirect_uris=(URL("https://b.example/cb"),))
    assert [redirect.url.text for redirect in capture] == ["https://b.example/cb?code=2", "https://b.example/cb"]
    assert capture.passed_over == 1


def test_a_request_whose_host_is_not_known_is_told_by_its_path() -> None:
    data = b'"GET /cb?x=1 HTTP/1.1"\n"GET /cb/?code=1 HTTP/1.1"\n'
    capture = read(data, redirect_uris=(URL("https://a.example/cb"),))
    assert [redirect.url.text for redirect in capture] == ["/cb?x=1"]
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


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        # headers and request lines, with blanks where they may be
        ("\tLocation\t :\thttps://a.example/?code=1\t", ["https://a.example/?code=1"]),
        ("> location:https://a.example/?code=1", ["https://a.example/?code=1"]),
        ("action: https://a.example/?code=1", []),
        ("GET /cb?code=1 HTTP/1.1\nshot: a.example", ["/cb?code=1"]),
        ("GET /cb?code=1 HTTP/1.1\nHost: 127.10.20.30", ["http://127.10.20.30/cb?code=1"]),
        ("GET /cb?code=1 HTTP/1.1\nHost: 127...", ["https://127.../cb?code=1"]),
        ("Relocation: https://a.example/?code=1", []),
        ("\t GET \t/cb?code=1\t HTTP/1.1 \t\nhost\t:\ta.example\t", ["https://a.example/cb?code=1"]),
        (" POST /cb?code=1 HTTP/2\n\tHost :a.example", ["https://a.example/cb?code=1"]),
        (" GET /cb?code=1 HTTP/1.1\n A: b\n\tC: d\n Host: a.example", ["https://a.example/cb?code=1"]),
        ("GET /cb?code=1 HTTP/1.1 x", []),
        ("GET /cb?code=1", []),
        ("GET/cb?code=1 HTTP/1.1", []),
        ("GET /cb?code=1HTTP/1.1", []),
        ("GET /cb?code=1 HTTP/", []),
        ("Get /cb?code=1 HTTP/1.1", []),
        ("GET /cb?code=1 HTTP/1.1\nHost: a.example\n\nHost: b.example", ["https://a.example/cb?code=1"]),
        ("Host: b.example\n\nLocation: https://a.example/?code=1", ["https://a.example/?code=1"]),
        ("\ta+b://a.example/?code=1", ["a+b://a.example/?code=1"]),
        # where a URL goes on
        ("https://a.example/?code=1\n  indented", ["https://a.example/?code=1"]),
        ("Location: https://a.example/?code=1\n  &state=2\nX-Header: 1", ["https://a.example/?code=1&state=2"]),
        ("Location: https://a.example/?code=1\n  2\n 3\n4", ["https://a.example/?code=123"]),
        ("  Location: https://a.example/?code=1\n  2", ["https://a.example/?code=1"]),
        ("Location: https://a.example/?code=1\n2", ["https://a.example/?code=1"]),
        ("Location: https://a.example/?code=1\nstate=2", ["https://a.example/?code=1"]),
        (
            "Location: https://a.example/?code=1&\nhttps://b.example/?code=2=",
            ["https://a.example/?code=1&https://b.example/?code=2="],
        ),
        ("https://a.example/?code=1&state=\nabc|~?@_", ["https://a.example/?code=1&state=abc|~?@_"]),
        ("https://a.example/?code=1&state=\nabcdef\nghi\njklm", ["https://a.example/?code=1&state=abcdefghi"]),
        ("https://a.example/?code=1\n" + "a" * 25, ["https://a.example/?code=1" + "a" * 25]),
        ("https://a.example/?code=1\n" + "a" * 26, ["https://a.example/?code=1"]),
        ("https://a.example/?code=1&\n \tSet-Cookie: a=b", ["https://a.example/?code=1&"]),
        ("https://a.example/?code=1&\nx:/y a=1", ["https://a.example/?code=1&"]),
        ("https://a.example/?code=1\n<a>", ["https://a.example/?code=1"]),
        ("https://a.example/?code=1\n-----", ["https://a.example/?code=1"]),
        ("https://a.example/?code=1\n`", ["https://a.example/?code=1"]),
        ("Location:\n https://a.example/?code=1", ["https://a.example/?code=1"]),
        ("Location:\nhttps://a.example/?code=1", ["https://a.example/?code=1"]),
        ("Location:\nnonsense\nhttps://a.example/?code=1", ["https://a.example/?code=1"]),
        # what curl writes on a terminal
        (
            "\x1b[1mLocation\x1b[0m: \x1b]8;;x\x1b\\https://a.example/?code=1\x1b]8;;\x1b\\",
            ["https://a.example/?code=1"],
        ),
        ("< \x1b[1mLocation\x1b[0m: https://a.example/?code=1", ["https://a.example/?code=1"]),
        ("x \x1b[1mLocation\x1b[0m: https://a.example/?code=1", []),
    ],
)
def test_urls_of_messages(text: str, urls: list[str]) -> None:
    assert [redirect.url.text for redirect in read(text.encode(), input_format="http")] == urls


@pytest.mark.parametrize(
    ("text", "leaks"),
    [
        ("\tReferer\t:\thttps://a.example/?code=1", 1),
        ("referer:https://a.example/?x=1&code=1", 1),
        ("referer https://a.example/?code=1", 0),
        ("Referer: https://a.example/code?state=1", 0),
        ("Referer: https://a.example/?code=", 0),
        ("Referer: https://a.example/?state=code", 0),
    ],
)
def test_referers_that_leak_a_code(text: str, leaks: int) -> None:
    capture = read(f"GET /style.css HTTP/1.1\n{text}\n".encode(), input_format="http")
    assert list(capture) == []
    assert capture.leaks == leaks


@pytest.mark.parametrize(
    ("line", "urls", "leaks"),
    [
        ('"GET /cb?code=1 HTTP/1.1"', ["/cb?code=1"], 0),
        ('"GET /cb?code=1 HTTP/"', [], 0),
        ('"GET /cb? code=1 HTTP/1.1"', [], 0),
        ('"get /cb?code=1 HTTP/1.1"', [], 0),
        ('" /cb?code=1 HTTP/1.1"', [], 0),
        (r'"GET \\?code=1 HTTP/1.1"', ["\\?code=1"], 0),
        (r'"GET /a\ b?code=1 HTTP/1.1"', ["/a b?code=1"], 0),
        (r'"GET /a\"b\"?code=1 HTTP/1.1"', ['/a"b"?code=1'], 0),
        (r'"GET /\xe9\xC3\xA9\x2?code=1 HTTP/1.1"', ["/\udce9éx2?code=1"], 0),
        (r'"GET /?code=1\b\n\r\t\v\f\q HTTP/1.1"', ["/?code=1\b\n\r\t\v\fq"], 0),
        ('"GET https://a.example:443/?code=1 HTTP/1.1"', ["https://a.example/?code=1"], 0),
        ('"GET https://a.example:443?code=1 HTTP/1.1"', ["https://a.example?code=1"], 0),
        ('"GET https://a.example:4430/?code=1 HTTP/1.1"', ["https://a.example:4430/?code=1"], 0),
        ('"GET https://a.example/?code=1&x=:443/ HTTP/1.1"', ["https://a.example/?code=1&x=:443/"], 0),
        ('"GET https://a.example/#code=1:443/ HTTP/1.1"', ["https://a.example/#code=1:443/"], 0),
        ('"GET http://a.example:80?code=1 HTTP/1.1"', ["http://a.example?code=1"], 0),
        ('"GET http://a.example:80/?code=1 HTTP/1.1"', ["http://a.example/?code=1"], 0),
        ('"GET http://a.example:80#code=1 HTTP/1.1"', ["http://a.example#code=1"], 0),
        ('"GET http://a.example:8080/?code=1 HTTP/1.1"', ["http://a.example:8080/?code=1"], 0),
        ('"GET http://a.example/x:80/?code=1 HTTP/1.1"', ["http://a.example/x:80/?code=1"], 0),
        ('"GET http://a.example?code=1:80/ HTTP/1.1"', ["http://a.example?code=1:80/"], 0),
        ('"GET http://a.example#code=1:80/ HTTP/1.1"', ["http://a.example#code=1:80/"], 0),
        ('"GET http://a.example:443/?code=1 HTTP/1.1"', ["http://a.example:443/?code=1"], 0),
        ('"GET / HTTP/1.1" 200 1 "https://a.example/?code=1" "x"', [], 1),
        ('"GET / HTTP/1.1" 200 1 "https://a.example/?state=1&c\\x6fde=1" "code="', [], 0),
        (r'"GET / HTTP/1.1" 200 1 "https://a.example/?x=\"&\x63ode=&code=1"', [], 1),
        ('"GET / HTTP/1.1" 200 1 "https://a.example/?xcode=1" "x"', [], 0),
        ('"GET / HTTP/1.1" 200 1 "-" "https://a.example/?code=1"', [], 0),
        ("# a comment of x\ty\tz", [], 0),
    ],
)
def test_lines_of_logs(line: str, urls: list[str], leaks: int) -> None:
    capture = read(line.encode(), input_format="log")
    assert [redirect.url.text for redirect in capture] == urls
    assert capture.leaks == leaks


@pytest.mark.parametrize(
    ("fields", "values", "urls", "leaks"),
    [
        ("cs-uri-stem cs-uri-query", "/cb code=1", ["/cb?code=1"], 0),
        ("cs-uri-stem cs(Host)", "/cb?code=1 a.example", ["https://a.example/cb?code=1"], 0),
        ("cs-uri-stem cs(Host) x-host-header", "/cb?code=1 a.example -", ["https://a.example/cb?code=1"], 0),
        ("cs-uri-stem cs(Host) x-host-header", "/cb?code=1 a.example b.example", ["https://b.example/cb?code=1"], 0),
        ("cs-uri-stem cs(Host) cs-protocol", "/cb?code=1 a.example http", ["http://a.example/cb?code=1"], 0),
        ("cs-uri-stem cs-uri-query", "/cb?code=1 -", ["/cb?code=1"], 0),
        ("cs-uri-stem cs-uri-query", "/%25é%FF code=%2525%FF\udcfe", ["/%é\udcff?code=%25\udcff\udcfe"], 0),
        ("cs-uri-query cs-uri-stem", "code=1 -", [], 0),
        ("cs-uri-query date cs-uri-stem", "code=1 x", [], 0),
        ("cs-uri-stem cs(Referer)", "/ https://a.example/?code%3D1", [], 1),
        ("cs-uri-stem cs(Referer)", "/ https://a.example/?state=code", [], 0),
    ],
)
def test_lines_of_cloudfront(fields: str, values: str, urls: list[str], leaks: int) -> None:
    text = f"#Fields: {fields}\n" + values.replace(" ", "\t") + "\n# x\n" + values.replace(" ", "\t")
    capture = read(text.encode("utf-8", "surrogateescape"), input_format="log")
    assert [redirect.url.text for redirect in capture] == urls * 2
    assert capture.leaks == leaks * 2


def test_a_list_judges_every_line() -> None:
    assert len(list(read(b"https://a.example/?test=blah\nnonsense\n", input_format="urls"))) == 2


@pytest.mark.parametrize(
    ("text", "input_format"),
    [
        ("https://a.example/\nhttps://b.example/\nnonsense\n", "urls"),
        ("https://a.example/\nnonsense\n", "http"),
        ("https://a.example/\n\n# a comment\n \n", "urls"),
        ("https://a.example/\n \t# a comment\n", "urls"),
        ("nonsense\n", "urls"),
        ("two words\n", "http"),
        ("one\nword\n", "http"),
        ("", "http"),
        ("https://a.example/\n?code=1\nhttps://a.example/\n", "http"),
        ("nonsense\nhttps://a.example/\n &code=1\nhttps://a.example/\nhttps://a.example/\n", "http"),
        ('\n {"log": {"entries": []}}', "har"),
    ],
)
def test_what_the_content_tells(text: str, input_format: str) -> None:
    capture = read(text.encode())
    list(capture)
    assert capture.input_format == input_format


@pytest.mark.parametrize(
    ("line", "input_format"),
    [
        ("Location: /cb", "http"),
        ("< location:", "http"),
        ("> \x1b[1mLocation\x1b[0m: /cb", "http"),
        ("GET /cb?code=1 HTTP/1.1", "http"),
        (" \tHTTP/2 \t302", "http"),
        ("HTTP/1.1 302 Found", "http"),
        ("HTTP/1.1302", "urls"),
        ("HTTP/ 302", "urls"),
        ("HTTP/1.1 3020", "urls"),
        ("TTP/1.1 302", "urls"),
        ("HTTP1.1 302", "urls"),
        ("Content-Type: text/html", "urls"),
        ('x "GET /cb?code=1 HTTP/1.1" 302', "log"),
        ("#Version: 1.0", "log"),
        ("#Fields: date", "log"),
        ("# a comment", "urls"),
        ("nonsense", "urls"),
    ],
)
def test_a_line_among_urls_tells(line: str, input_format: str) -> None:
    capture = read(f"https://a.example/?code=1\nhttps://b.example/\n{line}\n".encode())
    list(capture)
    assert capture.input_format == input_format


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


def test_a_location_of_any_number_of_lines_is_bounded() -> None:
    (redirect,) = read(b"Location: https://a.example/?code=1\n" + b"&state=abcdefghij\n" * 100_000)
    assert redirect.url.too_long
    assert len(redirect.url.text) <= MAX_BYTES + 17


HAR = (FOLDER / "browser.har").read_bytes()


@pytest.mark.parametrize(
    ("data", "found", "message"),
    [
        (HAR[: HAR.rindex(b'"redirectURL"')], 2, "its JSON is damaged or cut off in /log/entries/3"),
        (HAR[: HAR.index(b"favicon") + 20], 1, "its JSON is damaged or cut off in /log/entries/2"),
        (HAR.replace(b'"status": 404', b'"status": nonsense'), 1, "its JSON is damaged or cut off in /log/entries/2"),
        (b'{"a": 1}', 0, "it is JSON, but no HAR file: it has no log"),
        (b'{"a": {"log": 1}}', 0, "it is JSON, but no HAR file: it has no log"),
        (b"{nonsense", 0, "its JSON is damaged or cut off"),
        (HAR.replace(b"favicon", b"\xff"), 1, "its JSON is damaged or cut off in /log/entries/2"),
        (HAR.replace(b"favicon", b"\xed\xb2\x91"), 1, "its JSON is damaged or cut off in /log/entries/2"),
        (b'{"log": {"entries": []}}', 0, None),
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


def test_what_was_readable_of_a_truncated_har_is_yielded() -> None:
    redirects: list[Any] = []
    with pytest.raises(CaptureError) as raised:
        redirects.extend(read(gzip.compress(HAR)[:-8]))
    assert len(redirects) == 3
    assert str(raised.value) == ("Compressed file ended before the end-of-stream marker was reached, in /log/entries/3")


CODE = "https://a.example/?code=1"


@pytest.mark.parametrize(
    ("entry", "pointers", "passed_over", "leaks"),
    [
        ({"request": {"url": CODE}}, ["request/url"], 0, 0),
        ({"request": {"url": 5}, "response": {"redirectURL": CODE}}, ["response/redirectURL"], 0, 0),
        ({"request": {"url": {"url": CODE}}, "url": CODE}, [], 0, 0),
        (
            {"request": {"url": "https://a.example/"}, "response": {"redirectURL": "?code=1"}},
            ["response/redirectURL"],
            1,
            0,
        ),
        ({"response": {"redirectURL": "/cb?code=1"}}, ["response/redirectURL"], 0, 0),
        (
            {"response": {"redirectURL": CODE, "headers": [{"name": "LOCATION", "value": CODE}]}},
            ["response/headers/0/value"],
            0,
            0,
        ),
        (
            {"response": {"headers": [{"name": "x", "value": "y"}, {"value": CODE, "name": "Location"}]}},
            ["response/headers/1/value"],
            0,
            0,
        ),
        ({"response": {"headers": [{"name": "Location"}, {"value": CODE}]}}, [], 0, 0),
        ({"response": {"headers": [{"name": "Location", "comment": CODE}]}}, [], 0, 0),
        ({"response": {"cookies": [{"name": "Location", "value": CODE}]}}, [], 0, 0),
        ({"request": {"headers": [{"name": "Location", "value": CODE}]}}, [], 0, 0),
        ({"request": {"headers": [{"name": "Referer", "value": CODE}]}}, [], 0, 1),
        ({"request": {"headers": [{"name": "Referer", "value": "https://a.example/?state=code"}]}}, [], 0, 0),
        ({"response": {"headers": [{"name": "Referer", "value": CODE}]}}, [], 0, 0),
        ({"a": {"b": {"c": {"d": {"e": [[{"f": [5]}], 5], "g": 5}}}}, "request": {"url": CODE}}, ["request/url"], 0, 0),
    ],
)
def test_entries_of_a_har(entry: object, pointers: list[str], passed_over: int, leaks: int) -> None:
    pages = [{"request": {"url": CODE}}]
    capture = read(json.dumps({"log": {"pages": pages, "entries": [entry, entry]}}).encode())
    # The second one requests what the first one redirects to; nothing else is the same redirect.
    found = [redirect.place.pointer for redirect in capture]
    assert found[: len(pointers)] == [f"/log/entries/0/{pointer}" for pointer in pointers]
    assert found[len(pointers) :] == [f"/log/entries/1/{pointer}" for pointer in pointers]
    assert capture.passed_over == 2 * passed_over
    assert capture.leaks == 2 * leaks


def test_a_file_that_fails_while_it_is_read() -> None:
    class Failing(io.BytesIO):
        def read1(self, size: int | None = -1, /) -> bytes:
            if data := super().read1(min(size or 0, 60)):
                return data
            raise OSError(5, "Input/output error")

    capture = Capture("-", Failing(b"https://a.example/?code=1\n" * 4))
    redirects: list[Any] = []
    with pytest.raises(CaptureError) as raised:
        redirects.extend(capture)
    assert (len(redirects), str(raised.value)) == (4, "Input/output error, after line 4")
    with pytest.raises(CaptureError) as raised:
        list(Capture("-", Failing(b"")))
    assert str(raised.value) == "Input/output error"


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


@pytest.mark.parametrize(("comments", "input_format"), [(1023, "log"), (1024, "http")])
def test_the_kind_shows_in_the_first_64_kib(comments: int, input_format: str) -> None:
    capture = read((b"#" * 63 + b"\n") * comments + b'"GET /cb?code=1 HTTP/1.1"\n')
    list(capture)
    assert capture.input_format == input_format


def test_a_corrupt_gzip() -> None:
    data = bytearray((FOLDER / "list.gz").read_bytes())
    data[30] ^= 0xFF
    with pytest.raises(CaptureError):
        list(read(bytes(data)))


def test_a_byte_order_mark_inside_gzip() -> None:
    plain = (FOLDER / "utf-8-with-bom.txt").read_bytes()
    texts = [redirect.url.text for redirect in read(plain)]
    assert [redirect.url.text for redirect in read(gzip.compress(plain))] == texts


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
        ("https://app.example/cb?code=1", "app.example", "/cb?error=1", 2),
        ("https://app.example/cb?code=1", "app.example:8000", "/cb?code=1", 2),
    ],
)
def test_the_request_that_follows_a_redirect_is_the_same(location: str, host: str, target: str, count: int) -> None:
    data = f"HTTP/1.1 302 Found\nLocation: {location}\n\nGET {target} HTTP/1.1\nHost: {host}\n\n"
    assert len(list(read(data.encode()))) == count


def test_a_request_without_a_host_follows_any() -> None:
    data = b"HTTP/1.1 302 Found\nLocation: https://app.example/cb?code=1\n\nGET /cb?code=1 HTTP/1.0\n"
    assert len(list(read(data))) == 1


def test_the_oldest_of_many_that_wait_is_forgotten() -> None:
    redirects = "".join(f"Location: https://app.example/cb?code={number}\n\n" for number in range(65))
    request = "GET /cb?code={} HTTP/1.1\nHost: app.example\n\n"
    assert len(list(read((redirects + request.format(0)).encode()))) == 66
    assert len(list(read((redirects + request.format(1)).encode()))) == 65


@pytest.mark.parametrize(
    ("text", "place", "is_verbatim"),
    [
        ("x: y\nLocation:  https://a.example/?code=1", (2, 12), True),
        ("< Location: https://a.example/?code=1  ", (1, 13), True),
        ("  https://a.example/?code=1", (1, 3), True),
        ("Location: https://a.example/?code=1\n&state=2", (1, 11), False),
        ("Location:\nhttps://a.example/?code=1", (1, 10), False),
        ("\x1b[1mLocation\x1b[0m: https://a.example/?code=1", (1, 19), True),
        ("GET /cb?code=1 HTTP/1.1", (1, 5), True),
        ("GET /cb?code=1 HTTP/1.1\nHost: a.example", (1, 5), False),
        ("GET https://a.example/ HTTP/1.1\n\nLocation: /cb?code=1", (3, 11), False),
    ],
)
def test_places_of_messages(text: str, place: tuple[int, int], is_verbatim: bool) -> None:
    (redirect,) = read(text.encode(), input_format="http")
    assert (redirect.place.line, redirect.place.column) == place
    assert redirect.is_verbatim is is_verbatim


def test_lines_are_counted_over_the_blocks_that_are_read() -> None:
    redirects = read(b"x\n" * BLOCK + b"Location: https://a.example/?code=1\n", input_format="http")
    assert [redirect.place.line for redirect in redirects] == [BLOCK + 1]


def test_places_of_lists_and_logs() -> None:
    redirects = read(b"# a\n\nhttps://a.example/\n \thttps://a.example/ \n", input_format="urls")
    assert [(*redirect.place[1:3], redirect.is_verbatim) for redirect in redirects] == [(3, 1, True), (4, 3, True)]
    data = rb"""x
"GET /?code=1 HTTP/1.1"
y "GET /?code=\"1 HTTP/1.1"
"""
    redirects = read(data, input_format="log")
    assert [(*redirect.place[1:3], redirect.is_verbatim) for redirect in redirects] == [(2, 6, True), (3, 8, False)]


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
