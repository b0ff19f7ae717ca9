"""What the application expects, where a case of a redirect does not show it."""

import pytest

from validator.judge import Expectation
from validator.url import URL


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
        (None, "code=1", "no outcome is called code=***; there are access_denied, "),
        (None, "x" * 300, f"no outcome is called \"{'x' * 200}…\"; there are access_denied, "),
        (None, "", 'no outcome is called ""; there are access_denied, '),
    ],
)
def test_what_no_redirect_can_be(redirect_uri: str | None, outcome: str | None, message: str) -> None:
    with pytest.raises(ValueError, match="^(the|a|no) ") as raised:
        Expectation(None if redirect_uri is None else URL(redirect_uri), None, outcome)
    assert str(raised.value).startswith(message)
    assert message.endswith(", ") or str(raised.value) == message
