"""Handle a redirect in production: decide what the application's callback may act on, and what it must refuse.

`judge` finds the rules that a redirect breaks; `Rule.refuses` decides which of them refuse it. Otherwise, the
user sees a message: an unknown code, a missing description or a new wording is not the user's fault.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, cast

from connect_errors.catalog import outcomes
from connect_errors.escaping import shorten
from connect_errors.expectation import Expectation, check_redirect_uris
from connect_errors.handbook import Message, Page, Retry, Severity, WhoActs, page
from connect_errors.judge import judge
from connect_errors.redaction import shown_value
from connect_errors.redirect import Redirect
from connect_errors.report import Finding, Report
from connect_errors.rules import RULES
from connect_errors.shown import Shown
from connect_errors.state import is_same_state
from connect_errors.url import URL

FALLBACK = "server_error"
"""The error whose page is used for unknown codes: Smartcar sends it when no other error applies."""

SuccessName = Literal["authorization_code", "user_connection", "vehicle_reauthentication"]

_OTHER_STATE = Finding("state-mismatch", Shown("state is not the one that was sent"))
_NO_STATE = Finding("state-mismatch", Shown("no state was kept for this browser, or it was used already"))


@dataclass(frozen=True, slots=True, repr=False)
class Success:
    """The vehicle owner connected a vehicle. `str` and `repr` give the outcome, and no values."""

    outcome: SuccessName
    parameters: Mapping[str, str]
    """Decoded, by name, without `state` and without empty or invalid values. `code` is a secret."""

    def __str__(self) -> str:
        return self.outcome

    def __repr__(self) -> str:
        return f"<Success: {self}>"


@dataclass(frozen=True, slots=True, repr=False)
class ConnectError:
    """Connect ended with an error. `str` and `repr` give the code, in printable characters, and no other values."""

    code: str
    """As it was sent, whether known or not."""
    page: Page
    """The handbook page of the code; that of `server_error` if the code is unknown."""
    parameters: Mapping[str, str]
    """Decoded, by name, without `state` and without empty or invalid values. Do not show them to users: anyone can
    forge a URL.
    """

    @property
    def message(self) -> Message:
        """An example of what to tell the user."""
        return self.page.message

    @property
    def retry(self) -> Retry:
        """Whether and when another attempt makes sense."""
        return self.page.retry

    @property
    def who_acts(self) -> WhoActs:
        return self.page.who_acts

    @property
    def severity(self) -> Severity:
        """The attention that the error deserves."""
        return self.page.severity

    def __str__(self) -> str:
        if self.code == self.page.title:
            return self.code
        return f'unknown error "{shorten(shown_value("error", self.code))}"'

    def __repr__(self) -> str:
        return f"<ConnectError: {self}>"


@dataclass(frozen=True, slots=True)
class Refused:
    """The redirect does not answer the browser's own request, or is not from Connect: ignore its content."""

    reasons: tuple[Finding, ...] = field(repr=False)
    """The findings that refuse it, in the order of their places; their messages contain no values."""

    def __str__(self) -> str:
        return "refused: " + "; ".join(f"{reason.message} [{reason.rule}]" for reason in self.reasons)

    def __repr__(self) -> str:
        return f"<Refused: {str(self).removeprefix('refused: ')}>"


def receive(url: str, *, state: str | None, redirect_uri: str) -> Success | ConnectError | Refused:
    """Receive a redirect in an application's callback. Accepts any text as `url`; thread-safe.

    Args:
        url: the whole URL, or its path and query string (`/callback?…`) as in the request line. Scheme, host and port
            are compared if present: behind a proxy that changes them, pass only the path and query string.
        state: the state that was sent, from this browser's own session. None or an empty state refuses the redirect.
        redirect_uri: the registered redirect URI.

    Raises:
        ValueError: `redirect_uri` is not an absolute URL without a fragment.
    """
    registered = _parse_redirect_uri(redirect_uri)
    if not state:
        return Refused((_NO_STATE,))
    parsed = URL(url)
    report = judge(Redirect(parsed, must_be_absolute=not parsed.is_origin_form), Expectation((registered,), state))
    findings = report.findings
    if findings and (reasons := tuple(_refusal_reasons(report))):
        return Refused(reasons)
    if not is_same_state(state, report.parameters.get("state", "")):  # `judge` compares none that may be a mask
        return Refused((_OTHER_STATE,))
    unusable = {"state", *(finding.parameter for finding in findings if finding.rule == "invalid-value")}
    parameters = MappingProxyType(
        {name: value for name, value in report.parameters.items() if value and name not in unusable}
    )
    if report.kind == "error":
        return ConnectError(report.parameters["error"], page(report.outcome or FALLBACK), parameters)
    return Success(cast("SuccessName", report.outcome), parameters)


@lru_cache(maxsize=64)
def _parse_redirect_uri(redirect_uri: str) -> URL:
    registered = URL(redirect_uri)
    check_redirect_uris([registered])
    return registered


def _refusal_reasons(report: Report) -> Iterator[Finding]:
    """Yield the findings that refuse a redirect, without their places in the URL, which is not shown."""
    outcome = outcomes().get(report.outcome or "")
    for finding in report.findings:
        refuses = RULES[finding.rule].refuses
        if refuses == "always" or (refuses == "outcome" and outcome and finding.parameter == outcome.discriminator):
            yield Finding(finding.rule, finding.message, remedy=finding.remedy)
