"""Check whole captures: from captures to redacted reports.

The redacted report of a redirect depends only on its shape, and on how its state differs from the one that was sent, so
each combination is judged, redacted and rendered once. A property test compares every report with judging one by one.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import cast

from connect_errors.captures import Batch, Candidate, Capture, Reason, distinguish
from connect_errors.expectation import Expectation
from connect_errors.judge import judge
from connect_errors.redaction import all_unmasked
from connect_errors.redirect import Redirect
from connect_errors.report import Detail, RedactedReport, Summary, Verdict
from connect_errors.report_batch import ReportBatch
from connect_errors.shapes import MARKER, Shapes, StateDifferences
from connect_errors.shared_result import SharedResult, parameters_of, report_on, shown_parts, span_of

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
        """Like `check`, but yield the reports on lines of a list that were read together as a batch.

        Raises:
            CaptureError: see `check`.
        """
        try:
            for batch in capture.batches():
                shapes = self._shapes.of(batch.texts, is_summary=detail == "summary")
                keys = self._keys(batch, shapes, is_list=capture.is_list)
                if capture.is_list and len(keys) > 1:
                    yield from self._check_list(batch, shapes, keys, capture, detail)
                else:
                    for index, (shape, key) in enumerate(zip(shapes, keys, strict=True)):
                        if report := self._check_candidate(batch.candidate(index), shape, key, capture, detail):
                            yield ReportBatch.of(report)
            for redirect in capture.lone_connect_urls():
                report = self.check_one(redirect)
                if detail != "summary":
                    yield ReportBatch.of(report)
        finally:
            self._count(capture)

    def _check_candidate(
        self, candidate: Candidate, shape: str, key: _Key, capture: Capture, detail: Detail
    ) -> RedactedReport | None:
        """Check a candidate; return its report if it is a redirect whose report is to be shown."""
        result = self._cached(key, detail) or self._judge_and_cache(candidate, capture, shape, key, detail)
        if isinstance(result, str):
            capture.pass_over(candidate, result)
            return None
        if capture.is_repetition(candidate):
            return None
        is_shown = self._is_shown(detail, result.spans)
        result.tally[0] += 1
        capture.redirects += 1
        self._has_redirect = True
        return report_on(candidate, capture.source, result, self._shapes) if is_shown else None

    def _check_list(
        self, batch: Batch, shapes: list[str], keys: Sequence[_Key], capture: Capture, detail: Detail
    ) -> Iterator[ReportBatch]:
        """Check lines of a list, all of which are redirects."""
        is_first_of_run = not self._has_redirect
        results = self._look_up_lines(batch, shapes, keys, capture, detail)
        capture.redirects += len(keys)

        def report_at(index: int) -> RedactedReport:
            return report_on(batch.candidate(index), capture.source, results[index], self._shapes)

        if detail == "findings":
            indexes = [index for index, result in enumerate(results) if result.spans or (is_first_of_run and not index)]
            yield ReportBatch.of(*map(report_at, indexes))
        elif detail == "all":
            places = list(zip(repeat(capture.source), batch.lines, batch.columns, repeat(None), strict=False))
            reports = [cast("RedactedReport", result.report) for result in results]
            if self._show_values:
                texts = all_unmasked(batch.texts)
                omitted = self._shapes.decoded_values(batch.texts, shapes)
                parts = [
                    None if text == result.text else shown_parts(text, omitted_values, result, self._shapes)
                    for text, omitted_values, result in zip(texts, omitted, results, strict=True)
                ]
                yield ReportBatch(reports, places, report_at, parts)
            else:
                yield ReportBatch(reports, places, report_at)

    def _look_up_lines(
        self, batch: Batch, shapes: list[str], keys: Sequence[_Key], capture: Capture, detail: Detail
    ) -> list[SharedResult]:
        """Count the lines of a list, and return the cached result for each, if any is to be shown."""

        def judge_line(index: int) -> SharedResult:
            result = self._judge_and_cache(batch.candidate(index), capture, shapes[index], keys[index], detail)
            self._has_redirect = True  # the first one of the run is always shown
            return cast("SharedResult", result)

        counts = Counter(keys)  # in the order of their first occurrences
        results = {key: cast("SharedResult | None", self._cached(key, detail)) for key in counts}
        first_indexes: dict[_Key, int] = {}
        if None in results.values():
            first_indexes = dict(zip(reversed(keys), range(len(keys) - 1, -1, -1), strict=True))
            for key, result in results.items():
                results[key] = result or judge_line(first_indexes[key])
        known = cast("dict[_Key, SharedResult]", results)
        for key, times in counts.items():
            known[key].tally[0] += times
        if detail == "summary":
            return []
        if first_indexes and self._show_values:  # if the URL is not the text itself, each line has its own report
            return [
                known[key] if key in self._cache or first_indexes[key] == index else judge_line(index)
                for index, key in enumerate(keys)
            ]
        return [known[key] for key in keys]

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
        """Judge a redirect, and cache the result if its shape determines its report."""
        text = candidate.text
        result: SharedResult | Reason
        is_shared = True
        redirect = capture.select(candidate)
        if isinstance(redirect, str):
            result = redirect
        else:
            judged = judge(redirect, self.expectation)
            is_shown = self._is_shown(detail, judged.findings)
            report = judged.redacted(show_values=self._show_values) if is_shown else None
            is_whole = text.startswith(redirect.url.text)  # otherwise it was extracted from the text
            spans = tuple([span_of(finding) if is_whole else None for finding in judged.findings])
            parameters = None
            if self._show_values and report:
                is_shared = report.url == text
                parameters = parameters_of(report, redirect.url, self._shapes)
            tally = self._tallies.setdefault(judged.verdict, [0])
            result = SharedResult(text, report, spans, parameters, tally)
        if is_shared and not shape.startswith(MARKER):
            self._room -= len(text)
            if self._room < 0:
                self._cache.clear()
                self._room = MAX_REMEMBERED
            self._cache[key] = result
        return result


def _selection_criteria(candidate: Candidate) -> tuple[object, ...]:
    """Return the criteria of the selection apart from the shape."""
    return candidate.role == "object", candidate.media, *distinguish(candidate.text)
