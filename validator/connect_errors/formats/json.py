"""JSON, version 1: one document, written as the redirects are judged, with one redirect per line."""

import json
import textwrap
from collections.abc import Iterator
from json.encoder import encode_basestring_ascii as _quoted
from typing import Any, TextIO

from connect_errors.capture_report import CaptureReport
from connect_errors.formats.base import Format, Settings
from connect_errors.redirect import Place
from connect_errors.report import Detail, RedactedReport
from connect_errors.report_batch import ReportBatch, ShownParts
from connect_errors.shown import Shown
from connect_errors.summary import Summary

VERSION = 1
_SEPARATOR = ",\n    "
_OBJECTS_PER_STRING = 100
"""More would make strings so long that allocating them takes time."""
_SLOT = Shown("\0")
"""A placeholder for a value in a template."""


class JSONFormat(Format):
    """Writes a single document. Its keys never depend on the options."""

    def __init__(self, stream: TextIO, settings: Settings) -> None:
        self._stream = stream
        self._redirects = JSONRedirects("{")
        self._captures: list[str] = []
        self.detail: Detail = "summary" if settings.quiet else "all"
        self._has_redirects = False
        self._stream.write(f'{{\n  "version": {VERSION},\n  "redirects": [')

    def add(self, report: RedactedReport) -> None:
        self.add_batch(ReportBatch.of(report))

    def add_batch(self, reports: ReportBatch) -> None:
        if self.detail == "all":
            for redirects in self._redirects.dumps(reports, before=_SEPARATOR):
                self._stream.write(redirects if self._has_redirects else redirects.removeprefix(","))
                self._has_redirects = True

    def add_capture(self, capture: CaptureReport) -> None:
        self._captures.append(dumps_capture(capture))

    def finish(self, summary: Summary) -> None:
        closing = "\n  ]" if self._has_redirects else "]"
        document = textwrap.indent(dumps(summary.to_dict(), indent=2), "  ").lstrip()
        captures = ",".join(f"\n    {capture}" for capture in self._captures) + ("\n  " if self._captures else "")
        handbook = ",".join(f"\n    {entry}" for entry in _handbook_entries(summary))
        handbook += "\n  " if handbook else ""
        self._stream.write(
            f'{closing},\n  "captures": [{captures}],\n  "handbook": {{{handbook}}},\n  "summary": {document}\n}}\n'
        )


def _handbook_entries(summary: Summary) -> Iterator[str]:
    """Yield what the handbook says about each error found, as members of an object."""
    for kind, name in summary.outcomes:
        if kind == "error" and name:
            from connect_errors.handbook import page  # large, and needed only for errors

            handbook = page(name)
            keys = ("next_step", "who_acts", "retry", "severity")
            entry = {key: getattr(handbook, key) for key in keys} | {"message": handbook.message._asdict()}
            yield f"{dumps(name)}: {dumps(entry)}"


class JSONRedirects:
    """Writes redirects as objects, one per line; reports that differ only in their places share a rendering.

    Args:
        start: the start of each object: `{`, and any keys that precede its own.
    """

    def __init__(self, start: str) -> None:
        self._start = start
        self._source: str | None = None
        self._head = ""

    def dumps(self, reports: ReportBatch, before: str = "", after: str = "") -> Iterator[str]:
        """Yield the redirects' objects, each between two texts; many in a string, which is faster to write."""
        pieces: list[str] = []
        has_values = False
        rows = zip(reports.reports, reports.places, reports.parts, strict=False)
        for index, (report, place, parts) in enumerate(rows):
            source, line, column, pointer = place
            if source != self._source:
                self._source = source
                self._head = f'{self._start}"source": {_string(encodable(source))}, "line": '
            body = report.renderings.get("json")
            if parts:
                has_values = True
                body = _render_parts(parts, report) or _render(reports.report_at(index))
            elif body is None:
                body = report.renderings["json"] = _render(report)
            at_line = "null" if line is None else line
            at_column = "null" if column is None else column
            at_pointer = "null" if pointer is None else _string(encodable(pointer))
            pieces += (before, self._head, f'{at_line}, "column": {at_column}, "pointer": {at_pointer}, ', body, after)
        step = 5 * _OBJECTS_PER_STRING
        for start in range(0, len(pieces), step):
            text = "".join(pieces[start : start + step])
            yield _printable(text) if has_values else text


def _render(report: RedactedReport, **others: object) -> str:
    """Render the part of a redirect's object after its place, with other members."""
    content = {name: value for name, value in report.to_dict().items() if name not in Place._fields}
    return dumps(content | others).removeprefix("{")


def _render_parts(parts: ShownParts, report: RedactedReport) -> str:
    """Like `_render`, but with a redirect's own values, from a template cached for its shape; empty if impossible.

    The values may be unprintable.
    """
    template = report.renderings.get("json template")
    if template is None:
        template = report.renderings["json template"] = _make_template(parts, report)
    if not template:
        return ""
    indexes = [index for span in parts.spans if span for index in span]
    return template % (_quoted(parts.url), *map(_quoted, parts.values), *indexes)


def _make_template(parts: ShownParts, report: RedactedReport) -> str:
    """Make a template with slots for a URL, values and places of findings; empty if that would be ambiguous."""
    findings = [finding.to_dict() for finding in report.findings]
    has_place = [finding for finding, span in zip(findings, parts.spans, strict=True) if span]
    for finding in has_place:
        finding |= {"start": _SLOT, "end": _SLOT}
    parameters = dict(report.parameters)
    parameters.update(dict.fromkeys(parts.names, _SLOT))
    text = _render(report, url=_SLOT, parameters=parameters, findings=findings)
    if text.count(dumps(_SLOT)) != 1 + len(parts.names) + 2 * len(has_place):
        return ""
    return text.replace("%", "%%").replace(dumps(_SLOT), "%s")


def dumps_capture(capture: CaptureReport) -> str:
    """Render a capture's object."""
    return dumps(capture.to_dict() | {"source": encodable(capture.source)})


def dumps(value: Any, indent: int | None = None) -> str:  # noqa: ANN401 - any JSON value
    """Write JSON in printable ASCII, without `##`, which some CI runners take for a command anywhere in a line."""
    return _printable(json.dumps(value, indent=indent, ensure_ascii=True))


def _string(text: str) -> str:
    """Write a string like `dumps`, which spends most of its time on options."""
    return _printable(_quoted(text))


def _printable(text: str) -> str:
    # JSON escapes all control characters except DEL.
    return text.replace("\x7f", "\\u007f").replace("##", "#\\u0023")


def encodable(text: str) -> str:
    """Replace bytes of a file name that are not valid UTF-8 with U+FFFD."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
