"""Reports on redirects with their findings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from connect_errors.copying import Copy
from connect_errors.escaping import shorten
from connect_errors.redaction import copy_of, shown_name, shown_value, unmasked, unmasked_value
from connect_errors.redirect import ARGUMENT, Place
from connect_errors.rules import RULES, Severity
from connect_errors.schema import Kind
from connect_errors.shown import Shown, counted, join, own, say
from connect_errors.url import URL


@dataclass(frozen=True, slots=True)
class Finding:
    """A violation of a rule at one place of a redirect."""

    rule: str
    message: Shown
    """Describes the violation, without any value that redaction masks."""
    parameter: str | None = field(default=None, repr=False)
    start: int | None = None
    """With `end`, the place: character indexes in the report's `url`; None if the finding has none."""
    end: int | None = None
    column: int | None = None
    """With `end_column`, the place in the capture's line, from 1; None if the URL does not appear there verbatim."""
    end_column: int | None = None
    remedy: str | None = field(default=None, repr=False)
    """The recommended action in this case, as a sentence, if it differs from the rule's advice."""

    @property
    def severity(self) -> Severity:
        return RULES[self.rule].severity

    @property
    def advice(self) -> str:
        """The recommended action, as a sentence."""
        return self.remedy or RULES[self.rule].advice

    @property
    def help(self) -> str:
        """URL of the rule's section on the site."""
        return RULES[self.rule].address


@dataclass(frozen=True, slots=True)
class RedactedFinding(Finding):
    """A finding that may be shown; its place is in the redacted URL."""

    parameter: Shown | None = field(default=None, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the finding's object in JSON output."""
        names = ("rule", "severity", "parameter", "message", "advice", "start", "end", "help")
        return {name: getattr(self, name) for name in names}


ReportKind = Kind | Literal["request"]
"""The kind of the judged URL: an error, a success, or the Connect URL, which requests one."""

Detail = Literal["all", "findings", "summary"]
"""The reports that an output needs: all, those with findings (and the first one), or only the summary."""


class Verdict(NamedTuple):
    """A report's contribution to a summary: the number of its findings by severity."""

    kind: ReportKind | None
    outcome: str | None
    errors: int
    warnings: int

    @property
    def statement(self) -> Shown:
        """The outcome, and whether it conforms if it is a known one."""
        name = outcome_name(self.kind, self.outcome)
        if not self.outcome:
            return name
        return say("{} does not conform", name) if self.errors else say("{} conforms", name)

    @property
    def heading(self) -> Shown:
        """The statement and the number of findings."""
        errors = [counted(self.errors, "error", "errors")] if self.errors else []
        warnings = [counted(self.warnings, "warning", "warnings")] if self.warnings else []
        return join(": ", [self.statement, *filter(None, [join(", ", errors + warnings)])])


@dataclass(frozen=True, repr=False)
class Report:
    """The findings of one redirect, in the order of their places.

    Its `repr` shows the findings, redacted, so that a failed `assert report.conforms` is self-explanatory.
    """

    url: str
    outcome: str | None
    """The name of an error or a success; None for an unknown error and if there is no outcome."""
    kind: ReportKind | None
    parameters: Mapping[str, str] = field(hash=False)
    """Decoded, by name; the first value of each."""
    findings: tuple[Finding, ...] = ()
    place: Place = ARGUMENT
    notes: tuple[Shown, ...] = ()
    """Assumptions about a partial redirect, and omissions, as sentences."""
    _parsed_url: URL | None = field(default=None, compare=False)
    """Its `url`, if already parsed; `dataclasses.replace` may have changed `url` since."""

    def __repr__(self) -> str:
        shown = self.redacted()
        findings = [f"{finding.message} [{finding.rule}]" for finding in shown.findings]
        return f"<Report: {self.verdict.statement}: {'; '.join([*findings, shorten(shown.url)])}>"

    def redacted(self, *, show_values: bool = False) -> "RedactedReport":
        """Return the report as it may be shown.

        Its URL is printable ASCII without `##` (other characters are percent-encoded, as browsers do), with values
        masked unless `show_values`; the places of its findings refer to that URL.
        """
        url = self._parsed_url
        copy = copy_of(url if url and url.text == self.url else URL(self.url), masked=not show_values)
        show_name, show_value = (unmasked, unmasked_value) if show_values else (shown_name, shown_value)
        return RedactedReport(
            copy.text,
            self.outcome,
            self.kind,
            {show_name(name): show_value(name, value) for name, value in self.parameters.items()},
            tuple([_redact_finding(finding, copy, show_name) for finding in self.findings]),
            self.place,
            self.notes,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the redirect's object in JSON output: redacted, unless the report is the result of `redacted`."""
        return self.redacted().to_dict()

    @property
    def conforms(self) -> bool:
        """Whether no finding is an error."""
        return not self.verdict.errors

    @property
    def verdict(self) -> Verdict:
        errors = [finding.severity for finding in self.findings].count("error")
        return Verdict(self.kind, self.outcome, errors, len(self.findings) - errors)


def _redact_finding(finding: Finding, copy: Copy, show_name: Callable[[str], Shown]) -> RedactedFinding:
    start, end = finding.start, finding.end
    if start is not None and end is not None:
        start, end = copy.map_span((start, end))
    parameter = None if finding.parameter is None else show_name(finding.parameter)
    column, end_column = finding.column, finding.end_column
    return RedactedFinding(finding.rule, finding.message, parameter, start, end, column, end_column, finding.remedy)


@dataclass(frozen=True, repr=False)
class RedactedReport(Report):
    """A report that may be shown; formats write only these."""

    url: Shown
    parameters: Mapping[str, Shown] = field(hash=False)
    """By name; names and values that may not be shown are masked."""
    findings: tuple[RedactedFinding, ...] = ()
    renderings: dict[str, str] = field(default_factory=dict, compare=False)
    """Renderings cached by formats; shared by all reports that differ only in their places."""

    def to_dict(self) -> dict[str, Any]:
        return self.place._asdict() | {
            "url": self.url,
            "outcome": self.outcome,
            "kind": self.kind,
            "conforms": self.conforms,
            "parameters": dict(self.parameters),
            "notes": list(self.notes),
            "findings": [finding.to_dict() for finding in self.findings],
        }

    def at(self, place: Place, findings: tuple[RedactedFinding, ...]) -> "RedactedReport":
        """Return the same report for a redirect at another place."""
        return self._replace(place=place, findings=findings)

    def with_values(self, url: Shown, parameters: Mapping[str, Shown]) -> "RedactedReport":
        """Return the same report for a redirect with another URL, and other values of some parameters."""
        return self._replace(url=url, parameters={**self.parameters, **parameters}, renderings={})

    def _replace(self, **fields: Any) -> "RedactedReport":  # noqa: ANN401 - any fields
        """Replace fields, in a fifth of the time of `dataclasses.replace`."""
        other = object.__new__(RedactedReport)
        object.__setattr__(other, "__dict__", self.__dict__ | fields)
        return other


_NAMELESS = {"error": Shown("unknown error"), "request": Shown("Connect URL")}


def outcome_name(kind: ReportKind | None, outcome: str | None) -> Shown:
    """Return a name of the outcome for people, even if it is unknown or missing."""
    return own(outcome) if outcome else _NAMELESS.get(kind or "", Shown("no outcome"))
