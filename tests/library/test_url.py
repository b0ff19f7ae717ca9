"""URLs and their encoding, as far as the cases do not cover them."""

import pytest
from connect_errors import validate
from connect_errors.encoding import decode, find_malformed, span_of
from connect_errors.url import URL, Parameter


@pytest.mark.parametrize("character", '[]<>^|`{}"')
def test_characters_not_allowed_in_hosts(character: str) -> None:
    assert URL(f"https://a{character}b.example/").problem == (
        "its host has a character that is not allowed in a host",
        (8, 19),
    )


@pytest.mark.parametrize("character", "\0\t\n\r \x1f\x7f\x9f\u2028\u2029")
def test_spaces_and_control_characters_before_the_query(character: str) -> None:
    problem = "it has a space or a control character before its query"
    assert URL(f"https://a.example/{character}").problem == (problem, (18, 19))
    assert URL(f"https://a.example/?{character}").problem is None


@pytest.mark.parametrize(
    ("text", "is_origin_form"),
    [("/cb?code=1", True), ("/", True), ("//a.example/cb", False), ("cb", False), ("https://a.example/", False)],
)
def test_is_origin_form(text: str, is_origin_form: bool) -> None:
    assert URL(text).is_origin_form is is_origin_form


@pytest.mark.parametrize(
    ("reference", "resolved"),
    [
        ("", "https://a.example/b/c?d#e"),
        ("f", "https://a.example/b/f"),
        ("f?", "https://a.example/b/f?"),
        ("f?g\nh", "https://a.example/b/f?g\nh"),
        (".", "https://a.example/b/"),
        ("..?f", "https://a.example/?f"),
        ("./f/../g/./h/", "https://a.example/b/g/h/"),
        ("../../../f", "https://a.example/f"),
        ("/f/..", "https://a.example/"),
        ("/f/g/..", "https://a.example/f/"),
        ("#f", "https://a.example/b/c?d#f"),
        ("f:/g", "https://a.example/b/f:/g"),
    ],
)
def test_resolve(reference: str, resolved: str) -> None:
    assert URL("https://a.example/b/c?d#e").resolve(reference) == resolved.replace("#e", "")


def test_resolve_against_text_that_is_not_a_url() -> None:
    assert URL("/b/c").resolve("d") == "d"
    assert URL("https://a.example").resolve("b?c") == "https://a.example/b?c"


def test_lone_surrogates_of_a_long_url() -> None:
    report = validate("https://a.example/?code=" + "\ud800" * 20_000)
    assert [finding.rule for finding in report.findings] == ["malformed-encoding"]
    report = validate("https://a.example/?code=" + "\ud800" * 22_000)
    assert [finding.rule for finding in report.findings] == ["too-long"]


def test_bytes_that_are_not_utf_8() -> None:
    (finding,) = validate("https://a.example/?code=a\udcff").findings
    assert (finding.start, finding.end, finding.message) == (25, 26, "code has bytes that are not UTF-8")


def test_repr_of_a_parameter_shows_no_value() -> None:
    assert repr(Parameter("code", "secret", 3, 8, 14)) == "Parameter(3, 14)"


@pytest.mark.parametrize(
    ("raw", "decoded"),
    [
        ("a+%2B", "a +"),
        ("%C3%A9é", "éé"),
        ("\udcc3\udca9", "é"),
        ("%C3\udca9", "é"),
        ("\udcff%ff", "\ufffd\ufffd"),
        ("a\ud800%41", "a\ufffdA"),
        ("\ud800", "\ufffd"),
        ("%zz%", "%zz%"),
    ],
)
def test_decode(raw: str, decoded: str) -> None:
    assert decode(raw) == decoded


@pytest.mark.parametrize(
    ("raw", "span"),
    [
        ("%C3%A9", None),
        ("%C3%A9%FF", (6, 9)),
        ("é%C3", (1, 4)),
        ("%E2%80x", (0, 6)),
        ("\udce2\udc80\udc99", None),
        ("a\udcff", (1, 2)),
        ("%41\ud800%zz", (3, 4)),
        ("%FF%zz", (0, 3)),
        ("%zz%FF", (0, 1)),
        ("%4", (0, 1)),
    ],
)
def test_find_malformed(raw: str, span: tuple[int, int] | None) -> None:
    assert find_malformed(raw) == span
    shifted = None if span is None else (span[0] + 2, span[1] + 2)
    assert find_malformed(f"%z{raw}%", 2, len(raw) + 2) == shifted


def test_span_of() -> None:
    raw = "a%41é\udcc3\udca9%C3\udca9b"
    decoded = "aAéééb"
    assert [span_of(raw, decoded, index) for index in range(6)] == [
        (0, 1),
        (1, 4),
        (4, 5),
        (5, 7),
        (7, 11),
        (11, 12),
    ]
