"""Judge a redirect: the schema of its outcome decides whether it conforms; the other rules check the raw text.

Each module implements rules of one kind, on a `Reading` of the redirect.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from connect_errors.connect_url import is_connect_url, request_findings
from connect_errors.expectation import NO_EXPECTATION, Expectation
from connect_errors.judge.outcome import outcome_findings
from connect_errors.judge.parameters import duplicate_findings, unrecognized_findings
from connect_errors.judge.raw_text import raw_text_findings
from connect_errors.judge.reading import Reading
from connect_errors.judge.schema import schema_findings
from connect_errors.judge.unexpected import unexpected_findings
from connect_errors.judge.values import value_findings
from connect_errors.redaction import kind_and_length
from connect_errors.redirect import Redirect
from connect_errors.report import Finding, Report, ReportKind
from connect_errors.rules import RULES
from connect_errors.shown import Shown, join, own, say

MAX_FINDINGS_PER_RULE = 20
"""Maximum number of findings per rule and redirect; anyone who writes a URL could cause thousands."""

_ABOUT_VALUES = frozenset({"invalid-value", "unknown-error"})
"""Rules whose messages describe placeholders."""

_RANKS = {name: rank for rank, name in enumerate(RULES)}


def judge(redirect: Redirect, expectation: Expectation = NO_EXPECTATION) -> Report:
    """Judge one redirect by every rule. Accepts any text, and never raises."""
    url = redirect.url
    if url.too_long:
        return _unreadable(redirect, Finding("too-long", Shown("the URL is longer than 64 KiB")))
    if redirect.must_be_absolute and url.problem:
        problem, span = url.problem
        message = say("not an absolute URL: {}", problem)
        if url.scheme is None and not url.is_origin_form:
            message = say("{} ({})", message, kind_and_length(url.text))
        return _unreadable(redirect, Finding("not-a-url", message, None, *span))
    reading = Reading(url, expectation.redirect_uris)
    raw_findings = list(raw_text_findings(reading))
    findings = [*_escaped_copy(redirect), *(finding for _, finding in raw_findings), *duplicate_findings(reading)]
    decodable = reading.by_name
    if raw_findings:  # the intended content of malformed text is unknown: its value is not judged any further
        malformed = {parameter for parameter, _ in raw_findings}
        decodable = {name: parameter for name, parameter in decodable.items() if parameter not in malformed}
    if is_connect_url(url):
        findings += request_findings(url, decodable)
        return _report(redirect, reading, None, "request", findings)
    findings += outcome_findings(reading, decodable)
    findings += schema_findings(reading, decodable)
    findings += unrecognized_findings(reading, decodable, max_hints=MAX_FINDINGS_PER_RULE)
    explained = {finding.parameter for finding in findings if finding.rule in _ABOUT_VALUES}
    findings += value_findings(reading, decodable, explained, expectation.state)
    if expectation is not NO_EXPECTATION:
        findings += unexpected_findings(reading, decodable, expectation)
    if reading.outcome:
        return _report(redirect, reading, reading.outcome.name, reading.outcome.kind, findings)
    return _report(redirect, reading, None, "error" if "error" in reading.values else None, findings)


def _unreadable(redirect: Redirect, finding: Finding) -> Report:
    findings = tuple(_with_columns(each, redirect) for each in (*_escaped_copy(redirect), finding))
    return Report(
        url=redirect.url.text,
        outcome=None,
        kind=None,
        parameters={},
        findings=findings,
        place=redirect.place,
        notes=redirect.notes,
        _parsed_url=redirect.url,
    )


def _report(
    redirect: Redirect,
    reading: Reading,
    outcome: str | None,
    kind: ReportKind | None,
    findings: list[Finding],
) -> Report:
    if len(findings) > 1:
        findings.sort(key=_by_place)
    reported = _cap_per_rule(findings) if len(findings) > MAX_FINDINGS_PER_RULE else findings
    return Report(
        reading.url.text,
        outcome,
        kind,
        {name: parameter.value for name, parameter in reading.all_by_name.items()},
        tuple([_with_columns(finding, redirect) for finding in reported]),
        redirect.place,
        redirect.notes,
        reading.url,
    )


def _escaped_copy(redirect: Redirect) -> Iterator[Finding]:
    """Report how the text was escaped, so that a URL that really arrived escaped does not pass as a valid one."""
    if redirect.media:
        from connect_errors.escapes import MEDIA

        media = join(" and ", [own(MEDIA[medium]) for medium in redirect.media])
        message = say("the URL is escaped for {}; it is checked unescaped", media)
        yield Finding("escaped-copy", message, None, *redirect.url.base_span)


def _with_columns(finding: Finding, redirect: Redirect) -> Finding:
    """Add the finding's columns in the capture's line, if the line contains the URL verbatim."""
    column = redirect.place.column
    if not redirect.is_verbatim or column is None or finding.start is None or finding.end is None:
        return finding
    start, end = finding.start, finding.end
    # `dataclasses.replace` would take more than twice as long.
    return Finding(
        finding.rule, finding.message, finding.parameter, start, end, column + start, column + end, finding.remedy
    )


def _cap_per_rule(findings: list[Finding]) -> Iterator[Finding]:
    """Drop findings beyond the limit of their rule; the last one reported counts them."""
    counts = Counter(finding.rule for finding in findings)
    reported: Counter[str] = Counter()
    for finding in findings:
        reported[finding.rule] += 1
        more = counts[finding.rule] - MAX_FINDINGS_PER_RULE
        if reported[finding.rule] == MAX_FINDINGS_PER_RULE and more > 0:
            times = Shown("once more") if more == 1 else say("{:,} more times", more)
            yield replace(finding, message=say("{}; this rule is broken {}", finding.message, times))
        elif reported[finding.rule] <= MAX_FINDINGS_PER_RULE:
            yield finding


def _by_place(finding: Finding) -> tuple[int, int, int, str]:
    return finding.start or 0, finding.end or 0, _RANKS[finding.rule], finding.message
