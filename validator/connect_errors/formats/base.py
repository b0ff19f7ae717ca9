"""The interface of output formats: they receive redacted reports one by one, and end with a summary."""

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from connect_errors.capture_report import CaptureReport
from connect_errors.report import Detail, RedactedReport
from connect_errors.report_batch import ReportBatch
from connect_errors.summary import Summary


class Settings(NamedTuple):
    """Output settings."""

    color: bool = False
    width: int | None = None
    """Columns of the terminal; None without a terminal, where nothing is wrapped."""
    quiet: bool = False
    """Write only the summary, if the format has one."""
    strict: bool = False
    """Treat warnings as failures, in formats that mark failures."""


class Format(Protocol):
    """An output format, which writes to the stream it was created with."""

    detail: Detail
    """The reports it needs; it may be given more."""

    def add(self, report: RedactedReport) -> None:
        """Write one report, with the places of its findings in its URL."""

    def add_batch(self, reports: ReportBatch) -> None:
        """Write reports; a format can render reports that differ only in their places once for all of them."""
        for report in reports:
            self.add(report)

    def add_capture(self, capture: CaptureReport) -> None:  # noqa: ARG002 - used by formats that report captures
        """Record how a capture was read, after its redirects. People read it on standard error instead."""
        return  # mypy takes an empty body for an abstract method

    def flush(self) -> None:
        """Flush what has been written, in formats whose readers should not have to wait."""
        return  # mypy takes an empty body for an abstract method

    def finish(self, summary: Summary) -> None:
        """Write the end of the report."""


def max_detail(details: Iterable[Detail]) -> Detail:
    """Return the detail that satisfies all formats."""
    return max(details, key=("summary", "findings", "all").index)
