"""What every format of output is: it takes redacted reports, one after the other, and ends with a summary."""

from typing import NamedTuple, Protocol

from validator.report import Report, Summary


class Settings(NamedTuple):
    """How to write."""

    color: bool = False
    width: int | None = None
    """Columns of the terminal; None where there is none, and nothing is wrapped."""
    quiet: bool = False
    """Write the summary alone."""


class Format(Protocol):
    """A format of output, which writes to the stream that it was made with."""

    def add(self, report: Report) -> None:
        """Write one report, which is redacted already."""

    def finish(self, summary: Summary) -> None:
        """Write what comes last."""
