"""SARIF 2.1.0, as GitHub code scanning requires it.

Written without a library: sarif-om, which provides the object model, has had no release since 2019, and results are
written as the redirects are judged, so that memory does not grow with the capture.

The fingerprint has its own name. `primaryLocationLineHash`, which GitHub compares, is computed from the file's line by
GitHub's upload action, which warns about every result that brings a different one.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol, TextIO
from urllib.parse import quote_from_bytes

from connect_errors import __version__, lazy_re
from connect_errors.capture_report import CaptureReport
from connect_errors.copying import MASK
from connect_errors.escaping import escape_unprintable, shorten
from connect_errors.formats.base import Format, Settings
from connect_errors.formats.json import dumps
from connect_errors.formats.places import NON_FILE_SOURCES, message, relative
from connect_errors.report import Detail, RedactedFinding, RedactedReport
from connect_errors.rules import RULES, SITE, Severity
from connect_errors.summary import Summary

_PLACEHOLDER = lazy_re.pattern("{(?=[0-9])")
_ROOT = "%SRCROOT%"
_MAX_NUMBERED = 100_000
"""Maximum number of distinct findings per capture counted for fingerprints; GitHub accepts only 25,000 results."""
_INDEXES = {name: index for index, name in enumerate(RULES)}

HEAD = '{"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": ['


class RuleLike(Protocol):
    """A rule, of redirects or of drift."""

    @property
    def name(self) -> str: ...
    @property
    def severity(self) -> Severity: ...
    @property
    def when(self) -> str: ...
    @property
    def advice(self) -> str: ...
    @property
    def address(self) -> str: ...


class SARIFFormat(Format):
    """Writes a result per finding. There is no other summary, so `quiet` has no effect."""

    def __init__(self, stream: TextIO, settings: Settings) -> None:  # noqa: ARG002 - the signature of all formats
        self._stream = stream
        self.detail: Detail = "findings"
        self._folder = Path.cwd()
        self._separator = "\n"
        self._notifications: list[dict[str, Any]] = []
        self._source: str | None = None
        self._artifact: dict[str, Any] = {}
        self._seen: Counter[str] = Counter()
        """The number of findings in the current capture, by digest."""
        self._stream.write(HEAD + dumps(run(RULES.values())).removesuffix("}") + ', "results": [')

    def add(self, report: RedactedReport) -> None:
        if not report.findings:
            return
        if report.place.source != self._source:
            self._source = report.place.source
            self._artifact = artifact(self._source, self._folder)
            self._seen.clear()
        digests = report.renderings.get("sarif")
        if digests is None:
            digests = report.renderings["sarif"] = " ".join(_digests(report))
        for finding, digest in zip(report.findings, digests.split(" "), strict=True):
            self._stream.write(self._separator + dumps(self._result(report, finding, digest)))
            self._separator = ",\n"

    def add_capture(self, capture: CaptureReport) -> None:
        if capture.unreadable is None:
            return
        text = f"The capture could not be read: {capture.unreadable}"
        location = {"physicalLocation": {"artifactLocation": artifact(capture.source, self._folder)}}
        self._notifications.append({"level": "error", "message": message_of(text), "locations": [location]})

    def finish(self, summary: Summary) -> None:  # noqa: ARG002 - the results are complete
        invocation = {
            "executionSuccessful": not self._notifications,
            "toolExecutionNotifications": self._notifications,
        }
        self._stream.write(f'\n], "invocations": [{dumps(invocation)}]}}]}}\n')

    def _result(self, report: RedactedReport, finding: RedactedFinding, digest: str) -> dict[str, Any]:
        return {
            "ruleId": finding.rule,
            "ruleIndex": _INDEXES[finding.rule],
            "level": finding.severity,
            "message": message_of(message(finding, report.place)),
            "locations": [self._location(report, finding)],
            "partialFingerprints": {"redactedFinding/v1": self._fingerprint(digest)},
        }

    def _location(self, report: RedactedReport, finding: RedactedFinding) -> dict[str, Any]:
        place = report.place
        # GitHub rejects results without a line, so a place in a HAR file is line 1, with its JSON pointer.
        region: dict[str, Any] = {"startLine": place.line or 1}
        if place.column is not None:
            region["startColumn"] = place.column
        context = region | {"snippet": {"text": shorten(report.url)}}
        physical: dict[str, Any] = {"artifactLocation": self._artifact, "region": context}
        if finding.column is not None:
            physical["region"] = region | {"startColumn": finding.column, "endColumn": finding.end_column}
            physical["contextRegion"] = context
        location: dict[str, Any] = {"physicalLocation": physical}
        if place.pointer:
            location["logicalLocations"] = [{"fullyQualifiedName": place.pointer, "kind": "value"}]
        return location

    def _fingerprint(self, digest: str) -> str:
        """Return a fingerprint that survives moves of the line; equal findings in a capture are numbered."""
        number = self._seen[digest] + 1
        if number > 1 or len(self._seen) < _MAX_NUMBERED:
            self._seen[digest] = number
        return f"{digest}:{number}"


def _digests(report: RedactedReport) -> Iterator[str]:
    """Yield a digest of each finding: of its rule, its parameter, and the redacted URL."""
    redacted = report.redacted().url  # even if values are shown
    for finding in report.findings:
        parts = (finding.rule, finding.parameter or "", redacted)
        yield sha256("\n".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:16]


def run(rules: Iterable[RuleLike]) -> dict[str, Any]:
    """Return a run object without its results."""
    driver = {
        "name": "connect-errors",
        "version": __version__,
        "semanticVersion": __version__,
        "informationUri": SITE,
        "rules": [_rule(rule) for rule in rules],
    }
    return {
        "tool": {"driver": driver},
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The working directory."}}},
        "columnKind": "unicodeCodePoints",
        "redactionTokens": [MASK],
    }


def artifact(source: str, folder: Path) -> dict[str, Any]:
    """Return the artifact location of a file relative to a folder; sources that are not files get a name."""
    if source in NON_FILE_SOURCES:
        return {"uri": "stdin" if source == "-" else source, "description": {"text": NON_FILE_SOURCES[source]}}
    path = relative(source, folder)
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": quote_from_bytes(path.as_posix().encode("utf-8", "surrogateescape")), "uriBaseId": _ROOT}


def message_of(text: str) -> dict[str, str]:
    """Return a plain-text message: `[text](address)` would be a link, `{0}` a placeholder (SARIF §3.11.5, §3.11.6)."""
    return {"text": _PLACEHOLDER.sub("{ ", escape_unprintable(text).replace("](", "] ("))}


def _rule(rule: RuleLike) -> dict[str, Any]:
    return {
        "id": rule.name,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": rule.when},
        "fullDescription": {"text": f"{rule.when} {rule.advice}"},
        "help": {
            "text": f"{rule.when} {rule.advice} {rule.address}",
            "markdown": f"{rule.when} {rule.advice}\n\n[{rule.name}]({rule.address})",
        },
        "helpUri": rule.address,
        "defaultConfiguration": {"level": rule.severity},
        "properties": {"tags": ["oauth", "smartcar"], "precision": "very-high", "problem.severity": rule.severity},
    }
