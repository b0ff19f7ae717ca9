"""What is shown of a redirect: no secret, nothing that does something to a terminal, and each place still right."""

import pytest

from validator import validate
from validator.redaction import brief, printable, redact, shown_name

SHOWN = [
    ("https://example.com/?code=1&state=2", "https://example.com/?code=***&state=***"),
    (
        "https://example.com/?error=server_error&error_description=a+b&status_code=500&error_message=c",
        "https://example.com/?error=server_error&error_description=a+b&status_code=500&error_message=c",
    ),
    (
        "https://example.com/?make=TESLA&model=S&year=2020&vin=0SCAUDI012FE3B132",
        "https://example.com/?make=TESLA&model=S&year=2020&vin=***",
    ),
    ("https://user:pass@example.com/?code=1", "https://***@example.com/?code=***"),
    ("https://user:p/a@ss@example.com/?code=1", "https://***@example.com/?code=***"),
    ("user:pass@example.com/?code=1", "***@example.com/?code=***"),
    ("https://example.com/?state=", "https://example.com/?state="),
    ("https://example.com/#access_token=1&state=2", "https://example.com/#access_token=***&state=***"),
    ("https://example.com/#/route?code=1", "https://example.com/#/route?code=***"),
    ("https://example.com/?code%3D1", "https://example.com/?***"),
    ("https://example.com/?code%253D1", "https://example.com/?***"),
    ("https://example.com/?code%25253D1", "https://example.com/?***"),
    ("https://user:12/pass@example.com/?code=1", "https://***@example.com/?code=***"),
    ("https://user:pa#ss@example.com/", "https://***@example.com/"),
    ("https://example.com/?error=a?state=1", "https://example.com/?error=a?state=***"),
    ("https://example.com/?error=a;code=1", "https://example.com/?error=a;code=***"),
    ("https://example.com/&code=1&state=2", "https://example.com/&code=***&state=***"),
    ("https://example.com/?error_message=x%26state%3D1+y", "https://example.com/?error_message=x%26state%3D***"),
    ("https://example.com/?error_message=0SCAUDI012FE3B132", "https://example.com/?error_message=***"),
    ("https://example.com/?error_message=VIN%200SCAUDI012FE3B132", "https://example.com/?error_message=VIN%20***"),
    (
        "https://example.com/?error_message=a%253D90abecb6-e7ab-4b85-864a-e1c8bf67f2ad",
        "https://example.com/?error_message=a%253D***",
    ),
    ("https://example.com/?error_message=a%3Bcode%3D1", "https://example.com/?error_message=a%3Bcode%3D***"),
    ("https://example.com/?error_message=c%6Fde%3D1%26a", "https://example.com/?error_message=c%6Fde%3D***%26a"),
    ("https://example.com/?error_message=c%6Fde%3D1%26a%", "https://example.com/?error_message=***"),
    ("https://example.com/#/a%26code%3D1?lang=en", "https://example.com/#/a%26code%3D***?lang=***"),
    ("example.com/callback%3Fcode%3D1%26state%3D2", "example.com/callback%3Fcode%3D***%26state%3D***"),
    ("code=1&state=2", "code=***&state=***"),
    ("https://example.com/?90abecb6-e7ab-4b85-864a-e1c8bf67f2ad", "https://example.com/?***"),
    ("https://example.com/?90abecb6-e7ab-4b85-864a-e1c8bf67f2ad=1", "https://example.com/?***"),
    ("Authorization: Bearer 123", "Authorization:***"),
    ("90abecb6-e7ab-4b85-864a-e1c8bf67f2ad", "***"),
    ("GET /callback?code=1 HTTP/1.1", "GET***?code=***"),
    (
        "https://example.com/?error=\x1b[31m\u202e’\ud800\udc80",
        "https://example.com/?error=%1B[31m%E2%80%AE%E2%80%99%EF%BF%BD%80",
    ),
    ("https://exämple.com/ü?code=é", "https://ex%C3%A4mple.com/%C3%BC?code=***"),
]


@pytest.mark.parametrize(("url", "shown"), SHOWN)
def test_shown_url(url: str, shown: str) -> None:
    assert redact(validate(url)).url == shown


def test_url_that_is_too_long_is_cut() -> None:
    url = "https://example.com/" + "a" * 300 + "?code=1&state=" + "b" * 70_000
    assert redact(validate(url)).url == "https://example.com/" + "a" * 180 + "***"
    with_user_info = "https://user:pass@example.com/?state=" + "b" * 70_000
    assert redact(validate(with_user_info)).url == "https://***@example.com/***"


def test_show_values_lifts_the_masks_but_keeps_the_characters_harmless() -> None:
    url = "https://u:p@example.com/?code=1&state=\x1b&x%3Dy"
    report = redact(validate(url), show_values=True)
    assert report.url == "https://u:p@example.com/?code=1&state=%1B&x%3Dy"
    assert report.parameters == {"code": "1", "state": "\x1b", "x=y": ""}


def test_parameters_are_masked_by_name() -> None:
    report = redact(validate("https://example.com/?error=a&code=1&state=&code%3D2&vin=3"))
    assert report.parameters == {"error": "a", "code": "***", "state": "", "code=***": "", "vin": "***"}


MARKED = [
    # a place before, inside and behind what is masked or encoded
    ("https://u:p@example.com/?error=no_vehicle&state=1", "unknown-error", "no_vehicle"),
    ("https://u:p@example.com/?code=1&state=a%00b&lang=en", "forbidden-character", "***"),
    ("https://u:p@example.com/?code=1&state=aaaaaaaaa&lang=en", "unrecognised-parameter", "lang=***"),
    ("https://example.com/?code=1&state=a&state=b", "duplicate-parameter", "state=***"),
    ("https://example.com/?code=1&code%3D2=x&y=%zz", "malformed-encoding", "***"),
    ("https://example.com/é?error=’", "unknown-error", "%E2%80%99"),
    ("https://example.com/é?error=’", "outside-oauth-charset", "%E2%80%99"),
    ("https://example.com/home?", "no-outcome", ""),
]


@pytest.mark.parametrize(("url", "rule", "marked"), MARKED)
def test_places_are_those_of_the_shown_url(url: str, rule: str, marked: str) -> None:
    report = redact(validate(url))
    (finding,) = (finding for finding in report.findings if finding.rule == rule)
    assert report.url[finding.start : finding.end] == marked


def test_repr_of_a_report_shows_no_value() -> None:
    report = validate("https://user:secret-a@example.com/?code=secret-b&state=secret-c&x%3Dsecret-e", state="secret-d")
    assert "secret" not in repr(report)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ’ text", "plain ’ text"),
        ("\x1b[31m", "\\x1b[31m"),
        ("a\nb\tc", "a\\nb\\tc"),
        ("\u202e\u2066\u200b\ufeff", "\\u202e\\u2066\\u200b\\ufeff"),
        ("\udc80\ud800", "\\udc80\\ud800"),
        ("\x85\u2028", "\\x85\\u2028"),
    ],
)
def test_printable(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_brief_cuts() -> None:
    assert brief("a" * 200) == "a" * 200
    assert brief("a" * 201) == "a" * 200 + "…"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("state", "state"),
        ("lang", "lang"),
        ("user_manually_returned_to_application", "user_manually_returned_to_application"),
        ("code=90abecb6", "code=***"),
        ("code%3d90abecb6", "code=***"),
        ("90abecb6-e7ab-4b85-864a-e1c8bf67f2ad", "***"),
        ("0SCAUDI012FE3B132=x", "***=***"),
    ],
)
def test_shown_name(name: str, shown: str) -> None:
    assert shown_name(name) == shown
