"""Reports of drift: the differences of each page and of all pages."""

from typing import NamedTuple

from connect_errors.drift.rules import DRIFT_RULES, DriftRule
from connect_errors.drift.upstream_page import Mark


class Excerpt(NamedTuple):
    """Printable text of a page, and the place marked in it."""

    text: str
    start: int
    end: int


class Difference(NamedTuple):
    """One difference at one place of a page."""

    rule: str
    message: str
    """Describes the difference."""
    mark: Mark
    excerpt: Excerpt
    subject: str
    """Distinguishes it among differences of the same rule: the page's text, or the missing name."""
    decision: str | None = None
    """The decision on it; None if it is new."""

    @property
    def definition(self) -> DriftRule:
        return DRIFT_RULES[self.rule]

    @property
    def is_known(self) -> bool:
        return self.decision is not None


class PageReport(NamedTuple):
    """The differences of one page, ordered by place."""

    source: str
    """The path of the page's file, or `-` for standard input."""
    error: str | None
    """The code of the error that the page is about; None for other pages."""
    differences: tuple[Difference, ...]


class Drift(NamedTuple):
    """The differences of all pages."""

    pages: tuple[PageReport, ...]
    absent: tuple[str, ...]
    """Codes of the errors that none of the pages is about."""
    unreadable: tuple[tuple[str, str], ...] = ()
    """Pages that could not be read, each with the reason."""

    @property
    def differences(self) -> tuple[Difference, ...]:
        return tuple(difference for page in self.pages for difference in page.differences)

    @property
    def known(self) -> int:
        """Number of known differences."""
        return sum(difference.is_known for difference in self.differences)

    @property
    def errors(self) -> int:
        """Number of new differences that are errors."""
        return self._unknown("error")

    @property
    def warnings(self) -> int:
        return self._unknown("warning")

    def _unknown(self, severity: str) -> int:
        return sum(
            difference.definition.severity == severity and not difference.is_known for difference in self.differences
        )
