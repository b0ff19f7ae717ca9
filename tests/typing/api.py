"""The types of the public API, from a user's point of view: mypy checks this module, which is never run."""

from collections.abc import Callable, Mapping
from typing import Literal, assert_never, assert_type

import connect_errors
from connect_errors import (
    ConnectError,
    Example,
    Finding,
    Place,
    Refused,
    Report,
    Success,
    example,
    examples,
    invalid_examples,
    receive,
    validate,
)
from connect_errors.handbook import Message, Page, Retry, Severity, WhoActs
from connect_errors.shown import Shown

Kind = Literal["error", "success"]
ReportKind = Kind | Literal["request"]

assert_type(connect_errors.__version__, str)

report = validate("https://example.com/", redirect_uri="https://example.com/", state="1", expect="access_denied")
assert_type(report, Report)
assert_type(report.url, str)
assert_type(report.outcome, str | None)
assert_type(report.kind, ReportKind | None)
assert_type(report.parameters, Mapping[str, str])
assert_type(report.findings, tuple[Finding, ...])
assert_type(report.place, Place)
assert_type(report.conforms, bool)

finding = report.findings[0]
assert_type(finding, Finding)
assert_type(finding.rule, str)
assert_type(finding.message, Shown)  # a str that may be shown
assert_type(finding.severity, Literal["error", "warning"])
assert_type(finding.parameter, str | None)
assert_type(finding.start, int | None)
assert_type(finding.end, int | None)
assert_type(finding.column, int | None)
assert_type(finding.end_column, int | None)
assert_type(finding.advice, str)
assert_type(finding.help, str)

place = report.place
assert_type(place, Place)
assert_type(place.source, Shown)
assert_type(place.line, int | None)
assert_type(place.column, int | None)
assert_type(place.pointer, Shown | None)

assert_type(example("access_denied", redirect_uri="https://example.com/", state="1", optional=True), str)
assert_type(examples("access_denied", redirect_uri=None, state=None), list[Example])
assert_type(invalid_examples(optional=True), list[Example])

redirect = examples()[0]
assert_type(redirect, Example)
assert_type(redirect.outcome, str)
assert_type(redirect.kind, Kind)
assert_type(redirect.url, str)
assert_type(redirect.options, Mapping[str, str])
assert_type(redirect.rule, str | None)
assert_type(redirect.parameter, str | None)
assert_type(redirect.what, str | None)
assert_type(str(redirect), str)


def callback(url: str, session_state: str | None) -> str:
    """Handle everything that a redirect can be, and have mypy confirm this."""
    match receive(url, state=session_state, redirect_uri="https://example.com/callback"):
        case Success(outcome="authorization_code", parameters={"code": code}):
            return assert_type(code, str)
        case Success(outcome=outcome, parameters=parameters):
            assert_type(outcome, Literal["authorization_code", "user_connection", "vehicle_reauthentication"])
            assert_type(parameters, Mapping[str, str])
            return outcome
        case ConnectError(code=code, page=page) as error:
            assert_type(page, Page)
            assert_type(error.message, Message)
            assert_type(error.retry, Retry)
            assert_type(error.who_acts, WhoActs)
            assert_type(error.severity, Severity)
            assert_type(error.parameters, Mapping[str, str])
            return assert_type(code, str)
        case Refused(reasons=reasons):
            return assert_type(reasons, tuple[Finding, ...])[0].message
        case never:
            assert_never(never)


def forgets_a_refusal(url: str) -> str:
    match receive(url, state="1", redirect_uri="https://example.com/callback"):
        case Success() | ConnectError() as answer:
            return str(answer)
        case never:
            assert_never(never)  # type: ignore[arg-type]


as_a_callback: Callable[[str], Report] = validate

validate(b"https://example.com/")  # type: ignore[arg-type]
validate("https://example.com/", "https://example.com/")  # type: ignore[call-arg]
validate("https://example.com/", state=None)  # type: ignore[arg-type]
receive("https://example.com/", redirect_uri="https://example.com/")  # type: ignore[call-arg]
Success("no_outcome", {})  # type: ignore[arg-type]
report.outcome = None  # type: ignore[misc]
connect_errors.no_such_name  # type: ignore[attr-defined] # noqa: B018
