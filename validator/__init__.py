"""connect-errors: JSON Schemas for the redirects of Smartcar Connect, and a validator that checks redirects by them."""

from validator.judge import Expectation, judge
from validator.redirect import Place, Redirect
from validator.report import Finding, Report
from validator.url import URL

__all__ = ["Finding", "Place", "Report", "validate"]


def validate(
    url: str, *, redirect_uri: str | None = None, state: str | None = None, expect: str | None = None
) -> Report:
    """Judge one redirect. Takes any text as `url`; safe to call from many threads.

    Args:
        url: the whole URL, as it was captured.
        redirect_uri: the registered redirect URI that it must be under.
        state: the state that was sent.
        expect: the outcome that it must have, such as `access_denied` or `authorization_code`.

    Raises:
        ValueError: `redirect_uri` is not an absolute URL without a fragment, or `expect` is no outcome.
    """
    expectation = Expectation(None if redirect_uri is None else URL(redirect_uri), state, expect)
    return judge(Redirect(URL(url)), expectation)
