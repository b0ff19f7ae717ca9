"""Reports on captures as a whole: their content, and what was not reported as a redirect."""

from collections.abc import Iterator

from connect_errors.capture_report import CONNECT_URL, CaptureReport
from connect_errors.captures import MAX_COUNTED_URLS, Capture
from connect_errors.captures.selection import AMBIGUOUS, REASONS
from connect_errors.shown import Shown, counted, own, say


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
        urls = counted(count, "other URL passed over: it", "other URLs passed over: each")
        yield say("{} {}", urls, own(REASONS[reason]))
    yield from report.notes


def _notes(capture: Capture, *, is_read: bool) -> Iterator[Shown]:
    if is_read and not (capture.passed_over or capture.cut_urls or capture.redirects) and not capture.is_list:
        yield say("{}, none with Connect's parameters", _content(capture)) if capture.bytes else Shown("it is empty")
    if capture.passed_over[CONNECT_URL] and not capture.redirects:
        yield Shown("none of them is a redirect: give the URL that Connect redirects to")
    if any(capture.passed_over[reason] for reason in AMBIGUOUS):
        yield Shown("if one of them is a redirect, name its address with --redirect-uri")
    yield from capture.observations.notes()
    if capture.cut_urls:
        urls = counted(capture.cut_urls, "URL was", "URLs were")
        yield say("{} shortened (…) for display: copy the whole URL", urls)
    if capture.cut_lines:
        lines = counted(capture.cut_lines, "line is", "lines are")
        yield say("{} longer than 1 MiB; only the beginning was read", lines)
    if capture.leaks:
        requests = counted(capture.leaks, "request has", "requests have")
        yield say("{} an authorization code in the Referer: the application leaks it", requests)


def _content(capture: Capture) -> Shown:
    """Describe the content of a capture: `120 lines, 4 URLs`."""
    content = Shown("JSON") if capture.kind == "json" else counted(capture.lines, "line", "lines")
    if not capture.urls:
        return content
    if capture.urls > MAX_COUNTED_URLS:
        return say("{}, more than {:,} URLs", content, MAX_COUNTED_URLS)
    return say("{}, {}", content, counted(capture.urls, "URL", "URLs"))
