"""Reports of many redirects that come together, such as those of a block of a list."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import NamedTuple

from connect_errors.redirect import Place, PlaceFields
from connect_errors.report import RedactedReport
from connect_errors.shown import Shown


class Values(NamedTuple):
    """What is shown of a redirect, and masked in others of its shape."""

    url: Shown
    parameters: dict[str, Shown]


@dataclass(slots=True)
class ReportBatch:
    """Reports that come together; iterating gives them one by one.

    Redirects of one shape are judged once, and differ in their places, and in what `--show-values` shows. So they are
    given as one report, too, with that beside it: what a format makes of the rest serves all of them.
    """

    reports: Sequence[RedactedReport]
    """The reports, some of them with another one's place, and with the columns that its findings have there."""
    places: Sequence[Place | PlaceFields]
    """The place of each; as a plain tuple where making a `Place` of it would take too long."""
    at: Callable[[int], RedactedReport]
    """Gives the report that has an index, with its own place and columns, and its own values."""
    values: Iterable[Values | None] = repeat(None)
    """What a report has instead of the URL and of some of the parameters' values; None where there is nothing."""

    def __iter__(self) -> Iterator[RedactedReport]:
        return map(self.at, range(len(self.reports)))

    @classmethod
    def of(cls, *reports: RedactedReport) -> "ReportBatch":
        """Make a batch of reports that are complete."""
        return cls(reports, [report.place for report in reports], reports.__getitem__)
