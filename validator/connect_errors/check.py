"""Check whole captures: from captures to redacted reports.

The redacted report of a redirect depends only on its shape, and on how its state differs from the one that was sent, so
each combination is judged, redacted and rendered once. A property test compares every report with judging one by one.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import repeat
from typing import cast

from connect_errors.captures import Batch, Candidate, Capture, Reason, distinguish
from connect_errors.expectation import Expectation
from connect_errors.judge import judge
from connect_errors.redaction import all_unmasked
from connect_errors.redirect import Redirect
from connect_errors.report import Detail, RedactedReport, Verdict
from connect_errors.report_batch import ReportBatch
from connect_errors.shapes import MARKER, Shapes, StateDifferences
from connect_errors.shared_result import SharedResult, parameters_of, report_on, shown_parts, span_of
from connect_errors.shown import Shown
from connect_errors.summary import Summary

MAX_REMEMBERED = 2_000_000
"""Maximum number of characters of cached texts; beyond it, the cache is cleared."""

_Key = str | tuple[object, ...]
"""A shape; with the selection's criteria unless in a list, and with how its states differ from the one sent, if any."""


class Checker:
    """Checks the captures of one run. Its reports are masked, unless `show_values`.

    Args:
        expectation: the application's knowledge about its redirects.
        summary: the counts, complete at the end of each capture.
    """

    def __init__(self, expectation: Expectation, summary: Summary, *, show_values: bool = False) -> None:
        self.expectation = expectation
        self._summary = summary
        self._show_values = show_values
        self._shapes = Shapes(expectation)
        self._differences = StateDifferences(expectation.state) if expectation.state is not None else None
        self._cache: dict[_Key, SharedResult | Reason] = {}
        """The reason for those that are passed over."""
        self._room = MAX_REMEMBERED
        self._tallies: dict[Verdict, list[int]] = {}
        self._has_redirect = False

    def check_one(self, redirect: Redirect) -> RedactedReport:
        """Check a redirect that is not part of a capture."""
        report = judge(redirect, self.expectation).redacted(show_values=self._show_values)
        self._summary.add(report)
        self._has_redirect = True
        return report

    def check(self, capture: Capture, detail: Detail) -> Iterator[RedactedReport]:
        """Check a capture: yield the reports that `detail` asks for, in order, and count all.

        Raises:
            CaptureError: the capture cannot be read, or not to the end; everything found before is counted.
        """
        for reports in self.check_in_batches(capture, detail):
            yield from reports

    def check_in_batches(self, capture: Capture, detail: Detail) -> Iterator[ReportBatch]:
        """Like `check`, but yield the reports of redirects that were read together as a batch.

        Raises:
            CaptureError: see `check`.
        """
        try:
            for batch in capture.batches():
                if reports := self._check_batch(batch, capture, detail):
                    yield reports
            for redirect in capture.lone_connect_urls():
                report = self.check_one(redirect)
                if detail != "summary":
                    yield ReportBatch.of(report)
        finally:
            self._count(capture)

    def _check_batch(self, batch: Batch, capture: Capture, detail: Detail) -> ReportBatch | None:
        """Check candidates, and count the redirects among them; return the reports that are to be shown, if any."""
        shapes = self._shapes.of(batch.texts, is_summary=detail == "summary")
        keys = self._keys(batch, shapes, is_list=capture.is_list)

        def judge_at(index: int) -> SharedResult | Reason:
            return self._judge_and_cache(batch.candidate(index), capture, shapes[index], keys[index], detail)

        is_first_of_run = not self._has_redirect
        counts = Counter(keys)  # in the order of their first occurrences
        results = self._look_up(keys, counts, judge_at, detail)
        indexes: Sequence[int] = range(len(keys))
        if not capture.is_list:
            indexes = _select([results[key] for key in keys], batch, capture)
            counts = Counter([keys[index] for index in indexes])
        redirects = cast("dict[_Key, SharedResult]", results)
        for key, times in counts.items():
            redirects[key].tally[0] += times
        capture.redirects += len(indexes)
        if detail == "findings":
            first = indexes[:1] if is_first_of_run else ()
            indexes = [index for index in indexes if redirects[keys[index]].spans or index in first]
        if detail == "summary" or not indexes:
            return None
        shown = [redirects[keys[index]] for index in indexes]
        if self._show_values:  # where the URL shown is not the text itself, each redirect has its own report
            shown = [
                result
                if result.parameters or result.text == batch.texts[index]
                else cast("SharedResult", judge_at(index))
                for index, result in zip(indexes, shown, strict=True)
            ]
        return self._reports(batch, shapes, indexes, shown, capture.source)

    def _look_up(
        self,
        keys: Sequence[_Key],
        distinct_keys: Iterable[_Key],
        judge_at: Callable[[int], SharedResult | Reason],
        detail: Detail,
    ) -> dict[_Key, SharedResult | Reason]:
        """Return the result for each key, judging its first candidate if there is none in the cache."""
        cached = {key: self._cached(key, detail) for key in distinct_keys}
        if None not in cached.values():
            return cast("dict[_Key, SharedResult | Reason]", cached)
        first_indexes = dict(zip(reversed(keys), range(len(keys) - 1, -1, -1), strict=True))
        return {key: result or judge_at(first_indexes[key]) for key, result in cached.items()}

    def _reports(
        self, batch: Batch, shapes: list[str], indexes: Sequence[int], results: list[SharedResult], source: Shown
    ) -> ReportBatch:
        """Make the reports of some of the candidates, given their results."""

        def report_at(number: int) -> RedactedReport:
            return report_on(batch.candidate(indexes[number]), source, results[number], self._shapes)

        places = list(zip(repeat(source), batch.lines, batch.columns, batch.pointers, strict=False))
        reports = ReportBatch(
            [cast("RedactedReport", result.report) for result in results],
            [places[index] for index in indexes],
            report_at,
        )
        if self._show_values:
            texts = [batch.texts[index] for index in indexes]
            omitted = self._shapes.decoded_values(texts, [shapes[index] for index in indexes])
            reports.parts = [
                None if text == result.text else shown_parts(text, omitted_values, result, self._shapes)
                for text, omitted_values, result in zip(all_unmasked(texts), omitted, results, strict=True)
            ]
        return reports

    def _keys(self, batch: Batch, shapes: list[str], *, is_list: bool) -> Sequence[_Key]:
        keys: Sequence[_Key] = shapes
        if not is_list:
            keys = list(zip(shapes, map(_selection_criteria, map(batch.candidate, range(len(shapes)))), strict=True))
        return self._differences.add_to(keys, batch.texts) if self._differences else keys

    def _is_shown(self, detail: Detail, findings: tuple[object, ...]) -> bool:
        return detail == "all" or (detail == "findings" and (bool(findings) or not self._has_redirect))

    def _count(self, capture: Capture) -> None:
        """Add the results of a capture to the summary."""
        for verdict, tally in self._tallies.items():
            if tally[0]:
                self._summary.add_verdict(verdict, tally[0])
            tally[0] = 0
        self._summary.passed_over += capture.passed_over.total()

    def _cached(self, key: _Key, detail: Detail) -> SharedResult | Reason | None:
        """Return the cached result for a key, unless it lacks a report that is to be shown."""
        result = self._cache.get(key)
        if isinstance(result, SharedResult) and result.report is None and self._is_shown(detail, result.spans):
            return None
        return result

    def _judge_and_cache(
        self, candidate: Candidate, capture: Capture, shape: str, key: _Key, detail: Detail
    ) -> SharedResult | Reason:
        """Judge a candidate, and cache the result if it is the same for all others with this key."""
        redirect = capture.select(candidate)
        is_interchangeable = not shape.startswith(MARKER)
        result: SharedResult | Reason
        if isinstance(redirect, str):
            result = redirect
        else:
            result = self._judge(redirect, candidate.text, detail)
            is_interchangeable &= not (self._show_values and result.report) or result.parameters is not None
        if is_interchangeable:
            self._room -= len(candidate.text)
            if self._room < 0:
                self._cache.clear()
                self._room = MAX_REMEMBERED
            self._cache[key] = result
        return result

    def _judge(self, redirect: Redirect, text: str, detail: Detail) -> SharedResult:
        """Judge a redirect that was found in the text of a candidate."""
        judged = judge(redirect, self.expectation)
        is_shown = self._is_shown(detail, judged.findings)
        self._has_redirect = True
        report = judged.redacted(show_values=self._show_values) if is_shown else None
        is_whole = text.startswith(redirect.url.text)  # otherwise it was extracted from the text
        spans = tuple([span_of(finding) if is_whole else None for finding in judged.findings])
        parameters = None
        if self._show_values and report and report.url == text:
            parameters = parameters_of(report, redirect.url, self._shapes)
        return SharedResult(text, report, spans, parameters, self._tallies.setdefault(judged.verdict, [0]))


def _select(results: Iterable[SharedResult | Reason], batch: Batch, capture: Capture) -> list[int]:
    """Return the indexes of the redirects that do not repeat earlier ones; count the URLs passed over."""
    indexes: list[int] = []
    for index, result in enumerate(results):
        candidate = batch.candidate(index)
        if isinstance(result, str):
            capture.pass_over(candidate, result)
        elif not capture.is_repetition(candidate):
            indexes.append(index)
    return indexes


def _selection_criteria(candidate: Candidate) -> tuple[object, ...]:
    """Return the criteria of the selection apart from the shape."""
    return candidate.role == "object", candidate.media, *distinguish(candidate.text)
