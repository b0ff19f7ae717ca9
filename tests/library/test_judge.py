"""Expectations of the application, as far as the cases do not cover them."""

import re

import pytest
from connect_errors import example, validate
from connect_errors.address import registration_problem
from connect_errors.catalog import outcomes
from connect_errors.expectation import Expectation
from connect_errors.judge import judge
from connect_errors.placeholders import _OBJECT, _SAMPLE, _TEMPLATE, placeholder
from connect_errors.redirect import Place, Redirect
from connect_errors.shown import Shown
from connect_errors.state import envelope, is_same_state, open_envelope, state_difference
from connect_errors.url import URL
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Invoke


def test_repr_of_an_expectation_hides_the_state() -> None:
    assert "s3cr3t" not in repr(Expectation(state="s3cr3t"))


@pytest.mark.parametrize(
    ("redirect_uri", "outcome", "message"),
    [
        (
            "a.example",
            None,
            "the redirect URI is not an absolute URL: it does not start with a scheme such as https://",
        ),
        ("https://a.example/#", None, "a redirect URI cannot have a fragment (RFC 6749 §3.1.2)"),
        ("https://a.example/#route", None, "a redirect URI cannot have a fragment (RFC 6749 §3.1.2)"),
        (None, "no_vehicle", "there is no outcome called no_vehicle; did you mean no_vehicles?"),
        (None, "no vehicle\n", 'there is no outcome called "no vehicle\\n"; did you mean no_vehicles?'),
        (None, "code=1", "there is no outcome called ***; the outcomes are "),
        (None, "x" * 300, "there is no outcome called ***; the outcomes are "),
        (None, "", 'there is no outcome called ""; the outcomes are '),
    ],
)
def test_invalid_expectations_are_rejected(redirect_uri: str | None, outcome: str | None, message: str) -> None:
    listed = ", ".join(outcomes()) if message.endswith("the outcomes are ") else ""
    with pytest.raises(ValueError, match=f"^{re.escape(message + listed)}$"):
        Expectation(() if redirect_uri is None else (URL(redirect_uri),), None, outcome)


def columns(*, url: str, column: int | None, is_verbatim: bool) -> tuple[int | None, int | None]:
    redirect = Redirect(URL(url), Place(Shown("capture.txt"), 3, column), is_verbatim=is_verbatim)
    (finding,) = judge(redirect).findings
    return finding.column, finding.end_column


def test_columns_of_a_finding() -> None:
    url = "https://a.example/?code=1&lang=en"
    assert columns(url=url, column=5, is_verbatim=True) == (31, 38)
    assert columns(url="a.example/?code=1", column=5, is_verbatim=True) == (5, 15)
    assert columns(url=url, column=5, is_verbatim=False) == (None, None)
    assert columns(url=url, column=None, is_verbatim=True) == (None, None)
    assert columns(url="a" * 70_000, column=5, is_verbatim=True) == (None, None)


@pytest.mark.parametrize(
    ("uri", "problem"),
    [
        ("https://example.com/callback", None),
        ("http://localhost:8000/callback", None),
        ("HTTP://LOCALHOST", None),
        ("sc4a1b01e5-0497-417c-a30e-6df6ba33ba46://callback", None),
        ("myapp://callback", None),
        ("http://example.com/callback", "it accepts plain http only for localhost; use https"),
        ("http://127.0.0.1:8000/callback", "it accepts plain http only for localhost; use https"),
        ("http://192.168.1.2:8123/callback", "it accepts plain http only for localhost; use https"),
        ("https://javascript-sdk.smartcar.com/v2/redirect?app_origin=https://myapp.com", None),
        (
            "https://javascript-sdk.smartcar.com/v2/redirect?app_origin=https://myapp.com/connect",
            "app_origin must be an origin, without a path, as the JavaScript SDK's postMessage requires",
        ),
        (
            "https://javascript-sdk.smartcar.com/v2/redirect?app_origin=http://localhost:1337%20",
            "app_origin has a space at its beginning or end",
        ),
        (
            "https://javascript-sdk.smartcar.com/v2/redirect",
            "the JavaScript SDK's page needs app_origin, such as app_origin=https://example.com",
        ),
        (
            "https://javascript-sdk.smartcar.com/redirect-2.1.1?app_origin=https://myapp.com",
            "this version of the JavaScript SDK's page is outdated; the path is /v2/redirect",
        ),
    ],
)
def test_redirect_uris_that_cannot_be_registered(uri: str, problem: str | None, invoke: Invoke) -> None:
    assert registration_problem(URL(uri)) == problem
    for arguments in (["validate", f"{uri}{'&' if '?' in uri else '?'}code=1"], ["example", "no_vehicles"]):
        result = invoke(*arguments, "--redirect-uri", uri)
        assert result.exit_code == 0
        address = uri.partition("?")[0]
        note = f"connect-errors: {address} cannot be registered with Smartcar: {problem}\n" if problem else ""
        assert result.stderr == note


def test_several_redirect_uris() -> None:
    uris = ["https://a.example/", "http://localhost:8000/"]
    assert validate("http://localhost:8000/?code=1", redirect_uri=uris).conforms
    assert not validate("http://localhost:8001/?code=1", redirect_uri=uris).conforms
    with pytest.raises(ValueError, match="remove the space at its end"):
        validate("http://localhost:8000/?code=1", redirect_uri=["https://a.example/", "http://localhost:8000/ "])


def test_state_matches_inside_the_javascript_sdk_envelope() -> None:
    assert is_same_state("a/~é", "a/~é")
    assert is_same_state("a/~é", envelope("a/~é"))
    assert not is_same_state("a/~é", envelope("a/~e"))
    assert not is_same_state("", envelope(None))
    assert not is_same_state("a", "")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_envelope_round_trip(state: str) -> None:
    sealed = envelope(state)
    assert open_envelope(sealed) == state
    assert open_envelope(sealed.rstrip("=").replace("+", " ")) == state


@given(st.text(), st.text())
def test_different_states_differ(sent: str, received: str) -> None:
    message = state_difference(sent, received)
    assert (message is None) == (sent == received or (open_envelope(received) or received) == sent)
    assert state_difference(sent, sent) is None


def test_examples_for_the_javascript_sdk_have_an_envelope() -> None:
    page = "https://javascript-sdk.smartcar.com/v2/redirect?app_origin=https://myapp.com"
    report = validate(example("access_denied", redirect_uri=page, state="8c5f31"), redirect_uri=page, state="8c5f31")
    assert report.findings == ()
    assert open_envelope(report.parameters["state"]) == "8c5f31"
    report = validate(example("access_denied", redirect_uri=page), redirect_uri=page)
    assert report.findings == ()
    assert open_envelope(report.parameters["state"]) == ""


PLACEHOLDERS = [re.compile(pattern.pattern, pattern.flags) for pattern in (_OBJECT, _TEMPLATE, _SAMPLE)]


@given(st.one_of([st.from_regex(pattern, fullmatch=True) for pattern in PLACEHOLDERS]))
def test_every_placeholder_is_recognized_by_its_first_character(value: str) -> None:
    assert placeholder(value)


@pytest.mark.parametrize("value", ["undefined", "NULL", "(null)", "None", "nil", "NaN", "nan"])
def test_words_for_no_value_are_recognized_by_their_first_character(value: str) -> None:
    assert placeholder(value)
