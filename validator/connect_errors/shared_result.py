"""The result of judging one redirect, shared by all redirects of its shape, and what differs between these."""

from dataclasses import replace
from typing import NamedTuple, cast

from connect_errors.captures import Candidate
from connect_errors.encoding import Span
from connect_errors.redaction import all_unmasked, shown_pointer, unmasked
from connect_errors.redirect import Place
from connect_errors.report import Finding, RedactedFinding, RedactedReport
from connect_errors.report_batch import ShownParts
from connect_errors.shapes import Shapes
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
    """The parameters whose values are shown and differ; None if all are masked, or if the URL shown is not the text."""
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
    if text == result.text and place == report.place:
        return report
    spans = shapes.map_spans(result.spans, result.text, text)
    shows_text = result.parameters is not None and text != result.text
    findings = [
        _move(finding, span, candidate, moves_in_url=shows_text)
        for finding, span in zip(report.findings, spans, strict=True)
    ]
    report = report.at(place, tuple(findings))
    if not shows_text:
        return report
    shown = shown_parts(unmasked(text), shapes.decoded_values_of(text), result, shapes)
    parameters: dict[str, Shown] = dict(zip(shown.names, shown.values, strict=True))
    return report.with_values(shown.url, parameters)


def shown_parts(text: Shown, omitted: list[str], result: SharedResult, shapes: Shapes) -> ShownParts:
    """Return what is shown of a text of the shape of a result, given the decoded values that the shape omits."""
    names, indexes = cast("Parameters", result.parameters)
    values = all_unmasked([omitted[index] for index in indexes])
    return ShownParts(text, names, values, shapes.map_spans(result.spans, result.text, text))


def _move(finding: RedactedFinding, span: Span | None, candidate: Candidate, *, moves_in_url: bool) -> RedactedFinding:
    """Move a finding to its place in the text of a candidate, and in its URL if that contains its own values."""
    if span is None:
        return replace(finding, column=None, end_column=None)
    start, end = span
    column = candidate.column if candidate.is_verbatim else None
    return replace(
        finding,
        start=start if moves_in_url else finding.start,
        end=end if moves_in_url else finding.end,
        column=None if column is None else column + start,
        end_column=None if column is None else column + end,
    )
