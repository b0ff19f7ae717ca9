"""Captures that are easy to misread: text around a URL, concatenated files, redirects that were recorded twice."""

import gzip
import io
import json

import pytest
from connect_errors.captures import Capture, CaptureError
from connect_errors.judge import judge
from connect_errors.shown import Shown

DENIED = "error=access_denied&error_description=User%20denied%20access%20to%20application."
ERROR = "error=server_error&error_description=Unexpected%20server%20error.%20Please%20try%20again.&state=0facda"
LOCAL = f"http://localhost:18090/callback?{ERROR}"

LISTS = b"# recorded on staging\nhttps://a.example/cb?code=1\nhttps://a.example/?x=1\nnot a url\n"
LISTED = ["https://a.example/cb?code=1", "https://a.example/?x=1", "not a url"]


def read_urls(data: bytes) -> list[str]:
    return [redirect.url.text for redirect in Capture(Shown("-"), io.BytesIO(data))]


def har(*hops: tuple[str, str]) -> bytes:
    """Return a HAR file with redirects and the requests that follow them."""
    entries: list[object] = []
    for location, target in hops:
        headers = [{"name": "location", "value": location}]
        entries += [
            {"request": {"url": "https://connect.example/finish"}, "response": {"headers": headers}},
            {"request": {"url": target}, "response": {"headers": []}},
        ]
    return json.dumps({"log": {"entries": entries}}).encode()


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        pytest.param("Location: https://docs.example/page#code", [], id="anchor"),
        pytest.param(
            "https://a.example/cb\n?error=access_denied\n&error_description=x\n",
            ["https://a.example/cb?error=access_denied&error_description=x"],
            id="cut-location",
        ),
        pytest.param(
            f"As the browser showed them:\nhttps://a.example/cb?{DENIED}&state=ab\nhttps://a.example/cb?error=acces_denied",
            [f"https://a.example/cb?{DENIED}&state=ab", "https://a.example/cb?error=acces_denied"],
            id="glued",
        ),
        pytest.param(
            f"Redirects of today:\nhttps://a.example/cb?{DENIED}\nhttps://a.example/cb?error=",
            [f"https://a.example/cb?{DENIED}"],
            id="header-then-list",
        ),
        pytest.param(
            f"\ufeffhttps://a.example/cb?{DENIED}\n\ufeffhttps://a.example/cb?error=acces_denied",
            [f"https://a.example/cb?{DENIED}", "https://a.example/cb?error=acces_denied"],
            id="two-boms",
        ),
        pytest.param(
            "https://a.example/cb?error=vehicle_incompatible&error_description=x&year=2008\nRegards",
            ["https://a.example/cb?error=vehicle_incompatible&error_description=x&year=2008"],
            id="url-then-word",
        ),
        pytest.param(
            f"HTTP request sent, awaiting response... 302 Found\nLocation: {LOCAL} [following]\n"
            f"--2026-11-25 03:58:46--  {LOCAL}\nConnecting to localhost (localhost)|127.0.0.1|:18090... connected.",
            [LOCAL],
            id="wget",
        ),
        pytest.param(
            f"  HTTP/1.0 302 Found\n  Location: {LOCAL}\n  Content-Length: 0\nLocation: {LOCAL} [following]\n"
            f"--2026-11-25 03:58:46--  {LOCAL}\n",
            [LOCAL],
            id="wget-S",
        ),
        pytest.param(f'1.2.3.4 - - [x] "GET //cb?{DENIED} HTTP/1.1" 302 0', [f"//cb?{DENIED}"], id="log-double-slash"),
        pytest.param('1.2.3.4 - - [x] "GET /login?error HTTP/1.1" 302 0', [], id="log-login-error"),
        pytest.param(f'1.2.3.4 - - [x] "GET /?{DENIED} HTTP/1.1" 302 0', [f"/?{DENIED}"], id="log-root-path"),
        pytest.param(f"HTTP/1.1 302 Found\nLocation: cb?{DENIED}\n", [f"?{DENIED}"], id="relative-location"),
        pytest.param(
            "- https://a.example/cb?error=acces_denied\n- https://a.example/cb?error=nonsense",
            ["https://a.example/cb?error=acces_denied"],
            id="bullets",
        ),
        pytest.param(
            '"https://a.example/cb?error=acces_denied"\n"https://a.example/cb?error=acces_denied2"',
            ["https://a.example/cb?error=acces_denied", "https://a.example/cb?error=acces_denied2"],
            id="quoted",
        ),
    ],
)
def test_text(text: str, urls: list[str]) -> None:
    assert read_urls(text.encode()) == urls


@pytest.mark.parametrize(
    ("location", "target"),
    [
        pytest.param("https://A.example/cb", "https://a.example/cb", id="case"),
        pytest.param("http://a.example/cb", "https://a.example/cb", id="HSTS"),
        pytest.param("https://a.example:443/cb", "https://a.example/cb", id="port"),
        pytest.param("https://a.example", "https://a.example/", id="slash"),
    ],
)
def test_a_request_normalized_by_a_browser_is_a_repetition(location: str, target: str) -> None:
    assert read_urls(har((f"{location}?{DENIED}", f"{target}?{DENIED}"))) == [f"{location}?{DENIED}"]


def test_a_conforming_redirect_does_not_hide_a_faulty_one() -> None:
    first, second = f"https://a.example/cb?{DENIED}", "http://a.example/cb?error=access_denied&state=abc"
    data = har((first, first), (second, second.replace("http:", "https:")))
    reports = [judge(redirect) for redirect in Capture(Shown("-"), io.BytesIO(data))]
    assert [report.conforms for report in reports] == [True, False]


@pytest.mark.parametrize("cut", [1, 22, 40, len(LISTS) - 1])
def test_gzip_members_are_one_file(cut: int) -> None:
    assert read_urls(gzip.compress(LISTS[:cut]) + gzip.compress(LISTS[cut:])) == read_urls(LISTS) == LISTED


def test_a_list_may_begin_with_many_comments() -> None:
    comments = b"".join(b"# line %d %020d\n" % (number, number) for number in range(2000))
    assert read_urls(gzip.compress(comments + LISTS)) == LISTED


@pytest.mark.parametrize("data", [LISTS, har((LOCAL, LOCAL)), har((LOCAL, LOCAL))[:-9]], ids=["list", "HAR", "cut off"])
def test_many_small_gzip_members(data: bytes) -> None:
    def read(compressed: bytes) -> tuple[list[str], str]:
        urls: list[str] = []
        try:
            urls.extend(redirect.url.text for redirect in Capture(Shown("-"), io.BytesIO(compressed)))
        except CaptureError as error:
            return urls, error.message
        return urls, ""

    members = b"".join(gzip.compress(data[index : index + 1]) for index in range(len(data)))
    urls, failure = read(members)
    assert (urls, failure) == read(data)
    assert urls


def test_a_location_does_not_repeat_a_long_target() -> None:
    text = "GET /" + "a/" * 400_000 + "x HTTP/1.1\nHost: a.example\n\n" + f"Location: b?{DENIED}\n" * 300
    candidates = list(Capture(Shown("-"), io.BytesIO(text.encode())).candidates())
    assert len(candidates) == 300
    assert sum(len(candidate.text) for candidate in candidates) < 100_000
