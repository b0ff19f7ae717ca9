"""What was found: the differences of each page, and those of all."""

from typing import NamedTuple

from connect_errors.drift.rules import DRIFT_RULES, DriftRule
from connect_errors.drift.upstream_page import Mark


class Excerpt(NamedTuple):
    """A piece of a page as it may be shown, and the place in it."""

    text: str
    start: int
    end: int


class Difference(NamedTuple):
    """One way in which a page differs, at one place."""

    rule: str
    message: str
    """What differs, in words."""
    mark: Mark
    excerpt: Excerpt
    subject: str
    """What identifies it among those of its rule: the page's text, or the name that is missing."""
    decision: str | None = None
    """What was decided about it, where it is known."""

    @property
    def described(self) -> DriftRule:
        return DRIFT_RULES[self.rule]

    @property
    def is_known(self) -> bool:
        return self.decision is not None


class PageReport(NamedTuple):
    """The differences of one page, in the order of their places."""

    source: str
    """The page: a file's path, `-` for standard input."""
    error: str | None
    """The error that the page is about; None for other pages."""
    differences: tuple[Difference, ...]


class Drift(NamedTuple):
    """The differences of all pages."""

    pages: tuple[PageReport, ...]
    absent: tuple[str, ...]
    """The errors whose page was not among them."""
    unreadable: tuple[tuple[str, str], ...] = ()
    """Pages that could not be read, and why."""

    @property
    def differences(self) -> tuple[Difference, ...]:
        return tuple(difference for page in self.pages for difference in page.differences)

    @property
    def known(self) -> int:
        """Differences that are known."""
        return sum(difference.is_known for difference in self.differences)

    @property
    def errors(self) -> int:
        """Differences that are errors, and not known."""
        return self._unknown("error")

    @property
    def warnings(self) -> int:
        return self._unknown("warning")

    def _unknown(self, severity: str) -> int:
        return sum(one.described.severity == severity and not one.is_known for one in self.differences)
