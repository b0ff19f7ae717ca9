"""Render reports as the pages sent to the browser. Everything taken from a redirect is escaped.

The pages load nothing: style and script are inline, and the Content-Security-Policy blocks everything else.
"""

from collections.abc import Iterator
from functools import cache
from html import escape
from itertools import pairwise
from pathlib import Path

from connect_errors import lazy_re
from connect_errors.catalog import outcomes
from connect_errors.escaping import escape_unprintable
from connect_errors.report import RedactedFinding, RedactedReport

_PIECE = lazy_re.pattern("(?:^|[?&#])[^?&#]*")
_SCRIPT = """\
const form = document.forms[0];
if (location.hash.length > 1 || form.dataset.query) {
  form.elements.fragment.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname + location.search);
  form.submit();
}
"""


def policy(nonce: str) -> str:
    """Return the Content-Security-Policy of a page whose style and script have this nonce."""
    return (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; img-src data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def waiting_page(nonce: str, *, has_query: bool) -> str:
    """Render the page of a visit without an outcome; its script submits the fragment, which browsers keep back."""
    query = ' data-query="1"' if has_query else ""
    return _document(
        nonce,
        "Waiting for a redirect",
        "<h1>Waiting for a redirect</h1>"
        "<p>This is the callback of <code>connect-errors listen</code>. Open Connect, and finish it in any way.</p>"
        f'<form method="post"{query}><input type="hidden" name="nonce" value="{_escape(nonce)}">'
        '<input type="hidden" name="fragment"></form>'
        "<noscript><p>Without JavaScript, parameters after <code>#</code> cannot be seen: paste the address into the "
        "terminal.</p></noscript>"
        f'<script nonce="{_escape(nonce)}">{_SCRIPT}</script>',
    )


def refusal_page(nonce: str, reason: str) -> str:
    """Render the page of a refused request."""
    return _document(
        nonce,
        "Not a redirect",
        f"<h1>Not a redirect</h1><p>connect-errors does not accept this request: {_escape(reason)}.</p>",
    )


def report_page(nonce: str, report: RedactedReport) -> str:
    """Render the page of a redirect: verdict, findings, next steps, and the message that a user would see."""
    heading = _escape(report.verdict.heading)
    sign = "good" if report.conforms else "bad"
    return _document(
        nonce,
        report.verdict.heading,
        f'<h1><span class="sign {sign}" aria-hidden="true">{"✓" if report.conforms else "✗"}</span> {heading}</h1>',
        *(_findings(report) if report.findings else _parameters(report)),
        *_next_steps(report),
        '<p class="end">The report is also in the terminal. Codes were neither exchanged nor stored. '
        "You can close this page.</p>",
    )


def _findings(report: RedactedReport) -> Iterator[str]:
    """Render the URL, one parameter per line, with each finding below its parameter."""
    pieces = [match.span() for match in _PIECE.finditer(report.url)]
    by_piece: list[list[RedactedFinding]] = [[] for _ in pieces]
    for finding in report.findings:
        last = 0 if finding.end is None else max(finding.end - 1, finding.start or 0)
        candidates = [number for number, (start, _) in enumerate(pieces) if start <= last]
        by_piece[candidates[-1] if candidates else 0].append(finding)
    yield '<div class="url">'
    for (start, end), findings in zip(pieces, by_piece, strict=True):
        yield f"<code>{_mark_findings(report, start, end)}</code>"
        for finding in findings:
            yield (
                f'<p class="{finding.severity}"><strong>{finding.severity}:</strong> {_escape(finding.message)} '
                f'<a href="{_escape(finding.help)}" rel="noreferrer">{_escape(finding.rule)}</a><br>'
                f"{_escape(finding.advice)}</p>"
            )
    yield "</div>"


def _mark_findings(report: RedactedReport, start: int, end: int) -> str:
    """Render a piece of the URL, with the spans of its findings marked."""
    spans = [(finding.start, finding.end, finding.severity) for finding in report.findings if finding.start is not None]
    boundaries = {start, end} | {at for span in spans for at in span[:2] if at is not None and start < at < end}
    parts = []
    for left, right in pairwise(sorted(boundaries)):
        piece = _escape(report.url[left:right])
        severities = {severity for first, last, severity in spans if last and first <= left and right <= last}
        kind = "error" if "error" in severities else "warning"
        parts.append(f'<mark class="{kind}">{piece}</mark>' if severities else piece)
    return "".join(parts)


def _parameters(report: RedactedReport) -> Iterator[str]:
    yield "<dl>"
    for name, value in report.parameters.items():
        yield f"<dt>{_escape(name)}</dt><dd>{_escape(value)}</dd>"
    yield "</dl>"


def _next_steps(report: RedactedReport) -> Iterator[str]:
    if report.outcome is None:
        return
    if report.kind == "success":
        yield f"<p>{_escape(outcomes()[report.outcome].schema['description'])}</p>"
        return
    from connect_errors.handbook import RETRY, WHO_ACTS, page  # large, and rarely needed

    handbook = page(report.outcome)
    message = handbook.message
    yield f"<h2>What to do</h2><p>{_escape(handbook.summary)}</p><dl>"
    for label, text in (
        ("Next step", handbook.next_step),
        ("Who acts", WHO_ACTS[handbook.who_acts]),
        ("Retry", RETRY[handbook.retry]),
    ):
        yield f"<dt>{label}</dt><dd>{_escape(text)}</dd>"
    yield f'</dl><p><a href="{_escape(handbook.address)}" rel="noreferrer">More on {_escape(report.outcome)}</a></p>'
    yield (
        '<h2>What a user would see</h2><section class="card" aria-label="Example message">'
        f"<h3>{_escape(message.title)}</h3><p>{_escape(message.body)}</p>"
        f'<span class="button">{_escape(message.button)}</span></section>'
    )


def _document(nonce: str, title: str, *body: str) -> str:
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex"><meta name="referrer" content="no-referrer">'
        f'<link rel="icon" href="data:,"><title>{_escape(title)} - connect-errors</title>'
        f'<style nonce="{_escape(nonce)}">{_style()}</style></head><body><main>{"".join(body)}</main></body></html>\n'
    )


@cache
def _style() -> str:
    return Path(__file__).with_name("page.css").read_text(encoding="utf-8")


def _escape(text: str) -> str:
    """Make text inert in HTML: neither markup nor control or bidirectional characters."""
    return escape(escape_unprintable(text))
