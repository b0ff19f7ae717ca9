"""JSON Lines, version 1: a line for each redirect, with the keys that it has in a JSON document.

Every line stands alone, so each has the `version`. There is no line for the summary, which would be no redirect; with
`quiet` it is the only line.
"""

from typing import TextIO

from connect_errors.formats.base import Format, Settings, Shown
from connect_errors.formats.json import VERSION, dumps, redirect_to_dict, summary_to_dict
from connect_errors.report import Report, Summary


class JSONLinesFormat(Format):
    """Each line is written as its redirect is judged, so that what reads the pipe need not wait."""

    def __init__(self, stream: TextIO, settings: Settings) -> None:
        self._stream = stream
        self.shows: Shown = "nothing" if settings.quiet else "all"

    def add(self, report: Report) -> None:
        if self.shows == "all":
            self._stream.write(dumps({"version": VERSION} | redirect_to_dict(report)) + "\n")
            self._stream.flush()

    def finish(self, summary: Summary) -> None:
        if self.shows == "nothing":
            self._stream.write(dumps({"version": VERSION, "summary": summary_to_dict(summary)}) + "\n")
