"""GitHub Actions: a workflow command per finding, which the runner turns into an annotation, and a job summary.

Only ten annotations are shown per step, so the summary lists the findings again. Environment variables of the runner
give the path of the repository and of the summary file.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from connect_errors import lazy_re
from connect_errors.capture_report import CaptureReport
from connect_errors.escaping import escape_unprintable, shorten
from connect_errors.formats.base import Format, Settings
from connect_errors.formats.places import NON_FILE_SOURCES, message, position, relative
from connect_errors.outputs import appended_file
from connect_errors.report import Detail, RedactedFinding, RedactedReport, outcome_name
from connect_errors.shown import counted
from connect_errors.summary import Summary

_MAX_LISTED = 100
"""Maximum number of findings listed in the summary."""
_SPECIAL = lazy_re.pattern("[^A-Za-z0-9 ]")


class GitHubFormat(Format):
    """Writes paths relative to the repository, as annotations require. `quiet` leaves only the first summary table."""

    def __init__(self, stream: TextIO, settings: Settings) -> None:
        self._stream = stream
        self.detail: Detail = "summary" if settings.quiet else "findings"
        self._strict = settings.strict
        self._folder = repository()
        self._summary_file = os.environ.get("GITHUB_STEP_SUMMARY")
        self._rows: list[str] = []
        self._findings = 0

    def add(self, report: RedactedReport) -> None:
        if self.detail == "summary":
            return
        for finding in report.findings:
            self._annotate(report, finding)
            self._findings += 1
            if self._summary_file and self._findings <= _MAX_LISTED:
                self._rows.append(self._row(report, finding))

    def add_capture(self, capture: CaptureReport) -> None:
        if capture.unreadable is None:
            return
        properties = file_of(capture.source, self._folder)
        reason = capture.unreadable
        self._stream.write(command("error", properties, f"The capture could not be read: {escape_unprintable(reason)}"))

    def flush(self) -> None:
        self._stream.flush()

    def finish(self, summary: Summary) -> None:
        if self._summary_file:
            with appended_file(Path(self._summary_file)) as file:
                file.write("\n".join(self._summary(summary)) + "\n")

    def _annotate(self, report: RedactedReport, finding: RedactedFinding) -> None:
        place = report.place
        properties = file_of(place.source, self._folder)
        if properties and place.line is not None:
            properties["line"] = str(place.line)
            if column := finding.column or place.column:
                properties["col"] = str(column)
            if finding.end_column:
                properties["endColumn"] = str(finding.end_column)
        properties["title"] = finding.rule
        text = "\n".join(
            (escape_unprintable(message(finding, place)), finding.advice, shorten(report.url), finding.help)
        )
        self._stream.write(command("error" if self._strict else finding.severity, properties, text))

    def _row(self, report: RedactedReport, finding: RedactedFinding) -> str:
        place = report.place
        name = NON_FILE_SOURCES.get(place.source) or relative(place.source, self._folder).as_posix()
        location = f"<code>{escape_markdown(f'{name}:{position(place)}')}</code>"
        rule = f"[{finding.rule}]({finding.help})"
        return f"| {finding.severity} | {location} | {escape_markdown(finding.message)} | {rule} |"

    def _summary(self, summary: Summary) -> list[str]:
        """Write Markdown in which text from a capture is inert."""
        lines = ["### Connect redirects", "", "| outcome | redirects | conforming |", "|---|--:|--:|"]
        lines += [
            f"| {escape_markdown(outcome_name(*key))} | {count:,} | {summary.conforming_outcomes[key]:,} |"
            for key, count in summary.outcomes.most_common()
        ]
        lines += [f"| **all** | {summary.redirects:,} | {summary.conforming:,} |", ""]
        if self._rows:
            lines += ["| | place | finding | rule |", "|---|---|---|---|", *self._rows, ""]
        if unlisted := self._findings - len(self._rows):
            lines += [
                f"{counted(unlisted, 'more finding is', 'more findings are')} in the log of this step.",
                "",
            ]
        return lines


def repository() -> Path:
    """Return the folder to which GitHub's file paths are relative."""
    return Path(os.environ.get("GITHUB_WORKSPACE") or Path.cwd())


def file_of(source: str, folder: Path) -> dict[str, str]:
    """Return the property that names a file; empty if the source is not a file."""
    return {} if source in NON_FILE_SOURCES else {"file": escape_unprintable(relative(source, folder).as_posix())}


def command(name: str, properties: Mapping[str, str], text: str) -> str:
    """Write a workflow command, which is one line."""
    joined_properties = ",".join(f"{key}={_escape_property(value)}" for key, value in properties.items())
    return f"::{name} {joined_properties}".rstrip() + f"::{_escape_data(text)}\n"


def _escape_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")


def escape_markdown(text: str) -> str:
    """Replace every character that could be Markdown or HTML syntax with a character reference."""
    return _SPECIAL.sub(lambda match: f"&#{ord(match[0])};", escape_unprintable(text))
