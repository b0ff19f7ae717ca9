"""Redirects in text of any kind, and text without redirects."""

import io
import json
from urllib.parse import quote

import pytest
from connect_errors.captures import Capture
from connect_errors.captures.stream import BLOCK
from connect_errors.shown import Shown
from connect_errors.url import MAX_BYTES

CODE = "90abecb6-e7ab-4b85-864a-e1c8bf67f2ad"


def read(text: str) -> Capture:
    return Capture(Shown("-"), io.BytesIO(text.encode("utf-8", "surrogateescape")), "text")


def urls(text: str) -> list[str]:
    """Return all candidates, before the selection."""
    return [candidate.text for candidate in read(text).candidates()]


def read_all(text: str, input_format: str = "text") -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Return the redirects, the media they were copied from, and their notes."""
    capture = Capture(Shown("-"), io.BytesIO(text.encode()), input_format)
    return [(redirect.url.text, redirect.media, redirect.notes) for redirect in capture]


DENIED = "https://a.example/cb?error=access_denied&error_description=x"
FOR_HTML = DENIED.replace("&", "&amp;")
FOR_JSON = DENIED.replace("&", "\\u0026")


@pytest.mark.parametrize(
    ("text", "media"),
    [
        (DENIED, ()),
        (f"It went to {FOR_HTML} then", ("html",)),
        (f"redirected: {FOR_HTML}", ("html",)),
        (f'<a href="{FOR_HTML}">', ()),
        (f"<a href={FOR_HTML}>", ()),
        (f"<loc>{FOR_HTML}</loc>", ()),
        (f"<{FOR_HTML}|here>", ()),
        (f"> {FOR_HTML}", ("html",)),
        (f"It went to {FOR_JSON} then", ("json",)),
        (f'I/flutter: "url":"{FOR_JSON}", more', ()),
        ("curl https://a.example/cb\\?error\\=access_denied\\&error_description\\=x", ()),
    ],
)
def test_escaped_copies(text: str, media: tuple[str, ...]) -> None:
    assert read_all(text) == [(DENIED, media, ())]


@pytest.mark.parametrize(
    ("value", "media"),
    [
        (DENIED, ()),
        (FOR_HTML, ("html",)),
        (f"It went to {FOR_HTML} then", ("html",)),
        (f'<a href="{FOR_HTML}">', ()),
    ],
)
def test_escaped_copies_in_json(value: str, media: tuple[str, ...]) -> None:
    text = json.dumps({"message": value}).replace("/", "\\/")
    assert read_all(text, "json") == [(DENIED, media, ())]
    assert read_all(f"I {text}") == [(DENIED, media, ())]


def test_request_targets_are_not_unescaped() -> None:
    target = "/cb?error=access_denied&amp;error_description=x"
    assert read_all(json.dumps({"path": target}), "json") == [(target, (), ())]
    assert read_all(f'"GET {target} HTTP/1.1" 200 1') == [(target, (), ())]


@pytest.mark.parametrize("template", ["see {} there", '{{"text": "see {} there"}}', '{{"url": "{}"}}'])
def test_rewritten_links(template: str) -> None:
    def safelink(url: str) -> str:
        return f"https://nam02.safelinks.protection.outlook.com/?url={quote(url, safe='')}&data=05%7C02&reserved=0"

    note = "the URL was extracted from a link wrapped by Safelinks"
    assert read_all(template.format(safelink(DENIED))) == [(DENIED, (), (note,))]
    proofpoint = f"https://urldefense.com/v3/__{safelink(DENIED)}__;!!a"
    assert read_all(template.format(proofpoint)) == [(DENIED, (), (note.replace("Safelinks", "Proofpoint"), note))]
    assert read_all(template.format(safelink("https://a.example/?x=1&code="))) == []


@pytest.mark.parametrize(
    "text",
    [
        "see {}[the callback], please",
        "see link:{}[].",
        "{{code}}{}{{code}}",
        "{{noformat}}GET {}{{noformat}}",
        "{{color:red}}{}{{color}}",
        "er landet auf \u201a{}\u2018.",
        "it ends at \u2018{}\u2019",
        "il finit \u2039{}\u203a.",
        'curl ^"{}^" ^',
        'x "y": &quot;{}&quot;',
        "x &#39;{}&#39;",
        "it ends at &ldquo;{}&rdquo;.",
        "url=\x1b[35m{}\x1b[0m",
    ],
)
def test_ends_of_urls(text: str) -> None:
    for url in (
        "https://a.example/cb?code=1&state=2",
        "https://a.example/cb?x[]=1&code=1&x[1]=[2]",
        "https://a.example/cb?code={code}&state={state}",
    ):
        assert urls(text.format(url)) == [url]


def leaks(text: str) -> int:
    capture = read(text)
    assert list(capture) == []
    return capture.leaks


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # header fields and request lines, with optional spaces
        ("\tLocation\t :\thttps://a.example/?code=1\t", ["https://a.example/?code=1"]),
        ("> location:https://a.example/?code=1", ["https://a.example/?code=1"]),
        ("action: https://a.example/?code=1", ["https://a.example/?code=1"]),
        ("GET /cb?code=1 HTTP/1.1\nshot: a.example", ["/cb?code=1"]),
        ("GET /cb?code=1 HTTP/1.1\nHost: 127.10.20.30", ["http://127.10.20.30/cb?code=1"]),
        ("GET /cb?code=1 HTTP/1.1\nHost: 127...", ["https://127.../cb?code=1"]),
        ("Relocation: https://a.example/?code=1", ["https://a.example/?code=1"]),
        ("\t GET \t/cb?code=1\t HTTP/1.1 \t\nhost\t:\ta.example\t", ["https://a.example/cb?code=1"]),
        (" POST /cb?code=1 HTTP/2\n\tHost :a.example", ["https://a.example/cb?code=1"]),
        (" GET /cb?code=1 HTTP/1.1\n A: b\n\tC: d\n Host: a.example", ["https://a.example/cb?code=1"]),
        ("GET /cb?code=1 HTTP/1.1 x", ["/cb?code=1"]),
        ("GET /cb?code=1", ["/cb?code=1"]),
        ("GET /cb?code=1 HTTP/", ["/cb?code=1"]),
        ("Get /cb?code=1 HTTP/1.1", ["/cb?code=1"]),
        ("GET /cb?code=1 HTTP/1.1\nHost: a.example\n\nHost: b.example", ["https://a.example/cb?code=1"]),
        ("Host: b.example\n\nLocation: https://a.example/?code=1", ["https://a.example/?code=1"]),
        ("\ta+b://a.example/?code=1", ["a+b://a.example/?code=1"]),
        # wrapped URLs
        ("https://a.example/?code=1\n  indented", ["https://a.example/?code=1"]),
        ("Location: https://a.example/?code=1\n  &state=2\nX-Header: 1", ["https://a.example/?code=1&state=2"]),
        ("Location: https://a.example/?code=1\n  2\n 3\n4", ["https://a.example/?code=123"]),
        ("  Location: https://a.example/?code=1\n  2", ["https://a.example/?code=1"]),
        ("Location: https://a.example/?code=1\n2", ["https://a.example/?code=1"]),
        ("Location: https://a.example/?code=1\nstate=2", ["https://a.example/?code=1"]),
        (
            "Location: https://a.example/?code=1&\nhttps://b.example/?code=2=",
            ["https://a.example/?code=1&", "https://b.example/?code=2="],
        ),
        ("https://a.example/?code=1&state=\nabc|~?@_", ["https://a.example/?code=1&state="]),
        ("https://a.example/?code=1&state=\nabcdef\nghi\njklm", ["https://a.example/?code=1&state="]),
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
        # curl's output on a terminal
        (
            "\x1b[1mLocation\x1b[0m: \x1b]8;;x\x1b\\https://a.example/?code=1\x1b]8;;\x1b\\",
            ["https://a.example/?code=1"],
        ),
        ("< \x1b[1mLocation\x1b[0m: https://a.example/?code=1", ["https://a.example/?code=1"]),
        ("x \x1b[1mLocation\x1b[0m: https://a.example/?code=1", ["https://a.example/?code=1"]),
    ],
)
def test_urls_of_messages(text: str, expected: list[str]) -> None:
    assert urls(text) == expected


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("\tReferer\t:\thttps://a.example/?code=1", 1),
        ("referer:https://a.example/?x=1&code=1", 1),
        ("referer https://a.example/?code=1", 1),
        ("Referer: https://a.example/code?state=1", 0),
        ("Referer: https://a.example/?code=", 0),
        ("Referer: https://a.example/?state=code", 0),
    ],
)
def test_referers_that_leak_a_code(text: str, times: int) -> None:
    assert leaks(f"GET /style.css HTTP/1.1\n{text}\n") == times


@pytest.mark.parametrize(
    ("line", "expected", "leaks"),
    [
        ('"GET /cb?code=1 HTTP/1.1"', ["/cb?code=1"], 0),
        ('"GET /cb?code=1 HTTP/"', ["/cb?code=1"], 0),
        ('"GET /cb? code=1 HTTP/1.1"', [], 0),
        ('"get /cb?code=1 HTTP/1.1"', ["/cb?code=1"], 0),
        ('" /cb?code=1 HTTP/1.1"', ["/cb?code=1"], 0),
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
        (r'"GET / HTTP/1.1" 200 1 "https://a.example/?x=\"&\x63ode=&code=1"', [], 1),
        ('"GET / HTTP/1.1" 200 1 "https://a.example/?xcode=1" "x"', [], 0),
        ('"GET / HTTP/1.1" 200 1 "-" "https://a.example/?code=1"', [], 0),
        ("# a comment of x\ty\tz", [], 0),
    ],
)
def test_lines_of_logs(line: str, expected: list[str], leaks: int) -> None:
    capture = read(line)
    assert [candidate.text for candidate in capture.candidates()] == expected
    assert capture.leaks == leaks


@pytest.mark.parametrize(
    ("fields", "values", "expected", "leaks"),
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
        ("cs-uri-stem cs(Referer)", "/ https://a.example/?code%3D1", ["/"], 1),
        ("cs-uri-stem cs(Referer)", "/ https://a.example/?state=code", [], 0),
    ],
)
def test_lines_of_cloudfront(fields: str, values: str, expected: list[str], leaks: int) -> None:
    text = f"#Fields: {fields}\n" + values.replace(" ", "\t") + "\n# x\n" + values.replace(" ", "\t")
    capture = read(text)
    assert [candidate.text for candidate in capture.candidates()] == expected * 2
    assert capture.leaks == leaks * 2


def test_fields_with_the_same_name() -> None:
    text = "#Fields: cs-uri-stem sc-status sc-status cs-uri-query\n/cb 302 500 code=1&state=2\n"
    (redirect,) = read(text)
    assert (redirect.url.text, redirect.place.column) == ("/cb?code=1&state=2", 1)


def test_a_second_fields_line_applies_to_the_lines_after_it() -> None:
    text = "#Fields: cs-uri-stem cs-uri-query\n/cb code=1\n#Fields: cs-uri-query cs-uri-stem\ncode=2 /cb\n"
    assert urls(text) == ["/cb?code=1", "/cb?code=2"]


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
        assert urls(request.format(location)) == [resolved]


@pytest.mark.parametrize(
    ("text", "place", "is_verbatim"),
    [
        ("x: y\nLocation:  https://a.example/?code=1", (2, 12), True),
        ("< Location: https://a.example/?code=1  ", (1, 13), True),
        ("  https://a.example/?code=1", (1, 3), True),
        ("Location: https://a.example/?code=1\n&state=2", (1, 11), False),
        ("Location:\nhttps://a.example/?code=1", (2, 1), True),
        ("\x1b[1mLocation\x1b[0m: https://a.example/?code=1", (1, 19), True),
        ("x\n\x1b[1mat\x1b[0m \x1b[36mhttps://a.example/?code=1\x1b[0m", (2, 17), True),
        ("https://a.example/?\x1b[31mcode\x1b[0m=1", (1, 1), False),
        ("&lt;&quot;https://a.example/?code=1&quot;&gt;", (1, 11), True),
        ("&lt;&quot;https://a.example/?code=1&amp;state=2&quot;&gt;", (1, 11), False),
        ("GET /cb?code=1 HTTP/1.1", (1, 5), True),
        ("GET /cb?code=1 HTTP/1.1\nHost: a.example", (1, 5), False),
        ("GET https://a.example/ HTTP/1.1\n\nLocation: /cb?code=1", (3, 11), False),
    ],
)
def test_places_of_messages(text: str, place: tuple[int, int], is_verbatim: bool) -> None:
    (candidate,) = read(text).candidates()
    assert (candidate.line, candidate.column) == place
    assert candidate.is_verbatim is is_verbatim


def test_line_numbers_continue_across_blocks() -> None:
    candidates = read("x\n" * BLOCK + "Location: https://a.example/?code=1\n").candidates()
    assert [candidate.line for candidate in candidates] == [BLOCK + 1]


def test_a_folded_location_is_bounded() -> None:
    (url,) = urls("Location: https://a.example/?code=1\n" + "&state=abcdefghij\n" * 20_000)
    assert MAX_BYTES < len(url) <= MAX_BYTES + 17


def test_a_name_ending_with_a_colon_does_not_hide_the_query() -> None:
    assert urls(f"error: code={CODE}&state=1") == [f"?code={CODE}&state=1"]


def test_adjacent_urls_are_both_read() -> None:
    first, second = f"https://a.example/cb?code={CODE}&state=1", f"https://b.example/cb?code={CODE}&state=2"
    assert urls(f"[{first}]({second})") == [first, second]
