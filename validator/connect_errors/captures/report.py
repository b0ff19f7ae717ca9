"""Reports on captures as a whole: their content, and what was not reported as a redirect."""

from collections.abc import Iterator

from connect_errors.capture_report import CONNECT_URL, CaptureReport
from connect_errors.captures import Capture
from connect_errors.captures.selection import AMBIGUOUS, REASONS
from connect_errors.shown import Shown, own, say


def report_on(capture: Capture, unreadable: Shown | None = None) -> CaptureReport:
    """Report on a capture that was read to the end, or up to an error."""
    kind = capture.kind
    return CaptureReport(
        capture.source,
        kind,
        None if kind in (None, "json") else capture.lines,
        capture.bytes if unreadable is None else None,
        capture.redirects,
        capture.connect_urls,
        dict(capture.passed_over),
        tuple(_notes(capture, is_read=unreadable is None)),
        unreadable,
    )


def sentences(report: CaptureReport) -> Iterator[Shown]:
    """Describe what was not reported, so that nothing in a capture is skipped silently."""
    for reason, count in sorted(report.passed_over.items()):
        who = Shown("other URL passed over: it") if count == 1 else Shown("other URLs passed over: each")
        yield say("{:,} {} {}", count, who, own(REASONS[reason]))
    yield from report.notes


def _notes(capture: Capture, *, is_read: bool) -> Iterator[Shown]:
    if is_read and not (capture.passed_over or capture.cut_urls or capture.redirects) and not capture.is_list:
        lines = say("{:,} {}, ", capture.lines, Shown("line") if capture.lines == 1 else Shown("lines"))
        lines = Shown("JSON, ") if capture.kind == "json" else lines
        urls = say("{:,} {}, ", capture.urls, Shown("URL") if capture.urls == 1 else Shown("URLs"))
        seen = say("{}{}none with Connect's parameters", lines, urls if capture.urls else Shown(""))
        yield seen if capture.bytes else Shown("it is empty")
    if capture.passed_over[CONNECT_URL] and not capture.redirects:
        yield Shown("none of them is a redirect: give the URL that Connect redirects to")
    if any(capture.passed_over[reason] for reason in AMBIGUOUS):
        yield Shown("if one of them is a redirect, name its address with --redirect-uri")
    yield from capture.observations.notes()
    if capture.cut_urls:
        cut = Shown("1 URL was") if capture.cut_urls == 1 else say("{:,} URLs were", capture.cut_urls)
        yield say("{} shortened (…) for display: copy the whole URL", cut)
    if capture.cut_lines:
        cut = Shown("1 line is") if capture.cut_lines == 1 else say("{:,} lines are", capture.cut_lines)
        yield say("{} longer than 1 MiB; only the beginning was read", cut)
    if capture.leaks:
        leaks = Shown("1 request has") if capture.leaks == 1 else say("{:,} requests have", capture.leaks)
        yield say("{} an authorization code in the Referer: the application leaks it", leaks)
