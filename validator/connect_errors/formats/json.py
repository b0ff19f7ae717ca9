"""JSON, version 1: one document, written as its redirects are judged."""

import json
import textwrap
from typing import Any, TextIO

from connect_errors.formats.base import Format, Settings, Shown
from connect_errors.report import Finding, Report, Summary

VERSION = 1


class JSONFormat(Format):
    """One document. The keys are always the same, whatever the options."""

    def __init__(self, stream: TextIO, settings: Settings) -> None:
        self._stream = stream
        self.shows: Shown = "nothing" if settings.quiet else "all"
        self._separator = "\n"
        self._stream.write(f'{{\n  "version": {VERSION},\n  "redirects": [')

    def add(self, report: Report) -> None:
        if self.shows == "all":
            self._stream.write(self._separator + textwrap.indent(dumps(redirect_to_dict(report), indent=2), "    "))
            self._separator = ",\n"

    def finish(self, summary: Summary) -> None:
        closing = "]" if self._separator == "\n" else "\n  ]"
        document = textwrap.indent(dumps(summary_to_dict(summary), indent=2), "  ").lstrip()
        self._stream.write(f'{closing},\n  "summary": {document}\n}}\n')


def redirect_to_dict(report: Report) -> dict[str, Any]:
    """One redirect of the document."""
    return {
        "source": encodable(report.place.source),
        "line": report.place.line,
        "column": report.place.column,
        "pointer": report.place.pointer,
        "url": report.url,
        "outcome": report.outcome,
        "kind": report.kind,
        "conforms": report.conforms,
        "parameters": dict(report.parameters),
        "findings": [_finding_to_dict(finding) for finding in report.findings],
    }


def summary_to_dict(summary: Summary) -> dict[str, Any]:
    """The document's summary; `outcomes` counts the redirects that have one, the most frequent first."""
    return {
        "redirects": summary.redirects,
        "conforming": summary.conforming,
        "errors": summary.errors,
        "warnings": summary.warnings,
        "passed_over": summary.passed_over,
        "outcomes": {outcome: count for (_, outcome), count in summary.outcomes.most_common() if outcome},
    }


def _finding_to_dict(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "parameter": finding.parameter,
        "message": finding.message,
        "start": finding.start,
        "end": finding.end,
        "help": finding.help,
    }


def dumps(value: dict[str, Any], indent: int | None = None) -> str:
    """Write JSON in printable ASCII, without `##`, which starts a command to some CI runners anywhere in a line."""
    # JSON escapes all control characters but DEL.
    return json.dumps(value, indent=indent, ensure_ascii=True).replace("\x7f", "\\u007f").replace("##", "#\\u0023")


def encodable(text: str) -> str:
    """Replace what is no Unicode: bytes of a file's name."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
