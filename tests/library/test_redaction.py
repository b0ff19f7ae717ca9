"""Redacted text: no secrets, nothing that affects a terminal, and correct places."""

import pytest
from connect_errors import validate
from connect_errors.escaping import escape_unprintable, shorten
from connect_errors.redaction import shown_name, shown_source

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
    ("user:pass@example.com/?code=1", "***"),
    ("https://example.com/?state=", "https://example.com/?state="),
    ("https://example.com/#access_token=1&state=2", "https://example.com/#access_token=***&state=***"),
    ("https://example.com/#/route?code=1", "https://example.com/#/route?code=***"),
    ("https://example.com/?code%3D1", "https://example.com/?***"),
    ("https://example.com/?code%253D1", "https://example.com/?***"),
    ("https://example.com/?code%25253D1", "https://example.com/?***"),
    ("https://user:12/pass@example.com/?code=1", "https://***@example.com/?code=***"),
    ("https://user:pa#ss@example.com/", "https://***"),
    ("https://example.com/?error=a?state=1", "https://example.com/?error=a?state=***"),
    ("https://example.com/?error=a;code=1", "https://example.com/?error=a;code=***"),
    ("https://example.com/&code=1&state=2", "https://example.com/***"),
    ("https://example.com/?error_message=x%26state%3D1+y", "https://example.com/?error_message=x%26state%3D***"),
    ("https://example.com/?error_message=0SCAUDI012FE3B132", "https://example.com/?error_message=***"),
    ("https://example.com/?error_message=VIN%200SCAUDI012FE3B132", "https://example.com/?error_message=VIN%20***"),
    (
        "https://example.com/?error_message=a%253D90abecb6-e7ab-4b85-864a-e1c8bf67f2ad",
        "https://example.com/?error_message=a%25***",
    ),
    ("https://example.com/?error_message=a%3Bcode%3D1", "https://example.com/?error_message=a%3Bcode%3D***"),
    ("https://example.com/?error_message=c%6Fde%3D1%26a", "https://example.com/?error_message=c%6Fde%3D***%26a"),
    ("https://example.com/?error_message=c%6Fde%3D1%26a%", "https://example.com/?error_message=c%6Fde%3D***%26a%"),
    ("https://example.com/#/a%26code%3D1?lang=en", "https://example.com/#/***?lang=***"),
    ("example.com/callback%3Fcode%3D1%26state%3D2", "***"),
    ("code=1&state=2", "?code=***&state=***"),
    ("https://example.com/?90abecb6-e7ab-4b85-864a-e1c8bf67f2ad", "https://example.com/?***"),
    ("https://example.com/?90abecb6-e7ab-4b85-864a-e1c8bf67f2ad=1", "https://example.com/?***"),
    ("Authorization: Bearer 123", "***"),
    ("90abecb6-e7ab-4b85-864a-e1c8bf67f2ad", "***"),
    ("GET /callback?code=1 HTTP/1.1", "***"),
    (
        "https://example.com/?error=\x1b[31m\u202e’\ud800\udc80",
        "https://example.com/?error=%1B[31m%E2%80%AE%E2%80%99%EF%BF%BD%80",
    ),
    ("https://exämple.com/ü?code=é", "https://ex%C3%A4mple.com/%C3%BC?code=***"),
    ("https://example.com/?error=##[error]##", "https://example.com/?error=#***"),
    ("https://example.com/?error=a%3f;b\u200b\u200bc", "https://example.com/?error=a%3f;b%E2%80%8B%E2%80%8Bc"),
    ("https://example.com/?error=\udcff\udfff", "https://example.com/?error=%FF%EF%BF%BD"),
    # user info, and text that only looks like it
    ("https://a.example/@b?code=1", "https://a.example/***?code=***"),
    ("https://a.example/?error=c@d", "https://a.example/?error=***@d"),
    ("https://a.example:80/@b?error=c@d", "https://***@b?error=***@d"),
    ("https://u:p@example.com/@b?code=1", "https://***@example.com/***?code=***"),
    ("a@b@c.example/?error=d@e", "***"),
    ("https://a@b@c.example/?error=d@e", "https://***@c.example/?error=***@e"),
    ("https://u:c%6Fde=1@example.com/cb?error=a", "https://***@example.com/cb?error=a"),
    # texts that are not URLs
    ("aaaaaaaaaaaaaaa1?error=a", "***"),
    ("a.example/?error=a b", "a.example/?error=a"),
    ("Authorization:Bearer", "***"),
    ("error=1&code=2&x", "?error=1&code=***&x"),
    ("error== =1", "?error=="),
    ("code%3D1&state%253d2&x%3d", "***"),
    ("aaaaaaaaaaaaaaaa", "***"),
    ("aaaaaaaaaaaaaaa1", "***"),
    ("aaaaaaaaaaaaaa1", "***"),
    ("1aaaaaaaaaaaaaaa", "***"),
    ("aaaaaaaaaaaaaaaa/1", "***"),
    ("aaaaaaaaaaaaaaaa:1", "***"),
    ("aaaaaaaaaaaaaaaa1\taaaaaaaaaaaaaaaaa", "***"),
    # parameters without a name of their own
    ("https://example.com/?aaaaaaaaaaaaaaa1", "https://example.com/?aaaaaaaaaaaaaaa1"),
    ("https://example.com/?lang=1&=2&3", "https://example.com/?lang=***&=***&3"),
    ("https://example.com/?error=a&error%5Fdescription=b", "https://example.com/?error=a&error%5Fdescription=b"),
    # secrets in the middle of visible text
    ("https://example.com/90abecb6-e7ab-4b85-864a-e1c8bf67f2ad/cb", "https://example.com/***/cb"),
    ("https://example.com/" + "a" * 500 + "/0SCAUDI012FE3B132", "https://example.com/***/***"),
    ("https://example.com/a;state=1;b/?error=c", "https://example.com/a;***/?error=c"),
]

SECRETS = [
    # in an error_message: raw in the URL, in the redacted URL, decoded and redacted
    ("id+90abecb6-e7ab-4b85-864a-e1c8bf67f2ad.", "id+***.", "id ***."),
    ("id%2090ABECB6-E7AB-4B85-864A-E1C8BF67F2AD", "id%20***", "id ***"),
    ("user_90abecb6-e7ab-4b85-864a-e1c8bf67f2ad_", "user_***_", "user_***_"),
    ("90abecb6-e7ab-4b85-864ae1c8bf67", "***", "***"),
    ("90abecb6%2De7ab-4b85-864a-e1c8bf67f2ad+x", "***+x", "*** x"),
    ("VIN%200SCAUDI012FE3B132,+no", "VIN%20***,+no", "VIN ***, no"),
    ("VIN%3A%30SCAUDI012FE3B132", "VIN%3A***", "VIN:***"),
    ("_1ftfw1et5dfc10312_", "_***_", "_***_"),
    ("WBA00000000000000", "***", "***"),
    ("10SCAUDI012FE3B132", "***", "***"),
    ("0SCAUDI012FE3B1321", "***", "***"),
    ("12345678901234567", "***", "***"),
    ("responsibilities1", "***", "***"),
    ("conscientiousness", "conscientiousness", "conscientiousness"),
    ("See%20troubleshooting", "See%20troubleshooting", "See troubleshooting"),
    ("100%250SCAUDI012FE3B132", "100%25***", "100%***"),
    ("x;state=1;y", "x;state=***;y", "x;state=***;y"),
    ("x%3BSTATE%3D1%0A2", "x%3BSTATE%3D***", "x;STATE=***"),
    ("x+c%6Fde=1", "x+c%6Fde=***", "x code=***"),
    ("x+code=1+y", "x+code=***", "x code=***"),
    ("x+code%25253D1%2526y", "x+code%25253D***%2526y", "x code%253D***%26y"),
    ("code=1%2526state=2", "code=***", "code=***"),
    ("unstate=1+state=+error=2", "unstate=***", "unstate=***"),
    ("my_state=1", "my_state=***", "my_state=***"),
    ("3state=1", "3state=***", "3state=***"),
    ("error=2;model=3", "error=2;model=3", "error=2;model=3"),
    # non-ASCII characters count the same decoded and as bytes: neither letter nor space
    ("%EA%8A%A8error=a", "%EA%8A%A8error=a", "ꊨerror=a"),
    ("state=%C2%A0", "state=***", "state=***"),
    ("%C5%BFecret:+a", "%C5%BFecret:+a", "\u017fecret: a"),
    ("code%C2%A0:%E2%80%AF1", "code%C2%A0:***", "code\xa0:***"),
    # nothing is not a secret
    ("@", "@", "@"),
    ("at+@noon", "at+@noon", "at @noon"),
    ("@@", "***@", "***@"),
]


@pytest.mark.parametrize(("url", "shown"), SHOWN)
def test_shown_url(url: str, shown: str) -> None:
    assert validate(url).redacted().url == shown


@pytest.mark.parametrize(("message", "in_url", "decoded"), SECRETS)
def test_secrets_in_shown_values(message: str, in_url: str, decoded: str) -> None:
    report = validate(f"https://example.com/?error=server_error&error_message={message}&status_code=500").redacted()
    assert report.url == f"https://example.com/?error=server_error&error_message={in_url}&status_code=500"
    assert report.parameters["error_message"] == decoded


@pytest.mark.parametrize(
    ("base", "shown"),
    [
        ("https://example.com/" + "word/" * 36, "https://example.com/" + "word/" * 36 + "***"),
        ("https://example.com/" + "word/" * 37, "https://example.com/" + "word/" * 36 + "***"),
        ("https://example.com/" + "a" * 181, "https://example.com/***"),
        ("https://user:pass@example.com/", "https://***@example.com/***"),
        ("https://user:" + "a" * 300 + "@example.com/", "https://***"),
        ("https://user:" + "a" * 300 + "/@example.com/", "https://***"),
        ("https://user:pass@example.com/" + "word/" * 60, "https://***@example.com/" + "word/" * 34 + "***"),
        ("https://example.com/;code=2;", "https://example.com/******"),
        ("https://example.com/" + "word/" * 33 + "0SCAUDI012FE3B132", "https://example.com/" + "word/" * 33 + "***"),
        ("é" * 300, "***"),
        ("a=secret", "***"),
    ],
)
def test_overlong_urls_are_truncated(base: str, shown: str) -> None:
    assert validate(f"{base}?code=1&state={'b' * 70_000}").redacted().url == shown


def test_show_values_truncates_overlong_urls() -> None:
    report = validate("https://user:pass@example.com/?code=1&state=" + "b" * 70_000)
    assert report.redacted(show_values=True).url == "https://user:pass@example.com/***"


def test_show_values_unmasks_but_still_escapes() -> None:
    url = "https://u:p@example.com/?code=1&state=\x1b&x%3Dy"
    report = validate(url).redacted(show_values=True)
    assert report.url == "https://u:p@example.com/?code=1&state=%1B&x%3Dy"
    assert report.parameters == {"code": "1", "state": "\x1b", "x=y": ""}


def test_parameters_are_masked_by_name() -> None:
    report = validate("https://example.com/?error=a&code=1&state=&code%3D2&vin=3&a%3Db%3Dc=4").redacted()
    assert report.parameters == {
        "error": "a",
        "code": "***",
        "state": "",
        "vin": "***",
        "***": "***",
    }


def test_the_parameter_of_a_finding_is_masked_by_name() -> None:
    report = validate("https://example.com/?code=1&code%3D2").redacted()
    assert [(finding.rule, finding.parameter) for finding in report.findings] == [("unrecognized-parameter", "***")]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("capture.txt", "capture.txt"),
        ("a\x1b.txt", "a\x1b.txt"),
        ("capture-2026-11-24.har", "capture-2026-11-24.har"),
        ("logs/redirects_20241126T101500Z.log", "logs/redirects_20241126T101500Z.log"),
        ("argument", "./argument"),
        ("90abecb6-e7ab-4b85-864a-e1c8bf67f2ad.har", "***.har"),
        ("cb?code=hunter2secret&state=s3cr3t", "cb***"),  # wget names files like this
        ("C:/mail@a.example", "C:/***@a.example"),
        ("user:secret@a.example", "***"),
        ("https://a.example/90abecb6-e7ab-4b85-864a-e1c8bf67f2ad", "https://a.example/***"),
        ("/home?90abecb6-e7ab-4b85-864a-e1c8bf67f2ad", "/home***"),
        ("/home#90abecb6-e7ab-4b85-864a-e1c8bf67f2ad", "/home#***"),
        ("code=1", "code***"),
        ("https%3A%2F%2Fa.example%3Fcode%3D1", "https%3A%2F%2Fa.example***"),
        ("code%3d1", "code***"),
    ],
)
def test_shown_source(text: str, shown: str) -> None:
    assert shown_source(text) == shown


MARKED = [
    # a place before, inside and after masked or encoded text
    ("https://u:p@example.com/?error=no_vehicle&state=1", "unknown-error", "no_vehicle"),
    ("https://u:p@example.com/?code=1&state=a%00b&lang=en", "forbidden-character", "***"),
    ("https://u:p@example.com/?code=1&state=aaaaaaaaa&lang=en", "unrecognized-parameter", "lang=***"),
    ("https://example.com/?code=1&state=a&state=b", "duplicate-parameter", "state=***"),
    ("https://example.com/?code=1&code%3D2=x&y=%zz", "malformed-encoding", "***"),
    ("https://example.com/é?error=’", "unknown-error", "%E2%80%99"),
    ("https://example.com/é?error=’", "outside-oauth-charset", "%E2%80%99"),
    ("https://example.com/home?", "no-outcome", ""),
    ("https://u:p@example.com/home?lang=en", "no-outcome", "lang=***"),
    ("https://u:p@example.com/home?error=a&lang=en&model=b", "unrecognized-parameter", "lang=***"),
    ("https://u:p@éxample.com/?error=server_error&error_description=aé%zz", "malformed-encoding", "%"),
    ("https://example.com/?error=server_error&error_description=é&state=1#é", "undocumented-wording", "%C3%A9"),
    ("https://a@b c/?code=1", "not-a-url", "***"),
    # a place that ends at the start of a mask, or of an encoded character
    ("https://example.com/?error=a&error_description=%0SCAUDI012FE3B132", "malformed-encoding", "%"),
    ("https://example.com/?error=a&error_description=%é", "malformed-encoding", "%"),
]


@pytest.mark.parametrize(("url", "rule", "marked"), MARKED)
def test_places_refer_to_the_redacted_url(url: str, rule: str, marked: str) -> None:
    report = validate(url).redacted()
    (finding,) = (finding for finding in report.findings if finding.rule == rule)
    assert report.url[finding.start : finding.end] == marked


def test_places_are_unchanged_if_nothing_is_masked() -> None:
    report = validate("https://u:p@example.com/?code=1&state=a%00&é", redirect_uri="https://example.com/")
    shown = report.redacted(show_values=True)
    assert [shown.url[finding.start : finding.end] for finding in shown.findings] == ["%00", "%C3%A9"]


def test_repr_of_a_report_shows_no_value() -> None:
    report = validate("https://user:secret-a@example.com/?code=secret-b&state=secret-c&x%3Dsecret-e", state="secret-d")
    assert "secret" not in repr(report)
    assert "secret" not in repr(report.findings)


def test_repr_of_a_report_shows_the_findings() -> None:
    assert repr(validate("https://example.com/?code=1&lang=en", state="a")) == (
        "<Report: authorization_code does not conform: no state came back [state-mismatch]; "
        "lang is not a Connect parameter [unrecognized-parameter]; https://example.com/?code=***&lang=***>"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ’ text", "plain ’ text"),
        ("\x1b[31m", "\\x1b[31m"),
        ("a\nb\tc", "a\\nb\\tc"),
        ("\u202e\u2066\u200b\ufeff", "\\u202e\\u2066\\u200b\\ufeff"),
        ("\udc80\ud800", "\\udc80\\ud800"),
        ("\x85\u2028", "\\x85\\u2028"),
        ("a\u3164\u2800\ufe0f\U000e0100", "a\\u3164\\u2800\\ufe0f\\U000e0100"),
        ("é\x1b’", "é\\x1b’"),
        ("##[error] a # b ###", r"#\x23[error] a # b #\x23#"),
    ],
)
def test_escape_unprintable(text: str, shown: str) -> None:
    assert escape_unprintable(text) == shown


def test_shorten() -> None:
    assert shorten("a" * 200) == "a" * 200
    assert shorten("a" * 201) == "a" * 200 + "…"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("state", "state"),
        ("lang", "lang"),
        ("user_manually_returned_to_application", "user_manually_returned_to_application"),
        ("code=90abecb6", "***"),
        ("h3d", "h3d"),
        ("what-happened-to-1?", "***"),
        ("what-happened-to-1", "what-happened-to-1"),
        ("amp;state", "amp;state"),
        ("a[b].c", "a[b].c"),
        ("hunter2secret", "***"),
        ("code:90abecb6-e7ab-4b85-864a-e1c8bf67f2ad", "***"),
        ("VIN 1FTFW1ET5DFC10312", "***"),
        ('{"code":"90abecb6"}', "***"),
        ("c2VjcmV0/c3RhdGU dmFs", "***"),
        ("state/hunter2secret", "***"),
        ("qxZkVbNmLpOiUyTr", "***"),
        ("code%3d90abecb6", "***"),
        ("90abecb6-e7ab-4b85-864a-e1c8bf67f2ad", "***"),
        ("0SCAUDI012FE3B132=x", "***"),
    ],
)
def test_shown_name(name: str, shown: str) -> None:
    assert shown_name(name) == shown


def test_an_escape_and_a_raw_byte_do_not_form_a_character() -> None:
    report = validate("https://example.com/?code=1&state=a%E2%82\udc80")
    assert [(finding.rule, report.url[finding.start : finding.end]) for finding in report.findings] == [
        ("malformed-encoding", "%E2%82\udc80")
    ]


def test_reports_are_hashable() -> None:
    url = "https://example.com/?code=1&state=2"
    assert len({validate(url), validate(url), validate(f"{url}3")}) == 2
