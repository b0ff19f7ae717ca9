"""The redirects of a capture → the reports that are shown; the others are counted alone, at speed."""

from collections.abc import Iterable, Iterator

from connect_errors.captures import Batch, Capture
from connect_errors.formats.base import Shown
from connect_errors.judge import Expectation, judge
from connect_errors.report import Report, Summary
from connect_errors.shortcut import Shortcut


def reports(capture: Capture, expectation: Expectation, summary: Summary, shows: Shown) -> Iterator[Report]:
    """Judge a capture: add all its redirects to the summary, and yield the reports that `shows` names, in order.

    Raises:
        CaptureError: the capture cannot be read, or not any further; what was found before is in the summary.
    """
    if shows == "all":
        for redirect in capture:
            report = judge(redirect, expectation)
            summary.add(report)
            yield report
        return
    shortcut = Shortcut(expectation, counts_findings=shows == "nothing")
    for batch in capture.batches():
        start = 0
        if shows == "findings" and not summary.redirects:
            first = next((index for index in range(len(batch.lines)) if batch.redirect(index)), len(batch.lines))
            yield from _judged(batch, range(first, min(first + 1, len(batch.lines))), expectation, summary)
            start = first + 1
        yield from _judged(batch, shortcut.count(batch, start, summary), expectation, summary)


def _judged(batch: Batch, indexes: Iterable[int], expectation: Expectation, summary: Summary) -> Iterator[Report]:
    for index in indexes:
        if redirect := batch.redirect(index):
            report = judge(redirect, expectation)
            summary.add(report)
            yield report
