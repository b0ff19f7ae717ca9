"""connect-errors: JSON Schemas for the redirects of Smartcar Connect, and a validator that checks redirects by them."""

from typing import TYPE_CHECKING

from validator.judge import Expectation, judge
from validator.redirect import Place, Redirect
from validator.report import Finding, Report
from validator.url import URL

if TYPE_CHECKING:
    from validator.example_redirects import Example, example, examples
    from validator.invalid_redirects import invalid_examples
else:

    def __getattr__(name: str) -> object:
        """Import what makes examples when it is asked for: to validate needs none of it."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from validator import example_redirects, invalid_redirects

        return getattr(invalid_redirects if name == "invalid_examples" else example_redirects, name)


__all__ = ["Example", "Finding", "Place", "Report", "example", "examples", "invalid_examples", "validate"]


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
