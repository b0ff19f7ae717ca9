"""What mypy refuses to print; nothing runs this. An ignore comment that is not needed fails."""

from connect_errors.cli.console import echo_error
from connect_errors.formats.base import Format
from connect_errors.report import Report
from connect_errors.shown import Shown, say


def prints_what_was_captured(report: Report, writer: Format) -> None:
    echo_error(report.url)  # type: ignore[arg-type] # it must be refused
    echo_error(report.parameters["state"])  # type: ignore[arg-type] # it must be refused
    writer.add(report)  # type: ignore[arg-type] # it must be refused
    for finding in report.findings:
        say("{} is wrong", finding.parameter)  # type: ignore[arg-type] # it must be refused


def prints_what_may_be_shown(report: Report, writer: Format) -> None:
    redacted = report.redacted()
    writer.add(redacted)
    echo_error(redacted.url)
    echo_error(redacted.parameters["state"])
    for finding in redacted.findings:
        say("{}: {}", finding.parameter or Shown("-"), finding.message)
