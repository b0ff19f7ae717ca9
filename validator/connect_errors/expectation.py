"""What the application knows about the redirects that it gets."""

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
    """What every redirect is compared with; what is not known is not compared.

    Raises:
        InvalidArgumentError: a redirect URI is not an absolute URL without a fragment, or no outcome of the catalog
            has that name.
    """

    redirect_uris: tuple[URL, ...] = ()
    """The registered redirect URIs, of which the redirect must be at one."""
    state: str | None = field(default=None, repr=False)
    """The state that was sent."""
    outcome: str | None = None
    """The name of an outcome of the catalog."""

    def __post_init__(self) -> None:
        check_redirect_uris(self.redirect_uris)
        if self.outcome is not None and self.outcome not in outcomes():
            name = quoted(shorten(shown_argument(self.outcome)))
            hint = suggestion(self.outcome, outcomes()) or say("; there are {}", own(", ".join(outcomes())))
            raise InvalidArgumentError(say("no outcome is called {}{}", name, hint))


def check_redirect_uris(uris: Iterable[URL]) -> None:
    """Refuse what cannot be a registered redirect URI.

    Raises:
        InvalidArgumentError: one is not an absolute URL (RFC 6749 §3.1.2), or has a fragment.
    """
    for uri in uris:
        if uri.problem:
            is_blank = uri.text.rstrip() != uri.text
            hint = Shown("; remove the space at its end") if is_blank else Shown("")
            raise InvalidArgumentError(say("the redirect URI is not an absolute URL: {}{}", uri.problem[0], hint))
        if "#" in uri.text:
            raise InvalidArgumentError(Shown("a redirect URI cannot have a fragment (RFC 6749 §3.1.2)"))


NO_EXPECTATION = Expectation()
