"""JUnit XML: one test case for each redirect.

`xml.etree` escapes what XML needs escaped; what XML 1.0 forbids, `escape_unprintable` has escaped before. A
JUnit library such as junitparser would do no more, and keep all of the report in memory.
"""

import shutil
from tempfile import SpooledTemporaryFile
from typing import TextIO
from xml.etree.ElementTree import Element, SubElement, tostring

from connect_errors.escaping import escape_unprintable
from connect_errors.formats.base import Format, Settings, Shown
from connect_errors.formats.places import NO_FILES, position
from connect_errors.outputs import errors_name
from connect_errors.report import Report, Summary, outcome_name

_MOST_IN_MEMORY = 1024 * 1024
_TEMPORARY = "temporary file"


class JUnitFormat(Format):
    """A redirect that does not conform is a failure, a capture that cannot be read is an error.

    There is no summary apart from the counts of a test suite, so `quiet` changes nothing.
    """

    def __init__(self, stream: TextIO, settings: Settings) -> None:
        self._stream = stream
        self._strict = settings.strict
        self.shows: Shown = "all"
        self._tests = self._failures = self._errors = 0
        # The counts stand before the test cases.
        self._cases = SpooledTemporaryFile(_MOST_IN_MEMORY, "w+", encoding="ascii", newline="\n")  # noqa: SIM115 - until the end

    def add(self, report: Report) -> None:
        place = report.place
        case = Element("testcase", classname=escape_unprintable(place.source))
        case.set("name", escape_unprintable(f"{position(place)} {outcome_name(report.kind, report.outcome)}"))
        if place.source not in NO_FILES:
            case.set("file", escape_unprintable(place.source))
            if place.line is not None:
                case.set("line", str(place.line))
        if report.findings:
            failing = [finding for finding in report.findings if finding.severity == "error" or self._strict]
            if failing:
                self._failures += 1
                element = SubElement(case, "failure", type=failing[0].rule)
                element.set("message", escape_unprintable("; ".join(finding.message for finding in failing)))
            else:
                element = SubElement(case, "system-out")
            element.text = _text(report)
        self._write(case)

    def unreadable(self, source: str, reason: str) -> None:
        self._errors += 1
        case = Element("testcase", classname=escape_unprintable(source), name="could not be read")
        SubElement(case, "error", type="unreadable", message=escape_unprintable(reason))
        self._write(case)

    def finish(self, summary: Summary) -> None:  # noqa: ARG002 - the suite has its own counts
        suite = f'name="connect-errors" tests="{self._tests}" failures="{self._failures}" errors="{self._errors}"'
        self._stream.write(f'<?xml version="1.0" encoding="utf-8"?>\n<testsuites>\n<testsuite {suite} skipped="0">\n')
        with self._cases:
            with errors_name(_TEMPORARY):
                self._cases.seek(0)
            shutil.copyfileobj(self._cases, self._stream)
        self._stream.write("</testsuite>\n</testsuites>\n")

    def _write(self, case: Element) -> None:
        self._tests += 1
        with errors_name(_TEMPORARY):
            self._cases.write(tostring(case, "us-ascii").decode("ascii") + "\n")


def _text(report: Report) -> str:
    lines = [report.url]
    for finding in report.findings:
        lines += [
            f"{finding.severity}: {escape_unprintable(finding.message)} [{finding.rule}]",
            finding.advice,
            finding.help,
        ]
    return "\n".join(lines)
