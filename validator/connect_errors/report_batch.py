"""Reports of redirects that were read together, such as those in a block of a log or a list."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import NamedTuple

from connect_errors.encoding import Span
from connect_errors.redirect import Place, PlaceFields
from connect_errors.report import RedactedReport
from connect_errors.shown import Shown


class ShownParts(NamedTuple):
    """Parts of a report that differ between redirects of one shape if `--show-values` shows them."""

    url: Shown
    names: tuple[Shown, ...]
    """The parameters whose values differ, in the order of the report."""
    values: Sequence[Shown]
    """Their values."""
    spans: Sequence[Span | None]
    """The places of the findings in `url`."""


@dataclass(slots=True)
class ReportBatch:
    """Reports of redirects that were read together; iterating yields them one by one.

    Redirects of one shape are judged once; they differ only in their places, and in the values shown with
    `--show-values`. A batch therefore also gives the shared report with the differing parts next to it, so that
    a format can render the rest once for all of them.
    """

    reports: Sequence[RedactedReport]
    """The reports; some have the place of another redirect, and columns of findings relative to it."""
    places: Sequence[Place | PlaceFields]
    """The place of each redirect; a plain tuple where creating a `Place` would be too slow."""
    report_at: Callable[[int], RedactedReport]
    """Returns the report at an index, with its own place, columns and values."""
    parts: Iterable[ShownParts | None] = repeat(None)
    """Replacements for parts of each report; None if there are none."""

    def __iter__(self) -> Iterator[RedactedReport]:
        return map(self.report_at, range(len(self.reports)))

    @classmethod
    def of(cls, *reports: RedactedReport) -> "ReportBatch":
        """Make a batch of complete reports."""
        return cls(reports, [report.place for report in reports], reports.__getitem__)
