"""The application's knowledge about its redirects."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from connect_errors.catalog import outcomes
from connect_errors.escaping import shorten
from connect_errors.naming import quoted
from connect_errors.redaction import shown_argument
from connect_errors.shown import InvalidArgumentError, Shown, own, say
from connect_errors.suggestion import suggestion
from connect_errors.url import URL


@dataclass(frozen=True)
class Expectation:
    """The values to compare redirects with; unknown values are not compared.

    Raises:
        InvalidArgumentError: a redirect URI is not an absolute URL without a fragment, or the outcome is not in the
            catalog.
    """

    redirect_uris: tuple[URL, ...] = ()
    """The registered redirect URIs, one of which the redirect must match."""
    state: str | None = field(default=None, repr=False)
    """The state that was sent."""
    outcome: str | None = None
    """The name of an outcome in the catalog."""

    def __post_init__(self) -> None:
        check_redirect_uris(self.redirect_uris)
        if self.outcome is not None and self.outcome not in outcomes():
            name = quoted(shorten(shown_argument(self.outcome)))
            hint = suggestion(self.outcome, outcomes()) or say("; the outcomes are {}", own(", ".join(outcomes())))
            raise InvalidArgumentError(say("there is no outcome called {}{}", name, hint))


def check_redirect_uris(uris: Iterable[URL]) -> None:
    """Reject invalid redirect URIs.

    Raises:
        InvalidArgumentError: one is not an absolute URL (RFC 6749 §3.1.2), or has a fragment.
    """
    for uri in uris:
        if uri.problem:
            has_trailing_space = uri.text.rstrip() != uri.text
            hint = Shown("; remove the space at its end") if has_trailing_space else Shown("")
            raise InvalidArgumentError(say("the redirect URI is not an absolute URL: {}{}", uri.problem[0], hint))
        if "#" in uri.text:
            raise InvalidArgumentError(Shown("a redirect URI cannot have a fragment (RFC 6749 §3.1.2)"))


NO_EXPECTATION = Expectation()
