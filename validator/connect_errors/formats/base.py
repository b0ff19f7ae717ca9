"""What every format of output is: it takes redacted reports, one after the other, and ends with a summary."""

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from connect_errors.capture_report import CaptureReport
from connect_errors.report import Detail, RedactedReport, Summary
from connect_errors.report_batch import ReportBatch


class Settings(NamedTuple):
    """How to write."""

    color: bool = False
    width: int | None = None
    """Columns of the terminal; None without a terminal: nothing is wrapped."""
    quiet: bool = False
    """Write the summary alone, where the format has one."""
    strict: bool = False
    """Warnings fail too, in a format that says what fails."""


class Format(Protocol):
    """A format of output, which writes to the stream that it was made with."""

    detail: Detail
    """Which reports it must be given; it may be given others, too."""

    def add(self, report: RedactedReport) -> None:
        """Write one report, with the places of its findings in its URL."""

    def add_batch(self, reports: ReportBatch) -> None:
        """Write reports; a format in which those that differ in their places alone look alike makes them at once."""
        for report in reports:
            self.add(report)

    def captured(self, capture: CaptureReport) -> None:  # noqa: ARG002 - for the formats that have a place for it
        """Note what became of a capture, after its redirects. Standard error says it to people."""
        return  # mypy takes an empty body for an abstract method

    def flush(self) -> None:
        """Pass on what was written so far, in a format whose reader should not have to wait."""
        return  # mypy takes an empty body for an abstract method

    def finish(self, summary: Summary) -> None:
        """Write what comes last."""


def max_detail(details: Iterable[Detail]) -> Detail:
    """What formats need together."""
    return max(details, key=("summary", "findings", "all").index)
