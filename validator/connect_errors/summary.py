"""The counts of many reports."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from connect_errors.catalog import outcomes
from connect_errors.escaping import shorten
from connect_errors.redaction import shown_name
from connect_errors.report import Report, ReportKind, Verdict


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
            "connect_urls": self.outcomes["request", None],
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
        outcomes["request", None] = _count(data, "connect_urls")
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
