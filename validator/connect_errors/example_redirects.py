"""Generate redirects that Connect would send, to test a handler with. They are derived only from the schemas."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from connect_errors import lazy_re
from connect_errors.address import JAVASCRIPT_SDK_HOST
from connect_errors.catalog import outcomes
from connect_errors.expectation import Expectation
from connect_errors.judge import judge
from connect_errors.redirect import Redirect
from connect_errors.report import Report
from connect_errors.schema import Kind, Outcome
from connect_errors.shown import InvalidArgumentError, Shown, say
from connect_errors.state import envelope
from connect_errors.url import URL

CALLBACK = "https://example.com/callback"
"""The default redirect URI of examples."""

_NOT_IN_URI = lazy_re.pattern("[\0- \x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Example:
    """A redirect for tests: one that conforms, or one that breaks a single rule."""

    outcome: str
    """The error or success from which it was made."""
    kind: Kind
    url: str
    options: Mapping[str, str] = field(default_factory=dict)
    """The options with which `connect_errors.validate` judges it: the given redirect URI and state."""
    rule: str | None = None
    """The one rule that it breaks; None if it conforms."""
    parameter: str | None = None
    """The parameter that breaks the rule, if it is a parameter."""
    what: str | None = None
    """Describes how it breaks the rule."""

    def __str__(self) -> str:
        """Return a name, unique among the examples of one call; suitable for pytest's `ids=str`."""
        return f"{self.outcome}: {self.what} ({self.rule})" if self.rule else self.outcome


def example(outcome: str, *, redirect_uri: str | None = None, state: str | None = None, optional: bool = False) -> str:
    """Make the URL of a redirect as Connect would send it; `validate` reports that it conforms.

    Args:
        outcome: the error or success, such as `access_denied` or `authorization_code`.
        redirect_uri: the redirect URI, whose own query string is kept; defaults to https://example.com/callback.
        state: the state that was sent, and is returned.
        optional: whether to add all optional parameters, with values from the schema's examples.

    Raises:
        InvalidArgumentError: the outcome is unknown, or no redirect with this redirect URI or state conforms.
    """
    (redirect,) = examples(outcome, redirect_uri=redirect_uri, state=state, optional=optional)
    return redirect.url


def examples(
    *names: str, redirect_uri: str | None = None, state: str | None = None, optional: bool = False
) -> list[Example]:
    """Make a redirect as Connect would send it for each named outcome, or for all outcomes.

    Arguments and exceptions are those of `example`.
    """
    application = Application(redirect_uri, state)
    return [
        Example(
            outcome.name,
            outcome.kind,
            application.url(application.parameters(outcome, optional=optional)),
            application.options,
        )
        for outcome in application.outcomes(names)
    ]


class Application:
    """The application that receives the redirects: its redirect URI and state.

    Raises:
        InvalidArgumentError: the redirect URI is invalid.
    """

    def __init__(self, redirect_uri: str | None, state: str | None) -> None:
        given = {"redirect_uri": redirect_uri, "state": state}
        self.options = {name: value for name, value in given.items() if value is not None}
        self.state = state
        """The state that was sent; wrapped in an envelope for the JavaScript SDK, which accepts no other redirect."""
        self.redirect_uri = CALLBACK if redirect_uri is None else redirect_uri
        self._expectation = Expectation(() if redirect_uri is None else (URL(redirect_uri),), state)
        if URL(self.redirect_uri).host.lower() == JAVASCRIPT_SDK_HOST:
            self.state = envelope(state)
        if _NOT_IN_URI.search(self.redirect_uri):
            raise InvalidArgumentError(
                Shown("the redirect URI has a space, a control character or one that UTF-8 cannot encode")
            )

    def outcomes(self, names: tuple[str, ...]) -> list[Outcome]:
        """Look up outcomes, without duplicates; all outcomes if no names are given.

        Raises:
            InvalidArgumentError: a name is unknown; the message suggests the nearest one.
        """
        for name in names:
            Expectation(outcome=name)
        return [outcomes()[name] for name in dict.fromkeys(names or outcomes())]

    def parameters(self, outcome: Outcome, *, optional: bool) -> dict[str, str]:
        """Return the decoded parameters of a conforming redirect, in the documented wording with the fewest findings.

        Raises:
            InvalidArgumentError: no redirect conforms.
        """
        all_parameters = fullest_example(outcome)
        parameters = dict(all_parameters) if optional else {name: all_parameters[name] for name in outcome.required}
        if self.state is not None:
            parameters["state"] = self.state
        variants = [parameters | {"error_description": wording} for wording in outcome.wordings] or [parameters]
        judged = [(self.judge(self.url(variant)), variant) for variant in variants]
        report, best = min(judged, key=lambda pair: (pair[0].verdict.errors, pair[0].verdict.warnings))
        if not report.conforms:
            finding = next(finding for finding in report.findings if finding.severity == "error")
            raise InvalidArgumentError(say("no redirect like this conforms: {}", finding.message))
        return best

    def url(self, parameters: Mapping[str, str]) -> str:
        """Build a redirect with these parameters."""
        return append_query(self.redirect_uri, encode_parameters(parameters))

    def judge(self, url: str) -> Report:
        """Judge a redirect as the application would."""
        return judge(Redirect(URL(url)), self._expectation)


def encode_parameters(parameters: Mapping[str, str]) -> dict[str, str]:
    """Encode values (RFC 6749 appendix B), with a space as `%20`, which every decoder understands.

    Characters without an encoding are encoded anyway; judging reports them. A period at the end of a state is
    encoded as well: in pasted text, it would look like the end of a sentence.
    """
    query = {name: quote(value, safe="", errors="surrogatepass") for name, value in parameters.items()}
    if query.get("state", "").endswith("."):
        query["state"] = f"{query['state'][:-1]}%2E"
    return query


def join_query(query: Mapping[str, str]) -> str:
    """Join encoded parameters into a query string."""
    return "&".join(f"{name}={value}" for name, value in query.items())


def append_query(redirect_uri: str, query: Mapping[str, str]) -> str:
    """Append encoded parameters to the redirect URI and its own query string (RFC 6749 §3.1.2)."""
    if not query:
        return redirect_uri
    _, mark, own = redirect_uri.partition("?")
    separator = "&" if own and not own.endswith("&") else "" if mark else "?"
    return f"{redirect_uri}{separator}{join_query(query)}"


def fullest_example(outcome: Outcome) -> dict[str, str]:
    """Return the schema's example with the most parameters."""
    return max(outcome.examples, key=len)
