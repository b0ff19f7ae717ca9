"""Pages → reports, each with the differences between a page and what its schema and handbook page say."""

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
"""The pages about redirects that are not about one error: of Connect, and of its flow for another authentication."""


def compare(source: str, text: str) -> PageReport:
    """Compare a page of Smartcar's documentation, its Markdown source, with the schemas and handbook pages."""
    page = UpstreamPage(text)
    outcome = _outcome_of(page)
    comparison = ErrorPageComparison(page, outcome) if outcome else PageComparison(page)
    ordered = sorted(comparison.differences(), key=lambda one: (one.mark, _RANKS[one.rule], one.subject))
    return PageReport(source, outcome.name if outcome else None, tuple(ordered))


def summarize(pages: Iterable[PageReport], unreadable: Iterable[tuple[str, str]] = ()) -> Drift:
    """Put the reports of all pages together, and name the errors whose page is not among them."""
    reports = tuple(pages)
    compared = {report.error for report in reports}
    return Drift(reports, tuple(code for code in errors() if code not in compared), tuple(unreadable))


def _outcome_of(page: UpstreamPage) -> Outcome | None:
    """Tell the error that a page is about by its title, else by its table."""
    codes = [codes_by_title().get(title.text) for title in page.titles]
    codes += [row.description.text for row in page.parameters if row.parameter.text == "error" and row.description]
    return next((errors()[code] for code in codes if code in errors()), None)
