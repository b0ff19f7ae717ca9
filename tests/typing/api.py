"""The types of the public API, as a user's type checker sees them: mypy checks this module, and nothing runs it."""

from collections.abc import Callable, Mapping
from typing import Literal, assert_type

import connect_errors
from connect_errors import Example, Finding, Place, Report, example, examples, invalid_examples, validate

Kind = Literal["error", "success", "request"]

assert_type(connect_errors.__version__, str)

report = validate("https://example.com/", redirect_uri="https://example.com/", state="1", expect="access_denied")
assert_type(report, Report)
assert_type(report.url, str)
assert_type(report.outcome, str | None)
assert_type(report.kind, Kind | None)
assert_type(report.parameters, Mapping[str, str])
assert_type(report.findings, tuple[Finding, ...])
assert_type(report.place, Place)
assert_type(report.conforms, bool)

finding = report.findings[0]
assert_type(finding, Finding)
assert_type(finding.rule, str)
assert_type(finding.message, str)
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
assert_type(place.source, str)
assert_type(place.line, int | None)
assert_type(place.column, int | None)
assert_type(place.pointer, str | None)

assert_type(example("access_denied", redirect_uri="https://example.com/", state="1", optional=True), str)
assert_type(examples("access_denied", redirect_uri=None, state=None), list[Example])
assert_type(invalid_examples(optional=True), list[Example])

one = examples()[0]
assert_type(one, Example)
assert_type(one.outcome, str)
assert_type(one.kind, Kind)
assert_type(one.url, str)
assert_type(one.options, Mapping[str, str])
assert_type(one.rule, str | None)
assert_type(one.parameter, str | None)
assert_type(one.what, str | None)
assert_type(str(one), str)

as_a_callback: Callable[[str], Report] = validate

validate(b"https://example.com/")  # type: ignore[arg-type]
validate("https://example.com/", "https://example.com/")  # type: ignore[call-arg]
report.outcome = None  # type: ignore[misc]
connect_errors.no_such_name  # type: ignore[attr-defined] # noqa: B018
