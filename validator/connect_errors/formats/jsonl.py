"""JSON Lines, version 1: one line per redirect, with the same keys as in the JSON document.

Every line is a document, so each has the `version`. Captures and the summary are not redirects and get no line; with
`quiet`, they are the only line.
"""

from typing import TextIO

from connect_errors.capture_report import CaptureReport
from connect_errors.formats.base import Format, Settings
from connect_errors.formats.json import VERSION, JSONRedirects, dumps, dumps_capture
from connect_errors.report import Detail, RedactedReport
from connect_errors.report_batch import ReportBatch
from connect_errors.summary import Summary


class JSONLinesFormat(Format):
    """Flushes the lines before more of the capture is read, so that a reader of the pipe need not wait."""

    def __init__(self, stream: TextIO, settings: Settings) -> None:
        self._stream = stream
        self._redirects = JSONRedirects(f'{{"version": {VERSION}, ')
        self._captures: list[str] = []
        self.detail: Detail = "summary" if settings.quiet else "all"

    def add(self, report: RedactedReport) -> None:
        self.add_batch(ReportBatch.of(report))

    def add_batch(self, reports: ReportBatch) -> None:
        if self.detail == "all":
            self._stream.writelines(self._redirects.dumps(reports, after="\n"))

    def add_capture(self, capture: CaptureReport) -> None:
        if self.detail == "summary":
            self._captures.append(dumps_capture(capture))

    def flush(self) -> None:
        self._stream.flush()

    def finish(self, summary: Summary) -> None:
        if self.detail == "summary":
            captures, counts = ", ".join(self._captures), dumps(summary.to_dict())
            self._stream.write(f'{{"version": {VERSION}, "captures": [{captures}], "summary": {counts}}}\n')
