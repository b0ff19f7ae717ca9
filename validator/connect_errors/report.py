"""Reports on redirects with their findings, and the summary of many."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, NamedTuple

from connect_errors.catalog import outcomes
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


@dataclass(slots=True)
class Summary:
    """The counts of many reports.

    Summaries of parts add up to the summary of the whole, in any order and grouping; `Summary()` is empty. They can be
    pickled.
    """

    redirects: int = 0
    conforming: int = 0
    errors: int = 0
    """Number of findings that are errors."""
    warnings: int = 0
    passed_over: int = 0
    """Number of URLs in the captures that are not redirects."""
    outcomes: Counter[tuple[ReportKind | None, str | None]] = field(default_factory=Counter)
    """Number of redirects by kind and outcome."""
    conforming_outcomes: Counter[tuple[ReportKind | None, str | None]] = field(default_factory=Counter)

    def add(self, report: Report) -> None:
        self.add_verdict(report.verdict)

    def add_verdict(self, verdict: Verdict, times: int = 1) -> None:
        """Add a report of which only the verdict is known, or several equal ones."""
        key = verdict.kind, verdict.outcome
        self.redirects += times
        self.errors += verdict.errors * times
        self.warnings += verdict.warnings * times
        self.outcomes[key] += times
        if not verdict.errors:
            self.conforming += times
            self.conforming_outcomes[key] += times

    def __add__(self, other: "Summary") -> "Summary":
        return Summary(*(getattr(self, count.name) + getattr(other, count.name) for count in fields(self)))

    def to_dict(self) -> dict[str, Any]:
        """Return the summary of the JSON output: the most frequent outcomes first, equally frequent ones by name."""
        return {
            "redirects": self.redirects,
            "conforming": self.conforming,
            "errors": self.errors,
            "warnings": self.warnings,
            "passed_over": self.passed_over,
            "outcomes": _counts_by_name(self.outcomes),
            "conforming_outcomes": _counts_by_name(self.conforming_outcomes),
            "unknown_errors": self.outcomes["error", None],
            "without_outcome": self.outcomes[None, None],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Summary":
        """Parse the result of `to_dict`; other keys are ignored, as later versions may add some.

        Raises:
            ValueError: a key is missing, a count is invalid or inconsistent, or an outcome is unknown.
        """
        outcomes = _parse_counts(data, "outcomes")
        outcomes["error", None] = _count(data, "unknown_errors")
        outcomes[None, None] = _count(data, "without_outcome")
        summary = cls(
            redirects=_count(data, "redirects"),
            conforming=_count(data, "conforming"),
            errors=_count(data, "errors"),
            warnings=_count(data, "warnings"),
            passed_over=_count(data, "passed_over"),
            outcomes=+outcomes,  # without zero counts
            conforming_outcomes=_parse_counts(data, "conforming_outcomes"),
        )
        if summary.outcomes.total() != summary.redirects:
            raise ValueError("the summary's outcomes do not add up to its redirects")
        if summary.conforming_outcomes.total() != summary.conforming:
            raise ValueError("the summary's conforming outcomes do not add up to its conforming redirects")
        return summary


def _counts_by_name(counts: Counter[tuple[ReportKind | None, str | None]]) -> dict[str, int]:
    named = [(outcome, count) for (_, outcome), count in counts.items() if outcome]
    return dict(sorted(named, key=lambda item: (-item[1], item[0])))


def _count(data: Mapping[str, Any], key: str) -> int:
    count = data.get(key)
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        raise ValueError(f"the summary's {shorten(key)} is not a count")
    return count


def _parse_counts(data: Mapping[str, Any], key: str) -> Counter[tuple[ReportKind | None, str | None]]:
    counts = data.get(key)
    if not isinstance(counts, Mapping):
        raise ValueError(f"the summary has no {key}")  # noqa: TRY004 - the data is wrong, not the caller's type
    for name in counts:
        if name not in outcomes():
            raise ValueError(f"no schema has the outcome {shown_name(shorten(str(name)))!r}")
    return Counter({(outcomes()[name].kind, name): _count(counts, name) for name in counts})


_NAMELESS = {"error": Shown("unknown error"), "request": Shown("Connect URL")}


def outcome_name(kind: ReportKind | None, outcome: str | None) -> Shown:
    """Return a name of the outcome for people, even if it is unknown or missing."""
    return own(outcome) if outcome else _NAMELESS.get(kind or "", Shown("no outcome"))
