"""Text that mypy refuses to print; this module is never run. An unused ignore comment fails."""

from connect_errors.cli.console import echo_error
from connect_errors.formats.base import Format
from connect_errors.report import Report
from connect_errors.shown import Shown, say


def prints_what_was_captured(report: Report, writer: Format) -> None:
    echo_error(report.url)  # type: ignore[arg-type] # it must be rejected
    echo_error(report.parameters["state"])  # type: ignore[arg-type] # it must be rejected
    writer.add(report)  # type: ignore[arg-type] # it must be rejected
    for finding in report.findings:
        say("{} is wrong", finding.parameter)  # type: ignore[arg-type] # it must be rejected


def prints_what_may_be_shown(report: Report, writer: Format) -> None:
    redacted = report.redacted()
    writer.add(redacted)
    echo_error(redacted.url)
    echo_error(redacted.parameters["state"])
    for finding in redacted.findings:
        say("{}: {}", finding.parameter or Shown("-"), finding.message)
