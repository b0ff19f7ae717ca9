"""Text for people waiting for redirects: each as it arrives, with the time; the table and the counts at the end."""

import time

from connect_errors.formats.text import TextFormat
from connect_errors.redirect import Place
from connect_errors.report import RedactedReport
from connect_errors.summary import Summary


class LiveTextFormat(TextFormat):
    """Writes every redirect: a conforming one on one line, followed by the next step if it is an error."""

    def add(self, report: RedactedReport) -> None:
        if self.detail == "summary":
            return
        self._write([self._heading(report), *self._next_step(report)])
        if report.findings:
            self._write(self._marked_url_lines(report))

    def finish(self, summary: Summary) -> None:
        if summary.redirects > 1:
            self._write(self._table(summary))
        if summary.redirects:
            self._write([self._counts(summary)])

    def _where(self, place: Place) -> str:  # noqa: ARG002 - the source is known to the reader
        return time.strftime("%H:%M:%S")

    def _next_step(self, report: RedactedReport) -> list[str]:
        if report.kind != "error" or not report.outcome or not report.conforms:
            return []
        from connect_errors.handbook import page  # large, and rarely needed

        handbook = page(report.outcome)
        return [
            *self._typesetter.wrap(f"Next step: {handbook.next_step}", "  ", hanging=11),
            *self._typesetter.wrap(f"More:      {handbook.address}", "  ", hanging=11),
        ]
