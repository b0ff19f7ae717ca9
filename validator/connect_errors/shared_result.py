"""The result of judging one redirect, shared by all redirects of its shape, and what differs between these."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple, cast

from connect_errors.captures import Candidate
from connect_errors.encoding import Span
from connect_errors.redaction import all_unmasked, shown_pointer, unmasked
from connect_errors.redirect import Place
from connect_errors.report import Finding, RedactedFinding, RedactedReport
from connect_errors.report_batch import Values
from connect_errors.shapes import MARKER, Shapes
from connect_errors.shown import Shown
from connect_errors.url import URL


class SharedResult(NamedTuple):
    """The result of the first redirect of a shape."""

    text: str
    """Its text."""
    report: RedactedReport | None
    """Its report; None if it was not to be shown."""
    spans: tuple[Span | None, ...]
    """The places of its findings in `text`."""
    parameters: "Parameters | None"
    """The parameters whose values are shown and differ; None if all values are masked."""
    tally: list[int]
    """The number of redirects with its verdict, in a list with one element."""


class Parameters(NamedTuple):
    """The parameters of a report whose values its shape omits."""

    names: tuple[Shown, ...]
    """In the order of the report."""
    indexes: tuple[int, ...]
    """The index of each one's value among those that the shape omits."""


def span_of(finding: Finding) -> Span | None:
    """Return the place of a finding in its URL."""
    return None if finding.start is None or finding.end is None else (finding.start, finding.end)


def parameters_of(report: RedactedReport, url: URL, shapes: Shapes) -> Parameters:
    """Find the parameters of a report whose values its shape omits."""
    index_at = {start: index for index, (start, _) in enumerate(shapes.values(url.text))}
    starts: dict[str, int] = {}
    for parameter in url.parameters:
        if parameter.value:
            starts.setdefault(parameter.name, parameter.value_start)
    indexes = {name: index_at[starts[name]] for name in report.parameters if starts.get(name) in index_at}
    return Parameters(tuple(all_unmasked(list(indexes))), tuple(indexes.values()))


def report_on(candidate: Candidate, source: Shown, result: SharedResult, shapes: Shapes) -> RedactedReport:
    """Make the report on a redirect of the shape of a result."""
    report = cast("RedactedReport", result.report)
    text = candidate.text
    place = Place(source, candidate.line, candidate.column, shown_pointer(candidate.pointer))
    if text == result.text:
        if place == report.place:
            return report
        return report.at(place, tuple(_at_columns(report.findings, result.spans, candidate)))
    if result.parameters is None:
        spans = shapes.map_spans(result.spans, result.text, text)
        return report.at(place, tuple(_at_columns(report.findings, spans, candidate)))
    [omitted] = shapes.decoded_values([text], [MARKER])
    values = values_of(unmasked(text), omitted, result, shapes)
    findings = [_in_url(*pair) for pair in zip(report.findings, values.spans, strict=True)]
    parameters: dict[str, Shown] = dict(zip(values.names, values.values, strict=True))
    return report.at(place, tuple(_at_columns(findings, values.spans, candidate))).with_values(values.url, parameters)


def values_of(text: Shown, omitted: list[str], result: SharedResult, shapes: Shapes) -> Values:
    """Return what is shown of a text of the shape of a result, given the decoded values that the shape omits."""
    names, indexes = cast("Parameters", result.parameters)
    values = all_unmasked([omitted[index] for index in indexes])
    return Values(text, names, values, shapes.map_spans(result.spans, result.text, text))


def _in_url(finding: RedactedFinding, span: Span | None) -> RedactedFinding:
    return replace(finding, start=span[0], end=span[1]) if span else finding


def _at_columns(
    findings: Sequence[RedactedFinding], spans: Sequence[Span | None], candidate: Candidate
) -> Iterator[RedactedFinding]:
    """Yield findings with the columns of their places in the text of a candidate."""
    column = candidate.column if candidate.is_verbatim else None
    for finding, span in zip(findings, spans, strict=True):
        if span is None or column is None:
            yield replace(finding, column=None, end_column=None)
        else:
            yield replace(finding, column=column + span[0], end_column=column + span[1])
