"""An outcome → a redirect that Connect would send, to test a handler with. Derived from the schemas alone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

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
"""The redirect URI of an example, if none is given."""

_NOT_IN_URI = re.compile("[\0- \x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Example:
    """A redirect to test with: one that conforms, or one that breaks a single rule."""

    outcome: str
    """The error or success that it was made from."""
    kind: Kind
    url: str
    options: Mapping[str, str] = field(default_factory=dict)
    """The options with which `connect_errors.validate` judges it: the redirect URI and the state that were given."""
    rule: str | None = None
    """The one rule that it breaks; None where it conforms."""
    parameter: str | None = None
    """The parameter that the rule is broken by, where it is one."""
    what: str | None = None
    """How it breaks the rule, in words."""

    def __str__(self) -> str:
        """Name it; no other example of one call has this name. Made for `ids=str` of pytest."""
        return f"{self.outcome}: {self.what} ({self.rule})" if self.rule else self.outcome


def example(outcome: str, *, redirect_uri: str | None = None, state: str | None = None, optional: bool = False) -> str:
    """Make the URL of a redirect as Connect would send it; `validate` finds that it conforms.

    Args:
        outcome: the error or success, such as `access_denied` or `authorization_code`.
        redirect_uri: the redirect URI that it comes to; its own query is kept. Else https://example.com/callback.
        state: the state that was sent, which comes back.
        optional: whether to add all optional parameters, with the values of the schema's examples.

    Raises:
        InvalidArgumentError: the outcome is unknown, or no redirect with this redirect URI or state conforms.
    """
    (one,) = examples(outcome, redirect_uri=redirect_uri, state=state, optional=optional)
    return one.url


def examples(
    *names: str, redirect_uri: str | None = None, state: str | None = None, optional: bool = False
) -> list[Example]:
    """Make a redirect as Connect would send it for each outcome that is named, or for all if none is.

    The arguments, and what it raises, are those of `example`.
    """
    application = Application(redirect_uri, state)
    return [
        Example(
            one.name, one.kind, application.url(application.parameters(one, optional=optional)), application.options
        )
        for one in application.outcomes(names)
    ]


class Application:
    """The application whose redirects are made: what it registered and what it sent.

    Raises:
        InvalidArgumentError: the redirect URI is not one.
    """

    def __init__(self, redirect_uri: str | None, state: str | None) -> None:
        given = {"redirect_uri": redirect_uri, "state": state}
        self.options = {name: value for name, value in given.items() if value is not None}
        self.state = state
        """The state that was sent; in an envelope for the JavaScript SDK, which takes no other redirect."""
        self.redirect_uri = CALLBACK if redirect_uri is None else redirect_uri
        self._expectation = Expectation(() if redirect_uri is None else (URL(redirect_uri),), state)
        if URL(self.redirect_uri).host.lower() == JAVASCRIPT_SDK_HOST:
            self.state = envelope(state)
        if _NOT_IN_URI.search(self.redirect_uri):
            raise InvalidArgumentError(
                Shown("the redirect URI has a space, a control character or one that UTF-8 cannot encode")
            )

    def outcomes(self, names: tuple[str, ...]) -> list[Outcome]:
        """Look the outcomes up, each once; all where no name is given.

        Raises:
            InvalidArgumentError: one is not in the catalog; the message names the nearest.
        """
        for name in names:
            Expectation(outcome=name)
        return [outcomes()[name] for name in dict.fromkeys(names or outcomes())]

    def parameters(self, outcome: Outcome, *, optional: bool) -> dict[str, str]:
        """The decoded parameters of a redirect that conforms, in the documented wording that breaks no rule.

        Raises:
            InvalidArgumentError: none conforms.
        """
        full = fullest(outcome)
        parameters = dict(full) if optional else {name: full[name] for name in outcome.required}
        if self.state is not None:
            parameters["state"] = self.state
        worded = [parameters | {"error_description": wording} for wording in outcome.wordings] or [parameters]
        judged = [(self.judge(self.url(one)), one) for one in worded]
        report, best = min(judged, key=lambda pair: (pair[0].verdict.errors, pair[0].verdict.warnings))
        if not report.conforms:
            finding = next(one for one in report.findings if one.severity == "error")
            raise InvalidArgumentError(say("no redirect like this conforms: {}", finding.message))
        return best

    def url(self, parameters: Mapping[str, str]) -> str:
        """Write a redirect with these parameters."""
        return written(self.redirect_uri, encoded(parameters))

    def judge(self, url: str) -> Report:
        """Judge a redirect as the application would."""
        return judge(Redirect(URL(url)), self._expectation)


def encoded(parameters: Mapping[str, str]) -> dict[str, str]:
    """Encode values (RFC 6749 appendix B), a space as `%20`, which every decoder understands.

    What has no encoding is encoded nevertheless; judging it reports that. A full stop at the end of a state is encoded,
    too: in a text that is pasted, it would end a sentence.
    """
    query = {name: quote(value, safe="", errors="surrogatepass") for name, value in parameters.items()}
    if query.get("state", "").endswith("."):
        query["state"] = f"{query['state'][:-1]}%2E"
    return query


def joined(query: Mapping[str, str]) -> str:
    """Put encoded parameters into one query."""
    return "&".join(f"{name}={value}" for name, value in query.items())


def written(redirect_uri: str, query: Mapping[str, str]) -> str:
    """Append encoded parameters to the redirect URI and its own query (RFC 6749 §3.1.2)."""
    if not query:
        return redirect_uri
    _, mark, own = redirect_uri.partition("?")
    joint = "&" if own and not own.endswith("&") else "" if mark else "?"
    return f"{redirect_uri}{joint}{joined(query)}"


def fullest(outcome: Outcome) -> dict[str, str]:
    """The schema's example with the most parameters."""
    return max(outcome.examples, key=len)
