"""JUnit XML: one test case per redirect.

`xml.etree` escapes XML syntax; characters forbidden in XML 1.0 are escaped beforehand by `escape_unprintable`. A JUnit
library such as junitparser would add nothing, and would hold the whole report in memory.
"""

import shutil
from tempfile import SpooledTemporaryFile
from typing import TextIO
from xml.etree.ElementTree import Element, SubElement, tostring

from connect_errors.capture_report import CaptureReport
from connect_errors.escaping import escape_unprintable
from connect_errors.formats.base import Format, Settings
from connect_errors.formats.places import NON_FILE_SOURCES, position
from connect_errors.outputs import naming_file
from connect_errors.redirect import Place
from connect_errors.report import Detail, RedactedReport, outcome_name
from connect_errors.report_batch import ReportBatch
from connect_errors.summary import Summary

_MAX_IN_MEMORY = 1024 * 1024
_TEMPORARY = "temporary file"
_FAILURE = "><failure"
"""The text after the attributes of a failed test case."""


class JUnitFormat(Format):
    """Reports a nonconforming redirect as a failure, and an unreadable capture as an error.

    The only summary is the test suite's counts, so `quiet` has no effect.
    """

    def __init__(self, stream: TextIO, settings: Settings) -> None:
        self._stream = stream
        self._strict = settings.strict
        self.detail: Detail = "all"
        self._source: str | None = None
        self._classname = self._file = ""
        self._tests = self._failures = self._errors = 0
        # The counts precede the test cases.
        self._cases = SpooledTemporaryFile(_MAX_IN_MEMORY, "w+", encoding="ascii", newline="\n")  # noqa: SIM115 - until the end

    def add(self, report: RedactedReport) -> None:
        self.add_batch(ReportBatch.of(report))

    def add_batch(self, reports: ReportBatch) -> None:
        rows = zip(reports.reports, reports.places, reports.parts, strict=False)
        cases = []
        for index, (report, place, parts) in enumerate(rows):
            complete = reports.report_at(index) if parts and report.findings else report
            cases.append(self._case(complete, Place(*place)))
        self._write(cases)

    def _case(self, report: RedactedReport, place: Place) -> str:
        if place.source != self._source:
            self._source = place.source
            self._classname = _attribute("classname", place.source)
            self._file = "" if place.source in NON_FILE_SOURCES else _attribute("file", place.source)
        body = report.renderings.get("junit")
        if body is None:
            body = report.renderings["junit"] = self._render_body(report)
        self._failures += body.startswith(_FAILURE)
        name = position(place) if place.pointer is None else _escape_attribute(position(place))
        line = f' line="{place.line}"' if self._file and place.line is not None else ""
        outcome = outcome_name(report.kind, report.outcome)
        return f'<testcase{self._classname} name="{name} {outcome}"{self._file}{line}{body}'

    def _render_body(self, report: RedactedReport) -> str:
        """Render the part after the attributes of a test case."""
        failing = [finding for finding in report.findings if finding.severity == "error" or self._strict]
        if not report.findings:
            return " />"
        if failing:
            element = Element("failure", type=failing[0].rule)
            element.set("message", escape_unprintable("; ".join(finding.message for finding in failing)))
        else:
            element = Element("system-out")
        element.text = _text(report)
        return f">{_serialize(element)}</testcase>"

    def add_capture(self, capture: CaptureReport) -> None:
        if capture.unreadable is None:
            return
        self._errors += 1
        case = Element("testcase", classname=escape_unprintable(capture.source), name="could not be read")
        SubElement(case, "error", type="unreadable", message=escape_unprintable(capture.unreadable))
        self._write([_serialize(case)])

    def finish(self, summary: Summary) -> None:  # noqa: ARG002 - the suite has its own counts
        suite = f'name="connect-errors" tests="{self._tests}" failures="{self._failures}" errors="{self._errors}"'
        self._stream.write(f'<?xml version="1.0" encoding="utf-8"?>\n<testsuites>\n<testsuite {suite} skipped="0">\n')
        with self._cases:
            with naming_file(_TEMPORARY):
                self._cases.seek(0)
            shutil.copyfileobj(self._cases, self._stream)
        self._stream.write("</testsuite>\n</testsuites>\n")

    def _write(self, cases: list[str]) -> None:
        self._tests += len(cases)
        with naming_file(_TEMPORARY):
            self._cases.write("\n".join([*cases, ""]))


def _serialize(element: Element) -> str:
    serialized: bytes = tostring(element, "us-ascii")
    return serialized.decode("ascii")


def _attribute(name: str, value: str) -> str:
    """Render an attribute, with a leading space."""
    return _serialize(Element("x", {name: escape_unprintable(value)})).removeprefix("<x").removesuffix(" />")


def _escape_attribute(value: str) -> str:
    return _attribute("x", value).removeprefix(' x="').removesuffix('"')


def _text(report: RedactedReport) -> str:
    lines: list[str] = [report.url]
    for finding in report.findings:
        lines += [
            f"{finding.severity}: {escape_unprintable(finding.message)} [{finding.rule}]",
            finding.advice,
            finding.help,
        ]
    return "\n".join(lines)
