"""Reports on captures as a whole: counts and notes, in the JSON output and on standard error."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Invoke

CODE = "c1a2b3c4-d5e6-4f70-8a9b-0c1d2e3f4a5b"
OTHER = "d1a2b3c4-d5e6-4f70-8a9b-0c1d2e3f4a5b"
SECRETS = (CODE, OTHER, "s-3f9d2c71e8")
REDIRECT = f"https://example.com/cb?code={CODE}&state=s-3f9d2c71e8"
LOG = '203.0.113.7 - - [27/Nov/2026:09:00:00 +0000] "GET {} HTTP/1.1" {} 5 "-" "{}"\n'


def log(*requests: tuple[str, int, str]) -> str:
    return "".join(LOG.format(*request) for request in requests)


def captures(invoke: Invoke, text: str | bytes, *arguments: str) -> tuple[list[dict[str, Any]], str]:
    stdin = text if isinstance(text, bytes) else text.encode()
    result = invoke("validate", "--format=json", *arguments, stdin=stdin)
    for secret in SECRETS:
        assert secret not in result.stdout + result.stderr
    reports: list[dict[str, Any]] = json.loads(result.stdout)["captures"]
    return reports, result.stderr


NOTHING: dict[str, Any] = {
    "source": "-",
    "kind": "text",
    "lines": None,
    "bytes": None,
    "redirects": 0,
    "connect_urls": 0,
    "passed_over": {},
    "notes": [],
    "unreadable": None,
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"seen: {REDIRECT}\nend", {"lines": 2, "bytes": len(REDIRECT) + 10, "redirects": 1}),
        (f"{REDIRECT}\n", {"kind": "urls", "lines": 1, "bytes": len(REDIRECT) + 1, "redirects": 1}),
        (json.dumps({"url": REDIRECT}), {"kind": "json", "bytes": len(REDIRECT) + 11, "redirects": 1}),
        (
            "see https://connect.smartcar.com/oauth/reauthenticate?vehicle_id=1 and\n/login?error=nope",
            {
                "lines": 2,
                "bytes": 88,
                "redirects": 1,
                "connect_urls": 1,
                "passed_over": {"other-error": 1},
                "notes": ["if one of them is a redirect, name its address with --redirect-uri"],
            },
        ),
        (
            "open https://connect.smartcar.com/oauth/authorize?response_type=code&client_id=1 now",
            {"lines": 1, "bytes": 84, "redirects": 1, "connect_urls": 1},
        ),
        (
            "".join(f"open https://connect.smartcar.com/oauth/authorize?state={number} now\n" for number in range(4)),
            {
                "lines": 4,
                "bytes": 248,
                "connect_urls": 4,
                "notes": ["none of them is a redirect: give the URL that Connect redirects to"],
            },
        ),
        (
            f"open https://connect.smartcar.com/oauth/authorize?response_type=code now\nat {REDIRECT}\n",
            {"lines": 2, "bytes": len(REDIRECT) + 77, "redirects": 1, "connect_urls": 1},
        ),
        ("", {"lines": 0, "bytes": 0, "notes": ["it is empty"]}),
    ],
    ids=["text", "list", "JSON", "passed over", "Connect URL", "Connect URLs", "after a Connect URL", "empty"],
)
def test_counts(text: str, expected: dict[str, Any], invoke: Invoke) -> None:
    assert captures(invoke, text)[0] == [NOTHING | expected]
    assert captures(invoke, gzip.compress(text.encode()))[0] == [NOTHING | expected]


def test_every_argument_has_a_report(tmp_path: Path, invoke: Invoke) -> None:
    binary = tmp_path / "data.bin"
    binary.write_bytes(f"seen: {REDIRECT}\n\0".encode())
    reports, _ = captures(invoke, "", REDIRECT, str(tmp_path / "none.log"), str(binary), "/cb?error=access_denied")
    path_note = "only a path was given: scheme and host are not checked"
    assert reports == [
        NOTHING | {"source": "argument", "kind": "argument", "redirects": 1},
        NOTHING
        | {
            "source": reports[1]["source"],
            "kind": None,
            "unreadable": "no such file, and not a URL or a query such as error=access_denied",
        },
        NOTHING
        | {
            "source": reports[2]["source"],
            "lines": 1,
            "redirects": 1,
            "unreadable": "it is a binary file, not text, in line 2",
        },
        NOTHING | {"source": "argument", "kind": "argument", "redirects": 1, "notes": reports[3]["notes"]},
    ]
    assert path_note in reports[3]["notes"]
    assert reports[1]["source"].endswith("/none.log")
    assert reports[2]["source"].endswith("/data.bin")


REFUSED = "/cb?error=access_denied&error_description=User+denied+access+to+the+requested+scope+of+permissions."
GRANTED = f"/cb?code={CODE}&state=s-3f9d2c71e8"
BROWSER = "Mozilla/5.0"
PREVIEWED = (
    "1 request with a code came from a link previewer (Slackbot), which may use up the code before the user does"
)
SLACK = "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        (
            log((GRANTED, 200, SLACK), (GRANTED, 200, BROWSER)),
            [
                "1 request had an authorization code seen before: a code can be exchanged only once",
                PREVIEWED,
            ],
        ),
        (log((GRANTED, 200, BROWSER), (f"/cb?code={OTHER}&state=s-3f9d2c71e8", 200, BROWSER)), []),
        (
            log((GRANTED, 500, BROWSER), (REFUSED, 404, BROWSER), (REFUSED, 302, BROWSER), (REFUSED, 404, BROWSER)),
            ["the application answered 3 redirects with an error (status 404, 500)"],
        ),
        (
            f"HTTP/1.1 302 Found\nLocation: https://example.com{REFUSED}\n\n" + log((REFUSED, 422, BROWSER)),
            ["the application answered 1 redirect with an error (status 422)"],
        ),
        (
            json.dumps({"request": {"url": f"https://example.com{REFUSED}"}, "response": {"status": 500}}),
            ["the application answered 1 redirect with an error (status 500)"],
        ),
        (
            LOG.format("/", 200, BROWSER).replace('"-"', f'"{REDIRECT}"'),
            [
                "1 line, 1 URL, none with Connect's parameters",
                "1 request has an authorization code in the Referer: the application leaks it",
            ],
        ),
        (
            "I ActivityTaskManager: START u0 {act=android.intent.action.VIEW dat=myapp://callback/... flg=0x1} from\n",
            [
                "1 line, 1 URL, none with Connect's parameters",
                "Android logged 1 intent without the query (/...): log the intent's data in the app",
            ],
        ),
        (
            json.dumps([{"log": "START u0 {act=android.intent.action.VIEW dat=myapp://callback/... flg=0x1}"}]),
            [
                "JSON, 1 URL, none with Connect's parameters",
                "Android logged 1 intent without the query (/...): log the intent's data in the app",
            ],
        ),
        ("dat=myapp://callback/... {}\n", ["1 line, 1 URL, none with Connect's parameters"]),
        (
            "HTTP Requests\n-------------\n\nGET /callback                  302 Found\nGET /  200 OK\n",
            [
                "5 lines, none with Connect's parameters",
                "ngrok's console shows 2 requests without the query: see its web interface",
            ],
        ),
        (
            "smartcar.exception: invalid_grant: code expired\n",
            [
                "1 line, none with Connect's parameters",
                "invalid_grant appears once: an error of the token exchange, which is not a redirect",
            ],
        ),
        (
            json.dumps([{"response": {"body": '{"error":"invalid_grant","error_description":"expired"}'}}], indent=1),
            ["invalid_grant appears once: an error of the token exchange, which is not a redirect"],
        ),
    ],
    ids=[
        "previewer",
        "two codes",
        "refusals",
        "refusal of what a Location led to",
        "refusal in JSON",
        "Referer",
        "Android",
        "Android in JSON",
        "no intent",
        "ngrok",
        "token exchange",
        "token exchange in JSON",
    ],
)
def test_notes(text: str, notes: list[str], invoke: Invoke) -> None:
    [report], stderr = captures(invoke, text)
    assert report["notes"] == notes
    for note in notes:
        assert f"-: {note}\n" in stderr


@pytest.mark.parametrize(
    ("urls", "counted"),
    [(999, "999 URLs"), (1000, "1,000 URLs"), (1001, "more than 1,000 URLs"), (50_000, "more than 1,000 URLs")],
)
def test_many_urls_are_not_counted_exactly(invoke: Invoke, urls: int, counted: str) -> None:
    [report], _ = captures(invoke, "GET https://example.com/\n" * urls)
    assert report["notes"] == [f"{urls:,} lines, {counted}, none with Connect's parameters"]


def test_near_misses(invoke: Invoke) -> None:
    text = (
        f"{REDIRECT} and\nhttp://example.com/app/cb?code={CODE}&state=1\nhttps://example.com/{OTHER}/cb?code={OTHER}\n"
    )
    [report], stderr = captures(invoke, f"seen {text}", "--redirect-uri=https://example.com/app/cb")
    assert report["redirects"] == 0
    assert report["passed_over"] == {"near-miss": 3}
    assert report["notes"] == [
        "near miss: https://example.com/cb: its path is /cb, but the registered one is /app/cb: it lacks the prefix",
        "near miss: http://example.com/app/cb: its scheme is http, but the registered one is https",
        "near miss: https://example.com/***/cb: its path is /***/cb, but the registered one is /app/cb",
    ]
    assert all(note in stderr for note in report["notes"])


def test_many_codes_are_remembered(invoke: Invoke) -> None:
    text = log(*((f"/cb?code=c{number}&state=s", 200, BROWSER) for number in (*range(1024), 1023, 0)))
    [report], _ = captures(invoke, text)
    assert report["redirects"] == 1026
    assert report["notes"] == ["2 requests had an authorization code seen before: a code can be exchanged only once"]
    [report], _ = captures(
        invoke, log(*((f"/cb?code=c{number}&state=s", 200, BROWSER) for number in (*range(1025), 0)))
    )
    assert report["notes"] == []
