"""What the application expects, where a case of a redirect does not show it."""

import re

import pytest
from connect_errors.catalog import outcomes
from connect_errors.judge import Expectation, judge
from connect_errors.redirect import Place, Redirect
from connect_errors.url import URL


def test_an_expectation_does_not_show_the_state() -> None:
    assert "s3cr3t" not in repr(Expectation(state="s3cr3t"))


@pytest.mark.parametrize(
    ("redirect_uri", "outcome", "message"),
    [
        (
            "a.example",
            None,
            "the redirect URI is not an absolute URL: it does not start with a scheme such as https://",
        ),
        ("https://a.example/#", None, "a redirect URI has no fragment (RFC 6749 §3.1.2)"),
        (None, "no_vehicle", "no outcome is called no_vehicle; did you mean no_vehicles?"),
        (None, "no vehicle\n", 'no outcome is called "no vehicle\\n"; did you mean no_vehicles?'),
        (None, "code=1", "no outcome is called code=***; there are "),
        (None, "x" * 300, f'no outcome is called "{"x" * 200}…"; there are '),
        (None, "", 'no outcome is called ""; there are '),
    ],
)
def test_what_no_redirect_can_be(redirect_uri: str | None, outcome: str | None, message: str) -> None:
    listed = ", ".join(outcomes()) if message.endswith("there are ") else ""
    with pytest.raises(ValueError, match=f"^{re.escape(message + listed)}$"):
        Expectation(None if redirect_uri is None else URL(redirect_uri), None, outcome)


def columns(*, url: str, column: int | None, is_verbatim: bool) -> tuple[int | None, int | None]:
    redirect = Redirect(URL(url), Place("capture.txt", 3, column), is_verbatim=is_verbatim)
    (finding,) = judge(redirect).findings
    return finding.column, finding.end_column


def test_the_columns_of_a_finding() -> None:
    url = "https://a.example/?code=1&lang=en"
    assert columns(url=url, column=5, is_verbatim=True) == (31, 38)
    assert columns(url="a.example/?code=1", column=5, is_verbatim=True) == (5, 15)
    assert columns(url=url, column=5, is_verbatim=False) == (None, None)
    assert columns(url=url, column=None, is_verbatim=True) == (None, None)
    assert columns(url="a" * 70_000, column=5, is_verbatim=True) == (None, None)
