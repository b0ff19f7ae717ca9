"""Compare pages of the documentation with their schemas and handbook pages, and report the differences."""

from collections.abc import Iterable

from connect_errors.catalog import errors
from connect_errors.drift.error_comparison import ErrorPageComparison
from connect_errors.drift.page_comparison import PageComparison, codes_by_title
from connect_errors.drift.report import Drift, PageReport
from connect_errors.drift.rules import DRIFT_RULES
from connect_errors.drift.upstream_page import UpstreamPage
from connect_errors.schema import Outcome

_RANKS = {name: rank for rank, name in enumerate(DRIFT_RULES)}

RESPONSE_PAGES = (
    "https://smartcar.com/docs/connect/handle-the-response.md",
    "https://smartcar.com/docs/connect/re-auth/handle-response.md",
)
"""The pages that describe redirects but no single error: those of Connect and of its re-authentication flow."""


def compare(source: str, text: str) -> PageReport:
    """Compare a page of Smartcar's documentation, given as Markdown, with the schemas and handbook pages."""
    page = UpstreamPage(text)
    outcome = _outcome_of(page)
    comparison = ErrorPageComparison(page, outcome) if outcome else PageComparison(page)
    ordered = sorted(
        comparison.differences(), key=lambda difference: (difference.mark, _RANKS[difference.rule], difference.subject)
    )
    return PageReport(source, outcome.name if outcome else None, tuple(ordered))


def summarize(pages: Iterable[PageReport], unreadable: Iterable[tuple[str, str]] = ()) -> Drift:
    """Combine the reports of all pages, and list the errors that none of them is about."""
    reports = tuple(pages)
    compared = {report.error for report in reports}
    return Drift(reports, tuple(code for code in errors() if code not in compared), tuple(unreadable))


def _outcome_of(page: UpstreamPage) -> Outcome | None:
    """Identify the error that a page is about by its title, or else by its table."""
    codes = [codes_by_title().get(title.text) for title in page.titles]
    codes += [row.description.text for row in page.parameters if row.parameter.text == "error" and row.description]
    return next((errors()[code] for code in codes if code in errors()), None)
